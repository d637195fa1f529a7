"""Which regimen an arm is: one that the graph has, by name and drugs, else one of its own."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field

from form import Form, Row
from naming import Names, slug
from pyoxigraph import NamedNode

from regimenkg.sparql.backend import select
from regimenkg.terms.namespaces import PREFIXES

_DRUGS = """
SELECT DISTINCT ?regimen ?label ?drug WHERE {
  ?regimen a rk:Regimen ; skos:prefLabel ?label ; rk:hasDrug ?drug .
}
"""
_GENERAL = re.compile(
    r"choice|conventional|supportive|standard|observation|chemotherapy|treatment|7 ?\+ ?3"
)
_RKD = "https://w3id.org/regimenkg/"


@dataclass
class Regimens:
    """The regimens of a store, by name and by drugs, and those that the abstracts add.

    Args:
        names: the service of names, over the same store.
    """

    names: Names
    labels: dict[str, str] = field(default_factory=dict)
    new: dict[str, frozenset[str]] = field(default_factory=dict)
    _drugs: dict[str, frozenset[str]] = field(default_factory=dict)
    _base: dict[str, str] = field(default_factory=dict)
    _form_of: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        sets: dict[str, set[str]] = defaultdict(set)
        for regimen, label, drug in self._rows(_DRUGS):
            sets[regimen].add(drug)
            self.labels[regimen] = label
        self._drugs = {regimen: frozenset(drugs) for regimen, drugs in sets.items()}
        salts = "SELECT ?drug ?base WHERE { ?drug rk:saltOf ?base }"
        forms = "SELECT ?drug ?base WHERE { ?drug rk:baseDrug ?base }"
        self._base, self._form_of = dict(self._pairs(salts)), dict(self._pairs(forms))

    def _pairs(self, text: str) -> list[tuple[str, str]]:
        return [(one, other) for one, other in self._rows(text)]

    def _rows(self, text: str) -> list[list[str]]:
        """The rows of a query, things as their slugs."""
        query = f"PREFIX rk: <{PREFIXES['rk']}> PREFIX skos: <{PREFIXES['skos']}> {text}"
        rows = select(self.names.store, query)
        return [
            [
                cell.value.removeprefix(_RKD).split("/")[-1]
                if isinstance(cell, NamedNode)
                else cell.value
                for cell in row
                if cell is not None
            ]
            for row in rows
        ]

    def of_form(self, form: Form) -> dict[str, str]:
        """The slug of the regimen of each arm."""
        return {str(arm["id"]): self._of_arm(form, arm) for arm in form.arms}

    def _of_arm(self, form: Form, arm: Row) -> str:
        drugs = self.drugs_of(form, arm)
        name = self.names.standard("regimen", in_order(str(arm["regimen"])))
        known = self.names.thing("regimen", name)
        self.names.new.pop(f"regimen/{known}", None)
        if drugs and all("drug" in dose and _always(dose) for dose in arm["doses"]):
            if known in self._drugs and self._forms(self._drugs[known]) == self._forms(drugs):
                return known  # by its name, whatever the salt or product
            if " + " in name and (same := self._named_by_parts(drugs)):
                return same
        own = slug(name)
        if known in self._drugs or _is_general(name) or self.new.get(own, drugs) != drugs:
            own, name = f"{own}-{form.slug}", f"{name} ({form.title})"
        self.new[own] = drugs
        self.labels.setdefault(own, name)
        return own

    def drugs_of(self, form: Form, arm: Row) -> frozenset[str]:
        """The slugs of an arm's drugs."""
        cells = (
            cell
            for dose in arm.get("doses") or []
            if "drug" in dose
            for cell in form.cells("drug", dose["drug"])
        )
        return frozenset(self.names.thing("drug", cell.value) for cell in cells)

    def _bases(self, drugs: frozenset[str]) -> frozenset[str]:
        return frozenset(self._base.get(drug, drug) for drug in drugs)

    def _forms(self, drugs: frozenset[str]) -> frozenset[str]:
        return frozenset(self._form_of.get(drug, drug) for drug in drugs)

    def _named_by_parts(self, drugs: frozenset[str]) -> str | None:
        """The one regimen of the registry with these drugs, where it is called by them alone."""
        wanted = self._bases(drugs)
        same = [regimen for regimen, its in self._drugs.items() if self._bases(its) == wanted]
        is_called_so = len(same) == 1 and _parts(self.labels[same[0]]) == len(drugs)
        return same[0] if is_called_so else None


def _always(dose: Row) -> bool:
    """Whether all patients of an arm are given a drug."""
    return not dose.keys() & {"alternativeTo", "optional", "onlyIf", "combinable"}


def in_order(name: str) -> str:
    """A name made of parts, with these in the order of the alphabet and a placebo at the end.

    >>> in_order("venetoclax + azacitidine"), in_order("placebo + S-1 + oxaliplatin")
    ('azacitidine + venetoclax', 'oxaliplatin + S-1 + placebo')
    """
    parts = [] if ", then " in name else name.split(" + ")
    if not parts:
        return name
    return " + ".join(sorted(parts, key=lambda part: ("placebo" in part, part.lower())))


def _is_general(name: str) -> bool:
    """Whether a name says no more than that something is given, which each study fills.

    >>> _is_general("investigator's choice of chemotherapy"), _is_general("FLAG-Ida")
    (True, False)
    """
    return bool(_GENERAL.search(name)) or not name


def _parts(label: str) -> int:
    """How many names a label such as ``Azacitidine/Etoposide`` has; 0 for an acronym's."""
    return label.count("/") + 1 if "/" in label else 0
