"""Which drugs a regimen's names spell out: the one rule, whatever file the names come from.

A name such as "Cisplatin/Gemcitabine Regimen" spells out its parts between slashes. What has a
slash is often no combination: a target ("PI3K Alpha/mTOR Inhibitor"), a disease, one product of two
drugs. So a name counts only where every part of it is a drug that the graph knows, and the name as
a whole is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

from regimenkg.loaders.shared.base import Resolve

__all__ = ["Composition", "Name", "Verdict", "composition", "is_regimen", "shortened"]

# NCIt 16.10e prints one of its names as "DVP Regmen".
_REGIMEN = re.compile(r"\s+regi?men$", re.IGNORECASE)


class Name(NamedTuple):
    """A name of a regimen, and the column in which it stands."""

    text: str
    column: str


class Verdict(StrEnum):
    """What the names of a record say of its drugs, in the words of a load's report."""

    SPELLED_OUT = "entries with drugs"
    NOT_SPELLED_OUT = "entries without drugs: named regimens that spell out no parts"
    UNKNOWN_PART = "left out: a part is no drug that the graph knows"
    NO_DRUG = "left out: a slash in the name, and no part is a drug that the graph knows"
    ONE_DRUG = "left out: the name is that of one drug or product"
    DISAGREEING = "left out: two names of the record spell out different drugs"
    NO_REGIMEN = "not looked at: the name is that of no combination and of no regimen"


class Composition(NamedTuple):
    """What names say: the verdict, the drugs, where they were read, and parts that are no drug."""

    verdict: Verdict
    drugs: tuple[str, ...] = ()
    name: Name | None = None
    unknown: tuple[str, ...] = ()


def shortened(text: str) -> str:
    """A name without the word "regimen" at its end.

    >>> shortened("VACAD Regimen"), shortened("Bleomycin/Lomustine")
    ('VACAD', 'Bleomycin/Lomustine')
    """
    return _REGIMEN.sub("", text)


def is_regimen(text: str) -> bool:
    """Whether a name is that of a combination or a regimen by its form.

    >>> [is_regimen(name) for name in ("VACAD Regimen", "Bleomycin/Lomustine", "Sultamicillin")]
    [True, True, False]
    """
    return "/" in text or _REGIMEN.search(text) is not None


def composition(names: Iterable[Name], resolve: Resolve) -> Composition:
    """What the names of one record spell out.

    Every name that is spelled out wholly has to spell out the same drugs. A name of which only a
    part is known does not count beside one that is wholly known: registries name a drug by its
    research code in one name and by its own in another.

    Args:
        names: the names, the one that is to be read first at the front.
        resolve: asks which drug a part is.
    """
    told: dict[Verdict, Composition] = {}
    for name in names:
        one = _of(name, resolve)
        before = told.setdefault(one.verdict, one)
        if one.verdict is Verdict.SPELLED_OUT and set(one.drugs) != set(before.drugs):
            return Composition(Verdict.DISAGREEING)
    for verdict in (
        Verdict.ONE_DRUG,
        Verdict.SPELLED_OUT,
        Verdict.UNKNOWN_PART,
        Verdict.NO_DRUG,
        Verdict.NOT_SPELLED_OUT,
    ):
        if verdict in told:
            return told[verdict]
    return Composition(Verdict.NO_REGIMEN)


def _of(name: Name, resolve: Resolve) -> Composition:
    """What one name says."""
    short = shortened(name.text)
    if "/" not in short:
        is_named = short != name.text
        return Composition(Verdict.NOT_SPELLED_OUT if is_named else Verdict.NO_REGIMEN)
    parts = [part.strip() for part in short.split("/")]
    if any(resolve.named("Drug", whole) for whole in (short, " and ".join(parts))):
        return Composition(Verdict.ONE_DRUG)
    drugs = {part: resolve.named("Drug", part) if part else None for part in parts}
    unknown = tuple(part for part, drug in drugs.items() if drug is None)
    known = tuple(dict.fromkeys(drug for drug in drugs.values() if drug is not None))
    if not known:
        return Composition(Verdict.NO_DRUG)
    if unknown:
        return Composition(Verdict.UNKNOWN_PART, known, name, unknown)
    if len(known) == 1:
        return Composition(Verdict.ONE_DRUG)
    return Composition(Verdict.SPELLED_OUT, known, name)
