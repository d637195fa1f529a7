"""The dosings of a regimen as sources print them, and their calendars."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from regimenkg.formats.rows import plain_text, readable
from regimenkg.records.answers import Named
from regimenkg.records.cells import Cell, named_cell
from regimenkg.web.figures.calendars import Dose

__all__ = ["ABOUT_CALENDARS", "Dosing", "DrugDay", "doses", "dosings", "legend_of"]

ABOUT_CALENDARS = "Doses as printed, on the days that the source names; a dashed frame is optional."

_LEGEND = (
    ("role-cytotoxic", "cytotoxic drug"),
    ("role-growth", "growth factor"),
    ("role-targeted", "targeted therapy"),
    ("role-supportive", "supportive medication"),
)


class DrugDay(NamedTuple):
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
    given: list[DrugDay]


def dosings(rows: Iterable[Named]) -> list[Dosing]:
    """The dosings that rows of the canned query ``dosing`` tell, each with its days in order."""
    by_variant: dict[str, dict[tuple[object, int | None], DrugDay]] = {}
    variants: dict[str, Cell] = {}
    for row in rows:
        variant = named_cell(row, "variant")
        variants[variant.href] = variant
        value = row["dose"]
        days: list[int | None] = [int(day) for day in readable(row["days"]).split(", ") if day]
        for day in days or [None]:
            # An administration that two documents tell of is one.
            by_variant.setdefault(variant.href, {})[row["administration"], day] = DrugDay(
                named_cell(row, "drug"),
                named_cell(row, "substance"),
                day,
                readable(row["doseAsReported"]).replace("m2", "m²"),
                (Decimal(plain_text(value)), readable(row["unit"])) if value else None,
                readable(row["timesPerDay"]),
                named_cell(row, "componentRole").text,
                named_cell(row, "route").text,
                readable(row["optional"]) == "true",
            )
    return [
        Dosing(variants[href].text, href, sorted(given.values(), key=_first_day))
        for href, given in by_variant.items()
    ]


def _first_day(given: DrugDay) -> tuple[bool, int, str]:
    return given.day is not None, given.day or 0, given.drug.text


def doses(given: Iterable[DrugDay], differing: Iterable[DrugDay] = ()) -> list[Dose]:
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


def _words(given: DrugDay) -> str:
    """What a cell says: the dose as printed, and how often where more than once."""
    text = given.printed or "given"
    return f"{text} ×{given.times}" if given.times not in ("", "1") else text
