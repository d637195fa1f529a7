"""Graphs of a store in memory, changed as a store directory does it: beside a copy as it was."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pyoxigraph import NamedNode, Store, Triple

from regimenkg.store.changes import change_graphs
from regimenkg.store.graphs import size
from regimenkg.store.merge import Spool
from regimenkg.store.rules import Rule


def replace_graph(
    store: Store, graph: str, triples: Iterable[Triple], rules: Sequence[Rule]
) -> dict[str, int]:
    """Put triples in place of a graph's; returns the new sizes of it and of those of the rules."""
    with Spool(triples, graph) as spool:
        return change_graphs(copied(store), store, {graph: spool}, rules, sizes(store)).sizes


def remove_graph(store: Store, graph: str, rules: Sequence[Rule]) -> dict[str, int]:
    """Remove a graph; returns the new sizes of those that rules fill."""
    return change_graphs(copied(store), store, {graph: None}, rules, sizes(store)).sizes


def sizes(store: Store) -> dict[str, int]:
    """How many triples each graph has."""
    graphs = (graph for graph in store.named_graphs() if isinstance(graph, NamedNode))
    return {graph.value: size(store, graph.value) for graph in graphs}


def copied(store: Store) -> Store:
    """A copy in memory."""
    copy = Store()
    copy.bulk_extend(store)
    return copy
