"""What is validated, for pySHACL and for the engine: copied, or as a view of a store."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

if TYPE_CHECKING:
    import rdflib

__all__ = ["Data", "View", "default_graph", "stored"]


def default_graph(store: ox.Store) -> Iterator[ox.Triple]:
    """The triples of a store's default graph, which is the merge of all graphs in ours."""
    for quad in store.quads_for_pattern(None, None, None, ox.DefaultGraph()):
        yield quad.triple


def stored(triples: Iterable[ox.Triple]) -> ox.Store:
    """A store in memory with triples in its default graph."""
    store = ox.Store()
    store.bulk_extend(ox.Quad(t.subject, t.predicate, t.object) for t in triples)
    return store


class View:
    """The default graph of a store, as `Data` has it, of which nothing is copied for pySHACL."""

    def __init__(self, store: ox.Store) -> None:
        import rdflib
        from rdflib.graph import DATASET_DEFAULT_GRAPH_ID

        from regimenkg.store.embedded import EmbeddedStore
        from regimenkg.store.rdflib_view import ReadOnlyStore

        count = sum(1 for _ in default_graph(store))

        class Counted(ReadOnlyStore):
            """pySHACL asks at each turn how many triples there are."""

            def __len__(self, context: rdflib.Graph | None = None) -> int:
                return count

        self.store = store
        self.graph = rdflib.Graph(Counted(EmbeddedStore(store)), DATASET_DEFAULT_GRAPH_ID)


class Data:
    """Triples as pySHACL reads them (``graph``, of rdflib) and as the engine does (``store``).

    Both hold the same; they are changed with :meth:`add` and :meth:`remove` only.
    """

    def __init__(self, triples: Iterable[ox.Triple]) -> None:
        import rdflib

        self.graph = rdflib.Graph()
        held = list(triples)
        self.store = stored(held)
        for triple in held:
            self.graph.add(_rdflib_triple(triple))

    def add(self, triple: ox.Triple) -> None:
        """Add a triple."""
        self.graph.add(_rdflib_triple(triple))
        self.store.add(ox.Quad(triple.subject, triple.predicate, triple.object))

    def remove(self, triple: ox.Triple) -> None:
        """Remove a triple, if it is there."""
        self.graph.remove(_rdflib_triple(triple))
        self.store.remove(ox.Quad(triple.subject, triple.predicate, triple.object))


def _rdflib_triple(triple: ox.Triple) -> Any:
    from regimenkg.formats.results import rdflib_term

    return tuple(rdflib_term(term) for term in triple)
