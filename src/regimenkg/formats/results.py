"""The rows of a query as the Python API gives them: rdflib terms, Python values or a data frame.

rdflib is imported when a row is first looked at as terms, not before.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeAlias, overload

import pyoxigraph as ox

from regimenkg.errors import FormatError, UsageError
from regimenkg.sparql.answers import Row, Solutions, Term
from regimenkg.terms.literals import XSD, Duration

if TYPE_CHECKING:
    from rdflib import BNode, Literal, URIRef

RdflibTerm: TypeAlias = "URIRef | BNode | Literal"
RdflibRow: TypeAlias = "tuple[RdflibTerm | None, ...]"

__all__ = ["Result", "python_value", "rdflib_term"]

_LARGE = 1 << 63
_INTEGERS = frozenset(
    XSD + name
    for name in (
        "integer",
        "int",
        "long",
        "short",
        "byte",
        "nonNegativeInteger",
        "positiveInteger",
        "nonPositiveInteger",
        "negativeInteger",
        "unsignedInt",
        "unsignedLong",
        "unsignedShort",
        "unsignedByte",
    )
)


class Result(Sequence["RdflibRow"]):
    """The answer to a SELECT query: a sequence of rows, each a tuple with a term per column.

    A term is an rdflib ``URIRef``, ``BNode`` or ``Literal``, or None where the query left the
    column unbound.

    >>> rows = [(ox.NamedNode("urn:x"), ox.Literal(2)), (None, None)]
    >>> result = Result(Solutions(("drug", "day"), rows))
    >>> result.columns
    ('drug', 'day')
    >>> len(result), result[1]
    (2, (None, None))
    >>> for drug, day in result[:1]:
    ...     print(repr(drug), day.toPython())
    rdflib.term.URIRef('urn:x') 2
    >>> result.to_dicts()
    [{'drug': 'urn:x', 'day': 2}, {'drug': None, 'day': None}]
    """

    def __init__(self, solutions: Solutions) -> None:
        """Read all rows; what the backend raises while it computes them is raised here."""
        self.columns: tuple[str, ...] = tuple(solutions.variables)
        self._rows: list[Row] = list(solutions)

    @cached_property
    def _terms(self) -> list[RdflibRow]:
        return [
            tuple(None if term is None else rdflib_term(term) for term in row) for row in self._rows
        ]

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, index: int) -> RdflibRow: ...

    @overload
    def __getitem__(self, index: slice) -> list[RdflibRow]: ...

    def __getitem__(self, index: int | slice) -> RdflibRow | list[RdflibRow]:
        return self._terms[index]

    def __repr__(self) -> str:
        rows = "1 row" if len(self) == 1 else f"{len(self)} rows"
        return f"<Result: {rows} of {', '.join(self.columns)}>"

    def to_dicts(self) -> list[dict[str, Any]]:
        """Return each row as a dict of Python values by column, as `python_value` makes them."""
        return [
            {
                column: None if term is None else python_value(term)
                for column, term in zip(self.columns, row, strict=True)
            }
            for row in self._rows
        ]

    def to_pandas(self) -> Any:
        """Return the rows as a ``pandas.DataFrame`` of Python values; unbound is missing.

        Columns of numbers are ``Int64`` where all are whole by their datatype, else ``Float64``,
        which hold missing values too. Raises UsageError without pandas.
        """
        try:
            pandas = import_module("pandas")
        except ImportError as error:
            raise UsageError(
                "pandas is not installed",
                hint="`pip install 'regimenkg[pandas]'`, or use to_dicts()",
            ) from error
        values = [
            [None if term is None else python_value(term) for term in row] for row in self._rows
        ]
        frame = pandas.DataFrame(values, columns=list(self.columns), dtype=object)
        for place, column in enumerate(self.columns):
            dtype = _number_type([row[place] for row in values if row[place] is not None])
            frame[column] = frame[column].astype(dtype) if dtype else frame[column].convert_dtypes()
        return frame


def _number_type(values: Sequence[Any]) -> str | None:
    """The pandas type of a column of these values; None where they are no numbers, or too large."""
    types = set(map(type, values))
    if types == {int}:
        return "Int64" if all(-_LARGE <= value < _LARGE for value in values) else None
    return "Float64" if types and types <= {int, float, Decimal} else None


def rdflib_term(term: Term) -> RdflibTerm:
    """Return a term of rdflib, with the lexical form as it is.

    Raises FormatError for a triple term, which rdflib has not.

    >>> rdflib_term(ox.Literal("cytarabine", language="en"))
    rdflib.term.Literal('cytarabine', lang='en')
    """
    from rdflib import BNode, Literal, URIRef

    if isinstance(term, ox.NamedNode):
        return URIRef(term.value)
    if isinstance(term, ox.BlankNode):
        return BNode(term.value)
    if isinstance(term, ox.Literal):
        if term.language:
            return Literal(term.value, lang=term.language, normalize=False)
        datatype = term.datatype.value
        if datatype == XSD + "string":
            return Literal(term.value, normalize=False)
        return Literal(term.value, datatype=URIRef(datatype), normalize=False)
    raise FormatError("rdflib has no term for a triple", hint="select its parts: SUBJECT(?t) …")


def python_value(term: Term) -> Any:
    """Return a term as a Python value.

    Numbers, booleans, dates, times and durations of days or less become int, Decimal, float,
    bool, date, datetime and timedelta. Everything else is a str: IRIs whole, texts, and partial
    dates such as ``2018-05``, which no Python type holds as they are; so is a literal whose text
    does not fit its datatype.

    >>> python_value(ox.Literal("62.5", datatype=ox.NamedNode(XSD + "decimal")))
    Decimal('62.5')
    >>> python_value(ox.Literal("PT2H", datatype=ox.NamedNode(XSD + "dayTimeDuration")))
    datetime.timedelta(seconds=7200)
    >>> python_value(ox.Literal("2018", datatype=ox.NamedNode(XSD + "gYear")))
    '2018'
    """
    if not isinstance(term, ox.Literal):
        return term.value if isinstance(term, ox.NamedNode | ox.BlankNode) else str(term)
    text, datatype = term.value, term.datatype.value
    try:
        if datatype in _INTEGERS:
            return int(text)
        if datatype.startswith(XSD):
            reader = _READERS.get(datatype.removeprefix(XSD))
            return reader(text) if reader else text
    except (ValueError, InvalidOperation, KeyError, OverflowError):
        pass
    return text


def _duration(text: str) -> timedelta:
    length = Duration.parse(text)
    if length.months:
        raise ValueError(text)  # no number of days
    span = timedelta(seconds=length.seconds) + timedelta(seconds=float(f"0.{length.fraction}"))
    return -span if length.negative else span


_READERS: dict[str, Any] = {
    "decimal": Decimal,
    "double": float,
    "float": float,
    "boolean": {"true": True, "1": True, "false": False, "0": False}.__getitem__,
    "date": date.fromisoformat,
    "dateTime": datetime.fromisoformat,
    "dayTimeDuration": _duration,
    "duration": _duration,
}
