"""Stores with what comes with the code, and changes that keep to its rules.

What the two documents say is tested on the documents' edition: the packaged graphs without those
that were read elsewhere, which are large, and grow. What a user gets is the packaged store.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import changing
from pyoxigraph import RdfFormat, Store, Triple

from regimenkg.packaged import Packaged, default_directory, open_store
from regimenkg.store.embedded import EmbeddedStore
from regimenkg.terms.namespaces import GRAPH

READ_ELSEWHERE = ("dictionary", "registry", "mappings-drug-codes", "mappings-ndc", "abstracts")
DOCUMENTS = Packaged(without=[GRAPH + name for name in READ_ELSEWHERE])


@cache
def own_store_directory() -> Path:
    """The tests' own store, whatever a test lets the environment say later."""
    return default_directory()


def packaged_store() -> EmbeddedStore:
    """The whole packaged store, to be read."""
    return open_store(own_store_directory())


@cache
def documents_edition() -> EmbeddedStore:
    """The documents' edition, to be read; on disk beside the tests' own store, built once."""
    whole = own_store_directory()
    path = whole.with_name(f"{whole.name}-documents")
    return open_store(path, contents=DOCUMENTS)


def directory_of_documents_edition(path: Path) -> Path:
    """Make a store directory of the documents' edition, to be changed, and return its path."""
    shutil.copytree(documents_edition().location, path)
    return path


def copy_of_documents_edition() -> Store:
    """The documents' edition in memory, to be changed."""
    store = Store()
    store.bulk_load(_documents_quads(), RdfFormat.N_QUADS)
    return store


@cache
def _documents_quads() -> bytes:
    quads = documents_edition().store.dump(format=RdfFormat.N_QUADS)
    assert quads is not None
    return quads


def lines_of(store: Store) -> set[bytes]:
    """All quads as lines of N-Quads: the engine writes them faster than Python makes terms."""
    written = store.dump(format=RdfFormat.N_QUADS)
    assert written is not None
    lines = written.splitlines()
    assert len(lines) == len(store)
    return set(lines)


def replace_graph(store: Store, graph: str, triples: Iterable[Triple]) -> dict[str, int]:
    """Put triples in place of a graph's, and derive by the packaged rules."""
    return changing.replace_graph(store, graph, triples, DOCUMENTS.rules())


def remove_graph(store: Store, graph: str) -> dict[str, int]:
    """Remove a graph, and derive by the packaged rules."""
    return changing.remove_graph(store, graph, DOCUMENTS.rules())
