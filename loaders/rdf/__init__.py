"""RDF of any syntax: Turtle, N-Triples, N-Quads, TriG, RDF/XML and JSON-LD, packed by gzip or not.

What syntax a file has is seen from its content. It is read within bounds, nothing is fetched, and
what the graph does not hold (RDF 1.2, control characters) is refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from regimenkg.loaders.rdf.reading import numbered, quads
from regimenkg.loaders.shared.base import EMPTY, Files, OnError, Resolve, SourceInfo, Watch, each

if TYPE_CHECKING:
    from pyoxigraph import Triple

__all__ = ["load", "numbered", "quads", "source_info"]


def source_info(file: Path) -> SourceInfo:
    """Where a file of RDF comes from: it says nothing of itself that could be relied on."""
    return SourceInfo(file.name, None, None, None)


def load(
    files: Files,
    *,
    resolve: Resolve = EMPTY,
    on_error: OnError | None = None,
    watch: Watch | None = None,
) -> Iterator[Triple]:
    """Yield the triples of files of RDF, whatever graph they are in.

    ``resolve`` is not asked and ``on_error`` not told: things are named by their IRIs, and a file
    that is wrong in one place is not read beyond it. Raises LoaderError as :func:`quads` does.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "a.ttl")
    ...     _ = path.write_text("<urn:x:a> <urn:x:b> 2 .", encoding="utf-8")
    ...     [triple] = load(path)
    >>> triple.object.value
    '2'
    """
    for path in each(files):
        for quad in quads(path, watch=watch):
            yield quad.triple
