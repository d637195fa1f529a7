"""Queries over the corpus of abstracts: rows that were read in the abstracts, by hand."""

from __future__ import annotations

from math import sqrt

import pytest
from answer_cells import Answer, ask
from packaged_stores import packaged_store

from regimenkg.store.embedded import EmbeddedStore

Z = 1.959963984540054


@pytest.fixture(scope="module")
def store() -> EmbeddedStore:
    return packaged_store()


def of(answer: Answer, pmid: int) -> Answer:
    return [row for row in answer if row["source"] == f"rkd:source/pmid-{pmid}"]


def cells(answer: Answer, *columns: str) -> list[tuple[str, ...]]:
    return [tuple(row[column] for column in columns) for row in answer]


# --- compare-toxicity -----------------------------------------------------------------------------

UNSAID = "not stated whether of any cause or related to the treatment"


def test_febrile_neutropenia_of_grade_3_or_more_in_two_arms(store: EmbeddedStore) -> None:
    found = ask(store, "compare-toxicity", toxicity="febrile neutropenia", minGrade="3")
    assert cells(of(found, 32786187), "regimenLabel", "percent", "minGrade", "count", "ratio") == [
        ("azacitidine + venetoclax", "42", "3", "", ""),
        ("azacitidine", "19", "3", "", ""),
    ]
    # 286 and 145 were randomised; how many were treated is not printed.
    for row in of(found, 32786187):
        assert row["notComparable"] == (
            f"grading version not stated; {UNSAID}; participants not known, so no interval"
        )


def test_a_printed_count_gets_its_interval(store: EmbeddedStore) -> None:
    found = ask(store, "compare-toxicity", toxicity="adverse event", minGrade="3")
    grade3 = [row for row in of(found, 37116523) if row["minGrade"] == "3"]
    columns = ("percent", "count", "denominator", "ratio", "wilsonLow", "wilsonHigh")
    assert cells(grade3, *columns) == [
        ("92", "244", "265", "92.0755", "88.1898", "94.7587"),
        ("90", "240", "268", "89.5522", "85.3145", "92.6722"),
    ]


@pytest.mark.parametrize("toxicity", ["adverse event", "infection", "neutropenia"])
def test_intervals_are_those_of_wilson(toxicity: str, store: EmbeddedStore) -> None:
    drawn = [row for row in ask(store, "compare-toxicity", toxicity=toxicity) if row["ratio"]]
    assert drawn
    for row in drawn:
        x, n = int(row["count"] or row["computedCount"]), int(row["denominator"])
        share = x / n
        middle = (share + Z * Z / (2 * n)) / (1 + Z * Z / n)
        half = Z * sqrt(share * (1 - share) / n + Z * Z / (4 * n * n)) / (1 + Z * Z / n)
        ends = (share, middle - half, middle + half)
        for name, end in zip(("ratio", "wilsonLow", "wilsonHigh"), ends, strict=True):
            assert float(row[name]) / 100 == pytest.approx(end, abs=1e-6)


def test_rows_of_the_asked_grade_come_first_and_no_other_is_lost(store: EmbeddedStore) -> None:
    every = ask(store, "compare-toxicity", toxicity="neutropenia")
    asked = ask(store, "compare-toxicity", toxicity="neutropenia", minGrade="3")
    keys = ("statement", "regimen")
    assert sorted(cells(asked, *keys)) == sorted(cells(every, *keys))
    fits = [row["minGrade"] == "3" and row["maxGrade"] in ("", "5") for row in asked]
    assert fits == sorted(fits, reverse=True)
    for fit, row in zip(fits, asked, strict=True):
        assert fit == ("not grade 3 or more" not in row["notComparable"] and row["minGrade"] != "")


def test_exactly_leaves_out_what_lies_below(store: EmbeddedStore) -> None:
    wide = ask(store, "compare-toxicity", toxicity="neutropenia")
    exact = ask(store, "compare-toxicity", toxicity="neutropenia", exactly="true")
    assert {row["toxicityLabel"] for row in exact} == {"neutropenia"}
    assert {row["toxicityLabel"] for row in wide} >= {"neutropenia", "febrile neutropenia"}


def test_a_report_has_one_row_for_a_regimen_and_one_without(store: EmbeddedStore) -> None:
    found = ask(store, "compare-toxicity", toxicity="adverse event")
    keys = cells(found, "statement", "regimen")
    assert len(keys) == len(set(keys))
    assert all(bool(row["regimen"]) == bool(row["regimenLabel"]) for row in found)
    without = [row for row in found if not row["regimen"]]
    assert without
    assert {row["conditionOf"] for row in without} <= {"report", "trial", ""}


def test_an_outcome_has_one_row_for_a_trial(store: EmbeddedStore) -> None:
    found = ask(store, "evidence-level")
    keys = cells(found, "statement", "trial")
    assert len(keys) == len(set(keys))
    assert all(bool(row["trial"]) == bool(row["trialLabel"]) for row in found)


# --- dose-intensity -------------------------------------------------------------------------------


def test_a_dose_a_week_follows_from_days_and_length_of_a_cycle(store: EmbeddedStore) -> None:
    found = of(ask(store, "dose-intensity", regimen="azacitidine + venetoclax"), 32786187)
    columns = ("drugLabel", "dosePerCycle", "cycleDays", "dosePerWeek", "notComputed")
    assert cells(found, *columns) == [
        ("azacitidine", "525", "28", "131.25", ""),  # 75 mg/m2 on days 1 to 7 of 28
        (
            "venetoclax",  # 400 mg is the target dose
            "",
            "28",
            "",
            "a target dose: the steps to it have other doses; days are not stated",
        ),
    ]


def test_a_range_of_doses_is_a_range_a_week(store: EmbeddedStore) -> None:
    found = of(ask(store, "dose-intensity", drug="S-1"), 31373648)
    ends = ("dose", "doseHigh", "dosePerCycle", "dosePerCycleHigh", "cycleLength")
    assert set(cells(found, *ends, "dosePerWeek", "dosePerWeekHigh")) == {
        ("80", "120", "1120", "1680", "P21D", "373.333333", "560")
    }


def test_a_row_has_a_dose_a_week_or_says_why_not(store: EmbeddedStore) -> None:
    for row in ask(store, "dose-intensity"):
        assert bool(row["dosePerWeek"]) != bool(row["notComputed"])
        assert row["dosePerWeek"] != "0"


# --- evidence-level -------------------------------------------------------------------------------


def test_randomised_phase_III_keeps_what_a_source_prints_alone(store: EmbeddedStore) -> None:
    found = ask(store, "evidence-level", randomised="true", phase="III")
    assert {(row["randomised"], row["phase"]) for row in found} == {("true", "III")}
    # "open-label, phase III EVOKE-01 study … randomly assigned": hazard ratio 0.84 (0.68 to 1.04).
    survival = (
        "masking",
        "armsKnown",
        "armLabel",
        "comparatorLabel",
        "value",
        "ciLower",
        "ciUpper",
    )
    evoke = [row for row in of(found, 38843511) if row["endpointLabel"] == "overall survival"]
    assert (
        "rk:OpenLabel",
        "2",
        "sacituzumab govitecan",
        "docetaxel",
        "0.84",
        "0.68",
        "1.04",
    ) in cells(evoke, *survival)
    # "phase 3 trial … masked", grade 3 or higher: 244 of 265 with quizartinib.
    columns = ("masking", "minGrade", "percent", "count", "denominator")
    assert ("rk:DoubleBlind", "3", "92", "244", "265") in cells(of(found, 37116523), *columns)
    # This abstract says no phase: its trial is not taken for one of phase III.
    assert of(found, 32786187) == []
    whole = ask(store, "evidence-level", trial="NCT02993523")
    assert {row["phase"] for row in of(whole, 32786187)} == {""}
    assert {row["randomised"] for row in of(whole, 32786187)} == {"true"}


def test_what_is_asked_for_a_condition_is_of_its_trials(store: EmbeddedStore) -> None:
    cancer = "gastric or gastroesophageal adenocarcinoma"
    found = of(ask(store, "evidence-level", condition=cancer, phase="II"), 31373648)
    # "decreased neutrophil count (14 patients [14.6%])" with ramucirumab, in a phase 2 trial.
    assert ("true", "rk:DoubleBlind", "3", "14", "14.6") in cells(
        found, "randomised", "masking", "minGrade", "count", "percent"
    )
    assert {row["conditionLabel"] for row in found} == {cancer}


# --- regimens-by-condition ------------------------------------------------------------------------


def test_lines_of_therapy_do_not_multiply_rows(store: EmbeddedStore) -> None:
    found = ask(store, "regimens-by-condition", condition="non-small cell lung cancer")
    keys = cells(found, "condition", "regimen", "setting")
    assert len(keys) == len(set(keys))
    # "vandetanib plus pemetrexed as second-line therapy"
    assert {
        row["lineOfTherapy"]
        for row in found
        if row["regimen"] == "rkd:regimen/pemetrexed-vandetanib"
    } == {"2"}
