"""Regimens side by side: calendars on one axis, doses, days, toxicities, and what they share."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Any, NamedTuple

import pyoxigraph as ox

from regimenkg.formats.rows import plain_text, readable
from regimenkg.formats.schedule import day_ranges
from regimenkg.records.answers import Named, ask, named_rows
from regimenkg.records.cells import Cell, filled, link, named_cell
from regimenkg.sparql.backend import Backend
from regimenkg.web.figures.calendars import calendar, frame_of
from regimenkg.web.figures.dosings import Dosing, DrugDay, doses, dosings, legend_of

__all__ = ["MAX_REGIMENS", "Drug", "Heat", "comparison", "differing", "drugs_of"]

MAX_REGIMENS = 6
"""The most regimens that are compared at once."""


class Heat(NamedTuple):
    """A cell of the heat map: what it says, and how dark it is, from 0 (nothing said) to 5."""

    text: str
    level: int


class Drug(NamedTuple):
    """A drug of regimens: what each says of it (nothing where it lacks it), how they differ.

    A salt or a named product stands with the drug that it is a form of.
    """

    drug: Cell
    cells: list[list[str]]
    verdict: str


def comparison(regimens: Sequence[ox.NamedNode], backend: Backend) -> dict[str, Any]:
    """What the template of the comparison needs.

    ``calendars`` are the dosings with days, on one axis; ``undated`` the regimens without any;
    ``drugs`` and ``toxicities`` are rows with a cell for each regimen; ``shared`` and ``partial``
    are the drugs that all regimens have, and those that some lack.
    """
    dosings_of = [
        dosings(named_rows(ask("dosing", backend, regimen=regimen.value)))
        or _listed(regimen, backend)
        for regimen in regimens
    ]
    marked = differing(dosings_of)
    shown = [(dosing, doses(dosing.given, marked)) for each in dosings_of for dosing in each]
    dated = [(dosing, cells) for dosing, cells in shown if cells]
    everything = [dose for _, cells in dated for dose in cells]
    frame = frame_of(everything) if everything else None
    drugs = drugs_of(dosings_of)
    return {
        "calendars": [
            (dosing, calendar(f"Dosing calendar: {dosing.label}", cells, frame))
            for dosing, cells in dated
        ],
        "legend": legend_of(everything),
        "marked": bool(marked),
        "undated": [
            regimen.value
            for regimen, each in zip(regimens, dosings_of, strict=True)
            if not any(given.day is not None for dosing in each for given in dosing.given)
        ],
        "drugs": drugs,
        "shared": [row.drug for row in drugs if all(row.cells)],
        "partial": [row.drug for row in drugs if not all(row.cells)],
        "toxicities": _toxicities(regimens, backend),
    }


def _listed(regimen: ox.NamedNode, backend: Backend) -> list[Dosing]:
    """The drugs of a regimen without a dosing, as a registry lists them."""
    rows = named_rows(ask("regimen-components", backend, regimen=regimen.value))
    given = [
        DrugDay(
            drug=named_cell(row, "drug"),
            substance=named_cell(row, "substance"),
            day=None,
            printed="",
            amount=None,
            times="",
            role="",
            route="",
            optional=False,
        )
        for row in rows
        if row["drug"] is not None
    ]
    return [Dosing("as listed", link(regimen.value), given)] if given else []


def differing(regimens: Sequence[Sequence[Dosing]]) -> set[DrugDay]:
    """The doses to which another regimen that has the drug prints none alike.

    Doses are alike in their canonical unit (2 g/m² is 2000 mg/m²), a drug is a salt or product of
    itself, and what is not stated differs from nothing: neither a dose, nor how often it is given.
    """
    printed = [
        [given for dosing in each for given in dosing.given if given.amount] for each in regimens
    ]
    marked = set()
    for one, other in combinations(printed, 2):
        for ours, theirs in ((one, other), (other, one)):
            for given in ours:
                same = [each for each in theirs if each.substance == given.substance]
                if same and not any(_alike(given, each) for each in same):
                    marked.add(given)
    return marked


def _alike(one: DrugDay, other: DrugDay) -> bool:
    often = one.times == other.times or not one.times or not other.times
    return one.amount == other.amount and often


def drugs_of(regimens: Sequence[Sequence[Dosing]]) -> list[Drug]:
    """The drugs of regimens by name, with doses and days in each, and how these differ."""
    by_drug: dict[Cell, list[list[DrugDay]]] = {}
    for place, each in enumerate(regimens):
        for dosing in each:
            for given in dosing.given:
                rows = by_drug.setdefault(given.substance, [[] for _ in regimens])
                rows[place].append(given)
    marked = differing(regimens)
    return [
        Drug(drug, [_said(drug, given) for given in rows], _verdict(rows, marked))
        for drug, rows in sorted(by_drug.items())
    ]


def _said(drug: Cell, given: Sequence[DrugDay]) -> list[str]:
    """What a regimen says of a drug: each dose as printed, how often, and on which days."""
    days: dict[tuple[str, str, str, bool], set[int]] = {}
    for one in given:
        key = (one.drug.text, one.printed, one.times, one.optional)
        days.setdefault(key, set()).update([] if one.day is None else [one.day])
    if any(printed for _, printed, _, _ in days):  # a place that prints days alone says less
        days = {key: day_list for key, day_list in days.items() if key[1]}
    texts = []
    for (name, printed, times, optional), day_list in days.items():
        often = f"{times} times a day" if times not in ("", "1") else ""
        when = f"{'day' if len(day_list) == 1 else 'days'} {day_ranges(sorted(day_list))}"
        form = f"as {name}" if name != drug.text else ""
        stated = (printed or "dose not stated", often, when if day_list else "days not stated")
        words = stated if printed or day_list else ("listed without dose and days",)
        texts.append(", ".join(filter(None, (*words, form, "optional" * optional))))
    return list(dict.fromkeys(texts))


def _verdict(regimens: Sequence[Sequence[DrugDay]], marked: set[DrugDay]) -> str:
    """How the regimens that have a drug differ in it, as far as they say."""
    having = [each for each in regimens if each]
    if len(having) == 1:
        return "in one only"
    words = []
    stated = [each for each in having if any(given.amount for given in each)]
    if len(stated) > 1:
        different = any(given in marked for each in having for given in each)
        words.append("doses differ" if different else "same dose")
    planned = [_days(each) for each in having]
    dated = [days for days in planned if days]
    if len(dated) > 1:
        same = all(not one.isdisjoint(other) for one, other in combinations(dated, 2))
        words.append("same days" if same else "days differ")
    silent = len(having) - len(stated)
    if silent and stated:
        words.append(f"no dose stated in {silent} regimen" + "s" * (silent > 1))
    return ", ".join(words) or "neither doses nor days to compare"


def _days(given: Sequence[DrugDay]) -> set[frozenset[int]]:
    """The days of a drug in each dosing; optional ones do not count."""
    days: dict[tuple[str, str], set[int]] = {}
    for one in given:
        if one.day is not None and not one.optional:
            days.setdefault((one.printed, one.drug.text), set()).add(one.day)
    return {frozenset(values) for values in days.values()}


def _toxicities(
    regimens: Sequence[ox.NamedNode], backend: Backend
) -> list[tuple[Cell, list[Heat]]]:
    heat: dict[Cell, dict[str, Heat]] = {}
    iris = [regimen.value for regimen in regimens]
    for row in named_rows(ask("toxicity-rates", backend, regimen=iris)):
        toxicity = named_cell(row, "toxicity")
        cells = heat.setdefault(toxicity, {})
        found = _heat(row)
        before = cells.get(plain_text(row["regimen"]))
        if before is None or found.level > before.level:
            cells[plain_text(row["regimen"])] = found
    return [
        (toxicity, [heat[toxicity].get(regimen.value, Heat("", 0)) for regimen in regimens])
        for toxicity in sorted(heat, key=lambda t: (-max(h.level for h in heat[t].values()), t))
    ]


def _heat(row: Named) -> Heat:
    percent, low = row["percent"], readable(row["minGrade"])
    if percent is None:
        said = filled("patients: {count} | {quantifier}", row), filled("{fatal}", row)
        return Heat(", ".join(cell.text for cell in said if cell.text) or "named", 1)
    share = float(plain_text(percent))
    grade = f", grade ≥ {low}" if low and not row["maxGrade"] else ""
    return Heat(f"{share:g} %{grade}", 2 + (share >= 10) + (share >= 25) + (share >= 50))
