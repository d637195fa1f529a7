"""The answer of a canned query as a chart, from the columns that its header declares.

A chart says no more than the rows: a row without a figure is named beneath, never drawn as zero;
one that has only a number of patients is drawn by that; each unit has an axis of its own, which
starts at zero and for percentages ends at a hundred; and the fillings of marks tell the series
apart without colour.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isfinite
from typing import NamedTuple

from markupsafe import Markup, escape

from regimenkg.catalog.spec import ChartSpec
from regimenkg.formats.rows import plain_text
from regimenkg.records.answers import named_rows
from regimenkg.records.cells import UNITS, Cell, filled, named_cell
from regimenkg.sparql.answers import Solutions, Term
from regimenkg.web.figures.svg import steps

__all__ = ["Chart", "Mark", "Panel", "chart_of", "draw"]

_FILLINGS = 4
_PATIENTS = "{patients}"
_HIGH = 28  # pixels of a row


class Mark(NamedTuple):
    """A figure: where it belongs, what it is, and what is said beside it."""

    group: str
    label: str
    href: str
    value: float
    words: str
    low: float | None
    high: float | None
    series: int
    note: str


class Panel(NamedTuple):
    """The figures of one unit, drawn."""

    title: str
    svg: Markup


class Chart(NamedTuple):
    """A chart: its panels, what the fillings mean, and the rows that have no figure."""

    panels: list[Panel]
    series: list[str]
    missing: list[tuple[str, list[Cell]]]


def chart_of(chart: ChartSpec, answer: Solutions, about: str = "") -> Chart:
    """Draw the rows of an answer; equal marks are drawn once.

    A group that is called as the page is, ``about``, goes without a heading of its own.
    """
    rows = named_rows(answer)
    series = list(dict.fromkeys(_words(row, chart.series) for row in rows)) if chart.series else []
    panels: dict[str, dict[Mark, None]] = {}
    missing: dict[str, dict[Cell, None]] = {}
    for row in rows:
        group = _words(row, chart.group)
        group = "" if group == about else group
        cells = [named_cell(row, name) for name in chart.label]
        label = ", ".join(cell.text for cell in cells if cell.text)
        notes = list(filter(None, (filled(note, row).text for note in chart.note)))
        column, unit = chart.value, chart.unit_code or _words(row, chart.unit)
        if _number(row[column]) is None and chart.patients:
            column, unit = chart.patients, _PATIENTS
        value = _number(row[column])
        if value is None:
            words = f"{label} ({', '.join(notes)})" if notes else label
            missing.setdefault(group, {})[Cell(words, cells[0].href)] = None
            continue
        figure = plain_text(row[column])
        if column == chart.patients:
            notes = [note for note in notes if note != f"patients: {figure}"]
        number = series.index(_words(row, chart.series)) if series else 0
        if len(series) > _FILLINGS:
            notes.append(_words(row, chart.series))
            number = 0
        mark = Mark(
            group,
            label,
            cells[0].href,
            value,
            figure + _suffix(unit),
            _number(row[chart.low]) if chart.low and column == chart.value else None,
            _number(row[chart.high]) if chart.high and column == chart.value else None,
            number,
            ", ".join(notes),
        )
        panels.setdefault(unit, {})[mark] = None
    drawn = []
    for unit, unsorted in panels.items():
        groups = list(dict.fromkeys(mark.group for mark in unsorted))
        marks = sorted(unsorted, key=lambda mark: groups.index(mark.group))
        title = chart.measure + (f" in {UNITS.get(unit, unit)}" if unit not in ("", "1") else "")
        if unit == _PATIENTS:
            title = f"{chart.measure}, as a number of patients"
        if unit == "" and len(panels) > 1:
            title += ", unit not stated"
        whole = unit in ("1", _PATIENTS)
        drawn.append(Panel(title, draw(title, marks, percent=unit == "%", whole=whole)))
    return Chart(
        drawn,
        series if len(series) <= _FILLINGS else [],
        [(group, list(cells)) for group, cells in missing.items()],
    )


def draw(
    title: str, marks: Sequence[Mark], *, percent: bool = False, whole: bool = False
) -> Markup:
    """Marks of one unit on one axis, under the names of their groups, in the order given.

    Each mark is a row: its label, its place on the axis, its words. Lengths are shares of the
    width that there is, so that a wide page has them side by side and a phone one below the other.

    Args:
        title: what the axis measures, with its unit.
        marks: what is drawn, at least one.
        percent: the axis goes to a hundred.
        whole: the axis counts, so that it has no marks between whole numbers.

    >>> mark = Mark("CLAG", "rash", "/toxicity/rash", 3, "3 %", None, None, 0, "1/38 computed")
    >>> "3 %, 1/38 computed" in draw("patients in %", [mark], percent=True)
    True
    """
    limits = [limit for mark in marks for limit in (mark.value, mark.low, mark.high)]
    values = [limit for limit in limits if limit is not None]
    top = max(100.0 if percent else 0.0, *values, 0.0) or 1.0
    ticks = [tick for tick in steps(top) if not whole or tick == int(tick)]
    if not percent and not whole and ticks[-1] < top:
        ticks.append(float(f"{ticks[-1] + ticks[1]:.6g}"))
    axis = _Axis(min(0.0, *values), max(top, ticks[-1]))
    numbers = "".join(
        f'<text x="{axis.place(tick)}" y="14" text-anchor="middle" class="axis">{tick:.10g}</text>'
        for tick in ticks
    )
    grid = "".join(
        f'<line class="grid" x1="{axis.place(tick)}" x2="{axis.place(tick)}" y1="0" y2="100%"/>'
        for tick in ticks
    )
    rows = [f'<div class="mark">{_plot(numbers, 20)}</div>']
    group = ""
    for mark in marks:
        if mark.group != group:
            group = mark.group
            rows.append(f'<p class="group">{escape(group)}</p>')
        words = escape(", ".join(filter(None, (mark.words, mark.note))))
        label = f'<span class="label">{escape(mark.label)}</span>'
        if mark.href:
            label = f'<a class="label" href="{escape(mark.href)}">{escape(mark.label)}</a>'
        plot = _plot(grid + _shape(mark, axis), _HIGH)
        rows.append(f'<div class="mark">{label}{plot}<span class="note">{words}</span></div>')
    return Markup(
        f'<div class="figure chart" role="group" aria-label="{escape(title)}">{"".join(rows)}</div>'
    )


class _Axis(NamedTuple):
    """An axis from its least to its greatest value, over the whole width."""

    bottom: float
    top: float

    def share(self, length: float) -> str:
        return f"{100 * length / (self.top - self.bottom):.6g}%"

    def place(self, value: float) -> str:
        return self.share(value - self.bottom)


def _plot(shapes: str, high: int) -> str:
    """What is drawn in a row; what it says stands beside it as text."""
    return f'<svg class="plot" width="100%" height="{high}" aria-hidden="true">{shapes}</svg>'


def _shape(mark: Mark, axis: _Axis) -> str:
    """A bar from zero, or where limits are stated a point with its interval."""
    middle, class_ = _HIGH / 2, f"series-{mark.series}"
    if mark.low is None and mark.high is None:
        if not mark.value:
            return ""  # a zero has no length: its words say it
        return (
            f'<rect class="bar {class_}" x="{axis.place(min(mark.value, 0))}" y="5"'
            f' width="{axis.share(abs(mark.value))}" height="{_HIGH - 10}"/>'
        )
    low = axis.place(mark.value if mark.low is None else mark.low)
    high = axis.place(mark.value if mark.high is None else mark.high)
    ends = "".join(
        f'<line x1="{end}" x2="{end}" y1="{middle - 6:g}" y2="{middle + 6:g}"/>'
        for end, limit in ((low, mark.low), (high, mark.high))
        if limit is not None
    )
    return (
        f'<g class="interval"><line x1="{low}" x2="{high}" y1="{middle:g}" y2="{middle:g}"/>'
        f'{ends}</g><svg class="plot" x="{axis.place(mark.value)}" y="{middle:g}">'
        f'<rect class="point {class_}" x="-5" y="-5" width="10" height="10"/></svg>'
    )


def _words(row: Mapping[str, Term | None], name: str) -> str:
    return named_cell(row, name).text if name else ""


def _suffix(unit: str) -> str:
    return f" {UNITS.get(unit, unit)}" if unit not in ("", "1") else ""


def _number(term: Term | None) -> float | None:
    try:
        value = float(plain_text(term)) if term is not None else None
    except ValueError:
        return None
    return value if value is not None and isfinite(value) else None
