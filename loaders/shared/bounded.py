"""Bytes of unknown origin as a bounded stream, which is checked as it passes.

What is read is bounded before it is held: the bytes in all, and the bytes of one record. Text is
UTF-8 without NUL. A refusal is a LoaderError that names the file, the byte and what was expected.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import IO

from regimenkg.errors import LoaderError

__all__ = ["CHUNK", "LIMITS", "Limits", "Stream", "digest", "lines", "text"]

CHUNK = 1 << 16
_MIB = 1 << 20
_BOMS = {  # the longer first, since the one of UTF-32 begins as that of UTF-16 does
    codecs.BOM_UTF32_LE: "UTF-32",
    codecs.BOM_UTF32_BE: "UTF-32",
    codecs.BOM_UTF16_LE: "UTF-16",
    codecs.BOM_UTF16_BE: "UTF-16",
}


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is read before a file is refused.

    Args:
        total: bytes of a file, or of what is packed in it when unpacked.
        ratio: how many times its packed size a gzip file or a member of a zip may have.
        record: bytes of one record (a line, a study), which is what is held in memory.
        depth: how deeply JSON may be nested.
        directory: bytes of a zip's list of members.

    >>> LIMITS.depth
    64
    """

    total: int = 64 << 30
    ratio: int = 200
    record: int = 32 * _MIB
    depth: int = 64
    directory: int = 64 * _MIB


LIMITS = Limits()
"""The limits that loaders use: a registry's whole download fits, one study by far."""


class Stream:
    """Bytes that are checked as they pass; made by :func:`files.streams`.

    ``name`` is the file, for a member of a zip ``FILE!MEMBER``; ``position`` the number of bytes
    read. Whoever reads calls :meth:`mark` after each record.
    """

    def __init__(
        self, raw: IO[bytes], name: str, *, limits: Limits = LIMITS, is_text: bool = True
    ) -> None:
        self.name = name
        self.limits = limits
        self.position = 0
        self._raw = raw
        self._marked = 0
        self._decoder = codecs.getincrementaldecoder("utf-8")() if is_text else None
        self._head = self._begin()

    def _begin(self) -> bytes:
        """The first bytes, without a UTF-8 byte order mark."""
        head = self._raw.read(4)
        while 0 < len(head) < 4 and (more := self._raw.read(4 - len(head))):
            head += more
        if self._decoder is None:
            return head
        for mark, encoding in _BOMS.items():
            if head.startswith(mark):
                raise self.error(
                    f"the byte order mark is that of {encoding}",
                    expected="UTF-8",
                    hint="save the file as UTF-8",
                )
        if head.startswith(codecs.BOM_UTF8):
            self.position = self._marked = 3
            return head[3:]
        return head

    def read(self, size: int = CHUNK) -> bytes:
        """Return at most ``size`` bytes, and none at the end.

        Raises LoaderError for bytes that are not UTF-8, for NUL, and beyond a limit.
        """
        if size == 0:
            return b""
        size = min(size, CHUNK) if size > 0 else CHUNK
        data = self._head[:size] or self._unpacked(size)
        self._head = self._head[size:]
        if self._decoder is not None:
            self._check_text(self._decoder, data)
        self.position += len(data)
        if self.position - self._marked > self.limits.record + CHUNK:
            raise self.error(
                f"a record is longer than {self.limits.record} bytes",
                position=self._marked,
                expected=f"records of at most {self.limits.record} bytes",
                hint="is it the right kind of file, and is it whole?",
            )
        if self.position > self.limits.total:
            raise self.error(
                f"there is more than {self.limits.total} bytes to read",
                expected=f"at most {self.limits.total} bytes",
                hint="divide the file",
            )
        return data

    def mark(self, ahead: int = 0) -> None:
        """A record ends here, or ``ahead`` bytes before: the next may have as many again."""
        self._marked = self.position - ahead

    def error(
        self,
        message: str,
        *,
        position: int | None = None,
        record: int | None = None,
        field: str | None = None,
        expected: str | None = None,
        hint: str | None = None,
    ) -> LoaderError:
        """The error for what is wrong at a byte, counted from 0, or in a record, from 1."""
        where = f"record {record}" if record else f"byte {self._at(position)}"
        what = f", {field}" if field else ""
        return LoaderError(
            f"{self.name}: {where}{what}: {message}",
            file=self.name,
            line=record,
            field=field,
            expected=expected,
            hint=hint or (f"expected {expected}" if expected else None),
        )

    def _at(self, position: int | None) -> int:
        return self.position if position is None else position

    def _unpacked(self, size: int) -> bytes:
        """Bytes of the file itself."""
        try:
            return self._raw.read(size)
        except OSError as error:
            if error.errno is None:  # not the system's: the bytes are packed, and damaged
                raise
            raise self.error(f"cannot be read: {error.strerror or error}") from error

    def _check_text(self, decoder: codecs.IncrementalDecoder, data: bytes) -> None:
        held = len(decoder.getstate()[0])
        try:
            decoder.decode(data, final=not data)
        except UnicodeDecodeError as error:
            raise self.error(
                f"not UTF-8 ({error.reason})",
                position=self.position - held + error.start,
                expected="UTF-8 text",
                hint="save the file as UTF-8",
            ) from error
        if b"\0" in data:
            raise self.error(
                "a NUL byte",
                position=self.position + data.index(b"\0"),
                expected="text",
                hint="is it a text file, in UTF-8?",
            )


def lines(stream: Stream) -> Iterator[tuple[int, str]]:
    """Yield the number, from 1, and the text of each line, without its end (LF or CR LF).

    Raises what :meth:`Stream.read` does; a line is a record of the stream.
    """
    number = 0
    pending: list[bytes] = []
    while data := stream.read():
        first, *rest = data.split(b"\n")
        pending.append(first)
        if not rest:
            continue
        for line in (b"".join(pending), *rest[:-1]):
            number += 1
            yield number, line.removesuffix(b"\r").decode("utf-8")
        pending = [rest[-1]]
        stream.mark(len(rest[-1]))
    if last := b"".join(pending):
        yield number + 1, last.removesuffix(b"\r").decode("utf-8")


def text(stream: Stream) -> str:
    """Return all of a stream, which is one record; raises what :meth:`Stream.read` does."""
    return b"".join(iter(stream.read, b"")).decode("utf-8")


def digest(stream: Stream) -> str:
    """Return the SHA-256 of all bytes that a stream gives; raises what :meth:`Stream.read` does."""
    whole = sha256()
    while data := stream.read():
        whole.update(data)
        stream.mark()
    return whole.hexdigest()
