"""Answers as they are written: what a format cannot hold is refused, and all doors write alike."""

from __future__ import annotations

import io

import lxml.etree
import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import given, settings
from hypothesis import strategies as st
from rdf_terms import objects

from regimenkg.formats.graphs import write_graph
from regimenkg.formats.rows import write_solutions
from regimenkg.sparql.answers import Solutions
from regimenkg.web.endpoint.evaluation import Evaluation, Part, Request
from regimenkg.web.endpoint.guard import Refused
from regimenkg.web.negotiation import GRAPHS, RESULTS

SUBJECT, NOTE = ox.NamedNode("http://example.org/a"), ox.NamedNode("http://example.org/note")
ROWS = "SELECT ?value { ?thing <http://example.org/note> ?value } ORDER BY ?value"
TRIPLES = "CONSTRUCT WHERE { ?s ?p ?o }"


def answer(values: list[ox.NamedNode | ox.Literal], query: str, format: str) -> bytes:
    store = ox.Store()
    store.extend(ox.Quad(SUBJECT, NOTE, value) for value in values)
    parts: list[Part] = []
    Evaluation(store, 1000).answer(Request(query, format, format), parts.append)
    return b"".join(part.data for part in parts)


@pytest.mark.parametrize("text", ["a\x01b", "\x0b", "x\x1f", "\ufffe", "a\x00"])
@pytest.mark.parametrize(("query", "format"), [(ROWS, "xml"), (TRIPLES, "rdfxml")])
def test_a_character_that_xml_has_not_is_refused(query: str, format: str, text: str) -> None:
    with pytest.raises(Refused, match="XML cannot hold") as caught:
        answer([ox.Literal("good"), ox.Literal(text)], query, format)
    assert caught.value.status == 406
    assert "json" in str(caught.value.hint)


@pytest.mark.parametrize(("query", "format"), [(ROWS, "xml"), (TRIPLES, "rdfxml")])
def test_ends_of_lines_are_kept_in_xml(query: str, format: str) -> None:
    body = answer([ox.Literal("a\rb\r\nc\nd\te")], query, format)
    assert "a\rb\r\nc\nd\te" in [element.text for element in lxml.etree.fromstring(body).iter()]


def test_types_that_are_codes_are_well_formed_in_rdf_xml() -> None:
    query = "CONSTRUCT { ?s a <https://bioregistry.io/rxnorm:3041> } WHERE { ?s ?p ?o }"
    body = answer([ox.Literal("x")], query, "rdfxml")
    found = rdflib.Graph().parse(data=body, format="xml")
    assert [str(o) for o in found.objects()] == ["https://bioregistry.io/rxnorm:3041"]


@pytest.mark.parametrize("format", [format.name for format in RESULTS if format.name != "json"])
@settings(max_examples=30)
@given(st.lists(objects, max_size=4))
def test_rows_are_the_bytes_that_the_command_line_writes(
    format: str, values: list[ox.NamedNode | ox.Literal]
) -> None:
    try:
        body = answer(values, ROWS, format)
    except Refused as error:
        assert (format, error.status) == ("xml", 406)
        return
    store, out = ox.Store(), io.BytesIO()
    store.extend(ox.Quad(SUBJECT, NOTE, value) for value in values)
    solutions = store.query(ROWS)
    assert isinstance(solutions, ox.QuerySolutions)
    write_solutions(Solutions(("value",), map(tuple, solutions)), format, out)
    assert body == out.getvalue()


@pytest.mark.parametrize("format", [format.name for format in GRAPHS])
def test_triples_are_the_bytes_that_the_command_line_writes(format: str) -> None:
    values: list[ox.NamedNode | ox.Literal]
    values = [ox.Literal("b"), ox.Literal("a", language="en"), ox.NamedNode("urn:x:1")]
    out = io.BytesIO()
    write_graph([ox.Triple(SUBJECT, NOTE, value) for value in values], format, out)
    assert answer(values, TRIPLES, format) == out.getvalue()
