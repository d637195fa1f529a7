"""Rows read back the same with readers that are not ours: csv, json, lxml, and rdflib's Turtle."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator

import lxml.etree
import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import given, settings
from hypothesis import strategies as st
from rdf_terms import XSD, Plain, objects, plain

from regimenkg.errors import FormatError
from regimenkg.formats.media import ROWS
from regimenkg.formats.rows import write_boolean, write_solutions
from regimenkg.sparql.answers import Row, Solutions

Table = list[list[Plain | None]]

tables = st.integers(1, 3).flatmap(
    lambda width: st.lists(st.tuples(*[st.none() | objects] * width), max_size=5).map(
        lambda rows: (("a", "b", "c")[:width], rows)
    )
)


@pytest.fixture(autouse=True, scope="module")
def lexical_forms() -> Iterator[None]:
    """rdflib's parsers keep literals as they are written."""
    before = rdflib.NORMALIZE_LITERALS
    rdflib.NORMALIZE_LITERALS = False
    yield
    rdflib.NORMALIZE_LITERALS = before


def written(variables: tuple[str, ...], rows: list[Row], format: str) -> bytes:
    out = io.BytesIO()
    assert write_solutions(Solutions(variables, rows), format, out) == len(rows)
    return out.getvalue()


def read_json(body: bytes) -> Table:
    document = json.loads(body)

    def cell(binding: dict[str, str] | None) -> Plain | None:
        if binding is None:
            return None
        if binding["type"] == "uri":
            return binding["value"], "", ""
        return literal(binding["value"], binding.get("xml:lang"), binding.get("datatype"))

    names = document["head"]["vars"]
    return [[cell(row.get(name)) for name in names] for row in document["results"]["bindings"]]


def read_xml(body: bytes) -> Table:
    root = lxml.etree.fromstring(body)
    space = "{http://www.w3.org/2005/sparql-results#}"
    names = [str(variable.get("name")) for variable in root.iter(space + "variable")]
    rows: Table = []
    for result in root.iter(space + "result"):
        cells: dict[str, Plain] = {}
        for binding in result:
            (term,) = binding
            text = term.text or ""
            if term.tag == space + "uri":
                cells[str(binding.get("name"))] = text, "", ""
            else:
                tag = term.get("{http://www.w3.org/XML/1998/namespace}lang")
                cells[str(binding.get("name"))] = literal(text, tag, term.get("datatype"))
        rows.append([cells.get(name) for name in names])
    return rows


def literal(text: str, tag: str | None, datatype: str | None) -> Plain:
    usual = str(rdflib.RDF.langString) if tag else XSD + "string"
    return text, (tag or "").lower(), datatype or usual


def read_tsv(body: bytes) -> Table:
    """A cell of TSV is a term of Turtle; lines and tabs are what divides rows and cells."""
    _, *lines = body.decode().removesuffix("\n").split("\n")
    return [[tsv_cell(cell) for cell in line.split("\t")] for line in lines]


def tsv_cell(cell: str) -> Plain | None:
    if not cell:
        return None
    text = f"<urn:s> <urn:p> {cell} ."
    (found,) = rdflib.Graph().parse(data=text.encode(), format="turtle").objects()
    return plain(found)


@pytest.mark.parametrize(
    ("format", "read"), [("json", read_json), ("xml", read_xml), ("tsv", read_tsv)]
)
@settings(max_examples=150)
@given(tables)
def test_terms(
    format: str, read: Callable[[bytes], Table], table: tuple[tuple[str, ...], list[Row]]
) -> None:
    variables, rows = table
    try:
        body = written(variables, rows, format)
    except FormatError as error:
        assert format == "xml"
        assert "U+" in error.message
        assert "json" in str(error.hint)
        return
    assert read(body) == [[None if term is None else plain(term) for term in row] for row in rows]


@settings(max_examples=200)
@given(tables)
def test_csv_keeps_lexical_forms_and_rows(table: tuple[tuple[str, ...], list[Row]]) -> None:
    variables, rows = table
    body = written(variables, rows, "csv").decode()
    found = list(csv.reader(io.StringIO(body, newline="")))
    texts = [["" if term is None else plain(term)[0] for term in row] for row in rows]
    assert found == [list(variables), *texts]


@settings(max_examples=100)
@given(tables)
def test_json_lines_are_json(table: tuple[tuple[str, ...], list[Row]]) -> None:
    variables, rows = table

    def refuse(constant: str) -> None:
        raise AssertionError(f"{constant} is no JSON")

    lines = written(variables, rows, "jsonl").decode().removesuffix("\n").split("\n")
    for line, row in zip(lines if rows else [], rows, strict=True):
        values = json.loads(line, parse_constant=refuse)
        assert list(values) == list(variables)
        assert [value is None for value in values.values()] == [term is None for term in row]


@settings(max_examples=50)
@given(tables)
def test_markdown_has_a_line_for_each_row(table: tuple[tuple[str, ...], list[Row]]) -> None:
    variables, rows = table
    assert len(written(variables, rows, "md").decode().splitlines()) == 2 + len(rows)


def test_an_unbound_value_of_a_lone_column_is_a_row_to_pandas() -> None:
    pandas = pytest.importorskip("pandas")
    body = written(("n",), [(ox.Literal(1),), (None,), (ox.Literal(""),), (ox.Literal(3),)], "csv")
    assert body == b'n\r\n1\r\n""\r\n""\r\n3\r\n'
    assert len(pandas.read_csv(io.BytesIO(body))) == 4


@pytest.mark.parametrize("text", ["2", "2.", "007", "+1", "INF", "abc", ""])
@pytest.mark.parametrize("name", ["integer", "decimal", "double", "boolean"])
def test_tsv_and_the_engine_say_the_same(text: str, name: str) -> None:
    value = ox.Literal(text, datatype=ox.NamedNode(XSD + name))
    (line,) = written(("x",), [(value,)], "tsv").decode().split("\n")[1:-1]
    results = ox.parse_query_results(f"?x\n{line}\n".encode(), ox.QueryResultsFormat.TSV)
    assert isinstance(results, ox.QuerySolutions)
    assert [solution["x"] for solution in results] == [value]


@pytest.mark.parametrize("answer", [True, False])
@pytest.mark.parametrize("format", [name for name, format in ROWS.items() if not format.binary])
def test_the_answer_of_an_ask(format: str, answer: bool) -> None:
    out = io.BytesIO()
    write_boolean(answer, format, out)
    body = out.getvalue()
    if format == "json":
        assert json.loads(body)["boolean"] is answer
    elif format == "xml":
        (element,) = lxml.etree.fromstring(body).iter("{*}boolean")
        assert element.text == str(answer).lower()
    else:
        assert body.decode() == f"{str(answer).lower()}\n"
