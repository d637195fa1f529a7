"""What makes a name a thing's name, and a thing one of a class, as SPARQL patterns."""

from __future__ import annotations

from regimenkg.terms.namespaces import PREFIXES

__all__ = ["is_one", "name_patterns"]

_TYPE = f"<{PREFIXES['rdf']}type>"
_SUBCLASS = f"<{PREFIXES['rdfs']}subClassOf>"
_EXACT_MATCH = f"<{PREFIXES['skos']}exactMatch>"


def name_patterns(name: str) -> list[str]:
    """Return, for each kind of name, the SPARQL pattern that gives a ``?thing`` its names.

    The kinds, of which the earlier wins: preferred labels, synonyms (alternative and hidden
    labels), and the terms that mapping sets state for codes which are an exact match.

    Args:
        name: the variable or the term that stands for the name.
    """
    skos, owl = PREFIXES["skos"], PREFIXES["owl"]
    return [
        f"?thing <{skos}prefLabel> {name} .",
        f"?thing <{skos}altLabel>|<{skos}hiddenLabel> {name} .",
        f"?mapping <{PREFIXES['sssom']}object_label> {name} ; <{owl}annotatedProperty>"
        f" {_EXACT_MATCH} ; <{owl}annotatedSource> ?thing ; <{owl}annotatedTarget> ?code ."
        f" ?thing {_EXACT_MATCH} ?code .",
    ]


def is_one(class_iri: str) -> str:
    """Return the SPARQL pattern for a ``?thing`` of a class, or of any where that is empty."""
    return f"?thing {_TYPE}/{_SUBCLASS}* <{class_iri}> ." if class_iri else f"?thing {_TYPE} [] ."
