"""A server process: uvicorn, on connections that its supervisor passes to it."""

from __future__ import annotations

import asyncio
import logging
import os
import resource
import signal
import socket
import sys
from collections.abc import Awaitable, Callable, MutableMapping
from math import ceil
from pathlib import Path
from typing import Any

import uvicorn

from regimenkg.errors import RegimenKGError
from regimenkg.packaged import store_directory
from regimenkg.store.embedded import EmbeddedStore
from regimenkg.web.app import application
from regimenkg.web.endpoint.evaluation import Evaluation
from regimenkg.web.endpoint.guard import Refused
from regimenkg.web.endpoint.pool import Pool
from regimenkg.web.endpoint.responses import BrokenOff
from regimenkg.web.server.connection import Connection
from regimenkg.web.server.processes import ALIVE, BEAT, LEAVING, NO_MORE, READY, Options

_THREADS = 4  # queries at once
_AT_ONCE = 64  # connections that are taken over together
_FAREWELL = 0.5  # seconds in which idle clients are told, by their next answer, that it is the last
_MARGIN = 1  # seconds that an answer has to be sent
_KEEP_ALIVE = 75  # seconds: longer than clients wait, whose next request would meet a closed end

Message = MutableMapping[str, Any]
ASGI = Callable[[Message, Any, Any], Awaitable[None]]


class _Server(uvicorn.Server):
    """uvicorn without a socket to listen on.

    Args:
        options: what the process was told.
    """

    def __init__(self, options: Options) -> None:
        self._most_memory = _whole_memory() // 4
        self._link = socket.socket(fileno=options.link)
        self._link.setblocking(False)
        self._leaving = False
        self._taking: set[asyncio.Task[Any]] = set()
        directory = Path(options.directory)
        store = EmbeddedStore.of(store_directory(directory).at(options.generation), directory)
        self._pool = pool = Pool(
            Evaluation(store.store, options.max_rows),
            threads=_THREADS,
            seconds=options.seconds,
            retire=self._leave,
        )
        super().__init__(
            uvicorn.Config(
                self._closing(application(store, pool, options.root)),
                log_level="warning",
                access_log=False,
                lifespan="off",
                server_header=False,
                proxy_headers=False,
                interface="asgi3",
                timeout_graceful_shutdown=1,
                timeout_keep_alive=_KEEP_ALIVE,
            )
        )

    def _closing(self, app: ASGI) -> ASGI:
        """The application, whose answers end their connections once the process is leaving."""

        async def answer_last(scope: Message, receive: Any, send: Any) -> None:
            async def send_last(message: Message) -> None:
                if message["type"] == "http.response.start":
                    message["headers"] = [*message["headers"], (b"connection", b"close")]
                await send(message)

            await app(scope, receive, send_last)

        def answer(scope: Message, receive: Any, send: Any) -> Awaitable[None]:
            return (answer_last if self._leaving else app)(scope, receive, send)

        return answer

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        asyncio.get_running_loop().add_reader(self._link, self._hear)
        self._signal(READY)
        self._beat()

    def _beat(self) -> None:
        self._signal(ALIVE)
        if _memory() > self._most_memory and not self._leaving:
            error = "the query needed too much memory"
            self._pool.refuse(Refused(503, error, hint="make it more specific"))
            self._leave()
        asyncio.get_running_loop().call_later(BEAT, self._beat)

    def _signal(self, letter: bytes) -> None:
        try:
            self._link.send(letter)
        except BlockingIOError:
            pass  # the supervisor is busy, and does not miss this
        except OSError:
            self.should_exit = True

    def _hear(self) -> None:
        loop = asyncio.get_running_loop()
        letters, descriptors, _, _ = socket.recv_fds(self._link, _AT_ONCE, _AT_ONCE)
        for descriptor in descriptors:
            task = loop.create_task(self._take(socket.socket(fileno=descriptor)))
            self._taking.add(task)
            task.add_done_callback(self._taking.discard)
        if not letters:  # the supervisor has ended, or wants this process to
            loop.remove_reader(self._link)
            self.should_exit = True
        elif NO_MORE in letters:
            loop.call_later(_FAREWELL, self._end)

    async def _take(self, client: socket.socket) -> None:
        client.setblocking(False)
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        await asyncio.get_running_loop().connect_accepted_socket(
            lambda: Connection(
                config=self.config, server_state=self.server_state, app_state=self.lifespan.state
            ),
            client,
        )

    def _leave(self) -> None:
        """Begin to end: a query is stuck, and stops with the process."""
        if not self._leaving:
            self._leaving = True
            self._signal(LEAVING)

    def _end(self) -> None:
        """End when those who wait for an answer have it; what is stuck ends as well."""
        self.config.timeout_graceful_shutdown = ceil(self._pool.patience() + _MARGIN)
        self.should_exit = True

    def handle_exit(self, sig: int, frame: Any) -> None:
        self._leave()


def _memory() -> int:
    """Bytes of memory that this process takes; 0 where the system does not say."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except (OSError, ValueError, IndexError):
        return 0
    return pages * resource.getpagesize()


def _whole_memory() -> int:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def _end_with_parent() -> None:
    """Have Linux end this process with its supervisor, even if a query keeps it from noticing."""
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG


def main() -> None:
    """Serve until told to end. A query that is still being answered then ends with the process."""
    _end_with_parent()
    quiet = logging.getLogger("uvicorn.error")
    quiet.addFilter(lambda record: not (record.exc_info and record.exc_info[0] is BrokenOff))
    try:
        server = _Server(Options.read(sys.argv[1]))
    except RegimenKGError as error:
        print(f"error: {error.message}", file=sys.stderr)
        sys.exit(1)
    server.run(sockets=[])
    sys.stderr.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
