"""Literals as N-Triples has them, and which of them Turtle writes bare.

Source: https://www.w3.org/TR/n-triples/, section 2.4, and https://www.w3.org/TR/turtle/, 2.5.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from regimenkg.terms.namespaces import PREFIXES

__all__ = ["STRING", "LiteralParts", "bare", "literal"]

_XSD = PREFIXES["xsd"]
STRING = _XSD + "string"
_LANGUAGE_STRING = PREFIXES["rdf"] + "langString"
_BARE = {  # only forms that no reader writes in another way
    _XSD + "integer": re.compile(r"0|-?[1-9][0-9]*"),
    _XSD + "decimal": re.compile(r"-?(?:0|[1-9][0-9]{0,14})\.[0-9]{1,5}"),
    _XSD + "boolean": re.compile(r"true|false"),
}
_LITERAL = re.compile(r'"(.*)"(?:@(.*)|\^\^<(.*)>)?', re.DOTALL)
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)
_ESCAPED = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}


class LiteralParts(NamedTuple):
    """A literal: its text, its language or nothing, and the IRI of its datatype."""

    value: str
    language: str
    datatype: str


def literal(text: str) -> LiteralParts:
    r"""The parts of a literal as N-Triples has it.

    >>> literal(r'"a\tb"@en')
    LiteralParts(value='a\tb', language='en', datatype='http://www.w3.org/1999/02/22-rdf-syntax-ns#langString')
    >>> literal('"5"^^<urn:x>')[0::2], literal('"5"')[2] == STRING
    (('5', 'urn:x'), True)
    """
    found = _LITERAL.fullmatch(text)
    assert found is not None, text
    value, language, datatype = found.groups("")
    if "\\" in value:
        value = _ESCAPE.sub(_unescaped, value)
    return LiteralParts(value, language, datatype or (_LANGUAGE_STRING if language else STRING))


def _unescaped(escape: re.Match[str]) -> str:
    code = escape[1] or escape[2]
    return chr(int(code, 16)) if code else _ESCAPED.get(escape[3], escape[3])


def bare(value: str, datatype: str) -> bool:
    """Whether Turtle writes a literal as its bare text, without quotes and datatype.

    >>> bare("2.5", _XSD + "decimal"), bare("2", _XSD + "decimal")
    (True, False)
    """
    pattern = _BARE.get(datatype)
    return pattern is not None and pattern.fullmatch(value) is not None
