"""NDC products of CanMED to the drugs of the dictionary, by the names beside each code.

The generic name decides of which substance or salt a product is, and the brand which preparation of
it: a liposome, particles, a biosimilar.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from codes_join import Drug
from codes_sources import EVS, key

PLACE = f"{EVS}test/fixtures/canmed/ndconc_results.csv"
_WORDS = {
    "Liposomal": re.compile(r"\bliposom"),
    "Pegylated": re.compile(r"\bpegylated\b"),
    "ProteinBound": re.compile(r"\b(protein|albumin)[ -]bound\b"),
    "Implant": re.compile(r"\b(implant|wafer)s?\b"),
}
"""The words by which a name names a form."""


class Product(NamedTuple):
    """A product as CanMED's first line of it prints it: code of 5-4 digits, names, and the line."""

    code: str
    generic: str
    brand: str
    line: int


class Refusal(NamedTuple):
    """A product that is not mapped: the drug of its generic name, and why."""

    drug: Drug
    why: str


def products(path: Path) -> Iterator[Product]:
    """Each product once. The packages of one product repeat its names, or it is told apart."""
    first: dict[str, Product] = {}
    with path.open(encoding="utf-8", newline="") as stream:
        rows = csv.DictReader(stream, strict=True)
        for row in rows:
            product = Product(
                row["NDC-9 (Product)"],
                " ".join(row["Generic Name"].split()),
                " ".join(row["Brand Name"].split()),
                rows.line_num,
            )
            before = first.setdefault(product.code, product)
            if key(before.generic) != key(product.generic):
                first[product.code] = before._replace(generic="")
    yield from first.values()


class Drugs:
    """The drugs of the dictionary by their names, their brands and what they are forms of."""

    def __init__(self, drugs: Iterable[Drug]) -> None:
        self._by_slug = {drug.slug: drug for drug in drugs}
        self._by_name: dict[str, list[Drug]] = defaultdict(list)
        self._by_brand: dict[str, list[Drug]] = defaultdict(list)
        for drug in self._by_slug.values():
            for name in {*drug.keys, *map(key, drug.slips)}:
                self._by_name[name].append(drug)
            for brand in {*map(key, drug.brands)}:
                self._by_brand[brand].append(drug)

    def of(self, product: Product) -> Drug | Refusal | None:
        """The drug that a product is of; None where the generic name is of none, or of several.

        The generic name decides. Where that is of a substance or a salt, the brand tells the
        preparation: Doxil is printed beside "doxorubicin hydrochloride".
        """
        named = self._named(product.generic)
        if len(named) != 1:
            return None
        drug = named[0]
        branded = self._named(product.brand) or self._by_brand.get(key(product.brand), [])
        if len(branded) == 1 and branded[0] is not drug:
            other = branded[0]
            if self._root(other) != self._root(drug):
                return Refusal(drug, "brand-and-generic-name-disagree")
            if _prepared(other) and _prepared(drug) and drug not in self._above(other):
                if other not in self._above(drug):
                    return Refusal(drug, "brand-and-generic-name-disagree")
            elif _prepared(other):
                drug = other
        return self._of_form(drug, f"{product.generic} {product.brand}".casefold())

    def _named(self, name: str) -> list[Drug]:
        """The drugs that have a name: as their label, else as a synonym."""
        found = self._by_name.get(key(name), [])
        return [drug for drug in found if key(drug.label) == key(name)] or found

    def _of_form(self, drug: Drug, text: str) -> Drug | Refusal:
        """The drug in the form that a text names, where it names one."""
        for form, words in _WORDS.items():
            if words.search(text) and form not in drug.form.split():
                forms = [
                    one
                    for one in self._by_slug.values()
                    if form in one.form.split() and self._root(one) == self._root(drug)
                ]
                return forms[0] if len(forms) == 1 else Refusal(drug, "no-drug-of-the-form-named")
        return drug

    def _above(self, drug: Drug) -> list[Drug]:
        """What a drug is a form of, from the nearest on."""
        found: list[Drug] = []
        while drug.base:
            drug = self._by_slug[drug.base]
            found.append(drug)
        return found

    def _root(self, drug: Drug) -> Drug:
        return [drug, *self._above(drug)][-1]


def _prepared(drug: Drug) -> bool:
    """Whether a drug is a preparation of another, and not another salt of it.

    Which salt a product holds the generic name says itself: Zofran is tablets of the hydrochloride,
    and tablets that hold none.
    """
    return not {"", "Salt", "Ester"} & set(drug.form.split(" "))
