"""What the server says of itself: a SPARQL service description, and VoID with the queries.

Source: https://www.w3.org/TR/sparql11-service-description/ and https://www.w3.org/TR/void/.
"""

from __future__ import annotations

import io
from collections.abc import Iterable

import pyoxigraph as ox

from regimenkg.records.export import graph_triples
from regimenkg.resources import VERSION, data_version
from regimenkg.sparql.answers import Triples
from regimenkg.sparql.backend import Backend, select
from regimenkg.terms.namespaces import PREFIXES, PREFIXES_GRAPH, QUERIES_GRAPH, RKD, VOID_GRAPH
from regimenkg.web.negotiation import GRAPHS, RESULTS

__all__ = ["examples", "service", "void", "written"]

_LICENCE = "https://creativecommons.org/licenses/by/4.0/"
_DATASET = RKD + ".well-known/void#dataset"


def service(backend: Backend, address: str) -> list[ox.Triple]:
    """The description of the endpoint at an address: what it understands, and its graphs.

    Its default graph is the dataset of :func:`void`; prefixes and queries are told too, since
    tools read them here where they cannot ask.
    """
    offered = (*RESULTS, *GRAPHS)
    formats = ", ".join(f"<http://www.w3.org/ns/formats/{format_.w3c}>" for format_ in offered)
    graphs = "".join(
        f"; sd:namedGraph <{address}#{number}> . <{address}#{number}> a sd:NamedGraph ;"
        f" sd:name <{name}> ; sd:graph [ a sd:Graph ; void:triples {count} ] . <{address}#dataset>"
        " a sd:Dataset "
        for number, (name, count) in enumerate(_graphs(backend), 1)
    )
    own = _turtle(
        f"""<{address}> a sd:Service ; sd:endpoint <{address}> ;
          sd:supportedLanguage sd:SPARQL11Query ; sd:resultFormat {formats} ;
          dcterms:title "RegimenKG {VERSION}" ; dcterms:license <{_LICENCE}> ;
          rdfs:comment "For research. Not for clinical decisions."@en ;
          sd:defaultDataset <{address}#dataset> .
        <{address}#dataset> a sd:Dataset ; sd:defaultGraph <{_DATASET}> {graphs} .
        <{_DATASET}> a sd:Graph ."""
    )
    root = address.removesuffix("sparql")
    return [*own, *void(backend, root), *examples(backend, root)]


def void(backend: Backend, root: str) -> list[ox.Triple]:
    """The dataset as VoID, as the store holds it, and where this server answers for it."""
    here = f'<{_DATASET}> void:sparqlEndpoint <{root}sparql> ; dcat:version "{data_version()}" .'
    return [*graph_triples(backend, VOID_GRAPH), *_turtle(here)]


def examples(backend: Backend, root: str) -> list[ox.Triple]:
    """The canned queries as ``sh:SPARQLExecutable`` for this endpoint, and their prefixes."""
    triples = [
        *graph_triples(backend, PREFIXES_GRAPH),
        *graph_triples(backend, QUERIES_GRAPH),
    ]
    executable = ox.NamedNode(PREFIXES["sh"] + "SPARQLExecutable")
    target, endpoint = ox.NamedNode(PREFIXES["schema"] + "target"), ox.NamedNode(root + "sparql")
    return triples + [
        ox.Triple(triple.subject, target, endpoint)
        for triple in triples
        if triple.object == executable
    ]


def written(triples: Iterable[ox.Triple], format_: str) -> bytes:
    """Triples in a format, by its short name."""
    from regimenkg.formats.graphs import write_graph

    output = io.BytesIO()
    write_graph(Triples(triples), format_, output)
    return output.getvalue()


def _turtle(text: str) -> list[ox.Triple]:
    """Triples of a Turtle text; blank nodes are named by their place, so that they are stable."""
    from regimenkg.store.skolem import by_order

    prefixes = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in PREFIXES.items())
    parsed = (quad.triple for quad in ox.parse(prefixes + text, format=ox.RdfFormat.TURTLE))
    return list(by_order(parsed, "description"))


def _graphs(backend: Backend) -> list[tuple[str, str]]:
    rows = select(
        backend, "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ORDER BY ?g"
    )
    return [(str(g.value), str(n.value)) for g, n in rows]  # type: ignore[union-attr]
