"""Records → triples: types, values, and for each value the place where it was read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NoReturn

import pyoxigraph as ox

from regimenkg.errors import did_you_mean
from regimenkg.loaders.curated.records import RESERVED, Dataset, Record, document_iri
from regimenkg.loaders.curated.schema import Property
from regimenkg.loaders.curated.values import (
    BadValue,
    Quantity,
    day_range,
    literal,
    number,
    quantity,
)
from regimenkg.loaders.curated.yamlnodes import Fields, Items, Node, Scalar, problem
from regimenkg.terms.namespaces import PREFIXES, RK, mint
from regimenkg.terms.provenance import Place, TextPosition, annotation

Term = ox.NamedNode | ox.Literal

_TYPE = ox.NamedNode(PREFIXES["rdf"] + "type")
_AS_REPORTED = ox.NamedNode(RK + "asReported")
_QUDT = PREFIXES["qudt"]
_QUANTITY = _QUDT + "QuantityValue"
_TIMING = RK + "RelativeTiming"
_PLACE = re.compile(r"(?:([A-Za-z0-9.-]+):)?(\d+)-(\d+)")


def record_triples(dataset: Dataset, record: Record) -> Iterator[ox.Triple]:
    """All triples of one record.

    Raises LoaderError if a property is unknown, may not stand on the thing, has a value of the
    wrong form, stands twice though functional, or says no place in a document though it must.
    """
    yield from _Writer(dataset, record).triples()


class _Writer:
    def __init__(self, dataset: Dataset, record: Record) -> None:
        self.dataset = dataset
        self.record = record
        self.name = record.key.replace("/", ".", 1)
        self.properties = dataset.schema.properties_of(record.thing.iri)
        self.places_read: set[str] = set()

    def triples(self) -> Iterator[ox.Triple]:
        record = self.record
        subject = ox.NamedNode(record.iri)
        yield ox.Triple(subject, _TYPE, ox.NamedNode(record.thing.iri))
        whole = record.fields.fields.get("at")
        places = self._places(whole) if whole else []
        problems = self.dataset.problems
        for name, node in record.fields.fields.items():
            if name in ("id", "at"):
                continue
            with self.dataset.collecting():
                line = record.fields.lines[name]
                prop = self._property(name, line, self.properties)
                yield from self._property_triples(subject, prop, node, line, places)
        if problems == self.dataset.problems:
            self._check_complete()

    def _check_complete(self) -> None:
        record, schema = self.record, self.dataset.schema
        classes = schema.superclasses(record.thing.iri)
        if {RK + "Statement", RK + "Administration"} & classes:
            if not self.places_read:
                raise problem(
                    record.file,
                    record.line,
                    f"{record.key}: missing source: nothing says where it was read",
                    field="at",
                    expected="'at: START-END', code points in the document",
                    hint="add 'at:' to the thing or to its properties",
                )
        elif "prefLabel" not in record.fields.fields:
            raise problem(
                record.file,
                record.line,
                f"{record.key}: prefLabel is missing",
                field="prefLabel",
                expected="one English label",
            )

    def _property(self, name: str, line: int, allowed: dict[str, Property]) -> Property:
        if name in allowed:
            return allowed[name]
        key = self.record.key
        if name in self.dataset.schema.properties:
            prop = self.dataset.schema.properties[name]
            reason = (
                "is computed, not stated in a file"
                if prop.computed
                else f"is not a property of a {self.record.thing.kind}"
            )
            message = f"{key}: '{name}' {reason}"
        else:
            message = f"{key}: unknown key '{name}'"
        near = did_you_mean(name, sorted(allowed))
        raise problem(
            self.record.file,
            line,
            message,
            field=name,
            expected=f"one of {', '.join(sorted(allowed))}",
            hint=f"did you mean '{near}'?" if near else "",
        )

    def _property_triples(
        self,
        subject: ox.NamedNode,
        prop: Property,
        node: Node,
        line: int,
        whole: list[Place],
    ) -> Iterator[ox.Triple]:
        seen: list[Term] = []
        for item in node.items if isinstance(node, Items) else (node,):
            values, places, token = list[Term](), whole, None
            nested = isinstance(item, Fields) and "id" in item.fields
            if isinstance(item, Fields) and nested:
                slug = self.dataset.nested_slug(self.record, item)
                kind = self.dataset.nested_kind(self.record, prop.name, item)
                values.append(ox.NamedNode(self.dataset.records[f"{kind}/{slug}"].iri))
            elif isinstance(item, Fields) and _TIMING in prop.range:
                timing = ox.NamedNode(mint("relative-timing", self.name))
                yield from self._timing(timing, item)
                values.append(timing)
                places = self._own_places(item, whole)
                token = self._token(item)
            elif isinstance(item, Fields):
                self._check_keys(item, prop)
                token = self._token(item)
                stated = item.fields["is"]
                for one in stated.items if isinstance(stated, Items) else (stated,):
                    read, more = self._value(prop, one, token)
                    values += read
                    yield from more
                places = self._own_places(item, whole)
            else:
                read, more = self._value(prop, item)
                values += read
                yield from more
            for value in values:
                if value in seen:
                    self._fail(item.line, prop, "stands twice", "each value once")
                seen.append(value)
                yield ox.Triple(subject, ox.NamedNode(prop.iri), value)
            if not (places or nested or prop.curatorial):
                self._fail(
                    item.line,
                    prop,
                    "missing source: says no place in a document",
                    "{is: VALUE, at: START-END}",
                )
            if places is not whole or not prop.curatorial:
                yield from self._evidence(subject, prop, values, places, token)
        if prop.functional and len(seen) > 1:
            self._fail(line, prop, f"has {len(seen)} values", "one value")

    def _check_keys(self, item: Fields, prop: Property) -> None:
        for key, line in item.lines.items():
            if key not in RESERVED:
                near = did_you_mean(key, RESERVED)
                raise problem(
                    self.record.file,
                    line,
                    f"{self.record.key}: {prop.name}: unknown key '{key}'",
                    field=prop.name,
                    expected="is, at and as",
                    hint=f"did you mean '{near}'?" if near else "",
                )
        if "is" not in item.fields:
            self._fail(item.line, prop, "has no 'is'", "{is: VALUE, at: START-END}")

    def _value(
        self, prop: Property, node: Node, token: str | None = None
    ) -> tuple[list[Term], list[ox.Triple]]:
        if not isinstance(node, Scalar):
            self._fail(node.line, prop, "is a list or mapping", "one value")
        try:
            if prop.iri == RK + "day":
                return list(day_range(node.text)), []
            if _QUANTITY in prop.range:
                return self._quantity(prop, quantity(node.text), token)
            if prop.literal:
                return [literal(node.text, prop.range)], []
        except BadValue as error:
            self._fail(node.line, prop, f"'{node.text}' does not fit", error.expected)
        iri = self.dataset.find(self.record, node.line, prop.name, node.text, prop.range)
        return [ox.NamedNode(iri)], []

    def _quantity(
        self, prop: Property, read: Quantity, token: str | None
    ) -> tuple[list[Term], list[ox.Triple]]:
        node = ox.NamedNode(mint("quantity", f"{self.name}.{prop.name}"))
        rows: list[tuple[str, Term]] = [
            (_TYPE.value, ox.NamedNode(_QUANTITY)),
            (_QUDT + "numericValue", number(read.number)),
            (RK + "ucumCode", ox.Literal(read.unit.ucum)),
        ]
        if read.unit.qudt:
            rows.append((_QUDT + "hasUnit", ox.NamedNode(read.unit.qudt)))
        rows.append((_AS_REPORTED.value, ox.Literal(token or read.as_reported)))
        return [node], [ox.Triple(node, ox.NamedNode(p), o) for p, o in rows]

    def _timing(self, timing: ox.NamedNode, item: Fields) -> Iterator[ox.Triple]:
        allowed = self.dataset.schema.properties_of(_TIMING)
        yield ox.Triple(timing, _TYPE, ox.NamedNode(_TIMING))
        for name, node in item.fields.items():
            if name in ("at", "as"):
                continue
            prop = self._property(name, item.lines[name], allowed)
            for one in node.items if isinstance(node, Items) else (node,):
                values, _ = self._value(prop, one)
                for value in values:
                    yield ox.Triple(timing, ox.NamedNode(prop.iri), value)
        for name in ("reference", "offset", "offsetAnchor"):
            if name not in item.fields:
                self._fail(item.line, allowed[name], "is missing", "reference, offset, anchor")

    def _own_places(self, item: Fields, whole: list[Place]) -> list[Place]:
        return self._places(item.fields["at"]) if "at" in item.fields else whole

    def _token(self, item: Fields) -> str | None:
        node = item.fields.get("as")
        return node.text if isinstance(node, Scalar) else None

    def _places(self, node: Node) -> list[Place]:
        places: list[Place] = []
        for item in node.items if isinstance(node, Items) else (node,):
            match = _PLACE.fullmatch(item.text) if isinstance(item, Scalar) else None
            slug = (match[1] or self.record.document) if match else None
            if match is None or slug is None or int(match[2]) >= int(match[3]):
                text = item.text if isinstance(item, Scalar) else "a nested value"
                raise problem(
                    self.record.file,
                    item.line,
                    f"{self.record.key}: at: '{text}' is not a place in a document",
                    field="at",
                    expected="START-END or DOCUMENT:START-END, code points, START below END",
                    hint="name the file's document in its first line: 'document: SLUG'",
                )
            iri = document_iri(self.dataset, self.record, item.line, slug)
            start, end = int(match[2]), int(match[3])
            name = f"{slug}.{start}-{end}"
            places.append(Place(ox.NamedNode(iri), name, TextPosition(start, end)))
        return places

    def _evidence(
        self,
        subject: ox.NamedNode,
        prop: Property,
        values: list[Term],
        places: list[Place],
        token: str | None,
    ) -> Iterator[ox.Triple]:
        for place in places:
            self.places_read.add(place.name)
            yield from annotation(
                subject,
                place,
                f"{self.name}.{prop.name}.{place.name}",
                predicate=ox.NamedNode(prop.iri),
                values=values,
                as_reported=token or None,
            )
            yield from place.triples()

    def _fail(self, line: int, prop: Property, what: str, expected: str) -> NoReturn:
        raise problem(
            self.record.file,
            line,
            f"{self.record.key}: {prop.name}: {what}",
            field=prop.name,
            expected=expected,
            hint=f"expected {expected}",
        )
