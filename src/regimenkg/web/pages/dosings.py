"""The dosings of a regimen as sources print them, and their calendars."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

import pyoxigraph as ox

from regimenkg.formats.rows import plain_text, readable
from regimenkg.sparql.backend import Backend, select
from regimenkg.terms.namespaces import PREFIXES
from regimenkg.web.figures.drawings import Dose
from regimenkg.web.tables import Cell, link

__all__ = ["ABOUT_CALENDARS", "Dosing", "Given", "doses", "dosings", "legend_of"]

ABOUT_CALENDARS = "Doses as printed, on the days that the source names; a dashed frame is optional."

_LEGEND = (
    ("role-cytotoxic", "cytotoxic drug"),
    ("role-growth", "growth factor"),
    ("role-targeted", "targeted therapy"),
    ("role-supportive", "supportive medication"),
)


class Given(NamedTuple):
    """A drug on a day of a dosing.

    ``substance`` is what the drug is a salt or product of, or else the drug; ``amount`` is the
    dose in its canonical unit, ``printed`` as the source has it. What is not stated is None or
    empty.
    """

    drug: Cell
    substance: Cell
    day: int | None
    printed: str
    amount: tuple[Decimal, str] | None
    times: str
    role: str
    route: str
    optional: bool


class Dosing(NamedTuple):
    """A dosing: its name, its page, and what is given."""

    label: str
    href: str
    given: list[Given]


def dosings(regimen: ox.NamedNode, backend: Backend) -> list[Dosing]:
    """The dosings of a regimen in the order of their names, each with its days in order."""
    names = "".join(f"PREFIX {p}: <{PREFIXES[p]}>\n" for p in ("rk", "skos", "qudt"))
    rows = select(
        backend,
        f"""{names}SELECT ?variant ?name ?drug ?drugLabel ?substance ?substanceLabel ?day ?printed
          ?value ?unit ?times ?role ?route ?optional {{
          ?variant rk:variantOf {regimen} ; skos:prefLabel ?name ; rk:hasAdministration ?given .
          ?given rk:drug ?drug . ?drug skos:prefLabel ?drugLabel .
          OPTIONAL {{ ?drug rk:saltOf|rk:productOf ?base . ?base skos:prefLabel ?baseLabel }}
          BIND(COALESCE(?base, ?drug) AS ?substance)
          BIND(COALESCE(?baseLabel, ?drugLabel) AS ?substanceLabel)
          OPTIONAL {{ ?given rk:day ?day }}
          OPTIONAL {{ ?given rk:dose/rk:asReported ?printed }}
          OPTIONAL {{ ?given rk:dose ?dose . ?dose qudt:numericValue ?value ; rk:ucumCode ?unit }}
          OPTIONAL {{ ?given rk:componentRole/skos:prefLabel ?role }}
          OPTIONAL {{ ?given rk:route/skos:prefLabel ?route }}
          OPTIONAL {{ ?given rk:timesPerDay ?times }}
          OPTIONAL {{ ?given rk:optional ?optional }}
        }} ORDER BY ?name ?variant ?day ?drugLabel ?given""",
    )
    found: dict[str, Dosing] = {}
    for variant, name, drug, drug_label, base, base_label, day, printed, value, *rest in rows:
        unit, times, role, route, optional = map(readable, rest)
        dosing = Dosing(readable(name), link(plain_text(variant)), [])
        found.setdefault(plain_text(variant), dosing).given.append(
            Given(
                Cell(readable(drug_label), link(plain_text(drug))),
                Cell(readable(base_label), link(plain_text(base))),
                int(plain_text(day)) if day else None,
                readable(printed).replace("m2", "m²"),
                (Decimal(plain_text(value)), unit) if value else None,
                times,
                role,
                route,
                optional == "true",
            )
        )
    return list(found.values())


def doses(given: Iterable[Given], differing: Iterable[Given] = ()) -> list[Dose]:
    """What a calendar shows of a dosing; what is in ``differing`` is marked.

    Two doses of a drug on one day share its cell.
    """
    marked = set(differing)
    cells: dict[tuple[str, int], Dose] = {}
    for one in given:
        if one.day is None:
            continue
        often = f"{one.times} times a day" if one.times else ""
        note = ", ".join(filter(None, (one.route, often)))
        dose = Dose(
            one.drug.text, one.day, _words(one), one.role, one.optional, note, one in marked
        )
        before = cells.get((dose.row, dose.day))
        if before is not None:
            dose = before._replace(
                text=f"{before.text} + {dose.text}",
                note="; ".join(filter(None, (before.note, dose.note))),
                optional=before.optional and dose.optional,
                differs=before.differs or dose.differs,
            )
        cells[dose.row, dose.day] = dose
    return list(cells.values())


def legend_of(shown: Iterable[Dose]) -> tuple[tuple[str, str], ...]:
    """What the colours of a calendar mean, as far as it has them."""
    roles = {"role-" + dose.role.partition(" ")[0] for dose in shown}
    return tuple(entry for entry in _LEGEND if entry[0] in roles)


def _words(given: Given) -> str:
    """What a cell says: the dose as printed, and how often where more than once."""
    text = given.printed or "given"
    return f"{text} ×{given.times}" if given.times not in ("", "1") else text
