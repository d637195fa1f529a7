"""The numbers of a text, in digits or in words, and what number each is.

A digit that is part of a name or of a unit (FLT3, CD33, PD-1, m2, m(2)) is no number, and neither
is the word "one", which mostly counts nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

FIGURE = r"(?:[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])|[0-9]+)(?:[.·][0-9]+)*|(?<![0-9])[.·][0-9]+"
"""A number in digits: with a point, a raised point or none before its decimals."""

_ONES = [
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
WORDS = {word: number for number, word in enumerate(_ONES, 2)}
WORDS |= {word: 10 * number for number, word in enumerate(_TENS, 2)}
WORDS |= {
    f"{ten}-{one}": 10 * tens + ones
    for tens, ten in enumerate(_TENS, 2)
    for ones, one in enumerate(("one", *_ONES[:8]), 1)
}
_WORD = "|".join(sorted(WORDS, key=len, reverse=True))
_COUNTED = "every|allocated|days?|grades?|phase|stage|cycles?|weeks?|months?|years?|arm"
_NAMED = re.compile(
    r"(?:[A-Za-zµμα-ω]|(?<![a-z])[A-Za-z]+[-–]|[a-z]+[-–])(?<!\b[DdCcQq])(?<!AUC)(?<!vs)"
    r"(?<!\b(?i:x))(?<!-to-)(?<!-or-)$"
)
_AFTER = re.compile(rf"(?:\b(?:{_COUNTED})[-–]|-(?:to|or|and)-)$", re.I)
_IN_UNIT = re.compile(r"(?:\bm|\bcm|\bmm|/L|\bM)(?:\(|\^)?$")
_IN_NAME = re.compile(r"-(?!NE\b|NR\b|NA\b)[A-Z]{1,3}\b|[a-z]*[A-Z](?![A-Za-z]{2})")
IN_WORDS = rf"(?:(?:one|{_WORD}) hundred(?:(?: and)? (?:{_WORD}))?|{_WORD})"
"""A number in words, from two to nine hundred ninety-nine."""
_FOUND = re.compile(rf"(?P<digits>{FIGURE})|\b(?i:{IN_WORDS})\b")


class Figure(NamedTuple):
    """A number that a text prints, from one code point to another."""

    start: int
    end: int
    value: Decimal


def figures(text: str) -> Iterator[Figure]:
    """The numbers of a text, in its order.

    >>> [str(one.value) for one in figures("Of forty-two, 7 (17·5%) had FLT3; 2,000 mg/m(2) q12h")]
    ['42', '7', '17.5', '2000', '12']
    """
    for match in _FOUND.finditer(text):
        if not match["digits"]:
            yield Figure(match.start(), match.end(), Decimal(in_words(match[0]) or 0))
            continue
        before = text[max(0, match.start() - 24) : match.start()]
        after = text[match.end() : match.end() + 8]
        if _is_part(before, after):
            continue
        if (value := value_of(match["digits"])) is not None:
            yield Figure(match.start(), match.end(), value)


def in_words(printed: str) -> int | None:
    """The number that words are, or None.

    >>> in_words("Eight hundred and forty-two"), in_words("Thirty-four"), in_words("many")
    (842, 34, None)
    """
    hundreds, found, rest = printed.lower().partition(" hundred")
    if not found:
        return WORDS.get(hundreds)
    return 100 * WORDS.get(hundreds, 1) + WORDS.get(rest.removeprefix(" and").strip(), 0)


def value_of(printed: str) -> Decimal | None:
    """The number that digits print, or None for several points, as in a version.

    >>> value_of("1,200"), value_of(".05"), value_of("4·10"), value_of("1.2.3")
    (Decimal('1200'), Decimal('0.05'), Decimal('4.10'), None)
    """
    plain = printed.replace(",", "").replace("·", ".")
    if plain.count(".") > 1:
        return None
    return Decimal("0" + plain if plain.startswith(".") else plain)


def _is_part(before: str, after: str) -> bool:
    if _IN_UNIT.search(before):
        return True
    if _NAMED.search(before) and not _AFTER.search(before):
        return True
    return bool(_IN_NAME.match(after))
