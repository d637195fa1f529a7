"""The pages in a real browser: by keyboard, on a phone, without script, and for a screen reader."""

from __future__ import annotations

import re
from typing import Protocol
from urllib.parse import quote

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, FloatRect, Locator, Page, expect

from regimenkg.api import query, sparql
from regimenkg.catalog.cache import catalog

PAGES = (
    *("/", "/regimen", "/regimen/clag-m", "/regimen/clag-imatinib", "/drug/cytarabine"),
    *("/toxicity/febrile-neutropenia", "/trial/NCT00955916", "/queries"),
    *("/queries/toxicity-rates", "/queries/shared-toxicities?drug=nothing", "/search?q=neutro"),
    *("/compare?regimen=clag-m&regimen=clag-imatinib", "/nothing", "/editor"),
    "/editor?query=" + quote("SELECT * { ?s a rk:Regimen }"),
    *("/queries/outcomes", "/queries/course-totals", "/queries/shared-toxicities?view=chart"),
    *("/queries/regimen-mechanisms", "/queries/toxicity-prevention?view=graph"),
    *("/queries/drug-matches?view=graph&regimen=CLAG-M", "/queries/regimen-record?regimen=CLAG"),
    "/queries/toxicity-rates?view=table",
    "/model",
)


class Running(Protocol):
    root: str


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing(page: Page, path: str, scheme: str) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.goto(path)
    # what is dark differs in its colours alone
    options: dict[str, object] = {"resultTypes": ["violations"]}
    if scheme == "dark":
        options["runOnly"] = {"type": "rule", "values": ["color-contrast"]}
    violations = Axe().run(page, options=options).response["violations"]
    found = [(v["id"], [node["html"][:200] for node in v["nodes"]]) for v in violations]
    assert found == []


@pytest.mark.parametrize("path", PAGES)
def test_a_page_fits_a_phone(page: Page, path: str) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(path)
    wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert wide <= 0


def test_the_regimen_page_shows_its_figures(page: Page) -> None:
    page.goto("/regimen/clag-imatinib")
    calendar = page.get_by_role("img", name="Dosing calendar: CLAG + imatinib, phase II")
    expect(calendar.locator("rect.dose")).to_have_count(31)
    expect(page.locator(".figure .bar")).to_have_count(11)
    expect(page.locator(".figure .interval")).to_have_count(2)
    page.get_by_role("link", name="febrile neutropenia").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("febrile neutropenia")


def test_the_site_is_usable_by_keyboard_alone(page: Page) -> None:
    page.goto("/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("main").get_by_role("searchbox")).to_be_focused()
    wanted = page.locator("main a[href^='/regimen/']").first
    name = wanted.inner_text()
    for _ in range(10):
        page.keyboard.press("Tab")
        if wanted.evaluate("link => link === document.activeElement"):
            break
    expect(wanted).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    page.get_by_role("banner").get_by_role("searchbox").focus()
    page.keyboard.type("Ara-C")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("cytarabine")


@pytest.mark.parametrize("script", [True, False])
def test_a_query_form_answers(browser: Browser, server: Running, script: bool) -> None:
    context = browser.new_context(base_url=server.root, java_script_enabled=script)
    page = context.new_page()
    page.goto("/queries/shared-toxicities")
    field = page.locator("input[name=drug]")
    field.fill("mitoxantrone; Ara-C")
    field.press("Enter")
    first = query("shared-toxicities", drug=["mitoxantrone", "Ara-C"]).to_dicts()[0]
    expect(page.locator("main table tbody tr").first).to_contain_text(str(first["regimenLabel"]))
    assert "drug=mitoxantrone" in page.url
    field = page.locator("input[name=drug]")
    field.fill("cytarbine")
    field.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("did you mean 'cytarabine'?")
    context.close()


@pytest.mark.parametrize("script", [True, False])
def test_a_query_is_shown_as_table_chart_or_graph(
    browser: Browser, server: Running, script: bool
) -> None:
    context = browser.new_context(base_url=server.root, java_script_enabled=script)
    page = context.new_page()
    page.goto("/queries/shared-toxicities?drug=mitoxantrone")
    tabs = page.get_by_role("navigation", name="View").get_by_role("link")
    expect(tabs).to_have_text(["Table", "Chart", "Graph"])
    expect(tabs.nth(0)).to_have_attribute("aria-current", "page")
    tabs.nth(1).click()
    expect(tabs.nth(1)).to_have_attribute("aria-current", "page")
    assert "drug=mitoxantrone" in page.url
    expect(page.locator(".figure .bar").first).to_be_visible()
    expect(page.locator("main table")).to_be_hidden()
    page.get_by_text("As a table").click()
    expect(page.locator("main table")).to_be_visible()
    page.locator("input[name=drug]").fill("Ara-C")  # another question keeps the view
    page.get_by_role("button", name="Ask").click()
    expect(tabs.nth(1)).to_have_attribute("aria-current", "page")
    expect(page.get_by_role("group", name="patients with the event in %")).to_contain_text(
        "diarrhea"
    )
    tabs.nth(2).click()
    expect(page.locator("svg.figure .edge").first).to_be_visible()
    page.locator("svg.figure a").filter(has_text="CLAG-M").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("CLAG-M")
    context.close()


def test_charts_and_graphs_are_reached_by_keyboard(page: Page) -> None:
    page.goto("/queries/regimen-mechanisms")
    page.get_by_role("navigation", name="View").get_by_role("link", name="Graph").focus()
    page.keyboard.press("Tab")
    box = page.get_by_role("region", name="Graph")
    expect(box).to_be_focused()  # it scrolls with the arrow keys
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('svg.figure') !== null")
    name = page.evaluate("document.activeElement.querySelector('title, text').textContent")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(name)


@pytest.mark.parametrize(
    "path",
    [
        *("/queries/toxicity-rates", "/queries/course-totals", "/queries/mapping-coverage"),
        *("/queries/regimen-mechanisms", "/queries/drug-matches?view=graph"),
        *("/compare?regimen=clag-m&regimen=clag-imatinib", "/regimen/clag-imatinib"),
    ],
)
def test_no_words_of_a_figure_are_cut_off(page: Page, path: str) -> None:
    page.goto(path)
    cut = page.evaluate(
        """() => [...document.querySelectorAll('svg.figure')].flatMap(svg => {
          const frame = svg.getBoundingClientRect();
          return [...svg.querySelectorAll('text')].filter(text => {
            const box = text.getBoundingClientRect();
            return box.left < frame.left - 1 || box.right > frame.right + 1
              || box.top < frame.top - 1 || box.bottom > frame.bottom + 1;
          }).map(text => text.textContent);
        })"""
    )
    assert cut == []


@pytest.mark.parametrize("path", ["/queries/toxicity-rates", "/queries/regimen-mechanisms"])
def test_words_fit_their_boxes_and_do_not_overlap(page: Page, path: str) -> None:
    page.goto(path)
    wrong = page.evaluate(
        """() => {
          const texts = [...document.querySelectorAll('svg.figure text')];
          const boxes = texts.map(text => [text.textContent, text.getBoundingClientRect()]);
          const apart = (a, b) => a.right <= b.left + 1 || b.right <= a.left + 1
            || a.bottom <= b.top + 4 || b.bottom <= a.top + 4;
          const over = boxes.flatMap(([one, a], n) => boxes.slice(n + 1)
            .filter(([, b]) => !apart(a, b)).map(([other]) => one + ' / ' + other));
          const out = [...document.querySelectorAll('svg.figure a, svg.figure g')]
            .filter(node => node.querySelector('rect.node')).filter(node => {
              const rect = node.querySelector('rect').getBoundingClientRect();
              const text = node.querySelector('text').getBoundingClientRect();
              return text.left < rect.left || text.right > rect.right;
            }).map(node => node.textContent);
          return [...over, ...out];
        }"""
    )
    assert wrong == []


def test_regimens_are_compared(page: Page) -> None:
    page.goto("/compare")
    page.get_by_label("Find a regimen to add").fill("clag")
    page.get_by_role("button", name="Find or compare").click()
    page.get_by_label("CLAG-M").check()
    page.get_by_label("CLAG + imatinib").check()
    page.get_by_role("button", name="Find or compare").click()
    expect(page.locator("td.heat-5").first).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("All have cladribine, cytarabine")
    calendars = page.get_by_role("region", name="Calendars").get_by_role("img")
    expect(calendars).to_have_count(3)
    widths = {box["width"] for box in map(_box, calendars.all())}
    assert len(widths) == 1  # one axis for all
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 1040, "height": 720})  # A4 on its side
    assert all(box["width"] <= 1040 for box in map(_box, calendars.all()))
    expect(page.get_by_role("button", name="Find or compare")).to_be_hidden()


def _box(found: Locator) -> FloatRect:
    box = found.bounding_box()
    assert box
    return box


def test_the_editor_colours_completes_and_asks(page: Page) -> None:
    page.goto("/editor")
    area = page.get_by_label("SPARQL query")
    area.fill("SELECT ?d { ?d a rk:Dru")
    area.press("Control+ ")
    option = page.get_by_role("option", name=re.compile("^rk:Drug A substance given to a patient"))
    expect(option).to_be_visible()
    page.keyboard.press("Enter")
    expect(area).to_have_value("SELECT ?d { ?d a rk:Drug")
    area.press("End")
    page.keyboard.type(" } # all")
    expect(page.locator("#paint .t-comment")).to_have_text("# all")
    area.press("Control+Enter")
    count = len(list(sparql("SELECT ?d { ?d a rk:Drug }")))
    expect(page.get_by_role("heading", name=f"{count:,} rows")).to_be_visible()


def test_the_editor_shows_where_an_error_is(page: Page) -> None:
    page.goto("/editor?query=" + quote("SELECT *\n{ ?s ?p }"))
    expect(page.get_by_role("alert")).to_contain_text("line 2")
    place = page.evaluate("document.getElementById('query').selectionStart")
    assert place >= len("SELECT *\n")


def test_the_editor_starts_from_a_canned_query(page: Page) -> None:
    page.goto("/editor")
    page.get_by_label("Start from a question").select_option("shared-toxicities")
    lines = catalog()["shared-toxicities"].text.splitlines(keepends=True)
    body = "".join(line for line in lines if not line.startswith("#+"))
    expect(page.get_by_label("SPARQL query")).to_have_value(body)
