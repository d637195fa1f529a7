"""The embedded store as an rdflib dataset: a view, not a copy, through oxrdflib.

It answers as an rdflib ``Dataset`` of the same quads would. The engine runs the queries, but for
those with ``initBindings``: what these mean only rdflib knows, so that rdflib runs them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NoReturn

import pyoxigraph as ox
import rdflib
from oxrdflib import OxigraphStore
from rdflib.graph import DATASET_DEFAULT_GRAPH_ID
from rdflib.plugins.sparql.processor import SPARQLProcessor, SPARQLResult
from rdflib.query import Result
from rdflib.serializer import Serializer

from regimenkg.errors import UsageError
from regimenkg.formats.results import RdflibTerm, rdflib_term
from regimenkg.sparql.explain import explain
from regimenkg.store.embedded import EmbeddedStore

__all__ = ["dataset"]

_OF_DATASETS = ("nquads", "trig", "trix", "json-ld", "hext", "patch")
_UNION = "__UNION__"  # how rdflib names the union of all graphs


class ReadOnlyStore(OxigraphStore):
    """An rdflib store over a store of ours; whatever would change it raises UsageError.

    Args:
        embedded: the store.
        merge: whether its default graph, the merge of all graphs, is to be seen.
    """

    def __init__(self, embedded: EmbeddedStore, *, merge: bool = True) -> None:
        super().__init__(store=embedded.store)
        self._embedded = embedded  # a generation stays on disk while its reader lives
        self._merge = merge

    def add_graph(self, graph: rdflib.Graph) -> None:
        """Do nothing: rdflib calls this to look at a named graph, too."""

    def add(self, *_: Any, **__: Any) -> NoReturn:
        """Refuse; so do all other changes."""
        raise UsageError(
            "the store is read-only",
            hint="copy it: rdflib.Graph() + regimenkg.graph().default_graph",
        )

    addN = remove = update = remove_graph = add

    def triples(
        self, triple_pattern: Any, context: rdflib.Graph | None = None
    ) -> Iterator[tuple[Any, Iterator[rdflib.Graph | None]]]:
        """Triples that fit a pattern, each with its graph; none for a pattern that none can fit."""
        pattern = [*triple_pattern, None if context is None else context.identifier]
        try:
            terms: list[Any] = [None if term is None else _engine_term(term) for term in pattern]
            quads = self._inner.quads_for_pattern(*terms)
        except (TypeError, ValueError):  # a literal as a subject, say
            return
        for quad in quads:
            if isinstance(quad.graph_name, ox.DefaultGraph):
                if not self._merge:
                    continue
                name: RdflibTerm = DATASET_DEFAULT_GRAPH_ID
            else:
                name = rdflib_term(quad.graph_name)
            triple = tuple(map(rdflib_term, (quad.subject, quad.predicate, quad.object)))
            yield triple, iter((rdflib.Graph(self, name),))

    def query(
        self,
        query: Any,
        initNs: Mapping[str, Any],
        initBindings: Mapping[str, Any],
        queryGraph: Any,
        **options: Any,
    ) -> Result:
        """Answer a query; the standard prefixes may be left undeclared.

        Raises QuerySyntaxError for what is no query, and DataError for what cannot be evaluated.
        """
        prefixes = {prefix: str(namespace) for prefix, namespace in self.namespaces()}
        prefixes |= {prefix: str(namespace) for prefix, namespace in initNs.items()}
        if initBindings or options or not isinstance(query, str):
            bindings = {str(name).lstrip("?"): value for name, value in initBindings.items()}
            processor = SPARQLProcessor(self._graph(queryGraph))  # type: ignore[no-untyped-call]
            return SPARQLResult(processor.query(query, bindings, prefixes, **options))
        try:
            answer = self._inner.query(
                query,
                prefixes=prefixes,
                use_default_graph_as_union=queryGraph == _UNION,
                default_graph=None if queryGraph == _UNION else _engine_term(queryGraph),
            )
        except (SyntaxError, RuntimeError, ValueError, OSError) as error:
            raise explain(error, query) from error
        if isinstance(answer, ox.QueryBoolean):
            result = Result("ASK")
            result.askAnswer = bool(answer)
        elif isinstance(answer, ox.QuerySolutions):
            result = Result("SELECT")
            names = [rdflib.Variable(variable.value) for variable in answer.variables]
            result.vars = names
            result.bindings = (
                {name: rdflib_term(t) for name, t in zip(names, row, strict=True) if t is not None}
                for row in answer
            )
        else:
            result = Result("CONSTRUCT")
            result.graph = rdflib.Graph()
            for triple in answer:
                terms = (triple.subject, triple.predicate, triple.object)
                result.graph.add(tuple(map(rdflib_term, terms)))  # type: ignore[arg-type]
        return result

    def _graph(self, name: Any) -> rdflib.Graph:
        """The graph that a query is asked of, as rdflib's own engine takes it."""
        if name in (_UNION, DATASET_DEFAULT_GRAPH_ID):
            return rdflib.Dataset(self, default_union=name == _UNION)
        return rdflib.Graph(self, name)


def _engine_term(term: Any) -> Any:
    """A term of rdflib as the engine's; raises TypeError for what is none, such as a path."""
    if term == DATASET_DEFAULT_GRAPH_ID:
        return ox.DefaultGraph()
    if isinstance(term, rdflib.URIRef):
        return ox.NamedNode(term)
    if isinstance(term, rdflib.BNode):
        return ox.BlankNode(term)
    if isinstance(term, rdflib.Literal):
        if term.language:
            return ox.Literal(term, language=term.language)
        return ox.Literal(term, datatype=ox.NamedNode(term.datatype or rdflib.XSD.string))
    raise TypeError(f"no term of the engine: {term!r}")


class View(rdflib.Dataset):
    """A read-only dataset; written out, it has each triple once in each of its graphs."""

    def __init__(self, embedded: EmbeddedStore) -> None:
        super().__init__(store=ReadOnlyStore(embedded))
        self._embedded = embedded

    def serialize(
        self, destination: Any = None, format: str = "trig", *args: Any, **options: Any
    ) -> Any:
        """Write the named graphs, or in a format that has none the merge of them.

        The merge is the default graph, and would make two of every triple of a dataset.
        """
        writer = rdflib.plugin.get(format, Serializer)
        if writer in {rdflib.plugin.get(name, Serializer) for name in _OF_DATASETS}:
            source: rdflib.Graph = _bound(
                rdflib.Dataset(store=ReadOnlyStore(self._embedded, merge=False)),
                dict(self.namespaces()),
            )
        else:
            source = self.default_graph
        return source.serialize(destination, format, *args, **options)


def dataset(embedded: EmbeddedStore) -> rdflib.Dataset:
    """A read-only rdflib dataset whose default graph is the merge of all graphs."""
    from regimenkg.terms.namespaces import PREFIXES

    return _bound(View(embedded), PREFIXES)


def _bound(view: rdflib.Dataset, prefixes: Mapping[str, Any]) -> rdflib.Dataset:
    """The dataset with these prefixes and no others."""
    view.namespace_manager = rdflib.namespace.NamespaceManager(view, bind_namespaces="none")
    for prefix, namespace in prefixes.items():
        view.bind(prefix, namespace, override=True)
    return view
