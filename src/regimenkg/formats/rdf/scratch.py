"""Bytes that memory need not hold, in a file that nobody sees and that nothing leaves behind."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Generator, Iterable
from contextlib import suppress

from regimenkg.errors import StoreError

__all__ = ["Pieces", "Scratch", "headed"]

Pieces = Generator[bytes, None, None]
"""A document, piece by piece; who does not read it to the end closes it."""

_PIECE = 1 << 18
"""Bytes that are read together."""


class Scratch:
    """Bytes that are written one behind the other, and read anywhere.

    Args:
        memory: how many are held in memory before they go to a temporary file. That has no name,
            or goes with the process, so that it is gone even if that is killed.

    Raises StoreError where the file cannot be written.

    >>> with Scratch(memory=2) as scratch:
    ...     scratch.append(b"abc")
    ...     scratch.size, scratch.read(1, 2)
    (3, b'bc')
    """

    def __init__(self, memory: int = 1) -> None:
        self.size = 0
        self._file = tempfile.SpooledTemporaryFile(  # noqa: SIM115  (this is its context manager)
            max(memory, 1), prefix="regimenkg-"
        )

    def __enter__(self) -> Scratch:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def append(self, data: bytes) -> None:
        """Write bytes at the end."""
        try:
            self._file.seek(self.size)
            self._file.write(data)
            self._file.flush()
        except OSError as error:
            raise StoreError(
                f"a temporary file cannot be written in {tempfile.gettempdir()}: {error.strerror}",
                hint="what memory does not hold is kept there; TMPDIR names another folder",
            ) from error
        self.size += len(data)

    def read(self, start: int, count: int) -> bytes:
        """Return so many bytes from a place on, or fewer at the end."""
        self._file.seek(start)
        return self._file.read(count)

    def close(self) -> None:
        """Forget all."""
        with suppress(OSError):  # what could not be written need not be now
            self._file.close()


def headed(header: Callable[[], bytes], body: Iterable[bytes], memory: int) -> Pieces:
    """Yield a document whose header can only be told when its body has been written.

    >>> b"".join(headed(lambda: b"head ", [b"bo", b"dy"], 100))
    b'head body'
    """
    with Scratch(memory) as scratch:
        for piece in body:
            scratch.append(piece)
        yield header()
        for start in range(0, scratch.size, _PIECE):
            yield scratch.read(start, _PIECE)
