"""The graph as one OWL 2 ontology, which Protégé, the OWL API and owlready2 read whole.

The store names every node, and OWL wants some without a name: lists, restrictions and what is said
of an axiom (``owl:Axiom``) are blank nodes here, and an annotation of the axiom keeps its IRI.
Classes and properties that the vocabulary does not declare, as loaded files bring them, are
declared, and so is every individual. Memory holds what is said
of classes, properties and axioms, and not the rest.
Source: https://www.w3.org/TR/owl2-mapping-to-rdf/.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from hashlib import blake2b
from typing import IO

import pyoxigraph as ox

from regimenkg.formats.rdf.statements import (
    TYPE,
    Graph,
    Statements,
    graphs_of,
    key,
    line_of,
    predicate,
)
from regimenkg.records.export import flat
from regimenkg.sparql.backend import Backend
from regimenkg.store.skolem import GENID
from regimenkg.terms.namespaces import PREFIXES

__all__ = ["Ontology", "owl"]


def _iri(prefix: str, name: str) -> bytes:
    return f"<{PREFIXES[prefix]}{name}>".encode()


_AXIOM = _iri("owl", "Axiom")
_OBJECT_PROPERTY = _iri("owl", "ObjectProperty")
_CLASS, _ANNOTATION_PROPERTY, _INDIVIDUAL = (
    _iri("owl", name) for name in ("Class", "AnnotationProperty", "NamedIndividual")
)
_OF_AXIOMS = [
    key(_iri("owl", name)) for name in ("annotatedSource", "annotatedProperty", "annotatedTarget")
]
_MAPPING = _iri("sssom", "Mapping")
_OF_MAPPINGS = [key(_iri("sssom", name)) for name in ("subject_id", "predicate_id", "object_id")]
_AS_MAPPING = dict(zip(_OF_AXIOMS, _OF_MAPPINGS, strict=True))
"""How a mapping is written that denies its match: an ``owl:Axiom`` would state it."""

_IS_A = predicate(TYPE)
_IDENTIFIER = _iri("dcterms", "identifier")
_OWL = f"<{PREFIXES['owl']}".encode()
_BUILT_IN = tuple(f"<{PREFIXES[prefix]}".encode() for prefix in ("owl", "rdf", "rdfs", "xsd"))
_NAMED_BLANK = f"<{GENID}".encode()


def owl(backend: Backend) -> Ontology:
    """The data and the vocabulary of a store as one ontology."""
    return Ontology(flat(backend, ontology=True))


class Ontology:
    """Triples that include the vocabulary's, as an ontology; each node keeps its name or is blank.

    Args:
        triples: those of a store, which names every node.

    >>> drug, code, node = (ox.NamedNode(f"urn:{name}") for name in ("drug", "code", "mapping"))
    >>> match, axiom, *parts = (
    ...     ox.NamedNode(iri[1:-1].decode())
    ...     for iri in (_iri("skos", "exactMatch"), _AXIOM, *map(predicate, _OF_AXIOMS)))
    >>> type_ = ox.NamedNode(predicate(TYPE)[1:-1].decode())
    >>> written = Ontology([ox.Triple(drug, match, code), ox.Triple(node, type_, axiom),
    ...                     *map(ox.Triple, [node] * 3, parts, (drug, match, code))])
    >>> [type(triple.subject).__name__ for triple in written if triple.object == axiom]
    ['BlankNode']
    """

    def __init__(self, triples: Iterable[ox.Triple]) -> None:
        self._triples = triples

    def __iter__(self) -> Iterator[ox.Triple]:
        """Yield the ontology's triples."""
        lines = io.BytesIO()
        self._write(lines)
        lines.seek(0)
        seen = dict.fromkeys(quad.triple for quad in ox.parse(lines, ox.RdfFormat.N_TRIPLES))
        return iter(seen)

    def graphs(self) -> Iterator[Graph]:
        """Yield the one graph, with what writes its triples as N-Triples."""
        yield "", self._write

    def _write(self, stream: IO[bytes]) -> None:
        with Statements() as held:
            for _, write in graphs_of(self._triples):
                with held.of("") as lines:
                    write(lines)
            for piece in _Writer(held).pieces():
                stream.write(piece)


class _Writer:
    """What of all statements decides how each is written, and the writing."""

    def __init__(self, held: Statements) -> None:
        self._held = held
        self._parts: dict[bytes, dict[bytes, bytes]] = {}  # of each node about an axiom
        self._relations: set[bytes] = set()  # object properties, by their keys
        self._known: set[bytes] = set()  # what needs no declaration
        classes: set[bytes] = set()
        for batch in held:
            for line in batch:
                _, subject, of, object_ = line.split(b" ", 3)
                if of == TYPE:
                    self._typed(subject, object_)
                    classes.add(object_)
                elif of in _AS_MAPPING and subject in self._parts:
                    self._parts[subject][of] = object_
        self._axioms = self._stated()
        self._known |= self._axioms
        self._denied = self._parts.keys() - self._axioms
        renamed = {_AS_MAPPING[of] for node in self._denied for of in self._parts[node]}
        if self._denied:
            classes.add(_MAPPING)
        properties = set(map(predicate, [*held.keys, *renamed]))
        self._declarations = [
            *self._declared(classes, _CLASS),
            *self._declared(properties, _ANNOTATION_PROPERTY),
        ]

    def pieces(self) -> Iterator[bytes]:
        """N-Triples of the ontology, in pieces; a declaration may come more than once."""
        yield b"".join(self._declarations)
        last = b""
        for batch in self._held:
            text: list[bytes] = []
            for line in batch:
                _, subject, of, object_ = line.split(b" ", 3)
                if subject in self._denied:
                    of = _AS_MAPPING.get(of, of)
                    object_ = _MAPPING if object_ == _AXIOM else object_
                if subject != last and subject not in self._axioms:
                    text += self._individual(subject)
                if of in self._relations:
                    text += self._individual(object_)
                last = subject
                is_axiom = subject in self._axioms
                name = _blank(subject) if is_axiom else _unnamed(subject)
                text.append(_line(name, predicate(of), _unnamed(object_)))
            yield b"".join(text)
        for node in self._axioms:
            yield _line(_blank(node), _IDENTIFIER, node)

    def _typed(self, subject: bytes, class_: bytes) -> None:
        if class_ == _AXIOM:
            self._parts[subject] = {}
        elif class_.startswith(_OWL):
            self._known.add(subject)
            if class_ == _OBJECT_PROPERTY:
                self._relations.add(key(subject))

    def _stated(self) -> set[bytes]:
        """The nodes about an axiom that is stated; a mapping may deny its match."""
        wanted: dict[bytes, list[bytes]] = {}
        for node, about in self._parts.items():
            if len(about) == len(_OF_AXIOMS):
                subject, property_, object_ = (about[part] for part in _OF_AXIOMS)
                wanted.setdefault(line_of(subject, property_, object_), []).append(node)
        held = (line for batch in self._held for line in wanted.keys() & batch)
        return {node for line in held for node in wanted[line]}

    def _individual(self, node: bytes) -> list[bytes]:
        """What declares a node, where that is needed, without remembering it."""
        return [_line(node, _IS_A, _INDIVIDUAL)] if self._undeclared(node) else []

    def _declared(self, nodes: set[bytes], kind: bytes) -> list[bytes]:
        """What declares the nodes of a kind that need it; they need no other then."""
        new = [node for node in sorted(nodes) if self._undeclared(node)]
        self._known.update(new)
        return [_line(node, _IS_A, kind) for node in new]

    def _undeclared(self, node: bytes) -> bool:
        named = node.startswith(b"<") and not node.startswith(_BUILT_IN)
        return named and node not in self._known and not node.startswith(_NAMED_BLANK)


def _line(subject: bytes, property_: bytes, object_: bytes) -> bytes:
    return b" ".join((subject, property_, object_, b".\n"))


def _unnamed(node: bytes) -> bytes:
    """A node that was blank where it was read, as such again."""
    return _blank(node) if node.startswith(_NAMED_BLANK) else node


def _blank(node: bytes) -> bytes:
    return b"_:n" + blake2b(node, digest_size=8).hexdigest().encode()
