"""The protocol section of a record → the trial, its arms, interventions, people and measures.

Source: ClinicalTrials.gov API, version 2, ``protocolSection``. Free text (summaries, eligibility
criteria, descriptions) is not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode

from regimenkg.loaders.ctgov.fields import (
    Object,
    indexed,
    integer,
    items,
    obj,
    text,
    texts,
    unfit,
)
from regimenkg.loaders.ctgov.names import folded
from regimenkg.loaders.ctgov.writing import (
    ALT,
    NAME,
    TITLE,
    TYPE,
    Writer,
    boolean,
    dated,
    english,
    rk,
    string,
    whole,
)
from regimenkg.terms.literals import Duration, typed
from regimenkg.terms.namespaces import RKD

__all__ = ["PHASES", "arms", "organization", "protocol"]

PHASES = {
    ("EARLY_PHASE1",): "early I",
    ("PHASE1",): "I",
    ("PHASE1", "PHASE2"): "I/II",
    ("PHASE2",): "II",
    ("PHASE2", "PHASE3"): "II/III",
    ("PHASE3",): "III",
    ("PHASE4",): "IV",
}
"""The API's phases → Roman numerals; a record of no phase (``NA``) has none."""

_DATES = {
    "startDateStruct": ("startDate", "plannedStartDate"),
    "primaryCompletionDateStruct": ("primaryCompletionDate", "plannedPrimaryCompletionDate"),
    "completionDateStruct": ("endDate", "plannedEndDate"),
}
_DESIGN = {
    "allocation": "allocation",
    "interventionModel": "intervention model",
    "primaryPurpose": "primary purpose",
    "observationalModel": "observational model",
    "timePerspective": "time perspective",
}
_DRUGS = ("DRUG", "BIOLOGICAL", "COMBINATION_PRODUCT")
_AGE = re.compile(r"([0-9]{1,4}) (Year|Month|Week|Day|Hour|Minute)s?")
_MONTHS = {"Year": 12, "Month": 1}
_SECONDS = {"Week": 604800, "Day": 86400, "Hour": 3600, "Minute": 60}
_PROTOCOL = "/protocolSection"


def protocol(writer: Writer, section: Object) -> None:
    """Add what the protocol section says; raises FieldError."""
    _identification(writer, obj(section, "identificationModule"))
    _status(writer, obj(section, "statusModule"))
    _sponsors(writer, obj(section, "sponsorCollaboratorsModule"))
    _design(writer, obj(section, "designModule"))
    _eligibility(writer, obj(section, "eligibilityModule"))
    for number, name in indexed(obj(section, "conditionsModule"), "conditions"):
        condition = writer.named("Condition", "condition", name)
        pointer = f"{_PROTOCOL}/conditionsModule/conditions/{number}"
        writer.fact(writer.trial, rk("studies"), condition, pointer, printed=name)
    _arms(writer, obj(section, "armsInterventionsModule"))


def _identification(writer: Writer, module: Object) -> None:
    trial, where = writer.trial, f"{_PROTOCOL}/identificationModule"
    writer.add(trial, TYPE, rk("Trial"))
    writer.add(trial, NAME, Literal(writer.nct))
    writer.fact(trial, rk("registryId"), Literal(writer.nct), f"{where}/nctId")
    for name in ("briefTitle", "officialTitle"):
        if title := text(module, name):
            predicate = TITLE if name == "briefTitle" else rk("officialTitle")
            writer.fact(trial, predicate, Literal(title), f"{where}/{name}")
    if acronym := text(module, "acronym"):
        writer.fact(trial, ALT, english(acronym), f"{where}/acronym")
    if other := text(obj(module, "orgStudyIdInfo"), "id"):
        writer.fact(trial, rk("otherId"), Literal(other), f"{where}/orgStudyIdInfo/id")
    for number, info in enumerate(items(module, "secondaryIdInfos")):
        if other := text(info, "id"):
            pointer = f"{where}/secondaryIdInfos/{number}/id"
            writer.fact(trial, rk("otherId"), Literal(other), pointer)
    for number, alias in indexed(module, "nctIdAliases"):
        writer.fact(trial, rk("otherId"), Literal(alias), f"{where}/nctIdAliases/{number}")


def _status(writer: Writer, module: Object) -> None:
    where = f"{_PROTOCOL}/statusModule"
    if status := text(module, "overallStatus"):
        writer.fact(writer.trial, rk("overallStatus"), string(status), f"{where}/overallStatus")
    for name, (actual, planned) in _DATES.items():
        struct = obj(module, name)
        if printed := text(struct, "date"):
            value = dated(printed)
            if value is None:
                raise unfit(name, printed, "a date: yyyy, yyyy-mm or yyyy-mm-dd")
            predicate = planned if text(struct, "type") == "ESTIMATED" else actual
            writer.fact(writer.trial, rk(predicate), value, f"{where}/{name}/date")


def organization(writer: Writer, name: str) -> NamedNode:
    """The organization of a name: the graph's, or one of its own, in the letters printed."""
    return writer.named("Organization", "organization", name, exact=True)


def _sponsors(writer: Writer, module: Object) -> None:
    where = f"{_PROTOCOL}/sponsorCollaboratorsModule"
    if name := text(obj(module, "leadSponsor"), "name"):
        sponsor = organization(writer, name)
        pointer = f"{where}/leadSponsor/name"
        writer.fact(writer.trial, rk("leadSponsor"), sponsor, pointer, printed=name)
    for number, collaborator in enumerate(items(module, "collaborators")):
        if name := text(collaborator, "name"):
            pointer = f"{where}/collaborators/{number}/name"
            node = organization(writer, name)
            writer.fact(writer.trial, rk("collaborator"), node, pointer, printed=name)


def _design(writer: Writer, module: Object) -> None:
    trial, where = writer.trial, f"{_PROTOCOL}/designModule"
    if kind := text(module, "studyType"):
        writer.fact(trial, rk("studyType"), string(kind), f"{where}/studyType")
    phases = texts(module, "phases")
    if phases and phases != ["NA"]:
        phase = PHASES.get(tuple(phases))
        if phase is None:
            raise unfit("phases", ", ".join(phases), "a phase of the API, or two that adjoin")
        printed = ", ".join(phases)
        writer.fact(trial, rk("phase"), string(phase), f"{where}/phases", printed=printed)
    info = obj(module, "designInfo")
    design = {f"designInfo/{name}": (label, text(info, name)) for name, label in _DESIGN.items()}
    masking = text(obj(info, "maskingInfo"), "masking")
    design["designInfo/maskingInfo/masking"] = "masking", masking
    for place, (label, token) in design.items():
        if token:
            value = string(f"{label}: {token.lower().replace('_', ' ')}")
            writer.fact(trial, rk("design"), value, f"{where}/{place}", printed=token)
    enrollment = obj(module, "enrollmentInfo")
    count = integer(enrollment, "count")
    if count is not None:
        planned = text(enrollment, "type") == "ESTIMATED"
        predicate = rk("plannedEnrollment" if planned else "enrollment")
        writer.fact(trial, predicate, whole(count), f"{where}/enrollmentInfo/count")


def _eligibility(writer: Writer, module: Object) -> None:
    trial, where = writer.trial, f"{_PROTOCOL}/eligibilityModule"
    if sex := text(module, "sex"):
        writer.fact(trial, rk("eligibleSex"), string(sex), f"{where}/sex")
    for name in ("minimumAge", "maximumAge"):
        if printed := text(module, name):
            if printed in ("N/A", "NA"):
                continue
            age = _age(name, printed)
            writer.fact(trial, rk(name), age, f"{where}/{name}", printed=printed)
    healthy = module.get("healthyVolunteers")
    if isinstance(healthy, bool):
        predicate = rk("acceptsHealthyVolunteers")
        writer.fact(trial, predicate, boolean(healthy), f"{where}/healthyVolunteers")


def _age(name: str, printed: str) -> Literal:
    """An age as a duration: years and months as such, weeks in days."""
    match = _AGE.fullmatch(printed)
    if match is None:
        raise unfit(name, printed, "an age, such as 18 Years")
    count, unit = int(match[1]), match[2]
    if unit in _MONTHS:
        return typed(Duration(months=count * _MONTHS[unit]).year_month, "yearMonthDuration")
    return typed(Duration(seconds=count * _SECONDS[unit]).day_time, "dayTimeDuration")


def arms(writer: Writer, section: Object) -> Iterator[tuple[int, NamedNode, str]]:
    """Yield the number, IRI and label of each arm that has a label."""
    groups = items(obj(section, "armsInterventionsModule"), "armGroups")
    for number, arm in enumerate(groups):
        if label := text(arm, "label"):
            yield number, NamedNode(f"{RKD}arm/{writer.nct}-{number}"), label


def _arms(writer: Writer, module: Object) -> None:
    where = f"{_PROTOCOL}/armsInterventionsModule"
    by_name: dict[str, NamedNode] = {}
    for number, intervention in enumerate(items(module, "interventions")):
        if not (name := text(intervention, "name")):
            continue
        node = NamedNode(f"{RKD}intervention/{writer.nct}-{number}")
        kind = text(intervention, "type")
        by_name[folded(f"{(kind or '').replace('_', ' ')}: {name}")] = node
        writer.add(writer.trial, rk("hasIntervention"), node)
        writer.add(node, TYPE, rk("Intervention"))
        writer.add(node, NAME, Literal(name))
        writer.evidence(node, f"{where}/interventions/{number}/name", (NAME, Literal(name)))
        if kind:
            writer.add(node, rk("interventionType"), string(kind))
        for other in texts(intervention, "otherNames"):
            writer.add(node, ALT, english(other))
        drugs = {
            drug
            for one in (name, *texts(intervention, "otherNames"))
            if (drug := writer.resolve.named("Drug", one))
        }
        if len(drugs) == 1:
            writer.add(node, rk("drug"), NamedNode(drugs.pop()))
        elif kind in _DRUGS:
            writer.unmatched.append(("Drug", name))
    for number, node, label in arms(writer, {"armsInterventionsModule": module}):
        arm = items(module, "armGroups")[number]
        writer.add(node, TYPE, rk("Arm"))
        writer.add(node, NAME, Literal(label))
        writer.add(node, rk("armOf"), writer.trial)
        writer.evidence(node, f"{where}/armGroups/{number}/label", (NAME, Literal(label)))
        if kind := text(arm, "type"):
            writer.add(node, rk("armType"), string(kind))
        for name in texts(arm, "interventionNames"):
            if intervention_node := by_name.get(folded(name)):
                writer.add(node, rk("hasIntervention"), intervention_node)
