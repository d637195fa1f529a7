"""A value of the graph against the passage that it was read in, by the rule of its property.

What a rule can see: digits, signs, decimal points, units, comparisons, days, dates, and words such
as "randomised". What none can: which arm a number belongs to, and the order of a "respectively".
The figures are right there, and only who they belong to is wrong; a second reading by another
person finds that, not a re-reading at the same place.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from decimal import Decimal, InvalidOperation

from regimenkg.checks import printed
from regimenkg.checks.passages import Passage, Value, Verdict
from regimenkg.loaders.curated.units import by_code
from regimenkg.terms.literals import XSD, Duration
from regimenkg.terms.namespaces import RK

__all__ = ["reread"]


_AGREES = Verdict(True)
NO_RULE = "a name or text, which no rule reads"
NO_ORDER = "an order of parts, which no single passage says"
NO_NUMBER = "no number stands there, only words"
NO_WORD = "no word stands there that the rule knows"
_NUMERIC = (XSD + "decimal", XSD + "integer")
_DURATIONS = (XSD + "dayTimeDuration", XSD + "yearMonthDuration")
_DATES = (XSD + "date", XSD + "gYearMonth", XSD + "gYear")
_VERBATIM = ("registryId", "doi", "pmid")
_BOUNDS = {
    "=": "=",
    "<": "<",
    ">": ">",
    "≤": "≤",
    "≥": "≥",
    "<=": "≤",
    ">=": "≥",
    "⩽": "≤",
    "⩾": "≥",
}
_BOUND = re.compile(r"<=|>=|[=<>≤≥⩽⩾]")
_NOT_REACHED = (
    r"not (?:yet )?(?:been )?(?:reached|estimable|evaluable|estimated|calculable)|\bN[REAC]\b"
)
_TRUE = {
    "randomised": r"random",
    "fatal": r"death|died|dead|fatal|mortality|dying|lethal",
    "oneSided": r"one[- ](?:sided|tailed)|1[- ]sided",
    "valueNotReached": _NOT_REACHED,
    "lowerNotReached": _NOT_REACHED,
    "upperNotReached": _NOT_REACHED,
    "boxedWarning": r"warning|boxed",
    "optional": (
        r"with or without|allowed|discretion|optional|permitted|some instances"
        r"|\b(?:may|can|if)\b"
    ),
    "continuous": r"continuous|daily|every day|per day|once|twice|weekly",
}
_FALSE = {
    "randomised": r"non-?randomi[sz]ed|not randomi[sz]ed|single[- ](?:arm|group)",
    "oneSided": r"two[- ](?:sided|tailed)|2[- ]sided",
}
_ROMAN = {
    "0": "0",
    "1": "I",
    "2": "II",
    "3": "III",
    "4": "IV",
    "I": "I",
    "II": "II",
    "III": "III",
    "IV": "IV",
}


def reread(
    value: Value, passages: Collection[Passage], elsewhere: Collection[Passage] = ()
) -> Verdict:
    """Whether one of the passages that a value was read in gives it, by the property's rule.

    The printed token of a value that was read in several documents stands in one of them, so that
    it is looked for ``elsewhere`` too.

    >>> percent = Value(RK + "percent", "34", XSD + "decimal")
    >>> reread(percent, [Passage("pneumonia (34%)", 11, 13)]).agrees
    True
    >>> reread(percent, [Passage("pneumonia (43%)", 11, 13)])
    Verdict(agrees=False, stands='43', reason='another number')
    """
    verdicts = [_at(value, passage) for passage in passages]
    best = next(
        (one for wanted in (True, False) for one in verdicts if one.agrees is wanted), verdicts[0]
    )
    printed_there = [one.text for one in (*passages, *elsewhere)]
    if best.agrees is not False and value.tokens:
        pairs = ((text, token) for text in printed_there for token in value.tokens)
        if not any(_contains(text, token) for text, token in pairs):
            return Verdict(False, printed_there[0], "not the text said to be printed there")
    return best


def _at(value: Value, passage: Passage) -> Verdict:
    if not 0 <= passage.start < passage.end <= len(passage.document):
        return Verdict(False, "", "the place lies beyond the end of the document")
    rule = _rule(value)
    try:
        return rule(value, passage) if rule else _named(value, passage)
    except (ValueError, InvalidOperation):
        return Verdict(False, passage.text, "no value of the property's kind")


def _rule(value: Value) -> Callable[[Value, Passage], Verdict] | None:
    if value.name in _BY_NAME:
        return _BY_NAME[value.name]
    if "offset" in value.parts:
        return _offset
    if value.parts:
        return _amount
    for datatypes, rule in _BY_TYPE:
        if value.datatype in datatypes:
            return rule
    return None


def _contains(text: str, token: str) -> bool:
    """Whether a text has a token in it; blanks, and capitals at its beginning, count as alike."""
    whole, part = (" ".join(one.split()) for one in (text, token))
    return part in whole or part[:1].swapcase() + part[1:] in whole


def _number(value: Value, passage: Passage) -> Verdict:
    wanted = Decimal(value.text)
    text = printed.plain(passage.text)
    if printed.is_cut(passage.document, passage.start, passage.end):
        return Verdict(False, passage.text, "the place cuts a number in two")
    found = printed.numbers(text)
    if len(found) == 1 and re.match(r"[0-9.]", text):  # its sign may stand just before the place
        sign = re.search(r"(^|.)-$", printed.plain(passage.before), re.S)
        if sign and re.fullmatch(r"[\s(\[,=<>]?", sign[1]):
            ends = re.search(r"[0-9] -$", printed.plain(passage.before))
            found = [-found[0], *(found if ends else ())]
    if not found:
        return _wordless(value, passage, NO_NUMBER)
    if value.name == "lineOfTherapy" and re.search(r"front", text, re.I):
        found.append(Decimal(1))
    if wanted not in found:
        if value.tokens and not any(printed.numbers(token) for token in value.tokens):
            return Verdict(None, passage.text, NO_NUMBER)
        return Verdict(False, passage.text, "another number")
    if value.bound is not None and len(found) == 1 and text.strip()[:1] in "0123456789.":
        sign = re.search(r"([=<>≤≥⩽⩾])\s*$", passage.before)
        if sign and _BOUNDS[sign[1]] != value.bound:
            return Verdict(False, sign[1] + passage.text, "another comparison")
    return _AGREES


def _wordless(value: Value, passage: Passage, reason: str) -> Verdict:
    """What to say where nothing stands there that a rule reads: were the words kept, or not?"""
    if value.tokens or len(passage.text) > 40:
        return Verdict(None, passage.text, reason)
    return Verdict(False, passage.text, reason)


def _grade(value: Value, passage: Passage) -> Verdict:
    text, wanted = printed.plain(passage.text), int(value.text)
    if re.search(r"\b(?:any|all)[ -]grades?", text, re.I):
        return _AGREES if wanted == 1 else Verdict(False, text, "another grade")
    phrases = re.findall(
        r"([0-5])(?:\s*(?:-|–|/|to|or|and|and/or|through|,)\s*(?:grade )?([0-5]))?"
        r"(?:\s*(?:-|–|/|,? or|,? and)\s*([0-5]))?",
        re.sub(r"\bIV\b", "4", re.sub(r"\bIII\b", "3", re.sub(r"\bII\b", "2", text))),
    )
    if not phrases:
        fits = wanted == 5 and re.search(_TRUE["fatal"], text, re.I)
        return _AGREES if fits else _wordless(value, passage, NO_NUMBER)
    last = value.name == "maxGrade"
    ends = {[one for one in phrase if one][-1 if last else 0] for phrase in phrases}
    if value.text not in ends:
        return Verdict(False, passage.text, "another grade")
    if last and re.fullmatch(
        r"[^0-9]*(?:≥|>=?) ?[0-4][^0-9]*|[^0-9]*[0-4] or (?:higher|more).*", text
    ):
        return Verdict(False, passage.text, "no highest grade is printed")
    return _AGREES


def _series(value: Value, passage: Passage) -> Verdict:
    days, sharp = printed.wholes(passage.text, value.name)
    if not days:
        return _wordless(value, passage, NO_NUMBER)
    if printed.is_cut(passage.document, passage.start, passage.end):
        return Verdict(False, passage.text, "the place cuts a number in two")
    beside = {int(one) for one in value.beside | {value.text}}
    if int(value.text) not in days or (sharp and beside != days):
        return Verdict(False, passage.text, f"other {value.name}s")
    return _AGREES


def _duration(value: Value, passage: Passage) -> Verdict:
    wanted = Duration.parse(value.text)
    text = passage.text
    found = list(printed.lengths(text))
    if value.name == "every" and (days := re.search(r"(?:for|x|×) ?[0-9a-z]+ (day|week)s?", text)):
        found += printed.lengths(f"every {days[1]}")
    if not found and re.fullmatch(r"[^A-Za-z]*", text):  # the unit stands after the place
        found = list(printed.lengths(text + passage.after.split(".")[0]))
    if not found:
        figures = printed.numbers(text)
        counts = {Decimal(n) for n, _ in wanted.parts}
        counts |= {Decimal(wanted.months), Decimal(wanted.seconds) / 86400 / 7}
        if figures and not counts & set(figures):
            return Verdict(False, text, "another length of time")
        return (
            Verdict(None, text, "no unit of time stands there")
            if figures
            else _wordless(value, passage, NO_NUMBER)
        )
    if wanted not in found:
        return Verdict(False, text, "another length of time")
    return _AGREES


def _date(value: Value, passage: Passage) -> Verdict:
    found = printed.dates(passage.text)
    if not any(len(one) > 4 for one in found) and len(value.text) > 4:  # the year stands after it
        found = printed.dates(passage.text + passage.after)
        found = {one for one in found if value.text == one}
    if not found:
        return _wordless(value, passage, "no date stands there")
    return _AGREES if value.text in found else Verdict(False, passage.text, "another date")


def _bound(value: Value, passage: Passage) -> Verdict:
    found = {_BOUNDS[one] for one in _BOUND.findall(passage.text)}
    if not found:
        return _wordless(value, passage, "no sign of comparison stands there")
    return _AGREES if value.text in found else Verdict(False, passage.text, "another comparison")


def _unit(value: Value, passage: Passage) -> Verdict:
    found = printed.units_of(passage.text)
    if value.text in found or (value.text[:1] == "{" and value.text[1:-1] in passage.text):
        return _AGREES
    if found:
        return Verdict(False, passage.text, "another unit")
    return Verdict(None, passage.text, "no unit stands there that the table has")


def _phase(value: Value, passage: Passage) -> Verdict:
    found = {_ROMAN[one] for one in re.findall(r"(?<![A-Za-z0-9])(IV|I{1,3}|[0-4])", passage.text)}
    if not found:
        return _wordless(value, passage, NO_NUMBER)
    printed_phase = re.fullmatch(r"(IV|I{1,3}|0)(?:[ab]|/.*)?", value.text)
    wanted = set(re.findall(r"IV|I{1,3}|0", value.text)) if printed_phase else {value.text}
    return _AGREES if wanted <= found else Verdict(False, passage.text, "another phase")


def _amount(value: Value, passage: Passage) -> Verdict:
    parts = value.parts
    low = parts.get("numericValue") or parts.get("lowerBound")
    code = parts.get("ucumCode", "")
    if low is None:
        return Verdict(None, passage.text, "an amount without a number")
    high = parts.get("upperBound")
    iri = by_code()[code].qudt if code in by_code() else None
    if "hasUnit" in parts and parts["hasUnit"] != (iri or ""):
        return Verdict(False, passage.text, "two units, in rk:ucumCode and in qudt:hasUnit")
    found, _ = printed.amounts(passage.text)
    numbers = printed.numbers(passage.text)
    if not found and numbers and not re.search(r"[A-Za-z]{2}", passage.text):
        found, _ = printed.amounts(passage.text + passage.after)  # its unit stands after it
    if not found:
        ratios = [Decimal(low) / one for one in numbers if one]
        if ratios and not any(abs(one.log10()) % 3 == 0 for one in ratios if one > 0):
            return Verdict(False, passage.text, "another amount")
        return _wordless(value, passage, "no amount stands there that the rule can read")
    wanted = (Decimal(low), Decimal(high) if high else None, code)
    if not any((one.number, one.upper, one.unit.ucum) == wanted for one in found):
        return Verdict(False, passage.text, "another amount")
    reported = parts.get("asReported")
    if reported and not _contains(printed.plain(passage.text), printed.plain(reported)):
        again, _ = printed.amounts(reported)
        if not any((one.number, one.upper, one.unit.ucum) == wanted for one in again):
            return Verdict(False, passage.text, "not the text said to be printed there")
    return _AGREES


def _offset(value: Value, passage: Passage) -> Verdict:
    offset = Value(RK + "offset", value.parts["offset"], XSD + "dayTimeDuration", value.tokens)
    return _duration(offset, passage)


def _boolean(value: Value, passage: Passage) -> Verdict:
    says = None
    if re.search(_FALSE.get(value.name, r"$^"), passage.text, re.I):
        says = "false"
    elif re.search(_TRUE.get(value.name, r"$^"), passage.text, re.I):
        says = "true"
    if says is None:
        return Verdict(None, passage.text, NO_WORD)
    return _AGREES if says == value.text else Verdict(False, passage.text, "the opposite")


def _verbatim(value: Value, passage: Passage) -> Verdict:
    printed, text = passage.text.casefold(), value.text.casefold()
    # Papers print the number of a record at ClinicalTrials.gov without its letters, too.
    same = _contains(printed, text) or _contains(printed, re.sub(r"^nct(?=\d{8}$)", "", text))
    return _AGREES if same else Verdict(False, passage.text, "another text")


def _ordered(_: Value, passage: Passage) -> Verdict:
    return Verdict(None, passage.text, NO_ORDER)


def _says(names: Iterable[str], text: str) -> bool:
    return any(
        re.search(rf"(?<![a-z0-9]){re.escape(name.casefold())}(?:s|es)?(?![a-z0-9])", text)
        for name in names
    )


def _named(value: Value, passage: Passage) -> Verdict:
    """A thing by its names; a term of a short list is wrong where another of the list is named."""
    text = " ".join(re.split(r"[\s-]+", passage.text.casefold()))
    names = (re.sub(r"[\s-]+", " ", one) for one in value.names)
    if value.names and _says(names, text):
        return _AGREES
    if (
        not value.names
        and value.datatype
        and _contains(passage.text.casefold(), value.text.casefold())
    ):
        return _AGREES
    denied = re.search(r"\b(?:not|neither|nor|no|without|un[a-z]+)\b", text)
    if (
        value.rivals
        and not denied
        and _says((re.sub(r"[\s-]+", " ", one) for one in value.rivals), text)
    ):
        return Verdict(False, passage.text, "another term of the list")
    return Verdict(None, passage.text, NO_RULE)


_BY_NAME: dict[str, Callable[[Value, Passage], Verdict]] = {
    "minGrade": _grade,
    "maxGrade": _grade,
    "day": _series,
    "cycle": _series,
    "pValueBound": _bound,
    "unit": _unit,
    "phase": _phase,
    **dict.fromkeys(_VERBATIM, _verbatim),
    **dict.fromkeys(("step", "position"), _ordered),
}
_BY_TYPE: tuple[tuple[tuple[str, ...], Callable[[Value, Passage], Verdict]], ...] = (
    (_NUMERIC, _number),
    (_DURATIONS, _duration),
    (_DATES, _date),
    ((XSD + "boolean",), _boolean),
)
