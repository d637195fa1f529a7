"""Aligned text tables that fit the terminal."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterator, Sequence

_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?%?")
_GAP = "  "
_LEAST = 8


def table(
    header: Sequence[str], rows: Sequence[Sequence[str]], width: int | None = None
) -> Iterator[str]:
    """Lines of an aligned table: header, rule, rows; long cells continue on further lines.

    ``width`` is the most columns of a line, by default those of the terminal, and unlimited
    where there is no terminal. Columns of numbers are aligned to the right.

    >>> for line in table(["drug", "days"], [["cytarabine", "5"], ["G-CSF", "10"]]):
    ...     print(line, end="")
    drug        days
    ----------  ----
    cytarabine     5
    G-CSF         10
    """
    cells = [[_one_line(cell) for cell in row] for row in rows]
    widths = [
        max([_columns(name), *(_columns(row[i]) for row in cells)]) for i, name in enumerate(header)
    ]
    _narrow(widths, terminal_width() if width is None else width)
    right = [
        bool(cells) and all(not row[i] or _NUMBER.fullmatch(row[i]) for row in cells)
        for i in range(len(header))
    ]
    yield from _lines(header, widths, right)
    yield _GAP.join("-" * w for w in widths) + "\n"
    for row in cells:
        yield from _lines(row, widths, right)


def terminal_width() -> int | None:
    """Columns that ``COLUMNS`` names or the terminal has that stdout is, or None if it is none."""
    if (named := os.environ.get("COLUMNS", "")).isdigit() and int(named) > 0:
        return int(named)
    try:
        return os.get_terminal_size(1).columns
    except OSError:
        return None


def _narrow(widths: list[int], most: int | None) -> None:
    """Take columns from the widest until the line fits, though never below a few."""
    if most is None:
        return
    while sum(widths) + len(_GAP) * (len(widths) - 1) > most:
        widest = max(range(len(widths)), key=lambda i: widths[i])
        if widths[widest] <= _LEAST:
            return
        widths[widest] -= 1


def _lines(row: Sequence[str], widths: list[int], right: list[bool]) -> Iterator[str]:
    wrapped = [_wrap(cell, width) for cell, width in zip(row, widths, strict=True)]
    for number in range(max(map(len, wrapped), default=1)):
        parts = []
        for lines, width, to_right in zip(wrapped, widths, right, strict=True):
            text = lines[number] if number < len(lines) else ""
            blank = " " * (width - _columns(text))
            parts.append(blank + text if to_right else text + blank)
        yield _GAP.join(parts).rstrip() + "\n"


def _wrap(text: str, width: int) -> list[str]:
    """Break a text into lines of at most ``width`` columns, at blanks where there are any."""
    if _columns(text) <= width:
        return [text]
    lines, line = [], ""
    for word in text.split(" "):
        while _columns(word) > width:
            room = width - _columns(line) - bool(line)
            if room < 4:
                lines.append(line)
                line, room = "", width
            head = _head(word, room)
            lines.append(f"{line} {head}".strip())
            line, word = "", word[len(head) :]
        if line and _columns(line) + 1 + _columns(word) > width:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}" if line else word
    return [*lines, line] if line else lines


def _head(word: str, room: int) -> str:
    columns = 0
    for index, char in enumerate(word):
        columns += _columns(char)
        if columns > room:
            return word[: max(index, 1)]
    return word


def _one_line(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _columns(text: str) -> int:
    """How many columns of a terminal a text takes."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in text
    )
