"""The merge: the default graph, which holds what any of a store's named graphs says, once."""

from __future__ import annotations

from pyoxigraph import DefaultGraph, NamedNode, Quad, Store, Triple

__all__ = ["MERGE", "leave", "merged"]

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
