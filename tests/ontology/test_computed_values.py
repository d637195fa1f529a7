"""What the rules compute, and that they compute nothing where the source leaves it open."""

from __future__ import annotations

from decimal import Decimal

import pytest
from made_up_stores import made_up_store, pairs

from regimenkg.sparql.backend import select
from regimenkg.store.embedded import EmbeddedStore
from regimenkg.terms.namespaces import RK

TRIAL = """
<trial/t> a rk:Trial ; rk:participantsRandomised 100 ; rk:participantsTreated 98 ;
  rk:participantsEvaluable 31 .
"""
TWO_ARMS = """
<trial/two> a rk:Trial ; rk:participantsTreated 100 ; rk:participantsEvaluable 96 .
<arm/a> a rk:Arm ; rk:armOf <trial/two> ; rk:participantsTreated 50 ; rk:participantsEvaluable 40 .
<arm/b> a rk:Arm ; rk:armOf <trial/two> ; rk:participantsTreated 50 .
<arm/c> a rk:Arm ; rk:armOf <trial/two> ; rk:participantsRandomised 25 .
"""
REPORT = "<toxicity-report/r> a rk:ToxicityReport ;"
RESPONSE = (
    "<outcome/r> a rk:Outcome ; rk:endpoint rk:OverallResponseRate ; rk:statistic rk:Proportion ;"
    ' rk:unit "%" ;'
)


def counted(statement: str) -> tuple[int, int, str] | None:
    """The computed count of the one statement, of how many, and under which assumption."""
    rows = select(
        EmbeddedStore(made_up_store(f"{TRIAL}{TWO_ARMS}{statement} .")),
        """
        PREFIX rk: <https://w3id.org/regimenkg/vocab#>
        SELECT ?value ?n ?assumption
        {
          ?x rk:derivedProperty rk:count ; rk:value ?value ; rk:denominator ?n ;
            rk:assumption ?assumption
        }
        """,
    )
    assert len(rows) <= 1
    for value, n, assumption in rows:
        return int(float(value.value)), int(n.value), assumption.value  # type: ignore[union-attr]
    return None


@pytest.mark.parametrize(
    ("said", "count", "of", "whose"),
    [
        ("rk:percent 12.0 ; rk:inTrial <trial/t> ; rk:denominator 50", 6, 50, "as printed"),
        ("rk:percent 12.0 ; rk:inTrial <trial/t>", 12, 98, "treated participants of the trial"),
        ("rk:percent 20.0 ; rk:inTrial <trial/two> ; rk:inArm <arm/a>", 10, 50, "of the arm"),
        ("rk:percent 10.0 ; rk:inArm <arm/b>", 5, 50, "treated participants of the arm"),
        ("rk:percent 10.0 ; rk:about <arm/b>", 5, 50, "treated participants of the arm"),
        ("rk:percent 0.0 ; rk:inArm <arm/b>", 0, 50, "of the arm"),
        ("rk:percent 100.0 ; rk:inArm <arm/b>", 50, 50, "of the arm"),
        ("rk:percent 64.5 ; rk:denominator 31", 20, 31, "as printed"),
        ("rk:percent 40.0 ; rk:denominator 10 ; rk:subgroup <subgroup/s>", 4, 10, "as printed"),
    ],
)
def test_a_count_is_of_the_printed_denominator_else_of_the_arm_else_of_a_trial_of_one_arm(
    said: str, count: int, of: int, whose: str
) -> None:
    found = counted(f"{REPORT} {said}")
    assert found is not None
    assert found[:2] == (count, of)
    assert whose in found[2]


def test_responses_are_counted_of_those_evaluable() -> None:
    assert counted(f"{RESPONSE} rk:value 35.0 ; rk:inArm <arm/a>") == (
        *(14, 40),
        "the percentage refers to all evaluable participants of the arm",
    )


@pytest.mark.parametrize(
    "said",
    [
        f"{REPORT} rk:percent 20.0 ; rk:inTrial <trial/two>",
        f"{REPORT} rk:percent 20.0 ; rk:inArm <arm/c>",
        f"{REPORT} rk:percent 20.0 ; rk:inArm <arm/a>, <arm/b>",
        f"{REPORT} rk:percent 12.0 ; rk:inTrial <trial/t> ; rk:count 11",
        f"{REPORT} rk:percent 12.0 ; rk:inTrial <trial/t> ; rk:subgroup <subgroup/s>",
        f"{REPORT} rk:percent 12.0 ; rk:inTrial <trial/t> ; rk:analysisSet rk:SafetySet",
        f"{REPORT} rk:percent 12.0 ; rk:inTrial <trial/t> . <trial/t> rk:armCount 2",
        f"{REPORT} rk:percent 12.0 ; rk:inTrial <trial/t> . <trial/t> rk:participantsTreated 97",
        f"{REPORT} rk:percent 64.9 ; rk:denominator 31",  # no whole number of 31 gives it
        f"{REPORT} rk:percent 12.0 ; rk:denominator 500",  # several do
        f"{REPORT} rk:percent 120.0 ; rk:denominator 50",
        f"{REPORT} rk:percent 12.0 ; rk:denominator 0",
        f"{REPORT} rk:quantifier rk:AllPatients ; rk:inArm <arm/a>",
        f"{RESPONSE} rk:value 35.0 ; rk:inArm <arm/b>",
        f"{RESPONSE} rk:value 35.0 ; rk:inArm <arm/a> ; rk:timePoint 'P1Y'^^xsd:duration",
        "<outcome/o> a rk:Outcome ; rk:endpoint rk:OverallSurvival ; rk:statistic rk:Proportion ;"
        ' rk:unit "%" ; rk:value 35.0 ; rk:inArm <arm/a>',
    ],
)
def test_no_count_is_computed_where_it_is_open_of_whom(said: str) -> None:
    assert counted(said) is None


def test_statements_of_other_places_have_computed_values_of_their_own() -> None:
    store = made_up_store(
        "<http://a.example/1> a rk:ToxicityReport ; rk:percent 20.0 ; rk:denominator 50 ."
        "<http://a.example/2> a rk:ToxicityReport ; rk:percent 40.0 ; rk:denominator 50 ."
        "<http://a.example/3> a rk:Administration ; rk:day 1 ; rk:dose"
        ' [ qudt:numericValue 5.0 ; rk:ucumCode "mg" ] .'
        "<http://a.example/4> a rk:Administration ; rk:day 1 ; rk:dose"
        ' [ qudt:numericValue 6.0 ; rk:ucumCode "mg" ] .'
    )
    rows = select(
        EmbeddedStore(store),
        f"SELECT ?v {{ ?x <{RK}derivedProperty> ?p ; <{RK}value> ?v }} ORDER BY ?v",
    )
    values = [Decimal(value.value) for (value,) in rows]  # type: ignore[union-attr]
    assert values == [5, 6, 10, 20]


def test_totals_of_administrations_of_like_names_are_not_one() -> None:
    store = made_up_store(
        "".join(
            f"<administration/{name}> a rk:Administration ; rk:day 1 ;"
            f' rk:dose [ qudt:numericValue {dose} ; rk:ucumCode "mg" ] .'
            for name, dose in {"x/y": 7.0, "x-y": 9.0}.items()
        )
    )
    rows = select(
        EmbeddedStore(store), f"SELECT ?x {{ ?x <{RK}derivedProperty> ?p ; <{RK}value> ?v }}"
    )
    assert len(rows) == len(set(rows)) == 2


def total(said: str, dose: str = "qudt:numericValue 100.0") -> tuple[list[Decimal], str] | None:
    """The total of an administration, or its bounds, and what it assumes."""
    rows = select(
        EmbeddedStore(
            made_up_store(
                f'<administration/a> rk:dose [ {dose} ; rk:ucumCode "mg/m2" ] .'
                f"<administration/a> a rk:Administration ; {said} ."
            )
        ),
        """
        PREFIX rk: <https://w3id.org/regimenkg/vocab#>
        SELECT ?value ?low ?high ?assumption {
          ?x rk:derivedProperty rk:dose ; rk:unit "mg/m2" ; rk:assumption ?assumption
          OPTIONAL { ?x rk:value ?value }
          OPTIONAL { ?x rk:lowerBound ?low ; rk:upperBound ?high }
        }
        """,
    )
    assert len(rows) <= 1
    for *numbers, assumption in rows:
        return [Decimal(number.value) for number in numbers if number], assumption.value  # type: ignore[union-attr]
    return None


def every(interval: str) -> str:
    return f'rk:every "{interval}"^^xsd:dayTimeDuration'


PER = "rk:per rk:PerAdministration"
LASTING = 'rk:cycleLength "P28D"^^xsd:dayTimeDuration ; rk:hasAdministration <administration/a>'
CYCLE = f"<variant/v> a rk:RegimenVariant ; {LASTING}"
BLOCK_CYCLE = f"<block/b> a rk:TreatmentBlock ; {LASTING}"


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("rk:day 1, 2, 3", 300),
        ("rk:day 0", 100),
        ("rk:day 1, 8, 15 ; rk:timesPerDay 2", 600),
        (f"rk:day 1, 3, 5 ; {every('PT12H')}", 600),
        (f"rk:day 2, 3 ; {every('PT12H')} ; rk:repetitions 4", 400),
        (f"rk:day 1 ; {every('PT6H')} ; rk:timesPerDay 4", 400),
        (f"rk:day 1, 3, 5, 7 ; {every('P2D')}", 400),
        (f"{every('PT12H')} ; rk:repetitions 6", 600),
        (f"{every('P1D')} ; rk:repetitions 7", 700),
        (f"{every('P1D')} ; rk:repetitions 7 ; rk:timesPerDay 2", 1400),
        (f"{every('P7D')} ; rk:repetitions 4 ; rk:firstDay 1", 400),
        (f"{PER} ; rk:fractions 35", 3500),
        ("rk:per rk:InTotal ; rk:fractions 35 ; rk:day 1, 2, 3", 100),
        ("rk:per rk:InTotal ; rk:doseOver 'P3D'^^xsd:dayTimeDuration ; rk:day 1, 2, 3", 100),
        ("rk:per rk:PerCycle ; rk:day 1, 2", 100),
        ("rk:per rk:PerCourse", 100),
        ("rk:per rk:PerDay ; rk:day 1, 2, 3 ; rk:timesPerDay 3", 300),
        (f"rk:per rk:PerDay ; {every('P1D')} ; rk:repetitions 7", 700),
        (f"rk:per rk:PerWeek ; {every('P7D')} ; rk:repetitions 6", 600),
        ("rk:day 1, 2 ; rk:infusionDuration 'P1D'^^xsd:dayTimeDuration", 200),
        ("rk:day 1 ; rk:infusionDuration 'P4D'^^xsd:dayTimeDuration", 100),
        ("rk:day 1 ; rk:doseOver 'P1DT22H'^^xsd:dayTimeDuration", 100),
        (
            "rk:per rk:PerDay ; rk:day 4, 5 ; rk:infusionDuration 'P1DT22H'^^xsd:dayTimeDuration",
            200,
        ),
        ("rk:per rk:PerDay ; rk:day 1, 2, 3 ; rk:doseOver 'P3D'^^xsd:dayTimeDuration", 300),
        (
            f"rk:per rk:PerDay ; {every('P1D')} ; rk:repetitions 5 ;"
            " rk:infusionDuration 'P5D'^^xsd:dayTimeDuration",
            500,
        ),
        (f"rk:day 1, 4, 7 ; {every('P3D')}", 300),
        (f"rk:day -3, -2, -1, 0 ; {every('P1D')}", 400),
        (f"{every('P1DT12H')} ; rk:repetitions 4", 400),
        ("rk:per rk:InTotal ; rk:doseOver 'P1DT22H'^^xsd:dayTimeDuration ; rk:day 1, 2, 3", 100),
        (
            "rk:per rk:InTotal ; rk:doseOver 'P3D'^^xsd:dayTimeDuration ;"
            f" {every('P1D')} ; rk:repetitions 3",
            100,
        ),
        (f"rk:day 2 ; {every('P28D')} . {CYCLE}", 100),
        (f"{every('P7D')} ; rk:repetitions 4 . {CYCLE}", 400),
        (f"rk:per rk:PerCycle ; {every('P7D')} ; rk:repetitions 5 . {CYCLE}", 100),
        (f"rk:per rk:PerCourse ; {every('P7D')} ; rk:repetitions 5 . {CYCLE}", 100),
    ],
)
def test_a_total_is_of_a_cycle_by_what_the_dose_is_per_and_how_often_it_is_given(
    said: str, expected: int
) -> None:
    found = total(said)
    assert found is not None
    assert found[0] == [expected]


def test_a_range_of_doses_has_a_range_of_totals() -> None:
    found = total("rk:day 1, 8", "rk:lowerBound 75.0 ; rk:upperBound 100.0")
    assert found is not None
    assert found[0] == [150, 200]


@pytest.mark.parametrize(
    "said",
    [
        "rk:route rk:Oral",
        "rk:day 1 ; rk:optional true",
        "rk:day 1 ; rk:stepUp true",
        "rk:continuous true",
        "rk:day 1, 2 ; rk:continuous true",
        "rk:day 5 ; rk:untilCondition 'recovery'",
        every("P1D"),
        f"rk:firstDay 1 ; {every('P7D')}",
        "rk:timesPerDay 2",
        "rk:repetitions 4",
        f"rk:day 1, 2 ; {every('PT12H')} ; rk:repetitions 3",
        f"rk:day 1 ; {every('PT12H')} ; rk:timesPerDay 3",
        f"rk:day 1 ; {every('PT5H')}",
        f"rk:day 1 ; {every('P7D')} ; rk:repetitions 4",
        "rk:fractions 35",
        "rk:fractions 35 ; rk:day 1, 2",
        f"{PER} ; rk:fractions 35 ; rk:day 1, 2",
        "rk:per rk:PerDay",
        f"rk:per rk:PerDay ; {every('PT12H')} ; rk:repetitions 6",
        "rk:per rk:PerWeek ; rk:day 1, 8",
        "rk:doseOver 'P3D'^^xsd:dayTimeDuration ; rk:day 1, 2, 3",
        "rk:per rk:InTotal ; rk:doseOver 'P3D'^^xsd:dayTimeDuration ; rk:day 1, 15",
        "rk:day 1, 2, 3, 4 ; rk:infusionDuration 'P4D'^^xsd:dayTimeDuration",
        "rk:doseOver 'P1DT22H'^^xsd:dayTimeDuration ; rk:day 1, 15",
        "rk:per rk:PerDay ; rk:day 1 ; rk:infusionDuration 'P1DT22H'^^xsd:dayTimeDuration",
        "rk:per rk:PerDay ; rk:day 1 ; rk:infusionDuration 'P5D'^^xsd:dayTimeDuration",
        "rk:per rk:PerDay ; rk:day 1, 2 ; rk:doseOver 'P5D'^^xsd:dayTimeDuration",
        "rk:per rk:PerDay ; rk:day 1, 15 ; rk:infusionDuration 'P2D'^^xsd:dayTimeDuration",
        "rk:per rk:PerDay ; rk:day 1, 2, 3, 4 ; rk:doseOver 'P2D'^^xsd:dayTimeDuration",
        f"rk:day 1, 2, 3, 4, 5 ; {every('P2D')}",
        f"rk:day 1, 2, 5 ; {every('P2D')}",
        f"rk:day 1, 2, 8, 9 ; {every('P7D')}",
        f"rk:day 1 ; {every('P14D')}",
        f"rk:day 1 ; {every('P1D')} . {CYCLE}",
        f"rk:day 1 ; {every('P21D')} . {CYCLE}",
        f"rk:per rk:PerDay ; rk:day 3 ; {every('P1D')}",
        f"{every('P28D')} ; rk:repetitions 3 . {CYCLE}",
        f"{every('P28D')} ; rk:repetitions 3 . {BLOCK_CYCLE}",
        f"{every('PT12H')} ; rk:repetitions 60 . {CYCLE}",
        f"rk:per rk:PerWeek ; {every('P7D')} ; rk:repetitions 5 . {CYCLE}",
        "rk:per rk:InTotal ; rk:doseOver 'P1D'^^xsd:dayTimeDuration ; rk:day 4, 5",
        "rk:per rk:InTotal ; rk:doseOver 'PT6H'^^xsd:dayTimeDuration ; rk:day 1, 8",
        "rk:per rk:InTotal ; rk:doseOver 'P2D'^^xsd:dayTimeDuration ; rk:day 1, 2, 3, 4",
        "rk:per rk:InTotal ; rk:doseOver 'P2D'^^xsd:dayTimeDuration ;"
        f" {every('P14D')} ; rk:repetitions 2",
    ],
)
def test_there_is_no_total_where_the_source_leaves_it_open(said: str) -> None:
    assert total(said) is None


@pytest.mark.parametrize(
    ("said", "assumption"),
    [
        (
            "rk:day 1, 2",
            "the dose is taken as of one administration;"
            " one administration on every listed day, as no frequency is stated",
        ),
        (f"{PER} ; rk:day 1 ; rk:timesPerDay 2", "every listed day, as printed"),
        (f"{PER} ; {every('PT12H')} ; rk:repetitions 6", "as many administrations as printed"),
        ("rk:per rk:InTotal", "the dose is the total, as printed"),
        ("rk:per rk:PerCourse", "the dose is that of the course, not of one cycle, as printed"),
        (
            "rk:per rk:PerDay ; rk:day 1 ; rk:doseCap [ qudt:numericValue 2.0 ]",
            "every listed day, as printed; the cap is not applied",
        ),
        (
            "rk:per rk:PerDay ; rk:day 1 ; rk:alternativeTo <administration/b>",
            "every listed day, as printed; one of alternatives, not added up",
        ),
        (
            "rk:per rk:PerDay ; rk:day 1, 29 ; rk:dayCount rk:FromFirstDose",
            "every listed day, as printed; the days run on over cycles",
        ),
    ],
)
def test_a_total_says_what_it_takes_for_granted(said: str, assumption: str) -> None:
    found = total(said)
    assert found is not None
    assert found[1] == assumption


TWO_TRIALS = (
    "<trial/u> a rk:Trial ; rk:participantsTreated 75 ."
    "<trial/v> a rk:Trial ; rk:participantsTreated 25"
)
OTHER_ARM = "<arm/d> a rk:Arm ; rk:armOf <trial/two> ; rk:participantsTreated 25"


@pytest.mark.parametrize(
    "said",
    [
        f"{REPORT} rk:percent 12.0 ; rk:inTrial <trial/u>, <trial/v> . {TWO_TRIALS}",
        f"{REPORT} rk:percent 20.0 ; rk:inArm <arm/a> ; rk:about <arm/d> . {OTHER_ARM}",
        f"{REPORT} rk:percent 20.0 ; rk:about <arm/a>, <arm/d> . {OTHER_ARM}",
        f"{REPORT} rk:percent 20.0 ; rk:denominator 50, 25",
        f"{REPORT} rk:percent 20.0, 40.0 ; rk:denominator 50",
        f"{REPORT} rk:percent 12.0 ; rk:inTrial <trial/u> . {TWO_TRIALS} ."
        " <trial/u> rk:randomised true",
        f"{REPORT} rk:percent 12.0 ; rk:inTrial <trial/u> . {TWO_TRIALS} ."
        " <trial/u> rk:tests <variant/x>, <variant/y>",
    ],
)
def test_no_count_is_computed_of_several_wholes_or_of_a_trial_that_compares(said: str) -> None:
    assert counted(said) is None


def test_a_trial_that_tests_one_dosing_without_chance_is_counted() -> None:
    trial = "<trial/u> rk:randomised false ; rk:tests <variant/x>"
    assert counted(f"{REPORT} rk:percent 12.0 ; rk:inTrial <trial/u> . {TWO_TRIALS} . {trial}") == (
        9,
        75,
        "the percentage refers to all treated participants of the trial",
    )
    assert counted(f"{REPORT} rk:percent 12.0 ; rk:about <trial/u> . {TWO_TRIALS} . {trial}") == (
        *(9, 75),
        "the percentage refers to all treated participants of the trial",
    )


def test_a_qualifier_of_a_share_without_denominator_is_an_assumption() -> None:
    words = 'rk:qualifier "of those with a fever"'
    found = counted(f"{REPORT} rk:percent 20.0 ; rk:inArm <arm/a> ; {words}")
    assert found is not None
    assert found[2].endswith("of the arm; its qualifier is taken not to limit them")
    found = counted(f"{REPORT} rk:percent 20.0 ; rk:denominator 50 ; {words}")
    assert found is not None
    assert found[2].endswith("as printed")


def test_no_two_statements_share_a_computed_count() -> None:
    names = "toxicity-report/a-b toxicity-report/a/b outcome/x outcome-x toxicity-report/outcome-x"
    store = made_up_store(
        " ".join(
            f"<{name}> a rk:ToxicityReport ; rk:percent 20.0 ; rk:denominator 50 ."
            for name in names.split()
        )
    )
    rows = select(EmbeddedStore(store), f"SELECT DISTINCT ?x {{ ?x <{RK}derivedProperty> ?p }}")
    assert len(rows) == 5


@pytest.mark.parametrize(
    ("figures", "occurs"),
    [
        ("rk:percent 0.0 ; rk:count 1 ; rk:denominator 400", True),
        ("rk:percent 0.0", False),
        ("rk:count 0 ; rk:denominator 37", False),
        ("rk:percent 0.0 ; rk:count 0", False),
        ("rk:percent 0.4", True),
        ("rk:quantifier rk:AllPatients", True),
    ],
)
def test_a_toxicity_occurs_unless_no_patient_had_it(figures: str, occurs: bool) -> None:
    store = made_up_store(
        "<regimen/r> a rk:Regimen . <toxicity-report/r> a rk:ToxicityReport, rk:Statement ;"
        f" rk:about <regimen/r> ; rk:toxicity <toxicity/t> ; {figures} ."
    )
    found = ("regimen/r", "toxicity/t") in pairs(store, "rk:hasToxicity")
    assert found is occurs


@pytest.mark.parametrize(
    ("token", "found"), [("20 %", 8), ("20.0 %", None), ("20,0", None), ("20.00%", None)]
)
def test_a_percentage_is_as_exact_as_its_token(token: str, found: int | None) -> None:
    said = f"{REPORT} rk:percent 20.0 ; rk:denominator 41 ; prov:wasDerivedFrom <evidence/e> ."
    told = counted(f'{said} <evidence/e> rk:supportsProperty rk:percent ; rk:asReported "{token}"')
    assert (told[0] if told else None) == found
