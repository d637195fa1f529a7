"""RDF/XML, one property to a line.

Properties are names of XML elements, so that RDF/XML cannot hold a graph whose properties are
none. Types are written as properties, since a class may have any IRI.
Source: https://www.w3.org/TR/rdf-syntax-grammar/.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

import pyoxigraph as ox

from regimenkg.errors import FormatError
from regimenkg.formats.names import Statement, prefix_of
from regimenkg.formats.xml import attribute, content
from regimenkg.terms.namespaces import PREFIXES

__all__ = ["rdfxml_lines"]

_RDF, _XSD = PREFIXES["rdf"], PREFIXES["xsd"]
_LOCAL = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*\Z")  # of all names of XML those of every edition
_SYNTAX = {  # names that mean something else in RDF/XML: section 5.1 of its specification
    *("RDF", "ID", "about", "parseType", "resource", "nodeID", "datatype", "Description", "li"),
    *("aboutEach", "aboutEachPrefix", "bagID"),
}
_RESERVED = "http://www.w3.org/2000/xmlns/"  # a namespace that no prefix may stand for
_OTHERS = "turtle, nt and jsonld"


def rdfxml_lines(statements: Sequence[Statement]) -> Iterator[str]:
    """Lines of RDF/XML for triples of RDF 1.1, those of a subject together.

    Raises FormatError for a property that no XML element can be named after, and for a character
    that XML has not.

    >>> triple = ox.Triple(ox.NamedNode("urn:x"), ox.NamedNode(_RDF + "type"), ox.BlankNode("1"))
    >>> print("".join(rdfxml_lines([triple])), end="")
    <?xml version="1.0" encoding="UTF-8"?>
    <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
      <rdf:Description rdf:about="urn:x">
        <rdf:type rdf:nodeID="b1"/>
      </rdf:Description>
    </rdf:RDF>
    """
    prefixes = {"rdf": _RDF}
    names = {
        predicate: _element(predicate, prefixes)
        for predicate in sorted({statement.predicate.value for statement in statements})
    }
    nodes = _BlankNodes()
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<rdf:RDF'
    yield from (
        f" xmlns:{name}={attribute(iri, _OTHERS)}" for name, iri in sorted(prefixes.items())
    )
    yield ">\n"
    for subject, about in groupby(statements, key=lambda s: s.subject):
        yield f"  <rdf:Description {nodes.reference(subject, 'about')}>\n"
        for statement in about:
            name, object_ = names[statement.predicate.value], statement.object
            if isinstance(object_, ox.Literal):
                text = content(object_.value, _OTHERS)
                yield f"    <{name}{_kind(object_)}>{text}</{name}>\n"
            else:
                yield f"    <{name} {nodes.reference(object_, 'resource')}/>\n"
        yield "  </rdf:Description>\n"
    yield "</rdf:RDF>\n"


def _element(predicate: str, prefixes: dict[str, str]) -> str:
    """The name of a property's element; its namespace is added to the prefixes."""
    local = _LOCAL.search(predicate)
    namespace = predicate[: local.start()] if local else _RESERVED
    reserved = namespace == _RESERVED or (namespace == _RDF and local and local[0] in _SYNTAX)
    if local is None or reserved or not namespace.isascii():  # not every reader takes an IRI there
        raise FormatError(
            f"RDF/XML cannot name the property <{predicate}>",
            hint="it has to be a URI whose last part is a name, and no word of RDF/XML itself; "
            f"{_OTHERS} can hold it",
        )
    if (usual := prefix_of(predicate)) and predicate[len(usual[1]) :] == local[0]:
        prefix = usual[0]
    else:
        prefix = next((name for name, iri in prefixes.items() if iri == namespace), "")
        prefix = prefix or f"ns{len(prefixes)}"
    prefixes[prefix] = namespace
    return f"{prefix}:{local[0]}"


def _kind(literal: ox.Literal) -> str:
    if literal.language:
        return f" xml:lang={attribute(literal.language, _OTHERS)}"
    if literal.datatype.value == _XSD + "string":
        return ""
    return f" rdf:datatype={attribute(literal.datatype.value, _OTHERS)}"


class _BlankNodes:
    """Names of blank nodes in one document: the engine's own need not be names of XML."""

    def __init__(self) -> None:
        self._names: dict[ox.BlankNode, str] = {}

    def reference(self, node: object, word: str) -> str:
        """The attribute that refers to a node: ``rdf:about``, ``rdf:resource`` or a node's ID."""
        if isinstance(node, ox.BlankNode):
            return f'rdf:nodeID="{self._names.setdefault(node, f"b{len(self._names) + 1}")}"'
        assert isinstance(node, ox.NamedNode)
        return f"rdf:{word}={attribute(node.value, _OTHERS)}"
