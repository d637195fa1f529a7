"""Lengths of time as people write them: ``2 h``, ``30 minutes``, ``q12h``, ``every other day``.

XML Schema's own form (``PT2H``) is taken everywhere. A month is no number of days, so that months
and years stay apart from days and less.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal

import pyoxigraph as ox

from regimenkg.loaders.curated.numbers import NUMBER, BadValue, number, one_line
from regimenkg.terms.literals import Duration, typed

SECONDS = {
    word: seconds
    for words, seconds in (
        ("s sec second seconds", 1),
        ("min minute minutes", 60),
        ("h hr hrs hour hours", 3600),
        ("d day days", 86400),
        ("wk w week weeks", 604800),
    )
    for word in words.split()
}
"""How long the units of time are that have a fixed length, by each of their spellings."""

_MONTHS = {
    word: months
    for words, months in (("mo month months", 1), ("a y yr year years", 12))
    for word in words.split()
}
TIME_CODES = {
    word: next(code for code, length in unit.items() if length == unit[word])
    for unit in (SECONDS, _MONTHS)
    for word in unit
}
"""The UCUM codes of the units of time, which stand first above, by each of their spellings."""

_SPAN = re.compile(rf"({NUMBER}) ?([a-z]+)")
_EVERY = re.compile(
    rf"(?:q ?(?P<q>{NUMBER}) ?|every (?:(?P<every>{NUMBER}) |(?P<other>other |second )?))"
    r"(?P<unit>[a-z]+)"
)
_WORDS = {"daily": "every day", "weekly": "every week"}
_EXPECTED_EVERY = (
    "an interval of fixed length, such as q12h, every 12 hours, daily, every other day, weekly,"
    " every 3 weeks or 21 d; 'twice daily' is timesPerDay: 2"
)


def duration(text: str) -> ox.Literal:
    """An xsd:dayTimeDuration from ``2 h``, ``30 min``, ``7 days`` or its ISO form.

    >>> duration("48 h").value, duration("PT30M").value
    ('P2D', 'PT30M')
    """
    expected = (
        "a number and a unit of fixed length, such as 30 min, 2 h, 7 d, 3 weeks or P21D; a month or"
        " a year is none: write its days where the source says them"
    )
    length = _length(text, SECONDS, lambda seconds: Duration(seconds=seconds), expected)
    if length.months:
        raise BadValue(expected)
    return typed(length.day_time, "dayTimeDuration")


def months(text: str) -> ox.Literal:
    """An xsd:yearMonthDuration from ``10 years``, ``6 mo`` or its ISO form.

    >>> months("10 a").value
    'P10Y'
    """
    expected = "a duration of whole months, such as 10 a, 6 mo or P10Y"
    length = _length(text, _MONTHS, lambda months: Duration(months=months), expected)
    if length.seconds:
        raise BadValue(expected)
    return typed(length.year_month, "yearMonthDuration")


def interval(text: str) -> ox.Literal:
    """The time from one administration to the next, longer than nothing.

    >>> [interval(text).value for text in ("q12h", "every other day", "weekly", "P1D")]
    ['PT12H', 'P2D', 'P7D', 'P1D']
    >>> interval("twice daily")
    Traceback (most recent call last):
        ...
    regimenkg.loaders.curated.numbers.BadValue: an interval of fixed length, ...
    """
    text = _WORDS.get(one_line(text), text)
    match = _EVERY.fullmatch(one_line(text))
    if match is not None:
        count = match["q"] or match["every"] or ("2" if match["other"] else "1")
        text = f"{count} {match['unit']}"
    try:
        read = duration(text)
    except BadValue:
        raise BadValue(_EXPECTED_EVERY) from None
    if read.value == "PT0S":
        raise BadValue(_EXPECTED_EVERY)
    return read


def _length(
    text: str, units: dict[str, int], of: Callable[[int], Duration], expected: str
) -> Duration:
    """A length of time as people write it, in some units, or as XML Schema does."""
    match = _SPAN.fullmatch(one_line(text))
    try:
        if match and match[2] in units:
            count = Decimal(number(match[1])) * units[match[2]]
            length = of(int(count))
            is_whole = count == int(count)
        else:
            length = Duration.parse(text)
            is_whole = not length.fraction
    except ValueError:
        raise BadValue(expected) from None
    if length.negative or not is_whole:
        raise BadValue(expected)
    return length
