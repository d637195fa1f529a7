"""Text of a curated file → literals, and quantities in canonical units.

A length of time may be written as people do, ``2 h`` or ``6 mo``. Sources: UCUM for unit codes,
QUDT for unit IRIs (``ontology/units.tsv``).
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

import pyoxigraph as ox

from regimenkg.resources import directory
from regimenkg.terms import literals
from regimenkg.terms.literals import XSD, Duration, date_type, typed
from regimenkg.terms.namespaces import PREFIXES

LANG_STRING = PREFIXES["rdf"] + "langString"

_SPAN = re.compile(r"([0-9]+(?:\.[0-9]+)?) ?(s|min|h|d|wk|mo|a)")
_SECONDS = {"s": 1, "min": 60, "h": 3600, "d": 86400, "wk": 604800}
_MONTHS = {"mo": 1, "a": 12}


class BadValue(ValueError):
    """A text that is not a value of the expected kind; ``expected`` says what is."""

    def __init__(self, expected: str) -> None:
        super().__init__(expected)
        self.expected = expected


@dataclass(frozen=True, slots=True)
class Unit:
    """A printed unit and what it becomes: UCUM code, factor, QUDT IRI (or None)."""

    printed: str
    ucum: str
    factor: Decimal
    qudt: str | None


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number in a canonical unit, beside the text that it was read from."""

    number: Decimal
    unit: Unit
    as_reported: str


@cache
def units() -> dict[str, Unit]:
    """The units that a dose or threshold may have, by their printed form."""
    with (directory("ontology") / "units.tsv").open(encoding="utf-8", newline="") as stream:
        rows = csv.DictReader(stream, delimiter="\t")
        return {
            row["printed"]: Unit(
                row["printed"], row["ucum"], Decimal(row["factor"]), row["qudt"] or None
            )
            for row in rows
        }


def quantity(text: str) -> Quantity:
    """Read ``"2 g/m2"`` as 2000 mg/m2.

    >>> q = quantity("2 g/m2")
    >>> q.number, q.unit.ucum, q.as_reported
    (Decimal('2000'), 'mg/m2', '2 g/m2')
    >>> quantity("5 mg/kg/wk")
    Traceback (most recent call last):
        ...
    regimenkg.loaders.curated.values.BadValue: a number and a unit out of ...
    """
    match = re.fullmatch(r"([0-9]+(?:\.[0-9]+)?) ?(\S+)", text)
    unit = units().get(match[2]) if match else None
    if match is None or unit is None:
        raise BadValue(f"a number and a unit out of {', '.join(sorted(units()))}")
    return Quantity(Decimal(match[1]) * unit.factor, unit, text)


def number(value: Decimal) -> ox.Literal:
    """An xsd:decimal.

    >>> number(Decimal("2E3")).value
    '2000'
    """
    return decimal(f"{value:f}")


def decimal(text: str) -> ox.Literal:
    """An xsd:decimal in canonical form."""
    try:
        return typed(literals.decimal(text), "decimal")
    except ValueError:
        raise BadValue("a decimal number such as 11.1") from None


def integer(text: str) -> ox.Literal:
    """An xsd:integer in canonical form."""
    try:
        return typed(literals.integer(text), "integer")
    except ValueError:
        raise BadValue("a whole number such as 5") from None


def boolean(text: str) -> ox.Literal:
    """An xsd:boolean, written true or false."""
    if text not in ("true", "false"):
        raise BadValue("true or false")
    return ox.Literal(text == "true")


def duration(text: str) -> ox.Literal:
    """An xsd:dayTimeDuration from ``2 h``, ``30 min``, ``7 d`` or its ISO form.

    >>> duration("48 h").value, duration("PT30M").value
    ('P2D', 'PT30M')
    """
    expected = "a duration of whole seconds, such as 2 h, 30 min, 7 d or PT2H"
    length = _length(text, _SECONDS, lambda seconds: Duration(seconds=seconds), expected)
    if length.months:
        raise BadValue(expected)
    return typed(length.day_time, "dayTimeDuration")


def months(text: str) -> ox.Literal:
    """An xsd:yearMonthDuration from ``10 a``, ``6 mo`` or its ISO form.

    >>> months("10 a").value
    'P10Y'
    """
    expected = "a duration of whole months, such as 10 a, 6 mo or P10Y"
    length = _length(text, _MONTHS, lambda months: Duration(months=months), expected)
    if length.seconds:
        raise BadValue(expected)
    return typed(length.year_month, "yearMonthDuration")


def _length(
    text: str, units: dict[str, int], of: Callable[[int], Duration], expected: str
) -> Duration:
    """A length of time as people write it, in some units, or as XML Schema does."""
    match = _SPAN.fullmatch(text)
    try:
        if match and match[2] in units:
            count = Decimal(match[1]) * units[match[2]]
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


def day_range(text: str) -> list[ox.Literal]:
    """The days of ``2..6``, both ends included; a single whole number is itself.

    >>> [day.value for day in day_range("-1..1")]
    ['-1', '0', '1']
    """
    match = re.fullmatch(r"([+-]?[0-9]{1,9})\.\.([+-]?[0-9]{1,9})", text)
    if not match:
        try:
            return [integer(text)]
        except BadValue:
            raise BadValue("a whole day such as 5, or days such as 2..6") from None
    first, last = int(match[1]), int(match[2])
    if first > last or last - first > 400:
        raise BadValue("days from the first to the last, such as 2..6, at most 400")
    return [ox.Literal(day) for day in range(first, last + 1)]


def _calendar(name: str, expected: str) -> Callable[[str], ox.Literal]:
    def read(text: str) -> ox.Literal:
        try:
            if date_type(text) == name:
                return typed(text, name)
        except ValueError:
            pass
        raise BadValue(f"{expected} that exists in the calendar")

    return read


def string(text: str) -> ox.Literal:
    """A plain string without white space at its ends."""
    if not text or text != text.strip():
        raise BadValue("a text that is not empty and has no blanks at its ends")
    return ox.Literal(text)


def english(text: str) -> ox.Literal:
    """A text in English."""
    return ox.Literal(string(text).value, language="en")


READERS: dict[str, Callable[[str], ox.Literal]] = {
    XSD + "string": string,
    LANG_STRING: english,
    XSD + "integer": integer,
    XSD + "decimal": decimal,
    XSD + "boolean": boolean,
    XSD + "dayTimeDuration": duration,
    XSD + "yearMonthDuration": months,
    XSD + "date": _calendar("date", "a date such as 2019-02-28"),
    XSD + "gYearMonth": _calendar("gYearMonth", "a month such as 2009-08"),
    XSD + "gYear": _calendar("gYear", "a year such as 2008"),
}


def literal(text: str, datatypes: frozenset[str]) -> ox.Literal:
    """Read a text as the first of the datatypes that it fits.

    Raises BadValue, naming what would fit, if none does.
    """
    expected: list[str] = []
    for datatype in sorted(datatypes or {XSD + "string"}):
        try:
            return READERS[datatype](text)
        except BadValue as error:
            expected.append(error.expected)
    raise BadValue(" or ".join(expected))
