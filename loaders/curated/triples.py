"""Records → triples: types, values, and for each value the place where it was read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple, NoReturn

import pyoxigraph as ox

from regimenkg.errors import did_you_mean
from regimenkg.loaders.curated.doses import Given
from regimenkg.loaders.curated.numbers import BadValue
from regimenkg.loaders.curated.places import own_places, places, says_a_place, token_of
from regimenkg.loaders.curated.quantities import Quantity
from regimenkg.loaders.curated.records import RESERVED, Dataset, Record
from regimenkg.loaders.curated.schema import Property
from regimenkg.loaders.curated.series import at_intervals
from regimenkg.loaders.curated.units import can_limit
from regimenkg.loaders.curated.values import QUANTITY, decimal, read
from regimenkg.loaders.curated.yamlnodes import Fields, Items, Node, Scalar, problem
from regimenkg.terms.literals import Duration
from regimenkg.terms.namespaces import PREFIXES, RK, compact, mint
from regimenkg.terms.provenance import Place, annotation

Term = ox.NamedNode | ox.Literal

_TYPE = ox.NamedNode(PREFIXES["rdf"] + "type")
_QUDT = PREFIXES["qudt"]
_LABEL = PREFIXES["skos"] + "prefLabel"
_TIMING = RK + "RelativeTiming"
_COMMA = 'a comma ends a value in braces: quote a text that has one, {is: "1,500 mg/m2", at: …}'


def record_triples(dataset: Dataset, record: Record) -> Iterator[ox.Triple]:
    """All triples of one record.

    Tells the data set of each property that is unknown, may not stand on the thing, has a value of
    the wrong form or beyond what the shapes allow, stands twice though functional, or says no place
    in a document though it must.
    """
    yield from _Writer(dataset, record).triples()


class _Stated(NamedTuple):
    """A value, the key that it stands under, its line, and its text."""

    value: Term
    key: str
    line: int
    text: str


class _Writer:
    def __init__(self, dataset: Dataset, record: Record) -> None:
        self.dataset = dataset
        self.record = record
        self.name = record.key.replace("/", ".", 1)
        self.classes = dataset.schema.superclasses(record.thing.iri)
        self.properties = dataset.schema.properties_of(record.thing.iri)
        self.stated: dict[Property, list[_Stated]] = {}
        self.amounts: dict[str, Quantity] = {}
        self.place_is_wrong = False

    def triples(self) -> Iterator[ox.Triple]:
        record = self.record
        subject = ox.NamedNode(record.iri)
        yield ox.Triple(subject, _TYPE, ox.NamedNode(record.thing.iri))
        whole: list[Place] = []
        if "at" in record.fields.fields:
            self.place_is_wrong = True
            with self.dataset.collecting(record):
                whole = places(self.dataset, record, record.fields.fields["at"])
                self.place_is_wrong = False
        for name, node in record.fields.fields.items():
            if name in ("id", "at"):
                continue
            with self.dataset.collecting(record):
                prop = self._property(name, record.fields.lines[name], self.properties)
                yield from self._property_triples(subject, prop, node, whole)
        for prop in self.stated:
            with self.dataset.collecting(record):
                self._check_together(prop)
        with self.dataset.collecting(record):
            self._check_complete()

    def _check_complete(self) -> None:
        record = self.record
        if {RK + "Statement", RK + "Administration"} & self.classes:
            if not says_a_place(record.fields):
                raise problem(
                    record.file,
                    record.line,
                    f"{record.key}: missing source: nothing says where it was read",
                    field="at",
                    expected="'at: START-END', code points in the document",
                    hint="add 'at:' to the thing or to its properties",
                )
            if RK + "Statement" in self.classes and self.name not in self.dataset.wrong:
                self._check_needs()
        elif "prefLabel" not in record.fields.fields and RK + "TreatmentBlock" not in self.classes:
            raise problem(
                record.file,
                record.line,
                f"{record.key}: prefLabel is missing",
                field="prefLabel",
                expected="one English label",
            )

    def _check_needs(self) -> None:
        stated = {prop.iri for prop in self.stated}
        could = {prop.iri for prop in self.properties.values()}
        for need in self.dataset.limits.needs(self.classes):
            asked = {iri for way in need.ways for one in way for iri in one}
            if asked & could and not need.is_met(stated):
                raise problem(
                    self.record.file,
                    self.record.line,
                    f"{self.record.key}: {need.message}",
                    field=compact(min(asked & could)).partition(":")[2],
                    expected=" or ".join(sorted(map(compact, asked & could))),
                )

    def _check_together(self, prop: Property) -> None:
        """What several values of a thing may not be: too many, or in the wrong order."""
        stated = self.stated[prop]
        if prop.functional and len({one.value for one in stated}) > 1:
            self._fail(stated[-1].line, prop, f"has {len(stated)} values", "one value")
        if prop.iri == _LABEL:
            self._check_label(prop, stated)
        cap, dose = (self.amounts.get(name) for name in ("doseCap", "dose"))
        if prop.name == "doseCap" and cap and dose and not can_limit(cap.unit, dose.unit):
            what = f"{cap.as_reported} is no limit of {dose.as_reported}"
            self._fail(stated[0].line, prop, what, "an amount of the kind that the dose is")
        if prop.name == "every":
            self._check_days(prop, stated[0])
        for limit in self.dataset.limits.of((prop.iri,), self.classes):
            others = (
                other
                for one, values in self.stated.items()
                if one.iri == limit.not_above
                for other in values
            )
            for upper in others:
                for lower in stated:
                    if not limit.in_order(lower.value, upper.value):
                        what = (
                            f"{lower.text} is beyond {upper.key} {upper.text} (line {upper.line})"
                        )
                        self._fail(lower.line, prop, what, f"that {limit.message}")

    def _check_days(self, every: Property, interval: _Stated) -> None:
        """Days are those on which something is given, not those between which it is."""
        days = self.stated.get(self.properties.get("day", every), [])
        length = Duration.parse(interval.value.value)
        if not days or days[0] is interval or length.months:
            return
        given = at_intervals([int(one.value.value) for one in days], length.seconds // 3600)
        if given is not None:
            run = f"{days[0].text} (line {days[0].line})"
            expected = f"day: {', '.join(map(str, given))}" if given else "firstDay and repetitions"
            what = f"'{interval.text}' is not on each of the days {run}"
            self._fail(interval.line, every, what, expected)

    def _check_label(self, prop: Property, stated: list[_Stated]) -> None:
        if len(stated) > 1:
            self._fail(
                stated[1].line, prop, f"has {len(stated)} values", "one label; others are altLabel"
            )
        known = self.dataset.label_elsewhere(self.record.iri)
        if known is not None and known.text != stated[0].text:
            self._fail(
                stated[0].line,
                prop,
                f"'{stated[0].text}' is a second label: it is '{known.text}' in {known.place}",
                f"prefLabel: {known.text}, and this one as altLabel",
            )

    def _property(self, name: str, line: int, allowed: dict[str, Property]) -> Property:
        if name in allowed:
            return allowed[name]
        key = self.record.key
        known = self.dataset.schema.properties.get(name)
        if known is None:
            message = f"{key}: unknown key '{name}'"
        elif known.computed:
            message = f"{key}: '{name}' is computed, not stated in a file"
        else:
            message = f"{key}: '{name}' is not a property of a {self.record.thing.kind}"
        near = self.dataset.schema.nearest(name, allowed)
        raise problem(
            self.record.file,
            line,
            message,
            field=name,
            expected=f"one of {', '.join(sorted(allowed))}",
            hint=f"did you mean '{near}'?" if near else "",
        )

    def _property_triples(
        self, subject: ox.NamedNode, prop: Property, node: Node, whole: list[Place]
    ) -> Iterator[ox.Triple]:
        for item in node.items if isinstance(node, Items) else (node,):
            with self.dataset.collecting(self.record):
                yield from self._item_triples(subject, prop, item, whole)

    def _item_triples(
        self, subject: ox.NamedNode, prop: Property, item: Node, whole: list[Place]
    ) -> Iterator[ox.Triple]:
        if isinstance(item, Fields) and "id" in item.fields:
            slug = self.dataset.nested_slug(self.record, item)
            kind = self.dataset.nested_kind(self.record, prop.name, item)
            nested = self.dataset.records.get(f"{kind}/{slug}")
            if nested is not None:  # else it is refused, and that is told
                part = ox.NamedNode(nested.iri)
                self._state(prop, prop, _Stated(part, prop.name, item.line, slug))
                yield ox.Triple(subject, ox.NamedNode(prop.iri), part)
                if whole and not prop.curatorial:
                    yield from self._evidence(subject, prop, [part], whole, None)
            return
        token = token_of(item) if isinstance(item, Fields) else None
        read_there = own_places(self.dataset, self.record, item, whole)
        values: dict[Property, list[Term]] = {prop: []}
        if isinstance(item, Fields) and _TIMING in prop.range:
            timing = ox.NamedNode(mint("relative-timing", self.name))
            yield from self._timing(timing, item)
            self._state(prop, prop, _Stated(timing, prop.name, item.line, "timing"))
            values[prop].append(timing)
        else:
            for text in self._texts(prop, item):
                given_all = self._given(prop, text)
                for given in given_all:
                    its = self._given_property(prop, given, text)
                    value = self._term(its, given, token)
                    self._check_value(its, given, value, text)
                    self._state(prop, its, _Stated(value, prop.name, text.line, text.text))
                    if isinstance(given.value, Quantity):
                        self.amounts[its.name] = given.value
                        yield from self._quantity(
                            value, given.value, self._printed(prop, given, token)
                        )
                    values.setdefault(its, []).append(value)
                if {given.name for given in given_all} != {prop.name} and token is None:
                    token = text.text
        for its, terms in values.items():
            for term in terms:
                yield ox.Triple(subject, ox.NamedNode(its.iri), term)
            if not (read_there or its.curatorial or self.place_is_wrong):
                self._fail(
                    item.line,
                    its,
                    "missing source: says no place in a document",
                    "{is: VALUE, at: START-END}",
                )
            if read_there is not whole or not its.curatorial:
                yield from self._evidence(subject, its, terms, read_there, token)

    def _texts(self, prop: Property, item: Node) -> Iterator[Scalar]:
        """The texts that an item holds: itself, or what stands under its ``is``."""
        if isinstance(item, Fields):
            self._check_keys(item, prop)
            item = item.fields["is"]
        for one in item.items if isinstance(item, Items) else (item,):
            if not isinstance(one, Scalar):
                self._fail(one.line, prop, "is a list or mapping", "one value")
            yield one

    def _check_keys(self, item: Fields, prop: Property) -> None:
        for key, line in item.lines.items():
            if key not in RESERVED:
                near = did_you_mean(key, RESERVED)
                rest = item.fields[key]
                cut = isinstance(rest, Scalar) and not rest.text
                raise problem(
                    self.record.file,
                    line,
                    f"{self.record.key}: {prop.name}: unknown key '{key}'",
                    field=prop.name,
                    expected="is, at and as",
                    hint=f"did you mean '{near}'?" if near else _COMMA if cut else "",
                )
        if "is" not in item.fields:
            self._fail(item.line, prop, "has no 'is'", "{is: VALUE, at: START-END}")

    def _given(self, prop: Property, text: Scalar) -> list[Given]:
        try:
            given = read(prop, text.text)
        except BadValue as error:
            self._fail(text.line, prop, f"'{text.text}' does not fit", error.expected)
        if given is not None:
            return given
        iri = self.dataset.find(self.record, text.line, prop.name, text.text, prop.range)
        return [Given(prop.name, ox.NamedNode(iri))]

    def _given_property(self, prop: Property, given: Given, text: Scalar) -> Property:
        """The property that a value is of; one that the thing may not have is a problem."""
        if given.name == prop.name:
            return prop
        if given.name not in self.properties:
            what = (
                f"'{text.text}' says {given.name} as well, which a {self.record.thing.kind} has not"
            )
            self._fail(text.line, prop, what, "the dose alone")
        return self.properties[given.name]

    def _term(self, prop: Property, given: Given, token: str | None) -> Term:
        if isinstance(given.value, Quantity):
            return ox.NamedNode(mint("quantity", f"{self.name}.{prop.name}"))
        return given.value

    def _check_value(self, prop: Property, given: Given, value: Term, text: Scalar) -> None:
        """Raise LoaderError for a value that the shapes do not allow."""
        parts: list[tuple[tuple[str, ...], object]] = [((prop.iri,), value)]
        if isinstance(given.value, Quantity):
            parts = [
                ((prop.iri, part.predicate.value), part.object)
                for part in self._quantity(value, given.value, text.text)
            ]
        for path, part in parts:
            for limit in self.dataset.limits.of(path, self.classes):
                if not limit.holds(part):
                    self._fail(
                        text.line, prop, f"'{text.text}' does not fit", f"that {limit.message}"
                    )

    def _state(self, key: Property, prop: Property, one: _Stated) -> None:
        """Note a value; raise LoaderError for one that another key, or this one, states already."""
        for other in self.stated.setdefault(prop, []):
            if other.key == key.name and other.value == one.value:
                self._fail(one.line, prop, "stands twice", "each value once")
            if other.key != key.name and (QUANTITY in prop.range or other.value != one.value):
                elsewhere = one.key if other.key == prop.name else other.key
                self._fail(
                    one.line,
                    prop,
                    f"'{one.text}' in {one.key} and, in line {other.line}, '{other.text}' in"
                    f" {other.key} both say it",
                    f"it once: leave out {prop.name}, or what {elsewhere} says of it",
                )
        self.stated[prop].append(one)

    def _printed(self, prop: Property, given: Given, token: str | None) -> str | None:
        """The part of the printed token that is this amount; the whole where it says no such."""
        if token is None:
            return None
        try:
            pieces = read(prop, token) or []
        except BadValue:
            return token
        amounts = (one.value for one in pieces if one.name == given.name)
        return next((one.as_reported for one in amounts if isinstance(one, Quantity)), token)

    def _quantity(self, node: Term, amount: Quantity, printed: str | None) -> Iterator[ox.Triple]:
        rows: list[tuple[str, Term]] = [(_TYPE.value, ox.NamedNode(QUANTITY))]
        if amount.upper is None:
            rows.append((_QUDT + "numericValue", decimal(f"{amount.number:f}")))
        else:
            rows.append((RK + "lowerBound", decimal(f"{amount.number:f}")))
            rows.append((RK + "upperBound", decimal(f"{amount.upper:f}")))
        rows.append((RK + "ucumCode", ox.Literal(amount.unit.ucum)))
        if amount.unit.qudt:
            rows.append((_QUDT + "hasUnit", ox.NamedNode(amount.unit.qudt)))
        rows.append((RK + "asReported", ox.Literal(printed or amount.as_reported)))
        assert isinstance(node, ox.NamedNode)
        for predicate, value in rows:
            yield ox.Triple(node, ox.NamedNode(predicate), value)

    def _timing(self, timing: ox.NamedNode, item: Fields) -> Iterator[ox.Triple]:
        allowed = self.dataset.schema.properties_of(_TIMING)
        yield ox.Triple(timing, _TYPE, ox.NamedNode(_TIMING))
        for name, node in item.fields.items():
            if name in ("at", "as"):
                continue
            prop = self._property(name, item.lines[name], allowed)
            for one in node.items if isinstance(node, Items) else (node,):
                if not isinstance(one, Scalar):
                    self._fail(one.line, prop, "is a list or mapping", "one value")
                for given in self._given(prop, one):
                    yield ox.Triple(timing, ox.NamedNode(prop.iri), self._term(prop, given, None))
        for name in ("reference", "offset", "offsetAnchor"):
            if name not in item.fields:
                self._fail(item.line, allowed[name], "is missing", "reference, offset, anchor")

    def _evidence(
        self,
        subject: ox.NamedNode,
        prop: Property,
        values: list[Term],
        read_there: list[Place],
        token: str | None,
    ) -> Iterator[ox.Triple]:
        for place in read_there:
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
        )
