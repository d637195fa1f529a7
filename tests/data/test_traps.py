"""The 40 traps of the two documents: each is kept as printed, recorded, or not filled in."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import NamedTuple

import pytest
from golden_facts import GOLDEN
from packaged_stores import documents_edition

from regimenkg.catalog.runner import run_text


class Trap(NamedTuple):
    """One row of the list: a question to the graph that only the right handling answers so."""

    trap: str
    ask: str
    expected: str
    note: str


def traps() -> list[Trap]:
    with (GOLDEN / "traps.tsv").open(encoding="utf-8", newline="") as stream:
        rows = csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [Trap(**row) for row in rows]


def ask(text: str) -> bool:
    answer = run_text(text, documents_edition())
    assert isinstance(answer, bool)
    return answer


@pytest.mark.parametrize("row", traps(), ids=lambda row: f"{row.trap}: {row.note}")
def test_a_trap_is_handled_as_its_note_says(row: Trap) -> None:
    assert row.expected in ("true", "false")
    assert ask(row.ask) is (row.expected == "true")


def test_every_thing_that_a_trap_names_is_in_the_graph() -> None:
    """An ASK that must be false is not false for a misspelt name."""
    asks = " ".join(row.ask for row in traps())
    things = set(re.findall(r"<https://w3id\.org/regimenkg/[^>]+>", asks))
    terms = set(re.findall(r"\brk:\w+", asks))
    assert things and terms
    unknown = [name for name in sorted(things | terms) if not ask(f"ASK {{ {name} ?p ?o }}")]
    assert not unknown


def test_all_traps_are_named() -> None:
    assert sorted({row.trap for row in traps()}) == [f"T{n:02}" for n in range(1, 41)]
    assert all(row.note.strip() for row in traps())


def test_the_traps_are_those_of_the_sources(sources_dir: Path) -> None:
    text = (sources_dir / "traps.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^(T\d\d) ", text, re.MULTILINE)) == {row.trap for row in traps()}
