"""The store describes itself to tools that ask it: examples, prefixes, and VoID.

The queries are written here, in the shape of those that SIB's sparql-editor and sparql-llm ask an
endpoint.
"""

from __future__ import annotations

from collections import Counter, defaultdict

import pyoxigraph as ox
import pytest
from cli_runner import run
from packaged_stores import (
    copy_of_documents_edition,
    documents_edition,
    remove_graph,
    replace_graph,
)

from regimenkg.catalog.cache import catalog
from regimenkg.packaged import open_store
from regimenkg.records.export import dataset, flat
from regimenkg.sparql.backend import select
from regimenkg.store.embedded import EmbeddedStore
from regimenkg.terms.namespaces import DESCRIPTION_GRAPHS, GRAPH, PREFIXES, RK, RKD, VOID_GRAPH

TYPE = ox.NamedNode(PREFIXES["rdf"] + "type")
HEAD = "".join(
    f"PREFIX {name}: <{PREFIXES[name]}>\n"
    for name in ("sh", "rdfs", "void", "void-ext", "owl", "rk")
)

EXAMPLES = (
    HEAD
    + """SELECT DISTINCT ?example ?words ?text WHERE {
  ?example rdfs:comment ?words ; sh:ask|sh:select|sh:construct ?text ; a sh:SPARQLExecutable .
} ORDER BY ?example"""
)
DECLARED = (
    HEAD
    + "SELECT DISTINCT ?name ?iri WHERE { [] sh:prefix ?name ; sh:namespace ?iri } ORDER BY ?name"
)
SCHEMA = (
    HEAD
    + """SELECT DISTINCT ?of ?property ?class ?datatype WHERE {
  { ?one void:propertyPartition ?part ; void:class ?of . ?part void:property ?property .
    OPTIONAL { { ?part void:classPartition [ void:class ?class ] }
      UNION { ?part void-ext:datatypePartition [ void-ext:datatype ?datatype ] } } }
  UNION
  { [] void:linkPredicate ?property ; void:subjectsTarget [ void:class ?of ] ;
       void:objectsTarget [ void:class ?class ] }
}"""
)
LABELS = (
    HEAD
    + """SELECT ?class ?label WHERE {
  VALUES ?class { rk:Drug rk:Regimen } ?class a owl:Class ; rdfs:label ?label }"""
)


def answer(query: str) -> list[tuple[str, ...]]:
    return [
        tuple("" if cell is None else str(cell.value) for cell in row)  # type: ignore[union-attr]
        for row in select(open_store(), query)
    ]


def test_every_canned_query_is_an_example_that_runs_as_it_stands() -> None:
    rows = answer(EXAMPLES)
    assert [iri.removeprefix(RKD + "query/") for iri, _, _ in rows] == sorted(catalog())
    assert all(words for _, words, _ in rows)
    for _, _, text in rows:
        documents_edition().query(text)


def test_the_prefix_map_is_declared_and_each_prefix_once() -> None:
    assert answer(DECLARED) == sorted(PREFIXES.items())


def test_the_partitions_say_which_values_a_property_of_a_class_has() -> None:
    rows = answer(SCHEMA)
    found = {tuple(row) for row in rows}
    assert (RK + "Regimen", RK + "hasDrug", RK + "Drug", "") in found
    decimal = PREFIXES["xsd"] + "decimal"
    assert (RK + "ToxicityReport", RK + "percent", "", decimal) in found
    assert (
        RK + "Drug",
        PREFIXES["skos"] + "prefLabel",
        "",
        PREFIXES["rdf"] + "langString",
    ) in found


def test_classes_have_labels_for_tools() -> None:
    assert set(answer(LABELS)) == {(RK + "Drug", "drug"), (RK + "Regimen", "regimen")}


def test_things_and_terms_have_the_label_that_they_have_in_skos() -> None:
    skos, rdfs = PREFIXES["skos"] + "prefLabel", PREFIXES["rdfs"] + "label"
    labels = {
        name: {
            (quad.subject, quad.object)
            for quad in open_store().store.quads_for_pattern(
                None, ox.NamedNode(name), None, ox.DefaultGraph()
            )
        }
        for name in (skos, rdfs)
    }
    executables = {ox.NamedNode(f"{RKD}query/{name}") for name in catalog()}
    assert len(labels[skos]) > 500
    assert {pair for pair in labels[rdfs] if pair[0] not in executables} == labels[skos]


class Counts:
    """What VoID counts, counted here from triples: the reference."""

    def __init__(self, triples: set[ox.Triple]) -> None:
        types = defaultdict(set)
        for triple in triples:
            if triple.predicate == TYPE:
                types[triple.subject].add(triple.object)
        self.triples = len(triples)
        self.subjects = len({t.subject for t in triples})
        self.properties = Counter(t.predicate for t in triples)
        self.classes = Counter(type_ for t in types.values() for type_ in t)
        self.parts: Counter[tuple[object, object]] = Counter()
        self.kinds: Counter[tuple[object, object, object]] = Counter()
        for triple in triples:
            if isinstance(triple.object, ox.Literal):
                kinds: set[object] = {triple.object.datatype}
            else:
                kinds = set(types.get(triple.object, ()))
            for of in types.get(triple.subject, ()):
                self.parts[of, triple.predicate] += 1
                for kind in kinds:
                    self.kinds[of, triple.predicate, kind] += 1


def void_of(store: ox.Store) -> dict[str, object]:
    """The same counts as the store's own VoID has them."""
    backend = EmbeddedStore(store)

    def table(query: str) -> dict[object, int]:
        found: dict[object, int] = {}
        for *key, number in select(backend, HEAD + query):
            known = key[0] if len(key) == 1 else tuple(key)
            assert known not in found and isinstance(number, ox.Literal)
            found[known] = int(number.value)
        return found

    [numbers] = select(
        backend,
        HEAD
        + "SELECT ?t ?s ?p ?c { ?d a void:Dataset ; void:triples ?t ; void:distinctSubjects ?s ;"
        " void:properties ?p ; void:classes ?c }",
    )
    return {
        "totals": [int(number.value) for number in numbers],  # type: ignore[union-attr]
        "properties": table(
            "SELECT ?p ?n { ?d a void:Dataset ; void:propertyPartition ?x . ?x void:property ?p ;"
            " void:triples ?n }"
        ),
        "classes": table("SELECT ?c ?n { ?x void:class ?c ; void:entities ?n }"),
        "parts": table(
            "SELECT ?c ?p ?n { ?x void:class ?c ; void:propertyPartition ?y . ?y void:property ?p ;"
            " void:triples ?n }"
        ),
        "kinds": table(
            "SELECT ?c ?p ?k ?n { ?x void:class ?c ; void:propertyPartition ?y ."
            " ?y void:property ?p ; void:classPartition|void-ext:datatypePartition ?z ."
            " ?z void:class|void-ext:datatype ?k ; void:triples ?n }"
        ),
    }


def assert_counts_are_right(store: ox.Store) -> None:
    counts = Counts(set(flat(EmbeddedStore(store), ontology=True)))
    assert void_of(store) == {
        "totals": [
            *(counts.triples, counts.subjects, len(counts.properties), len(counts.classes)),
        ],
        "properties": counts.properties,
        "classes": counts.classes,
        "parts": counts.parts,
        "kinds": counts.kinds,
    }


def test_void_counts_what_an_export_holds_and_follows_loading_and_unloading() -> None:
    store = copy_of_documents_edition()
    assert_counts_are_right(store)
    before = void_of(store)
    mine = GRAPH + "mine"
    thing, shared = ox.NamedNode("http://example.org/thing"), ox.NamedNode(RKD + "drug/cytarabine")
    drug, number = ox.NamedNode(RK + "Drug"), ox.NamedNode("http://example.org/n")
    integer = ox.NamedNode(PREFIXES["xsd"] + "integer")
    triples = [
        ox.Triple(thing, TYPE, drug),
        ox.Triple(thing, number, shared),
        ox.Triple(thing, number, ox.Literal("1", datatype=integer)),
        ox.Triple(shared, TYPE, drug),  # which another graph says too
    ]
    sizes = replace_graph(store, mine, triples)
    assert sizes.keys() >= {mine, VOID_GRAPH}
    assert_counts_are_right(store)
    parts = void_of(store)["parts"]
    assert isinstance(parts, dict) and parts[drug, number] == 2
    remove_graph(store, mine)
    assert void_of(store) == before


def test_a_graph_that_describes_the_store_is_in_no_export() -> None:
    backend = documents_edition()
    assert not {quad.graph_name.value for quad in dataset(backend, ontology=True)} & set(  # type: ignore[union-attr]
        DESCRIPTION_GRAPHS
    )
    described = {
        quad.triple
        for name in DESCRIPTION_GRAPHS
        for quad in backend.store.quads_for_pattern(None, None, None, ox.NamedNode(name))
    }
    assert len(described) > 5000
    for ontology in (True, False):
        assert not described & set(flat(backend, ontology=ontology))
    for form in (["-O", "nquads"], ["-O", "nt", "--flat"], ["-O", "nt", "--ontology"]):
        words = ["export", *form, "--store", backend.location]
        assert "SPARQLExecutable" not in run(words).stdout


def test_one_of_them_is_exported_by_name_and_info_counts_none() -> None:
    assert "sh:SPARQLSelectExecutable" in run(["export", "--graph", "queries"]).stdout
    told = run(["info"]).stdout
    assert "rkd:graph/curated" in told
    assert not [name for name in ("queries", "prefixes", "void") if f"graph/{name}" in told]


@pytest.mark.parametrize("name", ["derived", "void"])
def test_what_rules_fill_cannot_be_loaded(name: str) -> None:
    from regimenkg.errors import UsageError
    from regimenkg.store.graphs import check_replaceable

    with pytest.raises(UsageError, match=f"graph/{name} holds what rules compute"):
        check_replaceable(GRAPH + name)
