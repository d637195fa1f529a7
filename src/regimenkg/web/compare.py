"""Regimens side by side: doses, days, toxicities, and what they share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import pyoxigraph as ox

from regimenkg.answers import Solutions, Term
from regimenkg.backend import Backend
from regimenkg.catalog import catalog
from regimenkg.runner import bind
from regimenkg.schedule_text import day_ranges
from regimenkg.web.tables import Cell, link
from regimenkg.writers import plain_text, readable

__all__ = ["MOST", "Heat", "comparison"]

MOST = 6
"""The most regimens that are compared at once."""


class Heat(NamedTuple):
    """A cell of the heat map: what it says, and how dark it is, from 0 (nothing said) to 5."""

    text: str
    level: int


def comparison(regimens: Sequence[ox.NamedNode], backend: Backend) -> dict[str, Any]:
    """What the template of the comparison needs.

    ``drugs`` and ``toxicities`` are rows of a thing and a cell for each regimen; ``shared`` and
    ``differing`` are the drugs that all regimens have, and those that some lack.
    """
    doses: dict[Cell, dict[str, list[str]]] = {}
    for row in _rows("dosing", regimens, backend):
        drug = Cell(readable(row["drugLabel"]), link(plain_text(row["drug"])))
        text = _dose(row)
        if text and row["doseAsReported"]:  # a place that prints days alone says less
            texts = doses.setdefault(drug, {}).setdefault(plain_text(row["regimen"]), [])
            if text not in texts:
                texts.append(text)
    heat: dict[Cell, dict[str, Heat]] = {}
    for row in _rows("toxicity-rates", regimens, backend):
        toxicity = Cell(readable(row["toxicityLabel"]), link(plain_text(row["toxicity"])))
        cells = heat.setdefault(toxicity, {})
        found = _heat(row)
        before = cells.get(plain_text(row["regimen"]))
        if before is None or found.level > before.level:
            cells[plain_text(row["regimen"])] = found
    members = {drug: set(cells) for drug, cells in _members(regimens, backend).items()}
    everywhere = {regimen.value for regimen in regimens}
    return {
        "drugs": [
            (drug, [doses.get(drug, {}).get(r.value, []) for r in regimens])
            for drug in sorted(members)
        ],
        "given": {drug.text: members[drug] for drug in members},
        "toxicities": [
            (toxicity, [heat[toxicity].get(r.value, Heat("", 0)) for r in regimens])
            for toxicity in sorted(heat, key=lambda t: (-max(h.level for h in heat[t].values()), t))
        ],
        "shared": [drug for drug in sorted(members) if members[drug] == everywhere],
        "differing": [drug for drug in sorted(members) if members[drug] != everywhere],
    }


def _rows(
    name: str, regimens: Sequence[ox.NamedNode], backend: Backend
) -> list[dict[str, Term | None]]:
    spec = catalog()[name]
    values = {"regimen": [regimen.value for regimen in regimens]}
    answer = backend.query(bind(spec, values, backend, note=lambda _: None))
    assert isinstance(answer, Solutions)
    return [dict(zip(answer.variables, row, strict=True)) for row in answer]


def _members(regimens: Sequence[ox.NamedNode], backend: Backend) -> dict[Cell, dict[str, bool]]:
    members: dict[Cell, dict[str, bool]] = {}
    for row in _rows("regimen-components", regimens, backend):
        drug = Cell(readable(row["drugLabel"]), link(plain_text(row["drug"])))
        members.setdefault(drug, {})[plain_text(row["regimen"])] = True
    return members


def _dose(row: dict[str, Term | None]) -> str:
    """A dosing in a line: the dose as printed, how often, and on which days."""
    dose = readable(row["doseAsReported"]).replace("m2", "m²")
    times = readable(row["timesPerDay"])
    first, last = readable(row["firstDay"]), readable(row["lastDay"])
    days = ""
    if first and last:
        whole = int(last) - int(first) + 1 == int(readable(row["dayCount"]) or 0)
        word = "day " if first == last else "days "
        days = word + day_ranges(range(int(first), int(last) + 1)) if whole else ""
    often = f"{times} times a day" if times not in ("", "1") else ""
    return ", ".join(filter(None, (dose, often, days)))


def _heat(row: dict[str, Term | None]) -> Heat:
    percent, low = row["percent"], readable(row["minGrade"])
    if percent is None:
        return Heat("named", 1)
    share = float(plain_text(percent))
    grade = f", grade ≥ {low}" if low and not row["maxGrade"] else ""
    return Heat(f"{share:g} %{grade}", 2 + (share >= 10) + (share >= 25) + (share >= 50))
