"""The web application: which address is answered by what."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from contextlib import asynccontextmanager
from functools import cache
from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from regimenkg.backend import Backend
from regimenkg.web import description
from regimenkg.web.negotiation import GRAPHS, choose
from regimenkg.web.pool import Pool
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

    @cache
    def graph(name: str, format_: str) -> bytes:
        void = name == "void"
        triples = description.void(backend, root) if void else description.examples(root)
        return description.written(triples, format_)

    def described(name: str) -> Callable[[Request], Response]:
        def respond(request: Request) -> Response:
            found = choose(request.headers.get("accept", ""), GRAPHS) or GRAPHS[0]
            return Response(
                graph(name, found.name),
                media_type=found.content_type,
                headers={"Vary": "Accept", "Access-Control-Allow-Origin": "*"},
            )

        return respond

    routes = [
        Route("/health", lambda _: PlainTextResponse("ok\n")),
        Route("/.well-known/void", described("void")),
        Route("/.well-known/sparql-examples", described("examples")),
    ]
    return Starlette(routes=routes, lifespan=lifespan, middleware=[Middleware(GZipMiddleware)])
