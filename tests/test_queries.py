"""Every canned query: well made, equal on two engines, and right by rows that a reader checked."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib

from regimenkg.answers import Row, Solutions
from regimenkg.build import replace_graph, resolver
from regimenkg.catalog import QuerySpec, catalog
from regimenkg.embedded import EmbeddedStore, open_store
from regimenkg.export import flat
from regimenkg.graph_writers import write_graph
from regimenkg.loaders.kinds import KINDS
from regimenkg.namespaces import GRAPH, RK, RKD
from regimenkg.query_lint import problems, ties
from regimenkg.runner import bind

GOLDEN = Path(__file__).parent / "golden" / "queries"
LOADED = Path(__file__).parent / "golden" / "loaded"
QUESTIONS = {*range(1, 39), *range(43, 47)}

Cell = str | Decimal | None


@pytest.fixture(scope="module")
def store() -> EmbeddedStore:
    return open_store()


@pytest.fixture(scope="module")
def memory(store: EmbeddedStore) -> rdflib.Graph:
    """The merge of all graphs in rdflib's own store."""
    text = io.BytesIO()
    write_graph(flat(store, ontology=True), "nt", text)
    return rdflib.Graph().parse(data=text.getvalue(), format="nt")


def rows(store: EmbeddedStore, text: str) -> list[Row]:
    answer = store.query(text)
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


@pytest.mark.parametrize("spec", catalog().values(), ids=list(catalog()))
def test_a_query_is_well_made(spec: QuerySpec, store: EmbeddedStore) -> None:
    assert problems(spec) == []
    found = rows(store, spec.text)
    assert len(found) >= spec.min_rows
    assert list(ties(spec, found)) == [], "the order of rows is not determined"


@pytest.mark.parametrize("spec", catalog().values(), ids=list(catalog()))
def test_two_engines_give_the_same_rows(
    spec: QuerySpec, store: EmbeddedStore, memory: rdflib.Graph
) -> None:
    ours = [tuple(map(plain, row)) for row in rows(store, spec.text)]
    theirs = [tuple(map(plain, row)) for row in memory.query(spec.text)]  # type: ignore[arg-type]
    assert ours == theirs


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


@pytest.mark.parametrize("spec", catalog().values(), ids=list(catalog()))
def test_rows_are_those_that_a_reader_checked(spec: QuerySpec, store: EmbeddedStore) -> None:
    arguments: dict[str, list[str]] = {}
    given = GOLDEN / f"{spec.name}.args"
    if given.exists():
        for line in given.read_text(encoding="utf-8").splitlines():
            name, _, value = line.partition("=")
            arguments.setdefault(name, []).append(value)
    with (GOLDEN / f"{spec.name}.csv").open(encoding="utf-8", newline="") as stream:
        header, *expected = list(csv.reader(stream))
    assert header == list(spec.columns)
    filled = loaded(spec.name) or store
    text = bind(spec, arguments, filled, note=lambda _: None)
    assert [[golden_cell(term) for term in row] for row in rows(filled, text)] == expected


@cache
def loaded(name: str) -> EmbeddedStore | None:
    """A store with the files that ``NAME.load`` lists, each after its kind; None without one."""
    listed = GOLDEN / f"{name}.load"
    if not listed.exists():
        return None
    filled = open_store(memory=True)
    for line in listed.read_text(encoding="utf-8").splitlines():
        kind, file = line.split()
        triples = KINDS[kind].triples([LOADED / file], resolve=resolver(filled.store))
        replace_graph(filled.store, f"{GRAPH}{file}", triples)
    return filled


@pytest.mark.parametrize(
    "spec", [spec for spec in catalog().values() if spec.min_rows == 0], ids=lambda spec: spec.name
)
def test_a_query_that_may_be_empty_is_shown_with_rows(spec: QuerySpec) -> None:
    filled = loaded(spec.name)
    assert filled is not None, f"{spec.name}.load has to name files that give rows"
    found = rows(filled, spec.text)
    assert found
    assert list(ties(spec, found)) == [], "the order of rows is not determined"


def test_the_catalog_answers_every_competency_question() -> None:
    answered = {question for spec in catalog().values() for question in spec.answers}
    assert answered >= QUESTIONS
