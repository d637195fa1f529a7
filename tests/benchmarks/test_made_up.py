"""Made-up graphs: the same for the same seed, right by the shapes, with all that queries ask."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import changing
import pytest
from made_up import GRAPH_NAME, triples, write
from pyoxigraph import DefaultGraph, NamedNode, Store

from regimenkg.catalog.cache import catalog
from regimenkg.checks.shapes import validate
from regimenkg.packaged import PACKAGED
from regimenkg.sparql.tokens import tokens
from regimenkg.store import graphs
from regimenkg.store.rules import Rule
from regimenkg.terms.namespaces import GRAPH, ONTOLOGY_GRAPH, PREFIXES, expand

SIZE = 40_000
SMALL = 6_000
PLANTED = {"JournalArticle-pmid"}  # two PMIDs of one paper, which are a conflict
OF_ONTOLOGY = {  # what queries ask of the vocabulary itself
    *("owl:Class", "owl:ObjectProperty", "owl:DatatypeProperty", "owl:NamedIndividual"),
    *("owl:unionOf", "rdf:first", "rdf:rest", "rdfs:domain", "rdfs:range", "rdfs:subClassOf"),
    *("rdfs:subPropertyOf", "skos:definition", "xsd:date"),
    *("xsd:dayTimeDuration", "xsd:integer"),
}
# Terms of queries that made-up graphs of this size do without: methods and days of single
# documents, deaths of registry records, abstracts; what a dictionary and a registry of regimens
# hold (made_up.registry makes the latter).
LEFT_OUT = {
    "rdf:nil",  # stands for what is not there
    *("dcterms:references", "rk:Registry", "rk:column", "rk:rowKey"),
    *("rk:hasIngredient", "sssom:mapping_tool"),
    *("rk:Bolus", "rk:Deaths", "rk:abstractOf", "rk:earliestDay", "rk:maxDay", "rk:minDuration"),
}


class WithoutData:
    """The vocabulary and the rules, without what is curated."""

    def sources(self) -> Sequence[graphs.Source]:
        kept = (ONTOLOGY_GRAPH, GRAPH + "vocabularies")
        return [source for source in PACKAGED.sources() if source.graph in kept]

    def rules(self) -> Sequence[Rule]:
        return PACKAGED.rules()


def store_of(size: int) -> Store:
    """A store that holds what was made up, and what follows from it."""
    store = Store()
    contents = WithoutData()
    graphs.build(store, contents)
    changing.replace_graph(store, GRAPH + GRAPH_NAME, triples(size), contents.rules())
    return store


@pytest.fixture(scope="module")
def store() -> Store:
    return store_of(SIZE)


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_the_same_seed_gives_the_same_bytes_and_another_others(tmp_path: Path) -> None:
    paths = [tmp_path / name for name in ("one", "again", "other")]
    for path, seed in zip(paths, (1, 1, 2), strict=True):
        write(path, SMALL, seed)
    one, again, other = map(digest, paths)
    assert one == again
    assert one != other


def test_it_is_as_large_as_was_asked_and_little_larger() -> None:
    count = sum(1 for _ in triples(SIZE))
    assert SIZE <= count < 1.5 * SIZE


def test_it_holds_every_term_that_queries_use_but_those_named(store: Store) -> None:
    used = {
        token.text
        for spec in catalog().values()
        for token in tokens(spec.body)
        if token.kind == "pname" and not token.text.endswith(":")
    }
    held = set()
    for name in (GRAPH_NAME, "derived", "vocabularies"):
        for quad in store.quads_for_pattern(None, None, None, NamedNode(GRAPH + name)):
            held.add(quad.predicate.value)
            if isinstance(quad.object, NamedNode):
                held.add(quad.object.value)
    assert {term for term in used - OF_ONTOLOGY if expand(term) not in held} == LEFT_OUT


def test_it_says_nothing_that_the_vocabulary_has_no_term_for(store: Store) -> None:
    terms = {
        quad.subject.value
        for quad in store.quads_for_pattern(None, None, None, NamedNode(ONTOLOGY_GRAPH))
        if isinstance(quad.subject, NamedNode)
    }
    said: set[str] = set()
    for quad in store.quads_for_pattern(None, None, None, NamedNode(GRAPH + GRAPH_NAME)):
        said.update(
            one.value for one in (quad.predicate, quad.object) if isinstance(one, NamedNode)
        )
    own = {iri for iri in said if iri.startswith(PREFIXES["rk"])}
    assert len(own) > 200
    assert own - terms == set()


def test_every_label_is_of_one_thing(store: Store) -> None:
    label = NamedNode(PREFIXES["skos"] + "prefLabel")
    quads = list(store.quads_for_pattern(None, label, None, DefaultGraph()))
    assert len({quad.subject for quad in quads}) == len(quads)


@pytest.mark.slow
def test_it_conforms_to_the_shapes() -> None:
    store = store_of(SMALL)
    report = validate(store)
    assert report.triples > SMALL
    quads = store.quads_for_pattern(None, None, None, NamedNode(GRAPH + GRAPH_NAME))
    said = {tuple(map(str, quad.triple)) for quad in quads}
    wrong = [
        finding
        for finding in report.findings
        if finding.severity == "Violation"
        and (not finding.value or (finding.thing, f"<{finding.property}>", finding.value) in said)
    ]
    assert {finding.shape.rpartition("#")[2] for finding in wrong} <= PLANTED, wrong
