"""A remote SPARQL 1.1 endpoint, through SPARQLWrapper: the same answers as the embedded store.

Credentials come from the environment alone: ``REGIMENKG_ENDPOINT_TOKEN`` (sent as a bearer
token), or ``REGIMENKG_ENDPOINT_USER`` and ``REGIMENKG_ENDPOINT_PASSWORD`` (HTTP basic).
"""

from __future__ import annotations

import http.client
import json
import os
import re
import socket
import ssl
import time
import urllib.error
import urllib.request
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NoReturn
from urllib.parse import parse_qsl, urlsplit, urlunsplit

from pyoxigraph import (
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    parse,
    parse_query_results,
)

from regimenkg.errors import EndpointError, UsageError
from regimenkg.sparql.answers import Answer, Solutions, Triples
from regimenkg.sparql.explain import query_form

if TYPE_CHECKING:
    from SPARQLWrapper import SPARQLWrapper

TIMEOUT = 60.0
"""Seconds that an endpoint has for its whole answer, unless the caller says otherwise."""

_LONG_QUERY = 1500  # characters; longer ones are posted, since servers limit the length of a URL
_CHUNK = 1 << 16  # bytes
_SHOWN = 500  # characters of a server's message that are shown

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
        self._url = url
        self._timeout = timeout
        if re.search(r"[\x00-\x20\x7f<>\"]", url):
            raise UsageError(
                f"{url!r} is not a URL: it holds a character to be escaped", hint=_EXAMPLE
            )
        try:
            parts = urlsplit(url)
            host, user = parts.hostname, parts.username or parts.password
            parts.port  # noqa: B018  (raises for a port that is not a number)
        except ValueError as error:
            raise UsageError(f"{url!r} is not a URL: {error}", hint=_EXAMPLE) from error
        if user is not None:
            raise UsageError(
                "the endpoint's URL holds credentials, which others can see there",
                hint="put them in REGIMENKG_ENDPOINT_USER and REGIMENKG_ENDPOINT_PASSWORD",
            )
        if parts.scheme not in {"http", "https"} or not host:
            raise UsageError(f"{url!r} is not an http or https URL", hint=_EXAMPLE)
        self._base = urlunsplit((parts.scheme, parts.netloc, parts.path, "", ""))
        self._parameters = parse_qsl(parts.query, keep_blank_values=True)

    @property
    def location(self) -> str:
        """The endpoint's URL."""
        return self._url

    def query(self, text: str) -> Answer:
        """Answer a query; the whole answer is read before this returns.

        Raises QuerySyntaxError for a text that is not a query of any form, and EndpointError
        where the endpoint cannot be reached in time, refuses, or answers with something else
        than results.
        """
        form = query_form(text)
        is_graph = form in {"CONSTRUCT", "DESCRIBE"}
        media_type, body = self._ask(text, _GRAPH if is_graph else _RESULTS)
        if is_graph:
            return self._triples(media_type, body)
        answer = self._results(media_type, body)
        if isinstance(answer, bool) != (form == "ASK"):
            self._fail(
                f"answered the {form} query with {'a truth value' if form != 'ASK' else 'rows'}",
                hint="is something between this program and the endpoint?",
            )
        return answer

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
        token = os.environ.get("REGIMENKG_ENDPOINT_TOKEN")
        user = os.environ.get("REGIMENKG_ENDPOINT_USER")
        if token:
            client.addCustomHttpHeader("Authorization", f"Bearer {token}")
        elif user:
            client.setCredentials(user, os.environ.get("REGIMENKG_ENDPOINT_PASSWORD", ""))
        return client

    def _ask(self, text: str, accept: str) -> tuple[str, bytes]:
        """Send a query; returns the answer's media type and body."""
        # SPARQLWrapper would follow redirects, and send the credentials along to any host
        request = self._client(text, accept)._createRequest()
        opener = urllib.request.build_opener(_NoRedirect)
        end = time.monotonic() + self._timeout
        try:
            with opener.open(request, timeout=self._timeout) as response:
                body = self._read(response, end)
                media_type = response.headers.get("Content-Type", "")
        except urllib.error.HTTPError as error:
            self._refused(error)
        except (OSError, http.client.HTTPException) as error:
            self._unreachable(error)
        media_type = media_type.partition(";")[0].strip().lower()
        if media_type in {"text/html", "application/xhtml+xml"}:
            self._fail(
                "answered with an HTML page, not with SPARQL results",
                hint="name the query endpoint, often …/sparql or …/query, not a page for people",
            )
        return media_type, body

    def _read(self, response: http.client.HTTPResponse, end: float) -> bytes:
        """Read a body to its end; the time limit is for all of it, not for each piece."""
        pieces = []
        while piece := response.read(_CHUNK):
            pieces.append(piece)
            if time.monotonic() > end:
                raise TimeoutError
        if response.length:  # what is still to come of the length that was announced
            raise http.client.IncompleteRead(b"", response.length)
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

    def _fail(self, what: str, *, hint: str, status: int | None = None) -> NoReturn:
        raise EndpointError(f"{self._url} {what}", url=self._url, status=status, hint=hint)

    def _unknown(self, media_type: str, body: bytes) -> NoReturn:
        came = media_type or "no Content-Type"
        self._fail(
            f"answered with {came}, not with SPARQL results: {_shown(body)}",
            hint="name a SPARQL 1.1 query endpoint, often …/sparql or …/query",
        )

    def _malformed(self, media_type: str, body: bytes, problem: str) -> NoReturn:
        self._fail(
            f"answered with {media_type} that cannot be read ({problem}): {_shown(body)}",
            hint="the answer may have been cut off by the server's own time limit: ask for less",
        )

    def _unreachable(self, error: Exception) -> NoReturn:
        reason: Any = getattr(error, "reason", error)
        if isinstance(reason, TimeoutError):
            self._fail(
                f"did not answer within {self._timeout:g} s",
                hint="ask for less, for example with a LIMIT, or give more time with --timeout",
            )
        if isinstance(reason, ConnectionRefusedError):
            self._fail(
                "refused the connection",
                hint="is the server running, and the port right?",
            )
        if isinstance(reason, socket.gaierror):
            host = urlsplit(self._url).hostname
            self._fail(
                f"cannot be found: no address for the host {host}",
                hint="check the host's name and the network",
            )
        if isinstance(reason, ssl.SSLError):
            self._fail(
                f"has no usable TLS connection: {getattr(reason, 'reason', None) or reason}",
                hint="check the certificate, and whether the URL should be http or https",
            )
        if isinstance(error, http.client.IncompleteRead | ConnectionError):
            self._fail(
                "broke off its answer",
                hint="the server may have hit its own time limit or crashed: ask for less",
            )
        self._fail(
            f"cannot be reached: {reason or type(error).__name__}",
            hint="check the URL, the network and the proxy settings",
        )

    def _refused(self, error: urllib.error.HTTPError) -> NoReturn:
        status = error.code
        try:
            message = _shown(error.read(_CHUNK))
        except (OSError, http.client.HTTPException):
            message = ""
        said = f": {message}" if message else ""
        if 300 <= status < 400:
            target = error.headers.get("Location", "")
            self._fail(
                f"redirects ({status}) to {target or 'nowhere'}",
                status=status,
                hint=f"if you trust it, use --endpoint {target}" if target else "check the URL",
            )
        if status in {401, 403}:
            self._fail(
                f"refuses access ({status}){said}",
                status=status,
                hint="set REGIMENKG_ENDPOINT_USER and REGIMENKG_ENDPOINT_PASSWORD, or "
                "REGIMENKG_ENDPOINT_TOKEN, in the environment",
            )
        hints = {
            400: "the server does not take the query: check its syntax and that it is standard",
            404: "nothing is there: check the path, often /sparql or /query",
            405: "this is not a query endpoint: check the path, often /sparql or /query",
            406: "the server has no format that this program reads",
            429: "too many requests: wait and try again",
        }
        hint = hints.get(status, "check the URL")
        if status >= 500:
            hint = "the server failed: try again later, ask for less, or see the server's log"
        self._fail(f"answered with HTTP status {status}{said}", status=status, hint=hint)


_EXAMPLE = "an example: --endpoint http://localhost:7878/query"


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Turns every redirect into an HTTPError."""

    def redirect_request(self, *_: object, **__: object) -> None:
        return None


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


def _shown(body: bytes) -> str:
    """The beginning of a server's message as one line: its title, if it is HTML."""
    text = body.decode("utf-8", "replace").strip()
    if text.startswith("{"):
        with suppress(ValueError, AttributeError):
            text = str(json.loads(text).get("message", text))
    if text.startswith("<"):
        title = re.search(r"<title[^>]*>(.*?)</title>", text, re.IGNORECASE | re.DOTALL)
        text = title[1] if title else "an HTML page"
    text = re.sub(r"[\x00-\x1f\x7f]+", " ", text)
    return text if len(text) <= _SHOWN else text[:_SHOWN] + " …"
