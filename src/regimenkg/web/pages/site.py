"""The site: what stands at which address, the frame of its pages, how it tells what is wrong."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from functools import cache, partial
from typing import Any
from urllib.parse import quote

import pyoxigraph as ox
from jinja2 import Environment, PackageLoader, select_autoescape
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from regimenkg.catalog.cache import catalog
from regimenkg.errors import RegimenKGError
from regimenkg.resources import data_version
from regimenkg.sparql.backend import Backend
from regimenkg.web.endpoint import description
from regimenkg.web.endpoint.guard import Refused
from regimenkg.web.endpoint.pool import Pool
from regimenkg.web.endpoint.responses import problem
from regimenkg.web.negotiation import ANYWHERE, GRAPHS, choose, for_person, in_format
from regimenkg.web.pages import yasgui
from regimenkg.web.pages.editor import Editor
from regimenkg.web.pages.model import ModelPage
from regimenkg.web.pages.openapi import document
from regimenkg.web.pages.queries import QueryPages
from regimenkg.web.pages.resolving import ResolvePage
from regimenkg.web.pages.thing_pages import ThingPages
from regimenkg.web.pages.twins import Twins

__all__ = ["Site"]

_ERROR_TITLES = {404: "Not found", 503: "Busy", 504: "Stopped"}

_Handler = Callable[[Request], Response]


class Site:
    """The site over a store.

    Args:
        backend: the store.
        pool: the threads in which the store is asked.
        root: the address of the server, with a slash at its end.
    """

    def __init__(self, backend: Backend, pool: Pool, root: str) -> None:
        self._backend = backend
        self._pool = pool
        self._root = root
        self._templates = Environment(
            loader=PackageLoader("regimenkg.web"),
            autoescape=select_autoescape(),
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.globals.update(root=root, data_version=data_version())
        self._editor = Editor(backend, pool, self._page)
        self._queries = QueryPages(backend, self._page, pool.max_rows)
        self._things = ThingPages(backend, self._page, self._wrong, pool.max_rows)
        self._model = ModelPage(backend, self._page)
        self._resolve = ResolvePage(backend, pool, self._page)

    def routes(self) -> list[Route | Mount]:
        """The routes, in the order in which they are tried."""
        from importlib.resources import files

        static = StaticFiles(directory=str(files("regimenkg.web") / "static"))
        asking, things = self._asking, self._things
        return [
            Route("/", asking(things.home)),
            Route("/health", lambda _: PlainTextResponse("ok\n")),
            Route(
                "/.well-known/void",
                asking(self._described(lambda: description.void(self._backend, self._root))),
            ),
            Route(
                "/.well-known/sparql-examples",
                asking(self._described(lambda: description.examples(self._backend, self._root))),
            ),
            Route("/search", asking(things.search)),
            Route("/resolve", self._resolve.__call__, methods=["GET", "POST", "OPTIONS"]),
            Route("/compare", asking(things.compare)),
            Route("/editor", self._editor.show),
            Route("/editor/terms.json", asking(self._editor.terms)),
            Route("/editor/examples/{name}", self._editor.example),
            *yasgui.routes(self._page),
            Route("/openapi.json", self.openapi),
            Route("/queries", self._queries.all),
            Route("/queries/{name}.{ending}", Twins(self._backend, self._pool)),
            Route("/queries/{name}", asking(self._queries.one)),
            Route("/vocab", self.vocabulary),
            Route("/model", asking(self._model.show)),
            Mount("/static", static),
            Route("/{path:path}/", self.without_slash, methods=["GET", "POST"]),
            Route("/citation/doi/{doi:path}", asking(things.citation)),
            Route("/{kind}", asking(things.kind)),
            Route("/{path:path}", asking(things.thing)),
        ]

    def exception_handlers(self) -> Mapping[Any, Any]:
        """How what went wrong is told, by the class of its exception."""
        return {RegimenKGError: self._failed, HTTPException: self._failed}

    def _asking(self, handler: _Handler) -> Callable[[Request], Awaitable[Response]]:
        """A handler that asks the store: in the pool, all of it within the limit of a query."""

        async def handle(request: Request) -> Response:
            return await self._pool.run(partial(handler, request))

        return handle

    def _failed(self, request: Request, error: Exception) -> Response:
        if isinstance(error, HTTPException):
            refused = Refused(error.status_code, error.detail.lower())
            return self._wrong(request, refused, headers=error.headers)
        if isinstance(error, Refused):
            return self._wrong(request, error)
        assert isinstance(error, RegimenKGError)
        return self._wrong(request, Refused(500, error.message, hint=error.hint))

    def _wrong(
        self,
        request: Request,
        error: Refused,
        page: Callable[[], Response] | None = None,
        *,
        headers: Mapping[str, str] | None = None,
    ) -> Response:
        """What is wrong: as a page to browsers, else as programs are told it everywhere.

        Args:
            request: what was asked.
            error: what is wrong.
            page: makes the page, where it is not the usual one.
            headers: headers of the response.
        """
        accept = request.headers.get("accept", "")
        if for_person(accept):
            if page is not None:
                return page()
            text = " ".join(map(_sentence, filter(None, (error.message, error.hint))))
            title = _ERROR_TITLES.get(error.status, "No answer")
            response: Response = self._page("message.html", error.status, title=title, text=text)
        else:
            media_type, body = problem(error, accept)
            response = Response(body, error.status, {"Content-Type": media_type, **ANYWHERE})
        response.headers.update({"Vary": "Accept", **(headers or {})})
        return response

    def without_slash(self, request: Request) -> Response:
        """The address without the slash at its end, which is where the thing is."""
        # Behind one slash, and with no backslash: never the address of another server.
        path = "/" + quote(request.scope["path"].strip("/"), safe="/:.-_~()@!$&'*+,;=")
        query = request.url.query
        headers = {"Location": path + ("?" + query if query else ""), **ANYWHERE}
        return Response(status_code=308, headers=headers)

    def _page(self, template: str, status: int = 200, **content: Any) -> HTMLResponse:
        return HTMLResponse(self._templates.get_template(template).render(content), status)

    def _described(self, triples: Callable[[], list[ox.Triple]]) -> Callable[[Request], Response]:
        @cache
        def written(format_: str) -> bytes:
            return description.written(triples(), format_)

        def respond(request: Request) -> Response:
            format_ = choose(request.headers.get("accept", ""), GRAPHS) or GRAPHS[0]
            return in_format(written(format_.name), format_)

        return respond

    def vocabulary(self, request: Request) -> Response:
        """The ontology."""
        from regimenkg.resources import directory

        text = (directory("ontology") / "regimenkg.ttl").read_bytes()
        return in_format(text, GRAPHS[0])

    def openapi(self, request: Request) -> Response:
        """The addresses for programs, as OpenAPI."""
        return JSONResponse(document(catalog().values(), self._root), headers=ANYWHERE)


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "?")) else ".")
