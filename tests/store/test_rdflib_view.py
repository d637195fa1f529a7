"""The rdflib view answers as an rdflib dataset of the same quads."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pyoxigraph as ox
import pytest
import rdflib
from rdf_terms import plain
from rdflib import RDFS, SKOS, XSD, Literal, URIRef, Variable
from rdflib.plugins.sparql import prepareQuery

from regimenkg.errors import QuerySyntaxError, UsageError
from regimenkg.formats.results import rdflib_term
from regimenkg.store.embedded import EmbeddedStore
from regimenkg.store.rdflib_view import dataset

RK = rdflib.Namespace("https://w3id.org/regimenkg/vocab#")
E = rdflib.Namespace("http://example.org/")
NAMES = {"e": E, "rk": RK, "skos": SKOS, "rdfs": RDFS, "xsd": XSD}

DATA = """
@prefix e: <http://example.org/> . @prefix rk: <https://w3id.org/regimenkg/vocab#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
e:one {
  e:r1 a rk:Regimen ; skos:prefLabel "Alpha"@en ; rk:hasDrug e:d1, e:d2 ; e:weeks 4 .
  e:r2 a rk:Regimen ; skos:prefLabel "Beta"@en ; rk:hasDrug e:d2 ; rk:extends e:r1 .
  e:r3 a rk:Regimen ; rk:extends e:r2 ; e:weeks 12 ; skos:note "first", "second", "" .
  e:d1 a rk:Drug ; skos:prefLabel "delta"@en, "Delta"@de ; e:dose 2.5 .
}
e:two {
  e:r1 a rk:Regimen ; e:from "2018-05"^^xsd:gYearMonth ; e:day "2018-05-31"^^xsd:date .
  e:d2 a rk:Drug ; skos:prefLabel "epsilon"@en ; e:dose 100.0 ; e:boxed true ;
    skos:note "a\\tb\\nc" .
  e:d3 a rk:Drug ; e:lasts "PT2H"^^xsd:dayTimeDuration ; e:dose 0 .
}
"""


def stores() -> tuple[rdflib.Dataset, rdflib.Dataset]:
    """A view of a store with its merge, and rdflib's own copy of the same quads."""
    embedded = EmbeddedStore.empty()
    embedded.store.load(DATA.encode(), ox.RdfFormat.TRIG)
    embedded.store.extend([ox.Quad(*quad.triple) for quad in embedded.store])
    copy = rdflib.Dataset()
    for quad in embedded.store:
        graph = copy.default_graph
        if not isinstance(quad.graph_name, ox.DefaultGraph):
            graph = copy.graph(rdflib_term(quad.graph_name))
        terms = (quad.subject, quad.predicate, quad.object)
        graph.add(tuple(map(rdflib_term, terms)))
    return dataset(embedded), copy


VIEW, COPY = stores()

SHAPES = [
    "SELECT * { ?s ?p ?o }",
    "SELECT ?s { ?s a rk:Regimen }",
    "SELECT ?s ?l { ?s a rk:Regimen . OPTIONAL { ?s skos:prefLabel ?l } }",
    "SELECT ?s ?l { ?s a rk:Drug . OPTIONAL { ?s skos:prefLabel ?l FILTER(LANG(?l) = 'de') } }",
    "SELECT ?s { ?s a rk:Regimen MINUS { ?s rk:hasDrug ?d } }",
    "SELECT ?s { ?s a rk:Regimen FILTER NOT EXISTS { ?s skos:prefLabel ?l } }",
    "SELECT ?s { ?s a rk:Regimen FILTER EXISTS { ?s rk:hasDrug e:d1 } }",
    "SELECT ?s { { ?s rk:hasDrug e:d1 } UNION { ?s rk:hasDrug e:d2 } }",
    "SELECT DISTINCT ?s { { ?s rk:hasDrug e:d1 } UNION { ?s rk:hasDrug e:d2 } }",
    "SELECT ?s ?x { ?s rk:extends+ ?x }",
    "SELECT ?s ?x { ?s rk:extends* ?x . ?s a rk:Regimen }",
    "SELECT ?s ?x { ?s rk:extends? ?x . ?s a rk:Regimen }",
    "SELECT ?s ?l { ?s rk:hasDrug/skos:prefLabel ?l }",
    "SELECT ?s ?d { ?d ^rk:hasDrug ?s }",
    "SELECT ?s ?o { ?s (rk:hasDrug|rk:extends) ?o }",
    "SELECT ?s ?o { ?s !(rk:hasDrug|skos:prefLabel) ?o . ?s a rk:Regimen }",
    "SELECT ?s ?l { ?s skos:prefLabel ?l } ORDER BY STR(?l)",
    "SELECT ?s ?w { ?s e:weeks ?w } ORDER BY DESC(?w)",
    "SELECT ?l { ?s skos:prefLabel ?l } ORDER BY STR(?l) LIMIT 2 OFFSET 1",
    "SELECT (COUNT(*) AS ?n) { ?s a rk:Regimen }",
    "SELECT (COUNT(*) AS ?n) { ?s a e:Nothing }",
    "SELECT ?s (COUNT(?d) AS ?n) { ?s rk:hasDrug ?d } GROUP BY ?s",
    "SELECT ?s (COUNT(?d) AS ?n) { ?s rk:hasDrug ?d } GROUP BY ?s HAVING (COUNT(?d) > 1)",
    "SELECT (SUM(?w) AS ?n) (MIN(?w) AS ?a) (MAX(?w) AS ?b) { ?s e:weeks ?w }",
    "SELECT (COUNT(DISTINCT ?d) AS ?n) { ?s rk:hasDrug ?d }",
    "SELECT (GROUP_CONCAT(?n; separator='|') AS ?all) { e:d2 skos:note ?n }",
    "SELECT ?s (STR(?s) AS ?x) { ?s a rk:Drug }",
    "SELECT ?s ?x { ?s e:weeks ?w BIND(?w + 7 AS ?x) }",
    "SELECT ?s (IF(?w > 5, 'long', 'short') AS ?x) { ?s e:weeks ?w }",
    "SELECT ?s (COALESCE(?l, 'none') AS ?x) { ?s a rk:Regimen OPTIONAL { ?s skos:prefLabel ?l } }",
    "SELECT ?s { ?s e:dose ?d FILTER(?d > 1) }",
    "SELECT ?s { ?s e:dose ?d FILTER(?d = 100) }",
    "SELECT ?s { ?s e:dose 2.5 }",
    "SELECT ?s { ?s skos:prefLabel 'Alpha'@en }",
    "SELECT ?s { ?s skos:prefLabel 'Alpha' }",
    "SELECT ?s { ?s skos:note 'first' }",
    "SELECT ?s { ?s e:day ?d FILTER(?d > '2018-01-01'^^xsd:date) }",
    "SELECT ?s { ?s e:boxed true }",
    "SELECT ?s ?l { ?s skos:prefLabel ?l FILTER(REGEX(?l, '^a', 'i')) }",
    "SELECT ?s ?l { ?s skos:prefLabel ?l FILTER(LANGMATCHES(LANG(?l), 'EN')) }",
    "SELECT ?x { ?s skos:note ?n BIND(UCASE(CONCAT(?n, '!')) AS ?x) }",
    "SELECT ?s (DATATYPE(?o) AS ?t) { ?s e:dose|e:from|e:lasts ?o }",
    "SELECT ?s { VALUES ?s { e:r1 e:d3 e:none } ?s a ?c }",
    "SELECT ?s ?d { ?s rk:hasDrug ?d } VALUES (?s ?d) { (UNDEF e:d1) (e:r2 UNDEF) }",
    "SELECT ?s ?d { ?s a rk:Regimen { SELECT DISTINCT ?s ?d { ?s rk:hasDrug ?d } } }",
    "SELECT ?g ?s { GRAPH ?g { ?s a rk:Regimen } }",
    "SELECT ?s { GRAPH e:two { ?s a rk:Drug } }",
    "SELECT ?s { GRAPH e:none { ?s a rk:Drug } }",
    "SELECT ?s ?w { ?s e:weeks ?w . GRAPH e:two { ?s a rk:Regimen } }",
    "SELECT ?s ?p { ?s ?p e:d2 FILTER(?p IN (rk:hasDrug, e:other)) }",
    "SELECT ?a ?b { ?a rk:hasDrug ?d . ?b rk:hasDrug ?d FILTER(?a != ?b) }",
    "SELECT ?s { ?s ?p ?o FILTER(ISLITERAL(?o) && STRLEN(STR(?o)) = 0) }",
    "ASK { ?s rk:extends e:r1 }",
    "ASK { e:r1 rk:extends ?x }",
    "CONSTRUCT { ?d e:in ?s } WHERE { ?s rk:hasDrug ?d }",
    "CONSTRUCT WHERE { ?s rk:hasDrug ?d }",
    "CONSTRUCT { ?s e:label ?l } WHERE { ?s a rk:Regimen OPTIONAL { ?s skos:prefLabel ?l } }",
]

BINDINGS: list[dict[str, Any]] = [
    {"s": E.r1},
    {"s": E.none},
    {"l": Literal("Alpha", lang="en")},
    {"s": E.r2, "d": E.d2},
    {"n": Literal("first")},
    {"g": E.one},
    {"w": Literal(12)},
    {"unused": E.r1},
]


def answer(graph: rdflib.Graph, query: Any, **options: Any) -> Any:
    """What a query answers, as it can be compared: rows in order where the query says one."""
    result = graph.query(query, **options)
    if result.type == "ASK":
        return result.askAnswer
    if result.type == "CONSTRUCT":
        assert result.graph is not None
        return {tuple(map(plain, triple)) for triple in result.graph}
    rows = [{str(name): plain(term) for name, term in row.items()} for row in result.bindings]
    if isinstance(query, str) and "ORDER BY" in query:
        return rows
    return Counter(tuple(sorted(row.items())) for row in rows)


@pytest.mark.parametrize("query", SHAPES)
def test_a_query(query: str) -> None:
    assert answer(VIEW, query, initNs=NAMES) == answer(COPY, query, initNs=NAMES)


@pytest.mark.parametrize("bindings", BINDINGS, ids=lambda bindings: ",".join(bindings))
@pytest.mark.parametrize("query", SHAPES)
def test_a_query_with_initial_bindings(query: str, bindings: dict[str, Any]) -> None:
    expected = answer(COPY, query, initNs=NAMES, initBindings=bindings)
    assert answer(VIEW, query, initNs=NAMES, initBindings=bindings) == expected
    variables = {Variable(name): value for name, value in bindings.items()}
    assert answer(VIEW, query, initNs=NAMES, initBindings=variables) == expected


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?s { FILTER(BOUND(?s)) }",
        "SELECT (STR(?s) AS ?x) {}",
        "SELECT ?d { ?s rk:hasDrug ?d }",
        "SELECT (COUNT(*) AS ?n) { ?s rk:hasDrug ?d }",
        "SELECT ?l { { SELECT ?l { ?s skos:prefLabel ?l } } }",
        "SELECT ?s { BIND(?s AS ?t) FILTER(?t = ?s) }",
        "SELECT ?s { VALUES ?s { e:nothing } }",
    ],
)
def test_initial_bindings_of_a_variable_that_is_nowhere_else(query: str) -> None:
    expected = answer(COPY, query, initNs=NAMES, initBindings={"s": E.r1})
    assert answer(VIEW, query, initNs=NAMES, initBindings={"s": E.r1}) == expected


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        # rdflib makes a decimal of a product of integers (SPARQL 1.1, section 17.3) …
        ("SELECT (2 * 7 AS ?x) {}", [{"x": ("14", "", str(XSD.integer))}]),
        # … and a group of what a sub-select has no group of (section 18.2.4.1).
        (
            "SELECT ?s ?n { VALUES ?s { e:r3 }"
            " { SELECT ?s (COUNT(?d) AS ?n) { ?s rk:hasDrug ?d } GROUP BY ?s } }",
            [],
        ),
    ],
)
def test_where_rdflib_departs_from_sparql_the_view_does_not(query: str, rows: list[Any]) -> None:
    assert answer(VIEW, query, initNs=NAMES) == Counter(tuple(row.items()) for row in rows)
    assert answer(COPY, query, initNs=NAMES) != answer(VIEW, query, initNs=NAMES)


def test_a_prepared_query() -> None:
    query = prepareQuery("SELECT ?d { ?s rk:hasDrug ?d }", initNs=NAMES)
    for bindings in ({}, {"s": E.r2}):
        assert answer(VIEW, query, initBindings=bindings) == answer(
            COPY, query, initBindings=bindings
        )


def test_prefixes_may_be_namespaces_and_ours_need_not_be_named() -> None:
    query = "SELECT ?l { ?s a rk:Regimen ; skos:prefLabel ?l }"
    assert len(VIEW.query(query, initNs={"skos": SKOS})) == 2
    assert len(VIEW.query(query, initNs={"skos": SKOS}, initBindings={"s": E.r1})) == 1
    assert len(VIEW.query(query)) == 2
    theirs = {"rk": rdflib.Namespace("http://example.org/none#")}
    assert len(VIEW.query(query, initNs=theirs)) == 0


@pytest.mark.parametrize("name", [E.one, E.two, E.none])
@pytest.mark.parametrize("query", ["SELECT * { ?s ?p ?o }", "ASK { ?s a rk:Drug }"])
def test_a_query_of_one_graph(name: URIRef, query: str) -> None:
    for bindings in ({}, {"s": E.d1}):
        assert answer(VIEW.graph(name), query, initNs=NAMES, initBindings=bindings) == answer(
            COPY.graph(name), query, initNs=NAMES, initBindings=bindings
        )


PATTERNS = [
    (None, None, None),
    (E.r1, None, None),
    (None, SKOS.prefLabel, None),
    (None, None, Literal("first")),
    (None, None, Literal("Alpha", lang="en")),
    (None, None, Literal("Alpha")),
    (Literal("Alpha"), None, None),
    (E.none, None, None),
    (None, RK.hasDrug / SKOS.prefLabel, None),
]


@pytest.mark.parametrize("pattern", PATTERNS)
def test_patterns(pattern: Any) -> None:
    assert Counter(VIEW.triples(pattern)) == Counter(COPY.triples(pattern))
    for name in (E.one, E.two, E.none):
        assert Counter(VIEW.graph(name).triples(pattern)) == Counter(
            COPY.graph(name).triples(pattern)
        )


def test_the_quads_are_the_same() -> None:
    assert Counter(VIEW.quads()) == Counter(COPY.quads())
    assert len(VIEW) == len(COPY)
    names = {graph.identifier for graph in VIEW.graphs()}
    assert names == {E.one, E.two, COPY.default_graph.identifier}
    assert VIEW.value(E.d2, E.boxed) == Literal(True)
    assert (E.r3, SKOS.note, Literal("")) in VIEW
    assert (E.r3, SKOS.note, Literal("none")) not in VIEW


def read(text: str, format: str) -> Counter[Any]:
    found = rdflib.Dataset().parse(data=text, format=format)
    assert isinstance(found, rdflib.Dataset)
    return Counter((*map(plain, quad[:3]), quad[3]) for quad in found.quads())


@pytest.mark.parametrize(
    "format", ["nquads", "application/n-quads", "trig", "trix", "json-ld", "hext"]
)
def test_a_dataset_is_written_without_the_merge(format: str) -> None:
    without = rdflib.Dataset()
    for name in (E.one, E.two):
        without.graph(name).addN((*triple, without.graph(name)) for triple in COPY.graph(name))
    text = VIEW.serialize(format=format)
    assert read(text, format) == read(without.serialize(format=format), format)
    if "quads" in format:
        assert sorted(text.split("\n")) == sorted(without.serialize(format=format).split("\n"))


@pytest.mark.parametrize("format", ["nt", "turtle", "xml", "pretty-xml", "n3", "longturtle"])
def test_a_graph_is_written_as_the_merge(format: str) -> None:
    reader = {"pretty-xml": "xml", "longturtle": "turtle"}.get(format, format)
    expected = read(COPY.default_graph.serialize(format=format), reader)
    assert read(VIEW.serialize(format=format), reader) == expected


def test_results_can_be_written(tmp_path: Any) -> None:
    result = VIEW.query("SELECT ?s ?l { ?s a rk:Regimen OPTIONAL { ?s skos:prefLabel ?l } }")
    rows = json.loads(result.serialize(format="json") or b"")["results"]["bindings"]
    assert sorted(len(row) for row in rows) == [1, 2, 2]
    VIEW.serialize(tmp_path / "all.nq", format="nquads")
    assert (tmp_path / "all.nq").read_text(encoding="utf-8").count(" .\n") == len(
        COPY.graph(E.one)
    ) + len(COPY.graph(E.two))


@pytest.mark.parametrize(
    "change",
    [
        lambda: VIEW.add((E.a, E.b, E.c)),
        lambda: VIEW.remove((E.a, E.b, E.c)),
        lambda: VIEW.graph(E.one).add((E.a, E.b, E.c)),
        lambda: VIEW.update("INSERT DATA { <urn:a> <urn:b> <urn:c> }"),
        lambda: VIEW.parse(data="<urn:a> <urn:b> <urn:c> .", format="nt"),
    ],
)
def test_nothing_can_be_changed(change: Any) -> None:
    with pytest.raises(UsageError, match="read-only"):
        change()
    assert len(VIEW) == len(COPY)


def test_a_slip_is_explained() -> None:
    with pytest.raises(QuerySyntaxError, match="line 1, column"):
        VIEW.query("SELEKT * { ?s ?p ?o }")
