"""What rules derive for regimens in blocks and arms, from hierarchies, and from registries."""

from __future__ import annotations

import pytest
from made_up_stores import made_up_store, pairs

REGIMEN = """
<regimen/a> a rk:Regimen ; rk:hasVariant <variant/a> ; rk:extends <regimen/base> .
<variant/a> a rk:RegimenVariant ; rk:variantOf <regimen/a> ; rk:hasBlock <block/first> .
<block/first> a rk:TreatmentBlock ; rk:hasAdministration <administration/given> .
<administration/given> a rk:Administration ; rk:drug <drug/given> .
<regimen/base> a rk:Regimen ; rk:hasVariant <variant/base> .
<variant/base> a rk:RegimenVariant ; rk:variantOf <regimen/base> .
<trial/t> a rk:Trial .
<arm/a> a rk:Arm ; rk:armOf <trial/t> ; rk:tests <variant/a> .
<arm/base> a rk:Arm ; rk:armOf <trial/t> ; rk:tests <variant/base> .
<drug/given> a rk:Drug .
<drug/care> a rk:Drug .
"""


def test_the_administrations_of_a_block_are_those_of_its_variant() -> None:
    store = made_up_store(REGIMEN)
    assert ("variant/a", "administration/given") in pairs(store, "rk:hasAdministration")
    assert pairs(store, "rk:hasDrug") == {("regimen/a", "drug/given")}


@pytest.mark.parametrize(
    "said",
    [
        "<toxicity-report/r> rk:about <arm/a> .",
        "<arm/a> rk:hasReport <toxicity-report/r> .",
        "<arm/a> rk:armHas <toxicity-report/r> .",
        "<toxicity-report/r> rk:about <arm/of-a-kind> .",
        "<toxicity-report/r> rk:about <arm/untyped> .",
    ],
)
def test_what_is_said_of_an_arm_however_is_in_it_and_in_its_trial(said: str) -> None:
    store = made_up_store(
        REGIMEN
        + said
        + """
        <toxicity-report/r> a rk:ToxicityReport ; rk:toxicity <toxicity/x> ; rk:percent 4.0 .
        <toxicity/x> a rk:Toxicity .
        rk:Experimental <http://www.w3.org/2000/01/rdf-schema#subClassOf> rk:Arm .
        <arm/of-a-kind> a rk:Experimental ; rk:armOf <trial/t> ; rk:tests <variant/a> .
        <arm/untyped> rk:armOf <trial/t> ; rk:tests <variant/a> .
        """
    )
    ((report, arm),) = pairs(store, "rk:inArm")
    assert (arm, report) in pairs(store, "rk:armHas")
    assert pairs(store, "rk:inTrial") == {(report, "trial/t")}
    assert pairs(store, "rk:concerns") == {(report, "regimen/a")}
    assert ("regimen/a", "toxicity/x") in pairs(store, "rk:hasToxicity")


def test_a_trial_tests_what_its_arms_test() -> None:
    tested = {
        variant for trial, variant in pairs(made_up_store(REGIMEN), "rk:tests") if "trial" in trial
    }
    assert tested == {"variant/a", "variant/base"}


@pytest.mark.parametrize(
    ("said", "concerned"),
    [
        ("rk:about <regimen/a>", {"a"}),
        ("rk:about <variant/a>", {"a"}),
        ("rk:about <block/first>", {"a"}),
        ("rk:about <administration/given>", {"a"}),
        ("rk:about <arm/a>", {"a"}),
        ("rk:inArm <arm/a>", {"a"}),
        ("rk:about <regimen/a> ; rk:inArm <arm/a>", {"a"}),
        ("rk:inArm <arm/a> ; rk:comparatorArm <arm/base>", {"a"}),
        ("rk:comparatorArm <arm/a>", set()),
        ("rk:about <regimen/base>", {"base"}),
        ("rk:about <drug/given>", set()),
        ("rk:about <trial/t> ; rk:inTrial <trial/t>", set()),
        ("a rk:DerivedValue ; rk:about <regimen/a>", set()),
    ],
)
def test_a_statement_concerns_the_regimen_of_what_it_is_about(
    said: str, concerned: set[str]
) -> None:
    store = made_up_store(f"{REGIMEN} <claim/c> a rk:Statement ; {said} .")
    assert pairs(store, "rk:concerns") == {("claim/c", f"regimen/{name}") for name in concerned}


PATIENTS = """
<condition/own> a rk:Condition .
<condition/studied> a rk:Condition .
<condition/treated> a rk:Condition .
<condition/other> a rk:Condition .
<regimen/a> rk:treats <condition/treated> .
<regimen/b> a rk:Regimen ; rk:treats <condition/other> .
<trial/of> a rk:Trial ; rk:studies <condition/studied> .
<arm/of> a rk:Arm ; rk:armOf <trial/of> ; rk:tests <variant/a> .
"""


@pytest.mark.parametrize(
    ("said", "patients"),
    [
        ("rk:inArm <arm/of> ; rk:population <condition/own>", {"own"}),
        ("rk:inArm <arm/of>", {"studied"}),
        ("rk:inTrial <trial/of> ; rk:about <regimen/a>", {"studied"}),
        ("rk:inArm <arm/a>", {"treated"}),
        ("rk:about <variant/a>", {"treated"}),
        ("rk:about <regimen/base>", set()),
        ("rk:inTrial <trial/t>", set()),
        ("rk:population <condition/own>, <condition/studied>", {"own", "studied"}),
        ("rk:about <regimen/a>, <regimen/b>", {"treated", "other"}),
        ("rk:inTrial <trial/of>, <trial/t>", {"studied"}),
    ],
)
@pytest.mark.parametrize("class_", ["rk:ToxicityReport", "rk:Outcome"])
def test_patients_are_those_of_the_statement_or_else_its_trial_or_else_its_regimen(
    said: str, patients: set[str], class_: str
) -> None:
    store = made_up_store(f"{REGIMEN} {PATIENTS} <claim/c> a rk:Statement, {class_} ; {said} .")
    assert pairs(store, "rk:inPatientsWith") == {
        ("claim/c", f"condition/{name}") for name in patients
    }


def test_only_reports_and_outcomes_have_patients() -> None:
    claim = "<claim/c> a rk:Statement ; rk:inArm <arm/of> ; rk:population <condition/own> ."
    assert pairs(made_up_store(f"{REGIMEN} {PATIENTS} {claim}"), "rk:inPatientsWith") == set()


@pytest.mark.parametrize(
    ("said", "having"),
    [
        ("rk:about <regimen/a>", {"regimen/a"}),
        ("rk:about <variant/a>", {"regimen/a", "variant/a"}),
        ("rk:about <block/first>", {"regimen/a", "variant/a", "block/first"}),
        (
            "rk:about <administration/given>",
            {"regimen/a", "variant/a", "block/first", "administration/given"},
        ),
        ("rk:inArm <arm/a> ; rk:percent 0.4", {"regimen/a", "variant/a"}),
        ("rk:about <arm/a> ; rk:count 1", {"regimen/a", "variant/a", "arm/a"}),
        ("rk:about <drug/given>", {"drug/given"}),
        ("rk:about <trial/t>", set()),
        ("rk:about <variant/a> ; rk:percent 0.0", set()),
        ("rk:inArm <arm/a> ; rk:count 0", set()),
        ("rk:about <drug/given> ; rk:count 0 ; rk:denominator 40", set()),
    ],
)
def test_a_toxicity_is_that_of_whom_some_patient_had_it_under(said: str, having: set[str]) -> None:
    report = f"<toxicity-report/r> a rk:ToxicityReport ; rk:toxicity <toxicity/x> ; {said} ."
    store = made_up_store(f"{REGIMEN} <toxicity/x> a rk:Toxicity . {report}")
    assert pairs(store, "rk:hasToxicity") == {(thing, "toxicity/x") for thing in having}


def test_a_report_of_nobody_takes_nothing_from_another_of_somebody() -> None:
    reports = "".join(
        f"<toxicity-report/{percent}> a rk:ToxicityReport ; rk:about <drug/given> ;"
        f" rk:toxicity <toxicity/x> ; rk:percent {percent} ."
        for percent in ("0.0", "7.0")
    )
    assert pairs(made_up_store(REGIMEN + reports), "rk:hasToxicity") == {
        ("drug/given", "toxicity/x")
    }


def test_drugs_that_a_registry_lists_are_drugs_of_the_regimen_and_others_are_not() -> None:
    store = made_up_store(
        """
        <regimen/r> a rk:Regimen .
        <registry-entry/e> a rk:RegistryEntry ; rk:entryFor <regimen/r> ;
          rk:listsDrug <drug/a>, <drug/b> .
        <supportive-care/s> rk:about <regimen/r> ; rk:drug <drug/care> .
        <administration/p> a rk:Administration ; rk:placeboFor <drug/c> .
        <variant/v> rk:variantOf <regimen/r> ; rk:hasAdministration <administration/p> .
        """
    )
    assert pairs(store, "rk:hasDrug") == {("regimen/r", "drug/a"), ("regimen/r", "drug/b")}
    assert ("registry-entry/e", "regimen/r") in pairs(store, "rk:about")


READ = "prov:wasDerivedFrom [ oa:hasTarget [ oa:hasSource <source/s> ] ]"


@pytest.mark.parametrize(
    ("dosing", "tier"),
    [
        (f"<variant/v> {READ} .", "Curated"),
        (f"<administration/v> {READ} .", "Curated"),
        (f"<variant/v> rk:hasBlock <block/b> . <block/b> {READ} .", "Curated"),
        ("", "Registry"),
        (f"<registry-entry/e> rk:entryFor <regimen/r> ; {READ} .", "Registry"),
    ],
)
def test_a_regimen_is_curated_if_a_dosing_was_read_and_has_one_tier(dosing: str, tier: str) -> None:
    store = made_up_store(
        f"""
        <regimen/r> a rk:Regimen .
        <variant/v> rk:variantOf <regimen/r> ; rk:hasAdministration <administration/v> .
        {dosing}
        """
    )
    assert pairs(store, "rk:tier") == {("regimen/r", tier)}


@pytest.mark.parametrize(
    ("second", "disagree"),
    [
        ("rk:listsDrug <drug/a-salt>, <drug/b>", False),
        ("rk:listsDrug <drug/a>", True),
        ("rk:listsDrug <drug/a>, <drug/b>, <drug/c>", True),
        ("rk:listsDrug <drug/a-salt>, <drug/c>", True),
        ("rdfs:seeAlso <page/1>", False),
    ],
)
def test_entries_that_list_other_drugs_for_a_regimen_are_a_conflict_salts_apart(
    second: str, disagree: bool
) -> None:
    store = made_up_store(
        f"""
        <regimen/r> a rk:Regimen ; skos:prefLabel "R"@en .
        <drug/a-salt> rk:saltOf <drug/a> .
        <registry-entry/1> rk:entryFor <regimen/r> ; rk:listsDrug <drug/a>, <drug/b> .
        <registry-entry/2> rk:entryFor <regimen/r> ; {second} .
        <registry-entry/3> rk:entryFor <regimen/other> ; rk:listsDrug <drug/z> .
        """
    )
    involved = {entry for _, entry in pairs(store, "rk:involves")}
    assert involved == ({"registry-entry/1", "registry-entry/2"} if disagree else set())


def test_what_is_above_a_thing_is_so_at_any_distance_and_never_the_thing_itself() -> None:
    store = made_up_store(
        """
        <broader-link/1> rk:narrowerThing <toxicity/pneumonia> ;
          rk:broaderThing <toxicity/lung-infection> .
        <broader-link/2> rk:narrowerThing <toxicity/lung-infection> ;
          rk:broaderThing <toxicity/infection> .
        <broader-link/3> rk:narrowerThing <toxicity/x>, <toxicity/y> ;
          rk:broaderThing <toxicity/x>, <toxicity/y> .
        """
    )
    above = pairs(store, "skos:broaderTransitive")
    assert ("toxicity/pneumonia", "toxicity/infection") in above
    assert ("toxicity/pneumonia", "toxicity/infection") not in pairs(store, "skos:broader")
    assert ("toxicity/x", "toxicity/y") in above
    assert not any(narrower == broader for narrower, broader in above)


def test_a_sub_property_of_ours_says_what_its_superproperty_says() -> None:
    store = made_up_store('<drug/d> rk:brandName "Made-up"@en ; rk:researchCode "MU-1"@en .')
    names = {name for thing, name in pairs(store, "skos:altLabel") if thing == "drug/d"}
    assert names == {"Made-up", "MU-1"}
