"""Putting whole graphs into a server: by the Graph Store Protocol, or by updates.

SPARQL 1.1 Graph Store HTTP Protocol, https://www.w3.org/TR/sparql11-http-rdf-update/, and
SPARQL 1.1 Update, https://www.w3.org/TR/sparql11-update/. A graph is a file of N-Triples without
blank nodes, so that it may be sent in parts, and a part of it twice.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from functools import partial
from itertools import chain
from pathlib import Path
from typing import IO, Protocol
from urllib.parse import quote, urlsplit, urlunsplit
from urllib.request import Request

from pyoxigraph import NamedNode, RdfFormat

from regimenkg.errors import EndpointError, UsageError
from regimenkg.sparql.credentials import Credentials
from regimenkg.sparql.http import Connection, head
from regimenkg.terms.namespaces import STAGED_GRAPH

__all__ = ["GraphStore", "GraphWriter", "UpdateEndpoint", "known_graph_store"]

_PARTS = (4 << 20, 1 << 19)
"""Bytes of the parts in which a graph is sent that does not go at once: at first large ones. A
proxy often takes no more than 1 MB."""

_PARTS_OF_UPDATES = 1 << 17
"""Bytes of triples in one update: Virtuoso 7 and Oxigraph refuse updates of 1 MB."""

_TRIES = 3
_PAUSE = 0.5  # seconds before the second try, twice as much before the third

_SLOW = "give it more time with --timeout, or see the server's log"
_N_TRIPLES = "application/n-triples"
_UPDATE = "application/sparql-update"


class GraphWriter(Protocol):
    """A way to put graphs into a server."""

    @property
    def location(self) -> str:
        """Where graphs are sent to, for messages: a URL without credentials."""

    def replace(self, graph: str | None, path: Path) -> int:
        """Put what a file of N-Triples says in place of what a graph holds.

        Args:
            graph: the graph's IRI; None for the default graph.
            path: the file, without blank nodes.

        Returns in how many requests it was sent. Raises EndpointError where the server does not
        take it; a part of it may then be there.
        """


class GraphStore:
    """The graphs of a server, by the Graph Store Protocol.

    A graph is sent in one request, which most servers take whole or not at all. Where that fails
    for a reason that a smaller request may not have, it is sent in parts: the first in place of
    the graph, the others added to it.

    Args:
        url: the graph store; parameters in it are sent along.
        timeout: seconds that the server may be silent.

    Raises UsageError for a URL that is not http or https, or that holds credentials.

    >>> GraphStore("http://localhost:7878/store", timeout=60).location
    'http://localhost:7878/store'
    """

    def __init__(self, url: str, *, timeout: float) -> None:
        hints = {
            0: _SLOW,
            400: "the server does not take the data: see its log",
            404: "no graph store is there: name it with --graph-store, or use --update",
            405: "no graph store that may be written is there: see --graph-store and --update",
            413: "the server takes smaller requests only: raise its limit, or use --update",
        }
        self._connection = Connection(url, timeout=timeout, option="--graph-store", hints=hints)

    @property
    def location(self) -> str:
        """The URL of the graph store."""
        return self._connection.url

    def replace(self, graph: str | None, path: Path) -> int:
        """Put what a file of N-Triples says in place of what a graph holds; see GraphWriter."""
        size = path.stat().st_size
        limits = [None, *(limit for limit in _PARTS if limit < size)]
        for limit in limits[:-1]:
            try:
                return self._send(graph, path, limit)
            except EndpointError as error:
                if not _may_pass(error, smaller=True):
                    raise
        return self._send(graph, path, limits[-1])

    def download(self, graph: str | None, path: Path) -> RdfFormat:
        """Write what a graph of the server holds to a file, and return the file's format.

        Raises EndpointError where the server does not give it, with status 404 where it has no
        such graph; what came is not read here.
        """
        request = Request(self._address(graph), headers={"Accept": f"{_N_TRIPLES}, text/turtle"})
        kind = self._connection.download(request, path)
        format_ = RdfFormat.from_media_type(kind)
        if format_ is None:
            self._connection.fail(
                f"answered with {kind or 'no Content-Type'}, not with a graph: {head(path)!r:.200}",
                hint="no graph store is there: name it with --graph-store, or use --update",
            )
        return format_

    def _send(self, graph: str | None, path: Path, limit: int | None) -> int:
        if limit is None:
            with path.open("rb") as file:
                self._request("PUT", graph, file, path.stat().st_size)
            return 1
        method, count = "PUT", 0
        for part in _parts(path, limit):
            _again(partial(self._request, method, graph, part, len(part)))
            method, count = "POST", count + 1
        return count

    def _request(self, method: str, graph: str | None, body: IO[bytes] | bytes, size: int) -> None:
        # With its length: Virtuoso 7 answers 201 to a chunked body, and takes nothing of it.
        headers = {"Content-Type": _N_TRIPLES, "Content-Length": str(size)}
        address = self._address(graph)
        self._connection.send(Request(address, data=body, headers=headers, method=method))

    def _address(self, graph: str | None) -> str:
        parts = urlsplit(self._connection.url)
        which = "default" if graph is None else f"graph={quote(graph, safe='')}"
        query = f"{parts.query}&{which}" if parts.query else which
        return urlunsplit((parts.scheme, parts.netloc, parts.path, query, ""))


class UpdateEndpoint:
    """The graphs of a server, by updates.

    A small graph is dropped and filled in one update. A larger one is filled part after part in
    :data:`~regimenkg.terms.namespaces.STAGED_GRAPH`, and moved from there: whoever asks in the
    meantime, or after it broke off, finds what was there before.

    Args:
        url: where updates are posted; parameters in it are sent along.
        timeout: seconds that the server may be silent.

    Raises UsageError for a URL that is not http or https, or that holds credentials.
    """

    def __init__(self, url: str, *, timeout: float) -> None:
        hints = {
            0: _SLOW,
            400: "the server does not take the update: see its log",
            404: "no update endpoint is there: name it with --update, or use --graph-store",
            405: "no update endpoint is there: name it with --update, or use --graph-store",
        }
        self._connection = Connection(url, timeout=timeout, option="--update", hints=hints)

    @property
    def location(self) -> str:
        """The URL of the update endpoint."""
        return self._connection.url

    def replace(self, graph: str | None, path: Path) -> int:
        """Put what a file of N-Triples says in place of what a graph holds; see GraphWriter."""
        parts = _parts(path, _PARTS_OF_UPDATES)
        first, second = next(parts), next(parts, None)
        if second is None:
            _again(partial(self._update, f"{_dropping(graph)} ;\n{_inserting(first, graph)}"))
            return 1
        _again(partial(self._update, _dropping(STAGED_GRAPH)))
        count = 2
        for part in chain((first, second), parts):
            _again(partial(self._update, _inserting(part, STAGED_GRAPH)))
            count += 1
        # Not again where it is not known whether it was done: the second would move nothing there.
        self._update(f"MOVE {_place(STAGED_GRAPH)} TO {_place(graph)}")
        return count

    def _update(self, text: str) -> None:
        headers = {"Content-Type": _UPDATE}
        self._connection.send(Request(self.location, data=text.encode(), headers=headers))


def _place(graph: str | None) -> str:
    return "DEFAULT" if graph is None else f"GRAPH {NamedNode(graph)}"


def _dropping(graph: str | None) -> str:
    return f"DROP SILENT {_place(graph)}"


def _inserting(triples: bytes, graph: str | None) -> str:
    inner = triples.decode()
    if graph is not None:
        inner = f"{_place(graph)} {{\n{inner}}}"
    return f"INSERT DATA {{\n{inner}\n}}"


def known_graph_store(endpoint: str, *, timeout: float) -> str:
    """Where a server takes graphs, told by what it says that it is and by its query endpoint.

    Known are those that were tried: Oxigraph, and Virtuoso.

    Args:
        endpoint: the URL of its query endpoint.
        timeout: seconds that it may be silent.

    Raises EndpointError where it does not answer, and UsageError where it is another server.
    """
    connection = Connection(endpoint, timeout=timeout)
    asked = "&" if urlsplit(endpoint).query else "?"
    request = Request(
        f"{endpoint}{asked}query={quote('SELECT * { ?s ?p ?o } LIMIT 1')}",
        headers={"Accept": "application/sparql-results+json"},
    )
    with connection.answer(request) as response:
        server = response.headers.get("Server", "")
    parts = urlsplit(endpoint)
    folder, _, last = parts.path.rpartition("/")
    if server.startswith("Oxigraph/") and last == "query":
        last = "store"
    elif server.startswith("Virtuoso/") and last in ("sparql", "sparql-auth"):
        signed_in = Credentials().may_have_digest()  # which it takes at a path of its own
        last = "sparql-graph-crud-auth" if signed_in else "sparql-graph-crud"
    else:
        raise UsageError(
            f"where {endpoint} takes graphs is not known: "
            + (f"its server is {server}" if server else "it does not say what it is"),
            hint="name its graph store with --graph-store URL, or where it takes updates with"
            " --update URL; docs/how-to/publish-to-a-server.md says where products have them",
        )
    return urlunsplit((parts.scheme, parts.netloc, f"{folder}/{last}", "", ""))


def _parts(path: Path, limit: int) -> Iterator[bytes]:
    """The lines of a file in parts of about so many bytes; one, without any, of an empty file."""
    with path.open("rb") as file:
        yield b"".join(file.readlines(limit))
        while lines := file.readlines(limit):
            yield b"".join(lines)


def _again(send: Callable[[], None]) -> None:
    """Send a request, and once more where it failed for a reason that may pass."""
    for count in range(1, _TRIES):
        try:
            return send()
        except EndpointError as error:
            if not _may_pass(error):
                raise
            time.sleep(_PAUSE * count)
    return send()


def _may_pass(error: EndpointError, *, smaller: bool = False) -> bool:
    """Whether a request may pass when it is sent again, or a smaller one where that failed."""
    return error.status is None or error.status >= 500 or (smaller and error.status == 413)
