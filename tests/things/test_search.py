"""Search: what a text names comes first, then what it is a part of, then what is much like it."""

from __future__ import annotations

import pytest

from regimenkg.packaged import open_store
from regimenkg.store.embedded import EmbeddedStore
from regimenkg.things.search import search


@pytest.fixture(scope="module")
def store() -> EmbeddedStore:
    return open_store()


@pytest.mark.parametrize("text", ["cytarabine", "Ara-C", "RXNORM:3041", "  ara-c "])
def test_a_name_synonym_or_code_is_exact(store: EmbeddedStore, text: str) -> None:
    assert [hit.label for hit in search(text, store).exact] == ["cytarabine"]


def test_a_part_of_a_name_finds_all_that_have_it(store: EmbeddedStore) -> None:
    found = search("neutropen", store)
    assert found.exact == []
    labels = [hit.label for hit in found.near]
    assert {"neutropenia", "febrile neutropenia"} <= set(labels)
    assert len(labels) == len(set(labels))


def test_a_synonym_is_told(store: EmbeddedStore) -> None:
    hit = next(hit for hit in search("novantr", store).near if hit.label == "mitoxantrone")
    assert hit.synonym == "Novantrone"


def test_what_is_exact_is_not_near_as_well(store: EmbeddedStore) -> None:
    found = search("CLAG", store)
    assert [hit.label for hit in found.exact] == ["CLAG"]
    near = [hit.label for hit in found.near]
    assert "CLAG-M" in near
    assert "CLAG" not in near


def test_a_slip_is_forgiven_and_nonsense_is_not(store: EmbeddedStore) -> None:
    assert search("cytarbine", store).near[0].label == "cytarabine"
    assert search("xqzzyw", store) == ([], [])
    assert search("  ", store) == ([], [])


def test_a_part_in_british_spelling_finds_american_names(store: EmbeddedStore) -> None:
    assert "hyperuricemia" in [hit.label for hit in search("uricaem", store).near]
    assert "bleeding as a symptom" in [hit.label for hit in search("bleed", store).near]


def test_the_term_of_a_mapped_code_is_a_name(store: EmbeddedStore) -> None:
    assert [hit.label for hit in search("MYALGIA", store).exact] == ["muscle aches"]
    hit = next(hit for hit in search("myalg", store).near if hit.label == "muscle aches")
    assert hit.synonym == "Myalgia"
