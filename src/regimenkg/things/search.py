"""Search: the things that a text names, contains a part of, or nearly names.

What a text names exactly is decided by `regimenkg.things.lookup`; here is what a person may have
meant.
"""

from __future__ import annotations

from typing import NamedTuple

import pyoxigraph as ox

from regimenkg.formats.rows import plain_text
from regimenkg.sparql.backend import Backend, select
from regimenkg.terms.namespaces import PREFIXES
from regimenkg.things.lookup import find_things

__all__ = ["Found", "Hit", "search"]

_NEAREST = 8
_SKOS = PREFIXES["skos"]


class Hit(NamedTuple):
    """A thing, its label, and the synonym by which it was found where that is another."""

    thing: ox.NamedNode
    label: str
    synonym: str = ""


class Found(NamedTuple):
    """What a search found: things of that very name or code, and others near it."""

    exact: list[Hit]
    near: list[Hit]


def search(text: str, backend: Backend) -> Found:
    """Find things by name, synonym or code, by a part of a name, or else by a name much like it.

    Raises ParameterError for a text that `find_things` refuses.

    >>> from regimenkg.packaged import open_store
    >>> found = search("citarabin", open_store())
    >>> found.exact, found.near[0].label
    ([], 'cytarabine')
    """
    text = " ".join(text.split())
    if not text:
        return Found([], [])
    names = _names(backend)
    labels = {thing: label for thing, label, name in names if label == name}
    exact = [
        Hit(thing, labels.get(thing.value, thing.value)) for thing in find_things(text, backend)
    ]
    folded = text.casefold()
    matching = [row for row in names if folded in row[2].casefold()]
    if not matching and not exact:
        matching = _alike(folded, names)
    near: dict[str, Hit] = {}
    for thing, label, name in matching:
        hit = Hit(ox.NamedNode(thing), label, "" if name == label else name)
        if thing not in near or not hit.synonym:
            near[thing] = hit
    for hit in exact:
        near.pop(hit.thing.value, None)
    return Found(exact, list(near.values()))


def _names(backend: Backend) -> list[tuple[str, str, str]]:
    """IRI, label and one name of every thing, the names being its label and its synonyms."""
    rows = select(
        backend,
        f"""SELECT DISTINCT ?thing ?label ?name WHERE {{
          ?thing <{_SKOS}prefLabel> ?label ; <{_SKOS}prefLabel>|<{_SKOS}altLabel> ?name
          FILTER(isIRI(?thing))
        }} ORDER BY LCASE(STR(?label)) ?thing ?name""",
    )
    return [(plain_text(a), plain_text(b), plain_text(c)) for a, b, c in rows]


def _alike(folded: str, names: list[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
    from difflib import get_close_matches

    by_name: dict[str, list[tuple[str, str, str]]] = {}
    for row in names:
        by_name.setdefault(row[2].casefold(), []).append(row)
    near = get_close_matches(folded, by_name, n=_NEAREST, cutoff=0.6)
    return [row for name in near for row in by_name[name]]
