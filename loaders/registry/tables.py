"""Tables of registries: rows of cells between tabs, each read within bounds.

No cell is quoted: a quotation mark is a character like any other, as in the files of the NCI.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import NamedTuple

from regimenkg.errors import LoaderError
from regimenkg.loaders.registry.entries import Load
from regimenkg.loaders.shared.bounded import Stream, digest, lines
from regimenkg.loaders.shared.errors import FieldError
from regimenkg.loaders.shared.files import streams

__all__ = ["Row", "first_row", "row_error", "rows", "table_streams"]


class Row(NamedTuple):
    """A row: its line, from 1, and its cells by the names of the columns."""

    line: int
    cells: dict[str, str]


def table_streams(
    path: Path, load: Load, suffixes: Collection[str]
) -> Iterator[tuple[Stream, str]]:
    """The tables in a file, each with the SHA-256 of its bytes."""
    digests = [
        digest(stream)
        for stream in streams(
            path,
            suffixes=suffixes,
            limits=load.limits,
            on_error=load.on_error and (lambda _: None),
            is_text=False,
        )
    ]
    tables = streams(
        path, suffixes=suffixes, limits=load.limits, watch=load.watch, on_error=load.on_error
    )
    yield from zip(tables, digests, strict=True)


def rows(
    stream: Stream, load: Load, required: Collection[str], columns: Collection[str] = ()
) -> Iterator[Row]:
    """The rows of a table.

    Args:
        stream: the table.
        load: is told of rows that have another number of cells than the head.
        required: columns that the table has to have.
        columns: the names of the columns where the table has no head; the last may be missing.

    Raises LoaderError for a table without the columns that it has to have.
    """
    head = list(columns)
    for line, text in lines(stream):
        if not text.strip():
            continue
        cells = text.split("\t")
        if not head:
            head = [cell.strip() for cell in cells]
            _check_head(stream, line, head, required)
            continue
        if columns and len(required) <= len(cells) <= len(head):
            cells += [""] * (len(head) - len(cells))
        if len(cells) != len(head):
            column = head[min(len(cells), len(head) - 1)]
            message = f"the row has {len(cells)} cells and the table {len(head)} columns"
            problem = FieldError(column, message, expected=f"{len(head)} cells between tabs")
            load.wrong(row_error(stream, line, problem))
            continue
        yield Row(line, dict(zip(head, cells, strict=True)))


def first_row(path: Path, required: Collection[str]) -> dict[str, str]:
    """The cells of a table's first row; none of a table without rows. Raises LoaderError."""
    load = Load.for_looking()
    for stream in streams(path):
        for row in rows(stream, load, required):
            return row.cells
    return {}


def row_error(stream: Stream, line: int, problem: FieldError) -> LoaderError:
    """The error for what is wrong in a row, by its line and column."""
    where = f", column {problem.field}" if problem.field else ""
    return LoaderError(
        f"{stream.name}:{line}{where}: {problem.message}",
        file=stream.name,
        line=line,
        field=problem.field or None,
        expected=problem.expected or None,
        hint=problem.hint or (f"expected {problem.expected}" if problem.expected else None),
    )


def _check_head(stream: Stream, line: int, head: list[str], required: Collection[str]) -> None:
    missing = [name for name in required if name not in head]
    twice = sorted({name for name in head if head.count(name) > 1})
    if missing or twice:
        words = "this column is missing" if missing else "this column is there twice"
        column = (missing or twice)[0]
        problem = FieldError(column, words, expected="the columns " + ", ".join(required))
        raise row_error(stream, line, problem)
