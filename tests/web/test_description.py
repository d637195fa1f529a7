"""What SIB's tools ask an endpoint gives rows over HTTP, and from its description read as Turtle.

The tools send a parameter of their own with each query, and read the service description as Turtle
where an endpoint gives no rows. The queries are written here, in the shape of theirs.
"""

from __future__ import annotations

from typing import Protocol

import httpx
import pytest
import rdflib

from regimenkg.catalog.cache import catalog
from regimenkg.terms.namespaces import PREFIXES


class Server(Protocol):
    """A running server, as the fixture has it."""

    sparql: str
    client: httpx.Client


HEAD = "".join(f"PREFIX {name}: <{PREFIXES[name]}> " for name in ("rdfs", "sh", "void", "void-ext"))
ASKED = {
    "examples": (
        "SELECT DISTINCT ?q ?words ?text { ?q a sh:SPARQLExecutable ; rdfs:comment ?words ;"
        " sh:select|sh:construct|sh:ask ?text } ORDER BY ?q",
        len(catalog()),
    ),
    "prefixes": (
        "SELECT DISTINCT ?p ?n { [] sh:prefix ?p ; sh:namespace ?n } ORDER BY ?p",
        len(PREFIXES),
    ),
    "classes": (
        "SELECT DISTINCT ?of ?p ?class { ?x void:class ?of ; void:propertyPartition ?part ."
        " ?part void:property ?p ; void:classPartition [ void:class ?class ] }",
        100,
    ),
    "datatypes": (
        "SELECT DISTINCT ?of ?p ?type { ?x void:class ?of ; void:propertyPartition ?part ."
        " ?part void:property ?p ; void-ext:datatypePartition [ void-ext:datatype ?type ] }",
        100,
    ),
}


@pytest.mark.parametrize("asked", ASKED)
def test_the_endpoint_answers(server: Server, asked: str) -> None:
    query, least = ASKED[asked]
    response = server.client.get(
        "/sparql",
        params={"ac": "1", "query": HEAD + query},
        headers={"Accept": "application/sparql-results+json"},
    )
    assert response.status_code == 200
    assert len(response.json()["results"]["bindings"]) >= least


@pytest.fixture(scope="module")
def described(server: Server) -> rdflib.Graph:
    text = server.client.get("/sparql", headers={"Accept": "text/turtle"}).text
    return rdflib.Graph().parse(data=text, format="turtle")


@pytest.mark.parametrize("asked", ASKED)
def test_the_service_description_answers(described: rdflib.Graph, asked: str) -> None:
    query, least = ASKED[asked]
    assert len(described.query(HEAD + query)) >= least


def test_the_default_graph_is_the_dataset_of_void(described: rdflib.Graph, server: Server) -> None:
    sd, void = rdflib.Namespace(PREFIXES["sd"]), rdflib.Namespace(PREFIXES["void"])
    [dataset] = described.objects(None, sd.defaultGraph)
    assert described.value(dataset, void.sparqlEndpoint) == rdflib.URIRef(server.sparql)
    alone = rdflib.Graph().parse(data=server.client.get("/.well-known/void").text, format="turtle")
    assert set(alone) <= set(described)
    assert alone.value(dataset, void.triples)


def test_examples_name_the_endpoint_that_they_are_for(server: Server) -> None:
    text = server.client.get("/.well-known/sparql-examples").text
    graph = rdflib.Graph().parse(data=text, format="turtle")
    target = rdflib.URIRef(PREFIXES["schema"] + "target")
    assert set(graph.objects(None, target)) == {rdflib.URIRef(server.sparql)}
    assert len(list(graph.subjects(target))) == len(catalog())
