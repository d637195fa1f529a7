"""What is evaluated over everything, or joined with it, though a value is given."""

from __future__ import annotations

from collections.abc import Iterator

from rdflib import RDF, URIRef, Variable
from rdflib.paths import Path
from rdflib.plugins.sparql.parserutils import CompValue

from regimenkg.catalog.growth.algebra import (
    bound_by,
    branches_of,
    given_by,
    joined_triples,
    names_of_joined_values,
    names_of_values,
    nodes,
    patterns_of_exists,
    steps_with_ends,
    triples_of,
    value_rows,
    variables_in,
)
from regimenkg.terms.namespaces import PREFIXES, RK, compact

_OF_VOCABULARY = {  # what these say does not grow with the data
    URIRef(RK + "covers"),
    URIRef(RK + "iriKind"),
    URIRef(PREFIXES["rdfs"] + "subClassOf"),
}
_OF_MANY = (URIRef(RK + "supportsProperty"), RDF.type)  # what thousands have the same value of


def unrestricted(node: CompValue, things: list[str]) -> Iterator[str]:
    """A sub-SELECT to which the value of a parameter does not reach."""
    if node.name != "ToMultiSet" or not any(part.name == "Project" for part in nodes(node.p)):
        return
    predicates = [triple[1] for part in nodes(node) for triple in triples_of(part)]
    if all(predicate in _OF_VOCABULARY for predicate in predicates):
        return
    restricted = {str(name) for row in value_rows(node) for name in row}
    for thing in things:
        if thing not in restricted:
            project = next(part for part in nodes(node.p) if part.name == "Project")
            projected = " ".join(f"?{name}" for name in project.PV)
            yield (
                f"SELECT {projected} is evaluated over everything, whichever ?{thing} is asked for:"
                f" give it VALUES ?{thing} {{ … }} and a pattern with ?{thing} as well,"
                " aggregate at the top level, or ask for what a rule materialises"
            )


def compared(node: CompValue, things: list[str]) -> Iterator[str]:
    """A parameter that is compared in a FILTER and not used in a pattern."""
    if node.name != "RelationalExpression" or node.op not in ("=", "IN"):
        return
    for side in (node.expr, node.other):
        if isinstance(side, Variable) and str(side) in things:
            yield (
                f"?{side} is compared in a FILTER, when all that it might be has been found:"
                f" use ?{side} in a pattern"
            )


def computed(node: CompValue, things: list[str]) -> Iterator[str]:
    """A branch of a UNION that computes: engines evaluate it before they join it to the values."""
    if node.name != "Join":
        return
    around = [node.p1, node.p2]
    given = {
        str(name)
        for part in around
        if part.name != "Union"
        for name in names_of_joined_values(part)
    }
    for branch in (branch for part in around for branch in branches_of(part)):
        if not any(part.name == "Extend" for part in nodes(branch)):
            continue
        used = variables_in([triples_of(part) for part in nodes(branch)])
        for thing in sorted(given & used & set(things) - set(map(str, names_of_values(branch)))):
            yield (
                f"a branch of a UNION with a BIND is evaluated for every ?{thing}:"
                f" VALUES ?{thing} {{ … }} in the branch as well"
            )


def read_first(node: CompValue) -> Iterator[str]:
    """A pattern of an OPTIONAL that engines look up first, for each row anew: its object is given.

    The values around an OPTIONAL are not known where the order of its patterns is chosen.
    """
    if node.name != "LeftJoin" or node.p2.name not in ("BGP", "Filter"):
        return
    triples = triples_of(node.p2 if node.p2.name == "BGP" else node.p2.p)
    around = bound_by(node.p1)
    for subject, predicate, object_ in triples:
        if (
            isinstance(subject, Variable)
            and str(subject) not in around
            and not isinstance(object_, Variable)
            and predicate in _OF_MANY
        ):
            name = compact(str(predicate))
            yield (
                f"an OPTIONAL looks up everything with this {name} for each row:"
                f" ?{subject} {name} ?is and FILTER(?is = …) in it"
            )


def products(node: CompValue) -> Iterator[str]:
    """An OPTIONAL of patterns that share nothing but what has a value before it.

    Oxigraph takes them for a product, and so joins all that the graph has of each.
    """
    if node.name != "LeftJoin":
        return
    bound = bound_by(node.p1)
    parts: list[set[str]] = []
    shared: set[str] = set()
    for triple in joined_triples(node.p2):
        names = variables_in(list(triple))
        shared |= names & bound
        own = names - bound
        parts = [part for part in parts if part.isdisjoint(own)] + [
            own.union(*(part for part in parts if not part.isdisjoint(own)))
        ]
    if len(parts) > 1:
        told = ", ".join(f"?{name}" for name in sorted(shared))
        yield (
            f"patterns of an OPTIONAL share only {told}, which has a value before it, so that an"
            " engine joins all that the graph has of each: the first alone, the others in OPTIONALs"
            " within"
        )


def unordered(node: CompValue) -> Iterator[str]:
    """A pattern of an EXISTS none of whose variables has a value, but by another pattern of it.

    Oxigraph does not order what is joined in an EXISTS: it looks up each pattern by itself.
    """
    around = [node.p or node.p1, node.p2]
    for exists in patterns_of_exists(node.expr if isinstance(around[0], CompValue) else None):
        yield from _lonely(exists, given_by(around))


def _lonely(pattern: CompValue, around: set[str]) -> Iterator[str]:
    triples = [step for triple in joined_triples(pattern) for step in steps_with_ends(triple)]
    bound = around.union(map(str, names_of_values(pattern)))
    for subject, path, object_ in triples if len(triples) > 1 else ():
        if isinstance(subject, Variable) and not variables_in([subject, object_]) & bound:
            told = path.n3() if isinstance(path, Path) else compact(str(path))
            yield (
                f"an engine looks up all that has {told} for each row:"
                " put it in a FILTER EXISTS { … } of its own, within the pattern before it"
            )
    for exists in patterns_of_exists(pattern):
        yield from _lonely(exists, around | given_by(pattern))
