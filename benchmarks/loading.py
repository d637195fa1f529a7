"""Measure ``regimenkg load ctgov`` on made-up studies, beside bulk loading of the same quads.

``make bench-loading``, or ``python benchmarks/loading.py [STUDIES]``. It prints, and never judges.
The command is measured as a user waits for it: the process, reading, rules, merge and optimising.
Beside it, pyoxigraph's ``bulk_load`` puts the very quads that the command adds to the store (those
of the graph, the same in the merge, and what rules derive) from N-Quads into a new store on disk.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from made_up_studies import write
from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, Store, serialize

from regimenkg.packaged import store_directory
from regimenkg.terms.namespaces import DERIVED_GRAPH, GRAPH

STUDIES = 10_000


class Cost(NamedTuple):
    """What a process took: seconds on the clock, seconds of processors, and its most memory, kB."""

    wall: float
    cpu: float
    memory: int


def process(*words: str) -> Cost:
    """Run Python with these words and see what it takes."""
    start = time.perf_counter()
    child = subprocess.Popen([sys.executable, *words], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    wall = time.perf_counter() - start
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise SystemExit(f"{' '.join(words)} failed with {child.returncode}")
    return Cost(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss)


BULK = """
import sys
from pyoxigraph import RdfFormat, Store
store = Store(sys.argv[2])
store.bulk_load(path=sys.argv[1], format=RdfFormat.N_QUADS)
store.flush()
"""


def quads(before: Store, after: Store, graph: str, path: Path) -> tuple[int, int]:
    """Write what the load added, as N-Quads; returns how many quads, and how many of the graph."""
    own = NamedNode(graph)
    names: list[NamedNode | DefaultGraph] = [own, NamedNode(DERIVED_GRAPH), DefaultGraph()]
    held = 0

    def added() -> Iterator[Quad]:
        nonlocal held
        for name in names:
            for quad in after.quads_for_pattern(None, None, None, name):
                if quad not in before:
                    held += 1
                    yield quad

    serialize(added(), path, RdfFormat.N_QUADS)
    size = sum(1 for _ in after.quads_for_pattern(None, None, None, own))
    return held, size


def main() -> None:
    """Print the figures."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else STUDIES
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        file = folder / "made-up.json"
        write(file, count)
        directory = store_directory(folder / "store")
        directory.build()
        shutil.copytree(folder / "store", folder / "before")
        store = folder / "store"
        loading = process("-m", "regimenkg", "load", "ctgov", str(file), "--store", str(store))
        before, after = store_directory(folder / "before").open(), directory.open()
        held, own = quads(before.store, after.store, GRAPH + "made-up", folder / "quads.nq")
        bulk = process("-c", BULK, str(folder / "quads.nq"), str(folder / "bulk"))
        size = file.stat().st_size / 1e6
        print(f"{count} studies, {size:.0f} MB, {own} triples, {held} quads in the store")
        print(
            f"load: {loading.wall:.1f} s ({loading.cpu:.1f} s of processors), "
            f"{count / loading.wall:.0f} studies/s, {own / loading.wall:,.0f} triples/s, "
            f"{loading.memory / 1024:.0f} MB of memory at most"
        )
        print(
            f"bulk_load of the same quads: {bulk.wall:.1f} s ({bulk.cpu:.1f} s of processors), "
            f"{held / bulk.wall:,.0f} quads/s, {bulk.memory / 1024:.0f} MB of memory at most"
        )
        print(f"ratio: {bulk.wall / loading.wall:.2f} (goal: at least 0.5)")
        print(f"ratio by time of processors: {bulk.cpu / loading.cpu:.2f}")
        alone = own / held
        print(
            f"ratio, counting only the graph's own triples: {bulk.wall / loading.wall * alone:.2f}"
        )


if __name__ == "__main__":
    main()
