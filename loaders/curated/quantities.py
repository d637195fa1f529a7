"""Amounts as documents print them → a number, or two, in a canonical unit.

``2 g/m2`` is 2000 mg/m2; ``75-100 mg/m2`` is a range, whose ends the document prints; the area
under the curve is read in either order, ``AUC 5`` and ``5 AUC``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from regimenkg.loaders.curated.numbers import NUMBER, TO, BadValue, number, one_line
from regimenkg.loaders.curated.units import Unit, examples, unit

_ONE = re.compile(rf"({NUMBER}) ?([^0-9\s.,-].*)")
_RANGE = re.compile(rf"({NUMBER})(?: ?([^0-9\s.,–-].*?))?{TO}({NUMBER}) ?([^0-9\s.,–-].*)")
_AUC = re.compile(rf"AUC ?(?:=|of)? ?({NUMBER})(?:{TO}({NUMBER}))?")


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number in a canonical unit, or the ends of a range, beside the text that was read.

    Args:
        number: the number; of a range, the lower end.
        upper: the upper end of a range, None for a single number.
        unit: its ``factor`` is used up: the numbers are in the unit's own code.
        as_reported: the text.
    """

    number: Decimal
    upper: Decimal | None
    unit: Unit
    as_reported: str


def quantity(text: str) -> Quantity:
    """Read an amount; raises BadValue, with the units that there are.

    >>> read = quantity("2 g/m2")
    >>> read.number, read.upper, read.unit.ucum, read.as_reported
    (Decimal('2000'), None, 'mg/m2', '2 g/m2')
    >>> read = quantity("AUC 5-6")
    >>> read.number, read.upper, read.unit.ucum
    (Decimal('5'), Decimal('6'), 'AUC')
    >>> quantity("5 mg/l")
    Traceback (most recent call last):
        ...
    regimenkg.loaders.curated.numbers.BadValue: a number and a unit out of ...
    """
    line = one_line(text)
    if match := _AUC.fullmatch(line):
        lower, upper, first, last = match[1], match[2], "AUC", "AUC"
    elif match := _RANGE.fullmatch(line):
        lower, first, upper, last = match[1], match[2] or match[4], match[3], match[4]
    elif match := _ONE.fullmatch(line):
        lower, upper, first, last = match[1], None, match[2], match[2]
    else:
        raise _bad(line)
    of_lower, of_upper = unit(first), unit(last)
    if of_lower is None or of_upper is None:
        raise _bad(line)
    low = number(lower) * of_lower.factor
    if upper is None:
        return Quantity(low, None, of_lower, text)
    high = number(upper) * of_upper.factor
    if of_lower.ucum != of_upper.ucum or low >= high:
        raise BadValue("a range in one unit from the lower to the higher, such as 75-100 mg/m2")
    return Quantity(low, high, of_lower, text)


def _bad(line: str) -> BadValue:
    if re.match(r"[0-9]+,[0-9]", line) and not re.match(NUMBER + r"(?![0-9,])", line):
        return BadValue("a point before decimals and commas only between thousands (1.5, 2,000)")
    if re.match(r"[.,][0-9]", line):
        return BadValue("a digit before the point (0.5)")
    if re.fullmatch(rf"{NUMBER} ?U\b.*", line):
        return BadValue("what kind of unit U is: IU where it says international, else units")
    return BadValue(f"a number and a unit out of {examples()}; per m2 or kg where one is named so")
