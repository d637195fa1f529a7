"""The threads that answer queries in a server process, and the time limit of a query.

The engine releases Python's lock while it works, so a long query does not keep the process from
answering others. But it cannot be interrupted: what stops a query that has reached the time limit
is the end of its process. The pool tells the client, and then asks for that (``retire``).
"""

from __future__ import annotations

import asyncio
import os
import sys
import threading
import traceback
from collections.abc import AsyncGenerator, Callable
from functools import partial
from queue import Empty, SimpleQueue
from tempfile import TemporaryFile
from typing import IO, NamedTuple, TypeVar

from regimenkg.errors import RegimenKGError
from regimenkg.web.endpoint.evaluation import Evaluation, Part, Request
from regimenkg.web.endpoint.guard import Refused

__all__ = ["Failed", "Pool", "TooSlow"]

_MOMENT = 0.002  # seconds: how long an answer is waited for on the spot, before others have a turn
_GRACE = 0.25  # seconds that a thread has to notice that nobody waits for its answer any more
_MAX_WAITING = 16  # parts of an answer that are held in memory for a slow client
_STACK = 64 << 20  # bytes: the engine's parser recurses; guard.check refuses what needs more


T = TypeVar("T")


class TooSlow(Refused):
    """A query that did not end within the time limit, and was stopped."""


class Failed(Refused):
    """A query that cannot be answered; ``line`` and ``column`` of the slip may be None."""

    def __init__(self, status: int, error: RegimenKGError) -> None:
        super().__init__(status, error.message, hint=error.hint)
        self.line: int | None = getattr(error, "line", None)
        self.column: int | None = getattr(error, "column", None)


def _bare(error: Refused) -> Refused:
    """The error without its traceback, whose frames hold what the engine lets only this thread
    drop."""
    error.__cause__ = error.__context__ = None
    return error.with_traceback(None)


class _Abandoned(Exception):
    """Nobody waits for the rest of the answer."""


class _Spilled(NamedTuple):
    """A part of an answer whose bytes are in a file."""

    part: Part
    start: int
    size: int


_Work = Callable[[Callable[[Part], None]], None]
"""What is done in a thread: it is handed what takes the parts of an answer."""

_DONE = Part(b"", last=True, cut=False, triples=False)


class _Job:
    """Work on its way through a thread: what it gives comes out of a queue."""

    __slots__ = ("_loop", "_news", "_parts", "_spill", "abandoned", "done", "started", "work")

    def __init__(self, work: _Work) -> None:
        self.work = work
        self.started = self.done = self.abandoned = False
        self._parts: SimpleQueue[Part | _Spilled | RegimenKGError] = SimpleQueue()
        self._spill: IO[bytes] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._news: asyncio.Event | None = None

    # In the thread

    def give(self, part: Part) -> None:
        """Pass a part on; raises _Abandoned where nobody waits.

        The thread does not wait for a slow client: what it cannot hold in memory goes to a file.
        """
        if self.abandoned:
            raise _Abandoned
        if self._parts.qsize() < _MAX_WAITING:
            self._put(part)
            return
        if self._spill is None:
            self._spill = TemporaryFile(prefix="regimenkg-")  # noqa: SIM115 - goes with the job
        start = self._spill.seek(0, os.SEEK_END)
        self._spill.write(part.data)
        self._spill.flush()
        self._put(_Spilled(part._replace(data=b""), start, len(part.data)))

    def fail(self, error: RegimenKGError) -> None:
        """Pass on that there is no answer, or no more of it."""
        self._put(error)

    def _put(self, part: Part | _Spilled | RegimenKGError) -> None:
        self._parts.put(part)
        if self._news is not None and self._loop is not None:
            self._loop.call_soon_threadsafe(self._news.set)

    # In the loop

    def soon(self, seconds: float) -> Part | RegimenKGError | None:
        """The first part, or what went wrong, if it is there within so many seconds."""
        try:
            return self._whole(self._parts.get(timeout=seconds))
        except Empty:
            return None

    def _whole(self, part: Part | _Spilled | RegimenKGError) -> Part | RegimenKGError:
        if not isinstance(part, _Spilled):
            return part
        assert self._spill is not None
        return part.part._replace(data=os.pread(self._spill.fileno(), part.size, part.start))

    async def next(self, deadline: float) -> Part | RegimenKGError:
        """The next part, or what went wrong. Raises TimeoutError at the deadline."""
        if self._news is None:
            self._loop, self._news = asyncio.get_running_loop(), asyncio.Event()
        while True:
            self._news.clear()
            try:
                part = self._parts.get_nowait()
            except Empty:
                async with asyncio.timeout_at(deadline):
                    await self._news.wait()
            else:
                return self._whole(part)


class Pool:
    """Threads that answer queries from a store.

    Args:
        evaluation: what answers a query.
        threads: how many at once.
        seconds: the time limit of a query.
        retire: called when a query has reached it: to end this process, for the query to stop.
    """

    def __init__(
        self,
        evaluation: Evaluation,
        *,
        threads: int,
        seconds: float,
        retire: Callable[[], None],
    ) -> None:
        self.seconds = seconds
        self.max_rows = evaluation.max_rows
        self._evaluation = evaluation
        self._jobs: SimpleQueue[_Job] = SimpleQueue()
        self._retire = retire
        self._waiting: dict[_Job, float] = {}
        self._idle = threads
        self._lock = threading.Lock()  # of the number of idle threads
        usual = threading.stack_size(_STACK)
        for _ in range(threads):
            threading.Thread(target=self._work, daemon=True).start()
        threading.stack_size(usual)

    def _work(self) -> None:
        while True:
            job = self._jobs.get()
            if job.abandoned:
                continue
            job.started = True
            with self._lock:
                self._idle -= 1
            try:
                job.work(job.give)
            except _Abandoned:
                pass
            except Refused as error:
                job.fail(_bare(error))
            except RegimenKGError as error:
                job.fail(Failed(400, error))
            except BaseException:  # the engine's panics are not Exceptions
                traceback.print_exc(file=sys.stderr)
                job.fail(Refused(500, "the query could not be answered", hint="see the log"))
            finally:
                job.done = True
                with self._lock:
                    self._idle += 1

    def answer(self, request: Request) -> AsyncGenerator[Part]:
        """Yield the parts of the answer to a request, as the engine computes them.

        Raises Refused for what cannot be served, Failed for what is no query, and TooSlow when the
        time limit is reached; they may come behind the first part where the answer is longer than
        one.
        """
        return self._parts(partial(self._evaluation.answer, request), _MOMENT)

    async def run(self, page: Callable[[], T]) -> T:
        """Call what asks the store several times, and return what it returns.

        All that it asks is within the time limit of one query. Raises what :meth:`answer` does.
        """
        made: list[T] = []

        def work(give: Callable[[Part], None]) -> None:
            made.append(page())
            give(_DONE)

        async for _ in self._parts(work, 0):
            pass
        return made[0]

    async def _parts(self, work: _Work, moment: float) -> AsyncGenerator[Part]:
        """Yield what work in a thread gives; the first part is waited for on the spot a moment."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self.seconds
        job = _Job(work)
        self._waiting[job] = deadline
        self._jobs.put(job)
        finished = False
        try:
            # Most answers are there in less time than it takes to come back for them.
            part = job.soon(moment) if moment and self._idle > 0 else None
            while not finished:
                part = part or await job.next(deadline)
                if isinstance(part, RegimenKGError):
                    finished = True
                    raise part
                finished = part.last
                yield part
                part = None
        except TimeoutError:
            if not job.started:
                raise TooSlow(503, "the server is busy", hint="try again in a moment") from None
            raise TooSlow(
                504,
                f"the query was stopped after {self.seconds:g} seconds",
                hint="make it more specific; --query-timeout of the server sets the limit",
            ) from None
        finally:
            del self._waiting[job]
            if not finished:
                job.abandoned = True
                loop.call_at(max(deadline, loop.time() + _GRACE), self._stop, job)

    def patience(self) -> float:
        """Seconds until the last of those who wait for an answer has it, or is told that it is
        stopped."""
        now = asyncio.get_running_loop().time()
        return max((deadline - now for deadline in self._waiting.values()), default=0.0)

    def refuse(self, error: Refused) -> None:
        """Tell all who wait for an answer that there is none."""
        for job in self._waiting:
            job.fail(error)

    def _stop(self, job: _Job) -> None:
        """Stop a query that goes on without anyone waiting for it."""
        if job.started and not job.done:
            self._retire()
