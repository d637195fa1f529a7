"""A reading of one document, as a reader writes it down → its values, each with its places.

A *cell* is a quote of the text in which « » mark the token that is the value, or a list of the
value and such quotes where the graph writes it otherwise than the text. The quotes are other
people's sentences: forms stay outside the repository, and places alone enter it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import yaml

Span = tuple[int, int]
Row = dict[str, Any]

DECIMALS = frozenset(
    ("percent", "value", "ciLower", "ciUpper", "ciLevel", "pValue", "lowerLimit", "upperLimit")
) | {"spread"}
WHOLE = (
    frozenset(
        ("count", "denominator", "minGrade", "maxGrade", "enrollment", "participantsRandomised")
    )
    | frozenset(
        ("participantsTreated", "participantsEvaluable", "armCount", "plannedCycles", "minCycles")
    )
    | frozenset(("eventCount", "maxCycles", "fractions", "timesPerDay", "repetitions"))
    | frozenset(("firstDay", "step"))
)
NUMBERS = DECIMALS | WHOLE
_TABLES = ("toxicities", "outcomes", "baseline")


@dataclass(frozen=True, slots=True)
class Cell:
    """A value, as the graph writes it, the token as printed, and where it is printed."""

    value: str
    token: str
    places: tuple[Span, ...]


class FormError(ValueError):
    """A form that does not fit its text."""


class Form:
    """One reading of one abstract, or of a table of a summary (``document`` and ``file``).

    In a summary a quote stands once in the lines that its arm names.

    Args:
        path: the YAML file.
        abstracts: the directory of the canonical texts, ``pmid-N.txt``; ``pdq`` is beside it.
    """

    def __init__(self, path: Path, abstracts: Path) -> None:
        self.path = path
        self.data: Row = _named(yaml.safe_load(path.read_text(encoding="utf-8")))
        self.pmid = str(self.data["pmid"]) if "pmid" in self.data else ""
        self.slug = f"pmid-{self.pmid}" if self.pmid else str(self.data["document"])
        if self.pmid:
            raw = (abstracts / f"{self.slug}.txt").read_text(encoding="utf-8")
            self.text = raw.removesuffix("\n")
        else:
            file = abstracts.with_name("pdq") / str(self.data["file"])
            self.bytes = file.read_bytes()
            self.text = self.bytes.decode("utf-8")
            for arm in self.arms:
                first, last = arm.pop("lines")
                _pin(arm, self.text, _window(self.text, first, last))

    @property
    def title(self) -> str:
        """The document, as labels name it."""
        return f"PMID {self.pmid}" if self.pmid else str(self.data["title"])

    @property
    def arms(self) -> list[Row]:
        """The arms, cohorts and dose levels."""
        return list(self.data.get("arms") or [])

    def rows(self, table: str) -> list[Row]:
        """The rows of one of the form's tables."""
        return list(self.data.get(table) or [])

    def cells(self, key: str, given: Any) -> list[Cell]:
        """The cells of one property of a row."""
        if isinstance(given, list) and given and all(isinstance(one, list) for one in given):
            return [cell for one in given for cell in self.cells(key, one)]
        value, quotes = (given[0], given[1:]) if isinstance(given, list) else (None, [given])
        spans = tuple(dict.fromkeys(self.locate(str(quote)) for quote in quotes))
        if not spans:
            raise FormError(f"{self.path.name}: {key}: no quote in {given!r}")
        token = self.text[slice(*spans[0])]
        return [Cell(_value(key, value, token), token, spans)]

    def locate(self, quote: str) -> Span:
        """The place of a quote's token; raises FormError where the quote is not there once."""
        if pinned := re.fullmatch(r"@(\d+)-(\d+)", quote):
            return int(pinned[1]), int(pinned[2])
        before, mark, rest = quote.partition("«")
        token, _, after = rest.partition("»") if mark else (before, "", "")
        before = before if mark else ""
        whole = before + token + after
        if self.text.count(whole) != 1 or not token:
            raise FormError(f"{self.path.name}: found {self.text.count(whole)} times: {quote}")
        start = self.text.index(whole) + len(before)
        return start, start + len(token)

    def readings(self) -> Iterator[tuple[str, str, str, Cell]]:
        """Everything that is read: the arm or ``trial``, the table, the property, the cell."""
        for key in ("condition", "setting"):
            for one in self.rows(key):
                yield from (("trial", "trial", key, cell) for cell in self.cells(key, one))
        for key, given in (self.data.get("trial") or {}).items():
            yield from (("trial", "trial", key, cell) for cell in self.cells(key, given))
        for arm in self.arms:
            parts = [("arm", arm)]
            parts += [("block", block) for block in arm.get("blocks") or []]
            parts += [("dose", dose) for dose in arm.get("doses") or []]
            for table, part in parts:
                for key, given in part.items():
                    if is_read(key, given):
                        cells = self.cells(key, given)
                        yield from ((str(arm["id"]), table, key, cell) for cell in cells)
        for table in _TABLES:
            for row in self.rows(table):
                for key, given in row.items():
                    if is_read(key, given):
                        for arm_id in arms_of(row):
                            for cell in self.cells(key, given):
                                yield arm_id, table, key, cell


_PLAIN = frozenset(
    ("id", "label", "regimen", "block", "blocks", "doses", "on", "versus", "alternativeTo", "note")
) | {"numeratorBasis", "alternatesWith"}


def is_read(key: str, given: Any) -> bool:
    """Whether a key of a row holds cells, and not a name that the form itself gives."""
    return key not in _PLAIN and not (key == "placeboFor" and isinstance(given, str))


def arms_of(row: Row) -> list[str]:
    """The arms that a row is on; ``trial`` where it is on all."""
    on = row.get("on", "trial")
    return [str(one) for one in on] if isinstance(on, list) else [str(on)]


def number(text: str) -> Decimal | None:
    """The number that a text is, with a point on the line or in the middle; None for others."""
    plain = re.sub(r"[,\s]", "", text.replace("\N{MIDDLE DOT}", ".").replace("\N{MINUS SIGN}", "-"))
    try:
        return Decimal(plain.removesuffix("%"))
    except InvalidOperation:
        return None


def _window(text: str, first: int, last: int) -> Span:
    """The place of some lines of a text, which are counted from 1."""
    lines = text.splitlines(keepends=True)
    start = sum(map(len, lines[: first - 1]))
    return start, start + sum(map(len, lines[first - 1 : last]))


def _pin(part: Any, text: str, window: Span) -> Any:
    """Put places for the quotes of a part that is read in a window of a text: ``@START-END``."""
    if isinstance(part, dict):
        for key, one in part.items():
            part[key] = _pin(one, text, window)
    elif isinstance(part, list):
        part[:] = [_pin(one, text, window) for one in part]
    elif isinstance(part, str) and "«" in part:
        before, _, rest = part.partition("«")
        token, _, after = rest.partition("»")
        within = text[slice(*window)]
        if within.count(before + token + after) != 1:
            raise FormError(f"found {within.count(before + token + after)} times: {part}")
        start = window[0] + within.index(before + token + after) + len(before)
        return f"@{start}-{start + len(token)}"
    return part


def _named(part: Any) -> Any:
    """A part of a form in which ``on`` is a name, and not the boolean that YAML 1.1 makes of it."""
    if isinstance(part, dict):
        return {"on" if key is True else key: _named(one) for key, one in part.items()}
    return [_named(one) for one in part] if isinstance(part, list) else part


def _value(key: str, value: Any, token: str) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    text = token if value is None else str(value)
    if key in NUMBERS and (found := number(text)) is not None:
        return f"{found:f}"
    return re.sub(r"(?<=\d)\N{MIDDLE DOT}(?=\d)", ".", text) if key == "dose" else text
