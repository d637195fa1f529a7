"""What is said of made-up regimens, drugs and trials: reports, outcomes, care, conflicts."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from pyoxigraph import NamedNode

from made_up.pools import Pools
from made_up.regimens import Arm, Regimen, Trial, quantity
from made_up.scribe import Scribe, english, typed

_STRENGTHS = ("rk:May", "rk:Often", "rk:Commonly", "rk:Should", "rk:Always")
_CAUSALITIES = (
    *("rk:TreatmentRelated", "rk:TreatmentEmergent", "rk:PossiblyRelated"),
    *("rk:ProbablyRelated", "rk:NotRelated"),
)
_CONFLICTS = (
    "rk:SourceDisagreement",
    "rk:ScheduleDisagreement",
    "rk:TimingDisagreement",
    "rk:GradeDifference",
)


def say_all(scribe: Scribe, made: Pools, of: Regimen) -> None:
    """All that documents and trials say of a regimen.

    Reports are skewed: half of the regimens have six at most outside trials, one in a hundred
    over a hundred; each arm of a trial has nine in the median.
    """
    statements: list[NamedNode] = []
    for _ in range(scribe.skewed(6, 1.1, 300)):
        statements.append(_report(scribe, made, scribe.one(of.node, *of.variants)))
    for trial in of.trials:
        statements += _of_trial(scribe, made, of, trial)
    for kind, class_, median, facts in _KINDS:
        for _ in range(scribe.skewed(median, 1.0, 40, least=scribe.rare(class_, 0))):
            node = scribe.thing(kind, class_)
            facts(scribe, made, of, node)
            for property_, share, value in (
                ("rk:qualifier", 0.15, scribe.words(5)),
                ("cito:citesAsEvidence", 0.1, scribe.one(*of.papers)),
                ("rk:population", 0.05, scribe.common(made.conditions)),
                ("rk:dependsOn", 0.05, scribe.words(2)),
                ("rk:basis", 0.03, scribe.words(2)),
                ("rk:minDay", 0.03, 1),
            ):
                if scribe.rare(property_, share):
                    scribe.read(node, property_, value)
            statements.append(node)
    _conflicts(scribe, of, statements)


def of_drug(scribe: Scribe, made: Pools, drug: NamedNode) -> None:
    """What the label of a drug says: toxicities, boxed warnings, precautions, approvals."""
    for _ in range(scribe.skewed(8, 1.0, 80)):
        _report(scribe, made, drug)
    for _ in range(scribe.skewed(0.6, 0.8, 4)):
        node = scribe.thing("precaution", "rk:Precaution")
        scribe.say(node, "rk:about", drug)
        _precaution(scribe, node)
    for _ in range(scribe.skewed(0.6, 0.8, 5)):
        node = scribe.thing("approval", "rk:Approval")
        scribe.say(node, "rk:about", drug)
        scribe.read(node, "rk:drug", drug)
        scribe.read(node, "rk:agency", scribe.common(made.organizations))
        scribe.read(node, "rk:indication", scribe.common(made.conditions))
        scribe.read(node, "rk:timing", scribe.words(2))
        if scribe.chance(0.3):
            scribe.read(node, "rk:biomarker", scribe.common(made.biomarkers))
            scribe.read(node, "rk:combinedWith", scribe.common(made.treatments))


def signs(scribe: Scribe, made: Pools) -> None:
    """The tests by which conditions and toxicities show."""
    for one in (*made.toxicities, *made.conditions):
        if scribe.chance(0.1):
            node = scribe.thing("sign", "rk:Sign")
            scribe.say(node, "rk:about", one)
            scribe.read(node, "rk:test", scribe.common(made.tests))
            scribe.read(node, "rk:direction", scribe.one("rk:High", "rk:Low"))


def _report(scribe: Scribe, made: Pools, about: NamedNode) -> NamedNode:
    """A report outside a trial's results: mostly words, seldom a figure."""
    node = scribe.thing("toxicity-report", "rk:ToxicityReport")
    scribe.say(node, "rk:about", about)
    scribe.read(node, "rk:toxicity", scribe.common(made.toxicities))
    if scribe.chance(0.2):
        scribe.read(node, "rk:percent", Decimal(scribe.random.randint(1, 90)))
    elif scribe.rare("rk:quantifier", 0.025):
        scribe.read(node, "rk:quantifier", "rk:AllPatients")
    if about.value.split("/")[-2] == "drug" and scribe.chance(0.15):
        scribe.read(node, "rk:boxedWarning", True)
        scribe.read(node, "rk:agency", made.organizations[0])
    for property_, share, value in (
        ("rk:qualifier", 0.4, scribe.words(4)),
        ("rk:strength", 0.2, scribe.one(*_STRENGTHS)),
        ("rk:frequencyTerm", 0.1, scribe.words(1)),
        ("rk:symptomOf", 0.07, scribe.common(made.toxicities)),
        ("rk:consequenceOf", 0.05, scribe.common(made.toxicities)),
        ("rk:reversibility", 0.05, scribe.words(1)),
        ("rk:timing", 0.05, scribe.words(2)),
        ("rk:timeHorizon", 0.02, typed("P10Y", "yearMonthDuration")),
    ):
        if scribe.rare(property_, share):
            scribe.read(node, property_, value)
    if scribe.rare("rk:minOnset", 0.03):
        scribe.read(node, "rk:minOnset", typed("P7D", "dayTimeDuration"))
        scribe.read(node, "rk:maxOnset", typed("P14D", "dayTimeDuration"))
    return node


def _of_trial(scribe: Scribe, made: Pools, of: Regimen, trial: Trial) -> list[NamedNode]:
    statements = []
    toxicities = scribe.several(made.toxicities, scribe.skewed(9, 0.8, 90, 1))
    for arm in trial.arms:
        for toxicity in toxicities:
            statements.append(_rate(scribe, trial, arm, toxicity))
        for _ in range(scribe.skewed(2.5, 0.7, 20, 1)):
            statements.append(_outcome(scribe, made, trial, arm))
    for _ in range(scribe.skewed(2, 0.9, 25)):
        node = scribe.thing("baseline-measure", "rk:BaselineMeasure")
        scribe.say(node, "rk:about", trial.node)
        scribe.say(node, "rk:inTrial", trial.node)
        scribe.read(node, "rk:characteristic", scribe.one("rk:Age", "rk:DiseaseStatus"))
        scribe.read(node, "rk:subgroup", scribe.common(made.subgroups))
        scribe.read(node, "rk:count", scribe.random.randint(1, trial.participants))
        scribe.read(node, "rk:denominator", trial.participants)
    return statements


def _rate(scribe: Scribe, trial: Trial, arm: Arm, toxicity: NamedNode) -> NamedNode:
    """How many in an arm had it; four in ten also say what the arm tests."""
    node = scribe.thing("toxicity-report", "rk:ToxicityReport")
    people = trial.participants // len(trial.arms)
    count = min(people, scribe.skewed(people / 8, 1.0, people))
    scribe.read(node, "rk:toxicity", toxicity)
    scribe.say(node, "rk:inTrial", trial.node)
    scribe.say(node, "rk:inArm", arm.node)
    scribe.say(node, "rk:about", arm.variant if scribe.chance(0.4) else arm.node)
    if scribe.chance(0.8):
        scribe.read(node, "rk:percent", Decimal(round(100 * count / people)))
    if scribe.chance(0.4):
        scribe.read(node, "rk:count", count)
        scribe.read(node, "rk:denominator", people)
    if scribe.chance(0.6):
        grade = scribe.one(1, 3, 3)
        scribe.read(node, "rk:minGrade", grade)
        if scribe.chance(0.5):
            scribe.read(node, "rk:maxGrade", 5)
        scribe.read(node, "rk:gradingSystem", scribe.one("rk:CTCAEv3", "rk:CTCAEv4", "rk:CTCAEv5"))
    if scribe.rare("rk:fatal", 0.03):
        scribe.read(node, "rk:fatal", True)
    if causality := scribe.rare_one(0.1, *_CAUSALITIES):
        scribe.read(node, "rk:causality", causality)
    return node


def _outcome(scribe: Scribe, made: Pools, trial: Trial, arm: Arm) -> NamedNode:
    """A rate, a median time with its interval, or a comparison with the trial's other arm."""
    node = scribe.thing("outcome", "rk:Outcome")
    people = trial.participants // len(trial.arms)
    scribe.say(node, "rk:inTrial", trial.node)
    scribe.say(node, "rk:inArm", arm.node)
    scribe.say(node, "rk:about", arm.variant if scribe.chance(0.5) else arm.node)
    value = Decimal(scribe.random.randint(10, 300)) / 10
    kind = scribe.random.random()
    if kind < 0.4:
        count = scribe.random.randint(0, people)
        endpoint = scribe.one("rk:OverallResponseRate", "rk:RemissionRate")
        deaths = ("rk:OnStudyDeath", "rk:Death")
        endpoint = next((death for death in deaths if scribe.rare(death, 0.1)), endpoint)
        scribe.read(node, "rk:endpoint", endpoint)
        scribe.read(node, "rk:statistic", "rk:Proportion")
        scribe.read(node, "rk:value", Decimal(round(100 * count / people)))
        scribe.read(node, "rk:unit", "%")
        scribe.read(node, "rk:count", count)
        scribe.read(node, "rk:denominator", people)
    else:
        scribe.read(
            node, "rk:endpoint", scribe.one("rk:OverallSurvival", "rk:ProgressionFreeSurvival")
        )
        ranged = False
        other = next((one for one in trial.arms if one.node != arm.node), None)
        if other is not None and scribe.rare("rk:comparatorArm", 0.33):
            scribe.read(node, "rk:statistic", "rk:Comparison")
            scribe.read(node, "rk:unit", "1")
            scribe.read(node, "rk:measureOfEffect", "rk:HazardRatio")
            scribe.read(node, "rk:effectMeasure", "hazard ratio")
            scribe.read(node, "rk:comparatorArm", other.node)
            scribe.read(node, "rk:pValue", Decimal("0.05"))
            scribe.read(node, "rk:pValueBound", "<")
            if scribe.rare("rk:numeratorBasis", 0.2):
                scribe.read(node, "rk:numeratorBasis", "rk:FromFigures")
                scribe.read(node, "rk:oneSided", True)
        elif ranged := scribe.rare("rk:lowerLimit", 0.15):
            scribe.read(node, "rk:statistic", "rk:Median")
            scribe.read(node, "rk:unit", "mo")
            scribe.read(node, "rk:lowerLimit", value / 2)
            scribe.read(node, "rk:upperLimit", value * 2)
            scribe.read(node, "rk:spreadKind", "rk:Range")
        else:
            scribe.read(node, "rk:statistic", "rk:Median")
            scribe.read(node, "rk:unit", "mo")
        if ranged:
            scribe.read(node, "rk:value", value)
        elif scribe.rare("rk:upperNotReached", 0.07):
            scribe.read(node, "rk:valueNotReached", True)
            scribe.read(node, "rk:ciLower", value)
            scribe.read(node, "rk:upperNotReached", True)
        elif scribe.rare("rk:lowerNotReached", 0.01):
            scribe.read(node, "rk:value", value)
            scribe.read(node, "rk:lowerNotReached", True)
        else:
            scribe.read(node, "rk:value", value)
            scribe.read(node, "rk:ciLower", value / 2)
            scribe.read(node, "rk:ciUpper", value * 2)
            scribe.read(node, "rk:ciLevel", Decimal(95))
    if scribe.chance(0.3):
        scribe.read(node, "rk:analysisSet", "rk:IntentionToTreat")
    if scribe.rare("rk:subgroup", 0.1):
        scribe.read(node, "rk:subgroup", scribe.common(made.subgroups))
        scribe.read(node, "rk:comparedWith", scribe.common(made.subgroups))
    if scribe.rare("rk:timePoint", 0.1):
        scribe.read(node, "rk:timePoint", typed("P1825D", "dayTimeDuration"))
        scribe.read(node, "rk:analysis", scribe.one("rk:PrimaryAnalysis", "rk:UpdatedAnalysis"))
        scribe.read(node, "rk:dataCutoff", typed("2020-03", "gYearMonth"))
    return node


def _care(scribe: Scribe, made: Pools, of: Regimen, node: NamedNode) -> None:
    _about(scribe, of, node)
    scribe.read(node, "rk:drug", scribe.common(made.drugs))
    if scribe.chance(0.2):
        scribe.read(node, "rk:treatment", scribe.common(made.treatments))
    property_ = "rk:manages" if scribe.rare("rk:manages", 0.3) else "rk:prevents"
    scribe.read(node, property_, scribe.common(made.toxicities))
    scribe.read(node, "rk:strength", scribe.one(*_STRENGTHS))
    if scribe.chance(0.5):
        scribe.read(node, "rk:timing", scribe.words(2))
    number = int(node.value.rpartition("-")[2])
    if number > 1 and scribe.rare("rk:alternativeTo", 0.15):
        scribe.read(
            node, "rk:alternativeTo", NamedNode(f"{node.value.rpartition('-')[0]}-{number - 1}")
        )


def _monitoring(scribe: Scribe, made: Pools, of: Regimen, node: NamedNode) -> None:
    _about(scribe, of, node)
    scribe.read(node, "rk:test", scribe.common(made.tests))
    if scribe.chance(0.7):
        scribe.read(node, "rk:detects", scribe.common(made.toxicities))
    scribe.read(node, "rk:timing", scribe.words(3))
    scribe.read(node, "rk:strength", scribe.one(*_STRENGTHS))
    if scribe.chance(0.4):
        scribe.read(node, "rk:purpose", scribe.words(3))


def _precautions(scribe: Scribe, made: Pools, of: Regimen, node: NamedNode) -> None:
    _about(scribe, of, node)
    _precaution(scribe, node)


def _precaution(scribe: Scribe, node: NamedNode) -> None:
    types = ("rk:AvoidInPregnancy", "rk:AvoidInBreastfeeding", "rk:AdjustForRenalFunction")
    scribe.read(node, "rk:precautionType", scribe.one(*types))
    if scribe.chance(0.7):
        scribe.read(node, "rk:strength", scribe.one(*_STRENGTHS))


def _claim(scribe: Scribe, made: Pools, of: Regimen, node: NamedNode) -> None:
    _about(scribe, of, node)
    scribe.read(node, "rk:aspect", scribe.one("rk:Efficacy", "rk:Safety", "rk:Tolerability"))
    scribe.read(node, "rk:polarity", scribe.one("rk:Positive", "rk:Negative", "rk:Uncertain"))
    scribe.read(node, "dcterms:description", english(scribe.words(10)))
    if of.trials and scribe.chance(0.4):
        scribe.say(node, "rk:inTrial", scribe.one(*of.trials).node)


def _synergy(scribe: Scribe, made: Pools, of: Regimen, node: NamedNode) -> None:
    drugs = [of.drugs[0], next(drug for drug in made.drugs if drug != of.drugs[0])]
    scribe.say(node, "rk:about", drugs[0])
    scribe.read(node, "rk:drug", *drugs)
    scribe.read(node, "rk:evidenceLevel", scribe.one("rk:InVitro", "rk:Clinical"))


def _follow_on(scribe: Scribe, made: Pools, of: Regimen, node: NamedNode) -> None:
    _about(scribe, of, node)
    scribe.read(node, "rk:followedBy", scribe.common(made.treatments))
    scribe.read(node, "rk:onCondition", scribe.words(3))
    scribe.read(node, "rk:strength", scribe.one(*_STRENGTHS))
    if scribe.chance(0.3):
        scribe.read(node, "rk:purpose", scribe.words(3))


def _time(scribe: Scribe, made: Pools, of: Regimen, node: NamedNode) -> None:
    _about(scribe, of, node)
    scribe.read(node, "rk:timeKind", scribe.one("rk:HospitalStay", "rk:DailyTreatmentTime"))
    scribe.read(node, "rk:maxDuration", typed(scribe.one("PT9H", "P30D"), "dayTimeDuration"))


def _transfusion(scribe: Scribe, made: Pools, of: Regimen, node: NamedNode) -> None:
    _about(scribe, of, node)
    scribe.read(node, "rk:treatment", made.treatments[0])
    scribe.read(node, "rk:statistic", "rk:Mean")
    scribe.read(node, "rk:value", Decimal(scribe.random.randint(1, 30)))
    scribe.read(node, "rk:unit", "{units}")


def _advice(scribe: Scribe, made: Pools, of: Regimen, node: NamedNode) -> None:
    _about(scribe, of, node)
    scribe.read(node, "dcterms:description", english(scribe.words(8)))
    scribe.read(node, "rk:strength", scribe.one(*_STRENGTHS))


def _goal(scribe: Scribe, made: Pools, of: Regimen, node: NamedNode) -> None:
    _about(scribe, of, node)
    scribe.read(node, "rk:purpose", scribe.words(3))
    scribe.read(node, "rk:relieves", scribe.common(made.conditions))


def _assistance(scribe: Scribe, made: Pools, of: Regimen, node: NamedNode) -> None:
    _about(scribe, of, node)
    scribe.read(node, "rk:provider", scribe.words(2))
    scribe.read(node, "rk:eligibility", scribe.words(3))


def _definition(scribe: Scribe, made: Pools, of: Regimen, node: NamedNode) -> None:
    scribe.say(node, "rk:about", scribe.common(made.toxicities))
    scribe.read(node, "dcterms:description", english(scribe.words(8)))
    threshold = quantity(scribe, "g/dL", "8 g/dL")
    scribe.say(threshold, "qudt:numericValue", Decimal(8))
    scribe.read(node, "rk:threshold", threshold)


def _about(scribe: Scribe, of: Regimen, node: NamedNode) -> None:
    """Mostly the regimen, sometimes one of its drugs or variants."""
    what = scribe.random.choices((of.node, scribe.one(*of.variants), of.drugs[0]), (75, 15, 10))[0]
    scribe.say(node, "rk:about", what)


def _conflicts(scribe: Scribe, of: Regimen, statements: list[NamedNode]) -> None:
    """Between administrations, statements or readings of the regimen: half have two or more."""
    sides = [*of.administrations, *statements]
    for _ in range(scribe.skewed(2, 0.9, 20)):
        node = scribe.thing("conflict", "rk:Conflict")
        number = int(node.value.rpartition("-")[2])
        scribe.say(node, "rk:conflictType", _CONFLICTS[number % len(_CONFLICTS)])
        scribe.say(node, "rk:resolution", scribe.one("rk:KeptAsPrinted", "rk:Reconcilable"))
        scribe.read(node, "dcterms:description", english(scribe.words(15)))
        if len(of.readings) > 1 and scribe.chance(0.3):
            involved = of.readings[:2]
        else:
            first = of.administrations if scribe.chance(0.4) else sides
            involved = scribe.random.sample(first, 2) if len(first) > 1 else sides[:2]
        scribe.read(node, "rk:involves", *involved)


_KINDS: tuple[tuple[str, str, float, Callable[[Scribe, Pools, Regimen, NamedNode], None]], ...] = (
    ("supportive-care", "rk:SupportiveCare", 3, _care),
    ("monitoring", "rk:Monitoring", 3, _monitoring),
    ("precaution", "rk:Precaution", 1, _precautions),
    ("claim", "rk:Claim", 3, _claim),
    ("synergy", "rk:Synergy", 0.3, _synergy),
    ("follow-on", "rk:FollowOn", 1, _follow_on),
    ("time-requirement", "rk:TimeRequirement", 0.7, _time),
    ("transfusion", "rk:Transfusion", 0.3, _transfusion),
    ("advice", "rk:Advice", 0.7, _advice),
    ("goal", "rk:Goal", 0.4, _goal),
    ("assistance", "rk:Assistance", 0.4, _assistance),
    ("hypothesis", "rk:Hypothesis", 0.3, _claim),
    ("definition", "rk:Definition", 0.3, _definition),
)
"""Kinds of statement: its IRI's, its class, how many a regimen has in the median, its facts."""
