"""Whatever asks the store keeps to the endpoint's limits, and tells what is wrong as it does."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from contextlib import AbstractContextManager
from http.client import HTTPConnection
from typing import Protocol
from urllib.parse import urlsplit

import httpx
import pyoxigraph as ox
import pytest
import rdflib
from packaged_stores import directory_of_documents_edition, documents_edition

from regimenkg.catalog.cache import catalog
from regimenkg.terms.namespaces import PREFIXES, RKD
from regimenkg.web.server.connection import MAX_HEAD, MAX_URL

SLOW = "overlapping-toxicities"
"""A canned query that takes seconds over the graph of :func:`slow`."""


class Running(Protocol):
    root: str
    client: httpx.Client


class Strict(Protocol):
    def __call__(self, *options: str) -> AbstractContextManager[Running]: ...


def rows(response: httpx.Response) -> list[list[str]]:
    return list(csv.reader(io.StringIO(response.text)))[1:]


@pytest.fixture(scope="module")
def capped(strict: Strict) -> Iterator[Running]:
    """A server that gives two rows of an answer."""
    location = documents_edition().location
    with strict("--max-rows", "2", "--processes", "1", "--store", location) as server:
        yield server


@pytest.fixture(scope="module")
def slow(tmp_path_factory: pytest.TempPathFactory, strict: Strict) -> Iterator[Running]:
    """A server with little patience, over a regimen of many drugs that all have many toxicities,
    of which a great deal is said."""
    directory = directory_of_documents_edition(tmp_path_factory.mktemp("slow") / "store")
    generation = directory / (directory / "CURRENT").read_text().strip()
    store = ox.Store(str(generation / "db"))

    def iri(prefix: str, name: str) -> ox.NamedNode:
        return ox.NamedNode(PREFIXES[prefix] + name)

    def planted() -> Iterator[ox.Quad]:
        regimen = iri("rkd", "regimen/slow")
        drugs = [iri("rkd", f"drug/slow-{n}") for n in range(300)]
        toxicities = [iri("rkd", f"toxicity/slow-{n}") for n in range(1000)]
        yield ox.Quad(regimen, iri("rdf", "type"), iri("rk", "Regimen"))
        yield ox.Quad(regimen, iri("rk", "tier"), iri("rk", "Registry"))
        for thing in (regimen, *drugs, *toxicities):
            label = ox.Literal(thing.value.rpartition("/")[2], language="en")
            yield ox.Quad(thing, iri("skos", "prefLabel"), label)
        for n in range(20_000):
            statement = iri("rkd", f"advice/slow-{n}")
            yield ox.Quad(statement, iri("rdf", "type"), iri("rk", "Advice"))
            yield ox.Quad(statement, iri("rk", "about"), regimen)
            yield ox.Quad(statement, iri("rk", "asReported"), ox.Literal(f"{n}"))
        for drug in drugs:
            yield ox.Quad(regimen, iri("rk", "hasDrug"), drug)
            for form in ("formOf", "baseDrug"):
                yield ox.Quad(drug, iri("rk", form), drug)
            for toxicity in toxicities:
                yield ox.Quad(drug, iri("rk", "hasToxicity"), toxicity)

    store.bulk_extend(planted())
    store.flush()
    del store
    options = ("--query-timeout", "0.3", "--processes", "2", "--store", str(directory))
    with strict(*options) as server:
        yield server


@pytest.mark.parametrize(
    ("path", "accept", "type_"),
    [
        (f"/queries/{SLOW}.csv", "*/*", "text/plain"),
        (f"/queries/{SLOW}.json", "application/json", "application/problem+json"),
        (f"/queries/{SLOW}", "text/html", "text/html"),
        ("/regimen/slow", "text/html,*/*;q=0.1", "text/html"),
        (f"/queries/{SLOW}", "application/json", "application/problem+json"),
    ],
)
def test_what_takes_too_long_is_stopped(slow: Running, path: str, accept: str, type_: str) -> None:
    response = slow.client.get(path, headers={"Accept": accept})
    assert response.status_code == 504, response.text[:500]
    assert response.headers["content-type"].partition(";")[0] == type_
    assert "stopped after 0.3 seconds" in response.text
    assert slow.client.get("/queries/boxed-warnings.csv").status_code == 200


@pytest.mark.parametrize("name", [name for name, spec in catalog().items() if spec.form != "ask"])
def test_the_row_cap_is_that_of_the_endpoint(
    small_server: Running, capped: Running, name: str
) -> None:
    ending = "nt" if catalog()[name].form == "construct" else "csv"
    whole = small_server.client.get(f"/queries/{name}.{ending}")
    cut = capped.client.get(f"/queries/{name}.{ending}")
    assert "x-truncated" not in whole.headers
    lines = rows if ending == "csv" else lambda response: response.text.splitlines()
    if len(lines(whole)) <= 2:
        assert "x-truncated" not in cut.headers
        assert sorted(lines(cut)) == sorted(lines(whole))
        return
    assert cut.headers["x-truncated"] == "true"
    assert cut.headers["x-row-limit"] == "2"
    assert len(lines(cut)) == 2
    page = capped.client.get(f"/queries/{name}")
    assert "more than 2 rows: the first are shown" in page.text


def test_a_page_of_a_thing_says_that_it_is_cut(small_server: Running, capped: Running) -> None:
    for path in ("/regimen/clag-m", "/compare?regimen=clag&regimen=clag-m", "/"):
        assert "more than 2 rows" in capped.client.get(path).text, path
        assert "rows: the first are shown" not in small_server.client.get(path).text, path
    turtle = capped.client.get("/regimen/clag-m.ttl")
    assert turtle.headers["x-truncated"] == "true"


def test_names_are_looked_up_in_the_whole_store(capped: Running) -> None:
    response = capped.client.get("/queries/regimens-by-drug.csv", params={"drug": "Ara-C"})
    assert response.status_code == 200
    assert response.headers["x-truncated"] == "true"
    assert capped.client.get("/search?q=cladribine").headers["location"] == "/drug/cladribine"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/queries/shared-toxicities.csv?drug=cytarbine", 400),
        ("/queries/shared-toxicities.csv?durg=cytarabine", 400),
        ("/queries/shared-toxicities.ttl", 404),
        ("/queries/shared-toxicity.csv", 404),
        ("/queries/shared-toxicity", 404),
        ("/queries/shared-toxicities?view=globe", 400),
        ("/queries/shared-toxicities?drug=cytarbine", 400),
        ("/drug/cytarabin", 404),
        ("/drug/cytarabin.ttl", 404),
        ("/nothing/of/the/kind", 404),
        ("/static/none.css", 404),
        ("/compare?regimen=clag", 400),
    ],
)
def test_errors_have_the_form_of_the_endpoint(server: Running, path: str, status: int) -> None:
    response = server.client.get(path, headers={"Accept": "application/json"})
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers["access-control-allow-origin"] == "*"
    told = response.json()
    assert told["status"] == status
    assert told["title"]
    text = server.client.get(path, headers={"Accept": "text/csv, text/turtle"})
    assert text.status_code == status
    assert text.text.startswith("error: " + told["title"])
    head = server.client.head(path, headers={"Accept": "application/json"})
    assert head.status_code == status
    assert not head.content
    if "." not in path:
        html = server.client.get(path, headers={"Accept": "text/html,*/*;q=0.8"})
        assert html.status_code == status
        assert html.headers["content-type"].startswith("text/html")


@pytest.mark.parametrize("path", ["/sparql", "/queries/outcomes.csv", "/queries/none.csv"])
def test_pages_of_other_servers_may_ask(server: Running, path: str) -> None:
    response = server.client.options(
        path, headers={"Origin": "http://example.org", "Access-Control-Request-Method": "GET"}
    )
    assert response.status_code == 204
    assert response.headers["access-control-allow-origin"] == "*"
    assert "GET" in response.headers["access-control-allow-methods"]
    assert "X-Truncated" in response.headers["access-control-expose-headers"]
    refused = server.client.delete(path, headers={"Accept": "application/json"})
    assert refused.status_code == 405
    assert "OPTIONS" in refused.headers["allow"]
    assert refused.json()["status"] == 405


def test_the_default_of_a_required_parameter_is_told(small_server: Running) -> None:
    for name, spec in catalog().items():
        ending = "nt" if spec.form == "construct" else "csv"
        bare = small_server.client.head(f"/queries/{name}.{ending}")
        told = httpx.QueryParams(bare.headers.get("x-default-parameters", ""))
        required = {param.name for param in spec.params if param.required}
        assert set(told) == required, name
        if required:
            again = small_server.client.get(f"/queries/{name}.{ending}", params=told)
            assert "x-default-parameters" not in again.headers
            whole = small_server.client.get(f"/queries/{name}.{ending}")
            assert sorted(again.text.splitlines()) == sorted(whole.text.splitlines())


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("/sparql/", "/sparql"),
        ("/regimen/clag-m/", "/regimen/clag-m"),
        ("/queries/", "/queries"),
        ("/queries/outcomes.csv//", "/queries/outcomes.csv"),
        ("/citation/doi/10.1/x/", "/citation/doi/10.1/x"),
        ("//example.org/", "/example.org"),
        ("/%5Cexample.org/", "/%5Cexample.org"),
        ("/drug/a%3Fb%23c%25/", "/drug/a%3Fb%23c%25"),
    ],
)
def test_a_slash_too_much_redirects_to_the_address_without(
    server: Running, method: str, path: str, target: str
) -> None:
    for query in ("", "?query=ASK%20%7B%7D&format=csv"):
        url = server.root.rstrip("/") + path + query
        response = server.client.request(method, httpx.URL(url))
        assert response.status_code == 308
        assert response.headers["location"] == target + query


def test_a_query_with_a_slash_too_much_is_answered(server: Running) -> None:
    client = server.client
    asked = client.post("/sparql/", data={"query": "ASK {}"}, follow_redirects=True)
    assert asked.json()["boolean"] is True
    turtle = client.get(
        "/regimen/clag-m/", headers={"Accept": "text/turtle"}, follow_redirects=True
    )
    graph = rdflib.Graph().parse(data=turtle.text, format="turtle")
    assert (rdflib.URIRef(RKD + "regimen/clag-m"), None, None) in graph


@pytest.mark.parametrize("path", ["/sparql?query=", "/queries/outcomes.csv?x=", "/"])
def test_an_address_that_is_too_long_is_told_what_to_do(server: Running, path: str) -> None:
    longest = path + "ASK%20%7B%7D%23"
    for length, statuses in (
        (MAX_URL, {200, 400, 404}),
        (MAX_URL + 1, {414}),
        (200_000, {414}),
        (MAX_HEAD + 1, {414, 431}),
    ):
        connection = HTTPConnection(urlsplit(server.root).netloc, timeout=20)
        connection.request("GET", longest.ljust(length, "x"))
        response = connection.getresponse()
        assert response.status in statuses, length
        text = response.read().decode()
        connection.close()
        if response.status >= 414:
            assert text.startswith("error: ")
            assert "by POST" in text
    query = "ASK {} #" + "x" * 300_000
    assert server.client.post("/sparql", data={"query": query}).status_code == 200
