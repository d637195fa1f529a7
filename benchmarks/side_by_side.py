"""Measure RegimenKG beside other engines, in one run, over the same triples.

``make bench-engines``, or ``python benchmarks/side_by_side.py --others PYTHON [SIZE]``. PYTHON is
that of an environment with rdflib, rdflib-turbo and maplib. A size is about how many made-up
triples (`made_up`) are loaded beside what comes with the code. The others get the merge, with
all that rules derive, as one file of N-Triples; ours loads the made-up graph alone, and then does
what a load does: rules, the merge, the index of names.

Each engine has a process of its own, one after the other, and is asked the same: the canned queries
that are asked most, with one thing named, and two aggregates over everything. Seconds are those of
the clock to the last row. What takes longer than the limit is broken off; an engine that does not
heed that is ended with its process, started and loaded again. It prints, and never judges.
"""

from __future__ import annotations

import argparse
import json
import os
import select
import signal
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from engines import TOO_LONG
from made_up import write
from stores import made_up_store

from regimenkg.catalog.cache import find
from regimenkg.catalog.runner import bind
from regimenkg.packaged import store_directory
from regimenkg.sparql.backend import Backend
from regimenkg.store.directory import StoreDirectory
from regimenkg.store.embedded import EmbeddedStore

HERE = Path(__file__).parent
LIMIT = 15
LOADING_LIMIT = 600
OURS = "regimenkg"
OTHERS = ("oxigraph-disk", "oxigraph-memory", "virtuoso", "maplib", "rdflib-turbo", "rdflib")
WITHIN = {"maplib", "rdflib-turbo", "rdflib"}
"""Engines that are a library of the other environment."""

QUERIES = (
    ("shared-toxicities", "drug", "cytarabine"),
    ("toxicity-rates", "regimen", "azacitidine + venetoclax"),
    ("outcomes", "regimen", "azacitidine + venetoclax"),
    ("dosing", "regimen", "CLAG-M"),
    ("regimens-by-drug", "drug", "cytarabine"),
    ("regimens-by-toxicity", "toxicity", "neutropenia"),
    ("conclusions", "regimen", "CLAG-M"),
    ("conflicts", "regimen", "CLAG-M"),
    ("related-drugs", "drug", "imatinib"),
    ("evidence", "thing", "CLAG-M"),
)
AGGREGATES = {
    "statements of each property": "SELECT ?p (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?p",
    "things of each class": "SELECT ?c (COUNT(DISTINCT ?s) AS ?n) { ?s a ?c } GROUP BY ?c",
}


class Step(NamedTuple):
    """What an engine is told: a word for the table, what to do, and with what."""

    label: str
    what: str
    argument: str

    @property
    def limit(self) -> int:
        """Seconds that it may take."""
        return LIMIT if self.what == "query" else LOADING_LIMIT


class Done(NamedTuple):
    """What a step took: seconds, how many rows, the most memory so far in MB, and a problem."""

    seconds: float
    number: int
    memory: float
    problem: str = ""

    def __str__(self) -> str:
        if self.problem == TOO_LONG:
            return f"> {self.seconds:.0f}"
        return "failed" if self.problem else f"{self.seconds:.3f}"


class Running:
    """An engine in a process of its own."""

    def __init__(self, python: str, engine: str, folder: Path) -> None:
        folder.mkdir(parents=True)
        self._engine = engine
        self._process = subprocess.Popen(
            [python, str(HERE / "engines.py"), engine, str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={
                "PYTHONPATH": f"{HERE.parent / 'tests'}",
                "PATH": "/usr/bin:/bin",
                "no_proxy": "*",
            },
            text=True,
            start_new_session=True,
        )

    def do(self, step: Step) -> Done:
        """Let it do a step; an engine that cannot be broken off is ended soon after the limit."""
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(json.dumps([step.what, step.argument, step.limit]) + "\n")
        self._process.stdin.flush()
        ready, _, _ = select.select([self._process.stdout], [], [], step.limit + 2)
        line = self._process.stdout.readline() if ready else ""
        if line:
            done = Done(*json.loads(line))
        else:
            self.end()
            done = Done(step.limit, 0, 0, "ended by itself" if ready else TOO_LONG)
        print(f"{self._engine}: {step.label}: {done} {done.problem}", file=sys.stderr, flush=True)
        return done

    @property
    def ended(self) -> bool:
        """Whether it has been ended, or ended by itself."""
        return self._process.poll() is not None

    def end(self) -> None:
        """End it, and a server that it started, whatever they do."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()


def measured(python: str, engine: str, steps: list[Step], folder: Path) -> list[Done]:
    """What each step took; an engine that was ended is started, and loaded, again."""
    load, *rest = steps
    running = Running(python, engine, folder / engine)
    done = [running.do(load)]
    try:
        for number, step in enumerate(rest):
            if done[0].problem:
                done.append(Done(0, 0, 0, "not loaded"))
                continue
            if running.ended:
                running = Running(python, engine, folder / f"{engine}-{number}")
                running.do(load)
            done.append(running.do(step))
    finally:
        running.end()
    return done


def opened(directory: StoreDirectory) -> EmbeddedStore:
    """The store that a directory holds now."""
    generation = directory.current()
    assert generation is not None
    return EmbeddedStore.of(generation, directory.path)


def steps_for(store: Backend, data: Path, output: Path) -> list[Step]:
    """All that is asked, in order."""
    asked = []
    for name, param, value in QUERIES:
        text = bind(find(name), {param: value}, store, note=lambda _: None)
        asked.append(Step(f"{name} --{param} {value}", "query", text))
    asked += [Step(label, "query", text) for label, text in AGGREGATES.items()]
    return [Step("load", "load", str(data)), *asked, Step("export", "export", str(output))]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("size", nargs="?", type=int, default=1_000_000, help="made-up triples")
    parser.add_argument("--others", required=True, help="the Python of the other engines")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        made_up, merge, output = (folder / file for file in ("made-up.nt", "merge.nt", "out.nt"))
        write(made_up, options.size)
        steps = steps_for(opened(made_up_store(0, folder)), made_up, output)
        table = {OURS: measured(sys.executable, OURS, steps, folder)}
        with merge.open("wb") as stream:
            opened(store_directory(folder / OURS)).dump("", stream)
        steps[0] = steps[0]._replace(argument=str(merge))
        for engine in OTHERS:
            python = options.others if engine in WITHIN else sys.executable
            table[engine] = measured(python, engine, steps, folder)
    print(f"{'seconds':52}" + "".join(f"{engine:>16}" for engine in table))
    for place, step in enumerate(steps):
        cells = {engine: done[place] for engine, done in table.items()}
        print(f"{step.label:52}" + "".join(f"{cell!s:>16}" for cell in cells.values()))
        expected = cells[OURS].number
        if step.what == "query":
            other = {
                engine: cell.number
                for engine, cell in cells.items()
                if not cell.problem and cell.number != expected
            }
            if other:
                print(f"  rows: {expected}; " + ", ".join(f"{e} {n}" for e, n in other.items()))
    most = [max(each.memory for each in done) for done in table.values()]
    print(f"{'memory, MB':52}" + "".join(f"{number:16.0f}" for number in most))
    for engine, done in table.items():
        for step, cell in zip(steps, done, strict=True):
            if cell.problem not in ("", TOO_LONG):
                print(f"{engine}: {step.label}: {cell.problem}")


if __name__ == "__main__":
    main()
