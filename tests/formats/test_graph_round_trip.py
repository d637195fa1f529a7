"""What is written of any graph reads back the same in rdflib, or is refused with a reason."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

import lxml.etree
import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import given, settings
from hypothesis import strategies as st
from rdf_terms import Plain, plain, quads, triples
from rdflib.compare import isomorphic

from regimenkg.errors import FormatError
from regimenkg.formats.graphs import write_graph
from regimenkg.formats.media import DATASETS, GRAPHS


@pytest.fixture(autouse=True, scope="module")
def lexical_forms() -> Iterator[None]:
    """rdflib's parsers keep literals as they are written."""
    before = rdflib.NORMALIZE_LITERALS
    rdflib.NORMALIZE_LITERALS = False
    yield
    rdflib.NORMALIZE_LITERALS = before


def written(statements: list[ox.Triple] | list[ox.Quad], format: str) -> bytes:
    out = io.BytesIO()
    write_graph(statements, format, out)
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


@pytest.mark.parametrize("format", GRAPHS)
@settings(deadline=None, max_examples=150)
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


@pytest.mark.parametrize("format", DATASETS)
@settings(deadline=None, max_examples=100)
@given(st.lists(quads, max_size=6))
def test_a_dataset(format: str, dataset: list[ox.Quad]) -> None:
    assert contents(read(written(dataset, format), format)) == set(map(expected, dataset))


NOTE = ox.NamedNode("http://www.w3.org/2004/02/skos/core#note")
DRUG = ox.NamedNode("https://w3id.org/regimenkg/drug/cytarabine")


@pytest.mark.parametrize("format", GRAPHS)
@settings(deadline=None, max_examples=20)
@given(st.lists(st.tuples(*[st.sampled_from(("0a", "a.b", "b1", "1"))] * 2), min_size=1))
def test_blank_nodes(format: str, edges: list[tuple[str, str]]) -> None:
    graph = [ox.Triple(ox.BlankNode(a), NOTE, ox.BlankNode(b)) for a, b in edges]
    found = read(written(graph, format), format)
    copy = rdflib.Graph()
    for a, b in edges:
        copy.add((rdflib.BNode(a), rdflib.URIRef(NOTE.value), rdflib.BNode(b)))
    assert isomorphic(found.default_graph, copy)


@pytest.mark.parametrize("format", GRAPHS)
@settings(deadline=None, max_examples=20)
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


@pytest.mark.parametrize("format", ["turtle", "trig"])
@settings(deadline=None, max_examples=100)
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
