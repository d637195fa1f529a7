"""What dosings say that the packaged ones do not: no row of it is lost, lent or added up."""

from __future__ import annotations

import pytest
from made_up_stores import made_up_store, short
from pyoxigraph import NamedNode

from regimenkg.catalog.cache import find
from regimenkg.catalog.runner import bind
from regimenkg.formats.rows import plain_text
from regimenkg.sparql.backend import select
from regimenkg.store.embedded import EmbeddedStore
from regimenkg.terms.namespaces import RKD
from regimenkg.web.figures.dosings import doses, dosings

DAYS = '"P1D"^^xsd:dayTimeDuration'
LABELS = {
    **{f"drug/{name}": name for name in ("plain", "other", "ranged", "oral", "ramp")},
    "treatment/rays": "rays",
    "regimen/a": "A",
    "regimen/base": "Base",
    "trial/t": "T",
    "variant/a": "A, blocks",
    "variant/base": "Base, as named",
    "arm/one": "one",
    "subgroup/heavy": "over 60 kg",
    "source/s": "a source",
}
MADE_UP = f"""
<drug/plain> a rk:Drug . <drug/other> a rk:Drug . <drug/ranged> a rk:Drug .
<drug/oral> a rk:Drug . <drug/ramp> a rk:Drug . <treatment/rays> a rk:Treatment .
<trial/t> a rk:Trial ; rk:hasArm <arm/one> . <arm/one> a rk:Arm ; rk:tests <variant/a> .
<subgroup/heavy> a rk:Subgroup .
<regimen/base> a rk:Regimen ; rk:hasVariant <variant/base> .
<variant/base> a rk:RegimenVariant ; rk:hasAdministration <administration/base> ;
  rk:cycleLength "P28D"^^xsd:dayTimeDuration ; rk:minCycles 4 ; rk:maxCycles 6 .
<administration/base> a rk:Administration ; rk:drug <drug/plain> ; rk:day 3, 1, 2 ;
  rk:dose [ qudt:numericValue 5.0 ; rk:ucumCode "mg/m2" ; rk:asReported "5 mg/m2" ] .
<regimen/a> a rk:Regimen ; rk:hasVariant <variant/a> .
<variant/a> a rk:RegimenVariant ; rk:hasBlock <block/one>, <block/two> .
<block/one> a rk:TreatmentBlock ; rk:position 1 ; rk:treatmentPhase rk:InductionPhase ;
  rk:cycle 1, 3 ; rk:plannedCycles 2 ; rk:cycleLength "P21D"^^xsd:dayTimeDuration ;
  rk:hasAdministration <administration/ranged>, <administration/either>, <administration/or> .
<block/two> a rk:TreatmentBlock ; rk:position 2 ; rk:firstCycle 4 ;
  rk:hasAdministration <administration/rays>, <administration/daily>, <administration/ramp> .
<administration/ranged> a rk:Administration ; rk:drug <drug/ranged> ; rk:day 1, 8 ;
  rk:componentRole rk:Cytotoxic ; rk:doseCap [ qudt:numericValue 200.0 ; rk:ucumCode "mg" ] ;
  rk:dose [ rk:lowerBound 75.0 ; rk:upperBound 100.0 ; rk:ucumCode "mg/m2" ;
    rk:asReported "75-100 mg/m2" ] .
<administration/either> a rk:Administration ; rk:drug <drug/plain> ; rk:day 2 ;
  rk:alternativeTo <administration/or> ; rk:appliesTo <subgroup/heavy> ;
  rk:dose [ qudt:numericValue 60.0 ; rk:ucumCode "mg/m2" ; rk:asReported "60 mg/m2" ] .
<administration/or> a rk:Administration ; rk:drug <drug/other> ; rk:day 2 ; rk:cycle 3 ;
  rk:dose [ qudt:numericValue 12.0 ; rk:ucumCode "mg/m2" ; rk:asReported "12 mg/m2" ] .
<administration/rays> a rk:Administration ; rk:treatment <treatment/rays> ;
  rk:componentRole rk:Radiotherapy ; rk:fractions 30 ; rk:per rk:InTotal ; rk:firstDay 1 ;
  rk:dose [ qudt:numericValue 60.0 ; rk:ucumCode "Gy" ; rk:asReported "60 Gy" ] .
<administration/daily> a rk:Administration ; rk:drug <drug/oral> ; rk:every {DAYS} ;
  rk:firstDay 2 ; rk:repetitions 3 .
<administration/ramp> a rk:Administration ; rk:drug <drug/ramp> ; rk:step 1 ; rk:day 1, 8 ;
  rk:dayCount rk:FromFirstDose .
""" + "".join(f'<{thing}> skos:prefLabel "{label}"@en .' for thing, label in LABELS.items())


@pytest.fixture(scope="module")
def store() -> EmbeddedStore:
    return EmbeddedStore(made_up_store(MADE_UP))


def ask(store: EmbeddedStore, query: str, **values: str) -> list[dict[str, str]]:
    """The rows of a canned query, without empty cells; things of ours by their short names."""
    spec = find(query)
    text = bind(spec, values, store, note=lambda _: None)
    return [
        {
            name: short(term.value) if isinstance(term, NamedNode) else plain_text(term)
            for name, term in zip(spec.columns, row, strict=True)
            if term is not None
        }
        for row in select(store, text)
    ]


def by_administration(rows: list[dict[str, str]]) -> dict[str, dict[str, str]]:
    found = {row["administration"].removeprefix("administration/"): row for row in rows}
    assert len(found) == len(rows), "an administration has two rows"
    return found


def test_each_administration_has_one_row_with_what_its_block_says(store: EmbeddedStore) -> None:
    rows = by_administration(ask(store, "dosing", regimen="A"))
    assert set(rows) == {"ranged", "either", "or", "rays", "daily", "ramp"}
    ranged, daily = rows["ranged"], rows["daily"]
    assert (ranged["dose"], ranged["doseHigh"], ranged["doseCap"]) == ("75", "100", "200")
    assert (ranged["days"], ranged["cycles"], ranged["cycleLength"]) == ("1, 8", "1, 3", "P21D")
    assert (ranged["trial"], ranged["arms"].rpartition("/")[2]) == ("trial/t", "one")
    assert ranged["treatmentPhase"] == "InductionPhase"
    assert daily["cycles"] == "4 and later"
    assert not {"cycleLength", "treatmentPhase", "dose", "days", "plannedCycles"} & set(daily)
    assert rows["or"]["cycles"] == "3"
    assert rows["either"]["alternatives"] == "other"
    assert rows["either"]["appliesToLabels"] == "over 60 kg"
    assert rows["rays"]["treatmentLabel"] == "rays"
    assert "notStated" not in {key for key in rows["rays"] if rows["rays"][key]}


def test_a_variant_without_blocks_keeps_its_own_cycles(store: EmbeddedStore) -> None:
    (row,) = ask(store, "dosing", regimen="Base")
    assert (row["days"], row["cycleLength"]) == ("1, 2, 3", "P28D")
    assert (row["minCycles"], row["maxCycles"]) == ("4", "6")


def test_dosings_are_found_by_trial_and_drug(store: EmbeddedStore) -> None:
    assert len(ask(store, "dosing", trial="T")) == 6
    assert [row["regimenLabel"] for row in ask(store, "dosing", drug="plain")] == ["A", "Base"]
    assert ask(store, "dosing", trial="T", regimen="Base") == []


def test_days_that_follow_from_a_first_day_are_days(store: EmbeddedStore) -> None:
    rows = ask(store, "day-matrix", regimen="A", drug="oral")
    assert [row["day"] for row in rows] == ["2", "3", "4"]
    assert {row["cycles"] for row in rows} == {"4 and later"}
    assert [row["day"] for row in ask(store, "day-matrix", day="3", drug="oral")] == ["3"]


def test_days_are_aligned_within_a_block_and_what_is_not_cytotoxic_stays(
    store: EmbeddedStore,
) -> None:
    rows = by_administration(ask(store, "day-alignment", regimen="A"))
    assert set(rows) == {"ranged", "either", "or", "daily"}
    assert (rows["either"]["firstDay"], rows["ranged"]["lastDay"]) == ("2", "8")
    assert rows["daily"]["dayCount"] == "3"
    assert "firstDay" not in rows["daily"]  # no drug of its block is known to be cytotoxic


OTHERS = """
<drug/base> a rk:Drug ; skos:prefLabel "base" .
<drug/second> a rk:Drug ; skos:prefLabel "second" .
<drug/salt> a rk:Drug ; skos:prefLabel "salt" ; rk:saltOf <drug/base> .
<drug/product> a rk:Drug ; skos:prefLabel "product" ; rk:productOf <drug/salt> .
<drug/both> a rk:Drug ; skos:prefLabel "both" ; rk:productOf <drug/salt>, <drug/second> .
<source/one> a rk:SourceDocument . <source/two> a rk:SourceDocument .
<trial/one> a rk:Trial ; skos:prefLabel "One" ; rk:hasArm <arm/first>, <arm/nameless> .
<trial/two> a rk:Trial ; skos:prefLabel "Two" ; rk:hasArm <arm/third> .
<arm/first> a rk:Arm ; skos:prefLabel "first" ; rk:tests <variant/o> .
<arm/nameless> a rk:Arm ; rk:tests <variant/o> .
<arm/third> a rk:Arm ; skos:prefLabel "third" ; rk:tests <variant/o> .
<regimen/o> a rk:Regimen ; skos:prefLabel "Others" ; rk:hasVariant <variant/o> .
<variant/o> a rk:RegimenVariant ; skos:prefLabel "others" ; rk:hasAdministration
  <administration/product>, <administration/both>, <administration/perhaps> .
<administration/product> a rk:Administration ; rk:drug <drug/product> ; rk:day 3, 10 ;
  rk:componentRole rk:Cytotoxic ; rk:route rk:Intravenous, rk:Subcutaneous ;
  rk:alternativeTo <administration/unknown> ;
  rk:dose [ qudt:numericValue 7.0 ; rk:ucumCode "mg" ] ;
  rk:doseCap [ rk:lowerBound 9.0 ; rk:upperBound 11.0 ; rk:ucumCode "mg" ] ;
  prov:wasDerivedFrom
    [ rk:supportsProperty rk:drug ; oa:hasTarget [ oa:hasSource <source/one> ] ],
    [ rk:supportsProperty rk:drug ; oa:hasTarget [ oa:hasSource <source/two> ] ],
    [ rk:supportsProperty rk:dose ; oa:hasTarget [ oa:hasSource <source/one> ] ],
    [ rk:supportsProperty rk:dose ; oa:hasTarget [ oa:hasSource <source/two> ] ],
    [ rk:supportsProperty rk:day ; rk:supportsValue 3 ;
      oa:hasTarget [ oa:hasSource <source/one> ] ],
    [ rk:supportsProperty rk:day ; rk:supportsValue 10 ;
      oa:hasTarget [ oa:hasSource <source/two> ] ],
    [ rk:supportsProperty rk:day ; rk:supportsValue 10 ;
      oa:hasTarget [ oa:hasSource <source/one> ] ] .
<administration/unknown> a rk:Administration ; rk:drug <drug/unlabelled> .
<administration/both> a rk:Administration ; rk:drug <drug/both> ; rk:day 4 .
<administration/perhaps> a rk:Administration ; rk:drug <drug/second> ; rk:day 1 ;
  rk:componentRole rk:Cytotoxic ; rk:optional true .
"""


@pytest.fixture(scope="module")
def others() -> EmbeddedStore:
    return EmbeddedStore(made_up_store(OTHERS))


def test_two_documents_routes_and_trials_make_no_second_row_of_a_trial(
    others: EmbeddedStore,
) -> None:
    rows = {
        row["trial"]: row
        for row in ask(others, "dosing", regimen="Others")
        if row["administration"] == "administration/product"
    }
    assert len(ask(others, "dosing", regimen="Others")) == 6
    assert set(rows) == {"trial/one", "trial/two"}
    arms = {trial: row["arms"].replace(RKD, "") for trial, row in rows.items()}
    assert arms == {"trial/one": "arm/first, arm/nameless", "trial/two": "arm/third"}
    labels = {trial: row["armLabels"] for trial, row in rows.items()}
    assert labels == {"trial/one": f"first, {RKD}arm/nameless", "trial/two": "third"}
    row = rows["trial/one"]
    assert (row["source"], row["route"]) == ("source/one", "Intravenous")
    assert row["routeLabel"] == "intravenous, subcutaneous"
    assert row["alternativeTo"] == f"{RKD}administration/unknown"
    assert (row["doseCap"], row["doseCapUnit"]) == ("11", "mg")
    assert "infusion duration" in row["notStated"]


def test_totals_and_aligned_days_that_two_documents_tell_of_have_one_row(
    others: EmbeddedStore,
) -> None:
    (row,) = ask(others, "course-totals", regimen="Others")
    assert (row["total"], row["source"]) == ("14", "source/one")
    rows = by_administration(ask(others, "day-alignment", regimen="Others"))
    product = rows["product"]
    assert (product["firstDay"], product["lastDay"], product["dayCount"]) == ("1", "8", "2")
    assert product["source"] == "source/one"
    days = ask(others, "day-matrix", drug="product")
    assert [(row["day"], row["source"]) for row in days] == [
        ("3", "source/one"),
        ("10", "source/one"),
    ]


def test_an_optional_drug_does_not_begin_the_chemotherapy(others: EmbeddedStore) -> None:
    rows = by_administration(ask(others, "day-alignment", regimen="Others"))
    assert {row["firstChemotherapyDay"] for row in rows.values()} == {"3"}
    assert rows["perhaps"]["firstDay"] == "-1"


def test_a_drug_is_found_through_a_product_of_its_salt(others: EmbeddedStore) -> None:
    for query in ("dosing", "day-matrix"):
        found = {row["administration"] for row in ask(others, query, drug="base")}
        assert found == {"administration/product", "administration/both"}
    assert len(ask(others, "course-totals", drug="base")) == 1
    rows = {row["administration"]: row for row in ask(others, "dosing", regimen="Others")}
    assert rows["administration/product"]["substanceLabel"] == "base"
    assert rows["administration/both"]["substanceLabel"] == "both"  # of two, it is neither
    aligned = by_administration(ask(others, "day-alignment", regimen="Others"))
    assert aligned["product"]["drugLabel"] == "base"


@pytest.mark.parametrize(
    ("first", "interval", "times", "days"),
    [
        (1, "PT12H", 6, [1, 2, 3]),
        (2, "PT12H", 5, [2, 3, 4]),
        (-1, "PT8H", 4, [-1, 0]),
        (1, "P8D", 3, [1, 9, 17]),
        (3, "P42D", 2, [3, 45]),
        (0, "P1D", 130, list(range(130))),
        (1, "P10D", 101, list(range(1, 1002, 10))),
        (5, "PT1H", 1, [5]),
        (1, "P1DT12H", 3, []),  # on which days depends on the hour of the first
    ],
)
def test_days_follow_from_any_interval_that_settles_them(
    first: int, interval: str, times: int, days: list[int]
) -> None:
    store = EmbeddedStore(
        made_up_store(
            '<regimen/r> skos:prefLabel "R" ; rk:hasVariant <variant/v> .'
            "<variant/v> a rk:RegimenVariant ; rk:hasAdministration <administration/a> ."
            f"<administration/a> a rk:Administration ; rk:firstDay {first} ;"
            f' rk:every "{interval}"^^xsd:dayTimeDuration ; rk:repetitions {times} ;'
            ' rk:drug <drug/d> ; rk:componentRole rk:Cytotoxic . <drug/d> skos:prefLabel "d" .'
        )
    )
    assert [int(row["day"]) for row in ask(store, "day-matrix")] == days
    aligned = [
        tuple(int(row[name]) for name in ("firstDay", "lastDay", "dayCount"))
        for row in ask(store, "day-alignment")
    ]
    assert aligned == ([(1, days[-1] - first + 1, len(days))] if days else [])
    spec = find("dosing")
    named = [
        dict(zip(spec.columns, row, strict=True)) for row in select(store, bind(spec, {}, store))
    ]
    (dosing,) = dosings(named)
    assert [given.day for given in dosing.given if given.day is not None] == days


def test_totals_are_of_each_administration_and_a_range_has_two(store: EmbeddedStore) -> None:
    rows = by_administration(ask(store, "course-totals", regimen="A"))
    assert set(rows) == {"ranged", "either", "or", "rays"}
    assert (rows["ranged"]["total"], rows["ranged"]["totalHigh"]) == ("150", "200")
    assert (rows["either"]["total"], rows["or"]["total"]) == ("60", "12")
    assert rows["rays"]["total"] == "60"


def test_components_without_role_and_treatments_are_components(store: EmbeddedStore) -> None:
    rows = ask(store, "regimen-components", regimen="A")
    names = {row.get("drugLabel") or row["treatmentLabel"] for row in rows}
    assert names == {"plain", "other", "ranged", "oral", "ramp", "rays"}
    added = ask(store, "regimen-extensions", base="Base")
    names = {row.get("drugLabel") or row["treatmentLabel"] for row in added}
    assert names == {"other", "ranged", "oral", "ramp", "rays"}


def test_cycles_are_those_of_each_block(store: EmbeddedStore) -> None:
    rows = ask(store, "cycles-and-follow-on")
    assert [(row.get("block"), row.get("cycles"), row.get("plannedCycles")) for row in rows] == [
        ("block/one", "1, 3", "2"),
        ("block/two", "4 and later", None),
        (None, None, None),
    ]
    assert (rows[2]["minCycles"], rows[2]["maxCycles"]) == ("4", "6")


@pytest.mark.parametrize(
    ("said", "computed", "agrees"),
    [
        ("rk:percent 12.0 ; rk:denominator 50", "12", "true"),
        ("rk:percent 64.9 ; rk:count 20 ; rk:denominator 31", "64.5", "false"),
        ("rk:percent 64.5 ; rk:count 20 ; rk:denominator 31", "64.5", "true"),
        ("rk:percent 65.0 ; rk:count 20 ; rk:denominator 31", "64.5", "true"),
        ("rk:percent 64.9 ; rk:denominator 31", "64.5", "false"),
        ("rk:percent 12.0 ; rk:count 12 ; rk:denominator 98", "12.2", "true"),
        ("rk:percent 12.0 ; rk:count 12 ; rk:denominator 50", "24", "false"),
    ],
)
def test_a_percentage_agrees_only_as_exactly_as_it_is_printed(
    said: str, computed: str, agrees: str
) -> None:
    report = f"<toxicity-report/r> a rk:ToxicityReport ; {said} ."
    (row,) = ask(EmbeddedStore(made_up_store(report)), "consistency")
    assert (row["computed"], row["agrees"]) == (computed, agrees)


def test_a_calendar_tells_blocks_cycles_ranges_caps_and_choices_apart(
    store: EmbeddedStore,
) -> None:
    spec = find("dosing")
    text = bind(spec, {"regimen": "A"}, store)
    named = [dict(zip(spec.columns, row, strict=True)) for row in select(store, text)]
    (dosing,) = dosings(named)
    cells = {(dose.part, dose.row, dose.day): dose for dose in doses(dosing.given)}
    assert cells["Induction, cycles 1, 3", "ranged", 1].text == "75-100 mg/m², max 200 mg"
    assert cells["Induction, cycle 3", "other", 2].note == "or plain"
    assert [day for _, row, day in cells if row == "oral"] == [2, 3, 4]
    assert ("Block 2, cycles 4 and later, step 1, days counted over all cycles", "ramp", 8) in cells
