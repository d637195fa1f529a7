"""The page of a thing, filled in: its name, its kind, and its sections with their rows.

A page is neither text nor HTML: `regimenkg.records.show` prints it, the server renders it, and the
MCP tools give it to an assistant. All that it says are rows of canned queries.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import groupby
from typing import NamedTuple

import pyoxigraph as ox

from regimenkg.catalog.cache import catalog
from regimenkg.errors import RegimenKGError
from regimenkg.formats.rows import plain_text, readable
from regimenkg.records.answers import Named, ask, named_rows, parameter_for
from regimenkg.records.cells import Cell, filled, named_cell
from regimenkg.records.sections import Pivot, Section, sections_for
from regimenkg.sparql.answers import Solutions
from regimenkg.sparql.backend import Backend
from regimenkg.terms.namespaces import compact, expand
from regimenkg.things.kinds import kind_of
from regimenkg.things.lookup import label_of, types_of

__all__ = ["Line", "Page", "Table", "page_of", "tables_from"]

Line = tuple[tuple[Cell, ...], ...]
"""A line of a table: under each heading one cell, several, or none."""


class Table(NamedTuple):
    """A section with its rows.

    Args:
        name: of the section: that of its query, and where there are several their place in it.
        title: what stands above it.
        headings: the columns that some line has something in.
        lines: what stands beneath.
        query: the canned query that it shows.
        parameter: the parameter of that query which the thing is given for.
        answer: all rows of the query, for a chart of them.
        more: how many lines are not shown.
    """

    name: str
    title: str
    headings: tuple[str, ...]
    lines: list[Line]
    query: str
    parameter: str
    answer: Solutions
    more: int = 0

    def address(self, thing: ox.NamedNode) -> str:
        """The path of the query's own page, with its answer for the thing."""
        return f"/queries/{self.query}?{self.parameter}={compact(thing.value)}"


class Page(NamedTuple):
    """A thing, its tables, and the names of the other queries that take it, with the parameter."""

    thing: ox.NamedNode
    label: str
    kind: str
    tables: list[Table]
    questions: dict[str, str]


def page_of(thing: ox.NamedNode, backend: Backend) -> Page | None:
    """The page of a thing; None for an IRI that the graph says nothing of."""
    classes = set(types_of(thing, backend))
    if not classes:
        return None
    sections = sections_for(classes)
    # Side by side: engines and servers answer several queries at once.
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        parts = list(pool.map(lambda section: _asked(section, thing, classes, backend), sections))
    tables: list[Table] = []
    for part in parts:
        if isinstance(part, RegimenKGError):
            raise part
        tables += part
    shown = {section.query for section in sections}
    questions = {
        spec.name: parameter_for(spec, classes)
        for spec in catalog().values()
        if spec.name not in shown and _LISTING not in spec.tags and parameter_for(spec, classes)
    }
    label = label_of(thing, backend) or compact(thing.value)
    return Page(thing, label, kind_of(thing.value), tables, questions)


def _asked(
    section: Section, thing: ox.NamedNode, classes: set[str], backend: Backend
) -> list[Table] | RegimenKGError:
    """The tables of a section, or the error without its traceback, whose frames hold what the
    engine lets only the thread drop that asked it.
    """
    try:
        return tables_of(section, thing, classes, backend)
    except RegimenKGError as error:
        error.__cause__ = error.__context__ = None
        return error.with_traceback(None)


def tables_of(
    section: Section, thing: ox.NamedNode, classes: set[str], backend: Backend
) -> list[Table]:
    """The tables of a section, bound to a thing of these classes; none where it has no rows."""
    parameter = parameter_for(section.query, classes)
    if not parameter:
        return []
    answer = ask(section.query, backend, **{parameter: thing.value})
    return list(tables_from(section, parameter, answer))


def tables_from(section: Section, parameter: str, answer: Solutions) -> Iterator[Table]:
    """The tables of a section, from all rows of its query for a thing given as the parameter."""
    left_out = {expand(curie) for curie in section.without}
    rows = [
        row
        for row in named_rows(answer)
        if not left_out or plain_text(row[section.without_in]) not in left_out
    ]
    for place, group in enumerate(_groups(rows, section.by)):
        headings, lines = (
            _pivoted(section, section.columns, group)
            if isinstance(section.columns, Pivot)
            else _lines(section, group)
        )
        name = f"{section.query}-{place}" if place else section.query
        title = _plural(filled(section.title, group[0]).text) if section.by else section.title
        shown = lines[: section.most or len(lines)]
        more = len(lines) - len(shown)
        yield Table(name, title, headings, shown, section.query, parameter, answer, more)


def _groups(rows: list[Named], column: str) -> list[list[Named]]:
    """Rows by the value of a column, in the order in which each value comes first."""
    groups: dict[object, list[Named]] = {}
    for row in rows:
        groups.setdefault(row[column] if column else None, []).append(row)
    return list(groups.values())


def _lines(section: Section, rows: list[Named]) -> tuple[tuple[str, ...], list[Line]]:
    assert not isinstance(section.columns, Pivot)
    lines: dict[object, list[dict[Cell, None]]] = {}
    for number, row in enumerate(rows):
        key = (row[section.key] if section.key else None) or number
        line = lines.setdefault(key, [{} for _ in section.columns])
        for cells, column in zip(line, section.columns, strict=True):
            for template in column.templates:
                cell = filled(template, row)
                if cell.text:
                    cells[cell._replace(text=column.rewrite(cell.text))] = None
    used = [
        place
        for place in range(len(section.columns))
        if any(line[place] for line in lines.values())
    ]
    bodies = [tuple(_first(list(line[place])) for place in used) for line in lines.values()]
    if not section.key:
        bodies = list(dict.fromkeys(bodies))
    return tuple(section.columns[place].heading for place in used), bodies


def _first(cells: list[Cell]) -> tuple[Cell, ...]:
    """The first of many cells that stand together, and how many more there are."""
    more = len(cells) - _MAX_CELLS
    return (*cells[:_MAX_CELLS], Cell(f"and {more} more")) if more > 1 else tuple(cells)


def _pivoted(
    section: Section, pivot: Pivot, rows: list[Named]
) -> tuple[tuple[str, ...], list[Line]]:
    """A line for each value of the key: what most lines say in columns, the rest together."""
    said: list[dict[str, dict[Cell, None]]] = []
    for _, group in groupby(rows, key=lambda row: row[section.key]):
        values: dict[str, dict[Cell, None]] = {}
        for row in group:
            values.setdefault(readable(row[pivot.name]), {})[named_cell(row, pivot.value)] = None
        said.append(values)
    counts: dict[str, int] = {}
    for values in said:
        for name in values:
            counts[name] = counts.get(name, 0) + 1
    first = filled(section.title, rows[0]).text.partition(" ")[0]
    names = sorted(counts, key=lambda name: (name != first, -counts[name], name))
    often = [name for name in names if 2 * counts[name] >= len(said)][:_MAX_COLUMNS]
    seldom = [name for name in names if name not in often]
    lines: list[Line] = []
    for values in said:
        more = tuple(
            cell._replace(text=f"{name}: {cell.text}", number=False)
            for name in seldom
            for cell in values.get(name, ())
        )
        lines.append(
            (*(tuple(values.get(name, ())) for name in often), *([more] if seldom else []))
        )
    lines.sort(key=lambda line: [[cell.text for cell in cells] for cells in line])
    return (*often, *(["and"] if seldom else [])), lines


_AT_ONCE = 4
"""How many queries of a page are asked side by side; the longest takes about half of the time."""

_LISTING = "list"
"""The tag of queries that list things, and ask nothing of one."""

_MAX_CELLS = 30

_MAX_COLUMNS = 6
"""The most properties that have a column of their own, so that a table fits a page."""


def _plural(name: str) -> str:
    title = name[:1].upper() + name[1:]
    ends = ("care", "ing", "stance", "vice", "s")
    if ":" in title or title.endswith(ends):
        return title
    return title[:-1] + "ies" if re.search("[^aeiou]y$", title) else title + "s"
