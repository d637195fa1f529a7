"""The rows of a canned query as the table of a page, with every column that says something."""

from __future__ import annotations

from typing import NamedTuple

from regimenkg.catalog.spec import QuerySpec
from regimenkg.records.answers import named_rows
from regimenkg.records.cells import Cell, heading, named_cell
from regimenkg.sparql.answers import Solutions

__all__ = ["Column", "Table", "table_of"]


class Column(NamedTuple):
    """A column: its heading, and what it holds."""

    title: str
    description: str


class Table(NamedTuple):
    """Columns and rows."""

    columns: tuple[Column, ...]
    rows: list[tuple[Cell, ...]]


def table_of(spec: QuerySpec, answer: Solutions, part: slice = slice(None)) -> Table:
    """The table of a canned query's answer, or of a part of its rows.

    ``drug`` and ``drugLabel`` become one column, the ``page`` of a code is where its ``id`` links
    to, and columns that are empty in all rows are left out.
    """
    names = list(answer.variables)
    rows = named_rows(answer)
    shown = []
    for name in names:
        is_label = name.endswith("Label") and name.removesuffix("Label") in names
        if is_label or (name == "page" and "id" in names):
            continue
        if not rows or any(row[name] is not None for row in rows):
            shown.append(name)
    columns = tuple(Column(heading(name), spec.columns.get(name, "")) for name in shown)
    return Table(columns, [tuple(named_cell(row, name) for name in shown) for row in rows[part]])
