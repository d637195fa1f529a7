"""Measure how canned queries grow: each bare, and with one thing named, on graphs of three sizes.

``make bench-queries``, or ``python benchmarks/queries.py [SIZE …]``. It prints, and never judges. A
size is about how many made-up triples (`made_up`) are loaded beside what comes with the code, with
all rules, as ``regimenkg load`` does; 0 is the packaged graph alone. Seconds are the processor's,
since machines are busy. A query that takes more of them than the limit is ended with the process
that answers it, and the next one begins.
"""

from __future__ import annotations

import argparse
import fnmatch
import multiprocessing
import resource
import signal
import statistics
import time
from collections.abc import Iterable, Iterator
from itertools import combinations
from multiprocessing.connection import Connection
from pathlib import Path
from typing import NamedTuple

from stores import folder_for, made_up_store, sized

from regimenkg.catalog.cache import catalog, find
from regimenkg.catalog.runner import bind
from regimenkg.catalog.spec import ParamSpec, QuerySpec
from regimenkg.packaged import store_directory
from regimenkg.sparql.backend import Backend, select
from regimenkg.store.embedded import EmbeddedStore
from regimenkg.terms.namespaces import expand

SIZES = (0, 100_000, 1_000_000)
LIMIT = 10
BARE_GOAL, NAMED_GOAL = 2.0, 0.15
_LOOKED_AT = 2_000


class Case(NamedTuple):
    """A query with a value for each of some parameters, or for none."""

    query: str
    parameters: tuple[str, ...] = ()

    @property
    def goal(self) -> float:
        """Seconds that it may take at a million triples: a phase or a letter names none."""
        named = [param for param in find(self.query).params if param.name in self.parameters]
        required = [param for param in find(self.query).params if param.required]
        return NAMED_GOAL if any(p.type == "iri" for p in named + required) else BARE_GOAL

    def __str__(self) -> str:
        return " --".join((self.query, *self.parameters))


class Timing(NamedTuple):
    """Processor's seconds to the last row, None past the limit; and how many rows there are."""

    seconds: float | None
    rows: int

    def __str__(self) -> str:
        return f"{self.seconds:9.3f}" if self.seconds is not None else f"{f'> {LIMIT}':>9}"


def cases(patterns: list[str], together: bool) -> Iterator[Case]:
    """Each query whose name fits a pattern, bare and with each of its parameters.

    ``together``: also with each set of them, since an engine may join what two of them choose
    before it looks at the thing that has both.
    """
    for spec in catalog().values():
        if any(fnmatch.fnmatch(spec.name, pattern) for pattern in patterns):
            names = [param.name for param in spec.params]
            for number in range(len(names) + 1 if together else min(len(names), 1) + 1):
                yield from (Case(spec.name, some) for some in combinations(names, number))


def value_of(spec: QuerySpec, param: ParamSpec, store: Backend, chosen: dict[str, str]) -> str:
    """What to name: of a class, a thing that more is said of than of nine in ten.

    Of a large class some thousand things are looked at.
    """
    class_ = param.class_ or (
        "rk:Regimen" if param.type == "iri" and spec.name != "vocabulary" else ""
    )
    if not class_:
        return param.example or param.block
    if class_ not in chosen:
        rows = select(
            store,
            "SELECT ?thing (COUNT(*) AS ?uses)"
            f" WHERE {{ {{ SELECT ?thing {{ ?thing a <{expand(class_)}> }} LIMIT {_LOOKED_AT} }}"
            " ?by ?how ?thing }"
            " GROUP BY ?thing ORDER BY DESC(?uses) ?thing",
        )
        assert rows[len(rows) // 10][0] is not None
        chosen[class_] = rows[len(rows) // 10][0].value  # type: ignore[union-attr]
    return chosen[class_]


def answer(store: EmbeddedStore, text: str) -> int:
    """Run a query to its last row; returns how many there are."""
    found = store.query(text)
    return int(found) if isinstance(found, bool) else sum(1 for _ in found)


def measure(store: EmbeddedStore, case: Case, chosen: dict[str, str]) -> Timing:
    """The median of up to five runs, of fewer if they take over a second."""
    spec = find(case.query)
    values = {name: value_of(spec, spec.param(name), store, chosen) for name in case.parameters}
    text = bind(spec, values, store, note=lambda _: None)
    taken: list[float] = []
    rows = 0
    while len(taken) < 5 and sum(taken) < 1.0:
        start = time.process_time()
        rows = answer(store, text)
        taken.append(time.process_time() - start)
    return Timing(statistics.median(taken), rows)


def serve(path: Path, connection: Connection) -> None:
    """Answer cases until there are no more: what the other process does."""
    generation = store_directory(path).current()
    assert generation is not None
    store = EmbeddedStore.of(generation, path)
    chosen: dict[str, str] = {}
    while (case := connection.recv()) is not None:
        _, most = resource.getrlimit(resource.RLIMIT_CPU)
        resource.setrlimit(resource.RLIMIT_CPU, (int(time.process_time()) + 1 + LIMIT, most))
        connection.send(measure(store, case, chosen))


def timings(path: Path, asked: Iterable[Case]) -> Iterator[Timing]:
    """Time each case in a process beside this one, which the system ends at the limit."""
    context = multiprocessing.get_context("spawn")
    process = None
    for case in asked:
        if process is None:
            ours, theirs = context.Pipe()
            process = context.Process(target=serve, args=(path, theirs), daemon=True)
            process.start()
            theirs.close()
        ours.send(case)
        try:
            found = ours.recv()
        except EOFError:
            process.join()
            if process.exitcode != -signal.SIGXCPU:
                raise
            process, found = None, Timing(None, 0)
        yield found
    if process is not None:
        ours.send(None)
        process.join()


def row(case: Case, found: list[Timing]) -> str:
    """A line of the table: seconds and rows at each size, and how the last two compare."""
    cells = "".join(f"{timing} {timing.rows:7}" for timing in found)
    last = [timing.seconds for timing in found[-2:]]
    grown = f"{last[1] / last[0]:7.1f}" if len(last) == 2 and all(last) else ""  # type: ignore[operator]
    return f"{case!s:46}{cells}{grown}"


def main() -> None:
    """Print the table, and what is slower than its goal."""
    parser = argparse.ArgumentParser(description=__doc__)
    sized(parser, SIZES)
    parser.add_argument("--query", action="append", help="only these; * stands for any letters")
    parser.add_argument(
        "--together", action="store_true", help="also with each set of parameters (some 400 cases)"
    )
    parser.add_argument("--named", action="store_true", help="only those that name something")
    options = parser.parse_args()
    asked = list(cases(options.query or ["*"], options.together))
    if options.named:
        asked = [case for case in asked if case.parameters]
    with folder_for(options.stores) as folder:
        found: list[list[Timing]] = [[] for _ in asked]
        for size in options.sizes:
            directory = made_up_store(size, folder)
            for so_far, timing in zip(found, timings(directory.path, asked), strict=True):
                so_far.append(timing)
    heads = "".join(f"{size:>9}    rows" for size in options.sizes)
    print(f"{'seconds at':46}{heads}  ratio")
    for case, so_far in zip(asked, found, strict=True):
        print(row(case, so_far))
    slow = [
        (so_far[-1].seconds or LIMIT, case)
        for case, so_far in zip(asked, found, strict=True)
        if so_far[-1].seconds is None or so_far[-1].seconds > case.goal
    ]
    print(
        f"\nslower at the last size than {BARE_GOAL:g} s bare, {NAMED_GOAL:g} s named: {len(slow)}"
    )
    for seconds, case in sorted(slow, reverse=True):
        print(f"  {case!s:46}{seconds:7.2f}")


if __name__ == "__main__":
    main()
