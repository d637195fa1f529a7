"""Triples and quads as text, the same bytes for the same graph on every machine.

Statements are sorted, so that two exports can be compared line by line. What a format cannot hold
is refused with a reason, and never written wrongly.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import IO

from regimenkg.errors import FormatError
from regimenkg.formats.media import DATASETS, GRAPHS
from regimenkg.formats.names import Statement, graph_name, plain
from regimenkg.terms.namespaces import PREFIXES

__all__ = ["write_graph"]

_FIRST = {PREFIXES["rdf"] + "type": 0, PREFIXES["skos"] + "prefLabel": 1}


def write_graph(statements: Iterable[Statement], format: str, stream: IO[bytes]) -> int:
    """Write a graph (triples) or a dataset (quads) and return how many statements it has.

    ``format`` is a name of :data:`regimenkg.formats.media.GRAPHS`. Statements that come twice are
    written once. Raises FormatError for another format, for named graphs in a format that has
    none, for what RDF 1.1 has not, and for what RDF/XML cannot hold.

    >>> import io
    >>> import pyoxigraph as ox
    >>> cytarabine = ox.NamedNode(PREFIXES["rkd"] + "drug/cytarabine")
    >>> label = ox.NamedNode(PREFIXES["skos"] + "prefLabel")
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
    ordered = sorted(plain(statements), key=_order)
    if format not in DATASETS and any(map(graph_name, ordered)):
        raise FormatError(
            f"{format} cannot hold named graphs",
            hint=f"use one of {', '.join(DATASETS)}, or --flat for one graph",
        )
    for piece in _pieces(ordered, format):
        stream.write(piece.encode())
    return len(ordered)


def _pieces(ordered: list[Statement], format: str) -> Iterable[str]:
    if format in ("turtle", "trig"):
        from regimenkg.formats.turtle import turtle_lines

        return turtle_lines(ordered)
    if format == "rdfxml":
        from regimenkg.formats.rdfxml import rdfxml_lines

        return list(rdfxml_lines(ordered))  # whole or not at all
    if format == "jsonld":
        from regimenkg.formats.jsonld import jsonld

        return [jsonld(ordered)]
    return (f"{statement} .\n" for statement in ordered)


def _order(statement: Statement) -> tuple[str, str, int, str, str]:
    predicate = statement.predicate.value
    return (
        graph_name(statement),
        str(statement.subject),
        _FIRST.get(predicate, 2),
        predicate,
        str(statement.object),
    )
