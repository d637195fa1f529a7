"""A value agrees with a passage that says it, and with no other."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regimenkg.checks import printed
from regimenkg.checks.passages import Passage, Value
from regimenkg.checks.rereading import reread
from regimenkg.terms.literals import XSD, Duration
from regimenkg.terms.namespaces import RK

INTEGER, DECIMAL, BOOLEAN = XSD + "integer", XSD + "decimal", XSD + "boolean"
LENGTH, STRING = XSD + "dayTimeDuration", XSD + "string"


def agrees(name: str, text: str, datatype: str, printed_there: str, **more: object) -> bool | None:
    """Whether a value agrees with a passage, which is marked with ``[`` and ``]``."""
    before, _, rest = printed_there.partition("[")
    inside, _, after = rest.partition("]")
    passage = Passage(before + inside + after, len(before), len(before + inside))
    value = Value(RK + name, text, datatype, **more)  # type: ignore[arg-type]
    return reread(value, [passage]).agrees


@pytest.mark.parametrize(
    ("name", "text", "datatype", "passage", "expected"),
    [
        ("value", "46", DECIMAL, "was [46·0] months", True),
        ("value", "460", DECIMAL, "was [46·0] months", False),
        ("value", "-3.2", DECIMAL, "change [−3·2] points", True),
        ("value", "3.2", DECIMAL, "change −[3·2] points", False),
        ("lowerLimit", "3", DECIMAL, "range 1-[3]", True),
        ("value", "12", DECIMAL, "of [12].5 mg", False),
        ("value", "19", DECIMAL, "43% vs.[19]%", True),
        ("pValue", "0.05", DECIMAL, "P < [.05]", True),
        ("pValue", "0.5", DECIMAL, "P < [.05]", False),
        ("count", "1200", INTEGER, "of [1,200] patients", True),
        ("count", "2", INTEGER, "[Two] patients", True),
        ("count", "842", INTEGER, "[Eight hundred forty-two]", True),
        ("count", "95", INTEGER, "[Ninety-five]", True),
        ("count", "5", INTEGER, "[patients]", False),
        ("percent", "34", DECIMAL, "[pneumonia (34%) and rash (3%) in all of the patients]", True),
        ("percent", "43", DECIMAL, "[pneumonia (34%) and rash (3%) in all of the patients]", False),
        ("minGrade", "3", INTEGER, "[grade 3 or 4]", True),
        ("minGrade", "4", INTEGER, "[grade 3 or 4]", False),
        ("maxGrade", "4", INTEGER, "[grade 3 or 4]", True),
        ("maxGrade", "3", INTEGER, "[grade ≥3]", False),
        ("minGrade", "1", INTEGER, "[any-grade]", True),
        ("pValueBound", "<", STRING, "P [<] .05", True),
        ("pValueBound", "=", STRING, "P [<] .05", False),
        ("pValueBound", "≤", STRING, "P [<=] .05", True),
        ("unit", "mo", STRING, "11 [months]", True),
        ("unit", "a", STRING, "11 [months]", False),
        ("unit", "1", STRING, "[hazard ratio]", True),
        ("cycleLength", "P21D", LENGTH, "[every 3 weeks]", True),
        ("cycleLength", "P28D", LENGTH, "[every 3 weeks]", False),
        ("cycleLength", "P28D", LENGTH, "[28-day] cycles", True),
        ("every", "PT12H", LENGTH, "[q12h]", True),
        ("every", "P2D", LENGTH, "[every other day]", True),
        ("every", "P1D", LENGTH, "[for 5 days]", True),
        ("timePoint", "P2Y", XSD + "yearMonthDuration", "[24 months]", True),
        ("timePoint", "P2Y", XSD + "yearMonthDuration", "[2-month]", False),
        ("dataCutoff", "2016-02-09", XSD + "date", "[Feb 9, 2016]", True),
        ("dataCutoff", "2016-02-08", XSD + "date", "[Feb 9, 2016]", False),
        ("dataCutoff", "2016-02", XSD + "gYearMonth", "[February 2016]", True),
        ("randomised", "true", BOOLEAN, "[randomly assigned]", True),
        ("randomised", "false", BOOLEAN, "[randomly assigned]", False),
        ("oneSided", "false", BOOLEAN, "[two-sided]", True),
        ("upperNotReached", "true", BOOLEAN, "([NR])", True),
        ("phase", "II", STRING, "[phase 2]", True),
        ("phase", "III", STRING, "[phase 2]", False),
        ("lineOfTherapy", "2", INTEGER, "[second-line]", True),
        ("registryId", "NCT00000001", STRING, "[NCT00000001]", True),
        ("registryId", "NCT00000002", STRING, "[NCT00000001]", False),
        ("registryId", "NCT00000001", STRING, "identifier: [00000001]", True),
        ("registryId", "NCT00000002", STRING, "identifier: [00000001]", False),
        ("registryId", "EU-00000001", STRING, "identifier: [00000001]", False),
    ],
)
def test_a_value_is_what_its_passage_says(
    name: str, text: str, datatype: str, passage: str, expected: bool
) -> None:
    assert agrees(name, text, datatype, passage) is expected


@pytest.mark.parametrize(
    ("parts", "passage", "expected"),
    [
        ({"numericValue": "2000", "ucumCode": "mg/m2"}, "[2 g/m(2)]", True),
        ({"numericValue": "2", "ucumCode": "mg/m2"}, "[2 g/m(2)]", False),
        ({"numericValue": "2000", "ucumCode": "mg"}, "[2 g/m(2)]", False),
        ({"numericValue": "1.6", "ucumCode": "mg/m2"}, "[1·6 mg/m2] on day 1", True),
        ({"lowerBound": "75", "upperBound": "100", "ucumCode": "mg/m2"}, "[75-100 mg/m2]", True),
        ({"lowerBound": "75", "upperBound": "10", "ucumCode": "mg/m2"}, "[75-100 mg/m2]", False),
        ({"numericValue": "5", "ucumCode": "AUC"}, "[area under the curve 5]", True),
        ({"numericValue": "75", "ucumCode": "mg"}, "[75] or 100 mg", True),
        (
            {"numericValue": "5", "ucumCode": "mg", "hasUnit": "http://qudt.org/vocab/unit/GRAY"},
            "[5 mg]",
            False,
        ),
    ],
)
def test_an_amount_is_compared_in_its_canonical_unit(
    parts: dict[str, str], passage: str, expected: bool
) -> None:
    assert agrees("dose", "", "", passage, parts=parts) is expected


def test_all_days_of_a_list_are_asked_for() -> None:
    days = frozenset({"1", "8", "15"})
    assert agrees("day", "8", INTEGER, "[days 1, 8, and 15]", beside=days) is True
    assert agrees("day", "8", INTEGER, "[days 1, 8, and 15]", beside=days - {"15"}) is False
    before = frozenset({"-5", "-4", "-3", "-2"})
    assert agrees("day", "-5", INTEGER, "[-5 to day -2]", beside=before) is True


def test_what_is_said_to_be_printed_has_to_be() -> None:
    assert agrees("qualifier", "all", STRING, "[in all]", tokens=("all",)) is True
    assert agrees("qualifier", "every one", STRING, "[in all]", tokens=("all",)) is None
    assert agrees("qualifier", "every one", STRING, "[in all]", tokens=("each",)) is False


def test_a_name_is_known_and_another_of_a_short_list_is_wrong() -> None:
    names: dict[str, object] = {"names": ("oral",), "rivals": ("intravenous",)}
    assert agrees("route", RK + "Oral", "", "[orally, oral]", **names) is True
    assert agrees("route", RK + "Oral", "", "[Intravenous]", **names) is False
    assert agrees("route", RK + "Oral", "", "[by mouth]", **names) is None


def test_a_place_beyond_the_document_is_a_difference() -> None:
    value = Value(RK + "count", "5", INTEGER)
    assert reread(value, [Passage("5", 0, 9)]).agrees is False


def test_a_p_value_and_the_sign_before_it_go_together() -> None:
    assert agrees("pValue", "0.05", DECIMAL, "P < [.05]", bound="<") is True
    assert agrees("pValue", "0.05", DECIMAL, "P < [.05]", bound="=") is False


@given(st.decimals(-9999, 9999, places=2, allow_nan=False), st.booleans())
def test_any_number_is_read_as_it_is_printed(number: Decimal, middle_dot: bool) -> None:
    text = f"{number:,f}"
    text = text.replace(".", "·") if middle_dot else text
    assert printed.numbers(text) == [number]


@given(st.sets(st.integers(1, 60), min_size=1, max_size=8))
def test_any_list_of_days_is_read_as_it_is_printed(days: set[int]) -> None:
    *first, last = sorted(days)
    text = f"days {', '.join(map(str, first))}, and {last}" if first else f"day {last}"
    assert printed.wholes(text) == (days, True)


@given(st.integers(1, 400), st.sampled_from(["hour", "day", "week", "month", "year"]))
def test_any_length_of_time_is_read_as_it_is_printed(count: int, unit: str) -> None:
    letter = {"day": "D", "month": "M", "year": "Y"}.get(unit)
    wanted = {"hour": f"PT{count}H", "week": f"P{count * 7}D"}.get(unit, f"P{count}{letter}")
    for text in (f"{count} {unit}s", f"{count}-{unit}", f"every {count} {unit}s"):
        assert Duration.parse(wanted) in list(printed.lengths(text)), text


@given(st.text(max_size=60), st.integers(0, 60), st.integers(0, 60))
def test_no_text_makes_a_rule_fail(text: str, start: int, end: int) -> None:
    passage = Passage(text, start, end)
    for name, value, datatype in (
        ("count", "5", INTEGER),
        ("day", "5", INTEGER),
        ("minGrade", "3", INTEGER),
        ("every", "P1D", LENGTH),
        ("dataCutoff", "2016-02-09", XSD + "date"),
        ("unit", "mg", STRING),
        ("phase", "II", STRING),
        ("pValueBound", "<", STRING),
        ("optional", "true", BOOLEAN),
    ):
        reread(Value(RK + name, value, datatype), [passage])
    parts = {"numericValue": "5", "ucumCode": "mg"}
    reread(Value(RK + "dose", "", parts=parts), [passage])
