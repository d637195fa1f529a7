"""The server's processes: a query that does not end is stopped, and nobody else notices."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, suppress
from pathlib import Path
from typing import Protocol

import httpx
import pytest
from packaged_stores import directory_of_documents_edition

from regimenkg.packaged import open_store
from regimenkg.terms.namespaces import GRAPH

QUICK = """SELECT ?r { ?r rk:tier rk:Curated ; rk:hasDrug/skos:prefLabel "cladribine"@en }
ORDER BY ?r"""
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
PLANNED_FOR_EVER = "ASK { " + "?s ?p ?o . " * 4_900 + "}"
BEGINS_QUICKLY = (
    "SELECT ?a { { SELECT ?a { ?a ?b ?c } LIMIT 20000 } UNION { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i"
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
        with suppress(OSError, httpx.TransportError):  # a process may end while it answers
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
    store = directory_of_documents_edition(tmp_path / "store")
    monkeypatch.setenv("REGIMENKG_STORE", str(store))
    own, regimens = tmp_path / "own.yaml", "SELECT ?r { ?r a rk:Regimen }"
    own.write_text("regimen/flag: {prefLabel: FLAG}\n")
    with strict("--query-timeout", "0.5", "--processes", "1") as server:
        command = [sys.executable, "-m", "regimenkg", "load", "curated", str(own)]
        subprocess.run(command, check=True, capture_output=True)
        assert ask(server, ENDLESS).status_code == 504  # another process takes over
        time.sleep(3)
        assert "flag" not in ask(server, regimens).text
    with strict() as server:
        assert "flag" in ask(server, regimens).text


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { BIND(" + "(" * 20_000 + "1" + ")" * 20_000 + " AS ?x) }",
        "SELECT * " + "{" * 20_000 + "}" * 20_000,
        "ASK { FILTER(" + "!" * 200_000 + "true) }",
        "ASK { ?s ?p ?o " + "MINUS { ?s <a:b> ?o }" * 20_000 + " }",
        "ASK { BIND(" + "STR(" * 10_000 + "1" + ")" * 10_000 + " AS ?x) }",
        "ASK { FILTER(1" + "||1" * 80_000 + ") }",
        "ASK { ?s <a:a>" + "/<a:a>" * 80_000 + " ?o }",
        "ASK { " + "FILTER(1)" * 90_000 + " }",
        "ASK { " + "VALUES ?x{1}" * 60_000 + " }",
        "ASK { ?s ?p (" + " 1" * 180_000 + ") }",
        "ASK { FILTER(1 IN (1" + "||1" * 80_000 + ")) }",
        "ASK { " + "".join(f"BIND(1 AS ?x{n})" for n in range(5_000)) + " }",
    ],
    ids=[
        *("parentheses", "braces", "operators", "clauses", "calls", "or", "path", "filters"),
        *("values", "collection", "in", "names"),
    ],
)
def test_a_query_that_would_exhaust_the_stack_is_refused(server: Running, query: str) -> None:
    before = children(server.pid)
    headers = {"Content-Type": "application/sparql-query"}
    response = server.client.post("/sparql", content=query, headers=headers)
    assert response.status_code == 400, response.text
    assert "more than" in response.text
    assert children(server.pid) == before


def test_long_lists_of_data_are_no_offence(server: Running) -> None:
    rows = " ".join(f"({n} {n})" for n in range(20_000))
    wanted = ", ".join(map(str, range(20_000)))
    query = (
        f"SELECT (COUNT(*) AS ?n) {{ VALUES (?a ?b) {{ {rows} }} FILTER(?a IN ({wanted}))"
        " VALUES ?c { 1 } }"
    )
    response = server.client.post("/sparql", data={"query": query, "format": "csv"})
    assert response.text.split() == ["n", "20000"]


def test_slow_readers_keep_nobody_waiting(strict: Strict) -> None:
    query = f"SELECT * {{ GRAPH <{GRAPH}curated> {{ ?s ?p ?o }} }} ORDER BY ?o"
    path = "/sparql?" + str(httpx.QueryParams(query=query, format="json"))
    with strict("--query-timeout", "20", "--processes", "1") as server, ExitStack() as slow:
        host, _, port = server.root.removeprefix("http://").strip("/").partition(":")
        for _ in range(6):  # more than a process has threads
            reader = slow.enter_context(socket.socket())
            reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            reader.connect((host, int(port)))
            reader.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        time.sleep(3)
        assert ask(server, QUICK).status_code == 200
        whole = b""  # and the slow ones have all of theirs, when they come to read it
        reader.settimeout(20)
        while not whole.endswith(b"0\r\n\r\n"):
            part = reader.recv(1 << 16)
            assert part
            whole += part
        assert b"#error" not in whole


def test_a_head_that_does_not_end_is_refused(server: Running) -> None:
    host, _, port = server.root.removeprefix("http://").strip("/").partition(":")
    with socket.create_connection((host, int(port)), timeout=10) as client:
        client.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n")
        with suppress(ConnectionError):
            for _ in range(100):
                client.sendall(b"a: b\r\n" * 1000)
        try:
            answer = client.recv(1000)
        except ConnectionError:  # the answer may be lost with what was sent behind the limit
            answer = b""
        except TimeoutError:
            pytest.fail("the server goes on reading")
        assert answer.startswith(b"HTTP/1.1 431 ") or answer == b""
    assert ask(server, QUICK).status_code == 200


def test_the_server_outlives_a_process_that_is_killed_while_it_leaves(limited: Running) -> None:
    assert eventually(lambda: len(children(limited.pid)) == 2)
    before = children(limited.pid)
    with ThreadPoolExecutor(1) as thread:
        stuck = thread.submit(ask, limited, ENDLESS)
        time.sleep(0.5)
        os.kill(limited.pid, signal.SIGSTOP)
        try:
            assert stuck.result().status_code == 504
            time.sleep(0.5)
            for pid in before:
                os.kill(pid, signal.SIGKILL)
        finally:
            os.kill(limited.pid, signal.SIGCONT)
    assert eventually(lambda: len(children(limited.pid) - before) == 2)
    assert eventually(lambda: ask(limited, QUICK).status_code == 200)


def test_an_address_that_is_taken_is_refused(server: Running) -> None:
    port = server.root.rstrip("/").rpartition(":")[2]
    command = [sys.executable, "-m", "regimenkg", "serve", "--port", port]
    found = subprocess.run(command, capture_output=True, text=True, timeout=30)
    assert found.returncode == 2
    assert "cannot listen on 127.0.0.1" in found.stderr


def test_a_refusal_leaves_nothing_behind_on_standard_error() -> None:
    """The engine's iterators may be dropped by their own thread only, and complain otherwise."""
    open_store()
    command = [sys.executable, "-m", "regimenkg", "serve", "--port", "0", "--processes", "1"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, text=True, **pipes) as process:  # type: ignore[call-overload]
        try:
            address = process.stdout.readline().split()[2]
            for query in ("CONSTRUCT WHERE { ?s ?p ?o }", "SELECT * { ?s ?p ?o }", "SELECT *"):
                for _ in range(5):
                    asked = {"query": query}
                    response = httpx.get(
                        address + "sparql", params=asked, headers={"Accept": "a/b"}, trust_env=False
                    )
                    assert response.status_code in (400, 406)
        finally:
            process.terminate()
        assert process.stderr.read() == "For research. Not for clinical decisions.\n"
