"""Dosing calendars: drugs by days, as SVG that a page holds and a printer prints."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap
from typing import NamedTuple

from markupsafe import Markup, escape

from regimenkg.web.figures.svg import shortened, svg, text, width_of

__all__ = ["Dose", "Frame", "calendar", "frame_of"]


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
