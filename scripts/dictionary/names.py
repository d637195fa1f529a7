"""The names that the sources have for each drug, as candidates: what may enter, and from where.

Which file a candidate comes from matters twice: its reading is that of the first file in the order
below, and how many files print it decides between two drugs that claim it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import forms
import labels
import rules
from drugs import Drug, Drugs, LeftOut, key
from files import Concept, Product, Reading, Substance, Term, UniiName

SYNONYM, BRAND, CODE, MISSPELLING = "altLabel", "brandName", "researchCode", "hiddenLabel"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A name that a file has for a drug."""

    drug: str
    kind: str
    name: str
    reading: Reading
    weak: bool = False  # in a list, where mixtures stand too, or for the base by convention


class Candidates:
    """All candidates, and what was left out on the way."""

    def __init__(
        self, drugs: Drugs, american: Mapping[str, Concept], not_drugs: Mapping[str, str]
    ) -> None:
        self.drugs = drugs
        self.american = american
        self.not_drugs = not_drugs
        self.found: list[Candidate] = []
        self.left_out: list[LeftOut] = []
        self._words = {
            word
            for drug in drugs.by_slug.values()
            for word in re.findall(r"[a-z]{5,}", drug.label.casefold())
        }

    def offer(
        self,
        drug: Drug,
        kind: str,
        name: str,
        reading: Reading,
        *,
        sure: bool = False,
        own: bool = False,
    ) -> None:
        """Take a name as a candidate, unless a rule leaves it out.

        Args:
            drug: the drug.
            kind: the kind of name.
            name: the name as printed.
            reading: where it is printed.
            sure: the source says by a code of its own that the name is the drug's.
            own: it is the name of the source's own record of the drug.
        """
        name = " ".join(name.split())
        if key(name) == key(drug.label):
            return
        problem = self.not_drugs.get(key(name)) or rules.problem(name, drug.label)
        if problem == rules.NARROWER and sure and len(name) - len(drug.label) == 2:
            problem = ""
        if own and problem in (rules.NARROWER, rules.OTHER_FORM):
            problem = ""
        if problem:
            self.leave_out(name, drug, problem, reading)
            return
        if kind == SYNONYM and rules.is_code(name):
            kind = CODE
        self.found.append(Candidate(drug.slug, kind, name, reading))

    def offer_brand(self, drug: Drug, brand: str, reading: Reading, *, weak: bool = False) -> None:
        """Take a brand as a candidate, unless it is too short, a dosage form or a regimen."""
        problem = self.not_drugs.get(key(brand)) or rules.brand_problem(brand)
        if problem:
            self.leave_out(brand, drug, problem, reading)
        else:
            self.found.append(Candidate(drug.slug, BRAND, brand, reading, weak))

    def leave_out(self, name: str, drug: Drug, reason: str, reading: Reading) -> None:
        """Note a name that does not enter."""
        self.left_out.append(LeftOut(name, drug.slug, reason, reading))

    # --- From cancer.gov -------------------------------------------------------------------------

    def pages(self) -> None:
        """Titles, the names under which trials are listed, and brands."""
        for drug in self.drugs.by_slug.values():
            for page in drug.pages:
                for name, reading in ((page.title, page.reading), (page.listed_as, page.listed_at)):
                    printed = re.sub(r" \((?:Topical|Cancer Treatment)\)| Injection$", "", name)
                    if printed and self._is_own(drug, printed, name == page.title):
                        self.found.append(Candidate(drug.slug, SYNONYM, printed, reading))
                for brand, reading in page.brands:
                    self.offer_brand(drug, brand, reading)

    def combinations(self, called: Iterable[tuple[str, str, Reading]]) -> None:
        """The names that stand behind the parts of a combination, which are those of the base."""
        for part, name, reading in called:
            drug = self.drugs.find(labels.generic(part))
            if drug is not None:
                same = forms.SALT in drug.forms or forms.ESTER in drug.forms
                base = self.drugs.by_slug[drug.base] if same and drug.base else drug
                self.offer(base, SYNONYM, name, reading)

    def _is_own(self, drug: Drug, name: str, is_title: bool) -> bool:
        """Whether a page's name is the drug's own: not the label, nor that of base or salt."""
        plain = labels.generic(name)
        if key(plain) == key(drug.label) or self.drugs.by_key.get(key(plain), drug) is not drug:
            return False
        suffixed, title = forms.suffix_of(plain), forms.suffix_of(labels.title(drug.pages[0].title))
        if suffixed and not is_title and (title is None or title[1] != suffixed[1]):
            return False
        form = forms.form_of(plain)
        return is_title or not (form and form.base == drug.label)

    # --- From CanMED -----------------------------------------------------------------------------

    def products(self, more: Mapping[str, set[str]]) -> None:
        """Generic names as printed, and brands.

        A brand of a list of several in one cell of HCPCS needs another file that prints it
        (``more`` has the brands of the others, by key, with the drugs): such lists hold mixtures.
        """
        for drug in self.drugs.by_slug.values():
            seen: set[str] = set()
            for product in drug.products:
                self._generic(drug, product, seen)
                pieces = list(brands_in(product.brand))
                for brand in pieces:
                    if brand in seen or self._is_generic(brand):
                        continue
                    seen.add(brand)
                    reading = product.reading.of("Brand Name")
                    if (len(pieces) > 1 or " " in brand) and not more.get(key(brand)):
                        self.leave_out(
                            brand, drug, "in a list of brands that no other file confirms", reading
                        )
                    else:
                        self.offer_brand(drug, brand, reading, weak=len(pieces) > 1)

    def _generic(self, drug: Drug, product: Product, seen: set[str]) -> None:
        name = labels.generic(product.generic)
        if name not in seen and key(name) != key(drug.label):
            seen.add(name)
            self.offer(drug, SYNONYM, name, product.reading.of("Generic Name"), own=True)

    def _is_generic(self, brand: str) -> bool:
        """Whether what stands as brand is a generic name, such as ``Azacitidine For``."""
        words = re.findall(r"[a-z]{5,}", brand.casefold())
        return bool(self._words.intersection(words)) or self.drugs.find(brand) is not None

    # --- From DrugBank ---------------------------------------------------------------------------

    def substances(self, shared: Mapping[str, list[Substance]]) -> None:
        """The synonyms of the record that is the drug's; not those that another record has too."""
        records: dict[str, list[Drug]] = {}
        for drug in self.drugs.by_slug.values():
            if substance := self._record(drug):
                records.setdefault(substance.reading.row, []).append(drug)
        for drugs in records.values():
            named = [each for each in drugs if key(each.label) in self.drugs.known.by_name]
            if len(named or drugs) > 1:
                continue
            drug = (named or drugs)[0]
            substance = self._record(drug)
            assert substance is not None
            for name in (substance.name, *substance.synonyms):
                column = "Common name" if name == substance.name else "Synonyms"
                reading = substance.reading.of(column)
                others = [each for each in shared.get(key(name), ()) if each is not substance]
                if others:
                    reason = f"also a name of {others[0].name or others[0].reading.row}"
                    self.leave_out(name, drug, reason, reading)
                elif rules.is_code(name) and _biological(drug.label):
                    reason = "a code in a record that biosimilars in development share"
                    self.leave_out(name, drug, reason, reading)
                else:
                    own = column == "Common name"
                    self.offer(drug, SYNONYM, name, reading, own=own)

    def _record(self, drug: Drug) -> Substance | None:
        plain = re.sub(r"^(?:ado|fam|ziv)-", "", drug.label)
        by_name = self.drugs.known.by_name.get(key(plain))
        if by_name is not None or drug.base or drug.ingredients:
            return by_name
        return self.drugs.known.substance(drug.label)

    # --- From the PDQ-NCIt table -----------------------------------------------------------------

    def terms(self, terms: Iterable[Term]) -> None:
        """The other names of the drug's NCIt code, where PDQ has one code for a name."""
        codes = self.codes()
        by_name: dict[str, set[str]] = {}
        terms = list(terms)
        for term in terms:
            by_name.setdefault(key(term.name), set()).add(term.code)
        for term in terms:
            drug = codes.get(term.code)
            if drug is None or len(by_name[key(term.name)]) > 1:
                continue
            for name, column in ((term.name, "Source Name"), (term.ncit_name, "Target Name")):
                if self._of_another(drug, name):
                    continue
                self.offer(drug, SYNONYM, name, term.reading.of(column), sure=True)
                code = name.rpartition(" ")[2]
                if code != name and rules.is_code(code) and not drug.ingredients:
                    self.offer(drug, CODE, code, term.reading.of(column))

    def codes(self) -> dict[str, Drug]:
        """NCIt codes by the drug whose label, or whose page, they are of."""
        found: dict[str, set[str]] = {}
        for slug, drug in self.drugs.by_slug.items():
            for term in self.drugs.known.terms.get(key(drug.label), ()):
                if key(term.ncit_name) == key(drug.label):
                    found.setdefault(term.code, set()).add(slug)
            for page in drug.pages:
                if self.drugs.by_key.get(key(_stem(page.listed_as))) is drug:
                    found.setdefault(page.ncit, set()).add(slug)
        return {
            code: self.drugs.by_slug[slugs.pop()]
            for code, slugs in found.items()
            if len(slugs) == 1
        }

    def _of_another(self, drug: Drug, name: str) -> bool:
        other = self.drugs.by_key.get(key(labels.generic(name)))
        form = forms.form_of(name)
        return (other is not None and other is not drug) or bool(
            form and form.base and form.base == drug.label.casefold()
        )

    # --- From RxNorm and UNII --------------------------------------------------------------------

    def concepts(self) -> None:
        """Synonyms of the RxNorm concept that has the drug's label."""
        for drug in self.drugs.by_slug.values():
            concept = self.american.get(key(drug.label))
            if concept is not None:
                for name in concept.synonyms:
                    self.offer(drug, SYNONYM, name, concept.reading.of("Synonyms"))

    def rxnorm_brands(self, branded: Iterable[tuple[str, str, Reading]]) -> None:
        """Brands by the ingredient that RxNorm has for them, which is the base of a salt.

        Of a drug with very many (hydrocortisone, aspirin) only those that another file prints.
        """
        printed = {
            key(product.brand) for drug in self.drugs.by_slug.values() for product in drug.products
        }
        printed |= {key(each.name) for each in self.found}
        brands: dict[str, dict[str, Reading]] = {}
        for ingredient, brand, reading in branded:
            drug = self.drugs.find(labels.generic(ingredient))
            if drug is not None and not self._is_generic(brand):
                brands.setdefault(drug.slug, {}).setdefault(brand, reading)
        for slug, readings in brands.items():
            for brand, reading in readings.items():
                drug = self.drugs.by_slug[slug]
                if len(readings) > _MANY and key(brand) not in printed:
                    self.leave_out(
                        brand, drug, "one of very many brands, and in no other file", reading
                    )
                else:
                    self.offer_brand(drug, brand, reading, weak=not drug.forms)

    def unii(self, names: Iterable[UniiName]) -> None:
        """Common names, brands and codes of the UNII list; none with a note in brackets."""
        kinds = {"bn": BRAND, "cd": CODE, "cn": SYNONYM, "of": SYNONYM}
        for each in names:
            drug = self.drugs.by_key.get(key(each.display_name))
            if drug is None or each.type not in kinds or "[" in each.name:
                continue
            kind = kinds[each.type]
            if (kind == BRAND and self._is_generic(each.name)) or (
                kind == CODE and _biological(drug.label)
            ):
                continue
            if kind == CODE and not rules.is_code(each.name):
                kind = SYNONYM
            self.offer(drug, kind, each.name, each.reading)


def brands_in(cell: str) -> Iterator[str]:
    """The brands in a cell of CanMED, without notes and forms.

    >>> list(brands_in("Granisol [DSC], Sancuso, Sustol, Kytril"))
    ['Granisol', 'Sancuso', 'Sustol', 'Kytril']
    >>> list(brands_in("Zometa (4 mg/5 ml)")), list(brands_in("Abraxane, protein bound"))
    (['Zometa'], ['Abraxane'])
    """
    cell = re.sub(r"\[[^\]]*\]|\([^)]*\)|[®™]", " ", cell)
    pieces = [" ".join(piece.split()) for piece in re.split(r"[,;:]", cell)]
    for piece in pieces:
        if len(pieces) > 1 and (piece[:1].islower() or piece.casefold() == "intravesical"):
            continue
        if piece and not re.search(r"kit\b|kit |\b\d+ ?mg\b", piece, re.IGNORECASE):
            yield piece


_MANY = 10

_COMPONENT = re.compile(
    r"^(?P<ingredient>[^/\[]+?) \d[\d.,]* [A-Za-z%/\d. ]+\[(?P<brand>[^\]]+)\]$"
)


def branded(concepts: Iterable[Concept]) -> Iterator[tuple[str, str, Reading]]:
    """Ingredient, brand and reading of RxNorm's ``ingredient strength [brand]``, of single ones."""
    for concept in concepts:
        match = _COMPONENT.match(concept.label)
        if match and " / " not in concept.label:
            yield match["ingredient"], match["brand"], concept.reading.of("Preferred Label")


def _stem(label: str) -> str:
    plain = labels.generic(label)
    suffixed = forms.suffix_of(plain)
    return suffixed[0] if suffixed else plain


def _biological(label: str) -> bool:
    return bool(re.search(r"mab\b|mab |grastim|poetin|cept\b|interferon", label))
