"""Printed names → slugs: of an adverse-event term, a condition, an organization."""

from __future__ import annotations

import re
from hashlib import blake2b

from regimenkg.terms.namespaces import slugify

__all__ = ["folded", "grade_of", "is_total", "slug_of", "vocabulary_slug"]

_PLAIN = re.compile(r"[a-z0-9]+(?: [a-z0-9]+)*")
_MAX_SLUG = 80
_GRADE = re.compile(
    r"""[\s,;:(\[–-]*\bgrades?\s*
        (?: (?P<from>[1-5])\s*(?:-|–|/|to|and|or)\s*(?P<to>[1-5])
          | (?:≥|>=)\s*(?P<least>[1-5])
          | (?P<least2>[1-5])\s*(?:\+|(?:and|or)\s+(?:higher|above|greater|more))
          | (?P<one>[1-5]) )
        \s*[)\]]?\s*$""",
    re.I | re.X,
)
_TOTAL = re.compile(
    r"(?:total|any|all)(?:[\s,:-]+(?:number|of|any|all|serious|other|adverse|events?|aes?|saes?"
    r"|teaes?|treatment-emergent|\(?not including serious\)?|participants|with))*\.?",
    re.I,
)


def folded(text: str) -> str:
    """A name without its case and without runs of spaces."""
    return " ".join(text.casefold().split())


def slug_of(text: str, *, exact: bool = False) -> str:
    """A slug that no other name has: names that differ in case or spacing only share it.

    What a slug cannot show, such as ``<`` or ``/``, is kept apart by a few digits of a hash; with
    ``exact``, so are names that differ in case.

    >>> slug_of("Febrile  Neutropenia")
    'febrile-neutropenia'
    >>> slug_of("ALT > 3 x ULN") == slug_of("ALT < 3 x ULN")
    False
    """
    name = " ".join(text.split()) if exact else folded(text)
    if _PLAIN.fullmatch(name) and len(name) <= _MAX_SLUG:
        return name.replace(" ", "-")
    mark = blake2b(name.encode(), digest_size=6).hexdigest()
    try:
        start = slugify(name)[:_MAX_SLUG].rstrip("-")
    except ValueError:
        return mark
    return f"{start}-{mark}"


def vocabulary_slug(printed: str | None) -> str:
    """The slug of a source vocabulary without its version.

    >>> vocabulary_slug("MedDRA (18.0)"), vocabulary_slug("MedDRA19.0"), vocabulary_slug(None)
    ('meddra', 'meddra', 'ctgov')
    """
    try:
        return slugify(re.sub(r"[\s(]*v?(?:er(?:sion)?)?\.?\s*[\d.]+\)?\s*$", "", printed or ""))
    except ValueError:
        return "ctgov"


def grade_of(term: str) -> tuple[str, int | None, int | None]:
    """A term without the grade at its end, and the lowest and highest grade that this states.

    >>> grade_of("Neutropenia grade 4")
    ('Neutropenia', 4, 4)
    >>> grade_of("Infection (Grade 3-4)"), grade_of("Anemia, grade ≥ 3")
    (('Infection', 3, 4), ('Anemia', 3, None))
    >>> grade_of("Low grade fever"), grade_of("Grade 4")
    (('Low grade fever', None, None), ('Grade 4', None, None))
    """
    match = _GRADE.search(term)
    if match is None or not term[: match.start()].strip():
        return term, None, None
    base = term[: match.start()].strip()
    if one := match["one"]:
        return base, int(one), int(one)
    if least := match["least"] or match["least2"]:
        return base, int(least), None
    low, high = int(match["from"]), int(match["to"])
    return (base, low, high) if low <= high else (term, None, None)


def is_total(term: str) -> bool:
    """Whether a row of a table of events is its total, and no event.

    >>> is_total("Total, serious adverse events"), is_total("Any adverse event")
    (True, True)
    >>> is_total("Total cholesterol increased"), is_total("Anal fissure")
    (False, False)
    """
    return _TOTAL.fullmatch(term.strip()) is not None
