"""Search: the things that a text names, contains a part of, or nearly names.

What a text names exactly is decided by `regimenkg.things.lookup`; here is what a person may have
meant.
"""

from __future__ import annotations

import re
from typing import NamedTuple

import pyoxigraph as ox

from regimenkg.sparql.backend import Backend
from regimenkg.things.index import Match, NameIndex
from regimenkg.things.lookup import find_things
from regimenkg.things.patterns import PREFERRED
from regimenkg.things.reading import names_of
from regimenkg.things.slips import Slip

__all__ = ["Hit", "SearchResult", "search"]

_NEAREST = 8
_CANDIDATES = 200
_MOST_NAMES = 5000
_MOST_CHARACTERS = 200
_CONTROLS = re.compile("[\x00-\x1f\x7f]")


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

    British and American spelling, accents and hyphens do not count in a part either. Names that
    begin with the text come first.

    Raises ParameterError for a text that `find_things` refuses.

    >>> from regimenkg.packaged import open_store
    >>> found = search("cytarbine", open_store())
    >>> found.exact, found.near[0].label
    ([], 'cytarabine')
    """
    text = " ".join(text.split())
    if not text:
        return SearchResult([], [])
    index = names_of(backend)
    exact = [Hit(thing, _label(thing.value, index)) for thing in find_things(text, backend)]
    matches: list[Match] = []
    if len(text) <= _MOST_CHARACTERS and not _CONTROLS.search(text):
        matches = index.containing(text, _MOST_NAMES)
        if not matches and not exact:
            matches = _alike(text, index)
    near: dict[str, Hit] = {}
    for match in matches:
        iri, label = match.thing
        if match.kind == PREFERRED or iri not in near:
            near[iri] = Hit(ox.NamedNode(iri), label, "" if match.kind == PREFERRED else match.name)
    for hit in exact:
        near.pop(hit.thing.value, None)
    return SearchResult(exact, list(near.values()))


def _label(iri: str, index: NameIndex) -> str:
    thing = index.thing(iri)
    return thing.label if thing and thing.label else iri


def _alike(text: str, index: NameIndex) -> list[Match]:
    """Names of which the text is a slip, the surest first, and then those most like it."""
    from difflib import SequenceMatcher

    slips = [match for match, slip in index.slips(text) if slip >= Slip.POSSIBLE]
    matcher = SequenceMatcher(b=text.casefold())
    scored = []
    for match in index.alike(text, _CANDIDATES):
        matcher.set_seq1(match.name.casefold())
        if matcher.real_quick_ratio() >= 0.6 and matcher.ratio() >= 0.6:
            scored.append((-matcher.ratio(), match))
    return [*slips, *(match for _, match in sorted(scored)[:_NEAREST])]
