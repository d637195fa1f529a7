"""What a load says beside its result, on stderr: what is wrong, left out, unmatched, or twice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from pyoxigraph import DefaultGraph, NamedNode

from regimenkg.cli.options import to_stderr
from regimenkg.loaders.shared.base import MAX_NAMES
from regimenkg.terms.namespaces import GRAPH, RK, compact

if TYPE_CHECKING:
    from pyoxigraph import Store, Triple

    from regimenkg.errors import LoaderError

__all__ = ["Problems", "RecordsElsewhere", "number_of", "report_tallied", "report_unmatched"]

_MAX_SHOWN = 20
_MAX_NAMES = 5
_LISTED_BY = {"Toxicity": "unmatched-toxicities"}
_SILENT = {"Organization"}  # one that is not known yet is a thing of its own, as it should be
_RECORD = NamedNode(RK + "recordSha256")


def number_of(count: int, noun: str) -> str:
    """A count with its noun.

    >>> number_of(1, "row"), number_of(1200, "row")
    ('1 row', '1200 rows')
    """
    return f"{count} {noun}{'' if count == 1 else 's'}"


class Problems:
    """Records that are not loaded: how many, and the first of them."""

    def __init__(self) -> None:
        self.count = 0
        self._first: list[LoaderError] = []

    def add(self, error: LoaderError) -> None:
        """Count one."""
        self.count += 1
        if self.count <= _MAX_SHOWN:
            self._first.append(error)

    def report(self, word: str) -> None:
        """Say which records they are, up to a number, and how many."""
        for error in self._first:
            to_stderr(f"{word}: {error.message}" + (f"; {error.hint}" if error.hint else ""))
        if self.count:
            more = self.count - len(self._first)
            to_stderr(f"{self.count} {word}" + (f", {more} of them not shown" if more else ""))


def report_unmatched(unmatched: dict[str, dict[str, None]]) -> None:
    """Say how many names of a load mean nothing of the graph, and the first of them, by class."""
    for class_name, names in sorted(unmatched.items()):
        if class_name in _SILENT:
            continue
        shown = ", ".join(repr(name) for name in list(names)[:_MAX_NAMES])
        more = ", …" if len(names) > _MAX_NAMES else ""
        count = f"over {MAX_NAMES} names" if len(names) == MAX_NAMES else None
        query = _LISTED_BY.get(class_name)
        to_stderr(
            f"{count or number_of(len(names), 'name')} matched no {class_name.lower()}"
            f" of the graph: {shown}{more}"
            + (f"; 'regimenkg query {query}' lists them" if query else "")
        )


def report_tallied(tallied: dict[str, int]) -> None:
    """Say what a loader counted, the largest sum first."""
    for what, count in sorted(tallied.items(), key=lambda one: (-one[1], one[0])):
        to_stderr(f"{count} {what}")


class RecordsElsewhere:
    """Looks, as triples pass, for records that another graph of a store holds as well.

    Args:
        store: what was there before the load.
        graph: IRI of the graph that is loaded, which does not count.
    """

    def __init__(self, store: Store, graph: str) -> None:
        self._store = store
        self._ours = {NamedNode(graph), DefaultGraph()}
        self._same: dict[str, list[str]] = defaultdict(list)
        self._other: dict[str, list[str]] = defaultdict(list)

    def passing(self, triples: Iterable[Triple]) -> Iterator[Triple]:
        """Yield the triples as they are."""
        for triple in triples:
            if triple.predicate == _RECORD and isinstance(triple.subject, NamedNode):
                for quad in self._store.quads_for_pattern(triple.subject, _RECORD, None, None):
                    if quad.graph_name not in self._ours:
                        kind = self._same if quad.object == triple.object else self._other
                        kind[str(quad.graph_name)[1:-1]].append(triple.subject.value)
            yield triple

    def report(self) -> None:
        """Warn of each graph that holds some of the records, in this version or in another."""
        for graph, records in sorted(self._other.items()):
            name = graph.removeprefix(GRAPH)
            to_stderr(
                f"warning: {graph} holds another version of {_listed(records)}: both are taken"
                f" for one, with the values of both; 'regimenkg unload {name}' takes that graph"
                f" away, and '--graph {name}' loads into it"
            )
        for graph, records in sorted(self._same.items()):
            to_stderr(f"warning: {graph} holds {_listed(records)} as well, in the same version")


def _listed(records: list[str]) -> str:
    first = ", ".join(map(compact, records[:_MAX_NAMES]))
    return f"{number_of(len(records), 'record')} ({first}{', …' if records[_MAX_NAMES:] else ''})"
