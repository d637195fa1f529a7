"""A store directory: what its generations are made of, and when a new one is made.

The first is built from the packaged sources; a load or its removal makes the next from a copy of
the current one, and a new version of data or code builds anew, with what a user loaded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol

from pyoxigraph import Store, Triple

from regimenkg.errors import StoreError
from regimenkg.store.engine import with_store
from regimenkg.store.generations import Generation, Generations
from regimenkg.store.meta import Meta, is_fresh

if TYPE_CHECKING:
    from regimenkg.store.changes import Changed
    from regimenkg.store.graphs import Contents, GraphInfo
    from regimenkg.store.rules import Touched

__all__ = ["Earlier", "StoreDirectory"]


class Earlier(NamedTuple):
    """The generation that another is made from, for what changes little: its store, its file of the
    same name, which may be missing, and by property the things that the change touched.
    """

    store: Store
    file: Path
    touched: Touched


class WriteBeside(Protocol):
    """Writes a file that a generation has beside the engine's."""

    def __call__(self, store: Store, path: Path, earlier: Earlier | None) -> None:
        """Write it from a store with all in it, or by what changed since an earlier one."""


def _silent(_: str) -> None:
    """Say nothing."""


class StoreDirectory(Generations):
    """A directory that holds a store on disk.

    Args:
        path: the directory; made on first writing.
        contents: what comes with the code, for a store that is to be built.
        report: told in a few words what takes long.
        beside: what writes each of the files that a generation has beside the engine's, by its
            name.
    """

    def __init__(
        self,
        path: Path,
        contents: Contents,
        report: Callable[[str], None] = _silent,
        *,
        beside: Mapping[str, WriteBeside] | None = None,
    ) -> None:
        super().__init__(path, report)
        self._contents = contents
        self._beside = beside or {}

    def open(self, current: Generation | None = None) -> Generation:
        """Open the current generation, building it first where it is absent or out of date.

        Args:
            current: the current generation, where it has been opened already.

        Raises StoreVersionError for a store that a newer RegimenKG wrote or that is unreadable,
        StoreError where the directory cannot be read or written, LoaderError where a source file
        is malformed; the directory is then as it was.
        """
        current = current or self.current()
        if current is None or not is_fresh(current.meta):
            self.build()
            current = self.current()
        if current is None:
            raise StoreError(f"the store in {self.path} vanished", hint="run the command again")
        return current

    def build(self, *, force: bool = False, keep_loaded: bool = True) -> bool:
        """Build a generation from the packaged sources, unless the current one is up to date.

        Args:
            force: build even then.
            keep_loaded: take over the graphs that a user loaded.

        Returns whether one was built. Raises as :meth:`open` does.
        """
        with self.writing() as current:
            if current is not None and is_fresh(current.meta) and not force:
                return False
            self._build(current, keep_loaded=keep_loaded)
            return True

    def replace(
        self, graph: str, triples: Iterable[Triple], *, loader: str, files: Iterable[str]
    ) -> Meta:
        """Put triples in place of what a named graph held, whole or not at all.

        Args:
            graph: IRI of the graph.
            triples: what it is to hold.
            loader: name of the loader that they come from.
            files: the files that were read.

        Returns what the new generation holds. Raises as :meth:`open` does, UsageError for a graph
        that cannot be loaded, and whatever ``triples`` raises.
        """
        return self.replace_all({graph: triples}, loader=loader, files=files)

    def replace_all(
        self, contents: Mapping[str, Iterable[Triple]], *, loader: str, files: Iterable[str]
    ) -> Meta:
        """Put triples in place of what several named graphs held, all of them or none.

        Args:
            contents: what each graph is to hold, by the graph's IRI.
            loader: name of the loader that they come from.
            files: the files that were read.

        Returns and raises as :meth:`replace` does.
        """
        from regimenkg.store.changes import change_graphs
        from regimenkg.store.graphs import GraphInfo, check_replaceable
        from regimenkg.store.merge import Spool

        for graph in contents:
            check_replaceable(graph)
        with ExitStack() as stack:
            spools = {
                graph: stack.enter_context(Spool(triples, graph))
                for graph, triples in contents.items()
            }

            def change(before: Store, store: Store, graphs: dict[str, GraphInfo]) -> Changed:
                rules = self._contents.rules()
                changed = change_graphs(before, store, spools, rules, _sizes(graphs))
                for graph in contents:
                    graphs[graph] = GraphInfo(
                        loader=loader, files=list(files), triples=0, packaged=False
                    )
                return changed

            return self._change(change)

    def remove(self, graph: str) -> Meta:
        """Remove a named graph; what it stood in place of comes back.

        Returns what the new generation holds. Raises as :meth:`replace` does, and StoreError where
        there is no such graph.
        """
        from regimenkg.store.changes import change_graphs
        from regimenkg.store.graphs import check_replaceable

        check_replaceable(graph)
        if self.is_packaged(graph) or self._is_most(graph):
            return self._build_without(graph)

        def change(before: Store, store: Store, graphs: dict[str, GraphInfo]) -> Changed:
            sizes = _sizes(graphs)
            if graphs.pop(graph, None) is None:
                raise _no_graph(graph)
            return change_graphs(before, store, {graph: None}, self._contents.rules(), sizes)

        return self._change(change)

    def is_packaged(self, graph: str) -> bool:
        """Tell whether a graph of this IRI comes with the code, whatever is in its place."""
        return any(source.graph == graph for source in self._contents.sources())

    def _is_most(self, graph: str) -> bool:
        """Whether a graph is more than all others, so that building those anew takes less time."""
        current = self.current()
        sizes = _sizes(current.meta["graphs"]) if current is not None else {}
        return 2 * sizes.get(graph, 0) > sum(sizes.values())

    def _build(
        self, current: Generation | None, *, keep_loaded: bool = True, without: str = ""
    ) -> Meta:
        """Build anew, with the graphs that a user loaded but for the one named ``without``."""
        from regimenkg.store.graphs import build

        self._report(f"building the graph in {self.path} from the packaged data")
        loaded: dict[str, tuple[GraphInfo, Iterable[Triple]]] = {}
        if current is not None and keep_loaded:
            loaded = {
                graph: (info, _triples(current.store, graph))
                for graph, info in current.meta["graphs"].items()
                if not info["packaged"] and graph != without
            }

        def fill(store: Store, work: Path) -> dict[str, GraphInfo]:
            graphs = build(store, self._contents, loaded)
            store.optimize()
            self._write_beside(store, work)
            return graphs

        with self.new() as work:
            return self.publish(work, _onto_disk(work, fill))

    def _build_without(self, graph: str) -> Meta:
        """Build anew with what a user loaded, and the packaged graph in place of the user's."""
        with self.writing() as current:
            held = current.meta["graphs"].get(graph) if current is not None else None
            if held is None or held["packaged"]:
                raise _no_graph(graph)
            return self._build(current, without=graph)

    def _change(self, change: Callable[[Store, Store, dict[str, GraphInfo]], Changed]) -> Meta:
        """Make a generation that differs from the current one by what ``change`` does."""
        with self.writing() as current:
            if current is None or not is_fresh(current.meta):
                self._build(current)
                current = self.current()
                assert current is not None
            graphs = {graph: info.copy() for graph, info in current.meta["graphs"].items()}

            def apply(store: Store, work: Path) -> dict[str, GraphInfo]:
                changed = change(current.store, store, graphs)
                for graph, size in changed.sizes.items():
                    graphs[graph]["triples"] = size
                if changed.touched is None:
                    store.optimize()
                self._write_beside(store, work, current, changed.touched)
                return graphs

            with self.new() as work:
                current.store.backup(work / "db")  # it shares the files that do not change
                return self.publish(work, _onto_disk(work, apply))

    def _write_beside(
        self,
        store: Store,
        work: Path,
        current: Generation | None = None,
        touched: Touched | None = None,
    ) -> None:
        """Write the files that are beside the engine's, by what changed where that is known."""
        for name, write in self._beside.items():
            earlier = None
            if current is not None and touched is not None:
                earlier = Earlier(current.store, current.path / name, touched)
            write(store, work / name, earlier)


def _onto_disk(
    work: Path, fill: Callable[[Store, Path], dict[str, GraphInfo]]
) -> dict[str, GraphInfo]:
    """Fill the store of a generation and see it on the disk; returns what it holds."""

    def fill_and_flush(store: Store) -> dict[str, GraphInfo]:
        graphs = fill(store, work)
        store.flush()
        return graphs

    return with_store(work / "db", fill_and_flush)


def _sizes(graphs: Mapping[str, GraphInfo]) -> dict[str, int]:
    return {graph: info["triples"] for graph, info in graphs.items()}


def _triples(store: Store, graph: str) -> Iterator[Triple]:
    from pyoxigraph import NamedNode

    return (quad.triple for quad in store.quads_for_pattern(None, None, None, NamedNode(graph)))


def _no_graph(graph: str) -> StoreError:
    return StoreError(f"the store has no graph {graph}", hint="'regimenkg info' lists the graphs")
