"""The external vocabularies (``ontology/vocabularies.json``) → triples about each of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pyoxigraph import Literal, NamedNode, Triple

from regimenkg.terms.namespaces import PREFIXES, RK, expand
from regimenkg.terms.vocabularies import Vocabulary

__all__ = ["load"]

_SKOS, _DCTERMS, _FOAF = (PREFIXES[prefix] for prefix in ("skos", "dcterms", "foaf"))
_TYPE = NamedNode(PREFIXES["rdf"] + "type")
_BOOLEAN = NamedNode(PREFIXES["xsd"] + "boolean")


def load(vocabularies: Iterable[Vocabulary]) -> Iterator[Triple]:
    """Yield what is known of each vocabulary: name, prefix, pattern, home page, what it covers.

    >>> from regimenkg.terms.vocabularies import vocabularies
    >>> triples = list(load(vocabularies().values()))
    >>> any(str(triple.object) == '"RxNorm"@en' for triple in triples)
    True
    """
    for vocabulary in vocabularies:
        node = NamedNode(vocabulary.iri)
        yield Triple(node, _TYPE, NamedNode(RK + "Vocabulary"))
        yield Triple(node, NamedNode(_SKOS + "prefLabel"), Literal(vocabulary.name, language="en"))
        yield Triple(node, NamedNode(_SKOS + "notation"), Literal(vocabulary.prefix))
        yield Triple(
            node,
            NamedNode(PREFIXES["rdfs"] + "seeAlso"),
            NamedNode(PREFIXES["bioregistry"] + vocabulary.bioregistry),
        )
        if vocabulary.homepage:
            yield Triple(node, NamedNode(_FOAF + "homepage"), NamedNode(vocabulary.homepage))
        if vocabulary.licence:
            yield Triple(node, NamedNode(_DCTERMS + "rights"), Literal(vocabulary.licence))
        if vocabulary.pattern:
            yield Triple(node, NamedNode(RK + "idPattern"), Literal(vocabulary.pattern))
        hierarchical = Literal(str(vocabulary.hierarchical).lower(), datatype=_BOOLEAN)
        yield Triple(node, NamedNode(RK + "hierarchical"), hierarchical)
        for name in vocabulary.classes:
            yield Triple(node, NamedNode(RK + "covers"), NamedNode(expand(name) or name))
