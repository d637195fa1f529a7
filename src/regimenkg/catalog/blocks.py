"""The ``VALUES`` blocks of a canned query: what a parameter is when nobody gives a value."""

from __future__ import annotations

from typing import cast

import pyoxigraph as ox

from regimenkg.errors import QuerySyntaxError
from regimenkg.sparql.terms import Term
from regimenkg.sparql.tokens import ValuesBlock, declared_prefixes

__all__ = ["block_terms"]


def block_terms(text: str, block: ValuesBlock) -> list[Term | None]:
    """Return the terms that stand in a ``VALUES`` block of a query; None is an ``UNDEF``.

    Raises QuerySyntaxError for a content that is not SPARQL.

    >>> from regimenkg.sparql.tokens import values_blocks
    >>> text = "SELECT * { VALUES ?x { 1 UNDEF } }"
    >>> [term and term.value for term in block_terms(text, values_blocks(text)[0])]
    ['1', None]
    """
    prologue = "".join(f"PREFIX {p}: <{i}> " for p, i in declared_prefixes(text).items())
    content = text[block.start : block.end]
    # The newline ends a comment in the content.
    query = f"{prologue}SELECT ?x {{ VALUES ?x {{ {content}\n}} }}"
    try:
        solutions = cast(ox.QuerySolutions, ox.Store().query(query))
    except SyntaxError as error:
        raise QuerySyntaxError(f"VALUES ?{block.name} holds no values: {error}") from error
    return [cast("Term | None", solution[0]) for solution in solutions]
