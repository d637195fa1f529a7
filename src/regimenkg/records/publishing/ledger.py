"""What a server's own graph says of the graphs that were published there.

While a graph is on its way its entry has no digest; that is written last, when what the server
holds was compared with what was sent. So a graph that stayed unfinished never looks complete, and
a second run knows which need not be sent again. The words are those of VoID, Dublin Core and
schema.org; the default graph goes by the IRI :data:`DEFAULT`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import NamedTuple

from pyoxigraph import Literal, NamedNode, Triple

from regimenkg.errors import EndpointError
from regimenkg.sparql.backend import Backend, select
from regimenkg.sparql.graph_store import GraphWriter
from regimenkg.store.locks import temporary_folder
from regimenkg.terms.literals import typed
from regimenkg.terms.namespaces import PREFIXES, PUBLISHED_GRAPH

__all__ = ["DEFAULT", "Entry", "Ledger"]

DEFAULT = PUBLISHED_GRAPH + "#default-graph"
"""Stands for the server's default graph, which has no IRI."""

_TRIPLES = NamedNode(PREFIXES["void"] + "triples")
_SHA256 = NamedNode(PREFIXES["schema"] + "sha256")
_MODIFIED = NamedNode(PREFIXES["dcterms"] + "modified")
_COMMENT = NamedNode(PREFIXES["rdfs"] + "comment")
_UNFINISHED = "unfinished: it is being sent, or that broke off"


_ENTRIES = f"""SELECT ?graph ?triples ?sha256 ?modified ?note {{
  GRAPH <{PUBLISHED_GRAPH}> {{
    ?graph {_TRIPLES} ?triples ; {_MODIFIED} ?modified
    OPTIONAL {{ ?graph {_SHA256} ?sha256 }}
    OPTIONAL {{ ?graph {_COMMENT} ?note }}
  }}
}}"""


class Entry(NamedTuple):
    """What is known of a published graph.

    Args:
        triples: how many it has.
        sha256: the digest of what was sent, as of a CanonicalGraph; empty while it is unfinished.
        modified: when this was written, as an ``xsd:dateTime``.
        note: in which form the server stores what it was sent, where that is not the same.
    """

    triples: int
    sha256: str = ""
    modified: str = ""
    note: str = ""


class Ledger:
    """The entries of a server, by the IRIs of graphs; read once, and written whole each time.

    Args:
        endpoint: where it is read.
        writer: where it is written; None for one that is only read.

    Raises EndpointError where the endpoint does not answer.

    >>> from regimenkg.store.embedded import EmbeddedStore
    >>> Ledger(EmbeddedStore.empty(), None).entries
    {}
    """

    def __init__(self, endpoint: Backend, writer: GraphWriter | None) -> None:
        self._endpoint = endpoint
        self._writer = writer
        self.entries = self._read()
        self._seen = False

    def begin(self, graph: str, triples: int) -> None:
        """Note that a graph is about to be changed.

        Raises EndpointError where the endpoint does not show what was written: it is then not that
        of the place where graphs are put.
        """
        self.entries[graph] = Entry(triples, note=_UNFINISHED)
        self._write()
        if not self._seen and graph not in self._read():
            assert self._writer is not None
            raise EndpointError(
                f"what was put at {self._writer.location} is not seen at {self._endpoint.location}",
                url=self._writer.location,
                hint="give --graph-store or --update of the same store as --endpoint",
            )
        self._seen = True

    def finish(self, graph: str, triples: int, sha256: str, note: str) -> None:
        """Note that a graph is there as a whole."""
        self.entries[graph] = Entry(triples, sha256, note=note)
        self._write()

    def _read(self) -> dict[str, Entry]:
        rows = select(self._endpoint, _ENTRIES)
        texts = [[str(getattr(term, "value", "")) for term in row] for row in rows]
        return {graph: Entry(int(triples), *rest) for graph, triples, *rest in texts}

    def _write(self) -> None:
        assert self._writer is not None
        with temporary_folder() as folder:
            file = folder / "ledger.nt"
            lines = [f"{triple} .\n" for triple in _triples(self.entries)]
            file.write_text("".join(lines), encoding="utf-8")
            self._writer.replace(PUBLISHED_GRAPH, file)


def _triples(entries: Mapping[str, Entry]) -> list[Triple]:
    now = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    triples = []
    for graph, entry in entries.items():
        about = NamedNode(graph)
        triples += [
            Triple(about, _TRIPLES, typed(str(entry.triples), "integer")),
            Triple(about, _MODIFIED, typed(entry.modified or now, "dateTime")),
        ]
        if entry.sha256:
            triples.append(Triple(about, _SHA256, Literal(entry.sha256)))
        if entry.note:
            triples.append(Triple(about, _COMMENT, Literal(entry.note)))
    return triples
