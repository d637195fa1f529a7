"""Where a value may be missing, and what an engine then makes of it: nothing, or everything."""

from __future__ import annotations

from collections.abc import Iterator

from rdflib import Variable
from rdflib.plugins.sparql.parserutils import CompValue, Expr

from regimenkg.catalog.growth.algebra import (
    bound_by,
    given_by,
    has_value,
    needed_by,
    nodes,
    variables_in,
)


def concatenated(node: CompValue) -> Iterator[str]:
    """GROUP_CONCAT of numbers or IRIs: an error on some engines, and so no value."""
    if node.name == "Aggregate_GroupConcat" and isinstance(node.vars, Variable):
        name = node.vars
        yield (
            f"GROUP_CONCAT(?{name}) is empty on some engines unless ?{name} is a text:"
            f" GROUP_CONCAT(STR(?{name}))"
        )


def empty_groups(node: CompValue) -> Iterator[str]:
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


def keys_without_values(node: CompValue) -> Iterator[str]:
    """ORDER BY what is put together from what may have no value: such rows come in any order."""
    if node.name != "OrderBy":
        return
    ordering = [condition.expr for condition in node.expr]
    for part in nodes(node.p):
        if part.name == "Extend" and part.var in ordering and _is_concat(part.expr):
            sure = bound_by(part.p)
            for piece in part.expr.arg:
                names = sorted(variables_in(piece) - sure)
                if not has_value(piece, sure):
                    yield (
                        f"?{part.var}, by which rows are ordered, has no value where ?{names[0]}"
                        f' has none: COALESCE(STR(?{names[0]}), "")'
                    )


def _is_concat(expression: object) -> bool:
    return isinstance(expression, CompValue) and expression.name == "Builtin_CONCAT"


def conditions_without_values(node: CompValue) -> Iterator[str]:
    """IF(…) whose condition is an error where a variable has no value, and with it the result."""
    pattern = node.p or node.p1
    expression = node.expr
    if not isinstance(pattern, CompValue) or not isinstance(expression, Expr):
        return
    sure = bound_by(pattern)
    known = given_by(pattern)
    for condition in _conditions(expression, known):
        for name in sorted(needed_by(condition) - sure):
            yield (
                f"IF asks ?{name}, which may have no value, and then has no result itself:"
                f" IF(BOUND(?{name}) && …), or COALESCE(…) around"
            )


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
