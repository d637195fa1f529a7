"""What a wrong command says, and its exit code; the store stays as it was."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from cli_runner import run

WRONG = {
    "unknown command": (["qury"], 2, "no command 'qury'", "'query'"),
    "unknown query": (["query", "shared-toxicity"], 2, "shared-toxicity", "shared-toxicities"),
    "unknown option": (["query", "shared-toxicities", "--drugs", "x"], 2, "--drugs", "--drug"),
    "unknown drug": (
        ["query", "shared-toxicities", "--drug", "cytarbine"],
        2,
        "cytarbine",
        "cytarabine",
    ),
    "thing of another class": (["query", "shared-toxicities", "--drug", "CLAG-M"], 2, "CLAG-M", ""),
    "unknown thing": (["show", "clagm-x"], 2, "clagm-x", ""),
    "unknown format": (["query", "conflicts", "-O", "cvs"], 2, "'cvs'", "csv"),
    "graph format for rows": (["query", "conflicts", "-O", "turtle"], 2, "'turtle'", "table"),
    "row format for a graph": (["export", "-O", "csv"], 2, "'csv'", "turtle"),
    "injection": (
        ["query", "shared-toxicities", "--drug", "cytarabine> } UNION { ?s ?p ?o . <x"],
        2,
        "",
        "",
    ),
    "malformed SPARQL": (["sparql", "SELECT ?x\nWHERE { ?x "], 3, "line 2", ""),
    "SPARQL update": (["sparql", "DELETE WHERE { ?s ?p ?o }"], 3, "line 1", ""),
    "unknown graph": (["export", "--graph", "curate"], 2, "'curate'", "curated"),
    "two parts at once": (["export", "--graph", "curated", "--flat"], 2, "exclude", ""),
    "no such file": (["load", "curated", "none.yaml"], 2, "none.yaml", ""),
    "unknown loader": (["load", "excel", "x.yaml"], 2, "excel", ""),
    "computed graph": (["load", "curated", __file__, "--graph", "derived"], 2, "derived", ""),
    "unwritable output": (["query", "conflicts", "-o", "/no/such/place.csv"], 3, "/no/such", ""),
    "unwritable store": (
        ["query", "conflicts", "--store", f"{__file__}/store"],
        3,
        "store",
        "--store",
    ),
}


@pytest.mark.parametrize("words, code, message, hint", WRONG.values(), ids=WRONG.keys())
def test_a_wrong_command_says_what_is_wrong_and_what_to_try(
    words: list[str], code: int, message: str, hint: str
) -> None:
    result = run(words)
    assert result.code == code, result.stderr
    assert result.stdout == ""
    lines = result.stderr.splitlines()
    assert any(line.startswith("error: ") for line in lines), result.stderr
    assert "Traceback" not in result.stderr
    assert message in result.stderr
    assert hint in result.stderr


def test_a_traceback_only_with_debug() -> None:
    assert "Traceback" in run(["show", "nothing-at-all", "--debug"]).stderr or (
        "Traceback" in run(["--debug", "show", "nothing-at-all"]).stderr
    )


def test_a_pipe_that_is_closed_early_is_no_error() -> None:
    command = [sys.executable, "-m", "regimenkg", "export", "-O", "nt"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None and process.stderr is not None
        assert process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(timeout=60) == 0


BAD_FILES = {
    "wrong unit": ("dose: {is: 5 mg/m3, at: 1-2}", "mg/m3"),
    "day of a half": ("day: {is: 0.5, at: 1-2}", "0.5"),
    "missing source": ("dose: 5 mg/m2", "missing source"),
    "unknown key": ("doze: {is: 5 mg/m2, at: 1-2}", "did you mean 'dose'?"),
}


@pytest.mark.parametrize("line, message", BAD_FILES.values(), ids=BAD_FILES.keys())
def test_a_bad_file_leaves_the_store_as_it_was(
    tmp_path: Path, private_store: Path, line: str, message: str
) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(
        "document: mine\n"
        "source/mine: {prefLabel: mine}\n"
        "regimen/mine: {prefLabel: mine}\n"
        "variant/mine:\n"
        "  prefLabel: mine\n"
        "  variantOf: regimen/mine\n"
        "  hasAdministration:\n"
        "    - id: cytarabine\n"
        "      drug: {is: cytarabine, at: 1-2}\n"
        f"      {line}\n",
        encoding="utf-8",
    )
    before = (private_store / "CURRENT").read_text()
    names = sorted(path.name for path in private_store.iterdir())
    result = run(["load", "curated", str(file), "--store", str(private_store)])
    assert result.code == 3
    assert f"{file}:10: " in result.stderr
    assert message in result.stderr
    assert (private_store / "CURRENT").read_text() == before
    assert sorted(path.name for path in private_store.iterdir()) == names


def test_a_duplicate_id_is_refused_with_both_places(tmp_path: Path, private_store: Path) -> None:
    one, two = tmp_path / "one.yaml", tmp_path / "two.yaml"
    for file in (one, two):
        file.write_text("drug/new: {prefLabel: new}\n", encoding="utf-8")
    result = run(["load", "curated", str(one), str(two), "--store", str(private_store)])
    assert result.code == 3
    assert f"{one}:1" in result.stderr and f"{two}:1" in result.stderr


def test_a_store_of_a_newer_version_is_left_alone(private_store: Path) -> None:
    name = (private_store / "CURRENT").read_text().strip()
    meta = private_store / name / "meta.json"
    content = json.loads(meta.read_text())
    content["code"] = "99.0.0"
    meta.write_text(json.dumps(content))
    result = run(["query", "conflicts", "--store", str(private_store)])
    assert result.code == 3
    assert "99.0.0" in result.stderr and "hint: " in result.stderr
    assert (private_store / "CURRENT").read_text().strip() == name
