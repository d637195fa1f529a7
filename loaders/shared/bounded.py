"""Files of unknown origin as bounded streams of bytes: plain files, and the members of a zip.

What is read is bounded before it is held: the bytes in all, the bytes of one record, and how much
a zip may swell. Text is UTF-8 without NUL, checked as it passes. A refusal is a LoaderError that
names the file, the byte and what was expected. Nothing is ever unpacked to the disk.
"""

from __future__ import annotations

import codecs
import io
import re
import stat
import zipfile
import zlib
from collections.abc import Collection, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from regimenkg.errors import LoaderError
from regimenkg.loaders.shared.base import OnError, Watch

__all__ = ["LIMITS", "Limits", "Stream", "lines", "streams", "text"]

CHUNK = 1 << 16
_MIB = 1 << 20
_SLACK = _MIB  # small members may swell as they like
_BOMS = {  # the longer first, since the one of UTF-32 begins as that of UTF-16 does
    codecs.BOM_UTF32_LE: "UTF-32",
    codecs.BOM_UTF32_BE: "UTF-32",
    codecs.BOM_UTF16_LE: "UTF-16",
    codecs.BOM_UTF16_BE: "UTF-16",
}
_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_ESCAPE = re.compile(r"^(?:[A-Za-z]:|[/\\])|(?:^|[/\\])\.\.(?:[/\\]|$)|[\x00\\]")


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is read before a file is refused.

    Args:
        total: bytes of a file, or of all members of a zip when unpacked.
        ratio: how many times its packed size a member of a zip may have.
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
    """Bytes that are checked as they pass; made by :func:`streams`.

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
        """Bytes of the file itself; a damaged zip shows here."""
        try:
            return self._raw.read(size)
        except (zipfile.BadZipFile, zlib.error, EOFError, ValueError) as error:
            raise self.error(
                f"the zip is damaged: {error}", expected="a whole zip", hint="fetch it once more"
            ) from error
        except OSError as error:
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


class _Counted(io.FileIO):
    """A file that tells how much of it has been read, and reads no more than a limit at once."""

    def __init__(self, path: Path, watch: Watch | None, most: int) -> None:
        super().__init__(path)
        self._watch = watch
        self._most = most

    def read(self, size: int | None = -1, /) -> bytes:
        size = -1 if size is None else size
        if size > self._most:
            raise zipfile.BadZipFile(f"its list of members has more than {self._most} bytes")
        data = super().read(size)
        if self._watch is not None:
            self._watch.read(len(data))
        return data


def streams(
    path: Path,
    *,
    suffixes: Collection[str] = (),
    limits: Limits = LIMITS,
    watch: Watch | None = None,
    on_error: OnError | None = None,
    is_text: bool = True,
) -> Iterator[Stream]:
    """Yield a file as one stream, or a zip as one for each of its members, to be read at once.

    Args:
        path: a file; it is a zip if it begins as one.
        suffixes: what the names of a zip's members may end in, in lower case; any if empty.
        limits: how much is read.
        watch: counts the bytes of the file itself.
        on_error: is told of a member that is refused before it is read, which is then left out.
        is_text: whether it is UTF-8 text; False for a format that declares its encoding.

    Raises LoaderError for a file that cannot be read, and for a zip that is damaged, encrypted or
    holds a zip, a name that leads out of it, or more than the limits allow.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "a.txt")
    ...     _ = path.write_text("one line", encoding="utf-8")
    ...     [text(stream) for stream in streams(path)]
    ['one line']
    """
    try:
        if stat.S_ISDIR(path.stat().st_mode):
            raise LoaderError(
                f"{path} is a directory",
                file=str(path),
                expected="a file",
                hint="name the files in it",
            )
        file = _Counted(path, watch, max(limits.directory, CHUNK))
    except OSError as error:
        raise LoaderError(
            f"cannot read {path}: {error.strerror}",
            file=str(path),
            hint="check the path and its permissions",
        ) from error
    with closing(file):
        head = file.read(4)
        file.seek(0)
        if watch is not None:
            watch.read(-len(head))
        if head not in _ZIP:
            yield Stream(file, str(path), limits=limits, is_text=is_text)
            return
        yield from _members(path, file, suffixes, limits, on_error, is_text)


def _members(
    path: Path,
    file: _Counted,
    suffixes: Collection[str],
    limits: Limits,
    on_error: OnError | None,
    is_text: bool,
) -> Iterator[Stream]:
    try:
        archive = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, ValueError, OSError, EOFError, NotImplementedError) as error:
        raise LoaderError(
            f"{path}: the zip is damaged: {error}",
            file=str(path),
            expected="a whole zip",
            hint="fetch it once more",
        ) from error
    spent = 0
    with archive:
        for info in archive.infolist():
            if info.is_dir() and not _ESCAPE.search(info.filename):
                continue
            name = f"{path}!{info.filename}"
            try:
                _check_member(name, info, suffixes)
                raw = _opened(name, archive, info)
            except LoaderError as error:
                if on_error is None:
                    raise
                on_error(error)
                continue
            with raw:
                member = _Member(raw, name, info, limits, spent, is_text)
                yield member
                spent += member.position


def _check_member(name: str, info: zipfile.ZipInfo, suffixes: Collection[str]) -> None:
    """Raise LoaderError for a member that is not read at all."""
    wrong: tuple[str, str] | None = None
    if _ESCAPE.search(info.filename):
        wrong = "its name leads out of the zip", "names below the zip's own folder"
    elif info.flag_bits & 0x1:
        wrong = "it is encrypted", "a zip without a password"
    elif info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        wrong = f"packed by method {info.compress_type}", "members that are stored or deflated"
    elif info.filename.lower().endswith(".zip"):
        wrong = "a zip within the zip", "a zip of files"
    elif suffixes and not info.filename.lower().endswith(tuple(suffixes)):
        wrong = "not a file of this kind", f"names that end in {', '.join(sorted(suffixes))}"
    if wrong:
        raise LoaderError(
            f"{name!r}: {wrong[0]}",
            file=name,
            expected=wrong[1],
            hint="unpack the zip and look at what it holds",
        )


def _opened(name: str, archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> IO[bytes]:
    try:
        return archive.open(info)
    except (zipfile.BadZipFile, ValueError, OSError, EOFError, NotImplementedError) as error:
        raise LoaderError(
            f"{name}: the zip is damaged: {error}",
            file=name,
            expected="a whole zip",
            hint="fetch it once more",
        ) from error


class _Member(Stream):
    """A member of a zip: what it says of its size has to be true, and it may not swell."""

    def __init__(
        self,
        raw: IO[bytes],
        name: str,
        info: zipfile.ZipInfo,
        limits: Limits,
        spent: int,
        is_text: bool,
    ) -> None:
        self._info = info
        self._spent = spent
        self._out = 0
        super().__init__(raw, name, limits=limits, is_text=is_text)
        if self._head in _ZIP:
            raise self.error("a zip within the zip", expected="a zip of files", position=0)

    def _begin(self) -> bytes:
        try:
            head = super()._begin()
        except (zipfile.BadZipFile, zlib.error, EOFError) as error:
            raise self.error(f"the zip is damaged: {error}", expected="a whole zip") from error
        self._out = len(head) + self.position
        return head

    def _unpacked(self, size: int) -> bytes:
        data = super()._unpacked(size)
        self._out += len(data)
        if self._out > self._info.compress_size * self.limits.ratio + _SLACK:
            raise self.error(
                f"it swells to more than {self.limits.ratio} times its packed size",
                expected=f"at most {self.limits.ratio} times",
                hint="this looks like a zip bomb: do not open it",
            )
        if self._spent + self._out > self.limits.total:
            raise self.error(
                f"the zip unpacks to more than {self.limits.total} bytes",
                expected=f"at most {self.limits.total} bytes",
                hint="divide the zip",
            )
        if not data and self._out != self._info.file_size:
            raise self.error(
                f"it has {self._out} bytes, and the zip says {self._info.file_size}",
                expected="a zip whose sizes are true",
                hint="fetch it once more",
            )
        return data


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
