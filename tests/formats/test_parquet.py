"""Parquet holds statements and rows as they are, numbers as numbers, in groups of rows."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

import pyarrow
import pyarrow.parquet
import pyoxigraph as ox
import pytest
from cli_runner import run
from hypothesis import given, settings
from hypothesis import strategies as st
from packaged_stores import documents_edition
from rdf_terms import objects, quads, triples

from regimenkg.cli.output import choose_format
from regimenkg.errors import FormatError, UsageError
from regimenkg.formats import parquet
from regimenkg.formats.graphs import write_graph
from regimenkg.formats.media import GRAPHS, ROWS
from regimenkg.formats.rows import write_boolean, write_solutions
from regimenkg.sparql.answers import COLUMN_TYPES, Row, Solutions, plain_text
from regimenkg.terms.namespaces import PREFIXES
from regimenkg.web import negotiation

XSD = PREFIXES["xsd"]
THING = ox.NamedNode("urn:x")


def literal(text: str, datatype: str) -> ox.Literal:
    return ox.Literal(text, datatype=ox.NamedNode(XSD + datatype))


def of_graph(statements: Sequence[ox.Triple | ox.Quad], memory: int = 1 << 20) -> bytes:
    out = io.BytesIO()
    assert write_graph(statements, "parquet", out, memory=memory) == len(set(statements))
    return out.getvalue()


def of_rows(rows: list[Row], types: dict[str, str] | None = None, width: int = 1) -> bytes:
    out = io.BytesIO()
    names = tuple("abc"[:width])
    assert write_solutions(Solutions(names, rows, types), "parquet", out) == len(rows)
    return out.getvalue()


def opened(body: bytes) -> Any:
    return pyarrow.parquet.ParquetFile(io.BytesIO(body))


def column(body: bytes) -> tuple[str, list[object]]:
    """The type and the values of the first column."""
    (only, *_) = opened(body).read().columns
    return str(only.type), only.to_pylist()


def node(text: str) -> ox.NamedNode | ox.BlankNode:
    return ox.BlankNode(text[2:]) if text.startswith("_:") else ox.NamedNode(text)


def object_of(row: dict[str, str | None]) -> ox.NamedNode | ox.BlankNode | ox.Literal:
    text, language, datatype = row["object"], row["language"], row["datatype"]
    assert text is not None
    if datatype is None:
        return node(text)
    if language:
        assert datatype == PREFIXES["rdf"] + "langString"
        return ox.Literal(text, language=language)
    return ox.Literal(text, datatype=ox.NamedNode(datatype))


def read(body: bytes) -> list[ox.Quad]:
    return [
        ox.Quad(
            node(row["subject"]),
            ox.NamedNode(row["predicate"]),
            object_of(row),
            node(row["graph"]) if row["graph"] else ox.DefaultGraph(),
        )
        for row in opened(body).read().to_pylist()
    ]


@pytest.fixture
def small_groups() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parquet, "_GROUP", 3)
        yield


@settings(max_examples=150)
@given(st.lists(quads, max_size=8))
def test_a_dataset_reads_back_the_same(dataset: list[ox.Quad]) -> None:
    found = read(of_graph(dataset))
    assert len(found) == len(set(found))
    assert set(found) == set(dataset)


def test_blank_nodes_and_the_default_graph_are_kept() -> None:
    triple = ox.Triple(ox.BlankNode("a"), THING, ox.BlankNode("b"))
    (row,) = opened(of_graph([triple])).read().to_pylist()
    assert tuple(row) == parquet.PARTS
    assert tuple(row.values()) == ("_:a", "urn:x", "_:b", None, None, None)


@settings(max_examples=30)
@given(
    st.lists(triples, max_size=12).flatmap(lambda ts: st.tuples(st.just(ts), st.permutations(ts)))
)
def test_the_bytes_are_the_same_in_any_order(
    orders: tuple[list[ox.Triple], list[ox.Triple]],
) -> None:
    first, second = orders
    assert of_graph(first) == of_graph([*second, *first], memory=100)


def test_a_file_is_in_groups_and_encoded_by_dictionaries(small_groups: None) -> None:
    graph = [ox.Triple(THING, THING, ox.Literal(number)) for number in range(10)]
    file = opened(of_graph(graph))
    groups = [file.metadata.row_group(place) for place in range(file.metadata.num_row_groups)]
    assert [group.num_rows for group in groups] == [3, 3, 3, 1]
    for group in groups:
        for place in range(group.num_columns):
            assert "RLE_DICTIONARY" in group.column(place).encodings
    assert sorted(file.read()["object"].to_pylist(), key=int) == list(map(str, range(10)))
    assert len(read(of_graph(graph))) == 10


VALUES = {
    "integer": [literal("5", "integer"), literal("-7", "int"), None],
    "decimal": [
        literal("2.50", "decimal"),
        literal("3", "integer"),
        literal("1e3", "double"),
        None,
    ],
    "boolean": [literal("true", "boolean"), literal("0", "boolean"), None],
    "date": [literal("2018-05-01", "date"), None],
}
EXPECTED = {
    "integer": ("int64", [5, -7, None]),
    "decimal": ("double", [2.5, 3.0, 1000.0, None]),
    "boolean": ("bool", [True, False, None]),
    "date": ("date32[day]", [date(2018, 5, 1), None]),
}


@pytest.mark.parametrize("kind", COLUMN_TYPES)
@pytest.mark.parametrize("told", [True, False])
def test_numbers_are_numbers_whether_told_or_seen(kind: str, told: bool) -> None:
    types = {"a": kind} if told else None
    assert column(of_rows([(value,) for value in VALUES[kind]], types)) == EXPECTED[kind]


@pytest.mark.parametrize("kind", COLUMN_TYPES)
def test_a_type_that_is_told_holds_without_a_value(kind: str) -> None:
    lists: tuple[list[Row], ...] = ([], [(None,)])
    for rows in lists:
        assert column(of_rows(rows, {"a": kind})) == (EXPECTED[kind][0], [None] * len(rows))
        assert column(of_rows(rows)) == ("string", [None] * len(rows))


@given(st.lists(st.tuples(*[st.none() | objects] * 2), max_size=6))
def test_what_is_no_number_is_its_text(rows: list[Row]) -> None:
    table = opened(of_rows(rows, {}, width=2)).read()
    texts = [tuple(None if term is None else plain_text(term) for term in row) for row in rows]
    assert [tuple(row.values()) for row in table.to_pylist()] == texts
    assert opened(of_rows(rows, None, width=2)).read().num_rows == len(rows)


@pytest.mark.parametrize(
    "values",
    [
        [literal("5", "integer"), ox.Literal("five")],
        [literal("5", "integer"), THING],
        [literal("2018", "gYear"), literal("2018-05-01", "date")],
        [literal("2018-05-01T10:00:00", "dateTime")],
        [literal("true", "boolean"), literal("1", "integer")],
        [literal("abc", "decimal")],
        [literal(str(1 << 63), "integer")],  # no int64, and a double would change its digits
    ],
    ids=str,
)
def test_what_not_all_values_fit_stays_text(values: list[ox.Literal]) -> None:
    found = column(of_rows([(value,) for value in values]))
    assert found == ("string", [value.value for value in values])


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("integer", literal("2.5", "decimal")),
        ("integer", literal(str(1 << 63), "integer")),
        ("integer", literal("true", "boolean")),
        ("decimal", ox.Literal("2.5")),
        ("decimal", literal("1" * 400, "integer")),
        ("decimal", literal(str((1 << 53) + 1), "integer")),
        ("boolean", ox.Literal("yes")),
        ("date", literal("2018-05", "gYearMonth")),
        ("date", THING),
    ],
)
def test_a_value_that_is_not_what_its_column_holds_is_refused(kind: str, value: ox.Literal) -> None:
    with pytest.raises(FormatError, match=f"column a holds .*no {kind}") as caught:
        of_rows([(value,)], {"a": kind})
    assert caught.value.hint


def test_rows_are_written_in_groups(small_groups: None) -> None:
    rows: list[Row] = [(ox.Literal(number),) for number in range(7)]
    for types in ({"a": "integer"}, None):
        file = opened(of_rows(rows, types))
        assert file.metadata.num_row_groups == 3
        assert column(of_rows(rows, types)) == ("int64", list(range(7)))


def test_a_truth_value_is_no_table() -> None:
    with pytest.raises(FormatError, match="no table"):
        write_boolean(True, "parquet", io.BytesIO())


def test_without_pyarrow_the_extra_is_named_before_anything_is_read() -> None:
    def unread() -> Iterator[Any]:
        raise AssertionError("something was read")
        yield

    out = io.BytesIO()
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "pyarrow", None)
        with pytest.raises(UsageError, match="pyarrow is not installed") as caught:
            write_graph(unread(), "parquet", out)
        assert "regimenkg[parquet]" in str(caught.value.hint)
        told: tuple[dict[str, str] | None, ...] = ({}, None)
        for types in told:
            with pytest.raises(UsageError, match="pyarrow is not installed"):
                write_solutions(Solutions(("a",), unread(), types), "parquet", out)
    assert out.getvalue() == b""


@pytest.mark.parametrize("formats", [ROWS, GRAPHS])
def test_it_is_not_written_to_a_terminal(formats: Any) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "stdout", Terminal())
        with pytest.raises(FormatError, match="terminal") as caught:
            choose_format("parquet", "-", formats, "parquet")
        assert "-o answer.parquet" in str(caught.value.hint)
        assert choose_format(None, "a.parquet", formats, "csv") == "parquet"
    assert choose_format("parquet", "-", formats, "csv") == "parquet", "a pipe takes it"


def test_servers_do_not_offer_what_is_read_from_its_end() -> None:
    offered = (*negotiation.RESULTS, *negotiation.GRAPHS)
    assert not any(format.binary for format in offered)


def test_commands_write_it(tmp_path: Any) -> None:
    store = ["--store", documents_edition().location]
    for words in (
        ["query", "toxicity-rates", "-o", "rows.parquet"],
        ["sparql", "SELECT ?report ?percent { ?report rk:percent ?percent }", "-o", "any.parquet"],
        ["export", "-o", "triples.parquet"],
        ["export", "-O", "nquads", "-o", "triples.nq"],
    ):
        result = run([*words, *store], cwd=tmp_path)
        assert result.code == 0, result.stderr
    rows = pyarrow.parquet.read_table(tmp_path / "rows.parquet")
    kinds = {field.name: str(field.type) for field in rows.schema}
    assert (kinds["percent"], kinds["count"], kinds["fatal"]) == ("double", "int64", "bool")
    assert kinds["regimen"] == kinds["dataCutoff"] == "string"
    assert (
        str(pyarrow.parquet.read_schema(tmp_path / "any.parquet").field("percent").type) == "double"
    )
    lines = (tmp_path / "triples.nq").read_bytes()
    assert read((tmp_path / "triples.parquet").read_bytes()) == list(
        ox.parse(lines, ox.RdfFormat.N_QUADS)
    )
