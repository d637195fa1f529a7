"""Systematic damage to data in the terms of the vocabulary, for judging what finds it.

A corruption takes one statement of the data and does one thing to it: removes it, gives it another
value, doubles it … Every property is damaged in every way that fits its values, at the first place
in order where it stands, so that the list is the same from run to run.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

import pyoxigraph as ox

from regimenkg.namespaces import PREFIXES, RK, RKD, compact

XSD, OA, PROV, QUDT, SKOS, RDF = (PREFIXES[p] for p in ("xsd", "oa", "prov", "qudt", "skos", "rdf"))
TYPE = ox.NamedNode(RDF + "type")
READ = ox.NamedNode(RK + "supportsValue")
READ_FOR = ox.NamedNode(RK + "supportsProperty")
FROM = ox.NamedNode(PROV + "wasDerivedFrom")


@dataclass(frozen=True)
class Corruption:
    """One thing done to one triple: what it is called, and the triples that go and come."""

    kind: str
    property: str
    gone: frozenset[ox.Triple]
    come: frozenset[ox.Triple]

    @property
    def name(self) -> str:
        return f"{self.kind}: {self.property}"


def corruptions(
    data: frozenset[ox.Triple], vocabulary: frozenset[ox.Triple], *, in_file: bool
) -> Iterator[Corruption]:
    """Yield damaged versions of the data, property by property.

    With ``in_file`` the readings follow the value, as they do where the file itself is wrong: what
    they say was read is the wrong value. Else only the triple changes, as in a damaged store.
    """
    first: dict[str, ox.Triple] = {}
    for triple in sorted(data, key=str):
        if isinstance(triple.subject, ox.NamedNode) and triple.predicate != TYPE:
            first.setdefault(triple.predicate.value, triple)
    for triple in first.values():
        for kind, come in _damage(triple, data | vocabulary):
            gone = {triple} if kind != "a second value" else set()
            new = set(come)
            if in_file:
                _readings_follow(triple, new, data, gone)
            yield Corruption(kind, compact(triple.predicate.value), frozenset(gone), frozenset(new))
    yield from _rules(data)


def _damage(triple: ox.Triple, data: frozenset[ox.Triple]) -> Iterator[tuple[str, set[ox.Triple]]]:
    s, p, o = triple.subject, triple.predicate, triple.object

    def to(value: ox.NamedNode | ox.Literal | ox.BlankNode) -> set[ox.Triple]:
        return {ox.Triple(s, p, value)}

    yield "removed", set()
    if isinstance(o, ox.NamedNode):
        yield "a thing that is not there", to(ox.NamedNode(o.value + "-nowhere"))
        yield "a thing of another class", to(ox.NamedNode(_other_class(o)))
        yield "a text for a thing", to(ox.Literal("something"))
        yield "a second value", to(ox.NamedNode(_same_class(o, data)))
        yield "another thing of its class", to(ox.NamedNode(_same_class(o, data)))
        return
    assert isinstance(o, ox.Literal)
    kind = o.datatype.value.removeprefix(XSD)
    yield "a thing for a value", to(ox.NamedNode(RKD + "drug/cytarabine"))
    if o.language:
        yield "without its language", to(ox.Literal(o.value))
        yield "a second value", to(ox.Literal(o.value + " two", language="en"))
        yield "empty", to(ox.Literal("", language="en"))
        yield "another text", to(ox.Literal(o.value + " or so", language="en"))
    elif kind in ("integer", "decimal"):
        number = Decimal(o.value)
        yield "a text for a number", to(ox.Literal(o.value))
        other = "decimal" if kind == "integer" else "integer"
        yield "another datatype", to(_typed(str(number) + (".5" if kind == "integer" else ""), other)) if (
            kind == "integer" or number == int(number)
        ) else to(_typed(str(number), "double"))
        yield "negative", to(_typed(str(-abs(number) - 1), kind))
        yield "a thousand times as much", to(_typed(str(number * 1000), kind))
        yield "one more", to(_typed(str(number + 1), kind))
        yield "a second value", to(_typed(str(number + 2), kind))
    elif kind == "boolean":
        yield "a text for a truth value", to(ox.Literal("yes"))
        yield "the opposite", to(_typed("false" if o.value == "true" else "true", kind))
    elif kind.endswith("Duration"):
        yield "a text for a duration", to(ox.Literal(o.value))
        yield "negative", to(_typed("-" + o.value, kind))
        yield "a second value", to(_typed("P99D" if kind.startswith("day") else "P99Y", kind))
        yield "another duration", to(_typed("P3D" if kind.startswith("day") else "P3Y", kind))
    elif kind in ("gYear", "gYearMonth", "date"):
        yield "a text for a date", to(ox.Literal(o.value))
        yield "a slip in the year", to(_typed("0" + o.value[1:], kind))
        yield "a year later", to(_typed(str(int(o.value[:4]) + 1) + o.value[4:], kind))
    else:
        yield "with a language", to(ox.Literal(o.value, language="en"))
        yield "empty", to(ox.Literal(""))
        yield "a sentence", to(ox.Literal(o.value + " and so on" * 20))
        yield "another text", to(ox.Literal(o.value + "x"))


def _readings_follow(
    triple: ox.Triple, come: set[ox.Triple], data: frozenset[ox.Triple], gone: set[ox.Triple]
) -> None:
    """Let the readings of a changed value say the new one, and go with one that is removed."""
    if triple.predicate in (FROM, READ, READ_FOR):
        return
    notes = {t.object for t in data if t.subject == triple.subject and t.predicate == FROM}
    for note in notes:
        if ox.Triple(note, READ_FOR, triple.predicate) not in data:  # type: ignore[arg-type]
            continue
        read = ox.Triple(note, READ, triple.object)  # type: ignore[arg-type]
        if read not in data:
            continue
        values = [t.object for t in come if t.predicate == triple.predicate]
        if triple in gone:
            gone.add(read)
        come.update(ox.Triple(note, READ, value) for value in values)  # type: ignore[arg-type]
        left = [t for t in data if t.subject == note and t.predicate == READ and t not in gone]
        if not left and not values:
            gone.add(ox.Triple(triple.subject, FROM, note))
            gone.update(t for t in data if t.subject == note)


def _rules(data: frozenset[ox.Triple]) -> Iterator[Corruption]:
    """Damage that no single property has: a node renamed, made blank or given another class."""
    by_class: dict[str, ox.NamedNode] = {}
    for triple in sorted(data, key=str):
        if triple.predicate == TYPE and isinstance(triple.subject, ox.NamedNode):
            assert isinstance(triple.object, ox.NamedNode)
            by_class.setdefault(triple.object.value, triple.subject)
    for class_, node in by_class.items():
        name = compact(class_)
        if class_.startswith(RK) or class_.startswith((OA, QUDT, PREFIXES["fabio"])):
            yield _renamed("blank node", name, node, ox.NamedNode(RKD + ".well-known/genid/x-1"), data)
            elsewhere = ox.NamedNode(node.value.replace("/regimenkg/", "/regimenkg/other-", 1))
            yield _renamed("IRI of another kind", name, node, elsewhere, data)
            typed = ox.Triple(node, TYPE, ox.NamedNode(class_))
            yield Corruption("without a class", name, frozenset({typed}), frozenset())
            wrong = RK + ("Drug" if name != "rk:Drug" else "Toxicity")
            other = ox.Triple(node, TYPE, ox.NamedNode(wrong))
            yield Corruption("of a second class", name, frozenset(), frozenset({other}))
            yield Corruption("of another class", name, frozenset({typed}), frozenset({other}))
            sources = {t for t in data if t.subject == node and t.predicate == FROM}
            if sources:
                yield Corruption("without its readings", name, frozenset(sources), frozenset())
            slip = ox.Triple(node, ox.NamedNode(RK + "percnt"), _typed("5", "decimal"))
            yield Corruption("an unknown property", name, frozenset(), frozenset({slip}))
    yield from _swapped(data)


def _renamed(
    kind: str, name: str, old: ox.NamedNode, new: ox.NamedNode, data: frozenset[ox.Triple]
) -> Corruption:
    gone = {t for t in data if old in (t.subject, t.object)}
    come = {
        ox.Triple(
            new if t.subject == old else t.subject, t.predicate, new if t.object == old else t.object
        )
        for t in gone
    }
    return Corruption(kind, name, frozenset(gone), frozenset(come))


def _swapped(data: frozenset[ox.Triple]) -> Iterator[Corruption]:
    """Two bounds exchanged, and a unit that is another one."""
    pairs = [(RK + a, RK + b) for a, b in (
        ("ciLower", "ciUpper"), ("minGrade", "maxGrade"), ("minDay", "maxDay"),
        ("minDuration", "maxDuration"), ("minOnset", "maxOnset"), ("startDate", "endDate"),
        ("count", "denominator"),
    )] + [(OA + "start", OA + "end"), (PREFIXES["dcterms"] + "created", PREFIXES["dcterms"] + "modified")]  # fmt: skip
    for low, high in pairs:
        for triple in sorted(data, key=str):
            others = [t for t in data if t.subject == triple.subject and t.predicate.value == high]
            if triple.predicate.value == low and others:
                swapped = {
                    ox.Triple(triple.subject, triple.predicate, others[0].object),
                    ox.Triple(triple.subject, others[0].predicate, triple.object),
                }
                gone = frozenset({triple, others[0]})
                yield Corruption("bounds swapped", compact(low), gone, frozenset(swapped))
                break
    codes = {"mg": "mg/m2", "mg/m2": "mg", "ug": "mg", "g/dL": "mg"}
    units = {"mg": "MilliGM", "mg/m2": "MilliGM-PER-M2", "ug": "MicroGM", "g/dL": "GM-PER-DeciL"}
    code, unit = ox.NamedNode(RK + "ucumCode"), ox.NamedNode(QUDT + "hasUnit")
    done = set()
    for triple in sorted(data, key=str):
        if triple.predicate == code and triple.object.value not in done:  # type: ignore[union-attr]
            old = str(triple.object.value)  # type: ignore[union-attr]
            done.add(old)
            new = codes[old]
            one = ox.Triple(triple.subject, code, ox.Literal(new))
            yield Corruption("unit code swapped", f"{old} to {new}", frozenset({triple}), frozenset({one}))
            was = ox.Triple(triple.subject, unit, ox.NamedNode(PREFIXES["unit"] + units[old]))
            now = ox.Triple(triple.subject, unit, ox.NamedNode(PREFIXES["unit"] + units[new]))
            both = (frozenset({triple, was}), frozenset({one, now}))
            yield Corruption("unit swapped", f"{old} to {new}", *both)


def _typed(text: str, kind: str) -> ox.Literal:
    return ox.Literal(text, datatype=ox.NamedNode(XSD + kind))


def _other_class(node: ox.NamedNode) -> str:
    return RKD + ("toxicity/anemia" if "/drug/" in node.value else "drug/cytarabine")


def _same_class(node: ox.NamedNode, data: frozenset[ox.Triple]) -> str:
    classes = {t.object for t in data if t.subject == node and t.predicate == TYPE}
    others = sorted(
        str(t.subject.value)
        for t in data
        if t.predicate == TYPE and t.object in classes and t.subject != node
    )
    return others[0] if others else node.value + "-other"
