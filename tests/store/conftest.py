"""A small store on disk, and the version that it is made by."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_stores import Contents, Version

from regimenkg.store import meta
from regimenkg.store.directory import StoreDirectory


@pytest.fixture
def version(monkeypatch: pytest.MonkeyPatch) -> Version:
    version = Version()
    monkeypatch.setattr(meta, "fingerprint", lambda: version.fingerprint)
    return version


@pytest.fixture
def contents() -> Contents:
    return Contents()


@pytest.fixture
def directory(tmp_path: Path, contents: Contents) -> StoreDirectory:
    return StoreDirectory(tmp_path / "store", contents)
