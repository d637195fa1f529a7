"""A made-up registry of regimens: entries that list drugs, and nothing of how they are given.

Drugs are drawn by Zipf, as in registries, where a few are in hundreds of combinations; one in eight
is a salt or a product of another, some of a salt; a family of supportive drugs has a class of its
own. One regimen in twenty has no drugs, as a name that spells out no parts, and one in ten
has the very drugs of another, under another name.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from pyoxigraph import NamedNode, Triple

from made_up.scribe import Scribe, english, name
from regimenkg.terms.namespaces import RKD

__all__ = ["SUPPORTIVE", "registry"]

SUPPORTIVE = NamedNode(RKD + "drug-class/seer-rx-ancillary-therapy")
"""The class of the supportive drugs."""


def registry(count: int, seed: int = 1) -> Iterator[Triple]:
    """Yield so many regimens with an entry each, and what they name: the same for the same seed."""
    random = Random(f"registry {count} {seed}")
    scribe = Scribe(random)
    scribe.open_document()
    scribe.say(SUPPORTIVE, "rdf:type", name("rk:DrugClass"))
    scribe.say(SUPPORTIVE, "skos:prefLabel", english("SEER*Rx ancillary therapy"))
    drugs = _drugs(scribe, max(8, count // 6))
    supportive = _drugs(scribe, max(3, count // 100))
    for drug in supportive:
        scribe.read(drug, "rk:drugClass", SUPPORTIVE)
    classes = [scribe.named("drug-class", "rk:DrugClass", 2) for _ in range(12)]
    for drug in drugs:
        scribe.read(drug, "rk:drugClass", scribe.common(classes))
    conditions = [scribe.named("condition", "rk:Condition", 2) for _ in range(max(4, count // 30))]
    earlier: list[list[NamedNode]] = []
    for _ in range(count):
        listed = scribe.several(drugs, scribe.skewed(2.4, 0.5, 8, 2))
        if scribe.chance(0.15):
            listed.append(scribe.common(supportive))
        if earlier and scribe.chance(0.1):
            listed = scribe.one(*earlier)
        if scribe.chance(0.05):
            listed = []
        earlier.append(listed)
        _entry(scribe, listed, conditions)
        yield from scribe.take()
    scribe.close_document()
    yield from scribe.take()


def _drugs(scribe: Scribe, count: int) -> list[NamedNode]:
    """Drugs, the common ones first; a form of another is a drug of its own that may be drawn."""
    drugs: list[NamedNode] = []
    for place in range(count):
        drug = scribe.named("drug", "rk:Drug")
        if place > 2 and scribe.rare("form of another", 0.125):
            property_ = "rk:productOf" if scribe.rare("a product", 0.4) else "rk:saltOf"
            scribe.read(drug, property_, scribe.common(drugs))
        drugs.append(drug)
    return drugs


def _entry(scribe: Scribe, drugs: list[NamedNode], conditions: list[NamedNode]) -> None:
    regimen = scribe.named("regimen", "rk:Regimen", 2)
    entry = scribe.thing("registry-entry", "rk:RegistryEntry")
    scribe.read(entry, "rk:entryFor", regimen)
    if drugs:
        scribe.read(entry, "rk:listsDrug", *drugs)
    if scribe.chance(0.1):
        scribe.read(regimen, "rk:treats", scribe.common(conditions))
