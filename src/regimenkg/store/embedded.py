"""The embedded store: the graph on this machine, in memory or in a store directory."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING

from pyoxigraph import (
    DefaultGraph,
    NamedNode,
    QueryBoolean,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Store,
    Triple,
)

from regimenkg.sparql.answers import Answer, Row, Solutions, Triples

if TYPE_CHECKING:
    from regimenkg.errors import RegimenKGError
    from regimenkg.store.generations import Generation
    from regimenkg.store.meta import Meta


class EmbeddedStore:
    """A backend that answers from pyoxigraph on this machine.

    Args:
        store: pyoxigraph's store, whose default graph is the merge of its named graphs.
        location: where it is, for messages.

    >>> EmbeddedStore.empty().query("ASK {}")
    True
    """

    def __init__(self, store: Store, location: str = "memory") -> None:
        self.store = store
        self._location = location
        self._generation: Generation | None = None

    @classmethod
    def empty(cls) -> EmbeddedStore:
        """Return a store in memory that holds nothing."""
        return cls(Store())

    @classmethod
    def of(cls, generation: Generation, directory: Path) -> EmbeddedStore:
        """Return the store of an opened generation of a store directory."""
        embedded = cls(generation.store, os.fspath(directory))
        embedded._generation = generation
        return embedded

    @property
    def location(self) -> str:
        """The store directory, or ``memory``."""
        return self._location

    @property
    def meta(self) -> Meta | None:
        """What the opened generation holds and was made from; None in memory."""
        return self._generation.meta if self._generation else None

    @property
    def generation(self) -> Generation | None:
        """The opened generation of the store directory; None in memory."""
        return self._generation

    def query(self, text: str) -> Answer:
        """Answer a query over the merge of all graphs.

        Raises QuerySyntaxError for a text that is not a SPARQL 1.1 query, DataError for one that
        the engine cannot evaluate, and EndpointError where its SERVICE does not answer; the last
        two may come while rows are read.
        """
        try:
            answer = self.store.query(text)
        except (SyntaxError, RuntimeError, ValueError, OSError) as error:
            raise _explained(error, text) from error
        if isinstance(answer, QuerySolutions):
            names = tuple(variable.value for variable in answer.variables)
            return Solutions(names, _rows(answer, text))
        if isinstance(answer, QueryTriples):
            return Triples(_triples(answer, text))
        assert isinstance(answer, QueryBoolean)
        return bool(answer)

    def graph_names(self) -> list[str]:
        """IRIs of the named graphs that hold something, in order."""
        names = (name.value for name in self.store.named_graphs() if isinstance(name, NamedNode))
        return sorted(name for name in names if self._holds(name))

    def _holds(self, graph: str) -> bool:
        found = self.store.quads_for_pattern(None, None, None, NamedNode(graph))
        return next(found, None) is not None

    def dump(self, graph: str, stream: IO[bytes]) -> None:
        """Write a named graph, or the merge of all for an empty name, as N-Triples.

        The engine writes without making terms for Python, in an order of its own. Raises what
        writing raises.

        >>> import io
        >>> lines = io.BytesIO()
        >>> EmbeddedStore.empty().dump("", lines), lines.getvalue()
        (None, b'')
        """
        name = NamedNode(graph) if graph else DefaultGraph()
        self.store.dump(stream, RdfFormat.N_TRIPLES, from_graph=name)


def _rows(solutions: QuerySolutions, text: str) -> Iterator[Row]:
    try:
        for solution in solutions:
            yield tuple(solution)
    except (RuntimeError, ValueError, OSError) as error:
        raise _explained(error, text) from error


def _triples(triples: QueryTriples, text: str) -> Iterator[Triple]:
    try:
        yield from triples
    except (RuntimeError, ValueError, OSError) as error:
        raise _explained(error, text) from error


def _explained(error: Exception, text: str) -> RegimenKGError:
    from regimenkg.sparql.explain import explain

    return explain(error, text)
