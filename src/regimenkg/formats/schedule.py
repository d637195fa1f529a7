"""Days and durations as people write them."""

from __future__ import annotations

from collections.abc import Iterable

from regimenkg.terms.literals import Duration


def day_ranges(days: Iterable[int]) -> str:
    """Days as ranges.

    >>> day_ranges([1, 2, 3, 5, -1])
    '-1, 1–3, 5'
    """
    runs: list[list[int]] = []
    for day in sorted(set(days)):
        if runs and runs[-1][-1] == day - 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    return ", ".join(f"{run[0]}–{run[-1]}" if len(run) > 1 else f"{run[0]}" for run in runs)


def duration_text(value: str) -> str:
    """An XSD duration in words; a text that is none is given back.

    >>> duration_text("PT2H"), duration_text("PT30M"), duration_text("P2D"), duration_text("P10Y")
    ('2 h', '30 min', '2 d', '10 y')
    """
    try:
        length = Duration.parse(value)
    except ValueError:
        return value
    parts = length.parts or [("0", "s")]
    return ("-" if length.negative else "") + " ".join(f"{n} {unit}" for n, unit in parts)
