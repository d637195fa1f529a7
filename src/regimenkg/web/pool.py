"""The worker processes of the server: each answers one query at a time, and can be ended.

A query that takes longer than the time limit is stopped by ending its process; another one takes
its place. A query waits while all of them are busy, which counts towards its time as well.
"""

from __future__ import annotations

import asyncio
import json
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from regimenkg.web.guard import Refused
from regimenkg.web.worker import HEADER

__all__ = ["Failed", "Part", "Pool", "TooSlow"]


class TooSlow(Refused):
    """A query that did not end within the time limit, and was stopped."""


class Failed(Refused):
    """What a worker says of a query that it cannot answer; ``line`` and ``column`` may be None."""

    def __init__(self, content: dict[str, Any]) -> None:
        super().__init__(content["status"], content["message"], hint=content["hint"])
        self.line: int | None = content["line"]
        self.column: int | None = content["column"]


@dataclass(frozen=True, slots=True)
class Part:
    """A part of an answer: its bytes, whether it is the last, whether the row cap cut the answer
    short, and whether it is triples (else rows)."""

    data: bytes
    last: bool
    cut: bool
    triples: bool


class _Process(asyncio.Protocol):
    """One worker process and the connection to it."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._process: subprocess.Popen[bytes] | None = None
        self._transport: Any = None
        self._buffer = bytearray()
        self.frames: asyncio.Queue[tuple[bytes, bytes]] = asyncio.Queue()

    async def start(self) -> None:
        """Start the process and wait until it can answer."""
        ours, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                [
                    *(sys.executable, "-m", "regimenkg.web.worker"),
                    *(str(self._directory), str(theirs.fileno())),
                ],
                pass_fds=(theirs.fileno(),),
                stdin=subprocess.DEVNULL,
            )
        ours.setblocking(False)
        loop = asyncio.get_running_loop()
        self._transport, _ = await loop.create_connection(lambda: self, sock=ours)
        await self.frames.get()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while len(self._buffer) >= HEADER.size:
            kind, size = HEADER.unpack_from(self._buffer)
            end = HEADER.size + size
            if len(self._buffer) < end:
                return
            self.frames.put_nowait((kind, bytes(self._buffer[HEADER.size : end])))
            del self._buffer[:end]
            if self.frames.qsize() > _MOST_WAITING:
                self._transport.pause_reading()

    def resume(self) -> None:
        """Go on reading, after what was read has been taken."""
        if self.frames.qsize() <= _MOST_WAITING // 2:
            self._transport.resume_reading()

    def connection_lost(self, exc: Exception | None) -> None:
        self.frames.put_nowait((b"x", b""))

    def send(self, payload: bytes) -> None:
        """Send a request."""
        self._transport.write(HEADER.pack(b"q", len(payload)) + payload)

    def end(self) -> None:
        """End the process, whatever it is doing."""
        if self._transport is not None:
            self._transport.abort()
        if self._process is not None:
            self._process.kill()
            self._process.wait()


_MOST_WAITING = 16  # parts of an answer that are held for a slow client


class Pool:
    """Worker processes over a store directory.

    Args:
        directory: the store directory.
        size: how many processes.
        seconds: the time limit of a query.
        most_rows: the row cap.
    """

    def __init__(self, directory: Path, *, size: int, seconds: float, most_rows: int) -> None:
        self.seconds = seconds
        self.most_rows = most_rows
        self._directory = directory
        self._size = size
        self._free: asyncio.Queue[_Process] = asyncio.Queue()
        self._all: set[_Process] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Start the processes."""
        await asyncio.gather(*(self._add() for _ in range(self._size)))

    async def _add(self) -> None:
        process = _Process(self._directory)
        self._all.add(process)
        await process.start()
        self._free.put_nowait(process)

    def stop(self) -> None:
        """End the processes."""
        for process in self._all:
            process.end()

    def _replace(self, process: _Process) -> None:
        """End a process and start another in its place."""
        self._all.discard(process)
        process.end()
        task = asyncio.get_running_loop().create_task(self._add())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def answer(self, request: dict[str, Any]) -> AsyncIterator[Part]:
        """Yield the parts of the answer to a request, as the worker sends them.

        Raises Failed for what the worker refuses, and TooSlow when the time limit is reached; both
        may come behind the first part only where the answer is longer than one.
        """
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self.seconds
        try:
            process = await asyncio.wait_for(self._free.get(), self.seconds)
        except TimeoutError:
            raise TooSlow(503, "the server is busy", hint="try again in a moment") from None
        finished = False
        try:
            process.send(json.dumps({**request, "most": self.most_rows}).encode())
            cut = triples = False
            while not finished:
                if process.frames.empty():
                    try:
                        async with asyncio.timeout_at(deadline):
                            kind, payload = await process.frames.get()
                    except TimeoutError:
                        raise self._too_slow() from None
                else:
                    kind, payload = process.frames.get_nowait()
                process.resume()
                if kind == b"x":
                    raise Refused(500, "the process that answered the query ended", hint=None)
                if kind in b"cg":
                    cut |= kind == b"c"
                    triples |= kind == b"g"
                    continue
                finished = kind != b"d"
                if kind == b"e":
                    raise Failed(json.loads(payload))
                yield Part(payload, finished, cut or kind == b"t", triples)
        finally:
            if finished:
                self._free.put_nowait(process)
            else:
                self._replace(process)

    def _too_slow(self) -> TooSlow:
        return TooSlow(
            504,
            f"the query was stopped after {self.seconds:g} seconds",
            hint="make it more specific, or start the server with a higher --query-timeout",
        )
