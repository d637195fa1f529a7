"""The results section of a record → groups, outcomes by group, and adverse events by group.

Source: ClinicalTrials.gov API, version 2, ``resultsSection``. What stands in a cell is kept as it
is: a cell that holds no plain figure (``NA``) has it as reported, and no value.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache

from pyoxigraph import Literal, NamedNode, Triple

from regimenkg.loaders.ctgov.fields import (
    BadField,
    Object,
    integer,
    items,
    number,
    obj,
    text,
    texts,
)
from regimenkg.loaders.ctgov.names import folded, grade_of, is_total, vocabulary_slug
from regimenkg.loaders.ctgov.protocol import arms
from regimenkg.loaders.ctgov.writing import (
    FROM,
    PREF,
    TYPE,
    Writer,
    boolean,
    decimal,
    english,
    rk,
    string,
    whole,
)
from regimenkg.terms.namespaces import RKD

__all__ = ["results"]

_STATISTICS = {
    "MEAN": "Mean",
    "MEDIAN": "Median",
    "LEAST_SQUARES_MEAN": "LeastSquaresMean",
    "GEOMETRIC_MEAN": "GeometricMean",
    "GEOMETRIC_LEAST_SQUARES_MEAN": "GeometricLeastSquaresMean",
    "LOG_MEAN": "LogMean",
    "COUNT_OF_PARTICIPANTS": "Count",
    "COUNT_OF_UNITS": "CountOfUnits",
    "NUMBER": "Number",
}
_ROLES = {"PRIMARY": "primaryEndpoint", "SECONDARY": "secondaryEndpoint"}
_UNITS = {"years": "a", "months": "mo", "weeks": "wk", "days": "d", "hours": "h", "minutes": "min"}
_PERCENT = re.compile(r"percent(?:age)? of (?:participants|subjects|patients)|%|percent")
_CONFIDENCE = re.compile(r"(\d\d(?:\.\d+)?) ?% ?confidence interval|confidence_(\d{2,3})", re.I)
_BELOW = re.compile(r"<\s*(0?\.\d{1,12})")
_EVENT_KINDS = {"deaths": "Deaths", "serious": "SeriousEvents", "other": "OtherEvents"}
_PARTICIPANTS = "participants"
_RESULTS = "/resultsSection"


class _Groups:
    """The groups of one part of the results: id → the group's node, and its arm where named so."""

    def __init__(self, writer: Writer, protocol: Object) -> None:
        self._writer = writer
        counted = Counter(folded(label) for _, _, label in arms(writer, protocol))
        self._arms = {
            folded(label): arm
            for _, arm, label in arms(writer, protocol)
            if counted[folded(label)] == 1
        }

    def read(
        self, rows: list[Object], kind: str, pointer: str
    ) -> dict[str, tuple[NamedNode, NamedNode | None]]:
        """Add the groups of a table; an arm is theirs if one arm and one group have the name."""
        writer = self._writer
        titles = Counter(folded(text(row, "title") or "") for row in rows)
        found: dict[str, tuple[NamedNode, NamedNode | None]] = {}
        for place, row in enumerate(rows):
            identifier = text(row, "id")
            if identifier is None or not re.fullmatch(r"[A-Za-z]{2}[0-9]{1,6}", identifier):
                raise BadField(f"{kind} groups/{place}/id", row.get("id"), "an id, such as EG000")
            if identifier in found:
                raise BadField(f"{kind} groups/{place}/id", identifier, "an id of its own")
            node = NamedNode(f"{RKD}participant-group/{writer.nct}-{kind}{identifier}")
            title = text(row, "title") or identifier
            field = "title" if text(row, "title") else "id"
            arm = self._arms.get(folded(title)) if titles[folded(title)] == 1 else None
            found[identifier] = node, arm
            writer.add(node, TYPE, rk("ParticipantGroup"))
            writer.add(node, PREF, english(title))
            writer.add(node, rk("groupOf"), writer.trial)
            if arm is not None:
                writer.add(node, rk("inArm"), arm)
            writer.evidence(node, f"{pointer}/{place}/{field}", (PREF, english(title)))
        return found


def results(writer: Writer, section: Object, protocol: Object) -> None:
    """Add outcomes and adverse events; raises BadField."""
    groups = _Groups(writer, protocol)
    measures = items(obj(section, "outcomeMeasuresModule"), "outcomeMeasures")
    for place, measure in enumerate(measures):
        _outcome_measure(writer, groups, measure, place)
    _adverse_events(writer, groups, obj(section, "adverseEventsModule"))


def _statement(
    writer: Writer,
    class_name: str,
    identifier: str,
    group: tuple[NamedNode, NamedNode | None] | None,
) -> NamedNode:
    """A statement of this trial, about a group of its participants."""
    kind = re.sub(r"(?<!^)(?=[A-Z])", "-", class_name).lower()
    node = NamedNode(f"{RKD}{kind}/{writer.nct}-{identifier}")
    writer.triples += (
        Triple(node, TYPE, rk(class_name)),
        Triple(node, TYPE, rk("Statement")),
        Triple(node, rk("inTrial"), writer.trial),
    )
    if group is not None:
        writer.add(node, rk("inGroup"), group[0])
        if group[1] is not None:
            writer.add(node, rk("inArm"), group[1])
    return node


# Outcomes


def _outcome_measure(writer: Writer, groups: _Groups, measure: Object, place: int) -> None:
    where = f"{_RESULTS}/outcomeMeasuresModule/outcomeMeasures/{place}"
    title = text(measure, "title")
    if title is None:
        raise BadField(f"outcomeMeasures/{place}/title", measure.get("title"), "a title")
    node = NamedNode(f"{RKD}outcome-measure/{writer.nct}-{place}")
    writer.add(node, TYPE, rk("OutcomeMeasure"))
    writer.add(node, PREF, english(title))
    writer.evidence(node, f"{where}/title", (PREF, english(title)))
    role = text(measure, "type")
    if role:
        writer.add(node, rk("outcomeType"), string(role))
        if role in _ROLES:
            writer.fact(writer.trial, rk(_ROLES[role]), node, f"{where}/type", printed=role)
    for name in ("timeFrame", "paramType", "dispersionType", "unitOfMeasure"):
        if printed := text(measure, name):
            writer.add(node, rk(name), string(printed))
    found = groups.read(items(measure, "groups"), f"{place}-", f"{where}/groups")
    common = _denominators(measure)
    for row, class_ in enumerate(items(measure, "classes")):
        denominators = {**common, **_denominators(class_)}
        for column, category in enumerate(items(class_, "categories")):
            for cell, measured in enumerate(items(category, "measurements")):
                spot = f"classes/{row}/categories/{column}/measurements/{cell}"
                identifier = text(measured, "groupId") or ""
                if identifier not in found:
                    raise BadField(f"{spot}/groupId", identifier, "the id of a group above")
                outcome = _statement(
                    writer, "Outcome", f"{place}-{row}-{column}-{cell}", found[identifier]
                )
                writer.add(outcome, rk("endpoint"), node)
                for predicate, part in (("measureClass", class_), ("measureCategory", category)):
                    if label := text(part, "title"):
                        writer.add(outcome, rk(predicate), string(label))
                stated = _measurement(
                    writer, outcome, measure, measured, denominators.get(identifier)
                )
                pointer = f"{where}/{spot}" + ("/value" if stated else "")
                writer.evidence(outcome, pointer, *stated, printed=text(measured, "value"))
    for row, analysis in enumerate(items(measure, "analyses")):
        _analysis(
            writer, node, analysis, found, f"{place}-analysis-{row}", f"{where}/analyses/{row}"
        )


def _denominators(part: Object) -> dict[str, int]:
    """Participants by group id; what is counted in other units is no denominator of people."""
    found: dict[str, int] = {}
    for denominator in items(part, "denoms"):
        if folded(text(denominator, "units") or "") == _PARTICIPANTS:
            for count in items(denominator, "counts"):
                value = integer(count, "value")
                if value is not None:
                    found[text(count, "groupId") or ""] = value
    return found


def _measurement(
    writer: Writer, outcome: NamedNode, measure: Object, measured: Object, people: int | None
) -> list[tuple[NamedNode, NamedNode | Literal]]:
    """Add what a cell holds; returns the property and value that its figure became."""
    add = writer.add
    stated: list[tuple[NamedNode, NamedNode | Literal]] = []
    kind = text(measure, "paramType") or ""
    if kind in _STATISTICS:
        add(outcome, rk("statistic"), rk(_STATISTICS[kind]))
    if people is not None:
        add(outcome, rk("denominator"), whole(people))
    printed = text(measured, "value")
    value = number(printed) if printed else None
    units = folded(text(measure, "unitOfMeasure") or "")
    if printed is not None and value != printed:
        add(outcome, rk("asReported"), Literal(printed))
        stated = [(rk("asReported"), Literal(printed))]
    if value is not None and kind == "COUNT_OF_PARTICIPANTS" and "." not in value:
        count = int(value)
        add(outcome, rk("count"), whole(count))
        stated = [(rk("count"), whole(count))]
        if people is not None:
            _percent(writer, outcome, count, people)
    elif value is not None:
        add(outcome, rk("value"), decimal(value))
        stated = [(rk("value"), decimal(value))]
        if unit := "%" if _PERCENT.fullmatch(units) else _UNITS.get(units):
            add(outcome, rk("unit"), string(unit))
    _spread(writer, outcome, measure, measured)
    return stated


def _spread(writer: Writer, outcome: NamedNode, measure: Object, measured: Object) -> None:
    dispersion = text(measure, "dispersionType") or ""
    level = _CONFIDENCE.search(dispersion)
    for name, limit in (("lowerLimit", "ciLower"), ("upperLimit", "ciUpper"), ("spread", "")):
        printed = text(measured, name)
        value = number(printed) if printed else None
        if value is not None:
            predicate = limit if level and limit else name
            writer.add(outcome, rk(predicate), decimal(value))
    if level and (text(measured, "lowerLimit") or text(measured, "upperLimit")):
        digits = level[1] or (level[2] if len(level[2]) == 2 else f"{level[2][:2]}.{level[2][2]}")
        percent = number(digits)
        if percent is not None:
            writer.add(outcome, rk("ciLevel"), decimal(percent))


def _analysis(
    writer: Writer,
    measure: NamedNode,
    analysis: Object,
    groups: dict[str, tuple[NamedNode, NamedNode | None]],
    identifier: str,
    pointer: str,
) -> None:
    """A comparison of groups: an effect with its interval, and the P value."""
    outcome = _statement(writer, "Outcome", identifier, None)
    add = writer.add
    add(outcome, rk("endpoint"), measure)
    add(outcome, rk("statistic"), rk("Comparison"))
    for group in texts(analysis, "groupIds"):
        if group not in groups:
            raise BadField(f"{pointer}/groupIds", group, "the id of a group above")
        add(outcome, rk("comparesGroup"), groups[group][0])
    for name, words in (("paramType", "effectMeasure"), ("statisticalMethod", "method")):
        if printed := text(analysis, name):
            add(outcome, rk(words), string(printed))
    p_value = text(analysis, "pValue")
    stated: list[tuple[NamedNode, NamedNode | Literal]] = []
    if p_value is not None:
        if below := _BELOW.fullmatch(p_value):
            stated = [(rk("pValueBelow"), decimal(number(below[1]) or "0"))]
        elif plain := number(p_value.removeprefix("=").strip()):
            stated = [(rk("pValue"), decimal(plain))]
    for predicate, value in stated:
        add(outcome, predicate, value)
    interval = (("paramValue", "value"), ("ciLowerLimit", "ciLower"), ("ciUpperLimit", "ciUpper"))
    for name, limit in (*interval, ("ciPctValue", "ciLevel")):
        printed = text(analysis, name)
        if printed and (figure := number(printed)) is not None:
            add(outcome, rk(limit), decimal(figure))
    writer.evidence(outcome, pointer, *stated, printed=p_value)


# Adverse events


def _adverse_events(writer: Writer, groups: _Groups, module: Object) -> None:
    where = f"{_RESULTS}/adverseEventsModule"
    threshold = module.get("frequencyThreshold")
    if threshold is not None:
        printed = str(threshold).strip()
        percent = number(printed.removesuffix("%").strip())
        if percent is not None:
            pointer = f"{where}/frequencyThreshold"
            value = decimal(percent)
            writer.fact(writer.trial, rk("frequencyThreshold"), value, pointer, printed=printed)
    rows = items(module, "eventGroups")
    found = groups.read(rows, "", f"{where}/eventGroups")
    for place, row in enumerate(rows):
        group = found[text(row, "id") or ""]
        for name, kind in (
            ("deaths", "Deaths"),
            ("serious", "SeriousEvents"),
            ("other", "OtherEvents"),
        ):
            affected = integer(row, f"{name}NumAffected")
            if affected is not None:
                total = _statement(writer, "AdverseEventTotal", f"{name}-{place}", group)
                writer.add(total, rk("eventKind"), rk(kind))
                _counts(writer, total, affected, integer(row, f"{name}NumAtRisk"))
                pointer = f"{where}/eventGroups/{place}/{name}NumAffected"
                writer.evidence(total, pointer, (rk("count"), whole(affected)))
    for name, kind in (("serious", "SeriousEvents"), ("other", "OtherEvents")):
        for place, event in enumerate(items(module, f"{name}Events")):
            pointer = f"{where}/{name}Events/{place}"
            _event(writer, event, found, (name, kind, place), pointer)


def _event(
    writer: Writer,
    event: Object,
    groups: dict[str, tuple[NamedNode, NamedNode | None]],
    row: tuple[str, str, int],
    pointer: str,
) -> None:
    name, kind, place = row
    term = text(event, "term")
    if term is None:
        raise BadField(f"{name}Events/{place}/term", event.get("term"), "a term")
    total = is_total(term)
    vocabulary = text(event, "sourceVocabulary")
    common: list[tuple[NamedNode, NamedNode | Literal]] = [
        (rk("eventKind"), rk(kind)),
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
            raise BadField(f"{name}Events/{place}/stats/{cell}/groupId", group, "a group's id")
        class_name = "AdverseEventTotal" if total else "ToxicityReport"
        report = _statement(writer, class_name, f"{name}-{place}-{cell}", groups[group])
        writer.triples += [Triple(report, predicate, value) for predicate, value in common]
        affected = integer(stat, "numAffected")
        events = integer(stat, "numEvents")
        if events is not None:
            writer.add(report, rk("eventCount"), whole(events))
        _counts(writer, report, affected, integer(stat, "numAtRisk"))
        stated = [(rk("count"), whole(affected))] if affected is not None else []
        writer.evidence(report, f"{pointer}/stats/{cell}", *stated)


def _toxicity(
    writer: Writer, term: str, vocabulary: str | None
) -> tuple[NamedNode, int | None, int | None]:
    """The toxicity of a printed term, and the grades that the term itself states."""
    known = writer.resolve.named("Toxicity", term)
    if known is not None:
        return NamedNode(known), None, None
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
            _percent(writer, node, affected, at_risk)


def _percent(writer: Writer, node: NamedNode, count: int, people: int) -> None:
    """The percentage, which no record prints: a derived value of its own."""
    if count > people or people == 0:
        return
    derived = NamedNode(f"{RKD}derived-value/{node.value[len(RKD) :].partition('/')[2]}-percent")
    writer.triples += (
        Triple(derived, TYPE, rk("DerivedValue")),
        Triple(derived, TYPE, rk("Statement")),
        Triple(derived, rk("about"), node),
        Triple(derived, rk("derived"), _TRUE),
        Triple(derived, rk("derivedProperty"), rk("percent")),
        Triple(derived, rk("value"), _rounded(count, people)),
        Triple(derived, rk("unit"), string("%")),
        Triple(derived, FROM, node),
    )


_TRUE = boolean(True)


@lru_cache(maxsize=65536)
def _rounded(count: int, people: int) -> Literal:
    """A percentage, rounded half up to two decimals."""
    hundredths = (20000 * count + people) // (2 * people)
    return decimal(number(f"{hundredths // 100}.{hundredths % 100:02}") or "0")
