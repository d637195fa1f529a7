"""Systematic changes of values as slips of readers make them, for judging what finds them.

Each change leaves the place alone and gives the value that would have been written by a slip: a
digit, a sign, a decimal point, a unit, a comparison, a day; or it gives two figures to each other's
arms, or takes two figures in the wrong order, as in "34% and 42%, respectively".
"""

from __future__ import annotations

import csv
import itertools
import random
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from places import GOLDEN

from regimenkg.checks.documents import Found
from regimenkg.checks.verification import Reading, verdict_of
from regimenkg.loaders.curated.units import by_code
from regimenkg.terms.literals import XSD, Duration
from regimenkg.terms.namespaces import RKD

SEEN = ("digit", "sign", "decimal point", "unit", "comparison", "shifted day")
"""What a re-reading is there to see."""

UNSEEN = ("swapped arms", "respectively order")
"""What no re-reading sees: every figure stands where it is said to, and belongs to another arm.
The golden facts of the second reading (tests/golden/abstracts.tsv), which another reader made and
which name the arm of each figure, are there for those."""

_UNITS = {"mo": "a", "a": "mo", "%": "mo", "1": "%", "d": "wk", "wk": "d"}
_AMOUNTS = {"mg": "mg/m2", "mg/m2": "mg", "mg/kg": "mg/m2", "AUC": "mg", "Gy": "MBq", "ug/kg": "ug"}


@dataclass(frozen=True)
class Change:
    """A change of one kind: what is read after it, and whose figure it is said to be."""

    kind: str
    was: tuple[Reading, ...]
    now: tuple[Reading, ...]
    arms: tuple[str, ...] = ()


def _with(reading: Reading, text: str) -> Reading:
    value = reading.value
    beside = frozenset(text if one == value.text else one for one in value.beside)
    return replace(reading, value=replace(value, text=text, beside=beside))


def _with_part(reading: Reading, **parts: str) -> Reading:
    return replace(reading, value=replace(reading.value, parts={**reading.value.parts, **parts}))


def _number(reading: Reading, change: Callable[[str], str | None]) -> Reading | None:
    """The reading with another number, which its value or amount has."""
    parts = reading.value.parts
    for name in ("numericValue", "lowerBound"):
        if name in parts:
            other = change(parts[name])
            return None if other is None else _with_part(reading, **{name: other})
    if reading.value.datatype not in (XSD + "decimal", XSD + "integer"):
        return None
    other = change(reading.value.text)
    return None if other is None else _with(reading, other)


def _plain(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _digit(reading: Reading, by: random.Random) -> Reading | None:
    def change(text: str) -> str:
        at = by.choice([one.start() for one in re.finditer("[0-9]", text)])
        digit = by.choice([one for one in "0123456789" if one != text[at]])
        return _plain(Decimal(text[:at] + digit + text[at + 1 :]))

    return _number(reading, change)


def _sign(reading: Reading, by: random.Random) -> Reading | None:
    return _number(reading, lambda text: _plain(-Decimal(text)) if Decimal(text) else None)


def _point(reading: Reading, by: random.Random) -> Reading | None:
    is_whole = reading.value.datatype == XSD + "integer"
    factor = Decimal(10) if is_whole else by.choice([Decimal(10), Decimal("0.1")])
    return _number(reading, lambda text: _plain(Decimal(text) * factor) if Decimal(text) else None)


def _unit(reading: Reading, by: random.Random) -> Reading | None:
    value = reading.value
    if value.name == "unit":
        return _with(reading, _UNITS[value.text]) if value.text in _UNITS else None
    if value.parts.get("ucumCode") in _AMOUNTS:
        code = _AMOUNTS[value.parts["ucumCode"]]
        return _with_part(reading, ucumCode=code, hasUnit=by_code()[code].qudt or "")
    if value.datatype in (XSD + "dayTimeDuration", XSD + "yearMonthDuration"):
        length = Duration.parse(value.text)
        other = Duration(months=length.months * 12, seconds=length.seconds * 7)
        return _with(reading, str(other))
    return None


def _comparison(reading: Reading, by: random.Random) -> Reading | None:
    if reading.value.name != "pValueBound":
        return None
    return _with(reading, by.choice([one for one in "=<≤>" if one != reading.value.text]))


def _day(reading: Reading, by: random.Random) -> Reading | None:
    value, step = reading.value, by.choice([-1, 1])
    if value.name in ("day", "cycle"):
        return _with(reading, str(int(value.text) + step))
    if value.datatype == XSD + "date":
        return _with(reading, str(date.fromisoformat(value.text) + timedelta(days=step)))
    return None


_MAKERS = {
    "digit": _digit,
    "sign": _sign,
    "decimal point": _point,
    "unit": _unit,
    "comparison": _comparison,
    "shifted day": _day,
}


def changes(
    readings: list[Reading], found: Found, arms: dict[str, str], *, each: int, seed: int
) -> Iterator[Change]:
    """So many changes of each kind, drawn by a seed from the values that can be read again.

    Args:
        readings: what the graph says was read where.
        found: the documents.
        arms: the arm of each thing that is reported for one.
        each: how many of a kind.
        seed: what they are drawn by.
    """
    by = random.Random(seed)
    readable = [one for one in readings if verdict_of(one, found).agrees]
    readable.sort(key=lambda one: (one.thing, one.value.prop, one.value.text, one.document))
    for kind, make in _MAKERS.items():
        made = 0
        for reading in by.sample(readable, len(readable)):
            other = make(reading, by)
            if made < each and other is not None and other != reading:
                made += 1
                yield Change(kind, (reading,), (other,))
    pairs = list(_pairs(readable, arms))
    for kind in UNSEEN:
        for one, two in by.sample(pairs, min(each, len(pairs))):
            if kind == "swapped arms":
                yield Change(kind, (one, two), (one, two), (arms[two.thing], arms[one.thing]))
            else:
                exchanged = (replace(two, thing=one.thing), replace(one, thing=two.thing))
                yield Change(kind, (one, two), exchanged, (arms[one.thing], arms[two.thing]))


def _pairs(readable: list[Reading], arms: dict[str, str]) -> Iterator[tuple[Reading, Reading]]:
    """Figures of one property that stand near each other and belong to two arms."""
    together: dict[tuple[str, str], list[Reading]] = defaultdict(list)
    for one in readable:
        if one.thing in arms and one.value.name in ("percent", "value", "count"):
            together[one.document, one.value.prop].append(one)
    for group in together.values():
        group.sort(key=lambda one: one.places[0].start)
        for one, two in itertools.pairwise(group):
            near = 0 < two.places[0].start - one.places[0].start < 60
            if near and arms[one.thing] != arms[two.thing] and one.value.text != two.value.text:
                yield one, two


def seen_again(change: Change, found: Found) -> bool:
    """Whether reading again finds a change."""
    return any(verdict_of(one, found).agrees is False for one in change.now)


def second_reading() -> dict[tuple[str, int, int, str, str], set[str]]:
    """The golden facts of the second reading: for each figure at its place, the arms it is of."""
    facts: dict[tuple[str, int, int, str, str], set[str]] = defaultdict(set)
    with (GOLDEN / "abstracts.tsv").open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream, delimiter="\t"):
            place = (row["document"], int(row["start"]), int(row["end"]))
            facts[(*place, row["property"], row["value"])].add(row["arm"])
    return facts


def seen_by_second_reading(
    change: Change, facts: dict[tuple[str, int, int, str, str], set[str]]
) -> bool:
    """Whether the golden facts of the second reading contradict a change."""
    for one, arm in zip(change.now, change.arms, strict=False):
        slug = one.document.removeprefix(RKD + "source/")
        name = arm.removeprefix(RKD + "arm/").removeprefix(slug + "-")
        place = one.places[0]
        told = facts.get((slug, place.start, place.end, one.value.name, one.value.text))
        if told and name not in told:
            return True
    return False
