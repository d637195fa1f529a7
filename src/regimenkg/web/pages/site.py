"""The pages: every thing, every canned query, search; each with its twins for programs."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import cache
from typing import Any
from urllib.parse import quote

import pyoxigraph as ox
from jinja2 import Environment, PackageLoader, select_autoescape
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
from regimenkg.errors import ParameterError
from regimenkg.formats.rows import readable
from regimenkg.records.cells import link
from regimenkg.records.pages import kind_of
from regimenkg.resources import data_version
from regimenkg.sparql.answers import Solutions
from regimenkg.sparql.backend import Backend, select
from regimenkg.terms.namespaces import PREFIXES, RKD
from regimenkg.things.lookup import find_things
from regimenkg.things.search import Hit, search
from regimenkg.web.endpoint import description
from regimenkg.web.endpoint.pool import Pool
from regimenkg.web.negotiation import GRAPHS, PAGE, Format, by_name, choose
from regimenkg.web.pages import yasgui
from regimenkg.web.pages.compare import MAX_REGIMENS, comparison
from regimenkg.web.pages.editor import Editor
from regimenkg.web.pages.openapi import document
from regimenkg.web.pages.queries import QueryPages
from regimenkg.web.pages.things import labels_of_kind, thing_page, thing_record
from regimenkg.web.tables import table_of

__all__ = ["Site"]

_MOST_NEAR = 8
_MOST_FOUND = 100
_ENDINGS = {"ttl": "turtle", "nt": "nt", "jsonld": "jsonld", "rdf": "rdfxml", "html": "html"}
_TITLES = {"regimen": "Regimens", "drug": "Drugs", "toxicity": "Toxicities", "trial": "Trials"}
_CORS = {"Access-Control-Allow-Origin": "*"}


class Card(dict[str, str]):
    """A link with a note, as templates take it."""


class Site:
    """The pages over a store.

    Args:
        backend: the store.
        pool: the worker processes, for queries that a person writes.
        root: the address of the server, with a slash at its end.
    """

    def __init__(self, backend: Backend, pool: Pool, root: str) -> None:
        self._backend = backend
        self._root = root
        self._templates = Environment(
            loader=PackageLoader("regimenkg.web"),
            autoescape=select_autoescape(),
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.globals.update(root=root, data_version=data_version())
        self._editor = Editor(backend, pool, self._page)
        self._queries = QueryPages(backend, self._page)

    def routes(self) -> list[Route | Mount]:
        """The routes, in the order in which they are tried."""
        from importlib.resources import files

        static = StaticFiles(directory=str(files("regimenkg.web") / "static"))
        return [
            Route("/", self.home),
            Route("/health", lambda _: PlainTextResponse("ok\n")),
            Route(
                "/.well-known/void",
                self._described(lambda: description.void(self._backend, self._root)),
            ),
            Route(
                "/.well-known/sparql-examples",
                self._described(lambda: description.examples(self._backend, self._root)),
            ),
            Route("/search", self.search),
            Route("/compare", self.compare),
            Route("/editor", self._editor.show),
            Route("/editor/terms.json", self._editor.terms),
            Route("/editor/examples/{name}", self._editor.example),
            *yasgui.routes(self._page),
            Route("/openapi.json", self.openapi),
            Route("/queries", self._queries.all),
            Route("/queries/{name}", self._queries.one),
            Route("/vocab", self.vocabulary),
            Mount("/static", static),
            Route("/citation/doi/{doi:path}", self.citation),
            Route("/{kind}", self.kind),
            Route("/{path:path}", self.thing),
        ]

    def _page(self, template: str, status: int = 200, **content: Any) -> HTMLResponse:
        return HTMLResponse(self._templates.get_template(template).render(content), status)

    def _described(self, triples: Callable[[], list[ox.Triple]]) -> Callable[[Request], Response]:
        @cache
        def written(format_: str) -> bytes:
            return description.written(triples(), format_)

        def respond(request: Request) -> Response:
            found = choose(request.headers.get("accept", ""), GRAPHS) or GRAPHS[0]
            return _bytes(written(found.name), found)

        return respond

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
        answer = self._backend.query(spec.text)
        assert isinstance(answer, Solutions)
        return self._page(
            "home.html", regimens=regimens, flagship=table_of(spec, answer), count=len(catalog())
        )

    def kind(self, request: Request) -> Response:
        """All things of a kind."""
        kind = request.path_params["kind"]
        things = labels_of_kind(self._backend, kind) if kind.replace("-", "").isalpha() else []
        if not things:
            return self._missing(request.url.path)
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
            return self._missing(request.url.path)
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
            return PlainTextResponse(
                "error: none of the formats that Accept names is to be had\n"
                "hint: text/html, text/turtle, application/ld+json, application/n-triples\n",
                406,
            )
        if wanted is not PAGE:
            triples = thing_record(thing, self._backend)
            if not any(triple.subject == thing for triple in triples):
                return self._missing(request.url.path)
            return _bytes(description.written(triples, wanted.name), wanted, headers)
        content = thing_page(thing, self._backend)
        if content is None:
            return self._missing(request.url.path)
        response = self._page("thing.html", path=path, alternates=alternates, **content)
        response.headers.update(headers)
        return response

    def _missing(self, path: str) -> Response:
        wanted = path.strip("/").rpartition("/")[2]
        near: list[Hit] = []
        with suppress(ParameterError):
            found = search(wanted, self._backend)
            near = [*found.exact, *found.near][:_MOST_NEAR]
        text = f"There is nothing at {path}." + (" Did you mean one of these?" if near else "")
        return self._page("message.html", 404, title="Not found", text=text, things=_cards(near))

    def search(self, request: Request) -> Response:
        """Things by label, synonym or code; what is nearly right is found as well."""
        text = request.query_params.get("q", "").strip()
        if not text:
            return RedirectResponse("/")
        try:
            found = search(text, self._backend)
        except ParameterError as error:
            return self._page("message.html", title=f"“{text}”", text=error.message, q=text)
        if len(found.exact) == 1 and link(found.exact[0].thing.value).startswith("/"):
            return RedirectResponse(link(found.exact[0].thing.value), 303)
        hits = [*found.exact, *found.near]
        cards = _cards(hits[:_MOST_FOUND])
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
        found = comparison(regimens, self._backend) if given and not message else None
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
        )

    def openapi(self, request: Request) -> Response:
        """The addresses for programs, as OpenAPI."""
        return JSONResponse(document(catalog().values(), self._root), headers=_CORS)


def _cards(hits: Iterable[Hit]) -> list[Card]:
    return [
        Card(
            href=link(hit.thing.value),
            text=hit.label,
            note=kind_of(hit.thing.value) + (f", also {hit.synonym}" if hit.synonym else ""),
        )
        for hit in hits
    ]


def _bytes(body: bytes, found: Format, headers: dict[str, str] | None = None) -> Response:
    return Response(
        body,
        headers={"Content-Type": found.content_type, "Vary": "Accept", **_CORS, **(headers or {})},
    )
