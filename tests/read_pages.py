"""Pages of a running server as a browser reads them."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Protocol

import httpx


class Running(Protocol):
    """A server that was started for a test."""

    root: str
    client: httpx.Client


class Page(HTMLParser):
    """What a page holds: its text, its links, what it loads, and its headings."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: set[str] = set()
        self.loads: set[str] = set()
        self.headings: list[str] = []
        self.tags: list[str] = []
        self._in = ""
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self._in = tag
        self.tags.append(tag)
        if tag == "a" and given.get("href"):
            self.links.add(str(given["href"]))
        if tag in ("script", "img", "iframe") or (
            tag == "link" and given.get("rel") == "stylesheet"
        ):
            self.loads.add(str(given.get("src") or given.get("href")))
        assert "style" not in given and not any(name.startswith("on") for name in given)

    def handle_data(self, data: str) -> None:
        self.text += data
        if self._in in ("h1", "h2") and data.strip():
            self.headings.append(data.strip())


def page(server: Running, path: str, status: int = 200) -> Page:
    """The page at an address, with the status that is expected and a policy that keeps it home."""
    response = server.client.get(path, headers={"Accept": "text/html"})
    assert response.status_code == status, response.text[:500]
    assert response.headers["content-type"].startswith("text/html")
    policy = response.headers["content-security-policy"]
    assert "default-src 'self'" in policy
    return Page(response.text)
