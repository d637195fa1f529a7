"""The ontology is OWL 2 DL, agrees with the data, and its chains mean what the rules derive."""

from __future__ import annotations

import io

import owlready2
import pyoxigraph as ox
import pytest
from packaged_stores import documents_edition

from regimenkg.checks.reason import ontology_triples, reason, reason_over
from regimenkg.records.export import flat
from regimenkg.terms.namespaces import PREFIXES, RK, RKD

TYPE = ox.NamedNode(PREFIXES["rdf"] + "type")


@pytest.fixture(scope="module")
def data() -> list[ox.Triple]:
    return list(flat(documents_edition()))


def test_ontology_and_data_are_consistent(data: list[ox.Triple]) -> None:
    verdict = reason(data)
    assert verdict.consistent and verdict.unsatisfiable == ()
    assert verdict.given > 5000


def test_a_thing_that_is_two_disjoint_things_is_found(data: list[ox.Triple]) -> None:
    planted = ox.Triple(ox.NamedNode(RKD + "drug/cytarabine"), TYPE, ox.NamedNode(RK + "Toxicity"))
    assert not reason([*data, planted]).consistent


def test_a_second_value_of_a_functional_property_is_found(data: list[ox.Triple]) -> None:
    interval = ox.NamedNode(RKD + "outcome/NCT00955916-overall-survival")
    number = ox.Literal("99", datatype=ox.NamedNode(PREFIXES["xsd"] + "decimal"))
    assert not reason([*data, ox.Triple(interval, ox.NamedNode(RK + "ciLower"), number)]).consistent


PLANTED = {
    "a block that is a variant": "<block/x> a rk:TreatmentBlock , rk:RegimenVariant .",
    "a link that is an outcome": "<broader-link/x> a rk:BroaderLink , rk:Outcome .",
    "two first cycles": "<administration/x> rk:firstCycle 2 , 3 .",
    "a trial as what a toxicity was seen in": (
        "<toxicity-report/x> rk:about <trial/x> ; rk:occurringToxicity <toxicity/x> ."
        " <trial/x> a rk:Trial ; rk:hasReport <toxicity-report/x> ."
    ),
    "no drug of a regimen, and a block that gives it": (
        "<regimen/x> rk:hasVariant <variant/x> . <variant/x> rk:hasBlock <block/x> ."
        " <block/x> rk:hasAdministration <administration/x> . <administration/x> rk:drug <drug/x> ."
        " [] a owl:NegativePropertyAssertion ;"
        " owl:sourceIndividual <regimen/x> ; owl:assertionProperty rk:hasDrug ;"
        " owl:targetIndividual <drug/x> ."
    ),
}


@pytest.mark.parametrize("fault", PLANTED.values(), ids=PLANTED.keys())
def test_what_the_second_edition_forbids_is_found(fault: str) -> None:
    head = f"@base <{RKD}> . @prefix rk: <{RK}> . @prefix owl: <{PREFIXES['owl']}> . "
    planted = [quad.triple for quad in ox.parse(head + fault, ox.RdfFormat.TURTLE)]
    assert not reason_over([*ontology_triples(), *planted]).consistent


def test_a_class_that_can_have_no_member_is_found() -> None:
    both = ox.NamedNode(RK + "DrugAndToxicity")
    subclass = ox.NamedNode(PREFIXES["rdfs"] + "subClassOf")
    planted = [
        ox.Triple(both, TYPE, ox.NamedNode(PREFIXES["owl"] + "Class")),
        ox.Triple(both, subclass, ox.NamedNode(RK + "Drug")),
        ox.Triple(both, subclass, ox.NamedNode(RK + "Toxicity")),
    ]
    assert RK + "DrugAndToxicity" in reason_over([*ontology_triples(), *planted]).unsatisfiable


@pytest.mark.parametrize("format", ["ntriples", "rdfxml"])
def test_owlready2_reads_the_fixed_names(format: str) -> None:
    kind = ox.RdfFormat.N_TRIPLES if format == "ntriples" else ox.RdfFormat.RDF_XML
    text = ox.serialize(ontology_triples(), format=kind)
    assert text is not None
    world = owlready2.World()
    world.get_ontology("https://w3id.org/regimenkg/vocab").load(
        fileobj=io.BytesIO(text), format=format
    )
    classes = {c.iri for c in world.classes()}
    assert {
        RK + name for name in ("Regimen", "RegimenVariant", "Administration", "Drug")
    } <= classes
    assert {RK + name for name in ("ToxicityReport", "Outcome", "Conflict", "Statement")} <= classes
    found = {p.iri for p in world.properties()}
    names = ("hasDrug", "hasToxicity", "hasReport", "about", "dose", "day", "startsAfter")
    assert {RK + name for name in names} <= found
