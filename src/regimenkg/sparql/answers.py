"""What a query answers: solutions, a truth value, or triples, as pyoxigraph's terms.

The classes are plain, since they are made on the path of every one-shot command.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

Term = NamedNode | BlankNode | Literal | Triple
"""A value of a solution. (A Triple only where a query makes RDF 1.2 triple terms.)"""

Row = tuple[Term | None, ...]
"""One solution: a value per variable, None where it is unbound."""


class Solutions:
    """The answer to a SELECT: named columns and rows, which may be read once.

    Args:
        variables: names of the columns, without ``?``.
        rows: a value per column and row, None where unbound.

    >>> answer = Solutions(("drug", "label"), [(NamedNode("http://example.org/a"), None)])
    >>> answer.variables
    ('drug', 'label')
    >>> [row[1] for row in answer]
    [None]
    """

    __slots__ = ("rows", "variables")

    def __init__(self, variables: tuple[str, ...], rows: Iterable[Row]) -> None:
        self.variables = variables
        self.rows = rows

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    def __repr__(self) -> str:
        return f"Solutions({self.variables!r})"


class Triples:
    """The answer to a CONSTRUCT or DESCRIBE: triples, which may be read once.

    The same triple may come more than once.

    >>> list(Triples([]))
    []
    """

    __slots__ = ("triples",)

    def __init__(self, triples: Iterable[Triple]) -> None:
        self.triples = triples

    def __iter__(self) -> Iterator[Triple]:
        return iter(self.triples)

    def __repr__(self) -> str:
        return "Triples()"


Answer = Solutions | bool | Triples
"""What :meth:`regimenkg.sparql.backend.Backend.query` returns; bool for an ASK."""
