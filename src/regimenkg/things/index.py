"""The names of things, found by the rules of `regimenkg.things.names`.

A thing's names are its preferred label, its synonyms (alternative and hidden labels), and the term
that a mapping set states for a code which is its ``skos:exactMatch``: never that of a close, broad
or narrow match.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from regimenkg.sparql.answers import Row
from regimenkg.sparql.backend import Backend, select
from regimenkg.terms.namespaces import RK
from regimenkg.things.names import STEPS, glossed, keys
from regimenkg.things.patterns import is_one, name_patterns

__all__ = ["PREFERRED", "Name", "NameIndex", "read_names"]

PREFERRED = 0
"""The kind of a preferred label."""


class Name(NamedTuple):
    """A thing's IRI, the kind of one of its names (its place in `name_patterns`), and the name."""

    thing: str
    kind: int
    text: str


class NameIndex:
    """Names by their keys; it is made once, in time linear in the number of names.

    >>> index = NameIndex([Name("urn:a", 0, "Anaemia"), Name("urn:b", 1, "anaemia")])
    >>> index.things("anaemia"), index.things("ANEMIA"), index.things("anemia of old age")
    (['urn:b'], ['urn:a'], [])
    """

    def __init__(self, names: Iterable[Name]) -> None:
        self._steps: list[dict[str, set[tuple[int, str]]]] = [{} for _ in STEPS]
        for name in names:
            entry = (name.kind, name.thing)
            for step, key in zip(self._steps, keys(name.text), strict=True):
                step.setdefault(key, set()).add(entry)

    def things(self, text: str) -> list[str]:
        """Return the IRIs of the things that a text names, in their order.

        The strictest step on which any name fits decides, and on it the best kind of name. More
        than one thing: the text is ambiguous.
        """
        for step, key in zip(self._steps, keys(text), strict=True):
            if key and (entries := step.get(key)):
                best = min(kind for kind, _ in entries)
                return sorted(thing for kind, thing in entries if kind == best)
        if parts := glossed(text):
            first, second = map(self.things, parts)
            return first if first == second else []
        return []

    def ambiguous(self) -> Iterator[tuple[str, str, list[str]]]:
        """Yield each step and key that several things share, with their IRIs."""
        for step, entries_by_key in zip(STEPS, self._steps, strict=True):
            for key, entries in sorted(entries_by_key.items()):
                things = sorted({thing for _, thing in entries})
                if key and len(things) > 1:
                    yield step, key, things


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
