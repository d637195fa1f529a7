"""A dose as a protocol prints it, in one text: amount, cap, per what, how often, how many times.

``1.4 mg/m2, max 2 mg`` is a dose and its cap; ``100 mg/m2/day x 7 days`` a dose per day, every day,
seven times; ``70 Gy in 35 fractions`` a total and its parts. What could mean two things (``100 mg
daily``, ``100 mg x 7 days``) is refused with what to write.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

import pyoxigraph as ox

from regimenkg.loaders.curated.durations import SECONDS, duration, interval
from regimenkg.loaders.curated.numbers import BadValue, one_line
from regimenkg.loaders.curated.quantities import Quantity, quantity
from regimenkg.terms.literals import Duration
from regimenkg.terms.namespaces import RK


class Given(NamedTuple):
    """One value that a text gives, and the name of the property that it is a value of."""

    name: str
    value: Quantity | ox.Literal | ox.NamedNode


_MAX = r"(?:max(?:imum)?\.?(?: of)?|capped at|not to exceed)"
_CAP = re.compile(rf"(?P<rest>.+?)(?: ?[,;] ?{_MAX} (?P<bare>.+)| \({_MAX} (?P<in>[^()]+)\))")
_ONLY_CAP = re.compile(rf"(?:{_MAX} )?(.+)")
_TIMES = re.compile(
    r"(?P<rest>.+?) ?(?:\bx|×|\bfor) ?(?P<count>[0-9]+) ?(?P<what>doses?|days?|d|weeks?|wk)"
)
_FRACTIONS = re.compile(r"(?P<rest>.+?) in (?P<count>[0-9]+) fractions?")
_OVER = re.compile(r"(?P<rest>.+?) over (?P<count>[0-9]+) (?P<what>[a-z]+)")
_EVERY = re.compile(r"(?P<rest>.+?),? (?P<every>(?:q ?[0-9]|every ).*)")
_PER = re.compile(
    r"(?P<rest>.+?)(?: ?/ ?| per | a )(?P<what>day|d|week|wk|cycle|course|dose|administration)"
)
_TOTAL = re.compile(r"(?P<rest>.+?),? (?:in )?total")
_LOOSE = re.compile(r".* (?:daily|weekly|once|twice|bid|b\.i\.d\.|tid|qd|qod|qw)\b.*", re.I)
_OF = {
    **dict.fromkeys(("day", "d"), "PerDay"),
    **dict.fromkeys(("week", "wk"), "PerWeek"),
    **dict.fromkeys(("dose", "administration"), "PerAdministration"),
    "cycle": "PerCycle",
    "course": "PerCourse",
}
_EACH = {"PerDay": "P1D", "PerWeek": "P7D"}


def cap(text: str) -> list[Given]:
    """The highest dose, printed as ``max 2 mg`` or ``2 mg``.

    >>> [given] = cap("max 2 mg")
    >>> given.name, given.value.number
    ('doseCap', Decimal('2'))
    """
    match = _ONLY_CAP.fullmatch(one_line(text))
    if match is None:
        raise BadValue("an amount such as max 2 mg")
    return [Given("doseCap", quantity(match[1]))]


def every(text: str) -> list[Given]:
    """An interval, with the number of times where the text says it.

    >>> [(given.name, given.value.value) for given in every("q12h x 6 doses")]
    [('every', 'PT12H'), ('repetitions', '6')]
    """
    line = one_line(text)
    match = _TIMES.fullmatch(line)
    if match is None:
        return [Given("every", interval(line))]
    apart = interval(match["rest"])
    return [Given("every", apart), _repetitions(match, apart.value)]


def dose(text: str) -> list[Given]:
    """All that the text of a dose says; raises BadValue with what to write.

    >>> [given.name for given in dose("100 mg/m2/day x 7 days")]
    ['dose', 'per', 'every', 'repetitions']
    >>> [given.value.as_reported for given in dose("1.4 mg/m2, max 2 mg")]
    ['1.4 mg/m2', '2 mg']
    >>> dose("100 mg x 7 days")
    Traceback (most recent call last):
        ...
    regimenkg.loaders.curated.numbers.BadValue: what is given each time: 100 mg/day x 7 days, ...
    """
    return list(_dose(one_line(text)))


def _dose(line: str) -> Iterator[Given]:
    limit: list[Given] = []
    if match := _CAP.fullmatch(line):
        line, limit = match["rest"], cap(match["bare"] or match["in"])
    fractions, over, times = (p.fullmatch(line) for p in (_FRACTIONS, _OVER, _TIMES))
    if whole := fractions or over or times:
        line = whole["rest"]
    if often := _EVERY.fullmatch(line):
        line = often["rest"]
    per, in_total = _PER.fullmatch(line), _TOTAL.fullmatch(line)
    if stretch := per or in_total:
        line = stretch["rest"]
    if _LOOSE.fullmatch(line):
        raise BadValue(
            "what is per day and what is each time: 100 mg/day for a daily amount; 100 mg and"
            " timesPerDay: 2, or 100 mg q12h, for what is given each time"
        )
    of = _OF[per["what"]] if per else "InTotal" if in_total or fractions or over else None
    if of != "InTotal" and (fractions or over or in_total):
        raise BadValue("either a total (70 Gy in 35 fractions, 90 mg/m2 over 3 days) or a dose per")
    yield Given("dose", quantity(line))
    if of:
        yield Given("per", ox.NamedNode(RK + of))
    apart = interval(often["every"]).value if often else _EACH.get(of or "") if times else None
    if apart:
        yield Given("every", ox.Literal(apart, datatype=_DAY_TIME))
    if times:
        if apart is None:
            raise BadValue(
                f"what is given each time: {line}/day x {times['count']} days, {line} q12h x 6"
                f" doses, or {line} over {times['count']} days for the sum"
            )
        if times["what"].startswith("dose") and of in _EACH and apart != _EACH[of]:
            raise BadValue("the dose given each time where doses are counted, not that of a day")
        yield _repetitions(times, apart)
    if fractions:
        yield Given("fractions", ox.Literal(int(fractions["count"])))
    if over:
        if SECONDS.get(over["what"], 0) < SECONDS["d"]:
            raise BadValue("the time that it runs as infusionDuration, and the amount alone here")
        yield Given("doseOver", duration(f"{over['count']} {over['what']}"))
    yield from limit


_DAY_TIME = interval("P1D").datatype


def _repetitions(times: re.Match[str], apart: str) -> Given:
    """How many times, where the text counts doses, or the days or weeks of a like interval."""
    count, what = int(times["count"]), times["what"]
    if not what.startswith("dose") and Duration.parse(apart).seconds != SECONDS[what]:
        raise BadValue("the number of doses (q12h x 6 doses), or q12h here and the days as day")
    if count < 1:
        raise BadValue("at least one time")
    return Given("repetitions", ox.Literal(count))
