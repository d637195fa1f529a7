"""Many clients at once, and requests that are none: the server answers each, and goes on."""

from __future__ import annotations

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from http.client import HTTPConnection
from typing import Protocol
from urllib.parse import urlsplit

import httpx
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

QUERY = "SELECT ?r ?t {{ ?r a rk:Regimen ; rk:hasToxicity ?t }} # {}"
EXPECTED = {200, 204, 303, 307, 308, 400, 403, 404, 405, 406, 413, 415}


class Running(Protocol):
    root: str
    client: httpx.Client


def test_two_hundred_clients_at_once_are_all_answered(server: Running) -> None:
    async def client(number: int) -> list[int]:
        async with httpx.AsyncClient(base_url=server.root, trust_env=False, timeout=60) as http:
            texts = [QUERY.format(f"{number}-{n}") for n in range(3)]
            return [
                (await http.get("/sparql", params={"query": text})).status_code for text in texts
            ]

    async def main() -> list[list[int]]:
        return await asyncio.gather(*map(client, range(200)))

    with ThreadPoolExecutor(1) as thread:  # a browser's test may have a loop in this one
        answered = thread.submit(asyncio.run, main()).result()
    assert {status for statuses in answered for status in statuses} == {200}


def test_a_client_may_wait_as_long_as_clients_keep_their_connections(server: Running) -> None:
    """httpx keeps one for 5 s, and does not ask again where the server closed it just then."""
    address = urlsplit(server.root)
    connection = HTTPConnection(str(address.hostname), address.port, timeout=30)
    with closing(connection):
        connection.request("GET", "/")
        connection.getresponse().read()
        kept = connection.sock
        time.sleep(7)
        connection.request("GET", "/")
        assert connection.getresponse().status == 200
        assert connection.sock is kept


HEADERS = st.dictionaries(
    st.sampled_from(["Accept", "Content-Type", "If-None-Match", "Accept-Encoding"]),
    st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=60).map(str.strip),
)
TEXT = st.text(max_size=80) | st.sampled_from(
    ["SELECT * {", "ASK {}", "SERVICE", "\x00", "LIMIT 9999999999999999999", "{" * 70, "FROM <"]
)


@settings(max_examples=150, suppress_health_check=list(HealthCheck))
@given(
    method=st.sampled_from(["GET", "POST", "HEAD", "PUT", "OPTIONS"]),
    query=TEXT,
    name=st.sampled_from(["query", "update", "default-graph-uri", "format", "x"]),
    headers=HEADERS,
    body=st.binary(max_size=200) | TEXT.map(str.encode),
)
def test_a_malformed_request_is_refused_and_never_an_error_of_the_server(
    server: Running, method: str, query: str, name: str, headers: dict[str, str], body: bytes
) -> None:
    response = server.client.request(
        method,
        "/sparql",
        params={"query": query, name: query} if name != "query" else {"query": query},
        headers=headers,
        content=body if method == "POST" else None,
    )
    assert response.status_code in EXPECTED, response.text


@settings(max_examples=100, suppress_health_check=list(HealthCheck))
@given(
    kind=st.sampled_from(["regimen/", "drug/", "queries/", "queries/outcomes?", "search?q=", ""]),
    rest=st.text(max_size=40),
)
def test_any_address_has_a_page_or_a_reason(server: Running, kind: str, rest: str) -> None:
    try:
        response = server.client.get("/" + kind + rest)
    except httpx.InvalidURL:
        return
    assert response.status_code in EXPECTED, response.text[:300]
