"""The graphs of a store: named ones, the merge of them all, and what rules derive.

What is in them comes from outside: a store knows triples, never a source. The functions here change
the store that they are given, and leave it half-way if they fail: :mod:`regimenkg.store.directory`
gives them a copy that is thrown away then.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from itertools import groupby
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
from regimenkg.store.engine import with_store
from regimenkg.store.skolem import by_order, graph_slug
from regimenkg.terms.namespaces import DERIVED_GRAPH, GRAPH, VOID_GRAPH

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
    """A CONSTRUCT query whose triples follow from what the store holds.

    ``file`` names it in messages; ``graph`` is what its triples go to, and what cannot be loaded.
    """

    file: str
    text: str
    graph: str = DERIVED_GRAPH

    @property
    def step(self) -> str:
        """The file's path up to the number of its name: rules of one step need none of the others.

        >>> Rule("ontology/rules/20-source.rq", "").step
        'ontology/rules/20'
        """
        return self.file.partition("-")[0]


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
    for graph, size in _derive(store, rules).items():
        graphs[graph] = GraphInfo(
            loader="rules",
            files=[rule.file for rule in rules if rule.graph == graph],
            triples=size,
            packaged=True,
        )
    return graphs


def replace_graph(
    store: Store, graph: str, triples: Iterable[Triple], rules: Sequence[Rule]
) -> dict[str, int]:
    """Put triples in place of what a named graph held, and bring what follows from it up to date.

    The graphs that rules fill and the default graph (the merge of all) are recomputed. Blank nodes
    become IRIs. Nothing is changed if ``triples`` raises.

    Returns the new sizes of the graph and of those that rules fill. Raises UsageError for a graph
    that is computed, DataError where a rule fails, and whatever ``triples`` raises.
    """
    check_replaceable(graph)
    with Spool(triples, graph) as spool:
        return replace_spooled(store, [spool], rules)


def replace_spooled(store: Store, spools: Sequence[Spool], rules: Sequence[Rule]) -> dict[str, int]:
    """Do what :func:`replace_graph` does, with the triples of graphs that are read already."""
    _clear(store, *_computed(rules), *(spool.graph for spool in spools))
    sizes = {}
    for spool in spools:
        spool.load(store)
        sizes[spool.graph] = _size(store, spool.graph)
    return {**sizes, **_derive(store, rules)}


def count_distinct(triples: Iterable[Triple], graph: str) -> int:
    """Return how many triples a graph would have: what :func:`replace_graph` would make of them.

    They are counted by the engine, on disk, since memory does not hold a large file's. Raises
    whatever ``triples`` raises.

    >>> from pyoxigraph import parse
    >>> text = "<urn:a> <urn:p> 1, 01, 2 . <urn:a> <urn:p> 2 ."
    >>> count_distinct((quad.triple for quad in parse(text, RdfFormat.TURTLE)), GRAPH + "mine")
    2
    """

    def loaded_size(store: Store) -> int:
        spool.load(store)
        return _size(store, graph)

    with Spool(triples, graph) as spool:
        return with_store(spool.directory / "count", loaded_size)


def remove_graph(store: Store, graph: str, rules: Sequence[Rule]) -> dict[str, int]:
    """Remove a named graph, and bring what follows up to date.

    Returns the new sizes of the graphs that rules fill. Raises UsageError for a graph that is
    computed, DataError where a rule fails.
    """
    check_replaceable(graph)
    _clear(store, *_computed(rules), graph)
    store.remove_graph(NamedNode(graph))
    return _derive(store, rules)


def check_replaceable(graph: str) -> None:
    """Raise UsageError unless a graph of this IRI can be loaded.

    >>> check_replaceable("https://w3id.org/regimenkg/graph/derived")
    Traceback (most recent call last):
    ...
    regimenkg.errors.UsageError: graph/derived holds what rules compute and cannot be loaded
    """
    if graph in (DERIVED_GRAPH, VOID_GRAPH):
        raise UsageError(
            f"graph/{graph.removeprefix(GRAPH)} holds what rules compute and cannot be loaded",
            hint="give the graph another name, such as graph/my-data",
        )
    try:
        NamedNode(graph)
    except ValueError as error:
        raise UsageError(
            f"{graph!r} is not an IRI, so it cannot name a graph",
            hint=f"an example: {GRAPH}my-data",
        ) from error


def _computed(rules: Iterable[Rule]) -> tuple[str, ...]:
    """The graphs that rules fill; the derived graph is one even of a store without rules."""
    return tuple(dict.fromkeys((DERIVED_GRAPH, *(rule.graph for rule in rules))))


def _derive(store: Store, rules: Sequence[Rule]) -> dict[str, int]:
    """Run the rules in order, each step over all that is there so far; returns the graphs' sizes.

    Those of a step see the same, so that the engine works on them at once.
    """
    for _, step in groupby(rules, lambda rule: rule.step):
        with ThreadPoolExecutor() as pool:
            answers = [pool.submit(_answer, store, rule) for rule in step]
        with ExitStack() as stack:
            done = [answer for answer in answers if answer.exception() is None]
            spools = [stack.enter_context(answer.result()) for answer in done]
            for answer in answers:
                answer.result()  # raises what its rule did
            for spool in spools:
                spool.load(store)
    return {graph: _size(store, graph) for graph in _computed(rules)}


def _answer(store: Store, rule: Rule) -> Spool:
    """What a rule derives that is not there yet."""
    try:
        answer = store.query(rule.text)
    except SyntaxError as error:
        raise DataError(f"rule {rule.file}: {error}", hint="correct the rule") from error
    if not isinstance(answer, QueryTriples):
        raise DataError(f"rule {rule.file} is not a CONSTRUCT query", hint="correct the rule")
    return Spool((triple for triple in answer if _merged(triple) not in store), rule.graph)


def _put(store: Store, graph: str, triples: Iterable[Triple]) -> int:
    """Add triples to a named graph and to the merge; returns the graph's size."""
    with Spool(triples, graph) as spool:
        spool.load(store)
    return _size(store, graph)


_PIECE = 16 << 20
"""Bytes of N-Triples that are loaded at once: some 120 MB of memory, whatever the file's size."""

_FEW = 1 << 16
"""Bytes of N-Triples below which a bulk load, which writes and syncs files of its own, takes longer
than a transaction: most rules derive less."""


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

    @property
    def directory(self) -> Path:
        """The folder of the file; it goes with it."""
        return Path(self._directory.name)

    def load(self, store: Store) -> None:
        """Add the triples to the named graph and to the merge.

        The engine holds what it loads at once in memory, so that a large file goes in by pieces.
        """
        with self._path.open("rb") as lines:
            while piece := b"".join(lines.readlines(_PIECE)):
                add = store.load if len(piece) < _FEW else store.bulk_load
                for target in (NamedNode(self.graph), _MERGE):
                    add(input=piece, format=RdfFormat.N_TRIPLES, to_graph=target)


def _clear(store: Store, *graphs: str) -> None:
    """Empty named graphs, and take out of the merge what no other graph says."""
    for name in map(NamedNode, graphs):
        gone = store.quads_for_pattern(None, None, None, name)  # as it is before the next line
        store.clear_graph(name)
        _leave_merge(store, gone)


def _leave_merge(store: Store, gone: Iterable[Quad]) -> None:
    for quad in gone:
        others = store.quads_for_pattern(quad.subject, quad.predicate, quad.object)
        if all(isinstance(other.graph_name, DefaultGraph) for other in others):
            store.remove(_merged(quad.triple))


def _merged(triple: Triple) -> Quad:
    """The triple as the merge holds it."""
    return Quad(triple.subject, triple.predicate, triple.object, _MERGE)


def _size(store: Store, graph: str) -> int:
    """How many triples a graph has; counted by the engine, which need not decode them."""
    query = f"SELECT (COUNT(*) AS ?size) {{ GRAPH {NamedNode(graph)} {{ ?s ?p ?o }} }}"
    return int(next(store.query(query))["size"].value)  # type: ignore[arg-type]
