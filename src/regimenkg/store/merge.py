"""The merge: the default graph, which says once what any named graph says; ways in and out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack

from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, Store, Triple, parse, serialize

from regimenkg.store.locks import temporary_folder
from regimenkg.store.skolem import by_order, graph_slug

__all__ = ["MERGE", "Spool", "leave", "merged"]

MERGE = DefaultGraph()

_AT_ONCE = 100_000
"""How many triples one update removes: it holds them in memory."""


def merged(triple: Triple) -> Quad:
    """The triple as the merge holds it."""
    return Quad(triple.subject, triple.predicate, triple.object, MERGE)


def leave(store: Store, *graphs: str) -> None:
    """Empty named graphs, and take out of the merge what no other graph says."""
    for graph in map(NamedNode, graphs):
        alone = f"FILTER NOT EXISTS {{ GRAPH ?other {{ ?s ?p ?o }} FILTER(?other != {graph}) }}"
        while next(store.quads_for_pattern(None, None, None, graph), None):
            some = f"SELECT ?s ?p ?o {{ GRAPH {graph} {{ ?s ?p ?o }} }} LIMIT {_AT_ONCE}"
            store.update(f"DELETE {{ ?s ?p ?o }} WHERE {{ {{ {some} }} {alone} }}")
            store.update(f"DELETE {{ GRAPH {graph} {{ ?s ?p ?o }} }} WHERE {{ {{ {some} }} }}")


_PIECE = 16 << 20
"""Bytes of N-Triples that are loaded at once: some 120 MB of memory, whatever the file's size."""

_FEW = 1 << 16
"""Bytes of N-Triples below which a bulk load, which writes and syncs files of its own, takes longer
than a transaction: most rules derive less."""


class Spool:
    """The triples of a graph in a file: a source is read to its end before a store is changed.

    Blank nodes become IRIs on the way. The file goes when the ``with`` block ends, and with it its
    folder, the ``directory``.
    """

    def __init__(self, triples: Iterable[Triple], graph: str) -> None:
        self.graph = graph
        with ExitStack() as stack:
            self.directory = stack.enter_context(temporary_folder())
            self._path = self.directory / "triples.nt"
            named = by_order(triples, graph_slug(graph))
            serialize(named, self._path, RdfFormat.N_TRIPLES)
            self._stack = stack.pop_all()

    def __enter__(self) -> Spool:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def load(self, store: Store) -> None:
        """Add the triples to the named graph and to the merge.

        The engine holds what it loads at once in memory, so that a large file goes in by pieces.
        """
        self.load_into(store, NamedNode(self.graph), MERGE)

    def load_into(self, store: Store, *graphs: NamedNode | DefaultGraph) -> None:
        """Add the triples to some graphs of a store."""
        with self._path.open("rb") as lines:
            while piece := b"".join(lines.readlines(_PIECE)):
                add = store.load if len(piece) < _FEW else store.bulk_load
                for target in graphs:
                    add(input=piece, format=RdfFormat.N_TRIPLES, to_graph=target)

    def __iter__(self) -> Iterator[Triple]:
        """Yield the triples; one that was read twice comes twice."""
        return (quad.triple for quad in parse(path=self._path, format=RdfFormat.N_TRIPLES))
