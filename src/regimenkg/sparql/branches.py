"""Branches of a UNION that are for a parameter with a value, or for one without.

A canned query asks one pattern of a parameter that is given, and another where it is not, in
branches that guards tell apart::

    { { VALUES ?x { UNDEF } FILTER(!BOUND(?x)) } … }
    UNION
    { { VALUES ?x { UNDEF } FILTER(BOUND(?x)) } … }

When it is known which parameters have values, some branches can give no row. Engines do not see
that before they plan; of five parameters with two to four branches each, some plan all products.
Where an engine plans better with all branches, a guard stands in a SELECT of its own, and is left.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from regimenkg.sparql.tokens import Token, tokens

__all__ = ["Branch", "Need", "branches_of_unions", "idle"]

_NOT_JOINED = {"OPTIONAL", "MINUS", "EXISTS", "GRAPH", "SERVICE", "WHERE"}
"""What stands before a group that is not simply joined to what is around it."""


class Need(NamedTuple):
    """That a variable has a value, or that it has none."""

    name: str
    given: bool


class Branch(NamedTuple):
    """One branch of a UNION, with its braces, and without what it gives no row."""

    start: int
    end: int
    needs: tuple[Need, ...]


def idle(
    unions: Sequence[Sequence[Branch]], given: Collection[str], missing: Collection[str]
) -> Iterator[tuple[int, int]]:
    """Yield the stretches of the text that may be cut out, each with a UNION beside it.

    Args:
        unions: as `branches_of_unions` finds them.
        given: the variables whose VALUES blocks have values.
        missing: those whose blocks have none, but UNDEF.

    >>> text = "{ { VALUES ?x { 1 } FILTER(!BOUND(?x)) } UNION { ?s <urn:p> ?x } }"
    >>> [text[start:end] for start, end in idle(branches_of_unions(text), ["x"], [])]
    ['{ VALUES ?x { 1 } FILTER(!BOUND(?x)) } UNION ']
    """
    for branches in unions:
        needed = [
            all(name not in (missing if bound else given) for name, bound in branch.needs)
            for branch in branches
        ]
        for place, branch in enumerate(branches):
            if not needed[place] and any(needed):
                if any(needed[place:]):
                    yield branch.start, branches[place + 1].start
                else:
                    yield branches[place - 1].end, branch.end


def branches_of_unions(text: str) -> list[tuple[Branch, ...]]:
    """Return the branches of each UNION of a query of which one has needs.

    >>> text = "{ { { VALUES ?x { 1 } FILTER(BOUND(?x)) } ?s <urn:p> ?x } UNION { ?s ?p ?o } }"
    >>> [branch.needs for branch in branches_of_unions(text)[0]]
    [(Need(name='x', given=True),), ()]
    """
    reader = _Reader(list(tokens(text)))
    reader.read_all()
    return [branches for branches in reader.unions if any(branch.needs for branch in branches)]


class _Reader:
    """Reads groups; what a group needs is what it says, and what groups joined in it need."""

    def __init__(self, stream: list[Token]) -> None:
        self._stream = stream
        self._place = 0
        self.unions: list[tuple[Branch, ...]] = []

    def read_all(self) -> None:
        while self._place < len(self._stream):
            if self._word() == "VALUES":
                self._values()
            elif self._text() == "{":
                self._group()
            else:
                self._place += 1

    def _text(self, ahead: int = 0) -> str:
        place = self._place + ahead
        return self._stream[place].text if 0 <= place < len(self._stream) else ""

    def _word(self, ahead: int = 0) -> str:
        return self._text(ahead).upper()

    def _values(self) -> str:
        """Pass a VALUES block; returns its variable, or nothing for the form of several."""
        name = self._text(1)[1:] if self._text(2) == "{" else ""
        while self._text() not in ("{", ""):
            self._place += 1
        while self._text() not in ("}", ""):
            self._place += 1
        self._place += 1
        return name

    def _group(self) -> Branch:
        """Pass a group, from its brace on."""
        guard = self._guard()
        start = self._stream[self._place].start
        self._place += 1
        needs: list[Need] = list(guard)
        blocks: set[str] = set()
        while self._text() not in ("}", ""):
            before = self._word(-1)
            if self._word() == "VALUES":
                blocks.add(self._values())
            elif self._text() == "{":
                joined = self._union()
                if before not in _NOT_JOINED:
                    needs += joined
            else:
                if self._word() == "FILTER":
                    needs += self._absence(blocks)
                self._place += 1
        end = self._stream[min(self._place, len(self._stream) - 1)].end
        self._place += 1
        return Branch(start, end, tuple(dict.fromkeys(needs)))

    def _union(self) -> tuple[Need, ...]:
        """Pass a group, or several with UNION between them; returns what is needed in any case."""
        branches = [self._group()]
        while self._word() == "UNION":
            self._place += 1
            branches.append(self._group())
        if len(branches) == 1:
            return branches[0].needs
        self.unions.append(tuple(branches))
        return ()

    def _guard(self) -> Iterator[Need]:
        """What a group needs that holds a VALUES block and a FILTER of BOUND, and no more."""
        ahead = 1
        name = self._text(ahead + 1)
        if self._word(ahead) != "VALUES" or self._text(ahead + 2) != "{":
            return
        while self._text(ahead) not in ("}", ""):
            ahead += 1
        end = ["BOUND", "(", name.upper(), ")", ")", "}"]
        rest = [self._word(ahead + 1 + place) for place in range(len(end) + 3)]
        if rest[: len(end) + 2] == ["FILTER", "(", *end]:
            yield Need(name[1:], given=True)
        elif rest == ["FILTER", "(", "!", *end]:
            yield Need(name[1:], given=False)

    def _absence(self, blocks: set[str]) -> Iterator[Need]:
        """What FILTER(!BOUND(?x)) needs behind a VALUES block of ?x in the same group."""
        name = self._text(5)
        if name[1:] in blocks and [self._word(ahead) for ahead in range(1, 8)] == (
            ["(", "!", "BOUND", "(", name.upper(), ")", ")"]
        ):
            yield Need(name[1:], given=False)
