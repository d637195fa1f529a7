"""Every canned query: well made, equal on two engines, and right by rows that a reader checked."""

from __future__ import annotations

import csv
import io
from functools import cache

import pyoxigraph as ox
import pytest
import rdflib
from answer_cells import given, golden_cell, plain, rows
from measuring import unmeasured
from packaged_stores import (
    copy_of_documents_edition,
    documents_edition,
    packaged_store,
    replace_graph,
)
from places import GOLDEN, LOADED
from rdflib.plugins.sparql import prepareQuery

from regimenkg.catalog.cache import catalog
from regimenkg.catalog.growth import growth_problems
from regimenkg.catalog.lint import lint, ties
from regimenkg.catalog.runner import bind
from regimenkg.catalog.spec import QuerySpec
from regimenkg.formats.graphs import write_graph
from regimenkg.loaders.kinds import KINDS
from regimenkg.records.export import flat, record
from regimenkg.sparql.answers import Triples
from regimenkg.sparql.branches import idle
from regimenkg.sparql.tokens import swap_values
from regimenkg.store.embedded import EmbeddedStore
from regimenkg.terms.namespaces import GRAPH, PREFIXES, RKD, expand
from regimenkg.things.matching import Matcher

QUERIES = GOLDEN / "queries"
XSD = PREFIXES["xsd"]
TO_BE_MENDED: set[str] = set()
AS_PRINTED = {"startDate", "lineOfTherapy"}  # may be a part of a date, or words
QUESTIONS = {*range(1, 39), *range(43, 47)}


@pytest.fixture(scope="module")
def store() -> EmbeddedStore:
    return documents_edition()


@pytest.fixture(scope="module")
def memory(store: EmbeddedStore) -> rdflib.Graph:
    """The merge of all graphs in rdflib's own store."""
    text = io.BytesIO()
    write_graph(flat(store, ontology=True), "nt", text)
    with unmeasured():
        return rdflib.Graph().parse(data=text.getvalue(), format="nt")


@pytest.mark.parametrize("spec", catalog().values(), ids=list(catalog()))
def test_a_query_is_well_made(spec: QuerySpec, store: EmbeddedStore) -> None:
    told = set(lint(spec))
    if spec.name in TO_BE_MENDED:
        slow = {*growth_problems(prepareQuery(spec.text), [param.name for param in spec.params])}
        assert slow, "it is mended: take it out of TO_BE_MENDED"
        told -= slow
    assert told == set()
    found = rows(store, spec.text)
    assert len(found) >= spec.min_rows
    if spec.form == "select":
        assert list(ties(spec, found)) == [], "the order of rows is not determined"


@pytest.mark.parametrize("spec", catalog().values(), ids=list(catalog()))
def test_two_engines_give_the_same_rows(
    spec: QuerySpec, store: EmbeddedStore, memory: rdflib.Graph
) -> None:
    # triples of one thing, since rdflib looks each up in all that is said of any
    text = spec.text
    if spec.form == "construct":
        text = bind(spec, given(spec), store, note=lambda _: None)
    ours = [tuple(map(plain, row)) for row in rows(store, text)]
    with unmeasured():
        answer = list(memory.query(text))
    theirs = [tuple(map(plain, row)) for row in answer]  # type: ignore[arg-type]
    if spec.form == "construct":
        assert sorted(ours, key=str) == sorted(set(theirs), key=str)
    else:
        assert ours == theirs


@pytest.mark.parametrize("spec", catalog().values(), ids=list(catalog()))
def test_where_nothing_matches_no_engine_makes_up_a_row(spec: QuerySpec) -> None:
    """A group of nothing is no group, whose row without values would join with everything."""
    ours = [tuple(map(plain, row)) for row in rows(EmbeddedStore.empty(), spec.text)]
    with unmeasured():
        answer = list(rdflib.Graph().query(spec.text))
    assert [tuple(map(plain, row)) for row in answer] == ours  # type: ignore[arg-type]


NAMING = [
    (spec, param.name)
    for spec in catalog().values()
    for param in spec.params
    if param.type == "iri" and spec.form == "select"
]


@pytest.mark.parametrize(("spec", "name"), NAMING, ids=[f"{s.name}-{name}" for s, name in NAMING])
def test_of_what_is_not_there_two_engines_give_the_same_rows(
    spec: QuerySpec, name: str, store: EmbeddedStore, memory: rdflib.Graph
) -> None:
    swaps = {param.name: ["UNDEF"] for param in spec.params if param.optional}
    swaps[name] = ["<urn:none>"]
    missing = [other for other in swaps if other != name]
    text = swap_values(spec.text, swaps, spec.blocks, list(idle(spec.unions, [name], missing)))
    ours = [tuple(map(plain, row)) for row in rows(store, text)]
    with unmeasured():
        answer = list(memory.query(text))
    assert [tuple(map(plain, row)) for row in answer] == ours  # type: ignore[arg-type]


@pytest.mark.parametrize("spec", catalog().values(), ids=list(catalog()))
def test_branches_that_are_left_out_give_no_row(spec: QuerySpec, store: EmbeddedStore) -> None:
    """A query with its own defaults gives what it gives as it stands, with all its branches."""
    defaults = {block.name: spec.text[block.start : block.end].split() for block in spec.blocks}
    missing = [name for name, values in defaults.items() if values == ["UNDEF"]]
    given_ones = [name for name in defaults if name not in missing]
    cut = swap_values(spec.text, {}, spec.blocks, list(idle(spec.unions, given_ones, missing)))
    assert rows(store, cut) == rows(store, spec.text)


@pytest.mark.parametrize("spec", catalog().values(), ids=list(catalog()))
def test_rows_are_those_that_a_reader_checked(spec: QuerySpec, store: EmbeddedStore) -> None:
    with (QUERIES / f"{spec.name}.csv").open(encoding="utf-8", newline="") as stream:
        header, *expected = list(csv.reader(stream))
    assert header == (list(spec.columns) or ["subject", "predicate", "object"])
    filled = loaded(spec.name) or store
    text = bind(spec, given(spec), filled, note=lambda _: None)
    found = [[golden_cell(term) for term in row] for row in rows(filled, text)]
    assert (found if spec.form == "select" else sorted(found)) == expected


@pytest.mark.parametrize(
    "spec",
    [spec for spec in catalog().values() if spec.form == "select"],
    ids=lambda spec: spec.name,
)
def test_columns_hold_what_their_types_say(spec: QuerySpec, store: EmbeddedStore) -> None:
    found = rows(store, spec.text) + rows(packaged_store(), spec.text)
    if filled := loaded(spec.name):
        found += rows(filled, bind(spec, given(spec), filled, note=lambda _: None))
    for place, column in enumerate(spec.columns):
        kinds = {kind(row[place]) for row in found if row[place] is not None}
        type_ = spec.types.get(column)
        if type_:
            assert kinds <= {type_, "integer" if type_ == "decimal" else type_}, column
        else:
            assert not kinds or "text" in kinds or column in AS_PRINTED, column


def kind(term: object) -> str:
    """What a column with this value holds; a part of a date, and a length of time, are texts."""
    numbers = {"integer": "integer", "decimal": "decimal", "double": "decimal"}
    kinds = numbers | {"boolean": "boolean", "date": "date"}
    name = term.datatype.value.removeprefix(XSD) if isinstance(term, ox.Literal) else ""
    return kinds.get(name, "text")


@pytest.mark.parametrize("regimen", ["clag", "clag-m", "clag-imatinib"])
def test_the_record_query_gives_what_export_writes(store: EmbeddedStore, regimen: str) -> None:
    iri = ox.NamedNode(f"{RKD}regimen/{regimen}")
    spec = catalog()["regimen-record"]
    answer = store.query(bind(spec, {"regimen": iri.value}, store))
    assert isinstance(answer, Triples)
    assert set(answer) == set(record(iri, store))


@pytest.mark.parametrize(
    "spec", [spec for spec in catalog().values() if spec.chart], ids=lambda spec: spec.name
)
def test_a_chart_has_numbers_to_draw(spec: QuerySpec, store: EmbeddedStore) -> None:
    assert spec.chart
    names = list(spec.columns)
    limits = filter(None, (spec.chart.value, spec.chart.low, spec.chart.high))
    for place in map(names.index, limits):
        found = [row[place] for row in rows(store, spec.text) if row[place] is not None]
        kinds = {term.datatype.value for term in found if isinstance(term, ox.Literal)}
        assert kinds
        assert kinds <= {XSD + kind for kind in ("integer", "decimal", "double")}


@pytest.mark.parametrize(
    "spec", [spec for spec in catalog().values() if spec.links], ids=lambda spec: spec.name
)
def test_a_graph_links_things(spec: QuerySpec, store: EmbeddedStore) -> None:
    found = rows(store, spec.text)
    for link in spec.links:
        if link.source:
            source, target = map(list(spec.columns).index, (link.source, link.target))
            ends = {row[place] for row in found for place in (source, target)} - {None}
            assert ends
            assert all(isinstance(end, ox.NamedNode) for end in ends)
    if spec.form == "construct":
        drawn = {expand(link.by) for link in spec.links}
        assert drawn & {row[1].value for row in found if isinstance(row[1], ox.NamedNode)}


@cache
def loaded(name: str) -> EmbeddedStore | None:
    """A store with the files that ``NAME.load`` lists, each after its kind; None without one."""
    listed = QUERIES / f"{name}.load"
    if not listed.exists():
        return None
    filled = EmbeddedStore(copy_of_documents_edition())
    for line in listed.read_text(encoding="utf-8").splitlines():
        kind, file = line.split()
        triples = KINDS[kind].load([LOADED / file], resolve=Matcher(filled.store))
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
