"""The canned queries as pages: a form, the answer as table, chart or graph, and its twins."""

from __future__ import annotations

import io
from collections.abc import Callable
from functools import cache
from shlex import quote
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from regimenkg.catalog.cache import catalog
from regimenkg.catalog.runner import bind
from regimenkg.catalog.spec import ParamSpec, QuerySpec
from regimenkg.errors import ParameterError, did_you_mean
from regimenkg.formats.rows import plain_text, readable, write_solutions
from regimenkg.sparql.answers import Answer, Solutions, Triples
from regimenkg.sparql.backend import Backend, select
from regimenkg.terms.namespaces import PREFIXES, expand
from regimenkg.things.lookup import find_things, known_labels
from regimenkg.web.endpoint import description
from regimenkg.web.figures.charts import chart_of
from regimenkg.web.figures.link_graph import draw, links_of_rows, links_of_triples
from regimenkg.web.negotiation import GRAPHS, RESULTS, Format, by_name
from regimenkg.web.tables import table_of

__all__ = ["QueryPages"]

_CORS = {"Access-Control-Allow-Origin": "*"}
_MOST_OPTIONS = 300
_MOST_TEXT = 60_000
"""The most characters of Turtle that a page shows; its twin has it all."""


class QueryPages:
    """The list of the canned queries, a page for each, and their answers for programs.

    Args:
        backend: the store.
        page: renders a template with a status and content.
    """

    def __init__(self, backend: Backend, page: Callable[..., Response]) -> None:
        self._backend = backend
        self._page = page
        # The store does not change while the server runs.
        self._labels = cache(lambda class_iri: known_labels(backend, class_iri)[:_MOST_OPTIONS])
        self._default = cache(self._label_of)
        self._property_names = cache(self._names_of_properties)

    def all(self, request: Request) -> Response:
        """The canned queries."""
        cards = [
            {"href": f"/queries/{spec.name}", "text": spec.summary, "note": ", ".join(spec.tags)}
            for spec in catalog().values()
        ]
        return self._page(
            "list.html",
            title="Questions",
            things=cards,
            note="Each is a form, a table, chart or graph, and an address for programs.",
        )

    def one(self, request: Request) -> Response:
        """A canned query: its form with its answer, or the answer alone for programs."""
        name, dot, ending = request.path_params["name"].partition(".")
        spec = catalog().get(name)
        if spec is None:
            guess = did_you_mean(name, catalog())
            text = f"There is no question called {name}." + (
                f" Did you mean {guess}?" if guess else ""
            )
            return self._page("message.html", 404, title="Not found", text=text)
        given = request.query_params.multi_items()
        view = "" if dot else next((text for key, text in given if key == "view"), "")
        values, error = _values(spec, [pair for pair in given if dot or pair[0] != "view"])
        sparql = spec.text
        if error is None:
            try:
                sparql = bind(spec, values, self._backend, note=lambda _: None)
            except ParameterError as wrong:
                error = wrong
        if dot:
            return self._twin(spec, sparql, ending, error)
        if error is None and view and view not in spec.views:
            error = ParameterError(
                f"there is no {view} of this question", hint="one of " + ", ".join(spec.views)
            )
        answer = self._backend.query(sparql) if error is None else None
        return self._form(spec, values, sparql, answer, error, view or spec.view)

    def _twin(
        self, spec: QuerySpec, sparql: str, ending: str, error: ParameterError | None
    ) -> Response:
        if error is not None:
            hint = f"hint: {error.hint}\n" if error.hint else ""
            return PlainTextResponse(f"error: {error.message}\n{hint}", 400, headers=_CORS)
        if ending == "rq":
            return PlainTextResponse(sparql, headers=_CORS)
        offered = _formats(spec)
        found = by_name(ending, offered)
        if found is None:
            endings = ", ".join([*(format_.ending for format_ in offered), "rq"])
            what = "triples" if offered is GRAPHS else "rows"
            return PlainTextResponse(
                f"error: there is no {ending} of this question\n"
                f"hint: it answers in {what}: {endings}\n",
                404,
                headers=_CORS,
            )
        return Response(
            _written(self._backend.query(sparql), found),
            headers={"Content-Type": found.content_type, **_CORS},
        )

    def _form(
        self,
        spec: QuerySpec,
        values: dict[str, list[str]],
        sparql: str,
        answer: Answer | None,
        error: ParameterError | None,
        view: str,
    ) -> Response:
        pairs = [(name, value) for name, texts in values.items() for value in texts]
        options = "".join(f" {spec.param(name).option} {quote(value)}" for name, value in pairs)
        arguments = "".join(
            f", {name}={texts if len(texts) > 1 else texts[0]!r}" for name, texts in values.items()
        )
        shown = self._shown(spec, answer, view) if answer is not None else {}
        lines = sparql.splitlines(keepends=True)
        return self._page(
            "query.html",
            400 if error else 200,
            spec=spec,
            fields=[self._field(param, values.get(param.name, [])) for param in spec.params],
            error=error,
            view=view,
            tabs=[
                (name, f"/queries/{spec.name}?" + urlencode([*pairs, ("view", name)]))
                for name in spec.views
            ],
            endings=[*(found.ending for found in _formats(spec)), "rq"],
            sparql=sparql,
            body="".join(line for line in lines if not line.startswith("#+")),
            suffix="?" + urlencode(pairs) if pairs else "",
            options=options,
            call=repr(spec.name) + arguments,
            **shown,
        )

    def _shown(self, spec: QuerySpec, answer: Answer, view: str) -> dict[str, Any]:
        """The answer as the template takes it, from rows or triples that are read once."""
        if isinstance(answer, Triples):
            triples = list(dict.fromkeys(answer))
            shown: dict[str, Any] = {"count": len(triples)}
            if view == "graph":
                things, links = links_of_triples(
                    spec.links, sorted(triples, key=str), self._property_names()
                )
                shown["drawing"] = draw(spec.summary, things, links)
            text = description.written(triples, "turtle").decode()
            shown["turtle"] = text[:_MOST_TEXT]
            shown["cut"] = len(text) > _MOST_TEXT
            return shown
        assert isinstance(answer, Solutions)
        rows = Solutions(answer.variables, list(answer))
        shown = {"found": table_of(spec, rows)}
        if view == "chart" and spec.chart:
            shown["chart"] = chart_of(spec.chart, rows)
        elif view == "graph":
            shown["drawing"] = draw(spec.summary, *links_of_rows(spec.links, rows))
        return shown

    def _field(self, param: ParamSpec, values: list[str]) -> dict[str, Any]:
        choices = [(choice, choice.rpartition(":")[2]) for choice in param.choices]
        options: list[str] = []
        if param.type == "iri":
            options = self._labels(expand(param.class_) or "" if param.class_ else "")
        defaults = [] if param.optional else _defaults(param)
        if param.type == "iri":
            defaults = list(map(self._default, defaults))
        return {
            "param": param,
            "given": values or defaults,
            "choices": choices,
            "options": options,
        }

    def _label_of(self, text: str) -> str:
        """A default as the form fills it in: a thing by its name."""
        things = find_things(text, self._backend) if ":" in text else []
        if len(things) != 1:
            return text
        rows = select(
            self._backend, f"SELECT ?l {{ {things[0]} <{PREFIXES['skos']}prefLabel> ?l }}"
        )
        return readable(rows[0][0]) if rows else text

    def _names_of_properties(self) -> dict[str, str]:
        rows = select(
            self._backend,
            f"SELECT ?p ?l {{ ?p <{PREFIXES['skos']}prefLabel> ?l"
            f' FILTER(STRSTARTS(STR(?p), "{PREFIXES["rk"]}")) }}',
        )
        return {plain_text(row[0]): readable(row[1]) for row in rows}


def _defaults(param: ParamSpec) -> list[str]:
    return list(param.default) or [text for text in param.block.split(", ") if text]


def _values(
    spec: QuerySpec, given: list[tuple[str, str]]
) -> tuple[dict[str, list[str]], ParameterError | None]:
    """The values of a query's parameters, and what is wrong with the first that it does not have.

    What is right is kept beside the error, so that the form can show it again.
    """
    values: dict[str, list[str]] = {}
    error: ParameterError | None = None
    for name, text in given:
        try:
            param = spec.param(name)
        except ParameterError as wrong:
            error = error or wrong
            continue
        parts = text.replace("\n", ";").split(";") if param.many else [text]
        texts = [part.strip() for part in parts if part.strip()]
        if texts:
            values.setdefault(param.name, []).extend(texts)
    return values, error


def _formats(spec: QuerySpec) -> tuple[Format, ...]:
    return GRAPHS if spec.form == "construct" else RESULTS


def _written(answer: Answer, found: Format) -> bytes:
    if isinstance(answer, Triples):
        return description.written(answer, found.name)
    assert isinstance(answer, Solutions)
    output = io.BytesIO()
    write_solutions(answer, found.name, output)
    return output.getvalue()
