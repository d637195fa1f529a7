"""The server over standard input and output, through the official ``mcp`` package."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from regimenkg.errors import RegimenKGError, UsageError
from regimenkg.mcp.tools import TOOLS
from regimenkg.mcp.worker import Worker
from regimenkg.records.show import DISCLAIMER
from regimenkg.resources import VERSION, directory
from regimenkg.sparql.backend import Backend

__all__ = ["MAX_SECONDS", "serve"]

MAX_SECONDS = 30.0
"""How long a tool may take before it is stopped."""

_INSTRUCTIONS = (
    "A knowledge graph of chemotherapy regimens: dosing, toxicity rates, outcomes, care, trials,"
    " codes. Begin with find_question, then ask; show tells all of one thing; for anything else"
    " look the terms up with schema and write sparql. Rows name the document that they were read"
    " in: say so, and say where sources disagree (question conflicts). Empty is not zero. "
) + DISCLAIMER
_VOCABULARY = "https://w3id.org/regimenkg/vocab"


def serve(open_backend: Callable[[], Backend], seconds: float = MAX_SECONDS) -> None:
    """Serve a store or endpoint until the client leaves.

    Args:
        open_backend: opens it, in a process of its own; it has to be picklable.
        seconds: how long a tool may take.

    Raises UsageError where the ``mcp`` package is missing, and what ``open_backend`` raises.
    """
    try:
        import anyio
        from mcp.server.stdio import stdio_server
    except ImportError as error:
        raise UsageError(
            f"{error.name} is not installed, which the MCP server needs",
            hint="pip install 'regimenkg[mcp]'",
        ) from error

    worker = Worker(open_backend, seconds)

    async def main() -> None:
        server = _server(worker)
        async with stdio_server() as (incoming, outgoing):
            await server.run(incoming, outgoing, server.create_initialization_options())

    try:
        anyio.run(main)
    finally:
        worker.stop()


def _server(worker: Worker) -> Any:
    from anyio.to_thread import run_sync
    from mcp import types
    from mcp.server.lowlevel import Server

    reads = types.ToolAnnotations(read_only_hint=True, idempotent_hint=True, open_world_hint=False)

    async def list_tools(_context: Any, _params: Any) -> Any:
        return types.ListToolsResult(
            tools=[
                types.Tool(
                    name=tool.name,
                    description=tool.description,
                    input_schema={
                        "type": "object",
                        "properties": tool.arguments,
                        "required": list(tool.required),
                        "additionalProperties": False,
                    },
                    annotations=reads,
                )
                for tool in TOOLS
            ]
        )

    async def call_tool(_context: Any, params: Any) -> Any:
        try:
            answer = await run_sync(worker.call, params.name, params.arguments or {})
        except RegimenKGError as error:
            text = f"error: {error.message}" + (f"\nhint: {error.hint}" if error.hint else "")
            return types.CallToolResult(
                content=[types.TextContent(type="text", text=text)], is_error=True
            )
        # As text too, for clients that do not read structured content.
        text = json.dumps(answer, ensure_ascii=False, separators=(",", ":"))
        return types.CallToolResult(
            content=[types.TextContent(type="text", text=text)], structured_content=answer
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
        instructions=_INSTRUCTIONS,
        on_list_tools=list_tools,
        on_call_tool=call_tool,
        on_list_resources=list_resources,
        on_read_resource=read_resource,
    )
