"""Stores in memory with the vocabulary, what a test made up, and what the rules derive."""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import NamedNode, RdfFormat, Store, Triple, parse

from regimenkg.packaged import PACKAGED
from regimenkg.store import graphs
from regimenkg.store.rules import Rule
from regimenkg.terms.namespaces import GRAPH, ONTOLOGY_GRAPH, PREFIXES, RK, RKD

PREFIX_LINES = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in PREFIXES.items())


def made_up_store(turtle: str) -> Store:
    """A store of made-up Turtle, in which ``<drug/x>`` is a thing of ours; with what follows."""
    store = Store()
    graphs.build(store, _MadeUp(f"@base <{RKD}> .\n{PREFIX_LINES}{turtle}"))
    return store


class _MadeUp:
    """The vocabulary and a graph of Turtle, with the rules of the vocabulary."""

    def __init__(self, turtle: str) -> None:
        self._turtle = turtle

    def sources(self) -> list[graphs.Source]:
        ontology = next(one for one in PACKAGED.sources() if one.graph == ONTOLOGY_GRAPH)
        return [ontology, graphs.Source(f"{GRAPH}made-up", "turtle", [], self._read)]

    def rules(self) -> list[Rule]:
        return [rule for rule in PACKAGED.rules() if rule.file.startswith("ontology/rules/")]

    def _read(self, _: Store) -> Iterator[Triple]:
        return (quad.triple for quad in parse(self._turtle, RdfFormat.TURTLE))


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
