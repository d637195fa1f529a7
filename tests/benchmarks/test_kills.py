"""Writers that are killed at random leave a store whole: a few here, 200 by the benchmark."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from kills import GRAPHS, SIZES, VERSION, look, soak, version
from packaged_stores import directory_of_documents_edition
from pyoxigraph import DefaultGraph, NamedNode, Quad, Store

from regimenkg.packaged import store_directory
from regimenkg.store.directory import StoreDirectory


@pytest.fixture
def directory(tmp_path: Path) -> StoreDirectory:
    """The documents' edition, to be changed."""
    return store_directory(directory_of_documents_edition(tmp_path / "store"))


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="limits of files' sizes are POSIX's")
def test_what_killed_writers_leave_is_whole_and_no_files(directory: StoreDirectory) -> None:
    happened, faults = soak(directory, kills=5, seed=3)
    assert faults == []
    assert happened["the store as before"] + happened["the store changed"] == 5


def test_the_look_at_a_store_tells_what_is_not_whole(directory: StoreDirectory) -> None:
    graph, other = GRAPHS[:2]
    for each in (graph, other):
        directory.replace(each, version(each, 5, SIZES[1]), loader="rdf", files=["x.nt"])
    current = directory.current()
    assert current is not None
    assert look(directory).faults == []
    report, marker = list(version(graph, 5, 1))[1:], next(version(other, 5, 1)).subject
    damaged = Store(str(current.path / "db"))
    for triple, place in ((report[-1], NamedNode(graph)), (report[0], DefaultGraph())):
        damaged.remove(Quad(triple.subject, triple.predicate, triple.object, place))
    for quad in damaged.quads_for_pattern(marker, VERSION, None, DefaultGraph()):
        damaged.remove(quad)
    damaged.flush()
    del damaged, current
    assert look(directory).faults == [
        f"{graph} is not whole: {4 * SIZES[1]} triples of version 5 {SIZES[1]}",
        f"the merge has not all of {graph}",
        f"the merge has not all of {other}",
        "the merge has a graph that is not there, or lacks one",
    ]
