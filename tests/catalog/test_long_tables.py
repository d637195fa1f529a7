"""How rows read where a regimen has several documents: together, once each, and to be narrowed."""

from __future__ import annotations

from itertools import groupby

import pytest
from answer_cells import Answer, ask
from packaged_stores import packaged_store

from regimenkg.store.embedded import EmbeddedStore


@pytest.fixture(scope="module")
def store() -> EmbeddedStore:
    return packaged_store()


def keys(answer: Answer, *columns: str) -> list[tuple[str, ...]]:
    return [tuple(row[column] for column in columns) for row in answer]


@pytest.mark.parametrize(
    ("name", "columns"),
    [
        ("shared-toxicities", ("report", "regimen", "toxicity")),
        ("toxicity-rates", ("statement", "regimen", "toxicity")),
        ("conclusions", ("claim", "subject")),
        ("dosing", ("administration", "variant", "trial")),
        ("dose-intensity", ("administration", "variant")),
        ("conflicts", ("conflict", "side")),
        ("regimens-by-condition", ("condition", "regimen", "setting")),
    ],
)
def test_what_has_several_values_has_one_row(
    name: str, columns: tuple[str, ...], store: EmbeddedStore
) -> None:
    found = keys(ask(store, name), *columns)
    assert len(found) == len(set(found))


@pytest.mark.parametrize("name", ["shared-toxicities", "toxicity-rates", "outcomes"])
def test_rows_of_a_regimen_and_of_a_document_stand_together(
    name: str, store: EmbeddedStore
) -> None:
    found = ask(store, name)
    runs = [key for key, _ in groupby(keys(found, "regimen", "source"))]
    assert len(runs) == len(set(runs))
    documents = [regimen for regimen, _ in runs]
    assert len(documents) > len(set(documents)), "no regimen has two documents"
    names = [row["regimenLabel"].lower() for row in found if row["regimen"]]
    assert names == sorted(names)
    without = [not row["regimen"] for row in found]
    assert without == sorted(without)


@pytest.mark.parametrize("name", ["shared-toxicities", "toxicity-rates", "regimens-by-toxicity"])
def test_a_lowest_grade_keeps_what_counts_no_lower_one(name: str, store: EmbeddedStore) -> None:
    every = ask(store, name)
    for grade in (3, 4):
        kept = ask(store, name, minGrade=str(grade))
        assert kept == [row for row in every if row["minGrade"] and int(row["minGrade"]) >= grade]
    assert 0 < len(ask(store, name, minGrade="3")) < len(every)


@pytest.mark.parametrize("name", ["shared-toxicities", "toxicity-rates"])
def test_reports_with_a_figure_and_without_make_up_all(name: str, store: EmbeddedStore) -> None:
    every = ask(store, name)
    for quantified in (True, False):
        kept = ask(store, name, quantified=str(quantified).lower())
        assert kept
        assert kept == [row for row in every if bool(row["percent"] or row["count"]) == quantified]


@pytest.mark.parametrize("name", ["toxicity-rates", "outcomes", "conclusions"])
def test_a_condition_keeps_the_rows_that_name_it(name: str, store: EmbeddedStore) -> None:
    condition = "myelodysplastic syndrome"
    every = ask(store, name)
    kept = ask(store, name, condition=condition, exactly="true")
    assert kept
    found = {row.pop("condition") for row in kept}
    assert found == {"rkd:condition/myelodysplastic-syndrome"}
    named = [row for row in every if condition in row["conditionLabel"].split("; ")]
    assert {row.pop("condition") for row in named} == {""}
    assert kept == named


def test_a_report_of_two_arms_names_both(store: EmbeddedStore) -> None:
    # Of both groups of the non-intensive study of PMID 37604981 together.
    found = ask(store, "shared-toxicities", regimen="azacitidine + glasdegib")
    [row] = [
        row for row in found if "37604981" in row["source"] and row["toxicityLabel"] == "nausea"
    ]
    assert len(row["armLabel"].split("; ")) == 2
    assert row["frequency"] == "most common"


def test_a_conclusion_of_a_trial_is_found_by_a_regimen_and_told_as_such(
    store: EmbeddedStore,
) -> None:
    found = ask(store, "conclusions", regimen="CLAG + imatinib")
    assert {row["regimenOf"] for row in found} == {"conclusion", "trial"}
    assert {row["regimenLabel"] for row in found} == {"CLAG + imatinib"}
    for row in found:
        assert (row["regimenOf"] == "trial") == row["subject"].startswith("rkd:trial/")


def test_blocks_of_a_dosing_come_in_their_order(store: EmbeddedStore) -> None:
    found = [row for row in ask(store, "day-matrix") if row["block"]]
    for _, of_one in groupby(found, key=lambda row: row["variant"]):
        places = [int(row["blockPosition"]) for row in of_one if row["blockPosition"]]
        assert places == sorted(places)
    assert len({row["blockPosition"] for row in found}) > 1


def test_a_reading_in_a_conflict_says_of_what_it_is(store: EmbeddedStore) -> None:
    found = ask(store, "conflicts")
    assert {bool(row["property"]) == bool(row["readingOf"]) for row in found} == {True}
    assert all(row["source"] for row in found)


def test_settings_and_tiers_narrow_the_regimens_of_a_condition(store: EmbeddedStore) -> None:
    every = ask(store, "regimens-by-condition")
    kept = ask(store, "regimens-by-condition", setting="Refractory")
    assert kept == [row for row in every if "refractory" in row["settingLabel"]]
    assert kept
    for tier in ("rk:Curated", "rk:Registry"):
        for name in ("regimens-by-condition", "regimens-by-drug"):
            kept = ask(store, name, tier=tier)
            assert kept
            assert kept == [row for row in ask(store, name) if row["tier"] == tier]


def test_a_toxicity_has_as_many_figures_as_its_reports(store: EmbeddedStore) -> None:
    for row in ask(store, "toxicities"):
        assert int(row["quantified"]) <= int(row["reports"])
        assert (row["reports"] == "0") == (row["documents"] == "0")
