"""Which thing a text names: an IRI, a CURIE, a code mapped to a thing, a name, a slug.

Names are compared by the rules of `regimenkg.things.names`: the more exact match wins, and on each
step a preferred label wins over a synonym, and that over the term of a mapped code; the slug of an
IRI comes last. What is left is ambiguous, and the caller is told all of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import pyoxigraph as ox

from regimenkg.errors import ParameterError
from regimenkg.sparql.backend import Backend, select
from regimenkg.sparql.terms import Term, literal_text, term_text
from regimenkg.store.embedded import EmbeddedStore
from regimenkg.terms.namespaces import MATCHES, PREFIXES, RKD, expand
from regimenkg.things.patterns import is_one, name_patterns

if TYPE_CHECKING:
    from regimenkg.terms.vocabularies import Code
    from regimenkg.things.index import NameIndex

__all__ = [
    "as_iri",
    "find_things",
    "has_prefix",
    "is_mapped",
    "known_labels",
    "label_of",
    "mapped_things",
    "own_code",
    "slip_for",
    "types_of",
]

_TYPE = f"<{PREFIXES['rdf']}type>"
_PREF = f"<{PREFIXES['skos']}prefLabel>"
_ALT = f"<{PREFIXES['skos']}altLabel>"
_IN_SCHEME = f"<{PREFIXES['skos']}inScheme>"
_NOTATION = f"<{PREFIXES['skos']}notation>"
_EXACT_MATCH = f"<{PREFIXES['skos']}exactMatch>"
_DOI = "https://doi.org/"
_PAPER = PREFIXES["fabio"] + "JournalArticle"
_MAX_LABELS = 10_000
_MARKS = ":_/"  # one of these, or a digit, is in every code


def as_iri(text: str) -> ox.NamedNode | None:
    """Return the IRI that a text is or, as a CURIE, stands for; None for any other text.

    A DOI is put in lower case and a code of a mapped vocabulary as that writes it, as the graph has
    them. Raises ParameterError for what has the shape of an IRI and is none, and for a code that
    its vocabulary's pattern does not allow.

    >>> as_iri("rk:Drug").value
    'https://w3id.org/regimenkg/vocab#Drug'
    >>> as_iri("<https://doi.org/10.1182/BLOOD>").value
    'https://doi.org/10.1182/blood'
    >>> as_iri("ncit:c408").value
    'http://purl.obolibrary.org/obo/NCIT_C408'
    >>> as_iri("CHEBI_28680").value, as_iri("CHEMBL803").value
    ('http://purl.obolibrary.org/obo/CHEBI_28680', 'http://rdf.ebi.ac.uk/resource/chembl/molecule/CHEMBL803')
    >>> as_iri("Ara-C") is None
    True
    """
    if text.startswith("<") and text.endswith(">"):
        iri: str | None = text[1:-1]
    elif has_prefix(text):
        iri = expand(text)
        if iri is None and ("://" in text or text.lower().startswith("urn:")):
            iri = text
    else:
        iri = None
    if iri is None and not any(char in _MARKS or char.isdigit() for char in text):
        return None  # a name: what a code is like need not be known
    from regimenkg.terms.vocabularies import code_in, code_of, normal

    if iri is None:
        code = code_in(text)
        return ox.NamedNode(code.iri) if code else None
    code = code_of(iri)
    if code:
        return ox.NamedNode(normal(code, text).iri)
    try:
        return ox.NamedNode(iri.lower() if iri.lower().startswith(_DOI) else iri)
    except ValueError:
        raise ParameterError(f"{text!r} is not an IRI", hint="write it whole, or a name") from None


def has_prefix(text: str) -> bool:
    """Tell whether a text has the shape of a CURIE.

    >>> has_prefix("RXNORM:3041"), has_prefix("Ara-C")
    (True, False)
    """
    prefix, colon, rest = text.partition(":")
    return prefix[:1].isalpha() and colon == ":" and rest != "" and len(text.split()) == 1


def find_things(text: str, backend: Backend, class_iri: str = "") -> list[ox.NamedNode]:
    """Return the things of a class (of any, if empty) that a text names, in the order of IRIs.

    None: the text names nothing. More than one: it is ambiguous. Raises ParameterError for a text
    in the shape of an IRI that is none, and for one that is not Unicode.
    """
    text = " ".join(text.split())
    if any("\ud800" <= char <= "\udfff" for char in text):
        raise ParameterError(f"{text!a} is not text in Unicode")
    if class_iri == _PAPER and (found := _first(_paper_patterns(text), backend, class_iri)):
        return found
    iri = as_iri(text)
    if iri is not None:
        return _first(_iri_patterns(iri), backend, class_iri)
    patterns = _exact_patterns(text)
    if has_prefix(text):
        patterns = chain(_own_code_patterns(text), patterns)
    return (
        _first(patterns, backend, class_iri)
        or [ox.NamedNode(thing) for thing in _index(backend, class_iri).things(text)]
        or _first(_slug_patterns(text), backend, class_iri)
    )


def _paper_patterns(text: str) -> Iterator[str]:
    """What a paper is known by, where one is asked for: a PMID or DOI, with a prefix or not."""
    if found := re.fullmatch(r"(?i)(?:(?:pmid|pubmed)\s*:?\s*)?(\d{1,9})", text):
        yield f'?thing <{PREFIXES["bibo"]}pmid> "{found[1]}" .'
    if found := re.fullmatch(r"(?i)(?:doi\s*:?\s*)?(10\.\d{4,9}/[^\s<>\"{}|\\^`]+)", text):
        yield f"VALUES ?thing {{ <{_DOI}{found[1].lower()}> }}"


def _first(patterns: Iterable[str], backend: Backend, class_iri: str) -> list[ox.NamedNode]:
    """The things of the first pattern that finds any."""
    condition = f"{is_one(class_iri)} FILTER(isIRI(?thing))"
    for pattern in patterns:
        query = f"SELECT DISTINCT ?thing WHERE {{ {pattern} {condition} }}"
        if values := _values(backend, query):
            return [ox.NamedNode(iri) for iri in values]
    return []


def _values(backend: Backend, query: str) -> list[str]:
    """The IRIs or texts in the first column, sorted."""
    terms = (row[0] for row in select(backend, query))
    return sorted({term.value for term in terms if isinstance(term, Term)})


def _iri_patterns(iri: ox.NamedNode) -> Iterator[str]:
    yield f"BIND({iri} AS ?thing)"
    yield f"?thing {_EXACT_MATCH}|^{_EXACT_MATCH} {iri} ."


def _own_code_patterns(text: str) -> Iterator[str]:
    """A code of a vocabulary that a user brought, which the graph knows by its prefix."""
    yield f"{_own_code_pattern(text)} ?thing {_EXACT_MATCH} ?code ."


def own_code(text: str, backend: Backend) -> ox.NamedNode | None:
    """Return the code that a CURIE is by a prefix that only a loaded mapping set has, or None."""
    values = _values(backend, f"SELECT DISTINCT ?code WHERE {{ {_own_code_pattern(text)} }}")
    return ox.NamedNode(values[0]) if len(values) == 1 else None


def _own_code_pattern(text: str) -> str:
    prefix, _, local = text.partition(":")
    return (
        f"?code {_IN_SCHEME}/{_NOTATION} {literal_text(prefix)} ;"
        f" {_NOTATION} {literal_text(local)} ."
    )


def _exact_patterns(text: str) -> Iterator[str]:
    """A name as it stands: the engine finds it by its own index."""
    plain = literal_text(text)
    for pattern in name_patterns("?name"):
        yield f"VALUES ?name {{ {plain}@en {plain} }} {pattern}"


def _slug_patterns(text: str) -> Iterator[str]:
    if re.fullmatch(r"[A-Za-z0-9][\w.-]*(?:/[A-Za-z0-9][\w.-]*)*", text):
        slug = literal_text("/" + text.lower())
        yield (
            f"?thing {_TYPE} ?type . FILTER(STRSTARTS(STR(?thing), {literal_text(RKD)})"
            f" && STRENDS(LCASE(STR(?thing)), {slug}))"
        )


_INDEXES: WeakKeyDictionary[EmbeddedStore, dict[str, NameIndex]] = WeakKeyDictionary()


def _index(backend: Backend, class_iri: str) -> NameIndex:
    """The names of a class; those of an opened generation, which never changes, are read once."""
    from regimenkg.things.index import NameIndex, read_names

    if not (isinstance(backend, EmbeddedStore) and backend.generation):
        return NameIndex(read_names(backend, class_iri))
    indexes = _INDEXES.setdefault(backend, {})
    if class_iri not in indexes:
        indexes[class_iri] = NameIndex(read_names(backend, class_iri))
    return indexes[class_iri]


def mapped_things(iri: ox.NamedNode, backend: Backend) -> list[tuple[str, str]]:
    """Return the label of each thing that a code is mapped to, and the SKOS relation's name."""
    matches = " ".join(f"<{PREFIXES['skos']}{match}>" for match in MATCHES)
    rows = select(
        backend,
        f"SELECT ?label ?match WHERE {{ VALUES ?match {{ {matches} }} ?thing ?match {iri} ;"
        f" {_PREF} ?label }} ORDER BY ?label ?match",
    )
    return [(str(row[0].value), row[1].value.rpartition("#")[2]) for row in rows]  # type: ignore[union-attr]


def is_mapped(code: Code, backend: Backend) -> bool:
    """Tell whether a thing is mapped to a code or, in a hierarchical vocabulary, to one below."""
    matches = "|".join(f"<{PREFIXES['skos']}{match}>" for match in MATCHES)
    pattern = f"?thing {matches} <{code.iri}>"
    if code.vocabulary.hierarchical:
        below = f"STRSTARTS(STR(?code), {literal_text(code.iri)})"
        pattern = f"?code {_IN_SCHEME} <{code.vocabulary.iri}> FILTER({below}) ?thing {matches} ?code"
    return backend.query(f"ASK {{ {pattern} }}") is True


def known_labels(backend: Backend, class_iri: str = "") -> list[str]:
    """Return the labels and synonyms of the things of a class, for a "did you mean"."""
    return _values(
        backend,
        f"SELECT DISTINCT ?label WHERE {{ ?thing {_PREF}|{_ALT} ?label . {is_one(class_iri)} }}"
        f" LIMIT {_MAX_LABELS}",
    )


def slip_for(text: str, backend: Backend, class_iri: str = "") -> str | None:
    """Return the name of a thing of a class of which a text is likely a slip, or None."""
    from regimenkg.things.names import slip_of

    return slip_of(text, known_labels(backend, class_iri))


def types_of(iri: ox.NamedNode, backend: Backend) -> list[str]:
    """Return the IRIs of the classes that a thing is stated to belong to."""
    return _values(backend, f"SELECT DISTINCT ?type WHERE {{ {term_text(iri)} {_TYPE} ?type }}")


def label_of(iri: ox.NamedNode, backend: Backend) -> str:
    """Return the preferred label of a thing; empty where it has none."""
    return next(
        iter(_values(backend, f"SELECT ?label WHERE {{ {term_text(iri)} {_PREF} ?label }}")), ""
    )
