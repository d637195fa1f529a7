"""SSSOM mapping sets (TSV with a YAML header in ``#`` lines) → SKOS matches and mapping nodes.

Source: the SSSOM specification, https://mapping-commons.github.io/sssom/. Per row the loader
gives the match itself, ``subject skos:exactMatch object``, and a node of type ``owl:Axiom`` with
the row's justification, confidence and the rest, as SSSOM/RDF has it. Where it differs: nodes
have minted IRIs, and ``sssom:confidence`` is a decimal, which engines print alike. A subject that
is a code of a thing of the graph, its exact match, is that thing, with the code as reported.
Negated mappings and ``sssom:NoTermFound`` give the node alone. A code of a known vocabulary has its
id as ``skos:notation``, its vocabulary as ``skos:inScheme`` and its public page as ``foaf:page``;
one of a prefix that only the file knows has a vocabulary of that name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Triple

from regimenkg.loaders.shared.base import EMPTY, Files, OnError, Resolve, SourceInfo, Watch, each
from regimenkg.loaders.shared.codes import code_triples
from regimenkg.loaders.sssom.reading import NO_TERM, REQUIRED, Mapping, MappingSet
from regimenkg.terms.namespaces import PREFIXES, mint, slugify

__all__ = ["REQUIRED", "Mapping", "MappingSet", "load", "source_info"]

_RDF, _OWL, _SKOS, _SSSOM, _DCTERMS, _RDFS = (
    PREFIXES[prefix] for prefix in ("rdf", "owl", "skos", "sssom", "dcterms", "rdfs")
)
_TYPE = NamedNode(_RDF + "type")
_AS_REPORTED = NamedNode(PREFIXES["rk"] + "asReported")

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


def source_info(file: Path) -> SourceInfo:
    """Return where a mapping set comes from, as its header states.

    Raises LoaderError if the header cannot be read.
    """
    mapping_set = MappingSet(file)
    return SourceInfo(
        name=mapping_set.header.text("mapping_set_title") or mapping_set.slug,
        homepage=mapping_set.header.text("mapping_set_id"),
        licence=mapping_set.header.text("license"),
        version=mapping_set.header.text("mapping_set_version"),
    )


def load(
    files: Files,
    *,
    resolve: Resolve = EMPTY,
    on_error: OnError | None = None,
    watch: Watch | None = None,
) -> Iterator[Triple]:
    """Yield the triples of mapping sets, row by row.

    Args:
        files: a ``.sssom.tsv`` file or several.
        resolve: asks which thing of the graph a subject is: itself, or the one that has it as an
            exact match. Of others the IRIs of the prefix maps stand.
        on_error: is told of a row that is not a mapping, which is then left out.
        watch: counts the rows, and the bytes of each file once it is read; is told of rows that are
            right and of no use here, which are left out (:meth:`MappingSet.mappings` says which
            they are; without ``watch`` they are wrong), and of subjects that no thing has.

    Raises LoaderError, with line and column, for a row that is not a mapping, unless ``on_error``
    is given, and always for what spoils the whole table.
    """
    for path in each(files):
        mapping_set = MappingSet(path)
        yield from _set_triples(mapping_set)
        minted: dict[str, int] = {}
        leave_out = watch.leave_out if watch is not None else None
        for mapping in mapping_set.mappings(resolve, on_error, leave_out):
            if watch is not None:
                watch.record()
                if not mapping.reaches and mapping.subject.value != NO_TERM:
                    watch.unmatch("thing", mapping.cells["subject_id"])
            yield from _row_triples(mapping_set, mapping, _mint(mapping_set, mapping, minted))
        if watch is not None:
            watch.read(path.stat().st_size)


def _set_triples(mapping_set: MappingSet) -> Iterator[Triple]:
    """Yield what the header says of the set."""
    yield Triple(mapping_set.iri, _TYPE, NamedNode(_SSSOM + "MappingSet"))
    for name, predicate in _SET_TEXTS.items():
        if text := mapping_set.header.text(name):
            yield Triple(mapping_set.iri, NamedNode(predicate), Literal(text))
    if licence := mapping_set.header.text("license"):
        iri = mapping_set.node(1, "license", licence)
        yield Triple(mapping_set.iri, NamedNode(_DCTERMS + "license"), iri)


def _row_triples(mapping_set: MappingSet, mapping: Mapping, node: NamedNode) -> Iterator[Triple]:
    """Yield the match, the node about it, and what is known of the code."""
    no_term = NO_TERM in {mapping.subject.value, mapping.object.value}
    if not mapping.negated and not no_term:
        yield Triple(mapping.subject, mapping.predicate, mapping.object)
    if mapping.code:
        yield from code_triples(mapping.code)
    if mapping.own:
        yield from _own_triples(mapping.object, *mapping.own)
    yield Triple(mapping_set.iri, NamedNode(_SSSOM + "mappings"), node)
    yield Triple(node, _TYPE, NamedNode(_OWL + "Axiom"))
    yield Triple(node, NamedNode(_OWL + "annotatedSource"), mapping.subject)
    if mapping.subject != mapping.printed_subject:
        yield Triple(node, _AS_REPORTED, Literal(mapping.cells["subject_id"]))
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
        yield Triple(node, mapping_set.extensions[name].property, value)
    if "evidence" not in mapping_set.extensions and (text := mapping.cells.get("evidence")):
        if re.match(r"https?://", text):
            source = mapping_set.node(mapping.line, "evidence", text)
            yield Triple(node, NamedNode(_DCTERMS + "source"), source)
        else:
            yield Triple(node, NamedNode(_SKOS + "note"), Literal(text))


def _own_triples(node: NamedNode, prefix: str, local: str) -> Iterator[Triple]:
    """A code of the file's own vocabulary, which is known by its prefix alone."""
    scheme = NamedNode(mint("vocabulary", slugify(prefix)))
    yield Triple(scheme, _TYPE, NamedNode(PREFIXES["rk"] + "Vocabulary"))
    yield Triple(scheme, NamedNode(PREFIXES["rk"] + "name"), Literal(prefix))
    yield Triple(scheme, NamedNode(_SKOS + "notation"), Literal(prefix))
    yield Triple(scheme, NamedNode(PREFIXES["rk"] + "hierarchical"), Literal(False))
    yield Triple(node, NamedNode(_SKOS + "inScheme"), scheme)
    yield Triple(node, NamedNode(_SKOS + "notation"), Literal(local))


def _mint(mapping_set: MappingSet, mapping: Mapping, minted: dict[str, int]) -> NamedNode:
    """The IRI of a row's node, numbered where several rows would share it."""
    tail = re.split(r"[/#]", mapping.subject.value.rstrip("/#"))[-1]
    object_id = mapping.cells["object_id"]
    try:
        slug = f"{mapping_set.slug}-{slugify(tail)}-{slugify(object_id)}"
    except ValueError as error:
        raise mapping_set.error(
            mapping.line, "object_id", str(error), "letters or digits"
        ) from error
    count = minted[slug] = minted.get(slug, 0) + 1
    return NamedNode(mint("mapping", f"{slug}-{count}" if count > 1 else slug))
