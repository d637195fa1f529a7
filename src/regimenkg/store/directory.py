"""A store directory: immutable generations, and a pointer to the current one.

::

    CURRENT            the name of the current generation, swapped by renaming
    lock               held by the one process that writes
    000007/meta.json   what the generation holds, and what it was made by and from
    000007/db/         the engine's files, never written again

A reader opens the current generation read-only and pins it with a shared lock. A writer makes a
new one aside, from the packaged sources or from a copy of the current one, and swaps the pointer:
whatever ends it before that leaves the directory as it was, but for files that the next writer
clears away. The generation before the current one is kept for readers that are just opening it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from pyoxigraph import Store, Triple

from regimenkg.errors import RegimenKGError, StoreError
from regimenkg.store.engine import with_store
from regimenkg.store.locks import exclusive, is_free, try_shared
from regimenkg.store.meta import ELSEWHERE, Meta, is_fresh, made_now, read_meta, unreadable

if TYPE_CHECKING:
    from regimenkg.store.graphs import Contents, GraphInfo

_ATTEMPTS = 20


class Generation:
    """One generation, opened read-only; it stays on disk as long as this object lives.

    Args:
        path: its directory.
        meta: what it holds.
        store: the engine's view of it.
        pin: descriptor of a file whose shared lock keeps the generation from being removed.
    """

    def __init__(self, path: Path, meta: Meta, store: Store, pin: int) -> None:
        self.path = path
        self.meta = meta
        self.store = store
        self._pin = pin

    def __del__(self) -> None:
        os.close(self._pin)


def _silent(_: str) -> None:
    """Say nothing."""


class StoreDirectory:
    """A directory that holds a store on disk.

    Args:
        path: the directory; made on first writing.
        contents: what comes with the code, for a store that is to be built.
        report: told in a few words what takes long.
    """

    def __init__(
        self, path: Path, contents: Contents, report: Callable[[str], None] = _silent
    ) -> None:
        self.path = path
        self._contents = contents
        self._report = report

    def open(self) -> Generation:
        """Open the current generation, building it first where it is absent or out of date.

        Raises StoreVersionError for a store that a newer RegimenKG wrote or that is unreadable,
        StoreError where the directory cannot be read or written, LoaderError where a source file
        is malformed; the directory is then as it was.
        """
        current = self.current()
        if current is None or not is_fresh(current.meta):
            self.build()
            current = self.current()
        if current is None:
            raise StoreError(f"the store in {self.path} vanished", hint="run the command again")
        return current

    def current(self) -> Generation | None:
        """Open the current generation as it is, or return None where there is none.

        Raises StoreVersionError and StoreError as :meth:`open` does.
        """
        for _ in range(_ATTEMPTS):
            name = self._current_name()
            if name is None:
                return None
            try:
                generation = self._open(name)
            except FileNotFoundError:
                if self._current_name() == name:
                    raise unreadable(self.path, f"generation {name} is missing") from None
                continue  # replaced, and removed, since the pointer was read
            if generation is not None:
                return generation
        raise StoreError(
            f"the store in {self.path} is being replaced again and again",
            hint="run the command again when other processes have finished loading",
        )

    def at(self, name: str) -> Generation:
        """Open the generation of a name, which another process keeps from being removed.

        Raises StoreError where there is none, and StoreVersionError as :meth:`open` does.
        """
        try:
            generation = self._open(name)
        except FileNotFoundError:
            generation = None
        if generation is None:
            raise StoreError(
                f"the store in {self.path} has no generation {name} any more",
                hint="start the server again",
            )
        return generation

    def build(self, *, force: bool = False, keep_loaded: bool = True) -> bool:
        """Build a generation from the packaged sources, unless the current one is up to date.

        Args:
            force: build even then.
            keep_loaded: take over the graphs that a user loaded.

        Returns whether one was built. Raises as :meth:`open` does.
        """
        with self._writing() as current:
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
        from regimenkg.store.graphs import GraphInfo, Spool, check_replaceable, replace_spooled

        for graph in contents:
            check_replaceable(graph)
        with ExitStack() as stack:
            spools = [
                stack.enter_context(Spool(triples, graph)) for graph, triples in contents.items()
            ]

            def change(store: Store, graphs: dict[str, GraphInfo]) -> None:
                sizes = replace_spooled(store, spools, self._contents.rules())
                for graph in contents:
                    graphs[graph] = GraphInfo(
                        loader=loader, files=list(files), triples=sizes.pop(graph), packaged=False
                    )
                _resize(graphs, sizes)

            return self._change(change)

    def remove(self, graph: str) -> Meta:
        """Remove a named graph; what it stood in place of comes back.

        Returns what the new generation holds. Raises as :meth:`replace` does, and StoreError where
        there is no such graph.
        """
        from regimenkg.store.graphs import check_replaceable, remove_graph

        check_replaceable(graph)
        if self.is_packaged(graph):
            return self._build_without(graph)

        def change(store: Store, graphs: dict[str, GraphInfo]) -> None:
            if graphs.pop(graph, None) is None:
                raise _no_graph(graph)
            _resize(graphs, remove_graph(store, graph, self._contents.rules()))

        return self._change(change)

    def is_packaged(self, graph: str) -> bool:
        """Tell whether a graph of this IRI comes with the code, whatever is in its place."""
        return any(source.graph == graph for source in self._contents.sources())

    # Reading

    def _current_name(self) -> str | None:
        try:
            name = (self.path / "CURRENT").read_text(encoding="ascii").strip()
        except (FileNotFoundError, NotADirectoryError):
            return None
        except (OSError, ValueError) as error:
            raise unreadable(self.path, str(error)) from error
        if not name.isdigit():
            raise unreadable(self.path, "its CURRENT file does not name a generation")
        return name

    def _open(self, name: str) -> Generation | None:
        """Open and pin a generation; None for one that is being removed.

        Raises FileNotFoundError where there is none, StoreVersionError as :meth:`open` does.
        """
        path = self.path / name
        try:
            pin = os.open(path / "meta.json", os.O_RDONLY)
        except FileNotFoundError:
            raise
        except OSError as error:
            raise unreadable(self.path, error.strerror or str(error)) from error
        try:
            if not try_shared(pin) or not path.exists():
                os.close(pin)
                return None
            meta = read_meta(pin, self.path)
            store = Store.read_only(os.fspath(path / "db"))
        except (OSError, RuntimeError) as error:  # the engine raises either for damaged files
            os.close(pin)
            if isinstance(error, RegimenKGError):
                raise
            raise unreadable(self.path, str(error)) from error
        return Generation(path, meta, store, pin)

    # Writing

    @contextmanager
    def _writing(self) -> Iterator[Generation | None]:
        """Hold the lock of the directory; gives the generation that is current then."""
        try:
            self._make_directory()
            with exclusive(self.path / "lock", self._report):
                self._clear_away()
                yield self.current()
        except OSError as error:
            if isinstance(error, RegimenKGError):
                raise
            raise StoreError(
                f"cannot write the store in {self.path}: {error.strerror or error}",
                hint=ELSEWHERE,
            ) from error

    def _make_directory(self) -> None:
        self.path.mkdir(parents=True, exist_ok=True)
        ours = {"CURRENT", "lock"}
        names = {entry.name for entry in self.path.iterdir()}
        if names and not names & ours:
            raise StoreError(
                f"{self.path} is not empty and not a RegimenKG store: it holds {min(names)}",
                hint="name an empty or new directory with --store DIR",
            )

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
        with self._new() as work:
            return self._publish(
                work, _onto_disk(work / "db", lambda store: build(store, self._contents, loaded))
            )

    def _build_without(self, graph: str) -> Meta:
        """Build anew with what a user loaded, and the packaged graph in place of the user's."""
        with self._writing() as current:
            held = current.meta["graphs"].get(graph) if current is not None else None
            if held is None or held["packaged"]:
                raise _no_graph(graph)
            return self._build(current, without=graph)

    def _change(self, change: Callable[[Store, dict[str, GraphInfo]], None]) -> Meta:
        """Make a generation that differs from the current one by what ``change`` does."""
        with self._writing() as current:
            if current is None or not is_fresh(current.meta):
                self._build(current)
                current = self.current()
                assert current is not None
            graphs = dict(current.meta["graphs"])

            def fill(store: Store) -> dict[str, GraphInfo]:
                change(store, graphs)
                return graphs

            with self._new() as work:
                current.store.backup(work / "db")
                return self._publish(work, _onto_disk(work / "db", fill))

    @contextmanager
    def _new(self) -> Iterator[Path]:
        """Give a directory to make a generation in; it is removed unless it was published."""
        work = self.path / f"building-{os.getpid()}"
        work.mkdir()
        try:
            yield work
        finally:
            _remove(work)

    def _publish(self, work: Path, graphs: dict[str, GraphInfo]) -> Meta:
        meta = made_now(graphs)
        _write_whole(work / "meta.json", json.dumps(meta, indent=1, ensure_ascii=False))
        number = max((int(path.name) for path in self._generations()), default=0) + 1
        name = f"{number:06d}"
        work.rename(self.path / name)
        _write_whole(self.path / "CURRENT.new", name + "\n")
        (self.path / "CURRENT.new").replace(self.path / "CURRENT")
        self._clear_away()
        return meta

    def _generations(self) -> list[Path]:
        return sorted(path for path in self.path.iterdir() if path.name.isdigit())

    def _clear_away(self) -> None:
        """Remove what killed writers left, and generations that nobody needs any more.

        Kept are the current generation, the one before it, and those that a reader has pinned.
        """
        current = self._current_name()
        generations = self._generations()
        older = [path for path in generations if current is not None and path.name < current]
        newer = [path for path in generations if current is None or path.name > current]
        for path in (*older[:-1], *newer):
            if is_free(path / "meta.json"):
                with suppress(OSError):
                    path.rename(self.path / f"removing-{path.name}")
        for pattern in ("building-*", "removing-*"):
            for path in self.path.glob(pattern):
                _remove(path)


def _triples(store: Store, graph: str) -> Iterator[Triple]:
    from pyoxigraph import NamedNode

    return (quad.triple for quad in store.quads_for_pattern(None, None, None, NamedNode(graph)))


def _onto_disk(path: Path, fill: Callable[[Store], dict[str, GraphInfo]]) -> dict[str, GraphInfo]:
    """Fill a store and see it on the disk; returns what it then holds."""

    def fill_and_flush(store: Store) -> dict[str, GraphInfo]:
        graphs = fill(store)
        store.optimize()
        store.flush()
        return graphs

    return with_store(path, fill_and_flush)


def _resize(graphs: dict[str, GraphInfo], sizes: dict[str, int]) -> None:
    """Note the new sizes of the graphs that rules fill."""
    for graph, size in sizes.items():
        graphs[graph]["triples"] = size


def _remove(path: Path) -> None:
    """Remove a folder with all that is in it, if it is there; what cannot be removed stays."""
    import shutil

    shutil.rmtree(path, ignore_errors=True)


def _no_graph(graph: str) -> StoreError:
    return StoreError(f"the store has no graph {graph}", hint="'regimenkg info' lists the graphs")


def _write_whole(path: Path, text: str) -> None:
    """Write a file and see it on the disk before the next step."""
    with path.open("w", encoding="utf-8") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
