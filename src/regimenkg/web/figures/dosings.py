"""The dosings of a regimen as sources print them, and their calendars."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from regimenkg.formats.rows import plain_text, readable
from regimenkg.records.answers import Named
from regimenkg.records.cells import Cell, cell_of, named_cell
from regimenkg.web.figures.calendars import Dose

__all__ = [
    *("ABOUT_CALENDARS", "Dosing", "DrugDay"),
    *("doses", "dosings", "legend_of", "undated"),
]

ABOUT_CALENDARS = "Doses as printed, on the days that the source names; a dashed frame is optional."

_LEGEND = (
    ("role-cytotoxic", "cytotoxic drug"),
    ("role-growth", "growth factor"),
    ("role-targeted", "targeted therapy"),
    ("role-supportive", "supportive medication"),
    ("role-radiotherapy", "radiotherapy"),
    ("role-placebo", "placebo"),
    ("role-none", "role not stated"),
)

_INTERVAL = re.compile(r"P(?:(\d+)D)?(?:T(\d+)H)?")
_PER = {
    "PerDay": "a day",
    "PerWeek": "a week",
    "PerCycle": "a cycle",
    "PerCourse": "a course",
    "InTotal": "in total",
}


class DrugDay(NamedTuple):
    """A drug on a day of a dosing.

    ``substance`` is what the drug is a salt or product of, or else the drug; ``amount`` is the
    dose in its canonical unit, ``printed`` as the source has it, with its cap and what it is per.
    ``part`` tells the block and the cycles that the day is counted in, and the step of a ramp-up;
    ``choice`` is true where one of several is given: alternatives, or groups of patients, which
    ``note`` names. What is not stated is None or empty.
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
    part: str = ""
    note: str = ""
    choice: bool = False


class Dosing(NamedTuple):
    """A dosing: its name, its page, and what is given."""

    label: str
    href: str
    given: list[DrugDay]


def dosings(rows: Iterable[Named]) -> list[Dosing]:
    """The dosings that rows of the canned query ``dosing`` tell.

    The blocks and steps of each come in the order of the rows, and in them its days.
    """
    by_variant: dict[str, dict[tuple[object, int | None], DrugDay]] = {}
    variants: dict[str, Cell] = {}
    for row in rows:
        variant = named_cell(row, "variant")
        variants[variant.href] = variant
        for day in _days(row) or [None]:
            # An administration that two documents tell of is one.
            by_variant.setdefault(variant.href, {})[row["administration"], day] = DrugDay(
                _given(row),
                named_cell(row, "substance"),
                day,
                _printed(row),
                _amount(row),
                readable(row["timesPerDay"]),
                named_cell(row, "componentRole").text,
                named_cell(row, "route").text,
                readable(row["optional"]) == "true",
                _part(row),
                _note(row),
                bool(row["alternativeTo"] or row["appliesTo"]),
            )
    return [
        Dosing(variants[href].text, href, _in_order(given.values()))
        for href, given in by_variant.items()
    ]


def _in_order(given: Iterable[DrugDay]) -> list[DrugDay]:
    given = list(given)
    parts = list(dict.fromkeys(one.part for one in given))
    return sorted(given, key=lambda one: (parts.index(one.part), *_first_day(one)))


def _given(row: Named) -> Cell:
    """The drug, the treatment, or both: heated chemotherapy is a drug within a treatment."""
    drug, treatment = named_cell(row, "drug"), named_cell(row, "treatment")
    if not drug.text:
        return treatment
    return drug._replace(text=f"{drug.text}, {treatment.text}") if treatment.text else drug


def _days(row: Named) -> list[int | None]:
    """The listed days; else those that follow from a first day, an interval and how many."""
    if listed := readable(row["days"]):
        return [int(day) for day in listed.split(", ")]
    step = _INTERVAL.fullmatch(plain_text(row["every"]) if row["every"] else "")
    if not (step and row["firstDay"] and row["repetitions"]):
        return []
    hours = 24 * int(step[1] or 0) + int(step[2] or 0)
    if hours > 24 and hours % 24:
        return []  # on which days depends on the hour of the first
    first, times = int(plain_text(row["firstDay"])), int(plain_text(row["repetitions"]))
    return list(dict.fromkeys(first + hours * number // 24 for number in range(times)))


def _printed(row: Named) -> str:
    """The dose as printed, with the cap and what it is per, where the words do not have them."""
    printed = readable(row["doseAsReported"])
    if printed and row["doseCap"]:
        cap = f"max {readable(row['doseCap'])} {readable(row['doseCapUnit'])}"
        printed += "" if "max" in printed.lower() else f", {cap}"
    if printed and row["per"]:
        per = _PER.get(plain_text(row["per"]).rpartition("#")[2], "")
        printed += "" if per.split()[-1:] and per.split()[-1] in printed else f" {per}".rstrip()
    return printed.replace("m2", "m²")


def _amount(row: Named) -> tuple[Decimal, str] | None:
    """The dose and its unit; of a range, the unit says how far it goes."""
    if not row["dose"]:
        return None
    unit = readable(row["unit"])
    high = f" to {readable(row['doseHigh'])}" if row["doseHigh"] else ""
    return Decimal(plain_text(row["dose"])), unit + high


def _part(row: Named) -> str:
    """The block, cycles and step that tell a row of the calendar from others of the drug."""
    phase = readable(row["treatmentPhaseLabel"])
    place = f"block {readable(row['blockPosition'])}" if row["blockPosition"] else "block"
    cycles = readable(row["cycles"])
    return ", ".join(
        filter(
            None,
            (
                (phase or place) if row["block"] else "",
                f"cycle {cycles}" if cycles.isdigit() else f"cycles {cycles}" if cycles else "",
                f"step {readable(row['step'])}" if row["step"] else "",
                "days counted over all cycles" if row["daysRunOn"] else "",
            ),
        )
    )


def _note(row: Named) -> str:
    """What else a cell's title tells."""
    return ", ".join(
        f"{word} {cell_of(row[column]).text}"
        for word, column in (
            ("every", "every"),
            ("for", "appliesToLabels"),
            ("or", "alternatives"),
            ("if", "onlyIf"),
            ("until", "until"),
        )
        if row[column]
    )


def _first_day(given: DrugDay) -> tuple[bool, int, str]:
    return given.day is not None, given.day or 0, given.drug.text


def doses(given: Iterable[DrugDay], differing: Iterable[DrugDay] = ()) -> list[Dose]:
    """What a calendar shows of a dosing; what is in ``differing`` is marked.

    Two doses of a drug on one day share its cell; blocks, cycles and steps have rows of their own.
    """
    marked = set(differing)
    cells: dict[tuple[str, str, int], Dose] = {}
    for one in given:
        if one.day is None:
            continue
        often = f"{one.times} times a day" if one.times else ""
        note = ", ".join(filter(None, (one.route, often, one.note)))
        dose = Dose(
            row=one.drug.text,
            day=one.day,
            text=_words(one),
            role=one.role,
            optional=one.optional,
            note=note,
            differs=one in marked,
            part=one.part[:1].upper() + one.part[1:],
        )
        key = (dose.part, dose.row, dose.day)
        before = cells.get(key)
        if before is not None:
            dose = before._replace(
                text=f"{before.text} {'or' if one.choice else '+'} {dose.text}",
                note="; ".join(filter(None, (before.note, dose.note))),
                optional=before.optional and dose.optional,
                differs=before.differs or dose.differs,
            )
        cells[key] = dose
    return list(cells.values())


def undated(given: Iterable[DrugDay]) -> list[str]:
    """The drugs of which no day is stated, so that no calendar shows them, by name."""
    given = list(given)
    dated = {(one.part, one.drug.text) for one in given if one.day is not None}
    without = dict.fromkeys(
        one.drug.text for one in given if (one.part, one.drug.text) not in dated
    )
    return list(without)


def legend_of(shown: Iterable[Dose]) -> tuple[tuple[str, str], ...]:
    """What the colours of a calendar mean, as far as it has them."""
    roles = {"role-" + (dose.role.partition(" ")[0] or "none") for dose in shown}
    return tuple(entry for entry in _LEGEND if entry[0] in roles)


def _words(given: DrugDay) -> str:
    """What a cell says: the dose as printed, and how often where more than once."""
    text = given.printed or "given"
    return f"{text} ×{given.times}" if given.times not in ("", "1") else text
