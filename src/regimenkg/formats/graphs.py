"""Triples and quads as text, the same bytes for the same graph on every machine.

Statements are sorted, so that two exports can be compared line by line, and written as they are
read: memory holds a part of them. What a format cannot hold is refused with a reason, and never
written wrongly.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import closing
from itertools import repeat
from typing import IO

from regimenkg.errors import FormatError
from regimenkg.formats.media import DATASETS, GRAPHS
from regimenkg.formats.rdf.names import Remembered
from regimenkg.formats.rdf.scratch import Pieces
from regimenkg.formats.rdf.sorting import MEMORY
from regimenkg.formats.rdf.statements import Statement, Statements, graphs_of, predicate

__all__ = ["write_graph"]


def write_graph(
    statements: Iterable[Statement], format: str, stream: IO[bytes], *, memory: int = MEMORY
) -> int:
    """Write a graph (triples) or a dataset (quads) and return how many statements it has.

    ``format`` is a name of :data:`regimenkg.formats.media.GRAPHS`. Statements that come twice are
    written once. ``memory`` is how many bytes of them are held; what is more goes to a temporary
    file. Nothing is written before all statements have been read. Raises FormatError for another
    format, for named graphs in a format that has none, for what RDF 1.1 has not, and for what
    RDF/XML cannot hold; StoreError where there is no room for a temporary file; UsageError for
    Parquet without pyarrow.

    >>> import io
    >>> import pyoxigraph as ox
    >>> cytarabine = ox.NamedNode("https://w3id.org/regimenkg/drug/cytarabine")
    >>> label = ox.NamedNode("http://www.w3.org/2004/02/skos/core#prefLabel")
    >>> out = io.BytesIO()
    >>> write_graph([ox.Triple(cytarabine, label, ox.Literal("cytarabine", language="en"))],
    ...             "turtle", out)
    1
    >>> print(out.getvalue().decode(), end="")
    @prefix drug: <https://w3id.org/regimenkg/drug/> .
    @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
    <BLANKLINE>
    drug:cytarabine skos:prefLabel "cytarabine"@en .
    """
    if format not in GRAPHS:
        raise FormatError(f"'{format}' is not a format for a graph", hint=", ".join(GRAPHS))
    if format == "parquet":
        from regimenkg.formats.parquet import pyarrow

        pyarrow()  # told before all are read, should it be missing
    with Statements(memory) as ordered:
        for name, write in graphs_of(statements):
            if name and format not in DATASETS:
                raise FormatError(
                    f"{format} cannot hold named graphs",
                    hint=f"use one of {', '.join(DATASETS)}, or --flat for one graph",
                )
            with ordered.of(name) as lines:
                write(lines)
        with closing(_pieces(ordered, format, memory)) as pieces:
            for piece in pieces:
                stream.write(piece)
        return ordered.count


def _pieces(ordered: Statements, format: str, memory: int) -> Pieces:
    if format in ("turtle", "trig"):
        from regimenkg.formats.rdf.turtle import turtle

        return turtle(ordered, memory)
    if format == "rdfxml":
        from regimenkg.formats.rdf.rdfxml import rdfxml

        return rdfxml(ordered, memory)
    if format == "jsonld":
        from regimenkg.formats.rdf.jsonld import jsonld

        return jsonld(ordered)
    if format == "parquet":
        from regimenkg.formats.parquet import parquet_statements

        return parquet_statements(ordered)
    return _lines(ordered)


def _lines(ordered: Iterable[list[bytes]]) -> Pieces:
    """N-Triples, or N-Quads where there are named graphs."""
    predicates = Remembered(predicate)
    join = b" ".join
    for batch in ordered:
        yield (
            b" .\n".join(
                [
                    join(
                        (subject, predicates[key], object_, graph)
                        if graph
                        else (subject, predicates[key], object_)
                    )
                    for graph, subject, key, object_ in map(
                        bytes.split, batch, repeat(b" "), repeat(3)
                    )
                ]
            )
            + b" .\n"
        )
