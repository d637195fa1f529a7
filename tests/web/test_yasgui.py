"""YASGUI beside our own editor: from an installed package, with no request to anyone else."""

from __future__ import annotations

from typing import Protocol

import httpx
from playwright.sync_api import Page, expect


class Running(Protocol):
    root: str
    client: httpx.Client


def test_it_answers_a_canned_query_in_a_tab(page: Page) -> None:
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.goto("/yasgui")
    page.select_option("#examples", "shared-toxicities")
    expect(page.get_by_role("tab", name="shared-toxicities")).to_be_visible()
    page.locator(".yasqe_queryButton:visible").click()
    expect(page.locator(".yasr:visible table").first).to_contain_text("thrombocytopenia")
    assert not [text for text in complaints if "Content Security Policy" in text]


def test_its_page_alone_allows_styles_of_its_own(server: Running) -> None:
    policies = {
        path: server.client.get(path).headers["content-security-policy"]
        for path in ("/yasgui", "/editor", "/regimen/clag-m")
    }
    assert "style-src 'self' 'unsafe-inline'" in policies.pop("/yasgui")
    assert all("unsafe" not in policy for policy in policies.values())
    assert all(policy.startswith("default-src 'self'") for policy in policies.values())


def test_it_completes_our_prefixes(server: Running) -> None:
    assert server.client.get("/yasgui/prefixes.json").json()["rk"].endswith("/vocab#")
    assert server.client.get("/yasgui/other.js").status_code == 404
