"""The graphs of a store: named ones, the merge of them all, and what rules derive.

What is in them comes from outside: a store knows triples, never a source. The functions here change
the store that they are given, and leave it half-way if they fail: :mod:`regimenkg.store.directory`
gives them a copy that is thrown away then.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, Protocol, TypedDict

from pyoxigraph import (
    DefaultGraph,
    NamedNode,
    Quad,
    QueryTriples,
    RdfFormat,
    Store,
    Triple,
    serialize,
)

from regimenkg.errors import DataError, UsageError
from regimenkg.store.skolem import by_order, graph_slug
from regimenkg.terms.namespaces import DERIVED_GRAPH, GRAPH

_MERGE = DefaultGraph()


class GraphInfo(TypedDict):
    """What is known of a named graph: its loader, the files read, and how many triples it has.

    ``packaged`` is true for what comes with the code, and false for what a user loaded.
    """

    loader: str
    files: list[str]
    triples: int
    packaged: bool


class Source(NamedTuple):
    """A graph to be built: its IRI, who reads it, from which files, and how its triples are read.

    ``triples`` is given what answers for the graphs that were built before it.
    """

    graph: str
    loader: str
    files: list[str]
    triples: Callable[[Store], Iterable[Triple]]


class Rule(NamedTuple):
    """A CONSTRUCT query whose triples follow from the merge; ``file`` names it in messages."""

    file: str
    text: str


class Contents(Protocol):
    """What a store is built from: graphs in order of loading, and the rules for what follows."""

    def sources(self) -> Sequence[Source]:
        """The graphs that come with the code; asking reads no file."""

    def rules(self) -> Sequence[Rule]:
        """The rules, in the order in which they are run."""


def build(
    store: Store,
    contents: Contents,
    loaded: Mapping[str, tuple[GraphInfo, Iterable[Triple]]] | None = None,
) -> dict[str, GraphInfo]:
    """Fill an empty store with what comes with the code, what was loaded, and what follows.

    Args:
        store: an empty store.
        contents: what comes with the code.
        loaded: graphs to take over, by IRI; one with a packaged graph's IRI stands in its place.

    Returns what each named graph holds. Raises LoaderError for a malformed source file and
    DataError for a rule that is not SPARQL; the store is then of no use.
    """
    loaded = loaded or {}
    graphs: dict[str, GraphInfo] = {}
    for source in contents.sources():
        if source.graph not in loaded:
            count = _put(store, source.graph, source.triples(store))
            graphs[source.graph] = GraphInfo(
                loader=source.loader, files=source.files, triples=count, packaged=True
            )
    for graph, (info, carried) in loaded.items():
        graphs[graph] = GraphInfo(
            loader=info["loader"],
            files=info["files"],
            triples=_put(store, graph, carried),
            packaged=False,
        )
    rules = contents.rules()
    graphs[DERIVED_GRAPH] = GraphInfo(
        loader="rules",
        files=[rule.file for rule in rules],
        triples=_derive(store, rules),
        packaged=True,
    )
    return graphs


def replace_graph(
    store: Store, graph: str, triples: Iterable[Triple], rules: Sequence[Rule]
) -> dict[str, int]:
    """Put triples in place of what a named graph held, and bring what follows from it up to date.

    The derived graph and the default graph (the merge of all) are recomputed. Blank nodes become
    IRIs. Nothing is changed if ``triples`` raises.

    Returns the new sizes of the graph and of the derived graph. Raises UsageError for a graph
    that is computed, DataError where a rule fails, and whatever ``triples`` raises.
    """
    check_replaceable(graph)
    with Spool(triples, graph) as spool:
        return replace_spooled(store, [spool], rules)


def replace_spooled(store: Store, spools: Sequence[Spool], rules: Sequence[Rule]) -> dict[str, int]:
    """Do what :func:`replace_graph` does, with the triples of graphs that are read already."""
    _clear(store, DERIVED_GRAPH)
    sizes = {}
    for spool in spools:
        _clear(store, spool.graph)
        spool.load(store)
        sizes[spool.graph] = _size(store, spool.graph)
    return {**sizes, DERIVED_GRAPH: _derive(store, rules)}


def remove_graph(store: Store, graph: str, rules: Sequence[Rule]) -> dict[str, int]:
    """Remove a named graph, and bring what follows up to date; returns the derived graph's size.

    Raises UsageError for a graph that is computed, DataError where a rule fails.
    """
    check_replaceable(graph)
    _clear(store, DERIVED_GRAPH)
    _clear(store, graph)
    store.remove_graph(NamedNode(graph))
    return {DERIVED_GRAPH: _derive(store, rules)}


def check_replaceable(graph: str) -> None:
    """Raise UsageError unless a graph of this IRI can be loaded.

    >>> check_replaceable("https://w3id.org/regimenkg/graph/derived")
    Traceback (most recent call last):
    ...
    regimenkg.errors.UsageError: graph/derived holds what rules compute and cannot be loaded
    """
    if graph == DERIVED_GRAPH:
        raise UsageError(
            "graph/derived holds what rules compute and cannot be loaded",
            hint="give the graph another name, such as graph/my-data",
        )
    try:
        NamedNode(graph)
    except ValueError as error:
        raise UsageError(
            f"{graph!r} is not an IRI, so it cannot name a graph",
            hint=f"an example: {GRAPH}my-data",
        ) from error


def _derive(store: Store, rules: Iterable[Rule]) -> int:
    """Run the rules in order, each over all that is there so far; returns how much they derived."""
    for rule in rules:
        try:
            answer = store.query(rule.text)
        except SyntaxError as error:
            raise DataError(f"rule {rule.file}: {error}", hint="correct the rule") from error
        if not isinstance(answer, QueryTriples):
            raise DataError(f"rule {rule.file} is not a CONSTRUCT query", hint="correct the rule")
        new = (triple for triple in answer if _merged(triple) not in store)
        with Spool(new, DERIVED_GRAPH) as spool:
            spool.load(store)
    return _size(store, DERIVED_GRAPH)


def _put(store: Store, graph: str, triples: Iterable[Triple]) -> int:
    """Add triples to a named graph and to the merge; returns the graph's size."""
    with Spool(triples, graph) as spool:
        spool.load(store)
    return _size(store, graph)


_PIECE = 16 << 20
"""Bytes of N-Triples that are loaded at once: some 120 MB of memory, whatever the file's size."""


class Spool:
    """The triples of a graph in a file: a source is read to its end before a store is changed.

    Blank nodes become IRIs on the way. The file goes when the ``with`` block ends.
    """

    def __init__(self, triples: Iterable[Triple], graph: str) -> None:
        self.graph = graph
        self._directory = tempfile.TemporaryDirectory(prefix="regimenkg-")
        try:
            self._path = Path(self._directory.name, "triples.nt")
            named = by_order(triples, graph_slug(graph))
            serialize(named, self._path, RdfFormat.N_TRIPLES)
        except BaseException:
            self._directory.cleanup()
            raise

    def __enter__(self) -> Spool:
        return self

    def __exit__(self, *_: object) -> None:
        self._directory.cleanup()

    def load(self, store: Store) -> None:
        """Add the triples to the named graph and to the merge.

        The engine holds what it loads at once in memory, so that a large file goes in by pieces.
        """
        with self._path.open("rb") as lines:
            while piece := b"".join(lines.readlines(_PIECE)):
                for target in (NamedNode(self.graph), _MERGE):
                    store.bulk_load(input=piece, format=RdfFormat.N_TRIPLES, to_graph=target)


def _clear(store: Store, graph: str) -> None:
    """Empty a named graph, and take out of the merge what no other graph says."""
    name = NamedNode(graph)
    gone = store.quads_for_pattern(None, None, None, name)  # reads the state before the next line
    store.clear_graph(name)
    for quad in gone:
        others = store.quads_for_pattern(quad.subject, quad.predicate, quad.object)
        if all(isinstance(other.graph_name, DefaultGraph) for other in others):
            store.remove(_merged(quad.triple))


def _merged(triple: Triple) -> Quad:
    """The triple as the merge holds it."""
    return Quad(triple.subject, triple.predicate, triple.object, _MERGE)


def _size(store: Store, graph: str) -> int:
    """How many triples a graph has; counted by the engine, which need not decode them."""
    found = store.query(f"SELECT (COUNT(*) AS ?size) {{ GRAPH {NamedNode(graph)} {{ ?s ?p ?o }} }}")
    return int(next(found)["size"].value)  # type: ignore[arg-type]
