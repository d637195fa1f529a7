"""RDF/XML, one property to a line.

Properties are names of XML elements, so that RDF/XML cannot hold a graph whose properties are
none. Types are written as properties, since a class may have any IRI.
Source: https://www.w3.org/TR/rdf-syntax-grammar/.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from regimenkg.errors import FormatError
from regimenkg.formats.rdf.literals import STRING, LiteralParts, literal
from regimenkg.formats.rdf.names import Remembered, prefix_of
from regimenkg.formats.rdf.scratch import Pieces, headed
from regimenkg.formats.rdf.statements import Statements, predicate
from regimenkg.formats.xml import attribute, content
from regimenkg.terms.namespaces import PREFIXES

__all__ = ["rdfxml"]

_RDF = PREFIXES["rdf"]
_LOCAL = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*\Z")  # of all names of XML those of every edition
_SYNTAX = {  # names that mean something else in RDF/XML: section 5.1 of its specification
    *("RDF", "ID", "about", "parseType", "resource", "nodeID", "datatype", "Description", "li"),
    *("aboutEach", "aboutEachPrefix", "bagID"),
}
_RESERVED = "http://www.w3.org/2000/xmlns/"  # a namespace that no prefix may stand for
_OTHERS = "turtle, nt and jsonld"


def rdfxml(statements: Statements, memory: int) -> Pieces:
    """RDF/XML for triples, in pieces, of which the first comes when all have been written.

    Raises FormatError for a property that no XML element can be named after, and for a character
    that XML has not; there is no first piece then. Names of blank nodes are remembered, as they
    are numbered. ``memory`` is how many bytes are held before they go to a temporary file.

    >>> with Statements() as statements:
    ...     with statements.of("") as stream:
    ...         _ = stream.write(f"<urn:x> <{_RDF}type> _:1 .\\n".encode())
    ...     print(b"".join(rdfxml(statements, 100)).decode(), end="")
    <?xml version="1.0" encoding="UTF-8"?>
    <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
      <rdf:Description rdf:about="urn:x">
        <rdf:type rdf:nodeID="b1"/>
      </rdf:Description>
    </rdf:RDF>
    """
    prefixes = {"rdf": _RDF}
    properties = sorted((predicate(key)[1:-1].decode(), key) for key in statements.keys)
    names = {key: _element(property_, prefixes) for property_, key in properties}
    namespaces = "".join(
        f" xmlns:{name}={attribute(iri, _OTHERS)}" for name, iri in sorted(prefixes.items())
    )
    header = f'<?xml version="1.0" encoding="UTF-8"?>\n<rdf:RDF{namespaces}>\n'
    return headed(header.encode, _body(statements, names), memory)


def _body(batches: Iterable[list[bytes]], names: dict[bytes, str]) -> Iterator[bytes]:
    blank: dict[str, str] = {}
    nodes = Remembered[bytes, tuple[str, str]](lambda node: _reference(node, blank))
    subject = b""
    for batch in batches:
        text: list[str] = []
        for line in batch:
            _, about, key, object_ = line.split(b" ", 3)
            if about != subject:
                if subject:
                    text.append("  </rdf:Description>\n")
                word, reference = nodes[about]
                text.append(f"  <rdf:Description rdf:{word or 'about'}={reference}>\n")
                subject = about
            name = names[key]
            if object_.startswith(b'"'):
                parts = literal(object_.decode())
                value = content(parts.value, _OTHERS)
                text.append(f"    <{name}{_kind(parts)}>{value}</{name}>\n")
            else:
                word, reference = nodes[object_]
                text.append(f"    <{name} rdf:{word or 'resource'}={reference}/>\n")
        yield "".join(text).encode()
    yield b"  </rdf:Description>\n</rdf:RDF>\n" if subject else b"</rdf:RDF>\n"


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


def _kind(parts: LiteralParts) -> str:
    if parts.language:
        return f" xml:lang={attribute(parts.language, _OTHERS)}"
    if parts.datatype == STRING:
        return ""
    return f" rdf:datatype={attribute(parts.datatype, _OTHERS)}"


def _reference(node: bytes, blank: dict[str, str]) -> tuple[str, str]:
    """What refers to a node: for a blank one ``nodeID``, else nothing; and the value.

    The names of blank nodes are numbers, since the engine's own need not be names of XML.
    """
    text = node.decode()
    if text.startswith("_:"):
        return "nodeID", f'"{blank.setdefault(text, f"b{len(blank) + 1}")}"'
    return "", attribute(text[1:-1], _OTHERS)
