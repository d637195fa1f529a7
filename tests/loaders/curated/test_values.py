"""Literals, quantities and schedules of curated files: canonical whatever was written, or refused.

What a text means is written down here by hand, and the canonical way of writing the same value has
to read as the same.
"""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from regimenkg.loaders.curated.doses import cap, dose, every
from regimenkg.loaders.curated.durations import duration, interval, months
from regimenkg.loaders.curated.numbers import BadValue
from regimenkg.loaders.curated.quantities import Quantity, quantity
from regimenkg.loaders.curated.schema import Schema
from regimenkg.loaders.curated.series import MAX_LENGTH, at_intervals, series
from regimenkg.loaders.curated.units import by_code, unit, units
from regimenkg.loaders.curated.values import decimal, integer, literal, read
from regimenkg.terms.namespaces import PREFIXES, RK

XSD = PREFIXES["xsd"]

amounts = st.decimals(min_value="0.001", max_value=10**6, places=3).map(Decimal.normalize)
whole = st.integers(min_value=1, max_value=10**6)
codes = st.sampled_from(sorted(by_code()))


def said(text: str) -> dict[str, str]:
    """What the text of a dose says, as plain text: amounts in canonical units."""
    return {one.name: plain(one.value) for one in dose(text)}


def plain(value: object) -> str:
    if isinstance(value, Quantity):
        upper = "" if value.upper is None else f"-{value.upper.normalize():f}"
        return f"{value.number.normalize():f}{upper} {value.unit.ucum}"
    return str(getattr(value, "value", value)).removeprefix(RK)


@given(st.integers(-20, 20), st.integers(1, 40), st.integers(1, 60))
def test_a_run_of_days_is_given_at_the_intervals_that_are_shorter(
    first: int, length: int, apart: int
) -> None:
    days = range(first, first + length)
    listed = at_intervals(days, 24 * apart)
    if apart == 1 or apart >= length:
        assert listed is None
    else:
        assert listed == [day for day in days if (day - first) % apart == 0]
        assert at_intervals(listed, 24 * apart) is None


@given(st.decimals(min_value=0, max_value=10**9, places=4, allow_nan=False))
def test_decimals_are_canonical_and_keep_their_value(number: Decimal) -> None:
    text = decimal(f"{number:f}").value
    assert Decimal(text) == number
    assert "E" not in text
    assert not ("." in text and text.endswith(("0", ".")))


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=2))
def test_a_comma_between_thousands_changes_nothing(number: Decimal) -> None:
    assert decimal(f"{number:,f}") == decimal(f"{number:f}")


@given(st.integers(0, 999), st.text("0123456789", min_size=1, max_size=5))
def test_a_comma_elsewhere_is_refused(before: int, after: str) -> None:
    assume(len(after) != 3)
    for reader in (decimal, integer, quantity, dose):
        with pytest.raises(BadValue):
            reader(f"{before},{after} mg" if reader in (quantity, dose) else f"{before},{after}")


# Days and cycles


@given(st.integers(min_value=-400, max_value=400), st.integers(min_value=1, max_value=50))
def test_a_range_has_every_day_once_however_it_is_spelt(first: int, more: int) -> None:
    days = list(range(first, first + more + 1))
    last = first + more
    assert series(f"{first}..{last}") == days
    assert series(f"{first} to {last}") == days
    assert series(f"days {first} .. {last}") == days
    if first >= 0:
        assert series(f"{first}-{last}") == series(f"{first} – {last}") == days


@given(st.lists(st.integers(-400, 400), min_size=1, max_size=20, unique=True))
def test_a_list_of_days_reads_back(days: list[int]) -> None:
    assert series(", ".join(map(str, days))) == days
    if all(abs(day) < 100 for day in days):
        assert series(",".join(map(str, days))) == days


@pytest.mark.parametrize("text", ["1,000", "8,100", "1, 2,500", "3,120 and 4"])
def test_a_comma_as_between_thousands_makes_no_two_days(text: str) -> None:
    with pytest.raises(BadValue, match="a blank after the comma"):
        series(text)


@given(st.integers(-99, 99), st.integers(-99, 99))
def test_a_hyphen_beside_a_sign_is_never_guessed(first: int, last: int) -> None:
    assume(first < 0 or last < 0)
    with pytest.raises(BadValue):
        series(f"{first}-{last}")


@pytest.mark.parametrize(
    "text, days",
    [
        ("1-5, 8", [1, 2, 3, 4, 5, 8]),
        ("1, 8, 15", [1, 8, 15]),
        ("1, 8 and 15", [1, 8, 15]),
        ("1..3", [1, 2, 3]),
        ("-6", [-6]),
        ("-6..-2", [-6, -5, -4, -3, -2]),
        ("-6 to -2", [-6, -5, -4, -3, -2]),
        ("−6 to −5", [-6, -5]),
        ("Day 0", [0]),
        ("d1-3", [1, 2, 3]),
    ],
)
def test_days_are_read_as_protocols_write_them(text: str, days: list[int]) -> None:
    assert series(text) == days


@pytest.mark.parametrize(
    "text", ["", "5-1", "1-5-8", "1, 1", "1-5, 3", "1.5", "1-", "-6-2", "daily", "2+", "1-500"]
)
def test_days_that_are_unclear_are_refused(text: str) -> None:
    with pytest.raises(BadValue):
        series(text)


def test_cycles_are_read_as_days_are_under_their_own_name() -> None:
    assert series("cycles 2-4, 6", "cycle") == [2, 3, 4, 6]
    with pytest.raises(BadValue, match="cycles such as"):
        series("days 2-4", "cycle")
    assert len(series(f"1-{MAX_LENGTH}", "cycle")) == MAX_LENGTH


# Lengths of time


@given(st.integers(min_value=1, max_value=10**6), st.sampled_from(["min", "h", "d", "wk"]))
def test_durations_keep_their_length(number: int, unit: str) -> None:
    seconds = number * {"min": 60, "h": 3600, "d": 86400, "wk": 604800}[unit]
    value = duration(f"{number} {unit}").value
    assert duration(value).value == value, "the canonical form is its own canonical form"
    match = re.fullmatch(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?", value)
    assert match
    days, hours, minutes, rest = (int(g or 0) for g in match.groups())
    assert hours < 24 and minutes < 60 and rest < 60
    assert days * 86400 + hours * 3600 + minutes * 60 + rest == seconds


@given(
    st.integers(1, 1000),
    st.sampled_from([("h", "hours", "h"), ("d", "days", "d"), ("w", "weeks", "wk")]),
)
def test_an_interval_is_the_same_however_it_is_spelt(count: int, words: tuple[str, ...]) -> None:
    short, long, ucum = words
    same = duration(f"{count} {ucum}")
    for text in (f"q{count}{short}", f"every {count} {long}", f"{count} {ucum}", same.value):
        assert interval(text) == same


@pytest.mark.parametrize(
    "text, value",
    [
        ("q12h", "PT12H"),
        ("every 12 hours", "PT12H"),
        ("q24h", "P1D"),
        ("every day", "P1D"),
        ("every other day", "P2D"),
        ("every 3 weeks", "P21D"),
        ("q3w", "P21D"),
        ("12 h", "PT12H"),
        ("P7D", "P7D"),
        ("daily", "P1D"),
        ("weekly", "P7D"),
    ],
)
def test_an_interval_is_read_as_protocols_write_it(text: str, value: str) -> None:
    assert interval(text).value == value


@pytest.mark.parametrize(
    "text",
    [
        "biweekly",
        "monthly",
        "twice daily",
        "bid",
        "qd",
        "qod",
        "every 4-6 h",
        "q h",
        "every 3 months",
        "0 h",
        "every",
        "12",
        "monthly",
        "-12 h",
    ],
)
def test_an_interval_that_may_mean_two_things_is_refused(text: str) -> None:
    with pytest.raises(BadValue, match="timesPerDay"):
        interval(text)


@pytest.mark.parametrize("text", ["21", "21-day", "2 years", "3 fortnights"])
def test_a_duration_that_is_refused_is_answered_with_days_and_weeks(text: str) -> None:
    with pytest.raises(BadValue, match="7 d, 3 weeks"):
        duration(text)


@pytest.mark.parametrize("code", ["mo", "%", "1", "{patients}", "mmol/L", "g", "10*9/L", "[iU]/L"])
def test_a_code_is_a_unit_of_a_value(code: str) -> None:
    [given_one] = read(PROPERTIES["unit"], code) or []
    assert plain(given_one.value) == code


# Units and amounts


def test_every_spelling_of_the_table_is_a_unit_of_the_graph() -> None:
    for spelling, of in units().items():
        if of.ucum.startswith("/"):
            assert unit(spelling) is None, "what an amount is given per is no unit alone"
        else:
            assert unit(spelling) == of
            assert of.ucum in by_code(), f"{of.ucum} needs a row of factor 1"


def test_no_spelling_stands_for_two_units() -> None:
    from regimenkg.resources import directory

    rows = (directory("ontology") / "units.tsv").read_text(encoding="utf-8").splitlines()[1:]
    spellings = [one for row in rows for one in row.split("\t")[0].split(", ")]
    assert len(spellings) == len(set(spellings)) == len(units())


AMOUNTS = [one for one, of in units().items() if not of.ucum.startswith("/") and "/" not in of.ucum]
PER = [one for one, of in units().items() if of.ucum.startswith("/")]


@given(st.sampled_from(AMOUNTS), st.sampled_from(PER))
def test_an_amount_per_something_is_the_unit_of_their_codes(amount: str, per: str) -> None:
    made = unit(f"{amount}{per}" if per.startswith("/") else f"{amount} {per}")
    code = units()[amount].ucum + units()[per].ucum
    if code in by_code():
        assert made is not None
        assert (made.ucum, made.factor) == (code, units()[amount].factor)
    else:
        assert made is None


@given(amounts, st.sampled_from(AMOUNTS))
def test_an_amount_reads_the_same_written_anew_in_its_canonical_unit(
    number: Decimal, spelling: str
) -> None:
    first = quantity(f"{number:f} {spelling}")
    assert first.number == number * units()[spelling].factor
    again = quantity(f"{first.number.normalize():f} {first.unit.ucum}")
    assert (again.number, again.unit.ucum) == (first.number, first.unit.ucum)


@given(amounts, amounts, codes)
def test_a_range_reads_the_same_however_it_is_spelt(
    one: Decimal, other: Decimal, code: str
) -> None:
    low, high = sorted((one, other))
    assume(low < high)
    ends = f"{low:f}", f"{high:f}"
    for sign in ("-", " - ", "–", " to ", ".."):
        amount = quantity(f"{ends[0]}{sign}{ends[1]} {code}")
        assert (amount.number, amount.upper, amount.unit.ucum) == (low, high, code)
    with pytest.raises(BadValue, match="from the lower to the higher"):
        quantity(f"{ends[1]}-{ends[0]} {code}")


@pytest.mark.parametrize(
    "text, canonical",
    [
        ("2 g/m2", "2000 mg/m2"),
        ("2,000 mg/m2", "2000 mg/m2"),
        ("300 µg", "300 ug"),
        ("300mcg", "300 ug"),
        ("5 mcg/kg", "5 ug/kg"),
        ("0.5 g", "500 mg"),
        ("100 mg per square meter", "100 mg/m2"),
        ("100 mg/M2", "100 mg/m2"),
        ("100 mg/m(2)", "100 mg/m2"),
        ("100 mg/m²", "100 mg/m2"),
        ("6,000 IU/m2", "6000 [iU]/m2"),
        ("3 million IU", "3000000 [iU]"),
        ("100 IU/kg", "100 [iU]/kg"),
        ("10 units/m2", "10 [arb'U]/m2"),
        ("180 cGy", "1.8 Gy"),
        ("7.4 GBq", "7400 MBq"),
        ("0.4 mCi/kg", "14.8 MBq/kg"),
        ("AUC 5", "5 AUC"),
        ("5 AUC", "5 AUC"),
        ("AUC=5-6", "5-6 AUC"),
        ("75-100 mg/m2", "75-100 mg/m2"),
        ("75 mg to 1 g", "75-1000 mg"),
        ("1.5 - 2 g/m2", "1500-2000 mg/m2"),
        ("1.125 mg", "1.125 mg"),
        ("10.00 mg", "10 mg"),
        ("0.500 g", "500 mg"),
        ("1,250.000 mg", "1250 mg"),
    ],
)
def test_an_amount_is_in_its_canonical_unit(text: str, canonical: str) -> None:
    assert plain(quantity(text)) == canonical
    assert quantity(text).as_reported == text


@pytest.mark.parametrize(
    "text, expected",
    [
        ("5", "a number and a unit"),
        ("5 mg/m3", "a number and a unit"),
        ("5 MG", "a number and a unit"),
        ("5 Mg", "a number and a unit"),
        ("-5 mg", "a number and a unit"),
        ("1e3 mg", "a number and a unit"),
        ("1,5 mg", "a point before decimals"),
        (".5 mg", "a digit before the point"),
        ("25.000 IU/m2", "25,000 or 25,"),
        ("2.500 IU/m2", "2,500 or 2.5,"),
        ("500-1.000 mg", "1,000 or 1,"),
        ("AUC 5.000", "5,000 or 5,"),
        ("10 U/m2", "what kind of unit U is"),
        ("5-10 mg-20", "a number and a unit"),
        ("5 mg - 10 mg/m2", "a range in one unit"),
    ],
)
def test_an_amount_that_is_unclear_is_refused(text: str, expected: str) -> None:
    with pytest.raises(BadValue) as caught:
        quantity(text)
    assert expected in caught.value.expected


def test_micrograms_never_become_milligrams() -> None:
    assert plain(quantity("300 mcg")) != plain(quantity("300 mg"))
    assert {of.ucum for of in units().values()} >= {"ug", "mg"}


# Doses that say more


@pytest.mark.parametrize(
    "text, values",
    [
        ("2 g/m2", {"dose": "2000 mg/m2"}),
        ("1.4 mg/m2, max 2 mg", {"dose": "1.4 mg/m2", "doseCap": "2 mg"}),
        ("1.4 mg/m2 (maximum 2 mg)", {"dose": "1.4 mg/m2", "doseCap": "2 mg"}),
        ("100 mg/m2/day", {"dose": "100 mg/m2", "per": "PerDay"}),
        ("100 mg per square meter per day", {"dose": "100 mg/m2", "per": "PerDay"}),
        ("5 mg/kg/dose", {"dose": "5 mg/kg", "per": "PerAdministration"}),
        ("600 mg/m2/week", {"dose": "600 mg/m2", "per": "PerWeek"}),
        ("1 g per course", {"dose": "1000 mg", "per": "PerCourse"}),
        (
            "100 mg/m2/day x 7 days",
            {"dose": "100 mg/m2", "per": "PerDay", "every": "P1D", "repetitions": "7"},
        ),
        (
            "75-100 mg/m2/day for 7 days",
            {"dose": "75-100 mg/m2", "per": "PerDay", "every": "P1D", "repetitions": "7"},
        ),
        ("3 g/m2 q12h x 6 doses", {"dose": "3000 mg/m2", "every": "PT12H", "repetitions": "6"}),
        (
            "40 mg/week x 4 weeks",
            {"dose": "40 mg", "per": "PerWeek", "every": "P7D"} | {"repetitions": "4"},
        ),
        ("20 mg every other day", {"dose": "20 mg", "every": "P2D"}),
        ("70 Gy in 35 fractions", {"dose": "70 Gy", "per": "InTotal", "fractions": "35"}),
        ("90 mg/m2 over 3 days", {"dose": "90 mg/m2", "per": "InTotal", "doseOver": "P3D"}),
        ("100 mg/m2/day, max 200 mg", {"dose": "100 mg/m2", "per": "PerDay", "doseCap": "200 mg"}),
    ],
)
def test_a_dose_says_all_that_is_printed(text: str, values: dict[str, str]) -> None:
    assert said(text) == values
    assert next(iter(said(text))) == "dose"


@given(amounts, codes, st.integers(1, 60))
def test_a_dose_per_day_for_some_days_reads_back(number: Decimal, code: str, days: int) -> None:
    amount = f"{number:f} {code}"
    expected = {"dose": plain(quantity(amount)), "per": "PerDay"}
    assert said(f"{amount}/day") == expected
    expected |= {"every": "P1D", "repetitions": str(days)}
    for times in (f"x {days} days", f"× {days} days", f"for {days} days", f"x{days} d"):
        assert said(f"{amount}/day {times}") == expected


@given(amounts, codes, amounts)
def test_a_cap_reads_back_and_keeps_its_own_token(
    number: Decimal, code: str, most: Decimal
) -> None:
    amount, limit = f"{number:f} {code}", f"{most:f} mg"
    read_dose, read_cap = dose(f"{amount}, max {limit}")
    assert isinstance(read_dose.value, Quantity) and isinstance(read_cap.value, Quantity)
    assert (read_dose.value.as_reported, read_cap.value.as_reported) == (amount, limit)
    assert cap(f"max {limit}") == cap(limit) == [read_cap]


@pytest.mark.parametrize(
    "text, write",
    [
        ("100 mg daily", "100 mg/day"),
        ("40 mg weekly", "100 mg/day"),
        ("100 mg twice daily", "timesPerDay: 2"),
        ("100 mg x 7 days", "100 mg/day x 7 days"),
        ("100 mg for 6 doses", "100 mg q12h x 6 doses"),
        ("3 g/m2 q12h x 3 days", "q12h x 6 doses"),
        ("90 mg/m2 over 3 h", "infusionDuration"),
        ("50 mg/m2/day over 3 days", "either a total"),
        ("50 mg/day q12h x 4 doses", "the dose given each time"),
        ("100 mg/m2 x 5", "a number and a unit"),
        ("max 2 mg", "a number and a unit"),
        ("1.4 mg/m2, max 2", "a number and a unit"),
    ],
)
def test_a_dose_that_may_mean_two_things_is_refused_with_what_to_write(
    text: str, write: str
) -> None:
    with pytest.raises(BadValue) as caught:
        dose(text)
    assert write in caught.value.expected


def test_an_interval_may_say_how_often() -> None:
    assert {one.name: plain(one.value) for one in every("q12h x 6 doses")} == {
        "every": "PT12H",
        "repetitions": "6",
    }
    assert [one.name for one in every("q12h")] == ["every"]


def test_each_value_of_a_spelling_is_of_a_property_and_a_member_of_the_vocabulary() -> None:
    schema = Schema.read()
    for text in ("100 mg/day x 7 days, max 1 g", "5 mg/dose", "5 mg/week", "5 mg/cycle"):
        for one in [*dose(text), *dose("1 g/course"), *dose("9 Gy in 3 fractions")]:
            assert one.name in schema.properties
            if one.name == "per":
                members = schema.individuals[RK + "DosePer"]
                assert plain(one.value) in members


# Whatever is written

PROPERTIES = Schema.read().properties


@given(st.text(max_size=16) | st.text("0123456789 ,.-–/xq()dayhmgMI2+to", max_size=24))
def test_no_text_breaks_the_readers(text: str) -> None:
    for name in ("dose", "doseCap", "every", "day", "cycle", "percent", "count", "cycleLength"):
        try:
            read(PROPERTIES[name], text)
        except BadValue as error:
            assert error.expected
    for reader in (months, duration, quantity):
        try:
            reader(text)
        except BadValue as error:
            assert error.expected


@pytest.mark.parametrize(
    "text, datatype",
    [("2008", "gYear"), ("2009-08", "gYearMonth"), ("2017-09-19", "date")],
)
def test_a_date_is_as_exact_as_it_is_written(text: str, datatype: str) -> None:
    kinds = frozenset({XSD + "gYear", XSD + "gYearMonth", XSD + "date"})
    assert literal(text, kinds).datatype.value == XSD + datatype


@pytest.mark.parametrize("text", ["2017-13", "2017-02-30", "17", "2017-9", "September 2017"])
def test_a_date_that_there_is_not_is_refused(text: str) -> None:
    with pytest.raises(BadValue):
        literal(text, frozenset({XSD + "gYear", XSD + "gYearMonth", XSD + "date"}))
