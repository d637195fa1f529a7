"""A file of RDF as quads, read within bounds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import IO, cast

import pyoxigraph as ox

from regimenkg.errors import LoaderError
from regimenkg.loaders.rdf.guards import Guard, guard
from regimenkg.loaders.rdf.syntax import syntax
from regimenkg.loaders.shared.base import Watch
from regimenkg.loaders.shared.bounded import CHUNK, LIMITS, Limits, Stream
from regimenkg.loaders.shared.files import streams

__all__ = ["numbered", "quads"]

_RELATIVE = "relative:/"  # a base, to see which IRIs of JSON-LD are relative
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")


def quads(path: Path, *, limits: Limits = LIMITS, watch: Watch | None = None) -> Iterator[ox.Quad]:
    """Yield the quads of a file of RDF; those of a format without named graphs are in the default.

    Blank nodes have names that no other file's have. Raises LoaderError for a file that cannot be
    read, is no RDF 1.1, is nested too deeply, declares entities or names a context to be fetched,
    and beyond a limit.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "a.txt")
    ...     _ = path.write_text("<urn:x:g> { <urn:x:a> <urn:x:b> 2 }", encoding="utf-8")
    ...     [quad] = quads(path)
    >>> quad.graph_name.value
    'urn:x:g'
    """
    for stream in streams(path, limits=limits, watch=watch):
        yield from _of_stream(stream, watch)


def numbered(path: Path, *, limits: Limits = LIMITS) -> Iterator[tuple[int, ox.Quad]]:
    """Yield the quads of a file as :func:`quads` does, each with the line where it ends, from 1.

    It takes longer, and is there to say where a statement stands; JSON-LD is read as one line.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "a.ttl")
    ...     _ = path.write_text("<urn:x:a> <urn:x:b> 2 ;\\n <urn:x:c> 3 .", encoding="utf-8")
    ...     [line for line, _ in numbered(path)]
    [1, 2]
    """
    for stream in streams(path, limits=limits):
        lines = _Lines()
        for quad in _of_stream(stream, None, lines):
            yield lines.count, quad


class _Lines:
    """The bytes of a file for the engine, a line at once at most, and how many lines it has had."""

    def __init__(self) -> None:
        self.count = 0
        self._pending = b""
        self._is_begun = False

    def of(self, source: _Guarded) -> _Lines:
        """Take the bytes from there."""
        self._source = source
        return self

    def read(self, size: int = -1, /) -> bytes:
        self._pending = self._pending or self._source.read(CHUNK)
        end = self._pending.find(b"\n") + 1 or len(self._pending)
        end = min(end, size) if size > 0 else end
        data, self._pending = self._pending[:end], self._pending[end:]
        self.count += bool(data) and not self._is_begun
        self._is_begun = bool(data) and not data.endswith(b"\n")
        return data


def _of_stream(
    stream: Stream, watch: Watch | None, lines: _Lines | None = None
) -> Iterator[ox.Quad]:
    head = b""
    while len(head) < CHUNK and (data := stream.read(CHUNK)):
        head += data
    format = syntax(head, stream.name)
    guarded = _Guarded(stream, head, guard(format, stream))
    source = cast(IO[bytes], lines.of(guarded) if lines else guarded)
    # JSON-LD leaves out what has a relative IRI; with a base that can be seen.
    base = _RELATIVE if format == ox.RdfFormat.JSON_LD else None
    try:
        for quad in ox.parse(source, format=format, base_iri=base, rename_blank_nodes=True):
            stream.mark()
            if watch is not None:
                watch.record()
            _check(quad, stream)
            yield quad
    except MemoryError as error:
        raise stream.error(
            "a text or name that is longer than the engine reads",
            expected="texts of at most 16 MiB",
            hint="is it RDF, and is the file whole?",
        ) from error
    except (SyntaxError, ValueError) as error:
        if isinstance(error, LoaderError):
            raise
        raise _explained(error, format, stream) from error


class _Guarded:
    """The bytes of a file for the engine, each looked at by a guard before."""

    def __init__(self, stream: Stream, head: bytes, guard: Guard) -> None:
        self._stream = stream
        self._head = head
        self._guard = guard

    def read(self, size: int = -1, /) -> bytes:
        size = CHUNK if size < 0 else size
        data, self._head = self._head[:size], self._head[size:]
        data = data or self._stream.read(size)
        self._guard.check(data)
        return data


def _check(quad: ox.Quad, stream: Stream) -> None:
    """Raise LoaderError for a quad that the graph does not hold."""
    value = quad.object
    if isinstance(quad.subject, ox.Triple) or isinstance(value, ox.Triple):
        wrong = "a triple about a triple (RDF 1.2)"
    elif relative := next((term for term in quad if str(term).startswith(f"<{_RELATIVE}")), None):
        wrong = f"an IRI that is relative (<{str(relative)[len(_RELATIVE) + 1 : -1]}>)"
    elif not isinstance(value, ox.Literal):
        return
    elif value.direction:
        wrong = "a text with a direction (RDF 1.2)"
    elif found := _CONTROL.search(value.value):
        wrong = f"the control character U+{ord(found[0]):04X} in a text"
    else:
        return
    raise stream.error(
        f"{wrong}, in a statement of {quad.predicate}",
        expected="RDF 1.1 with IRIs in full, and texts that every format can hold",
        hint="correct it in the file",
    )


def _explained(error: Exception, format: ox.RdfFormat, stream: Stream) -> LoaderError:
    """The error to raise for one of the engine's."""
    text = " ".join(str(error).split())
    if "LoadDocumentCallback" in text:
        return stream.error(
            "its @context names a document at another address, and contexts are never fetched",
            expected="JSON-LD whose context stands in the file",
            hint="write the context into the file in place of its address, or save it as N-Quads",
        )
    if "No scheme found" in text or "relative IRI" in text.lower():
        return stream.error(
            f"an IRI that is relative: {text}",
            expected="IRIs in full",
            hint="write them in full, or say in the file what they are relative to (@base)",
        )
    return stream.error(
        f"not {format.name}: {text}",
        expected="RDF: Turtle, TriG, N-Triples, N-Quads, RDF/XML or JSON-LD",
        hint="is it RDF, and is the file whole?",
    )
