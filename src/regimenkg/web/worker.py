"""A process that answers queries for the server, one at a time: the server can end it.

It reads requests from a socket and answers in frames: a letter, four bytes of length, and the
payload. ``d`` is a part of the answer that is followed by more, ``z`` the last part, ``t`` the last
part of an answer that the row cap cut short. Before the first part, ``g`` says that triples follow
and not rows, and ``c`` that a cut answer follows in several parts. ``e`` is an error as JSON, with
the HTTP status to send.
"""

from __future__ import annotations

import io
import json
import socket
import struct
import sys
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any, cast

import pyoxigraph as ox

from regimenkg.embedded import EmbeddedStore, open_store
from regimenkg.errors import QuerySyntaxError, RegimenKGError
from regimenkg.namespaces import PREFIXES
from regimenkg.sparql_errors import explain
from regimenkg.web.guard import Refused, check, limit_rows

HEADER = struct.Struct("!cI")
PART = 1 << 16  # bytes of an answer that are sent together

_SHORTEST_ROW = 2  # bytes: an empty row of a CSV

_GRAPHS = {
    "turtle": ox.RdfFormat.TURTLE,
    "nt": ox.RdfFormat.N_TRIPLES,
    "jsonld": ox.RdfFormat.JSON_LD,
    "rdfxml": ox.RdfFormat.RDF_XML,
}
_RESULTS = {
    "json": ox.QueryResultsFormat.JSON,
    "xml": ox.QueryResultsFormat.XML,
    "csv": ox.QueryResultsFormat.CSV,
    "tsv": ox.QueryResultsFormat.TSV,
}


class Output(io.RawIOBase):
    """Collects what a serialiser writes, and sends it in parts once it is much.

    Args:
        connection: where the parts go.
        is_cut: tells whether the row cap leaves out rows; asked once, before the first part goes
            out, or at the end if the answer is long enough to have reached the cap.
        most: the row cap.
    """

    def __init__(self, connection: socket.socket, is_cut: Callable[[], bool], most: int) -> None:
        self._connection = connection
        self._is_cut = is_cut
        self._most = most
        self._parts = bytearray()
        self._started = False

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._parts += data
        if len(self._parts) >= PART:
            if not self._started:
                self._started = True
                if self._is_cut():
                    send(self._connection, b"c", b"")
            send(self._connection, b"d", bytes(self._parts))
            self._parts.clear()
        return len(data)

    def finish(self) -> None:
        """Send what is left as the last part."""
        long = not self._started and len(self._parts) >= self._most * _SHORTEST_ROW
        kind = b"t" if long and self._is_cut() else b"z"
        send(self._connection, kind, bytes(self._parts))


def send(connection: socket.socket, kind: bytes, payload: bytes) -> None:
    """Send one frame."""
    connection.sendall(HEADER.pack(kind, len(payload)) + payload)


def receive(connection: socket.socket) -> bytes | None:
    """Read one frame's payload; None when the server has closed the connection."""
    head = _exactly(connection, HEADER.size)
    return None if head is None else _exactly(connection, HEADER.unpack(head)[1])


def _exactly(connection: socket.socket, size: int) -> bytes | None:
    data = bytearray()
    while len(data) < size:
        part = connection.recv(size - len(data))
        if not part:
            return None
        data += part
    return bytes(data)


class Worker:
    """Answers requests from a store.

    Args:
        store: the embedded store, opened for reading.
        connection: where requests come from and answers go to.
    """

    def __init__(self, store: EmbeddedStore, connection: socket.socket) -> None:
        self._store = store.store
        self._connection = connection
        self._graphs = frozenset(graph.value for graph in self._store.named_graphs())

    def run(self) -> None:
        """Answer until the connection ends."""
        while (payload := receive(self._connection)) is not None:
            try:
                self._answer(json.loads(payload))
            except Refused as error:
                self._fail(error.status, error)
            except QuerySyntaxError as error:
                self._fail(400, error)
            except RegimenKGError as error:
                self._fail(500, error)

    def _fail(self, status: int, error: RegimenKGError) -> None:
        content = {
            "status": status,
            "message": error.message,
            "hint": error.hint,
            "line": getattr(error, "line", None),
            "column": getattr(error, "column", None),
        }
        send(self._connection, b"e", json.dumps(content).encode())

    def _answer(self, request: dict[str, Any]) -> None:
        text, most = request["query"], request["most"]
        check(text, self._graphs)
        dataset = self._dataset(request)
        limited = limit_rows(text, most)
        found = self._query(text, limited.text if limited else text, dataset)

        def is_cut() -> bool:
            if limited is None or isinstance(found, ox.QueryBoolean):
                return False
            return any(True for _ in self._query(text, limited.beyond, dataset))

        output = Output(self._connection, is_cut, most)
        try:
            triples = isinstance(found, ox.QueryTriples)
            name = request["graph" if triples else "rows"]
            if name is None:
                offered = _GRAPHS if triples else _RESULTS
                raise Refused(
                    406,
                    f"the answer is {'triples' if triples else 'rows'}, and not to be had in any"
                    " of the formats that Accept names",
                    hint="offered with ?format=: " + ", ".join(offered),
                )
            if triples:
                format_ = _GRAPHS[name]
                send(self._connection, b"g", b"")
                ox.serialize(found, cast(IO[bytes], output), format_, prefixes=PREFIXES)
            else:
                found.serialize(output, format=_RESULTS[name])
        except (RuntimeError, ValueError, OSError) as error:
            raise explain(error, text) from error
        output.finish()

    def _dataset(self, request: dict[str, Any]) -> dict[str, Any]:
        """What ``default-graph-uri`` and ``named-graph-uri`` ask for, as the engine takes it."""
        default, named = request.get("default") or [], request.get("named") or []
        if not default and not named:
            return {}
        for name in (*default, *named):
            if name not in self._graphs:
                raise Refused(
                    403,
                    f"<{name}> is not a graph of this server",
                    hint="its graphs: " + ", ".join(sorted(self._graphs)),
                )
        return {
            "default_graph": [ox.NamedNode(name) for name in default],
            "named_graphs": [ox.NamedNode(name) for name in named],
        }

    def _query(self, given: str, text: str, dataset: dict[str, Any]) -> Any:
        """Start a query, with the standard prefixes where it leaves them undeclared.

        ``text`` is ``given`` with a limit; errors are those of ``given``.
        """
        try:
            return self._store.query(text, **dataset)
        except SyntaxError:
            try:
                return self._store.query(text, prefixes=PREFIXES, **dataset)
            except SyntaxError as error:
                try:
                    self._store.query(given, prefixes=PREFIXES, **dataset)
                except SyntaxError as own:
                    raise explain(own, given) from own
                raise explain(error, given) from error
        except (RuntimeError, ValueError, OSError) as error:
            raise explain(error, given) from error


def main() -> None:
    """Serve the connection of the file descriptor given, from the store directory given."""
    directory, descriptor = sys.argv[1], int(sys.argv[2])
    with socket.socket(fileno=descriptor) as connection:
        store = open_store(Path(directory))
        send(connection, b"r", b"")
        Worker(store, connection).run()


if __name__ == "__main__":
    main()
