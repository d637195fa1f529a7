"""Text of a curated file → literals in canonical XSD form, and quantities in canonical units.

Sources: XML Schema 1.1 Part 2 for the lexical forms, UCUM for unit codes, QUDT for unit IRIs
(``ontology/units.tsv``).
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache

import pyoxigraph as ox

from regimenkg.resources import directory
from regimenkg.terms.namespaces import PREFIXES

XSD = PREFIXES["xsd"]
LANG_STRING = PREFIXES["rdf"] + "langString"

_NUMBER = r"[+-]?\d+(?:\.\d+)?"
_SPAN = re.compile(r"(\d+(?:\.\d+)?) ?(s|min|h|d|wk|mo|a)")
_ISO = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?")
_ISO_MONTHS = re.compile(r"P(?:(\d+)Y)?(?:(\d+)M)?")
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
    regimenkg.loaders.curated.literals.BadValue: a number and a unit out of ...
    """
    match = re.fullmatch(r"(\d+(?:\.\d+)?) ?(\S+)", text)
    unit = units().get(match[2]) if match else None
    if match is None or unit is None:
        raise BadValue(f"a number and a unit out of {', '.join(sorted(units()))}")
    return Quantity(Decimal(match[1]) * unit.factor, unit, text)


def decimal_text(number: Decimal) -> str:
    """The canonical xsd:decimal text of a number: no exponent, no needless zeros.

    >>> decimal_text(Decimal("2.50")), decimal_text(Decimal("2E3"))
    ('2.5', '2000')
    """
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def decimal(text: str) -> ox.Literal:
    """An xsd:decimal in canonical form."""
    if not re.fullmatch(_NUMBER, text):
        raise BadValue("a decimal number such as 11.1")
    return ox.Literal(decimal_text(Decimal(text)), datatype=_datatype("decimal"))


def integer(text: str) -> ox.Literal:
    """An xsd:integer in canonical form."""
    if not re.fullmatch(r"[+-]?\d+", text):
        raise BadValue("a whole number such as 5")
    return ox.Literal(str(int(text)), datatype=_datatype("integer"))


def boolean(text: str) -> ox.Literal:
    """An xsd:boolean, written true or false."""
    if text not in ("true", "false"):
        raise BadValue("true or false")
    return ox.Literal(text, datatype=_datatype("boolean"))


def duration(text: str) -> ox.Literal:
    """An xsd:dayTimeDuration from ``2 h``, ``30 min``, ``7 d`` or its ISO form.

    >>> duration("48 h").value, duration("PT30M").value
    ('P2D', 'PT30M')
    """
    match = _SPAN.fullmatch(text)
    if match and match[2] in _SECONDS:
        seconds = Decimal(match[1]) * _SECONDS[match[2]]
    else:
        iso = _ISO.fullmatch(text)
        if not iso or not any(iso.groups()):
            raise BadValue("a duration such as 2 h, 30 min, 7 d or PT2H")
        days, hours, minutes, rest = (int(group or 0) for group in iso.groups())
        seconds = Decimal(days * 86400 + hours * 3600 + minutes * 60 + rest)
    if seconds != int(seconds):
        raise BadValue("a duration of whole seconds")
    return ox.Literal(_day_time(int(seconds)), datatype=_datatype("dayTimeDuration"))


def _day_time(seconds: int) -> str:
    days, seconds = divmod(seconds, 86400)
    hours, seconds = divmod(seconds, 3600)
    minutes, seconds = divmod(seconds, 60)
    day = f"{days}D" if days else ""
    time = "".join(f"{n}{c}" for n, c in ((hours, "H"), (minutes, "M"), (seconds, "S")) if n)
    return f"P{day}T{time}" if time else f"P{day}" if day else "PT0S"


def months(text: str) -> ox.Literal:
    """An xsd:yearMonthDuration from ``10 a``, ``6 mo`` or its ISO form.

    >>> months("10 a").value
    'P10Y'
    """
    match = _SPAN.fullmatch(text)
    if match and match[2] in _MONTHS:
        number = Decimal(match[1]) * _MONTHS[match[2]]
    else:
        iso = _ISO_MONTHS.fullmatch(text)
        if not iso or not any(iso.groups()):
            raise BadValue("a duration such as 10 a, 6 mo or P10Y")
        number = Decimal(int(iso[1] or 0) * 12 + int(iso[2] or 0))
    if number != int(number):
        raise BadValue("a duration of whole months")
    years, rest = divmod(int(number), 12)
    value = "P" + (f"{years}Y" if years else "") + (f"{rest}M" if rest or not years else "")
    return ox.Literal(value, datatype=_datatype("yearMonthDuration"))


def day_range(text: str) -> list[ox.Literal]:
    """The days of ``2..6``, both ends included; a single whole number is itself.

    >>> [day.value for day in day_range("-1..1")]
    ['-1', '0', '1']
    """
    match = re.fullmatch(r"([+-]?\d+)\.\.([+-]?\d+)", text)
    if not match:
        try:
            return [integer(text)]
        except BadValue:
            raise BadValue("a whole day such as 5, or days such as 2..6") from None
    first, last = int(match[1]), int(match[2])
    if first > last or last - first > 400:
        raise BadValue("days from the first to the last, such as 2..6, at most 400")
    return [ox.Literal(str(n), datatype=_datatype("integer")) for n in range(first, last + 1)]


def _calendar(name: str, pattern: str, expected: str) -> Callable[[str], ox.Literal]:
    def read(text: str) -> ox.Literal:
        if not re.fullmatch(pattern, text):
            raise BadValue(expected)
        try:
            date.fromisoformat((text + "-01-01")[:10])
        except ValueError:
            raise BadValue(f"{expected} that exists in the calendar") from None
        return ox.Literal(text, datatype=_datatype(name))

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
    XSD + "date": _calendar("date", r"\d{4}-\d\d-\d\d", "a date such as 2019-02-28"),
    XSD + "gYearMonth": _calendar("gYearMonth", r"\d{4}-\d\d", "a month such as 2009-08"),
    XSD + "gYear": _calendar("gYear", r"\d{4}", "a year such as 2008"),
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


def _datatype(name: str) -> ox.NamedNode:
    return ox.NamedNode(XSD + name)
