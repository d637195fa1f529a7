"""Every how-to does what it says: its files are saved, and each `$ …` prints what stands below it.

A block with a file name after its language is that file; a ``console`` block is a session. Output
that is not shown is not compared, but has to be there; ``…`` stands for the rest of it.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from cli_runner import run
from oxigraph_server import oxigraph, serving
from places import ROOT
from pyoxigraph import Store

DOCS = ROOT / "docs"
BLOCK = re.compile(r"^```(?P<language>\w+)(?: (?P<file>\S+))?\n(?P<text>.*?)^```$", re.M | re.S)
PAGES = sorted(DOCS.rglob("*.md"))


@pytest.mark.parametrize(
    "page", [*PAGES, *ROOT.glob("*.md")], ids=lambda page: page.relative_to(ROOT).as_posix()
)
def test_a_link_to_a_file_leads_to_one(page: Path) -> None:
    text = re.sub(r"^```.*?^```$", "", page.read_text(encoding="utf-8"), flags=re.M | re.S)
    for target in re.findall(r"\]\(([^)#\s]+)", text):
        if "://" not in target and not target.startswith("mailto:"):
            assert (page.parent / target).exists(), target


def steps(page: str) -> list[tuple[str, str, str]]:
    """What to save and to run, in order: file name or nothing, text or command, output shown."""
    found = []
    for block in BLOCK.finditer(page):
        if block["file"]:
            found.append((block["file"], block["text"], ""))
        elif block["language"] == "console":
            for session in re.split(r"^\$ ", block["text"], flags=re.M)[1:]:
                command, _, output = session.partition("\n")
                found.append(("", command, output))
    return found


def saved(page: str, name: str) -> str:
    """The text of a file of a page."""
    return next(text for file, text, _ in steps(page) if file == name)


def perform(command: str, folder: Path, store: Path) -> str:
    """Run one command of a page in its folder and return what it prints."""
    words = shlex.split(command)
    if words[0] in ("python", "curl"):
        program = sys.executable if words[0] == "python" else "curl"
        done = subprocess.run(
            [program, *words[1:]],
            cwd=folder,
            env={**os.environ, "no_proxy": "*"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout
    assert words[0] == "regimenkg", command
    result = run(words[1:], cwd=folder, REGIMENKG_STORE=str(store), no_proxy="*")
    violations = words[1] in ("validate", "verify", "curate", "publish") and result.code == 1
    assert result.code == 0 or violations, f"{command}: {result.stderr}"
    return result.stdout or result.stderr


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_a_page_does_what_it_says(
    path: Path, tmp_path: Path, whole_store: Path, request: pytest.FixtureRequest
) -> None:
    page = path.read_text(encoding="utf-8")
    if "serve-read-only" in page:
        (tmp_path / "chebi.ttl").write_text(saved(page, "chebi.ttl"), encoding="utf-8")
        assert run(["export", "--flat", "-o", str(tmp_path / "graph.nt")]).code == 0
        page = request.getfixturevalue("endpoints")(page)
    if "oxigraph serve " in page:
        page = page.replace("http://127.0.0.1:7878/", request.getfixturevalue("writable"))
    if "regimenkg serve\n" in page:
        root = request.getfixturevalue("server")
        page = page.replace("http://127.0.0.1:8000/", root)
        if shutil.which("curl") is None:
            pytest.skip("curl is not installed")
    for file, text, output in steps(page):
        if file:
            (tmp_path / file).write_text(text, encoding="utf-8")
            continue
        printed = [line.rstrip() for line in perform(text, tmp_path, whole_store).splitlines()]
        shown = [line.rstrip() for line in output.rstrip("\n").splitlines()]
        assert printed or "-o " in text, f"{text} prints nothing"
        if shown and shown[-1] == "…":
            shown.pop()
            printed = printed[: len(shown)]
        if shown:
            assert printed == shown, text


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_a_page_says_what_the_project_is_for(path: Path) -> None:
    assert "Not for clinical decisions" in path.read_text(encoding="utf-8")


def test_there_are_how_tos_that_run() -> None:
    assert len([path for path in PAGES if steps(path.read_text(encoding="utf-8"))]) >= 3


@pytest.fixture
def server(whole_store: Path) -> Iterator[str]:
    """Starts the project's own server, and gives its address."""
    command = [sys.executable, "-m", "regimenkg", "serve", "--port", "0"]
    environment = {**os.environ, "REGIMENKG_STORE": str(whole_store)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        try:
            assert process.stdout
            yield process.stdout.readline().split()[2]
        finally:
            process.terminate()


@pytest.fixture
def writable(tmp_path: Path) -> Iterator[str]:
    """Starts the empty server of a page, and gives its address."""
    with oxigraph(tmp_path / "served", "--union-default-graph") as server:
        yield server.query.removesuffix("query")


@pytest.fixture
def endpoints(tmp_path: Path) -> Iterator[Callable[[str], str]]:
    """Starts the two endpoints of a page, with its own data, and puts their addresses into it."""
    with ExitStack() as running:

        def start(page: str) -> str:
            for port, graph in (("7878", tmp_path / "graph.nt"), ("7879", tmp_path / "chebi.ttl")):
                store = Store(tmp_path / port)
                store.bulk_load(path=graph)
                store.flush()
                del store
                address = running.enter_context(serving(tmp_path / port))
                page = page.replace(f"http://127.0.0.1:{port}/query", address)
            return page

        yield start
