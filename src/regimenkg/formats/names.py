"""Short names of IRIs in a written graph: one prefix for each kind of thing (``drug:cytarabine``),
and those of the prefix map."""

from __future__ import annotations

import re
from collections.abc import Iterable

import pyoxigraph as ox

from regimenkg.errors import FormatError
from regimenkg.terms.namespaces import PREFIXES, RKD

__all__ = ["Statement", "graph_name", "iris", "plain", "prefix_of", "used_prefixes"]

Statement = ox.Triple | ox.Quad

_KIND = re.compile(re.escape(RKD) + r"([a-z]+(?:-[a-z]+)*)/")
_BY_NAMESPACE = {namespace: prefix for prefix, namespace in reversed(PREFIXES.items())}
_NAMESPACE = re.compile("|".join(map(re.escape, sorted(_BY_NAMESPACE, key=len, reverse=True))))


def prefix_of(iri: str) -> tuple[str, str] | None:
    """The prefix and the namespace that an IRI is written with; None where there is none.

    >>> prefix_of("https://w3id.org/regimenkg/drug/cytarabine")
    ('drug', 'https://w3id.org/regimenkg/drug/')
    >>> prefix_of("http://example.org/a") is None
    True
    """
    if kind := _KIND.match(iri):
        return (kind[1] if kind[1] not in PREFIXES else "rkd-" + kind[1]), kind[0]
    if namespace := _NAMESPACE.match(iri):
        return _BY_NAMESPACE[namespace[0]], namespace[0]
    return None


def used_prefixes(statements: Iterable[Statement]) -> dict[str, str]:
    """The prefixes that the IRIs of some statements can be written with, in order of their names.

    >>> triple = ox.Triple(*[ox.NamedNode(PREFIXES["skos"] + "note")] * 3)
    >>> used_prefixes([triple])
    {'skos': 'http://www.w3.org/2004/02/skos/core#'}
    """
    return dict(sorted({names for iri in iris(statements) if (names := prefix_of(iri))}))


def iris(statements: Iterable[Statement]) -> set[str]:
    """All IRIs of some statements, those of datatypes and named graphs too."""
    names: set[str] = set()
    for statement in statements:
        terms = [statement.subject, statement.predicate, statement.object]
        if isinstance(statement, ox.Quad):
            terms.append(statement.graph_name)  # type: ignore[arg-type]
        for term in terms:
            if isinstance(term, ox.NamedNode):
                names.add(term.value)
            elif isinstance(term, ox.Literal) and not term.language:
                names.add(term.datatype.value)
    return names


def graph_name(statement: Statement) -> str:
    """The name of a statement's graph as N-Quads has it, and nothing for the default graph."""
    if isinstance(statement, ox.Quad) and not isinstance(statement.graph_name, ox.DefaultGraph):
        return str(statement.graph_name)
    return ""


def plain(statements: Iterable[Statement]) -> set[Statement]:
    """The statements, each once; raises FormatError for what RDF 1.1 has not.

    That is a triple about a triple, and a text with a direction.
    """
    distinct = set(statements)
    for statement in distinct:
        object_ = statement.object
        if (
            isinstance(object_, ox.Triple)
            or isinstance(statement.subject, ox.Triple)
            or (isinstance(object_, ox.Literal) and object_.direction)
        ):
            raise FormatError(
                f"a statement that RDF 1.1 cannot hold (RDF 1.2 can): {statement}",
                hint="leave it out, or state it with a node of its own",
            )
    return distinct
