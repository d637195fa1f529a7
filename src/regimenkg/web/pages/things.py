"""The page of a thing as its template takes it: sections, their figures, and the readings."""

from __future__ import annotations

from typing import Any, NamedTuple

import pyoxigraph as ox

from regimenkg.catalog.cache import find
from regimenkg.catalog.spec import QuerySpec
from regimenkg.records.answers import named_rows
from regimenkg.records.export import record
from regimenkg.records.pages import Page, Table, page_of, tables_from
from regimenkg.records.sections import READINGS
from regimenkg.sparql.answers import Solutions
from regimenkg.sparql.backend import Backend
from regimenkg.terms.namespaces import compact
from regimenkg.web.figures.calendars import calendar
from regimenkg.web.figures.charts import Chart, chart_of
from regimenkg.web.figures.dosings import ABOUT_CALENDARS, doses, dosings, legend_of, undated
from regimenkg.web.figures.neighbourhood import Edge, neighbourhood

__all__ = ["MOST_LINES", "Calendar", "Section", "thing_page", "thing_record"]

MOST_LINES = 100
"""How many lines of a table and rows in a chart there are; the query's own page has the rest."""


class Calendar(NamedTuple):
    """A dosing's calendar: its name, what it means, the drawing, and what its colours mean."""

    title: str
    about: str
    svg: Any
    legend: tuple[tuple[str, str], ...]


class Section(NamedTuple):
    """A table of the page, the query that it shows and its address, and its figure, if any.

    ``undrawn`` is how many rows the chart has no room for.
    """

    table: Table
    href: str
    spec: QuerySpec
    chart: Chart | None
    calendar: Calendar | None
    undrawn: int = 0


def thing_record(thing: ox.NamedNode, backend: Backend) -> list[ox.Triple]:
    """The record of a thing, as its Turtle or JSON-LD has it."""
    return list(record(thing, backend))


def thing_page(thing: ox.NamedNode, backend: Backend) -> dict[str, Any] | None:
    """What the template of a thing's page needs; None for an IRI that the graph does not know."""
    page = page_of(thing, backend)
    if page is None:
        return None
    return {
        "label": page.label,
        "iri": thing.value,
        "kind": page.kind,
        "sections": _sections(page),
        "graph": _graph(page),
        "questions": [
            (f"/queries/{name}?{parameter}={compact(thing.value)}", find(name).summary)
            for name, parameter in page.questions.items()
        ],
        "readings": _readings(page),
    }


def _readings(page: Page) -> Table | None:
    """Where each statement was read: the rows that the list of documents is made from."""
    read_in = next((table for table in page.tables if table.query == READINGS.query), None)
    if read_in is None:
        return None
    return next(map(_cut, tables_from(READINGS, read_in.parameter, read_in.answer)), None)


def _cut(table: Table) -> Table:
    """A table with the lines that there is room for."""
    more = len(table.lines) - MOST_LINES
    if more <= 0:
        return table
    return table._replace(lines=table.lines[:MOST_LINES], more=table.more + more)


def _sections(page: Page) -> list[Section]:
    calendars = iter(_calendars(page))
    sections = []
    for table in page.tables:
        spec = find(table.query)
        drawn = spec.chart if spec.view == "chart" and table.name == table.query else None
        rows = list(table.answer) if drawn else []
        part = Solutions(table.answer.variables, rows[:MOST_LINES])
        sections.append(
            Section(
                _cut(table),
                table.address(page.thing),
                spec,
                chart_of(drawn, part, about=page.label) if drawn else None,
                next(calendars, None) if table.query == "dosing" else None,
                max(0, len(rows) - MOST_LINES),
            )
        )
    return sections


def _calendars(page: Page) -> list[Calendar | None]:
    """A calendar for each table of a dosing, in their order; None for one without days."""
    answer = next((table.answer for table in page.tables if table.query == "dosing"), None)
    calendars: list[Calendar | None] = []
    for dosing in dosings(named_rows(answer)) if answer else []:
        shown = doses(dosing.given)
        title = f"Dosing calendar: {dosing.label}"
        without = undated(dosing.given)
        about = ABOUT_CALENDARS + (f" No day is stated of {', '.join(without)}." if without else "")
        calendars.append(
            Calendar(title, about, calendar(title, shown), legend_of(shown)) if shown else None
        )
    return calendars


def _graph(page: Page) -> Any:
    """The thing and its neighbours as a picture; things without pages here are left out."""
    edges: dict[str, list[Edge]] = {"properties": [], "mentions": []}
    for table in page.tables:
        for line in table.lines if table.name in edges else ():
            names, others = line if table.name == "properties" else reversed(line)
            edges[table.name] += [
                Edge("; ".join(cell.text for cell in names), other.text, other.href)
                for other in others
                if other.href.startswith("/") and not other.href.startswith("/vocab")
            ]
    return neighbourhood(page.label, edges["mentions"], edges["properties"])
