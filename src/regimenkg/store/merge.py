"""The merge: the default graph, which says once what any named graph says; ways in and out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager

from pyoxigraph import (
    DefaultGraph,
    NamedNode,
    Quad,
    QuerySolutions,
    RdfFormat,
    Store,
    Triple,
    parse,
    serialize,
)

from regimenkg.errors import StoreError
from regimenkg.store.engine import with_store
from regimenkg.store.locks import temporary_folder
from regimenkg.store.skolem import by_order, graph_slug

__all__ = ["MERGE", "Spool", "differences", "leave", "merged"]

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


_EARLIER, _LATER = NamedNode("urn:regimenkg:earlier"), NamedNode("urn:regimenkg:later")


@contextmanager
def differences(held: Iterable[Triple], later: Spool) -> Iterator[tuple[Spool, Spool]]:
    """Give what a graph holds no more, and what newly, when another version takes its place.

    The engine compares the two, in a store of its own among the temporary files: it knows which
    values are the same, and how to go through more than memory holds.

    Args:
        held: what it holds.
        later: what it is to hold.

    Raises StoreError where the temporary files cannot be written, and whatever ``held`` raises.

    >>> earlier, now = (Triple(*map(NamedNode, ("urn:a", "urn:p", "urn:" + o))) for o in "xy")
    >>> with Spool([now], "urn:g") as spool, differences([earlier], spool) as (gone, new):
    ...     [one.object.value for one in gone], [one.object.value for one in new]
    (['urn:x'], ['urn:y'])
    """
    with ExitStack() as stack:

        def compare(store: Store) -> tuple[Spool, Spool]:
            earlier.load_into(store, _EARLIER)
            later.load_into(store, _LATER)
            gone = stack.enter_context(Spool(_only_in(store, _EARLIER, _LATER), later.graph))
            return gone, stack.enter_context(Spool(_only_in(store, _LATER, _EARLIER), later.graph))

        try:
            earlier = stack.enter_context(Spool(held, later.graph))
            both = with_store(earlier.directory / "compared", compare)
        except OSError as error:
            raise StoreError(
                f"cannot compare the graph {later.graph} with what it was, among the temporary"
                f" files: {error.strerror or error}",
                hint="TMPDIR names a folder with more room, for some 600 bytes a triple",
            ) from error
        yield both


def _only_in(store: Store, graph: NamedNode, other: NamedNode) -> Iterator[Triple]:
    """What a graph has and another has not."""
    answer = store.query(
        f"SELECT ?s ?p ?o {{ GRAPH {graph} {{ ?s ?p ?o }}"
        f" FILTER NOT EXISTS {{ GRAPH {other} {{ ?s ?p ?o }} }} }}"
    )
    assert isinstance(answer, QuerySolutions)
    return (Triple(*terms) for terms in answer)
