"""Figures of a regimen's page, as SVG that a page holds and a printer prints.

Colours come from the style sheet by class, so that they follow light, dark and print.
"""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap
from typing import NamedTuple

from markupsafe import Markup, escape

from regimenkg.web.figures.svg import shortened, steps, svg, text, width_of

__all__ = [
    "Bar",
    "Dose",
    "Edge",
    "Frame",
    "Interval",
    "calendar",
    "frame_of",
    "intervals",
    "neighbourhood",
    "rates",
]


class Dose(NamedTuple):
    """A drug on a day of a dosing: what the cell says, and how it is drawn."""

    row: str
    day: int
    text: str
    role: str
    optional: bool = False
    note: str = ""
    differs: bool = False


class Frame(NamedTuple):
    """The axes of a calendar: its days, room for the names of drugs, the width of a day."""

    days: Sequence[int]
    left: int
    wide: int


class Bar(NamedTuple):
    """A toxicity with its rate in percent, and what stands behind the bar."""

    label: str
    percent: float
    note: str
    href: str


class Interval(NamedTuple):
    """A figure with its confidence interval, where one is stated."""

    label: str
    value: float
    low: float | None
    high: float | None
    unit: str
    note: str


class Edge(NamedTuple):
    """A neighbour of a thing in the graph: the property between them, its label, its address."""

    name: str
    label: str
    href: str


_LONGEST_LINE = 22
_LONGEST_CELL = 8


def frame_of(doses: Sequence[Dose]) -> Frame:
    """The axes on which all of these have room: of several dosings, so that their days align.

    >>> frame_of([Dose("cladribine", 1, "5 mg/m²", ""), Dose("cladribine", 3, "given", "")]).days
    range(1, 4)
    """
    days = [dose.day for dose in doses]
    lines = [line for dose in doses for line in _cell_lines(dose)]
    return Frame(
        range(min(days), max(days) + 1),
        24 + round(max(width_of(line) for dose in doses for line in _lines(dose.row))),
        max(54, 14 + round(max(width_of(line, 12.5) for line in lines))),
    )


def _lines(name: str) -> list[str]:
    """A drug's name on one line or two."""
    first, *more = wrap(name, _LONGEST_LINE, break_on_hyphens=True)
    return [first, shortened(" ".join(more), _LONGEST_LINE + 4)] if more else [first]


def _cell_lines(dose: Dose) -> list[str]:
    """What a cell says, on one line or two: the number above, its unit below."""
    words = ("≠ " if dose.differs else "") + dose.text
    first, *more = wrap(words, _LONGEST_CELL, break_long_words=False) or [""]
    return [first, shortened(" ".join(more), 2 * _LONGEST_CELL)] if more else [first]


def calendar(title: str, doses: Sequence[Dose], frame: Frame | None = None) -> Markup:
    """A dosing as a table of drugs by days, with the dose in each cell.

    Days on which nothing is given stay empty; the rows come in the order of the first day. A dose
    that differs from that of another dosing is marked with ≠.

    >>> "5 mg/m²" in calendar("CLAG", [Dose("cladribine", 1, "5 mg/m²", "cytotoxic drug")])
    True
    """
    if not doses:
        return Markup("")
    days, left, wide = frame or frame_of(doses)
    first: dict[str, int] = {}
    for dose in doses:
        first[dose.row] = min(dose.day, first.get(dose.row, dose.day))
    rows = sorted(first, key=lambda row: (first[row], row))
    top, high = 34, 40
    parts = [text(left - 12, 21, "day", "axis", "end")]
    for place, day in enumerate(days):
        parts.append(text(left + place * wide + wide / 2, 21, str(day), "axis", "middle"))
    for number, row in enumerate(rows):
        y = top + number * high
        parts.append(
            f'<line class="grid" x1="0" x2="{left + len(days) * wide}" y1="{y}" y2="{y}"/>'
        )
        names = _lines(row)
        for place, line in enumerate(names):
            parts.append(text(0, y + 25 - 9 * (len(names) - 1) + 17 * place, line, "label"))
    for dose in doses:
        x = left + days.index(dose.day) * wide
        y = top + rows.index(dose.row) * high
        class_ = f"dose role-{dose.role.partition(' ')[0]}"
        class_ += " optional" * dose.optional + " differs" * dose.differs
        marks = ("optional" * dose.optional, "differs from another dosing" * dose.differs)
        words = (dose.row, f"day {dose.day}", dose.text, dose.role, dose.note, *marks)
        lines = _cell_lines(dose)
        shown = [
            text(x + wide / 2, y + 25 - 7 * (len(lines) - 1) + 14 * place, line, "cell", "middle")
            for place, line in enumerate(lines)
        ]
        parts.append(
            f"<g><title>{escape(', '.join(filter(None, words)))}</title>"
            f'<rect class="{escape(class_)}" x="{x + 2}" y="{y + 4}" width="{wide - 4}"'
            f' height="{high - 8}" rx="4"/>'
            f"{''.join(shown)}</g>"
        )
    width = left + len(days) * wide
    return svg(width, top + len(rows) * high + 4, title, parts)


def rates(title: str, bars: Sequence[Bar]) -> Markup:
    """Toxicities as bars of their rates, the highest first, on a scale from 0 to 100 percent.

    >>> "58 %" in rates("t", [Bar("febrile neutropenia", 58, "22/38", "/toxicity/a")])
    True
    """
    if not bars:
        return Markup("")
    left, high, long = 230, 30, 380
    parts = []
    for share in (0, 25, 50, 75, 100):
        x = left + long * share / 100
        parts.append(
            f'<line class="grid" x1="{x:g}" x2="{x:g}" y1="24" y2="{30 + len(bars) * high}"/>'
        )
        parts.append(text(x, 16, f"{share} %", "axis", "middle"))
    for number, bar in enumerate(sorted(bars, key=lambda bar: (-bar.percent, bar.label))):
        y = 30 + number * high
        length = max(long * min(bar.percent, 100) / 100, 1)
        words = " · ".join(filter(None, (f"{bar.percent:g} %", bar.note)))
        inside = length > 300
        label = text(left - 10, y + 20, bar.label, "label", "end")
        parts.append(
            f'<a href="{escape(bar.href)}">{label}</a>'
            f'<rect class="bar" x="{left}" y="{y + 5}" width="{length:g}" height="{high - 10}"/>'
        )
        if inside:
            parts.append(text(left + length - 8, y + 20, words, "onbar", "end"))
        else:
            parts.append(text(left + length + 8, y + 20, words, "note"))
    # A group, not an image, since its labels are links.
    return svg(left + long + 120, 36 + len(bars) * high, title, parts, role="group")


def intervals(title: str, figures: Sequence[Interval]) -> Markup:
    """Outcomes of one unit as points with their confidence intervals, on a scale from 0.

    A figure without an interval is a point alone.

    >>> "7–16" in intervals("months", [Interval("OS", 11.1, 7, 16, "months", "95% CI 7–16")])
    True
    """
    if not figures:
        return Markup("")
    left, high, long = 300, 34, 300
    top = max(figure.high or figure.value for figure in figures) * 1.08 or 1
    if figures[0].unit == "%":
        top = 100
    marks = steps(top)
    parts = []
    for step in marks:
        x = left + long * step / top
        parts.append(
            f'<line class="grid" x1="{x:g}" x2="{x:g}" y1="24" y2="{30 + len(figures) * high}"/>'
        )
        last = step == marks[-1]
        parts.append(
            text(x, 16, f"{step:g}" + (f" {figures[0].unit}" if last else ""), "axis", "middle")
        )
    for number, figure in enumerate(figures):
        y = 30 + number * high + high / 2
        parts.append(text(left - 12, y + 5, shortened(figure.label, 44), "label", "end"))
        x = left + long * figure.value / top
        if figure.low is not None and figure.high is not None:
            low, high_ = (left + long * limit / top for limit in (figure.low, figure.high))
            parts.append(
                f'<path class="interval" d="M{low:g} {y}H{high_:g}M{low:g} {y - 6}V{y + 6}'
                f'M{high_:g} {y - 6}V{y + 6}"/>'
            )
        parts.append(f'<rect class="point" x="{x - 5:g}" y="{y - 5:g}" width="10" height="10"/>')
        words = f"{figure.value:g} {figure.unit}" + (f" ({figure.note})" if figure.note else "")
        parts.append(text(left + long + 20, y + 5, words, "note"))
    return svg(left + long + 260, 36 + len(figures) * high, title, parts)


_MOST_NEIGHBOURS = 16


def neighbourhood(label: str, incoming: Sequence[Edge], outgoing: Sequence[Edge]) -> Markup:
    """A thing in the graph: what names it on the left, what it names on the right, all links.

    The properties stand between; of many neighbours the first are shown, and how many more.

    >>> "CLAG" in neighbourhood("cytarabine", [Edge("has drug", "CLAG", "/regimen/clag")], [])
    True
    """
    if not incoming and not outgoing:
        return Markup("")
    high, wide, middle = 34, 270, 400
    rows = max(min(len(side), _MOST_NEIGHBOURS + 1) for side in (incoming, outgoing))
    height = rows * high + 20
    centre = height / 2
    width = 2 * wide + middle
    curves: list[str] = []  # drawn first, so that no line runs over a word
    parts: list[str] = []
    for side, left in ((incoming, True), (outgoing, False)):
        before = ""
        shown = list(side[:_MOST_NEIGHBOURS])
        more = len(side) - len(shown)
        top = (height - (len(shown) + bool(more)) * high) / 2
        for number, edge in enumerate(shown):
            y = top + number * high + high / 2
            x0, x1 = (
                (wide, wide + middle / 2 - 95) if left else (wide + middle / 2 + 95, wide + middle)
            )
            start, end = (y, centre) if left else (centre, y)
            bend = (x1 - x0) * 0.45
            curve = f"{x0 + bend:g} {start:g} {x1 - bend:g} {end:g} {x1:g} {end:g}"
            curves.append(f'<path class="edge" d="M{x0:g} {start:g}C{curve}"/>')
            place = x0 + 8 if left else x1 - 8
            name = "" if edge.name == before else edge.name  # once for a run of the same property
            before = edge.name
            note = text(place, y - 5, name, "note", "start" if left else "end") if name else ""
            box = 0 if left else wide + middle
            parts.append(
                note
                + f'<a href="{escape(edge.href)}"><rect class="node" x="{box + 2}" y="{y - 13:g}"'
                f' width="{wide - 4}" height="26" rx="6"/>'
                + text(box + wide / 2, y + 5, shortened(edge.label, 36), "label", "middle")
                + "</a>"
            )
        if more:
            x = wide / 2 if left else wide * 1.5 + middle
            y = top + len(shown) * high + 20
            parts.append(text(x, y, f"and {more} more", "note", "middle"))
    x = wide + middle / 2
    parts.append(
        f'<rect class="self" x="{x - 95:g}" y="{centre - 18:g}" width="190" height="36" rx="8"/>'
    )
    parts.append(text(x, centre + 5, shortened(label, 25), "onbar", "middle"))
    return svg(width, int(height), f"{label} in the graph", [*curves, *parts], role="group")
