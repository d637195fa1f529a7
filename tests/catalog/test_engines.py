"""Every canned query on another server: the same rows, or what the table of engines tells.

The server is a real Virtuoso 7 with the named graphs of the documents' edition; what is sent is
what ``regimenkg query --endpoint`` sends: each query bare, with the golden arguments, and with the
examples of its first two parameters. The table is that of docs/reference/engines.md. A difference
that is not in it fails, and so does one that is in it and no longer there.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from decimal import Decimal
from functools import cache

import pyoxigraph as ox
import pytest
from answer_cells import Cell, given, plain, rows
from packaged_stores import documents_edition
from places import ROOT
from pyoxigraph import RdfFormat
from virtuoso_server import virtuoso

from regimenkg.catalog.cache import catalog
from regimenkg.catalog.runner import bind
from regimenkg.catalog.spec import QuerySpec
from regimenkg.errors import EndpointError
from regimenkg.sparql.answers import Answer, Row, Term, Triples
from regimenkg.sparql.remote import RemoteEndpoint
from regimenkg.store.embedded import EmbeddedStore

TABLE = ROOT / "docs" / "reference" / "engines.md"
ROW = re.compile(r"^\| \[(?P<name>[\w-]+)\]\(\S+\) \|(?P<cells>.*)\|$", re.M)
WORDS = (
    *("true as 1", "durations as numbers", "lists in another order"),
    *("rows in another order", "other rows", "refused"),
)
"""What the table may say of a query on an engine, beside ``same``."""

DURATION = re.compile(r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?")


@cache
def table() -> dict[str, list[set[str]]]:
    """What the page says of each query, for each engine."""
    found = {}
    for row in ROW.finditer(TABLE.read_text(encoding="utf-8")):
        cells = [re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", cell) for cell in row["cells"].split("|")]
        found[row["name"]] = [set(re.split(r", ", cell.strip())) - {"same"} for cell in cells]
    return found


@pytest.fixture(autouse=True)
def _loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "*")


@pytest.fixture(scope="module")
def store() -> EmbeddedStore:
    return documents_edition()


@pytest.fixture(scope="module")
def address(store: EmbeddedStore, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The query endpoint of a server that holds the named graphs."""
    folder = tmp_path_factory.mktemp("engines")
    with virtuoso(folder) as server:
        statements = []
        for number, graph in enumerate(store.store.named_graphs()):
            file = folder / "virtuoso" / f"{number}.nt"
            store.store.dump(file, RdfFormat.N_TRIPLES, from_graph=graph)
            statements.append(f"ld_add('{file.name}', '{graph.value}');")
        server.sql("\n".join([*statements, "rdf_loader_run();"]))
        yield server.query


def test_the_table_has_every_query() -> None:
    assert list(table()) == list(catalog())
    assert all(len(engines) == 3 for engines in table().values())


def test_other_engines_have_no_differences_in_the_table() -> None:
    """Oxigraph is the one that is compared with; rdflib gives the same, by test_queries."""
    for ours, rdflib, virtuoso_7 in table().values():
        assert not ours
        assert not rdflib
        assert virtuoso_7 <= set(WORDS)


@pytest.mark.parametrize("spec", catalog().values(), ids=list(catalog()))
def test_virtuoso_gives_the_same_rows(spec: QuerySpec, store: EmbeddedStore, address: str) -> None:
    told = table()[spec.name][2]
    seen: set[str] = set()
    for text in texts(spec, store):
        seen |= differences(spec, text, store, RemoteEndpoint(address))
        if seen & {"other rows", "refused"}:
            break
    assert seen == told


def texts(spec: QuerySpec, store: EmbeddedStore) -> list[str]:
    """A query as it is sent without arguments, with the golden ones, and with an example of each
    of its first two parameters: Virtuoso plans some queries for seconds.
    """
    arguments = [{}, given(spec)]
    arguments += [{param.name: [param.example]} for param in spec.params[:2] if param.example]
    sent = (bind(spec, each, store, note=lambda _: None) for each in arguments)
    return list(dict.fromkeys(sent))


def differences(
    spec: QuerySpec, text: str, store: EmbeddedStore, endpoint: RemoteEndpoint
) -> set[str]:
    """How the answer of an endpoint differs from ours, in the words of the table."""
    try:
        answer = endpoint.query(text)
    except EndpointError:
        return {"refused"}
    ours, theirs = rows(store, text), list(as_rows(answer))
    found = set()
    if spec.form == "select":
        booleans = [spec.types.get(column) == "boolean" for column in spec.columns]
        theirs = [tuple(map(boolean, row, booleans)) for row in theirs]
        if theirs != list(as_rows(answer)):
            found.add("true as 1")
    for word, read in (
        ("", plain),
        ("durations as numbers", length),
        ("lists in another order", parts),
    ):
        mine, other = ([tuple(map(read, row)) for row in some] for some in (ours, theirs))
        if Counter(mine) == Counter(other):
            found |= {word} - {""}
            found |= {"rows in another order"} if spec.form == "select" and mine != other else set()
            return found
    return {*found, "other rows"}


def as_rows(answer: Answer) -> Iterable[Row]:
    if isinstance(answer, Triples):
        return ((one.subject, one.predicate, one.object) for one in answer)
    assert not isinstance(answer, bool)
    return answer


def boolean(term: Term | None, is_boolean: bool) -> Term | None:
    """A term with true and false where Virtuoso writes them as numbers."""
    if not isinstance(term, ox.Literal):
        return term
    if is_boolean or term.datatype.value.endswith("#boolean"):
        return ox.Literal(term.value in ("1", "true"))
    return term


def length(term: Term | None) -> Cell:
    """A term as `plain` has it, a duration as Virtuoso stores it: by its seconds or months."""
    if not isinstance(term, ox.Literal) or not term.datatype.value.endswith("Duration"):
        return plain(term)
    parts = DURATION.fullmatch(term.value)
    if parts is None:
        return Decimal(term.value)
    years, months, days, hours, minutes, seconds = (Decimal(part or 0) for part in parts.groups())
    if term.datatype.value.endswith("#yearMonthDuration"):
        return years * 12 + months
    return ((days * 24 + hours) * 60 + minutes) * 60 + seconds


def parts(term: Term | None) -> Cell:
    """A term as `length` has it, a text that may be a list with its parts in order."""
    value = length(term)
    return "; ".join(sorted(re.split("[,;] ", value))) if isinstance(value, str) else value
