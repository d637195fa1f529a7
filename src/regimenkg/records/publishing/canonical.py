"""A graph as canonical N-Triples in a file, by which two places that hold it are compared.

The lines are those of https://www.w3.org/TR/n-triples/#canonical-ntriples, with control characters
escaped as RDF 1.2 has it; each stands once, and they are sorted by their bytes. So the digest of a
graph is what ``regimenkg export --graph NAME -O nt | LC_ALL=C sort | sha256sum`` prints.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from hashlib import sha256
from itertools import groupby, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from pyoxigraph import DefaultGraph, NamedNode, RdfFormat, Store, parse

from regimenkg.formats.rdf.sorting import SortedLines

__all__ = ["CanonicalGraph", "differing", "of_file", "of_store"]

_AT_ONCE = 4096
"""Lines that are read before they are sorted."""


class CanonicalGraph(NamedTuple):
    """The file of a graph's lines, how many they are, and the file's SHA-256 in hexadecimal."""

    path: Path
    triples: int
    sha256: str

    @property
    def size(self) -> int:
        """Bytes of the file."""
        return self.path.stat().st_size


def of_store(store: Store, graph: str | None, path: Path) -> CanonicalGraph:
    """Write what a graph of a store holds to a file.

    Args:
        store: the store.
        graph: the graph's IRI; None for the default graph.
        path: the file to be written.

    >>> from pyoxigraph import Literal, Quad
    >>> store, a = Store(), NamedNode("http://example.org/a")
    >>> store.extend([Quad(a, a, Literal(text), a) for text in "ba"])
    >>> with TemporaryDirectory() as folder:
    ...     graph = of_store(store, a.value, Path(folder, "a.nt"))
    ...     graph.triples, graph.path.read_text().splitlines()[0]
    (2, '<http://example.org/a> <http://example.org/a> "a" .')
    """
    which = DefaultGraph() if graph is None else NamedNode(graph)
    with TemporaryDirectory(dir=path.parent) as folder:
        unsorted = Path(folder, "unsorted.nt")
        store.dump(unsorted, RdfFormat.N_TRIPLES, from_graph=which)
        with unsorted.open("rb") as lines:
            return _written(lines, path)


def of_file(source: Path, format: RdfFormat, path: Path) -> CanonicalGraph:
    """Write what a file of RDF says to another file.

    Raises SyntaxError where it is none, or breaks off.
    """
    quads = parse(path=source, format=format)
    return _written((f"{quad.triple} .\n".encode() for quad in quads), path)


def differing(
    one: CanonicalGraph, other: CanonicalGraph
) -> Iterator[tuple[list[bytes], list[bytes]]]:
    """Yield what two graphs say differently of a subject by a property.

    Each is a pair: the lines of it that the one has alone, and those that the other has alone.
    """
    with ExitStack() as stack:
        files = [stack.enter_context(graph.path.open("rb")) for graph in (one, other)]
        lines = heapq.merge(_from(files[0], 0), _from(files[1], 1))
        for _, group in groupby(lines, key=lambda each: each[0].split(b" ", 2)[:2]):
            sides: tuple[set[bytes], set[bytes]] = (set(), set())
            for line, side in group:
                sides[side].add(line)
            if sides[0] != sides[1]:
                yield sorted(sides[0] - sides[1]), sorted(sides[1] - sides[0])


def _from(lines: Iterable[bytes], side: int) -> Iterator[tuple[bytes, int]]:
    return ((line, side) for line in lines)


def _written(lines: Iterable[bytes], path: Path) -> CanonicalGraph:
    """Sort lines, each once, into a file."""
    rest = (line.rstrip(b"\n") for line in lines)
    digest, count = sha256(), 0
    with SortedLines() as ordered, path.open("wb") as file:
        while some := list(islice(rest, _AT_ONCE)):
            ordered.add(some)
        for batch in ordered:
            text = b"".join(line + b"\n" for line in batch)
            file.write(text)
            digest.update(text)
            count += len(batch)
    return CanonicalGraph(path, count, digest.hexdigest())
