"""What is written of any graph reads back the same in rdflib, or is refused with a reason."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import lxml.etree
import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import given, settings
from hypothesis import strategies as st
from rdf_terms import Plain, plain, quads, triples
from rdflib.compare import isomorphic
from temporary_files import watched

from regimenkg.errors import EndpointError, FormatError
from regimenkg.formats.graphs import write_graph
from regimenkg.formats.media import DATASETS, GRAPHS
from regimenkg.formats.rdf.sorting import MEMORY

TEXTS = [name for name, format in GRAPHS.items() if format.engine]  # Parquet has tests of its own
QUADS = [name for name in TEXTS if name in DATASETS]


@pytest.fixture(autouse=True, scope="module")
def lexical_forms() -> Iterator[None]:
    """rdflib's parsers keep literals as they are written."""
    before = rdflib.NORMALIZE_LITERALS
    rdflib.NORMALIZE_LITERALS = False
    yield
    rdflib.NORMALIZE_LITERALS = before


def written(statements: Sequence[ox.Triple | ox.Quad], format: str, memory: int = MEMORY) -> bytes:
    out = io.BytesIO()
    count = write_graph(statements, format, out, memory=memory)
    assert count == len(set(statements))
    return out.getvalue()


def read(body: bytes, format: str) -> rdflib.Dataset:
    dataset = rdflib.Dataset()
    # As bytes, for what rdflib reads as text it opens with universal newlines.
    dataset.parse(data=body, format=GRAPHS[format].media_type)
    return dataset


def contents(dataset: rdflib.Dataset) -> set[tuple[Plain, ...]]:
    found = set()
    for subject, predicate, object_, graph in dataset.quads():
        name = () if graph in (None, dataset.default_graph.identifier) else (plain(graph),)
        found.add((plain(subject), plain(predicate), plain(object_), *name))
    return found


def expected(statement: ox.Triple | ox.Quad) -> tuple[Plain, ...]:
    terms = (statement.subject, statement.predicate, statement.object)
    named = isinstance(statement, ox.Quad) and not isinstance(statement.graph_name, ox.DefaultGraph)
    return tuple(map(plain, (*terms, statement.graph_name) if named else terms))  # type: ignore[union-attr]


@pytest.mark.parametrize("format", TEXTS)
@settings(max_examples=150)
@given(st.lists(triples, max_size=6))
def test_a_graph(format: str, graph: list[ox.Triple]) -> None:
    try:
        body = written(graph, format)
    except FormatError as error:
        assert format == "rdfxml"
        assert error.hint
        return
    if format == "rdfxml":
        lxml.etree.fromstring(body)
    assert contents(read(body, format)) == set(map(expected, graph))


@pytest.mark.parametrize("format", QUADS)
@settings(max_examples=100)
@given(st.lists(quads, max_size=6))
def test_a_dataset(format: str, dataset: list[ox.Quad]) -> None:
    assert contents(read(written(dataset, format), format)) == set(map(expected, dataset))


NOTE = ox.NamedNode("http://www.w3.org/2004/02/skos/core#note")
DRUG = ox.NamedNode("https://w3id.org/regimenkg/drug/cytarabine")


@pytest.mark.parametrize("format", TEXTS)
@settings(max_examples=20)
@given(st.lists(st.tuples(*[st.sampled_from(("0a", "a.b", "b1", "1"))] * 2), min_size=1))
def test_blank_nodes(format: str, edges: list[tuple[str, str]]) -> None:
    graph = [ox.Triple(ox.BlankNode(a), NOTE, ox.BlankNode(b)) for a, b in edges]
    found = read(written(graph, format), format)
    copy = rdflib.Graph()
    for a, b in edges:
        copy.add((rdflib.BNode(a), rdflib.URIRef(NOTE.value), rdflib.BNode(b)))
    assert isomorphic(found.default_graph, copy)


@pytest.mark.parametrize("format", GRAPHS)
@settings(max_examples=20)
@given(
    st.lists(triples, max_size=8).flatmap(lambda ts: st.tuples(st.just(ts), st.permutations(ts)))
)
def test_the_bytes_are_the_same_in_any_order_and_however_often_a_triple_comes(
    format: str, orders: tuple[list[ox.Triple], list[ox.Triple]]
) -> None:
    first, second = orders
    try:
        assert written(first, format) == written([*second, *first], format)
    except FormatError:
        assert format == "rdfxml"


@pytest.mark.parametrize("format", DATASETS)
@settings(max_examples=50)
@given(
    st.lists(quads, max_size=12).flatmap(lambda qs: st.tuples(st.just(qs), st.permutations(qs))),
    st.integers(1, 2000),
)
def test_the_bytes_are_the_same_however_little_memory_holds(
    format: str, orders: tuple[list[ox.Quad], list[ox.Quad]], memory: int
) -> None:
    first, second = orders
    assert written(first, format) == written([*second, *first], format, memory)


@pytest.mark.parametrize("format", GRAPHS)
@settings(max_examples=50)
@given(st.lists(triples, max_size=12), st.integers(1, 2000))
def test_the_bytes_of_a_graph_are_the_same_however_little_memory_holds(
    format: str, graph: list[ox.Triple], memory: int
) -> None:
    try:
        assert written(graph, format) == written(graph[::-1], format, memory)
    except FormatError:
        assert format == "rdfxml"


@pytest.mark.parametrize("format", ["nt", "nquads"])
@given(st.lists(triples, max_size=12))
def test_lines_are_in_the_order_of_subjects_types_labels_predicates_and_objects(
    format: str, graph: list[ox.Triple]
) -> None:
    first = [str(rdflib.RDF.type), str(rdflib.SKOS.prefLabel)]

    def order(triple: ox.Triple) -> tuple[str, int, str, str]:
        name = triple.predicate.value
        place = first.index(name) if name in first else len(first)
        return str(triple.subject), place, name, str(triple.object)

    lines = [f"{triple} .\n" for triple in sorted(set(graph), key=order)]
    assert written(graph, format).decode() == "".join(lines)


@pytest.mark.parametrize("format", GRAPHS)
def test_nothing_is_written_and_nothing_left_where_statements_break_off(
    format: str, tmp_path: Path
) -> None:
    def broken() -> Iterator[ox.Triple]:
        for number in range(100):
            yield ox.Triple(DRUG, NOTE, ox.Literal(number))
        raise EndpointError("is gone", url="urn:x")

    out = io.BytesIO()
    with watched(tmp_path), pytest.raises(EndpointError):
        write_graph(broken(), format, out, memory=1000)
    assert out.getvalue() == b""


@pytest.mark.parametrize("format", GRAPHS)
def test_nothing_is_left_where_a_place_takes_no_more(format: str, tmp_path: Path) -> None:
    graph = [ox.Triple(DRUG, NOTE, ox.Literal(number)) for number in range(100)]
    out = io.BytesIO()
    out.close()
    with watched(tmp_path), pytest.raises(ValueError, match="closed file"):
        write_graph(graph, format, out, memory=1000)


@pytest.mark.parametrize("format", ["turtle", "trig"])
@settings(max_examples=100)
@given(st.lists(quads, max_size=6))
def test_turtle_has_one_object_to_a_line_and_no_escaped_name(
    format: str, dataset: list[ox.Quad]
) -> None:
    statements: list[ox.Quad] | list[ox.Triple] = dataset
    if format == "turtle":
        statements = [quad.triple for quad in dataset]
    lines = written(statements, format).decode().split("\n")
    body = [line for line in lines if line.endswith((" ,", " ;", " ."))]
    prefixes = [line for line in lines if line.startswith("@prefix ")]
    assert len(body) - len(prefixes) == len(set(statements))
    for line in lines:
        outside = re.sub(r'"(?:[^"\\]|\\.)*"|<[^>]*>', "", line)
        assert "\\" not in outside


def test_a_changed_value_is_a_changed_line() -> None:
    def lines(value: int) -> list[str]:
        values = (ox.Literal(value), ox.Literal("a"), ox.Literal("b"))
        return written([ox.Triple(DRUG, NOTE, o) for o in values], "turtle").decode().split("\n")

    changed = [pair for pair in zip(lines(7), lines(8), strict=True) if pair[0] != pair[1]]
    assert changed == [("drug:cytarabine skos:note 7 ,", "drug:cytarabine skos:note 8 ,")]


@pytest.mark.parametrize(
    ("predicate", "object_", "reason"),
    [
        ("https://bioregistry.io/rxnorm:3041", ox.Literal("x"), "<https://bioregistry.io/rxnorm:"),
        ("http://example.org/", ox.Literal("x"), "cannot name the property"),
        ("http://www.w3.org/1999/02/22-rdf-syntax-ns#li", ox.Literal("x"), "cannot name"),
        ("http://www.w3.org/2000/xmlns/a", ox.Literal("x"), "cannot name"),
        (NOTE.value, ox.Literal("a\x0bb"), r"U\+000B.*'a\\x0bb'"),
        (NOTE.value, ox.Literal("a\uffffb", language="en"), r"U\+FFFF"),
    ],
)
def test_what_rdf_xml_cannot_hold_is_refused(
    predicate: str, object_: ox.Literal, reason: str
) -> None:
    out = io.BytesIO()
    with pytest.raises(FormatError, match=reason) as caught:
        write_graph([ox.Triple(DRUG, ox.NamedNode(predicate), object_)], "rdfxml", out)
    assert "turtle" in str(caught.value.hint)
    assert out.getvalue() == b""


def test_types_that_are_codes_are_written_in_rdf_xml() -> None:
    code = ox.NamedNode("https://bioregistry.io/rxnorm:3041")
    triple = ox.Triple(DRUG, ox.NamedNode(str(rdflib.RDF.type)), code)
    assert contents(read(written([triple], "rdfxml"), "rdfxml")) == {expected(triple)}


@pytest.mark.parametrize("format", GRAPHS)
@pytest.mark.parametrize(
    "object_",
    [ox.Triple(DRUG, NOTE, DRUG), ox.Literal("x", language="en", direction=ox.BaseDirection.LTR)],
    ids=["triple", "direction"],
)
def test_what_rdf_1_1_has_not_is_refused(format: str, object_: ox.Literal | ox.Triple) -> None:
    with pytest.raises(FormatError, match=r"RDF 1\.1 cannot"):
        written([ox.Triple(DRUG, NOTE, object_)], format)


@pytest.mark.parametrize("format", [name for name in GRAPHS if name not in DATASETS])
def test_named_graphs_need_a_format_that_holds_them(format: str) -> None:
    with pytest.raises(FormatError, match="named graphs"):
        written([ox.Quad(DRUG, NOTE, DRUG, DRUG)], format)
