"""The classes of drugs that CanMED prints: the SEER*Rx category and the major class."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from drugs import Drugs, LeftOut
from files import CANMED_HCPCS, CANMED_NDC, Reading
from slips import distance

_MAJOR = {CANMED_HCPCS: "Major Drug Class", CANMED_NDC: "Major Class"}


@dataclass(frozen=True, slots=True)
class InClass:
    """That a drug is in a class, and where that was read."""

    drug: str
    name: str
    reading: Reading


def classes(
    drugs: Drugs, doubtful: Mapping[tuple[str, str], str]
) -> tuple[list[InClass], list[LeftOut]]:
    """The classes of the drugs; what names two at once, is misspelt or in doubt is left out.

    Args:
        drugs: the drugs, with the products that they were gathered from.
        doubtful: the reason for a drug and a class that a reader doubted.
    """
    found: dict[tuple[str, str], InClass] = {}
    frequency: Counter[str] = Counter()
    for drug in drugs.by_slug.values():
        if drug.ingredients:
            continue
        for product in drug.products:
            major = (label(product.major), _MAJOR[product.reading.document])
            categories = [
                (f"SEER*Rx {label(each)}", "SEER*Rx Category")
                for each in product.category.split(", ")
                if each
            ]
            for name, column in (major, *categories):
                if name:
                    frequency[name] += 1
                    in_class = InClass(drug.slug, name, product.reading.of(column))
                    found.setdefault((drug.slug, name), in_class)
    kept: list[InClass] = []
    left_out: list[LeftOut] = []
    for each in found.values():
        problem = doubtful.get((each.drug, each.name)) or _problem(each.name, frequency)
        if problem:
            left_out.append(LeftOut(each.name, each.drug, problem, each.reading))
        else:
            kept.append(each)
    return kept, left_out


def _problem(name: str, frequency: Counter[str]) -> str:
    if re.search(r"[&/+]", name):
        return "two classes at once"
    for other, count in frequency.items():
        if count > frequency[name] and name[0] == other[0] and 0 < distance(name, other) <= 2:
            return f"a slip for {other}"
    return ""


def label(printed: str) -> str:
    """A class as the dictionary writes it: lower case but for acronyms, without an abbreviation.

    >>> label("Selective Estrogen Receptor Modulator (SERM)"), label("GnRH Agonist"), label("CAR-T")
    ('selective estrogen receptor modulator', 'GnRH agonist', 'CAR-T')
    """
    words = re.sub(r"\([^)]*\)", "", printed).split()
    return " ".join(word if _ACRONYM.search(word) else word.lower() for word in words)


_ACRONYM = re.compile(r"[A-Z][a-z]?[A-Z]|^[A-Z]$")
