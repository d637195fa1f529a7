"""What a place that answers SPARQL looks like: the embedded store and a remote endpoint."""

from __future__ import annotations

from typing import Protocol

from regimenkg.errors import UsageError
from regimenkg.sparql.answers import Answer, Row, Solutions


class Backend(Protocol):
    """A place that answers SPARQL 1.1 queries over the merge of all graphs."""

    @property
    def location(self) -> str:
        """Where it is, for messages: a directory, ``memory``, or a URL without credentials."""

    def query(self, text: str) -> Answer:
        """Answer a SELECT, ASK, CONSTRUCT or DESCRIBE query.

        Raises QuerySyntaxError for a text that is not SPARQL, StoreError or EndpointError where
        the place cannot answer. Rows may be computed as they are read, and may then raise.
        """


def select(backend: Backend, text: str) -> list[Row]:
    """Return all rows of a SELECT query.

    Raises UsageError for a query of another form, and what ``backend.query`` raises.

    >>> from regimenkg.store.embedded import EmbeddedStore
    >>> select(EmbeddedStore.empty(), "SELECT (1 AS ?one) {}")[0][0].value
    '1'
    """
    answer = backend.query(text)
    if not isinstance(answer, Solutions):
        raise UsageError(
            "this query does not return rows", hint="rows are what a SELECT query returns"
        )
    return list(answer)
