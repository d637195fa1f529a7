"""Where a value was read: the one writer of ``oa:Annotation``.

Source: Web Annotation Data Model, https://www.w3.org/TR/annotation-model/, with its selectors, and
RFC 6901 for JSON pointers. A statement or thing is ``prov:wasDerivedFrom`` an annotation, which
names the property and the values that it supports, and has as its target a place in a document.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, Triple

from regimenkg.terms.namespaces import PREFIXES, RK, RKD

__all__ = ["JsonPointer", "Place", "Selector", "TableCell", "TextPosition", "XPath", "annotation"]

_OA = PREFIXES["oa"]
_TYPE, _VALUE = (NamedNode(PREFIXES["rdf"] + name) for name in ("type", "value"))
_DERIVED_FROM = NamedNode(PREFIXES["prov"] + "wasDerivedFrom")
_CONFORMS_TO = NamedNode(PREFIXES["dcterms"] + "conformsTo")
_JSON_POINTER = NamedNode("http://tools.ietf.org/rfc/rfc6901")
_ANNOTATION, _SPECIFIC_RESOURCE = NamedNode(_OA + "Annotation"), NamedNode(_OA + "SpecificResource")
_TARGET, _SOURCE, _SELECTOR = (
    NamedNode(_OA + name) for name in ("hasTarget", "hasSource", "hasSelector")
)
_POSITION, _FRAGMENT, _XPATH = (
    NamedNode(f"{_OA}{name}Selector") for name in ("TextPosition", "Fragment", "XPath")
)
_START, _END = NamedNode(_OA + "start"), NamedNode(_OA + "end")
_TABLE, _ROW_KEY, _COLUMN = (NamedNode(RK + name) for name in ("TableSelector", "rowKey", "column"))
_PROPERTY, _SUPPORTED, _AS_REPORTED = (
    NamedNode(RK + name) for name in ("supportsProperty", "supportsValue", "asReported")
)


@dataclass(frozen=True, slots=True)
class TextPosition:
    """Code points of a text from ``start`` to before ``end``, counted from its beginning."""

    start: int
    end: int

    def triples(self, node: NamedNode) -> Iterator[Triple]:
        """What is said of the selector, which is ``node``."""
        yield Triple(node, _TYPE, _POSITION)
        yield Triple(node, _START, Literal(self.start))
        yield Triple(node, _END, Literal(self.end))


@dataclass(frozen=True, slots=True)
class XPath:
    """An element of an XML document."""

    path: str

    def triples(self, node: NamedNode) -> Iterator[Triple]:
        """What is said of the selector, which is ``node``."""
        yield Triple(node, _TYPE, _XPATH)
        yield Triple(node, _VALUE, Literal(self.path))


@dataclass(frozen=True, slots=True)
class JsonPointer:
    """A value of a JSON document."""

    pointer: str

    def triples(self, node: NamedNode) -> Iterator[Triple]:
        """What is said of the selector, which is ``node``."""
        yield Triple(node, _TYPE, _FRAGMENT)
        yield Triple(node, _VALUE, Literal(self.pointer))
        yield Triple(node, _CONFORMS_TO, _JSON_POINTER)


@dataclass(frozen=True, slots=True)
class TableCell:
    """A cell of a table, wherever its row stands.

    Args:
        row_key: the cells that tell its row from every other, as printed, separated by spaces.
        column: the name of its column, as printed in the head of the table.
    """

    row_key: str
    column: str

    def triples(self, node: NamedNode) -> Iterator[Triple]:
        """What is said of the selector, which is ``node``."""
        yield Triple(node, _TYPE, _TABLE)
        yield Triple(node, _ROW_KEY, Literal(self.row_key))
        yield Triple(node, _COLUMN, Literal(self.column))


Selector = TextPosition | XPath | JsonPointer | TableCell


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a document.

    Args:
        document: the document.
        name: what the IRIs of the place end in; no other place of any document has it.
        selector: where in the document it is.
    """

    document: NamedNode
    name: str
    selector: Selector

    @property
    def node(self) -> NamedNode:
        """The place as a thing of the graph: a span of the document."""
        return NamedNode(f"{RKD}span/{self.name}")

    def triples(self) -> Iterator[Triple]:
        """What is said of the place: its document, and where in it.

        >>> place = Place(NamedNode(RKD + "source/paper"), "paper.3-9", TextPosition(3, 9))
        >>> len(list(place.triples()))
        6
        """
        span, selector = self.node, NamedNode(f"{RKD}position/{self.name}")
        yield Triple(span, _TYPE, _SPECIFIC_RESOURCE)
        yield Triple(span, _SOURCE, self.document)
        yield Triple(span, _SELECTOR, selector)
        yield from self.selector.triples(selector)


def annotation(
    subject: NamedNode,
    place: Place,
    name: str,
    *,
    predicate: NamedNode | None = None,
    values: Iterable[NamedNode | Literal] = (),
    as_reported: str | None = None,
) -> Iterator[Triple]:
    """Say that what a subject states was read at a place, which :meth:`Place.triples` describes.

    Args:
        subject: the thing or statement.
        place: where it was read.
        name: what the annotation's IRI ends in.
        predicate: the property whose values were read there; None for the subject as such.
        values: these values.
        as_reported: the value as printed, where that is another text.

    >>> place = Place(NamedNode(RKD + "source/paper"), "paper.3-9", TextPosition(3, 9))
    >>> triples = annotation(NamedNode(RKD + "drug/x"), place, "drug.x.paper.3-9")
    >>> next(triples).object.value
    'https://w3id.org/regimenkg/evidence/drug.x.paper.3-9'
    """
    note = NamedNode(f"{RKD}evidence/{name}")
    yield Triple(subject, _DERIVED_FROM, note)
    yield Triple(note, _TYPE, _ANNOTATION)
    yield Triple(note, _TARGET, place.node)
    if predicate is not None:
        yield Triple(note, _PROPERTY, predicate)
    for value in values:
        yield Triple(note, _SUPPORTED, value)
    if as_reported is not None:
        yield Triple(note, _AS_REPORTED, Literal(as_reported))
