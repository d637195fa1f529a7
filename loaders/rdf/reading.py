"""A file of RDF as quads, read within bounds."""

from __future__ import annotations

import gzip
import re
import zlib
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

__all__ = ["quads"]

_GZIP = b"\x1f\x8b"
_RELATIVE = "relative:/"  # a base, to see which IRIs of JSON-LD are relative
_SLACK = 1 << 20  # bytes that a small file may swell to as it likes
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
    packed = _is_packed(path)
    for stream in streams(path, limits=limits, watch=watch, is_text=not packed):
        if not packed:
            yield from _of_stream(stream, watch)
            continue
        with gzip.GzipFile(fileobj=cast(IO[bytes], _Packed(stream))) as unpacked:
            yield from _of_stream(_Unpacked(unpacked, stream), watch)


def _of_stream(stream: Stream, watch: Watch | None) -> Iterator[ox.Quad]:
    head = b""
    while len(head) < CHUNK and (data := stream.read(CHUNK)):
        head += data
    format = syntax(head, stream.name)
    source = cast(IO[bytes], _Guarded(stream, head, guard(format, stream)))
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


class _Packed:
    """A stream as gzip reads it."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream

    def read(self, size: int = -1, /) -> bytes:
        data = self._stream.read(size)
        self._stream.mark()
        return data


class _Unpacked(Stream):
    """What gzip unpacks, which may not be many times what was read."""

    def __init__(self, unpacked: gzip.GzipFile, packed: Stream) -> None:
        self._packed = packed
        self._size = 0
        super().__init__(cast(IO[bytes], unpacked), packed.name, limits=packed.limits)

    def _unpacked(self, size: int) -> bytes:
        try:
            data = self._raw.read(size)
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise self.error(
                f"the gzip is damaged: {error}", expected="a whole gzip", hint="fetch it once more"
            ) from error
        self._size += len(data)
        if self._size > self._packed.position * self.limits.ratio + _SLACK:
            raise self.error(
                f"it swells to more than {self.limits.ratio} times its packed size",
                expected=f"at most {self.limits.ratio} times",
                hint="this looks like a bomb: do not open it",
            )
        return data


def _is_packed(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(len(_GZIP)) == _GZIP
    except OSError:
        return False  # which is said where the file is read


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
