"""Numbers as documents print them, ``2,000`` and ``0.5``; what has two readings is refused.

A comma stands before three digits or is none of ours: ``1,5`` is one and a half in one country and
a slip in another. A point before three digits, of which the last is 0, has two readings too:
``10.000`` is ten in one country and ten thousand in another.
"""

from __future__ import annotations

import re
from decimal import Decimal

NUMBER = r"(?:[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])|[0-9]+)(?:\.[0-9]+)?"
"""A number without a sign, as a regular expression without groups."""

TO = r" ?(?:-|–|\.\.|\bto\b|\bthrough\b) ?"
"""What stands between the ends of a range, both of which belong to it."""

_THOUSANDS_OR_ZEROS = re.compile(r"([1-9][0-9]{0,2})\.([0-9]{2}0)")
_SIGNED = re.compile(rf"([-+−]?)({NUMBER})")


class BadValue(ValueError):
    """A text that is not a value of the expected kind; ``expected`` says what is."""

    def __init__(self, expected: str) -> None:
        super().__init__(expected)
        self.expected = expected


def one_line(text: str) -> str:
    """A text with single blanks, whatever blanks were printed.

    >>> one_line(" 2\\u00a0 g/m2")
    '2 g/m2'
    """
    return " ".join(text.split())


def number(text: str) -> Decimal:
    """The value of a printed number, which a regular expression has matched.

    Raises BadValue for a point that may stand between thousands.

    >>> number("2,000"), number("0.50")
    (Decimal('2000'), Decimal('0.50'))
    >>> number("10.000")
    Traceback (most recent call last):
        ...
    regimenkg.loaders.curated.numbers.BadValue: 10,000 or 10, whichever 10.000 stands for
    """
    if match := _THOUSANDS_OR_ZEROS.fullmatch(text):
        shorter = text.rstrip("0").rstrip(".")
        raise BadValue(f"{match[1]},{match[2]} or {shorter}, whichever {text} stands for")
    return Decimal(text.replace(",", ""))


def without_commas(text: str) -> str:
    """A number without the commas between its thousands; any other text as it is.

    >>> without_commas("12,500"), without_commas("−3"), without_commas("1,5")
    ('12500', '-3', '1,5')
    """
    match = _SIGNED.fullmatch(text)
    return match[1].replace("−", "-") + match[2].replace(",", "") if match else text
