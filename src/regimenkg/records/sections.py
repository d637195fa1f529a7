"""What the page of a thing shows: which canned queries, bound to it, under which headings.

Declared here once, for the text that ``regimenkg show`` prints, the pages of the server and the
MCP tools alike. A section asks a query that takes the thing; a query that takes none of its
classes is passed over, and so is one without an answer.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from regimenkg.formats.schedule import day_ranges
from regimenkg.terms.namespaces import RK

__all__ = ["READINGS", "Column", "Pivot", "Section", "sections_for"]


class Column(NamedTuple):
    """A heading, and the templates of what stands beneath (see `regimenkg.records.cells.filled`).

    What a row fills of several templates stands together. ``rewrite`` makes the text shorter.
    """

    heading: str
    templates: tuple[str, ...]
    rewrite: Callable[[str], str] = str


class Pivot(NamedTuple):
    """Columns that are values of the rows: ``name`` is the column with the heading, ``value`` that
    with what stands beneath."""

    name: str
    value: str


class Section(NamedTuple):
    """A titled table of a page.

    Args:
        title: what stands above it; columns of the query in braces are filled in.
        query: the canned query.
        columns: its headings, or a pivot.
        key: the column whose rows are one line; else each row is one.
        by: the column for each value of which there is a table.
        without: what other sections of the page have, as CURIEs in the column ``without_in``.
        most: the most lines that are shown, where there may be hundreds; 0 for all.
    """

    title: str
    query: str
    columns: tuple[Column, ...] | Pivot
    key: str = ""
    by: str = ""
    without: tuple[str, ...] = ()
    without_in: str = "kind"
    most: int = 0


def _column(heading: str, *templates: str) -> Column:
    return Column(heading, templates or (f"{{{heading}}}",))


def _days(text: str) -> str:
    """A list of days with its runs as ranges; other words stay."""
    if not text or text.startswith("from"):
        return text
    return day_ranges(map(int, text.split(", ")))


_MOST = 25

_COUNTED = "{count}/{denominator} | {count} | of {denominator}"
_COMPUTED = "{computedCount}/{denominator} computed | " + _COUNTED
_LIMITS = ("{qualifier}", "{strength}")
_AMONG = "{subgroup} against {comparedWith} | {subgroup} | against {comparedWith}"
_INTERVAL = (
    "{ciLevel} % CI {ciLower}–{ciUpper} | {ciLevel} % CI from {ciLower}, {upperNotReached}"
    " | {ciLevel} % CI up to {ciUpper}, {lowerNotReached} | {lowerNotReached}, {upperNotReached}"
    " | {upperNotReached} | {lowerNotReached}"
)
_NO_VALUE = "{valueNotReached} | {asReported}"
_CYCLES = "{plannedCycles} | {minCycles}–{maxCycles} | at least {minCycles} | at most {maxCycles}"
_GRADES = "{minGrade}–{maxGrade} | {minGrade} or above | up to {maxGrade}"

_ABOUT = Section(
    "About",
    "properties",
    (_column("property", "{propertyLabel}"), _column("value")),
    key="property",
)
_STATEMENTS = Section(
    "{kindLabel}",
    "statements",
    Pivot("propertyLabel", "value"),
    key="statement",
    by="kind",
)
_CODES = Section(
    "Codes",
    "code-matches",
    (
        _column("vocabulary", "{vocabularyLabel}"),
        _column("match"),
        _column("id"),
        _column("its name", "{codeLabel}"),
        _column("until", "{validUntil}"),
        _column("note", "{comment}"),
        _column("page"),
    ),
)
_MENTIONS = Section(
    "Mentioned by",
    "mentions",
    (_column("thing", "{other}"), _column("which has it as", "{propertyLabel}")),
    most=_MOST,
)
_READ_IN = Section("Read in", "evidence", (_column("document"),), key="document")

_REGIMEN = (
    _ABOUT,
    Section(
        "Dosing: {variantLabel}",
        "dosing",
        (
            _column("block", "{treatmentPhase}"),
            _column("cycles"),
            _column("drug"),
            _column("treatment"),
            _column("role", "{componentRole}"),
            _column("dose", "{doseAsReported} | {dose}–{doseHigh} {unit} | {dose} {unit}"),
            _column("at most", "{doseCap} {doseCapUnit}"),
            _column("per"),
            _column("route"),
            Column("days", ("{days} | from {firstDay}",), _days),
            _column("a day", "{timesPerDay}"),
            _column("every"),
            _column("times", "{repetitions}"),
            _column("over", "{infusionDuration}"),
            _column("for", "{appliesToLabels}"),
            _column("or", "{alternatives}"),
            _column(
                "note", "{optional}", "if {onlyIf}", "until {until}", "{continuous}", "{stepUp}"
            ),
        ),
        key="administration",
        by="variant",
    ),
    Section(
        "When one drug starts after another",
        "relative-timing",
        (
            _column("dosing", "{variant}"),
            _column("drug"),
            _column("starts", "{offset} after"),
            _column("counted from", "{anchor}"),
            _column("drugs", "{referenceDrug}"),
        ),
        key="administration",
    ),
    Section(
        "Toxicities",
        "toxicity-rates",
        (
            _column("toxicity"),
            _column("%", "{percent}"),
            _column("patients", _COMPUTED, "{quantifier}", "{frequency}"),
            _column("grade", _GRADES),
            _column("deaths", "{fatal}"),
            _column("among", "{subgroup}"),
            _column("trial"),
            _column("arm"),
            _column("dosing", "{variant}"),
            _column("conflict"),
            _column("note", *_LIMITS, "{causality}", "{eventKind}", "{gradingSystem}"),
        ),
        key="statement",
    ),
    Section(
        "Outcomes",
        "outcomes",
        (
            _column("endpoint", "{endpoint}", "{toxicity}"),
            _column("statistic", "{measureOfEffect} | {effectMeasure} | {statistic}"),
            _column("value", "{value} {unit} | {value} | {valueNotReached}"),
            _column("interval", f"{_INTERVAL} | {{ciLower}}–{{ciUpper}}"),
            _column("range", "{spreadKind} {lowerLimit}–{upperLimit} | {lowerLimit}–{upperLimit}"),
            _column("patients", _COMPUTED, "{quantifier}"),
            _column("P", "{pValueBound} {pValue} | {pValue}", "{oneSided}"),
            _column("at", "{timePoint}"),
            _column("grade", _GRADES),
            _column("among", _AMONG),
            _column("trial"),
            _column("arm", "{arm} against {comparatorLabel} | {arm}"),
            _column("dosing", "{variant}"),
            _column(
                "analysis", "{analysis}, data to {dataCutoff} | {analysis} | data to {dataCutoff}"
            ),
            _column("conflict"),
            _column("note", *_LIMITS, "{analysisSet}", "{numeratorBasis}"),
        ),
        key="statement",
    ),
    _STATEMENTS._replace(without=("rk:ToxicityReport", "rk:Outcome", "rk:FollowOn")),
    Section(
        "Cycles, and what may follow",
        "cycles-and-follow-on",
        (
            _column("dosing", "{variant}"),
            _column("block", "{treatmentPhase} | {block}"),
            _column("cycles"),
            _column("in turn with", "{alternatesWith}"),
            _column("planned cycles", _CYCLES),
            _column("cycle length", "{cycleLength}"),
            _column("for at most", "{maxDuration}"),
            _column("next"),
            _column("if", "{onCondition}"),
            _column("strength"),
            _column("purpose"),
            _column("note", "{qualifier}"),
        ),
        key="statement",
    ),
    Section(
        "Trials",
        "regimen-trials",
        (
            _column("trial"),
            _column("tests", "{variant}"),
            _column("arm"),
            _column("phase"),
            _column("enrolled", "{enrollment}"),
            _column("randomised", "{participantsRandomised}"),
            _column("treated", "{participantsTreated}"),
            _column("evaluable", "{participantsEvaluable}"),
            _column("design", "{randomised}", "{masking}"),
            _column("line of therapy", "{lineOfTherapy}"),
            _column("from", "{startDate}"),
            _column("enrolled from", "{enrollmentStartDate}"),
            _column("enrolled to", "{enrollmentEndDate}"),
            _column("to", "{endDate}"),
            _column("site"),
        ),
    ),
    Section(
        "Citations",
        "citations",
        (
            _column("citation"),
            _column("journal"),
            _column("title"),
            _column("issued"),
            _column("DOI", "{doi}"),
            _column("PMID", "{pmid}"),
        ),
        key="citation",
    ),
    Section(
        "Where the sources disagree",
        "conflicts",
        (
            _column("kind", "{type}"),
            _column("what disagrees", "{description}"),
            _column("what was done", "{resolution}"),
        ),
        key="conflict",
    ),
    _CODES,
    _MENTIONS,
    _READ_IN,
)
_NAMED_IN = Section(
    "In statements about others",
    "statements-naming",
    (
        _column("statement", "{kind}"),
        _column("about"),
        _column("arm"),
        _column("has it as", "{propertyLabel}"),
        _column("%", "{percent}"),
        _column("patients", "{count}"),
        _column("grade", _GRADES),
        _column("note", "{fatal}", "{qualifier}"),
    ),
    key="statement",
)
_TRIAL = (
    _ABOUT,
    Section(
        "Toxicities",
        "trial-toxicities",
        (
            _column("toxicity"),
            _column("as printed", "{asReported}"),
            _column("group", "{group} | {arm}"),
            _column("%", "{percent} | {computedPercent} computed"),
            _column("patients", _COMPUTED, "{quantifier}"),
            _column("events", "{eventCount}"),
            _column("grade", _GRADES),
            _column("deaths", "{fatal}"),
            _column("among", "{subgroup}"),
            _column("kind"),
            _column("note", "{causality}", "{qualifier}", "{strength}"),
        ),
        key="statement",
    ),
    Section(
        "Outcomes",
        "trial-outcomes",
        (
            _column("endpoint", "{endpoint}", "{toxicity}"),
            _column("when", "{timeFrame}", "{timePoint}"),
            _column("row", "{row}, {category} | {row} | {category}"),
            _column("group", "{group} | {arm} against {comparatorArm} | {arm}"),
            _column("statistic", "{measureOfEffect} | {effectMeasure} | {statistic}"),
            _column(
                "value",
                f"{{value}} {{unit}} | {{value}} {{unitOfMeasure}} | {{value}} | {_NO_VALUE}",
            ),
            _column("interval", _INTERVAL),
            _column("spread", "{dispersion} {spread} | {dispersion} {lower}–{upper}"),
            _column("patients", _COUNTED),
            _column("P", "{pValueBound} {pValue} | {pValue}"),
            _column("among", _AMONG),
            _column(
                "analysis", "{analysis}, data to {dataCutoff} | {analysis} | data to {dataCutoff}"
            ),
            _column("note", "{qualifier}", "{analysisSet}"),
        ),
        key="statement",
    ),
    _STATEMENTS,
    _NAMED_IN._replace(without=("rk:ToxicityReport", "rk:Outcome")),
    _MENTIONS,
    _CODES,
    _READ_IN,
)


def _by_tier(query: str, *columns: Column) -> Section:
    """The regimens that a query finds, a table for each tier."""
    shown = (_column("regimen"), *columns)
    return Section("Regimens: {tier}", query, shown, key="regimen", by="tier", most=_MOST)


_DRUG = (
    _ABOUT,
    Section(
        "Related drugs",
        "related-drugs",
        (_column("relation"), _column("base or class", "{shared}"), _column("drugs", "{other}")),
        key="shared",
    ),
    _by_tier("regimens-by-drug", _column("as", "{givenAs}"), _column("role")),
    _STATEMENTS,
    _NAMED_IN._replace(without=("rk:RegistryEntry",), most=_MOST),
    _MENTIONS._replace(
        without=("rk:hasDrug", "rk:saltOf", "rk:productOf", "rk:formOf", "rk:baseDrug"),
        without_in="property",
    ),
    _CODES,
    _READ_IN,
)
_DRUG_CLASS = (
    _ABOUT,
    _by_tier("regimens-by-drug-class", _column("drug")),
    _STATEMENTS,
    _NAMED_IN,
    _MENTIONS._replace(most=0),
    _CODES,
    _READ_IN,
)
_CONDITION = (
    _ABOUT,
    _by_tier("regimens-by-condition", _column("setting"), _column("of it", "{condition}")),
    _STATEMENTS,
    _NAMED_IN,
    _MENTIONS._replace(without=("rk:treats",), without_in="property"),
    _CODES,
    _READ_IN,
)
_ANY = (_ABOUT, _STATEMENTS, _NAMED_IN, _MENTIONS, _CODES, _READ_IN)

READINGS = Section(
    "Where each statement was read",
    "evidence",
    (
        _column("subject"),
        _column("property"),
        _column("value"),
        _column("as printed", "{asReported}"),
        _column("document"),
        _column("position", "{start}–{end} | {pointer}"),
    ),
)
"""What a page of the server shows besides; in the shell it is ``regimenkg evidence``."""


def sections_for(classes: set[str]) -> tuple[Section, ...]:
    """The sections of a thing of these classes (IRIs), in the order in which a reader asks.

    >>> [section.title for section in sections_for({RK + "Drug"})][0]
    'About'
    """
    return next((of for name, of in _BY_CLASS.items() if RK + name in classes), _ANY)


_BY_CLASS = {
    "Regimen": _REGIMEN,
    "Trial": _TRIAL,
    "Drug": _DRUG,
    "DrugClass": _DRUG_CLASS,
    "Condition": _CONDITION,
}
