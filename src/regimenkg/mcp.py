"""An MCP server over stdio: every canned query a tool, so that an assistant answers with sources.

Source: the Model Context Protocol, through the official ``mcp`` package (the extra ``[mcp]``).
Tools only read. An error of a parameter is given back as the tool's result, with its hint, so that
the assistant can correct itself.
"""

from __future__ import annotations

import io
from typing import Any

from regimenkg.catalog.cache import catalog
from regimenkg.catalog.parameters import parameter_schema
from regimenkg.catalog.runner import run, run_text
from regimenkg.catalog.spec import QuerySpec
from regimenkg.errors import RegimenKGError, UsageError
from regimenkg.resources import VERSION, directory
from regimenkg.sparql.answers import Answer, Solutions, Triples
from regimenkg.sparql.backend import Backend
from regimenkg.terms.namespaces import compact
from regimenkg.things.search import search

__all__ = ["serve"]

MOST_ROWS = 200
"""The most rows that a tool gives back; more are counted and named."""

MOST_TRIPLES = 1000
"""The most triples that a tool gives back; so with more."""

INSTRUCTIONS = (
    "A knowledge graph of chemotherapy regimens. Each row of an answer names the document that it"
    " was read in; say so, and say where sources disagree (the tool conflicts). Empty is not zero."
    " For research, not for clinical decisions."
)
_VOCABULARY = "https://w3id.org/regimenkg/vocab"
_THING = {
    "type": "object",
    "properties": {"name": {"type": "string", "description": "a name, synonym, CURIE or code"}},
    "required": ["name"],
}


def serve(backend: Backend) -> None:
    """Serve a store or endpoint over standard input and output until the client leaves.

    Raises UsageError where the ``mcp`` package is missing.
    """
    try:
        import anyio
        from mcp.server.stdio import stdio_server
    except ImportError as error:
        raise UsageError(
            f"{error.name} is not installed, which the MCP server needs",
            hint="pip install 'regimenkg[mcp]'",
        ) from error

    async def main() -> None:
        server = _server(backend)
        async with stdio_server() as (incoming, outgoing):
            await server.run(incoming, outgoing, server.create_initialization_options())

    anyio.run(main)


def _server(backend: Backend) -> Any:
    from mcp import types
    from mcp.server.lowlevel import Server

    async def list_tools(_context: Any, _params: Any) -> Any:
        return types.ListToolsResult(tools=[types.Tool(**tool) for tool in _tools()])

    async def call_tool(_context: Any, params: Any) -> Any:
        failed = False
        try:
            text = _call(params.name, params.arguments or {}, backend)
        except RegimenKGError as error:
            text = f"error: {error.message}" + (f"\nhint: {error.hint}" if error.hint else "")
            failed = True
        return types.CallToolResult(
            content=[types.TextContent(type="text", text=text)], is_error=failed
        )

    async def list_resources(_context: Any, _params: Any) -> Any:
        resource = types.Resource(
            uri=_VOCABULARY,
            name="vocabulary",
            title="The vocabulary of the graph",
            description="Classes and properties with their definitions, in Turtle",
            mime_type="text/turtle",
        )
        return types.ListResourcesResult(resources=[resource])

    async def read_resource(_context: Any, params: Any) -> Any:
        if str(params.uri) != _VOCABULARY:
            raise ValueError(f"there is no resource {params.uri}")
        text = (directory("ontology") / "regimenkg.ttl").read_text(encoding="utf-8")
        content = types.TextResourceContents(uri=_VOCABULARY, mime_type="text/turtle", text=text)
        return types.ReadResourceResult(contents=[content])

    return Server(
        "regimenkg",
        version=VERSION,
        title="RegimenKG",
        instructions=INSTRUCTIONS,
        on_list_tools=list_tools,
        on_call_tool=call_tool,
        on_list_resources=list_resources,
        on_read_resource=read_resource,
    )


def _tools() -> list[dict[str, Any]]:
    """Every canned query, and search, show and sparql, as tools with typed arguments."""
    own = [
        {
            "name": "search",
            "description": "Find things of the graph by part of a name, a synonym or a code",
            "input_schema": _THING,
        },
        {
            "name": "show",
            "description": "All that is known of a regimen, drug, toxicity, trial or other thing",
            "input_schema": _THING,
        },
        {
            "name": "sparql",
            "description": f"Run a SPARQL query of your own; the vocabulary is {_VOCABULARY}",
            "input_schema": {
                "type": "object",
                "properties": {"query": {"type": "string"}},
                "required": ["query"],
            },
        },
    ]
    return [*map(_tool, catalog().values()), *own]


def _tool(spec: QuerySpec) -> dict[str, Any]:
    columns = "; ".join(f"{name}: {what}" for name, what in spec.columns.items())
    answer = f"Columns: {columns}" if columns else "Answers in Turtle."
    return {
        "name": spec.name,
        "description": f"{spec.summary}. {spec.description} {answer}".strip(),
        "input_schema": {
            "type": "object",
            "properties": {
                param.name: {
                    **parameter_schema(param),
                    "description": f"{param.description or param.label}. Example: {param.example}",
                }
                for param in spec.params
            },
            "additionalProperties": False,
        },
    }


def _call(name: str, arguments: dict[str, Any], backend: Backend) -> str:
    if name in catalog():
        _, answer = run(name, arguments, backend, note=lambda _: None)
        return _text(answer)
    if name == "sparql":
        return _text(run_text(str(arguments.get("query", "")), backend))
    text = str(arguments.get("name", ""))
    if name == "show":
        from regimenkg.records.show import show

        return "".join(show(text, backend, 200))
    if name == "search":
        return _found(text, backend)
    raise UsageError(f"there is no tool {name!r}", hint="list the tools")


def _found(text: str, backend: Backend) -> str:
    found = search(text, backend)
    lines = [f"{compact(hit.thing.value)}\t{hit.label}" for hit in (*found.exact, *found.near)]
    more = f"({len(lines) - MOST_ROWS} more)" if len(lines) > MOST_ROWS else ""
    shown = [*lines[:MOST_ROWS], *filter(None, [more])]
    return "\n".join(shown) or "nothing in the graph is called that, or nearly so"


def _text(answer: Answer) -> str:
    """An answer as text: rows as CSV, with a count where some are left out."""
    from regimenkg.formats import rows as writers

    if isinstance(answer, bool):
        return str(answer).lower()
    output = io.BytesIO()
    if not isinstance(answer, Solutions):
        from regimenkg.formats.graphs import write_graph

        triples = sorted(set(answer), key=str)
        write_graph(Triples(triples[:MOST_TRIPLES]), "turtle", output)
        left = len(triples) - MOST_TRIPLES
        more = f"# {left} more triples; narrow the question to see them\n" if left > 0 else ""
        return output.getvalue().decode() + more
    rows = list(answer)
    writers.write_solutions(Solutions(answer.variables, rows[:MOST_ROWS]), "csv", output)
    left = len(rows) - MOST_ROWS
    more = f"({left} more rows; narrow the question to see them)\n" if left > 0 else ""
    return output.getvalue().decode() + more
