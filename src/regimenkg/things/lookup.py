"""Which thing a text names: what parameters, commands and pages ask of the graph."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING

import pyoxigraph as ox

from regimenkg.errors import ParameterError
from regimenkg.sparql.backend import Backend, select
from regimenkg.sparql.terms import Term, literal_text, term_text
from regimenkg.terms.namespaces import MATCHES, PREFIXES, RKD
from regimenkg.things.codes import as_iri, has_prefix, spelled_codes
from regimenkg.things.patterns import exact_patterns, is_one, is_short

if TYPE_CHECKING:
    from regimenkg.terms.vocabularies import Code

__all__ = [
    "find_things",
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


def find_things(text: str, backend: Backend, class_iri: str = "") -> list[ox.NamedNode]:
    """Return the things of a class (of any, if empty) that a text names, in the order of IRIs.

    What it names is decided by `regimenkg.things.resolve`; a slip, or a salt
    of a thing, names nothing here.
    None: the text names nothing. More than one: it is ambiguous. Raises ParameterError for a text
    in the shape of an IRI that is none, and for one that is not Unicode.
    """
    text = " ".join(text.split())
    if any("\ud800" <= char <= "\udfff" for char in text):
        raise ParameterError(f"{text!a} is not text in Unicode")
    if class_iri == _PAPER and (found := _first(_paper_patterns(text), backend, class_iri)):
        return found
    # What the engine finds by its own index needs no other.
    try:
        iri = as_iri(text)
    except ParameterError:
        if not spelled_codes(text):  # else it is a code with several readings
            raise
        iri = None
    if iri:
        if found := _first(_iri_patterns(iri), backend, class_iri):
            return found
    elif has_prefix(text):
        if found := _first(_own_code_patterns(text), backend, class_iri):
            return found
    elif not any(map(str.isdigit, text)) and (  # else it may be a code as well
        found := _first(
            islice(exact_patterns(text), None if is_short(text) else 1), backend, class_iri
        )
    ):
        return found
    from regimenkg.things.reading import names_of
    from regimenkg.things.resolve import find

    finding = find(text, names_of(backend), class_iri)
    named = {each.thing.iri for each in finding.candidates if each.itself}
    if not named and re.fullmatch(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*", text):
        # A statement has no name, by which an index could have it.
        return _first([f"BIND({ox.NamedNode(RKD + text)} AS ?thing)"], backend, class_iri)
    return [ox.NamedNode(thing) for thing in sorted(named)]


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
        pattern = (
            f"?code {_IN_SCHEME} <{code.vocabulary.iri}> FILTER({below}) ?thing {matches} ?code"
        )
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
    from regimenkg.things.reading import names_of
    from regimenkg.things.slips import Slip

    slips = names_of(backend).slips(text, class_iri)[::-1]
    near = {match.thing: match.name for match, slip in slips if slip >= Slip.POSSIBLE}
    return next(iter(near.values())) if len(near) == 1 else None


def types_of(iri: ox.NamedNode, backend: Backend) -> list[str]:
    """Return the IRIs of the classes that a thing is stated to belong to."""
    return _values(backend, f"SELECT DISTINCT ?type WHERE {{ {term_text(iri)} {_TYPE} ?type }}")


def label_of(iri: ox.NamedNode, backend: Backend) -> str:
    """Return the preferred label of a thing; empty where it has none."""
    return next(
        iter(_values(backend, f"SELECT ?label WHERE {{ {term_text(iri)} {_PREF} ?label }}")), ""
    )
