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

from made_up_studies import write
from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, Store, serialize

from regimenkg.build import DERIVED
from regimenkg.generations import StoreDirectory
from regimenkg.namespaces import GRAPH

STUDIES = 10_000


def load(file: Path, store: Path) -> tuple[float, int]:
    """Seconds of the command, and the most memory that its process held, in kB."""
    command = [sys.executable, "-m", "regimenkg", "load", "ctgov", str(file), "--store", str(store)]
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"the command failed with {process.returncode}")
    return seconds, usage.ru_maxrss


def quads(before: Store, after: Store, graph: str, path: Path) -> tuple[int, int]:
    """Write what the load added, as N-Quads; returns how many quads, and how many of the graph."""
    own = NamedNode(graph)
    names: list[NamedNode | DefaultGraph] = [own, NamedNode(DERIVED), DefaultGraph()]
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


def bulk(path: Path, store: Path) -> float:
    """Seconds that the engine takes for a file of quads."""
    start = time.perf_counter()
    target = Store(store)
    target.bulk_load(path=path, format=RdfFormat.N_QUADS)
    target.flush()
    return time.perf_counter() - start


def main() -> None:
    """Print the figures."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else STUDIES
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        file = folder / "made-up.json"
        write(file, count)
        directory = StoreDirectory(folder / "store")
        directory.build()
        shutil.copytree(folder / "store", folder / "before")
        seconds, memory = load(file, folder / "store")
        graph = GRAPH + "made-up"
        before, after = StoreDirectory(folder / "before").open(), directory.open()
        held, own = quads(before.store, after.store, graph, folder / "quads.nq")
        alone = bulk(folder / "quads.nq", folder / "bulk")
        size = file.stat().st_size / 1e6
        print(f"{count} studies, {size:.0f} MB, {own} triples, {held} quads in the store")
        print(
            f"load: {seconds:.1f} s, {count / seconds:.0f} studies/s, "
            f"{own / seconds:,.0f} triples/s, {held / seconds:,.0f} quads/s, "
            f"{memory / 1024:.0f} MB of memory at most"
        )
        print(f"bulk_load of the {held} quads: {alone:.1f} s, {held / alone:,.0f} quads/s")
        print(f"ratio, the same quads: {alone / seconds:.2f} (goal: at least 0.4)")
        print(f"ratio, counting only the graph's own triples: {alone / seconds * own / held:.2f}")


if __name__ == "__main__":
    main()
