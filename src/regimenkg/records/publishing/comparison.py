"""What a server made of a graph that it was sent, statement by statement.

Virtuoso, for one, keeps values and not their spelling: it gives ``"PT2H"^^xsd:dayTimeDuration``
back as ``"7200.0"``. That is told as what it is: neither the same, nor another value.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from pyoxigraph import Literal, RdfFormat, parse

from regimenkg.records.publishing.canonical import CanonicalGraph, differing
from regimenkg.terms.literals import XSD, Duration
from regimenkg.terms.namespaces import compact

__all__ = ["Comparison", "compare", "same_value"]

_EXAMPLES = 5

_NUMBERS = frozenset(
    XSD + name
    for name in (
        *("decimal", "integer", "double", "float", "long", "int", "short", "byte"),
        *("nonNegativeInteger", "positiveInteger", "nonPositiveInteger", "negativeInteger"),
        *("unsignedLong", "unsignedInt", "unsignedShort", "unsignedByte"),
    )
)


@dataclass
class Comparison:
    """What two graphs have each alone.

    ``rewritten`` counts the statements that both have, with a literal of the same value in two
    forms; ``forms`` has an example of it for each datatype. ``examples`` has the first statements
    of those that one graph has alone, in N-Triples.
    """

    missing: int = 0
    extra: int = 0
    rewritten: int = 0
    forms: dict[str, tuple[str, str]] = field(default_factory=dict)
    examples: list[str] = field(default_factory=list)

    @property
    def same(self) -> bool:
        """Whether both say the same, in the same form."""
        return not (self.missing or self.extra or self.rewritten)

    @property
    def differs(self) -> bool:
        """Whether one says something that the other does not say in any form."""
        return bool(self.missing or self.extra)

    def __str__(self) -> str:
        """What differs, in words; empty where nothing does."""
        parts = []
        if self.missing or self.extra:
            parts.append(f"{self.missing} statements are not there, {self.extra} are only there")
        if self.rewritten:
            forms = "; ".join(f"{ours} as {theirs}" for ours, theirs in self.forms.values())
            parts.append(
                f"the server stores {self.rewritten} literals of the same value in another form: "
                + forms
            )
        return "; ".join(parts)


def compare(ours: CanonicalGraph, theirs: CanonicalGraph) -> Comparison:
    """Compare a graph with what a server gave back of it."""
    found = Comparison()
    if ours.sha256 == theirs.sha256:
        return found
    for here, there in differing(ours, theirs):
        for one, other in _rewritten(here, there):
            found.rewritten += 1
            found.forms.setdefault(one.datatype.value, (_short(one), _short(other)))
        found.missing += len(here)
        found.extra += len(there)
        for lines, where in ((here, "not there"), (there, "only there")):
            room = _EXAMPLES - sum(example.startswith(where) for example in found.examples)
            found.examples += [f"{where}: {line.decode().rstrip()}" for line in lines[:room]]
    return found


def _rewritten(here: list[bytes], there: list[bytes]) -> Iterator[tuple[Literal, Literal]]:
    """Take the lines that differ only in the form of a literal out of two lists, and yield both."""
    if not (here and there):
        return
    others = dict(_literals(there))
    for line, ours in list(_literals(here)):
        for other, theirs in others.items():
            if same_value(ours, theirs):
                here.remove(line)
                there.remove(other)
                del others[other]
                yield ours, theirs
                break


def _literals(lines: Iterable[bytes]) -> Iterator[tuple[bytes, Literal]]:
    """The lines whose object is a literal, with it."""
    for line in lines:
        (quad,) = parse(line, RdfFormat.N_TRIPLES)
        if isinstance(quad.object, Literal):
            yield line, quad.object


def same_value(one: Literal, other: Literal) -> bool:
    """Whether two literals have the same value, though perhaps not the same form.

    A bare number counts as the seconds of an ``xsd:dayTimeDuration`` and as the months of an
    ``xsd:yearMonthDuration``, which is what Virtuoso 7 makes of them.

    >>> from pyoxigraph import NamedNode
    >>> two_hours = Literal("PT2H", datatype=NamedNode(XSD + "dayTimeDuration"))
    >>> same_value(two_hours, Literal("7200.0", datatype=two_hours.datatype))
    True
    >>> same_value(two_hours, Literal("7201.0", datatype=two_hours.datatype))
    False
    >>> same_value(Literal("1"), Literal(1))
    False
    """
    kinds = {one.datatype.value, other.datatype.value}
    try:
        if kinds <= _NUMBERS:
            return Decimal(one.value) == Decimal(other.value)
        if kinds == {XSD + "dayTimeDuration"}:
            return _seconds(one.value) == _seconds(other.value)
        if kinds == {XSD + "yearMonthDuration"}:
            return _months(one.value) == _months(other.value)
    except (InvalidOperation, ValueError):
        pass
    return one == other


def _seconds(text: str) -> Decimal:
    if "P" not in text:
        return Decimal(text)
    length = Duration.parse(text)
    seconds = Decimal(f"{length.seconds}.{length.fraction or 0}")
    return -seconds if length.negative else seconds


def _months(text: str) -> Decimal:
    if "P" not in text:
        return Decimal(text)
    length = Duration.parse(text)
    return Decimal(-length.months if length.negative else length.months)


def _short(literal: Literal) -> str:
    text = literal.value if len(literal.value) <= 40 else literal.value[:40] + "…"
    return f'"{text}"^^{compact(literal.datatype.value)}'
