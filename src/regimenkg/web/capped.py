"""What a page shows of a store's answers: no more rows than the row cap."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

from regimenkg.sparql.answers import Answer, Solutions, Triples
from regimenkg.sparql.backend import Backend

__all__ = ["CappedBackend", "capped"]

T = TypeVar("T")


class CappedBackend:
    """A backend for one page: of each answer it gives the first rows or triples only.

    Args:
        backend: what answers.
        max_rows: the row cap.

    >>> from regimenkg.store.embedded import EmbeddedStore
    >>> shown = CappedBackend(EmbeddedStore.empty(), 2)
    >>> len(list(shown.query("SELECT ?n { VALUES ?n { 1 2 } }"))), shown.cut_at
    (2, None)
    >>> len(list(shown.query("SELECT ?n { VALUES ?n { 1 2 3 } }"))), shown.cut_at
    (2, 2)
    """

    def __init__(self, backend: Backend, max_rows: int) -> None:
        self._backend = backend
        self._max_rows = max_rows
        self._cut = False

    @property
    def location(self) -> str:
        """Where the store is."""
        return self._backend.location

    @property
    def cut_at(self) -> int | None:
        """The row cap if an answer, as far as it was read, had more rows; else None."""
        return self._max_rows if self._cut else None

    def query(self, text: str) -> Answer:
        """Answer a query as the backend does, with the row cap."""
        answer = self._backend.query(text)
        if isinstance(answer, bool):
            return answer
        if isinstance(answer, Solutions):
            return Solutions(answer.variables, self._first(answer))
        return Triples(self._first(answer))

    def _first(self, items: Iterable[T]) -> Iterator[T]:
        for number, item in enumerate(items):
            if number == self._max_rows:
                self._cut = True
                return
            yield item


def capped(answer: Solutions, max_rows: int) -> tuple[Solutions, int | None]:
    """The first rows of an answer, and the row cap where there were more.

    >>> rows, cut_at = capped(Solutions(("n",), [(None,)] * 3), 2)
    >>> len(list(rows)), cut_at
    (2, 2)
    """
    rows = list(islice(answer, max_rows + 1))
    cut_at = max_rows if len(rows) > max_rows else None
    return Solutions(answer.variables, rows[:max_rows]), cut_at
