"""Opening the store ahead: the same generation, and no harm where there is none."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from cli_runner import run
from packaged_stores import DOCUMENTS

from regimenkg.cli import ahead
from regimenkg.packaged import store_directory

QUERY = ["query", "shared-toxicities", "--drug", "cytarabine"]


@pytest.fixture(autouse=True)
def _no_other(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("REGIMENKG_ENDPOINT", raising=False)
    monkeypatch.setenv("REGIMENKG_STORE", str(tmp_path / "none"))


@pytest.mark.parametrize("form", [["--store", "{}"], ["--store={}"]])
def test_a_store_that_was_begun_is_taken_once(private_store: Path, form: list[str]) -> None:
    words = ["query", "x", *(word.format(private_store) for word in form)]
    assert ahead.begin(words) == private_store
    generation = ahead.take(private_store)
    assert generation is not None and len(generation.store) > 1000
    assert ahead.take(private_store) is None


def test_the_store_of_the_environment_is_begun(
    private_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REGIMENKG_STORE", str(private_store))
    assert ahead.begin(["show", "clag-m"]) == private_store
    assert ahead.take(private_store) is not None


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["load", "curated"],
        ["queries", "--store", "DIR"],
        ["query", "x", "--endpoint", "http://e.org/", "--store", "DIR"],
        ["query", "x", "--endpoint=http://e.org/", "--store", "DIR"],
    ],
    ids=" ".join,
)
def test_nothing_is_begun_where_no_store_is_read(words: list[str]) -> None:
    assert ahead.begin(words) is None


def test_a_remote_endpoint_of_the_environment_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REGIMENKG_ENDPOINT", "http://e.org/")
    assert ahead.begin(["query", "x", "--store", "DIR"]) is None


@pytest.mark.parametrize("words", [["query", "x"], ["query", "x", "--store"]], ids=" ".join)
def test_a_store_that_is_not_there_is_not_built_ahead(words: list[str], tmp_path: Path) -> None:
    assert ahead.begin(words) == tmp_path / "none"
    assert ahead.take(tmp_path / "none") is None
    assert not (tmp_path / "none").exists()


def test_a_damaged_store_is_reported_by_the_command(private_store: Path) -> None:
    (private_store / "CURRENT").write_text("../x\n")
    assert ahead.begin(["query", "x", "--store", str(private_store)]) == private_store
    assert ahead.take(private_store) is None
    result = run([*QUERY, "--store", str(private_store)])
    assert result.code == 3
    assert "its CURRENT file does not name a generation" in result.stderr
    assert "Traceback" not in result.stderr


def test_an_old_store_is_built_anew_and_not_asked(private_store: Path) -> None:
    old = (private_store / "CURRENT").read_text().strip()
    meta = private_store / old / "meta.json"
    meta.write_text(meta.read_text().replace('"fingerprint": "', '"fingerprint": "old-'))
    assert ahead.begin([*QUERY, "--store", str(private_store)]) == private_store
    begun = ahead.take(private_store)
    told: list[str] = []
    opened = store_directory(private_store, told.append, DOCUMENTS).open(begun)
    assert "building the graph" in told[0]
    assert opened.path.name == (private_store / "CURRENT").read_text().strip() != old


def test_a_process_may_end_without_taking_it(private_store: Path) -> None:
    code = "import sys; from regimenkg.cli.ahead import begin; print(begin(sys.argv[1:]))"
    command = [sys.executable, "-c", code, "query", "x", "--store", str(private_store)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == (f"{private_store}\n", "")
