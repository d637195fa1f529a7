"""Starting the server: the address that it listens on, and its processes.

A query that reaches the time limit can only be stopped by ending its process
(:mod:`regimenkg.web.endpoint.pool`). So there are several, and this one, which only accepts
connections and passes them on in turn: while one process takes over from another, nobody is
refused.
"""

from __future__ import annotations

import os
import selectors
import signal
import socket
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import NoReturn

from regimenkg.errors import DataError, UsageError
from regimenkg.store.embedded import EmbeddedStore
from regimenkg.web.server.processes import CLIENT, LEAVING, NO_MORE, READY, Options

__all__ = ["serve"]

_SILENCE = 15.0  # seconds without a sign of life, after which a process is ended
_PATIENCE = 3.0  # seconds that processes have to end at the end of the server
_PAUSE = 1.0  # seconds before another process is started, where one ended at once
_MAX_FAILURES = 10  # processes in a row that may do so
_AT_ONCE = 64  # connections that are accepted before the processes are listened to again


def serve(
    store: EmbeddedStore,
    *,
    host: str,
    port: int,
    processes: int,
    seconds: float,
    max_rows: int,
    report: Callable[[str], None],
) -> NoReturn:
    """Serve a store until the process is interrupted.

    Args:
        store: the store, in a directory; the generation that it has open is what is served.
        host: the address to listen on.
        port: the port; 0 takes a free one.
        processes: how many processes answer.
        seconds: the time limit of a query.
        max_rows: the most rows of an answer.
        report: told the address once it answers.

    Raises UsageError where the address cannot be had, DataError where no process starts, and
    KeyboardInterrupt or SystemExit at the end.
    """
    generation = store.generation
    assert generation is not None, "a store in memory cannot be shared"
    listening = _listen(host, port)
    shown = f"[{host}]" if ":" in host else host
    root = f"http://{shown}:{listening.getsockname()[1]}/"

    def start() -> _Process:
        path = generation.path
        return _Process(
            lambda link: Options(os.fspath(path.parent), path.name, root, link, seconds, max_rows)
        )

    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))
    supervisor = _Supervisor(listening, start, processes, lambda: report(root))
    try:
        supervisor.run()
    finally:
        supervisor.stop()


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen(2048)
    except OSError as error:
        listening.close()
        raise UsageError(
            f"cannot listen on {host}:{port}: {error.strerror}",
            hint="another program may listen there; --port 0 takes a free port",
        ) from error
    listening.setblocking(False)
    return listening


class _Process:
    """One server process, just started, and the connection to it.

    Args:
        options: gives the options of a process whose end of the connection has a descriptor.
    """

    def __init__(self, options: Callable[[int], Options]) -> None:
        self.ready = self.leaving = False
        self.heard = time.monotonic()
        self.link, theirs = socket.socketpair()
        self.link.setblocking(False)
        with theirs:
            self._process = subprocess.Popen(
                options(theirs.fileno()).words(),
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                start_new_session=True,  # Ctrl-C is for the supervisor
            )

    def take(self, client: socket.socket) -> bool:
        """Pass a client's connection on; returns whether the process takes it."""
        try:
            socket.send_fds(self.link, [CLIENT], [client.fileno()])
        except OSError:  # too many wait, or it has ended
            return False
        return True

    def ended(self, within: float) -> None:
        """Wait until it has ended by itself; after a number of seconds, end it."""
        try:
            self._process.wait(within)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


class _Supervisor:
    """Accepts connections, and keeps processes running that answer them.

    Args:
        listening: the socket to accept from.
        start: starts a process.
        count: how many processes answer.
        ready: called when the first of them does.
    """

    def __init__(
        self,
        listening: socket.socket,
        start: Callable[[], _Process],
        count: int,
        ready: Callable[[], None],
    ) -> None:
        self._listening = listening
        self._start = start
        self._ready: Callable[[], None] | None = ready
        self._selector = selectors.DefaultSelector()
        self._all: set[_Process] = set()
        self._answering: deque[_Process] = deque()
        self._due: list[float] = []  # when processes are to be started
        self._failures = 0  # processes in a row that ended before they answered
        for _ in range(count):
            self._add()

    def _add(self) -> None:
        process = self._start()
        self._all.add(process)
        self._selector.register(process.link, selectors.EVENT_READ, process)

    def run(self) -> NoReturn:
        """Pass connections on; replace the processes that leave, end, or fall silent."""
        while True:
            for key, _ in self._selector.select(1.0):
                if key.data is None:
                    self._accept()
                else:
                    self._hear(key.data)
            self._start_due()
            for process in list(self._all):
                if time.monotonic() - process.heard > _SILENCE:
                    self._bury(process, 0)

    def _start_due(self) -> None:
        due = [moment for moment in self._due if moment <= time.monotonic()]
        for moment in due:
            self._due.remove(moment)
            self._add()

    def _accept(self) -> None:
        for _ in range(_AT_ONCE if self._answering else 0):
            try:
                client, _ = self._listening.accept()
            except OSError:  # nobody else, or gone again
                return
            with client:
                for _ in range(len(self._answering)):
                    self._answering.rotate(-1)
                    if self._answering[0].take(client):
                        break

    def _listen(self) -> None:
        """Accept connections as long as there is a process that answers."""
        listened = self._listening in self._selector.get_map()
        if self._answering and not listened:
            self._selector.register(self._listening, selectors.EVENT_READ, None)
        elif listened and not self._answering:
            self._selector.unregister(self._listening)

    def _hear(self, process: _Process) -> None:
        try:
            letters = process.link.recv(64)
        except OSError:
            letters = b""
        if not letters:
            self._bury(process, 1)
            return
        process.heard = time.monotonic()
        if READY in letters:
            process.ready = True
            self._answering.append(process)
            self._listen()
            if self._ready:
                self._ready()
                self._ready = None
        if LEAVING in letters and not process.leaving:
            process.leaving = True
            self._answering.remove(process)
            self._listen()
            self._add()
            with suppress(OSError):  # it may have ended meanwhile: then it is buried next
                process.link.send(NO_MORE)

    def _bury(self, process: _Process, within: float) -> None:
        """See a process to its end; start another in its place unless one has been."""
        self._selector.unregister(process.link)
        self._all.discard(process)
        if process in self._answering:
            self._answering.remove(process)
            self._listen()
        process.link.close()
        process.ended(within)
        self._failures = 0 if process.ready else self._failures + 1
        unable = self._failures > _MAX_FAILURES and not self._answering
        if self._failures and (self._ready or unable):
            raise DataError("no server process starts", hint="the reason is written above")
        if not process.leaving:
            # One that ended at once is not replaced at once: the next may do so as well.
            self._due.append(time.monotonic() + (_PAUSE if self._failures else 0))
            self._start_due()

    def stop(self) -> None:
        """End all processes."""
        self._selector.close()
        self._listening.close()
        for process in self._all:
            process.link.close()
        end = time.monotonic() + _PATIENCE
        for process in self._all:
            process.ended(max(0.0, end - time.monotonic()))
