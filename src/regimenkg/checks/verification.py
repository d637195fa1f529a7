"""Every value of the graph read again where its document is at hand, and compared."""

from __future__ import annotations

import csv
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from regimenkg.checks.documents import Document, Found, find_documents
from regimenkg.checks.passages import Passage, Value, Verdict
from regimenkg.checks.rereading import reread
from regimenkg.sparql.answers import Row, Solutions
from regimenkg.sparql.backend import Backend, select
from regimenkg.terms.namespaces import PREFIXES, RK

__all__ = ["COLUMNS", "Difference", "Reading", "Report", "read_graph", "verify"]

COLUMNS = ("thing", "property", "value", "stands", "why", "document", "start", "end")
UNDESCRIBED = "the graph says no hash of the document"
NO_PLACE = "the place in the record was not found alone"
_OA, _PROV, _SKOS, _QUDT = (PREFIXES[one] for one in ("oa", "prov", "skos", "qudt"))
_PARTS = (
    *(_QUDT + name for name in ("numericValue", "hasUnit")),
    *(RK + name for name in ("lowerBound", "upperBound", "ucumCode", "asReported", "offset")),
)
_LISTED = frozenset(
    RK + name for name in ("route", "measureOfEffect", "masking", "per", "causality")
)
"""The properties whose values are a short list: a passage that names another of it is wrong."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value was read: code points, or else what leads to it in a record."""

    start: int = -1
    end: int = -1
    pointer: str = ""
    row: str = ""
    column: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """A value with the places of one document that it was read in, and those of others."""

    thing: str
    value: Value
    document: str
    places: tuple[Place, ...]
    in_graph: bool = True
    elsewhere: tuple[tuple[str, Place], ...] = ()


@dataclass(frozen=True, slots=True)
class Difference:
    """A value that its document does not give, and what stands there."""

    reading: Reading
    verdict: Verdict


@dataclass(slots=True)
class Report:
    """What came of reading again: the differences, and how many values could not be checked."""

    checked: int = 0
    unchecked: Counter[str] = field(default_factory=Counter)
    differences: list[Difference] = field(default_factory=list)

    def solutions(self) -> Solutions:
        """The differences as rows."""
        return Solutions(COLUMNS, map(_row, self.differences))

    def summary(self) -> list[str]:
        """What was done, in lines: values checked, differences, and what could not be checked.

        >>> Report(2, Counter({"document not in the folder": 1})).summary()
        ['2 values checked: no differences', '1 not checked: document not in the folder']
        """
        differing = len(self.differences)
        what = f"{differing or 'no'} difference{'s' * (differing != 1)}"
        return [f"{self.checked or 'no'} value{'s' * (self.checked != 1)} checked: {what}"] + [
            f"{count} not checked: {reason}" for reason, count in self.unchecked.most_common()
        ]


@dataclass(slots=True)
class Readings:
    """What a graph says was read where."""

    readings: list[Reading]
    documents: list[Document]


def verify(backend: Backend, folder: Path) -> Report:
    """Read every value again whose document is in a folder.

    Raises UsageError if the folder cannot be read.

    >>> from regimenkg.store.embedded import EmbeddedStore
    >>> verify(EmbeddedStore.empty(), Path(".")).checked
    0
    """
    read = read_graph(backend)
    return check(read.readings, find_documents(read.documents, folder))


def check(readings: Iterable[Reading], found: Found) -> Report:
    """Compare readings with the texts of the documents that were found."""
    report = Report()
    for reading in sorted(readings, key=lambda one: one.document):  # a table is read once
        verdict = verdict_of(reading, found)
        if verdict.agrees is None:
            report.unchecked[verdict.reason] += 1
        else:
            report.checked += 1
            if not verdict.agrees:
                report.differences.append(Difference(reading, verdict))
    report.differences.sort(key=_in_order)
    return report


def _in_order(one: Difference) -> tuple[str, int, str, str, str]:
    reading = one.reading
    first = reading.places[0].start
    return reading.document, first, reading.thing, reading.value.prop, reading.value.text


def verdict_of(reading: Reading, found: Found) -> Verdict:
    """What comes of one reading."""
    text = found.texts.get(reading.document)
    if text is None:
        return Verdict(None, reason=found.missing.get(reading.document, UNDESCRIBED))
    passages = [one for place in reading.places if (one := _passage(text, place)) is not None]
    if not passages:
        return Verdict(None, reason=NO_PLACE)
    if not reading.in_graph:
        return Verdict(False, passages[0].text, "the graph has another value than was read")
    others = [
        _passage(found.texts[document], place)
        for document, place in reading.elsewhere
        if document in found.texts
    ]
    return reread(reading.value, passages, [one for one in others if one is not None])


def _passage(text: str, place: Place) -> Passage | None:
    if place.start >= 0:
        return Passage(text, place.start, place.end)
    cell = _pointed(text, place.pointer) if place.pointer else _cell(text, place.row, place.column)
    return None if cell is None else Passage(cell, 0, len(cell))


@lru_cache(maxsize=4)
def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


def _pointed(text: str, pointer: str) -> str | None:
    """The value at a JSON pointer (RFC 6901), as text."""
    value = _json(text)
    try:
        for part in pointer.split("/")[1:]:
            key = part.replace("~1", "/").replace("~0", "~")
            value = value[int(key)] if isinstance(value, list) else value[key]
    except (ValueError, LookupError, TypeError):
        return None
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


@lru_cache(maxsize=4)
def _table(text: str) -> tuple[list[dict[str, str]], dict[str, set[int]]]:
    """The rows of a table, and for each word the numbers of the rows that have it."""
    head, _, _ = text.partition("\n")
    rows = csv.DictReader(text.splitlines(), delimiter="\t" if "\t" in head else ",")
    whole = [{k: v for k, v in row.items() if isinstance(v, str)} for row in rows]
    words: dict[str, set[int]] = defaultdict(set)
    for number, row in enumerate(whole):
        for cell in row.values():
            for word in cell.split():
                words[word].add(number)
    return whole, words


def _cell(text: str, row_key: str, column: str) -> str | None:
    """The cell of the one row of a table whose cells the key is made of."""
    rows, words = _table(text)
    wanted = [words.get(one, set()) for one in row_key.split()]
    matching = set.intersection(*wanted) if wanted else set()
    return rows[matching.pop()].get(column) if len(matching) == 1 else None


def _row(one: Difference) -> Row:
    reading, verdict = one.reading, one.verdict
    parts = reading.value.parts
    shown = parts.get("asReported") or parts.get("offset") or reading.value.text
    is_thing = not reading.value.datatype and not parts
    place = reading.places[0]
    return (
        ox.NamedNode(reading.thing),
        ox.NamedNode(reading.value.prop),
        ox.NamedNode(shown) if is_thing else ox.Literal(shown),
        ox.Literal(verdict.stands),
        ox.Literal(verdict.reason),
        ox.NamedNode(reading.document),
        ox.Literal(place.start) if place.start >= 0 else None,
        ox.Literal(place.end) if place.start >= 0 else None,
    )


@dataclass(slots=True)
class _Group:
    """The places of a value in one document, and what was read there beside it."""

    value: ox.NamedNode | ox.Literal
    places: list[Place] = field(default_factory=list)
    tokens: set[str] = field(default_factory=set)
    beside: set[str] = field(default_factory=set)


class _Graph:
    """What a backend says, property by property: each is asked for once."""

    def __init__(self, backend: Backend) -> None:
        self.backend = backend

    def pairs(self, prop: str) -> Iterator[tuple[str, ox.NamedNode | ox.Literal]]:
        for subject, value in select(self.backend, f"SELECT ?s ?o {{ ?s <{prop}> ?o }}"):
            if isinstance(subject, ox.NamedNode) and isinstance(value, ox.NamedNode | ox.Literal):
                yield subject.value, value

    def all(self, prop: str) -> dict[str, list[ox.NamedNode | ox.Literal]]:
        found: dict[str, list[ox.NamedNode | ox.Literal]] = defaultdict(list)
        for subject, value in self.pairs(prop):
            found[subject].append(value)
        return found

    def one(self, prop: str) -> dict[str, str]:
        return {subject: value.value for subject, value in self.pairs(prop)}


def read_graph(backend: Backend) -> Readings:
    """What was read where, and the documents, of everything that a backend holds."""
    graph = _Graph(backend)
    properties = graph.one(RK + "supportsProperty")
    supported = graph.all(RK + "supportsValue")
    tokens = graph.all(RK + "asReported")
    things = graph.all(_PROV + "wasDerivedFrom")
    targets = graph.all(_OA + "hasTarget")
    places = _places(graph)
    notes = [
        (thing, note.value)
        for thing, derived in things.items()
        for note in derived
        if note.value in properties and note.value in targets
    ]
    stated: dict[str, set[tuple[str, str]]] = {
        prop: {(s, str(o)) for s, o in graph.pairs(prop)}
        for prop in {properties[n] for _, n in notes}
    }
    values = {value.value for _, note in notes for value in supported[note]}
    parts: dict[str, dict[str, str]] = defaultdict(dict)
    for prop in _PARTS:
        name = prop.rpartition("/")[2].rpartition("#")[2]
        for subject, part in graph.pairs(prop):
            if subject in values:
                parts[subject][name] = part.value
    names = _names(graph, values)
    of_list = {
        prop: {v.value for _, n in notes if properties[n] == prop for v in supported[n]}
        for prop in _LISTED
    }
    bounds = graph.one(RK + "pValueBound")
    grouped: dict[tuple[str, str, str, str], _Group] = {}
    for thing, note in notes:
        prop = properties[note]
        for value in supported[note]:
            for span in targets[note]:
                document, place = places.get(span.value, ("", Place()))
                group = grouped.setdefault((thing, prop, str(value), document), _Group(value))
                group.places.append(place)
                group.tokens |= {one.value for one in tokens.get(note, ())}
                group.beside |= {one.value for one in supported[note]}
    everywhere: dict[tuple[str, str, str], list[tuple[str, Place]]] = defaultdict(list)
    for (*read, document), group in grouped.items():
        everywhere[read[0], read[1], read[2]] += [(document, place) for place in group.places]
    readings = []
    for (thing, prop, term, document), group in grouped.items():
        one = group.value
        others = of_list.get(prop, set()) - {one.value}
        is_literal = isinstance(one, ox.Literal)
        value_read = Value(
            prop=prop,
            text=one.value,
            datatype=one.datatype.value if isinstance(one, ox.Literal) else "",
            tokens=tuple(sorted(group.tokens)),
            names=() if is_literal else tuple(names.get(one.value, ())),
            rivals=tuple(name for other in others for name in names.get(other, ())),
            parts={} if is_literal else parts.get(one.value, {}),
            beside=frozenset(group.beside),
            bound=bounds.get(thing) if prop == RK + "pValue" else None,
        )
        in_graph = (thing, term) in stated[prop]
        others_places = tuple(
            (other, place) for other, place in everywhere[thing, prop, term] if other != document
        )
        readings.append(
            Reading(thing, value_read, document, tuple(group.places), in_graph, others_places)
        )
    return Readings(readings, _documents(graph))


def _documents(graph: _Graph) -> list[Document]:
    kinds = graph.one(RK + "documentKind")
    return [
        Document(iri, digest, kinds.get(iri) == RK + "AbstractText")
        for iri, digest in sorted(graph.one(RK + "sha256").items())
    ]


def _places(graph: _Graph) -> dict[str, tuple[str, Place]]:
    starts, ends = graph.one(_OA + "start"), graph.one(_OA + "end")
    pointers = graph.one(PREFIXES["rdf"] + "value")
    rows, columns = graph.one(RK + "rowKey"), graph.one(RK + "column")
    selectors = graph.one(_OA + "hasSelector")
    found = {}
    for span, document in graph.one(_OA + "hasSource").items():
        at = selectors.get(span, "")
        found[span] = (
            document,
            Place(
                int(starts.get(at, -1)),
                int(ends.get(at, -1)),
                pointers.get(at, ""),
                rows.get(at, ""),
                columns.get(at, ""),
            ),
        )
    return found


def _names(graph: _Graph, wanted: set[str]) -> dict[str, list[str]]:
    names: dict[str, list[str]] = defaultdict(list)
    for name in ("prefLabel", "altLabel", "hiddenLabel"):
        for thing, label in graph.pairs(_SKOS + name):
            if thing in wanted and isinstance(label, ox.Literal):
                names[thing].append(label.value)
    return names
