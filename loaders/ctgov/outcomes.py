"""The outcome measures of a record → a measure, its value in each group, and comparisons.

Source: ClinicalTrials.gov API, version 2, ``outcomeMeasuresModule``. What stands in a cell is kept
as it is: a cell that holds no plain figure (``NA``) has it as reported, and no value; where it says
that the figure was not reached or could not be estimated, the outcome says so too.
"""

from __future__ import annotations

import re

from pyoxigraph import Literal, NamedNode

from regimenkg.loaders.ctgov.fields import Object, integer, items, number, text, texts, unfit
from regimenkg.loaders.ctgov.figures import is_not_reached, p_value
from regimenkg.loaders.ctgov.groups import Groups
from regimenkg.loaders.ctgov.names import folded
from regimenkg.loaders.ctgov.writing import (
    NAME,
    TYPE,
    Group,
    Term,
    Writer,
    boolean,
    decimal,
    rk,
    string,
    whole,
)
from regimenkg.terms.namespaces import RKD

__all__ = ["outcomes"]

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
_PARTICIPANTS = "participants"
_MODULE = "/resultsSection/outcomeMeasuresModule"


def outcomes(writer: Writer, groups: Groups, module: Object) -> None:
    """Add the outcome measures; raises FieldError."""
    for place, measure in enumerate(items(module, "outcomeMeasures")):
        _outcome_measure(writer, groups, measure, place)


def _outcome_measure(writer: Writer, groups: Groups, measure: Object, place: int) -> None:
    where = f"{_MODULE}/outcomeMeasures/{place}"
    title = text(measure, "title")
    if title is None:
        raise unfit(f"outcomeMeasures/{place}/title", measure.get("title"), "a title")
    node = NamedNode(f"{RKD}outcome-measure/{writer.nct}-{place}")
    writer.add(node, TYPE, rk("OutcomeMeasure"))
    writer.add(node, NAME, Literal(title))
    writer.evidence(node, f"{where}/title", (NAME, Literal(title)))
    role = text(measure, "type")
    if role:
        writer.add(node, rk("outcomeType"), string(role))
        if role in _ROLES:
            writer.fact(writer.trial, rk(_ROLES[role]), node, f"{where}/type", printed=role)
    for name in ("timeFrame", "paramType", "dispersionType", "unitOfMeasure"):
        if printed := text(measure, name):
            writer.add(node, rk(name), string(printed))
    in_table = groups.read(items(measure, "groups"), f"{place}-", f"{where}/groups")
    common = _denominators(measure)
    for row, class_ in enumerate(items(measure, "classes")):
        denominators = {**common, **_denominators(class_)}
        for column, category in enumerate(items(class_, "categories")):
            for cell, measured in enumerate(items(category, "measurements")):
                spot = f"classes/{row}/categories/{column}/measurements/{cell}"
                identifier = text(measured, "groupId") or ""
                if identifier not in in_table:
                    raise unfit(f"{spot}/groupId", identifier, "the id of a group above")
                outcome = writer.statement(
                    "Outcome", f"{place}-{row}-{column}-{cell}", in_table[identifier]
                )
                writer.add(outcome, rk("endpoint"), node)
                for predicate, part in (("measureClass", class_), ("measureCategory", category)):
                    if label := text(part, "title"):
                        writer.add(outcome, rk(predicate), string(label))
                stated = _measurement(
                    writer, outcome, measure, measured, denominators.get(identifier)
                )
                _spread(writer, outcome, measure, measured, f"{where}/{spot}")
                pointer = f"{where}/{spot}" + ("/value" if stated else "")
                writer.evidence(outcome, pointer, *stated, printed=text(measured, "value"))
    for row, analysis in enumerate(items(measure, "analyses")):
        _analysis(
            writer, node, analysis, in_table, f"{place}-analysis-{row}", f"{where}/analyses/{row}"
        )


def _denominators(part: Object) -> dict[str, int]:
    """Participants by group id; what is counted in other units is no denominator of people."""
    counts: dict[str, int] = {}
    for denominator in items(part, "denoms"):
        if folded(text(denominator, "units") or "") == _PARTICIPANTS:
            for count in items(denominator, "counts"):
                value = integer(count, "value")
                if value is not None:
                    counts[text(count, "groupId") or ""] = value
    return counts


def _measurement(
    writer: Writer, outcome: NamedNode, measure: Object, measured: Object, people: int | None
) -> list[tuple[NamedNode, Term]]:
    """Add what a cell holds; returns the property and value that its figure became."""
    add = writer.add
    stated: list[tuple[NamedNode, Term]] = []
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
            writer.percent(outcome, count, people)
    elif value is not None:
        add(outcome, rk("value"), decimal(value))
        stated = [(rk("value"), decimal(value))]
        if unit := "%" if _PERCENT.fullmatch(units) else _UNITS.get(units):
            add(outcome, rk("unit"), string(unit))
    elif (
        people != 0
        and not kind.startswith("COUNT_")
        and is_not_reached(printed, text(measured, "comment"), alone=kind == "MEDIAN")
    ):
        add(outcome, rk("valueNotReached"), boolean(True))
        stated = [(rk("valueNotReached"), boolean(True))]
    return stated


def _spread(
    writer: Writer, outcome: NamedNode, measure: Object, measured: Object, pointer: str
) -> None:
    """Add the limits and the dispersion of a cell."""
    dispersion = text(measure, "dispersionType") or ""
    level = _CONFIDENCE.search(dispersion)
    comment = text(measured, "comment")
    limits = ("ciLower", "ciUpper") if level else ("lowerLimit", "upperLimit")
    for name, limit in zip(("lowerLimit", "upperLimit"), limits, strict=True):
        _limit(writer, outcome, measured, name, limit, comment, pointer)
    if printed := text(measured, "spread"):
        _figure(writer, outcome, "spread", printed, f"{pointer}/spread")
    if level and (text(measured, "lowerLimit") or text(measured, "upperLimit")):
        digits = level[1] or (level[2] if len(level[2]) == 2 else f"{level[2][:2]}.{level[2][2]}")
        percent = number(digits)
        if percent is not None:
            writer.add(outcome, rk("ciLevel"), decimal(percent))


def _limit(
    writer: Writer,
    outcome: NamedNode,
    holder: Object,
    name: str,
    limit: str,
    comment: str | None,
    pointer: str,
) -> None:
    """Add a limit of an interval as the property ``limit``, or that it was not reached."""
    printed = text(holder, name)
    if printed is None:
        return
    if is_not_reached(printed, comment, alone=True):
        missing = rk("lowerNotReached" if "lower" in name.lower() else "upperNotReached")
        writer.fact(outcome, missing, boolean(True), f"{pointer}/{name}", printed=printed)
    else:
        _figure(writer, outcome, limit, printed, f"{pointer}/{name}")


def _figure(writer: Writer, outcome: NamedNode, predicate: str, printed: str, pointer: str) -> None:
    """Add a figure; what is no plain one is kept as printed, with its place."""
    value = number(printed)
    if value is not None:
        writer.add(outcome, rk(predicate), decimal(value))
    else:
        writer.evidence(outcome, pointer, printed=printed)


def _analysis(
    writer: Writer,
    measure: NamedNode,
    analysis: Object,
    groups: dict[str, Group],
    identifier: str,
    pointer: str,
) -> None:
    """A comparison of groups: an effect with its interval, and the P value."""
    outcome = writer.statement("Outcome", identifier, None)
    add = writer.add
    add(outcome, rk("endpoint"), measure)
    add(outcome, rk("statistic"), rk("Comparison"))
    for group in texts(analysis, "groupIds"):
        if group not in groups:
            raise unfit(f"{pointer}/groupIds", group, "the id of a group above")
        add(outcome, rk("comparesGroup"), groups[group].node)
    for name, words in (("paramType", "effectMeasure"), ("statisticalMethod", "method")):
        if printed := text(analysis, name):
            add(outcome, rk(words), string(printed))
    printed = text(analysis, "pValue")
    stated: list[tuple[NamedNode, Term]] = []
    if printed is not None:
        if bounded := p_value(printed):
            bound, figure = bounded
            stated = [(rk("pValue"), decimal(figure))]
            add(outcome, rk("pValue"), decimal(figure))
            add(outcome, rk("pValueBound"), string(bound))
        else:
            add(outcome, rk("asReported"), Literal(printed))
    if effect := text(analysis, "paramValue"):
        if is_not_reached(effect, None, alone=False):
            missing = rk("valueNotReached")
            writer.fact(outcome, missing, boolean(True), f"{pointer}/paramValue", printed=effect)
        else:
            _figure(writer, outcome, "value", effect, f"{pointer}/paramValue")
    for name, limit in (("ciLowerLimit", "ciLower"), ("ciUpperLimit", "ciUpper")):
        comment = text(analysis, f"{name}Comment")
        _limit(writer, outcome, analysis, name, limit, comment, pointer)
    if level := text(analysis, "ciPctValue"):
        _figure(writer, outcome, "ciLevel", level, f"{pointer}/ciPctValue")
    writer.evidence(outcome, pointer, *stated, printed=printed)
