"""The one shape of all loaders: what they are given, and what a caller learns from them.

Each loader has::

    source_info(file) -> SourceInfo
    load(files, *, resolve, on_error=None, watch=None) -> Iterator[Triple]

``load`` streams, asks no network and no store, raises LoaderError for a record that is wrong or,
where ``on_error`` is given, tells that and goes on; ``watch`` counts the bytes read and the records
that are right, and is told what of them the graph has no place for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, Protocol

from regimenkg.errors import LoaderError

__all__ = [
    "EMPTY",
    "MAX_NAMES",
    "Files",
    "Label",
    "OnError",
    "Resolve",
    "SourceInfo",
    "Watch",
    "each",
    "name_only",
]


class Label(NamedTuple):
    """A label that the graph has, and where: the named graph, with its files where they are few."""

    text: str
    place: str


class Resolve(Protocol):
    """Asks what the graph knows: by code, or by name among the things of a class."""

    def __call__(self, curie: str) -> str | None:
        """The IRI that the graph has for a CURIE or IRI; None where it has none."""

    def named(self, class_name: str, text: str) -> str | None:
        """The one thing of a class, such as ``Toxicity``, that has a text as its label or synonym.

        Case and runs of spaces do not count; None where no thing or more than one has it.
        """

    def label(self, iri: str) -> Label | None:
        """The preferred label that a source states for a thing; not one of what is replaced."""


class _Empty:
    def __call__(self, curie: str) -> str | None:
        return None

    def named(self, class_name: str, text: str) -> str | None:
        return None

    def label(self, iri: str) -> Label | None:
        return None


EMPTY: Resolve = _Empty()
"""Resolves as a graph does in which there is nothing yet."""

Files = Path | Iterable[Path]
"""What a loader is given: a file, or several that are read as one source."""


def each(files: Files) -> Iterator[Path]:
    """The files one by one.

    >>> [path.name for path in each(Path("a.ris"))]
    ['a.ris']
    """
    yield from (files,) if isinstance(files, Path) else files


_MAX_WARNINGS = 20

OnError = Callable[[LoaderError], None]
"""Is told of a record that is wrong, which is then left out."""


MAX_NAMES = 10_000
"""How many different names of a class a `Watch` keeps apart."""


class Watch:
    """What a caller learns while a loader reads: bytes of the file and good records so far.

    ``unmatched`` are the names in good records that mean nothing of the graph, by class, at most
    ``MAX_NAMES`` of each.

    >>> watch = Watch()
    >>> watch.read(4096)
    >>> watch.record()
    >>> watch.unmatch("Toxicity", "chills")
    >>> watch.bytes, watch.records, watch.unmatched
    (4096, 1, {'Toxicity': {'chills': None}})
    """

    def __init__(self) -> None:
        self.bytes = 0
        self.records = 0
        self.warnings: list[str] = []
        self.unmatched: dict[str, dict[str, None]] = {}
        self.tallied: dict[str, int] = {}

    def read(self, count: int) -> None:
        """Count bytes that were read from the file, before anything is unpacked."""
        self.bytes += count

    def warn(self, message: str) -> None:
        """Keep what a person should know of records that are right; so many, and no more."""
        if len(self.warnings) < _MAX_WARNINGS:
            self.warnings.append(message)

    def record(self) -> None:
        """Count a record that is right: a row, a study, a citation."""
        self.records += 1

    def tally(self, what: str) -> None:
        """Count something that the report of the load tells as a sum, in the words given.

        >>> watch = Watch()
        >>> watch.tally("entries without drugs")
        >>> watch.tallied
        {'entries without drugs': 1}
        """
        self.tallied[what] = self.tallied.get(what, 0) + 1

    def unmatch(self, class_name: str, name: str) -> None:
        """Note a name or code that means no thing of a class that the graph knows."""
        names = self.unmatched.setdefault(class_name, {})
        if len(names) < MAX_NAMES:
            names[name] = None

    def leave_out(self, error: LoaderError) -> None:
        """Be told of a record that is right, but of no use here, and so is left out.

        Raises the error, unless a subclass has a place for it: nothing is left out unseen.
        """
        raise error


@dataclass(frozen=True, slots=True)
class SourceInfo:
    """Where a loaded file comes from.

    Args:
        name: the source's name.
        homepage: its IRI, or None.
        licence: IRI or name of the terms of use, or None where the file states none.
        version: as the file itself states it, or None.

    >>> SourceInfo("Example", None, None, "2026-01").version
    '2026-01'
    """

    name: str
    homepage: str | None
    licence: str | None
    version: str | None


def name_only(file: Path) -> SourceInfo:
    """Where a file comes from that says nothing of it: the ``source_info`` of many formats.

    >>> name_only(Path("downloads/export.ris")).name
    'export.ris'
    """
    return SourceInfo(file.name, None, None, None)
