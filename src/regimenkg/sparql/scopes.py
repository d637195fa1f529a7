"""Where a query uses a variable: its groups, FILTERs and sub-selects, as far as lint needs them.

A parameter's ``VALUES`` block binds its variable in the group where it stands. A FILTER of another
group does not see it, and a sub-select does not either, so those need a block of their own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from regimenkg.sparql.tokens import Token, tokens, values_blocks

__all__ = ["Expression", "Group", "Use", "order_variables", "scopes"]


@dataclass(eq=False)
class Expression:
    """The expression of a FILTER, BIND or HAVING, with the variables that it asks ``BOUND`` of."""

    guarded: set[str] = field(default_factory=set)


@dataclass(eq=False)
class Use:
    """One occurrence of a variable: in an expression, or in a pattern if that is None."""

    name: str
    expression: Expression | None


@dataclass(eq=False)
class Group:
    """What stands between two braces, with its uses of variables and the groups inside.

    ``kind`` is group, optional, minus, exists, not exists, or select for one that begins with
    SELECT. ``blocks`` are the parameters with a VALUES block directly in it, ``projected`` the
    variables before the WHERE of a sub-select, ``before`` what patterns give a value before it.
    """

    kind: str
    parent: Group | None
    expression: Expression | None = None
    uses: list[Use] = field(default_factory=list)
    blocks: set[str] = field(default_factory=set)
    projected: set[str] = field(default_factory=set)
    before: set[str] = field(default_factory=set)
    groups: list[Group] = field(default_factory=list)

    def walk(self) -> Iterator[Group]:
        """Yield this group and all groups inside."""
        yield self
        for group in self.groups:
            yield from group.walk()

    def select(self) -> Group:
        """The sub-select that this group belongs to, or the whole query."""
        group = self
        while group.kind != "select" and group.parent is not None:
            group = group.parent
        return group

    def patterns(self) -> set[str]:
        """The variables that the group's patterns give values, VALUES blocks not counted."""
        if self.kind == "select":
            return self.projected
        variables = {use.name for use in self.uses if use.expression is None}
        inner = (group.patterns() for group in self.groups if group.joins_outside())
        return variables.union(*inner)

    def joins_outside(self) -> bool:
        """Whether what the group binds is bound in the group around it as well."""
        return self.kind in ("group", "select")

    def joins(self, name: str) -> bool:
        """Whether the group itself gives the variable a value: by a block or by a pattern."""
        return name in self.blocks or any(
            use.name == name and use.expression is None for use in self.uses
        )

    def sees(self, name: str) -> bool:
        """Whether a FILTER of this group sees a value that the group or, where it may, one around
        it gives the variable.
        """
        if self.joins(name):
            return True
        may_look_out = self.kind in ("optional", "exists", "not exists")
        return may_look_out and self.parent is not None and self.parent.sees(name)


def scopes(text: str) -> Group:
    """Return the query as a tree of groups; the root stands for the query itself.

    >>> root = scopes("SELECT ?s { VALUES ?x { 1 } ?s <urn:p> ?o . OPTIONAL { FILTER(?o = ?x) } }")
    >>> where = root.groups[0]
    >>> where.blocks, where.groups[0].kind, where.groups[0].sees("x")
    ({'x'}, 'optional', True)
    """
    return _Reader(text).root


class _Reader:
    """Reads the tokens of a query once, with the open groups and expressions on a stack."""

    def __init__(self, text: str) -> None:
        self.root = self._group = Group("select", None)
        self._expression: Expression | None = None
        # Per open expression: how many parentheses are open, and the expression around it.
        self._open: list[tuple[Expression | None, int]] = []
        self._depth = 0
        self._recent: list[Token] = []
        blocks = {block.start: block for block in values_blocks(text)}
        inside_block_until = -1
        for token in tokens(text):
            if token.start < inside_block_until:
                continue
            if token.text == "{" and token.end in blocks:
                block = blocks[token.end]
                self._group.blocks.add(block.name)
                self._forget_block_variable()
                inside_block_until = block.end + 1
                continue
            self._read(token)
            self._recent = [*self._recent[-2:], token]

    def _forget_block_variable(self) -> None:
        if self._group.uses:
            self._group.uses.pop()

    def _read(self, token: Token) -> None:
        word = token.text.upper() if token.kind == "word" else ""
        if token.text == "{":
            self._enter()
        elif token.text == "}":
            self._leave()
        elif word in ("FILTER", "BIND", "HAVING"):
            self._open.append((self._expression, self._depth))
            self._expression, self._depth = Expression(), 0
        elif self._expression is not None and token.text == "(":
            self._depth += 1
        elif self._expression is not None and token.text == ")":
            self._depth -= 1
            if self._depth == 0:
                self._close_expression()
        elif word == "SELECT" and self._recent and self._recent[-1].text == "{":
            self._group.kind = "select"
        elif token.kind == "var":
            self._use(token.text[1:])

    def _enter(self) -> None:
        words = [token.text.upper() for token in self._recent]
        kind = "group"
        if words[-1:] == ["EXISTS"]:
            kind = "not exists" if words[-2:-1] == ["NOT"] else "exists"
        elif words[-1:] in (["OPTIONAL"], ["MINUS"]):
            kind = words[-1].lower()
        inner = Group(kind, self._group, self._expression)
        if kind == "optional":
            inner.before = self._group.patterns()
        self._group.groups.append(inner)
        self._group = inner
        self._open.append((self._expression, self._depth))
        self._expression, self._depth = None, 0

    def _leave(self) -> None:
        if self._group.parent is None or not self._open:
            return  # one brace too many: the engines say so
        self._group = self._group.parent
        self._expression, self._depth = self._open.pop()
        if self._expression is not None and self._depth == 0:
            self._close_expression()  # FILTER EXISTS { … } has no parentheses

    def _close_expression(self) -> None:
        self._expression, self._depth = self._open.pop()

    def _use(self, name: str) -> None:
        if self._expression is not None:
            called = [token.text.upper() for token in self._recent[-2:]]
            if called in (["BOUND", "("], ["COALESCE", "("]):
                self._expression.guarded.add(name)
        elif self._group.kind == "select" and not self._group.groups:
            self._group.projected.add(name)
        self._group.uses.append(Use(name, self._expression))


def order_variables(text: str) -> list[str] | None:
    """Return the variables that the query itself, not a sub-select, is ordered by, plainly.

    None: it has no ORDER BY. Variables inside an expression other than ASC and DESC are left out.

    >>> order_variables("SELECT * { ?s ?p ?o } ORDER BY ?s DESC(?p) STR(?o) LIMIT 3")
    ['s', 'p']
    """
    variables: list[str] | None = None
    depth = 0
    recent = ["", ""]
    stack: list[str] = []
    for token in tokens(text):
        if token.text in "{}":
            depth += 1 if token.text == "{" else -1
        elif depth == 0:
            if recent[-1] == "ORDER" and token.text.upper() == "BY":
                variables = []
            elif variables is not None and token.text.upper() in ("LIMIT", "OFFSET", "VALUES"):
                break
            elif token.text == "(":
                stack.append(recent[-1])
            elif token.text == ")" and stack:
                stack.pop()
            elif variables is not None and token.kind == "var" and set(stack) <= {"ASC", "DESC"}:
                variables.append(token.text[1:])
        recent = [recent[-1], token.text.upper()]
    return variables
