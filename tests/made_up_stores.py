"""Stores in memory with the vocabulary, what a test made up, and what the rules derive."""

from __future__ import annotations

from pyoxigraph import NamedNode, RdfFormat, Store, parse

from regimenkg.packaged import PACKAGED
from regimenkg.store import graphs
from regimenkg.terms.namespaces import GRAPH, ONTOLOGY_GRAPH, PREFIXES, RK, RKD

PREFIX_LINES = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in PREFIXES.items())


def made_up_store(turtle: str) -> Store:
    """A store of made-up Turtle, in which ``<drug/x>`` is a thing of ours; with what follows."""
    store = Store()
    for source in PACKAGED.sources():
        if source.graph == ONTOLOGY_GRAPH:
            graphs.replace_graph(store, source.graph, source.triples(store), [])
    text = f"@base <{RKD}> .\n{PREFIX_LINES}{turtle}"
    triples = (quad.triple for quad in parse(text, RdfFormat.TURTLE))
    rules = [rule for rule in PACKAGED.rules() if rule.file.startswith("ontology/rules/")]
    graphs.replace_graph(store, f"{GRAPH}made-up", triples, rules)
    return store


def pairs(store: Store, predicate: str) -> set[tuple[str, str]]:
    """Subjects and objects of a predicate, those of ours without the namespace."""
    property_ = NamedNode(PREFIXES[predicate.partition(":")[0]] + predicate.partition(":")[2])
    return {
        (short(str(quad.subject.value)), short(str(quad.object.value)))  # type: ignore[union-attr]
        for quad in store.quads_for_pattern(None, property_, None, None)
    }


def short(iri: str) -> str:
    """An IRI of ours without its namespace."""
    return iri.removeprefix(RK).removeprefix(RKD)
