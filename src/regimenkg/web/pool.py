"""The threads that answer queries in a server process, and the time limit of a query.

The engine releases Python's lock while it works, so a long query does not keep the process from
answering others. But it cannot be interrupted: what stops a query that has reached the time limit
is the end of its process. The pool tells the client, and then asks for that (``retire``).
"""

from __future__ import annotations

import asyncio
import sys
import threading
import time
import traceback
from collections.abc import AsyncIterator, Callable
from queue import Empty, SimpleQueue

from regimenkg.errors import QuerySyntaxError, RegimenKGError
from regimenkg.web.evaluation import Evaluation, Part, Request
from regimenkg.web.guard import Refused

__all__ = ["Failed", "Pool", "TooSlow"]

_MOMENT = 0.002  # seconds: how long an answer is waited for on the spot, before others have a turn
_GRACE = 0.25  # seconds that a thread has to notice that nobody waits for its answer any more
_MOST_WAITING = 16  # parts of an answer that are held for a slow client
_PAUSE = 0.005  # seconds between two looks at whether a slow client has taken a part
_STACK = 64 << 20  # bytes: the engine's parser recurses; guard.check refuses what needs more


class TooSlow(Refused):
    """A query that did not end within the time limit, and was stopped."""


class Failed(Refused):
    """A query that cannot be answered; ``line`` and ``column`` of the slip may be None."""

    def __init__(self, status: int, error: RegimenKGError) -> None:
        super().__init__(status, error.message, hint=error.hint)
        self.line: int | None = getattr(error, "line", None)
        self.column: int | None = getattr(error, "column", None)


class _Abandoned(Exception):
    """Nobody waits for the rest of the answer."""


class _Job:
    """A request on its way through a thread: its parts come out of a queue."""

    __slots__ = ("_loop", "_news", "_parts", "abandoned", "done", "request", "started")

    def __init__(self, request: Request) -> None:
        self.request = request
        self.started = self.done = self.abandoned = False
        self._parts: SimpleQueue[Part | RegimenKGError] = SimpleQueue()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._news: asyncio.Event | None = None

    # In the thread

    def give(self, part: Part) -> None:
        """Pass a part on, when there is room for it; raises _Abandoned where nobody waits."""
        while self._parts.qsize() >= _MOST_WAITING and not self.abandoned:
            time.sleep(_PAUSE)
        if self.abandoned:
            raise _Abandoned
        self._put(part)

    def fail(self, error: RegimenKGError) -> None:
        """Pass on that there is no answer, or no more of it."""
        self._put(error)

    def _put(self, found: Part | RegimenKGError) -> None:
        self._parts.put(found)
        if self._news is not None and self._loop is not None:
            self._loop.call_soon_threadsafe(self._news.set)

    # In the loop

    def soon(self, seconds: float) -> Part | RegimenKGError | None:
        """The first part, or what went wrong, if it is there within so many seconds."""
        try:
            return self._parts.get(timeout=seconds)
        except Empty:
            return None

    async def next(self, deadline: float) -> Part | RegimenKGError:
        """The next part, or what went wrong. Raises TimeoutError at the deadline."""
        if self._news is None:
            self._loop, self._news = asyncio.get_running_loop(), asyncio.Event()
        while True:
            self._news.clear()
            try:
                found = self._parts.get_nowait()
            except Empty:
                async with asyncio.timeout_at(deadline):
                    await self._news.wait()
            else:
                return found


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
        self.most_rows = evaluation.most_rows
        self._evaluation = evaluation
        self._jobs: SimpleQueue[_Job] = SimpleQueue()
        self._retire = retire
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
                self._evaluation.answer(job.request, job.give)
            except _Abandoned:
                pass
            except Refused as error:
                job.fail(error)
            except QuerySyntaxError as error:
                job.fail(Failed(400, error))
            except RegimenKGError as error:
                job.fail(Failed(500, error))
            except Exception:
                traceback.print_exc(file=sys.stderr)
                job.fail(Refused(500, "the query could not be answered", hint="see the log"))
            finally:
                job.done = True
                with self._lock:
                    self._idle += 1

    async def answer(self, request: Request) -> AsyncIterator[Part]:
        """Yield the parts of the answer to a request, as the engine computes them.

        Raises Refused for what cannot be served, Failed for what is no query, and TooSlow when the
        time limit is reached; they may come behind the first part where the answer is longer than
        one.
        """
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self.seconds
        job = _Job(request)
        self._jobs.put(job)
        finished = False
        try:
            # Most answers are there in less time than it takes to come back for them.
            found = job.soon(_MOMENT) if self._idle > 0 else None
            while not finished:
                found = found or await job.next(deadline)
                if isinstance(found, RegimenKGError):
                    finished = True
                    raise found
                finished = found.last
                yield found
                found = None
        except TimeoutError:
            if not job.started:
                raise TooSlow(503, "the server is busy", hint="try again in a moment") from None
            raise TooSlow(
                504,
                f"the query was stopped after {self.seconds:g} seconds",
                hint="make it more specific, or start the server with a higher --query-timeout",
            ) from None
        finally:
            if not finished:
                job.abandoned = True
                loop.call_at(max(deadline, loop.time() + _GRACE), self._stop, job)

    def _stop(self, job: _Job) -> None:
        """Stop a query that goes on without anyone waiting for it."""
        if job.started and not job.done:
            self._retire()
