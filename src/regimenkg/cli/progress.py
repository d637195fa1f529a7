"""How far a load is, on stderr: one line, written over, on a terminal; else one now and then."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import TextIO

from regimenkg.cli.load_report import Problems
from regimenkg.errors import LoaderError
from regimenkg.loaders.shared.base import Watch

__all__ = ["Progress"]

_ON_TERMINAL = 0.2  # seconds between two lines
_ELSEWHERE = 10.0
_EVERY = 64  # the clock is read once for so many events


class Progress(Watch):
    """Tells records, rate and the time that is left, by bytes read of the total.

    ``left_out`` are the records that are right, but of no use here.

    Args:
        total: bytes of all files.
        stream: where to write, stderr if None.
        clock: seconds, from any start.
    """

    def __init__(
        self,
        total: int,
        stream: TextIO | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__()
        self.left_out = Problems()
        self._total = total
        self._stream = stream or sys.stderr
        self._clock = clock
        self._terminal = self._stream.isatty()
        self._started = clock()
        self._next = self._started + (_ON_TERMINAL if self._terminal else _ELSEWHERE)
        self._events = 0
        self._shown = 0

    def read(self, count: int) -> None:
        super().read(count)
        self._tell()

    def record(self) -> None:
        super().record()
        self._events += 1
        if self._events % _EVERY == 0:
            self._tell()

    def leave_out(self, error: LoaderError) -> None:
        self.left_out.add(error)

    def done(self) -> None:
        """Take the line away again, where it was written over."""
        if self._terminal and self._shown:
            self._stream.write("\r" + " " * self._shown + "\r")
            self._stream.flush()

    def line(self) -> str:
        """What is told: share of the bytes, records, records a second, time left."""
        seconds = max(self._clock() - self._started, 1e-9)
        rate = self.records / seconds
        parts = [f"{self.records:,} records", f"{rate:,.0f} a second"]
        if self._total > 0 and self.bytes > 0:
            share = min(self.bytes / self._total, 1.0)
            parts.insert(0, f"{share:.0%}")
            parts.append(f"{_duration(seconds / share - seconds)} left")
        return ", ".join(parts)

    def _tell(self) -> None:
        now = self._clock()
        if now < self._next:
            return
        self._next = now + (_ON_TERMINAL if self._terminal else _ELSEWHERE)
        line = self.line()
        if self._terminal:
            self._stream.write("\r" + line.ljust(self._shown))
            self._shown = len(line)
        else:
            self._stream.write(line + "\n")
        self._stream.flush()


def _duration(seconds: float) -> str:
    """Seconds as a person reads them.

    >>> _duration(7.2), _duration(75), _duration(7300)
    ('7 s', '1 min 15 s', '2 h 1 min')
    """
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"
