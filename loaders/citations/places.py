"""Where in a file a record stands, as selectors of the Web Annotation model.

Source: https://www.w3.org/TR/annotation-model/#selectors; RFC 6901 for JSON pointers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, Triple

from regimenkg.terms.namespaces import PREFIXES

__all__ = ["Fragment", "Place", "Span", "XPath"]

_OA, _XSD, _RDF, _DCTERMS = (PREFIXES[prefix] for prefix in ("oa", "xsd", "rdf", "dcterms"))
_TYPE = NamedNode(_RDF + "type")
_VALUE = NamedNode(_RDF + "value")
_INTEGER = NamedNode(_XSD + "integer")
_JSON_POINTER = NamedNode("http://tools.ietf.org/rfc/rfc6901")


@dataclass(frozen=True, slots=True)
class Span:
    """Code points of a text from ``start`` to before ``end``, counted from its beginning."""

    start: int
    end: int

    @property
    def slug(self) -> str:
        return f"{self.start}-{self.end}"

    def triples(self, node: NamedNode) -> Iterator[Triple]:
        yield Triple(node, _TYPE, NamedNode(_OA + "TextPositionSelector"))
        for name, number in (("start", self.start), ("end", self.end)):
            yield Triple(node, NamedNode(_OA + name), Literal(str(number), datatype=_INTEGER))


@dataclass(frozen=True, slots=True)
class XPath:
    """An element of an XML document; ``number`` is its own among the records, from 1."""

    path: str
    number: int

    @property
    def slug(self) -> str:
        return str(self.number)

    def triples(self, node: NamedNode) -> Iterator[Triple]:
        yield Triple(node, _TYPE, NamedNode(_OA + "XPathSelector"))
        yield Triple(node, _VALUE, Literal(self.path))


@dataclass(frozen=True, slots=True)
class Fragment:
    """A value of a JSON document, by its JSON pointer; ``number`` is that of the record."""

    pointer: str
    number: int

    @property
    def slug(self) -> str:
        return str(self.number)

    def triples(self, node: NamedNode) -> Iterator[Triple]:
        yield Triple(node, _TYPE, NamedNode(_OA + "FragmentSelector"))
        yield Triple(node, _VALUE, Literal(self.pointer))
        yield Triple(node, NamedNode(_DCTERMS + "conformsTo"), _JSON_POINTER)


Place = Span | XPath | Fragment
"""Where a record stands."""
