"""Measure exports of made-up graphs, beside the engine's own dump of the same graphs.

``make bench-exports``, or ``python benchmarks/exports.py [SIZE …]``. It prints, and never judges. A
size is about how many made-up triples (`made_up`) are in a store, in named graphs. Each export is a
process of its own, from a store on disk and from the same one in memory; beside it the engine alone
writes the graphs as N-Triples, in an order of its own. Seconds are the processor's, of the export
alone, since machines are busy; memory is the most that the process had, which tells of the exports
only where the store is on disk.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from made_up import write
from pyoxigraph import NamedNode, RdfFormat, Store

from regimenkg.formats.graphs import write_graph
from regimenkg.formats.media import GRAPHS
from regimenkg.records.export import dataset, flat
from regimenkg.store.embedded import EmbeddedStore
from regimenkg.terms.namespaces import GRAPH

SIZES = (250_000, 1_000_000)
PIECE = 32 << 20  # bytes of N-Triples that are loaded at once: a graph for each
ENGINE = "engine alone"
DISK, MEMORY = "disk", "memory"


class Cost(NamedTuple):
    """What an export took: statements, processor's seconds, and the most memory in MB."""

    statements: int
    seconds: float
    memory: float

    @property
    def speed(self) -> float:
        """Statements a second."""
        return self.statements / self.seconds


def fill(path: Path, size: int) -> None:
    """Make a store on disk, with a part of the made-up triples in each of several graphs."""
    lines = path.with_suffix(".nt")
    write(lines, size)
    store = Store(path)
    for number, piece in enumerate(pieces(lines)):
        graph = NamedNode(f"{GRAPH}made-up-{number}")
        store.bulk_load(input=piece, format=RdfFormat.N_TRIPLES, to_graph=graph)
    lines.unlink()
    store.optimize()
    store.flush()


def pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as lines:
        while piece := b"".join(lines.readlines(PIECE)):
            yield piece


def opened(path: Path, where: str) -> EmbeddedStore:
    store = Store.read_only(os.fspath(path))
    if where == DISK:
        return EmbeddedStore(store)
    copy = Store()
    for graph in store.named_graphs():
        text = store.dump(format=RdfFormat.N_TRIPLES, from_graph=graph)
        assert text is not None
        copy.bulk_load(input=text, format=RdfFormat.N_TRIPLES, to_graph=graph)
    return EmbeddedStore(copy)


def export(path: Path, where: str, format: str, output: Path) -> None:
    """Write a store once and print how many statements that were, and the seconds."""
    backend = opened(path, where)
    start = time.process_time()
    with output.open("wb") as stream:
        if format == ENGINE:
            for name in backend.graph_names():
                backend.dump(name, stream)
            count = len(backend.store)
        else:
            named = GRAPHS[format].holds == "dataset"
            count = write_graph((dataset if named else flat)(backend), format, stream)
    print(json.dumps([count, time.process_time() - start]))


def process(*words: object) -> tuple[str, float]:
    """Run this file with these words; returns what it prints, and its most memory in MB."""
    command = [sys.executable, __file__, *map(str, words)]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert child.stdout
    answer = child.stdout.read()
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise SystemExit(f"{' '.join(command)} failed with {child.returncode}")
    return answer, usage.ru_maxrss / 1024


def measured(path: Path, where: str, format: str, output: Path) -> Cost:
    """Export in a process of its own."""
    answer, memory = process("--export", path, where, format, output)
    count, seconds = json.loads(answer)
    return Cost(count, seconds, memory)


def main(sizes: Iterable[int]) -> None:
    """Print the figures."""
    print(f"{'statements':>10}  {'from':<6}  {'as':<12}  {'s':>6}  {'per s':>8}  of engine   MB")
    for size in sizes:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            process("--fill", folder / "store", size)  # memory of this one would count for others
            for where in (DISK, MEMORY):
                alone = measured(folder / "store", where, ENGINE, folder / "out")
                report(where, ENGINE, alone, alone)
                for format in GRAPHS:
                    cost = measured(folder / "store", where, format, folder / "out")
                    report(where, format, cost, alone)


def report(where: str, format: str, cost: Cost, alone: Cost) -> None:
    print(
        f"{cost.statements:>10,}  {where:<6}  {format:<12}  {cost.seconds:6.1f}  {cost.speed:8,.0f}"
        f"  {cost.speed / alone.speed:9.2f}  {cost.memory:4.0f}",
        flush=True,
    )


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["--fill", path, size]:
            fill(Path(path), int(size))
        case ["--export", path, where, format, output]:
            export(Path(path), where, format, Path(output))
        case sizes:
            main([int(size) for size in sizes] or SIZES)
