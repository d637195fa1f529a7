"""Codes of products on the market: an NDC, however it is written, stands for its drug."""

from __future__ import annotations

import csv
import random
from functools import cache

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from regimenkg.errors import ParameterError
from regimenkg.packaged import open_store
from regimenkg.resources import directory
from regimenkg.store.embedded import EmbeddedStore
from regimenkg.terms import ndc
from regimenkg.terms.namespaces import RK, RKD
from regimenkg.things.lookup import find_things
from regimenkg.things.reading import names_of
from regimenkg.things.resolve import Finding, find

DRUG = RK + "Drug"
SAMPLE = 60
GRAPH = """\
@prefix rk: <https://w3id.org/regimenkg/vocab#> .
@prefix d: <https://w3id.org/regimenkg/drug/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix sssom: <https://w3id.org/sssom/> .
@prefix ndc: <https://bioregistry.io/ndc:> .
d:one a rk:Drug ; skos:prefLabel "one"@en ; skos:narrowMatch ndc:05024-2051 , ndc:11111-1111 .
d:two a rk:Drug ; skos:prefLabel "two"@en ; skos:narrowMatch ndc:50242-0516 .
d:three a rk:Drug ; skos:prefLabel "three"@en ; skos:narrowMatch ndc:60000-0003 , ndc:06000-0000 ,
    <https://bioregistry.io/atc:L01BC01> , <https://bioregistry.io/rxnorm:1430438> .
d:four a rk:Drug ; skos:prefLabel "four"@en ; skos:narrowMatch ndc:22222-2222 .
d:five a rk:Drug ; skos:prefLabel "five"@en ;
    skos:exactMatch <https://bioregistry.io/snomedct:22222222201> .
[] owl:annotatedSource d:one ; owl:annotatedProperty skos:narrowMatch ;
    owl:annotatedTarget ndc:11111-1111 ; sssom:object_label "Onemab" .
"""


@cache
def made_up() -> EmbeddedStore:
    store = ox.Store()
    store.load(GRAPH.encode(), ox.RdfFormat.TURTLE)
    return EmbeddedStore(store)


def found(text: str, class_iri: str = "") -> Finding:
    return find(text, names_of(made_up()), class_iri)


def drugs(text: str, class_iri: str = "") -> list[str]:
    """The slugs of the drugs that a text stands for, by ``resolve``; no other is a parameter's."""
    slugs = sorted(
        each.thing.iri.removeprefix(f"{RKD}drug/")
        for each in found(text, class_iri).candidates
        if each.itself
    )
    taken = [each.value for each in find_things(text, made_up(), DRUG)]
    assert taken == [f"{RKD}drug/{slug}" for slug in slugs]
    return slugs


@pytest.mark.parametrize("text", ["11111-1111", "11111-1111-02", "NDC:11111-1111-2", "111111111"])
@pytest.mark.parametrize("class_iri", ["", DRUG])
def test_a_product_stands_for_its_drug(text: str, class_iri: str) -> None:
    assert drugs(text, class_iri) == ["one"]
    (candidate,) = found(text, class_iri).candidates
    assert candidate.matched_by == "code"
    assert candidate.note == "its product Onemab, ndc:11111-1111"


def test_readings_that_lead_to_different_drugs_are_ambiguous() -> None:
    for text in ("5024205160", "NDC:5024205160", "ndc 5024205160"):
        assert found(text).status == "ambiguous"
        assert drugs(text) == ["one", "two"]
    notes = {each.note for each in found("5024205160").candidates}
    assert notes == {"its product, ndc:05024-2051", "its product, ndc:50242-0516"}


def test_readings_that_lead_to_one_drug_are_told_once() -> None:
    finding = found("6000000039")
    assert finding.status == "resolved"
    (candidate,) = finding.candidates
    assert candidate.note == "its product, ndc:06000-0000; its product, ndc:60000-0003"


def test_what_is_a_code_of_another_vocabulary_as_well_is_ambiguous() -> None:
    finding = found("22222222201")
    assert finding.status == "ambiguous"
    assert {each.thing.label for each in finding.candidates} == {"four", "five"}
    assert drugs("NDC:22222222201") == ["four"]


@pytest.mark.parametrize("text", ["ATC:L01BC01", "L01BC01", "RXNORM:1430438", "RxCUI 1430438"])
def test_another_code_that_is_narrower_is_not_the_thing(text: str) -> None:
    assert found(text).status == "unknown"


@pytest.mark.parametrize("text", ["NDC:99999-9999", "99999-9999-99", "99999999999", "999999999"])
def test_a_product_that_nobody_has_is_unknown(text: str) -> None:
    assert found(text).status == "unknown"


def test_a_text_in_the_shape_of_a_code_that_is_none_is_an_error_of_a_parameter() -> None:
    with pytest.raises(ParameterError, match="is not an id of NDC"):
        find_things("ndc:12-34", made_up(), DRUG)


@cache
def packaged() -> list[tuple[str, str]]:
    """Product and drug of some rows of the packaged set, drawn by a seed."""
    path = directory("ontology") / "mappings" / "ndc.sssom.tsv"
    with path.open(encoding="utf-8", newline="") as stream:
        rows = csv.DictReader((line for line in stream if line[0] != "#"), delimiter="\t")
        pairs = [(r["object_id"].removeprefix("ndc:"), r["subject_id"][4:]) for r in rows]
    return random.Random(13).sample(pairs, SAMPLE)


def spellings(product: str, package: int) -> list[str]:
    """A product and its packages, as the FDA, pharmacies and claims write them."""
    labeler, number = product.split("-")
    two = f"{package:02}"
    found = [product, labeler + number, f"{product}-{two}", f"{labeler}{number}{two}"]
    if labeler[0] == "0":
        found.append(f"{labeler[1:]}-{number}-{two}")
    if number[0] == "0":
        found.append(f"{labeler}-{number[1:]}-{two}")
    found.append(f"{product}-{package % 10}")
    return [spelling for each in found for spelling in (each, f"NDC:{each}", f"NDC {each}")]


@given(st.integers(0, SAMPLE - 1), st.integers(0, 99))
def test_every_spelling_of_a_packaged_product_gives_its_drug(place: int, package: int) -> None:
    (product, drug), store = packaged()[place], open_store()
    for text in spellings(product, package):
        finding = find(text, names_of(store))
        things = {each.thing.iri for each in finding.candidates if each.itself}
        assert (finding.status, things) == ("resolved", {RKD + drug}), text
        assert product in finding.candidates[0].note
        assert [each.value for each in find_things(text, store, DRUG)] == [RKD + drug]


TEN = st.from_regex(r"\A[0-9]{10}\Z") | st.builds(
    lambda place, package, cut: cut(*packaged()[place][0].split("-"), package),
    st.integers(0, SAMPLE - 1),
    st.integers(0, 9),
    st.sampled_from(
        [
            lambda labeler, number, package: f"{labeler[1:]}{number}0{package}",
            lambda labeler, number, package: f"{labeler}{number[1:]}0{package}",
            lambda labeler, number, package: f"{labeler}{number}{package}",
        ]
    ),
)
"""Any ten digits, and such as are cut from a product's code: its own, or those of another."""


@given(TEN)
def test_ten_digits_are_what_their_readings_are(digits: str) -> None:
    index = names_of(open_store())
    exist = {
        thing.iri
        for reading in ndc.products(digits)
        for thing, _ in index.coded(f"https://bioregistry.io/ndc:{reading}")
    }
    finding = find(f"NDC:{digits}", index)
    assert {each.thing.iri for each in finding.candidates} == exist
    expected = ("unknown", "resolved", "ambiguous")[min(len(exist), 2)]
    assert finding.status == expected
