"""Generations: readers beside writers, several processes at once, and directories that are none."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
import small_stores
from small_stores import Contents, edit_meta, files_in, load, names_in

from regimenkg.errors import StoreError, StoreVersionError
from regimenkg.resources import VERSION
from regimenkg.store import generations, locks
from regimenkg.store.directory import StoreDirectory
from regimenkg.store.meta import FORMAT


def test_a_reader_keeps_what_it_opened(contents: Contents, directory: StoreDirectory) -> None:
    load(directory, "one")
    reader = directory.open()
    for name in ("two", "three", "four", "five"):
        load(directory, name)
    assert names_in(reader) == {"packaged", "one"}
    assert reader.path.exists()
    assert names_in(directory.open()) == {"packaged", "five"}


def test_old_generations_go_when_nobody_reads_them(
    contents: Contents, directory: StoreDirectory
) -> None:
    reader = directory.open()
    for name in ("one", "two", "three"):
        load(directory, name)
    assert len(list(directory.path.glob("0*"))) == 3  # the reader's, the last and the current
    del reader
    load(directory, "four")
    assert len(list(directory.path.glob("0*"))) == 2


def test_readers_never_meet_a_vanished_or_torn_generation(
    contents: Contents, directory: StoreDirectory
) -> None:
    load(directory, "n0")
    problems: list[BaseException] = []
    done = threading.Event()

    def read() -> None:
        try:
            while not done.is_set():
                names = names_in(StoreDirectory(directory.path, contents).open())
                assert len(names) == 2, names
        except BaseException as error:
            problems.append(error)

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for number in range(12):
        load(directory, f"n{number}")
    done.set()
    for reader in readers:
        reader.join()
    assert problems == []


@pytest.fixture
def child(tmp_path: Path) -> Callable[[str], subprocess.Popen[str]]:
    """Starts a Python process with the helpers of ``small_stores`` at hand as ``t``."""

    def start(code: str) -> subprocess.Popen[str]:
        prologue = f"""
import sys, time
sys.path.insert(0, {os.fspath(Path(small_stores.__file__).parent)!r})
import small_stores as t
from regimenkg.store import meta
from pathlib import Path
contents = t.Contents()
meta.fingerprint = lambda: "first"
directory = t.StoreDirectory(Path({os.fspath(tmp_path / "store")!r}), contents)
"""
        return subprocess.Popen(
            [sys.executable, "-c", prologue + code],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    return start


def test_processes_loading_at_once_lose_nothing(
    child: Callable[[str], subprocess.Popen[str]], contents: Contents, directory: StoreDirectory
) -> None:
    directory.open()
    processes = [
        child(f"t.load(directory, 'n{number}', graph=t.GRAPH + 'g{number}')") for number in range(4)
    ]
    assert [process.communicate(timeout=60)[1] for process in processes] == [""] * 4
    assert names_in(directory.open()) == {"packaged", "n0", "n1", "n2", "n3"}


@pytest.mark.parametrize("first", [True, False], ids=["building", "loading"])
def test_a_killed_writer_leaves_what_was_there_and_its_files_are_cleared_away(
    first: bool,
    child: Callable[[str], subprocess.Popen[str]],
    contents: Contents,
    directory: StoreDirectory,
) -> None:
    if not first:
        directory.open()
    process = child("""
def hang():
    print("writing", flush=True)
    time.sleep(60)
contents.rules = hang
t.load(directory, "killed")
""")
    assert process.stdout is not None
    assert process.stdout.readline() == "writing\n"
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    assert list(directory.path.glob("building-*"))
    if not first:
        assert names_in(directory.open()) == {"packaged"}
    load(directory, "mine")
    assert names_in(directory.open()) == {"packaged", "mine"}
    assert not list(directory.path.glob("building-*"))


def test_waiting_for_a_writer_is_said_and_ends(
    contents: Contents, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    path = tmp_path / "lock"
    with (
        locks.exclusive(path, said.append),
        pytest.raises(StoreError, match="has been writing"),
        locks.exclusive(path, said.append, seconds=0.1),
    ):
        pass
    assert len(said) == 1
    assert "waiting" in said[0]


# Stores of other versions, and directories that are none


@pytest.mark.parametrize(
    "fields", [{"format": FORMAT + 1}, {"code": "99.0"}, {"code": VERSION + ".1"}]
)
def test_a_newer_store_is_left_alone(
    fields: dict[str, object], contents: Contents, directory: StoreDirectory
) -> None:
    directory.open()
    edit_meta(directory, **fields)
    before = files_in(directory.path)
    for attempt in (directory.open, directory.build, lambda: load(directory, "x")):
        with pytest.raises(StoreVersionError, match="newer") as caught:
            attempt()
        assert caught.value.hint is not None
        assert "--store" in caught.value.hint
    assert files_in(directory.path) == before


@pytest.mark.parametrize(
    "spoil",
    [
        lambda path: (path / "CURRENT").write_text("MANIFEST-000005\n"),
        lambda path: (path / "CURRENT").write_text("../x\n"),
        lambda path: (path / "CURRENT").write_bytes(b"\xff"),
        lambda path: (path / "CURRENT").write_text("000077\n"),
        lambda path: (path / "000001" / "meta.json").write_text("{"),
        lambda path: (path / "000001" / "meta.json").write_text("[]"),
        lambda path: (path / "000001" / "meta.json").write_text('{"format": 1}'),
        lambda path: (path / "000001" / "db" / "CURRENT").write_text("nothing\n"),
        lambda path: (path / "000001" / "db" / "CURRENT").unlink(),
    ],
    ids=["engine", "path", "bytes", "missing", "json", "list", "fields", "db", "no-db"],
)
def test_a_damaged_store_is_an_error_and_left_as_it_is(
    spoil: Callable[[Path], object], contents: Contents, directory: StoreDirectory
) -> None:
    directory.open()
    spoil(directory.path)
    before = files_in(directory.path)
    for attempt in (directory.open, lambda: load(directory, "x")):
        with pytest.raises(StoreVersionError, match="is not a store"):
            attempt()
    assert files_in(directory.path) == before


def test_a_directory_with_other_files_is_not_written_to(contents: Contents, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("x")
    with pytest.raises(StoreError, match=r"not a RegimenKG store: it holds letter\.txt"):
        StoreDirectory(tmp_path, contents).open()
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


def test_an_unwritable_directory_is_an_error_with_a_hint(
    contents: Contents, tmp_path: Path
) -> None:
    if os.geteuid() == 0:  # whom no permission stops; below a file nobody can write
        parent = tmp_path / "file"
        parent.write_text("")
    else:
        parent = tmp_path / "locked"
        parent.mkdir(mode=0o555)
    with pytest.raises(StoreError, match="cannot write the store") as caught:
        StoreDirectory(parent / "store", contents).open()
    assert caught.value.hint is not None
    assert "--store" in caught.value.hint
    assert "REGIMENKG_STORE" in caught.value.hint


def test_a_file_in_place_of_the_directory_is_an_error(contents: Contents, tmp_path: Path) -> None:
    file = tmp_path / "store"
    file.write_text("x")
    with pytest.raises(StoreError):
        StoreDirectory(file, contents).open()
    assert file.read_text() == "x"


def test_a_read_only_directory_can_be_read(contents: Contents, directory: StoreDirectory) -> None:
    directory.open()
    for path in (directory.path, *directory.path.rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)
    try:
        assert names_in(directory.open()) == {"packaged"}
    finally:
        for path in (directory.path, *directory.path.rglob("*")):
            path.chmod(0o755 if path.is_dir() else 0o644)


def test_processes_starting_at_once_build_once(
    child: Callable[[str], subprocess.Popen[str]],
) -> None:
    code = """
rules = contents.rules()
def slow():
    time.sleep(0.5)
    return rules
contents.rules = slow
print(sorted(t.names_in(directory.open())), contents.builds)
"""
    processes = [child(code) for _ in range(4)]
    outputs = [process.communicate(timeout=60) for process in processes]
    assert [error for _, error in outputs] == [""] * 4
    assert sorted(out for out, _ in outputs) == ["['packaged'] 0\n"] * 3 + ["['packaged'] 1\n"]


def test_a_pin_is_let_go_though_the_modules_names_are_gone(
    directory: StoreDirectory, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = directory.open()
    meta = reader.path / "meta.json"
    assert not locks.is_free(meta)
    monkeypatch.setattr(generations, "os", None)  # as the interpreter may leave it at its exit
    del reader
    assert locks.is_free(meta)
