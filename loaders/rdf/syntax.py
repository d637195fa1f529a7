"""Which syntax of RDF a file has: JSON-LD and RDF/XML by how they begin, others by their lines."""

from __future__ import annotations

import re

from pyoxigraph import RdfFormat

from regimenkg.formats.media import GRAPHS, by_ending

__all__ = ["syntax"]

_SPACE = re.compile(rb"(?:\s+|#[^\n]*(?:\n|\Z))*")
_JSON = re.compile(rb'\{\s*(?:"|\}|\Z)|\[\s*(?:\{|\]\s*\Z|\Z)')
# A root element of RDF/XML has attributes, which declare its namespaces: <urn:a> is an IRI.
_XML = re.compile(rb"<(?:\?xml\b|!|[A-Za-z_][\w.-]*(?::[A-Za-z_][\w.-]*)?\s)")
_IRI, _NODE = rb"<[^<>\s]*>", rb"_:[^\s<\"]+"
_LITERAL = rb'"(?:[^"\\\n]|\\.)*"(?:@[A-Za-z0-9-]+|\^\^' + _IRI + rb")?"
_LINE = re.compile(
    rb"(?:%b|%b)\s*%b\s*(?:%b|%b|%b)\s*(?:%b|%b)?\s*\.\s*?(?:#.*)?(?:\n|\r|\Z)"
    % (_IRI, _NODE, _IRI, _IRI, _NODE, _LITERAL, _IRI, _NODE)
)
_LINES = ("nt", "nquads")


def syntax(head: bytes, name: str) -> RdfFormat:
    """The syntax of a file, by its first bytes and, between Turtle and N-Quads, by its name.

    N-Triples are read as N-Quads and Turtle is read as TriG, which hold them.

    >>> syntax(b'{"@context": {}}', "a.ttl").name
    'JSON-LD'
    >>> syntax(b"<urn:a> <urn:b> <urn:c> <urn:g> .", "a").name
    'N-Quads'
    >>> syntax(b"@prefix e: <http://example.org/> .", "a").name
    'TriG'
    """
    start = _SPACE.match(head)
    head = head[start.end() if start else 0 :]
    if _JSON.match(head):
        return RdfFormat.JSON_LD
    if _XML.match(head):
        return RdfFormat.RDF_XML
    named = by_ending(name.lower().removesuffix(".gz"), GRAPHS.values())
    if named is not None and named.name in (*_LINES, "turtle", "trig"):
        in_lines = named.name in _LINES
    else:
        in_lines = _LINE.match(head) is not None
    return RdfFormat.N_QUADS if in_lines else RdfFormat.TRIG
