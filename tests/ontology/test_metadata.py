"""The ontology says of itself what a stranger needs, by the checks of FOOPS! that need no network.

The checks are those that https://w3id.org/foops/catalog describes, under the names that they have
there. Not here: what needs a published address (CN1, DOC1, FIND2, FIND3, HTTP1, URI1, VER2 …), and,
of OM3, a DOI and a logo, which this vocabulary does not have.
"""

from __future__ import annotations

from datetime import date

import pytest
import rdflib
from rdflib import DCTERMS, OWL, RDF, RDFS, SKOS, Literal, Namespace, URIRef

from regimenkg.resources import directory, ontology_version
from regimenkg.terms.namespaces import RK

IRI = URIRef(RK[:-1])
BIBO = Namespace("http://purl.org/ontology/bibo/")
SCHEMA = Namespace("https://schema.org/")
VANN = Namespace("http://purl.org/vocab/vann/")
GRAPH = rdflib.Graph().parse(directory("ontology") / "regimenkg.ttl")


def one(predicate: URIRef) -> rdflib.term.Node:
    values = list(GRAPH.objects(IRI, predicate))
    assert len(values) == 1, predicate
    return values[0]


def test_find1_the_namespace_has_a_prefix() -> None:
    assert one(VANN.preferredNamespacePrefix) == Literal("rk")


def test_om1_minimum_metadata() -> None:
    assert str(one(DCTERMS.title)) and str(one(DCTERMS.description))
    assert one(DCTERMS.creator) and one(OWL.versionIRI)
    assert str(one(VANN.preferredNamespaceUri)) == RK


def test_om2_recommended_metadata() -> None:
    version = str(one(OWL.versionInfo))
    assert version == ontology_version()
    citation = str(one(DCTERMS.bibliographicCitation))
    assert version in citation and str(IRI) in citation


def test_om3_detailed_metadata() -> None:
    for predicate in (DCTERMS.publisher, DCTERMS.source, SCHEMA.includedInDataCatalog):
        assert one(predicate)
    assert str(one(BIBO.status)).startswith(str(BIBO) + "status/")


def test_om4_1_the_licence_is_one_that_others_know() -> None:
    assert str(one(DCTERMS.license)) == "https://creativecommons.org/licenses/by/4.0/"


def test_om5_dates_are_days_in_order() -> None:
    dates = [one(name) for name in (DCTERMS.created, DCTERMS.issued, DCTERMS.modified)]
    days = [day.toPython() for day in dates if isinstance(day, Literal)]
    assert len(days) == 3 and all(isinstance(day, date) for day in days)
    assert days == sorted(days)


def test_ver1_the_version_has_an_iri_of_its_own_and_names_the_one_before() -> None:
    version = str(one(OWL.versionIRI))
    assert version == f"{IRI}/{ontology_version()}"
    before = str(one(OWL.priorVersion))
    assert before.startswith(f"{IRI}/") and before != version
    numbers = [tuple(map(int, iri.rpartition("/")[2].split("."))) for iri in (before, version)]
    assert numbers == sorted(numbers)


def test_voc1_the_metadata_are_in_terms_of_others() -> None:
    assert not [name for name in GRAPH.predicates(IRI) if str(name).startswith(RK)]


KINDS = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)
OWN = sorted(
    {
        str(term)
        for kind in KINDS
        for term in GRAPH.subjects(RDF.type, kind)
        if str(term).startswith(RK)
    }
)


@pytest.mark.parametrize(
    ("check", "predicate"), [("VOC3", SKOS.prefLabel), ("VOC4", SKOS.definition)]
)
def test_voc3_and_voc4_every_term_has_one_label_and_one_definition(
    check: str, predicate: URIRef
) -> None:
    assert len(OWN) > 250
    counts = {term: len(list(GRAPH.objects(URIRef(term), predicate))) for term in OWN}
    assert {term for term, count in counts.items() if count != 1} == set(), check


def test_a_deprecated_term_names_what_is_in_its_place() -> None:
    deprecated = set(GRAPH.subjects(OWL.deprecated, Literal(True)))
    assert URIRef(RK + "pValueBelow") in deprecated
    for term in deprecated:
        successors = set(GRAPH.objects(term, DCTERMS.isReplacedBy))
        assert successors and not successors & deprecated
        assert all((successor, RDF.type, None) in GRAPH for successor in successors)
        assert not list(GRAPH.objects(term, RDFS.subPropertyOf))
