"""Names that readers write → slugs of things: those of the graph, else new ones that are collected.

Drugs, conditions and toxicities are first asked of the graph (a store built without the abstracts,
so that the answer does not depend on what is being made); ``terms.tsv`` says which name a reader's
word stands for where the graph does not know it.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from regimenkg.formats.results import Result
from regimenkg.sparql.backend import Backend, select
from regimenkg.things.resolve import resolve

_TERMS = Path(__file__).with_name("terms.tsv")
_LABELS = """
SELECT ?thing ?label {
  ?thing <http://www.w3.org/2004/02/skos/core#prefLabel> ?label
  FILTER (STRSTARTS(STR(?thing), "https://w3id.org/regimenkg/"))
}
"""
_RKD = "https://w3id.org/regimenkg/"


def slug(name: str) -> str:
    """A name as the last part of an IRI.

    >>> slug("Grade ≥3 FLT3-ITD+ AML"), slug("post-remission 2.5 %")
    ('grade-3-or-more-flt3-itd-aml', 'post-remission-2-5')
    """
    plain = re.sub(r"≥ ?([\d.]+)", r"\1 or more", name)
    plain = re.sub(r"≤ ?([\d.]+)", r"\1 or less", plain)
    plain = re.sub(r"> ?([\d.]+)", r"more than \1", plain)
    plain = re.sub(r"< ?([\d.]+)", r"less than \1", plain)
    plain = unicodedata.normalize("NFKD", plain).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


@dataclass
class Names:
    """What is called what.

    Args:
        store: what knows names; built without the abstracts.
        words: the rows of ``terms.tsv`` by kind and word.
    """

    store: Backend
    words: dict[tuple[str, str], str] = field(default_factory=dict)
    new: dict[str, str] = field(default_factory=dict)
    _known: dict[tuple[str, str], str] = field(default_factory=dict)
    _labels: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for thing, label in select(self.store, _LABELS):
            self._labels[thing.value.removeprefix(_RKD)] = label.value
        with _TERMS.open(encoding="utf-8", newline="") as stream:
            for row in csv.DictReader(stream, delimiter="\t"):
                self.words[row["kind"], row["word"].lower()] = row["name"]

    def standard(self, kind: str, word: str) -> str:
        """The standard name that a reader's word stands for."""
        return self.words.get((kind, word.strip().lower()), word.strip())

    def ask(self, kind: str, words: Iterable[str]) -> None:
        """Ask the graph for many names of a kind at once."""
        names = sorted({self.standard(kind, word) for word in words})
        asked = [name for name in names if (kind, name.lower()) not in self._known]
        if not asked:
            return
        for row in Result(resolve(asked, self.store, kind)).to_dicts():
            if row["status"] == "resolved" and row["matchedBy"] != "slip":
                found = str(row["thing"]).removeprefix(f"{_RKD}{kind}/")
                self._known[kind, str(row["input"]).lower()] = found

    def thing(self, kind: str, word: str) -> str:
        """The slug of a thing; one that the graph has not is noted as new, with its label."""
        name = self.standard(kind, word)
        found = self._known.get((kind, name.lower()))
        if found is None:
            found = slug(name)
            there = self._labels.get(f"{kind}/{found}", name)
            if there.lower() == name.lower():
                name = there
            else:
                found = f"{found}-as-printed"
            if f"{kind}/{found}" not in self._labels:
                self.new.setdefault(f"{kind}/{found}", name)
            self._known[kind, name.lower()] = found
        return found
