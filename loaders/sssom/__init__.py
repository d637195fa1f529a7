"""SSSOM mapping sets (TSV with a YAML header in ``#`` lines) → SKOS matches and mapping nodes.

Source: the SSSOM specification, https://mapping-commons.github.io/sssom/. Per row the loader
gives the match itself, ``subject skos:exactMatch object``, and a node of type ``owl:Axiom`` with
the row's justification, confidence and the rest, as SSSOM/RDF has it. Where it differs: nodes
have minted IRIs, and ``sssom:confidence`` is a decimal, which engines print alike. Negated
mappings and ``sssom:NoTermFound`` give the node alone. A code of a known vocabulary has its id as
``skos:notation``, its vocabulary as ``skos:inScheme`` and its public page as ``foaf:page``; one of
a prefix that only the file knows has a vocabulary of that name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Triple

from regimenkg.errors import LoaderError
from regimenkg.loaders.shared.base import Resolve, SourceInfo, Watch
from regimenkg.loaders.sssom.reading import NO_TERM, REQUIRED, Mapping, MappingSet
from regimenkg.terms.namespaces import PREFIXES, mint, slugify
from regimenkg.terms.vocabularies import Code

__all__ = ["REQUIRED", "Mapping", "MappingSet", "load", "source_info"]

_RDF, _OWL, _SKOS, _SSSOM, _DCTERMS, _RDFS, _FOAF = (
    PREFIXES[prefix] for prefix in ("rdf", "owl", "skos", "sssom", "dcterms", "rdfs", "foaf")
)
_TYPE = NamedNode(_RDF + "type")

_TEXTS = {
    "subject_label": _SSSOM + "subject_label",
    "object_label": _SSSOM + "object_label",
    "predicate_modifier": _SSSOM + "predicate_modifier",
    "author_label": _SSSOM + "author_label",
    "object_source_version": _SSSOM + "object_source_version",
    "subject_match_field": _SSSOM + "subject_match_field",
    "comment": _RDFS + "comment",
}
_SET_TEXTS = {
    "mapping_set_title": _DCTERMS + "title",
    "mapping_set_description": _DCTERMS + "description",
    "mapping_set_version": _OWL + "versionInfo",
    "object_source_version": _SSSOM + "object_source_version",
    "comment": _RDFS + "comment",
}


def source_info(path: Path) -> SourceInfo:
    """Return where a mapping set comes from, as its header states.

    Raises LoaderError if the header cannot be read.
    """
    found = MappingSet(path)
    return SourceInfo(
        name=found.header.text("mapping_set_title") or found.slug,
        homepage=found.header.text("mapping_set_id"),
        licence=found.header.text("license"),
        version=found.header.text("mapping_set_version"),
    )


def load(
    path: Path,
    *,
    resolve: Resolve | None = None,
    on_error: Callable[[LoaderError], None] | None = None,
    watch: Watch | None = None,
) -> Iterator[Triple]:
    """Yield the triples of a mapping set, row by row.

    Args:
        path: the ``.sssom.tsv`` file.
        resolve: asks what IRI the graph has for a subject; where it has none, and always for
            objects, the project's prefix map and then the file's own ``curie_map`` decide.
        on_error: is told of a row that is not a mapping, which is then left out.
        watch: counts the rows.

    Raises LoaderError, with line and column, for a row that is not a mapping, unless ``on_error``
    is given, and always for what spoils the whole table.
    """
    found = MappingSet(path)
    yield from _set_triples(found)
    minted: dict[str, int] = {}
    for mapping in found.mappings(resolve, on_error):
        if watch is not None:
            watch.record()
        yield from _row_triples(found, mapping, _mint(found, mapping, minted))


def _set_triples(found: MappingSet) -> Iterator[Triple]:
    """Yield what the header says of the set."""
    yield Triple(found.iri, _TYPE, NamedNode(_SSSOM + "MappingSet"))
    for name, predicate in _SET_TEXTS.items():
        if text := found.header.text(name):
            yield Triple(found.iri, NamedNode(predicate), Literal(text))
    if licence := found.header.text("license"):
        iri = found.node(1, "license", licence)
        yield Triple(found.iri, NamedNode(_DCTERMS + "license"), iri)


def _row_triples(found: MappingSet, mapping: Mapping, node: NamedNode) -> Iterator[Triple]:
    """Yield the match, the node about it, and what is known of the code."""
    no_term = NO_TERM in {mapping.subject.value, mapping.object.value}
    if not mapping.negated and not no_term:
        yield Triple(mapping.subject, mapping.predicate, mapping.object)
    if mapping.code:
        yield from _code_triples(mapping.code)
    if mapping.own:
        yield from _own_triples(mapping.object, *mapping.own)
    yield Triple(found.iri, NamedNode(_SSSOM + "mappings"), node)
    yield Triple(node, _TYPE, NamedNode(_OWL + "Axiom"))
    yield Triple(node, NamedNode(_OWL + "annotatedSource"), mapping.subject)
    yield Triple(node, NamedNode(_OWL + "annotatedProperty"), mapping.predicate)
    yield Triple(node, NamedNode(_OWL + "annotatedTarget"), mapping.object)
    yield Triple(node, NamedNode(_SSSOM + "mapping_justification"), mapping.justification)
    for name, predicate in _TEXTS.items():
        if text := mapping.cells.get(name):
            yield Triple(node, NamedNode(predicate), Literal(text))
    if mapping.confidence:
        yield Triple(node, NamedNode(_SSSOM + "confidence"), mapping.confidence)
    if mapping.date:
        yield Triple(node, NamedNode(_DCTERMS + "created"), mapping.date)
    if mapping.object_source:
        yield Triple(node, NamedNode(_SSSOM + "object_source"), mapping.object_source)
    for page in mapping.see_also:
        yield Triple(node, NamedNode(_RDFS + "seeAlso"), page)
    for name, value in mapping.extensions.items():
        yield Triple(node, found.extensions[name].property, value)
    if "evidence" not in found.extensions and (text := mapping.cells.get("evidence")):
        if re.match(r"https?://", text):
            source = found.node(mapping.line, "evidence", text)
            yield Triple(node, NamedNode(_DCTERMS + "source"), source)
        else:
            yield Triple(node, NamedNode(_SKOS + "note"), Literal(text))


def _code_triples(code: Code) -> Iterator[Triple]:
    node = NamedNode(code.iri)
    yield Triple(node, NamedNode(_SKOS + "inScheme"), NamedNode(code.vocabulary.iri))
    yield Triple(node, NamedNode(_SKOS + "notation"), Literal(code.local))
    if code.page:
        yield Triple(node, NamedNode(_FOAF + "page"), NamedNode(code.page))


def _own_triples(node: NamedNode, prefix: str, local: str) -> Iterator[Triple]:
    """A code of the file's own vocabulary, which is known by its prefix alone."""
    scheme = NamedNode(mint("vocabulary", slugify(prefix)))
    yield Triple(scheme, _TYPE, NamedNode(PREFIXES["rk"] + "Vocabulary"))
    yield Triple(scheme, NamedNode(_SKOS + "prefLabel"), Literal(prefix, language="en"))
    yield Triple(scheme, NamedNode(_SKOS + "notation"), Literal(prefix))
    boolean = NamedNode(PREFIXES["xsd"] + "boolean")
    yield Triple(
        scheme, NamedNode(PREFIXES["rk"] + "hierarchical"), Literal("false", datatype=boolean)
    )
    yield Triple(node, NamedNode(_SKOS + "inScheme"), scheme)
    yield Triple(node, NamedNode(_SKOS + "notation"), Literal(local))


def _mint(found: MappingSet, mapping: Mapping, minted: dict[str, int]) -> NamedNode:
    """The IRI of a row's node, numbered where several rows would share it."""
    tail = re.split(r"[/#]", mapping.subject.value.rstrip("/#"))[-1]
    object_id = mapping.cells["object_id"]
    try:
        slug = f"{found.slug}-{slugify(tail)}-{slugify(object_id)}"
    except ValueError as error:
        raise found.error(mapping.line, "object_id", str(error), "letters or digits") from error
    count = minted[slug] = minted.get(slug, 0) + 1
    return NamedNode(mint("mapping", f"{slug}-{count}" if count > 1 else slug))
