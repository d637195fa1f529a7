"""The pages: every thing, every canned query, search; each with its twins for programs."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import suppress
from functools import cache, partial
from typing import Any
from urllib.parse import quote

import pyoxigraph as ox
from jinja2 import Environment, PackageLoader, select_autoescape
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import (
    HTMLResponse,
    JSONResponse,
    PlainTextResponse,
    RedirectResponse,
    Response,
)
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from regimenkg.catalog.cache import catalog
from regimenkg.errors import ParameterError, RegimenKGError
from regimenkg.formats.rows import readable
from regimenkg.records.cells import link
from regimenkg.records.pages import kind_of
from regimenkg.resources import data_version
from regimenkg.sparql.answers import Solutions
from regimenkg.sparql.backend import Backend, select
from regimenkg.terms.namespaces import PREFIXES, RKD
from regimenkg.things.lookup import find_things
from regimenkg.things.search import Hit, search
from regimenkg.web.capped import CappedBackend
from regimenkg.web.endpoint import description
from regimenkg.web.endpoint.guard import Refused
from regimenkg.web.endpoint.pool import Pool
from regimenkg.web.endpoint.responses import problem
from regimenkg.web.negotiation import GRAPHS, PAGE, Format, by_name, choose, for_person
from regimenkg.web.pages import yasgui
from regimenkg.web.pages.compare import MAX_REGIMENS, comparison
from regimenkg.web.pages.editor import Editor
from regimenkg.web.pages.model import ModelPage
from regimenkg.web.pages.openapi import document
from regimenkg.web.pages.queries import QueryPages
from regimenkg.web.pages.things import labels_of_kind, thing_page, thing_record
from regimenkg.web.pages.twins import Twins
from regimenkg.web.tables import table_of

__all__ = ["Site"]

_MAX_NEAR = 8
_MAX_FOUND = 100
_ENDINGS = {"ttl": "turtle", "nt": "nt", "jsonld": "jsonld", "rdf": "rdfxml", "html": "html"}
_TITLES = {"regimen": "Regimens", "drug": "Drugs", "toxicity": "Toxicities", "trial": "Trials"}
_CORS = {"Access-Control-Allow-Origin": "*"}
_ERROR_TITLES = {404: "Not found", 503: "Busy", 504: "Stopped"}

_Handler = Callable[[Request], Response]


class Card(dict[str, str]):
    """A link with a note, as templates take it."""


class Site:
    """The pages over a store.

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
        self._model = ModelPage(backend, self._page)

    def routes(self) -> list[Route | Mount]:
        """The routes, in the order in which they are tried."""
        from importlib.resources import files

        static = StaticFiles(directory=str(files("regimenkg.web") / "static"))
        asking = self._asking
        return [
            Route("/", asking(self.home)),
            Route("/health", lambda _: PlainTextResponse("ok\n")),
            Route(
                "/.well-known/void",
                asking(self._described(lambda: description.void(self._backend, self._root))),
            ),
            Route(
                "/.well-known/sparql-examples",
                asking(self._described(lambda: description.examples(self._backend, self._root))),
            ),
            Route("/search", asking(self.search)),
            Route("/compare", asking(self.compare)),
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
            Route("/citation/doi/{doi:path}", asking(self.citation)),
            Route("/{kind}", asking(self.kind)),
            Route("/{path:path}", asking(self.thing)),
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
        *,
        page: Callable[[], Response] | None = None,
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
            response = Response(body, error.status, {"Content-Type": media_type, **_CORS})
        response.headers.update({"Vary": "Accept", **(headers or {})})
        return response

    def without_slash(self, request: Request) -> Response:
        """The address without the slash at its end, which is where the thing is."""
        # Behind one slash, and with no backslash: never the address of another server.
        path = "/" + quote(request.scope["path"].strip("/"), safe="/:.-_~()@!$&'*+,;=")
        query = request.url.query
        headers = {"Location": path + ("?" + query if query else ""), **_CORS}
        return Response(status_code=308, headers=headers)

    def _page(self, template: str, status: int = 200, **content: Any) -> HTMLResponse:
        return HTMLResponse(self._templates.get_template(template).render(content), status)

    def _described(self, triples: Callable[[], list[ox.Triple]]) -> Callable[[Request], Response]:
        @cache
        def written(format_: str) -> bytes:
            return description.written(triples(), format_)

        def respond(request: Request) -> Response:
            format_ = choose(request.headers.get("accept", ""), GRAPHS) or GRAPHS[0]
            return _bytes(written(format_.name), format_)

        return respond

    def _shown(self) -> CappedBackend:
        """The store for what one page shows; names are looked up in the whole of it."""
        return CappedBackend(self._backend, self._pool.max_rows)

    def home(self, request: Request) -> Response:
        """What there is, and the flagship question answered."""
        regimens = []
        for iri, label in labels_of_kind(self._backend, "regimen"):
            drugs = select(
                self._backend,
                f"PREFIX rk: <{PREFIXES['rk']}> PREFIX skos: <{PREFIXES['skos']}>"
                f" SELECT DISTINCT ?l {{ <{iri}> rk:hasDrug/skos:prefLabel ?l }} ORDER BY ?l",
            )
            note = ", ".join(readable(row[0]) for row in drugs)
            regimens.append(Card(href=link(iri), text=label, note=note))
        spec = catalog()["shared-toxicities"]
        shown = self._shown()
        answer = shown.query(spec.text)
        assert isinstance(answer, Solutions)
        flagship = table_of(spec, answer)
        return self._page(
            "home.html",
            regimens=regimens,
            flagship=flagship,
            count=len(catalog()),
            cut_at=shown.cut_at,
        )

    def kind(self, request: Request) -> Response:
        """All things of a kind."""
        kind = request.path_params["kind"]
        things = labels_of_kind(self._backend, kind) if kind.replace("-", "").isalpha() else []
        if not things:
            return self._missing(request)
        cards = [Card(href=link(iri), text=label, note="") for iri, label in things]
        title = _TITLES.get(kind, kind.replace("-", " ").capitalize())
        return self._page("list.html", title=title, things=cards, note="")

    def citation(self, request: Request) -> Response:
        """The page of a paper that is named by its DOI."""
        return self._thing(request, PREFIXES["doi"] + request.path_params["doi"].lower())

    def vocabulary(self, request: Request) -> Response:
        """The ontology."""
        from regimenkg.resources import directory

        text = (directory("ontology") / "regimenkg.ttl").read_bytes()
        return _bytes(text, GRAPHS[0])

    def thing(self, request: Request) -> Response:
        """The page of a thing, or its triples."""
        return self._thing(request, RKD + request.path_params["path"])

    def _thing(self, request: Request, iri: str) -> Response:
        base, dot, ending = iri.rpartition(".")
        wanted: Format | None
        if dot and ending in _ENDINGS and "/" not in ending:
            iri, name = base, _ENDINGS[ending]
            wanted = PAGE if name == "html" else by_name(name, GRAPHS)
        else:
            wanted = choose(request.headers.get("accept", ""), (PAGE, *GRAPHS))
        try:
            thing = ox.NamedNode(iri)
        except ValueError:
            return self._missing(request)
        path = link(iri)
        alternates = [
            ("ttl", "text/turtle"),
            ("jsonld", "application/ld+json"),
            ("nt", "application/n-triples"),
        ]
        headers = {
            "Vary": "Accept",
            "Link": ", ".join(
                f'<{quote(path, safe="/:.-_~")}.{name}>; rel="alternate"; type="{type_}"'
                for name, type_ in alternates
            ),
            **_CORS,
        }
        if wanted is None:
            raise Refused(
                406,
                "none of the formats that Accept names is to be had",
                hint=", ".join(each.media_type for each in (PAGE, *GRAPHS)),
            )
        shown = self._shown()
        if wanted is not PAGE:
            triples = thing_record(thing, shown)
            whole = shown.cut_at is None
            if whole and not any(triple.subject == thing for triple in triples):
                return self._missing(request)
            if shown.cut_at is not None:
                headers |= {"X-Truncated": "true", "X-Row-Limit": str(shown.cut_at)}
            return _bytes(description.written(triples, wanted.name), wanted, headers)
        content = thing_page(thing, shown)
        if content is None:
            return self._missing(request)
        response = self._page(
            "thing.html", path=path, alternates=alternates, cut_at=shown.cut_at, **content
        )
        response.headers.update(headers)
        return response

    def _missing(self, request: Request) -> Response:
        path = request.scope["path"]
        wanted = path.strip("/").rpartition("/")[2]
        near: list[Hit] = []
        with suppress(ParameterError):
            result = search(wanted, self._backend)
            near = [*result.exact, *result.near][:_MAX_NEAR]
        hint = "did you mean " + ", ".join(link(hit.thing.value) for hit in near) if near else None
        error = Refused(404, f"there is nothing at {path}", hint=hint)

        def page() -> Response:
            text = f"There is nothing at {path}." + (" Did you mean one of these?" if near else "")
            return self._page(
                "message.html", 404, title="Not found", text=text, things=_cards(near)
            )

        return self._wrong(request, error, page=page)

    def search(self, request: Request) -> Response:
        """Things by label, synonym or code; what is nearly right is found as well."""
        text = request.query_params.get("q", "").strip()
        if not text:
            return RedirectResponse("/")
        try:
            result = search(text, self._backend)
        except ParameterError as error:
            return self._page("message.html", title=f"“{text}”", text=error.message, q=text)
        if len(result.exact) == 1 and link(result.exact[0].thing.value).startswith("/"):
            return RedirectResponse(link(result.exact[0].thing.value), 303)
        hits = [*result.exact, *result.near]
        cards = _cards(hits[:_MAX_FOUND])
        note = (
            f"{len(hits)} found" if hits else "Nothing in the graph is called that, or nearly so."
        )
        if len(hits) > len(cards):
            note += f"; the first {len(cards)} are shown"
        return self._page("list.html", title=f"“{text}”", things=cards, note=note, q=text)

    def compare(self, request: Request) -> Response:
        """Two to six regimens side by side."""
        everything = labels_of_kind(self._backend, "regimen")
        given = request.query_params.getlist("regimen")
        chosen: list[ox.NamedNode] = []
        message = ""
        for text in given:
            with suppress(ParameterError):
                chosen += find_things(text, self._backend, PREFIXES["rk"] + "Regimen")
        if len(chosen) < len(given):
            message = "One of these is no regimen: choose from the list."
        elif given and not 2 <= len(set(chosen)) <= MAX_REGIMENS:
            message = f"Choose two to {MAX_REGIMENS} regimens."
        labels = dict(everything)
        regimens = list(dict.fromkeys(chosen))
        shown = self._shown()
        found = comparison(regimens, shown) if given and not message else None

        def page() -> Response:
            return self._page(
                "compare.html",
                400 if message else 200,
                all=everything,
                chosen=[regimen.value for regimen in regimens],
                regimens=[
                    Card(iri=r.value, href=link(r.value), text=labels.get(r.value, r.value))
                    for r in regimens
                ],
                found=found,
                message=message,
                most=MAX_REGIMENS,
                cut_at=shown.cut_at,
            )

        if message:
            return self._wrong(request, Refused(400, message.rstrip(".")), page=page)
        return page()

    def openapi(self, request: Request) -> Response:
        """The addresses for programs, as OpenAPI."""
        return JSONResponse(document(catalog().values(), self._root), headers=_CORS)


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "?")) else ".")


def _cards(hits: Iterable[Hit]) -> list[Card]:
    return [
        Card(
            href=link(hit.thing.value),
            text=hit.label,
            note=kind_of(hit.thing.value) + (f", also {hit.synonym}" if hit.synonym else ""),
        )
        for hit in hits
    ]


def _bytes(body: bytes, format_: Format, headers: dict[str, str] | None = None) -> Response:
    return Response(
        body,
        headers={
            "Content-Type": format_.content_type,
            "Vary": "Accept",
            **_CORS,
            **(headers or {}),
        },
    )
