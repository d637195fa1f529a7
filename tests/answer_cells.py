"""Answers of queries in a form that two engines, and a file written by hand, can be compared in."""

from __future__ import annotations

from decimal import Decimal

import pyoxigraph as ox
from places import GOLDEN

from regimenkg.catalog.cache import catalog
from regimenkg.catalog.runner import bind
from regimenkg.catalog.spec import QuerySpec
from regimenkg.sparql.answers import Row, Solutions, Triples
from regimenkg.store.embedded import EmbeddedStore
from regimenkg.terms.namespaces import RK, RKD

Cell = str | Decimal | None
Answer = list[dict[str, str]]


def rows(store: EmbeddedStore, text: str) -> list[Row]:
    """The rows of an answer; triples are rows of three, once each and in order."""
    answer = store.query(text)
    if isinstance(answer, Triples):
        triples = {(triple.subject, triple.predicate, triple.object) for triple in answer}
        return sorted(triples, key=str)
    assert isinstance(answer, Solutions)
    return list(answer)


def plain(term: object) -> Cell:
    """A term of either engine: numbers by value, since engines write decimals differently."""
    if term is None:
        return None
    kind = getattr(term, "datatype", None)
    text = (
        str(getattr(term, "value", term))
        if isinstance(term, ox.NamedNode | ox.Literal)
        else str(term)
    )
    name = str(getattr(kind, "value", kind))
    if name.endswith(("#integer", "#decimal")):
        return Decimal(text)
    return text


def golden_cell(term: object) -> str:
    """A term as the golden files write it: IRIs of ours as CURIEs, numbers plain."""
    value = plain(term)
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(term, ox.NamedNode):
        for namespace, prefix in ((RK, "rk:"), (RKD, "rkd:")):
            if value.startswith(namespace):
                return prefix + value.removeprefix(namespace)
    return value


def ask(store: EmbeddedStore, name: str, **arguments: str) -> Answer:
    """The rows of a canned query as golden files write them, by column."""
    spec = catalog()[name]
    given = {name: [value] for name, value in arguments.items()}
    text = bind(spec, given, store, note=lambda _: None)
    columns = list(spec.columns)
    return [dict(zip(columns, map(golden_cell, row), strict=True)) for row in rows(store, text)]


def given(spec: QuerySpec) -> dict[str, list[str]]:
    """The values that the checked rows are for, as ``NAME.args`` lists them."""
    arguments: dict[str, list[str]] = {}
    listed = GOLDEN / "queries" / f"{spec.name}.args"
    if listed.exists():
        for line in listed.read_text(encoding="utf-8").splitlines():
            name, _, value = line.partition("=")
            arguments.setdefault(name, []).append(value)
    return arguments
