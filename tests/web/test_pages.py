"""The pages: none loads from elsewhere or leads nowhere; every query has a form and its twins."""

from __future__ import annotations

import csv
import io
import json
import re
from html import unescape
from typing import Any

import httpx
import pytest
import rdflib
from cli_runner import run
from packaged_stores import documents_edition
from read_pages import Running, page
from starlette.requests import Request
from starlette.responses import Response

from regimenkg.api import construct
from regimenkg.catalog.cache import catalog
from regimenkg.formats.rows import plain_text
from regimenkg.sparql.answers import Answer
from regimenkg.sparql.backend import select
from regimenkg.terms.namespaces import RKD, compact
from regimenkg.web.pages.editor import Editor
from regimenkg.web.pages.queries import PAGE_SIZE, QueryPages


@pytest.mark.parametrize(
    "path", ["/", "/regimen", "/regimen/clag-m", "/drug/cytarabine", "/queries", "/editor"]
)
def test_a_page_loads_nothing_from_elsewhere(server: Running, path: str) -> None:
    found = page(server, path)
    assert found.loads <= {"/static/style.css", "/static/editor.js"}
    assert all(server.client.get(address).status_code == 200 for address in found.loads)


@pytest.mark.parametrize("path", ["/", "/regimen", "/regimen/clag-imatinib", "/queries/outcomes"])
def test_links_within_the_site_lead_somewhere(server: Running, path: str) -> None:
    """Of each kind of page all, or twenty from the first to the last."""
    kinds: dict[str, list[str]] = {}
    for href in sorted(page(server, path).links):
        if href.startswith("/"):
            kinds.setdefault(href.split("/")[1], []).append(href)
    for links in kinds.values():
        for href in links[:: -(-len(links) // 20)]:
            response = server.client.get(href, follow_redirects=True)
            assert response.status_code == 200, href


@pytest.mark.parametrize("name", catalog())
def test_a_canned_query_opened_bare_answers_for_its_default(
    small_server: Running, name: str
) -> None:
    found = page(small_server, f"/queries/{name}")
    assert catalog()[name].summary in found.text
    if catalog()[name].min_rows:  # where none are promised, no table need be there
        assert ("table" if catalog()[name].form == "select" else "pre") in found.tags


VIEWS = [(spec.name, view) for spec in catalog().values() for view in spec.views]


@pytest.mark.parametrize(("name", "view"), VIEWS)
def test_every_view_that_a_query_declares_draws_something(
    small_server: Running, name: str, view: str
) -> None:
    response = small_server.client.get(f"/queries/{name}?view={view}")
    assert response.status_code == 200
    assert ('class="figure' in response.text) == (view != "table")
    assert f'view={view}" aria-current="page"' in response.text or view == "table"
    assert ("<table" in response.text) or ("<pre" in response.text)


def test_the_pages_of_an_answer_have_each_row_once_and_its_files_have_all(server: Running) -> None:
    pairs = csv.reader(io.StringIO(server.client.get("/queries/shared-drugs.csv").text))
    total = len(list(pairs)) - 1
    assert total > 3 * PAGE_SIZE
    last = -(-total // PAGE_SIZE)
    sizes = []
    for number in (1, 2, last):
        html = server.client.get(f"/queries/shared-drugs?page={number}").text
        assert f"<h2>{total:,} rows</h2>" in html
        first = (number - 1) * PAGE_SIZE + 1
        assert f"Rows {first:,}–{min(number * PAGE_SIZE, total):,} of {total:,}" in html
        sizes.append(html.count("<tr>") - 1)
        assert ('rel="prev"' in html, 'rel="next"' in html) == (number > 1, number < last)
    assert sizes == [PAGE_SIZE, PAGE_SIZE, total - (last - 1) * PAGE_SIZE]


@pytest.mark.parametrize(
    ("asked", "status", "told"),
    [("page=0", 404, "no page 0"), ("page=9999", 404, "no page 9999"), ("page=x", 400, "no page")],
)
def test_a_page_that_an_answer_does_not_have_is_told(
    small_server: Running, asked: str, status: int, told: str
) -> None:
    assert told in page(small_server, f"/queries/outcomes?{asked}", status).text


def test_a_chart_is_of_the_rows_of_its_page(server: Running) -> None:
    pages = [server.client.get(f"/queries/outcomes?page={number}").text for number in (1, 2)]
    for html in pages:
        assert 0 < html.count('class="bar ') + html.count('class="interval"') <= PAGE_SIZE
    first, second = (re.findall(r'<svg class="plot".*?</svg>', html, flags=re.S) for html in pages)
    assert first != second


@pytest.mark.parametrize("name", catalog())
def test_no_page_of_a_query_is_large(server: Running, name: str) -> None:
    for view in catalog()[name].views:
        response = server.client.get(f"/queries/{name}?view={view}")
        assert response.status_code == 200
        assert len(response.content) < 300_000, view


def test_a_view_that_a_query_does_not_have_is_told(server: Running) -> None:
    found = page(server, "/queries/toxicity-rates?view=map", 400)
    assert "there is no map of this question" in found.text
    response = server.client.get("/queries/toxicity-rates.csv?view=chart")
    assert response.status_code == 400  # a view is of the page, not of its twins


def test_a_form_is_filled_in_with_the_defaults(server: Running) -> None:
    html = server.client.get("/queries/shared-toxicities").text
    assert 'name="drug" value="cytarabine"' in html
    html = server.client.get("/queries/shared-toxicities?drug=Ara-C;cladribine&durg=x").text
    assert 'name="drug" value="Ara-C; cladribine"' in html
    assert "did you mean --drug?" in html


@pytest.mark.parametrize("name", catalog())
def test_a_form_sent_as_it_is_filled_in_gives_the_same_answer(
    small_server: Running, name: str
) -> None:
    html = small_server.client.get(f"/queries/{name}").text
    given = re.findall(r'<input id="p-[^"]*" name="([^"]*)" value="([^"]*)"', html)
    for field, options in re.findall(
        r'<select id="p-[^"]*" name="([^"]*)".*?>(.*?)</select>', html
    ):
        given += [(field, v) for v in re.findall(r'value="([^"]*)" selected', options)]
    assert len({field for field, _ in given}) <= len(catalog()[name].inputs)
    twin = "nt" if catalog()[name].form == "construct" else "csv"
    bare = small_server.client.get(f"/queries/{name}.{twin}")
    again = small_server.client.get(
        f"/queries/{name}.{twin}", params=[(field, unescape(value)) for field, value in given]
    )
    assert again.status_code == 200, again.text
    assert sorted(again.text.splitlines()) == sorted(bare.text.splitlines())


@pytest.mark.parametrize(
    ("ending", "format_"), [("ttl", "turtle"), ("nt", "nt"), ("jsonld", "json-ld"), ("rdf", "xml")]
)
def test_triples_have_twins_that_say_the_same(server: Running, ending: str, format_: str) -> None:
    response = server.client.get(f"/queries/regimen-record.{ending}", params={"regimen": "CLAG"})
    assert response.status_code == 200
    graph = rdflib.Graph().parse(data=response.content, format=format_)
    assert set(graph) == set(construct("regimen-record", regimen="CLAG"))
    ours = run(["query", "regimen-record", "--regimen", "CLAG"]).stdout
    assert set(graph) == set(rdflib.Graph().parse(data=ours, format="turtle"))


def test_a_twin_of_the_wrong_kind_is_told(server: Running) -> None:
    response = server.client.get("/queries/outcomes.ttl")
    assert response.status_code == 404
    assert "it answers in rows: json, xml, csv, tsv, rq" in response.text
    response = server.client.get("/queries/regimen-record.csv")
    assert "it answers in triples: ttl, nt, jsonld, rdf, rq" in response.text


def test_a_query_page_asks_once() -> None:
    """However the answer is shown, its rows are read once."""
    asked: list[str] = []

    class Counting:
        location = "memory"

        def query(self, text: str) -> Answer:
            asked.append(text)
            return store.query(text)

    store = documents_edition()
    pages = QueryPages(Counting(), lambda _template, _status=200, **_content: Response(), 1000)
    for name, view in VIEWS:
        asked.clear()
        scope = {"type": "http", "path_params": {"name": name}, "headers": []}
        pages.one(Request({**scope, "query_string": f"view={view}".encode()}))
        bodies = [text for text in asked if text == catalog()[name].text]
        others = [text for text in asked if text.startswith("#+") and text not in bodies]
        assert (len(bodies) + len(others)) == 1, name


def test_the_twins_of_a_query_give_the_rows_of_the_command_line(server: Running) -> None:
    response = server.client.get("/queries/shared-toxicities.csv", params={"drug": "Ara-C"})
    ours = run(["query", "shared-toxicities", "--drug", "Ara-C", "-O", "csv"]).stdout
    assert list(csv.reader(io.StringIO(response.text))) == list(csv.reader(io.StringIO(ours)))
    json = server.client.get("/queries/shared-toxicities.json", params={"drug": "Ara-C"}).json()
    assert len(json["results"]["bindings"]) == len(ours.splitlines()) - 1
    text = server.client.get("/queries/shared-toxicities.rq", params={"drug": "Ara-C"}).text
    assert "VALUES ?drug { <https://w3id.org/regimenkg/drug/cytarabine> }" in text


def test_a_wrong_value_is_told_in_the_form_and_to_programs(server: Running) -> None:
    found = page(server, "/queries/shared-toxicities?drug=cytarbine", 400)
    assert "did you mean 'cytarabine'?" in found.text
    response = server.client.get("/queries/shared-toxicities.csv?drug=cytarbine")
    assert response.status_code == 400
    assert response.text.startswith("error: drug:")
    response = server.client.get("/queries/shared-toxicities.csv?durg=cytarabine")
    assert response.status_code == 400
    assert "did you mean --drug?" in response.text


def test_text_of_a_request_is_never_markup(server: Running) -> None:
    evil = "<script>alert(1)</script>"
    for path in (f"/search?q={evil}", f"/queries/shared-toxicities?drug={evil}", f"/drug/{evil}"):
        response = server.client.get(path)
        assert evil not in response.text
        assert not re.search(r"<script", response.text)


def test_the_editor_answers_without_script(server: Running) -> None:
    query = """SELECT ?r { ?r rk:tier rk:Curated ; rk:hasDrug/skos:prefLabel "cladribine"@en }
    ORDER BY ?r"""
    found = page(server, str(httpx.URL("/editor", params={"query": query})))
    assert "3 rows" in found.text
    assert "/regimen/clag-m" in found.links
    assert "Yes" in page(server, "/editor?query=ASK%20%7B%7D").text
    turtle = page(server, "/editor?query=CONSTRUCT%20WHERE%20%7B%3Fr%20a%20rk:Regimen%7D").text
    assert "rk:Regimen" in turtle or "vocab#Regimen" in turtle
    wrong = server.client.get("/editor", params={"query": "SELECT *\n{ ?s ?p }"})
    assert wrong.status_code == 400
    assert 'data-line="2"' in wrong.text


def test_what_the_editor_completes_is_from_the_graph(server: Running) -> None:
    terms = server.client.get("/editor/terms.json").json()
    kinds = {name: (kind, definition) for name, kind, definition in terms["terms"]}
    assert kinds["rk:Regimen"][0] == "class"
    assert kinds["rk:Regimen"][1].startswith("A named combination of drugs")
    assert kinds["rk:hasDrug"][0] == "property"
    assert ["cytarabine", RKD + "drug/cytarabine"] in terms["things"]
    example = server.client.get("/editor/examples/shared-toxicities").json()["query"]
    assert example.startswith("PREFIX")


def test_openapi_describes_every_query_and_is_valid(server: Running) -> None:
    from openapi_spec_validator import validate

    document = server.client.get("/openapi.json").json()
    validate(document)
    for name, spec in catalog().items():
        operation = document["paths"][f"/queries/{name}.{{format}}"]["get"]
        assert operation["summary"] == spec.summary
        given = {parameter["name"] for parameter in operation["parameters"]}
        assert given == {"format", *(param.name for param in spec.inputs)}


@pytest.mark.parametrize("path", ["/regimen/clag-m", "/queries/outcomes.csv", "/openapi.json"])
def test_what_has_not_changed_is_not_sent_again(server: Running, path: str) -> None:
    first = server.client.get(path)
    again = server.client.get(path, headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304
    assert not again.content
    other = server.client.get(path, headers={"If-None-Match": 'W/"other"'})
    assert other.status_code == 200


def test_the_editor_completes_every_class_and_property_that_is_used() -> None:
    store = documents_edition()
    used = select(store, "SELECT DISTINCT ?t { { ?s a ?t } UNION { ?s ?t ?o } }")
    names = {compact(plain_text(row[0])) for row in used}
    pool: Any = None  # no query is asked
    completed = json.loads(bytes(Editor(store, pool, Response).terms(pool).body))["terms"]
    assert {name for name, _, _ in completed} == {name for name in names if name[0] != "<"}
