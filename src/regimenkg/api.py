"""The Python interface: canned queries, any SPARQL, and the graph as rdflib sees it.

Every function takes ``store``, a store directory (default: the user's own, built on first use),
or ``endpoint``, the URL of a SPARQL endpoint to ask instead.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from regimenkg.catalog.cache import catalog
from regimenkg.catalog.spec import QuerySpec
from regimenkg.errors import UsageError
from regimenkg.formats.results import Result
from regimenkg.sparql.answers import Solutions, Triples
from regimenkg.sparql.backend import Backend

if TYPE_CHECKING:
    import rdflib

    from regimenkg.store.embedded import EmbeddedStore


_NAME = re.compile(r"[a-z0-9-]+(?:\.rq)?")  # a canned query's name, which no SPARQL text is


def query(
    name: str,
    /,
    *,
    store: Path | str | None = None,
    endpoint: str | None = None,
    limit: int | None = None,
    **parameters: object,
) -> Result:
    """Run a canned query and return its rows.

    ``parameters`` are the query's own: names, synonyms, CURIEs or IRIs for things, one or a list
    of them. Raises QueryNotFoundError, ParameterError, and what the store or endpoint raises.

    >>> query("toxicity-rates", regimen="CLAG + imatinib").to_dicts()[0]["toxicityLabel"]
    'febrile neutropenia'
    """
    from regimenkg.catalog.runner import run

    spec, answer = run(name, parameters, _backend(store, endpoint), limit, note=lambda _: None)
    if not isinstance(answer, Solutions):
        raise UsageError(
            f"{spec.name} does not return rows",
            hint=f"regimenkg.construct({spec.name!r}, …) returns its triples",
        )
    return Result(answer)


def sparql(text: str, /, *, store: Path | str | None = None, endpoint: str | None = None) -> Result:
    """Run a SELECT query; standard prefixes may be left undeclared.

    >>> text = "SELECT ?name { ?r rk:extends [ skos:prefLabel 'CLAG'@en ] ; skos:prefLabel ?name }"
    >>> sparql(text)[0]
    (rdflib.term.Literal('CLAG + imatinib', lang='en'),)
    """
    from regimenkg.catalog.runner import run_text

    answer = run_text(text, _backend(store, endpoint))
    if not isinstance(answer, Solutions):
        raise UsageError(
            "sparql() runs SELECT queries", hint="construct() and ask() run the other forms"
        )
    return Result(answer)


def ask(text: str, /, *, store: Path | str | None = None, endpoint: str | None = None) -> bool:
    """Run an ASK query.

    >>> ask("ASK { ?regimen rk:hasDrug/skos:prefLabel 'cytarabine'@en }")
    True
    """
    from regimenkg.catalog.runner import run_text

    answer = run_text(text, _backend(store, endpoint))
    if not isinstance(answer, bool):
        raise UsageError("ask() runs ASK queries", hint="sparql() runs SELECT queries")
    return answer


def construct(
    query: str,
    /,
    *,
    store: Path | str | None = None,
    endpoint: str | None = None,
    **parameters: object,
) -> rdflib.Graph:
    """Run a CONSTRUCT or DESCRIBE query and return its triples as an rdflib graph.

    ``query`` is its text, or the name of a canned one, which takes ``parameters`` as
    :func:`query` does. Raises UsageError for a query of another form, and what that raises.

    >>> len(construct("CONSTRUCT { ?r a rk:Regimen } { ?r rk:extends+ ?clag }"))
    1
    >>> from rdflib import RDF, URIRef
    >>> graph = construct("regimen-record", regimen="CLAG + imatinib")
    >>> len(set(graph.subjects(RDF.type, URIRef("https://w3id.org/regimenkg/vocab#Administration"))))
    13
    """
    import io

    import rdflib

    from regimenkg.catalog.runner import run, run_text
    from regimenkg.formats.graphs import write_graph

    backend = _backend(store, endpoint)
    if _NAME.fullmatch(query):
        _, answer = run(query, parameters, backend, note=lambda _: None)
    elif parameters:
        raise UsageError(
            "a query's text takes no parameters", hint="write the values into it, or name a query"
        )
    else:
        answer = run_text(query, backend)
    if not isinstance(answer, Triples):
        raise UsageError(
            "construct() runs CONSTRUCT and DESCRIBE queries", hint="sparql() runs SELECT queries"
        )
    text_nt = io.BytesIO()
    write_graph(answer, "nt", text_nt)
    return rdflib.Graph().parse(data=text_nt.getvalue(), format="nt")


def resolve(
    names: str | Iterable[object],
    /,
    kind: str | None = None,
    *,
    store: Path | str | None = None,
    endpoint: str | None = None,
) -> Result:
    """Tell which thing each name or code means: a row for each, or for each of its candidates.

    ``names`` is a text or several; one that is missing, as None or a NaN, is an empty text.
    ``kind`` is drug, regimen, toxicity, condition or class; None for things of any kind. The
    columns are input, status (``resolved``, ``ambiguous`` or ``unknown``), thing, label, kind,
    matchedBy and note. Raises UsageError for another kind, and what the store or endpoint raises.

    >>> for row in resolve(["Ara-C", "RXNORM:3041", "FLAG"], "drug").to_dicts():
    ...     print(row["status"], row["label"], row["matchedBy"])
    resolved cytarabine synonym
    resolved cytarabine code
    unknown None None
    """
    from regimenkg.formats.lists import texts_of
    from regimenkg.things.resolve import resolve as resolve_all

    texts = [names] if isinstance(names, str) else texts_of(names)
    return Result(resolve_all(texts, _backend(store, endpoint), kind))


def candidates(
    lists: Mapping[str, Iterable[str]] | Iterable[Iterable[str]],
    /,
    *,
    match: str | Sequence[str] = (),
    everything: bool = False,
    store: Path | str | None = None,
    endpoint: str | None = None,
) -> Result:
    """Tell which regimens each of many lists of drugs may be, such as those of patients.

    ``lists`` has names or codes of drugs for each patient; without patients they are numbered.
    ``match`` is exact, contains or within, or several of these; ``everything`` gives all regimens
    that compare so, not the nearest alone. Every list has a row, and so has each name that means no
    drug or several: see :func:`regimenkg.records.candidates.candidates`, which tells the columns.
    Raises ParameterError for another ``match``, and what the store or endpoint raises.

    >>> candidates({"Ann": ["Ara-C", "cladribine", "G-CSF"]}).to_dicts()[0]["regimenLabel"]
    'CLAG'
    """
    from regimenkg.records.candidates import DrugList
    from regimenkg.records.candidates import candidates as candidates_of

    numbered = enumerate(lists, 1) if not isinstance(lists, Mapping) else lists.items()
    each = (
        DrugList(str(patient), [names] if isinstance(names, str) else list(names))
        for patient, names in numbered
    )
    matches = [match] if isinstance(match, str) else list(match)
    backend = _backend(store, endpoint)
    return Result(candidates_of(each, backend, match=matches, everything=everything))


def graph(*, store: Path | str | None = None) -> rdflib.Dataset:
    """The embedded store as a read-only rdflib dataset, without copying it.

    Its default graph is the merge of all named graphs; ``graph.graph(iri)`` gives a named one.
    To change triples, copy them into a graph of your own.

    >>> from rdflib import SKOS
    >>> "cytarabine" in {str(label) for label in graph().objects(None, SKOS.prefLabel)}
    True
    """
    from regimenkg.store.rdflib_view import dataset

    return dataset(_embedded(store))


def list_queries() -> Mapping[str, QuerySpec]:
    """The canned queries by name: summary, parameters, columns and text of each.

    >>> list_queries()["shared-toxicities"].columns["percent"] != ""
    True
    """
    return catalog()


def _backend(store: Path | str | None, endpoint: str | None) -> Backend:
    if endpoint is not None:
        if store is not None:
            raise UsageError("store and endpoint exclude each other", hint="give one of the two")
        from regimenkg.sparql.remote import RemoteEndpoint

        return RemoteEndpoint(endpoint)
    return _embedded(store)


def _embedded(store: Path | str | None) -> EmbeddedStore:
    from regimenkg.packaged import open_store

    return open_store(store)
