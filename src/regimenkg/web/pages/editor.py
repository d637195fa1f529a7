"""The SPARQL editor: a page that asks the endpoint, with or without script."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from functools import cache
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from regimenkg.catalog.cache import catalog
from regimenkg.formats.rows import plain_text, readable
from regimenkg.records.cells import Cell, link
from regimenkg.sparql.backend import Backend, select
from regimenkg.terms.namespaces import DESCRIPTION_GRAPHS, PREFIXES, compact
from regimenkg.web.endpoint.evaluation import Request as Query
from regimenkg.web.endpoint.guard import Refused
from regimenkg.web.endpoint.pool import Pool
from regimenkg.web.pages.yasgui import available
from regimenkg.web.tables import Column, Table

__all__ = ["Editor"]

MAX_SHOWN = 1000
"""The most rows that the page shows; the endpoint gives them all."""

_START = """SELECT ?regimen ?drug WHERE {
  ?r a rk:Regimen ;
    skos:prefLabel ?regimen ;
    rk:hasDrug/skos:prefLabel ?drug .
}
ORDER BY ?regimen ?drug
"""

# The partitions of the VoID description name what is used; but for the graphs that it leaves out.
_TERMS = f"""PREFIX void: <{PREFIXES["void"]}>
SELECT DISTINCT ?term ?kind {{
  {{ ?partition void:class ?term BIND("class" AS ?kind) }}
  UNION {{ ?partition void:property ?term BIND("property" AS ?kind) }}
  UNION {{
    VALUES ?graph {{ {" ".join(f"<{graph}>" for graph in DESCRIPTION_GRAPHS)} }}
    {{ GRAPH ?graph {{ ?s a ?term }} BIND("class" AS ?kind) }}
    UNION {{ GRAPH ?graph {{ ?s ?term ?o }} BIND("property" AS ?kind) }}
  }}
}} ORDER BY ?kind ?term"""

_DEFINITIONS = f"""SELECT ?term ?definition {{
  ?term <{PREFIXES["skos"]}definition> ?definition
  FILTER(STRSTARTS(STR(?term), "{PREFIXES["rk"]}"))
}}"""


class Editor:
    """The editor's page and the words that it completes.

    Args:
        backend: the store, for what can be completed.
        pool: what answers queries.
        page: renders a template with a status and content.
    """

    def __init__(self, backend: Backend, pool: Pool, page: Callable[..., Response]) -> None:
        self._backend = backend
        self._pool = pool
        self._page = page
        self._terms = cache(self._collect)

    async def show(self, request: Request) -> Response:
        """The page; with a query in the address, its answer too."""
        given = request.query_params.get("query", "").replace("\r\n", "\n")
        content: dict[str, Any] = {"query": given or _START, "asked": bool(given.strip())}
        status = 200
        if given.strip():
            try:
                content |= await self._answer(given)
            except Refused as error:
                status = error.status
                content["error"] = error
                content["line"] = getattr(error, "line", None)
                content["column"] = getattr(error, "column", None)
        examples = [(spec.name, spec.summary) for spec in catalog().values()]
        content["yasgui"] = available() is not None
        return self._page("editor.html", status, examples=examples, **content)

    async def _answer(self, query: str) -> dict[str, Any]:
        body = bytearray()
        triples = cut = False
        async for part in self._pool.answer(Query(query, "json", "turtle", most=MAX_SHOWN)):
            body += part.data
            triples, cut = part.triples, part.cut
        if triples:
            return {"turtle": body.decode(), "cut": cut}
        results = await asyncio.to_thread(json.loads, body)
        if "boolean" in results:
            return {"boolean": results["boolean"]}
        names = results["head"]["vars"]
        found = results["results"]["bindings"]
        rows = [tuple(_cell(row.get(name)) for name in names) for row in found]
        table = Table(tuple(Column(name, "") for name in names), rows)
        return {"found": table, "count": len(found), "cut": cut}

    def terms(self, request: Request) -> Response:
        """What the editor completes: prefixes, classes, properties, and things by their labels."""
        return JSONResponse(self._terms())

    def example(self, request: Request) -> Response:
        """A canned query's text, without its header, to start from."""
        spec = catalog().get(request.path_params["name"])
        if spec is None:
            return JSONResponse({"title": "there is no such query"}, 404)
        lines = spec.text.splitlines(keepends=True)
        return JSONResponse({"query": "".join(line for line in lines if not line.startswith("#+"))})

    def _collect(self) -> dict[str, Any]:
        kinds = select(self._backend, _TERMS)
        things = select(
            self._backend,
            f"""SELECT ?thing ?label {{ ?thing <{PREFIXES["skos"]}prefLabel> ?label
              FILTER(STRSTARTS(STR(?thing), "{PREFIXES["rkd"]}")) }} ORDER BY ?label ?thing""",
        )
        found = [(compact(plain_text(term)), readable(kind)) for term, kind in kinds]
        definitions = {
            compact(plain_text(term)): readable(definition)
            for term, definition in select(self._backend, _DEFINITIONS)
        }
        return {
            "prefixes": PREFIXES,
            "terms": [
                (name, kind, definitions.get(name, ""))
                for name, kind in found
                if not name.startswith("<")
            ],
            "things": [(readable(label), plain_text(thing)) for thing, label in things],
        }


def _cell(term: dict[str, str] | None) -> Cell:
    if term is None:
        return Cell("")
    value = term["value"]
    if term["type"] == "uri":
        return Cell(compact(value).strip("<>"), link(value))
    kind = term.get("datatype", "").rpartition("#")[2]
    return Cell(value, "", kind in ("integer", "decimal", "double"))
