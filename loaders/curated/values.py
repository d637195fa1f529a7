"""Text of a curated file → the values that it gives to a property, and to others beside it."""

from __future__ import annotations

from collections.abc import Callable

import pyoxigraph as ox

from regimenkg.loaders.curated import doses
from regimenkg.loaders.curated.doses import Given
from regimenkg.loaders.curated.durations import duration, months
from regimenkg.loaders.curated.numbers import BadValue, without_commas
from regimenkg.loaders.curated.quantities import quantity
from regimenkg.loaders.curated.schema import Property
from regimenkg.loaders.curated.series import series
from regimenkg.terms import literals
from regimenkg.terms.literals import XSD, date_type, typed
from regimenkg.terms.namespaces import PREFIXES, RK

LANG_STRING = PREFIXES["rdf"] + "langString"
QUANTITY = PREFIXES["qudt"] + "QuantityValue"


def decimal(text: str) -> ox.Literal:
    """An xsd:decimal in canonical form.

    >>> decimal("2,000.50").value
    '2000.5'
    """
    try:
        return typed(literals.decimal(without_commas(text)), "decimal")
    except ValueError:
        raise BadValue("a decimal number such as 11.1") from None


def integer(text: str) -> ox.Literal:
    """An xsd:integer in canonical form."""
    try:
        return typed(literals.integer(without_commas(text)), "integer")
    except ValueError:
        raise BadValue("a whole number such as 5") from None


def boolean(text: str) -> ox.Literal:
    """An xsd:boolean, written true or false."""
    if text not in ("true", "false"):
        raise BadValue("true or false")
    return ox.Literal(text == "true")


def _calendar(name: str, expected: str) -> Callable[[str], ox.Literal]:
    def read(text: str) -> ox.Literal:
        try:
            if date_type(text) == name:
                return typed(text, name)
        except ValueError:
            pass
        raise BadValue(f"{expected} that exists in the calendar")

    return read


def string(text: str) -> ox.Literal:
    """A plain string without white space at its ends."""
    if not text or text != text.strip():
        raise BadValue("a text that is not empty and has no blanks at its ends")
    return ox.Literal(text)


def english(text: str) -> ox.Literal:
    """A text in English."""
    return ox.Literal(string(text).value, language="en")


READERS: dict[str, Callable[[str], ox.Literal]] = {
    XSD + "string": string,
    LANG_STRING: english,
    XSD + "integer": integer,
    XSD + "decimal": decimal,
    XSD + "boolean": boolean,
    XSD + "dayTimeDuration": duration,
    XSD + "yearMonthDuration": months,
    XSD + "date": _calendar("date", "a date such as 2019-02-28"),
    XSD + "gYearMonth": _calendar("gYearMonth", "a month such as 2009-08"),
    XSD + "gYear": _calendar("gYear", "a year such as 2008"),
}


def literal(text: str, datatypes: frozenset[str]) -> ox.Literal:
    """Read a text as the first of the datatypes that it fits.

    Raises BadValue, naming what would fit, if none does.
    """
    expected: list[str] = []
    for datatype in sorted(datatypes or {XSD + "string"}):
        try:
            return READERS[datatype](text)
        except BadValue as error:
            expected.append(error.expected)
    raise BadValue(" or ".join(expected))


def _counted(what: str) -> Callable[[str], list[Given]]:
    return lambda text: [Given(what, ox.Literal(one)) for one in series(text, what)]


_SPELLINGS: dict[str, Callable[[str], list[Given]]] = {
    RK + "dose": doses.dose,
    RK + "doseCap": doses.cap,
    RK + "every": doses.every,
    RK + "day": _counted("day"),
    RK + "cycle": _counted("cycle"),
}
"""The properties whose values are written in a way of their own; all others go by their range."""


def read(prop: Property, text: str) -> list[Given] | None:
    """The values that a text gives, the property's own first; None where it names a thing.

    Raises BadValue, with what to write, for a text that is none.

    >>> from regimenkg.loaders.curated.schema import Schema
    >>> [given.value.value for given in read(Schema.read().properties["day"], "1-3")]
    ['1', '2', '3']
    """
    if prop.iri in _SPELLINGS:
        return _SPELLINGS[prop.iri](text)
    if QUANTITY in prop.range:
        return [Given(prop.name, quantity(text))]
    return [Given(prop.name, literal(text, prop.range))] if prop.literal else None
