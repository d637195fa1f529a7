"""Measure the figures that the README states. Nothing here is a test: it prints, and never judges.

Run it with the project's environment: ``make bench``. With ``--against REVISION`` it measures the
cold start alone, of this checkout beside that of another commit: ``make bench AGAINST=REVISION``.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tarfile
import tempfile
import time
import tomllib
from collections.abc import Callable
from pathlib import Path

import rdflib

from regimenkg.catalog.cache import catalog
from regimenkg.catalog.runner import bind
from regimenkg.checks.data import default_graph
from regimenkg.checks.reason import ontology_triples
from regimenkg.checks.shapes import validate
from regimenkg.formats.graphs import write_graph
from regimenkg.packaged import open_store, store_directory
from regimenkg.records.export import flat
from regimenkg.sparql.backend import Backend
from regimenkg.store.embedded import EmbeddedStore

ROOT = Path(__file__).parent.parent
FLAGSHIP = ("query", "shared-toxicities", "--drug", "cytarabine")
RUNS = 15
LIMIT = 20
"""Seconds after which rdflib is not waited for: of some queries it takes minutes."""


def user_environment(**variables: str) -> dict[str, str]:
    """The environment of a user who has installed the package, which Python then compiles once.

    An endpoint would be asked instead of the store, and a variable that is common in containers
    would have every process compile the package anew.
    """
    others = ("REGIMENKG_ENDPOINT", "PYTHONDONTWRITEBYTECODE")
    return {name: value for name, value in os.environ.items() if name not in others} | variables


def process_seconds(words: list[str], environment: dict[str, str]) -> float:
    """Wall time of one process."""
    start = time.perf_counter()
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL, env=environment)
    return time.perf_counter() - start


def call_seconds(call: Callable[[], object], most: float = 1.0) -> float:
    """Median wall time of a call: five times, or fewer if that takes too long."""
    taken: list[float] = []
    while len(taken) < 5 and sum(taken) < most:
        start = time.perf_counter()
        call()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def seconds_within(limit: float, call: Callable[[], object]) -> float | None:
    """Median wall time of a call, made in a copy of this process; None past the limit."""
    fork = multiprocessing.get_context("fork")
    receiver, sender = fork.Pipe(duplex=False)
    process = fork.Process(target=lambda: sender.send(call_seconds(call)))
    process.start()
    taken = float(receiver.recv()) if receiver.poll(limit) else None
    process.kill()
    process.join()
    return taken


def cold_start(store: Path) -> None:
    """The flagship question as a whole process, beside importing rdflib."""
    command = Path(sys.executable).with_name("regimenkg")
    ours = [str(command), *FLAGSHIP]
    theirs = [sys.executable, "-c", "import rdflib"]
    environment = user_environment(REGIMENKG_STORE=str(store))
    for words in (ours, theirs):
        process_seconds(words, environment)
    pairs = [
        (process_seconds(ours, environment), process_seconds(theirs, environment))
        for _ in range(RUNS)
    ]
    a, b = (statistics.median(side) for side in zip(*pairs, strict=True))
    ratio = statistics.median(x / y for x, y in pairs)
    print(f"cold query {a * 1000:.0f} ms; import rdflib {b * 1000:.0f} ms; ratio {ratio:.2f}")


def assemble(checkout: Path, package: Path) -> None:
    """Put the package together from a checkout, as its wheel holds it."""
    project = tomllib.loads((checkout / "pyproject.toml").read_text(encoding="utf-8"))
    places = project["tool"]["setuptools"]["package-dir"]
    ignore = shutil.ignore_patterns("__pycache__", "loaders")
    shutil.copytree(checkout / places.pop("regimenkg"), package, ignore=ignore)
    for name, folder in places.items():
        target = package / name.removeprefix("regimenkg.")
        shutil.copytree(checkout / folder, target, ignore=shutil.ignore_patterns("__pycache__"))


def processor_seconds(words: list[str], environment: dict[str, str]) -> tuple[float, float]:
    """Wall time of one process, and the processor's time in it."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    wall = process_seconds(words, environment)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def two_commits(revision: str, runs: int, directory: Path) -> None:
    """The flagship question as a whole process, of this checkout and of a commit in turn.

    Both have the same Python and the same dependencies, those of this environment, and a store
    of their own that was built before.
    """
    archive = directory / "other.tar"
    subprocess.run(["git", "archive", "-o", archive, revision], cwd=ROOT, check=True)
    with tarfile.open(archive) as packed:
        packed.extractall(directory / "other", filter="data")
    words = [sys.executable, "-m", "regimenkg", *FLAGSHIP]
    environments = []
    for name, checkout in (("now", ROOT), ("then", directory / "other")):
        place = directory / name
        assemble(checkout, place / "regimenkg")
        environment = user_environment(
            PYTHONPATH=str(place),
            REGIMENKG_STORE=str(place / "store"),
            XDG_CACHE_HOME=str(place / "cache"),
        )
        for _ in range(2):  # builds the store, and compiles
            process_seconds(words, environment)
        environments.append(environment)
    measured = []
    for number in range(runs):
        order = environments if number % 2 else environments[::-1]
        pair = [processor_seconds(words, environment) for environment in order]
        measured.append(pair if number % 2 else pair[::-1])
    for kind, what in enumerate(("wall", "processor")):
        now, then = ([pair[side][kind] for pair in measured] for side in (0, 1))
        ratio = statistics.median(a / b for a, b in zip(now, then, strict=True))
        print(
            f"cold query, {what:9}: here {statistics.median(now) * 1000:.0f} ms; "
            f"{revision} {statistics.median(then) * 1000:.0f} ms; ratio {ratio:.3f}"
        )


def building(directory: Path) -> None:
    """Building the store on disk from the packaged data."""
    times = []
    for number in range(3):
        path = directory / f"build-{number}"
        start = time.perf_counter()
        store_directory(path).build()
        times.append(time.perf_counter() - start)
    graphs = store_directory(path).open().meta["graphs"]
    triples = sum(info["triples"] for info in graphs.values())
    median = statistics.median(times)
    print(f"build {median:.2f} s for {triples} triples ({triples / median:,.0f} a second)")


def validation(store: EmbeddedStore) -> None:
    """Checking the whole store against the shapes, once warmed up by the vocabulary alone."""
    validate(ontology_triples())
    triples = list(default_graph(store.store))
    start = time.perf_counter()
    validate(triples)
    taken = time.perf_counter() - start
    rate = len(triples) / taken
    print(f"validate {taken:.1f} s for {len(triples)} triples ({rate:,.0f} a second)")


def answer(backend: Backend, text: str) -> None:
    """Run a query on the embedded store to its last row."""
    found = backend.query(text)
    if not isinstance(found, bool):
        for _ in found:
            pass


def queries(store: EmbeddedStore, directory: Path) -> None:
    """Each canned query, embedded and on rdflib's memory store, with the same text."""
    path = directory / "merge.nt"
    with path.open("wb") as stream:
        write_graph(flat(store, ontology=True), "nt", stream)
    graph = rdflib.Graph().parse(path, format="nt")
    ratios = []
    print(f"\n{'query':32} {'embedded ms':>12} {'rdflib ms':>12} {'ratio':>8}")
    for spec in catalog().values():
        text = bind(spec, {}, store, note=lambda _: None)
        ours = call_seconds(lambda: answer(store, text))  # noqa: B023 (called at once)
        theirs = seconds_within(LIMIT, lambda: list(graph.query(text)))  # noqa: B023
        ratios.append((theirs or LIMIT) / ours)
        more = " " if theirs else ">"
        print(
            f"{spec.name:32} {ours * 1000:12.2f} {more:>2}{(theirs or LIMIT) * 1000:10.2f}"
            f" {more}{ratios[-1]:7.1f}",
            flush=True,
        )
    print(f"\nmedian ratio over {len(ratios)} queries: {statistics.median(ratios):.1f}")


def main() -> None:
    """Print all figures, or those of two commits."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--against", metavar="REVISION", help="a commit to compare with")
    parser.add_argument("--runs", type=int, default=RUNS, help="of each, in turn")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        if options.against:
            two_commits(options.against, options.runs, directory)
            return
        store = open_store(directory / "store")
        cold_start(directory / "store")
        building(directory)
        validation(store)
        queries(store, directory)


if __name__ == "__main__":
    main()
