"""Temporary folders go with the block, and those of killed processes with the next one made."""

from __future__ import annotations

import errno
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from regimenkg.store.locks import temporary_folder

HANGS = """
import time
from regimenkg.store.locks import temporary_folder
with temporary_folder() as folder:
    (folder / "large").write_text("…" * 1000)
    print(folder, flush=True)
    time.sleep(60)
"""


def test_folders_of_killed_processes_go_and_those_of_others_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    not_locked_yet = tmp_path / "regimenkg-new"
    not_ours = tmp_path / "regimenkg-something"
    for folder in (not_locked_yet, not_ours):
        folder.mkdir()
    (not_locked_yet / "lock").touch()
    processes = [
        subprocess.Popen([sys.executable, "-c", HANGS], stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    try:
        killed, alive = map(_said, processes)
        processes[0].kill()
        processes[0].wait()
        assert (killed / "large").exists()
        with temporary_folder() as mine, temporary_folder() as another:
            assert {*tmp_path.iterdir()} == {alive, mine, another, not_locked_yet, not_ours}
        assert {*tmp_path.iterdir()} == {alive, not_locked_yet, not_ours}
    finally:
        for process in processes:
            process.kill()
            process.communicate()


@pytest.mark.skipif(sys.platform == "win32", reason="every file system of Windows has locks")
def test_where_there_are_no_locks_no_folder_is_taken_for_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import fcntl

    def no_locks(*_: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(fcntl, "flock", no_locks)
    with temporary_folder() as mine, temporary_folder() as another:
        assert {*tmp_path.iterdir()} == {mine, another}
    assert list(tmp_path.iterdir()) == []


def _said(process: subprocess.Popen[str]) -> Path:
    assert process.stdout is not None
    return Path(process.stdout.readline().strip())
