"""What the shapes say of single values, read from ``ontology/shapes.ttl`` to be held at loading.

Only what needs no other thing is read: a property shape's datatypes, list of values and bounds,
whether it allows one value only (``sh:maxCount``), the other property that a value may not exceed
(``sh:lessThanOrEquals``), and which properties a thing cannot do without (``sh:minCount``, by
itself or in ``sh:or``). Warnings are no limits.
Everything else is for ``regimenkg validate``. Source: SHACL, https://www.w3.org/TR/shacl/.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from itertools import chain, product
from pathlib import Path

import pyoxigraph as ox

from regimenkg.terms import literals
from regimenkg.terms.literals import XSD, Duration, date_type
from regimenkg.terms.namespaces import PREFIXES

__all__ = ["Limit", "Limits", "limits"]

_SH = "http://www.w3.org/ns/shacl#"
_RDF = PREFIXES["rdf"]
_BOUNDS = ("minInclusive", "minExclusive", "maxInclusive", "maxExclusive")
_MEASURES = tuple(
    XSD + name for name in ("integer", "decimal", "dayTimeDuration", "yearMonthDuration")
)
_DATES = (XSD + "gYear", XSD + "gYearMonth", XSD + "date")

Term = ox.NamedNode | ox.BlankNode | ox.Literal


@dataclass(frozen=True, slots=True)
class Limit:
    """What one property shape says of a value.

    Args:
        path: the property, or the properties that lead to the value one after the other.
        classes: whose things it is about.
        everywhere: whether it holds wherever the property stands: the shape is named like it.
        datatypes: those allowed; empty for any.
        allowed: the values allowed; empty for any.
        refused: values that are not.
        bounds: SHACL's name of a bound and its value.
        not_above: IRI of the property whose value this one's may not exceed, or empty.
        below: whether it may not even be equal to that.
        single: whether a thing has one value at the most.
        message: what is expected, in the shape's words.
    """

    path: tuple[str, ...]
    classes: frozenset[str]
    everywhere: bool
    datatypes: frozenset[str]
    allowed: frozenset[Term]
    refused: frozenset[Term]
    bounds: tuple[tuple[str, ox.Literal], ...]
    not_above: str
    below: bool
    single: bool
    message: str

    def holds(self, value: object) -> bool:
        """Whether a value is one of those allowed, apart from what else its thing says."""
        if (self.allowed and value not in self.allowed) or value in self.refused:
            return False
        if not (self.datatypes or self.bounds):
            return True
        if not isinstance(value, ox.Literal):
            return False
        if self.datatypes and value.datatype.value not in self.datatypes:
            return False
        return _is_written(value) and all(_keeps(value, *bound) for bound in self.bounds)

    def in_order(self, lower: object, upper: object) -> bool:
        """Whether two values are in the order of ``not_above``; so are those of no order."""
        sign = _compared(lower, upper)
        return sign is None or sign < 0 or (sign == 0 and not self.below)

    def is_about(self, classes: Collection[str]) -> bool:
        """Whether it holds for a thing of these classes."""
        return self.everywhere or not self.classes.isdisjoint(classes)

    @property
    def asks(self) -> bool:
        """Whether it asks for anything that is looked at here."""
        values = (self.datatypes, self.allowed, self.refused, self.bounds, self.not_above)
        return self.single or any(values)


@dataclass(frozen=True, slots=True)
class Need:
    """What things of some classes cannot do without.

    Args:
        classes: whose things it is about.
        ways: any one of these will do; each wants one property out of each of its sets.
        message: what is expected, in the shape's words.
    """

    classes: frozenset[str]
    ways: tuple[tuple[frozenset[str], ...], ...]
    message: str

    def is_met(self, stated: Collection[str]) -> bool:
        """Whether a thing that has these properties has what is needed."""
        return any(all(not one.isdisjoint(stated) for one in way) for way in self.ways)


class Limits:
    """All limits of a file of shapes.

    >>> percent, tall = "https://w3id.org/regimenkg/vocab#percent", literals.typed("150", "decimal")
    >>> [limit.message for limit in limits().of((percent,), ()) if not limit.holds(tall)]
    ['a percentage is a decimal from 0 to 100; one to a statement']
    """

    def __init__(self, triples: list[ox.Triple]) -> None:
        self._values: dict[tuple[str, str], list[Term]] = defaultdict(list)
        for triple in triples:
            if not isinstance(triple.object, ox.Triple):
                self._values[_key(triple.subject), triple.predicate.value].append(triple.object)
        self._by_path: dict[tuple[str, ...], list[Limit]] = defaultdict(list)
        for limit in self._read():
            self._by_path[limit.path].append(limit)
        self._needs = list(self._read_needs())

    @classmethod
    def read(cls, path: Path) -> Limits:
        """Read a Turtle file of shapes."""
        return cls([quad.triple for quad in ox.parse(path=path, format=ox.RdfFormat.TURTLE)])

    def of(self, path: tuple[str, ...], classes: Collection[str]) -> list[Limit]:
        """The limits of what a thing of these classes has at the end of a path."""
        return [limit for limit in self._by_path.get(path, ()) if limit.is_about(classes)]

    def needs(self, classes: Collection[str]) -> Iterator[Need]:
        """What a thing of these classes cannot do without.

        >>> report = "https://w3id.org/regimenkg/vocab#ToxicityReport"
        >>> [need.message for need in limits().needs([report]) if len(need.ways) == 1]
        ['a toxicity report names the adverse event (rk:toxicity)']
        """
        for need in self._needs:
            if not need.classes.isdisjoint(classes):
                yield need

    def __iter__(self) -> Iterator[Limit]:
        for limits in self._by_path.values():
            yield from limits

    def _read(self) -> Iterator[Limit]:
        classes: dict[str, set[str]] = defaultdict(set)
        for (node, predicate), shapes in self._values.items():
            if predicate == _SH + "property":
                targets = self._values.get((node, _SH + "targetClass"), ())
                for one in shapes:
                    classes[_key(one)].update(map(_key, targets))
        for shape, of in classes.items():
            severity = self._values.get((shape, _SH + "severity"), ())
            if all(_key(one) == _SH + "Violation" for one in severity):
                for path in self._paths(self._one(shape, "path")):
                    limit = self._limit(shape, path, frozenset(of))
                    if limit.asks and (limit.everywhere or of):
                        yield limit

    def _read_needs(self) -> Iterator[Need]:
        for (node, predicate), targets in self._values.items():
            if predicate != _SH + "targetClass":
                continue
            for head in self._values.get((node, _SH + "or"), ()):
                ways = tuple(self._way(_key(one)) for one in self._list(head))
                yield from self._need(node, targets, ways)
            for one in self._values.get((node, _SH + "property"), ()):
                yield from self._need(_key(one), targets, ((self._needed(_key(one)),),))

    def _need(
        self, shape: str, targets: list[Term], ways: tuple[tuple[frozenset[str], ...], ...]
    ) -> Iterator[Need]:
        """The need that a shape states; none where it only warns, or asks for anything else."""
        severity = self._values.get((shape, _SH + "severity"), ())
        if all(_key(one) == _SH + "Violation" for one in severity) and all(
            way and all(way) for way in ways
        ):
            message = " ".join(map(_text, self._values.get((shape, _SH + "message"), ())))
            yield Need(frozenset(map(_key, targets)), ways, message)

    def _way(self, node: str) -> tuple[frozenset[str], ...]:
        return tuple(
            self._needed(_key(one)) for one in self._values.get((node, _SH + "property"), ())
        )

    def _needed(self, shape: str) -> frozenset[str]:
        """The properties of which a shape wants one at least; none for a shape that does not."""
        least = self._one(shape, "minCount")
        paths = self._paths(self._one(shape, "path"))
        if least is None or least.value == "0" or any(len(path) != 1 for path in paths):
            return frozenset()
        return frozenset(path[0] for path in paths)

    def _one(self, node: str, name: str) -> Term | None:
        return next(iter(self._values.get((node, _SH + name), ())), None)

    def _limit(self, shape: str, path: tuple[str, ...], classes: frozenset[str]) -> Limit:
        def of(name: str) -> list[Term]:
            return self._values.get((shape, _SH + name), [])

        either = [
            self._values.get((_key(node), _SH + "datatype"), [])
            for head in of("or")
            for node in self._list(head)
        ]
        datatypes = of("datatype") or (
            [one for some in either for one in some] if all(either) else []
        )
        above = of("lessThanOrEquals") or of("lessThan")
        return Limit(
            path=path,
            classes=classes,
            everywhere=len(path) == 1 and _local(shape) == _local(path[0]),
            datatypes=frozenset(map(_key, datatypes)),
            allowed=frozenset(term for head in of("in") for term in self._list(head)),
            refused=frozenset(
                term
                for node in of("not")
                for head in self._values.get((_key(node), _SH + "in"), ())
                for term in self._list(head)
            ),
            bounds=tuple(
                (name, value)
                for name in _BOUNDS
                for value in of(name)
                if isinstance(value, ox.Literal)
            ),
            not_above=_key(above[0]) if above else "",
            below=bool(of("lessThan")),
            single=[one.value for one in of("maxCount")] == ["1"],
            message=" ".join(_text(one) for one in of("message")),
        )

    def _paths(self, node: Term | None) -> list[tuple[str, ...]]:
        """The ways along properties that a path allows; none for one against their direction."""
        if node is None:
            return []
        if isinstance(node, ox.NamedNode):
            return [(node.value,)]
        for head in self._values.get((_key(node), _SH + "alternativePath"), ()):
            return [path for one in self._list(head) for path in self._paths(one)]
        steps = [self._paths(step) for step in self._list(node)]
        return [tuple(chain.from_iterable(ways)) for ways in product(*steps)] if steps else []

    def _list(self, head: Term) -> list[Term]:
        found: list[Term] = []
        cell = _key(head)
        while first := self._values.get((cell, _RDF + "first")):
            found.append(first[0])
            cell = _key(self._values[cell, _RDF + "rest"][0])
        return found


@cache
def limits() -> Limits:
    """The limits of the packaged shapes."""
    from regimenkg.resources import directory

    return Limits.read(directory("ontology") / "shapes.ttl")


def _keeps(value: ox.Literal, name: str, bound: ox.Literal) -> bool:
    sign = _compared(value, bound)
    if sign is None:
        return False
    allowed = {"min": sign > 0, "max": sign < 0}[name[:3]]
    return allowed or (sign == 0 and name.endswith("Inclusive"))


def _compared(one: object, other: object) -> int | None:
    """-1, 0 or 1 as the first is less than, equal to or more than the other; None for no order."""
    if not (isinstance(one, ox.Literal) and isinstance(other, ox.Literal)):
        return None
    try:
        (kind, first), (same, second) = _measured(one), _measured(other)
    except ValueError:
        return None
    return (first > second) - (first < second) if kind == same else None


def _is_written(value: ox.Literal) -> bool:
    """Whether a literal's text is one of its datatype, as far as its order matters here."""
    if value.datatype.value in _DATES:
        try:
            return XSD + date_type(value.value) == value.datatype.value
        except ValueError:
            return False
    try:
        _measured(value)
    except ValueError:
        return value.datatype.value not in _MEASURES
    return True


def _measured(value: ox.Literal) -> tuple[str, Decimal]:
    """What kind of measure a literal is, and how large; raises ValueError where it is none."""
    if value.datatype.value not in _MEASURES:
        raise ValueError(f"{value} has no order here")
    name = value.datatype.value.removeprefix(XSD)
    if name == "integer":
        return "number", Decimal(literals.integer(value.value))
    if name == "decimal":
        return "number", Decimal(literals.decimal(value.value))
    length = Duration.parse(value.value)
    if length.months and (length.seconds or length.fraction):
        raise ValueError("months and seconds have no order")
    kind = "months" if name == "yearMonthDuration" else "seconds"
    size = length.months or Decimal(f"{length.seconds}.{length.fraction or 0}")
    return kind, Decimal(-size if length.negative else size)


def _local(iri: str) -> str:
    return iri.replace("#", "/").rpartition("/")[2]


def _text(term: Term) -> str:
    return term.value


def _key(node: object) -> str:
    return node.value if isinstance(node, ox.NamedNode) else str(node)
