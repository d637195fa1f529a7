"""Sorting more lines than memory holds.

Lines are sorted in memory as far as a limit allows, and from there on in runs that are written to a
temporary file and merged as they are read: an external merge sort (D. E. Knuth, The Art of
Computer Programming, volume 3, section 5.4). The merge takes a block of each run at a time and
leaves the rest to Python's sort, which finds what is in order already.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from itertools import groupby

from regimenkg.formats.rdf.scratch import Scratch

__all__ = ["MEMORY", "SortedLines"]

MEMORY = 32 << 20
"""Bytes of lines that are held before they go to a temporary file."""

_EACH = 48
"""Bytes that Python takes for a line beside its own."""

_BATCH = 4096
"""Lines that are given or written together."""

_LEAST, _MOST = 1 << 14, 1 << 20
"""Bytes of a run that are read at once: at least, however many runs there are, and at most."""


class SortedLines:
    """Lines in the order of their bytes, each once: they are added first, and then read.

    Args:
        memory: bytes of lines to hold. More go to a temporary file, which is gone when the
            ``with`` block ends.

    Raises StoreError where that file cannot be written.

    >>> with SortedLines(memory=100) as lines:
    ...     lines.add([b"b", b"a"])
    ...     lines.add([b"c", b"a"])
    ...     [line for batch in lines for line in batch]
    [b'a', b'b', b'c']
    """

    def __init__(self, memory: int = MEMORY) -> None:
        self._memory = memory
        self._lines: list[bytes] = []
        self._size = 0
        self._file: Scratch | None = None
        self._runs: list[tuple[int, int]] = []  # where each begins and ends in the file

    def __enter__(self) -> SortedLines:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Forget all."""
        self._lines = []
        if self._file is not None:
            self._file.close()

    @property
    def held(self) -> int:
        """Bytes of memory that lines take: never as many as ``memory``."""
        return self._size

    @property
    def runs(self) -> int:
        """How many runs are in the file: none where memory was enough."""
        return len(self._runs)

    def add(self, lines: list[bytes]) -> None:
        """Take lines; none may hold a line feed."""
        self._lines += lines
        self._size += sum(map(len, lines)) + _EACH * len(lines)
        if self._size >= self._memory:
            self._spill()

    def __iter__(self) -> Iterator[list[bytes]]:
        """Yield the lines in batches, as often as they are asked for."""
        if self._runs:
            self._spill()
            yield from self._merged()
            return
        self._order()
        yield from _batches(self._lines)

    def _order(self) -> None:
        self._lines.sort()
        self._lines = _once(self._lines)

    def _spill(self) -> None:
        """Write what is held to the file, as a run."""
        if not self._lines:
            return
        self._order()
        if self._file is None:
            self._file = Scratch()
        start = self._file.size
        for batch in _batches(self._lines):
            self._file.append(b"\n".join(batch) + b"\n")
        self._runs.append((start, self._file.size))
        self._lines = []
        self._size = 0

    def _merged(self) -> Iterator[list[bytes]]:
        assert self._file is not None
        block = min(max(self._memory // len(self._runs), _LEAST), _MOST)
        runs = [_Run(self._file, start, end, block) for start, end in self._runs]
        while runs := [run for run in runs if run.lines or run.read()]:
            last = min(run.lines[-1] for run in runs)  # all that comes before it has been read
            batch: list[bytes] = []
            for run in runs:
                batch += run.take(last)
            batch.sort()
            yield from _batches(_once(batch))


class _Run:
    """A run as it is read again, a block at a time."""

    def __init__(self, file: Scratch, start: int, end: int, block: int) -> None:
        self.lines: list[bytes] = []
        self._file = file
        self._place = start
        self._end = end
        self._block = block

    def read(self) -> bool:
        """Read the next block of lines; tells whether there was one."""
        if self._place == self._end:
            return False
        text, size = b"", self._block
        while b"\n" not in text:  # a line may be longer than a block
            text = self._file.read(self._place, min(size, self._end - self._place))
            size *= 2
        whole = text.rfind(b"\n") + 1
        self.lines = text[:whole].split(b"\n")
        self.lines.pop()
        self._place += whole
        return True

    def take(self, last: bytes) -> list[bytes]:
        """Remove and return the lines up to this one."""
        place = bisect_right(self.lines, last)
        taken, self.lines = self.lines[:place], self.lines[place:]
        return taken


def _once(lines: list[bytes]) -> list[bytes]:
    """Lines in order, each once."""
    return [line for line, _ in groupby(lines)]


def _batches(lines: list[bytes]) -> Iterator[list[bytes]]:
    return (lines[start : start + _BATCH] for start in range(0, len(lines), _BATCH))
