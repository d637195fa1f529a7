"""What all loaders share: how a source is described, what a caller learns, and the error for a
malformed record."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from regimenkg.errors import LoaderError

__all__ = ["LoaderError", "OnError", "Resolve", "Resolver", "SourceInfo", "Watch"]

Resolve = Callable[[str], "str | None"]
"""Asks what IRI the graph has for a CURIE; None where it has none."""


class Resolver(Protocol):
    """Asks what the graph knows: by code, or by name among the things of a class."""

    def __call__(self, curie: str) -> str | None:
        """The IRI that the graph has for a CURIE or IRI; None where it has none."""

    def named(self, class_name: str, text: str) -> str | None:
        """The one thing of a class, such as ``Toxicity``, that has a text as its label or synonym.

        Case and runs of spaces do not count; None where no thing or more than one has it.
        """


OnError = Callable[[LoaderError], None]
"""Is told of a record that is wrong and was left out."""


class Watch:
    """What a caller learns while a loader reads: bytes of the file and records so far.

    >>> watch = Watch()
    >>> watch.read(4096)
    >>> watch.record()
    >>> watch.bytes, watch.records
    (4096, 1)
    """

    def __init__(self) -> None:
        self.bytes = 0
        self.records = 0

    def read(self, count: int) -> None:
        """Count bytes that were read from the file, before anything is unpacked."""
        self.bytes += count

    def record(self) -> None:
        """Count a record: a row, a study, a citation."""
        self.records += 1


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
