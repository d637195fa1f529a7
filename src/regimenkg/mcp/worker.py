"""The process that runs the tools, so that one which takes too long can be stopped.

The engine cannot interrupt a query; what stops it is the end of its process. The next call starts
another.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any

from regimenkg.errors import DataError, RegimenKGError
from regimenkg.mcp.tools import Json, call
from regimenkg.sparql.backend import Backend

__all__ = ["TooSlowError", "Worker"]


class TooSlowError(DataError):
    """A call that did not end within the time limit, and was stopped."""


class Worker:
    """A process that runs tools over a backend, one call after another.

    Args:
        open_backend: opens the backend in the process; it has to be picklable.
        seconds: how long a call may take.

    Raises what ``open_backend`` raises.
    """

    def __init__(self, open_backend: Callable[[], Backend], seconds: float) -> None:
        self._open = open_backend
        self._seconds = seconds
        self._lock = threading.Lock()
        self._pipe, self._process = self._start()

    def _start(self) -> tuple[Connection, Any]:
        context = get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(target=_work, args=(theirs, self._open), daemon=True)
        process.start()
        theirs.close()
        self._receive(ours)  # that the backend is open, or why not
        return ours, process

    def call(self, name: str, given: Json) -> Json:
        """What a tool answers.

        Raises TooSlowError after the time limit, DataError where the process broke down, and what
        the tool raises.
        """
        with self._lock:
            if not self._process.is_alive():
                self._pipe, self._process = self._start()
            self._pipe.send((name, given))
            if not self._pipe.poll(self._seconds):
                self.stop()
                raise TooSlowError(
                    f"stopped after {self._seconds:g} seconds",
                    hint="ask for less: name a thing, or bind more of the query",
                )
            return self._receive(self._pipe)

    @staticmethod
    def _receive(pipe: Connection) -> Json:
        try:
            answer = pipe.recv()
        except EOFError:
            raise DataError("the process that answers broke down", hint="ask for less") from None
        if isinstance(answer, RegimenKGError):
            raise answer
        return answer  # type: ignore[no-any-return]

    def stop(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.join()
        self._pipe.close()


def _work(pipe: Connection, open_backend: Callable[[], Backend]) -> None:
    """Answer calls until the other end is closed."""
    try:
        backend = open_backend()
    except RegimenKGError as error:
        pipe.send(error)
        return
    pipe.send({})
    while True:
        try:
            name, given = pipe.recv()
        except EOFError:
            return
        try:
            answer: Json | RegimenKGError = call(name, given, backend)
        except RegimenKGError as error:
            answer = error
        except Exception as error:  # whatever it is, the assistant is told and the server goes on
            answer = DataError(f"{name} failed: {type(error).__name__}: {error}")
        pipe.send(answer)
