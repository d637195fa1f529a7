"""Opening the store ahead: the same store, and no harm where there is none."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, Quad, Store

from regimenkg import prefetch


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """A store directory with one generation that says one thing."""
    database = tmp_path / "000001" / "db"
    database.parent.mkdir()
    store = Store(database)
    node = NamedNode("http://example.org/")
    store.add(Quad(node, node, node))
    del store
    (tmp_path / "CURRENT").write_text("000001\n")
    return tmp_path


@pytest.fixture(autouse=True)
def _local(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("REGIMENKG_ENDPOINT", raising=False)
    monkeypatch.setenv("REGIMENKG_STORE", str(tmp_path / "none"))


def _taken(directory: Path) -> Store | None:
    return prefetch.take(str(directory / "000001" / "db"))


@pytest.mark.parametrize("form", [["--store", "{}"], ["--store={}"]])
def test_a_store_that_was_begun_is_taken_once(directory: Path, form: list[str]) -> None:
    assert prefetch.begin(["query", "x", *(word.format(directory) for word in form)])
    store = _taken(directory)
    assert store is not None
    assert len(store) == 1
    assert _taken(directory) is None


def test_the_store_of_the_environment_is_begun(
    directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REGIMENKG_STORE", str(directory))
    assert prefetch.begin(["--debug", "show", "clag-m"])
    assert _taken(directory) is not None


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["load", "curated"],
        ["queries", "--store", "{}"],
        ["query", "x", "--endpoint", "http://e.org/", "--store", "{}"],
        ["query", "x", "--endpoint=http://e.org/", "--store", "{}"],
        ["query", "x"],
        ["query", "x", "--store"],
    ],
)
def test_nothing_is_begun_where_nothing_is_read(directory: Path, words: list[str]) -> None:
    assert not prefetch.begin([word.format(directory) for word in words])


def test_a_remote_endpoint_of_the_environment_counts(
    directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REGIMENKG_ENDPOINT", "http://e.org/")
    assert not prefetch.begin(["query", "x", "--store", str(directory)])


@pytest.mark.parametrize("current", ["MANIFEST-000001\n", "../x\n", "", "é"])
def test_a_pointer_that_is_none_is_left_to_the_opening(directory: Path, current: str) -> None:
    (directory / "CURRENT").write_text(current, encoding="utf-8")
    assert not prefetch.begin(["query", "x", "--store", str(directory)])


def test_a_damaged_store_is_left_to_the_opening(directory: Path) -> None:
    (directory / "000001" / "db" / "CURRENT").write_text("x")
    assert prefetch.begin(["query", "x", "--store", str(directory)])
    assert _taken(directory) is None


def test_a_process_may_end_without_taking_it(directory: Path) -> None:
    code = "import sys; from regimenkg.prefetch import begin; print(begin(sys.argv[1:]))"
    command = [sys.executable, "-c", code, "query", "x", "--store", str(directory)]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    assert (run.stdout, run.stderr) == ("True\n", "")
