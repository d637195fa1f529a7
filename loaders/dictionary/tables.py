"""The tables of a dictionary of drugs: which there are, their columns, and their rows.

Cells stand between tabs, none quoted. Which table a file is, its head tells.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from regimenkg.errors import LoaderError
from regimenkg.loaders.shared.base import OnError, Watch
from regimenkg.loaders.shared.bounded import LIMITS, Limits, Stream, lines
from regimenkg.loaders.shared.files import streams

__all__ = ["TABLES", "Row", "Table", "read"]

_READING = ("document", "row", "column")


@dataclass(frozen=True, slots=True)
class Table:
    """A table, by the columns that it has to have and those that it may have."""

    name: str
    required: tuple[str, ...]
    optional: tuple[str, ...] = _READING


TABLES = (
    Table("documents", ("document", "title", "sha256"), ("address", "kind")),
    Table("drugs", ("drug", "label"), ("form", "base", "ingredients", *_READING)),
    Table("names", ("drug", "kind", "name")),
    Table("classes", ("drug", "class")),
)
"""The tables, in the order in which they are read: each needs those before it."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row: its file, its line from 1, and its cells by column, blanks at the ends gone."""

    file: str
    line: int
    cells: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")

    def error(
        self, column: str, message: str, *, expected: str = "", hint: str = ""
    ) -> LoaderError:
        """The error for what is wrong in a cell."""
        return LoaderError(
            f"{self.file}:{self.line}, column {column}: {message}",
            file=self.file,
            line=self.line,
            field=column,
            expected=expected or None,
            hint=hint or (f"expected {expected}" if expected else None),
        )


def read(
    path: Path, tell: OnError, *, watch: Watch | None = None, limits: Limits = LIMITS
) -> Iterator[tuple[Table, Row]]:
    """The rows of a file, each with its table; a zip may hold several tables.

    Args:
        path: the file, plain, packed by gzip or in a zip.
        tell: is told of a row with another number of cells than the head, which is left out.
        watch: counts the bytes.
        limits: how much is read.

    Raises LoaderError for a file that is no table of a dictionary.
    """
    for stream in streams(path, suffixes=(".tsv",), limits=limits, watch=watch):
        yield from _rows(stream, tell)


def _rows(stream: Stream, tell: Callable[[LoaderError], None]) -> Iterator[tuple[Table, Row]]:
    head: list[str] = []
    table = None
    for line, text in lines(stream):
        if not text.strip():
            continue
        cells = [cell.strip() for cell in text.split("\t")]
        if table is None:
            head, table = cells, _table(stream, line, cells)
            continue
        row = Row(stream.name, line, dict(zip(head, cells, strict=False)))
        if len(cells) == len(head):
            yield table, row
        else:
            column = head[min(len(cells), len(head)) - 1]
            message = f"the row has {len(cells)} cells and the table {len(head)} columns"
            tell(row.error(column, message, expected=f"{len(head)} cells between tabs"))
    if table is None:
        raise stream.error(
            "the file is empty", expected="a table of a dictionary, with its head", hint=_HINT
        )


def _table(stream: Stream, line: int, head: list[str]) -> Table:
    """The table that a head is of; the one of which most columns are there."""
    row = Row(stream.name, line, {})
    table = max(
        TABLES, key=lambda table: len(set(table.required) & set(head)) / len(table.required)
    )
    known = {*table.required, *table.optional}
    problems = [f"{name!r} is missing" for name in table.required if name not in head]
    problems += [f"{name!r} is there twice" for name in sorted(set(head)) if head.count(name) > 1]
    problems += [f"{name[:60]!r} is no column of it" for name in head if name not in known][:20]
    if problems:
        raise row.error(
            head[0][:60] or "1",
            f"not the head of a table of {table.name}: " + "; ".join(problems),
            expected="the columns " + ", ".join(table.required),
            hint=_HINT,
        )
    return table


_HINT = "a dictionary has the tables " + "; ".join(
    f"{table.name} ({', '.join(table.required)}; may have {', '.join(table.optional)})"
    for table in TABLES
)
