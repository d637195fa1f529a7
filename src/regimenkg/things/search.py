"""Search: the things that a text names, contains a part of, or nearly names.

What a text names exactly is decided by `regimenkg.things.lookup`; here is what a person may have
meant.
"""

from __future__ import annotations

from typing import NamedTuple

import pyoxigraph as ox

from regimenkg.sparql.backend import Backend
from regimenkg.things.index import PREFERRED, Name, read_names
from regimenkg.things.lookup import find_things
from regimenkg.things.names import spelled

__all__ = ["Hit", "SearchResult", "search"]

_NEAREST = 8


class Hit(NamedTuple):
    """A thing, its label, and the synonym by which it was found where that is another."""

    thing: ox.NamedNode
    label: str
    synonym: str = ""


class SearchResult(NamedTuple):
    """What a search found: things of that very name or code, and others near it."""

    exact: list[Hit]
    near: list[Hit]


def search(text: str, backend: Backend) -> SearchResult:
    """Find things by name or code, by a part of a name, or else by a name much like it.

    British and American spelling, accents and hyphens do not count in a part either.

    Raises ParameterError for a text that `find_things` refuses.

    >>> from regimenkg.packaged import open_store
    >>> found = search("citarabin", open_store())
    >>> found.exact, found.near[0].label
    ([], 'cytarabine')
    """
    text = " ".join(text.split())
    if not text:
        return SearchResult([], [])
    names = list(read_names(backend))
    labels = {name.thing: name.text for name in reversed(names) if name.kind == PREFERRED}
    exact = [
        Hit(thing, labels.get(thing.value, thing.value)) for thing in find_things(text, backend)
    ]
    matching = [name for name in names if name.thing in labels and _is_part(text, name.text)]
    matching.sort(key=lambda name: (labels[name.thing].casefold(), name.thing))
    if not matching and not exact:
        matching = [name for name in _alike(text.casefold(), names) if name.thing in labels]
    near: dict[str, Hit] = {}
    for thing, kind, name in matching:
        if kind == PREFERRED or thing not in near:
            label = labels[thing]
            near[thing] = Hit(ox.NamedNode(thing), label, "" if kind == PREFERRED else name)
    for hit in exact:
        near.pop(hit.thing.value, None)
    return SearchResult(exact, list(near.values()))


def _is_part(text: str, name: str) -> bool:
    part = spelled(text)
    return text.casefold() in name.casefold() or (bool(part) and part in spelled(name))


def _alike(folded: str, names: list[Name]) -> list[Name]:
    from difflib import get_close_matches

    by_name: dict[str, list[Name]] = {}
    for name in names:
        by_name.setdefault(name.text.casefold(), []).append(name)
    return [
        name
        for near in get_close_matches(folded, by_name, n=_NEAREST, cutoff=0.6)
        for name in by_name[near]
    ]
