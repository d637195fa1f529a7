"""Lists of thousands: by letter, part of a name and tier, a page at a time, with what is behind."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from made_up.registry import registry
from packaged_stores import copy_of_documents_edition, replace_graph
from playwright.sync_api import Page, expect
from read_pages import Page as Read
from read_pages import Running, page
from starlette.requests import Request
from starlette.responses import Response

from regimenkg.sparql.answers import Answer, Solutions
from regimenkg.sparql.backend import select
from regimenkg.store.embedded import EmbeddedStore
from regimenkg.terms.namespaces import GRAPH
from regimenkg.web.endpoint.guard import Refused
from regimenkg.web.pages.lists import PAGE_SIZE, ListPages

MADE_UP = 300


@pytest.fixture(scope="module")
def store() -> EmbeddedStore:
    filled = EmbeddedStore(copy_of_documents_edition())
    replace_graph(filled.store, GRAPH + "made-up", registry(MADE_UP))
    return filled


class Shown:
    """What list pages give their template, and the queries that they ask."""

    def __init__(self, store: EmbeddedStore) -> None:
        self.asked: list[str] = []
        self.location = "memory"
        self._store = store
        self.content: dict[str, Any] = {}
        self.lists = ListPages(self, self._page)

    def query(self, text: str) -> Answer:
        self.asked.append(text)
        return self._store.query(text)

    def _page(self, _template: str, _status: int = 200, **content: object) -> Response:
        self.content = content
        return Response()

    def __call__(self, kind: str, query: str = "") -> dict[str, Any]:
        scope = {"type": "http", "query_string": query.encode(), "headers": []}
        assert self.lists.show(kind, kind, Request(scope)) is not None
        return self.content


@pytest.fixture(scope="module")
def shown(store: EmbeddedStore) -> Shown:
    return Shown(store)


def labels(content: dict[str, Any]) -> list[str]:
    return [row[0].text for row in content["found"].rows]


@pytest.mark.parametrize("kind", ["regimen", "drug", "toxicity", "condition"])
def test_the_pages_of_a_list_hold_everything_once_and_in_order(shown: Shown, kind: str) -> None:
    first = shown(kind)
    pages = max(number for number, _ in first["pages"].links)
    found = [name for n in range(1, pages + 1) for name in labels(shown(kind, f"page={n}"))]
    assert found == [entry.label for entry in shown.lists.entries(kind)]
    assert len(found) == first["pages"].total
    assert all(len(labels(shown(kind, f"page={n}"))) == PAGE_SIZE for n in range(1, pages))


@pytest.mark.parametrize("kind", ["regimen", "drug", "toxicity", "condition"])
@pytest.mark.parametrize("query", ["letter=C", "contains=in", "letter=B&contains=o"])
def test_the_question_behind_a_list_has_the_same_rows(
    store: EmbeddedStore, shown: Shown, kind: str, query: str
) -> None:
    from regimenkg.catalog.runner import run

    content = shown(kind, query)
    address = urlsplit(content["query"]["the question"])
    name = address.path.rpartition("/")[2]
    _, answer = run(name, dict(parse_qsl(address.query)), store, note=lambda _: None)
    assert isinstance(answer, Solutions)
    assert len(list(answer)) == content["pages"].total


def test_a_tier_is_asked_for_alone_and_counts_never_mix(store: EmbeddedStore, shown: Shown) -> None:
    rows = select(store, "SELECT ?t { ?r <https://w3id.org/regimenkg/vocab#tier> ?t }")
    counts = shown.lists.counts("regimen")
    assert sum(counts.values()) == len(rows)
    assert counts["registry"] >= MADE_UP
    for tier, count in counts.items():
        content = shown("regimen", f"tier={tier}")
        assert content["pages"].total == count
        assert {row[1].text for row in content["found"].rows} == {tier}


def test_a_page_asks_only_of_what_stands_on_it(shown: Shown) -> None:
    shown("regimen")
    shown.asked.clear()
    content = shown("regimen", "page=3")
    detail = [text for text in shown.asked if "GROUP_CONCAT" in text]
    assert len(detail) == 1
    assert detail[0].count("/regimen/") >= len(labels(content))
    assert all("/regimen/" in text for text in shown.asked), "the list is not read again"


@pytest.mark.parametrize("query", ["page=0", "page=x", "page=99999", "letter=CC", "tier=best"])
def test_what_is_no_page_of_a_list_is_told(shown: Shown, query: str) -> None:
    with pytest.raises(Refused):
        shown("regimen", query)


@pytest.mark.parametrize("path", ["/regimen", "/drug?letter=C", "/toxicity?contains=neutro"])
def test_a_list_is_a_page_without_script(server: Running, path: str) -> None:
    found = page(server, path)
    assert "table" in found.tags
    for href in found.links:
        if href.startswith(path.partition("?")[0] + "?"):
            assert isinstance(page(server, href), Read)


def test_a_list_has_its_rows_as_csv(server: Running) -> None:
    found = page(server, "/drug?contains=rabine")
    address = next(href for href in found.links if href.startswith("/queries/drugs.csv"))
    rows = list(csv.DictReader(io.StringIO(server.client.get(address).text)))
    assert rows
    assert all(row["drugLabel"] in found.text for row in rows)


def test_the_front_page_and_info_count_each_tier(server: Running) -> None:
    from cli_runner import run

    told = run(["info"]).stdout
    lines = [line for line in told.splitlines() if line.startswith("regimens")]
    counts = dict(line.rsplit(maxsplit=1) for line in lines)
    assert len(counts) == 2
    text = page(server, "/").text
    assert f"{int(counts['regimens read from documents']):,} regimens read from documents" in text


@pytest.mark.parametrize("path", ["/regimen", "/drug", "/condition", "/compare?find=clag"])
def test_axe_finds_nothing_in_a_list(page: Page, path: str) -> None:
    page.goto(path)
    violations = Axe().run(page).response["violations"]
    assert [(v["id"], [n["html"][:200] for n in v["nodes"]]) for v in violations] == []


def test_a_list_is_filtered_and_two_of_it_compared(page: Page) -> None:
    page.goto("/regimen")
    page.get_by_label("Part of the name").fill("clag")
    page.get_by_role("button", name="Filter").click()
    page.get_by_label("Compare CLAG-M").check()
    page.get_by_label("Compare CLAG + imatinib").check()
    page.get_by_role("button", name="Compare those chosen").click()
    expect(page.get_by_role("main")).to_contain_text("All have cladribine, cytarabine")


@pytest.fixture
def narrow(page: Page) -> Iterator[Page]:
    page.set_viewport_size({"width": 360, "height": 740})
    yield page


@pytest.mark.parametrize("path", ["/regimen", "/drug", "/compare?find=c"])
def test_a_list_fits_a_phone(narrow: Page, path: str) -> None:
    narrow.goto(path)
    assert narrow.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0


def test_narrower_things_that_were_taken_in_are_told(server: Running) -> None:
    address = "/queries/regimens-by-toxicity"
    assert "what lies below counts too" in page(server, f"{address}?toxicity=infection").text
    twin = server.client.get(f"{address}.csv?toxicity=infection")
    assert "what lies below counts too" in twin.headers["x-note"]
    for quiet in ("toxicity=infection&exactly=true", "toxicity=diarrhea"):
        assert "what lies below counts" not in page(server, f"{address}?{quiet}").text
        assert "x-note" not in server.client.get(f"{address}.csv?{quiet}").headers
