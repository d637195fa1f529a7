"""Shapes of query that are right on a small graph, and slow or wrong on a large or another one.

Lint looks for them in the algebra of the query, as rdflib reads it, since what matters is what is
evaluated by itself: a sub-SELECT knows nothing of the values around it, on any engine.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from regimenkg.catalog.growth.algebra import nodes
from regimenkg.catalog.growth.concerned import told_one_by_one
from regimenkg.catalog.growth.joins import (
    compared,
    computed,
    products,
    read_first,
    unordered,
    unrestricted,
)
from regimenkg.catalog.growth.missing import (
    concatenated,
    conditions_without_values,
    empty_groups,
    keys_without_values,
)

__all__ = ["growth_problems"]


def growth_problems(query: Any, things: Iterable[str]) -> Iterator[str]:
    """Yield what is slow or wrong in a query, with what to write instead.

    Args:
        query: the query as ``rdflib.plugins.sparql.prepareQuery`` gives it.
        things: the parameters that name things, so that a value should make the query fast.

    >>> from rdflib.plugins.sparql import prepareQuery
    >>> text = '''SELECT ?s (GROUP_CONCAT(?n) AS ?all) { ?s <urn:day> ?n }'''
    >>> list(growth_problems(prepareQuery(text), []))
    ['GROUP_CONCAT(?n) is empty on some engines unless ?n is a text: GROUP_CONCAT(STR(?n))']
    """
    names = list(things)
    found: dict[str, None] = {}
    of_things = (unrestricted, compared, computed)
    of_all = (
        told_one_by_one,
        concatenated,
        empty_groups,
        conditions_without_values,
        keys_without_values,
        read_first,
        products,
        unordered,
    )
    for node in nodes(query.algebra):
        for look in of_things:
            found.update(dict.fromkeys(look(node, names)))
        for look_at in of_all:
            found.update(dict.fromkeys(look_at(node)))
    yield from found
