"""A real server of this project, for tests that talk to it as programs and browsers do."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator

import pytest
from packaged_stores import documents_edition
from playwright.sync_api import Browser, Page, sync_playwright
from served import Server, serving

QUIET = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A server over the tests' own store."""
    from regimenkg.packaged import open_store

    open_store()
    with serving() as running:
        yield running


@pytest.fixture(scope="session")
def small_server() -> Iterator[Server]:
    """A server over the documents' edition, for what is asked of every query or in every format.

    Its coverage would be that of the other server.
    """
    with serving("--store", documents_edition().location, measured=False) as running:
        yield running


@pytest.fixture(scope="session")
def strict() -> Callable[..., object]:
    """Starts servers with limits of their own: a context manager that takes options."""
    return serving


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        pytest.skip("chromium is not installed (Debian package chromium)")
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=program, args=QUIET)


@pytest.fixture
def page(browser: Browser, server: Server) -> Iterator[Page]:
    """A page that notes what goes wrong: errors of scripts, and requests to anyone else."""
    context = browser.new_context(base_url=server.root)
    opened = context.new_page()
    wrong: list[str] = []
    opened.on("pageerror", lambda error: wrong.append(str(error)))
    opened.on(
        "request",
        lambda request: None if request.url.startswith(server.root) else wrong.append(request.url),
    )
    yield opened
    context.close()
    assert wrong == []
