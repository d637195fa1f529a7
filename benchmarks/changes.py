"""Measure what a small load costs beside deriving all anew, in stores of several sizes.

``make bench-changes``, or ``python benchmarks/changes.py [SIZE …]``. It prints, and never judges. A
size is about how many made-up triples (`made_up`) are in the store beside what comes with the
code. Both ways change a copy of the same store, in one run, and have to end with the same quads.
Seconds are the processor's, since machines are busy.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from pyoxigraph import Literal, NamedNode, Store, Triple
from stores import folder_for, made_up_store, sized

from regimenkg.packaged import PACKAGED
from regimenkg.store.changes import change_graphs
from regimenkg.store.graphs import computed, derive
from regimenkg.store.merge import Spool, leave
from regimenkg.terms.namespaces import GRAPH, PREFIXES, RK, RKD

SIZES = (0, 100_000)
MINE = GRAPH + "mine"
TYPE = NamedNode(PREFIXES["rdf"] + "type")


def rk(name: str) -> NamedNode:
    return NamedNode(RK + name)


REPORT = NamedNode(RKD + "toxicity-report/made-up")
LOADS = {
    "a triple of no vocabulary": [Triple(*map(NamedNode, ("urn:a", "urn:b", "urn:c")))],
    "a name of a drug": [
        Triple(
            NamedNode(RKD + "drug/cytarabine"),
            NamedNode(PREFIXES["skos"] + "altLabel"),
            Literal("a name of mine", language="en"),
        )
    ],
    "a report of a toxicity": [
        Triple(REPORT, TYPE, rk("ToxicityReport")),
        Triple(REPORT, rk("about"), NamedNode(RKD + "regimen/clag-m")),
        Triple(REPORT, rk("toxicity"), NamedNode(RKD + "toxicity/anemia")),
        Triple(REPORT, rk("percent"), Literal(12.5)),
    ],
}


@contextmanager
def copy_of(store: Store) -> Iterator[Store]:
    """A copy on disk that may be changed."""
    with tempfile.TemporaryDirectory() as name:
        store.backup(f"{name}/db")
        yield Store(f"{name}/db")


def seconds(work: Callable[[], object]) -> float:
    """What the processor takes for some work."""
    began = time.process_time()
    work()
    return time.process_time() - began


def main() -> None:
    """Print the figures."""
    rules = PACKAGED.rules()
    parser = argparse.ArgumentParser(description=__doc__)
    sized(parser, SIZES)
    options = parser.parse_args()
    for size in options.sizes:
        with folder_for(options.stores) as folder:
            generation = made_up_store(size, folder).open()
            before = generation.store
            sizes = {graph: info["triples"] for graph, info in generation.meta["graphs"].items()}
            print(f"{len(before):,} quads in the store")
            for what, load in LOADS.items():
                with copy_of(before) as one, copy_of(before) as other, Spool(load, MINE) as spool:

                    def anew(store: Store = other, spool: Spool = spool) -> None:
                        leave(store, *computed(rules))
                        spool.load(store)
                        derive(store, rules)

                    took = seconds(lambda: change_graphs(before, one, {MINE: spool}, rules, sizes))  # noqa: B023
                    whole = seconds(anew)
                    same = "the same quads" if set(one) == set(other) else "OTHER QUADS"
                    print(f"  {what}: {took:.2f} s, anew {whole:.2f} s, {took / whole:.3f}; {same}")


if __name__ == "__main__":
    main()
