"""The graph or a part of it, as statements to be written in any format."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import IO

import pyoxigraph as ox

from regimenkg.catalog.cache import find
from regimenkg.errors import ThingNotFoundError, UsageError, did_you_mean
from regimenkg.formats.rdf.statements import Graph
from regimenkg.sparql.answers import Triples
from regimenkg.sparql.backend import Backend, select
from regimenkg.sparql.terms import term_text
from regimenkg.sparql.tokens import swap_values
from regimenkg.store.embedded import EmbeddedStore
from regimenkg.terms.namespaces import DESCRIPTION_GRAPHS, GRAPH, ONTOLOGY_GRAPH, expand


class Named:
    """Named graphs of a backend: quads for who asks for each, lines for who writes them.

    Args:
        backend: what holds them.
        names: their IRIs.
    """

    def __init__(self, backend: Backend, names: Sequence[str]) -> None:
        self._backend = backend
        self._names = names

    def __iter__(self) -> Iterator[ox.Quad]:
        """Yield their quads."""
        for name in self._names:
            graph = ox.NamedNode(name)
            for triple in graph_triples(self._backend, name):
                yield ox.Quad(triple.subject, triple.predicate, triple.object, graph)

    def graphs(self) -> Iterator[Graph]:
        """Yield each graph with what writes its triples as N-Triples."""
        return ((f"<{name}>", partial(_dump, self._backend, name)) for name in self._names)


class Merged:
    """Graphs of a backend as one: triples for who asks for each, lines for who writes them.

    Args:
        backend: what holds them.
        names: their IRIs; an empty one is the default graph.

    >>> list(Merged(EmbeddedStore.empty(), [""]))
    []
    """

    def __init__(self, backend: Backend, names: Sequence[str]) -> None:
        self._backend = backend
        self._names = names

    def __iter__(self) -> Iterator[ox.Triple]:
        """Yield their triples, each once."""
        seen: set[ox.Triple] = set()
        for name in self._names:
            for triple in graph_triples(self._backend, name):
                if triple not in seen:
                    seen.add(triple)
                    yield triple

    def graphs(self) -> Iterator[Graph]:
        """Yield the parts of the one graph, each with what writes its triples as N-Triples."""
        return (("", partial(_dump, self._backend, name)) for name in self._names)


def _dump(backend: Backend, name: str, stream: IO[bytes]) -> None:
    if isinstance(backend, EmbeddedStore):
        backend.dump(name, stream)
    else:
        ox.serialize(graph_triples(backend, name), stream, ox.RdfFormat.N_TRIPLES)


def dataset(backend: Backend, *, ontology: bool = False) -> Named:
    """Every named graph, the ontology's only if asked for.

    The default graph is not among them, nor are the graphs that describe the store to tools: they
    are made anew where the data are loaded.

    Raises UsageError if the backend has no named graphs (``flat`` then gives what it holds).
    """
    graphs = _exported(backend, ontology)
    if not graphs:
        raise UsageError(
            f"{backend.location} holds no named graphs", hint="--flat exports its default graph"
        )
    return Named(backend, graphs)


def flat(backend: Backend, *, ontology: bool = False) -> Merged:
    """The graphs of :func:`dataset` as one; of a store without named graphs, all that it holds."""
    return Merged(backend, _exported(backend, ontology) or [""])


def _exported(backend: Backend, ontology: bool) -> list[str]:
    aside = {*DESCRIPTION_GRAPHS, *(() if ontology else (ONTOLOGY_GRAPH,))}
    return [name for name in graph_names(backend) if name not in aside]


def graph_names(backend: Backend) -> list[str]:
    """IRIs of the named graphs, in order."""
    if isinstance(backend, EmbeddedStore):
        return backend.graph_names()
    rows = select(backend, "SELECT DISTINCT ?g WHERE { GRAPH ?g { ?s ?p ?o } }")
    return sorted(term.value for (term,) in rows if isinstance(term, ox.NamedNode))


def one_graph(backend: Backend, name: str) -> Merged:
    """The triples of one named graph; raises as :func:`graph_named` does."""
    return Merged(backend, [graph_named(backend, name)])


def graph_named(backend: Backend, name: str) -> str:
    """The IRI of a named graph that is there, by its IRI, CURIE or bare name (``curated``).

    Raises ThingNotFoundError if there is no such graph.
    """
    known = graph_names(backend)
    candidates = (name, expand(name) or "", GRAPH + name.removeprefix("graph/"))
    for iri in candidates:
        if iri in known:
            return iri
    short = [iri.removeprefix(GRAPH) for iri in known]
    near = did_you_mean(name, short)
    raise ThingNotFoundError(
        f"{backend.location} has no graph '{name}'",
        hint=f"did you mean '{near}'?" if near else "it has " + ", ".join(short),
    )


def graph_triples(backend: Backend, iri: str) -> Iterator[ox.Triple]:
    """The triples of the named graph with this IRI, or of the default graph for an empty one."""
    pattern = f"GRAPH {ox.NamedNode(iri)} {{ ?s ?p ?o }}" if iri else "?s ?p ?o"
    return construct(backend, f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ {pattern} }}")


def construct(backend: Backend, text: str) -> Iterator[ox.Triple]:
    """The triples of a CONSTRUCT or DESCRIBE query; raises UsageError for another form."""
    answer = backend.query(text)
    if not isinstance(answer, Triples):
        raise UsageError("this query does not make triples", hint="CONSTRUCT and DESCRIBE do")
    return iter(answer)


def record(thing: ox.NamedNode, backend: Backend) -> Iterator[ox.Triple]:
    """All that makes up the record of a regimen, or of another thing, closed in itself.

    It is what the canned query ``regimen-record`` gives, which says what belongs to it. Another
    thing stands there in the place of the regimen.
    """
    spec = find("regimen-record")
    [param] = spec.params
    return construct(backend, swap_values(spec.text, {param.name: [term_text(thing)]}, spec.blocks))
