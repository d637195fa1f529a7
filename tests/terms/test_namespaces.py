"""The prefix map, CURIEs both ways, and the minting of IRIs (design, section 2)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import NamedNode

from regimenkg.terms.namespaces import (
    GRAPH,
    PREFIXES,
    RK,
    RKD,
    SYNONYMS,
    compact,
    expand,
    mint,
    slugify,
)


def test_the_fixed_namespaces() -> None:
    assert RK == "https://w3id.org/regimenkg/vocab#"
    assert RKD == "https://w3id.org/regimenkg/"
    assert GRAPH == "https://w3id.org/regimenkg/graph/"


def test_prefixes_are_lower_case_and_namespaces_are_iris_said_once() -> None:
    assert [prefix for prefix in PREFIXES if prefix != prefix.lower()] == []
    assert len(set(PREFIXES.values())) == len(PREFIXES)
    for namespace in PREFIXES.values():
        NamedNode(namespace)


def test_synonyms_stand_for_known_prefixes_and_are_none_themselves() -> None:
    assert set(SYNONYMS.values()) <= set(PREFIXES)
    assert not set(SYNONYMS) & set(PREFIXES)
    assert [synonym for synonym in SYNONYMS if synonym != synonym.lower()] == []


@pytest.mark.parametrize(
    ("curie", "iri"),
    [
        ("rk:Drug", "https://w3id.org/regimenkg/vocab#Drug"),
        ("rkd:drug/cytarabine", "https://w3id.org/regimenkg/drug/cytarabine"),
        ("RXNORM:3041", "https://bioregistry.io/rxnorm:3041"),
        ("rxcui:3041", "https://bioregistry.io/rxnorm:3041"),
        ("ATC:L01BC01", "https://bioregistry.io/atc:L01BC01"),
        ("UNII:04079A1RDZ", "https://bioregistry.io/unii:04079A1RDZ"),
        ("DrugBank:DB00987", "https://bioregistry.io/drugbank:DB00987"),
        ("HemOnc:105", "https://bioregistry.io/hemonc:105"),
        ("CHEBI:28680", "http://purl.obolibrary.org/obo/CHEBI_28680"),
        ("NCIT:C408", "http://purl.obolibrary.org/obo/NCIT_C408"),
        ("HP:0001873", "http://purl.obolibrary.org/obo/HP_0001873"),
        ("MONDO:0018874", "http://purl.obolibrary.org/obo/MONDO_0018874"),
        ("DRON:00010000", "http://purl.obolibrary.org/obo/DRON_00010000"),
        ("mesh:D003561", "http://id.nlm.nih.gov/mesh/D003561"),
        ("chembl:CHEMBL803", "http://rdf.ebi.ac.uk/resource/chembl/molecule/CHEMBL803"),
        ("pubchem:6253", "http://rdf.ncbi.nlm.nih.gov/pubchem/compound/CID6253"),
        ("wd:Q180983", "http://www.wikidata.org/entity/Q180983"),
        ("doi:10.1002/AJH.1", "https://doi.org/10.1002/ajh.1"),
    ],
)
def test_curies_of_the_design_expand(curie: str, iri: str) -> None:
    assert expand(curie) == iri
    assert expand(compact(iri)) == iri


@pytest.mark.parametrize(
    "text",
    ["", ":", "rk", "rk:", ":x", "http://e.org/", "mailto:a@e.org", "nope:1", "rk:a b", "rk:a>b"],
)
def test_what_is_no_curie_is_none(text: str) -> None:
    assert expand(text) is None


@pytest.mark.parametrize(
    ("iri", "curie"),
    [
        ("http://purl.obolibrary.org/obo/CHEBI_1", "chebi:1"),
        ("http://purl.obolibrary.org/obo/BFO_1", "obo:BFO_1"),
        ("https://w3id.org/regimenkg/vocab#", "rkd:vocab#"),
        ("https://w3id.org/regimenkg/", "<https://w3id.org/regimenkg/>"),
        ("https://doi.org/10.1/A", "<https://doi.org/10.1/A>"),
    ],
)
def test_the_longest_namespace_wins_and_a_curie_always_leads_back(iri: str, curie: str) -> None:
    assert compact(iri) == curie


@given(st.sampled_from(sorted(PREFIXES.values())), st.text(max_size=12))
def test_compact_is_undone_by_expand_for_any_text(namespace: str, local: str) -> None:
    curie = compact(namespace + local)
    assert curie == f"<{namespace + local}>" or expand(curie) == namespace + local


@pytest.mark.parametrize(
    ("kind", "slug"),
    [("drug", "cytarabine"), ("trial", "NCT00955916"), ("mapping-set", "a"), ("citation", "v1.2")],
)
def test_minted_iris(kind: str, slug: str) -> None:
    assert mint(kind, slug) == f"{RKD}{kind}/{slug}"


@pytest.mark.parametrize(
    ("kind", "slug"),
    [
        ("", "a"),
        ("Drug", "a"),
        ("drug/x", "a"),
        ("drug", ""),
        ("drug", "a/b"),
        ("drug", "a b"),
        ("drug", "-a"),
        ("drug", "a--b"),
        ("drug", "../a"),
        ("drug", "é"),
        ("drug", "a\n"),
    ],
)
def test_a_bad_slug_is_not_minted(kind: str, slug: str) -> None:
    with pytest.raises(ValueError, match="is not a"):
        mint(kind, slug)


@pytest.mark.parametrize(
    ("label", "slug"),
    [
        ("CLAG-M", "clag-m"),
        ("imatinib mesylate", "imatinib-mesylate"),
        ("granulocyte colony-stimulating factor", "granulocyte-colony-stimulating-factor"),
        ("2-CdA", "2-cda"),
        ("  Ménière’s  ", "meniere-s"),
        ("β-carotene", "beta-carotene"),
        ("5 µg", "5-mug"),
        ("x²", "x2"),
    ],
)
def test_slugs_of_labels(label: str, slug: str) -> None:
    assert slugify(label) == slug


@given(st.text(max_size=30))
def test_a_slug_can_always_be_minted(text: str) -> None:
    try:
        slug = slugify(text)
    except ValueError:
        return
    assert mint("drug", slug).endswith(slug)
    assert slugify(slug) == slug
