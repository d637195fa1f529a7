"""A store directory: built once, and replaced whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest
from pyoxigraph import Store, Triple
from small_stores import MINE, Contents, Version, edit_meta, files_in, load, names_in, triple

from regimenkg.errors import DataError, LoaderError, StoreError, UsageError
from regimenkg.store import changes, generations, merge
from regimenkg.store.directory import StoreDirectory
from regimenkg.store.rules import Rule
from regimenkg.terms.namespaces import DERIVED_GRAPH, GRAPH


def test_a_store_is_built_on_first_use_and_used_from_then_on(
    contents: Contents, directory: StoreDirectory
) -> None:
    assert names_in(directory.open()) == {"packaged"}
    assert names_in(directory.open()) == {"packaged"}
    assert contents.builds == 1


def test_a_store_is_rebuilt_when_data_or_code_changed(
    contents: Contents, directory: StoreDirectory, version: Version
) -> None:
    directory.open()
    version.fingerprint, contents.says = "second", "changed"
    assert names_in(directory.open()) == {"changed"}
    assert contents.builds == 2


def test_loaded_graphs_are_taken_over_on_a_rebuild(
    contents: Contents, directory: StoreDirectory, version: Version
) -> None:
    before = load(directory, "mine")["graphs"][MINE]
    version.fingerprint = "second"
    after = directory.open()
    assert names_in(after) == {"packaged", "mine"}
    assert after.meta["graphs"][MINE] == before


def test_a_rebuild_can_leave_loaded_graphs_out(
    contents: Contents, directory: StoreDirectory
) -> None:
    load(directory, "mine")
    assert directory.build(force=True, keep_loaded=False)
    assert names_in(directory.current()) == {"packaged"}


def test_an_up_to_date_store_is_built_again_only_by_force(
    contents: Contents, directory: StoreDirectory
) -> None:
    assert directory.build()
    assert not directory.build()
    assert directory.build(force=True)
    assert contents.builds == 2


def test_a_load_replaces_its_graph_whole(contents: Contents, directory: StoreDirectory) -> None:
    load(directory, "one", "two")
    meta = load(directory, "three")
    assert names_in(directory.open()) == {"packaged", "three"}
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
    load(directory, "one")
    before = files_in(directory.path)

    def broken() -> Iterator[Triple]:
        yield triple("two")
        raise LoaderError("a.ttl:2: no", file="a.ttl", line=2)

    with pytest.raises(LoaderError):
        directory.replace(MINE, broken(), loader="turtle", files=["a.ttl"])
    assert files_in(directory.path) == before


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


@pytest.fixture
def closed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The folders that are removed with an engine's files in them, each of which must be closed."""
    removed: list[str] = []

    def remove(path: Path) -> None:
        if (path / "db").exists():
            Store(path / "db").flush()  # raises where the engine still holds its own lock
            removed.append(path.name)
        remove_for_good(path)

    remove_for_good = generations._remove
    monkeypatch.setattr(generations, "_remove", remove)
    return removed


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("first", [True, False], ids=["building", "loading"])
def test_the_engine_is_closed_before_its_folder_is_removed_on_every_way_out(
    first: bool,
    ending: str,
    contents: Contents,
    directory: StoreDirectory,
    closed: list[str],
) -> None:
    if not first:
        load(directory, "one")
    before = files_in(directory.path)
    closed.clear()
    error = ENDINGS[ending](contents)
    expected = StoreError if isinstance(error, OSError) else type(error)
    with pytest.raises(expected) as kept:  # the error, with all its frames, lives on meanwhile
        load(directory, "two")
    assert kept.value
    assert closed == [f"building-{os.getpid()}"]
    assert files_in(directory.path) == before


@pytest.mark.parametrize("error", [KeyboardInterrupt(), OSError(28, "No space left on device")])
@pytest.mark.parametrize(
    ("module", "step"),
    [(merge, "_only_in"), (changes, "_withdraw"), (changes, "_state"), (changes, "sizes_of")],
)
def test_the_engine_is_closed_where_a_graph_cannot_be_replaced(
    module: ModuleType,
    step: str,
    error: BaseException,
    directory: StoreDirectory,
    closed: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    load(directory, "one")
    before = files_in(directory.path)
    closed.clear()

    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(module, step, fail)
    expected = StoreError if isinstance(error, OSError) else type(error)
    with pytest.raises(expected) as kept:
        load(directory, "two")
    if isinstance(kept.value, StoreError):  # it names the disk that is full
        assert ("temporary files" in str(kept.value)) is (step == "_only_in")
    assert closed == [f"building-{os.getpid()}"]
    assert files_in(directory.path) == before
    monkeypatch.undo()
    load(directory, "two")
    assert names_in(directory.open()) == {"packaged", "two"}


def test_a_build_that_fails_leaves_no_current_and_no_half(
    contents: Contents, directory: StoreDirectory
) -> None:
    contents.fails = LoaderError("a.yaml:1: no", file="a.yaml", line=1)
    with pytest.raises(LoaderError):
        directory.open()
    assert [path.name for path in directory.path.iterdir()] == ["lock"]
    contents.fails = None
    assert names_in(directory.open()) == {"packaged"}


def test_a_graph_that_stood_in_place_of_a_packaged_one_gives_it_back(
    contents: Contents, directory: StoreDirectory
) -> None:
    packaged = GRAPH + "curated"
    load(directory, "other")
    load(directory, "mine", graph=packaged)
    assert directory.is_packaged(packaged)
    assert not directory.is_packaged(MINE)
    assert names_in(directory.open()) == {"other", "mine"}
    assert directory.remove(packaged)["graphs"][packaged]["packaged"]
    assert names_in(directory.open()) == {"other", "packaged"}
    with pytest.raises(StoreError, match="no graph"):
        directory.remove(packaged)


def test_a_graph_can_be_removed(contents: Contents, directory: StoreDirectory) -> None:
    load(directory, "mine")
    assert MINE not in directory.remove(MINE)["graphs"]
    assert names_in(directory.open()) == {"packaged"}
    with pytest.raises(StoreError, match="no graph"):
        directory.remove(MINE)


def test_a_graph_that_is_most_of_the_store_goes_by_building_the_rest_anew(
    contents: Contents, directory: StoreDirectory
) -> None:
    load(directory, "other", graph=GRAPH + "other")
    triples = [triple(f"mine-{number}") for number in range(30)]
    directory.replace(MINE, triples, loader="test", files=["mine.ttl"])
    assert len(names_in(directory.open())) == 32
    builds = contents.builds
    assert MINE not in directory.remove(MINE)["graphs"]
    assert names_in(directory.open()) == {"packaged", "other"}
    assert contents.builds == builds + 1


def test_the_derived_graph_cannot_be_loaded(contents: Contents, directory: StoreDirectory) -> None:
    with pytest.raises(UsageError):
        load(directory, "x", graph=DERIVED_GRAPH)
    assert not directory.path.exists()


def test_an_older_store_is_built_again(contents: Contents, directory: StoreDirectory) -> None:
    load(directory, "mine")
    edit_meta(directory, code="0.0.1", fingerprint="older")
    assert names_in(directory.open()) == {"packaged", "mine"}
    assert contents.builds == 2


def test_what_takes_long_is_said(contents: Contents, tmp_path: Path) -> None:
    said: list[str] = []
    StoreDirectory(tmp_path / "store", contents, said.append).open()
    StoreDirectory(tmp_path / "store", contents, said.append).open()
    assert len(said) == 1
    assert said[0].startswith("building the graph")
