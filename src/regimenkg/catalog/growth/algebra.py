"""The algebra of a query, as rdflib gives it: its parts, paths, and which variables have values."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rdflib import Variable
from rdflib.paths import AlternativePath, MulPath, Path, SequencePath
from rdflib.plugins.sparql.parserutils import CompValue

EXISTS = ("Builtin_EXISTS", "Builtin_NOTEXISTS")
_GUARDS = ("Builtin_BOUND", "Builtin_COALESCE", *EXISTS)


def nodes(node: object) -> Iterator[CompValue]:
    """All parts of an algebra, from the outside in."""
    if isinstance(node, CompValue):
        yield node
        for key, value in node.items():
            if key != "_vars":
                yield from nodes(value)
    elif isinstance(node, list | tuple):
        for part in node:
            yield from nodes(part)


def triples_of(node: CompValue) -> list[tuple[Any, Any, Any]]:
    """The triples of a basic graph pattern, and none of another part."""
    return list(node.triples) if node.name == "BGP" else []


def joined_triples(pattern: CompValue) -> Iterator[tuple[Any, Any, Any]]:
    """The triples that are simply joined in a pattern."""
    yield from triples_of(pattern)
    for key in {"Join": ("p1", "p2"), "LeftJoin": ("p1",)}.get(pattern.name, ("p",)):
        if pattern.name in ("Filter", "Extend", "Join", "LeftJoin"):
            yield from joined_triples(pattern[key])


def steps_with_ends(triple: tuple[Any, Any, Any]) -> Iterator[tuple[Any, Any, Any]]:
    """The steps of a path, with a variable between each and the next, as engines read it."""
    subject, path, object_ = triple
    *first, last = steps_of(path)
    for number, step in enumerate(first):
        between = Variable(f"{subject}/{number}")
        yield subject, step, between
        subject = between
    yield subject, last, object_


def steps_of(path: object) -> Iterator[object]:
    """The steps of a path, one after the other."""
    if isinstance(path, SequencePath):
        for part in path.args:
            yield from steps_of(part)
    else:
        yield path


def predicates_of(path: object) -> Iterator[object]:
    """The predicates that a path goes along, in whatever order and number."""
    if isinstance(path, SequencePath | AlternativePath):
        for part in path.args:
            yield from predicates_of(part)
    elif isinstance(path, MulPath):
        yield from predicates_of(path.path)
    elif not isinstance(path, Path):
        yield path


def branches_of(node: CompValue) -> Iterator[CompValue]:
    """The branches of a UNION, however nested."""
    if node.name != "Union":
        return
    for side in (node.p1, node.p2):
        if side.name == "Union":
            yield from branches_of(side)
        else:
            yield side


def patterns_of_exists(node: object) -> Iterator[CompValue]:
    """What is asked in the EXISTS of an expression, or of the filters of a pattern."""
    return (part.graph for part in nodes(node) if part.name in EXISTS)


def value_rows(node: object) -> Iterator[dict[Variable, object]]:
    """The rows of the VALUES blocks in a part."""
    return (row for part in nodes(node) if part.name == "values" for row in part.res)


def names_of_values(node: CompValue) -> Iterator[Variable]:
    """The variables that the VALUES blocks in a part give values."""
    return (name for row in value_rows(node) for name in row)


def names_of_joined_values(node: CompValue) -> Iterator[Variable]:
    """The variables of the VALUES blocks that are joined to what comes beside them."""
    if node.name == "ToMultiSet" and getattr(node.p, "name", "") == "values":  # a list if empty
        yield from names_of_values(node)
    elif node.name in ("Join", "LeftJoin", "Minus", "Filter", "Extend"):
        yield from names_of_joined_values(node.p or node.p1)
        if node.name == "Join":
            yield from names_of_joined_values(node.p2)


def variables_in(node: object) -> set[str]:
    """The variables that stand in a part, by name."""
    if isinstance(node, Variable):
        return {str(node)}
    found: set[str] = set()
    if isinstance(node, CompValue):
        for key, value in node.items():
            if key != "_vars":
                found |= variables_in(value)
    elif isinstance(node, list | tuple):
        for part in node:
            found |= variables_in(part)
    return found


def given_by(pattern: object) -> set[str]:
    """The variables that some part of a pattern gives a value."""
    found: set[str] = set()
    for part in nodes(pattern):
        found |= variables_in(triples_of(part))
        if part.name == "Extend":
            found.add(str(part.var))
    return found.union(*(map(str, row) for row in value_rows(pattern)))


def bound_by(node: CompValue) -> set[str]:
    """The variables that have a value in every solution of a pattern."""
    if node.name == "BGP":
        return variables_in(list(node.triples))
    if node.name == "values":
        rows = list(node.res)
        return set.intersection(*({str(name) for name in row} for row in rows)) if rows else set()
    if node.name == "Union":
        return bound_by(node.p1) & bound_by(node.p2)
    if node.name == "Join":
        return bound_by(node.p1) | bound_by(node.p2)
    if node.name in ("LeftJoin", "Minus"):
        return bound_by(node.p1)
    if node.name == "AggregateJoin":
        sure = bound_by(node.p)
        return sure | {
            str(one.res)
            for one in node.A
            if has_value(one.vars, sure) or one.name == "Aggregate_Count"
        }
    sure = bound_by(node.p) if isinstance(node.p, CompValue) else set()
    if node.name == "Extend":
        return sure | ({str(node.var)} if has_value(node.expr, sure) else set())
    if node.name == "Project":
        return sure & {str(name) for name in node.PV}
    return sure


def has_value(expression: object, sure: set[str]) -> bool:
    """Whether an expression has a value where these variables have one."""
    if isinstance(expression, Variable):
        return str(expression) in sure
    if isinstance(expression, list | tuple):
        return all(has_value(part, sure) for part in expression)
    if not isinstance(expression, CompValue):
        return True
    if expression.name == "Builtin_COALESCE":
        return any(has_value(part, sure) for part in expression.arg)
    if expression.name in _GUARDS:
        return True
    if expression.name == "Builtin_IF":
        asked = [part for part in nodes(expression.arg1) if part.name == "Builtin_BOUND"]
        sure = sure | variables_in(asked)
    return all(has_value(part, sure) for key, part in expression.items() if key != "_vars")


def needed_by(expression: object) -> set[str]:
    """The variables without whose values an expression is an error."""
    guarded = [part for part in nodes(expression) if part.name in _GUARDS]
    return variables_in(expression) - variables_in(guarded)
