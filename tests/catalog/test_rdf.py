"""The canned queries as SHACL's SPARQL executables, and the prefix map as its declarations."""

from __future__ import annotations

import rdflib
from rdflib import Literal, URIRef, namespace
from rdflib.collection import Collection

from regimenkg.catalog.cache import catalog
from regimenkg.catalog.rdf import prefixes_turtle, queries_turtle
from regimenkg.catalog.reading import parse_text
from regimenkg.terms.namespaces import PREFIXES

RKD = "https://w3id.org/regimenkg/"
RK = RKD + "vocab#"
SPECS = [
    parse_text(
        "rows",
        """\
#+ summary: Drugs "with" a role
#+ description: |
#+   One line,
#+   and \\u0041 another.
#+ tags: [drug, role]
#+ params:
#+   role: {type: choice, choices: [rk:Cytotoxic, rk:GrowthFactor], required: true, label: Role}
#+   drug: {type: iri, class: rk:Drug, many: true, optional: true, description: A drug}
#+   minPercent: {type: decimal}
#+ columns: {drug: the drug}
PREFIX rk: <https://w3id.org/regimenkg/vocab#>
SELECT ?drug { VALUES ?role { rk:Cytotoxic } VALUES ?drug { UNDEF } VALUES ?minPercent { 2.5 }
  ?drug rk:componentRole ?role ; rk:percent ?p . FILTER(?p > ?minPercent && "\\\\" != "\\t") }
ORDER BY ?drug
""",
    ),
    parse_text("any", "#+ summary: Anything\nASK { ?s ?p ?o }\n"),
    parse_text("all", "#+ summary: All\nCONSTRUCT WHERE { ?s ?p ?o }\n"),
]
TEXT = queries_turtle(SPECS)
GRAPH = rdflib.Graph().parse(data=TEXT, format="turtle")
ROWS = URIRef(RKD + "query/rows")


def one(subject: rdflib.term.Node, predicate: URIRef) -> rdflib.term.Node:
    """The one value of a property."""
    values = list(GRAPH.objects(subject, predicate))
    assert len(values) == 1
    return values[0]


def test_each_form_has_its_class_and_its_text() -> None:
    for name, kind, text in (
        ("rows", namespace.SH.SPARQLSelectExecutable, namespace.SH.select),
        ("any", namespace.SH.SPARQLAskExecutable, namespace.SH.ask),
        ("all", namespace.SH.SPARQLConstructExecutable, namespace.SH.construct),
    ):
        node = URIRef(RKD + "query/" + name)
        assert set(GRAPH.objects(node, namespace.RDF.type)) == {namespace.SH.SPARQLExecutable, kind}
        assert isinstance(one(node, text), Literal)


def test_the_text_is_the_query_without_its_header() -> None:
    text = str(one(ROWS, namespace.SH.select))
    assert text == SPECS[0].text[SPECS[0].text.index("PREFIX") :]


def test_labels_comments_and_keywords() -> None:
    assert one(ROWS, namespace.RDFS.label) == Literal('Drugs "with" a role', lang="en")
    assert str(one(ROWS, namespace.RDFS.comment)) == "One line,\nand \\u0041 another."
    keywords = GRAPH.objects(ROWS, URIRef("https://schema.org/keywords"))
    assert {str(keyword) for keyword in keywords} == {"drug", "role"}


def test_parameters_are_shapes_of_their_values() -> None:
    role, drug, least = (URIRef(f"{ROWS}#{name}") for name in ("role", "drug", "minPercent"))
    assert set(GRAPH.objects(ROWS, namespace.SH.parameter)) == {role, drug, least}
    assert one(drug, namespace.SH["class"]) == URIRef(RK + "Drug")
    assert one(drug, namespace.SH.nodeKind) == namespace.SH.IRI
    assert one(drug, namespace.SH.description) == Literal("A drug", lang="en")
    assert not list(GRAPH.objects(drug, namespace.SH.maxCount))
    assert not list(GRAPH.objects(drug, namespace.SH.defaultValue))
    assert one(drug, namespace.SH.optional) == Literal(True)
    assert one(least, namespace.SH.datatype) == namespace.XSD.decimal
    assert one(least, namespace.SH.defaultValue) == Literal("2.5", datatype=namespace.XSD.decimal)
    assert one(least, namespace.SH.maxCount) == Literal(1)
    assert one(role, namespace.SH.optional) == Literal(False)
    assert one(role, namespace.SH.name) == Literal("Role", lang="en")
    assert one(role, namespace.SH.path) == URIRef(RKD + "parameter/role")
    assert one(role, namespace.SH.defaultValue) == URIRef(RK + "Cytotoxic")
    choices = Collection(GRAPH, one(role, namespace.SH["in"]))
    assert list(choices) == [URIRef(RK + "Cytotoxic"), URIRef(RK + "GrowthFactor")]


def test_prefixes_are_declared_for_tools() -> None:
    declared = rdflib.Graph().parse(data=prefixes_turtle(), format="turtle")
    nodes = list(declared.objects(one(ROWS, namespace.SH.prefixes), namespace.SH.declare))
    assert {
        (
            str(declared.value(n, namespace.SH.prefix)),
            str(declared.value(n, namespace.SH.namespace)),
        )
        for n in nodes
    } == set(PREFIXES.items())
    assert len(nodes) == len(PREFIXES)


def test_there_are_no_blank_nodes_and_the_text_is_stable() -> None:
    assert not any(isinstance(term, rdflib.BNode) for triple in GRAPH for term in triple)
    assert queries_turtle(SPECS) == TEXT
    assert "_:" not in TEXT


def test_the_whole_catalog_is_turtle() -> None:
    graph = rdflib.Graph().parse(data=queries_turtle(catalog().values()), format="turtle")
    assert len(set(graph.subjects(namespace.RDF.type, namespace.SH.SPARQLExecutable))) == len(
        catalog()
    )
