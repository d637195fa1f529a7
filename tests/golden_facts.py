"""The golden facts, and what the curated data state, in one comparable form.

`tests/golden/facts.tsv` was written by reading the documents: which value stands at which place,
and the subject, predicate and object that hold it. A *reading* is one of its rows, or the same
made of the graph: (subject, path, value, unit, document, start, end). A path has two steps where a
value is a node of its own: `rk:dose/qudt:numericValue`, `rk:startsAfter/rk:offset`.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox

from regimenkg.terms.namespaces import PREFIXES, RK, RKD, compact

GOLDEN = Path(__file__).parent / "golden"


class Reading(NamedTuple):
    """One value and where it was read; document is empty for what needs no place."""

    subject: str
    path: str
    value: str
    unit: str
    document: str
    start: int
    end: int


class GoldenRow(NamedTuple):
    """One row of the golden file."""

    fact_id: str
    readings: tuple[Reading, ...]


def golden_rows() -> list[GoldenRow]:
    """The golden file; days written `2..6` are one reading each."""
    with (GOLDEN / "facts.tsv").open(encoding="utf-8", newline="") as stream:
        return [
            _golden_row(row)
            for row in csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE)
        ]


def _golden_row(row: dict[str, str]) -> GoldenRow:
    days = re.fullmatch(r"(-?\d+)\.\.(-?\d+)", row["object"])
    values = (
        [str(day) for day in range(int(days[1]), int(days[2]) + 1)] if days else [row["object"]]
    )
    place = (row["document"], int(row["start"] or -1), int(row["end"] or -1))
    return GoldenRow(
        row["fact_id"],
        tuple(
            Reading(row["subject"], row["predicate"], value, row["unit"], *place)
            for value in values
        ),
    )


_STRUCTURED = {
    "quantity": (PREFIXES["qudt"] + "numericValue", RK + "asReported"),
    "relative-timing": (RK + "offset", RK + "reference", RK + "offsetAnchor"),
}
_PLAIN_DIGITS = {PREFIXES["skos"] + "prefLabel", PREFIXES["skos"] + "scopeNote"}


def readings(triples: Iterable[ox.Triple]) -> set[Reading]:
    """What the graph states, with the place of each value, and without what is only structure.

    A value without a place (a label, a count of characters) is a reading without one if it holds
    a digit, so that no number of the data escapes.
    """
    values: dict[str, dict[str, list[ox.NamedNode | ox.Literal]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for triple in triples:
        assert isinstance(triple.subject, ox.NamedNode)
        assert isinstance(triple.object, ox.NamedNode | ox.Literal)
        values[triple.subject.value][triple.predicate.value].append(triple.object)
    return set(_readings(values))


Values = dict[str, dict[str, list[ox.NamedNode | ox.Literal]]]


def _readings(values: Values) -> Iterator[Reading]:
    for subject, found in list(values.items()):
        for note in found.get(PREFIXES["prov"] + "wasDerivedFrom", ()):
            yield from _note(values, subject, values[note.value])
        if subject.startswith((RKD + "evidence/", RKD + "span/", RKD + "position/")):
            continue
        for predicate, objects in found.items():
            for value in objects:
                bare = predicate in (RK + "sha256", RK + "characterCount")
                bare = bare or (predicate in _PLAIN_DIGITS and bool(re.search(r"\d", value.value)))
                if bare:
                    yield Reading(compact(subject), compact(predicate), value.value, "", "", -1, -1)


def _note(
    values: Values, subject: str, note: dict[str, list[ox.NamedNode | ox.Literal]]
) -> Iterator[Reading]:
    (prop,) = note[RK + "supportsProperty"]
    (target,) = note[PREFIXES["oa"] + "hasTarget"]
    (document,) = values[target.value][PREFIXES["oa"] + "hasSource"]
    (selector,) = values[target.value][PREFIXES["oa"] + "hasSelector"]
    (start,) = values[selector.value][PREFIXES["oa"] + "start"]
    (end,) = values[selector.value][PREFIXES["oa"] + "end"]
    place = (document.value.rpartition("/")[2], int(start.value), int(end.value))
    name = compact(subject)
    for token in note.get(RK + "asReported", ()):
        if not any(_kind(value) == "quantity" for value in note[RK + "supportsValue"]):
            yield Reading(name, f"{compact(prop.value)}/rk:asReported", token.value, "", *place)
    for value in note[RK + "supportsValue"]:
        stated = values[subject][prop.value]
        assert value in stated, f"{name}: evidence for {prop} of a value that is not stated"
        if _kind(value) in _STRUCTURED:
            inner = values[value.value]
            unit = "".join(u.value for u in inner.get(RK + "ucumCode", ()))
            for step in _STRUCTURED[_kind(value)]:
                for leaf in inner[step]:
                    path = f"{compact(prop.value)}/{compact(step)}"
                    yield Reading(name, path, _text(leaf), unit, *place)
        else:
            unit = _unit(values[subject], prop.value)
            yield Reading(name, compact(prop.value), _text(value), unit, *place)


def _kind(term: ox.NamedNode | ox.Literal) -> str:
    return term.value.removeprefix(RKD).partition("/")[0]


def _unit(found: dict[str, list[ox.NamedNode | ox.Literal]], prop: str) -> str:
    """The unit beside a figure of a statement."""
    if prop in (RK + "value", RK + "ciLower", RK + "ciUpper"):
        return "".join(unit.value for unit in found.get(RK + "unit", ()))
    return ""


def _text(term: ox.NamedNode | ox.Literal) -> str:
    return compact(term.value) if isinstance(term, ox.NamedNode) else term.value
