"""The canned queries as pages: a form, and the answer as table, chart or graph."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from shlex import quote
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from regimenkg.catalog.cache import catalog
from regimenkg.catalog.runner import bind
from regimenkg.catalog.spec import EXACTLY, ParamSpec, QuerySpec
from regimenkg.errors import ParameterError
from regimenkg.formats.rows import plain_text, readable
from regimenkg.sparql.answers import Answer, Solutions, Triples
from regimenkg.sparql.backend import Backend, select
from regimenkg.terms.namespaces import PREFIXES, expand
from regimenkg.things.lookup import find_things, known_labels
from regimenkg.web.capped import CappedBackend
from regimenkg.web.endpoint import description
from regimenkg.web.endpoint.pool import Failed
from regimenkg.web.figures.charts import chart_of
from regimenkg.web.figures.link_graph import draw, links_of_rows, links_of_triples
from regimenkg.web.negotiation import for_person
from regimenkg.web.pages.twins import formats_of, query_called, values_of
from regimenkg.web.paging import page_number, paging
from regimenkg.web.tables import table_of

__all__ = ["PAGE_SIZE", "QueryPages"]

PAGE_SIZE = 100
"""How many rows of an answer stand on one page."""

_MAX_OPTIONS = 300
_MAX_TEXT = 60_000
"""The most characters of Turtle that a page shows; its twin has it all."""


class QueryPages:
    """The list of the canned queries, and a page for each.

    Args:
        backend: the store.
        page: renders a template with a status and content.
        max_rows: the row cap.
    """

    def __init__(self, backend: Backend, page: Callable[..., Response], max_rows: int) -> None:
        self._backend = backend
        self._page = page
        self._max_rows = max_rows
        # The store does not change while the server runs.
        self._labels = cache(lambda class_iri: known_labels(backend, class_iri)[:_MAX_OPTIONS])
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
        """A canned query: its form with its answer.

        Raises Failed for one that there is not; and for a wrong value, which the form tells a
        person, if it is a program that asks.
        """
        spec = query_called(request.path_params["name"])
        given = request.query_params.multi_items()
        of_page = {key: text for key, text in given if key in ("view", "page")}
        view, number = of_page.get("view", ""), page_number(of_page.get("page", ""))
        values, error = values_of(spec, [pair for pair in given if pair[0] not in of_page])
        sparql = spec.text
        notes: list[str] = []
        if error is None:
            try:
                sparql = bind(spec, values, self._backend, note=notes.append)
            except ParameterError as wrong:
                error = wrong
        if error is None and view and view not in spec.views:
            error = ParameterError(
                f"there is no {view} of this question", hint="one of " + ", ".join(spec.views)
            )
        if error is not None and not for_person(request.headers.get("accept", "")):
            raise Failed(400, error)
        return self._form(spec, values, sparql, error, view or spec.view, number, notes)

    def _form(
        self,
        spec: QuerySpec,
        values: dict[str, list[str]],
        sparql: str,
        error: ParameterError | None,
        view: str,
        number: int,
        notes: list[str],
    ) -> Response:
        pairs = [(name, value) for name, texts in values.items() for value in texts]
        options = "".join(_option(spec.param(name), value) for name, value in pairs)
        arguments = "".join(
            f", {name}={texts if len(texts) > 1 else texts[0]!r}" for name, texts in values.items()
        )
        backend = CappedBackend(self._backend, self._max_rows)

        def address(view: str, number: int = 1) -> str:
            page = [("page", str(number))] if number > 1 else []
            return f"/queries/{spec.name}?" + urlencode([*pairs, ("view", view), *page])

        shown: dict[str, Any] = {}
        if not error:
            shown = self._shown(spec, backend.query(sparql), view, number, partial(address, view))
        return self._page(
            "query.html",
            400 if error else 200,
            spec=spec,
            fields=[self._field(param, values.get(param.name, [])) for param in spec.inputs],
            error=error,
            notes=[note for note in notes if not note.startswith("--")],
            cut_at=backend.cut_at,
            view=view,
            tabs=[(name, address(name)) for name in spec.views],
            endings=[*(format_.ending for format_ in formats_of(spec)), "rq"],
            sparql=sparql,
            body=spec._replace(text=sparql).body,
            suffix="?" + urlencode(pairs) if pairs else "",
            options=options,
            call=repr(spec.name) + arguments,
            **shown,
        )

    def _shown(
        self,
        spec: QuerySpec,
        answer: Answer,
        view: str,
        number: int,
        address: Callable[[int], str],
    ) -> dict[str, Any]:
        """The answer as the template takes it, from rows or triples that are read once.

        A table and a chart are of a page of the rows, a graph is of all.
        """
        if isinstance(answer, Triples):
            triples = list(dict.fromkeys(answer))
            shown: dict[str, Any] = {"count": len(triples)}
            if view == "graph":
                things, links = links_of_triples(
                    spec.links, sorted(triples, key=str), self._property_names()
                )
                shown["drawing"] = draw(spec.summary, things, links)
            text = description.written(triples, "turtle").decode()
            shown["turtle"] = text[:_MAX_TEXT]
            shown["cut"] = len(text) > _MAX_TEXT
            return shown
        assert isinstance(answer, Solutions)
        read = list(answer)
        rows = Solutions(answer.variables, read)
        pages = paging(number, len(read), PAGE_SIZE, address)
        shown = {"found": table_of(spec, rows, pages.part), "pages": pages}
        if view == "chart" and spec.chart:
            shown["chart"] = chart_of(spec.chart, Solutions(answer.variables, read[pages.part]))
        elif view == "graph":
            shown["drawing"] = draw(spec.summary, *links_of_rows(spec.links, rows))
        return shown

    def _field(self, param: ParamSpec, values: list[str]) -> dict[str, Any]:
        choices = [(choice, choice.rpartition(":")[2]) for choice in param.choices]
        if param.type == "boolean":
            choices = [("true", "yes"), ("false", "no")]
        options: list[str] = []
        if param.type == "iri":
            options = self._labels(expand(param.class_) or "" if param.class_ else "")
        defaults = [] if param.optional else param.defaults
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


def _option(param: ParamSpec, value: str) -> str:
    """A parameter's value as the command line takes it."""
    if param is EXACTLY:
        return f" {param.option}" if value == "true" else ""
    return f" {param.option} {quote(value)}"
