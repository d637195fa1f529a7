"""A store directory: built once, replaced whole or not at all, and never torn."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, Store, Triple

from regimenkg.errors import DataError, LoaderError, StoreError, StoreVersionError, UsageError
from regimenkg.resources import VERSION
from regimenkg.store import directory as generations
from regimenkg.store import locks
from regimenkg.store import meta as store_meta
from regimenkg.store.directory import Generation, StoreDirectory
from regimenkg.store.graphs import Rule, Source
from regimenkg.store.meta import FORMAT, Meta
from regimenkg.terms.namespaces import DERIVED_GRAPH, GRAPH

EX = "http://example.org/"
MINE = GRAPH + "mine"


def _triple(name: str) -> Triple:
    return Triple(NamedNode(EX + name), NamedNode(EX + "p"), NamedNode(EX + "o"))


class Contents:
    """What a store is built from here: one graph, one rule, and how often it was built."""

    def __init__(self) -> None:
        self.says = "packaged"
        self.builds = 0
        self.fails: BaseException | None = None
        self.rule = Rule("rules/nothing.rq", "CONSTRUCT {} WHERE {}")

    def sources(self) -> list[Source]:
        return [Source(GRAPH + "curated", "t", ["a"], self._read)]

    def rules(self) -> list[Rule]:
        return [self.rule]

    def _read(self, _: Store) -> Iterator[Triple]:
        self.builds += 1
        yield _triple(self.says)
        if self.fails:
            raise self.fails


class Version:
    """Stands for what is installed: a store that was made from another is built again."""

    def __init__(self) -> None:
        self.fingerprint = "first"


@pytest.fixture
def version(monkeypatch: pytest.MonkeyPatch) -> Version:
    version = Version()
    monkeypatch.setattr(store_meta, "fingerprint", lambda: version.fingerprint)
    return version


@pytest.fixture
def contents() -> Contents:
    return Contents()


@pytest.fixture
def directory(tmp_path: Path, contents: Contents) -> StoreDirectory:
    return StoreDirectory(tmp_path / "store", contents)


def _names(generation: Generation | None) -> set[str]:
    """What the merge of a generation says, by the subjects' names."""
    assert generation is not None
    answer = generation.store.query(f"SELECT ?s {{ ?s <{EX}p> ?o }}")
    return {row[0].value.removeprefix(EX) for row in answer}  # type: ignore[union-attr]


def _files(path: Path) -> dict[str, bytes]:
    return {
        file.relative_to(path).as_posix(): file.read_bytes()
        for file in sorted(path.rglob("*"))
        if file.is_file() and file.name != "lock"
    }


def _load(directory: StoreDirectory, *names: str, graph: str = MINE) -> Meta:
    return directory.replace(graph, map(_triple, names), loader="turtle", files=["mine.ttl"])


def test_a_store_is_built_on_first_use_and_used_from_then_on(
    contents: Contents, directory: StoreDirectory
) -> None:
    assert _names(directory.open()) == {"packaged"}
    assert _names(directory.open()) == {"packaged"}
    assert contents.builds == 1


def test_a_store_is_rebuilt_when_data_or_code_changed(
    contents: Contents, directory: StoreDirectory, version: Version
) -> None:
    directory.open()
    version.fingerprint, contents.says = "second", "changed"
    assert _names(directory.open()) == {"changed"}
    assert contents.builds == 2


def test_loaded_graphs_are_taken_over_on_a_rebuild(
    contents: Contents, directory: StoreDirectory, version: Version
) -> None:
    before = _load(directory, "mine")["graphs"][MINE]
    version.fingerprint = "second"
    after = directory.open()
    assert _names(after) == {"packaged", "mine"}
    assert after.meta["graphs"][MINE] == before


def test_a_rebuild_can_leave_loaded_graphs_out(
    contents: Contents, directory: StoreDirectory
) -> None:
    _load(directory, "mine")
    assert directory.build(force=True, keep_loaded=False)
    assert _names(directory.current()) == {"packaged"}


def test_an_up_to_date_store_is_built_again_only_by_force(
    contents: Contents, directory: StoreDirectory
) -> None:
    assert directory.build()
    assert not directory.build()
    assert directory.build(force=True)
    assert contents.builds == 2


def test_a_load_replaces_its_graph_whole(contents: Contents, directory: StoreDirectory) -> None:
    _load(directory, "one", "two")
    meta = _load(directory, "three")
    assert _names(directory.open()) == {"packaged", "three"}
    assert meta["graphs"][MINE] == {
        "loader": "turtle",
        "files": ["mine.ttl"],
        "triples": 1,
        "packaged": False,
    }
    assert contents.builds == 1


def test_a_load_that_fails_leaves_the_directory_as_it_was(
    contents: Contents, directory: StoreDirectory
) -> None:
    _load(directory, "one")
    before = _files(directory.path)

    def broken() -> Iterator[Triple]:
        yield _triple("two")
        raise LoaderError("a.ttl:2: no", file="a.ttl", line=2)

    with pytest.raises(LoaderError):
        directory.replace(MINE, broken(), loader="turtle", files=["a.ttl"])
    assert _files(directory.path) == before


ENDINGS: dict[str, Callable[[Contents], BaseException]] = {
    "a rule": lambda contents: _break_rule(contents),
    "an interrupt": lambda contents: _stop(contents, KeyboardInterrupt()),
    "a full disk": lambda contents: _stop(contents, OSError(28, "No space left on device")),
    "a fault": lambda contents: _stop(contents, ZeroDivisionError()),
}
"""What ends a writer while it has the engine open, by the way that it ends."""


def _break_rule(contents: Contents) -> BaseException:
    contents.rule = Rule("rules/x.rq", "ASK {}")
    return DataError("rule rules/x.rq")


def _stop(contents: Contents, error: BaseException) -> BaseException:
    def fail() -> list[Rule]:
        raise error

    contents.rules = fail  # type: ignore[method-assign]
    return error


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("first", [True, False], ids=["building", "loading"])
def test_the_engine_is_closed_before_its_folder_is_removed_on_every_way_out(
    first: bool,
    ending: str,
    contents: Contents,
    directory: StoreDirectory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if not first:
        _load(directory, "one")
    before = _files(directory.path)
    removed: list[str] = []

    def remove(path: Path) -> None:
        if (path / "db").exists():
            Store(path / "db").flush()  # raises where the engine still holds its own lock
            removed.append(path.name)
        remove_for_good(path)

    remove_for_good = generations._remove
    monkeypatch.setattr(generations, "_remove", remove)
    error = ENDINGS[ending](contents)
    expected = StoreError if isinstance(error, OSError) else type(error)
    with pytest.raises(expected) as kept:  # the error, with all its frames, lives on meanwhile
        _load(directory, "two")
    assert kept.value
    assert removed == [f"building-{os.getpid()}"]
    assert _files(directory.path) == before


def test_a_build_that_fails_leaves_no_current_and_no_half(
    contents: Contents, directory: StoreDirectory
) -> None:
    contents.fails = LoaderError("a.yaml:1: no", file="a.yaml", line=1)
    with pytest.raises(LoaderError):
        directory.open()
    assert [path.name for path in directory.path.iterdir()] == ["lock"]
    contents.fails = None
    assert _names(directory.open()) == {"packaged"}


def test_a_graph_that_stood_in_place_of_a_packaged_one_gives_it_back(
    contents: Contents, directory: StoreDirectory
) -> None:
    packaged = GRAPH + "curated"
    _load(directory, "other")
    _load(directory, "mine", graph=packaged)
    assert directory.is_packaged(packaged)
    assert not directory.is_packaged(MINE)
    assert _names(directory.open()) == {"other", "mine"}
    assert directory.remove(packaged)["graphs"][packaged]["packaged"]
    assert _names(directory.open()) == {"other", "packaged"}
    with pytest.raises(StoreError, match="no graph"):
        directory.remove(packaged)


def test_a_graph_can_be_removed(contents: Contents, directory: StoreDirectory) -> None:
    _load(directory, "mine")
    assert MINE not in directory.remove(MINE)["graphs"]
    assert _names(directory.open()) == {"packaged"}
    with pytest.raises(StoreError, match="no graph"):
        directory.remove(MINE)


def test_the_derived_graph_cannot_be_loaded(contents: Contents, directory: StoreDirectory) -> None:
    with pytest.raises(UsageError):
        _load(directory, "x", graph=DERIVED_GRAPH)
    assert not directory.path.exists()


# Readers beside writers


def test_a_reader_keeps_what_it_opened(contents: Contents, directory: StoreDirectory) -> None:
    _load(directory, "one")
    reader = directory.open()
    for name in ("two", "three", "four", "five"):
        _load(directory, name)
    assert _names(reader) == {"packaged", "one"}
    assert reader.path.exists()
    assert _names(directory.open()) == {"packaged", "five"}


def test_old_generations_go_when_nobody_reads_them(
    contents: Contents, directory: StoreDirectory
) -> None:
    reader = directory.open()
    for name in ("one", "two", "three"):
        _load(directory, name)
    assert len(list(directory.path.glob("0*"))) == 3  # the reader's, the last and the current
    del reader
    _load(directory, "four")
    assert len(list(directory.path.glob("0*"))) == 2


def test_readers_never_meet_a_vanished_or_torn_generation(
    contents: Contents, directory: StoreDirectory
) -> None:
    _load(directory, "n0")
    problems: list[BaseException] = []
    done = threading.Event()

    def read() -> None:
        try:
            while not done.is_set():
                names = _names(StoreDirectory(directory.path, contents).open())
                assert len(names) == 2, names
        except BaseException as error:
            problems.append(error)

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for number in range(12):
        _load(directory, f"n{number}")
    done.set()
    for reader in readers:
        reader.join()
    assert problems == []


@pytest.fixture
def child(tmp_path: Path) -> Callable[[str], subprocess.Popen[str]]:
    """Starts a Python process with the helpers of this file at hand as ``t``."""

    def start(code: str) -> subprocess.Popen[str]:
        prologue = f"""
import sys, time
sys.path.insert(0, {os.fspath(Path(__file__).parent)!r})
import {Path(__file__).stem} as t
from pathlib import Path
contents = t.Contents()
t.store_meta.fingerprint = lambda: "first"
directory = t.StoreDirectory(Path({os.fspath(tmp_path / "store")!r}), contents)
"""
        return subprocess.Popen(
            [sys.executable, "-c", prologue + code],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    return start


def test_processes_starting_at_once_build_once(
    child: Callable[[str], subprocess.Popen[str]],
) -> None:
    code = """
rules = contents.rules()
def slow():
    time.sleep(0.5)
    return rules
contents.rules = slow
print(sorted(t._names(directory.open())), contents.builds)
"""
    processes = [child(code) for _ in range(4)]
    outputs = [process.communicate(timeout=60) for process in processes]
    assert [error for _, error in outputs] == [""] * 4
    assert sorted(out for out, _ in outputs) == ["['packaged'] 0\n"] * 3 + ["['packaged'] 1\n"]


def test_processes_loading_at_once_lose_nothing(
    child: Callable[[str], subprocess.Popen[str]], contents: Contents, directory: StoreDirectory
) -> None:
    directory.open()
    processes = [
        child(f"t._load(directory, 'n{number}', graph=t.GRAPH + 'g{number}')")
        for number in range(4)
    ]
    assert [process.communicate(timeout=60)[1] for process in processes] == [""] * 4
    assert _names(directory.open()) == {"packaged", "n0", "n1", "n2", "n3"}


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
t._load(directory, "killed")
""")
    assert process.stdout is not None
    assert process.stdout.readline() == "writing\n"
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    assert list(directory.path.glob("building-*"))
    if not first:
        assert _names(directory.open()) == {"packaged"}
    _load(directory, "mine")
    assert _names(directory.open()) == {"packaged", "mine"}
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


def _edit_meta(directory: StoreDirectory, **fields: object) -> None:
    current = directory.current()
    assert current is not None
    meta = current.path / "meta.json"
    meta.write_text(json.dumps({**json.loads(meta.read_text()), **fields}))


@pytest.mark.parametrize(
    "fields", [{"format": FORMAT + 1}, {"code": "99.0"}, {"code": VERSION + ".1"}]
)
def test_a_newer_store_is_left_alone(
    fields: dict[str, object], contents: Contents, directory: StoreDirectory
) -> None:
    directory.open()
    _edit_meta(directory, **fields)
    before = _files(directory.path)
    for attempt in (directory.open, directory.build, lambda: _load(directory, "x")):
        with pytest.raises(StoreVersionError, match="newer") as caught:
            attempt()
        assert caught.value.hint is not None
        assert "--store" in caught.value.hint
    assert _files(directory.path) == before


def test_an_older_store_is_built_again(contents: Contents, directory: StoreDirectory) -> None:
    _load(directory, "mine")
    _edit_meta(directory, code="0.0.1", fingerprint="older")
    assert _names(directory.open()) == {"packaged", "mine"}
    assert contents.builds == 2


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
    before = _files(directory.path)
    for attempt in (directory.open, lambda: _load(directory, "x")):
        with pytest.raises(StoreVersionError, match="is not a store"):
            attempt()
    assert _files(directory.path) == before


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
        assert _names(directory.open()) == {"packaged"}
    finally:
        for path in (directory.path, *directory.path.rglob("*")):
            path.chmod(0o755 if path.is_dir() else 0o644)


def test_what_takes_long_is_said(contents: Contents, tmp_path: Path) -> None:
    said: list[str] = []
    StoreDirectory(tmp_path / "store", contents, said.append).open()
    StoreDirectory(tmp_path / "store", contents, said.append).open()
    assert len(said) == 1
    assert said[0].startswith("building the graph")
