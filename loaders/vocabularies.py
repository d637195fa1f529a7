"""The table of external vocabularies (``ontology/vocabularies.json``) → triples about each."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Triple

from regimenkg.errors import LoaderError
from regimenkg.loaders.shared.base import (
    EMPTY,
    Files,
    OnError,
    Resolve,
    Watch,
    each,
    name_only,
)
from regimenkg.loaders.shared.errors import unreadable
from regimenkg.terms.namespaces import PREFIXES, RK, expand
from regimenkg.terms.vocabularies import Vocabulary, read_vocabularies

__all__ = ["load", "source_info"]

_SKOS, _DCTERMS, _FOAF = (PREFIXES[prefix] for prefix in ("skos", "dcterms", "foaf"))
_TYPE = NamedNode(PREFIXES["rdf"] + "type")

source_info = name_only


def load(
    files: Files,
    *,
    resolve: Resolve = EMPTY,
    on_error: OnError | None = None,
    watch: Watch | None = None,
) -> Iterator[Triple]:
    """Yield what is known of each vocabulary: name, prefix, pattern, home page, what it covers.

    ``resolve`` is not asked, since a vocabulary's IRI follows from its prefix, nor ``on_error``
    told, since a table is read whole or not at all. Raises LoaderError for what is none.

    >>> from regimenkg.resources import directory
    >>> triples = list(load(directory("ontology") / "vocabularies.json"))
    >>> any(str(triple.object) == '"RxNorm"@en' for triple in triples)
    True
    """
    for path in each(files):
        for vocabulary in _read(path):
            if watch is not None:
                watch.record()
            yield from _vocabulary_triples(vocabulary)
        if watch is not None:
            watch.read(path.stat().st_size)


def _read(path: Path) -> list[Vocabulary]:
    try:
        return list(read_vocabularies(path).values())
    except OSError as error:
        raise unreadable(path, error) from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise LoaderError(
            f"{path}: not a table of vocabularies: {error}",
            file=str(path),
            expected="JSON in the form of ontology/vocabularies.json",
            hint="compare it with ontology/vocabularies.json",
        ) from error


def _vocabulary_triples(vocabulary: Vocabulary) -> Iterator[Triple]:
    node = NamedNode(vocabulary.iri)
    yield Triple(node, _TYPE, NamedNode(RK + "Vocabulary"))
    yield Triple(node, NamedNode(_SKOS + "prefLabel"), Literal(vocabulary.name, language="en"))
    yield Triple(node, NamedNode(_SKOS + "notation"), Literal(vocabulary.prefix))
    bioregistry = NamedNode(PREFIXES["bioregistry"] + vocabulary.bioregistry)
    yield Triple(node, NamedNode(PREFIXES["rdfs"] + "seeAlso"), bioregistry)
    if vocabulary.homepage:
        yield Triple(node, NamedNode(_FOAF + "homepage"), NamedNode(vocabulary.homepage))
    if vocabulary.licence:
        yield Triple(node, NamedNode(_DCTERMS + "rights"), Literal(vocabulary.licence))
    if vocabulary.pattern:
        yield Triple(node, NamedNode(RK + "idPattern"), Literal(vocabulary.pattern))
    yield Triple(node, NamedNode(RK + "hierarchical"), Literal(vocabulary.hierarchical))
    for name in vocabulary.classes:
        yield Triple(node, NamedNode(RK + "covers"), NamedNode(expand(name) or name))
