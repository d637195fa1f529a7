"""Units as documents print them → one UCUM code and one factor for each quantity of a kind.

The table is ``ontology/units.tsv``: its rows are the units that the graph has, with every spelling
that is taken for them. A row whose code begins with a slash is what an amount may be given per; an
amount and such a row make a unit where the table has one of that code. Sources: UCUM for the codes
and for what a curie is, QUDT for the IRIs.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from regimenkg.resources import directory


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of the graph, and by what a number in a printed unit is multiplied to be in it.

    Args:
        ucum: its UCUM code (AUC, which is none, for the area under the curve in mg/mL · min).
        factor: 1000 where grams were printed and milligrams are the unit.
        qudt: IRI of QUDT's unit, or None where QUDT has none.
    """

    ucum: str
    factor: Decimal
    qudt: str | None


@cache
def units() -> dict[str, Unit]:
    """The rows of the table by each of their spellings."""
    with (directory("ontology") / "units.tsv").open(encoding="utf-8", newline="") as stream:
        return {
            spelling: Unit(row["ucum"], Decimal(row["factor"]), row["qudt"] or None)
            for row in csv.DictReader(stream, delimiter="\t")
            for spelling in row["printed"].split(", ")
        }


def unit(printed: str) -> Unit | None:
    """The unit that a text names, or None. Capitals count: Mg is no milligram.

    >>> unit("g per square meter")
    Unit(ucum='mg/m2', factor=Decimal('1000'), qudt='http://qudt.org/vocab/unit/MilliGM-PER-M2')
    >>> unit("mcg/kg").ucum, unit("MG") is None
    ('ug/kg', True)
    """
    printed = re.sub(r" ?/ ?", "/", printed)
    if whole := units().get(printed):
        return None if whole.ucum.startswith("/") else whole
    match = re.fullmatch(r"(.+?)(/.+| per .+)", printed)
    amount, per = (units().get(match[1]), units().get(match[2].strip())) if match else (None, None)
    if amount is None or per is None or not per.ucum.startswith("/"):
        return None
    made = by_code().get(amount.ucum + per.ucum)
    return Unit(made.ucum, amount.factor * per.factor, made.qudt) if made else None


def can_limit(cap: Unit, dose: Unit) -> bool:
    """Whether an amount in one unit can be the highest of a dose in another.

    A mass limits a dose by mass, or one by the area under the curve that a mass is computed from.

    >>> unit_of = by_code()
    >>> can_limit(unit_of["mg"], unit_of["ug/kg"]), can_limit(unit_of["AUC"], unit_of["mg/m2"])
    (True, False)
    """
    of_cap, of_dose = (one.ucum.partition("/")[0] for one in (cap, dose))
    return of_cap == of_dose or (of_cap in _MASSES and of_dose in (*_MASSES, "AUC"))


_MASSES = ("mg", "ug")


@cache
def by_code() -> dict[str, Unit]:
    """The units that the graph has, by their codes."""
    rows = units().values()
    return {one.ucum: one for one in rows if one.factor == 1 and not one.ucum.startswith("/")}


@cache
def examples() -> str:
    """The units that may be written, each in its first spelling, for a message."""
    with (directory("ontology") / "units.tsv").open(encoding="utf-8", newline="") as stream:
        rows = csv.DictReader(stream, delimiter="\t")
        return ", ".join(
            row["printed"].split(", ")[0] for row in rows if not row["ucum"].startswith("/")
        )
