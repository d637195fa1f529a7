"""What the numbers and words of a text may be: ready lines of a curated file, for a person to take.

Every number is offered once at least; what no form of print explains is offered as a number.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from regimenkg.loaders.curated.doses import dose
from regimenkg.loaders.curated.drafts import patterns as p
from regimenkg.loaders.curated.drafts.figures import figures, in_words, value_of
from regimenkg.loaders.curated.numbers import BadValue
from regimenkg.loaders.curated.series import series

Naming = Callable[[str], Iterable[tuple[str, str]]]
"""Gives the things that a text names, as the key of a curated file and its value."""

_MOST_WORDS = 7
_WORD = re.compile(r"[^\W_][^\s,;:()\[\]/]*[^\W_]|[^\W_]")
_MEASURES = {"hazard": "HazardRatio", "HR": "HazardRatio", "odds": "OddsRatio", "OR": "OddsRatio",
             "risk": "RelativeRisk", "RR": "RelativeRisk", "rate": "RateRatio"}  # fmt: skip
_TIMES = {"once": 1, "one time": 1, "qd": 1, "twice": 2, "two times": 2, "bid": 2, "b.i.d.": 2,
          "three times": 3, "thrice": 3, "tid": 3, "four times": 4}  # fmt: skip
_ROMAN = {"I": 1, "II": 2, "III": 3, "IV": 4, "V": 5}


class Candidate(NamedTuple):
    """A value that a passage may be of a property."""

    start: int
    end: int
    key: str
    value: str
    note: str = ""

    def line(self, text: str) -> str:
        """The line that a curated file holds for it.

        >>> Candidate(13, 15, "percent", "44").line("nausea (in a 44%)")
        'percent: {is: 44, at: 13-15}'
        """
        token = text[self.start : self.end]
        printed = f", as: {_quoted(token)}" if token != self.value else ""
        note = f"  # {self.note}" if self.note else ""
        return (
            f"{self.key}: {{is: {_quoted(self.value)}, at: {self.start}-{self.end}{printed}}}{note}"
        )


Finder = Callable[[str], Iterator[Candidate]]


def candidates(text: str, naming: Naming = lambda _: ()) -> list[Candidate]:
    """All candidates of a text, in its order.

    >>> for one in candidates("Nausea arose in 44% of 120 patients (P<0.001)"):
    ...     print(one.key, one.value)
    percent 44
    enrollment 120
    pValueBound <
    pValue 0.001
    """
    found = list(_named(text, naming))
    spoken_for = bytearray(len(text) + 1)
    for finder in _FINDERS:
        for one in list(finder(text)):
            if not any(spoken_for[one.start : one.end]):
                found.append(one)
        for one in found:
            spoken_for[one.start : one.end] = b"\1" * (one.end - one.start)
    for figure in figures(text):
        if not any(spoken_for[figure.start : figure.end]):
            plain = _plain(text[figure.start : figure.end])
            found.append(Candidate(figure.start, figure.end, "number", plain))
    order = {one: place for place, one in enumerate(found)}
    return sorted(set(found), key=lambda one: (one.start, order[one]))


def _quoted(text: str) -> str:
    """A text as YAML reads it in braces."""
    if re.fullmatch(r"[A-Za-z0-9.][\w.-]*(?:/[\w.-]+)*(?: [\w.-]+)*", text):
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _plain(printed: str) -> str:
    if (number := in_words(printed)) is not None:
        return str(number)
    sign = "-" if printed[:1] in "-−–" else ""
    value = value_of(printed.lstrip("-−–"))
    return printed if value is None else f"{sign}{value:f}"


def _group(match: re.Match[str], name: str, key: str, note: str = "") -> Iterator[Candidate]:
    if match[name] is not None:
        yield Candidate(*match.span(name), key, _plain(match[name]), note)


def _named(text: str, naming: Naming) -> Iterator[Candidate]:
    """What the graph knows by name, the longest names first, none within another."""
    words = [match.span() for match in _WORD.finditer(text)]
    at = 0
    while at < len(words):
        for last in range(min(at + _MOST_WORDS, len(words)) - 1, at - 1, -1):
            start, end = words[at][0], words[last][1]
            if re.search(r"[.;:,)\]] ", text[start:end]):
                continue
            things = list(naming(text[start:end]))
            if things:
                yield from (Candidate(start, end, key, value) for key, value in things)
                at = last
                break
        at += 1


def _registry(text: str) -> Iterator[Candidate]:
    for match in p.REGISTRY.finditer(text):
        yield Candidate(*match.span(), "registryId", match[0].replace(" ", ""))


def _dates(text: str) -> Iterator[Candidate]:
    for match in p.DATE.finditer(text):
        day = match["day"] or match["other"]
        value = f"{match['year']}-{p.MONTHS[match['month'].lower()]:02}"
        value += f"-{int(day):02}" if day and 1 <= int(day) <= 31 else ""
        yield Candidate(*match.span(), "dataCutoff", value, "or startDate, completionDate")


def _intervals(text: str) -> Iterator[Candidate]:
    for match in p.INTERVAL.finditer(text):
        yield from _group(match, "level", "ciLevel")
        yield from _group(match, "low", "ciLower")
        if re.fullmatch(p.SIGNED, match["high"]):
            yield from _group(match, "high", "ciUpper")
        else:
            yield Candidate(*match.span("high"), "upperNotReached", "true")


def _effects(text: str) -> Iterator[Candidate]:
    for match in p.EFFECT.finditer(text):
        what = match["what"].split()[0]
        what = what.removesuffix("s") if what.isupper() or what.endswith("Rs") else what
        yield Candidate(*match.span("what"), "measureOfEffect", _MEASURES[what])
        yield from _group(match, "value", "value", 'and unit: {is: "1", …}')


def _p_values(text: str) -> Iterator[Candidate]:
    for match in p.P_VALUE.finditer(text):
        number = value_of(match["value"])
        if number is None or number > 1:
            continue
        bound = {"&lt;": "<", "&gt;": ">", "of": "=", "was": "="}.get(
            match["bound"], match["bound"]
        )
        yield Candidate(*match.span("bound"), "pValueBound", bound)
        yield from _group(match, "value", "pValue")


def _percents(text: str) -> Iterator[Candidate]:
    for match in p.PERCENT.finditer(text):
        yield from _group(match, "low", "percent", "the lower end")
        yield from _group(match, "value", "percent")


def _counts(text: str) -> Iterator[Candidate]:
    for match in p.OF.finditer(text):
        yield from _group(match, "count", "count")
        yield from _group(match, "of", "denominator")
    for match in p.SIZE.finditer(text):
        yield from _group(match, "count", "count", "or participantsRandomised, denominator")


def _people(text: str) -> Iterator[Candidate]:
    for match in p.PEOPLE.finditer(text):
        yield from _group(match, "count", "enrollment", "or participantsRandomised, count")


def _spreads(text: str) -> Iterator[Candidate]:
    for match in p.SPREAD.finditer(text):
        kind = "Range" if match["what"] == "range" else "InterquartileRange"
        yield Candidate(*match.span("what"), "spreadKind", kind)
        yield from _group(match, "low", "lowerLimit")
        yield from _group(match, "high", "upperLimit")


def _pairs(text: str) -> Iterator[Candidate]:
    for match in p.BETWEEN.finditer(text):
        low, high = (value_of(match[name]) for name in ("low", "high"))
        if low is not None and high is not None and low < high:
            yield from _group(match, "low", "ciLower", "or lowerLimit")
            yield from _group(match, "high", "ciUpper", "or upperLimit")


def _grades(text: str) -> Iterator[Candidate]:
    for match in p.GRADE.finditer(text):
        if match["low"] is None:
            yield Candidate(*match.span(), "minGrade", "1")
            continue
        low, high = (
            _ROMAN.get((match[name] or "").upper()) or match[name] for name in ("low", "high")
        )
        span = match.span() if match["more"] or match["above"] else match.span("low")
        yield Candidate(*span, "minGrade", str(low))
        if high and not match["more"]:
            yield Candidate(*match.span("high"), "maxGrade", str(high))


def _doses(text: str) -> Iterator[Candidate]:
    for match in (*p.dose().finditer(text), *p.AREA.finditer(text)):
        printed = match[0].replace("·", ".")
        if printed.endswith(("/dL", "/dl")):
            continue
        value = re.sub(r" of body[- ](?:surface[- ]area|weight|surface)", "", printed)
        value = re.sub(r"(?<=[0-9])-(?=[a-zµμ])", " ", value)
        value = re.sub(r" (?:a|each|every) (?=day|week|cycle)", " per ", value)
        if match.re is p.AREA:
            value = "AUC " + "-".join(
                _plain(match[name]) for name in ("low", "high") if match[name]
            )
        elif value.startswith("."):
            value = "0" + value
        note = ""
        for shorter in (value, value.removesuffix(_group_text(match, "per"))):
            try:
                dose(shorter)
            except BadValue as error:
                note = f"not taken as it is: {error.expected}"[:100]
            else:
                value, note = shorter, ""
                break
        yield Candidate(*match.span(), "dose", value, note)


def _group_text(match: re.Match[str], name: str) -> str:
    return (match.groupdict().get(name) or "").replace("·", ".")


def _days(text: str) -> Iterator[Candidate]:
    for match in p.DAYS.finditer(text):
        listed = re.sub(r"[Dd]ays? ?|[Dd](?=[0-9])", "", match["days"]).replace("−", "-")
        listed = re.sub(r" ?(?:through|until|–|—) ?", " to ", listed)
        listed = re.sub(r" ?\+ ?|,? (?:or|and|&) ", ", ", listed).strip(", ")
        listed = re.sub(r"(?<=[0-9]) ?- ?(?=[0-9])", "-", listed)
        listed = re.sub(r"(-[0-9]+) ?to ?(-?[0-9]+)", r"\1..\2", listed)
        note = ""
        try:
            series(listed)
        except BadValue as error:
            note = f"not taken as it is: {error.expected}"[:100]
        yield Candidate(*match.span("days"), "day", listed, note)


def _recurring(text: str) -> Iterator[Candidate]:
    for match in p.CYCLE.finditer(text):
        count, unit = match["count"] or match["of"], match["unit"] or match["ofunit"]
        start = match.start("count" if match["count"] else "of")
        end = match.end("unit" if match["unit"] else "ofunit")
        yield Candidate(start, end, "cycleLength", f"{_plain(count)} {p.TIME_UNITS[unit.lower()]}")
    for match in p.TIMES.finditer(text):
        times = _TIMES[(match["count"] or match["short"]).lower()]
        yield Candidate(*match.span(), "timesPerDay", str(times))


def _every(text: str) -> Iterator[Candidate]:
    for match in p.EVERY.finditer(text):
        count = match["count"] or match["q"] or match["slash"]
        unit = match["unit"] or match["qunit"] or match["sunit"]
        if unit:
            code = p.TIME_UNITS.get(unit.lower().rstrip("s"), "wk" if unit[0] in "wW" else "d")
            number = "2" if (count or "").lower() in ("other", "second") else _plain(count or "1")
            value = f"{number} {code}"
        else:
            value = "1 wk" if "week" in match["word"].lower() else "1 d"
        key = "cycleLength" if value.endswith(("wk", "mo")) else "every"
        yield Candidate(*match.span(), "every", value, "or cycleLength" * (key != "every"))


def _spans(text: str) -> Iterator[Candidate]:
    for match in p.SPAN.finditer(text):
        code = p.TIME_UNITS[match["unit"].lower()]
        if match["dash"] == "-" or re.search(r"\bat $", text[: match.start()][-4:]):
            value = f"{_plain(match['value'])} {code}"
            yield Candidate(*match.span(), "timePoint", value, f"or value and unit: {code}")
            continue
        yield from _group(match, "value", "value")
        yield Candidate(match.start("unit"), match.end(), "unit", code)


def _words(text: str) -> Iterator[Candidate]:
    for match in p.ROUTE.finditer(text):
        route = p.ROUTES[(match["route"] or match["short"]).lower()]
        yield Candidate(*match.span(), "route", route)
    for match in p.STATISTIC.finditer(text):
        yield Candidate(*match.span(), "statistic", match["what"].capitalize())


_FINDERS: tuple[Finder, ...] = (
    *(_registry, _dates, _intervals, _effects, _p_values, _grades, _doses, _recurring, _days),
    *(_percents, _counts, _every, _spreads, _pairs, _spans, _people, _words),
)
