"""RDF terms as text of a SPARQL query that any engine reads back as the same term."""

from __future__ import annotations

import pyoxigraph as ox

__all__ = ["Term", "literal_text", "term_text"]

Term = ox.NamedNode | ox.Literal
"""What a parameter of a query can be."""

_XSD_STRING = "http://www.w3.org/2001/XMLSchema#string"
_CONTROLS = (*range(0x20), *range(0x7F, 0xA0))
_ESCAPES = {code: f"\\U{code:08X}" for code in _CONTROLS} | {
    ord('"'): '\\"',
    ord("\n"): "\\n",
    ord("\r"): "\\r",
    ord("\t"): "\\t",
}


def term_text(term: Term) -> str:
    r"""Write a term as SPARQL. Raises ValueError for a text that is not Unicode.

    >>> term_text(ox.NamedNode("https://w3id.org/regimenkg/drug/cytarabine"))
    '<https://w3id.org/regimenkg/drug/cytarabine>'
    >>> print(term_text(ox.Literal('a "b" } UNION', language="en")))
    "a \"b\" } UNION"@en
    >>> term_text(ox.Literal(3))
    '"3"^^<http://www.w3.org/2001/XMLSchema#integer>'
    """
    if isinstance(term, ox.NamedNode):
        return f"<{term.value}>"
    if term.language:
        return f"{literal_text(term.value)}@{term.language}"
    if term.datatype.value == _XSD_STRING:
        return literal_text(term.value)
    return f"{literal_text(term.value)}^^<{term.datatype.value}>"


def literal_text(text: str) -> str:
    r"""Write a text as a string of SPARQL, quotes included.

    >>> print(literal_text("one\ntwo"))
    "one\ntwo"
    """
    # Engines differ in when they expand codepoint escapes: before anything else (rdflib, which
    # then takes the second half of an escaped backslash and a u for one) or inside strings. So
    # a u behind a backslash is written as an escape itself, always with eight digits: rdflib takes
    # up to eight for the short form as well. Tabs are escaped since rdflib expands them.
    first, *others = (part.translate(_ESCAPES) for part in text.split("\\"))
    return '"' + first + "".join(map(_after_backslash, others)) + '"'


def _after_backslash(part: str) -> str:
    if part[:1] in ("u", "U"):
        part = f"\\U{ord(part[0]):08X}" + part[1:]
    return "\\\\" + part
