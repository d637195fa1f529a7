"""The SPARQL endpoint: SPARQL 1.1 Protocol, query operations only.

Source: https://www.w3.org/TR/sparql11-protocol/, section 2.1.
"""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from functools import partial
from typing import Any
from urllib.parse import unquote_to_bytes

from regimenkg.web.endpoint.evaluation import Request
from regimenkg.web.endpoint.guard import Refused
from regimenkg.web.endpoint.pool import Pool
from regimenkg.web.endpoint.responses import (
    CONTENT_TYPES,
    CORS,
    Receive,
    Send,
    answer,
    preflight,
    refuse,
    respond,
)
from regimenkg.web.negotiation import GRAPHS, PAGE, RESULTS, by_hint, choose

__all__ = ["MAX_BYTES", "Endpoint"]

MAX_BYTES = 1_000_000
"""The longest request body that is read."""

_MAX_FIELDS = 1000
_FORM = "application/x-www-form-urlencoded"
_READ_ONLY = "this server only reads: 'regimenkg load' is what changes a store"
_METHODS = "GET, HEAD, POST, OPTIONS"


class Endpoint:
    """An ASGI application that answers SPARQL queries.

    Args:
        pool: what answers them.
        description: the service description, asked for by a GET without a query, by format name.
    """

    def __init__(self, pool: Pool, description: Callable[[str], bytes]) -> None:
        self._pool = pool
        self._description = description

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        headers = {name: value for name, value in scope["headers"] if name in _READ}
        accept = headers.get(b"accept", b"").decode("latin-1")
        head = scope["method"] == "HEAD"
        try:
            if scope["method"] == "OPTIONS":
                await preflight(send, _METHODS)
                return
            request = await _request(scope, headers, accept, receive)
            if request is None:
                await self._describe(accept, head, send)
            else:
                await answer(self._pool, request, send, head=head)
        except Refused as error:
            allow = [(b"allow", _METHODS.encode())] if error.status == 405 else []
            await refuse(send, error, accept, head=head, headers=allow)

    async def _describe(self, accept: str, head: bool, send: Send) -> None:
        wanted = choose(accept, (*GRAPHS, PAGE))
        if wanted is PAGE:
            headers = [(b"location", b"/editor"), (b"vary", b"Accept"), *CORS]
            await respond(send, 303, headers, b"")
            return
        if wanted is None:
            raise Refused(
                406,
                "the description of this service is to be had as "
                + ", ".join(offered.media_type for offered in GRAPHS),
                hint="to ask something, give a query: /sparql?query=…",
            )
        body = await self._pool.run(partial(self._description, wanted.name))
        headers = [(b"content-type", CONTENT_TYPES[wanted.name]), (b"vary", b"Accept"), *CORS]
        await respond(send, 200, headers, body, head)


_READ = (b"accept", b"content-type", b"content-length")


async def _request(
    scope: MutableMapping[str, Any], headers: dict[bytes, bytes], accept: str, receive: Receive
) -> Request | None:
    """What a request asks, or None for one that asks nothing. Raises Refused."""
    method = scope["method"]
    in_url = _pairs(scope["query_string"])
    if method in ("GET", "HEAD"):
        pairs, query = in_url, None
    elif method == "POST":
        content_type = headers.get(b"content-type", b"").decode("latin-1")
        media_type, _, parameters = content_type.partition(";")
        media_type = media_type.strip().lower()
        if media_type == "application/sparql-update":
            raise Refused(403, "updates are not served", hint=_READ_ONLY)
        if media_type not in (_FORM, "application/sparql-query"):
            raise Refused(
                415,
                f"a POST of {media_type or 'no content type'} is not understood",
                hint=f"send a form ({_FORM}), or the query itself as application/sparql-query",
            )
        if "charset" in parameters.lower() and "utf-8" not in parameters.lower():
            raise Refused(415, "the request is not in UTF-8", hint="send it in UTF-8")
        body = await _body(headers, receive)
        if media_type == _FORM:
            pairs, query = _pairs(body) + in_url, None
        else:
            pairs, query = in_url, _decoded(body)
    else:
        raise Refused(405, f"{method} is not served", hint="GET and POST ask; " + _READ_ONLY)
    if any(name == "update" for name, _ in pairs):
        raise Refused(403, "updates are not served", hint=_READ_ONLY)
    queries = [value for name, value in pairs if name == "query"]
    if query is not None:
        queries.append(query)
    if len(queries) > 1:
        raise Refused(400, "more than one query was given", hint="give one")
    if not queries:
        if method == "POST":
            raise Refused(400, "the form has no field 'query'", hint="query=SELECT …")
        return None
    rows, graph = _formats(next((value for name, value in pairs if name == "format"), None), accept)
    return Request(
        queries[0],
        rows,
        graph,
        [value for name, value in pairs if name == "default-graph-uri"],
        [value for name, value in pairs if name == "named-graph-uri"],
    )


def _pairs(text: bytes) -> list[tuple[str, str]]:
    """The fields of a form or of the query of an address, decoded; raises Refused."""
    fields = text.replace(b"+", b" ").split(b"&") if text else []
    if len(fields) > _MAX_FIELDS:
        raise Refused(400, f"there are over {_MAX_FIELDS} parameters", hint="one is 'query'")
    pairs = [field.partition(b"=") for field in fields]
    try:
        return [
            (unquote_to_bytes(name).decode(), unquote_to_bytes(value).decode())
            for name, _, value in pairs
        ]
    except UnicodeDecodeError:
        raise Refused(400, "a parameter is not in UTF-8", hint="encode it as UTF-8") from None


def _decoded(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        raise Refused(400, "the query is not in UTF-8", hint="send it in UTF-8") from None


async def _body(headers: dict[bytes, bytes], receive: Receive) -> bytes:
    length = headers.get(b"content-length", b"0")
    body = bytearray()
    more = not (length.isdigit() and int(length) > MAX_BYTES)
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Refused(400, "the request ended early")
        body += message.get("body", b"")
        more = message.get("more_body", False) and len(body) <= MAX_BYTES
        if not more and len(body) <= MAX_BYTES:
            return bytes(body)
    raise Refused(413, f"the request has over {MAX_BYTES} bytes", hint="ask in several queries")


def _formats(hint: str | None, accept: str) -> tuple[str | None, str | None]:
    """The names of the formats for rows and for triples; None for what is not acceptable.

    The hint, ``format=``, says more than Accept for the kind of answer that it names a format of.
    """
    rows = (hint and by_hint(hint, RESULTS)) or choose(accept, RESULTS)
    graph = (hint and by_hint(hint, GRAPHS)) or choose(accept, GRAPHS)
    return rows and rows.name, graph and graph.name
