"""Numbers, durations and dates in the one lexical form that the graph has for each value.

Source: XML Schema Definition Language 1.1, Part 2, https://www.w3.org/TR/xmlschema11-2/, whose
canonical forms engines print as well: ``2000`` and not ``2000.0``, ``PT2H`` and not ``PT120M``. A
date is as exact as its source, a year, a month or a day. What no engine holds exactly, such as a
number of forty digits, is refused and never rounded.

A text holds only what XML 1.0 can write (https://www.w3.org/TR/xml/#charsets), or neither the XML
results of a query nor RDF/XML could hold it.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from pyoxigraph import Literal, NamedNode

from regimenkg.terms.namespaces import PREFIXES

__all__ = [
    *("MAX_DIGITS", "XSD", "Duration", "date_type", "decimal", "first_unwritable"),
    *("integer", "typed", "unwritable"),
]

XSD = PREFIXES["xsd"]

MAX_DIGITS = 18
"""Digits before, and as many after, the point of a number that every engine tried holds exactly."""

# Compiled when they are first used, since few commands do.
_DECIMAL = r"([+-]?)([0-9]*)(?:\.([0-9]*))?"
_DURATION = (
    r"(-?)P(?=[0-9T])(?:([0-9]+)Y)?(?:([0-9]+)M)?(?:([0-9]+)D)?"
    r"(?:T(?=[0-9])(?:([0-9]+)H)?(?:([0-9]+)M)?(?:([0-9]+)(?:\.([0-9]+))?S)?)?"
)
_DATE = r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?"
_UNWRITABLE = "[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\ud800-\\udfff\\ufffe\\uffff]"


@cache
def _datatype(name: str) -> NamedNode:
    return NamedNode(XSD + name)


def typed(text: str, datatype: str) -> Literal:
    """A literal of a datatype of XML Schema, which is given by its local name.

    >>> str(typed("2.5", "decimal"))
    '"2.5"^^<http://www.w3.org/2001/XMLSchema#decimal>'
    """
    return Literal(text, datatype=_datatype(datatype))


@cache
def _unwritable() -> re.Pattern[str]:
    return re.compile(_UNWRITABLE)


def first_unwritable(text: str) -> int | None:
    """Where the first character stands that no XML holds, counted from 0; None if none is.

    >>> first_unwritable("a\\x1a"), first_unwritable("a line\\nand another")
    (1, None)
    """
    match = _unwritable().search(text)
    return match.start() if match else None


def unwritable(text: str) -> str:
    """The code point of the first character that no XML holds, as ``U+001A``; empty if none is.

    These are the control characters but tab, line feed and carriage return, half a character
    (a lone surrogate), U+FFFE and U+FFFF. Every loader refuses a text that has one.

    >>> unwritable("iron in \\x1a-thalassemia"), unwritable("a line\\nand another")
    ('U+001A', '')
    """
    at = first_unwritable(text)
    return "" if at is None else f"U+{ord(text[at]):04X}"


def decimal(text: str) -> str:
    """The canonical form of an ``xsd:decimal``.

    Raises ValueError for a text that is none, and beyond :data:`MAX_DIGITS` digits on a side.

    >>> decimal("07.50"), decimal("-.4"), decimal("2000.0"), decimal("-0")
    ('7.5', '-0.4', '2000', '0')
    """
    match = re.fullmatch(_DECIMAL, text)
    if match is None or not (match[2] or match[3]):
        raise ValueError(f"{text[:80]!r} is not a decimal number")
    whole, fraction = match[2].lstrip("0"), (match[3] or "").rstrip("0")
    if max(len(whole), len(fraction)) > MAX_DIGITS:
        raise ValueError(f"{text[:80]!r} has more than {MAX_DIGITS} digits")
    sign = "-" if match[1] == "-" and (whole or fraction) else ""
    return f"{sign}{whole or '0'}{'.' if fraction else ''}{fraction}"


def integer(text: str) -> str:
    """The canonical form of an ``xsd:integer``.

    Raises ValueError for a text that is none, and beyond :data:`MAX_DIGITS` digits.

    >>> integer("+007"), integer("-0")
    ('7', '0')
    """
    if "." in text:
        raise ValueError(f"{text[:80]!r} is not a whole number")
    return decimal(text)


def date_type(text: str) -> str:
    """The datatype of a date that is as exact as it is written: gYear, gYearMonth or date.

    The lexical form is canonical as it stands. Raises ValueError for any other text, and for a day
    that the calendar does not have.

    >>> date_type("2018"), date_type("2018-05"), date_type("2018-05-17")
    ('gYear', 'gYearMonth', 'date')
    >>> date_type("2018-02-30")
    Traceback (most recent call last):
    ValueError: '2018-02-30' is not in the calendar
    """
    from datetime import date

    match = re.fullmatch(_DATE, text)
    if match is None:
        raise ValueError(f"{text[:80]!r} is not a date: yyyy, yyyy-mm or yyyy-mm-dd")
    try:
        date(int(match[1]), int(match[2] or 1), int(match[3] or 1))
    except ValueError:
        raise ValueError(f"{text!r} is not in the calendar") from None
    return "date" if match[3] else "gYearMonth" if match[2] else "gYear"


class Duration(NamedTuple):
    """A length of time: whole months, and seconds, which no calendar converts into each other.

    Args:
        months: whole months.
        seconds: whole seconds.
        fraction: the decimals of a second, without zeros at their end.
        negative: whether all of it counts backwards.

    >>> Duration.parse("PT36H").day_time, Duration(months=18).year_month
    ('P1DT12H', 'P1Y6M')
    >>> Duration(seconds=7200).parts
    [('2', 'h')]
    """

    months: int = 0
    seconds: int = 0
    fraction: str = ""
    negative: bool = False

    @classmethod
    def parse(cls, text: str) -> Duration:
        """Read the lexical form of an ``xsd:duration``; raises ValueError for any other text."""
        match = re.fullmatch(_DURATION, text)
        if match is None:
            raise ValueError(f"{text[:80]!r} is not a duration, such as P2D or PT2H")
        if any(len(digits or "") > MAX_DIGITS for digits in match.groups()):
            raise ValueError(f"{text[:80]!r} has more than {MAX_DIGITS} digits")
        years, months, days, hours, minutes, seconds = (int(n or 0) for n in match.groups()[1:7])
        return cls(
            12 * years + months,
            86400 * days + 3600 * hours + 60 * minutes + seconds,
            (match[8] or "").rstrip("0"),
            match[1] == "-",
        )

    @property
    def parts(self) -> list[tuple[str, str]]:
        """The figures that are not zero, each with its unit: y, mo, d, h, min or s."""
        minutes, seconds = divmod(self.seconds, 60)
        hours, minutes = divmod(minutes, 60)
        days, hours = divmod(hours, 24)
        years, months = divmod(self.months, 12)
        figures = ((years, "y"), (months, "mo"), (days, "d"), (hours, "h"), (minutes, "min"))
        parts = [(str(figure), unit) for figure, unit in figures if figure]
        if seconds or self.fraction:
            parts.append((f"{seconds}.{self.fraction}" if self.fraction else str(seconds), "s"))
        return parts

    @property
    def day_time(self) -> str:
        """The canonical form as an ``xsd:dayTimeDuration``; raises ValueError if it has months."""
        if self.months:
            raise ValueError(f"{self} has months, which are no number of days")
        return str(self)

    @property
    def year_month(self) -> str:
        """The canonical form as an ``xsd:yearMonthDuration``; raises ValueError if it has days."""
        if self.seconds or self.fraction:
            raise ValueError(f"{self} has days or less, which are no number of months")
        return str(self) if self.months else "P0M"

    def __str__(self) -> str:
        """The canonical form as an ``xsd:duration``."""
        if not self.parts:
            return "PT0S"
        letters = {"y": "Y", "mo": "M", "d": "D", "h": "H", "min": "M", "s": "S"}
        dated = [f"{n}{letters[unit]}" for n, unit in self.parts if unit in ("y", "mo", "d")]
        timed = [f"{n}{letters[unit]}" for n, unit in self.parts if unit in ("h", "min", "s")]
        sign = "-" if self.negative else ""
        return f"{sign}P{''.join(dated)}{'T' if timed else ''}{''.join(timed)}"
