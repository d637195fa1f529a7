"""The pages: every thing, every canned query, search; each with its twins for programs."""

from __future__ import annotations

import io
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from typing import Any
from urllib.parse import quote, urlencode

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

from regimenkg.answers import Answer, Solutions
from regimenkg.backend import Backend, select
from regimenkg.catalog import ParamSpec, QuerySpec, catalog
from regimenkg.errors import ParameterError, did_you_mean
from regimenkg.lookup import find_things, known_labels
from regimenkg.namespaces import PREFIXES, RKD, expand
from regimenkg.resources import data_version
from regimenkg.runner import bind
from regimenkg.web import description, yasgui
from regimenkg.web.compare import MOST, comparison
from regimenkg.web.editor import Editor
from regimenkg.web.negotiation import GRAPHS, PAGE, RESULTS, Format, by_name, choose
from regimenkg.web.openapi import document
from regimenkg.web.pages import kind_of, labels_of_kind, thing_page, thing_record
from regimenkg.web.pool import Pool
from regimenkg.web.tables import link, table_of
from regimenkg.writers import readable, write_solutions

__all__ = ["Site"]

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
                self._described(lambda: description.examples(self._root)),
            ),
            Route("/search", self.search),
            Route("/compare", self.compare),
            Route("/editor", self._editor.show),
            Route("/editor/terms.json", self._editor.terms),
            Route("/editor/examples/{name}", self._editor.example),
            *yasgui.routes(self._page),
            Route("/openapi.json", self.openapi),
            Route("/queries", self.queries),
            Route("/queries/{name}", self.query),
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
        guess = did_you_mean(wanted, known_labels(self._backend)) if wanted else None
        text = f"There is nothing at {path}." + (f" Did you mean {guess}?" if guess else "")
        things = self._cards(find_things(guess, self._backend)) if guess else []
        return self._page("message.html", 404, title="Not found", text=text, things=things)

    def _cards(self, things: list[ox.NamedNode]) -> list[Card]:
        cards = []
        for thing in things:
            rows = select(
                self._backend,
                f"SELECT ?l {{ {thing} <{PREFIXES['skos']}prefLabel> ?l }}",
            )
            if rows:
                text = readable(rows[0][0])
                cards.append(Card(href=link(thing.value), text=text, note=kind_of(thing.value)))
        return cards

    def search(self, request: Request) -> Response:
        """Things by label, synonym or code; what is nearly right is found as well."""
        text = request.query_params.get("q", "").strip()
        if not text:
            return RedirectResponse("/")
        try:
            exact = find_things(text, self._backend)
        except ParameterError as error:
            return self._page("message.html", title=f"“{text}”", text=error.message, q=text)
        if len(exact) == 1 and link(exact[0].value).startswith("/"):
            return RedirectResponse(link(exact[0].value), 303)
        labels = known_labels(self._backend)
        folded = text.casefold()
        near = [label for label in labels if folded in label.casefold()][:60]
        if not near:
            from difflib import get_close_matches

            lower = {label.casefold(): label for label in labels}
            near = [lower[m] for m in get_close_matches(folded, lower, n=8, cutoff=0.6)]
        things = list(
            dict.fromkeys(
                [*exact, *(t for label in near for t in find_things(label, self._backend))]
            )
        )
        cards = self._cards(things)
        note = (
            f"{len(cards)} found" if cards else "Nothing in the graph is called that, or nearly so."
        )
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
        elif given and not 2 <= len(set(chosen)) <= MOST:
            message = f"Choose two to {MOST} regimens."
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
            most=MOST,
        )

    def openapi(self, request: Request) -> Response:
        """The addresses for programs, as OpenAPI."""
        return JSONResponse(document(catalog().values(), self._root), headers=_CORS)

    def queries(self, request: Request) -> Response:
        """The canned queries."""
        cards = [
            Card(href=f"/queries/{spec.name}", text=spec.summary, note=", ".join(spec.tags))
            for spec in catalog().values()
        ]
        return self._page(
            "list.html",
            title="Questions",
            things=cards,
            note="Each is a form, a table, and an address for programs.",
        )

    def query(self, request: Request) -> Response:
        """A canned query: its form with its answer, or the answer alone for programs."""
        name, dot, ending = request.path_params["name"].partition(".")
        spec = catalog().get(name)
        if spec is None:
            guess = did_you_mean(name, catalog())
            text = f"There is no question called {name}." + (
                f" Did you mean {guess}?" if guess else ""
            )
            return self._page("message.html", 404, title="Not found", text=text)
        values, unknown = _values(spec, request)
        try:
            if unknown:
                spec.param(unknown)
            sparql = bind(spec, values, self._backend, note=lambda _: None)
        except ParameterError as error:
            if dot:
                hint = f"hint: {error.hint}\n" if error.hint else ""
                return PlainTextResponse(f"error: {error.message}\n{hint}", 400, headers=_CORS)
            return self._query_page(spec, values, spec.text, None, error, 400)
        if ending == "rq":
            return PlainTextResponse(sparql, headers=_CORS)
        answer = self._backend.query(sparql)
        if not dot:
            return self._query_page(spec, values, sparql, answer, None, 200)
        found = by_name(ending, RESULTS)
        if found is None or not isinstance(answer, Solutions):
            return PlainTextResponse(
                f"error: there is no {ending} of this question\nhint: json, xml, csv, tsv, rq\n",
                404,
            )
        output = io.BytesIO()
        write_solutions(answer, found.name, output)
        return _bytes(output.getvalue(), found)

    def _query_page(
        self,
        spec: QuerySpec,
        values: dict[str, list[str]],
        sparql: str,
        answer: Answer | None,
        error: ParameterError | None,
        status: int,
    ) -> Response:
        found = table_of(spec, answer) if isinstance(answer, Solutions) else None
        pairs = [(name, value) for name, texts in values.items() for value in texts]
        options = "".join(f" {spec.param(name).option} '{value}'" for name, value in pairs)
        arguments = "".join(
            f", {name}={texts if len(texts) > 1 else texts[0]!r}" for name, texts in values.items()
        )
        return self._page(
            "query.html",
            status,
            spec=spec,
            fields=[self._field(param, values.get(param.name, [])) for param in spec.params],
            found=found,
            error=error,
            sparql=sparql,
            suffix="?" + urlencode(pairs) if pairs else "",
            options=options,
            call=repr(spec.name) + arguments,
        )

    def _field(self, param: ParamSpec, values: list[str]) -> dict[str, Any]:
        choices = [(choice, choice.rpartition(":")[2]) for choice in param.choices]
        options: list[str] = []
        if param.type == "iri":
            options = known_labels(
                self._backend, expand(param.class_) or "" if param.class_ else ""
            )
        return {"param": param, "given": values, "choices": choices, "options": options[:300]}


def _values(spec: QuerySpec, request: Request) -> tuple[dict[str, list[str]], str]:
    """The values of a query's parameters, and the name of one that it does not have, if any."""
    values: dict[str, list[str]] = {}
    unknown = ""
    for name, text in request.query_params.multi_items():
        try:
            param = spec.param(name)
        except ParameterError:
            unknown = name
            continue
        parts = text.replace("\n", ";").split(";") if param.many else [text]
        texts = [part.strip() for part in parts if part.strip()]
        if texts:
            values.setdefault(param.name, []).extend(texts)
    return values, unknown


def _bytes(body: bytes, found: Format, headers: dict[str, str] | None = None) -> Response:
    return Response(
        body,
        headers={"Content-Type": found.content_type, "Vary": "Accept", **_CORS, **(headers or {})},
    )
