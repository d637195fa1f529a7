"""The reference of commands and queries is what they say of themselves."""

from __future__ import annotations

import runpy

import pytest
from places import ROOT

REFERENCE = ROOT / "docs" / "reference"


@pytest.mark.parametrize("page", ["commands", "queries"])
def test_the_reference_is_made_of_what_it_describes(page: str) -> None:
    made = runpy.run_path(str(ROOT / "scripts" / "write_reference.py"))
    assert (REFERENCE / f"{page}.md").read_text(encoding="utf-8") == made[page](), "make model"
