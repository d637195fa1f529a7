"""Which names are those of approved drugs, as files say that were published for other ends.

A name counts where it is, as printed or without the name of a salt at its end,

- a generic name of CanMED with a year of approval by the FDA or with an NDC code,
- the title of a page of cancer.gov that says "FDA Approved: Yes",
- a substance of the ATC classification with a defined daily dose, which marketed drugs have, or
- in DrugBank's open vocabulary another name of one that counts so, and of that one alone.

Besides, it has to be a name of the packaged dictionary of drugs (data/dictionary), in which the
regimens look for their parts. Products of several drugs are the names of RxNorm with a slash
between blanks.
"""

from __future__ import annotations

import csv
import gzip
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import quote

from regimenkg.loaders.shared.base import Label
from regimenkg.things.index import Name, NameIndex
from regimenkg.things.names import keys

__all__ = ["SOURCES", "Approved", "base"]

SOURCES = {
    "hcpcs_results.csv": "CanMED, HCPCS",
    "ndconc_results.csv": "CanMED, NDC",
    "nci-drug-pages": "cancer.gov drug pages",
    "atc.csv": "ATC with DDD",
    "drugbank.csv": "DrugBank open vocabulary",
    "RXNORM.csv.gz": "RxNorm products of several drugs",
}
"""The files that are read, by the names under which they are given."""

_SALTS = re.compile(
    r"(?<=\S) +(?:acetate|besylate|bitartrate|calcium|citrate|dihydrochloride|dimaleate|dimeglumine"
    r"|dinitrate|diphosphate|disodium|ditosylate|fumarate|gluconate|glucuronate|hcl|hydrobromide"
    r"|hydrochloride|lactate|maleate|meglumine|mesylate|monohydrate|nitrate|phosphate|potassium"
    r"|sodium|succinate|sulfate|tartrate|tosylate|trihydrate|trisodium)$"
)
_SPELLING = 3  # the key on which American and British spelling are one
_APPROVED = re.compile(r"^FDA Approved\n+Yes$", re.MULTILINE)
_TITLE = re.compile(r"^# (?P<title>.+?)(?: - NCI)?$", re.MULTILINE)
_IRI = "urn:drug:"
_SUBSTANCE = 7  # letters and digits of an ATC code


def base(text: str) -> str:
    """A name in lower case without the names of salts at its end.

    >>> base("Doxorubicin HCl"), base("Estramustine Phosphate Sodium"), base("sodium phosphate")
    ('doxorubicin', 'estramustine', 'sodium')
    """
    name, before = " ".join(text.lower().split()), ""
    while name != before:
        name, before = _SALTS.sub("", name), name
    return name


class Approved:
    """Answers as a graph would that knows the approved drugs and no more: a loader's ``resolve``.

    Args:
        files: the files of `SOURCES` by their names there.
        dictionary: folder of the dictionary's tables.
    """

    def __init__(self, files: dict[str, Path], dictionary: Path) -> None:
        self._dictionary = NameIndex(_dictionary_names(dictionary))
        self._names: dict[str, str] = {}
        for name in _approved_names(files):
            drug = base(name)
            self._names.setdefault(_key(name), drug)
            self._names.setdefault(_key(drug), drug)
        self._products = {
            frozenset(_key(base(part)) for part in name.split(" / "))
            for name in _rxnorm_products(files["RXNORM.csv.gz"])
        }
        self._names |= _other_names(files["drugbank.csv"], self._names)

    def __call__(self, curie: str) -> str | None:
        """No code is known."""
        return None

    def label(self, iri: str) -> Label | None:
        """Nothing has a label."""
        return None

    def named(self, class_name: str, text: str) -> str | None:
        """The approved drug of a name, or the product of several; None for any other name."""
        if class_name != "Drug":
            return None
        if "/" in text:
            parts = frozenset(_key(base(part)) for part in text.split("/"))
            return _IRI + quote(text) if parts in self._products else None
        if _key(text) not in self._names and _key(base(text)) not in self._names:
            return None
        drugs = self._dictionary.things(text)
        return _IRI + quote(drugs[0]) if len(drugs) == 1 else None


def _dictionary_names(folder: Path) -> Iterator[Name]:
    """The labels of the dictionary's drugs, then their other names."""
    for kind, (table, column) in enumerate((("drugs.tsv", "label"), ("names.tsv", "name"))):
        with (folder / table).open(encoding="utf-8", newline="") as stream:
            for row in csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE):
                yield Name(row["drug"], kind, row[column])


def _key(text: str) -> str:
    return keys(text)[_SPELLING]


def _approved_names(files: dict[str, Path]) -> Iterator[str]:
    for row in _rows(files["hcpcs_results.csv"]):
        if row["FDA Approval Year"].strip():
            yield row["Generic Name"]
    for row in _rows(files["ndconc_results.csv"]):
        if row["NDC-11 (Package)"].strip():
            yield row["Generic Name"]
    for page in sorted(files["nci-drug-pages"].glob("*.md")):
        text = page.read_text(encoding="utf-8")
        if _APPROVED.search(text) and (title := _TITLE.search(text)):
            yield title["title"]
    for row in _rows(files["atc.csv"]):
        if len(row["atc_code"]) == _SUBSTANCE and row["ddd"] not in ("", "NA"):
            yield row["atc_name"]


def _other_names(file: Path, approved: dict[str, str]) -> dict[str, str]:
    """Names of DrugBank for drugs of which another name is approved; none that two drugs have."""
    meant: dict[str, set[str]] = defaultdict(set)
    for row in _rows(file):
        names = [row["Common name"], *row["Synonyms"].split(" | ")]
        drug = approved.get(_key(row["Common name"]))
        for name in filter(None, names):
            meant[_key(name)].add(drug or "")
    return {
        key: drug
        for key, drugs in meant.items()
        if key not in approved and len(drugs) == 1 and (drug := next(iter(drugs)))
    }


def _rxnorm_products(file: Path) -> Iterator[str]:
    with gzip.open(file, "rt", encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            name = row["Preferred Label"]
            if " / " in name and not re.search(r"\d", name):
                yield name


def _rows(file: Path) -> Iterable[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as stream:
        yield from csv.DictReader(stream)
