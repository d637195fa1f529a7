"""Stores in memory with what comes with the code, and changes that keep to its rules."""

from __future__ import annotations

from collections.abc import Iterable

from pyoxigraph import Store, Triple

from regimenkg.packaged import PACKAGED
from regimenkg.store import graphs


def build_packaged(store: Store) -> dict[str, graphs.GraphInfo]:
    """Fill an empty store with what comes with the code."""
    return graphs.build(store, PACKAGED)


def replace_graph(store: Store, graph: str, triples: Iterable[Triple]) -> dict[str, int]:
    """Put triples in place of a graph's, and derive by the packaged rules."""
    return graphs.replace_graph(store, graph, triples, PACKAGED.rules())


def remove_graph(store: Store, graph: str) -> dict[str, int]:
    """Remove a graph, and derive by the packaged rules."""
    return graphs.remove_graph(store, graph, PACKAGED.rules())
