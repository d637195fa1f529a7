"""The files that come with the package, their versions, and a fingerprint of all of them."""

from __future__ import annotations

import os
import sys
from functools import cache
from importlib import import_module
from pathlib import Path

VERSION = "0.1.0"
"""Version of the code; the distribution takes its version from here."""

PACKAGES = ("ontology", "queries", "data", "loaders")
"""Subpackages that lie outside the core in a checkout, and inside it once installed."""


@cache
def directory(package: str) -> Path:
    """Return the directory of a packaged folder, one of :data:`PACKAGES`.

    Raises KeyError for another name.

    >>> (directory("ontology") / "prefixes.json").is_file()
    True
    """
    if package not in PACKAGES:
        raise KeyError(package)
    module = import_module(f"regimenkg.{package}")
    return Path(next(iter(module.__path__)))


def cache_directory() -> Path:
    """Return the directory of this user for what can be built again: the store, compiled queries.

    It is the one that platformdirs names; where that is but a variable and a fixed path, it is
    found without importing platformdirs, which would cost a one-shot query a tenth of its time.

    >>> cache_directory().name
    'regimenkg'
    """
    if sys.platform != "win32":
        base = Path(os.environ.get("XDG_CACHE_HOME", ""))
        home = Path(os.environ.get("HOME", ""))
        if not base.is_absolute() and home.is_absolute():
            base = home / ("Library/Caches" if sys.platform == "darwin" else ".cache")
        if base.is_absolute():
            return base / "regimenkg"
    import platformdirs

    return platformdirs.user_cache_path("regimenkg", appauthor=False)


@cache
def fingerprint() -> str:
    """Return a short text that changes when any packaged file, code or engine changes.

    It is made of names, sizes and times of modification, which takes a millisecond; the
    contents are not read, and hashlib, which takes three, is not imported.

    >>> fingerprint() == fingerprint()
    True
    """
    from zlib import crc32

    from pyoxigraph import __version__ as engine

    lines: list[str] = []
    core = os.fspath(Path(__file__).parent)
    _stat_tree(core, "core", lines, skip=PACKAGES)
    for package in PACKAGES:
        _stat_tree(os.fspath(directory(package)), package, lines)
    listing = "\n".join(lines)
    return f"{VERSION}-{engine}-{len(lines)}-{len(listing)}-{crc32(listing.encode()):08x}"


def data_version() -> str:
    """Return the version of the curated data: its number and a digest of what the files hold.

    >>> number, _, digest = data_version().partition("+")
    >>> len(digest)
    8
    """
    from hashlib import blake2b

    number = import_module("regimenkg.data").__version__
    digest = blake2b(digest_size=4)
    for root in (directory("data"), directory("ontology") / "mappings"):
        for path in sorted(p for p in root.rglob("*") if p.suffix in {".yaml", ".tsv"}):
            digest.update(path.relative_to(root).as_posix().encode() + b"\0")
            digest.update(path.read_bytes() + b"\0")
    return f"{number}+{digest.hexdigest()}"


def ontology_version() -> str:
    """Return the vocabulary's ``owl:versionInfo``, as ``ontology/regimenkg.ttl`` states it.

    Raises ValueError if it states none.

    >>> ontology_version().count(".")
    2
    """
    import re

    text = (directory("ontology") / "regimenkg.ttl").read_text(encoding="utf-8")
    found = re.search(r'owl:versionInfo\s+"([^"]+)"', text)
    if found is None:
        raise ValueError("ontology/regimenkg.ttl has no owl:versionInfo")
    return found[1]


def _stat_tree(root: str, name: str, lines: list[str], skip: tuple[str, ...] = ()) -> None:
    """Append a line per file under ``root``: name, size and time of modification."""
    with os.scandir(root) as entries:
        found = sorted(entries, key=lambda entry: entry.name)
    for entry in found:
        if entry.name.startswith((".", "__pycache__")) or entry.name in skip:
            continue
        if entry.is_dir():
            _stat_tree(entry.path, f"{name}/{entry.name}", lines)
        else:
            stat = entry.stat()
            lines.append(f"{name}/{entry.name} {stat.st_size} {stat.st_mtime_ns}")
