"""Which drugs the dictionary has: each with its label, its form, and its base or ingredients.

A name becomes a drug where a page of cancer.gov is on it, where the curated data have it, or where
CanMED or a registry of regimens names it and DrugBank or the NCI Thesaurus knows it too. The base
that a salt's or product's name leaves is a drug of its own. What is left out is kept with a reason.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import forms
from files import Page, Product, Reading, Substance, Term

from regimenkg.terms.namespaces import slugify
from regimenkg.things.names import keys


def key(name: str) -> str:
    """A name as names are compared when they resolve: case, punctuation and blanks do not count.

    >>> key("Sodium Iodide, I-131") == key("sodium iodide I 131")
    True
    >>> key("5-FU") == key("5 Fu") == key("5FU")
    True
    """
    return keys(name.replace(",", " "))[2]


@dataclass(slots=True)
class Drug:
    """A drug of the dictionary, with where its label was read."""

    slug: str
    label: str
    reading: Reading
    forms: tuple[str, ...] = ()
    base: str = ""
    ingredients: tuple[str, ...] = ()
    pages: list[Page] = field(default_factory=list)
    products: list[Product] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A name that the dictionary has not, with the reason and where it was read."""

    name: str
    drugs: str
    reason: str
    reading: Reading


class Known:
    """The names that DrugBank and the NCI Thesaurus have, to tell a drug from a slip."""

    def __init__(self, substances: Iterable[Substance], terms: Iterable[Term]) -> None:
        self.by_name: dict[str, Substance] = {}
        self.by_synonym: dict[str, list[Substance]] = {}
        self.terms: dict[str, list[Term]] = {}
        self.names: dict[str, list[Substance]] = {}
        self.by_code: dict[str, list[Term]] = {}
        self.bases: set[str] = set()
        for substance in substances:
            self._note_base(substance.name)
            self.by_name.setdefault(key(substance.name), substance)
            for name in {key(each) for each in (substance.name, *substance.synonyms)}:
                self.names.setdefault(name, []).append(substance)
            for synonym in {key(each) for each in substance.synonyms}:
                self.by_synonym.setdefault(synonym, []).append(substance)
        for term in terms:
            self.by_code.setdefault(term.code, []).append(term)
            for name in {term.name, term.ncit_name}:
                self._note_base(name)
                self.terms.setdefault(key(name), []).append(term)

    def _note_base(self, name: str) -> None:
        form = forms.form_of(name)
        if form is not None and form.form in (forms.SALT, forms.ESTER):
            self.bases.add(key(form.base))

    def substance(self, name: str) -> Substance | None:
        """DrugBank's one record of a name, by its own name or as the only one with a synonym."""
        found = self.by_name.get(key(name))
        if found is not None:
            return found
        among = self.by_synonym.get(key(name), [])
        return among[0] if len(among) == 1 else None

    def has(self, name: str) -> bool:
        """Whether DrugBank or the NCI Thesaurus has a name, or a salt of it."""
        sought = key(name)
        return any(
            sought in names for names in (self.by_name, self.by_synonym, self.terms, self.bases)
        )


class Drugs:
    """The drugs, by slug and by what is known of their names, as they are gathered."""

    def __init__(self, known: Known) -> None:
        self.known = known
        self.by_slug: dict[str, Drug] = {}
        self.by_key: dict[str, Drug] = {}
        self.combinations: dict[frozenset[str], Drug] = {}
        self.left_out: list[LeftOut] = []

    def find(self, name: str) -> Drug | None:
        """The drug of a name that is its label or was given to it while drugs were gathered."""
        found = self.by_key.get(key(name))
        if found is None and (parts := combination_parts(name)):
            found = self.combinations.get(self._bases(parts))
        return found

    def same_record(self, name: str) -> Drug | None:
        """The drug that has DrugBank's record of a name, where the name says no form of its own."""
        substance = self.known.substance(name)
        if substance is None or forms.form_of(name) or name.startswith("tbo-"):
            return None
        among = {
            drug.slug: drug
            for each in (substance.name, *substance.synonyms)
            if (drug := self.by_key.get(key(each))) and not drug.forms and not drug.base
        }
        return among.popitem()[1] if len(among) == 1 else None

    def add(self, label: str, reading: Reading, slug: str = "") -> Drug:
        """The drug of a label, made with its base or ingredients where there is none yet."""
        found = self.find(label)
        if found is not None:
            return found
        drug = Drug(slug or slugify(label), label, reading)
        parts = combination_parts(label)
        if parts:
            drug.forms = (forms.COMBINATION, *((forms.LIPOSOMAL,) if "liposom" in label else ()))
            drug.ingredients = tuple(self._base(part, reading).slug for part in parts)
            self.combinations[self._bases(parts)] = drug
        else:
            self._shape(drug, reading)
        self.by_slug[drug.slug] = self.by_key[key(label)] = drug
        return drug

    def add_biosimilar(self, name: str, stem: str, reading: Reading) -> None:
        """The biosimilar of a drug that there is already."""
        drug = Drug(slugify(name), name, reading, (forms.BIOSIMILAR,), self.by_key[key(stem)].slug)
        self.by_slug[drug.slug] = self.by_key[key(name)] = drug

    def _shape(self, drug: Drug, reading: Reading) -> None:
        form = forms.form_of(drug.label)
        if form is not None:
            drug.forms = (form.form,)
            if form.base and (form.form != forms.PEGYLATED or self.find(form.base)):
                drug.base = self._base(form.base, reading).slug
        elif drug.label.startswith("tbo-"):
            drug.base = self._base(drug.label.removeprefix("tbo-"), reading).slug

    def _base(self, name: str, reading: Reading) -> Drug:
        substance = self.known.by_name.get(key(name))
        return self.add(name, substance.reading.of("Common name") if substance else reading)

    def _bases(self, parts: Sequence[str]) -> frozenset[str]:
        """The parts by their bases: a combination is the same with a salt and with its base."""
        bases = set()
        for part in parts:
            form = forms.form_of(part)
            bases.add(key(form.base if form and form.base else part))
        return frozenset(bases)

    def leave_out(self, name: str, reason: str, reading: Reading, drugs: str = "") -> None:
        """Note a name that does not enter, once."""
        entry = LeftOut(name, drugs, reason, reading)
        if not any(
            each.name == name and each.drugs == drugs and each.reason == reason
            for each in self.left_out
        ):
            self.left_out.append(entry)


def combination_parts(name: str) -> tuple[str, ...]:
    """The parts that a fixed combination's name spells out; none for a single drug.

    >>> combination_parts("pertuzumab, trastuzumab, and hyaluronidase")
    ('pertuzumab', 'trastuzumab', 'hyaluronidase')
    >>> combination_parts("daunorubicin hydrochloride and cytarabine liposome")
    ('daunorubicin hydrochloride', 'cytarabine')
    >>> combination_parts("sulfamethoxazole/trimethoprim")
    ('sulfamethoxazole', 'trimethoprim')
    >>> combination_parts("conjugated estrogens")
    ()
    """
    name = re.sub(r"^\((.+)\) liposome$|^(.+ and .+) liposome$", r"\1\2", name)
    parts = [part.strip() for part in re.split(r",? and |, |(?<=[a-z])/(?=[a-z])", name)]
    parts = [re.sub(r"^hyaluronidase human$", "hyaluronidase", part) for part in parts]
    return tuple(parts) if len(parts) > 1 and all(parts) else ()
