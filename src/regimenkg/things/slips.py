"""Slips of the pen: when a text is a name that somebody mistyped.

What differs from a name by more than one slip is likely the name of something else, and so may be
what differs by one: of two drugs whose names differ in one letter, one may be unknown here. So a
slip is `SURE` only where it is of a kind by which no two names are told apart; any other is
`POSSIBLE`, which is told and never taken.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import IntEnum

from regimenkg.things.names import spelled

__all__ = ["MIN_LETTERS", "Slip", "slip_in", "slip_of"]

MIN_LETTERS = 6
"""The letters of the shortest word of which another may be a slip."""

_SURE_LETTERS = 7
_VOWELS = frozenset("aeiouy")
_ENDINGS = 4  # letters at the end, in which a vowel tells a sulfate from a sulfite
_STEMS = re.compile("(?:mab|nib|mib|lib)$")  # where no other vowel makes another stem


class Slip(IntEnum):
    """How sure it is that a text is a slip for a name."""

    NONE = 0
    POSSIBLE = 1
    SURE = 2


def slip_of(text: str, names: Iterable[str]) -> str | None:
    """Return the one name of which a text may be a slip, or None.

    >>> slip_of("cytarbine", ["cladribine", "cytarabine"])
    'cytarabine'
    >>> slip_of("prednisone", ["prednisolone"]) is slip_of("FLAG", ["CLAG"]) is None
    True
    """
    written = spelled(text)
    near = {form: name for name in names if slip_in(written, form := spelled(name))}
    return next(iter(near.values())) if len(near) == 1 else None


def slip_in(text: str, name: str, *, of_drug: bool = False) -> Slip:
    """Tell whether a text is a slip for a name, both in the writing of `spelled`.

    A slip is one letter that is wrong, missing or too many, or two that changed places, in one word
    of six letters or more and not at its start. It is sure in a word of seven letters or more where
    two neighbours changed places, or a letter was doubled or lost its double; and in the name of a
    drug also where a letter is missing or too many, or a vowel stands for another but in a
    chemical ending. A consonant for another is never sure: apatinib is not afatinib.

    >>> slip_in("cytarbine", "cytarabine", of_drug=True).name
    'SURE'
    >>> slip_in("apatinib", "afatinib", of_drug=True).name
    'POSSIBLE'
    >>> slip_in("perineal pain", "peroneal pain").name, slip_in("decitabine", "cytarabine").name
    ('POSSIBLE', 'NONE')
    """
    words, others = text.split(), name.split()
    different = [(a, b) for a, b in zip(words, others, strict=False) if a != b]
    if len(words) != len(others) or len(different) != 1:
        return Slip.NONE
    return _in_word(*different[0], of_drug)


def _in_word(word: str, right: str, of_drug: bool) -> Slip:
    if not (word + right).isalpha() or word[0] != right[0] or len(right) < MIN_LETTERS:
        return Slip.NONE
    place = next(
        (n for n, (a, b) in enumerate(zip(word, right, strict=False)) if a != b),
        min(len(word), len(right)),
    )
    a, b = word[place:], right[place:]
    swapped = a[:2] == b[1::-1] and len(b) > 1 and a[2:] == b[2:]
    missing, extra, wrong = a == b[1:], a[1:] == b, a[1:] == b[1:]
    if not (swapped or missing or extra or wrong):
        return Slip.NONE
    if len(right) < _SURE_LETTERS or not (word + right).isascii():
        return Slip.POSSIBLE
    odd = b[:1] if missing else a[:1]
    doubled = (missing or extra) and right[place - 1] == odd
    sure = swapped or doubled
    if of_drug and not sure:
        vowels = wrong and a[0] in _VOWELS and b[0] in _VOWELS
        ending = len(right) - place <= _ENDINGS and not _STEMS.search(right)
        sure = missing or extra or (vowels and not ending)
    return Slip.SURE if sure else Slip.POSSIBLE
