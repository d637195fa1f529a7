"""What the server says of itself: a SPARQL service description, and VoID with the queries.

Source: https://www.w3.org/TR/sparql11-service-description/ and https://www.w3.org/TR/void/.
"""

from __future__ import annotations

import io
from collections.abc import Iterable

import pyoxigraph as ox

from regimenkg.resources import VERSION, data_version
from regimenkg.sparql.answers import Triples
from regimenkg.sparql.backend import Backend, select
from regimenkg.terms.namespaces import PREFIXES, RKD
from regimenkg.web.negotiation import GRAPHS, RESULTS

__all__ = ["examples", "service", "void", "written"]

_ABOUT = (
    "Chemotherapy regimens with doses, toxicities, outcomes and sources."
    " For research, not for clinical decisions."
)
_LICENCE = "https://creativecommons.org/licenses/by/4.0/"


def service(backend: Backend, address: str) -> list[ox.Triple]:
    """The description of the endpoint at an address: what it understands, and its graphs."""
    offered = (*RESULTS, *GRAPHS)
    formats = ", ".join(f"<http://www.w3.org/ns/formats/{found.w3c}>" for found in offered)
    graphs = "".join(
        f"; sd:namedGraph <{address}#{number}> . <{address}#{number}> a sd:NamedGraph ;"
        f" sd:name <{name}> ; sd:graph [ a sd:Graph ; void:triples {count} ] . <{address}#dataset>"
        " a sd:Dataset "
        for number, (name, count) in enumerate(_graphs(backend), 1)
    )
    total = _number(backend, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
    return _turtle(
        f"""<{address}> a sd:Service ; sd:endpoint <{address}> ;
          sd:supportedLanguage sd:SPARQL11Query ; sd:resultFormat {formats} ;
          dcterms:title "RegimenKG {VERSION}" ; dcterms:license <{_LICENCE}> ;
          rdfs:comment "For research. Not for clinical decisions."@en ;
          sd:defaultDataset <{address}#dataset> .
        <{address}#dataset> a sd:Dataset ;
          sd:defaultGraph [ a sd:Graph ; void:triples {total} ] {graphs} ."""
    )


def void(backend: Backend, root: str) -> list[ox.Triple]:
    """The dataset as VoID: how much there is of what, vocabularies, licence, where to ask."""
    dataset = f"<{root}.well-known/void#dataset>"
    counts = {
        "void:triples": "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }",
        "void:distinctSubjects": "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s ?p ?o }",
        "void:distinctObjects": "SELECT (COUNT(DISTINCT ?o) AS ?n) { ?s ?p ?o }",
        "void:properties": "SELECT (COUNT(DISTINCT ?p) AS ?n) { ?s ?p ?o }",
        "void:classes": "SELECT (COUNT(DISTINCT ?c) AS ?n) { ?s a ?c }",
    }
    facts = [f"{name} {_number(backend, query)}" for name, query in counts.items()]
    for part, key, count, query in (
        ("classPartition", "class", "entities", "?s a ?x"),
        ("propertyPartition", "property", "triples", "?s ?x ?o"),
    ):
        rows = select(backend, f"SELECT ?x (COUNT(?s) AS ?n) {{ {query} }} GROUP BY ?x ORDER BY ?x")
        facts += [
            f"void:{part} [ void:{key} {x} ; void:{count} {n.value} ]"  # type: ignore[union-attr]
            for x, n in rows
        ]
    vocabularies = ", ".join(f"<{PREFIXES[p]}>" for p in ("rk", "skos", "prov", "oa", "fabio"))
    return _turtle(
        f"""{dataset} a void:Dataset, dcat:Dataset ; dcterms:title "RegimenKG"@en ;
          dcterms:description "{_ABOUT}"@en ;
          dcterms:license <{_LICENCE}> ; dcat:version "{data_version()}" ;
          void:uriSpace "{RKD}" ; void:vocabulary {vocabularies} ;
          void:sparqlEndpoint <{root}sparql> ; {" ; ".join(facts)} ."""
    )


def examples(root: str) -> list[ox.Triple]:
    """The canned queries as ``sh:SPARQLExecutable``, so that editors offer them as examples."""
    from regimenkg.catalog.cache import catalog
    from regimenkg.catalog.rdf import queries_turtle

    text = queries_turtle(catalog().values())
    triples = [quad.triple for quad in ox.parse(text, format=ox.RdfFormat.TURTLE)]
    target = ox.NamedNode(PREFIXES["schema"] + "target")
    executables = {
        triple.subject
        for triple in triples
        if str(triple.object) == f"<{PREFIXES['sh']}SPARQLExecutable>"
    }
    endpoint = ox.NamedNode(root + "sparql")
    return [*triples, *(ox.Triple(node, target, endpoint) for node in executables)]


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


def _number(backend: Backend, query: str) -> str:
    return str(select(backend, query)[0][0].value)  # type: ignore[union-attr]
