"""What all loaders share: how a source is described, and the error for a malformed record."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from regimenkg.errors import LoaderError

__all__ = ["LoaderError", "Resolve", "SourceInfo"]

Resolve = Callable[[str], "str | None"]
"""Asks what IRI the graph has for a CURIE; None where it has none."""


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
