"""How an answer or a refusal is sent: by the endpoint, and by the canned queries' addresses.

An answer that the row cap cuts short has the header ``X-Truncated: true``, which is sent before its
first row. Where the time limit is reached behind the first part of a long answer, a line that
begins with ``#error:`` is the last thing in the body, and the connection is closed without the end
of the message.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from typing import Any

from regimenkg.web.endpoint.evaluation import Part, Request
from regimenkg.web.endpoint.guard import Refused
from regimenkg.web.endpoint.pool import Pool
from regimenkg.web.negotiation import GRAPHS, RESULTS

__all__ = [
    "CONTENT_TYPES",
    "CORS",
    "BrokenOff",
    "Header",
    "Message",
    "Receive",
    "Send",
    "answer",
    "preflight",
    "problem",
    "refuse",
    "respond",
]

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Header = tuple[bytes, bytes]

CORS: tuple[Header, ...] = (
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", b"X-Truncated, X-Row-Limit, X-Default-Parameters, X-Note"),
)
"""Pages of other servers may read what is answered."""

CONTENT_TYPES = {offered.name: offered.content_type.encode() for offered in (*RESULTS, *GRAPHS)}
"""The Content-Type of every format, by its short name."""

_STALL = 60.0  # seconds that a client may take to read a part of an answer


class BrokenOff(Exception):
    """An answer that was begun and is broken off: the server closes the connection."""


async def answer(
    pool: Pool, request: Request, send: Send, *, head: bool, headers: Sequence[Header] = ()
) -> None:
    """Send the answer to a query, with headers of its own.

    Raises Refused where there is none, and BrokenOff where it ends before its end.
    """
    started = False
    try:
        parts = pool.answer(request)
        async for part in parts:  # to its end: a generator that is left costs more than it
            if not started:
                started = True
                await _begin(pool, part, request, send, head, headers)
                if head:
                    await parts.aclose()
                continue
            more = not part.last
            async with asyncio.timeout(_STALL):
                await send({"type": "http.response.body", "body": part.data, "more_body": more})
    except TimeoutError:
        raise BrokenOff("the client does not read") from None
    except Refused as error:
        if not started:
            raise
        text = f"\n#error: {error.message}\n".encode()
        await send({"type": "http.response.body", "body": text, "more_body": True})
        raise BrokenOff(error.message) from None


async def _begin(
    pool: Pool, part: Part, request: Request, send: Send, head: bool, own: Sequence[Header]
) -> None:
    name = (request.graph if part.triples else request.rows) or ""
    headers = [(b"content-type", CONTENT_TYPES[name]), (b"vary", b"Accept"), *CORS, *own]
    if part.cut:
        limit = str(pool.max_rows).encode()
        headers += [(b"x-truncated", b"true"), (b"x-row-limit", limit)]
    if part.last:
        await respond(send, 200, headers, part.data, head)
        return
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    body = b"" if head else part.data
    await send({"type": "http.response.body", "body": body, "more_body": not head})


async def preflight(send: Send, methods: str) -> None:
    """Answer OPTIONS: which methods pages of other servers may use."""
    headers = [
        (b"access-control-allow-methods", methods.encode()),
        (b"access-control-allow-headers", b"Accept, Content-Type"),
        (b"access-control-max-age", b"86400"),
    ]
    await respond(send, 204, [*CORS, *headers], b"")


async def refuse(
    send: Send, error: Refused, accept: str, *, head: bool, headers: Sequence[Header] = ()
) -> None:
    """Send what is wrong, as :func:`problem` has it."""
    media_type, body = problem(error, accept)
    own = [(b"content-type", media_type.encode()), (b"vary", b"Accept"), *CORS, *headers]
    await respond(send, error.status, own, body, head)


def problem(error: Refused, accept: str) -> tuple[str, bytes]:
    """What is wrong, as JSON (RFC 9457) to those who take it, else as text: its type and body.

    >>> problem(Refused(406, "no such format", hint="csv"), "text/html")
    ('text/plain; charset=utf-8', b'error: no such format\\nhint: csv\\n')
    >>> problem(Refused(406, "no such format"), "application/json")
    ('application/problem+json', b'{"title": "no such format", "status": 406}')
    """
    if "json" not in accept:
        text = f"error: {error.message}\n" + (f"hint: {error.hint}\n" if error.hint else "")
        return "text/plain; charset=utf-8", text.encode()
    details = {
        "hint": error.hint,
        "line": getattr(error, "line", None),
        "column": getattr(error, "column", None),
    }
    content: dict[str, Any] = {"title": error.message, "status": error.status}
    content |= {name: value for name, value in details.items() if value is not None}
    return "application/problem+json", json.dumps(content).encode()


async def respond(
    send: Send, status: int, headers: Sequence[Header], body: bytes, head: bool = False
) -> None:
    """Send a response that is there as a whole."""
    if status != 204:
        headers = [*headers, (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": list(headers)})
    await send({"type": "http.response.body", "body": b"" if head else body})
