"""Identifiers have one spelling, however they are written, and what is none is refused."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from regimenkg.loaders.citations.identifiers import doi, doi_iri, nct, pmcid, pmid
from regimenkg.loaders.shared.errors import FieldError
from regimenkg.things.codes import as_iri

SUFFIX = st.text(
    st.sampled_from("abcdefghijklmnopqrstuvwxyzABCXYZ0123456789-._;()/:<>[]#%+"), min_size=1
).filter(lambda text: text[-1].isalnum() and text[0] not in "()<>[]")
DOIS = st.builds("10.{}/{}".format, st.integers(1000, 999_999_999), SUFFIX)


@given(
    DOIS,
    st.sampled_from(("", "doi:", "DOI: ", "doi ", "info:doi/"[:0])),
    st.sampled_from(("", ".", ",", ";", ". ", "\u201d")),
)
def test_a_doi_is_the_same_with_any_prefix_case_and_punctuation(
    bare: str, prefix: str, end: str
) -> None:
    expected = doi(bare)
    assert doi(prefix + bare.upper() + end) == expected
    assert doi(f" {prefix}{bare}{end} ") == expected


@given(DOIS.filter(lambda text: "%" not in text and "#" not in text))
def test_a_doi_is_the_same_as_an_address_of_any_resolver(bare: str) -> None:
    for resolver in ("https://doi.org/", "http://dx.doi.org/", "doi.org/", "https://www.doi.org/"):
        assert doi(resolver + bare) == doi(bare)


@given(DOIS)
def test_normalising_a_doi_again_changes_nothing(bare: str) -> None:
    assert doi(doi(bare)) == doi(bare)


@given(DOIS)
def test_the_iri_of_a_doi_is_an_iri_in_the_case_in_which_queries_look_for_it(bare: str) -> None:
    iri = doi_iri(doi(bare))
    assert ox.NamedNode(iri).value == iri == iri.lower()
    assert as_iri(iri) == ox.NamedNode(iri)


@given(DOIS, DOIS)
def test_different_dois_have_different_iris(one: str, other: str) -> None:
    assert (doi(one) == doi(other)) == (doi_iri(doi(one)) == doi_iri(doi(other)))


@pytest.mark.parametrize(
    "text",
    ["", "10.1056", "10.1/a", "11.1056/a", "nejm", "10.1056/", "10.1056/a b", "10.1056/\0", "PMC1"],
)
def test_what_is_no_doi_is_refused_with_what_was_expected(text: str) -> None:
    with pytest.raises(FieldError) as caught:
        doi(text)
    assert caught.value.expected and caught.value.hint


@given(st.integers(1, 99_999_999), st.integers(0, 4))
def test_a_pmid_is_the_same_in_all_its_spellings(number: int, zeros: int) -> None:
    padded = "0" * zeros + str(number)
    for text in (
        padded,
        f"PMID: {padded}",
        f"pmid:{padded}.",
        f"PubMed {padded}",
        f"https://pubmed.ncbi.nlm.nih.gov/{padded}/",
        f"http://www.ncbi.nlm.nih.gov/pubmed/{padded}",
    ):
        assert pmid(text) == str(number)
    assert pmid(pmid(padded)) == pmid(padded)


@pytest.mark.parametrize("text", ["", "0", "PMC123", "12a", "-5", "1.5", "123456789", "٣"])
def test_what_is_no_pmid_is_refused(text: str) -> None:
    with pytest.raises(FieldError):
        pmid(text)


@given(st.integers(1, 99_999_999))
def test_a_pmcid_is_the_same_in_all_its_spellings(number: int) -> None:
    for text in (
        f"PMC{number}",
        f"pmc{number}",
        f"PMCID: PMC{number}",
        f"PMC{number}.2",
        f"{number}",
    ):
        assert pmcid(text) == f"PMC{number}"


@given(st.text(max_size=40))
def test_no_text_is_anything_but_an_identifier_or_refused(text: str) -> None:
    for reader in (doi, pmid, pmcid, nct):
        try:
            value = reader(text)
        except FieldError:
            continue
        assert reader(value) == value
