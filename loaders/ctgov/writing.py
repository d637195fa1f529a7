"""Terms and triples of one record: subject by subject, with the place in the record of each."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import NamedTuple

from pyoxigraph import Literal, NamedNode, Triple

from regimenkg.loaders.ctgov.names import folded, slug_of
from regimenkg.loaders.shared.base import Resolve
from regimenkg.terms.literals import date_type, typed
from regimenkg.terms.literals import decimal as canonical
from regimenkg.terms.namespaces import PREFIXES, RK, RKD
from regimenkg.terms.provenance import JsonPointer, Place, annotation

__all__ = [
    *("ALT", "FROM", "NAME", "TITLE", "TYPE"),
    *("Group", "Term", "Writer"),
    *("boolean", "dated", "decimal", "english", "rk", "rounded_percent", "string", "whole"),
]

TYPE = NamedNode(PREFIXES["rdf"] + "type")
NAME = NamedNode(RK + "name")
ALT = NamedNode(PREFIXES["skos"] + "altLabel")
FROM = NamedNode(PREFIXES["prov"] + "wasDerivedFrom")
TITLE = NamedNode(PREFIXES["dcterms"] + "title")

Term = NamedNode | Literal


@cache
def rk(name: str) -> NamedNode:
    """A term of the vocabulary."""
    return NamedNode(RK + name)


@lru_cache(maxsize=4096)
def whole(number: int) -> Literal:
    """An xsd:integer."""
    return Literal(number)


@lru_cache(maxsize=4096)
def decimal(number: str) -> Literal:
    """An xsd:decimal, of a number in its canonical form."""
    return typed(number, "decimal")


@lru_cache(maxsize=4096)
def string(text: str) -> Literal:
    """A text such as recurs: a unit, an organ system, a vocabulary's name."""
    return Literal(text)


def english(text: str) -> Literal:
    """A name in English."""
    return Literal(text, language="en")


def boolean(value: bool) -> Literal:
    """An xsd:boolean."""
    return Literal(value)


def dated(printed: str) -> Literal | None:
    """A date as exact as it is printed: a year, a month or a day; None for anything else.

    >>> str(dated("2014-08")), dated("August 2014") is None, dated("2014-13") is None
    ('"2014-08"^^<http://www.w3.org/2001/XMLSchema#gYearMonth>', True, True)
    """
    try:
        return typed(printed, date_type(printed))
    except ValueError:
        return None


class Group(NamedTuple):
    """A group of participants, and the arm that it is, where the record names both alike."""

    node: NamedNode
    arm: NamedNode | None


class Writer:
    """Collects the triples of one record, and the names in it that mean nothing of the graph.

    Args:
        nct: the record's NCT number.
        resolve: asks what the graph knows.
    """

    def __init__(self, nct: str, resolve: Resolve) -> None:
        self.nct = nct
        self.resolve = resolve
        self.triples: list[Triple] = []
        self.trial = NamedNode(f"{RKD}trial/{nct}")
        self.source = NamedNode(f"{RKD}source/ctgov-{nct}")
        self.unmatched: list[tuple[str, str]] = []
        self._nodes: dict[tuple[str, str], NamedNode] = {}

    def add(self, subject: NamedNode, predicate: NamedNode, value: Term) -> None:
        """Add a triple."""
        self.triples.append(Triple(subject, predicate, value))

    def evidence(
        self,
        subject: NamedNode,
        pointer: str,
        *stated: tuple[NamedNode, Term],
        printed: str | None = None,
        mark: str = "",
    ) -> None:
        """Say where in the record a subject's values stand.

        Args:
            subject: the thing or statement.
            pointer: the place, as a JSON pointer (RFC 6901) into the record.
            stated: a property and its value, or several values of one property.
            printed: the value as printed, where that differs.
            mark: keeps apart annotations of one place.
        """
        name = f"ctgov-{self.nct}{pointer.replace('/', '.')}"
        place = Place(self.source, name, JsonPointer(pointer))
        self.triples += annotation(
            subject,
            place,
            name + mark,
            predicate=stated[0][0] if stated else None,
            values=[value for _, value in stated],
            as_reported=printed,
        )
        self.triples += place.triples()

    def fact(
        self,
        subject: NamedNode,
        predicate: NamedNode,
        value: Term,
        pointer: str,
        printed: str | None = None,
    ) -> None:
        """A value that is read at one place: the triple, and where it was read."""
        self.add(subject, predicate, value)
        mark = "." + predicate.value.rpartition("#")[2].rpartition("/")[2]
        self.evidence(subject, pointer, (predicate, value), printed=printed, mark=mark)

    def named(
        self,
        class_name: str,
        kind: str,
        printed: str,
        prefix: str = "ctgov",
        *,
        exact: bool = False,
    ) -> NamedNode:
        """The thing that a printed name stands for: the graph's, or one of its own.

        One of its own is described each time, since the graph that describes it may be the one
        that is being replaced. Names that differ in case only are one thing, unless ``exact``.
        """
        label = " ".join(printed.split()) if exact else folded(printed)
        key = class_name, label
        node = self._nodes.get(key)
        if node is not None:
            return node
        own = f"{RKD}{kind}/{prefix}-{slug_of(printed, exact=exact)}"
        iri = self.resolve.named(class_name, printed) or own
        node = self._nodes[key] = NamedNode(iri)
        if iri == own:
            self.unmatched.append((class_name, label))
            self.add(node, TYPE, rk(class_name))
            self.add(node, NAME, Literal(label))
            self.add(node, rk("termOrigin"), self.source)
            if printed != label:
                self.add(node, ALT, english(" ".join(printed.split())))
        return node

    def statement(self, class_name: str, identifier: str, group: Group | None) -> NamedNode:
        """A statement of this trial, about a group of its participants."""
        kind = re.sub(r"(?<!^)(?=[A-Z])", "-", class_name).lower()
        node = NamedNode(f"{RKD}{kind}/{self.nct}-{identifier}")
        self.triples += (
            Triple(node, TYPE, rk(class_name)),
            Triple(node, TYPE, rk("Statement")),
            Triple(node, rk("inTrial"), self.trial),
        )
        if group is not None:
            self.add(node, rk("inGroup"), group.node)
            if group.arm is not None:
                self.add(node, rk("inArm"), group.arm)
        return node

    def percent(self, node: NamedNode, count: int, people: int) -> None:
        """The percentage, which no record prints: a derived value of its own."""
        if count > people or people == 0:
            return
        derived = NamedNode(
            f"{RKD}derived-value/{node.value[len(RKD) :].partition('/')[2]}-percent"
        )
        self.triples += (
            Triple(derived, TYPE, rk("DerivedValue")),
            Triple(derived, TYPE, rk("Statement")),
            Triple(derived, rk("about"), node),
            Triple(derived, rk("derived"), boolean(True)),
            Triple(derived, rk("derivedProperty"), rk("percent")),
            Triple(derived, rk("value"), rounded_percent(count, people)),
            Triple(derived, rk("unit"), string("%")),
            Triple(derived, FROM, node),
        )


@lru_cache(maxsize=65536)
def rounded_percent(count: int, people: int) -> Literal:
    """A percentage, rounded half up to two decimals.

    >>> rounded_percent(1, 8).value, rounded_percent(2, 3).value
    ('12.5', '66.67')
    """
    hundredths = (20000 * count + people) // (2 * people)
    return decimal(canonical(f"{hundredths // 100}.{hundredths % 100:02}"))
