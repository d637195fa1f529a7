"""Records of curated YAML as text: values with their places, in the spelling of ``data/``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Union

_PLAIN = re.compile(r"[A-Za-z(][A-Za-z0-9 ()/.+≥≤%'-]*|-?\d+(?:\.\d+)?")
MOST_PRINTED = 80
"""A longer token is a sentence, and not told again: its place is."""
_WORDS = frozenset(("true", "false", "yes", "no", "on", "off", "null", "none", "y", "n"))


@dataclass(frozen=True)
class Value:
    """A value, the token as printed where that differs, and where it is printed."""

    text: str
    token: str | None = None
    at: tuple[str, ...] = ()


Given = Union[Value, "Record"]


@dataclass
class Record:
    """One thing of a file: its key (``kind/slug``, or the id of a nested thing) and properties."""

    key: str
    properties: dict[str, list[Given]] = field(default_factory=dict)

    def add(self, name: str, *values: Given) -> None:
        """Add values to a property; one that is there already gains the new places."""
        there = self.properties.setdefault(name, [])
        for value in values:
            same = next((i for i, one in enumerate(there) if _same(one, value)), None)
            if same is None:
                there.append(value)
            elif isinstance(value, Value) and isinstance(first := there[same], Value):
                at = tuple(dict.fromkeys((*first.at, *value.at)))
                there[same] = Value(first.text, first.token, at)

    def say(self, name: str, text: str) -> None:
        """Add a value that needs no place."""
        self.add(name, Value(text))


def _same(one: Given, other: Given) -> bool:
    return isinstance(one, Value) and isinstance(other, Value) and one.text == other.text


def written(records: Iterable[Record]) -> str:
    """The records as text, one after the other."""
    return "".join(line + "\n" for record in records for line in _record(record))


def _record(record: Record) -> Iterator[str]:
    yield f"{record.key}:"
    yield from _properties(record, "  ")


def _properties(record: Record, indent: str) -> Iterator[str]:
    for name, values in record.properties.items():
        if name == "at" and len(values) == 1:
            yield f"{indent}at: {_places(values[0])}"
        elif len(values) == 1 and isinstance(values[0], Value):
            yield f"{indent}{name}: {_value(values[0])}"
        else:
            yield f"{indent}{name}:"
            for value in values:
                if isinstance(value, Record):
                    yield f"{indent}  - id: {value.key}"
                    yield from _properties(value, f"{indent}    ")
                else:
                    yield f"{indent}  - {_value(value)}"


def _value(value: Value) -> str:
    if not value.at:
        return scalar(value.text)
    is_told = value.token not in (None, value.text) and len(value.token or "") <= MOST_PRINTED
    token = f", as: {scalar(value.token)}" if is_told else ""
    return f"{{is: {scalar(value.text)}, at: {_places(value)}{token}}}"


def _places(value: Given) -> str:
    assert isinstance(value, Value)
    named = [f'"{at}"' if ":" in at else at for at in value.at]
    return named[0] if len(named) == 1 else f"[{', '.join(named)}]"


def scalar(text: str | None) -> str:
    """A text as a YAML scalar, quoted where it would be read otherwise.

    >>> scalar("febrile neutropenia"), scalar("1-7"), scalar("no"), scalar('a "b"')
    ('febrile neutropenia', '"1-7"', '"no"', '"a \\\\"b\\\\""')
    """
    assert text is not None
    if _PLAIN.fullmatch(text) and text.lower() not in _WORDS and text == text.strip():
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
