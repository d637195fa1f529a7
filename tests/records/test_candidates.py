"""Candidate regimens of lists: every list and every name has its say, and ambiguity is told."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaged_stores import documents_edition

import regimenkg
from regimenkg.catalog.runner import run
from regimenkg.errors import ParameterError
from regimenkg.formats.rows import readable
from regimenkg.records.candidates import DrugList, candidates, listed, of_table
from regimenkg.sparql.answers import Solutions
from regimenkg.store.embedded import EmbeddedStore

CLAG = ("Ara-C", "cladribine", "G-CSF")


@pytest.fixture(scope="module")
def store() -> EmbeddedStore:
    return documents_edition()


def told(store: EmbeddedStore, *lists: Sequence[str], **how: object) -> list[dict[str, str]]:
    """Rows as texts by column, of lists that are numbered from 1."""
    numbered = [DrugList(str(n), names) for n, names in enumerate(lists, 1)]
    answer = candidates(numbered, store, **how)  # type: ignore[arg-type]
    return [dict(zip(answer.variables, map(readable, row), strict=True)) for row in answer]


def test_the_rows_of_a_list_are_those_of_the_query(store: EmbeddedStore) -> None:
    rows = told(store, CLAG, everything=True)
    _, answer = run("regimens-by-composition", {"drug": CLAG}, store, note=lambda _: None)
    assert isinstance(answer, Solutions)
    place = answer.variables.index
    expected = [(readable(row[place("match")]), readable(row[place("regimen")])) for row in answer]
    assert len(expected) > 1
    assert [(row["match"], row["regimen"]) for row in rows] == expected


def test_the_nearest_are_told_and_how_many_they_are(store: EmbeddedStore) -> None:
    assert [row["regimenLabel"] for row in told(store, CLAG)] == ["CLAG"]
    rows = told(store, CLAG, match=["contains"])
    assert [row["regimenLabel"] for row in rows] == ["CLAG + imatinib", "CLAG-M"]
    assert {row["candidates"] for row in rows} == {"2"}


def test_a_name_that_means_no_drug_is_a_row_and_the_rest_is_compared(store: EmbeddedStore) -> None:
    unknown, found = told(store, [*CLAG, "no such drug"])
    assert (unknown["status"], unknown["name"]) == ("unknown", "no such drug")
    assert (found["status"], found["regimenLabel"]) == ("partial candidate", "CLAG")
    assert found["note"] == "without no such drug"


def test_a_thing_that_is_no_drug_is_unknown_as_one(store: EmbeddedStore) -> None:
    unknown, _ = told(store, ["CLAG-M"])
    assert unknown["status"] == "unknown"
    assert "regimen" in unknown["note"]


def test_a_list_that_fits_nothing_has_a_row(store: EmbeddedStore) -> None:
    (row,) = told(store, ["aspirin"])
    assert (row["status"], row["candidates"]) == ("no candidate", "0")
    assert [row["status"] for row in told(store, [])] == ["no candidate"]


def test_lists_keep_their_order_whatever_they_share(store: EmbeddedStore) -> None:
    rows = told(store, CLAG, ["aspirin"], list(reversed(CLAG)))
    assert [(row["patient"], row["status"]) for row in rows] == [
        ("1", "candidate"),
        ("2", "no candidate"),
        ("3", "candidate"),
    ]


@given(st.lists(st.lists(st.text(max_size=30), max_size=4), min_size=1, max_size=4))
def test_any_text_is_answered(lists: list[list[str]]) -> None:
    rows = told(documents_edition(), *lists)
    assert {row["patient"] for row in rows} == {str(n) for n in range(1, len(lists) + 1)}
    for number, names in enumerate(lists, 1):
        own = [row for row in rows if row["patient"] == str(number)]
        left_out = [row for row in own if row["status"] in ("unknown", "ambiguous")]
        assert len(left_out) <= len(names)
        assert any(
            row["status"] in ("candidate", "partial candidate", "no candidate") for row in own
        )


def test_lines_are_lists_by_semicolons_or_else_by_commas() -> None:
    lines = ["", "# a comment", "a; b, c ;", "a,b", "x" * 50]
    assert list(listed(lines, 50)) == [
        DrugList("3", ["a", "b, c"]),
        DrugList("4", ["a", "b"]),
        DrugList("5", [], "not read: longer than 50 characters"),
    ]


def test_a_table_gives_each_patient_one_list_and_loses_none() -> None:
    rows = [("1", "a"), ("2", ""), ("1", " a"), ("1", "b")]
    assert list(of_table(rows)) == [DrugList("1", ["a", "b"]), DrugList("2", [])]


def test_python_takes_lists_with_patients_and_without() -> None:
    with_patients = regimenkg.candidates({"Ann": CLAG, "Bob": ["aspirin"]}).to_dicts()
    assert [row["patient"] for row in with_patients] == ["Ann", "Bob"]
    assert regimenkg.candidates([CLAG]).to_dicts()[0]["patient"] == "1"
    with pytest.raises(ParameterError, match="match"):
        regimenkg.candidates([CLAG], match="nearly")
