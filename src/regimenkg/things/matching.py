"""Which thing a name or code in somebody's file means: one service for every loader."""

from __future__ import annotations

from pyoxigraph import DefaultGraph, Literal, NamedNode, Store

from regimenkg.terms.namespaces import PREFIXES, RK, expand

__all__ = ["Matcher"]

_MERGE = DefaultGraph()
_TYPE = NamedNode(PREFIXES["rdf"] + "type")
_LABELS = tuple(NamedNode(PREFIXES["skos"] + name) for name in ("prefLabel", "altLabel"))
_TERM_ORIGIN = NamedNode(RK + "termOrigin")
_EXACT_MATCH = NamedNode(PREFIXES["skos"] + "exactMatch")


class Matcher:
    """Which thing of a store a code or a name means: what loaders ask as ``resolve``.

    Args:
        store: the engine's store, whose default graph is the merge.

    Called with a CURIE or an IRI, it returns the IRI itself where the merge says anything of it,
    else that of the one thing which has it as ``skos:exactMatch``, else None. By name it finds the
    one thing of a class that has a text as its label or synonym; case and runs of spaces do not
    count. Names are read from the store once for each class.

    >>> Matcher(Store())("rkd:drug/cytarabine") is None
    True
    >>> Matcher(Store()).named("Drug", "Ara-C") is None
    True
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._names: dict[str, dict[str, str | None]] = {}

    def __call__(self, curie: str) -> str | None:
        iri = expand(curie) or curie
        try:
            node = NamedNode(iri)
        except ValueError:
            return None
        if any(True for _ in self._store.quads_for_pattern(node, None, None, _MERGE)):
            return iri
        same = {
            quad.subject.value
            for quad in self._store.quads_for_pattern(None, _EXACT_MATCH, node, _MERGE)
            if isinstance(quad.subject, NamedNode)
        }
        return same.pop() if len(same) == 1 else None

    def named(self, class_name: str, text: str) -> str | None:
        """Return the IRI of the one thing of a class, such as ``Toxicity``, that has this name."""
        if class_name not in self._names:
            self._names[class_name] = self._read(NamedNode(RK + class_name))
        return self._names[class_name].get(_folded(text))

    def _is_borrowed(self, thing: NamedNode) -> bool:
        """Whether a thing is only a loaded source's own term, which may go when it is reloaded."""
        origins = self._store.quads_for_pattern(thing, _TERM_ORIGIN, None, _MERGE)
        return any(True for _ in origins)

    def _read(self, class_: NamedNode) -> dict[str, str | None]:
        """Name → IRI, or None for a name of several things."""
        names: dict[str, str | None] = {}
        for typed in self._store.quads_for_pattern(None, _TYPE, class_, _MERGE):
            if not isinstance(typed.subject, NamedNode) or self._is_borrowed(typed.subject):
                continue
            for label in _LABELS:
                for quad in self._store.quads_for_pattern(typed.subject, label, None, _MERGE):
                    if isinstance(quad.object, Literal):
                        name = _folded(quad.object.value)
                        same = names.setdefault(name, typed.subject.value)
                        if same != typed.subject.value:
                            names[name] = None
        return names


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())
