"""Measure RegimenKG beside other engines, in one run, over the same triples.

``make bench-engines``, or ``python benchmarks/side_by_side.py --others PYTHON [SIZE]``. PYTHON is
that of an environment with rdflib, rdflib-turbo and maplib. A size is about how many made-up
triples (`made_up`) are loaded beside what comes with the code. The others get the merge, with
all that rules derive, as one file of N-Triples; ours loads the made-up graph alone, and then does
what a load does: rules, the merge, the index of names.

Each engine has a process of its own, one after the other, and is asked the same: the canned queries
that are asked most, with one thing named, and two aggregates over everything. Seconds are those of
the clock to the last row. What takes longer than the limit is ended, with the process; the engine
is started and loaded again once, and what then ends it again ends its part. It prints, and never
judges.
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

from made_up import write

from regimenkg.catalog.cache import find
from regimenkg.catalog.runner import bind
from regimenkg.formats.graphs import write_graph
from regimenkg.packaged import store_directory
from regimenkg.records.export import flat
from regimenkg.sparql.backend import Backend
from regimenkg.store.embedded import EmbeddedStore

HERE = Path(__file__).parent
LIMIT = 30
LOADING_LIMIT = 600
OURS = "regimenkg"
OTHERS = ("oxigraph-disk", "oxigraph-memory", "virtuoso", "maplib", "rdflib-turbo", "rdflib")
WITHIN = {"maplib", "rdflib-turbo", "rdflib"}
"""Engines that are a library of the other environment."""

QUERIES = (
    ("shared-toxicities", "drug", "cytarabine"),
    ("toxicity-rates", "regimen", "CLAG-M"),
    ("outcomes", "regimen", "CLAG-M"),
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
    """What a step took: seconds, how many rows, and the most memory so far in MB."""

    seconds: float
    number: int
    memory: float


class Ended(Exception):
    """An engine took too long, or ended by itself."""


class Running:
    """An engine in a process of its own."""

    def __init__(self, python: str, engine: str, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
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
        """Let it do a step. Raises Ended."""
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(json.dumps([step.what, step.argument]) + "\n")
        self._process.stdin.flush()
        ready, _, _ = select.select([self._process.stdout], [], [], step.limit)
        line = self._process.stdout.readline() if ready else ""
        if not line:
            self.end()
            raise Ended
        return Done(*json.loads(line))

    def end(self) -> None:
        """End it, and a server that it started, whatever they do."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()


def measured(python: str, engine: str, steps: list[Step], folder: Path) -> list[Done | None]:
    """What each step took; None where the engine did not come to its end."""
    done: list[Done | None] = []
    for attempt in range(2):
        running = Running(python, engine, folder / f"{engine}-{attempt}")
        try:
            loaded = running.do(steps[0])
            done = done or [loaded]
            for step in steps[len(done) :]:
                done.append(running.do(step))
        except Ended:
            done.append(None)
        else:
            break
        finally:
            running.end()
    return done + [None] * (len(steps) - len(done))


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
        directory = store_directory(folder / OURS)
        directory.build()
        current = directory.current()
        assert current is not None
        packaged = EmbeddedStore.of(current, directory.path)
        steps = steps_for(packaged, made_up, output)
        running = Running(sys.executable, OURS, folder / OURS)
        ours: list[Done | None] = [running.do(step) for step in steps]
        running.end()
        current = directory.current()
        assert current is not None
        with merge.open("wb") as stream:
            write_graph(
                flat(EmbeddedStore.of(current, directory.path), ontology=True), "nt", stream
            )
        steps[0] = steps[0]._replace(argument=str(merge))
        table = {OURS: ours}
        for engine in OTHERS:
            python = options.others if engine in WITHIN else sys.executable
            table[engine] = measured(python, engine, steps, folder)
    print(f"{'seconds':44}" + "".join(f"{engine:>16}" for engine in table))
    for place, step in enumerate(steps):
        cells = [done[place] for done in table.values()]
        texts = [f"{cell.seconds:.3f}" if cell else "-" for cell in cells]
        rows = {cell.number for cell in cells if cell and step.what == "query"}
        told = "" if len(rows) <= 1 else f"  rows {sorted(rows)}"
        print(f"{step.label:44}" + "".join(f"{text:>16}" for text in texts) + told)
    most = [max((each.memory for each in done if each), default=0) for done in table.values()]
    print(f"{'memory, MB':44}" + "".join(f"{number:16.0f}" for number in most))


if __name__ == "__main__":
    main()
