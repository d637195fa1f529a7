"""Where temporary files go while a test looks for them, and a disk without room."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

OPEN_FILES = Path("/proc/self/fd")  # of this process; not every system tells


@contextmanager
def watched(folder: Path) -> Iterator[None]:
    """Temporary files go to a folder, and none is left there or open in the end."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tempfile, "tempdir", os.fspath(folder))
        yield
    assert list(folder.iterdir()) == []
    assert opened(folder) == []


def opened(folder: Path) -> list[str]:
    """The files of a folder that are open, those without a name too."""
    if not OPEN_FILES.exists():
        return []
    found = []
    for link in OPEN_FILES.iterdir():
        try:
            found.append(os.fspath(link.readlink()))
        except OSError:
            continue  # the listing's own
    return [name for name in found if name.startswith(os.fspath(folder) + os.sep)]


@contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    """No file can be written beyond so many bytes, as on a full disk."""
    resource = pytest.importorskip("resource")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
