"""``regimenkg curate``: what it refuses, and its exit codes. The how-to runs what it does."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli_runner import run

TEXT = "Nausea arose in 44% of 120 patients."


@pytest.fixture
def text(tmp_path: Path) -> Path:
    path = tmp_path / "abstract.txt"
    path.write_text(TEXT + "\n", encoding="utf-8")
    return path


def test_a_draft_offers_what_the_graph_knows_by_name_and_loads(text: Path, tmp_path: Path) -> None:
    draft = tmp_path / "draft.yaml"
    words = ["curate", "new", "--pmid", "99999999", "--text", str(text), "-o", str(draft)]
    assert run(words).code == 0
    assert "# toxicity: {is: toxicity/nausea, at: 0-6, as: Nausea}" in draft.read_text("utf-8")
    result = run(["curate", "check", str(draft), "--text", str(text), "-O", "csv"])
    assert result.code == 1
    assert [row.split(",")[2] for row in result.stdout.splitlines()[1:]] == ["44", "120"]
    assert "0 of 2 numbers covered (0%), 2 left" in result.stderr


def test_the_text_of_another_document_is_refused(text: Path, tmp_path: Path) -> None:
    draft = tmp_path / "draft.yaml"
    words = ["curate", "new", "--pmid", "99999999", "--text", str(text), "-o", str(draft)]
    assert run(words).code == 0
    text.write_text("Another.", encoding="utf-8")
    result = run(["curate", "check", str(draft), "--text", str(text)])
    assert result.code == 3
    assert "its sha256 is another" in result.stderr


def test_all_problems_of_a_file_are_told_and_what_is_left_as_well(
    text: Path, tmp_path: Path
) -> None:
    path = tmp_path / "facts.yaml"
    path.write_text(
        "document: pmid-1\nsource/pmid-1: {prefLabel: made up}\n"
        "toxicity-report/a: {percentage: {is: 44, at: 16-18}}\ndrog/b: {prefLabel: b}\n",
        encoding="utf-8",
    )
    result = run(["curate", "check", str(path), "--text", str(text)])
    assert result.code == 3
    assert "facts.yaml:3:" in result.stderr and "facts.yaml:4:" in result.stderr
    assert "120" in result.stdout


def test_quotes_that_are_not_there_once_leave_nothing_written(text: Path, tmp_path: Path) -> None:
    draft, out = tmp_path / "draft.yaml", tmp_path / "out.yaml"
    draft.write_text('a/b: {percent: {is: 44, at: "in 45%"}}\n', encoding="utf-8")
    result = run(["curate", "place", str(draft), "--text", str(text), "-o", str(out)])
    assert result.code == 3
    assert "draft.yaml:1:" in result.stderr and "found 0 times" in result.stderr
    assert not out.exists()


def test_a_pmid_is_digits(text: Path) -> None:
    result = run(["curate", "new", "--pmid", "x1", "--text", str(text)])
    assert result.code == 2
    assert "no number of PubMed" in result.stderr
