"""What the supervisor and a server process say to each other, on a connection of their own.

The supervisor accepts the clients' connections and passes them on: descriptors, each with a letter.
The end of the connection between the two is the end of the process.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, dataclass

__all__ = ["ALIVE", "BEAT", "CLIENT", "LEAVING", "NO_MORE", "READY", "Options"]

READY, ALIVE, LEAVING = b"r", b".", b"x"
"""The process says: it answers; it is still there; it is going to end, pass on no more."""

CLIENT, NO_MORE = b"c", b"z"
"""The supervisor says: here is a client's connection; there come no more of them."""

BEAT = 1.0
"""Seconds between two signs of life."""


@dataclass(frozen=True, slots=True)
class Options:
    """What a server process is told on its command line.

    Args:
        directory: the store directory.
        generation: name of the generation that all processes read.
        root: the address of the server, with a slash at its end.
        link: descriptor of the connection to the supervisor.
        seconds: the time limit of a query.
        max_rows: the row cap.

    >>> options = Options("/store", "000001", "http://127.0.0.1:8000/", 3, 30.0, 100_000)
    >>> Options.read(options.words()[-1]) == options
    True
    """

    directory: str
    generation: str
    root: str
    link: int
    seconds: float
    max_rows: int

    def words(self) -> list[str]:
        """The command that starts the process."""
        return [sys.executable, "-m", "regimenkg.web.server.worker", json.dumps(asdict(self))]

    @classmethod
    def read(cls, text: str) -> Options:
        """Read what :meth:`words` wrote last."""
        return cls(**json.loads(text))
