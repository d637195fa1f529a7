"""The server's processes: a query that does not end is stopped, and nobody else notices."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from typing import Protocol

import httpx
import pytest

from regimenkg.embedded import open_store

QUICK = "SELECT ?r { ?r a rk:Regimen } ORDER BY ?r"
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
PLANNED_FOR_EVER = "ASK { " + "?s ?p ?o . " * 20_000 + "}"
BEGINS_QUICKLY = (
    "SELECT ?a { { ?a ?b ?c } UNION { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i"
    " FILTER(CONTAINS(CONCAT(STR(?a), STR(?g)), 'no such text')) } } LIMIT 50000"
)


class Running(Protocol):
    root: str
    client: httpx.Client
    pid: int


class Strict(Protocol):
    def __call__(self, *options: str) -> AbstractContextManager[Running]: ...


def children(pid: int) -> set[int]:
    """The processes that a process has started."""
    text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return set(map(int, text.split()))


def eventually(what: object, seconds: float = 20) -> bool:
    """Whether something comes true in time."""
    assert callable(what)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with suppress(OSError):
            if what():
                return True
        time.sleep(0.05)
    return False


@pytest.fixture
def limited(strict: Strict) -> Iterator[Running]:
    with strict("--query-timeout", "1", "--processes", "2") as server:
        yield server


def ask(server: Running, query: str) -> httpx.Response:
    return server.client.get("/sparql", params={"query": query})


@pytest.mark.parametrize("query", [ENDLESS, PLANNED_FOR_EVER], ids=["evaluated", "planned"])
def test_a_query_that_does_not_end_ends_with_its_process(limited: Running, query: str) -> None:
    assert eventually(lambda: len(children(limited.pid)) == 2)
    before = children(limited.pid)
    response = limited.client.post("/sparql", data={"query": query})
    assert response.status_code == 504
    assert "stopped after 1 seconds" in response.text
    assert eventually(lambda: len(before - children(limited.pid)) == 1), "the process goes on"
    assert eventually(lambda: len(children(limited.pid)) == 2), "nothing took its place"
    assert ask(limited, QUICK).status_code == 200


def test_others_are_answered_while_a_process_is_replaced(limited: Running) -> None:
    def client(number: int) -> set[int]:
        with httpx.Client(base_url=limited.root, trust_env=False, timeout=30) as http:
            found = set()
            for n in range(60):
                response = http.get("/sparql", params={"query": f"{QUICK} # {number}-{n}"})
                found.add(response.status_code)
                time.sleep(0.05)
            return found

    with ThreadPoolExecutor(7) as threads:
        stuck = threads.submit(ask, limited, ENDLESS)
        statuses = set().union(*threads.map(client, range(6)))
        assert stuck.result().status_code == 504
    assert statuses == {200}


def test_a_limit_reached_behind_the_first_part_is_told_in_the_body(limited: Running) -> None:
    body = b""
    with (
        pytest.raises(httpx.RemoteProtocolError),
        limited.client.stream("GET", "/sparql", params={"query": BEGINS_QUICKLY}) as response,
    ):
        assert response.status_code == 200
        for part in response.iter_raw():
            body += part
    assert len(body) > 1 << 16
    assert b"\n#error: the query was stopped after 1 seconds\n" in body


def test_a_killed_process_is_replaced(limited: Running) -> None:
    assert eventually(lambda: len(children(limited.pid)) == 2)
    before = children(limited.pid)
    os.kill(min(before), signal.SIGKILL)
    assert eventually(lambda: len(children(limited.pid) - before) == 1)
    assert eventually(lambda: ask(limited, QUICK).status_code == 200)


def test_the_processes_end_with_the_server(strict: Strict) -> None:
    with strict("--processes", "2") as server:
        pid = server.pid
        found = children(pid)
        os.kill(pid, signal.SIGKILL)
        assert eventually(lambda: not any(Path(f"/proc/{child}").exists() for child in found))


def test_all_processes_read_the_generation_that_the_server_began_with(
    strict: Strict, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REGIMENKG_STORE", str(tmp_path / "store"))
    open_store()
    own = tmp_path / "own.yaml"
    own.write_text("regimen/flag: {prefLabel: FLAG}\n")
    with strict("--query-timeout", "0.5", "--processes", "1") as server:
        command = [sys.executable, "-m", "regimenkg", "load", "curated", str(own)]
        subprocess.run(command, check=True, capture_output=True)
        assert ask(server, ENDLESS).status_code == 504  # another process takes over
        time.sleep(3)
        assert "flag" not in ask(server, QUICK).text
    with strict() as server:
        assert "flag" in ask(server, QUICK).text


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { BIND(" + "(" * 20_000 + "1" + ")" * 20_000 + " AS ?x) }",
        "SELECT * " + "{" * 20_000 + "}" * 20_000,
        "ASK { FILTER(" + "!" * 200_000 + "true) }",
        "ASK { ?s ?p ?o " + "MINUS { ?s <a:b> ?o }" * 20_000 + " }",
        "ASK { BIND(" + "STR(" * 10_000 + "1" + ")" * 10_000 + " AS ?x) }",
    ],
    ids=["parentheses", "braces", "operators", "clauses", "calls"],
)
def test_a_query_that_would_exhaust_the_stack_is_refused(server: Running, query: str) -> None:
    before = children(server.pid)
    response = server.client.post("/sparql", data={"query": query})
    assert response.status_code == 400, response.text
    assert "more than" in response.text
    assert children(server.pid) == before


def test_a_long_list_is_not_nested(server: Running) -> None:
    rows = " ".join(f"({n} {n})" for n in range(20_000))
    query = f"SELECT (COUNT(*) AS ?n) {{ VALUES (?a ?b) {{ {rows} }} }}"
    response = server.client.post("/sparql", data={"query": query, "format": "csv"})
    assert response.text.split() == ["n", "20000"]


def test_an_address_that_is_taken_is_refused(server: Running) -> None:
    port = server.root.rstrip("/").rpartition(":")[2]
    command = [sys.executable, "-m", "regimenkg", "serve", "--port", port]
    found = subprocess.run(command, capture_output=True, text=True, timeout=30)
    assert found.returncode == 2
    assert "cannot listen on 127.0.0.1" in found.stderr
