"""A remote SPARQL 1.1 endpoint, through SPARQLWrapper: the same answers as the embedded store.

:mod:`regimenkg.sparql.credentials` says where the credentials come from.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, NoReturn
from urllib.parse import parse_qsl, urlsplit, urlunsplit

from pyoxigraph import (
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    parse,
    parse_query_results,
)

from regimenkg.sparql.answers import Answer, Solutions, Triples
from regimenkg.sparql.explain import query_form
from regimenkg.sparql.http import (
    CHUNK,
    Connection,
    check_complete,
    head,
    media_type,
    shown,
)

if TYPE_CHECKING:
    from http.client import HTTPResponse
    from pathlib import Path

    from SPARQLWrapper import SPARQLWrapper

TIMEOUT = 60.0
"""Seconds that an endpoint has for its whole answer, unless the caller says otherwise."""

_LONG_QUERY = 1500  # characters; longer ones are posted, since servers limit the length of a URL

_RESULTS = "application/sparql-results+json, application/sparql-results+xml;q=0.5"
_GRAPH = "application/n-triples, text/turtle;q=0.8, application/rdf+xml;q=0.5"


class RemoteEndpoint:
    """A backend that sends each query to a SPARQL endpoint.

    Args:
        url: the query endpoint, http or https; parameters in it are sent along.
        timeout: seconds for the whole answer.

    Raises UsageError for a URL that is not http or https, or that holds credentials.

    >>> RemoteEndpoint("http://localhost:7878/query").location
    'http://localhost:7878/query'
    """

    def __init__(self, url: str, *, timeout: float = TIMEOUT) -> None:
        self._connection = Connection(url, timeout=timeout)
        self._timeout = timeout
        parts = urlsplit(url)
        self._base = urlunsplit((parts.scheme, parts.netloc, parts.path, "", ""))
        self._parameters = parse_qsl(parts.query, keep_blank_values=True)

    @property
    def location(self) -> str:
        """The endpoint's URL."""
        return self._connection.url

    def query(self, text: str) -> Answer:
        """Answer a query; the whole answer is read before this returns.

        Raises QuerySyntaxError for a text that is not a query of any form, and EndpointError
        where the endpoint cannot be reached in time, refuses, or answers with something else
        than results.
        """
        form = query_form(text)
        is_graph = form in {"CONSTRUCT", "DESCRIBE"}
        kind, body = self._ask(text, _GRAPH if is_graph else _RESULTS)
        if is_graph:
            return self._triples(kind, body)
        answer = self._results(kind, body)
        if isinstance(answer, bool) != (form == "ASK"):
            self._connection.fail(
                f"answered the {form} query with {'a truth value' if form != 'ASK' else 'rows'}",
                hint="is something between this program and the endpoint?",
            )
        return answer

    def download(self, text: str, path: Path) -> RdfFormat:
        """Write the answer to a CONSTRUCT query to a file, as it comes, and return its format.

        The time limit is for each piece of it. Raises EndpointError as :meth:`query` does; what
        came is not read here.
        """
        kind = self._connection.download(self._client(text, _GRAPH)._createRequest(), path)
        return RdfFormat.from_media_type(kind) or self._unknown(kind, head(path))

    # Sending

    def _client(self, text: str, accept: str) -> SPARQLWrapper:
        from SPARQLWrapper import GET, POST, SPARQLWrapper

        client = SPARQLWrapper(self._base)
        client.setOnlyConneg(True)  # Accept alone says what is wanted
        client.setMethod(POST if len(text) > _LONG_QUERY else GET)
        for name, value in self._parameters:
            client.addParameter(name, value)
        client.setQuery(text)
        client.queryType = query_form(text)  # its own guess takes a word of a comment for the form
        client.addCustomHttpHeader("Accept", accept)
        return client

    def _ask(self, text: str, accept: str) -> tuple[str, bytes]:
        """Send a query; returns the answer's media type and body."""
        # SPARQLWrapper would follow redirects, and send the credentials along to any host
        request = self._client(text, accept)._createRequest()
        end = time.monotonic() + self._timeout
        with self._connection.answer(request) as response:
            body = self._read(response, end)
            kind = media_type(response)
        if kind in {"text/html", "application/xhtml+xml"}:
            self._connection.fail(
                "answered with an HTML page, not with SPARQL results",
                hint="name the query endpoint, often …/sparql or …/query, not a page for people",
            )
        return kind, body

    def _read(self, response: HTTPResponse, end: float) -> bytes:
        """Read a body to its end; the time limit is for all of it, not for each piece."""
        pieces = []
        while piece := response.read(CHUNK):
            pieces.append(piece)
            if time.monotonic() > end:
                raise TimeoutError
        check_complete(response)
        return b"".join(pieces)

    # Reading

    def _results(self, media_type: str, body: bytes) -> Solutions | bool:
        format_ = QueryResultsFormat.from_media_type(media_type)
        if format_ is None and media_type in {"application/json", "text/json"}:
            format_ = QueryResultsFormat.JSON
        if format_ is None or format_ == QueryResultsFormat.CSV:
            self._unknown(media_type, body)
        answer = _read_results(body, format_)
        if isinstance(answer, str):
            self._malformed(media_type, body, answer)
        return answer

    def _triples(self, media_type: str, body: bytes) -> Triples:
        format_ = RdfFormat.from_media_type(media_type)
        if format_ is None:
            self._unknown(media_type, body)
        answer = _read_triples(body, format_, self._base)
        if isinstance(answer, str):
            self._malformed(media_type, body, answer)
        return answer

    # Failing

    def _unknown(self, media_type: str, body: bytes) -> NoReturn:
        came = media_type or "no Content-Type"
        self._connection.fail(
            f"answered with {came}, not with SPARQL results: {shown(body)}",
            hint="name a SPARQL 1.1 query endpoint, often …/sparql or …/query",
        )

    def _malformed(self, media_type: str, body: bytes, problem: str) -> NoReturn:
        self._connection.fail(
            f"answered with {media_type} that cannot be read ({problem}): {shown(body)}",
            hint="the answer may have been cut off by the server's own time limit: ask for less",
        )


# The engine's readers may not be dropped by another thread than made them, so that no traceback
# may hold one: the two functions below return a problem instead of raising it.


def _read_results(body: bytes, format_: QueryResultsFormat) -> Solutions | bool | str:
    """Read a result set to its end; returns what is wrong with it as text."""
    try:
        found = parse_query_results(body, format_)
        if not isinstance(found, QuerySolutions):
            return bool(found)
        names = tuple(variable.value for variable in found.variables)
        return Solutions(names, [tuple(solution) for solution in found])
    except (SyntaxError, ValueError) as error:
        return str(error)


def _read_triples(body: bytes, format_: RdfFormat, base: str) -> Triples | str:
    """Read a graph to its end; returns what is wrong with it as text."""
    try:
        return Triples([quad.triple for quad in parse(body, format_, base_iri=base)])
    except (SyntaxError, ValueError) as error:
        return str(error)
