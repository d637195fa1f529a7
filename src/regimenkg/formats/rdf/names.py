"""Short names of IRIs in a written graph: one prefix for each kind of thing (``drug:cytarabine``),
and those of the prefix map."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeVar

from regimenkg.terms.namespaces import PREFIXES, RKD

__all__ = ["Remembered", "is_kind", "prefix_of"]

_KIND = re.compile(re.escape(RKD) + r"([a-z]+(?:-[a-z]+)*)/")
_BY_NAMESPACE = {namespace: prefix for prefix, namespace in reversed(PREFIXES.items())}
_NAMESPACE = re.compile("|".join(map(re.escape, sorted(_BY_NAMESPACE, key=len, reverse=True))))
_MOST = 1 << 16

Key = TypeVar("Key")
Value = TypeVar("Value")


def prefix_of(iri: str) -> tuple[str, str] | None:
    """The prefix and the namespace that an IRI is written with; None where there is none.

    >>> prefix_of("https://w3id.org/regimenkg/drug/cytarabine")
    ('drug', 'https://w3id.org/regimenkg/drug/')
    >>> prefix_of("http://example.org/a") is None
    True
    """
    if kind := _KIND.match(iri):
        return (kind[1] if kind[1] not in PREFIXES else "rkd-" + kind[1]), kind[0]
    if namespace := _NAMESPACE.match(iri):
        return _BY_NAMESPACE[namespace[0]], namespace[0]
    return None


def is_kind(namespace: str) -> bool:
    """Whether all IRIs with this namespace are of things of one kind, and so have one prefix.

    >>> is_kind("https://w3id.org/regimenkg/drug/"), is_kind("http://purl.obolibrary.org/obo/")
    (True, False)
    """
    return _KIND.fullmatch(namespace) is not None


class Remembered(dict[Key, Value]):
    """What a function gives, remembered as long as there is room: a graph has more terms than that.

    Args:
        make: the function.
        most: how many answers are kept; when there are more, all are forgotten.

    >>> lengths = Remembered(len, most=2)
    >>> [lengths[word] for word in ("a", "bb", "ccc")], list(lengths)
    ([1, 2, 3], ['ccc'])
    """

    def __init__(self, make: Callable[[Key], Value], most: int = _MOST) -> None:
        super().__init__()
        self._make = make
        self._most = most

    def __missing__(self, key: Key) -> Value:
        if len(self) >= self._most:
            self.clear()
        value = self[key] = self._make(key)
        return value
