"""Starting the server: a socket of this machine, worker processes, and uvicorn."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from pathlib import Path

from regimenkg.embedded import EmbeddedStore
from regimenkg.errors import UsageError

__all__ = ["serve"]


def serve(
    store: EmbeddedStore,
    *,
    host: str,
    port: int,
    seconds: float,
    most_rows: int,
    say: Callable[[str], None],
) -> None:
    """Serve a store until the process is interrupted.

    Args:
        store: the store, in a directory.
        host: the address to listen on.
        port: the port; 0 takes a free one.
        seconds: the time limit of a query.
        most_rows: the most rows of an answer.
        say: told the address once it answers.

    Raises UsageError where the address cannot be had.
    """
    import uvicorn

    from regimenkg.web.app import application
    from regimenkg.web.pool import Pool

    listening = _listen(host, port)
    shown = f"[{host}]" if ":" in host else host
    root = f"http://{shown}:{listening.getsockname()[1]}/"
    pool = Pool(
        Path(store.location), size=max(2, os.cpu_count() or 1), seconds=seconds, most_rows=most_rows
    )
    config = uvicorn.Config(
        application(store, pool, root),
        log_level="warning",
        access_log=False,
        lifespan="on",
        server_header=False,
        timeout_graceful_shutdown=1,
    )

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            if self.started:
                say(root)

    Server(config).run(sockets=[listening])


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
    return listening
