"""Acronyms of regimens, which in small letters may be ordinary words: ice, camp, act, chop."""

from __future__ import annotations

import re

__all__ = ["is_meant"]

_ACRONYM = re.compile(r"[A-Z](?:[-/ ]?[A-Z0-9])*")
_MOST_LETTERS = 6
_SHORT = 4
# Words of five and six letters that are acronyms too: EPOCH, PRIME.
_WORDS = frozenset({"epoch", "prime"})


def is_meant(text: str, name: str) -> bool:
    """Tell whether a text that is a regimen's name but for case and signs means that name.

    A name of at most six letters, all capitals, is meant in its own writing in any case, where that
    has a hyphen; else in capitals; and in small letters where it has more than four of them and is
    no English word. Any other name is meant in every writing.

    >>> [is_meant(text, "R-ICE") for text in ("RICE", "R ICE", "r-ice", "rice", "Rice")]
    [True, True, True, False, False]
    >>> is_meant("rchop", "R-CHOP"), is_meant("chop", "CHOP"), is_meant("epoch", "EPOCH")
    (True, False, False)
    >>> is_meant("folfox", "FOLFOX"), is_meant("gemox", "GemOx"), is_meant("ice regimen", "ICE Regimen")
    (True, True, True)
    """
    letters = "".join(filter(str.isalpha, name))
    if not _ACRONYM.fullmatch(name) or len(letters) > _MOST_LETTERS:
        return True
    if text.upper() == text or ("-" in name and text.casefold() == name.casefold()):
        return True
    return len(letters) > _SHORT and letters.casefold() not in _WORDS
