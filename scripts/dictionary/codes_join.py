"""Which code of which vocabulary a drug has, by what the files print: rules, and what they refuse.

By name: a record whose name is the drug's label or, where no record has that, one of its
synonyms. By cross-reference: a code that files print beside other codes and beside no name, where
two of them lead to it from codes of the drug that are known already, and no third one leads
elsewhere. What is refused is told with its reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from codes_sources import Crossing, Named, Sources, key

LEXICAL = "semapv:LexicalMatching"
# Cross-references from code to code; the schema of SSSOM has no semapv:DatabaseCrossReference.
CROSS = "semapv:MappingChaining"
EXACT, CLOSE, NARROW = "skos:exactMatch", "skos:closeMatch", "skos:narrowMatch"

_BY_NAME = ("ncit", "drugbank", "mesh", "atc", "rxnorm")
_ANTINEOPLASTIC = ("L01", "L02")


@dataclass(frozen=True, slots=True)
class Drug:
    """A drug of the dictionary: the names that it may be found by, and its form.

    ``form`` is that of a salt, a liposome, a biosimilar …, or empty for a plain substance, and
    ``base`` the slug of the drug that it is a form of. ``brands`` are for products alone.
    """

    slug: str
    label: str
    synonyms: tuple[str, ...] = ()
    slips: tuple[str, ...] = ()
    form: str = ""
    base: str = ""
    brands: tuple[str, ...] = ()

    @property
    def keys(self) -> frozenset[str]:
        """Its label and synonyms, as names are compared."""
        return frozenset(map(key, (self.label, *self.synonyms)))


@dataclass(frozen=True, slots=True)
class Row:
    """A mapping that was found.

    ``evidence`` prints the code beside ``code_label``, ``crosswalk`` beside other codes of the
    drug; ``by_label`` tells that it was found by the drug's label itself.
    """

    drug: Drug
    predicate: str
    prefix: str
    code: str
    code_label: str
    justification: str
    confidence: str
    evidence: tuple[str, ...]
    crosswalk: tuple[str, ...] = ()
    version: str = ""
    comment: str = ""
    by_label: bool = True


class LeftOut(NamedTuple):
    """A code that some file leads to and that is not mapped: ``why``, and where it was read."""

    drug: Drug
    prefix: str
    code: str
    code_label: str
    why: str
    places: tuple[str, ...]
    predicate: str = EXACT

    @property
    def pair(self) -> tuple[str, str]:
        """Drug and code as CURIEs."""
        return f"rkd:drug/{self.drug.slug}", f"{self.prefix}:{self.code}"


Found = Row | LeftOut


def join(drugs: Iterable[Drug], sources: Sources) -> tuple[list[Row], list[LeftOut]]:
    """The mappings of all drugs and what was left out; no code is exact for two drugs."""
    rows: list[Row] = []
    left: list[LeftOut] = []
    for drug in drugs:
        for found in codes_of(drug, sources):
            (rows if isinstance(found, Row) else left).append(found)
    kept, shared = unshared(rows)
    return kept, [*left, *shared]


def codes_of(drug: Drug, sources: Sources) -> Iterator[Found]:
    """The codes of one drug: by its names first, and from there by cross-references."""
    known: dict[str, str] = {}
    number: Row | None = None
    chebi: set[str] = set()
    for prefix in _BY_NAME:
        records, by_label = _records(drug, prefix, sources)
        vague = [record for record in records if key(record.name) in sources.vague]
        for record in vague:
            yield from _vague(drug, record)
        records = [record for record in records if record not in vague]
        found = list(
            _atc(drug, records, by_label, sources.former)
            if prefix == "atc"
            else _named(drug, prefix, records, by_label)
        )
        yield from found
        exact = [row for row in found if isinstance(row, Row) and row.predicate == EXACT]
        if exact:
            known[prefix] = exact[0].code
        if exact and prefix == "drugbank":
            (record,) = {record.code: record for record in records}.values()
            also = dict(record.also)
            known |= also
            if "unii" in also:
                yield _row(drug, "unii", also["unii"], [record], by_label)
            if "cas" in also:
                comment = "Number beside the name as DrugBank prints them."
                number = _row(drug, "cas", also["cas"], [record], by_label, comment)
    for prefix, sides in (
        ("chebi", ("drugbank", "cas", "ncit")),
        ("chembl", ("drugbank", "chebi")),
        ("pubchem", ("chebi", "mesh")),
    ):
        starts = [(side, known[side]) for side in sides if side in known]
        crossings = [
            crossing
            for start in starts
            for crossing in sources.by_code.get(start, ())
            if crossing.target[0] == prefix
        ]
        if prefix == "chebi":
            chebi = {crossing.target[1] for crossing in crossings if crossing.source[0] != "cas"}
        for found in _crossed(drug, prefix, crossings, sources):
            if isinstance(found, Row):
                known[prefix] = found.code
            yield found
    if number is not None:
        yield _numbered(number, {known["chebi"]} if "chebi" in known else chebi, sources)


def _records(drug: Drug, prefix: str, sources: Sources) -> tuple[list[Named], bool]:
    """The records of a vocabulary that bear the drug's label, else those that bear a synonym."""

    def bearing(names: Iterable[str]) -> list[Named]:
        wanted = dict.fromkeys(names)
        return [
            record
            for name in wanted
            for record in sources.by_name.get(name, ())
            if record.prefix == prefix and key(record.name) in wanted
        ]

    label = key(drug.label)
    if found := bearing([label]):
        return found, True
    if found := bearing(sorted(drug.keys - {label})):
        return found, False
    # A record may have the label among its synonyms: of a salt or a product that is its base's.
    if drug.form:
        return [], False
    return [r for r in sources.by_name.get(label, ()) if r.prefix == prefix], False


def _named(drug: Drug, prefix: str, records: list[Named], by_label: bool) -> Iterator[Found]:
    codes = sorted({record.code for record in records})
    if len(codes) == 1:
        yield _row(drug, prefix, codes[0], records, by_label)
    for code in codes if len(codes) > 1 else ():
        mine = [record for record in records if record.code == code]
        yield _left(drug, prefix, code, mine, "several-codes-of-the-name")


def _numbered(row: Row, chebi: set[str], sources: Sources) -> Found:
    """A CAS number that DrugBank prints: where ChEBI has the substance, it has to lead there.

    DrugBank's number is now and then that of a hydrate or of an isomer. ``chebi`` is the
    substance's code or, where that is not known, all codes that another file leads to.
    """
    led = sources.by_code.get(("cas", row.code), [])
    if not chebi:
        # A synonym is now and then a neighbour's name, and no second file tells.
        return row if row.by_label else _unnamed(row)
    there = [crossing.place for crossing in led if crossing.target[1] in chebi]
    if there:
        return replace(row, crosswalk=tuple(there))
    why = "files-disagree" if led else "one-file-alone"
    places = (*row.evidence, *(crossing.place for crossing in led))
    return LeftOut(row.drug, "cas", row.code, row.code_label, why, places)


def _unnamed(row: Row) -> LeftOut:
    return LeftOut(row.drug, row.prefix, row.code, row.code_label, "by-synonym-alone", row.evidence)


def _vague(drug: Drug, record: Named) -> Iterator[LeftOut]:
    """A record under a name of several drugs lists this one among its synonyms, and is not it."""
    for prefix, code in ((record.prefix, record.code), *record.also):
        yield _left(drug, prefix, code, [record], "name-of-several-drugs")


def _atc(
    drug: Drug, records: list[Named], by_label: bool, former: frozenset[str]
) -> Iterator[Found]:
    """ATC has a code for each use: exact is the only one, or the only antineoplastic one.

    A former code is never exact.
    """
    every = sorted({record.code for record in records})
    codes = [code for code in every if code not in former]
    for code in every:
        if code in former:
            mine = [record for record in records if record.code == code]
            comment = "Former code: in the list of 2021-12-03, no longer in that of 2026-04-25."
            yield replace(_row(drug, "atc", code, mine, by_label, comment), predicate=CLOSE)
    own = [code for code in codes if code.startswith(_ANTINEOPLASTIC)]
    main = codes[0] if len(codes) == 1 else own[0] if len(own) == 1 else None
    for code in codes:
        mine = [record for record in records if record.code == code]
        others = ", ".join(other for other in codes if other != code)
        comment = ""
        if code == main and others:
            comment = f"Antineoplastic or endocrine use; other uses of the substance: {others}."
        elif others:
            comment = f"One of several uses of the substance: {others}."
        row = _row(drug, "atc", code, mine, by_label, comment)
        yield row if code == main else replace(row, predicate=CLOSE)


def _crossed(
    drug: Drug, prefix: str, crossings: list[Crossing], sources: Sources
) -> Iterator[Found]:
    """The one code that a file prints beside the drug's name or that two files lead to."""
    named = [
        record
        for name in drug.keys
        for record in sources.by_name.get(name, ())
        if record.prefix == prefix
    ]
    voices: dict[str, dict[str, list[Crossing]]] = {}
    for crossing in crossings:
        codes = voices.setdefault(crossing.voice, {})
        codes.setdefault(crossing.target[1], []).append(crossing)
    for code in sorted({*(record.code for record in named), *(c.target[1] for c in crossings)}):
        own = sorted({r for r in named if r.code == code}, key=lambda record: record.place)
        leading = [voice for voice in voices.values() if code in voice]
        places = [crossing for voice in leading for crossing in voice[code]]
        why = _refusal(
            code, own, leading, voices, named, sources.named.get((prefix, code), ()), drug
        )
        if why:
            yield _left(drug, prefix, code, [*own, *places], why)
        else:
            yield _crossed_row(drug, prefix, code, own, places)


def _refusal(
    code: str,
    own: list[Named],
    leading: list[dict[str, list[Crossing]]],
    voices: Mapping[str, dict[str, list[Crossing]]],
    named: list[Named],
    labels: Iterable[Named],
    drug: Drug,
) -> str:
    if not own and len(leading) < 2:
        return "one-file-alone"
    if len(leading) < len(voices) or any(record.code != code for record in named):
        return "files-disagree"
    if any(key(record.name) not in drug.keys for record in labels):
        return "printed-under-another-name"
    alike = set.intersection(*map(set, leading)) if leading else {code}
    if len(alike) > 1:
        return "several-codes"
    return ""


def _crossed_row(
    drug: Drug, prefix: str, code: str, own: list[Named], places: list[Crossing]
) -> Row:
    beside = [crossing for crossing in places if crossing.name]
    evidence = [record.place for record in own] + [crossing.place for crossing in beside]
    label = own[0].name if own else beside[0].name if beside else ""
    same = [place for place in beside if place.name == label]
    if not own:
        evidence = [crossing.place for crossing in same]
    else:
        evidence = [record.place for record in own if record.name == label]
        evidence += [crossing.place for crossing in same]
    walked = [crossing.place for crossing in places if crossing.place not in evidence]
    return Row(
        drug=drug,
        predicate=EXACT,
        prefix=prefix,
        code=code,
        code_label=label or drug.label,
        justification=LEXICAL if own else CROSS,
        confidence="0.98" if own else "0.95",
        evidence=tuple(dict.fromkeys(evidence)),
        crosswalk=tuple(dict.fromkeys(walked)),
        comment="" if label else "The files print codes alone: the label is the drug's.",
    )


def _row(
    drug: Drug,
    prefix: str,
    code: str,
    records: list[Named],
    by_label: bool,
    comment: str = "",
) -> Row:
    """A row by name. The label is the one that most files print, and their places go with it."""
    labels = [record.name for record in records]
    label = max(dict.fromkeys(labels), key=labels.count)
    mine = [record for record in records if record.name == label]
    versions = sorted({record.version for record in mine if record.version})
    return Row(
        drug=drug,
        predicate=EXACT,
        prefix=prefix,
        code=code,
        code_label=label,
        justification=LEXICAL,
        confidence="0.98" if by_label else "0.95",
        evidence=tuple(dict.fromkeys(record.place for record in mine)),
        version=versions[-1] if versions else "",
        comment=comment,
        by_label=by_label,
    )


def _left(
    drug: Drug, prefix: str, code: str, read: Iterable[Named | Crossing], why: str
) -> LeftOut:
    read = list(read)
    label = next((record.name for record in read if record.name), "")
    return LeftOut(drug, prefix, code, label, why, tuple(dict.fromkeys(r.place for r in read)))


def unshared(rows: list[Row]) -> tuple[list[Row], list[LeftOut]]:
    """Rows of which none has a code that is exact for another drug, and those refused for it.

    The label goes before a synonym; where that does not tell the drugs apart, all are refused.
    """
    holders: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        if row.predicate == EXACT:
            holders.setdefault((row.prefix, row.code), []).append(row)
    refused: set[int] = set()
    for sharing in holders.values():
        if len({row.drug.slug for row in sharing}) < 2:
            continue
        first = [row for row in sharing if row.by_label]
        keep = first if len({row.drug.slug for row in first}) == 1 else []
        refused |= {id(row) for row in sharing if row not in keep}
    kept = [row for row in rows if id(row) not in refused]
    return kept, [
        LeftOut(
            row.drug,
            row.prefix,
            row.code,
            row.code_label,
            "exact-for-several-drugs",
            (*row.evidence, *row.crosswalk),
        )
        for row in rows
        if id(row) in refused
    ]
