"""Literals and quantities of curated files: canonical whatever was written, or refused."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regimenkg.loaders.curated.values import (
    BadValue,
    day_range,
    decimal,
    duration,
    integer,
    literal,
    months,
    quantity,
    units,
)
from regimenkg.terms.namespaces import PREFIXES

XSD = PREFIXES["xsd"]


@given(st.decimals(min_value=0, max_value=10**9, places=4, allow_nan=False))
def test_decimals_are_canonical_and_keep_their_value(number: Decimal) -> None:
    text = decimal(f"{number:f}").value
    assert Decimal(text) == number
    assert "E" not in text
    assert not ("." in text and text.endswith(("0", ".")))


@given(st.integers(min_value=-400, max_value=400), st.integers(min_value=0, max_value=50))
def test_a_range_of_days_has_every_day_once(first: int, more: int) -> None:
    days = [int(day.value) for day in day_range(f"{first}..{first + more}")]
    assert days == list(range(first, first + more + 1))


@given(st.integers(min_value=1, max_value=10**6), st.sampled_from(["min", "h", "d", "wk"]))
def test_durations_keep_their_length(number: int, unit: str) -> None:
    seconds = number * {"min": 60, "h": 3600, "d": 86400, "wk": 604800}[unit]
    value = duration(f"{number} {unit}").value
    assert duration(value).value == value, "the canonical form is its own canonical form"
    import re

    match = re.fullmatch(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?", value)
    assert match
    days, hours, minutes, rest = (int(g or 0) for g in match.groups())
    assert hours < 24 and minutes < 60 and rest < 60
    assert days * 86400 + hours * 3600 + minutes * 60 + rest == seconds


@given(st.text(max_size=12))
def test_no_text_breaks_the_readers(text: str) -> None:
    for read in (decimal, integer, duration, months, day_range, quantity):
        try:
            read(text)
        except BadValue as error:
            assert error.expected


@pytest.mark.parametrize(
    "text, number, unit",
    [
        ("2 g/m2", "2000", "mg/m2"),
        ("2000 mg/m2", "2000", "mg/m2"),
        ("300 µg", "300", "ug"),
        ("300 mcg", "300", "ug"),
        ("0.5 g", "500", "mg"),
    ],
)
def test_a_dose_is_in_its_canonical_unit(text: str, number: str, unit: str) -> None:
    read = quantity(text)
    assert (read.number, read.unit.ucum, read.as_reported) == (Decimal(number), unit, text)


def test_micrograms_never_become_milligrams() -> None:
    assert {unit.ucum for unit in units().values() if "g" in unit.printed[1:2]} >= {"ug", "mg"}
    assert quantity("300 mcg").unit.ucum != quantity("300 mg").unit.ucum


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
