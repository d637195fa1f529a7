"""Dates of publication, as exact as the source is: a year, a month of a year, or a day.

Source: NLM on the form of a date of publication (``2018 May 17``, ``2008 Nov-Dec``, ``2000
Spring``), https://www.nlm.nih.gov/bsd/mms/medlineelements.html#dp; RIS writes ``2018/05/17/``,
others ``2018-05-17``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from regimenkg.loaders.shared.errors import FieldError
from regimenkg.terms.literals import date_type

__all__ = ["MONTHS", "Date", "date", "month_number", "read_date"]

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
"""The months as BibTeX and NLM abbreviate them."""

_FULL = (
    *("january", "february", "march", "april", "may", "june", "july", "august", "september"),
    *("october", "november", "december", "sept"),
)
_NUMERIC = re.compile(r"(\d{4})(?:[-/](\d{1,2})?(?:[-/](\d{1,2})?)?)?(?:[/T].*)?")
_WORDS = re.compile(r"(\d{4})(?:\s+([A-Za-z]+)\.?(?:\s+(\d{1,2}))?)?")
_YEAR = re.compile(r"[0-9]{4}")
_MAX_YEAR = 2100
_EXPECTED = "a year, a year and month, or a day, such as 2018 May 17 or 2018-05-17"


@dataclass(frozen=True, slots=True)
class Date:
    """A date of publication.

    Args:
        value: in the lexical form of its datatype: ``2018``, ``2018-05`` or ``2018-05-17``.
        datatype: ``gYear``, ``gYearMonth`` or ``date`` of XML Schema.
        printed: as the source writes it.
    """

    value: str
    datatype: str
    printed: str

    @property
    def year(self) -> str:
        return self.value[:4]


def date(year: str, month: str = "", day: str = "", *, printed: str = "") -> Date:
    """Return the date of a year, a month (number or English name) and a day, each as printed.

    A month that is none, such as a season, leaves the year. Raises FieldError for a year or a day
    that cannot be.

    >>> date("2018", "May", "17").value, date("2000", "Spring").value
    ('2018-05-17', '2000')
    """
    printed = printed or " ".join(part for part in (year, month, day) if part)
    if not _YEAR.fullmatch(year) or not 1000 <= int(year) <= _MAX_YEAR:
        raise FieldError("issued", f"{printed[:80]!r} is not a date", expected=_EXPECTED)
    number = month_number(month)
    if number is None:
        if month.strip().isdigit():
            raise FieldError("issued", f"{printed[:80]!r} has no such month", expected=_EXPECTED)
        return Date(year, "gYear", printed)
    value = f"{year}-{number:02d}" + (f"-{day.strip().zfill(2)}" if day.strip() else "")
    try:
        return Date(value, date_type(value), printed)
    except ValueError:
        raise FieldError(
            "issued", f"{printed[:80]!r} has no such day", expected=_EXPECTED
        ) from None


def month_number(text: str) -> int | None:
    """Return the number of a month, from 1, or None for what is no month.

    >>> month_number("Sept"), month_number("05"), month_number("Spring"), month_number("13")
    (9, 5, None, None)
    """
    word = text.strip().rstrip(".").lower()
    if word.isascii() and word.isdigit():
        return int(word) if 1 <= int(word[:3]) <= 12 and len(word) <= 2 else None
    return MONTHS.index(word[:3]) + 1 if word in MONTHS or word in _FULL else None


def read_date(text: str) -> Date:
    """Return the date that a text writes, as exact as it is; of a span of dates what is common.

    Raises FieldError for a text that does not begin with a year, and for a day that cannot be.

    >>> [read_date(text).value for text in ("2018 Apr", "2014//", "2018/05/17/", "2008 Nov-Dec")]
    ['2018-04', '2014', '2018-05-17', '2008']
    >>> read_date("1998 Dec-1999 Jan").value
    '1998'
    """
    printed = " ".join(text.split())
    for form in (_NUMERIC, _WORDS):
        if match := form.fullmatch(printed):
            return date(match[1], match[2] or "", match[3] or "", printed=printed)
    if re.match(r"\d{4}(?![\d])", printed):
        return date(printed[:4], printed=printed)
    if tail := re.fullmatch(r"[A-Za-z][A-Za-z \-/]* (\d{4})", printed):
        return date(tail[1], printed=printed)
    raise FieldError("issued", f"{printed[:80]!r} is not a date", expected=_EXPECTED)
