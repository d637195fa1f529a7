"""A store with made-up triples beside what comes with the code: what most benchmarks measure."""

from __future__ import annotations

import time
from pathlib import Path

from made_up import GRAPH_NAME, triples

from regimenkg.packaged import store_directory
from regimenkg.store.directory import StoreDirectory
from regimenkg.terms.namespaces import GRAPH


def made_up_store(size: int, path: Path) -> StoreDirectory:
    """A store directory with about that many made-up triples, loaded as ``regimenkg load`` does.

    One that is there is taken as it is.
    """
    directory = store_directory(path)
    if directory.current() is not None:
        return directory
    directory.build()
    if size:
        start = time.perf_counter()
        graph = GRAPH + GRAPH_NAME
        meta = directory.replace(graph, triples(size), loader="rdf", files=["made-up.nt"])
        seconds = time.perf_counter() - start
        sizes = {name.removeprefix(GRAPH): info["triples"] for name, info in meta["graphs"].items()}
        print(
            f"{sizes[GRAPH_NAME]:,} triples made up and loaded in {seconds:.1f} s;"
            f" {sizes['derived']:,} derived, {sum(sizes.values()):,} in all graphs",
            flush=True,
        )
    return directory
