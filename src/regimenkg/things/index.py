"""The names of things, found by the rules of `regimenkg.things.names`.

A thing's names are its preferred label, its synonyms (alternative and hidden labels), and the term
that a mapping set states for a code which is its ``skos:exactMatch``: never that of a close, broad
or narrow match.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from typing import NamedTuple

from regimenkg.sparql.answers import Row
from regimenkg.sparql.backend import Backend, select
from regimenkg.terms.namespaces import RK
from regimenkg.things.names import STEPS, glossed, keys, plain_keys
from regimenkg.things.patterns import is_one, name_patterns

__all__ = ["PREFERRED", "Name", "NameIndex", "read_names"]

PREFERRED = 0
"""The kind of a preferred label."""


class Name(NamedTuple):
    """A thing's IRI, the kind of one of its names (its place in `name_patterns`), and the name."""

    thing: str
    kind: int
    text: str


_Steps = list[dict[str, tuple[Name, ...]]]


class NameIndex:
    """Names by their keys, made once in time linear in the number of names, when first needed.

    >>> index = NameIndex([Name("urn:a", 0, "Anaemia"), Name("urn:b", 1, "anaemia")])
    >>> index.things("anaemia"), index.things("ANEMIA"), index.things("anemia of old age")
    (['urn:b'], ['urn:a'], [])
    """

    def __init__(self, names: Iterable[Name]) -> None:
        self._names = list(names)

    @cached_property
    def _plain(self) -> _Steps:
        return _by_key(self._names, plain_keys)

    @cached_property
    def _all(self) -> _Steps:
        return _by_key(self._names, keys)

    def things(self, text: str) -> list[str]:
        """Return the IRIs of the things that a text names, in their order.

        The strictest step on which any name fits decides, and on it the best kind of name. More
        than one thing: the text is ambiguous.
        """
        matches = _first(self._plain, plain_keys(text)) or _first(self._all, keys(text))
        if not matches and (parts := glossed(text)):
            first, second = map(self.things, parts)
            return first if first == second else []
        return matches

    def ambiguous(self) -> Iterator[tuple[str, str, list[str]]]:
        """Yield each step and key that several things share, with their IRIs."""
        for step, entries_by_key in zip(STEPS, self._all, strict=True):
            for key, entries in sorted(entries_by_key.items()):
                things = sorted({name.thing for name in entries})
                if len(things) > 1:
                    yield step, key, things


def _by_key(names: Iterable[Name], keys_of: Callable[[str], tuple[str, ...]]) -> _Steps:
    steps: _Steps = [{} for _ in keys_of("")]
    for name in names:
        for step, key in zip(steps, keys_of(name.text), strict=True):
            step[key] = (*step.get(key, ()), name) if key else ()
    return steps


def _first(steps: _Steps, text_keys: tuple[str, ...]) -> list[str]:
    """The things of the first step on which a key is that of any name."""
    for step, key in zip(steps, text_keys, strict=True):
        if names := step.get(key):
            best = min(name.kind for name in names)
            return sorted({name.thing for name in names if name.kind == best})
    return []


def read_names(backend: Backend, class_iri: str = "", *, own: bool = False) -> Iterator[Name]:
    """Yield the names of the things of a class, or of all things.

    Args:
        backend: where the things are.
        class_iri: the class; subclasses count.
        own: leave out things that are only a loaded source's own terms (``rk:termOrigin``), which
            may go when that source is loaded again.
    """
    lent = f"FILTER NOT EXISTS {{ ?thing <{RK}termOrigin> ?source }}" if own else ""
    for kind, pattern in enumerate(name_patterns("?name")):
        rows = select(
            backend,
            f"SELECT DISTINCT ?thing ?name WHERE {{ {pattern} {is_one(class_iri)} {lent}"
            " FILTER(isIRI(?thing) && isLiteral(?name)) }",
        )
        yield from (_name(row, kind) for row in rows)


def _name(row: Row, kind: int) -> Name:
    thing, name = row
    return Name(thing.value, kind, name.value)  # type: ignore[union-attr]
