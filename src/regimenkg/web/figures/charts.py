"""The answer of a canned query as a chart, from the columns that its header declares.

A chart says no more than the rows: a row without a figure is named beneath, never drawn as zero;
each unit has an axis of its own, which starts at zero and for percentages ends at a hundred; and
the fillings of marks tell the series apart without colour.
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
from regimenkg.web.figures.svg import shortened, steps, svg, text, width_of

__all__ = ["Chart", "Mark", "Panel", "chart_of", "draw"]

_FILLINGS = 4
_LONGEST_LABEL = 42
_SHORTEST_NOTE = 36  # characters, however little room there is
_WIDEST = 1030  # pixels, as wide as a page


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
        value = _number(row[chart.value])
        if value is None:
            words = f"{label} ({', '.join(notes)})" if notes else label
            missing.setdefault(group, {})[Cell(words, cells[0].href)] = None
            continue
        unit = chart.unit_code or _words(row, chart.unit)
        number = series.index(_words(row, chart.series)) if series else 0
        if len(series) > _FILLINGS:
            notes.append(_words(row, chart.series))
            number = 0
        mark = Mark(
            group,
            label,
            cells[0].href,
            value,
            plain_text(row[chart.value]) + _suffix(unit),
            _number(row[chart.low]) if chart.low else None,
            _number(row[chart.high]) if chart.high else None,
            number,
            ", ".join(notes),
        )
        panels.setdefault(unit, {})[mark] = None
    drawn = []
    for unit, found in panels.items():
        groups = list(dict.fromkeys(mark.group for mark in found))
        marks = sorted(found, key=lambda mark: groups.index(mark.group))
        title = chart.measure + (f" in {UNITS.get(unit, unit)}" if unit not in ("", "1") else "")
        if unit == "" and len(panels) > 1:
            title += ", unit not stated"
        drawn.append(Panel(title, draw(title, marks, percent=unit == "%", whole=unit == "1")))
    return Chart(
        drawn,
        series if len(series) <= _FILLINGS else [],
        [(group, list(cells)) for group, cells in missing.items()],
    )


def draw(
    title: str, marks: Sequence[Mark], *, percent: bool = False, whole: bool = False
) -> Markup:
    """Marks of one unit on one axis, under the names of their groups, in the order given.

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
    top = max(top, ticks[-1])
    bottom = min(0.0, *values)
    left = 14 + max(width_of(shortened(mark.label, _LONGEST_LABEL)) for mark in marks)
    long, start, high, heading = 400, 46, 28, 32

    def place(value: float) -> float:
        return left + long * (value - bottom) / (top - bottom)

    grid: list[str] = []
    parts: list[str] = []
    width = left + long + 60
    y = float(start)
    group: str | None = None
    for mark in marks:
        if mark.group != group:
            group = mark.group
            if group:
                parts.append(text(0, y + 22, group, "group"))
                width = max(width, width_of(group, 15))
                y += heading
        words = ", ".join(filter(None, (mark.words, mark.note)))
        end = place(max(mark.value, mark.high or mark.value)) + (9 if mark.low is None else 13)
        shown = shortened(words, max(_SHORTEST_NOTE, int((_WIDEST - end) / 7.5)))
        parts += _mark(mark, words, y, high, left, place)
        parts.append(text(end, y + 19, shown, "note"))
        width = max(width, end + width_of(shown, 13) + 4)
        y += high
    parts.insert(0, text(left, 14, title, "axis"))
    for tick in ticks:
        x = place(tick)
        grid.append(f'<line class="grid" x1="{x:g}" x2="{x:g}" y1="40" y2="{y + 4:g}"/>')
        parts.append(text(x, 34, f"{tick:.10g}", "axis", "middle"))
    return svg(round(width), round(y + 10), title, [*grid, *parts], role="group")


def _mark(mark: Mark, words: str, y: float, high: int, left: float, place: object) -> list[str]:
    assert callable(place)
    label = text(left - 12, y + 19, shortened(mark.label, _LONGEST_LABEL), "label", "end")
    if mark.href:
        label = f'<a href="{escape(mark.href)}">{label}</a>'
    name = escape(", ".join(filter(None, (mark.group, mark.label, words))))
    x, zero = place(mark.value), place(0.0)
    class_ = f"series-{mark.series}"
    middle = y + high / 2
    if mark.low is None and mark.high is None:
        shape = (
            f'<rect class="bar {class_}" x="{min(x, zero):g}" y="{y + 5:g}"'
            f' width="{max(abs(x - zero), 1):g}" height="{high - 10}"/>'
            if mark.value
            else ""  # a zero has no length: its words stand at the axis
        )
    else:
        low = place(mark.low if mark.low is not None else mark.value)
        top = place(mark.high if mark.high is not None else mark.value)
        shape = (
            f'<path class="interval" d="M{low:g} {middle:g}H{top:g}M{low:g} {middle - 6:g}v12'
            f'M{top:g} {middle - 6:g}v12"/><rect class="point {class_}" x="{x - 5:g}"'
            f' y="{middle - 5:g}" width="10" height="10"/>'
        )
    return [label, f"<g><title>{name}</title>{shape}</g>"]


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
