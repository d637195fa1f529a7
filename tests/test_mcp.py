"""The MCP server, asked by the official client as an assistant's program does."""

from __future__ import annotations

import os
import sys
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest
from anyio.from_thread import start_blocking_portal
from mcp import Client, StdioServerParameters, stdio_client
from places import ROOT

from regimenkg.api import query
from regimenkg.catalog.cache import catalog
from regimenkg.errors import DataError, UsageError
from regimenkg.mcp.tools import MAX_ROWS, TOOLS
from regimenkg.mcp.worker import TooSlowError, Worker
from regimenkg.packaged import open_store


@pytest.fixture(scope="module", autouse=True)
def server() -> Iterator[None]:
    """``regimenkg mcp`` as a client starts it, for all calls of the module."""
    parameters = StdioServerParameters(
        command=sys.executable, args=["-m", "regimenkg", "mcp"], env=dict(os.environ)
    )
    # In a thread, since a browser's test may have a loop in this one.
    with start_blocking_portal() as portal:
        connection = Client(stdio_client(parameters))
        with portal.wrap_async_context_manager(connection) as client:
            _session.update(portal=portal, client=client)
            yield


_session: dict[str, Any] = {}


def ask(task: Callable[[Client], Awaitable[Any]]) -> Any:
    """Let the client do something."""
    return _session["portal"].call(task, _session["client"])


def call(tool: str, /, **arguments: object) -> Any:
    return ask(lambda client: client.call_tool(tool, arguments))


def answer(tool: str, /, **arguments: object) -> Any:
    """The structured result of a call, which also stands in the text."""
    result = call(tool, **arguments)
    assert not result.is_error, result.content[0].text
    assert result.content[0].text.startswith("{")
    return result.structured_content


def error(tool: str, /, **arguments: object) -> str:
    result = call(tool, **arguments)
    assert result.is_error
    return str(result.content[0].text)


def test_what_a_client_puts_into_each_conversation_is_small() -> None:
    tools = ask(lambda client: client.list_tools()).tools
    assert len(tools) <= 12
    assert sum(len(tool.model_dump_json(by_alias=True).encode()) for tool in tools) < 12_000
    for tool in tools:
        assert tool.annotations.read_only_hint is True
        assert tool.input_schema["additionalProperties"] is False
        assert set(tool.input_schema["required"]) <= set(tool.input_schema["properties"])


def test_a_question_is_found_by_words_and_told_in_full_by_name() -> None:
    found = answer("find_question", words="toxicity rates regimen")["questions"]
    assert "toxicity-rates" in {question["name"] for question in found}
    assert {q["name"] for q in answer("find_question")["questions"]} == set(catalog())
    (one,) = answer("find_question", words="shared-toxicities")["questions"]
    assert one["parameters"]["drug"]["type"] == "array"
    assert set(one["columns"]) == set(catalog()["shared-toxicities"].columns)
    assert answer("find_question", words="zzz qqq")["questions"] == []


def test_a_question_gives_the_rows_of_the_python_interface() -> None:
    parameters = {"drug": ["Ara-C"]}
    found = answer("ask", question="shared-toxicities", parameters=parameters, max_rows=MAX_ROWS)
    expected = query("shared-toxicities", drug="Ara-C").to_dicts()
    assert found["columns"] == list(catalog()["shared-toxicities"].columns)
    assert [row["toxicityLabel"] for row in found["rows"]] == [
        row["toxicityLabel"] for row in expected
    ]
    assert all(row["source"].startswith("rkd:source/") for row in found["rows"])
    assert found["truncated"] is False


def test_what_a_call_does_not_say_is_told_as_a_note() -> None:
    assert "--drug" in answer("ask", question="shared-toxicities")["notes"][0]


@pytest.mark.parametrize(
    ("tool", "arguments", "words"),
    [
        (
            "ask",
            {"question": "shared-toxicities", "parameters": {"drug": ["cytarbine"]}},
            "did you mean 'cytarabine'?",
        ),
        ("ask", {"question": "shared-toxicitys"}, "did you mean 'shared-toxicities'?"),
        ("ask", {"question": "outcomes", "parameters": {"regimn": "CLAG"}}, "--regimen"),
        ("ask", {"question": "outcomes", "parameters": "CLAG"}, "names with values"),
        ("ask", {}, "needs 'question'"),
        ("show", {"name": "nothing of the kind"}, "knows nothing called"),
        ("search", {"nam": "x"}, "it takes name"),
        ("outcomes", {}, "there is no tool"),
        ("sparql", {"query": "SELECT * {"}, "line 1"),
        ("sparql", {"query": "INSERT DATA { <urn:a> <urn:b> 1 }"}, "error:"),
    ],
)
def test_a_wrong_call_is_given_back_with_what_to_do(
    tool: str, arguments: dict[str, Any], words: str
) -> None:
    assert words in error(tool, **arguments)


def test_a_term_that_does_not_exist_is_told_and_not_run() -> None:
    text = error(
        "sparql",
        query="SELECT * {\n  ?r rk:hasDrugs ?d ; a rk:Regimen ; rk:hasToxicitie ?t }",
    )
    assert "rk:hasDrugs (line 2, column 6)" in text
    assert "rk:hasToxicitie" in text
    assert "did you mean rk:hasDrug, rk:hasToxicity?" in text
    assert "rk:Regimen" not in text
    thing = error("sparql", query="SELECT * { <https://w3id.org/regimenkg/drug/cytarabin> ?p ?o }")
    assert "rkd:drug/cytarabin (line 1, column 12)" in thing
    own = "PREFIX my: <https://w3id.org/regimenkg/vocab#> SELECT * { ?r a my:Regime }"
    assert "rk:Regime " in error("sparql", query=own)
    # In a string or a comment it is no term.
    assert answer("sparql", query="SELECT ('rk:hasDrugs' AS ?x) {} # rk:hasDrugs")["rows"]


def test_rows_and_triples_are_cut_with_a_word() -> None:
    found = answer("sparql", query="SELECT ?s { ?s ?p ?o }", max_rows=3)
    assert (len(found["rows"]), found["truncated"]) == (3, True)
    exact = answer("sparql", query="SELECT ?s { ?s ?p ?o } LIMIT 3", max_rows=3)
    assert (len(exact["rows"]), exact["truncated"]) == (3, False)
    most = answer("sparql", query="SELECT ?s { ?s ?p ?o }", max_rows=10 * MAX_ROWS)
    assert len(most["rows"]) == MAX_ROWS
    record = answer("ask", question="regimen-record", parameters={"regimen": "CLAG-M"})
    assert record["truncated"] is True
    assert record["triples"] > 1000
    assert "@prefix" in record["turtle"]
    assert answer("sparql", query="ASK {}") == {"answer": True}


def test_things_are_found_shown_and_traced() -> None:
    assert answer("search", name="cytarbine")["things"][0]["label"] == "cytarabine"
    page = answer("show", name="CLAG-M")
    assert (page["label"], page["kind"]) == ("CLAG-M", "regimen")
    assert "Toxicities" in {section["title"] for section in page["sections"]}
    read = answer("evidence", name="rkd:outcome/NCT00955916-overall-survival")["rows"]
    assert all(int(row["start"]) < int(row["end"]) for row in read)


def test_the_schema_is_found_by_words_and_is_a_resource() -> None:
    term = answer("schema", words="rk:percent")["terms"]
    assert set(term) == {"rk:percent"}
    assert term["rk:percent"]["range"] == ["xsd:decimal"]
    assert "rk:OverallSurvival" in answer("schema", words="overall survival")["terms"]

    async def read(client: Client) -> Any:
        found = (await client.list_resources()).resources
        return await client.read_resource(found[0].uri)

    assert "rk:Regimen a owl:Class" in ask(read).contents[0].text


ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"


def test_a_call_that_takes_too_long_is_stopped_and_the_next_is_answered() -> None:
    worker = Worker(open_store, seconds=1.5)
    try:
        with pytest.raises(TooSlowError, match=r"stopped after 1\.5 seconds"):
            worker.call("sparql", {"query": ENDLESS})
        assert worker.call("sparql", {"query": "ASK {}"}) == {"answer": True}
    finally:
        worker.stop()


def test_a_process_that_breaks_down_or_cannot_open_is_told() -> None:
    with pytest.raises(DataError, match="broke down"):
        Worker(_break_down, seconds=5)
    with pytest.raises(UsageError):
        Worker(_refuse, seconds=5)


def _break_down() -> Any:
    os._exit(1)


def _refuse() -> Any:
    raise UsageError("no such store")


def test_the_readme_names_every_tool() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert [tool.name for tool in TOOLS if f"`{tool.name}`" not in readme] == []
