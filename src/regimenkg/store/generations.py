"""The generations of a store on disk, and a pointer to the current one.

::

    CURRENT            the name of the current generation, swapped by renaming
    lock               held by the one process that writes
    000007/meta.json   what the generation holds, and what it was made by and from
    000007/db/         the engine's files, never written again
    000007/…           files made from what the engine holds, such as an index of names

A reader opens the current generation read-only and pins it with a shared lock. A writer makes a
new one aside and swaps the pointer: whatever ends it before that leaves the directory as it was,
but for files that the next writer clears away. The generation before the current one is kept for
readers that are just opening it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from pyoxigraph import Store

from regimenkg.errors import RegimenKGError, StoreError
from regimenkg.store.locks import exclusive, is_free, try_shared
from regimenkg.store.meta import ELSEWHERE, Meta, made_now, read_meta, unreadable

if TYPE_CHECKING:
    from regimenkg.store.graphs import GraphInfo

__all__ = ["Generation", "Generations"]

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

    def __del__(self, close: Callable[[int], None] = os.close) -> None:
        close(self._pin)  # bound beforehand: at exit the name os may be gone before this object is


class Generations:
    """The generations in a directory, of which one is current; whatever they hold.

    Args:
        path: the directory; made on first writing.
        report: told in a few words what takes long.
    """

    def __init__(self, path: Path, report: Callable[[str], None]) -> None:
        self.path = path
        self._report = report

    def current(self) -> Generation | None:
        """Open the current generation as it is, or return None where there is none.

        Raises StoreVersionError for a store that a newer RegimenKG wrote or that is unreadable,
        StoreError where the directory cannot be read.
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

        Raises StoreError where there is none, and StoreVersionError as :meth:`current` does.
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

    @contextmanager
    def writing(self) -> Iterator[Generation | None]:
        """Hold the lock of the directory; gives the generation that is current then.

        Raises StoreError where the directory cannot be written, and as :meth:`current` does.
        """
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

    @contextmanager
    def new(self) -> Iterator[Path]:
        """Give a directory to make a generation in; it is removed unless it is published."""
        work = self.path / f"building-{os.getpid()}"
        work.mkdir()
        try:
            yield work
        finally:
            _remove(work)

    def publish(self, work: Path, graphs: dict[str, GraphInfo]) -> Meta:
        """Make the current generation of what was made in a directory that :meth:`new` gave.

        Args:
            work: the directory, with the engine's files in ``db``.
            graphs: what the generation holds, by the graphs' IRIs.

        Returns what stands in the generation's ``meta.json``.
        """
        meta = made_now(graphs)
        _write_whole(work / "meta.json", json.dumps(meta, indent=1, ensure_ascii=False))
        number = max((int(path.name) for path in self._generations()), default=0) + 1
        name = f"{number:06d}"
        work.rename(self.path / name)
        _write_whole(self.path / "CURRENT.new", name + "\n")
        (self.path / "CURRENT.new").replace(self.path / "CURRENT")
        self._clear_away()
        return meta

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

        Raises FileNotFoundError where there is none, StoreVersionError as :meth:`current` does.
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

    def _make_directory(self) -> None:
        self.path.mkdir(parents=True, exist_ok=True)
        ours = {"CURRENT", "lock"}
        names = {entry.name for entry in self.path.iterdir()}
        if names and not names & ours:
            raise StoreError(
                f"{self.path} is not empty and not a RegimenKG store: it holds {min(names)}",
                hint="name an empty or new directory with --store DIR",
            )

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


def _remove(path: Path) -> None:
    """Remove a folder with all that is in it, if it is there; what cannot be removed stays."""
    import shutil

    shutil.rmtree(path, ignore_errors=True)


def _write_whole(path: Path, text: str) -> None:
    """Write a file and see it on the disk before the next step."""
    with path.open("w", encoding="utf-8") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
