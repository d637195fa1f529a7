"""The web application: which address is answered by what."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from contextlib import asynccontextmanager
from functools import cache
from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware

from regimenkg.backend import Backend
from regimenkg.web import description
from regimenkg.web.pool import Pool
from regimenkg.web.site import Site
from regimenkg.web.sparql import Endpoint

__all__ = ["application"]

ASGI = Callable[[MutableMapping[str, Any], Any, Any], Awaitable[None]]


def application(backend: Backend, pool: Pool, root: str) -> ASGI:
    """The ASGI application.

    Args:
        backend: the store, for what the pages themselves ask.
        pool: the worker processes, for what clients ask.
        root: the address of the server, with a slash at its end.
    """

    @cache
    def described(format_: str) -> bytes:
        return description.written(description.service(backend, root + "sparql"), format_)

    endpoint = Endpoint(pool, described)
    site = _site(backend, pool, root)

    async def answer(scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        # Queries are the many and small requests: they do not pass through routes and middleware.
        if scope["type"] == "http" and scope["path"] == "/sparql":
            await endpoint(scope, receive, send)
        else:
            await site(scope, receive, send)

    return answer


def _site(backend: Backend, pool: Pool, root: str) -> Starlette:
    """Everything but the endpoint."""

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        await pool.start()
        try:
            yield
        finally:
            pool.stop()

    middleware = [Middleware(GZipMiddleware), Middleware(Headers)]
    return Starlette(routes=Site(backend, root).routes(), lifespan=lifespan, middleware=middleware)


class Headers:
    """Adds to every page what keeps a browser from asking anyone else."""

    def __init__(self, app: ASGI) -> None:
        self._app = app

    async def __call__(self, scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        async def send_with(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *_SAFE]
            await send(message)

        await self._app(scope, receive, send_with)


_SAFE = [
    (b"content-security-policy", b"default-src 'self'; base-uri 'none'; frame-ancestors 'none'"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
]
