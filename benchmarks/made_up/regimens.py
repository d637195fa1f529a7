"""One made-up regimen: its variants, blocks and administrations, and the trials with their arms."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise
from random import Random
from typing import NamedTuple

from pyoxigraph import NamedNode

from made_up.pools import Pools, codes, paper
from made_up.scribe import Scribe, english, name, typed

_PER = ("rk:PerDay", "rk:PerAdministration", "rk:PerCycle", "rk:PerCourse", "rk:InTotal")
_DOSE_KINDS = ("rk:StartingDose", "rk:LoadingDose", "rk:DoseLevel", "rk:TargetDose")
_UNITS = {
    "mg/m2": "unit:MilliGM-PER-M2",
    "mg": "unit:MilliGM",
    "mg/kg": "unit:MilliGM-PER-KiloGM",
    "ug": "unit:MicroGM",
    "[iU]": "unit:IU",
    "AUC": None,
    "g/dL": "unit:GM-PER-DeciL",
}
_UNITS_OFTEN = (55, 25, 8, 5, 4, 3, 0)
_ROLES = ("rk:Cytotoxic", "rk:TargetedTherapy", "rk:GrowthFactor", "rk:SupportiveMedication")
_PHASES = (
    "rk:InductionPhase",
    "rk:ConsolidationPhase",
    "rk:MaintenancePhase",
    "rk:ContinuationPhase",
)
_ROUTES = ("rk:Intravenous", "rk:Oral", "rk:Subcutaneous", "rk:Intramuscular", "rk:Intrathecal")
_ROUTES_OFTEN = (65, 20, 10, 3, 2)
_DAYS = ((1,), (1, 8), (1, 8, 15), (1, 2, 3), (1, 2, 3, 4, 5), (1, 3, 5), tuple(range(1, 8)))


class Arm(NamedTuple):
    """An arm with the variant that it tests."""

    node: NamedNode
    variant: NamedNode


class Trial(NamedTuple):
    """A trial with its arms, of which the first two are compared where there are two."""

    node: NamedNode
    arms: list[Arm]
    participants: int


class Regimen(NamedTuple):
    """A regimen with what other things may be said of."""

    node: NamedNode
    drugs: list[NamedNode]
    variants: list[NamedNode]
    administrations: list[NamedNode]
    trials: list[Trial]
    papers: list[NamedNode]
    readings: list[NamedNode]


def regimen(scribe: Scribe, made: Pools, earlier: list[Regimen]) -> Regimen:
    """A regimen of 1 to 7 drugs; the median has 2 variants, 1 trial and 9 administrations."""
    node = scribe.named("regimen", "rk:Regimen")
    scribe.open_document(node)
    drugs = scribe.several(made.drugs, scribe.skewed(3, 0.45, 7, 1))
    new = Regimen(node, drugs, [], [], [], [], [])
    new.papers.append(paper(scribe, made))
    scribe.say(scribe.document, "cito:cites", new.papers[0])
    for _ in range(scribe.skewed(0.8, 0.8, 5)):
        scribe.read(node, "skos:altLabel", english(scribe.words(2)))
    scribe.read(node, "rk:treats", scribe.common(made.conditions))
    scribe.read(node, "rk:setting", scribe.common(made.settings))
    if scribe.chance(0.7):
        scribe.read(node, "cito:isDocumentedBy", new.papers[0])
    if earlier and (len(earlier) == 1 or scribe.chance(0.12)):
        scribe.read(node, "rk:extends", scribe.common(earlier).node)
    codes(scribe, made.mapping_set, node)
    for _ in range(scribe.skewed(1, 0.6, 5, 1)):
        _variant(scribe, made, new)
    for _ in range(scribe.skewed(0.8, 0.8, 6, least=2 * scribe.rare("rk:Trial", 0))):
        new.trials.append(_trial(scribe, made, new, earlier))
    if scribe.rare("rk:RegistryEntry", 0.2):
        entry = scribe.thing("registry-entry", "rk:RegistryEntry")
        scribe.read(entry, "rk:entryFor", node)
        scribe.read(entry, "rk:listsDrug", *drugs)
    return new


def _variant(scribe: Scribe, made: Pools, of: Regimen) -> NamedNode:
    variant = scribe.named("variant", "rk:RegimenVariant", 2)
    scribe.say(variant, "rk:variantOf", of.node)
    of.variants.append(variant)
    if scribe.chance(0.8):
        scribe.read(
            variant,
            "rk:dayOneAnchor",
            scribe.one("rk:FirstChemotherapyDose", "rk:FirstDoseOfAnyAgent"),
        )
    if scribe.rare("rk:lineOfTherapy", 0.2):
        scribe.read(variant, "rk:lineOfTherapy", scribe.one(1, 2))
    if scribe.rare("rk:hasBlock", 0.2):
        blocks = []
        for position in range(1, scribe.skewed(2, 0.4, 5, 2) + 1):
            block = scribe.thing("block", "rk:TreatmentBlock")
            scribe.say(variant, "rk:hasBlock", block)
            scribe.say(block, "rk:position", position)
            scribe.read(block, "rk:treatmentPhase", _PHASES[min(position, 4) - 1])
            _cycles(scribe, block)
            _given(scribe, made, of, block)
            blocks.append(block)
        if scribe.rare("rk:alternatesWith", 0.2):
            scribe.read(blocks[0], "rk:alternatesWith", blocks[1])
        return variant
    _cycles(scribe, variant)
    _given(scribe, made, of, variant)
    return variant


def _cycles(scribe: Scribe, node: NamedNode) -> None:
    if scribe.chance(0.6):
        scribe.read(
            node, "rk:cycleLength", typed(scribe.one("P14D", "P21D", "P28D"), "dayTimeDuration")
        )
    if scribe.chance(0.5):
        scribe.read(node, "rk:plannedCycles", scribe.random.randint(1, 8))
    elif scribe.rare("rk:minCycles", 0.3):
        scribe.read(node, "rk:minCycles", 4)
        scribe.read(node, "rk:maxCycles", scribe.random.randint(6, 8))


def _given(scribe: Scribe, made: Pools, of: Regimen, where: NamedNode) -> None:
    """The administrations of a variant or a block: each drug once, some drugs twice."""
    given: list[NamedNode] = []
    for number, drug in enumerate(of.drugs):
        for _ in range(2 if scribe.chance(0.15) else 1):
            given.append(_administration(scribe, made, where, drug, number))
    if scribe.rare("rk:treatment", 0.04):
        node = _administration(scribe, made, where, None, len(given))
        scribe.read(node, "rk:treatment", scribe.common(made.treatments))
        scribe.read(node, "rk:componentRole", scribe.one("rk:Radiotherapy", "rk:Transplantation"))
        scribe.read(node, "rk:fractions", scribe.random.randint(5, 35))
        given.append(node)
    for one, other in pairwise(given):
        if scribe.chance(0.2):
            timing = scribe.thing("relative-timing", "rk:RelativeTiming")
            scribe.say(timing, "rk:reference", one)
            scribe.say(
                timing, "rk:offset", typed(scribe.one("PT2H", "PT4H", "P1D"), "dayTimeDuration")
            )
            scribe.say(
                timing,
                "rk:offsetAnchor",
                scribe.one("rk:StartOf", "rk:EndOf", "rk:AnchorNotStated"),
            )
            scribe.read(other, "rk:startsAfter", timing)
        elif scribe.rare("rk:combinable", 0.05):
            scribe.read(other, "rk:alternativeTo", one)
            scribe.read(other, "rk:combinable", True)
    of.administrations.extend(given)


def _administration(
    scribe: Scribe, made: Pools, where: NamedNode, drug: NamedNode | None, number: int
) -> NamedNode:
    node = scribe.thing("administration", "rk:Administration")
    scribe.say(where, "rk:hasAdministration", node)
    if drug is not None:
        scribe.read(node, "rk:drug", drug)
        scribe.read(node, "rk:route", scribe.random.choices(_ROUTES, _ROUTES_OFTEN)[0])
        if scribe.chance(0.9):
            role = _ROLES[0] if number < 2 else Random(drug.value).choice(_ROLES)
            scribe.read(node, "rk:componentRole", role)
    if drug is not None and scribe.chance(0.8):
        _dose(scribe, node)
    _days(scribe, node)
    for property_, share, value in (
        ("rk:timesPerDay", 0.3, scribe.one(1, 2)),
        ("rk:acronymPart", 0.15, scribe.words(1)[:1].upper()),
        ("rk:untilCondition", 0.05, scribe.words(3)),
        ("rk:appliesTo", 0.05, scribe.common(made.subgroups)),
        ("rk:step", 0.03, number + 1),
        ("rk:dayCount", 0.03, "rk:FromFirstDose"),
    ):
        if scribe.rare(property_, share):
            scribe.read(node, property_, value)
    if scribe.chance(0.08):
        scribe.read(node, "rk:optional", True)
        if scribe.rare("rk:onlyIf", 0.25):
            scribe.read(node, "rk:onlyIf", scribe.words(4))
    if scribe.rare("rk:firstCycle", 0.05):
        scribe.read(node, "rk:firstCycle", 2)
        scribe.read(node, "rk:lastCycle", 4)
    elif scribe.rare("rk:cycle", 0.1):
        scribe.read(node, "rk:cycle", scribe.one(1, 2))
    if scribe.chance(0.4):
        length = typed(scribe.one("PT30M", "PT1H", "PT2H", "PT4H", "P1D"), "dayTimeDuration")
        scribe.read(node, "rk:infusionDuration", length)
        scribe.read(
            node, "rk:administrationMethod", scribe.one("rk:Infusion", "rk:ContinuousInfusion")
        )
    return node


def _dose(scribe: Scribe, node: NamedNode) -> None:
    """Most are one number; one in fifteen is a range, one in twenty has a cap."""
    low = scribe.one(5, 10, 25, 60, 75, 100, 200, 500, 1000, 2000)
    unit = scribe.random.choices(list(_UNITS), _UNITS_OFTEN)[0]
    if scribe.rare("rk:lowerBound", 1 / 15):
        dose = quantity(scribe, unit, f"{low}-{2 * low} {unit}")
        scribe.say(dose, "rk:lowerBound", Decimal(low))
        scribe.say(dose, "rk:upperBound", Decimal(2 * low))
    else:
        dose = quantity(scribe, unit, f"{low} {unit}")
        scribe.say(dose, "qudt:numericValue", Decimal(low))
    scribe.read(node, "rk:dose", dose, printed=f"{low} {unit}")
    if scribe.rare("rk:doseCap", 0.05):
        cap = quantity(scribe, "mg", f"max {4 * low} mg")
        scribe.say(cap, "qudt:numericValue", Decimal(4 * low))
        scribe.read(node, "rk:doseCap", cap)
    if per := scribe.rare_one(0.15, *_PER):
        scribe.read(node, "rk:per", per)
    if kind := scribe.rare_one(0.05, *_DOSE_KINDS):
        scribe.read(node, "rk:doseOver", typed("P3D", "dayTimeDuration"))
        scribe.read(node, "rk:doseKind", kind)
    if scribe.rare("rk:stepUp", 0.03):
        scribe.read(node, "rk:stepUp", True)


def quantity(scribe: Scribe, unit: str, printed: str) -> NamedNode:
    """An amount in a unit; its number or bounds are still to be said."""
    quantity = scribe.thing("quantity", "qudt:QuantityValue")
    scribe.say(quantity, "rk:ucumCode", unit)
    if _UNITS[unit]:
        scribe.say(quantity, "qudt:hasUnit", name(str(_UNITS[unit])))
    scribe.say(quantity, "rk:asReported", printed)
    return quantity


def _days(scribe: Scribe, node: NamedNode) -> None:
    """Mostly a list of days; some every so often, with or without an end; some have none."""
    drawn = scribe.random.random()
    if drawn < 0.75:
        scribe.read(node, "rk:day", *scribe.random.choice(_DAYS))
    elif drawn < 0.9:
        scribe.read(node, "rk:every", typed(scribe.one("PT12H", "P1D", "P7D"), "dayTimeDuration"))
        scribe.read(node, "rk:firstDay", 1)
        scribe.read(node, "rk:repetitions", scribe.random.randint(3, 14))
    elif drawn < 0.95:
        scribe.read(node, "rk:continuous", True)


def _trial(scribe: Scribe, made: Pools, of: Regimen, earlier: list[Regimen]) -> Trial:
    """A trial of 1 to 3 arms, each with a variant of its own; some arms test another regimen."""
    scribe.open_document(of.node, scribe.common(made.conditions))
    of.papers.append(paper(scribe, made))
    participants = scribe.skewed(60, 1.0, 1500, 8)
    node = scribe.thing("trial", "rk:Trial")
    label = f"NCT8{node.value.rpartition('-')[2]:>07}"
    scribe.say(node, "skos:prefLabel", english(label))
    scribe.read(node, "rk:registryId", label)
    scribe.read(node, "cito:isDocumentedBy", of.papers[-1])
    scribe.read(node, "rk:phase", scribe.one("I", "II", "III"))
    scribe.read(node, "rk:studies", scribe.common(made.conditions))
    scribe.read(node, "rk:setting", scribe.common(made.settings))
    enrollment = scribe.read(node, "rk:enrollment", participants)
    for property_, share in (("rk:participantsTreated", 0.6), ("rk:participantsEvaluable", 0.5)):
        if scribe.chance(share):
            scribe.read(node, property_, participants - scribe.random.randint(0, 5))
    year = scribe.random.randint(1995, 2022)
    scribe.read(node, "rk:startDate", typed(f"{year}-03", "gYearMonth"))
    scribe.read(node, "rk:endDate", typed(str(year + 3), "gYear"))
    if scribe.rare("rk:enrollmentStartDate", 0.3):
        scribe.read(node, "rk:enrollmentStartDate", typed(f"{year}-04", "gYearMonth"))
        scribe.read(node, "rk:enrollmentEndDate", typed(f"{year + 2}-04", "gYearMonth"))
    scribe.read(node, "rk:objective", scribe.one("rk:Safety", "rk:Efficacy"))
    scribe.read(
        node, "rk:primaryEndpoint", scribe.one("rk:OverallResponseRate", "rk:OverallSurvival")
    )
    scribe.read(node, "rk:secondaryEndpoint", "rk:ProgressionFreeSurvival")
    scribe.read(node, "rk:design", scribe.words(2))
    for place in scribe.several(made.organizations, scribe.skewed(1.5, 0.8, 12, 1)):
        scribe.read(node, "rk:site", place)
    scribe.read(node, "rk:responseCriteria", scribe.words(3))
    if of.trials and scribe.rare("rk:follows", 0.3):
        scribe.read(node, "rk:follows", of.trials[0].node)
    trial = Trial(node, [], participants)
    count = scribe.random.choices((1, 2, 3), (55, 35, 10))[0]
    scribe.read(node, "rk:armCount", count)
    scribe.read(node, "rk:randomised", count > 1)
    if count > 1:
        scribe.read(node, "rk:masking", scribe.one("rk:OpenLabel", "rk:DoubleBlind"))
    for number in range(count):
        arm = scribe.named("arm", "rk:Arm", 2)
        scribe.say(arm, "rk:armOf", node)
        if number and earlier and scribe.chance(0.3):
            variant = scribe.common(earlier).variants[0]
        else:
            variant = _variant(scribe, made, of)
        scribe.read(arm, "rk:tests", variant)
        scribe.read(arm, "rk:participantsRandomised", participants // count)
        if scribe.chance(0.7):
            scribe.read(arm, "rk:participantsTreated", max(1, participants // count - 1))
        trial.arms.append(Arm(arm, variant))
    if scribe.rare("rk:enrollment", 0.1):
        scribe.open_document(of.node)
        of.readings.append(enrollment)
        of.readings.append(scribe.read(node, "rk:enrollment", participants + 1))
    return trial
