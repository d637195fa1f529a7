"""Statements in the order of an export: by graph, subject and predicate, types and labels first.

They come as N-Triples, which the engine writes many times faster than it makes terms for Python,
and are kept as lines whose bytes sort in that order::

    GRAPH SUBJECT KEY OBJECT

Nothing stands for the default graph. The key of a predicate is its IRI, of ``rdf:type`` and
``skos:prefLabel`` a byte that sorts before all IRIs. Neither IRIs nor names of blank nodes
hold spaces, so that the first three separate the four parts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import groupby, repeat
from typing import IO, Protocol, cast, runtime_checkable

import pyoxigraph as ox

from regimenkg.errors import FormatError
from regimenkg.formats.rdf.sorting import MEMORY, SortedLines
from regimenkg.terms.namespaces import PREFIXES

__all__ = [
    "LABEL",
    "TYPE",
    "Graph",
    "Graphs",
    "Statement",
    "Statements",
    "graphs_of",
    "key",
    "line_of",
    "predicate",
]

Statement = ox.Triple | ox.Quad

Graph = tuple[str, Callable[[IO[bytes]], None]]
"""A graph's name as N-Quads has it, of the default graph nothing, and what writes its triples as
N-Triples, in any order and however often. A graph may come in several parts."""

TYPE, LABEL = b"\0", b"\1"
"""The keys of ``rdf:type`` and ``skos:prefLabel``."""

_FIRST = {
    f"<{PREFIXES['rdf']}type>".encode(): TYPE,
    f"<{PREFIXES['skos']}prefLabel>".encode(): LABEL,
}
_OF_FIRST = {key: predicate for predicate, key in _FIRST.items()}
_END = b" .\n"
_PIECE = 1 << 20
"""Bytes of N-Triples that are taken apart together."""

_DIRECTED = re.compile(rb'"@[A-Za-z0-9-]+--(?:ltr|rtl)\Z')


@runtime_checkable
class Graphs(Protocol):
    """Statements that need not be made one by one to be written."""

    def __iter__(self) -> Iterator[Statement]:
        """Yield the statements."""

    def graphs(self) -> Iterator[Graph]:
        """Yield their graphs."""


def graphs_of(statements: Iterable[Statement]) -> Iterator[Graph]:
    """The graphs of any statements, in the order in which they come.

    >>> import io
    >>> cat = ox.NamedNode("urn:cat")
    >>> for name, write in graphs_of([ox.Triple(cat, cat, cat), ox.Quad(cat, cat, cat, cat)]):
    ...     out = io.BytesIO()
    ...     write(out)
    ...     print(repr(name), out.getvalue())
    '' b'<urn:cat> <urn:cat> <urn:cat> .\\n'
    '<urn:cat>' b'<urn:cat> <urn:cat> <urn:cat> .\\n'
    """
    if isinstance(statements, Graphs):
        yield from statements.graphs()
        return
    for name, members in groupby(statements, key=_graph_name):
        triples = (each if isinstance(each, ox.Triple) else each.triple for each in members)

        def write(stream: IO[bytes], triples: Iterator[ox.Triple] = triples) -> None:
            ox.serialize(triples, stream, ox.RdfFormat.N_TRIPLES)

        yield name, write


def _graph_name(statement: Statement) -> str:
    if isinstance(statement, ox.Quad) and not isinstance(statement.graph_name, ox.DefaultGraph):
        return str(statement.graph_name)
    return ""


class Statements:
    """Statements in order, each once, which may be read as often as needed.

    Args:
        memory: bytes of them to hold; more go to a temporary file, which is gone when the ``with``
            block ends.

    >>> with Statements() as statements:
    ...     with statements.of("") as stream:
    ...         stream.write(b'<urn:b> <urn:p> "1" .\\n<urn:a> <urn:p> "1" .\\n')
    ...     [line for batch in statements for line in batch]
    44
    [b' <urn:a> urn:p "1"', b' <urn:b> urn:p "1"']
    """

    def __init__(self, memory: int = MEMORY) -> None:
        self.count = 0
        """How many statements there are: known when they have been read to the end."""
        self._lines = SortedLines(memory)
        self._piece = min(_PIECE, memory)
        self._keys = _Keys()

    def __enter__(self) -> Statements:
        return self

    def __exit__(self, *_: object) -> None:
        self._lines.close()

    @property
    def keys(self) -> list[bytes]:
        """The keys of all predicates, in order."""
        return sorted(self._keys.values())

    @contextmanager
    def of(self, graph: str) -> Iterator[IO[bytes]]:
        """A stream to write the triples of a graph to, as the engine's N-Triples.

        It raises FormatError for what RDF 1.1 has not: a triple about a triple, and a text
        with a direction.
        """
        stream = _Stream(self._take, graph.encode(), self._piece)
        yield cast(IO[bytes], stream)
        stream.finish()

    def _take(self, graph: bytes, text: bytes) -> None:
        if b"<<(" in text or b"--ltr" in text or b"--rtl" in text:
            _refuse_new(text)
        lines = text.split(_END)
        lines.pop()
        join, keys = b" ".join, self._keys
        self._lines.add(
            [
                join((graph, subject, keys[predicate], object_))
                for subject, predicate, object_ in map(bytes.split, lines, repeat(b" "), repeat(2))
            ]
        )

    def __iter__(self) -> Iterator[list[bytes]]:
        """Yield the lines of the statements, in batches."""
        count = 0
        for batch in self._lines:
            count += len(batch)
            yield batch
        self.count = count


class _Keys(dict[bytes, bytes]):
    """The keys of the predicates that were met, by their form in N-Triples."""

    def __missing__(self, predicate: bytes) -> bytes:
        found = self[predicate] = key(predicate)
        return found


class _Stream:
    """What the engine writes to: it gives whole lines on, many together."""

    def __init__(self, take: Callable[[bytes, bytes], None], graph: bytes, piece: int) -> None:
        self._take = take
        self._graph = graph
        self._piece = piece
        self._parts: list[bytes] = []
        self._size = 0

    def write(self, data: bytes) -> int:
        self._parts.append(data)
        self._size += len(data)
        if self._size >= self._piece:
            self._give()
        return len(data)

    def flush(self) -> None:
        """Whole pieces are given on, and the rest in the end."""

    def finish(self) -> None:
        self._give()

    def _give(self) -> None:
        text = b"".join(self._parts)
        whole = text.rfind(b"\n") + 1
        self._parts = [text[whole:]]
        self._size = len(text) - whole
        if whole:
            self._take(self._graph, text[:whole])


def predicate(key: bytes) -> bytes:
    """The predicate of a key, as N-Triples has it.

    >>> predicate(b"urn:p"), predicate(LABEL)
    (b'<urn:p>', b'<http://www.w3.org/2004/02/skos/core#prefLabel>')
    """
    return _OF_FIRST.get(key) or b"<" + key + b">"


def key(predicate: bytes) -> bytes:
    """The key of a predicate, which N-Triples has so.

    >>> key(b"<urn:p>"), predicate(key(b"<urn:p>"))
    (b'urn:p', b'<urn:p>')
    """
    return _FIRST.get(predicate) or predicate[1:-1]


def line_of(subject: bytes, predicate: bytes, object_: bytes) -> bytes:
    """The line of a triple of the default graph.

    >>> line_of(b"<urn:a>", b"<urn:p>", b'"b c"')
    b' <urn:a> urn:p "b c"'
    """
    return b" ".join((b"", subject, key(predicate), object_))


def _refuse_new(text: bytes) -> None:
    """Raise FormatError for a statement that RDF 1.1 has not."""
    for line in text.split(_END):
        object_ = line.split(b" ", 2)[-1]
        if object_.startswith(b"<<(") or _DIRECTED.search(object_):
            raise FormatError(
                f"a statement that RDF 1.1 cannot hold (RDF 1.2 can): {line.decode()}",
                hint="leave it out, or state it with a node of its own",
            )
