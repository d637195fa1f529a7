"""The vocabulary as a schema: which properties a thing may have, and what their values are.

The ontology is the only place where this is written down. A property's subjects are its
``rdfs:domain`` and ``schema:domainIncludes``, its values its ``rdfs:range`` and
``schema:rangeIncludes``; ``rk:curatorial``, ``rk:computed`` and ``rk:iriKind`` say the rest.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple, NewType

import pyoxigraph as ox

from regimenkg.errors import did_you_mean
from regimenkg.terms.namespaces import PREFIXES, RK, compact

OWL, RDF, RDFS, SKOS = (PREFIXES[p] for p in ("owl", "rdf", "rdfs", "skos"))
SCHEMA = PREFIXES["schema"]

Iri = NewType("Iri", str)
THING = Iri(OWL + "Thing")


@dataclass(frozen=True, slots=True)
class Property:
    """One property of the vocabulary, as a curated file may use it.

    ``name`` is the key in a file (the IRI's local name), ``domain`` and ``range`` are class or
    datatype IRIs, ``literal`` says that values are literals, ``functional`` that a thing has at
    most one value, ``curatorial`` that a value needs no place in a document, ``computed`` that a
    file may not state it.
    """

    name: str
    iri: str
    literal: bool
    domain: frozenset[str]
    range: frozenset[str]
    functional: bool
    curatorial: bool
    computed: bool


@dataclass(frozen=True, slots=True)
class Thing:
    """One class that has instances of its own: ``kind`` is the segment of their IRIs."""

    kind: str
    iri: str


class Range(NamedTuple):
    """What a property's values are: members of vocabulary lists by name, kinds of things."""

    members: dict[str, str]
    kinds: list[str]


class Schema:
    """What the ontology says of the things and properties of a curated file.

    >>> schema = Schema.read()
    >>> schema.kinds["drug"].iri
    'https://w3id.org/regimenkg/vocab#Drug'
    >>> schema.properties["day"].range
    frozenset({'http://www.w3.org/2001/XMLSchema#integer'})
    """

    def __init__(self, triples: list[ox.Triple]) -> None:
        self._values: dict[tuple[str, str], list[ox.NamedNode | ox.BlankNode | ox.Literal]]
        self._values = defaultdict(list)
        for triple in triples:
            if isinstance(triple.object, ox.Triple):  # pragma: no cover - RDF 1.2 only
                continue
            self._values[_key(triple.subject), triple.predicate.value].append(triple.object)
        self._superclasses: dict[str, frozenset[str]] = {}
        self._properties_of: dict[str, dict[str, Property]] = {}
        self._ranges: dict[frozenset[str], Range] = {}
        self.properties = self._read_properties()
        self.kinds = {
            str(kind.value): Thing(str(kind.value), subject)
            for (subject, predicate), kinds in self._values.items()
            if predicate == RK + "iriKind"
            for kind in kinds
        }

    @classmethod
    def read(cls, path: Path | None = None) -> Schema:
        """Read the schema from a Turtle file, by default the packaged ontology."""
        if path is None:
            from regimenkg.resources import directory

            path = directory("ontology") / "regimenkg.ttl"
        return cls(list(ox.parse(path=str(path), format=ox.RdfFormat.TURTLE)))

    def kind_of(self, class_iri: str) -> str | None:
        """The IRI segment of a class's instances, or None if it has none of its own."""
        for kind in self._values.get((class_iri, RK + "iriKind"), ()):
            return str(kind.value)
        return None

    def superclasses(self, class_iri: str) -> frozenset[str]:
        """The class itself and all its named superclasses."""
        if class_iri not in self._superclasses:
            self._superclasses[class_iri] = self._read_superclasses(class_iri)
        return self._superclasses[class_iri]

    def _read_superclasses(self, class_iri: str) -> frozenset[str]:
        classes = {class_iri, THING}
        todo = [class_iri]
        while todo:
            for parent in self._values.get((todo.pop(), RDFS + "subClassOf"), ()):
                if isinstance(parent, ox.NamedNode) and parent.value not in classes:
                    classes.add(parent.value)
                    todo.append(parent.value)
        return frozenset(classes)

    def properties_of(self, class_iri: str) -> dict[str, Property]:
        """The properties that a thing of the class may have in a file, by name."""
        if class_iri not in self._properties_of:
            classes = self.superclasses(class_iri)
            self._properties_of[class_iri] = {
                name: prop
                for name, prop in self.properties.items()
                if prop.domain & classes and not prop.computed
            }
        return self._properties_of[class_iri]

    def range_of(self, classes: frozenset[str]) -> Range:
        """What a text may name as the value of a property with these classes as its range."""
        if classes not in self._ranges:
            members = {n: i for c in classes for n, i in self.individuals.get(c, {}).items()}
            fitting = (
                thing.iri
                for thing in self.kinds.values()
                if not classes or classes & self.superclasses(thing.iri)
            )
            kinds = sorted(filter(None, map(self.kind_of, fitting)))
            self._ranges[classes] = Range(members, kinds)
        return self._ranges[classes]

    def nearest(self, name: str, allowed: Collection[str]) -> str | None:
        """The property of these that a key is likely meant for: by its name, or another name of it.

        >>> schema = Schema.read()
        >>> schema.nearest("maxDose", ["dose", "doseCap"]), schema.nearest("dosis", ["dose"])
        ('doseCap', 'dose')
        """
        names = {name: name for name in allowed}
        for key in allowed:
            for label in ("prefLabel", "altLabel"):
                for text in self._values.get((self.properties[key].iri, SKOS + label), ()):
                    names.setdefault(text.value.replace(" ", ""), key)
        near = did_you_mean(name, names)
        return names[near] if near else None

    @cached_property
    def individuals(self) -> dict[str, dict[str, str]]:
        """Members of the vocabulary lists: class IRI → local name → IRI."""
        members: dict[str, dict[str, str]] = defaultdict(dict)
        for (subject, predicate), types in self._values.items():
            if predicate != RDF + "type" or not subject.startswith(RK):
                continue
            names = [t.value for t in types if isinstance(t, ox.NamedNode)]
            if OWL + "NamedIndividual" in names:
                for name in names:
                    if name.startswith(RK):
                        members[name][subject.removeprefix(RK)] = subject
        return dict(members)

    def _read_properties(self) -> dict[str, Property]:
        properties: dict[str, Property] = {}
        for (subject, predicate), objects in list(self._values.items()):
            if predicate != RDF + "type":
                continue
            types = {o.value for o in objects if isinstance(o, ox.NamedNode)}
            role = types & {
                OWL + "ObjectProperty",
                OWL + "DatatypeProperty",
                OWL + "AnnotationProperty",
            }
            if not role:
                continue
            values = self._classes(subject, RDFS + "range", SCHEMA + "rangeIncludes")
            name = compact(subject).partition(":")[2]
            if name in properties and not subject.startswith(RK):
                continue  # the vocabulary's own term has the name: rk:value, not rdf:value
            properties[name] = Property(
                name=name,
                iri=subject,
                literal=OWL + "ObjectProperty" not in role and not self._are_things(values),
                domain=self._classes(subject, RDFS + "domain", SCHEMA + "domainIncludes"),
                range=values,
                functional=OWL + "FunctionalProperty" in types,
                curatorial=self._flag(subject, "curatorial"),
                computed=self._flag(subject, "computed"),
            )
        return properties

    def _are_things(self, values: frozenset[str]) -> bool:
        """Whether they are classes, as those of dcterms:creator are, and not datatypes."""
        return any(self.kind_of(value) is not None for value in values)

    def _flag(self, subject: str, name: str) -> bool:
        return any(v.value == "true" for v in self._values.get((subject, RK + name), ()))

    def _classes(self, subject: str, *predicates: str) -> frozenset[str]:
        classes: set[str] = set()
        for predicate in predicates:
            for node in self._values.get((subject, predicate), ()):
                if isinstance(node, ox.NamedNode):
                    classes.add(node.value)
                else:
                    classes |= set(self._union(_key(node)))
        return frozenset(classes)

    def _union(self, node: str) -> list[str]:
        members: list[str] = []
        for head in self._values.get((node, OWL + "unionOf"), ()):
            cell = _key(head)
            while cell != RDF + "nil":
                members.append(self._values[cell, RDF + "first"][0].value)
                cell = _key(self._values[cell, RDF + "rest"][0])
        return members


def _key(node: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> str:
    return node.value if isinstance(node, ox.NamedNode) else str(node)
