"""The SPARQL endpoint: SPARQL 1.1 Protocol, query operations only.

Source: https://www.w3.org/TR/sparql11-protocol/, section 2.1. An answer that the row cap cuts short
has the header ``X-Truncated: true``, which is sent before its first row. Where the time limit is
reached behind the first part of a long answer, a line that begins with ``#error:`` is the last
thing in the body, and the connection is closed without the end of the message.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import unquote_to_bytes

from regimenkg.web.endpoint.evaluation import Part, Request
from regimenkg.web.endpoint.guard import Refused
from regimenkg.web.endpoint.pool import Pool
from regimenkg.web.negotiation import GRAPHS, PAGE, RESULTS, Format, by_name, choose

__all__ = ["MOST_BYTES", "Broken", "Endpoint"]

MOST_BYTES = 1_000_000
"""The longest request body that is read."""

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

_CORS = [
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", b"X-Truncated, X-Row-Limit"),
]
_PREFLIGHT = [
    (b"access-control-allow-methods", b"GET, HEAD, POST, OPTIONS"),
    (b"access-control-allow-headers", b"Accept, Content-Type"),
    (b"access-control-max-age", b"86400"),
]
_TYPES = {found.name: found.content_type.encode() for found in (*RESULTS, *GRAPHS)}
_FORM = "application/x-www-form-urlencoded"
_READ_ONLY = "this server only reads: 'regimenkg load' is what changes a store"


_MOST_FIELDS = 1000
_STALL = 60.0  # seconds that a client may take to read a part of an answer


class Broken(Exception):
    """An answer that was begun and is broken off: the server closes the connection."""


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
        started = False
        try:
            if scope["method"] == "OPTIONS":
                await _respond(send, 204, [*_CORS, *_PREFLIGHT], b"")
                return
            request = await _request(scope, headers, accept, receive)
            if request is None:
                await self._describe(accept, head, send)
                return
            parts = self._pool.answer(request)
            async for part in parts:  # to its end: a generator that is left costs more than it
                if not started:
                    started = True
                    await self._begin(part, request, head, send)
                    if head:
                        await parts.aclose()
                    continue
                more = not part.last
                async with asyncio.timeout(_STALL):
                    await send({"type": "http.response.body", "body": part.data, "more_body": more})
        except TimeoutError:
            raise Broken("the client does not read") from None
        except Refused as error:
            if started:  # the status has been sent: say it in the body, and break off
                text = f"\n#error: {error.message}\n".encode()
                await send({"type": "http.response.body", "body": text, "more_body": True})
                raise Broken(error.message) from None
            await _refuse(error, accept, head, send)

    async def _begin(self, part: Part, request: Request, head: bool, send: Send) -> None:
        name = (request.graph if part.triples else request.rows) or ""
        headers = [(b"content-type", _TYPES[name]), (b"vary", b"Accept"), *_CORS]
        if part.cut:
            headers += [
                (b"x-truncated", b"true"),
                (b"x-row-limit", str(self._pool.most_rows).encode()),
            ]
        if part.last:
            await _respond(send, 200, headers, part.data, head)
            return
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        body = b"" if head else part.data
        await send({"type": "http.response.body", "body": body, "more_body": not head})

    async def _describe(self, accept: str, head: bool, send: Send) -> None:
        found = choose(accept, (*GRAPHS, PAGE))
        if found is PAGE:
            headers = [(b"location", b"/editor"), (b"vary", b"Accept"), *_CORS]
            await _respond(send, 303, headers, b"")
            return
        if found is None:
            raise Refused(
                406,
                "the description of this service is to be had as "
                + ", ".join(offered.media_type for offered in GRAPHS),
                hint="to ask something, give a query: /sparql?query=…",
            )
        headers = [(b"content-type", _TYPES[found.name]), (b"vary", b"Accept"), *_CORS]
        await _respond(send, 200, headers, self._description(found.name), head)


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
    if len(fields) > _MOST_FIELDS:
        raise Refused(400, f"there are over {_MOST_FIELDS} parameters", hint="one is 'query'")
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
    more = not (length.isdigit() and int(length) > MOST_BYTES)
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Refused(400, "the request ended early")
        body += message.get("body", b"")
        more = message.get("more_body", False) and len(body) <= MOST_BYTES
        if not more and len(body) <= MOST_BYTES:
            return bytes(body)
    raise Refused(413, f"the request has over {MOST_BYTES} bytes", hint="ask in several queries")


def _formats(name: str | None, accept: str) -> tuple[str | None, str | None]:
    """The names of the formats for rows and for triples; None for what is not acceptable."""
    if name is None:
        rows, graph = choose(accept, RESULTS), choose(accept, GRAPHS)
    else:
        rows, graph = by_name(name, RESULTS), by_name(name, GRAPHS)
        if rows is None and graph is None:
            offered = ", ".join(found.name for found in (*RESULTS, *GRAPHS))
            raise Refused(406, f"there is no format {name!r}", hint=f"one of {offered}")
    return _name(rows), _name(graph)


def _name(found: Format | None) -> str | None:
    return found.name if found else None


async def _refuse(error: Refused, accept: str, head: bool, send: Send) -> None:
    """Say what is wrong, as JSON (RFC 9457) to those who take it, else as text."""
    line, column = getattr(error, "line", None), getattr(error, "column", None)
    if "json" in accept:
        content: dict[str, Any] = {"title": error.message, "status": error.status}
        content |= {
            name: value
            for name, value in (("hint", error.hint), ("line", line), ("column", column))
            if value is not None
        }
        body, type_ = json.dumps(content).encode(), b"application/problem+json"
    else:
        text = f"error: {error.message}\n" + (f"hint: {error.hint}\n" if error.hint else "")
        body, type_ = text.encode(), b"text/plain; charset=utf-8"
    headers = [(b"content-type", type_), *_CORS]
    if error.status == 405:
        headers.append((b"allow", b"GET, HEAD, POST, OPTIONS"))
    await _respond(send, error.status, headers, body, head)


async def _respond(
    send: Send, status: int, headers: list[tuple[bytes, bytes]], body: bytes, head: bool = False
) -> None:
    if status != 204:
        headers = [*headers, (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if head else body})
