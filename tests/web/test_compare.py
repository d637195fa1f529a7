"""Regimens side by side: a difference is told where two sources state one, and nowhere else."""

from __future__ import annotations

import re
from decimal import Decimal

from regimenkg.records.cells import Cell
from regimenkg.web.figures.calendars import calendar, frame_of
from regimenkg.web.figures.dosings import Dosing, DrugDay, doses
from regimenkg.web.pages.compare import differing, drugs_of

CYTARABINE = Cell("cytarabine", "/drug/cytarabine")


def given(
    amount: str | None,
    *days: int,
    unit: str = "mg/m2",
    times: str = "",
    drug: Cell = CYTARABINE,
    substance: Cell | None = None,
    optional: bool = False,
) -> list[DrugDay]:
    dose = (Decimal(amount), unit) if amount else None
    printed = f"{amount} {unit}" if amount else ""
    return [
        DrugDay(drug, substance or drug, day, printed, dose, times, "cytotoxic drug", "", optional)
        for day in days
    ]


def regimen(*rows: list[DrugDay]) -> list[Dosing]:
    return [Dosing("x", "/variant/x", [one for row in rows for one in row])]


def verdict(*regimens: list[Dosing]) -> str:
    (row,) = drugs_of(regimens)
    return row.verdict


def test_the_same_dose_on_the_same_days() -> None:
    one, other = regimen(given("2000", 1, 2)), regimen(given("2000.0", 1, 2))
    assert differing([one, other]) == set()
    assert verdict(one, other) == "same dose, same days"


def test_another_dose_is_marked_in_both() -> None:
    one, other = regimen(given("2000", 1)), regimen(given("1000", 1))
    assert len(differing([one, other])) == 2
    assert verdict(one, other) == "doses differ, same days"


def test_another_unit_is_another_dose() -> None:
    assert differing([regimen(given("300", 1)), regimen(given("300", 1, unit="ug"))])


def test_what_is_not_stated_differs_from_nothing() -> None:
    one, other = regimen(given("2000", 1)), regimen(given(None, 1))
    assert differing([one, other]) == set()
    assert verdict(one, other) == "same days, no dose stated in 1 regimen"
    often = regimen(given("2000", 1, times="2"))
    assert differing([one, often]) == set()
    assert differing([often, regimen(given("2000", 1, times="1"))])


def test_a_salt_is_compared_with_its_base() -> None:
    salt, base = Cell("imatinib mesylate", "/drug/s"), Cell("imatinib", "/drug/b")
    one = regimen(given("400", 1, drug=salt, substance=base))
    other = regimen(given("600", 1, drug=base))
    assert len(differing([one, other])) == 2
    (row,) = drugs_of([one, other])
    assert row.cells == [["400 mg/m2, day 1, as imatinib mesylate"], ["600 mg/m2, day 1"]]


def test_other_days_are_told_and_optional_ones_do_not_count() -> None:
    one = regimen(given("5", 1, 2), given("5", 0, optional=True))
    assert verdict(one, regimen(given("5", 1, 2))) == "same dose, same days"
    assert verdict(one, regimen(given("5", 2, 3))) == "same dose, days differ"


def test_a_drug_of_one_regimen_has_an_empty_cell_in_the_other() -> None:
    other = Cell("mitoxantrone", "/drug/m")
    rows = drugs_of([regimen(given("5", 1), given("10", 1, drug=other)), regimen(given("5", 1))])
    assert [(row.drug.text, bool(row.cells[1]), row.verdict) for row in rows] == [
        ("cytarabine", True, "same dose, same days"),
        ("mitoxantrone", False, "in one only"),
    ]


def test_calendars_on_one_axis_align() -> None:
    one, other = doses(given("5", 1)), doses(given("5", -1, 6))
    frame = frame_of([*one, *other])
    drawn = [calendar("x", cells, frame) for cells in (one, other)]
    widths = [re.search(r'width="(\d+)"', svg) for svg in drawn]
    assert len({found.group(1) for found in widths if found}) == 1
    places = [re.findall(r'x="([\d.]+)"[^>]*class="axis">(-?\d+)<', svg) for svg in drawn]
    assert places[0] == places[1]
    assert [day for _, day in places[0]] == ["-1", "0", "1", "2", "3", "4", "5", "6"]


def test_two_doses_on_one_day_share_a_cell() -> None:
    (cell,) = doses([*given("5", 1), *given("10", 1, optional=True)])
    assert cell.text == "5 mg/m2 + 10 mg/m2"
    assert not cell.optional


def test_a_differing_dose_is_marked_with_a_sign_and_words() -> None:
    first = given("5", 1)
    svg = calendar("x", doses(first, first))
    assert "≠ 5" in svg
    assert "differs from another dosing" in svg
    assert "≠" not in calendar("x", doses(first))
