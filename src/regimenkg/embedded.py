"""The embedded store: the graph on this machine, in memory or in a store directory."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from pyoxigraph import QueryBoolean, QuerySolutions, QueryTriples, Store, Triple

from regimenkg.answers import Answer, Row, Solutions, Triples
from regimenkg.resources import cache_directory

if TYPE_CHECKING:
    from regimenkg.errors import RegimenKGError
    from regimenkg.generations import Generation
    from regimenkg.store_meta import Meta


def default_directory() -> Path:
    """Return the store directory where none is named: ``REGIMENKG_STORE``, or the user's cache.

    >>> default_directory().is_absolute()
    True
    """
    named = os.environ.get("REGIMENKG_STORE")
    return Path(named).expanduser().absolute() if named else cache_directory() / "store"


def open_store(
    directory: Path | None = None,
    *,
    memory: bool = False,
    say: Callable[[str], None] = lambda _: None,
) -> EmbeddedStore:
    """Open the graph, building it from the packaged data on first use.

    Args:
        directory: the store directory; None for :func:`default_directory`.
        memory: build in memory instead, and leave no files.
        say: told in a few words what takes long.

    Raises StoreVersionError for a directory that a newer RegimenKG wrote or that is unreadable,
    StoreError where it cannot be written, LoaderError where a source file is malformed.

    >>> open_store(memory=True).location
    'memory'
    """
    if memory:
        from regimenkg.build import build_packaged

        store = Store()
        build_packaged(store)
        return EmbeddedStore(store)
    from regimenkg.generations import StoreDirectory

    path = (directory or default_directory()).expanduser().absolute()
    return EmbeddedStore.of(StoreDirectory(path, say).open(), path)


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
            found = self.store.query(text)
        except (SyntaxError, RuntimeError, ValueError, OSError) as error:
            raise _explained(error, text) from error
        if isinstance(found, QuerySolutions):
            names = tuple(variable.value for variable in found.variables)
            return Solutions(names, _rows(found, text))
        if isinstance(found, QueryTriples):
            return Triples(_triples(found, text))
        assert isinstance(found, QueryBoolean)
        return bool(found)


def _rows(found: QuerySolutions, text: str) -> Iterator[Row]:
    try:
        for solution in found:
            yield tuple(solution)
    except (RuntimeError, ValueError, OSError) as error:
        raise _explained(error, text) from error


def _triples(found: QueryTriples, text: str) -> Iterator[Triple]:
    try:
        yield from found
    except (RuntimeError, ValueError, OSError) as error:
        raise _explained(error, text) from error


def _explained(error: Exception, text: str) -> RegimenKGError:
    from regimenkg.sparql_errors import explain

    return explain(error, text)
