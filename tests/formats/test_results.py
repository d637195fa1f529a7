"""Rows as rdflib terms, Python values and data frames."""

from __future__ import annotations

import datetime
import subprocess
import sys
from decimal import Decimal

import pyoxigraph as ox
import pytest
import rdflib

from regimenkg.errors import FormatError, UsageError
from regimenkg.formats.results import Result, python_value, rdflib_term
from regimenkg.sparql.answers import Solutions


def literal(text: str, datatype: str) -> ox.Literal:
    """A literal of an rdflib.XSD datatype."""
    return ox.Literal(text, datatype=ox.NamedNode(str(rdflib.XSD) + datatype))


IRI = ox.NamedNode("https://w3id.org/regimenkg/drug/cytarabine")
LABEL = ox.Literal("cytarabine", language="en")


@pytest.fixture
def result() -> Result:
    """Three rows, one of them half empty."""
    rows = [(IRI, LABEL, ox.Literal(3)), (IRI, None, None), (IRI, LABEL, ox.Literal(1))]
    return Result(Solutions(("drug", "label", "grade"), iter(rows)))


class TestRows:
    """A result as a sequence of rows."""

    def test_rows_are_tuples_of_rdflib_terms(self, result: Result) -> None:
        iri = rdflib.URIRef(IRI.value)
        assert result.columns == ("drug", "label", "grade")
        assert list(result) == [
            (iri, rdflib.Literal("cytarabine", lang="en"), rdflib.Literal(3)),
            (iri, None, None),
            (iri, rdflib.Literal("cytarabine", lang="en"), rdflib.Literal(1)),
        ]

    def test_it_can_be_read_again_indexed_and_sliced(self, result: Result) -> None:
        assert list(result) == list(result)
        assert len(result) == 3
        assert result[-1] == result[2] == list(result)[2]
        assert result[1:] == list(result)[1:]
        assert result[1] in result
        with pytest.raises(IndexError):
            result[3]

    def test_an_empty_one_is_false(self, result: Result) -> None:
        assert result
        assert not Result(Solutions(("x",), []))

    def test_repr(self, result: Result) -> None:
        assert repr(result) == "<Result: 3 rows of drug, label, grade>"
        assert repr(Result(Solutions(("x",), [(None,)]))) == "<Result: 1 row of x>"

    @pytest.mark.parametrize(
        ("term", "expected"),
        [
            (ox.Literal("x"), rdflib.Literal("x")),
            (ox.BlankNode("b1"), rdflib.BNode("b1")),
            (
                literal("07", "integer"),
                rdflib.Literal("07", datatype=rdflib.XSD.integer, normalize=False),
            ),
            (
                literal("P1M", "duration"),
                rdflib.Literal("P1M", datatype=rdflib.XSD.duration, normalize=False),
            ),
            (
                literal("2018", "gYear"),
                rdflib.Literal("2018", datatype=rdflib.XSD.gYear, normalize=False),
            ),
        ],
    )
    def test_terms_keep_what_they_are(
        self, term: ox.Literal | ox.BlankNode, expected: rdflib.term.Node
    ) -> None:
        made = rdflib_term(term)
        assert made == expected
        assert str(made) == term.value

    def test_a_triple_term_is_refused(self) -> None:
        with pytest.raises(FormatError, match="no term for a triple"):
            rdflib_term(ox.Triple(IRI, IRI, IRI))


class TestPythonValues:
    """What the datatypes become."""

    @pytest.mark.parametrize(
        ("term", "expected"),
        [
            (IRI, IRI.value),
            (LABEL, "cytarabine"),
            (ox.BlankNode("b"), "b"),
            (literal("3", "integer"), 3),
            (literal("3", "nonNegativeInteger"), 3),
            (literal("2.50", "decimal"), Decimal("2.50")),
            (literal("1e3", "double"), 1000.0),
            (literal("true", "boolean"), True),
            (literal("0", "boolean"), False),
            (literal("2018-05-31", "date"), datetime.date(2018, 5, 31)),
            (
                literal("2018-05-31T10:00:00Z", "dateTime"),
                datetime.datetime(2018, 5, 31, 10, tzinfo=datetime.UTC),
            ),
            (literal("PT2H", "dayTimeDuration"), datetime.timedelta(hours=2)),
            (literal("-P1DT1.5S", "dayTimeDuration"), -datetime.timedelta(days=1, seconds=1.5)),
            # No Python type holds these as they are.
            (literal("2018", "gYear"), "2018"),
            (literal("2018-05", "gYearMonth"), "2018-05"),
            (literal("P1M", "duration"), "P1M"),
            (literal("three", "integer"), "three"),
            (literal("maybe", "boolean"), "maybe"),
            (literal("x", "decimal"), "x"),
            (literal("2018-02-30", "date"), "2018-02-30"),
            (ox.Literal("x", datatype=ox.NamedNode("urn:t")), "x"),
        ],
    )
    def test_value(self, term: ox.NamedNode | ox.Literal | ox.BlankNode, expected: object) -> None:
        value = python_value(term)
        assert value == expected
        assert type(value) is type(expected)

    def test_dicts(self, result: Result) -> None:
        assert result.to_dicts()[:2] == [
            {"drug": IRI.value, "label": "cytarabine", "grade": 3},
            {"drug": IRI.value, "label": None, "grade": None},
        ]


class TestPandas:
    """Data frames."""

    def test_whole_numbers_stay_whole_beside_missing_ones(self, result: Result) -> None:
        pandas = pytest.importorskip("pandas")
        frame = result.to_pandas()
        assert list(frame.columns) == ["drug", "label", "grade"]
        assert str(frame["grade"].dtype) == "Int64"
        assert frame["grade"].isna().tolist() == [False, True, False]
        assert frame["grade"].sum() == 4
        empty = Result(Solutions(("a", "b"), [])).to_pandas()
        assert isinstance(empty, pandas.DataFrame)
        assert list(empty.columns) == ["a", "b"]

    @pytest.mark.parametrize(
        ("values", "dtype", "mean"),
        [
            ([("62.5", "decimal"), None, ("37.5", "decimal")], "Float64", 50.0),
            ([("60", "decimal"), ("40", "decimal")], "Float64", 50.0),
            ([("1", "integer"), ("2.5", "decimal"), ("1e1", "double")], "Float64", 4.5),
            ([("2", "integer"), None, ("4", "nonNegativeInteger")], "Int64", 3.0),
        ],
    )
    def test_numbers_are_numbers(
        self, values: list[tuple[str, str] | None], dtype: str, mean: float
    ) -> None:
        pytest.importorskip("pandas")
        rows = [(None if value is None else literal(*value),) for value in values]
        frame = Result(Solutions(("percent",), rows)).to_pandas()
        assert str(frame["percent"].dtype) == dtype
        assert frame.describe().loc["mean", "percent"] == pytest.approx(mean)
        assert frame["percent"].isna().tolist() == [value is None for value in values]

    def test_a_whole_number_that_no_column_holds_stays_a_python_value(self) -> None:
        pytest.importorskip("pandas")
        rows = [(literal(str(10**30), "integer"),), (literal("1", "integer"),)]
        assert Result(Solutions(("n",), rows)).to_pandas()["n"].tolist() == [10**30, 1]

    def test_without_pandas(self, result: Result, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "pandas", None)
        with pytest.raises(UsageError, match="pandas is not installed") as caught:
            result.to_pandas()
        assert "regimenkg[pandas]" in (caught.value.hint or "")


def test_rdflib_is_not_imported_before_terms_are_looked_at() -> None:
    script = (
        "import sys\n"
        "from regimenkg.sparql.answers import Solutions\n"
        "from regimenkg.formats.results import Result\n"
        "result = Result(Solutions(('x',), [(None,)]))\n"
        "result.to_dicts(), len(result), repr(result)\n"
        "assert 'rdflib' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True)
