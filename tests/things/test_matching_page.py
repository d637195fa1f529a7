"""The page on names says what the rules do, row by row."""

from __future__ import annotations

import pytest
from places import ROOT

from regimenkg.things.names import STEPS, keys

PAGE = (ROOT / "docs" / "reference" / "matching.md").read_text(encoding="utf-8")


def table(heading: str) -> list[list[str]]:
    """The rows of the table below a heading, without its head."""
    part = PAGE.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    rows = [line.strip("|\n").split("|") for line in part.splitlines() if line.startswith("|")]
    return [[cell[1:-1] if cell.startswith(" ") else cell for cell in row] for row in rows[2:]]


@pytest.mark.parametrize(("one", "other", "step"), table("One name"))
def test_names_that_the_page_calls_one_are_one_from_that_step(
    one: str, other: str, step: str
) -> None:
    equal = [name for name, a, b in zip(STEPS, keys(one), keys(other), strict=True) if a and a == b]
    assert equal[0] == step


@pytest.mark.parametrize(("one", "other"), table("Two names"))
def test_names_that_the_page_calls_two_are_two_on_every_step(one: str, other: str) -> None:
    assert not any(a == b for a, b in zip(keys(one), keys(other), strict=True))


def test_every_step_is_explained() -> None:
    explained = [line.split("|")[1].strip() for line in PAGE.splitlines() if line.startswith("|")]
    assert tuple(explained[2 : 2 + len(STEPS)]) == STEPS
