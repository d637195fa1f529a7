"""Why an endpoint that answers may find nothing: its queries do not see its named graphs.

A query asks the default graph, which SPARQL 1.1 leaves to the server: some show all named graphs
there, and in others it is a graph of its own, empty where only named graphs were loaded.
"""

from __future__ import annotations

from regimenkg.errors import DataError
from regimenkg.sparql.answers import Answer, Solutions
from regimenkg.sparql.backend import Backend, select
from regimenkg.terms.namespaces import PREFIXES, RK

__all__ = ["explain_nothing", "is_nothing"]

_REGIMEN = f"?s <{PREFIXES['rdf']}type> <{RK}Regimen>"
_ANYTHING = "?s ?p ?o"


def is_nothing(answer: Answer) -> bool:
    """Whether a remote endpoint answered without a row or triple; what is computed as it is read
    does not count.

    >>> is_nothing(Solutions(("drug",), [])), is_nothing(Solutions(("drug",), iter([])))
    (True, False)
    """
    if isinstance(answer, bool):
        return False
    found = answer.rows if isinstance(answer, Solutions) else answer.triples
    return isinstance(found, list) and not found


def explain_nothing(backend: Backend) -> None:
    """Raise DataError where a remote endpoint found nothing since its graphs are out of sight.

    Nothing is asked but where something was not found, and then at most four rows.
    """
    from regimenkg.sparql.remote import RemoteEndpoint

    if not isinstance(backend, RemoteEndpoint):
        return
    for pattern in (_REGIMEN, _ANYTHING):
        if _has(backend, pattern):
            return
        if _has(backend, f"GRAPH ?g {{ {pattern} }}"):
            raise DataError(
                f"queries see nothing at {backend.location}: its data are in named graphs, and its"
                " default graph does not show them",
                hint="have the server show its named graphs as the default graph (oxigraph serve"
                " --union-default-graph; in Fuseki tdb2:unionDefaultGraph true), or put their merge"
                " into it: regimenkg publish --default-graph, or a file of regimenkg export --flat",
            )
    raise DataError(
        f"{backend.location} holds no triples",
        hint="'regimenkg publish' puts the graphs of the store there; or is it another dataset of"
        " the server's that you mean?",
    )


def _has(backend: Backend, pattern: str) -> bool:
    # Not ASK, which Virtuoso 7 answers with rows.
    return bool(select(backend, f"SELECT ?s WHERE {{ {pattern} }} LIMIT 1"))
