"""The graph as one OWL 2 ontology, which Protégé, the OWL API and owlready2 read whole.

The store names every node, and OWL wants some without a name: lists, restrictions and what is said
of an axiom (``owl:Axiom``) are blank nodes here, and an annotation of the axiom keeps its IRI.
Classes and properties that the vocabulary does not declare, as loaded files bring them, are
declared, and so is every individual.
Source: https://www.w3.org/TR/owl2-mapping-to-rdf/.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from hashlib import blake2b
from typing import TypeVar

import pyoxigraph as ox

from regimenkg.records.export import flat
from regimenkg.sparql.backend import Backend
from regimenkg.store.skolem import GENID
from regimenkg.terms.namespaces import PREFIXES

__all__ = ["as_owl", "owl"]

Subject = ox.NamedNode | ox.BlankNode | ox.Triple
Term = Subject | ox.Literal
T = TypeVar("T", Subject, Term)


def _term(prefix: str, name: str) -> ox.NamedNode:
    return ox.NamedNode(PREFIXES[prefix] + name)


_TYPE = _term("rdf", "type")
_AXIOM = _term("owl", "Axiom")
_CLASS = _term("owl", "Class")
_INDIVIDUAL = _term("owl", "NamedIndividual")
_OBJECT_PROPERTY = _term("owl", "ObjectProperty")
_ANNOTATION_PROPERTY = _term("owl", "AnnotationProperty")
_OF_AXIOMS = (
    _term("owl", "annotatedSource"),
    _term("owl", "annotatedProperty"),
    _term("owl", "annotatedTarget"),
)
_BUILT_IN = tuple(PREFIXES[prefix] for prefix in ("owl", "rdf", "rdfs", "xsd"))
_AS_MAPPING = {
    _AXIOM: _term("sssom", "Mapping"),
    _OF_AXIOMS[0]: _term("sssom", "subject_id"),
    _OF_AXIOMS[1]: _term("sssom", "predicate_id"),
    _OF_AXIOMS[2]: _term("sssom", "object_id"),
}
"""How a mapping is written that denies its match: an ``owl:Axiom`` would state it."""


def owl(backend: Backend) -> Iterator[ox.Triple]:
    """The data and the vocabulary of a store as one ontology."""
    return as_owl(flat(backend, ontology=True))


def as_owl(triples: Iterable[ox.Triple]) -> Iterator[ox.Triple]:
    """Triples that include the vocabulary's, as an ontology; each node keeps its name or is blank.

    >>> drug, code = _term("rkd", "drug/a"), ox.NamedNode("http://example.org/b")
    >>> match, node = _term("skos", "exactMatch"), _term("rkd", "mapping/a-b")
    >>> parts = zip(_OF_AXIOMS, (drug, match, code))
    >>> written = as_owl([ox.Triple(drug, match, code), ox.Triple(node, _TYPE, _AXIOM),
    ...                   *(ox.Triple(node, part, term) for part, term in parts)])
    >>> sorted(type(t.subject).__name__ for t in written if t.object == _AXIOM)
    ['BlankNode']
    """
    held = list(dict.fromkeys(triples))
    axioms, denied = map(frozenset, _axioms(held))
    written = [_denied(triple) if triple.subject in denied else triple for triple in held]
    yield from _declarations(written, axioms)
    for triple in written:
        subject = _blank(triple.subject) if triple.subject in axioms else _unnamed(triple.subject)
        yield ox.Triple(subject, triple.predicate, _unnamed(triple.object))
    for node in sorted(axioms, key=str):
        yield ox.Triple(_blank(node), _term("dcterms", "identifier"), node)


def _axioms(triples: list[ox.Triple]) -> tuple[list[Subject], list[Subject]]:
    """The nodes about an axiom that is among the triples, and those about one that is not."""
    parts: dict[Subject, dict[ox.NamedNode, Term]] = {
        t.subject: {} for t in triples if t.predicate == _TYPE and t.object == _AXIOM
    }
    for triple in triples:
        if triple.predicate in _OF_AXIOMS and triple.subject in parts:
            parts[triple.subject][triple.predicate] = triple.object
    held = {(t.subject, t.predicate, t.object) for t in triples}
    stated: list[Subject] = []
    denied: list[Subject] = []
    for node, about in parts.items():
        axiom = tuple(about.get(part) for part in _OF_AXIOMS)
        (stated if axiom in held else denied).append(node)
    return stated, denied


def _denied(triple: ox.Triple) -> ox.Triple:
    object_ = _AS_MAPPING[_AXIOM] if triple.object == _AXIOM else triple.object
    return ox.Triple(triple.subject, _AS_MAPPING.get(triple.predicate, triple.predicate), object_)


def _declarations(triples: list[ox.Triple], axioms: frozenset[Subject]) -> Iterator[ox.Triple]:
    """What OWL wants declared: classes, properties, and everything else that has a name."""
    types = [(t.subject, t.object) for t in triples if t.predicate == _TYPE]
    objects = {node for node, type_ in types if type_ == _OBJECT_PROPERTY}
    declared = {n for n, type_ in types if str(type_).startswith(f"<{PREFIXES['owl']}")}
    used: dict[tuple[Term, Term], None] = dict.fromkeys((type_, _CLASS) for _, type_ in types)
    used |= dict.fromkeys((t.predicate, _ANNOTATION_PROPERTY) for t in triples)
    for triple in triples:
        if triple.subject not in axioms:
            used[triple.subject, _INDIVIDUAL] = None
        if triple.predicate in objects:
            used[triple.object, _INDIVIDUAL] = None
    for node, kind in used:
        if (
            isinstance(node, ox.NamedNode)
            and node not in declared
            and not node.value.startswith((*_BUILT_IN, GENID))
        ):
            declared.add(node)
            yield ox.Triple(node, _TYPE, kind)


def _unnamed(node: T) -> T | ox.BlankNode:
    """A node that was blank where it was read, as such again."""
    return _blank(node) if isinstance(node, ox.NamedNode) and node.value.startswith(GENID) else node


def _blank(node: Term) -> ox.BlankNode:
    return ox.BlankNode("n" + blake2b(str(node).encode(), digest_size=8).hexdigest())
