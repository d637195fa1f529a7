"""Values of a ClinicalTrials.gov record as they stand in its JSON, each checked for its form.

Source: the data structure of the ClinicalTrials.gov API, version 2. A field that is absent gives
None or nothing: most fields of most records are. A field of another form than the API's raises.
"""

from __future__ import annotations

import re
from typing import Any

__all__ = ["BadField", "Object", "indexed", "integer", "items", "number", "obj", "text", "texts"]

Object = dict[str, Any]

_INTEGER = re.compile(r"[0-9]{1,12}")
_NUMBER = re.compile(r"-?(?:[0-9]{1,15}(?:\.[0-9]{1,15})?|\.[0-9]{1,15})")


class BadField(ValueError):
    """A field of another form than the API's; ``field`` is its name, ``expected`` that form."""

    def __init__(self, field: str, value: object, expected: str) -> None:
        super().__init__(f"{_shown(value)} is not {expected}")
        self.field = field
        self.expected = expected


def _shown(value: object) -> str:
    if isinstance(value, dict | list):
        return "an object" if isinstance(value, dict) else "a list"
    shown = repr(value)
    return shown if len(shown) <= 60 else shown[:57] + "…"


def obj(parent: Object, name: str) -> Object:
    """An object within an object; empty if absent."""
    value = parent.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise BadField(name, value, "an object")
    return value


def items(parent: Object, name: str) -> list[Object]:
    """A list of objects; empty if absent."""
    value = parent.get(name)
    if value is None:
        return []
    if not isinstance(value, list):
        raise BadField(name, value, "a list")
    for item in value:
        if not isinstance(item, dict):
            raise BadField(name, item, "an object")
    return value


def text(parent: Object, name: str) -> str | None:
    """A text without the spaces around it; None if absent or blank."""
    value = parent.get(name)
    if value is None:
        return None
    if not isinstance(value, str):
        raise BadField(name, value, "a text")
    return value.strip() or None


def indexed(parent: Object, name: str) -> list[tuple[int, str]]:
    """A list of texts, each with its index, without doubles and blank ones; empty if absent."""
    value = parent.get(name)
    if value is None:
        return []
    if not isinstance(value, list):
        raise BadField(name, value, "a list")
    found: dict[str, int] = {}
    for index, item in enumerate(value):
        if not isinstance(item, str):
            raise BadField(name, item, "a text")
        if stripped := item.strip():
            found.setdefault(stripped, index)
    return [(index, text) for text, index in found.items()]


def texts(parent: Object, name: str) -> list[str]:
    """The texts of :func:`indexed`.

    >>> texts({"phases": ["PHASE1", " PHASE2"]}, "phases")
    ['PHASE1', 'PHASE2']
    """
    return [text for _, text in indexed(parent, name)]


def integer(parent: Object, name: str) -> int | None:
    """A count, written as a number or as a text of digits; None if absent.

    >>> integer({"count": "38"}, "count"), integer({"count": 38}, "count"), integer({}, "count")
    (38, 38, None)
    """
    value = parent.get(name)
    if value is None:
        return None
    if type(value) is int and 0 <= value < 10**12:
        return value
    if isinstance(value, str) and _INTEGER.fullmatch(value.strip()):
        return int(value)
    raise BadField(name, value, "a count, such as 38")


def number(printed: str) -> str | None:
    """A figure as xsd:decimal writes it, or None for what is not plainly one.

    >>> number("39.90"), number("-.4"), number("NA"), number("<0.001"), number("1,234")
    ('39.9', '-0.4', None, None, None)
    """
    if not _NUMBER.fullmatch(printed):
        return None
    sign, digits = ("-", printed[1:]) if printed[0] == "-" else ("", printed)
    whole, _, fraction = digits.partition(".")
    whole, fraction = whole.lstrip("0") or "0", fraction.rstrip("0")
    if whole == "0" and not fraction:
        return "0"
    return f"{sign}{whole}.{fraction}" if fraction else f"{sign}{whole}"
