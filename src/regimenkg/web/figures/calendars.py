"""Dosing calendars: drugs by days, as SVG that a page holds and a printer prints."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import pairwise
from textwrap import wrap
from typing import NamedTuple

from markupsafe import Markup, escape

from regimenkg.web.figures.svg import shortened, svg, text, width_of

__all__ = ["Dose", "Frame", "calendar", "frame_of"]


class Dose(NamedTuple):
    """A drug on a day of a dosing: what the cell says, and how it is drawn.

    ``part`` is the block, cycles or step that the day is counted in; rows of one stand together.
    """

    row: str
    day: int
    text: str
    role: str
    optional: bool = False
    note: str = ""
    differs: bool = False
    part: str = ""


class Frame(NamedTuple):
    """The axes of a calendar: its days, room for the names of drugs, the width of a day.

    Of the days, None stands for a long run on which nothing is given.
    """

    days: Sequence[int | None]
    left: int
    wide: int

    def place(self, day: int | None) -> int:
        """Where a day begins, from the left."""
        before = self.days[: self.days.index(day)]
        return self.left + sum(map(self.width, before))

    def width(self, day: int | None) -> int:
        """How wide a day is drawn."""
        return _GAP if day is None else self.wide

    @property
    def right(self) -> int:
        """Where the last day ends."""
        return self.left + sum(map(self.width, self.days))


_LONGEST_LINE = 22
_LONGEST_CELL = 8
_LONGEST_RUN = 5  # days on which nothing is given, before a run of them is drawn as one
_GAP = 26


def frame_of(doses: Sequence[Dose]) -> Frame:
    """The axes on which all of these have room: of several dosings, so that their days align.

    >>> frame_of([Dose("cladribine", 1, "5 mg/m²", ""), Dose("cladribine", 3, "given", "")]).days
    [1, 2, 3]
    >>> frame_of([Dose("vincristine", 1, "2 mg", ""), Dose("vincristine", 11, "2 mg", "")]).days
    [1, None, 11]
    """
    lines = [line for dose in doses for line in _cell_lines(dose)]
    return Frame(
        _days_of({dose.day for dose in doses}),
        24 + round(max(width_of(line) for dose in doses for line in _lines(dose.row))),
        max(54, 14 + round(max(width_of(line, 12.5) for line in lines))),
    )


def _days_of(given: Collection[int]) -> list[int | None]:
    days: list[int | None] = []
    for before, day in pairwise([min(given) - 1, *sorted(given)]):
        run = range(before + 1, day)
        days += [*(run if len(run) <= _LONGEST_RUN else [None]), day]
    return days


def _lines(name: str) -> list[str]:
    """A drug's name on one line or two."""
    first, *more = wrap(name, _LONGEST_LINE, break_on_hyphens=True)
    return [first, shortened(" ".join(more), _LONGEST_LINE + 4)] if more else [first]


def _cell_lines(dose: Dose) -> list[str]:
    """What a cell says, on one line or two: the number above, its unit below; or two doses."""
    words = ("≠ " if dose.differs else "") + dose.text
    for sign in (" + ", " or "):
        first, between, second = words.partition(sign)
        if between and sign not in second:
            return [first + between.rstrip(), second]
    first, *more = wrap(words, _LONGEST_CELL, break_long_words=False) or [""]
    return [first, shortened(" ".join(more), 2 * _LONGEST_CELL)] if more else [first]


def calendar(title: str, doses: Sequence[Dose], frame: Frame | None = None) -> Markup:
    """A dosing as a table of drugs by days, with the dose in each cell.

    Days on which nothing is given stay empty; the rows come by their part, and in it in the order
    of the first day. A dose that differs from that of another dosing is marked with ≠.

    >>> "5 mg/m²" in calendar("CLAG", [Dose("cladribine", 1, "5 mg/m²", "cytotoxic drug")])
    True
    """
    if not doses:
        return Markup("")
    frame = frame or frame_of(doses)
    first: dict[tuple[str, str], int] = {}
    for dose in doses:
        key = (dose.part, dose.row)
        first[key] = min(dose.day, first.get(key, dose.day))
    parts_in_order = list(dict.fromkeys(dose.part for dose in doses))
    rows = sorted(first, key=lambda row: (parts_in_order.index(row[0]), first[row], row[1]))
    drawn = [text(frame.left - 12, 21, "day", "axis", "end")]
    for day in frame.days:
        middle = frame.place(day) + frame.width(day) / 2
        drawn.append(text(middle, 21, "…" if day is None else str(day), "axis", "middle"))
    width = frame.right
    y = _TOP
    tops: dict[tuple[str, str], int] = {}
    part = ""
    for row in rows:
        if row[0] != part:
            part = row[0]
            drawn.append(text(0, y + 19, part, "part"))
            width = max(width, 10 + round(width_of(part, 13)))
            y += _HEADING
        tops[row] = y
        drawn.append(f'<line class="grid" x1="0" x2="{frame.right}" y1="{y}" y2="{y}"/>')
        names = _lines(row[1])
        for place, line in enumerate(names):
            drawn.append(text(0, y + 25 - 9 * (len(names) - 1) + 17 * place, line, "label"))
        y += _HIGH
    drawn += [_drawn(dose, tops[dose.part, dose.row], frame) for dose in doses]
    return svg(width, y + 4, title, drawn)


_TOP, _HIGH, _HEADING = 34, 40, 28


def _drawn(dose: Dose, top: int, frame: Frame) -> str:
    """A dose in the row that begins there."""
    x, wide = frame.place(dose.day), frame.wide
    class_ = f"dose role-{dose.role.partition(' ')[0] or 'none'}"
    class_ += " optional" * dose.optional + " differs" * dose.differs
    marks = ("optional" * dose.optional, "differs from another dosing" * dose.differs)
    words = (dose.row, dose.part, f"day {dose.day}", dose.text, dose.role, dose.note, *marks)
    lines = _cell_lines(dose)
    shown = [
        text(x + wide / 2, top + 25 - 7 * (len(lines) - 1) + 14 * place, line, "cell", "middle")
        for place, line in enumerate(lines)
    ]
    return (
        f"<g><title>{escape(', '.join(filter(None, words)))}</title>"
        f'<rect class="{escape(class_)}" x="{x + 2}" y="{top + 4}" width="{wide - 4}"'
        f' height="{_HIGH - 8}" rx="4"/>'
        f"{''.join(shown)}</g>"
    )
