"""Kill processes that load into a store, at random moments, and look at what they leave.

``make bench-kills``, or ``python benchmarks/kills.py [KILLS] [--seed N]``. Each time one or two
processes load and remove graphs, small and large, in a store of what comes with the code, and are
killed; of five times one, the files of a process may grow to a random size only, as on a full disk.
Each time every graph has to be whole, in the version of some load, and the merge in step. At the
end what is derived has to be what is derived anew, and no file may be left. It prints how many
kills met a store before and after its change, and ends with 1 where something was lost.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from random import Random
from typing import NamedTuple

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Store, Triple

from regimenkg.errors import RegimenKGError
from regimenkg.packaged import PACKAGED, store_directory
from regimenkg.store.directory import StoreDirectory
from regimenkg.store.graphs import computed, derive
from regimenkg.store.merge import leave
from regimenkg.terms.namespaces import GRAPH, PREFIXES, RK, RKD

KILLS = 200
GRAPHS = tuple(f"{GRAPH}killed-{number}" for number in range(3))
SIZES = (1, 30, 300)  # reports of toxicities in a load
_FILES = ("CURRENT", "lock")  # of a store directory, beside its generations
VERSION = NamedNode("urn:version")
TYPE = NamedNode(PREFIXES["rdf"] + "type")


def version(graph: str, number: int, size: int) -> Iterator[Triple]:
    """What a load puts into a graph: the reports of each version are others in part."""
    yield Triple(NamedNode(graph), VERSION, Literal(f"{number} {size}"))
    for place in range(size):
        report = NamedNode(f"{RKD}toxicity-report/{graph.rpartition('/')[2]}-{place}")
        yield Triple(report, TYPE, NamedNode(RK + "ToxicityReport"))
        yield Triple(report, NamedNode(RK + "about"), NamedNode(RKD + "regimen/clag-m"))
        yield Triple(report, NamedNode(RK + "toxicity"), NamedNode(RKD + "toxicity/anemia"))
        yield Triple(report, NamedNode(RK + "count"), Literal((number + place) % 50))


def write(path: Path, seed: int, most: int | None, loads: int | None) -> None:
    """Load and remove graphs until killed, or until a file would be larger than ``most`` bytes.

    With ``loads`` it ends by itself after so many, and removes none.
    """
    random = Random(seed)
    directory = store_directory(path)
    directory.current()
    print("ready", flush=True)
    if most is not None:
        _limit_files(most)
    for _ in count() if loads is None else range(loads):
        graph = random.choice(GRAPHS)
        try:
            if loads is None and random.random() < 0.2:
                directory.remove(graph)
            else:
                number, size = random.randrange(10**6), random.choice(SIZES)
                directory.replace(graph, version(graph, number, size), loader="rdf", files=["x.nt"])
        except RegimenKGError as error:
            if "has no graph" not in error.message:  # the other process, or this one, removed it
                raise SystemExit(f"error: {error.message}") from None


def _limit_files(size: int) -> None:
    import resource
    import signal

    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


class Left(NamedTuple):
    """What a store holds after a kill: its generation, and what is wrong with it."""

    generation: str
    faults: list[str]


def look(directory: StoreDirectory) -> Left:
    """Tell whether each graph is whole, in one version, and the merge has it and nothing else."""
    current = directory.current()
    if current is None:
        return Left("", ["there is no store"])
    faults = []
    for graph in GRAPHS:
        name = NamedNode(graph)
        held = {quad.triple for quad in current.store.quads_for_pattern(None, None, None, name)}
        said = next((triple.object for triple in held if triple.predicate == VERSION), None)
        if (graph in current.meta["graphs"]) != bool(held):
            faults.append(f"{graph} has {len(held)} triples, and the store's list says otherwise")
        if not held:
            continue
        if not isinstance(said, Literal):
            faults.append(f"{graph} has {len(held)} triples and no version")
            continue
        if held != set(version(graph, *map(int, said.value.split()))):
            faults.append(f"{graph} is not whole: {len(held)} triples of version {said.value}")
        if not all(_merged(triple) in current.store for triple in held):
            faults.append(f"the merge has not all of {graph}")
    merged = current.store.quads_for_pattern(None, VERSION, None, DefaultGraph())
    listed = {NamedNode(graph) for graph in GRAPHS if graph in current.meta["graphs"]}
    if {quad.subject for quad in merged} != listed:
        faults.append("the merge has a graph that is not there, or lacks one")
    return Left(current.path.name, faults)


def _merged(triple: Triple) -> Quad:
    return Quad(triple.subject, triple.predicate, triple.object, DefaultGraph())


def derived_anew(store: Store) -> bool:
    """Tell whether deriving everything anew gives the quads that the store has."""
    with tempfile.TemporaryDirectory() as name:
        store.backup(f"{name}/db")
        copy = Store(f"{name}/db")
        rules = PACKAGED.rules()
        leave(copy, *computed(rules))
        derive(copy, rules)
        return set(copy) == set(store)


def _writer(directory: StoreDirectory, random: Random, *words: str) -> subprocess.Popen[str]:
    """Start a process that loads; its temporary files are in :func:`_temporary`."""
    command = [sys.executable, __file__, "--write", str(directory.path), *words]
    return subprocess.Popen(
        [*command, "--seed", str(random.randrange(10**9))],
        env={**os.environ, "TMPDIR": str(_temporary(directory))},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def _temporary(directory: StoreDirectory) -> Path:
    return directory.path.with_name("temporary")


def kill_writers(directory: StoreDirectory, random: Random, longest: float) -> tuple[str, Left]:
    """Start writers, kill them, and look; returns how they ended as well.

    Args:
        directory: a store.
        random: draws how many they are, when they are killed, and how large their files may be.
        longest: seconds, at most, until they are killed.
    """
    full = random.random() < 0.2
    words = ["--most", str(int(2 ** random.uniform(8, 23)))] if full else []
    writers = [_writer(directory, random, *words) for _ in range(random.choice((1, 1, 2)))]
    ended = []
    try:
        for writer in writers:
            assert writer.stdout is not None
            writer.stdout.readline()
        for writer in writers:
            time.sleep(random.uniform(0, longest))
            writer.kill()
            errors = writer.communicate()[1]
            ended.append("killed" if writer.returncode < 0 else "full disk" if full else errors)
    finally:
        for writer in writers:
            writer.kill()
            writer.communicate()
    return ", ".join(ended), look(directory)


def soak(directory: StoreDirectory, kills: int, seed: int) -> tuple[Counter[str], list[str]]:
    """Kill writers so many times; returns how often each thing happened, and all faults."""
    random = Random(seed)
    _temporary(directory).mkdir()
    for graph in GRAPHS:
        began = time.monotonic()
        directory.replace(graph, version(graph, 0, SIZES[-1]), loader="rdf", files=["x.nt"])
        longest = 1.5 * (time.monotonic() - began)
    happened: Counter[str] = Counter()
    faults = []
    before = look(directory).generation
    for number in range(kills):
        ended, left = kill_writers(directory, random, longest)
        happened[ended] += 1
        happened["the store as before" if left.generation == before else "the store changed"] += 1
        faults += [f"kill {number + 1} ({ended}): {fault}" for fault in left.faults]
        before = left.generation
    # What the killed left goes when the next writes; the generation that it began with may stay.
    errors = _writer(directory, random, "--loads", "1").communicate()[1]
    faults += [f"the last load: {errors}"] if errors else []
    current = directory.open()
    if not derived_anew(current.store):
        faults.append("what is derived is not what is derived anew")
    held = {path.name for path in directory.path.iterdir()} - {current.path.name, *_FILES, before}
    held.update(path.name for path in _temporary(directory).iterdir())
    return happened, [*faults, *(f"left: {name}" for name in sorted(held))]


def main() -> int:
    """Print what happened, and what was lost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kills", nargs="?", type=int, default=KILLS)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--write", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--most", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--loads", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.write is not None:
        write(options.write, options.seed, options.most, options.loads)
        return 0
    with tempfile.TemporaryDirectory() as folder:
        directory = store_directory(Path(folder, "store"))
        directory.build()
        happened, faults = soak(directory, options.kills, options.seed)
    for what, number in happened.most_common():
        print(f"{number:6} {what}")
    print(f"{len(faults):6} faults")
    print(*faults, sep="\n", end="")
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main())
