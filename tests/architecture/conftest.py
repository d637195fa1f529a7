"""The code as it is, and a copy that a test may damage."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from checkouts import Checkout
from places import ROOT


@pytest.fixture(scope="session")
def checkout() -> Checkout:
    """The code as it is."""
    return Checkout(ROOT)


@pytest.fixture
def copy(tmp_path: Path) -> Checkout:
    """The code in a place of its own, where a test may damage it."""
    for folder in ("src", "loaders", "ontology", "queries", "data"):
        shutil.copytree(
            ROOT / folder,
            tmp_path / folder,
            symlinks=True,
            ignore=lambda _, names: [n for n in names if n.endswith((".egg-info", "__pycache__"))],
        )
    shutil.copy2(ROOT / "pyproject.toml", tmp_path)
    return Checkout(tmp_path)
