"""The adverse events of a record → totals and, term by term, reports for each group.

Source: ClinicalTrials.gov API, version 2, ``adverseEventsModule``.
"""

from __future__ import annotations

from pyoxigraph import Literal, NamedNode, Triple

from regimenkg.loaders.ctgov.fields import Object, integer, items, number, text, unfit
from regimenkg.loaders.ctgov.groups import Groups
from regimenkg.loaders.ctgov.names import grade_of, is_total, vocabulary_slug
from regimenkg.loaders.ctgov.writing import Group, Term, Writer, decimal, rk, string, whole

__all__ = ["adverse_events"]

_MODULE = "/resultsSection/adverseEventsModule"
_KINDS = {"deaths": "Deaths", "serious": "SeriousEvents", "other": "OtherEvents"}


def adverse_events(writer: Writer, groups: Groups, module: Object) -> None:
    """Add the adverse events; raises FieldError."""
    threshold = module.get("frequencyThreshold")
    if threshold is not None:
        printed = str(threshold).strip()
        percent = number(printed.removesuffix("%").strip())
        if percent is not None:
            pointer = f"{_MODULE}/frequencyThreshold"
            value = decimal(percent)
            writer.fact(writer.trial, rk("frequencyThreshold"), value, pointer, printed=printed)
    rows = items(module, "eventGroups")
    in_table = groups.read(rows, "", f"{_MODULE}/eventGroups")
    for place, row in enumerate(rows):
        group = in_table[text(row, "id") or ""]
        for name, kind in _KINDS.items():
            affected = integer(row, f"{name}NumAffected")
            if affected is not None:
                total = writer.statement("AdverseEventTotal", f"{name}-{place}", group)
                writer.add(total, rk("eventKind"), rk(kind))
                _counts(writer, total, affected, integer(row, f"{name}NumAtRisk"))
                pointer = f"{_MODULE}/eventGroups/{place}/{name}NumAffected"
                writer.evidence(total, pointer, (rk("count"), whole(affected)))
    for name in ("serious", "other"):
        for place, event in enumerate(items(module, f"{name}Events")):
            _event(writer, event, in_table, name, place)


def _event(
    writer: Writer,
    event: Object,
    groups: dict[str, Group],
    name: str,
    place: int,
) -> None:
    term = text(event, "term")
    if term is None:
        raise unfit(f"{name}Events/{place}/term", event.get("term"), "a term")
    total = is_total(term)
    vocabulary = text(event, "sourceVocabulary")
    common: list[tuple[NamedNode, Term]] = [
        (rk("eventKind"), rk(_KINDS[name])),
        (rk("asReported"), Literal(term)),
    ]
    if not total:
        toxicity, lowest, highest = _toxicity(writer, term, vocabulary)
        common.append((rk("toxicity"), toxicity))
        for predicate, grade in (("minGrade", lowest), ("maxGrade", highest)):
            if grade is not None:
                common.append((rk(predicate), whole(grade)))
    for field in ("organSystem", "sourceVocabulary", "assessmentType"):
        if printed := text(event, field):
            common.append((rk(field), string(printed)))
    for cell, stat in enumerate(items(event, "stats")):
        group = text(stat, "groupId") or ""
        if group not in groups:
            raise unfit(f"{name}Events/{place}/stats/{cell}/groupId", group, "a group's id")
        class_name = "AdverseEventTotal" if total else "ToxicityReport"
        report = writer.statement(class_name, f"{name}-{place}-{cell}", groups[group])
        writer.triples += [Triple(report, predicate, value) for predicate, value in common]
        affected = integer(stat, "numAffected")
        events = integer(stat, "numEvents")
        if events is not None:
            writer.add(report, rk("eventCount"), whole(events))
        _counts(writer, report, affected, integer(stat, "numAtRisk"))
        stated = [(rk("count"), whole(affected))] if affected is not None else []
        writer.evidence(report, f"{_MODULE}/{name}Events/{place}/stats/{cell}", *stated)


def _toxicity(
    writer: Writer, term: str, vocabulary: str | None
) -> tuple[NamedNode, int | None, int | None]:
    """The toxicity of a printed term, and the grades that the term itself states."""
    same = writer.resolve.named("Toxicity", term)
    if same is not None:
        return NamedNode(same), None, None
    base, lowest, highest = grade_of(term)
    return (
        writer.named("Toxicity", "toxicity", base, vocabulary_slug(vocabulary)),
        lowest,
        highest,
    )


def _counts(writer: Writer, node: NamedNode, affected: int | None, at_risk: int | None) -> None:
    if at_risk is not None:
        writer.add(node, rk("denominator"), whole(at_risk))
    if affected is not None:
        writer.add(node, rk("count"), whole(affected))
        if at_risk is not None:
            writer.percent(node, affected, at_risk)
