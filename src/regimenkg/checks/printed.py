"""What a printed passage says, read as figures: its numbers, lengths of time, dates and amounts.

A passage may be a token (``46·0``) or longer (``pneumonia (34%) and rash``). Each function gives
all that a passage can be read as; a token gives one. Units are those of curated files
(:mod:`regimenkg.loaders.curated.units`), and times those of
:mod:`regimenkg.loaders.curated.durations`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from regimenkg.loaders.curated.doses import dose
from regimenkg.loaders.curated.durations import SECONDS, TIME_CODES
from regimenkg.loaders.curated.numbers import NUMBER, TO, BadValue
from regimenkg.loaders.curated.quantities import Quantity, quantity
from regimenkg.loaders.curated.series import series
from regimenkg.loaders.curated.units import unit
from regimenkg.terms.literals import Duration

__all__ = ["amounts", "dates", "is_cut", "lengths", "numbers", "plain", "units_of", "wholes"]

_ONES = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen"
_ONES += " fifteen sixteen seventeen eighteen nineteen"
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_ORDINALS = "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth"
WORDS: dict[str, int | Decimal] = {
    **{word: value for value, word in enumerate(_ONES.split())},
    **{word: 10 * (value + 2) for value, word in enumerate(_TENS.split())},
    **{word: value + 1 for value, word in enumerate(_ORDINALS.split())},
    "once": 1,
    "twice": 2,
    "thrice": 3,
    "single": 1,
    "both": 2,
    "frontline": 1,
    "a": 1,
    "an": 1,
    "half": Decimal("0.5"),
    "hundred": 100,
    "daily": 1,
}
"""Numbers that are printed as words; tens and ones are put together by :func:`numbers`."""

_WORD = re.compile(r"[A-Za-z]+(?:-[A-Za-z]+)*")
_HUNDREDS = re.compile(
    r"(?P<count>[a-z]+)[ -]hundred(?:(?: and)?[ -](?P<rest>[a-z]+(?:-[a-z]+)?))?", re.I
)
_FIGURE = re.compile(rf"(?<![0-9])(?:{NUMBER}|(?<![0-9.])\.[0-9]+)")
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_MONTH = r"(?P<month>(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*)\.?"
_DATES = (
    re.compile(
        rf"\b{_MONTH} (?P<day>[0-9]{{1,2}})(?![0-9])(?:st|nd|rd|th)?(?:,? (?P<year>[0-9]{{4}}))?",
        re.I,
    ),
    re.compile(
        rf"\b(?P<day>[0-9]{{1,2}})(?:st|nd|rd|th)?[ -]{_MONTH},?[ -](?P<year>[0-9]{{4}})", re.I
    ),
    re.compile(rf"\b{_MONTH},?(?: of)? (?P<year>[0-9]{{4}})\b", re.I),
    re.compile(
        rf"\b{_MONTH}(?= (?:and|to|through|until|-|–) {_MONTH.replace('month', 'then')},? )", re.I
    ),
    re.compile(r"\b(?P<year>[12][0-9]{3})(?:-(?P<number>[0-9]{2})(?:-(?P<day>[0-9]{2}))?)?\b"),
)
_TIMES = {"daily": "day", "weekly": "week", "monthly": "month", "yearly": "year", "hourly": "hour"}
_COUNT = r"[0-9][0-9,]*(?:\.[0-9]+)?|[a-z]+(?:-[a-z]+)?"
_COUNTS = re.compile(
    rf"(?:(?P<m>{_COUNT})(?:[- ]?[a-z]*)??-? ?(?:to|-|–|or|and|,) ?)?(?P<n>{_COUNT})[ -]*$"
)
_UNIT_WORD = re.compile(r"%|[A-Za-zµμ]+(?:/[A-Za-z0-9]+)*")


def plain(text: str) -> str:
    """A passage in the signs that the readers know, as long as it was: ``46·0`` is ``46.0``.

    >>> plain("46·0\\u2009months, −3")
    '46.0 months, -3'
    """
    text = re.sub(r"(?<=[0-9])·(?=[0-9])|(?<![0-9])·(?=[0-9])", ".", text)
    return re.sub(r"\s", " ", text.replace("−", "-"))


def numbers(text: str) -> list[Decimal]:
    """All numbers of a passage, in figures or words, in order; a hyphen before one may be its sign.

    >>> [str(one) for one in numbers("Twenty-four of 1,200 (2·0%)")]
    ['24', '1200', '2.0']
    >>> [str(one) for one in numbers("-3.2")], [str(one) for one in numbers("5-6")]
    (['-3.2'], ['5', '6'])
    """
    text = plain(text)
    found: list[tuple[int, Decimal]] = []
    for match in _FIGURE.finditer(text):
        value = Decimal(match[0].replace(",", ""))
        if re.search(r"(?:^|[^0-9A-Za-z)%.])-$|^-$", text[: match.start()]):
            value = -value
        found.append((match.start(), value))
    for match in _HUNDREDS.finditer(text):
        rest = _word(match["rest"].lower()) if match["rest"] else Decimal(0)
        if (count := _word(match["count"].lower())) is not None and rest is not None:
            found.append((match.start(), 100 * count + rest))
    for match in _WORD.finditer(_HUNDREDS.sub("", text)):
        if (spelt := _word(match[0].lower())) is not None:
            found.append((match.start(), spelt))
    return [value for _, value in sorted(found)]


def _word(word: str) -> Decimal | None:
    """The number that a word, or the first of one with hyphens, means."""
    first, _, then = word.partition("-")
    if first in _TENS.split() and WORDS.get(then, 10) < 10:
        return Decimal(WORDS[first] + WORDS[then])
    return Decimal(WORDS[first]) if first in WORDS and first not in ("a", "an") else None


def is_cut(text: str, start: int, end: int) -> bool:
    """Whether a passage begins or ends within a number.

    >>> is_cut("of 12.5 mg", 3, 5), is_cut("of 12.5 mg", 3, 7)
    (True, False)
    """
    before, inside, after = (
        plain(text[max(start - 2, 0) : start]),
        text[start:end],
        text[end : end + 4],
    )
    after = plain(after)
    first = re.match(r"[0-9.·]", inside) and re.search(
        r"[0-9]$|[0-9][.·]$|(?:^|[\s(\[=<>≤≥,])\.$", before
    )
    last = re.search(r"[0-9]$", inside) and re.match(r"[0-9]|\.[0-9]|,[0-9]{3}(?![0-9])", after)
    return bool(first or last)


def wholes(text: str, what: str = "day") -> tuple[set[int], bool]:
    """The days or cycles of a passage, and whether it is nothing but a list of them.

    >>> wholes("1, 8, and 15"), wholes("day 1 to day 3")
    (({8, 1, 15}, True), ({1, 2, 3}, True))
    >>> wholes("on Days 1-3, until progression")
    ({1, 2, 3}, False)
    """
    line = " ".join(plain(text).split()).strip("()[];,.")
    line = re.sub(rf"(?<![A-Za-z])(?:{what}s?|d|c)(?= ?-?[0-9])", "", line, flags=re.I)
    line = " ".join(
        re.sub(rf"^(?:on|in|for) |^(?:{what}s?|d|c) ?(?=[-0-9])", "", line, flags=re.I).split()
    )
    line = re.sub(rf"^{what}s? ", "", line, flags=re.I)
    try:
        return set(series(line, what)), True
    except BadValue:
        pass
    found: set[int] = set()
    for match in re.finditer(
        r"(-?[0-9]+)(?: ?(?:-|–|to|through|\.\.) ?(?:day |cycle )?(-?[0-9]+))?", line
    ):
        first = int(match[1])
        last = int(match[2]) if match[2] else first
        found |= set(range(first, last + 1)) if 0 <= last - first < 400 else {first, last}
        found.add(abs(first))
    found |= {int(one) for one in numbers(line) if one == int(one)}
    if until := re.search(rf"until {what} ([0-9]+)", text, re.I):
        found |= set(range(1, int(until[1]) + 1))
    if re.search(rf"{what}s? (?:before|prior)", text, re.I):
        found |= {-one for one in found} | {0}
    return found, False


def lengths(text: str) -> Iterator[Duration]:
    """All lengths of time that a passage names.

    >>> sorted(str(one) for one in lengths("28-day cycles, every other week, for two years"))
    ['P14D', 'P28D', 'P2Y']
    """
    line = plain(text).lower()
    for match in re.finditer(r"(?<![a-z])[a-z]+", line):
        if match[0] in TIME_CODES:
            yield from _counted(line[: match.start()], match[0])
    for word, of in _TIMES.items():
        if re.search(rf"\b{word}\b", line):
            yield from _spans(Decimal(2 if f"every other {of}" in line else 1), of)
    for match in re.finditer(r"\bq ?([0-9]+) ?([a-z]+)", line):
        yield from _spans(Decimal(match[1]), match[2])
    for match in re.finditer(
        r"\b(?:every|each|per|a|an|once|/)\s?(other |second |third )?([a-z]+)\b", line
    ):
        count = {"other": 2, "second": 2, "third": 3}.get((match[1] or "").strip(), 1)
        yield from _spans(Decimal(count), match[2])
    for match in re.finditer(
        r"(?<![a-z0-9] )(?<![a-z0-9])(?<![0-9]-)\b(day|week|month|year|hour)\b", line
    ):
        yield from _spans(Decimal(1), match[1])


def _counted(before: str, word: str) -> Iterator[Duration]:
    """The lengths that the numbers just before a unit of time make with it."""
    match = _COUNTS.search(before)
    for one in (match["m"], match["n"]) if match else ():
        if one:
            value = Decimal(one.replace(",", "")) if one[0].isdigit() else _word(one)
            if value is not None:
                yield from _spans(value, word)


def _spans(count: Decimal, word: str) -> Iterator[Duration]:
    code = TIME_CODES.get(word)
    if code in ("mo", "a"):
        months = count * (12 if code == "a" else 1)
        if months == int(months):
            yield Duration(months=int(months))
    elif word in SECONDS and count * SECONDS[word] == int(count * SECONDS[word]):
        yield Duration(seconds=int(count * SECONDS[word]))


def dates(text: str) -> set[str]:
    """All dates of a passage, each as exact as it is printed.

    >>> sorted(dates("from Feb 9 to March 3rd, 2015"))
    ['2015-02-09', '2015-03-03']
    >>> dates("August 2009"), dates("2014")
    ({'2009-08'}, {'2014'})
    """
    line = plain(text)
    found: set[str] = set()
    taken: list[range] = []
    years = [(one.start(), one[0]) for one in re.finditer(r"\b[12][0-9]{3}\b", line)]
    for pattern in _DATES:
        for match in pattern.finditer(line):
            span = range(match.start(), match.end())
            if any(set(span) & set(other) for other in taken):
                continue
            parts = match.groupdict()
            year = parts.get("year") or next((y for at, y in years if at > match.start()), None)
            if year is None:
                continue
            taken.append(span)
            name, day = parts.get("month"), parts.get("day")
            month = _MONTHS.index(name[:3].lower()) + 1 if name else parts.get("number")
            text = (
                year + (f"-{int(month):02}" if month else "") + (f"-{int(day):02}" if day else "")
            )
            found.add(text)
    return found


def units_of(text: str) -> set[str]:
    """The codes of the units that the words of a passage name, percent and ratios among them.

    >>> sorted(units_of("11.1 months")), sorted(units_of("hazard ratio [HR]")), units_of("34%")
    (['mo'], ['1'], {'%'})
    """
    line = plain(text)
    found = {"%"} if re.search(r"%|\bper ?cent|percentage point", line) else set()
    if re.search(
        r"\bratios?\b|\b[as]?HRs?\b|\bORs?\b|\bRRs?\b|\brelative risk|\bhazard|\bodds", line
    ):
        found.add("1")
    for match in _UNIT_WORD.finditer(line):
        for word in {match[0], match[0][0].lower() + match[0][1:]}:
            if word in TIME_CODES and (len(word) > 1 or len(line) < 12):
                found.add(TIME_CODES[word])
            elif (named := unit(word)) is not None and named.factor == 1:
                found.add(named.ucum)
    return found


def amounts(text: str) -> tuple[list[Quantity], bool]:
    """The amounts of a passage, and whether it is nothing but one dose.

    >>> [[one.number, one.unit.ucum] for one in amounts("1·6 mg/m(2)")[0]]
    [[Decimal('1.6'), 'mg/m2']]
    >>> [[str(one.number), one.unit.ucum] for one in amounts("75 or 100 mg/m2 on day 1")[0]]
    [['100', 'mg/m2'], ['75', 'mg/m2']]
    """
    line = " ".join(plain(text).split())
    line = re.sub(
        r"area under the (?:[a-z-]+ ){0,4}curve(?: \(AUC\))?(?: of| =)?", "AUC", line, flags=re.I
    )
    line = re.sub(r"(?<=[0-9])-(?=[A-Za-z])", " ", re.sub(r"m(?:\(2\)|\^2)", "m2", line))
    line = line.replace(" of body surface area", "")
    for reader in (dose, quantity):
        try:
            read = reader(line)
        except BadValue:
            continue
        if isinstance(read, Quantity):
            return [read], True
        return [one.value for one in read if isinstance(one.value, Quantity)], True
    return _amounts_within(line), False


def _amounts_within(line: str) -> list[Quantity]:
    found: list[Quantity] = []
    for match in re.finditer(rf"AUC ?(?:=|of)? ?{NUMBER}(?:{TO}{NUMBER})?", line):
        found.append(quantity(match[0]))
    for match in re.finditer(rf"(?<![0-9.,])(?:{NUMBER}(?:{TO}))?{NUMBER} ?(?=[A-Za-zµμ])", line):
        after = line[match.end() : match.end() + 40]
        for stop in sorted(
            (m.end() for m in re.finditer(r"[A-Za-z0-9²)]+(?:\(2\))?", after)), reverse=True
        ):
            try:
                read = quantity(match[0].rstrip() + " " + after[:stop])
            except BadValue:
                continue
            found.append(read)
            for other in re.finditer(NUMBER, line[: match.start()]):
                try:
                    found.append(quantity(f"{other[0]} {after[:stop]}"))
                except BadValue:
                    continue
            break
    return found
