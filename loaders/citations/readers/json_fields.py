"""Fields of JSON records, checked as CSL-JSON's schema has them before they are used.

Source: https://resource.citationstyles.org/schema/latest/input/json/csl-data.json, whose names,
dates and texts Crossref's works share. No kept Python package holds that schema, so what is used
is checked here, and what is not used may be anything.
"""

from __future__ import annotations

from typing import Any

from regimenkg.loaders.citations.dates import Date, date, read_date
from regimenkg.loaders.citations.model import one_line
from regimenkg.loaders.citations.names import Author
from regimenkg.loaders.citations.readers.markup import plain
from regimenkg.loaders.shared.errors import FieldError

__all__ = ["issued", "items", "people", "prose", "text"]

_FAMILY = ("dropping-particle", "non-dropping-particle", "family")
_MAX_NUMBER = 10**15


def text(record: dict[str, Any], name: str) -> str:
    """A field's text, or its number as text, as one line; nothing where it is absent.

    >>> text({"volume": 12}, "volume"), text({}, "volume")
    ('12', '')
    """
    value = record.get(name)
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise FieldError(
            name, f"{_kind(value)} where text was expected", expected="text or a number"
        )
    return one_line(value if isinstance(value, str) else _number(name, value), name)


def prose(record: dict[str, Any], name: str) -> str:
    """The same without markup: a title or a name.

    >>> prose({"title": "H<sub>2</sub>O"}, "title")
    'H2O'
    """
    return one_line(plain(text(record, name)), name)


def items(record: dict[str, Any], name: str) -> list[dict[str, Any]]:
    """A field that is a list of objects; empty where it is absent."""
    value = record.get(name)
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise FieldError(name, "not a list of objects", expected="a list of objects")
    return value


def people(record: dict[str, Any], name: str) -> tuple[tuple[Author, ...], tuple[str, ...]]:
    """The persons of a list of names, and the groups among them.

    >>> people({"author": [{"family": "Walker", "given": "A. R."}, {"name": "PALG"}]}, "author")
    ((Author(family='Walker', initials='AR', suffix=''),), ('PALG',))
    """
    persons: list[Author] = []
    groups: list[str] = []
    for person in items(record, name):
        family = " ".join(filter(None, (prose(person, part) for part in _FAMILY)))
        given = prose(person, "given")
        if family:
            persons.append(Author.of(family, given, prose(person, "suffix")))
        elif group := prose(person, "literal") or prose(person, "name"):
            groups.append(group)
        elif given:
            persons.append(Author.of(given))
        else:
            raise FieldError(name, "a person without a name", expected="family, literal or name")
    return tuple(persons), tuple(groups)


def issued(record: dict[str, Any], name: str) -> Date | None:
    """A date as CSL-JSON has it: ``date-parts``, or a text; of two dates what is common, else
    the year of the first.

    >>> issued({"issued": {"date-parts": [[2018, 5, 17]]}}, "issued").value
    '2018-05-17'
    """
    value = record.get(name)
    if value is None:
        return None
    if isinstance(value, str):
        return read_date(value)
    if not isinstance(value, dict):
        raise FieldError(name, f"{_kind(value)} where a date was expected", expected="date-parts")
    parts = value.get("date-parts")
    if parts is None:
        written = text(value, "edtf") or text(value, "raw") or text(value, "literal")
        return read_date(written) if written else None
    if not (isinstance(parts, list) and all(isinstance(part, list) for part in parts)):
        raise FieldError(name, "date-parts are no list of lists", expected="[[2018, 5, 17]]")
    dates = [list(map(_part, part)) for part in parts if any(p is not None for p in part)]
    if not dates:
        return None
    common = dates[0]
    for other in dates[1:]:
        while common != other[: len(common)]:
            common = common[:-1]
    common = common or dates[0][:1]
    if not common or len(common) > 3:
        raise FieldError(name, "no date of publication", expected="a year, a month and a day")
    return date(*common, printed="/".join("-".join(one) for one in dates))


def _part(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise FieldError("date-parts", f"{_kind(value)} in a date", expected="[[2018, 5, 17]]")
    return value if isinstance(value, str) else _number("date-parts", value)


def _number(name: str, value: float) -> str:
    """A number as text, as a person writes a volume or a year."""
    if not abs(value) < _MAX_NUMBER:
        raise FieldError(
            name, "a number out of all bounds", expected=f"a number below {_MAX_NUMBER:.0e}"
        )
    return str(int(value)) if value == int(value) else str(value)


def _kind(value: Any) -> str:
    names = {bool: "true or false", dict: "an object", list: "a list", int: "a number"}
    return names.get(type(value), "another kind of value")
