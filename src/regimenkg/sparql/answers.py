"""What a query answers: solutions, a truth value, or triples, as pyoxigraph's terms.

The classes are plain, since they are made on the path of every one-shot command.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

Term = NamedNode | BlankNode | Literal | Triple
"""A value of a solution. (A Triple only where a query makes RDF 1.2 triple terms.)"""

Row = tuple[Term | None, ...]
"""One solution: a value per variable, None where it is unbound."""


def plain_text(term: Term | None) -> str:
    """A term's own text: an IRI or a literal's characters; nothing for None.

    >>> plain_text(Literal("cytarabine", language="en")), plain_text(None)
    ('cytarabine', '')
    """
    if term is None:
        return ""
    if isinstance(term, NamedNode | Literal):
        return term.value
    return str(term)


COLUMN_TYPES = ("integer", "decimal", "boolean", "date")
"""What a column may hold beside things and texts: whole numbers, numbers, true or false, days."""


class Solutions:
    """The answer to a SELECT: named columns and rows, which may be read once.

    Args:
        variables: names of the columns, without ``?``.
        rows: a value per column and row, None where unbound.
        types: what those columns hold that have other than things and texts, each one of
            :data:`COLUMN_TYPES`, as a canned query's header says; None where that is not known.

    >>> answer = Solutions(("drug", "label"), [(NamedNode("http://example.org/a"), None)])
    >>> answer.variables
    ('drug', 'label')
    >>> [row[1] for row in answer]
    [None]
    """

    __slots__ = ("rows", "types", "variables")

    def __init__(
        self,
        variables: tuple[str, ...],
        rows: Iterable[Row],
        types: Mapping[str, str] | None = None,
    ) -> None:
        self.variables = variables
        self.rows = rows
        self.types = types

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
