"""Values of a ClinicalTrials.gov record as they stand in its JSON, each checked for its form.

Source: the data structure of the ClinicalTrials.gov API, version 2. A field that is absent gives
None or nothing: most fields of most records are. A field of another form than the API's raises.
"""

from __future__ import annotations

import re
from typing import Any

from regimenkg.loaders.shared.errors import FieldError
from regimenkg.terms.literals import decimal

__all__ = ["Object", "indexed", "integer", "items", "number", "obj", "text", "texts", "unfit"]

Object = dict[str, Any]

_INTEGER = re.compile(r"[0-9]{1,12}")


def unfit(field: str, value: object, expected: str) -> FieldError:
    """The error for a field of another form than the API's, which ``expected`` says."""
    return FieldError(field, f"{_shown(value)} is not {expected}", expected=expected)


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
        raise unfit(name, value, "an object")
    return value


def items(parent: Object, name: str) -> list[Object]:
    """A list of objects; empty if absent."""
    value = parent.get(name)
    if value is None:
        return []
    if not isinstance(value, list):
        raise unfit(name, value, "a list")
    for item in value:
        if not isinstance(item, dict):
            raise unfit(name, item, "an object")
    return value


def text(parent: Object, name: str) -> str | None:
    """A text without the spaces around it; None if absent or blank."""
    value = parent.get(name)
    if value is None:
        return None
    if not isinstance(value, str):
        raise unfit(name, value, "a text")
    return value.strip() or None


def indexed(parent: Object, name: str) -> list[tuple[int, str]]:
    """A list of texts, each with its index, without doubles and blank ones; empty if absent."""
    value = parent.get(name)
    if value is None:
        return []
    if not isinstance(value, list):
        raise unfit(name, value, "a list")
    first: dict[str, int] = {}
    for index, item in enumerate(value):
        if not isinstance(item, str):
            raise unfit(name, item, "a text")
        if stripped := item.strip():
            first.setdefault(stripped, index)
    return [(index, text) for text, index in first.items()]


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
    raise unfit(name, value, "a count, such as 38")


def number(printed: str) -> str | None:
    """A figure as xsd:decimal writes it, or None for what is not plainly one.

    >>> number("39.90"), number("-.4"), number("NA"), number("<0.001"), number("1,234")
    ('39.9', '-0.4', None, None, None)
    """
    try:
        return decimal(printed)
    except ValueError:
        return None
