"""Files of unknown origin as bounded streams: plain files, gzip files, and the members of a zip.

How much what is packed may swell is bounded, and nothing is ever unpacked to the disk.
"""

from __future__ import annotations

import io
import re
import stat
import zipfile
import zlib
from collections.abc import Collection, Iterator
from contextlib import closing
from gzip import BadGzipFile, GzipFile
from pathlib import Path
from typing import IO, cast

from regimenkg.errors import LoaderError
from regimenkg.loaders.shared.base import OnError, Watch
from regimenkg.loaders.shared.bounded import CHUNK, LIMITS, Limits, Stream
from regimenkg.loaders.shared.errors import unreadable

__all__ = ["streams"]

_SLACK = 1 << 20  # small members may swell as they like
_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_GZIP = b"\x1f\x8b"  # RFC 1952, section 2.3.1
_ESCAPE = re.compile(r"^(?:[A-Za-z]:|[/\\])|(?:^|[/\\])\.\.(?:[/\\]|$)|[\x00\\]")
_DAMAGED = (zipfile.BadZipFile, ValueError, OSError, EOFError, NotImplementedError)
_BROKEN = (zipfile.BadZipFile, BadGzipFile, zlib.error, EOFError)


class _Counted(io.FileIO):
    """A file that tells how much of it has been read, and reads no more than a limit at once."""

    def __init__(self, path: Path, watch: Watch | None, max_read: int) -> None:
        super().__init__(path)
        self._watch = watch
        self._max_read = max_read

    def read(self, size: int | None = -1, /) -> bytes:
        size = -1 if size is None else size
        if size > self._max_read:
            raise zipfile.BadZipFile(f"its list of members has more than {self._max_read} bytes")
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
        path: a file; it is a zip, or packed by gzip, if it begins so.
        suffixes: what the names of a zip's members may end in, in lower case; any if empty.
        limits: how much is read.
        watch: counts the bytes of the file itself.
        on_error: is told of a member that is refused before it is read, which is then left out.
        is_text: whether it is UTF-8 text; False for a format that declares its encoding.

    Raises LoaderError for a file that cannot be read, and for a gzip or zip that is damaged or
    swells beyond the limits, and for a zip that is encrypted or
    holds a zip, a name that leads out of it, or more than the limits allow.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "a.txt")
    ...     _ = path.write_text("one line", encoding="utf-8")
    ...     [b"".join(iter(stream.read, b"")) for stream in streams(path)]
    [b'one line']
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
        raise unreadable(path, error) from error
    with closing(file):
        head = file.read(4)
        file.seek(0)
        if watch is not None:
            watch.read(-len(head))
        if head.startswith(_GZIP):
            yield _Gzip(file, str(path), limits, is_text)
            return
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
    except _DAMAGED as error:
        raise _damaged(str(path), error) from error
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
    except _DAMAGED as error:
        raise _damaged(name, error) from error


def _damaged(name: str, error: Exception) -> LoaderError:
    return LoaderError(
        f"{name}: the zip is damaged: {error}",
        file=name,
        expected="a whole zip",
        hint="fetch it once more",
    )


class _Packed(Stream):
    """What is packed in a file: it may not swell, and damage is told as such."""

    packing = ""

    def __init__(
        self, raw: IO[bytes], name: str, *, limits: Limits, spent: int, is_text: bool
    ) -> None:
        self._spent = spent  # bytes that came out of the same file before
        self._out = 0
        super().__init__(raw, name, limits=limits, is_text=is_text)

    def _packed_size(self) -> int:
        """Bytes of the file that what came out so far was packed in, or somewhat more."""
        raise NotImplementedError

    def _check_whole(self) -> None:
        """Raise LoaderError if what came out, now that it is all, is not what was packed."""

    def _begin(self) -> bytes:
        try:
            head = super()._begin()
        except _BROKEN as error:
            raise self._damaged(error) from error
        self._out = len(head) + self.position
        return head

    def _unpacked(self, size: int) -> bytes:
        try:
            data = super()._unpacked(size)
        except _BROKEN as error:
            raise self._damaged(error) from error
        self._out += len(data)
        if self._out > self._packed_size() * self.limits.ratio + _SLACK:
            raise self.error(
                f"it swells to more than {self.limits.ratio} times its packed size",
                expected=f"at most {self.limits.ratio} times",
                hint=f"this looks like a {self.packing} bomb: do not open it",
            )
        if self._spent + self._out > self.limits.total:
            raise self.error(
                f"the {self.packing} unpacks to more than {self.limits.total} bytes",
                expected=f"at most {self.limits.total} bytes",
                hint=f"divide the {self.packing}",
            )
        if not data:
            self._check_whole()
        return data

    def _damaged(self, error: Exception) -> LoaderError:
        return self.error(
            f"the {self.packing} is damaged: {error}",
            expected=f"a whole {self.packing}",
            hint="fetch it once more",
        )


class _Gzip(_Packed):
    """A file that is packed by gzip, in one piece or several."""

    packing = "gzip"

    def __init__(self, file: _Counted, name: str, limits: Limits, is_text: bool) -> None:
        self._file = file
        packed = cast("IO[bytes]", GzipFile(fileobj=file, mode="rb"))
        super().__init__(packed, name, limits=limits, spent=0, is_text=is_text)

    def _packed_size(self) -> int:
        return self._file.tell()


class _Member(_Packed):
    """A member of a zip: what it says of its size has to be true."""

    packing = "zip"

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
        super().__init__(raw, name, limits=limits, spent=spent, is_text=is_text)
        if self._head in _ZIP:
            raise self.error("a zip within the zip", expected="a zip of files", position=0)

    def _packed_size(self) -> int:
        return self._info.compress_size

    def _check_whole(self) -> None:
        if self._out != self._info.file_size:
            raise self.error(
                f"it has {self._out} bytes, and the zip says {self._info.file_size}",
                expected="a zip whose sizes are true",
                hint="fetch it once more",
            )
