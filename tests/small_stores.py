"""Stores on disk that are built from next to nothing, for tests of how they are kept."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from pyoxigraph import NamedNode, Store, Triple

from regimenkg.store.directory import StoreDirectory
from regimenkg.store.generations import Generation
from regimenkg.store.graphs import Source
from regimenkg.store.meta import Meta
from regimenkg.store.rules import Rule
from regimenkg.terms.namespaces import GRAPH

EX = "http://example.org/"
MINE = GRAPH + "mine"


def triple(name: str) -> Triple:
    """A triple of which only the subject's name matters."""
    return Triple(NamedNode(EX + name), NamedNode(EX + "p"), NamedNode(EX + "o"))


class Contents:
    """What a store is built from here: one graph, one rule, and how often it was built."""

    def __init__(self) -> None:
        self.says = "packaged"
        self.builds = 0
        self.fails: BaseException | None = None
        self.rule = Rule("rules/nothing.rq", "CONSTRUCT {} WHERE {}")

    def sources(self) -> list[Source]:
        return [Source(GRAPH + "curated", "t", ["a"], self._read)]

    def rules(self) -> list[Rule]:
        return [self.rule]

    def _read(self, _: Store) -> Iterator[Triple]:
        self.builds += 1
        yield triple(self.says)
        if self.fails:
            raise self.fails


class Version:
    """Stands for what is installed: a store that was made from another is built again."""

    def __init__(self) -> None:
        self.fingerprint = "first"


def names_in(generation: Generation | None) -> set[str]:
    """The subjects' names in the merge of a generation."""
    assert generation is not None
    answer = generation.store.query(f"SELECT ?s {{ ?s <{EX}p> ?o }}")
    return {row[0].value.removeprefix(EX) for row in answer}  # type: ignore[union-attr]


def files_in(path: Path) -> dict[str, bytes]:
    """What a directory holds, by the files' names; its lock aside."""
    return {
        file.relative_to(path).as_posix(): file.read_bytes()
        for file in sorted(path.rglob("*"))
        if file.is_file() and file.name != "lock"
    }


def load(directory: StoreDirectory, *names: str, graph: str = MINE) -> Meta:
    """Put triples with these subjects in place of a graph's."""
    return directory.replace(graph, map(triple, names), loader="turtle", files=["mine.ttl"])


def edit_meta(directory: StoreDirectory, **fields: object) -> None:
    """Write other values into what the current generation says of itself."""
    current = directory.current()
    assert current is not None
    meta = current.path / "meta.json"
    meta.write_text(json.dumps({**json.loads(meta.read_text()), **fields}))
