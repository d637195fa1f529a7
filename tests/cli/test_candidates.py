"""``regimenkg candidates``: lists on lines or in a table, and every line is answered."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from cli_runner import Outcome, run


def rows(outcome: Outcome) -> list[dict[str, str]]:
    assert outcome.code == 0, outcome.stderr
    return list(csv.DictReader(io.StringIO(outcome.stdout)))


def test_a_list_on_a_line_and_a_table_of_patients_give_the_same(tmp_path: Path) -> None:
    (tmp_path / "lists.txt").write_text("Ara-C; cladribine; G-CSF\nposaconazole\n")
    (tmp_path / "table.tsv").write_text(
        "drug\tperson\nAra-C\t1\nposaconazole\t2\ncladribine\t1\nG-CSF\t1\n"
    )
    lists = rows(run(["candidates", "lists.txt"], cwd=tmp_path))
    table = rows(run(["candidates", "table.tsv", "--patient", "person"], cwd=tmp_path))
    assert lists == table
    assert [(row["patient"], row["regimenLabel"]) for row in lists] == [("1", "CLAG"), ("2", "")]


def test_standard_input_is_read() -> None:
    (row,) = rows(
        run(["candidates", "-", "--match", "within"], input="Ara-C;cladribine;G-CSF;aspirin")
    )
    assert (row["match"], row["notInRegimen"]) == ("within", "aspirin")


@pytest.mark.parametrize(
    ("text", "words", "problem"),
    [
        ("", [], "holds no lists of drugs"),
        ("# nothing\n\n", [], "holds no lists of drugs"),
        ("a,b\n1,2\n", ["--drug", "durg"], "has no column"),
    ],
)
def test_a_file_without_lists_is_told(
    tmp_path: Path, text: str, words: list[str], problem: str
) -> None:
    (tmp_path / "lists").write_text(text)
    outcome = run(["candidates", "lists", *words], cwd=tmp_path)
    assert outcome.code in (2, 3)
    assert problem in outcome.stderr
    assert outcome.stdout == ""


def test_a_missing_file_is_told() -> None:
    outcome = run(["candidates", "/no/such/file"])
    assert outcome.code == 2
    assert "cannot read /no/such/file" in outcome.stderr


def test_hostile_lines_are_rows(tmp_path: Path) -> None:
    lines = [b"\x00;\xff\xfe", b"x" * 1_000_000, "阿糖胞苷".encode(), b"Ara-C;cladribine;G-CSF"]
    (tmp_path / "lists").write_bytes(b"\n".join(lines))
    found = rows(run(["candidates", "lists"], cwd=tmp_path))
    assert {row["patient"] for row in found} == {"1", "2", "3", "4"}
    assert [row["status"] for row in found if row["patient"] == "2"] == ["not read"]
    assert [row["regimenLabel"] for row in found if row["patient"] == "4"] == ["CLAG"]
