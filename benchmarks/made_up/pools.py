"""What made-up regimens share: drugs, toxicities, tests, papers, each with its codes and names."""

from __future__ import annotations

import csv
import math
import re
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from typing import NamedTuple

from pyoxigraph import NamedNode

from made_up.scribe import Scribe, english, name, typed
from regimenkg.resources import directory
from regimenkg.terms.namespaces import RKD
from regimenkg.terms.vocabularies import vocabularies

_CODES = {  # how many of the things of a class have a code in a vocabulary
    "drug": {
        "rxnorm": 0.9,
        "atc": 0.8,
        "chebi": 0.7,
        "drugbank": 0.85,
        "chembl": 0.8,
        "unii": 0.9,
        "cas": 0.8,
        "pubchem": 0.8,
        "mesh": 0.7,
        "ncit": 0.95,
        "wikidata": 0.9,
        "hemonc": 0.9,
    },
    "toxicity": {"ncit": 0.9, "hp": 0.7, "meddra": 0.5},
    "condition": {"ncit": 0.9, "mondo": 0.8, "doid": 0.7, "icd10cm": 0.6, "mesh": 0.8},
    "mechanism": {"ncit": 0.6, "chebi": 0.4, "mesh": 0.4},
    "drug-class": {"atc": 0.8, "ncit": 0.5, "chebi": 0.4, "mesh": 0.3},
    "regimen": {"ncit": 0.4, "hemonc": 0.6},
}
_IDS = {  # made-up ids of the form that a vocabulary's ids have
    "atc": "Z{tens:02}Z{letter}9{ones}",
    "drugbank": "DB{number:05}",
    "chembl": "CHEMBL9{spread:08}",
    "unii": "ZZ{spread:08}",
    "cas": "9{spread:06}-00-0",
    "mesh": "C9{spread:06}",
    "ncit": "C9{spread:06}",
    "wikidata": "Q9{spread:09}",
    "icd10cm": "Z{tens:02}.{ones}",
}


_LICENCE = "https://creativecommons.org/licenses/by/4.0/"


class Pools(NamedTuple):
    """Things that many regimens name, the common ones first."""

    drugs: list[NamedNode]
    toxicities: list[NamedNode]
    conditions: list[NamedNode]
    settings: list[NamedNode]
    treatments: list[NamedNode]
    tests: list[NamedNode]
    subgroups: list[NamedNode]
    organizations: list[NamedNode]
    biomarkers: list[NamedNode]
    journals: list[NamedNode]
    persons: list[NamedNode]
    mapping_set: NamedNode


def pools(scribe: Scribe, size: int) -> Pools:
    """The pools of a graph of about ``size`` triples, of which they are a smaller part as it grows.

    At 10^6 there are 250 drugs and 400 toxicities, at 10^5 a fifth of that: of those that exist,
    the ones that the regimens of such a graph name.
    """

    def number(at_a_million: int) -> int:
        return max(4, round(at_a_million * math.pow(size / 1_000_000, 0.7)))

    def many(kind: str, class_: str, at_a_million: int, words: int = 1) -> list[NamedNode]:
        return [scribe.named(kind, class_, words) for _ in range(number(at_a_million))]

    scribe.open_document()
    made = Pools(
        drugs=_drugs(scribe, number(250)),
        toxicities=many("toxicity", "rk:Toxicity", 400, 2),
        conditions=many("condition", "rk:Condition", 100, 2),
        settings=many("setting", "rk:TreatmentSetting", 12),
        treatments=many("treatment", "rk:Treatment", 40, 2),
        tests=many("test", "rk:Test", 100, 2),
        subgroups=many("subgroup", "rk:Subgroup", 100, 2),
        organizations=many("organization", "rk:Organization", 100, 2),
        biomarkers=many("biomarker", "rk:Biomarker", 40),
        journals=many("journal", "fabio:Journal", 60, 2),
        persons=many("person", "foaf:Person", 600, 2),
        mapping_set=scribe.thing("mapping-set", "sssom:MappingSet"),
    )
    scribe.say(made.mapping_set, "dcterms:title", "made-up mappings")
    scribe.say(made.mapping_set, "dcterms:license", NamedNode(_LICENCE))
    mechanisms = many("mechanism", "rk:Mechanism", 60, 3)
    classes = many("drug-class", "rk:DrugClass", 70, 2)
    for drug in made.drugs:
        if _is_made_up(drug):
            _describe(scribe, made, drug, mechanisms, classes)
    for family in (made.toxicities, made.conditions, mechanisms, classes):
        _hierarchy(scribe, family)
        for one in family:
            codes(scribe, made.mapping_set, one)
            for _ in range(scribe.skewed(0.6, 1.0, 5)):
                scribe.read(one, "skos:altLabel", english(scribe.words(2)))
    for condition in made.conditions:
        if scribe.rare("rk:symptom", 0.1):
            scribe.read(condition, "rk:symptom", scribe.common(made.conditions))
            scribe.read(condition, "rk:diagnosticTest", scribe.common(made.tests))
    half = len(made.tests) // 2
    for test in made.tests[half:]:
        if scribe.rare("rk:includesTest", 0.4):
            scribe.read(test, "rk:includesTest", *scribe.several(made.tests[:half], 4))
            scribe.read(test, "rk:testCount", 12)
    return made


def _drugs(scribe: Scribe, count: int) -> list[NamedNode]:
    """Drugs of the dictionary, those in most names of regimens first; every fourth is made up.

    Of the dictionary's only the label is said again: the packaged graph has their names and codes.
    Where they do not suffice the others are made up.
    """
    known = iter(_dictionary().items())
    drugs = []
    for place in range(count):
        entry = None if place % 4 == 3 else next(known, None)
        if entry is None:
            drug = scribe.named("drug", "rk:Drug")
        else:
            slug, label = entry
            drug = NamedNode(f"{RKD}drug/{slug}")
            scribe.say(drug, "rdf:type", name("rk:Drug"))
            scribe.say(drug, "skos:prefLabel", english(label))
        drugs.append(drug)
    return drugs


@cache
def _dictionary() -> dict[str, str]:
    """The drugs of the packaged dictionary with their labels, those in most names first."""
    named = Counter(
        word
        for row in _rows("registry/pdq-ncit.tsv")
        for word in re.split(r"[^a-z]+", row["Target Name"].lower())
    )
    rows = sorted(_rows("dictionary/drugs.tsv"), key=lambda row: -named[row["label"]])
    return {row["drug"]: row["label"] for row in rows}


def _rows(table: str) -> Iterator[dict[str, str]]:
    with (directory("data") / table).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file, delimiter="\t")


def _is_made_up(thing: NamedNode) -> bool:
    return "/made-up-" in thing.value


def _describe(
    scribe: Scribe,
    made: Pools,
    drug: NamedNode,
    mechanisms: list[NamedNode],
    classes: list[NamedNode],
) -> None:
    """A drug's names, classes and codes; one in eight is a salt or product of a commoner one."""
    for property_, share in (
        ("skos:altLabel", 0.9),
        ("rk:brandName", 0.6),
        ("rk:researchCode", 0.3),
    ):
        for _ in range(scribe.skewed(share, 0.8, 6)):
            scribe.read(drug, property_, english(scribe.words(1)))
    if scribe.chance(0.75):
        scribe.read(drug, "rk:hasMechanism", scribe.common(mechanisms))
    if scribe.chance(0.85):
        scribe.read(drug, "rk:drugClass", scribe.common(classes))
    place = made.drugs.index(drug)
    if place > 1 and scribe.rare("rk:saltOf", 0.125):
        product = scribe.rare("rk:productOf", 0.4)
        base = scribe.common(made.drugs[:place])
        scribe.read(drug, "rk:productOf" if product else "rk:saltOf", base)
    codes(scribe, made.mapping_set, drug)


def _hierarchy(scribe: Scribe, family: list[NamedNode]) -> None:
    """Four in ten have a broader one before them, which a statement says."""
    for place, narrower in enumerate(family[3:], 3):
        if scribe.chance(0.4):
            link = scribe.thing("broader-link", "rk:BroaderLink")
            scribe.read(link, "rk:narrowerThing", narrower)
            scribe.read(link, "rk:broaderThing", scribe.common(family[:place]))


def codes(scribe: Scribe, mapping_set: NamedNode, thing: NamedNode) -> None:
    """The codes of a thing in the vocabularies for its kind, each with its mapping."""
    kind = thing.value.split("/")[-2]
    number = int(thing.value.rpartition("-")[2])
    place = list(_CODES).index(kind)
    for prefix, share in _CODES[kind].items():
        if scribe.chance(share):
            local = _IDS.get(prefix, "9{spread:06}").format(
                number=number,
                spread=number + 100_000 * place,
                letter=chr(ord("A") + place),
                tens=number // 10,
                ones=number % 10,
            )
            match = scribe.random.choices(_MATCHES, _OFTEN)[0]
            _mapping(scribe, mapping_set, thing, prefix, local, match)


_MATCHES = (
    "skos:exactMatch",
    "skos:closeMatch",
    "skos:broadMatch",
    "skos:narrowMatch",
    "skos:relatedMatch",
)
_OFTEN = (80, 10, 6, 2, 2)


def _mapping(
    scribe: Scribe, mapping_set: NamedNode, thing: NamedNode, prefix: str, local: str, match: str
) -> None:
    vocabulary = vocabularies()[prefix]
    code = name(f"{prefix}:{local}")
    negated = scribe.rare("sssom:predicate_modifier", 0.01)
    if not negated:
        scribe.say(thing, match, code)
    scribe.say(code, "skos:notation", local)
    scribe.say(code, "skos:inScheme", NamedNode(vocabulary.iri))
    if vocabulary.page:
        scribe.say(code, "foaf:page", NamedNode(vocabulary.page_of(local)))
    mapping = scribe.thing("mapping", "owl:Axiom")
    scribe.say(mapping_set, "sssom:mappings", mapping)
    scribe.say(mapping, "owl:annotatedSource", thing)
    scribe.say(mapping, "owl:annotatedProperty", name(match))
    scribe.say(mapping, "owl:annotatedTarget", code)
    scribe.say(mapping, "sssom:mapping_justification", name("semapv:ManualMappingCuration"))
    scribe.say(mapping, "sssom:object_label", scribe.words(1))
    scribe.say(mapping, "sssom:author_label", "a generator")
    scribe.say(mapping, "sssom:confidence", Decimal("0.9"))
    scribe.say(mapping, "dcterms:created", typed("2026-01-01", "date"))
    scribe.say(mapping, "dcterms:source", "made up")
    if scribe.chance(0.3):
        scribe.say(mapping, "sssom:object_source_version", "1")
    if scribe.chance(0.1):
        scribe.say(mapping, "rdfs:comment", scribe.words(6))
    if scribe.rare("rk:validUntil", 0.03):
        scribe.say(mapping, "rk:validUntil", typed("2025-12-31", "date"))
    if negated:
        scribe.say(mapping, "sssom:predicate_modifier", "Not")


_PMIDS, _OF_THEM = 40_000_000, 50_000_000


def paper(scribe: Scribe, made: Pools) -> NamedNode:
    """A citation; one in sixty was retracted, and one in twenty is known by its PMID as well."""
    number = scribe.random.randint(1, 10**9)
    pmid = str(_OF_THEM + number % _PMIDS)
    known_by_pmid = NamedNode(f"{RKD}citation/pmid-{pmid}")
    article = NamedNode(f"https://doi.org/10.99999/made-up.{number}")
    for node in (
        (article, known_by_pmid) if scribe.rare("dcterms:isReplacedBy", 0.05) else (article,)
    ):
        scribe.say(node, "rdf:type", name("fabio:JournalArticle"))
        scribe.say(
            node, "skos:prefLabel", english(f"{scribe.words(1)} {number} {node.value[8:11]}")
        )
        scribe.read(node, "bibo:pmid", pmid)
    if scribe.rare("rk:IdentityAmbiguity", 0.01):
        scribe.read(article, "bibo:pmid", str(int(pmid) + 1))
    scribe.read(article, "bibo:doi", f"10.99999/made-up.{number}")
    scribe.read(article, "dcterms:title", scribe.words(14))
    scribe.read(article, "dcterms:issued", typed(str(scribe.random.randint(1990, 2025)), "gYear"))
    scribe.read(article, "dcterms:isPartOf", scribe.common(made.journals))
    scribe.read(article, "bibo:volume", str(scribe.random.randint(1, 90)))
    scribe.read(article, "bibo:issue", str(scribe.random.randint(1, 12)))
    scribe.read(article, "bibo:pages", str(scribe.random.randint(1, 4000)))
    authors = scribe.several(made.persons, scribe.skewed(6, 0.5, 30, 1))
    if scribe.chance(0.6):
        list_ = scribe.thing("author-list", "rk:AuthorList")
        scribe.say(list_, "rk:name", scribe.words(8))
        scribe.say(list_, "rk:listsAuthor", *authors)
        scribe.read(article, "rk:hasAuthorList", list_)
    else:
        scribe.read(article, "dcterms:creator", *authors)
    if scribe.rare("rk:studyGroup", 0.1):
        scribe.read(article, "rk:studyGroup", scribe.common(made.organizations))
    if scribe.rare("rk:editorialStatus", 1 / 60):
        partly = scribe.rare("rk:PartlyRetracted", 0.5)
        status = "rk:PartlyRetracted" if partly else "rk:Retracted"
        scribe.read(article, "rk:editorialStatus", status)
        notice = NamedNode(article.value + ".notice")
        scribe.say(notice, "rdf:type", name("fabio:JournalArticle"))
        scribe.say(notice, "skos:prefLabel", english(f"notice {number}"))
        scribe.read(article, "cito:isRetractedBy", notice)
    return article
