"""The pages in a real browser: by keyboard, on a phone, without script, and for a screen reader."""

from __future__ import annotations

from typing import Protocol
from urllib.parse import quote

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, Page, expect

from regimenkg.catalog import catalog

PAGES = (
    *("/", "/regimen", "/regimen/clag-m", "/regimen/clag-imatinib", "/drug/cytarabine"),
    *("/toxicity/febrile-neutropenia", "/trial/NCT00955916", "/queries"),
    *("/queries/toxicity-rates", "/queries/shared-toxicities?drug=nothing", "/search?q=neutro"),
    *("/compare?regimen=clag-m&regimen=clag-imatinib", "/nothing", "/editor"),
    "/editor?query=" + quote("SELECT * { ?s a rk:Regimen }"),
)


class Running(Protocol):
    root: str


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing(page: Page, path: str, scheme: str) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.goto(path)
    violations = Axe().run(page).response["violations"]
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
    expect(page.locator("svg.figure .bar")).to_have_count(6)
    expect(page.locator("svg.figure .interval")).to_have_count(2)
    page.get_by_role("link", name="febrile neutropenia").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("febrile neutropenia")


def test_the_site_is_usable_by_keyboard_alone(page: Page) -> None:
    page.goto("/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="CLAG", exact=True).first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("CLAG")
    page.get_by_role("searchbox").focus()
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
    expect(page.locator("main table tbody tr").first).to_contain_text("CLAG")
    assert "drug=mitoxantrone" in page.url
    field = page.locator("input[name=drug]")
    field.fill("cytarabin")
    field.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("did you mean 'cytarabine'?")
    context.close()


def test_regimens_are_compared(page: Page) -> None:
    page.goto("/compare")
    page.get_by_label("CLAG-M").check()
    page.get_by_label("CLAG + imatinib").check()
    page.get_by_role("button", name="Compare").click()
    expect(page.locator("td.heat-5").first).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("All have cladribine, cytarabine")


def test_the_editor_colours_completes_and_asks(page: Page) -> None:
    page.goto("/editor")
    area = page.get_by_label("SPARQL query")
    area.fill("SELECT ?d { ?d a rk:Dru")
    area.press("Control+ ")
    option = page.get_by_role("option", name="rk:Drug class", exact=True)
    expect(option).to_be_visible()
    page.keyboard.press("Enter")
    expect(area).to_have_value("SELECT ?d { ?d a rk:Drug")
    area.press("End")
    page.keyboard.type(" } # all")
    expect(page.locator("#paint .t-comment")).to_have_text("# all")
    area.press("Control+Enter")
    expect(page.get_by_role("heading", name="16 rows")).to_be_visible()


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
