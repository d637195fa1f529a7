"""What is said of a code of a known vocabulary, by every loader that meets one."""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode, Triple

from regimenkg.terms.namespaces import PREFIXES
from regimenkg.terms.vocabularies import Code

__all__ = ["code_triples"]

_IN_SCHEME, _NOTATION = (NamedNode(PREFIXES["skos"] + name) for name in ("inScheme", "notation"))
_PAGE = NamedNode(PREFIXES["foaf"] + "page")


def code_triples(code: Code) -> Iterator[Triple]:
    """A code's vocabulary, its id and its public page.

    >>> from regimenkg.terms.vocabularies import parse_code
    >>> [triple.object.value for triple in code_triples(parse_code("RXNORM:3041"))][1]
    '3041'
    """
    node = NamedNode(code.iri)
    yield Triple(node, _IN_SCHEME, NamedNode(code.vocabulary.iri))
    yield Triple(node, _NOTATION, Literal(code.local))
    if code.page:
        yield Triple(node, _PAGE, NamedNode(code.page))
