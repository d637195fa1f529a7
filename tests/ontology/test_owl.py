"""``export --ontology`` is one OWL 2 ontology, and two independent readers read all of it.

horned-owl reads RDF/XML by OWL's mapping to RDF, as the OWL API does; it knows no
``owl:AllDisjointClasses``, so that disjointness is looked for in owlready2 alone.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import owlready2
import pyhornedowl
import pyoxigraph as ox
import pytest
from cli_runner import run
from hypothesis import given, settings
from hypothesis import strategies as st
from packaged_stores import documents_edition

from regimenkg.checks.reason import ontology_triples, reason_over
from regimenkg.packaged import open_store
from regimenkg.records.export import flat
from regimenkg.records.owl import Ontology, owl
from regimenkg.sparql.backend import select
from regimenkg.store.skolem import GENID
from regimenkg.terms.namespaces import DESCRIPTION_GRAPHS, PREFIXES, RK, RKD

OWL, RDF, SKOS, SSSOM = (PREFIXES[prefix] for prefix in ("owl", "rdf", "skos", "sssom"))
TYPE = ox.NamedNode(RDF + "type")
AXIOM = ox.NamedNode(OWL + "Axiom")
USED = f"""SELECT DISTINCT ?p {{
  GRAPH ?graph {{ ?s ?p ?o }}
  FILTER (?graph NOT IN ({", ".join(f"<{name}>" for name in DESCRIPTION_GRAPHS)}))
}}"""
KINDS = ("ObjectProperty", "DatatypeProperty", "AnnotationProperty")


@pytest.fixture(scope="module")
def written() -> list[ox.Triple]:
    return list(owl(documents_edition()))


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the command writes."""
    path = tmp_path_factory.mktemp("owl") / "regimenkg.rdf"
    words = ["export", "--ontology", "-O", "rdfxml", "-o", str(path)]
    assert run([*words, "--store", documents_edition().location]).code == 0
    return path


@pytest.fixture(scope="module")
def components(file: Path) -> list[Any]:
    ontology = pyhornedowl.open_ontology_from_file(str(file), "rdf")
    return list(ontology.get_axioms())


def kind_of(triples: list[ox.Triple]) -> dict[str, str]:
    """The kind of each property that is declared."""
    return {
        str(t.subject): kind
        for t in triples
        if t.predicate == TYPE
        for kind in KINDS
        if t.object == ox.NamedNode(OWL + kind)
    }


def test_every_property_and_class_in_use_is_declared_and_of_one_kind(
    written: list[ox.Triple],
) -> None:
    declared = Counter(
        str(t.subject)
        for t in written
        if t.predicate == TYPE and str(t.object)[1:-1] in {OWL + kind for kind in KINDS}
    )
    assert {name for name, times in declared.items() if times > 1} == set()
    own = (f"<{OWL}", f"<{RDF}", f"<{PREFIXES['rdfs']}")
    used = {str(t.predicate) for t in written}
    assert {name for name in used - declared.keys() if not name.startswith(own)} == set()
    classes = {str(t.subject) for t in written if t.object == ox.NamedNode(OWL + "Class")}
    types = {str(t.object) for t in written if t.predicate == TYPE}
    assert {name for name in types - classes if not name.startswith(own)} == set()


def test_the_vocabulary_itself_declares_what_the_packaged_data_use() -> None:
    declared = {str(t.subject) for t in ontology_triples() if t.predicate == TYPE}
    own = (f"<{OWL}", f"<{RDF}", f"<{PREFIXES['rdfs']}")
    used = {str(row[0]) for row in select(open_store(), USED)}
    assert {name for name in used - declared if not name.startswith(own)} == set()


def test_an_annotation_of_the_header_is_an_annotation_property() -> None:
    triples = ontology_triples()
    kinds = kind_of(triples)
    header = {str(t.predicate) for t in triples if t.subject == ox.NamedNode(RK[:-1])}
    own = {name for name in header if not name.startswith((f"<{OWL}", f"<{RDF}"))}
    assert {name for name in own if kinds.get(name) != "AnnotationProperty"} == set()


def test_no_property_of_things_has_a_literal_and_none_of_literals_a_thing(
    written: list[ox.Triple],
) -> None:
    kinds = kind_of(written)
    literal = {"ObjectProperty": False, "DatatypeProperty": True}
    wrong = {
        str(t.predicate)
        for t in written
        if literal.get(kinds.get(str(t.predicate), ""), isinstance(t.object, ox.Literal))
        != isinstance(t.object, ox.Literal)
    }
    assert wrong == set()


def test_horned_owl_reads_each_statement_as_what_it_is(
    written: list[ox.Triple], components: list[Any]
) -> None:
    kinds = kind_of(written)
    axioms = {t.subject for t in written if t.predicate == TYPE and t.object == AXIOM}
    header = ox.NamedNode(RK[:-1])
    expected = Counter(
        kinds[str(t.predicate)]
        for t in written
        if str(t.predicate) in kinds and t.subject not in axioms and t.subject != header
    )
    # annotation properties of OWL's own
    expected["AnnotationProperty"] += sum(
        t.subject not in axioms
        and t.subject != header
        and str(t.predicate)[1:-1]
        in {
            PREFIXES["rdfs"] + "label",
            PREFIXES["rdfs"] + "comment",
            PREFIXES["rdfs"] + "seeAlso",
            OWL + "versionInfo",
            OWL + "deprecated",
        }
        for t in written
    )
    read = Counter(type(one.component).__name__ for one in components)
    assert read["ObjectPropertyAssertion"] == expected["ObjectProperty"]
    assert read["DataPropertyAssertion"] == expected["DatatypeProperty"]
    assert read["AnnotationAssertion"] == expected["AnnotationProperty"]
    individuals = {t.subject for t in written if t.object == ox.NamedNode(OWL + "NamedIndividual")}
    assert read["DeclareNamedIndividual"] == len(individuals)


def test_horned_owl_has_every_mapping_with_what_is_said_of_it(components: list[Any]) -> None:
    annotated = [one for one in components if one.ann]
    rows = list(documents_edition().store.quads_for_pattern(None, TYPE, AXIOM, ox.DefaultGraph()))
    assert len(annotated) == len(rows) > 300
    for one in annotated:
        assert type(one.component).__name__ == "ObjectPropertyAssertion"
        said = {str(annotation.ap.first) for annotation in one.ann}
        assert {SSSOM + "mapping_justification", PREFIXES["dcterms"] + "identifier"} <= said


def test_owlready2_lists_every_individual(file: Path, written: list[ox.Triple]) -> None:
    world = owlready2.World()
    with file.open("rb") as stream:
        world.get_ontology(RK[:-1]).load(fileobj=stream)
    listed = {one.iri for one in world.individuals()}
    typed = [t for t in flat(documents_edition()) if t.predicate == TYPE and t.object != AXIOM]
    things = {t.subject.value for t in typed if isinstance(t.subject, ox.NamedNode)}
    assert len(things) > 2000
    assert things - listed == set()
    drug = world[RKD + "drug/cytarabine"]
    assert drug.label.en == ["cytarabine"]
    assert sum(1 for _ in world.disjoint_classes()) == 3


def test_owl_is_consistent(written: list[ox.Triple]) -> None:
    verdict = reason_over(written)
    assert verdict.consistent and verdict.unsatisfiable == ()


NAMES = st.sampled_from([RKD + f"drug/{letter}" for letter in "abc"]).map(ox.NamedNode)
MATCHES = st.sampled_from([ox.NamedNode(SKOS + name) for name in ("exactMatch", "broadMatch")])


@settings(max_examples=20)
@given(st.lists(st.tuples(NAMES, MATCHES, NAMES, st.booleans()), max_size=5))
def test_a_mapping_that_denies_a_match_never_states_it(
    rows: list[tuple[ox.NamedNode, ox.NamedNode, ox.NamedNode, bool]],
) -> None:
    stated = {ox.Triple(s, p, o) for s, p, o, positive in rows if positive}
    triples = list(stated)
    for number, (s, p, o, _) in enumerate(rows):
        node = ox.NamedNode(f"{RKD}mapping/m-{number}")
        triples += [
            ox.Triple(node, TYPE, AXIOM),
            ox.Triple(node, ox.NamedNode(OWL + "annotatedSource"), s),
            ox.Triple(node, ox.NamedNode(OWL + "annotatedProperty"), p),
            ox.Triple(node, ox.NamedNode(OWL + "annotatedTarget"), o),
        ]
    found = list(Ontology([*ontology_triples(), *triples]))
    text = ox.serialize(found, format=ox.RdfFormat.RDF_XML)
    assert text is not None
    read = pyhornedowl.open_ontology_from_string(text.decode(), "rdf")
    assertions = [
        one
        for one in read.get_axioms()
        if type(one.component).__name__ == "ObjectPropertyAssertion"
    ]
    assert len({str(one.component) for one in assertions}) == len(stated)
    denied = sum(ox.Triple(s, p, o) not in stated for s, p, o, _ in rows)
    mapping = ox.NamedNode(SSSOM + "Mapping")
    assert sum(t.predicate == TYPE and t.object == mapping for t in found) == denied


def test_named_lists_and_restrictions_are_blank_again_and_nothing_is_lost() -> None:
    blank = [t for t in ontology_triples() if t.predicate.value == OWL + "unionOf"]
    found = list(owl(documents_edition()))
    assert not any(GENID in str(t) for t in found)
    unions = [t for t in found if t.predicate.value == OWL + "unionOf"]
    assert len(unions) == len({str(t) for t in blank} and unions) > 20
    assert all(isinstance(t.subject, ox.BlankNode) for t in unions)


def test_flat_keeps_the_names_for_another_server() -> None:
    kept = {t.subject for t in flat(documents_edition(), ontology=True) if t.object == AXIOM}
    assert kept and all(isinstance(node, ox.NamedNode) for node in kept)
    words = ["export", "--flat", "--ontology", "-O", "nt"]
    lines = run([*words, "--store", documents_edition().location]).stdout.splitlines()
    assert len(lines) > 10_000 and not [line for line in lines if line.startswith("_:")]
