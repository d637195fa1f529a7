"""The MCP server, asked by the official client as an assistant's program does."""

from __future__ import annotations

import os
import sys
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import anyio
from mcp import Client, StdioServerParameters, stdio_client

from regimenkg.catalog.cache import catalog


def ask(task: Callable[[Client], Awaitable[Any]]) -> Any:
    """Start ``regimenkg mcp`` and let a client do something with it."""
    parameters = StdioServerParameters(
        command=sys.executable, args=["-m", "regimenkg", "mcp"], env=dict(os.environ)
    )

    async def main() -> Any:
        async with Client(stdio_client(parameters)) as client:
            return await task(client)

    with ThreadPoolExecutor(1) as thread:  # a browser's test may have a loop in this one
        return thread.submit(anyio.run, main).result()


def call(tool: str, /, **arguments: object) -> Any:
    return ask(lambda client: client.call_tool(tool, arguments))


def test_every_canned_query_is_a_tool_with_typed_arguments() -> None:
    tools = {tool.name: tool for tool in ask(lambda client: client.list_tools()).tools}
    assert set(catalog()) | {"search", "show", "sparql"} == set(tools)
    schema = tools["shared-toxicities"].input_schema
    assert schema["properties"]["drug"]["type"] == "array"
    assert "toxicity" in tools["shared-toxicities"].description


def test_a_tool_answers_from_the_graph_with_the_source() -> None:
    result = call("shared-toxicities", drug=["Ara-C"])
    assert not result.is_error
    assert "diarrhea" in result.content[0].text
    assert "source/clag-imatinib-article" in result.content[0].text


def test_a_wrong_argument_is_given_back_with_a_hint() -> None:
    result = call("shared-toxicities", drug=["cytarabin"])
    assert result.is_error
    assert "did you mean 'cytarabine'?" in result.content[0].text


def test_search_show_and_sparql_answer() -> None:
    assert "rkd:drug/cytarabine" in call("search", name="cytarab").content[0].text
    assert "CLAG-M (regimen)" in call("show", name="CLAG-M").content[0].text
    text = call("sparql", query="SELECT ?r { ?r a rk:Regimen }").content[0].text
    assert text.count("regimen/") == 3


def test_triples_are_given_as_turtle_and_cut_with_a_count() -> None:
    text = call("regimen-record", regimen=["CLAG"]).content[0].text
    assert "rk:Regimen" in text
    assert "more triples" not in text
    assert " more triples; narrow the question" in call("regimen-record").content[0].text


def test_a_search_forgives_slips() -> None:
    assert "rkd:drug/cytarabine\tcytarabine" in call("search", name="citarabin").content[0].text


def test_the_vocabulary_is_a_resource() -> None:
    async def read(client: Client) -> Any:
        found = (await client.list_resources()).resources
        return await client.read_resource(found[0].uri)

    assert "rk:Regimen a owl:Class" in ask(read).contents[0].text
