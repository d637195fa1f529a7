"""Text of a curated file → the values that it gives to a property, and to others beside it."""

from __future__ import annotations

import re
from collections.abc import Callable

import pyoxigraph as ox

from regimenkg.errors import did_you_mean
from regimenkg.loaders.curated import doses
from regimenkg.loaders.curated.doses import Given
from regimenkg.loaders.curated.durations import TIME_CODES, duration, months
from regimenkg.loaders.curated.numbers import NUMBER, BadValue, without_commas
from regimenkg.loaders.curated.quantities import quantity
from regimenkg.loaders.curated.schema import Property
from regimenkg.loaders.curated.series import series
from regimenkg.loaders.curated.units import unit, units
from regimenkg.terms import literals
from regimenkg.terms.literals import XSD, date_type, typed
from regimenkg.terms.namespaces import PREFIXES, RK

LANG_STRING = PREFIXES["rdf"] + "langString"
_NUMERIC = frozenset((XSD + "decimal", XSD + "integer"))
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


def unit_code(text: str) -> list[Given]:
    """A UCUM code; the word that people write for one is refused with the code.

    >>> unit_code("wk")[0].value.value
    'wk'
    >>> unit_code("weeks")
    Traceback (most recent call last):
        ...
    regimenkg.loaders.curated.numbers.BadValue: a UCUM code: wk for weeks
    """
    code = _code_of(text)
    if code not in (None, text):
        raise BadValue(f"a UCUM code: {code} for {text}")
    if (
        code is None
        and len(text) > 4
        and text.isalpha()
        and (word := did_you_mean(text, _long_words()))
    ):
        raise BadValue(f"a UCUM code: {_code_of(word)} for {word}")
    return [Given("unit", string(text))]


def _code_of(word: str) -> str | None:
    """The code of a unit that a word names; None where none or one of another size is."""
    if word in TIME_CODES:
        return TIME_CODES[word]
    named = unit(word)
    return named.ucum if named and named.factor == 1 else None


def _long_words() -> list[str]:
    return [word for word in (*TIME_CODES, *units()) if len(word) > 3 and _code_of(word)]


def _alone(name: str, text: str) -> str | None:
    """What to write for a number with something before or after it; None where it is not one."""
    match = re.fullmatch(rf"(?:([<≤>=]) ?)?({NUMBER}) ?(.*)", text)
    if match is None or not (match[1] or match[3]):
        return None
    if match[1] and name == "pValue":
        return f'{match[2]} alone, and pValueBound: "{match[1]}"'
    if match[3] and name == "value":
        return f'{match[2]} alone, and unit: "{_code_of(match[3]) or match[3]}" beside it'
    return f"the number alone, {match[2]}"


def _counted(what: str) -> Callable[[str], list[Given]]:
    return lambda text: [Given(what, ox.Literal(one)) for one in series(text, what)]


_SPELLINGS: dict[str, Callable[[str], list[Given]]] = {
    RK + "dose": doses.dose,
    RK + "doseCap": doses.cap,
    RK + "every": doses.every,
    RK + "day": _counted("day"),
    RK + "cycle": _counted("cycle"),
    RK + "unit": unit_code,
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
    if not prop.literal:
        return None
    try:
        return [Given(prop.name, literal(text, prop.range))]
    except BadValue as error:
        alone = _alone(prop.name, text) if prop.range & _NUMERIC else None
        raise BadValue(alone or error.expected) from None
