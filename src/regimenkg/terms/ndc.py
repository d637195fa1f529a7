"""National Drug Codes: which product a code stands for, by its structure alone.

A code has three parts: labeler, product and package. As the FDA prints it, it has ten digits, in
one of the forms 4-4-2, 5-3-2 and 5-4-1; as claims and pharmacies use it, eleven: 5-4-2, the part
that is short filled with a zero in front. Labeler and product alone, 5-4, are the product. Without
hyphens ten digits have three readings, and only a list of what exists can tell which is meant.
"""

from __future__ import annotations

import re

__all__ = ["products"]

_DASHES = str.maketrans(
    dict.fromkeys("\N{HYPHEN}\N{NON-BREAKING HYPHEN}\N{EN DASH}\N{MINUS SIGN}", "-")
)
_FORMS = ((4, 4, 2), (5, 3, 2), (5, 4, 1), (5, 4, 2), (5, 4), (4, 4), (5, 3))
_TEN = ((4, 4), (5, 3), (5, 4))  # labeler and product of the three forms with ten digits


def products(text: str) -> tuple[str, ...]:
    """Return the products, as 5-4 digits, that a code can stand for: none, one, or three.

    >>> products("0069-4547-01"), products("00069454701"), products("00069-4547")
    (('00069-4547',), ('00069-4547',), ('00069-4547',))
    >>> products("5024205160")
    ('05024-2051', '50242-0051', '50242-0516')
    >>> products("0069-45")
    ()
    """
    text = text.strip().translate(_DASHES)
    if re.fullmatch(r"\d+", text, re.ASCII):
        return _of_digits(text)
    if not re.fullmatch(r"\d{4,5}-\d{3,4}(-\d{1,2})?", text, re.ASCII):
        return ()
    parts = text.split("-")
    if tuple(map(len, parts)) not in _FORMS:
        return ()
    return (_product(parts[0], parts[1]),)


def _of_digits(digits: str) -> tuple[str, ...]:
    if len(digits) in (9, 11):
        return (_product(digits[:5], digits[5:9]),)
    if len(digits) != 10:
        return ()
    readings = (
        _product(digits[:labeler], digits[labeler : labeler + product]) for labeler, product in _TEN
    )
    return tuple(dict.fromkeys(readings))


def _product(labeler: str, product: str) -> str:
    return f"{labeler:0>5}-{product:0>4}"
