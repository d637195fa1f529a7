"""Packaged files, their versions and their fingerprint."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import platformdirs
import pytest

from regimenkg import resources


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Four small packaged folders in place of the real ones."""
    for package in resources.PACKAGES:
        (tmp_path / package).mkdir()
        (tmp_path / package / "__init__.py").write_text("")
    (tmp_path / "data" / "a.yaml").write_text("a: 1\n")
    (tmp_path / "ontology" / "mappings").mkdir()
    monkeypatch.setattr(resources, "directory", lambda package: tmp_path / package)
    resources.fingerprint.cache_clear()
    yield tmp_path
    resources.fingerprint.cache_clear()


def _fingerprint() -> str:
    resources.fingerprint.cache_clear()
    return resources.fingerprint()


@pytest.mark.parametrize("package", resources.PACKAGES)
def test_each_packaged_folder_is_a_directory_with_an_init(package: str) -> None:
    assert (resources.directory(package) / "__init__.py").is_file()


def test_another_folder_is_refused() -> None:
    with pytest.raises(KeyError):
        resources.directory("secrets")


def test_the_fingerprint_changes_with_any_file_and_only_then(tree: Path) -> None:
    before = _fingerprint()
    assert _fingerprint() == before
    file = tree / "data" / "a.yaml"
    file.write_text("a: 2\n")  # the same size
    os.utime(file, ns=(1, 1))
    after = _fingerprint()
    assert after != before
    (tree / "loaders" / "new.py").write_text("")
    assert _fingerprint() not in {before, after}


def test_the_fingerprint_changes_with_the_version_of_the_code(
    tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = _fingerprint()
    monkeypatch.setattr(resources, "VERSION", "9.9.9")
    assert _fingerprint() != before


def test_byte_code_and_hidden_files_do_not_count(tree: Path) -> None:
    before = _fingerprint()
    (tree / "data" / "__pycache__").mkdir()
    (tree / "data" / "__pycache__" / "a.pyc").write_bytes(b"x")
    (tree / "data" / ".swp").write_text("x")
    assert _fingerprint() == before


def test_the_data_version_is_of_contents_not_of_times(tree: Path) -> None:
    before = resources.data_version()
    os.utime(tree / "data" / "a.yaml", ns=(1, 1))
    assert resources.data_version() == before
    (tree / "data" / "a.yaml").write_text("a: 2\n")
    assert resources.data_version() != before
    assert re.fullmatch(r"\d+\.\d+\.\d+\+[0-9a-f]{8}", before)


def test_an_ontology_without_version_is_an_error(tree: Path) -> None:
    (tree / "ontology" / "regimenkg.ttl").write_text("")
    with pytest.raises(ValueError, match="versionInfo"):
        resources.ontology_version()


@pytest.mark.parametrize(
    ("xdg", "home"),
    [("", "/home/x"), ("/var/c", "/home/x"), ("relative", "/home/x"), ("/c", None), ("/c", "")],
)
def test_the_cache_directory_is_the_one_of_platformdirs(
    xdg: str, home: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", xdg)
    if home is None:
        monkeypatch.delenv("HOME", raising=False)
    else:
        monkeypatch.setenv("HOME", home)
    expected = platformdirs.user_cache_path("regimenkg", appauthor=False)
    assert resources.cache_directory() == expected
