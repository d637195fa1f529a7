"""Literals are in the form that XML Schema calls canonical and that the engine keeps on storing."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pyoxigraph import NamedNode, Quad, Store

from regimenkg.terms.literals import MAX_DIGITS, Duration, date_type, decimal, integer, typed

DIGITS = st.text("0123456789", max_size=MAX_DIGITS)
DECIMALS = st.builds(
    lambda sign, whole, point, fraction: sign + whole + point + (fraction if point else ""),
    st.sampled_from(["", "+", "-"]),
    DIGITS,
    st.sampled_from(["", "."]),
    DIGITS,
).filter(lambda text: any(char.isdigit() for char in text))
DURATIONS = st.builds(
    Duration,
    st.integers(0, 10**6),
    st.integers(0, 10**12),
    st.text("0123456789", max_size=9).map(lambda digits: digits.rstrip("0")),
    st.booleans(),
)


def stored(text: str, datatype: str) -> str:
    """What the engine gives back of a literal."""
    store, node = Store(), NamedNode("urn:x")
    store.add(Quad(node, node, typed(text, datatype)))
    (quad,) = store
    assert quad.object.datatype.value.endswith(f"#{datatype}")
    return str(quad.object.value)


@given(DECIMALS)
def test_a_decimal_keeps_its_value_in_the_form_that_the_engine_keeps(text: str) -> None:
    canonical = decimal(text)
    assert Decimal(canonical) == Decimal(text)
    assert decimal(canonical) == canonical
    assert stored(canonical, "decimal") == canonical
    assert stored(text, "decimal") == canonical, "the engine makes the same of it"


@given(st.integers(-(10**MAX_DIGITS) + 1, 10**MAX_DIGITS - 1), st.sampled_from(["", "0", "000"]))
def test_an_integer_keeps_its_value_in_the_form_that_the_engine_keeps(
    number: int, zeros: str
) -> None:
    text = f"{'-' if number < 0 else ''}{zeros}{abs(number)}"
    assert integer(text) == str(number) == stored(text, "integer")


@pytest.mark.parametrize(
    "text",
    ["", ".", "+", "1e3", "NaN", "INF", "1,234", " 1", "1 ", "1\n", "٣", "--1", "1.2.3", "½"],
)
def test_what_is_no_number_of_xml_schema_is_refused(text: str) -> None:
    for read in (decimal, integer):
        with pytest.raises(ValueError, match="is not a"):
            read(text)


@pytest.mark.parametrize("text", ["1" * 19, "-" + "1" * 19, "0." + "1" * 19])
def test_what_no_engine_holds_exactly_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="digits"):
        decimal(text)


def test_a_whole_number_has_no_point() -> None:
    with pytest.raises(ValueError, match="whole number"):
        integer("5.0")


@given(DURATIONS)
def test_a_duration_is_read_as_it_was_written(length: Duration) -> None:
    assume(length.parts or not length.negative)
    assert Duration.parse(str(length)) == length
    assert stored(str(length), "duration") == str(length)


@given(DURATIONS)
def test_a_duration_of_days_or_of_months_has_the_form_of_its_datatype(length: Duration) -> None:
    months = Duration(length.months, negative=length.negative and length.months > 0)
    seconds = Duration(0, length.seconds, length.fraction, length.negative)
    assert stored(months.year_month, "yearMonthDuration") == months.year_month
    assert stored(seconds.day_time, "dayTimeDuration") == seconds.day_time


@given(*[st.integers(0, 10**6)] * 6)
def test_figures_that_run_over_are_carried(
    years: int, months: int, days: int, hours: int, minutes: int, seconds: int
) -> None:
    text = f"P{years}Y{months}M{days}DT{hours}H{minutes}M{seconds}S"
    length = Duration.parse(text)
    span = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
    assert (length.months, length.seconds) == (12 * years + months, int(span.total_seconds()))
    assert str(length) == stored(text, "duration")
    for figure, unit in length.parts:
        assert int(figure) < {"mo": 12, "h": 24, "min": 60, "s": 60}.get(unit, 10**12)


@pytest.mark.parametrize(
    "text",
    ["", "P", "PT", "P1", "1D", "P1H", "PT1D", "P1DT", "P-1D", "P1.5D", "PT.5S", "p1d", "P١D"],
)
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a duration"):
        Duration.parse(text)


def test_months_are_no_days_and_days_no_months() -> None:
    with pytest.raises(ValueError, match="months"):
        _ = Duration(months=1).day_time
    with pytest.raises(ValueError, match="days"):
        _ = Duration(seconds=1).year_month


@given(st.dates(), st.sampled_from([(4, "gYear"), (7, "gYearMonth"), (10, "date")]))
def test_a_date_is_as_exact_as_it_is_written(day: date, exactness: tuple[int, str]) -> None:
    length, datatype = exactness
    text = day.isoformat()[:length]
    assert date_type(text) == datatype
    assert stored(text, datatype) == text


@pytest.mark.parametrize(
    "text",
    [
        *("", "18", "20180517", "2018-W01-1", "2018-5", "2018-05-17Z", "2018-13", "2018-00"),
        *("2018-02-30", "2019-02-29", "0000", "２０１８", "2018-05-17\n", "-2018"),
    ],
)
def test_what_is_no_date_or_not_in_the_calendar_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"is not"):
        date_type(text)


@given(st.text(max_size=30))
def test_no_text_does_more_than_be_refused(text: str) -> None:
    for read in (decimal, integer, date_type, Duration.parse):
        try:
            read(text)
        except ValueError as error:
            assert "not" in str(error) or "digits" in str(error)
