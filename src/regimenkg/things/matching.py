"""Which thing a name or code in somebody's file means: what loaders ask of the graph."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from functools import lru_cache

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Store

from regimenkg.loaders.shared.base import Label
from regimenkg.store.embedded import EmbeddedStore
from regimenkg.terms.namespaces import DERIVED_GRAPH, PREFIXES, RK, expand
from regimenkg.things.index import NameIndex
from regimenkg.things.reading import read_names

__all__ = ["Matcher", "stated_labels"]

_MERGE = DefaultGraph()
_TYPE = NamedNode(PREFIXES["rdf"] + "type")
_EXACT_MATCH = NamedNode(PREFIXES["skos"] + "exactMatch")
_PREF = NamedNode(PREFIXES["skos"] + "prefLabel")


def stated_labels(store: Store, thing: NamedNode, replaced: Collection[str]) -> Iterator[Quad]:
    """The preferred labels that the graphs of a store state for a thing, each with its graph.

    Those that a rule derives are left out, and those of graphs that are being replaced.
    """
    for quad in store.quads_for_pattern(thing, _PREF, None, None):
        graph = quad.graph_name
        if isinstance(graph, NamedNode) and graph.value not in (DERIVED_GRAPH, *replaced):
            yield quad


class Matcher:
    """Which thing of a store a code or a name means: what loaders ask as ``resolve``.

    Args:
        store: the engine's store, whose default graph is the merge.
        replaced: IRIs of the graphs that the load takes the place of; their labels do not count.
        place: says of a graph by its IRI what a person knows it by; None for the IRI.

    Called with a CURIE or an IRI, it returns the IRI itself where the merge has a thing of it (says
    of what class), else that of the one thing which has it as ``skos:exactMatch``, else None. By
    name it finds the one thing of a class that a text names by the rules of
    `regimenkg.things.names`; what names several is not guessed. A thing that is only a loaded
    source's own term is not found by name, since it may go when that source is loaded again. Names
    are read from the store once for each class.

    >>> Matcher(Store())("rkd:drug/cytarabine") is None
    True
    >>> Matcher(Store()).named("Drug", "Ara-C") is None
    True
    """

    def __init__(
        self,
        store: Store,
        replaced: Collection[str] = (),
        place: Callable[[str], str] | None = None,
    ) -> None:
        self._store = store
        self._replaced = replaced
        self._place = place or str
        self._things: dict[str, Callable[[str], list[str]]] = {}

    def __call__(self, curie: str) -> str | None:
        iri = expand(curie) or curie
        try:
            node = NamedNode(iri)
        except ValueError:
            return None
        if self._is_thing(node):
            return iri
        same = {
            quad.subject.value
            for quad in self._store.quads_for_pattern(None, _EXACT_MATCH, node, _MERGE)
            if isinstance(quad.subject, NamedNode) and self._is_thing(quad.subject)
        }
        return same.pop() if len(same) == 1 else None

    def _is_thing(self, node: NamedNode) -> bool:
        return any(True for _ in self._store.quads_for_pattern(node, _TYPE, None, _MERGE))

    def named(self, class_name: str, text: str) -> str | None:
        """Return the IRI of the one thing of a class, such as ``Toxicity``, that has this name."""
        if class_name not in self._things:
            names = read_names(EmbeddedStore(self._store), RK + class_name, own=True)
            # Files repeat names. What remembers them must not refer to this matcher: a circle would
            # keep the store open after it is let go, and its files locked.
            self._things[class_name] = lru_cache(maxsize=1 << 12)(NameIndex(names).things)
        things = self._things[class_name](text)
        return things[0] if len(things) == 1 else None

    def label(self, iri: str) -> Label | None:
        """Return the first preferred label that a graph states for a thing, with that graph."""
        for quad in stated_labels(self._store, NamedNode(iri), self._replaced):
            if isinstance(quad.object, Literal):
                return Label(quad.object.value, self._place(str(quad.graph_name)[1:-1]))
        return None
