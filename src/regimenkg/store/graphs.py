"""The graphs of a store: named ones, the merge of them all, and what rules derive.

What is in them comes from outside: a store knows triples, never a source. The functions here change
the store that they are given, and leave it half-way if they fail: :mod:`regimenkg.store.directory`
gives them a copy that is thrown away then.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from itertools import groupby
from typing import NamedTuple, Protocol, TypedDict

from pyoxigraph import NamedNode, Store, Triple

from regimenkg.errors import UsageError
from regimenkg.store.engine import with_store
from regimenkg.store.merge import Spool, merged
from regimenkg.store.rules import Rule
from regimenkg.terms.namespaces import DERIVED_GRAPH, GRAPH, PUBLISHED_GRAPH, VOID_GRAPH


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
    for graph, count in derive(store, rules).items():
        graphs[graph] = GraphInfo(
            loader="rules",
            files=[rule.file for rule in rules if rule.graph == graph],
            triples=count,
            packaged=True,
        )
    return graphs


def count_distinct(triples: Iterable[Triple], graph: str) -> int:
    """Return how many triples a graph would have: what a load would make of them.

    They are counted by the engine, on disk, since memory does not hold a large file's. Raises
    whatever ``triples`` raises.

    >>> from pyoxigraph import RdfFormat, parse
    >>> text = "<urn:a> <urn:p> 1, 01, 2 . <urn:a> <urn:p> 2 ."
    >>> count_distinct((quad.triple for quad in parse(text, RdfFormat.TURTLE)), GRAPH + "mine")
    2
    """

    def loaded_size(store: Store) -> int:
        spool.load(store)
        return size(store, graph)

    with Spool(triples, graph) as spool:
        return with_store(spool.directory / "count", loaded_size)


def check_replaceable(graph: str) -> None:
    """Raise UsageError unless a graph of this IRI can be loaded.

    >>> check_replaceable("https://w3id.org/regimenkg/graph/derived")
    Traceback (most recent call last):
    ...
    regimenkg.errors.UsageError: graph/derived holds what rules compute and cannot be loaded
    """
    if graph == PUBLISHED_GRAPH:
        raise UsageError(
            f"graph/{graph.removeprefix(GRAPH)} is where servers say what was published there",
            hint="give the graph another name, such as graph/my-data",
        )
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


def computed(rules: Iterable[Rule]) -> tuple[str, ...]:
    """The graphs that rules fill; the derived graph is one even of a store without rules."""
    return tuple(dict.fromkeys((DERIVED_GRAPH, *(rule.graph for rule in rules))))


def derive(store: Store, rules: Sequence[Rule]) -> dict[str, int]:
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
    return sizes_of(store, computed(rules))


def _answer(store: Store, rule: Rule) -> Spool:
    """What a rule derives that is not there yet."""
    return Spool(
        (triple for triple in rule.answer(store) if merged(triple) not in store), rule.graph
    )


def _put(store: Store, graph: str, triples: Iterable[Triple]) -> int:
    """Add triples to a named graph and to the merge; returns the graph's size."""
    with Spool(triples, graph) as spool:
        spool.load(store)
    return size(store, graph)


def sizes_of(store: Store, graphs: Iterable[str]) -> dict[str, int]:
    """How many triples each of some graphs has."""
    sizes = {}
    # No comprehension: its closure would keep the store in an error's traceback.
    for graph in graphs:
        sizes[graph] = size(store, graph)
    return sizes


def size(store: Store, graph: str) -> int:
    """How many triples a graph has; counted by the engine, which need not decode them."""
    query = f"SELECT (COUNT(*) AS ?size) {{ GRAPH {NamedNode(graph)} {{ ?s ?p ?o }} }}"
    return int(next(store.query(query))["size"].value)  # type: ignore[arg-type]
