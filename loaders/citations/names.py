"""Names of authors, in the one form that the graph has for what the formats write differently.

Source: NLM on authors, https://www.nlm.nih.gov/bsd/mms/medlineelements.html#au: family name,
initials, then ``Jr``, ``Sr``, ``2nd``, ``3rd`` and so on. A name is never completed: initials are
those of the given names that a source prints.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["Author", "author", "medline_author"]

_SUFFIXES = {
    "jr": "Jr",
    "sr": "Sr",
    "2nd": "2nd",
    "3rd": "3rd",
    "4th": "4th",
    "5th": "5th",
    "ii": "2nd",
    "iii": "3rd",
    "iv": "4th",
}
_INITIALS = re.compile(r"A{1,4}|(?:Aa?){2,4}")
_DOTTED = re.compile(r"(?:Aa?\.-?)+|A")


@dataclass(frozen=True, slots=True)
class Author:
    """An author, in the order of the paper; made by :meth:`of`.

    Args:
        family: family name, or the whole name where the source does not divide it.
        initials: of the given names; empty where the source prints none.
        suffix: ``Jr``, ``3rd`` and the like, or nothing.
    """

    family: str
    initials: str = ""
    suffix: str = ""

    @classmethod
    def of(cls, family: str, given: str = "", suffix: str = "", *, initials: str = "") -> Author:
        """The author of a name in parts, as printed; a suffix may stand behind any part.

        >>> Author.of("O'Byrne", "Paul M").name, Author.of("Walker", "A. R.").name
        ("O'Byrne PM", 'Walker AR')
        >>> Author.of("Poe", "Dan E. Jr.").name, Author.of("Poe III", "Dan").name
        ('Poe DE Jr', 'Poe D 3rd')
        >>> Author.of("Vilin", "Iu Iu", initials="IuIu").name
        'Vilin IuIu'
        """
        if not suffix:
            given, suffix = _without_suffix(given)
        if not suffix:
            family, suffix = _without_suffix(family)
        suffix = " ".join(suffix.split())
        return cls(family, initials or _initials(given), _suffix(suffix) or suffix)

    @property
    def name(self) -> str:
        """Family name, initials and suffix, as MEDLINE writes an author."""
        return " ".join(filter(None, (self.family, self.initials, self.suffix)))


def author(text: str) -> Author:
    """The author of a name in one text: ``Family, Given``, or ``Family GI`` as MEDLINE has it.

    >>> [author(text).name for text in ("Walker, A. R.", "Walker AR", "Walker A.R.")]
    ['Walker AR', 'Walker AR', 'Walker AR']
    >>> [author(text).name for text in ("Poe, Dan E., Jr.", "Poe DE Jr", "Poe, III, Dan E")]
    ['Poe DE Jr', 'Poe DE Jr', 'Poe DE 3rd']
    >>> author("Vilin II")
    Author(family='Vilin', initials='II', suffix='')
    >>> author("Aristotle").family
    'Aristotle'
    """
    family, comma, rest = (part.strip() for part in text.partition(","))
    if comma:
        given, _, suffix = (part.strip() for part in rest.partition(","))
        if suffix and _suffix(given):
            given, suffix = suffix, given
        return Author.of(family, given, suffix)
    *words, last = text.split() or [""]
    suffix = ""
    if words and _suffix(last) and (not _is_roman(last) or _is_initials(words[-1])):
        suffix = last
        *words, last = words
    initials = [last] if words and (_is_initials(last) or _is_dotted(last)) else []
    while initials and len(words) > 1 and _is_dotted(words[-1]):
        initials.insert(0, words.pop())
    family = " ".join(words if initials else (*words, last))
    return Author.of(family, " ".join(initials), suffix)


def medline_author(whole: str, short: str) -> Author:
    """The author whom MEDLINE names in full, and with the initials that NLM gives.

    >>> medline_author("Vilin, Iu Iu", "Vilin IuIu").name
    'Vilin IuIu'
    >>> medline_author("Poe, Dan E Jr", "Poe DE Jr").name
    'Poe DE Jr'
    """
    named = author(whole)
    if not short.startswith(named.family + " "):
        return named
    initials, suffix = _without_suffix(short.removeprefix(named.family))
    return Author.of(named.family, "", named.suffix or suffix, initials="".join(initials.split()))


def _without_suffix(text: str) -> tuple[str, str]:
    """Part of a name, and the suffix that stands behind it."""
    rest, _, last = text.strip().rpartition(" ")
    rest = rest.rstrip(", ")
    if _suffix(last) and (rest or not _is_roman(last)):
        return rest, last
    return text.strip(), ""


def _suffix(word: str) -> str:
    return _SUFFIXES.get(word.strip(" .,").lower(), "")


def _is_roman(word: str) -> bool:
    """Whether a suffix may be initials as well."""
    return not word.strip(".").lower().endswith(("r", "d", "h"))


def _shape(text: str) -> str:
    return "".join("A" if c.isupper() else "a" if c.isalpha() else c for c in text)


def _is_initials(word: str) -> bool:
    """Whether a word is initials without points: ``AR``, ``IuIu``."""
    return _INITIALS.fullmatch(_shape(word)) is not None


def _is_dotted(word: str) -> bool:
    """Whether a word is initials with points, or one letter: ``A.``, ``J.-P.``, ``Iu.``."""
    return _DOTTED.fullmatch(_shape(word)) is not None


def _initials(given: str) -> str:
    """The initials of given names; what is printed as initials stays as it is.

    >>> [_initials(text) for text in ("Jean-Paul", "J.-P.", "Iu. I.", "IuIu", "AR", "Émile von")]
    ['JP', 'JP', 'IuI', 'IuIu', 'AR', 'ÉV']
    """
    if _is_initials(given):
        return given
    letters = []
    for part in re.findall(r"[^\s.\-‐‑–]+\.?", given):
        name = part.removesuffix(".")
        if name and name[0].isalpha():
            abbreviated = name != part and len(name) <= 2
            letters.append(name if abbreviated and name[1:].islower() else name[0].upper())
    return "".join(letters)
