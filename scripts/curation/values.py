"""What a cell of a form is in the curated files: things by slugs, names as the field has them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from form import Cell
from naming import Names
from placed import Given, Record, Value

_ENDPOINTS = ("endpoint", "primaryEndpoint", "secondaryEndpoint")
_THINGS = {
    "toxicity": "toxicity",
    "drug": "drug",
    "placeboFor": "drug",
    "treatment": "treatment",
    "subgroup": "subgroup",
    "comparedWith": "subgroup",
    "appliesTo": "subgroup",
    "site": "organization",
}


@dataclass
class Shared:
    """What several abstracts speak of, by key."""

    names: Names
    trials: dict[str, Record] = field(default_factory=dict)
    regimens: dict[str, Record] = field(default_factory=dict)

    def endpoint(self, name: str) -> str:
        """A member of the vocabulary's list, or a measure of the corpus's own."""
        name = self.names.standard("endpoint", name)
        if name[:1].isupper() and name.isalpha() and not name.isupper():
            return name
        return f"outcome-measure/{self.names.thing('outcome-measure', name)}"


def in_graph(key: str, text: str, shared: Shared) -> str:
    """A value of a form as the curated files write it: a thing by its slug."""
    if key == "phase":
        plain = re.sub(r"(?<=I)[ab]", "", text)  # phase Ib is a phase I, and printed as such
        return "/".join(dict.fromkeys(plain.split("/")))
    if key == "id" and re.fullmatch(r"\d{8}", text):
        return f"NCT{text}"  # ClinicalTrials.gov's number, printed without its letters
    if key in _ENDPOINTS:
        return shared.endpoint(text)
    if key in _THINGS:
        return f"{_THINGS[key]}/{shared.names.thing(_THINGS[key], text)}"
    return text


def instead(value: Given, text: str) -> Value:
    """Another value that is read where one is."""
    assert isinstance(value, Value)
    return Value(text, None, value.at)


def owner(reading: str) -> str | None:
    """The statement or administration whose value a reading is; None where it is another thing's.

    >>> owner("evidence/outcome.pmid-1-a.value.pmid-1.3-5"), owner("evidence/trial.x.phase.y.3-5")
    ('outcome/pmid-1-a', None)
    """
    kind, name = reading.removeprefix("evidence/").rsplit(".", 3)[0].split(".", 1)
    is_stated = kind in ("toxicity-report", "outcome", "baseline-measure", "administration")
    return f"{kind}/{name}" if is_stated else None


def as_value(cell: Cell, value: str) -> Cell:
    """Another value of a cell's token."""
    return Cell(value, cell.token, cell.places)


def quote_of(text: str, place: tuple[int, int]) -> str:
    """A quote that stands once and marks a place: the text around it, as far as it must be."""
    start, end = place
    for around in range(0, len(text), 8):
        before, after = text[max(0, start - around) : start], text[end : end + around]
        if text.count(before + text[start:end] + after) == 1:
            return f"{before}«{text[start:end]}»{after}"
    raise ValueError(place)


def beside(given: Any, more: list[str]) -> Any:
    """A property's cells, and one more."""
    if given is None:
        return more
    if isinstance(given, list) and all(isinstance(one, list) for one in given):
        return [*given, more]
    return [given if isinstance(given, list) else [given], more]


def spaced(name: str) -> str:
    """A name of a vocabulary list, in words.

    >>> spaced("OverallSurvival"), spaced("transfusion independence")
    ('Overall Survival', 'transfusion independence')
    """
    if " " in name or not name.isalpha():
        return name
    return "".join(f" {c}" if c.isupper() and i else c for i, c in enumerate(name))
