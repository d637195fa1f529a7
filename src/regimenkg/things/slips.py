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

__all__ = ["MIN_LETTERS", "Slip", "is_within", "slip_in", "slip_of"]

MIN_LETTERS = 6
"""The letters of the shortest word of which another may be a slip."""

_SURE_LETTERS = 7
_METHYL = re.compile("meth")  # without its m another group: methyl is not ethyl
_VOWELS = frozenset("aeiouy")
_ENDING = 4  # letters at the end, in which a vowel tells a sulfate from a sulfite
_LONG = 10  # letters of a word in which a consonant may be wrong
_BEGINNING = 4  # letters by which drugs of one group are told apart
_STEMS = re.compile("(?:mab|nib|mib|lib)$")  # where no other vowel makes another stem


class Slip(IntEnum):
    """How sure it is that a text is a slip for a name.

    ``NEAR`` is one letter at the start of a word: nobody means that, but what is as near to another
    name is no sure slip for it.
    """

    NONE = 0
    NEAR = 1
    POSSIBLE = 2
    SURE = 3


def slip_of(text: str, names: Iterable[str]) -> str | None:
    """Return the one name of which a text may be a slip, or None.

    >>> slip_of("cytarbine", ["cladribine", "cytarabine"])
    'cytarabine'
    >>> slip_of("prednisone", ["prednisolone"]) is slip_of("FLAG", ["CLAG"]) is None
    True
    """
    written = spelled(text)
    near = {
        form: name for name in names if slip_in(written, form := spelled(name)) >= Slip.POSSIBLE
    }
    return next(iter(near.values())) if len(near) == 1 else None


def slip_in(text: str, name: str, *, of_drug: bool = False) -> Slip:
    """Tell whether a text is a slip for a name, both in the writing of `spelled`.

    A slip is one letter that is wrong, missing or too many, or two that changed places, in one word
    of six letters or more and not at its start. It is sure in a word of seven letters or more where
    two neighbours changed places, or a letter was doubled or lost its double. In the name of a drug
    it is sure also where a letter is missing or too many, but an m before "eth"; where a vowel
    stands for another but in a chemical ending; and where a consonant stands for another in a word
    of ten letters or more, behind the first four: apatinib is not afatinib.

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


def is_within(text: str, name: str, edits: int) -> bool:
    """Tell whether at most so many edits make a name of a text.

    An edit is a letter that is wrong, missing or too many, or two neighbours that changed places.

    >>> is_within("prednisilone", "prednisone", 2), is_within("cytarabine", "decitabine", 2)
    (True, False)
    """
    if abs(len(text) - len(name)) > edits:
        return False
    before: list[int] = []
    row = list(range(len(name) + 1))
    for place, letter in enumerate(text):
        last, before, row = before, row, [place + 1]
        for at, other in enumerate(name):
            cost = min(before[at] + (letter != other), before[at + 1] + 1, row[at] + 1)
            if place and at and letter == name[at - 1] and other == text[place - 1]:
                cost = min(cost, last[at - 1] + 1)
            row.append(cost)
        if min(row) > edits and min(before) > edits:
            return False
    return row[-1] <= edits


def _in_word(word: str, right: str, of_drug: bool) -> Slip:
    if not (word + right).isalpha() or len(right) < MIN_LETTERS:
        return Slip.NONE
    place = next(
        (n for n, (a, b) in enumerate(zip(word, right, strict=False)) if a != b),
        min(len(word), len(right)),
    )
    a, b = word[place:], right[place:]
    swapped = len(a) == len(b) > 1 and a[:2] == b[1::-1] and a[2:] == b[2:]
    missing, extra = len(a) < len(b) and a == b[1:], len(a) > len(b) and a[1:] == b
    wrong = len(a) == len(b) and a[1:] == b[1:]
    if not (swapped or missing or extra or wrong):
        return Slip.NONE
    if word[0] != right[0]:
        return Slip.NEAR
    if len(right) < _SURE_LETTERS or not (word + right).isascii():
        return Slip.POSSIBLE
    odd = b[:1] if missing else a[:1]
    if swapped or ((missing or extra) and right[place - 1] == odd):
        return Slip.SURE
    if of_drug and (missing or extra):
        return Slip.POSSIBLE if _METHYL.match(b if missing else a) else Slip.SURE
    if of_drug and _is_likely_wrong(a[0], b[0], right, place):
        return Slip.SURE
    return Slip.POSSIBLE


def _is_likely_wrong(letter: str, right_letter: str, right: str, place: int) -> bool:
    """Whether a letter that stands for another is a slip, and no part of another drug's name."""
    if letter in _VOWELS and right_letter in _VOWELS:
        return len(right) - place > _ENDING or bool(_STEMS.search(right))
    return len(right) >= _LONG and place >= _BEGINNING
