"""A store with made-up triples beside what comes with the code: what most benchmarks measure."""

from __future__ import annotations

import tempfile
import time
from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from made_up import GRAPH_NAME, triples

from regimenkg.packaged import store_directory
from regimenkg.store.directory import StoreDirectory
from regimenkg.terms.namespaces import GRAPH


def sized(parser: ArgumentParser, sizes: Sequence[int]) -> None:
    """Let a benchmark take sizes, and the folder in which stores are kept."""
    parser.add_argument("sizes", nargs="*", type=int, default=sizes, help="made-up triples")
    parser.add_argument(
        "--stores", type=Path, help="keep the stores here, and take those there are"
    )


@contextmanager
def folder_for(stores: Path | None) -> Iterator[Path]:
    """The folder in which stores are kept, or one that goes afterwards."""
    with tempfile.TemporaryDirectory() as name:
        yield stores or Path(name)


def made_up_store(size: int, folder: Path) -> StoreDirectory:
    """A store directory with about that many made-up triples, loaded as ``regimenkg load`` does.

    One that is in the folder is taken as it is.
    """
    directory = store_directory(folder / str(size))
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
