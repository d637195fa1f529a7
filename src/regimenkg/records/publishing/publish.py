"""Putting the graphs of a store into another server: whole, compared, and to be taken up again.

Each graph is compared with what the server has; what differs is sent in its place, read back, and
compared statement by statement. Only then does the server's own :mod:`ledger
<regimenkg.records.publishing.ledger>` say that it is there, so that a run that broke off goes on
where it was, and nothing half-sent passes for the whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from pyoxigraph import NamedNode

from regimenkg.errors import EndpointError, RegimenKGError, UsageError
from regimenkg.records.publishing.canonical import CanonicalGraph, of_file, of_store
from regimenkg.records.publishing.comparison import Comparison, compare
from regimenkg.records.publishing.ledger import DEFAULT, Ledger
from regimenkg.sparql.backend import select
from regimenkg.sparql.graph_store import GraphStore, GraphWriter
from regimenkg.sparql.remote import RemoteEndpoint
from regimenkg.store.embedded import EmbeddedStore
from regimenkg.store.locks import temporary_folder
from regimenkg.terms.namespaces import compact

__all__ = ["Publication", "Published", "State", "Verify"]

_FOR_ALL = {401, 403, 404, 405}
"""Statuses of HTTP that the next graph would be answered with too."""


_COUNTED = "only the number of triples was compared"


class Verify(StrEnum):
    """What is read back from the server and compared, beside the number of triples."""

    SENT = "sent"  # what was sent in this run
    ALL = "all"  # and what is there as it should be, by the ledger
    COUNTS = "counts"  # nothing


class State(StrEnum):
    """How a graph stands at the server."""

    SAME = "same"
    PUBLISHED = "published"  # it was sent, and is the same now
    REWRITTEN = "rewritten"  # the same values, but the server writes some of them otherwise
    MISSING = "missing"
    UNFINISHED = "unfinished"  # it was being sent, and that broke off
    DIFFERS = "differs"
    UNVERIFIED = "unverified"  # the server did not give it back, so that nothing could be compared
    FAILED = "failed"
    NOT_SENT = "not sent"  # after what failed for one graph and would for all
    ONLY_THERE = "only there"  # it was published once, and the store has no such graph


class Published(NamedTuple):
    """How a graph stands.

    Args:
        graph: the graph's IRI, ``DEFAULT`` of the ledger for the default graph.
        state: how it stands.
        here: how many triples the store has; None where that is not known.
        there: how many triples the server has; None where that is not known.
        size: bytes that were sent, or would be.
        note: what there is to say, in words.
        examples: statements that are not in both.
        error: what went wrong.
    """

    graph: str
    state: State
    here: int | None = None
    there: int | None = None
    size: int = 0
    note: str = ""
    examples: Sequence[str] = ()
    error: RegimenKGError | None = None

    @property
    def as_it_should_be(self) -> bool:
        """Whether the server says all that the store says of it, in the same words."""
        return self.state in (State.SAME, State.PUBLISHED)


class Publication:
    """A store, a server, and what is to be done.

    Args:
        store: what is published.
        endpoint: where the server is asked.
        writer: where it takes graphs.
        verify: what is read back.
        report: told what takes long.

    Raises EndpointError where the endpoint does not answer.
    """

    def __init__(
        self,
        store: EmbeddedStore,
        endpoint: RemoteEndpoint,
        writer: GraphWriter,
        *,
        verify: Verify = Verify.SENT,
        report: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._store = store
        self._endpoint = endpoint
        self._writer = writer
        self._verify = verify
        self._report = report
        self._ledger = Ledger(endpoint, writer)

    def run(self, graphs: Sequence[str], *, dry_run: bool = False) -> Iterator[Published]:
        """Publish graphs, one after the other, or tell how they stand; yields each when it is done.

        What fails for one graph does not stop the others, unless it would fail for them too.

        Args:
            graphs: IRIs of graphs of the store; ``DEFAULT`` is the merge of all, for the server's
                default graph.
            dry_run: send nothing.

        Raises UsageError where the default graph holds what was not published.
        """
        if DEFAULT in graphs:
            self._check_default()
        stopped = False
        for graph in graphs:
            if stopped:
                yield Published(graph, State.NOT_SENT)
                continue
            with temporary_folder() as folder:
                try:
                    yield self._one(graph, folder, dry_run)
                except (EndpointError, UsageError) as error:
                    yield Published(graph, State.FAILED, note=error.message, error=error)
                    status = getattr(error, "status", 0)
                    stopped = status is None or status in _FOR_ALL

    def left_behind(self) -> Iterator[Published]:
        """The graphs that were published once and that the store no longer has."""
        for graph, entry in self._ledger.entries.items():
            if graph != DEFAULT and not self._store.query(
                f"ASK {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}"
            ):
                note = f"published {entry.modified}; the store no longer has it"
                yield Published(graph, State.ONLY_THERE, there=entry.triples, note=note)

    def _one(self, graph: str, folder: Path, dry_run: bool) -> Published:
        ours = of_store(self._store.store, _name(graph), folder / "ours.nt")
        found = self._look(graph, ours, folder)
        entry = self._ledger.entries.get(graph)
        if found.state in (State.SAME, State.REWRITTEN):
            known = entry is not None and (entry.sha256, entry.note) == (ours.sha256, found.note)
            if not (dry_run or known):
                self._ledger.finish(graph, found.there or 0, ours.sha256, found.note)
            return found
        if dry_run:
            return found._replace(size=ours.size)
        if graph == DEFAULT:
            self._check_default()
        self._report(f"sending {_label(graph)}: {ours.triples:,} triples, {ours.size / 1e6:.1f} MB")
        self._ledger.begin(graph, ours.triples)
        self._writer.replace(_name(graph), ours.path)
        sent = self._verified(graph, ours, folder)._replace(size=ours.size)
        if sent.state in (State.SAME, State.REWRITTEN):
            self._ledger.finish(graph, sent.there or 0, ours.sha256, sent.note)
        return sent._replace(state=State.PUBLISHED) if sent.state == State.SAME else sent

    def _look(self, graph: str, ours: CanonicalGraph, folder: Path) -> Published:
        """How a graph stands before anything is sent."""
        entry = self._ledger.entries.get(graph)
        there = self._count(graph)
        found = Published(graph, State.DIFFERS, ours.triples, there)
        recorded = entry is not None and (entry.sha256, entry.triples) == (ours.sha256, there)
        if entry and recorded:
            counted = entry.note == _COUNTED
            if self._verify == Verify.COUNTS or (self._verify == Verify.SENT and not counted):
                state = State.SAME if counted or not entry.note else State.REWRITTEN
                return found._replace(state=state, note=entry.note)
        if not there:
            return found._replace(state=State.MISSING)
        unfinished = entry is not None and not entry.sha256
        if self._verify != Verify.COUNTS and (
            there == ours.triples or recorded or self._verify == Verify.ALL
        ):
            compared = self._compared(graph, ours, found, folder)
            if compared.state in (State.SAME, State.REWRITTEN) or not unfinished:
                return compared
        return found._replace(state=State.UNFINISHED) if unfinished else found

    def _verified(self, graph: str, ours: CanonicalGraph, folder: Path) -> Published:
        """How a graph stands after it was sent."""
        there = self._count(graph)
        found = Published(graph, State.SAME, ours.triples, there)
        if self._verify == Verify.COUNTS:
            state = State.SAME if there == ours.triples else State.DIFFERS
            return found._replace(state=state, note=_COUNTED)
        return self._compared(graph, ours, found, folder)

    def _compared(
        self, graph: str, ours: CanonicalGraph, found: Published, folder: Path
    ) -> Published:
        """Read a graph back, and compare it."""
        self._report(f"reading {_label(graph)} back")
        try:
            theirs = self._download(graph, folder)
        except SyntaxError as error:
            return found._replace(
                state=State.UNVERIFIED, note=f"what the server gave back cannot be read: {error}"
            )
        if theirs.triples != found.there:
            return found._replace(
                state=State.UNVERIFIED,
                note=f"the server counts {found.there:,} triples and gave {theirs.triples:,} back,"
                " which may be a limit of its own; --verify counts compares the number alone",
            )
        compared = compare(ours, theirs)
        return found._replace(
            state=_state(compared), note=str(compared), examples=compared.examples
        )

    def _download(self, graph: str, folder: Path) -> CanonicalGraph:
        answer, name = folder / "answer", _name(graph)
        try:
            if isinstance(self._writer, GraphStore):
                format_ = self._writer.download(name, answer)
            else:
                format_ = self._endpoint.download(
                    f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ {_pattern(graph)} }}", answer
                )
        except EndpointError as error:
            if error.status != 404:
                raise
            raise SyntaxError("the server says that there is no such graph") from error
        return of_file(answer, format_, folder / "theirs.nt")

    def _count(self, graph: str) -> int:
        query = f"SELECT (COUNT(*) AS ?triples) WHERE {{ {_pattern(graph)} }}"
        ((count,),) = select(self._endpoint, query)
        return int(getattr(count, "value", 0))

    def _check_default(self) -> None:
        """Raise UsageError where the default graph holds what was not put there from here."""
        if DEFAULT in self._ledger.entries:
            return
        there = self._count(DEFAULT)
        if there:
            raise UsageError(
                f"the default graph of {self._endpoint.location} holds {there:,} triples that were"
                " not published from here",
                hint="if the server shows all its graphs as the default graph, leave out"
                " --default-graph, which it does not need; else use a dataset of its own",
            )


def _label(graph: str) -> str:
    return "the default graph" if graph == DEFAULT else compact(graph)


def _name(graph: str) -> str | None:
    return None if graph == DEFAULT else graph


def _pattern(graph: str) -> str:
    return "?s ?p ?o" if graph == DEFAULT else f"GRAPH {NamedNode(graph)} {{ ?s ?p ?o }}"


def _state(compared: Comparison) -> State:
    if compared.same:
        return State.SAME
    return State.DIFFERS if compared.differs else State.REWRITTEN
