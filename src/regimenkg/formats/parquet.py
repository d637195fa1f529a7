"""Parquet, through pyarrow: rows with typed columns, and statements with a column for each part.

A file is written in groups of rows, of which memory holds one, and every column is encoded by its
dictionary. It is the same bytes each time, from the same version of pyarrow. pyarrow comes with the
extra ``[parquet]``, and is imported where it is used. Source: https://parquet.apache.org/docs/.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from importlib import import_module
from itertools import chain, islice
from typing import Any, TypeVar

from regimenkg.errors import FormatError, UsageError
from regimenkg.formats.rdf.literals import literal
from regimenkg.formats.rdf.names import Remembered
from regimenkg.formats.rdf.scratch import Pieces
from regimenkg.formats.rdf.statements import predicate
from regimenkg.formats.results import python_value
from regimenkg.sparql.answers import Solutions, Term, plain_text

__all__ = ["PARTS", "parquet_rows", "parquet_statements", "pyarrow"]

PARTS = ("subject", "predicate", "object", "datatype", "language", "graph")
"""The columns of statements."""

_GROUP = 122_880
"""Rows of a group: as many as DuckDB gives to one of its threads."""

_DICTIONARY = 16 << 20
"""Bytes that the dictionary of a column may have in a group."""

_LARGE = 1 << 63

Item = TypeVar("Item")


def parquet_rows(solutions: Solutions) -> Pieces:
    """Rows as a Parquet file, in pieces.

    Columns of which the solutions tell a type are int64, double, bool or date32, all others are
    strings: IRIs whole, texts without their language. Where the solutions tell no types, each
    column has that which all its values fit, for which all rows are held. A double gives a
    decimal's digits back if it has 15 or fewer, as doses, percentages and P values have.

    Raises UsageError without pyarrow, and FormatError for a value that is not of its column's type.

    >>> from pyoxigraph import Literal
    >>> b"".join(parquet_rows(Solutions(("n",), [(Literal(5),), (None,)])))[:4]
    b'PAR1'
    """
    pyarrow()  # told before any row is computed, should it be missing
    rows, types = iter(solutions), solutions.types
    if types is None:
        held = list(rows)
        columns = zip(*held, strict=True) if held else ((),) * len(solutions.variables)
        types = dict(zip(solutions.variables, map(_type_of, columns), strict=True))
        rows = iter(held)
    kinds = [(name, types.get(name, "")) for name in solutions.variables]
    readers = [_reader(name, kind) for name, kind in kinds]
    groups = (
        [list(map(read, column)) for read, column in zip(readers, columns, strict=True)]
        for columns in _columns(rows)
    )
    return _written([(name, _ARROW[kind]) for name, kind in kinds], groups)


def parquet_statements(batches: Iterable[list[bytes]]) -> Pieces:
    """Statements as a Parquet file, in pieces: a row each, with the columns :data:`PARTS`.

    IRIs are written whole, names of blank nodes with ``_:``. An object that is no literal has no
    datatype; what is in the default graph has no graph. Raises UsageError without pyarrow.

    Args:
        batches: lines as :class:`regimenkg.formats.rdf.statements.Statements` gives them.

    >>> b"".join(parquet_statements([[b' <urn:a> urn:p "b"@en']]))[:4]
    b'PAR1'
    """
    nodes = Remembered[bytes, bytes](_node)
    predicates = Remembered[bytes, bytes](lambda key: predicate(key)[1:-1])

    def parts(line: bytes) -> tuple[bytes | str | None, ...]:
        graph, subject, key, object_ = line.split(b" ", 3)
        value: tuple[bytes | str | None, ...] = (nodes[object_], None, None)
        if object_.startswith(b'"'):
            text, language, datatype = literal(object_.decode())
            value = (text, datatype, language or None)
        return nodes[subject], predicates[key], *value, nodes[graph] or None

    rows = map(parts, chain.from_iterable(batches))
    return _written([(name, _ARROW[""]) for name in PARTS], _columns(rows))


_ARROW = {
    "": "string",
    "integer": "int64",
    "decimal": "float64",
    "boolean": "bool_",
    "date": "date32",
}
"""What a column is in Arrow, by what it holds."""

_FITTING: dict[str, tuple[type, ...]] = {
    "integer": (int,),
    "decimal": (int, float, Decimal),
    "boolean": (bool,),
    "date": (date,),
}
"""The types of Python that the values of a column may have, by what it holds."""


def _type_of(column: Iterable[Term | None]) -> str:
    """What a column holds: the first type that all its values fit; nothing for texts."""
    terms = [term for term in column if term is not None]
    for kind in _FITTING if terms else ():
        try:
            for term in terms:
                _value(term, kind)
        except ValueError:
            continue
        return kind
    return ""


def _value(term: Term, kind: str) -> object:
    """The value of a term in a column that holds this; raises ValueError where it does not fit."""
    value = python_value(term)
    whole = type(value) is int
    if type(value) not in _FITTING[kind] or (whole and not -_LARGE <= value < _LARGE):
        raise ValueError(term)
    if kind != "decimal":
        return value
    number = float(value)
    if whole and number != value:  # a double has not all its digits
        raise ValueError(term)
    return number


def _reader(column: str, kind: str) -> Callable[[Term | None], object]:
    """What makes the values of a column of its terms."""
    if not kind:
        return lambda term: None if term is None else plain_text(term)

    def read(term: Term | None) -> object:
        try:
            return None if term is None else _value(term, kind)
        except ValueError:
            raise FormatError(
                f"the column {column} holds {term}, which is no {kind}",
                hint="csv and json hold values of any kind",
            ) from None

    return read


def _node(node: bytes) -> bytes:
    return node[1:-1] if node.startswith(b"<") else node


def _columns(rows: Iterable[Sequence[Item]]) -> Iterator[list[tuple[Item, ...]]]:
    """The columns of each group of rows."""
    rows = iter(rows)
    while group := list(islice(rows, _GROUP)):
        yield list(zip(*group, strict=True))


def _written(
    columns: Sequence[tuple[str, str]], groups: Iterable[Sequence[Sequence[object]]]
) -> Pieces:
    """The pieces of a file with columns of these names and types, one for each group."""
    arrow, parquet = pyarrow()
    schema = arrow.schema([(name, getattr(arrow, type_)()) for name, type_ in columns])
    sink = _Sink()
    with parquet.ParquetWriter(
        sink, schema, compression="zstd", dictionary_pagesize_limit=_DICTIONARY
    ) as writer:
        for group in groups:
            arrays = [
                arrow.array(values, field.type) for values, field in zip(group, schema, strict=True)
            ]
            writer.write_table(arrow.Table.from_arrays(arrays, schema=schema))
            yield sink.take()
    yield sink.take()


class _Sink:
    """A file for pyarrow, which is taken away piece by piece."""

    closed = False

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._size = 0

    def write(self, data: bytes) -> int:
        self._parts.append(bytes(data))
        self._size += len(data)
        return len(data)

    def tell(self) -> int:
        return self._size

    def flush(self) -> None:
        """It is all here."""

    def take(self) -> bytes:
        """What was written since the last time."""
        piece = b"".join(self._parts)
        self._parts.clear()
        return piece


def pyarrow() -> tuple[Any, Any]:
    """The modules ``pyarrow`` and ``pyarrow.parquet``; raises UsageError where there are none."""
    try:
        return import_module("pyarrow"), import_module("pyarrow.parquet")
    except ImportError as error:
        raise UsageError(
            "pyarrow is not installed, which Parquet needs",
            hint="`pip install 'regimenkg[parquet]'`, or choose csv, nquads or another format",
        ) from error
