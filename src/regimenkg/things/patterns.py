"""What makes a name a thing's name, and a thing one of a class, as SPARQL patterns."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import NamedTuple

from regimenkg.sparql.terms import literal_text
from regimenkg.terms.namespaces import PREFIXES

__all__ = [
    "MOST_LETTERS",
    "NAME_KINDS",
    "NAME_PROPERTIES",
    "PREFERRED",
    "Name",
    "NameKind",
    "exact_patterns",
    "is_one",
    "is_short",
    "name_patterns",
]

_TYPE = f"<{PREFIXES['rdf']}type>"
_SUBCLASS = f"<{PREFIXES['rdfs']}subClassOf>"
_EXACT_MATCH = f"<{PREFIXES['skos']}exactMatch>"


class NameKind(NamedTuple):
    """A kind of name: the word for it, its rank (the lower wins), and the SPARQL pattern.

    In the pattern, which gives a ``?thing`` its names, ``NAME`` stands for the name.
    """

    word: str
    rank: int
    pattern: str


_SKOS, _OWL, _RK = PREFIXES["skos"], PREFIXES["owl"], PREFIXES["rk"]
_PROPERTIES = (
    ("label", 0, _SKOS + "prefLabel"),
    ("brand", 1, _RK + "brandName"),
    ("research code", 1, _RK + "researchCode"),
    ("synonym", 1, _SKOS + "altLabel"),
    ("spelling", 1, _SKOS + "hiddenLabel"),
    ("code", 1, _RK + "registryId"),
)
NAME_PROPERTIES = tuple(iri for _, _, iri in _PROPERTIES)
"""The properties that give a thing its names; the terms of its codes are names of it, too."""

NAME_KINDS = (
    *(NameKind(word, rank, f"?thing <{iri}> NAME .") for word, rank, iri in _PROPERTIES),
    NameKind(
        "code's name",
        2,
        f"?mapping <{PREFIXES['sssom']}object_label> NAME ; <{_OWL}annotatedProperty>"
        f" {_EXACT_MATCH} ; <{_OWL}annotatedSource> ?thing ; <{_OWL}annotatedTarget> ?code ."
        f" ?thing {_EXACT_MATCH} ?code .",
    ),
)
"""The kinds of names: the preferred label, other names of the thing, and the terms that mapping
sets state for codes which are an exact match. A name that is of two kinds is of the first."""


PREFERRED = 0
"""The kind of a preferred label."""


class Name(NamedTuple):
    """A thing's IRI, the kind of one of its names (its place in `NAME_KINDS`), and the name."""

    thing: str
    kind: int
    text: str


def name_patterns(name: str) -> list[str]:
    """Return, for each of `NAME_KINDS`, the SPARQL pattern that gives a ``?thing`` its names.

    Args:
        name: the variable or the term that stands for the name.
    """
    return [kind.pattern.replace("NAME", name) for kind in NAME_KINDS]


MOST_LETTERS = 6
"""The most letters of an acronym: the case of a longer name does not count."""


def is_short(text: str) -> bool:
    """Whether a text may be an acronym, so that the case of its letters counts.

    >>> is_short("R-ICE"), is_short("carmustine/cisplatin")
    (True, False)
    """
    return len(text) <= MOST_LETTERS


def exact_patterns(text: str) -> Iterator[str]:
    """Yield, for each rank of names, the pattern of the things that have a text for a name."""
    plain = literal_text(text)
    name = f"VALUES ?name {{ {plain}@en {plain} }}"
    for _, kinds in groupby(NAME_KINDS, lambda kind: kind.rank):
        yield " UNION ".join(
            f"{{ {name} {kind.pattern.replace('NAME', '?name')} }}" for kind in kinds
        )


def is_one(class_iri: str) -> str:
    """Return the SPARQL pattern for a ``?thing`` of a class, or of any where that is empty."""
    return f"?thing {_TYPE}/{_SUBCLASS}* <{class_iri}> ." if class_iri else f"?thing {_TYPE} [] ."
