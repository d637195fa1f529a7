"""Days and cycles as protocols write them: ``1-5, 8``, ``days 1, 8 and 15``, ``-6 to -2``.

A hyphen is a range between two numbers without a sign, and a sign elsewhere; ``-6-2`` could be
either, and is refused, as is ``1,000``.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from regimenkg.loaders.curated.numbers import BadValue, one_line

MAX_LENGTH = 400

_NUMBER = r"[-−+]?[0-9]{1,9}"
_RANGE = re.compile(rf"({_NUMBER})(?: ?\.\. ?| to | through )({_NUMBER})|([0-9]+) ?[-–] ?([0-9]+)")
_THOUSANDS = re.compile(r"(?<![0-9])[0-9]{1,3},[0-9]{3}(?![0-9])")
_WORD = {"day": r"(?:days?|d) ?", "cycle": r"(?:cycles?|c) ?"}
_EXPECTED = "{0}s such as 1-5, 8 or -6..-2, each once, at most 400"


def series(text: str, what: str = "day") -> list[int]:
    """The whole numbers that a text names, both ends of a range included, each once.

    Args:
        text: as printed.
        what: ``day`` or ``cycle``, a word that may stand before the numbers.

    Raises BadValue for a range that ends before it begins, and what is named twice.

    >>> series("1-3, 8"), series("-6 to -4"), series("days 1, 8 and 15"), series("-1..1")
    ([1, 2, 3, 8], [-6, -5, -4], [1, 8, 15], [-1, 0, 1])
    >>> series("-6-2")
    Traceback (most recent call last):
        ...
    regimenkg.loaders.curated.numbers.BadValue: a range with '..' where a day is negative (-6..-2)
    """
    line = re.sub("^" + _WORD[what], "", one_line(text), flags=re.I)
    if _THOUSANDS.search(line):
        raise BadValue(f"a blank after the comma between two {what}s (1, 100): 1,000 is a number")
    found: list[int] = []
    for part in re.split(r" ?, ?(?:and )?| and | ?& ?", line):
        found += _part(part, what)
    if len(set(found)) < len(found) or len(found) > MAX_LENGTH:
        raise BadValue(_EXPECTED.format(what))
    return found


def at_intervals(days: Collection[int], hours: int) -> list[int] | None:
    """The days of an unbroken run that an interval comes to, where it is shorter than the run.

    Args:
        days: those on which something is said to be given.
        hours: the time from one administration to the next.

    None where the two agree: an interval of a day or less comes to each day, and one that is as
    long as the run to the next run, as every 28 days does to days 1 to 5. None are listed for an
    interval that is no whole number of days, since the hour of the first decides.

    >>> at_intervals(range(1, 8), 48), at_intervals([1, 3, 5], 48), at_intervals(range(1, 6), 672)
    ([1, 3, 5, 7], None, None)
    >>> at_intervals(range(1, 8), 36)
    []
    """
    first, last = min(days), max(days)
    span = last - first + 1
    if hours <= 24 or len(set(days)) < span or 24 * span <= hours:
        return None
    return [] if hours % 24 else list(range(first, last + 1, hours // 24))


def _part(part: str, what: str) -> list[int]:
    if re.fullmatch(_NUMBER, part):
        return [_whole(part)]
    match = _RANGE.fullmatch(part)
    if match is None:
        if re.fullmatch(r"[-−–][0-9]+ ?[-−–].*|[0-9]+ ?[-−–] ?[-−–].*", part):
            raise BadValue(f"a range with '..' where a {what} is negative (-6..-2)")
        raise BadValue(_EXPECTED.format(what))
    first, last = (_whole(end) for end in match.groups() if end is not None)
    if first >= last or last - first >= MAX_LENGTH:
        raise BadValue(f"{what}s from the first to the last, such as 2..6, at most {MAX_LENGTH}")
    return list(range(first, last + 1))


def _whole(text: str) -> int:
    return int(text.replace("−", "-"))
