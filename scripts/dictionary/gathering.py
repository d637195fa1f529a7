"""Gathers the drugs from curated data, pages, CanMED and registries, in this order."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import forms
import labels
from drugs import Drug, Drugs, Known, combination_parts, key
from files import Page, Product, Reading

_CURATED = re.compile(r"^drug/([a-z0-9-]+):\n  prefLabel: (.+)$", re.MULTILINE)
# Generic names of CanMED that are no drug: diluents, kits, groups of what has no name.
_NO_DRUG = re.compile(
    r"non specific|stabilizer|combo kit|dextrose|bupivacaine|active chemotherapy|\bmini$"
)


def gather(
    known: Known,
    curated: Path,
    pages: Iterable[Page],
    products: Iterable[Product],
    branded: Iterable[tuple[str, str, Reading]],
    components: Mapping[str, Reading],
    american: Mapping[str, str],
) -> Drugs:
    """The drugs with their pages and products; what is no drug is left out with a reason."""
    drugs = Drugs(known)
    for path in sorted(curated.glob("*.yaml")):
        for slug, label in _CURATED.findall(path.read_text(encoding="utf-8")):
            substance = known.by_name.get(key(label))
            reading = substance.reading.of("Common name") if substance else Reading("", "")
            drugs.add(label, reading, slug)
    pages, products = list(pages), list(products)
    for page in pages:
        _page(drugs, page)
    _biosimilars(drugs, pages, products)
    brands_printed = {product.brand for product in products}
    by_generic: dict[str, list[Product]] = {}
    for product in products:
        by_generic.setdefault(labels.generic(product.generic), []).append(product)
    brands = {
        key(product.brand) for product in products if key(product.brand) != key(product.generic)
    }
    for name in sorted(by_generic, key=lambda each: (len(each), each)):
        _generic(drugs, name, by_generic[name], brands)
    for ingredient, brand, reading in branded:
        if brand in brands_printed:
            _preparation(drugs, labels.generic(ingredient), reading)
    for name, reading in components.items():
        _component(drugs, name, reading, american)
    return drugs


def _page(drugs: Drugs, page: Page) -> None:
    label = _stem(labels.title(page.title))
    if label.endswith(" formulation"):
        label = _stem(labels.generic(page.listed_as))
    plain = label.removeprefix("recombinant ")
    drug = drugs.add(plain if drugs.known.has(plain) else label, page.reading)
    drug.pages.append(page)
    listed = _stem(labels.generic(page.listed_as))
    own, others = forms.form_of(label), forms.form_of(listed)
    if (own and own.base == listed) or (others and others.base == label):
        return  # the page's code is that of the base or of a salt
    drugs.by_key.setdefault(key(listed), drug)
    _liposome(drugs, drug, page)


def _liposome(drugs: Drugs, drug: Drug, page: Page) -> None:
    """The form that another name of the page's code says: irinotecan sucrosofate is a liposome."""
    if drug.forms or drug.base:
        return
    for term in drugs.known.by_code.get(page.ncit, ()):
        form = forms.form_of(term.name)
        if form is not None and form.form == forms.LIPOSOMAL:
            drug.forms, drug.base = (
                (form.form,),
                drugs.add(form.base, term.reading.of("Source Name")).slug,
            )


def _stem(label: str) -> str:
    suffixed = forms.suffix_of(label)
    return suffixed[0] if suffixed else label


def _biosimilars(drugs: Drugs, pages: Sequence[Page], products: Sequence[Product]) -> None:
    """The biosimilars: names with a suffix whose stem has a page of its own without one.

    Where the page itself has a suffix, or there is none, the suffix is that of the drug itself. A
    suffix that DrugBank does not know is a slip.
    """
    titles = {labels.title(page.title) for page in pages}
    own_suffixes = {found[1] for title in titles if (found := forms.suffix_of(title))}
    printed = {
        labels.generic(product.generic): product.reading.of("Generic Name") for product in products
    }
    for substances in drugs.known.by_synonym.values():
        for substance in substances:
            for name in substance.synonyms:
                printed.setdefault(name.casefold(), substance.reading.of("Synonyms"))
    for name, reading in sorted(printed.items()):
        suffixed = forms.suffix_of(name)
        if suffixed is None or suffixed[0] not in titles or suffixed[1] in own_suffixes:
            continue
        if key(name) in drugs.known.by_synonym:
            drugs.add_biosimilar(name, suffixed[0], reading)


def _generic(drugs: Drugs, name: str, rows: list[Product], brands: set[str]) -> None:
    reading = rows[0].reading.of("Generic Name")
    if not name or _NO_DRUG.search(name):
        drugs.leave_out(name or "(none)", "no drug", reading)
        return
    found = drugs.find(name) or drugs.same_record(name)
    if found is None:
        problem = _problem(drugs, name, brands)
        if problem:
            drugs.leave_out(name, problem, reading)
            return
        found = drugs.add(_stem(name), reading)
    found.products.extend(rows)


def _problem(drugs: Drugs, name: str, brands: set[str]) -> str:
    """Why a generic name of CanMED is no drug's; nothing where it is one's."""
    if drugs.known.has(name):
        return ""
    parts = combination_parts(name)
    if parts:
        if len(set(parts)) < len(parts) or any(
            one != other and one in other for one in parts for other in parts
        ):
            return "two names at once"
        known = all(drugs.known.has(part) or drugs.find(part) for part in parts)
        return "" if known else "printed by no other file"
    form = forms.form_of(name)
    if form and form.base and drugs.known.has(form.base):
        return ""
    return "a brand as generic name" if key(name) in brands else "printed by no other file"


def _preparation(drugs: Drugs, name: str, reading: Reading) -> None:
    """The liposome of a drug that there is, by the name that RxNorm has for it."""
    form = forms.form_of(name)
    if form is not None and form.form == forms.LIPOSOMAL and drugs.find(form.base):
        salted = form.base + " hydrochloride liposome"
        if drugs.find(name) is None and drugs.find(salted) is None:
            drugs.add(name, reading)


def _component(drugs: Drugs, printed: str, reading: Reading, american: Mapping[str, str]) -> None:
    name = labels.generic(printed)
    form = forms.form_of(name)
    if drugs.find(name) or drugs.same_record(name):
        return
    if not drugs.known.has(name) and not (form and form.base and drugs.known.has(form.base)):
        drugs.leave_out(name, "printed by no other file", reading)
        return
    substance = drugs.known.substance(name)
    if substance is None or form:
        drugs.add(name, reading)
    else:
        own = american.get(key(substance.name))
        label = own or american.get(key(name)) or substance.name
        same = key(label) == key(substance.name)
        column = "Common name" if same else "Synonyms"
        drugs.add(labels.generic(label), substance.reading.of(column))
