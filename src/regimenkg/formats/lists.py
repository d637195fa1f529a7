"""Lists of names as people hand them in: lines of text, a column of CSV or TSV, a JSON array.

They are read while they are used, and a line of any length costs no more memory than a name of the
greatest length. What is not UTF-8 in a line stays to be seen in it as lone surrogates, so that one
bad line does not stop the others.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Sequence
from io import TextIOWrapper
from typing import IO

from regimenkg.errors import FormatError, did_you_mean

__all__ = ["LONGEST", "array_in", "column_in", "columns_in", "lines_in", "texts_of"]

LONGEST = 1 << 14
"""The bytes of a line that are kept."""

_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_BOM = b"\xef\xbb\xbf"


def lines_in(stream: IO[bytes], name: str) -> Iterator[str]:
    """Yield the lines of a text, without their ends; empty lines too.

    Raises FormatError for a text in UTF-16.

    >>> import io
    >>> list(lines_in(io.BytesIO(b"Ara-C\\r\\n\\nCLAG"), "a.txt"))
    ['Ara-C', '', 'CLAG']
    """
    first = True
    while line := stream.readline(LONGEST):
        if first:
            if line.startswith(_UTF_16):
                raise FormatError(f"{name} is in UTF-16", hint="save it as UTF-8 text")
            line = line.removeprefix(_BOM)
            first = False
            if not line:
                return
        kept = line
        while line and not line.endswith(b"\n"):
            line = stream.readline(LONGEST)
        yield kept.decode("utf-8", "surrogateescape").rstrip("\r\n")


def column_in(stream: IO[bytes], name: str, column: str = "", delimiter: str = "") -> Iterator[str]:
    """Yield the cells of a column of a table with a heading.

    Args:
        stream: the table.
        name: what it is called in messages.
        column: the heading of the column; empty for the first.
        delimiter: what stands between cells; empty for a tab if the heading has one, else a comma.

    Raises FormatError for a table without the column, and for one that is no CSV.

    >>> import io
    >>> list(column_in(io.BytesIO(b"id,drug\\n1,Ara-C\\n2,\\"a, b\\"\\n"), "a.csv", "drug"))
    ['Ara-C', 'a, b']
    """
    for cells in columns_in(stream, name, (column,), delimiter):
        yield cells[0]


def columns_in(
    stream: IO[bytes], name: str, columns: Sequence[str], delimiter: str = ""
) -> Iterator[tuple[str, ...]]:
    """Yield the cells of several columns of a table with a heading, row by row; see `column_in`.

    >>> import io
    >>> table = io.BytesIO(b"drug\\tid\\nAra-C\\t1\\n")
    >>> list(columns_in(table, "a.tsv", ("id", "drug")))
    [('1', 'Ara-C')]
    """
    text = TextIOWrapper(stream, "utf-8-sig", "surrogateescape", newline="")
    heading = text.readline(LONGEST)
    delimiter = delimiter or ("\t" if "\t" in heading else ",")
    names = next(csv.reader([heading], delimiter=delimiter), [])
    rows = csv.reader(text, delimiter=delimiter)
    for column in columns:
        if column and column not in names:
            near = did_you_mean(column, names)
            raise FormatError(
                f"{name} has no column {column!r}",
                hint=f"did you mean {near!r}?" if near else "it has " + ", ".join(names[:20]),
            )
    places = [names.index(column) if column else 0 for column in columns]
    try:
        for row in rows:
            if row:
                yield tuple(row[place] if place < len(row) else "" for place in places)
    except csv.Error as error:
        raise FormatError(
            f"{name}:{rows.line_num + 1}: {error}", hint="is a quotation mark missing?"
        ) from error
    finally:
        text.detach()


def array_in(text: bytes, name: str) -> list[str]:
    """Return the texts of a JSON array, or of the array ``names`` of an object.

    Raises FormatError for any other text.

    >>> array_in(b'["Ara-C", null]', "a.json"), array_in(b'{"names": ["CLAG"]}', "b.json")
    (['Ara-C', ''], ['CLAG'])
    """
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise FormatError(f"{name} is not JSON: {error}", hint=_ARRAY) from error
    if isinstance(content, dict):
        content = content.get("names")
    if not isinstance(content, list) or any(isinstance(each, list | dict) for each in content):
        raise FormatError(f"{name} is not a list of names", hint=_ARRAY)
    return list(texts_of(content))


def texts_of(names: Iterable[object]) -> Iterator[str]:
    """Yield each name as text; one that is missing, as None or a NaN, is an empty text."""
    for each in names:
        yield "" if each is None or each != each else str(each)


_ARRAY = 'such as ["Ara-C", "CLAG-M"]'
