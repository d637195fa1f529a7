"""Answering one SPARQL query from the store, in the format asked for, with at most so many rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import islice
from typing import IO, Any, NamedTuple, cast

import pyoxigraph as ox

from regimenkg.errors import FormatError
from regimenkg.formats.graphs import write_graph
from regimenkg.formats.rows import write_boolean, write_solutions
from regimenkg.sparql.answers import Solutions
from regimenkg.sparql.explain import explain
from regimenkg.sparql.tokens import BYTE_ORDER_MARK
from regimenkg.terms.namespaces import PREFIXES
from regimenkg.web.endpoint.guard import Refused, check, limit_rows
from regimenkg.web.negotiation import GRAPHS, RESULTS

__all__ = ["Evaluation", "Part", "Request"]

PART = 1 << 16
"""Bytes of an answer that are sent together."""

_SHORTEST_ROW = 1  # bytes: an empty row of a TSV


class Request(NamedTuple):
    """A query as a client asks it.

    Args:
        query: its text.
        rows: name of the format for rows, or None where none is acceptable.
        graph: the same for triples.
        default: IRIs of the graphs that are to be the default graph; none for the merge of all.
        named: IRIs of the graphs that ``GRAPH`` is to see; none for all.
        most: the most rows that are wanted, if fewer than the row cap.
    """

    query: str
    rows: str | None
    graph: str | None
    default: Sequence[str] = ()
    named: Sequence[str] = ()
    most: int | None = None


class Part(NamedTuple):
    """A part of an answer: its bytes, whether it is the last, whether the row cap cut the answer
    short, and whether it is triples (else rows)."""

    data: bytes
    last: bool
    cut: bool
    triples: bool


class _MoreThanTheCap(Exception):
    """The answer has more rows than are given: it is begun anew with a limit."""


class _Output:
    """What a serialiser writes to: gives the parts on, and asks about the cap when it may matter.

    Args:
        give: takes each part.
        triples: whether it is triples that are written.
        exceeds: tells whether there are more rows than the cap allows; asked once, before the
            first part is given, and only of an answer that is long enough for it. None where that
            is known already.
        shortest: the fewest bytes that as many rows take as the cap allows.
        cut: whether the answer has been cut already.
    """

    __slots__ = ("_cut", "_exceeds", "_give", "_parts", "_shortest", "_triples")

    def __init__(
        self,
        give: Callable[[Part], None],
        triples: bool,
        exceeds: Callable[[], bool] | None,
        shortest: int,
        *,
        cut: bool,
    ) -> None:
        self._give = give
        self._triples = triples
        self._cut = cut
        self._exceeds = exceeds
        self._shortest = shortest
        self._parts = bytearray()

    def write(self, data: bytes) -> int:
        """Take what the serialiser has written; raises _MoreThanTheCap before anything is given."""
        self._parts += data
        if self._exceeds is not None:
            if len(self._parts) < self._shortest:
                return len(data)  # held back: a header may have to tell of the cap
            exceeds, self._exceeds = self._exceeds, None
            if exceeds():
                raise _MoreThanTheCap
        if len(self._parts) >= PART:
            self._give(Part(bytes(self._parts), False, self._cut, self._triples))
            self._parts.clear()
        return len(data)

    def flush(self) -> None:
        """Serialisers call it; parts are given when they are long enough."""

    def finish(self) -> None:
        """Give what is left as the last part."""
        self._give(Part(bytes(self._parts), True, self._cut, self._triples))


class Evaluation:
    """Answers requests from a store; several threads may ask at once.

    Args:
        store: the engine's store.
        max_rows: the row cap.

    >>> store = ox.Store()
    >>> parts: list[Part] = []
    >>> Evaluation(store, 10).answer(Request("SELECT (2 AS ?n) {}", "csv", None), parts.append)
    >>> parts[0].data, parts[0].last, parts[0].cut
    (b'n\\r\\n2\\r\\n', True, False)
    """

    def __init__(self, store: ox.Store, max_rows: int) -> None:
        self.max_rows = max_rows
        self._store = store
        self._graphs = frozenset(graph.value for graph in store.named_graphs())

    def answer(self, request: Request, give: Callable[[Part], None]) -> None:
        """Evaluate a query, and give the parts of its answer; the last one says that it is.

        Raises Refused for what is not served, QuerySyntaxError for what is no query, and DataError
        for what the engine cannot evaluate; the last may come behind the first part.
        """
        text = request.query.removeprefix(BYTE_ORDER_MARK)
        most = min(self.max_rows, request.most or self.max_rows)
        check(text, self._graphs)
        dataset = self._dataset(request)
        limited = None

        def exceeds() -> bool:
            nonlocal limited
            limited = limit_rows(text, most)
            return limited is not None and any(True for _ in self._query(limited.beyond, dataset))

        answer = self._query(text, dataset)
        try:
            try:
                self._write(answer, request, most, give, exceeds)
            except _MoreThanTheCap:
                assert limited is not None
                again = self._query(limited.text, dataset)
                self._write(again, request, most, give, None)
        except (RuntimeError, ValueError, OSError) as error:
            raise explain(error, text) from error

    def _write(
        self,
        answer: Any,
        request: Request,
        most: int,
        give: Callable[[Part], None],
        exceeds: Callable[[], bool] | None,
    ) -> None:
        triples = isinstance(answer, ox.QueryTriples)
        name = request.graph if triples else request.rows
        if name is None:
            raise Refused(
                406,
                f"the answer is {'triples' if triples else 'rows'}, and not to be had in any"
                " of the formats that Accept names",
                hint="offered with ?format=: "
                + ", ".join(offered.name for offered in (GRAPHS if triples else RESULTS)),
            )
        try:
            if triples:
                # Of a CONSTRUCT or DESCRIBE the triples are counted, not what they are of.
                kept = list(islice(answer, most + 1))
                output = _Output(give, triples, None, 0, cut=len(kept) > most)
                write_graph(kept[:most], name, cast(IO[bytes], output))
            elif isinstance(answer, ox.QueryBoolean):
                output = _Output(give, triples, None, 0, cut=False)
                write_boolean(bool(answer), name, cast(IO[bytes], output))
            else:
                output = _Output(give, triples, exceeds, most * _SHORTEST_ROW, cut=exceeds is None)
                if name == "json":  # the engine's writer is right, and several times as fast
                    answer.serialize(cast(IO[bytes], output), format=ox.QueryResultsFormat.JSON)
                else:
                    names = tuple(variable.value for variable in answer.variables)
                    rows = Solutions(names, map(tuple, answer))
                    write_solutions(rows, name, cast(IO[bytes], output))
        except FormatError as error:
            raise Refused(406, error.message, hint=error.hint) from error
        output.finish()

    def _dataset(self, request: Request) -> dict[str, Any]:
        """What ``default-graph-uri`` and ``named-graph-uri`` ask for, as the engine takes it."""
        if not request.default and not request.named:
            return {}
        for name in (*request.default, *request.named):
            if name not in self._graphs:
                raise Refused(
                    403,
                    f"<{name}> is not a graph of this server",
                    hint="its graphs: " + ", ".join(sorted(self._graphs)),
                )
        return {
            "default_graph": [ox.NamedNode(name) for name in request.default],
            "named_graphs": [ox.NamedNode(name) for name in request.named],
        }

    def _query(self, text: str, dataset: dict[str, Any]) -> Any:
        """Start a query, with the standard prefixes where it leaves them undeclared."""
        try:
            return self._store.query(text, **dataset)
        except SyntaxError:
            try:
                return self._store.query(text, prefixes=PREFIXES, **dataset)
            except SyntaxError as error:
                raise explain(error, text, PREFIXES) from error
        except (RuntimeError, ValueError, OSError) as error:
            raise explain(error, text) from error
