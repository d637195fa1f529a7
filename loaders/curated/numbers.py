"""Numbers as documents print them, ``2,000`` and ``0.5``; what has two readings is refused.

A comma stands before three digits or is none of ours: ``1,5`` is one and a half in one country and
a slip in another.
"""

from __future__ import annotations

import re
from decimal import Decimal

NUMBER = r"(?:[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])|[0-9]+)(?:\.[0-9]+)?"
"""A number without a sign, as a regular expression without groups."""

TO = r" ?(?:-|–|\.\.|\bto\b|\bthrough\b) ?"
"""What stands between the ends of a range, both of which belong to it."""

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

    >>> number("2,000"), number("0.50")
    (Decimal('2000'), Decimal('0.50'))
    """
    return Decimal(text.replace(",", ""))


def without_commas(text: str) -> str:
    """A number without the commas between its thousands; any other text as it is.

    >>> without_commas("12,500"), without_commas("−3"), without_commas("1,5")
    ('12500', '-3', '1,5')
    """
    match = _SIGNED.fullmatch(text)
    return match[1].replace("−", "-") + match[2].replace(",", "") if match else text
