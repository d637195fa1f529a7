"""Chooses among the candidates: one drug for a name, one reading for a drug's name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from drugs import Drug, Drugs, LeftOut, key
from files import CANMED_HCPCS, CANMED_NDC, COMBINATION, DRUGBANK, PAGE, PDQ, RXNORM, UNII
from forms import ESTER, SALT, suffix_of
from names import BRAND, CODE, MISSPELLING, SYNONYM, Candidate
from slips import distance

_KINDS = (BRAND, CODE, SYNONYM, MISSPELLING)
_FILES = (PAGE, CANMED_NDC, CANMED_HCPCS, PDQ, DRUGBANK, RXNORM, UNII, COMBINATION)


@dataclass(slots=True)
class Claim:
    """A name as one drug has it, by all the files that print it so."""

    drug: Drug
    candidates: list[Candidate] = field(default_factory=list)

    @property
    def files(self) -> set[str]:
        """Who prints it; the two tables of CanMED are one, and so are all pages."""
        return {_publisher(each.reading.document) for each in self.candidates}

    @property
    def best(self) -> Candidate:
        """The candidate whose kind and reading are kept."""
        kinds = {each.kind for each in self.candidates}
        kind = next(each for each in _KINDS if each in kinds)
        among = [each for each in self.candidates if each.kind == kind]
        first = min(
            among, key=lambda each: (_unlike_a_name(each.name), _order(each), "-" not in each.name)
        )
        return Candidate(self.drug.slug, kind, first.name, first.reading)


def choose(
    drugs: Drugs, found: Iterable[Candidate], curated: Mapping[str, str]
) -> tuple[list[Candidate], list[LeftOut]]:
    """The names that enter, and those that do not since two drugs have them.

    Args:
        drugs: the drugs.
        found: the candidates.
        curated: names that the curated data have for a drug, by key, with its slug: they are its.
    """
    labels = {key(drug.label): drug for drug in drugs.by_slug.values()}
    claims: dict[str, dict[str, Claim]] = {}
    for candidate in found:
        drug = drugs.by_slug[candidate.drug]
        claims.setdefault(key(candidate.name), {}).setdefault(
            drug.slug, Claim(drug)
        ).candidates.append(candidate)
    chosen: list[Candidate] = []
    left_out: list[LeftOut] = []
    for name, by_drug in claims.items():
        owner = labels.get(name) or drugs.by_slug.get(curated.get(name, ""))
        winner = by_drug.get(owner.slug) if owner else _winner(drugs, list(by_drug.values()))
        if winner is not None and (owner is None or name in curated):
            chosen.append(winner.best)
        for claim in by_drug.values():
            if claim is winner:
                continue
            taken = owner.label if owner else winner.drug.label if winner else ""
            reason = f"kept for {taken}" if taken else "two drugs have it"
            left_out.append(LeftOut(claim.best.name, claim.drug.slug, reason, claim.best.reading))
    return chosen, left_out


def _winner(drugs: Drugs, claims: list[Claim]) -> Claim | None:
    """The drug that keeps a name which several have.

    A product (a liposome, a biosimilar) before what it is a product of; a base before its salts and
    esters, where a source prints the name for the base; what stands alone in its cell before what
    stands in a list or was said of the base by convention; of unrelated drugs the one that more
    publishers have it for, if there are two.
    """
    certain = [claim for claim in claims if not all(each.weak for each in claim.candidates)]
    claims = certain or claims
    slugs = {claim.drug.slug for claim in claims}
    claims = [c for c in claims if not (_of_the_same(c.drug) and c.drug.base in slugs)]
    if len(claims) == 1:
        return claims[0]
    for claim in claims:
        above = set(_above(drugs, claim.drug)) | {
            other.drug.slug
            for other in claims
            if claim.drug.label.startswith(other.drug.label + " ")
        }
        if all(other.drug.slug in above for other in claims if other is not claim):
            return claim
    counted = sorted(claims, key=lambda claim: -len(claim.files))
    if len(counted[0].files) >= 2 and len(counted[0].files) > len(counted[1].files):
        return counted[0]
    return None


def _of_the_same(drug: Drug) -> bool:
    """Whether a drug is a salt or ester, which people call by the name of the base."""
    return SALT in drug.forms or ESTER in drug.forms


def _above(drugs: Drugs, drug: Drug) -> Iterator[str]:
    """The bases above a drug, nearest first."""
    while drug.base:
        yield drug.base
        drug = drugs.by_slug[drug.base]


def misspelt(
    drugs: Drugs, chosen: list[Candidate], found: Iterable[Candidate]
) -> tuple[list[Candidate], list[LeftOut]]:
    """The names again, with brands that are slips of a brand or label as misspellings.

    A brand that one table alone prints, two letters or fewer from one that others print, is a slip
    of that if it is of the same drug or one of its forms; one letter from a brand of an unrelated
    drug, it is left out.
    """
    printed: dict[str, set[str]] = {}
    for each in found:
        printed.setdefault(key(each.name), set()).add(each.reading.document)
    brands = [each for each in chosen if each.kind == BRAND]
    kept: list[Candidate] = []
    left_out: list[LeftOut] = []
    for candidate in chosen:
        once = candidate.kind == BRAND and len(printed[key(candidate.name)]) == 1
        near = _near(drugs, candidate, brands) if once else {}
        if not near:
            kept.append(candidate)
        elif all(_related(drugs, slug, candidate.drug) for slug in near.values()):
            slug = next(iter(near.values()))
            kept.append(Candidate(slug, MISSPELLING, candidate.name, candidate.reading))
        else:
            other, slug = next(iter(near.items()))
            reason = f"too near to {other} of {drugs.by_slug[slug].label}"
            left_out.append(LeftOut(candidate.name, candidate.drug, reason, candidate.reading))
    return kept, left_out


def _near(drugs: Drugs, candidate: Candidate, brands: Iterable[Candidate]) -> dict[str, str]:
    """Brands and labels, each with its drug, of which a brand is a slip of the pen."""
    name = candidate.name.casefold()
    if len(name) < 5 or candidate.reading.document.startswith(PAGE):
        return {}
    most = 2 if len(name) >= 8 else 1
    others = {
        other.name: other.drug
        for other in brands
        if _rank(other) < _rank(candidate) and other.name.casefold() != name
    }
    label = drugs.by_slug[candidate.drug].label
    if distance(name, label.casefold(), 1) <= 1:
        return {label: candidate.drug}
    return {
        other: slug
        for other, slug in others.items()
        if distance(name, other.casefold(), most)
        <= (most if _related(drugs, slug, candidate.drug) else 1)
    }


def _rank(candidate: Candidate) -> int:
    """How much a brand's printing is to be trusted: pages, then RxNorm and NDC, then HCPCS."""
    document = candidate.reading.document
    if document.startswith(PAGE):
        return 0
    return 2 if document == CANMED_HCPCS else 1


def slips(drugs: Drugs, left_out: Iterable[LeftOut]) -> tuple[list[Candidate], list[LeftOut]]:
    """Generic names that no other file prints: the slips of one drug's label, and the rest."""
    found: list[Candidate] = []
    rest: list[LeftOut] = []
    suffixes = {(suffix_of(drug.label) or ("", ""))[1] for drug in drugs.by_slug.values()} - {""}
    for entry in left_out:
        stem, suffix = suffix_of(entry.name) or (entry.name, "")
        near: dict[int, list[Drug]] = {}
        if entry.reason == "printed by no other file" and len(entry.name) >= 8:
            for drug in drugs.by_slug.values():
                name = entry.name if suffix in suffixes else stem
                near.setdefault(distance(name.casefold(), drug.label.casefold()), []).append(drug)
        nearest = near.get(min(near, default=3), [])
        if near and min(near) <= 2 and len(nearest) == 1 and min(near) > 0:
            found.append(Candidate(nearest[0].slug, MISSPELLING, entry.name, entry.reading))
        else:
            rest.append(entry)
    return found, rest


def _related(drugs: Drugs, one: str, other: str) -> bool:
    return len({[slug, *_above(drugs, drugs.by_slug[slug])][-1] for slug in (one, other)}) == 1


def _publisher(document: str) -> str:
    if document.startswith((PAGE, COMBINATION)):
        return PAGE
    return "canmed" if document in (CANMED_HCPCS, CANMED_NDC) else document


def _order(candidate: Candidate) -> int:
    document = candidate.reading.document
    page = next((each for each in (PAGE, COMBINATION) if document.startswith(each)), document)
    return _FILES.index(page)


def _unlike_a_name(name: str) -> bool:
    """Whether a brand is printed all in capitals or all in small letters."""
    has_digit = any(char.isdigit() for char in name)
    return len(name) > 4 and not has_digit and (name.isupper() or name.islower())
