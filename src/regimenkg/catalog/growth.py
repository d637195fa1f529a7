"""Shapes of query that are right on a small graph, and slow or wrong on a large or another one.

Lint looks for them in the algebra of the query, as rdflib reads it, since what matters is what is
evaluated by itself: a sub-SELECT knows nothing of the values around it, on any engine.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any

from rdflib import RDF, URIRef, Variable
from rdflib.paths import AlternativePath, MulPath, Path, SequencePath
from rdflib.plugins.sparql.parserutils import CompValue, Expr

from regimenkg.terms.namespaces import PREFIXES, RK, compact

__all__ = ["growth_problems"]

_ABOUT, _VARIANT_OF, _HAS_VARIANT = (
    URIRef(RK + name) for name in ("about", "variantOf", "hasVariant")
)
_IN_ARM, _TESTS = URIRef(RK + "inArm"), URIRef(RK + "tests")
_OF_VOCABULARY = {  # what these say does not grow with the data
    URIRef(RK + "covers"),
    URIRef(RK + "iriKind"),
    URIRef(PREFIXES["rdfs"] + "subClassOf"),
}
_OF_MANY = (URIRef(RK + "supportsProperty"), RDF.type)  # what thousands have the same value of
_EXISTS = ("Builtin_EXISTS", "Builtin_NOTEXISTS")
_GUARDS = ("Builtin_BOUND", "Builtin_COALESCE", *_EXISTS)


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
    of_things = (_sub_select, _filtered, _computing)
    of_all = (_reaching, _concatenated, _grouped, _asked, _read_first, _apart, _alone)
    for node in _nodes(query.algebra):
        for look in of_things:
            found.update(dict.fromkeys(look(node, names)))
        for look_at in of_all:
            found.update(dict.fromkeys(look_at(node)))
    yield from found


def _nodes(node: object) -> Iterator[CompValue]:
    """All parts of an algebra, from the outside in."""
    if isinstance(node, CompValue):
        yield node
        for key, value in node.items():
            if key != "_vars":
                yield from _nodes(value)
    elif isinstance(node, list | tuple):
        for part in node:
            yield from _nodes(part)


def _triples(node: CompValue) -> list[tuple[Any, Any, Any]]:
    return list(node.triples) if node.name == "BGP" else []


def _values(node: object) -> Iterator[dict[Variable, object]]:
    """The rows of the VALUES blocks in a part."""
    return (row for part in _nodes(node) if part.name == "values" for row in part.res)


def _sub_select(node: CompValue, things: list[str]) -> Iterator[str]:
    if node.name != "ToMultiSet" or not any(part.name == "Project" for part in _nodes(node.p)):
        return
    predicates = [triple[1] for part in _nodes(node) for triple in _triples(part)]
    if all(predicate in _OF_VOCABULARY for predicate in predicates):
        return
    restricted = {str(name) for row in _values(node) for name in row}
    for thing in things:
        if thing not in restricted:
            project = next(part for part in _nodes(node.p) if part.name == "Project")
            projected = " ".join(f"?{name}" for name in project.PV)
            yield (
                f"SELECT {projected} is evaluated over everything, whichever ?{thing} is asked for:"
                f" give it VALUES ?{thing} {{ … }} and a pattern with ?{thing} as well,"
                " aggregate at the top level, or ask for what a rule materialises"
            )


def _filtered(node: CompValue, things: list[str]) -> Iterator[str]:
    if node.name != "RelationalExpression" or node.op not in ("=", "IN"):
        return
    for side in (node.expr, node.other):
        if isinstance(side, Variable) and str(side) in things:
            yield (
                f"?{side} is compared in a FILTER, when all that it might be has been found:"
                f" use ?{side} in a pattern"
            )


def _computing(node: CompValue, things: list[str]) -> Iterator[str]:
    """A branch of a UNION that computes: engines evaluate it before they join it to the values."""
    if node.name != "Join":
        return
    around = [node.p1, node.p2]
    given = {str(name) for part in around if part.name != "Union" for name in _top_values(part)}
    for branch in (branch for part in around for branch in _branches(part)):
        if not any(part.name == "Extend" for part in _nodes(branch)):
            continue
        used = _variables([_triples(part) for part in _nodes(branch)])
        for thing in sorted(given & used & set(things) - set(map(str, _names(branch)))):
            yield (
                f"a branch of a UNION with a BIND is evaluated for every ?{thing}:"
                f" VALUES ?{thing} {{ … }} in the branch as well"
            )


def _top_values(node: CompValue) -> Iterator[Variable]:
    """The variables of the VALUES blocks that are joined to what comes beside them."""
    if node.name == "ToMultiSet" and getattr(node.p, "name", "") == "values":  # a list if empty
        yield from _names(node)
    elif node.name in ("Join", "LeftJoin", "Minus", "Filter", "Extend"):
        yield from _top_values(node.p or node.p1)
        if node.name == "Join":
            yield from _top_values(node.p2)


def _names(node: CompValue) -> Iterator[Variable]:
    return (name for row in _values(node) for name in row)


def _read_first(node: CompValue) -> Iterator[str]:
    """A pattern of an OPTIONAL that engines look up first, for each row anew: its object is given.

    The values around an OPTIONAL are not known where the order of its patterns is chosen.
    """
    if node.name != "LeftJoin" or node.p2.name not in ("BGP", "Filter"):
        return
    triples = _triples(node.p2 if node.p2.name == "BGP" else node.p2.p)
    around = _sure(node.p1)
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


def _apart(node: CompValue) -> Iterator[str]:
    """An OPTIONAL of patterns that share nothing but what has a value before it.

    Oxigraph takes them for a product, and so joins all that the graph has of each.
    """
    if node.name != "LeftJoin":
        return
    bound = _sure(node.p1)
    parts: list[set[str]] = []
    shared: set[str] = set()
    for triple in _joined(node.p2):
        names = _variables(list(triple))
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


def _joined(pattern: CompValue) -> Iterator[tuple[Any, Any, Any]]:
    """The triples that are simply joined in a pattern."""
    yield from _triples(pattern)
    for key in {"Join": ("p1", "p2"), "LeftJoin": ("p1",)}.get(pattern.name, ("p",)):
        if pattern.name in ("Filter", "Extend", "Join", "LeftJoin"):
            yield from _joined(pattern[key])


def _alone(node: CompValue) -> Iterator[str]:
    """A pattern of an EXISTS none of whose variables has a value, but by another pattern of it.

    Oxigraph does not order what is joined in an EXISTS: it looks up each pattern by itself.
    """
    around = [node.p or node.p1, node.p2]
    for exists in _exists(node.expr if isinstance(around[0], CompValue) else None):
        yield from _lonely(exists, _given(around))


def _exists(node: object) -> Iterator[CompValue]:
    """What is asked in the EXISTS of an expression, or of the filters of a pattern."""
    return (part.graph for part in _nodes(node) if part.name in _EXISTS)


def _lonely(pattern: CompValue, around: set[str]) -> Iterator[str]:
    triples = [step for triple in _joined(pattern) for step in _split(triple)]
    bound = around.union(map(str, _names(pattern)))
    for subject, path, object_ in triples if len(triples) > 1 else ():
        if isinstance(subject, Variable) and not _variables([subject, object_]) & bound:
            told = path.n3() if isinstance(path, Path) else compact(str(path))
            yield (
                f"an engine looks up all that has {told} for each row:"
                " put it in a FILTER EXISTS { … } of its own, within the pattern before it"
            )
    for exists in _exists(pattern):
        yield from _lonely(exists, around | _given(pattern))


def _split(triple: tuple[Any, Any, Any]) -> Iterator[tuple[Any, Any, Any]]:
    """The steps of a path, with a variable between each and the next, as engines read it."""
    subject, path, object_ = triple
    *first, last = _steps(path)
    for number, step in enumerate(first):
        between = Variable(f"{subject}/{number}")
        yield subject, step, between
        subject = between
    yield subject, last, object_


# Of rk:concerns


def _reaching(node: CompValue) -> Iterator[str]:
    branches = list(_branches(node))
    by_branches = len(branches) > 1 and any(map(_by_variant, branches))
    by_path = any(_optional_variant(path) for _, path, _ in _triples(node))
    if by_branches or by_path:
        yield (
            "paths from a statement to its regimen are told one by one: ?statement rk:concerns"
            " ?regimen has them all, by variants, blocks, administrations and arms"
        )


def _branches(node: CompValue) -> Iterator[CompValue]:
    if node.name != "Union":
        return
    for side in (node.p1, node.p2):
        if side.name == "Union":
            yield from _branches(side)
        else:
            yield side


def _by_variant(branch: CompValue) -> bool:
    """Whether a statement reaches a regimen by what it is about, or by its arm, and a variant."""
    first: set[object] = set()
    then: set[object] = set()
    for part in _nodes(branch):
        for subject, path, object_ in _triples(part):
            steps = list(_steps(path))
            if steps[0] in (_ABOUT, _IN_ARM):
                if _VARIANT_OF in steps:
                    return True
                first.add(object_)
            elif _VARIANT_OF in steps:
                then.add(subject)
            elif path == _HAS_VARIANT:
                then.add(object_)
    return bool(first & then)


def _steps(path: object) -> Iterator[object]:
    if isinstance(path, SequencePath):
        for part in path.args:
            yield from _steps(part)
    else:
        yield path


def _optional_variant(path: object) -> bool:
    """Whether it is rk:about/rk:variantOf? or the like."""
    steps = list(_steps(path))
    return any(
        one == _ABOUT and isinstance(next_, MulPath) and _VARIANT_OF in _parts(next_)
        for one, next_ in pairwise(steps)
    )


def _parts(path: object) -> Iterator[object]:
    if isinstance(path, SequencePath | AlternativePath):
        for part in path.args:
            yield from _parts(part)
    elif isinstance(path, MulPath):
        yield from _parts(path.path)
    elif not isinstance(path, Path):
        yield path


# Of values that may not be there


def _concatenated(node: CompValue) -> Iterator[str]:
    if node.name == "Aggregate_GroupConcat" and isinstance(node.vars, Variable):
        name = node.vars
        yield (
            f"GROUP_CONCAT(?{name}) is empty on some engines unless ?{name} is a text:"
            f" GROUP_CONCAT(STR(?{name}))"
        )


def _grouped(node: CompValue) -> Iterator[str]:
    """GROUP BY over nothing is no group; rdflib makes one without values, which joins with all."""
    groups = node.p if node.name == "Project" else None
    while isinstance(groups, CompValue) and groups.name in ("Extend", "OrderBy"):
        groups = groups.p
    if isinstance(groups, CompValue) and groups.name == "AggregateJoin" and groups.p.expr:
        keys = " ".join(f"?{key}" for key in groups.p.expr if isinstance(key, Variable))
        yield (
            f"GROUP BY {keys} gives a row without values in rdflib where nothing matches, and that"
            " joins with everything: HAVING(COUNT(*) > 0)"
        )


def _asked(node: CompValue) -> Iterator[str]:
    """IF(…) whose condition is an error where a variable has no value, and with it the result."""
    pattern = node.p or node.p1
    expression = node.expr
    if not isinstance(pattern, CompValue) or not isinstance(expression, Expr):
        return
    sure = _sure(pattern)
    known = _given(pattern)
    for condition in _conditions(expression, known):
        for name in sorted(_needed(condition) - sure):
            yield (
                f"IF asks ?{name}, which may have no value, and then has no result itself:"
                f" IF(BOUND(?{name}) && …), or COALESCE(…) around"
            )


def _given(pattern: object) -> set[str]:
    """The variables that some part of a pattern gives a value."""
    found: set[str] = set()
    for part in _nodes(pattern):
        found |= _variables(_triples(part))
        if part.name == "Extend":
            found.add(str(part.var))
    return found.union(*(map(str, row) for row in _values(pattern)))


def _conditions(expression: object, known: set[str]) -> Iterator[object]:
    """The conditions of the IFs in an expression, where an error is no answer.

    It is one in a COALESCE, and where the IF else gives a variable that has no value anyway.
    """
    if not isinstance(expression, CompValue):
        for part in expression if isinstance(expression, list | tuple) else ():
            yield from _conditions(part, known)
    elif expression.name != "Builtin_COALESCE":
        if expression.name == "Builtin_IF":
            other = expression.arg3
            if not isinstance(other, Variable) or str(other) in known:
                yield expression.arg1
        for key, value in expression.items():
            if key != "_vars":
                yield from _conditions(value, known)


def _needed(expression: object) -> set[str]:
    """The variables without whose values an expression is an error."""
    guarded = [part for part in _nodes(expression) if part.name in _GUARDS]
    return _variables(expression) - _variables(guarded)


def _variables(node: object) -> set[str]:
    if isinstance(node, Variable):
        return {str(node)}
    found: set[str] = set()
    if isinstance(node, CompValue):
        for key, value in node.items():
            if key != "_vars":
                found |= _variables(value)
    elif isinstance(node, list | tuple):
        for part in node:
            found |= _variables(part)
    return found


def _sure(node: CompValue) -> set[str]:
    """The variables that have a value in every solution of a pattern."""
    if node.name == "BGP":
        return _variables(list(node.triples))
    if node.name == "values":
        rows = list(node.res)
        return {str(name) for name in rows[0]}.intersection(*rows) if rows else set()
    if node.name == "Union":
        return _sure(node.p1) & _sure(node.p2)
    if node.name == "Join":
        return _sure(node.p1) | _sure(node.p2)
    if node.name in ("LeftJoin", "Minus"):
        return _sure(node.p1)
    if node.name == "AggregateJoin":
        sure = _sure(node.p)
        return sure | {
            str(one.res)
            for one in node.A
            if _variables(one.vars) <= sure or one.name == "Aggregate_Count"
        }
    sure = _sure(node.p) if isinstance(node.p, CompValue) else set()
    if node.name == "Extend":
        return sure | ({str(node.var)} if _needed(node.expr) <= sure else set())
    if node.name == "Project":
        return sure & {str(name) for name in node.PV}
    return sure
