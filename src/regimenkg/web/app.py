"""The web application: which address is answered by what."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from functools import cache
from typing import Any
from zlib import crc32

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware

from regimenkg.resources import fingerprint
from regimenkg.sparql.backend import Backend
from regimenkg.web.endpoint import description
from regimenkg.web.endpoint.pool import Pool
from regimenkg.web.endpoint.protocol import Endpoint
from regimenkg.web.pages.site import Site

__all__ = ["application"]

ASGI = Callable[[MutableMapping[str, Any], Any, Any], Awaitable[None]]


def application(backend: Backend, pool: Pool, root: str) -> ASGI:
    """The ASGI application.

    Args:
        backend: the store, for what the pages themselves ask.
        pool: what answers the queries of clients.
        root: the address of the server, with a slash at its end.
    """

    @cache
    def described(format_: str) -> bytes:
        return description.written(description.service(backend, root + "sparql"), format_)

    endpoint = Endpoint(pool, described)
    site = _site(backend, pool, root)

    def answer(scope: MutableMapping[str, Any], receive: Any, send: Any) -> Awaitable[None]:
        # Queries are the many and small requests: they do not pass through routes and middleware.
        if scope["type"] == "http" and scope["path"] == "/sparql":
            return endpoint(scope, receive, send)
        return site(scope, receive, send)

    return answer


def _site(backend: Backend, pool: Pool, root: str) -> Starlette:
    """Everything but the endpoint."""
    middleware = [Middleware(Headers, tag=_tag(backend, pool.max_rows)), Middleware(GZipMiddleware)]
    site = Site(backend, pool, root)
    return Starlette(
        routes=site.routes(), middleware=middleware, exception_handlers=site.exception_handlers()
    )


def _tag(backend: Backend, max_rows: int) -> bytes:
    """What changes whenever an answer may: code and data, the store's generation, the row cap."""
    text = f"{fingerprint()}-{backend.location}-{getattr(backend, 'meta', None)}-{max_rows}"
    return f'W/"{crc32(text.encode()):08x}"'.encode()


class Headers:
    """Adds to every page its ETag, and what keeps a browser from asking anyone else.

    The store does not change while the server runs, so one tag does for all of it; a client that
    sends it back is answered with 304 before anything is computed.
    """

    def __init__(self, app: ASGI, tag: bytes) -> None:
        self._app = app
        self._tag = tag

    async def __call__(self, scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        fresh = [(b"etag", self._tag), (b"cache-control", b"no-cache")]
        known = dict(scope["headers"]).get(b"if-none-match", b"")
        if self._tag in known and scope["method"] in ("GET", "HEAD"):
            headers = [*fresh, *_SAFE, (b"vary", b"Accept")]
            await send({"type": "http.response.start", "status": 304, "headers": headers})
            await send({"type": "http.response.body", "body": b""})
            return

        async def send_with(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                tagged = fresh if message["status"] == 200 else []
                given = {name for name, _ in message["headers"]}
                safe = [pair for pair in _SAFE if pair[0] not in given]
                message["headers"] = [*message["headers"], *safe, *tagged]
            await send(message)

        await self._app(scope, receive, send_with)


_SAFE = [
    (b"content-security-policy", b"default-src 'self'; base-uri 'none'; frame-ancestors 'none'"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
]
