"""The endpoint keeps to the SPARQL 1.1 Protocol, and to what it refuses."""

from __future__ import annotations

import csv
import io
from contextlib import AbstractContextManager
from html import unescape
from typing import Protocol
from urllib.parse import quote

import httpx
import pytest
import rdflib
from cli_runner import run
from packaged_stores import documents_edition
from SPARQLWrapper import JSON, SPARQLWrapper

from regimenkg.api import sparql
from regimenkg.catalog.cache import catalog
from regimenkg.catalog.spec import QuerySpec
from regimenkg.errors import QuerySyntaxError
from regimenkg.sparql.answers import Solutions, Triples
from regimenkg.sparql.explain import syntax_error
from regimenkg.sparql.remote import RemoteEndpoint
from regimenkg.terms.namespaces import PREFIXES

THREE = (
    f"?r <{PREFIXES['rk']}tier> <{PREFIXES['rk']}Curated> ;"
    f" <{PREFIXES['rk']}hasDrug> <{PREFIXES['rkd']}drug/cladribine>"
)
REGIMENS = f"SELECT ?r {{ {THREE} }} ORDER BY ?r"
CONSTRUCT = f"CONSTRUCT {{ ?r a <{PREFIXES['rk']}Regimen> }} WHERE {{ {THREE} }}"
CURATED = "https://w3id.org/regimenkg/graph/curated"


class Running(Protocol):
    root: str
    client: httpx.Client

    @property
    def sparql(self) -> str: ...


class Strict(Protocol):
    def __call__(self, *options: str) -> AbstractContextManager[Running]: ...


def csv_rows(response: httpx.Response) -> list[list[str]]:
    return list(csv.reader(io.StringIO(response.text)))[1:]


@pytest.mark.parametrize("way", ["get", "form", "body"])
def test_three_ways_to_ask_give_one_answer(server: Running, way: str) -> None:
    headers = {"Accept": "text/csv"}
    client = server.client
    if way == "get":
        response = client.get("/sparql", params={"query": REGIMENS}, headers=headers)
    elif way == "form":
        response = client.post("/sparql", data={"query": REGIMENS}, headers=headers)
    else:
        headers["Content-Type"] = "application/sparql-query"
        response = client.post("/sparql", content=REGIMENS, headers=headers)
    assert response.status_code == 200
    assert len(csv_rows(response)) == 3


@pytest.mark.parametrize(
    ("query", "accept", "media_type"),
    [
        (REGIMENS, "", "application/sparql-results+json"),
        (REGIMENS, "*/*", "application/sparql-results+json"),
        (REGIMENS, "application/sparql-results+xml", "application/sparql-results+xml"),
        (REGIMENS, "text/csv;q=0.3, text/tab-separated-values", "text/tab-separated-values"),
        (REGIMENS, "text/html, application/json;q=0.9", "application/sparql-results+json"),
        ("ASK {}", "application/sparql-results+xml", "application/sparql-results+xml"),
        (CONSTRUCT, "", "text/turtle"),
        (CONSTRUCT, "application/n-triples", "application/n-triples"),
        (CONSTRUCT, "application/ld+json", "application/ld+json"),
        (CONSTRUCT, "application/rdf+xml;q=0.8, text/turtle;q=0.2", "application/rdf+xml"),
        (CONSTRUCT, "application/sparql-results+json, */*;q=0.1", "text/turtle"),
    ],
)
def test_accept_chooses_the_format(
    server: Running, query: str, accept: str, media_type: str
) -> None:
    response = server.client.get("/sparql", params={"query": query}, headers={"Accept": accept})
    assert response.status_code == 200, response.text
    assert response.headers["content-type"].partition(";")[0] == media_type
    assert "Accept" in response.headers["vary"]
    if media_type in ("text/turtle", "application/n-triples", "application/rdf+xml"):
        assert len(rdflib.Graph().parse(data=response.text, format=media_type)) == 3


@pytest.mark.parametrize("name", ["json", "xml", "csv", "tsv"])
def test_the_format_may_be_a_parameter(server: Running, name: str) -> None:
    params = {"query": REGIMENS, "format": name}
    response = server.client.get("/sparql", params=params, headers={"Accept": "image/png"})
    assert response.status_code == 200
    assert name in response.headers["content-type"] or name == "tsv"


@pytest.mark.parametrize(
    ("hint", "rows", "triples"),
    [
        ("xml", "application/sparql-results+xml", "application/rdf+xml"),
        ("json", "application/sparql-results+json", "application/ld+json"),
        ("n3", "text/csv", "text/turtle"),
        ("rdf+xml", "text/csv", "application/rdf+xml"),
        ("application/rdf+xml", "text/csv", "application/rdf+xml"),
        ("application/sparql-results+xml", "application/sparql-results+xml", "text/turtle"),
        ("TSV", "text/tab-separated-values", "text/turtle"),
        ("", "text/csv", "text/turtle"),
        ("parquet", "text/csv", "text/turtle"),
    ],
)
@pytest.mark.parametrize("encoded", [True, False], ids=["encoded", "plus sign as it is"])
def test_a_hint_says_more_than_accept_where_it_says_anything(
    server: Running, hint: str, rows: str, triples: str, encoded: bool
) -> None:
    sent = quote(hint, safe="" if encoded else "+/")
    headers = {"Accept": "text/csv, text/turtle;q=0.5"}
    for query, wanted in ((REGIMENS, rows), ("ASK {}", rows), (CONSTRUCT, triples)):
        url = f"/sparql?format={sent}&query={quote(query)}"
        response = server.client.get(url, headers=headers)
        assert response.status_code == 200, response.text
        assert response.headers["content-type"].partition(";")[0] == wanted
        form = {"Content-Type": "application/x-www-form-urlencoded", **headers}
        body = f"query={quote(query)}&format={sent}"
        response = server.client.post("/sparql", content=body, headers=form)
        assert response.headers["content-type"].partition(";")[0] == wanted


@pytest.mark.parametrize(
    ("status", "request_"),
    [
        (400, {"params": {"query": "SELECT * {"}}),
        (400, {"params": [("query", REGIMENS), ("query", "ASK {}")]}),
        (400, {"params": {"query": "SELECT ?none WHERE { ?s unknown:p ?o }"}}),
        (406, {"params": {"query": REGIMENS}, "headers": {"Accept": "image/png"}}),
        (406, {"params": {"query": REGIMENS, "format": "csv;"}, "headers": {"Accept": "a/b"}}),
        (
            406,
            {"params": {"query": REGIMENS, "format": "ttl"}, "headers": {"Accept": "text/turtle"}},
        ),
        (403, {"params": {"update": "CLEAR ALL"}}),
        (403, {"params": {"query": "SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }"}}),
        (403, {"params": {"query": "SELECT * FROM <http://127.0.0.1:1/x> { ?s ?p ?o }"}}),
        (403, {"params": {"query": REGIMENS, "default-graph-uri": "http://127.0.0.1:1/x"}}),
        (400, {"params": {"query": "LOAD <http://127.0.0.1:1/x>"}}),
        (400, {"params": {"query": "INSERT DATA { <a:a> <a:b> <a:c> }"}}),
        (405, {"method": "PUT"}),
        (405, {"method": "DELETE"}),
        (415, {"method": "POST", "content": REGIMENS, "headers": {"Content-Type": "text/plain"}}),
        (
            403,
            {
                "method": "POST",
                "content": "CLEAR ALL",
                "headers": {"Content-Type": "application/sparql-update"},
            },
        ),
        (413, {"method": "POST", "data": {"query": "ASK {} #" + "x" * 1_000_001}}),
        (400, {"method": "POST", "data": {"other": "x"}}),
        (
            400,
            {
                "method": "POST",
                "content": b"SELECT * { ?s ?p '\xff' }",
                "headers": {"Content-Type": "application/sparql-query"},
            },
        ),
    ],
)
def test_what_cannot_be_served_is_refused_with_a_reason(
    server: Running, status: int, request_: dict[str, object]
) -> None:
    response = server.client.request(
        **{"method": "GET", "url": "/sparql", **request_}  # type: ignore[arg-type]
    )
    assert response.status_code == status, response.text
    assert response.text.startswith("error: ")
    assert response.headers["access-control-allow-origin"] == "*"


def test_a_syntax_error_says_line_and_column(server: Running) -> None:
    response = server.client.get(
        "/sparql",
        params={"query": "SELECT ?s\nWHERE { ?s ?p }"},
        headers={"Accept": "application/json"},
    )
    assert response.status_code == 400
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["line"] == 2
    assert response.json()["column"] > 1


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ('SERVICE <http://x/>' AS ?a) {}",
        "ASK {} # SERVICE <http://127.0.0.1:1/> FROM <http://127.0.0.1:1/> LOAD",
        "ASK { ?s <http://example.org/SERVICE> ?FROM }",
        f"SELECT * FROM <{CURATED}> {{ ?s ?p ?o }} LIMIT 1",
    ],
)
def test_the_same_words_elsewhere_are_no_offence(server: Running, query: str) -> None:
    assert server.client.get("/sparql", params={"query": query}).status_code == 200


def test_a_default_graph_may_be_named(server: Running) -> None:
    query = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    headers = {"Accept": "text/csv"}
    whole = server.client.get("/sparql", params={"query": query}, headers=headers)
    part = server.client.get(
        "/sparql", params={"query": query, "default-graph-uri": CURATED}, headers=headers
    )
    assert 0 < int(csv_rows(part)[0][0]) < int(csv_rows(whole)[0][0])


def test_head_and_preflight_are_answered(server: Running) -> None:
    head = server.client.head("/sparql", params={"query": REGIMENS})
    assert head.status_code == 200
    assert not head.content
    preflight = server.client.options("/sparql")
    assert preflight.status_code == 204
    assert "POST" in preflight.headers["access-control-allow-methods"]


def test_standard_prefixes_may_be_left_undeclared(server: Running) -> None:
    response = server.client.get("/sparql", params={"query": "ASK { ?r a rk:Regimen }"})
    assert response.json()["boolean"] is True


def test_without_a_query_the_service_describes_itself(server: Running) -> None:
    response = server.client.get("/sparql", headers={"Accept": "text/turtle"})
    graph = rdflib.Graph().parse(data=response.text, format="turtle")
    sd = rdflib.Namespace("http://www.w3.org/ns/sparql-service-description#")
    assert list(graph.subjects(rdflib.RDF.type, sd.Service))
    assert rdflib.URIRef(CURATED) in set(graph.objects(None, sd.name))


def test_void_and_the_queries_are_rdf(server: Running) -> None:
    void = rdflib.Graph().parse(data=server.client.get("/.well-known/void").text, format="turtle")
    assert list(void.objects(None, rdflib.URIRef("http://rdfs.org/ns/void#triples")))
    text = server.client.get("/.well-known/sparql-examples").text
    examples = rdflib.Graph().parse(data=text, format="turtle")
    sh = rdflib.Namespace("http://www.w3.org/ns/shacl#")
    found = set(examples.subjects(rdflib.RDF.type, sh.SPARQLExecutable))
    assert len(found) == len(catalog())


def test_the_row_cap_is_told_before_the_first_row(strict: Strict) -> None:
    with strict("--max-rows", "10") as server:
        query = "SELECT ?s { ?s ?p ?o }"
        headers = {"Accept": "text/csv"}
        cut = server.client.get("/sparql", params={"query": query}, headers=headers)
        assert len(csv_rows(cut)) == 10
        assert cut.headers["x-truncated"] == "true"
        assert cut.headers["x-row-limit"] == "10"
        few = server.client.get("/sparql", params={"query": query + " LIMIT 10"}, headers=headers)
        assert len(csv_rows(few)) == 10
        assert "x-truncated" not in few.headers
        more = server.client.get("/sparql", params={"query": query + " LIMIT 11"}, headers=headers)
        assert len(csv_rows(more)) == 10
        assert more.headers["x-truncated"] == "true"


@pytest.mark.parametrize("form", ["turtle", "nt", "jsonld", "rdfxml"])
def test_of_triples_the_cap_counts_triples(strict: Strict, form: str) -> None:
    with strict("--max-rows", "10", "--processes", "1") as server:
        query = "DESCRIBE ?r { ?r a rk:Regimen }"
        found = server.client.get("/sparql", params={"query": query, "format": form})
        assert found.headers["x-truncated"] == "true"
        if form == "nt":
            assert len(found.text.splitlines()) == 10
        few = CONSTRUCT
        found = server.client.get("/sparql", params={"query": few, "format": form})
        assert "x-truncated" not in found.headers


def test_a_small_cap_counts_rows_however_short(strict: Strict) -> None:
    with strict("--max-rows", "10", "--processes", "1") as server:
        query = "SELECT ?u { ?s ?p ?o } LIMIT 15"
        found = server.client.get("/sparql", params={"query": query, "format": "tsv"})
        assert found.headers["x-truncated"] == "true"
        assert len(found.text.splitlines()) == 11
        assert server.client.get("/sparql", params={"query": "ASK {}"}).json()["boolean"] is True
        zeros = "SELECT ?s { ?s ?p ?o } LIMIT " + "0" * 5_000 + "5"
        found = server.client.get("/sparql", params={"query": zeros, "format": "csv"})
        assert len(csv_rows(found)) == 5


def test_head_of_a_long_answer_has_no_body_and_keeps_the_connection(server: Running) -> None:
    for _ in range(2):
        head = server.client.head("/sparql", params={"query": "SELECT ?s ?p ?o { ?s ?p ?o }"})
        assert head.status_code == 200
        assert not head.content


def test_the_time_limit_ends_the_query_and_the_server_goes_on(strict: Strict) -> None:
    endless = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
    with strict("--query-timeout", "0.5") as server:
        for _ in range(3):
            response = server.client.get("/sparql", params={"query": endless})
            assert response.status_code == 504
            assert "0.5 seconds" in response.text
        assert server.client.get("/sparql", params={"query": REGIMENS}).status_code == 200


def test_sparqlwrapper_and_rdflib_understand_it(
    server: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("no_proxy", "*")
    wrapper = SPARQLWrapper(server.sparql)
    wrapper.setQuery(REGIMENS)
    wrapper.setReturnFormat(JSON)
    answer: dict[str, dict[str, list[object]]] = wrapper.queryAndConvert()  # type: ignore[assignment]
    assert len(answer["results"]["bindings"]) == 3
    from rdflib.plugins.stores.sparqlstore import SPARQLStore

    graph = rdflib.Graph(SPARQLStore(server.sparql))
    assert len(list(graph.query(REGIMENS))) == 3


@pytest.mark.parametrize("spec", catalog().values(), ids=list(catalog()))
def test_every_canned_query_gives_the_same_rows_through_the_endpoint(
    small_server: Running, spec: QuerySpec, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("no_proxy", "*")
    here = documents_edition().query(spec.text)
    there = RemoteEndpoint(small_server.sparql).query(spec.text)
    if isinstance(here, Triples):
        assert isinstance(there, Triples)
        assert set(there) == set(here)
        return
    assert isinstance(here, Solutions) and isinstance(there, Solutions)
    assert list(there) == list(here)


SLIPS = [
    "SELECT ?r { ?r rk:hasDrug ?d } LIMT 3",
    "SELECT ?r { ?r rk:hasDrug ?d FILTER( }",
    "SELECT\u00a0?s\nWHERE {?s\u00a0a rk:Regimen} LIMIT 1",
    "SELECT ?s\vWHERE {?s a rk:Regimen}\vLIMIT 1",
    "# é\nSELECT ?s { ?s a rk:Regi\u200bmen }",
    "SELECT ?s { ?s a unknown:Regimen }",
]


@pytest.mark.parametrize("text", SLIPS)
@pytest.mark.parametrize("mark", ["", "\ufeff"], ids=["bare", "byte order mark"])
def test_every_door_explains_a_slip_alike(
    server: Running, text: str, mark: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("no_proxy", "*")
    wanted = syntax_error(text)
    assert wanted is not None
    told = {"title": wanted.message, "line": wanted.line, "column": wanted.column}
    accept = {"Accept": "application/json"}
    client = server.client
    body = {**accept, "Content-Type": "application/sparql-query"}
    for response in (
        client.get("/sparql", params={"query": mark + text}, headers=accept),
        client.post("/sparql", data={"query": mark + text}, headers=accept),
        client.post("/sparql", content=mark + text, headers=body),
    ):
        assert response.status_code == 400
        assert told.items() <= response.json().items()
    page = client.get("/editor", params={"query": mark + text}, headers={"Accept": "text/html"})
    assert page.status_code == 400
    assert wanted.message in unescape(page.text)
    assert f'data-line="{wanted.line}" data-column="{wanted.column}"' in page.text
    for place in ({}, {"endpoint": server.sparql}):
        with pytest.raises(QuerySyntaxError) as caught:
            sparql(mark + text, **place)
        assert caught.value.message == wanted.message
    command = run(["sparql", mark + text])
    assert command.code == 3
    assert wanted.message in command.stderr


def test_a_query_may_begin_with_a_byte_order_mark(server: Running) -> None:
    query = "\ufeff" + REGIMENS
    headers = {"Accept": "text/csv"}
    body = {**headers, "Content-Type": "application/sparql-query"}
    for response in (
        server.client.get("/sparql", params={"query": query}, headers=headers),
        server.client.post("/sparql", data={"query": query}, headers=headers),
        server.client.post("/sparql", content=query, headers=body),
    ):
        assert response.status_code == 200
        assert len(csv_rows(response)) == 3
    assert "3 rows" in server.client.get("/editor", params={"query": query}).text
    assert len(sparql(query)) == 3
