"""The index of names: what it answers, where it stands, and that it is never behind the store."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import regimenkg.things.index.tables as module
from regimenkg.errors import StoreError
from regimenkg.packaged import open_store, store_directory
from regimenkg.store.embedded import EmbeddedStore
from regimenkg.terms.namespaces import GRAPH, RK, RKD
from regimenkg.things import INDEX_FILE
from regimenkg.things.index import NameIndex
from regimenkg.things.lookup import find_things
from regimenkg.things.names import spelled
from regimenkg.things.patterns import Name
from regimenkg.things.reading import names_of, read_content, write_index
from regimenkg.things.resolve import find
from regimenkg.things.search import search
from regimenkg.things.slips import Slip, slip_in

TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
LABEL = ox.NamedNode("http://www.w3.org/2004/02/skos/core#prefLabel")


def drug(slug: str, label: str) -> list[ox.Triple]:
    thing = ox.NamedNode(f"{RKD}drug/{slug}")
    return [
        ox.Triple(thing, TYPE, ox.NamedNode(RK + "Drug")),
        ox.Triple(thing, LABEL, ox.Literal(label, language="en")),
    ]


def named(store: EmbeddedStore, text: str) -> list[str]:
    return [thing.value.rpartition("/")[2] for thing in find_things(text, store, RK + "Drug")]


def test_a_load_brings_its_names_and_its_removal_takes_them(private_store: Path) -> None:
    directory = store_directory(private_store)
    before = open_store(private_store)
    assert named(before, "made-up statin") == []
    mine = GRAPH + "mine"
    directory.replace(mine, drug("made-up", "Made-Up Statin"), loader="rdf", files=[])
    after = open_store(private_store)
    assert named(after, "made up STATIN") == ["made-up"]
    assert search("statin", after).near[0].label == "Made-Up Statin"
    assert named(before, "made up STATIN") == []  # a reader keeps the generation that it opened
    directory.replace(mine, drug("made-up", "Quite Another"), loader="rdf", files=[])
    assert named(open_store(private_store), "made up STATIN") == []
    assert named(open_store(private_store), "quite-another") == ["made-up"]
    directory.remove(mine)
    assert named(open_store(private_store), "quite-another") == []


def test_a_store_in_memory_is_read_again_when_names_changed() -> None:
    store = EmbeddedStore.empty()
    for triple in drug("one", "first-name"):
        store.store.add(ox.Quad(*triple))
    assert named(store, "FIRST NAME") == ["one"]
    store.store.update(
        f"DELETE {{ ?s {LABEL} ?l }} INSERT {{ ?s {LABEL} 'second-name'@en }}"
        f" WHERE {{ ?s {LABEL} ?l }}"
    )
    assert named(store, "FIRST NAME") == []
    assert named(store, "SECOND NAME") == ["one"]


def test_the_file_and_the_memory_answer_alike(tmp_path: Path) -> None:
    store = open_store()
    in_memory = NameIndex.of(read_content(store))
    write_index(store.store, tmp_path / "i")
    on_disk = NameIndex.open(tmp_path / "i")
    for text in ("Ara-C", "citarabina", "cytarbine", "L01BC01", "3041", "CLAG", "nothing at all"):
        assert find(text, in_memory) == find(text, on_disk)
    assert in_memory.containing("neutrop") == on_disk.containing("neutrop") != []


def test_a_damaged_file_is_told_with_what_to_do(private_store: Path) -> None:
    generation = open_store(private_store).generation
    assert generation is not None
    (generation.path / INDEX_FILE).write_bytes(b"no database at all, but long enough for a page")
    with pytest.raises(StoreError, match="cannot read the index of names") as caught:
        find_things("made up STATIN", open_store(private_store))
    assert "build --force" in (caught.value.hint or "")


def test_a_file_that_is_gone_is_made_up_for_in_memory(private_store: Path) -> None:
    generation = open_store(private_store).generation
    assert generation is not None
    (generation.path / INDEX_FILE).unlink()
    assert named(open_store(private_store), "ARA C") == ["cytarabine"]


WORDS = st.text(alphabet="abcdeé -", min_size=1, max_size=14)


@given(st.lists(WORDS, min_size=1, max_size=8), WORDS)
@example(["a-a"], " ")  # has no word: its other writing is empty, and in every name
@example(["a---a", "a  a"], "---")
@example(["eaa"], "éaa")  # is written in its other form already
def test_parts_are_found_with_and_without_trigrams(names: list[str], part: str) -> None:
    given_names = [Name(f"urn:{n}", 0, name) for n, name in enumerate(names)]
    with_parts = NameIndex(given_names)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_PARTS", "CREATE VIRTUAL TABLE part USING no_such_module(x)")
        without = NameIndex(given_names)
    found = {match.thing.iri for match in with_parts.containing(part)}
    assert found == {match.thing.iri for match in without.containing(part)}
    folded, form = part.casefold(), spelled(part)
    assert found == {
        name.thing
        for name in given_names
        if folded in name.text.casefold() or (form and form in spelled(name.text))
    }


LONG = st.text(alphabet="abino", min_size=5, max_size=11)


@given(st.lists(st.lists(LONG, min_size=1, max_size=2).map(" ".join), max_size=12), st.data())
def test_every_name_of_which_a_text_is_a_slip_is_found(
    names: list[str], data: st.DataObject
) -> None:
    text = data.draw(st.one_of(LONG, st.sampled_from(names or [""])))
    place = data.draw(st.integers(0, max(len(text) - 1, 0)))
    text = (
        text[:place]
        + data.draw(st.sampled_from(["", "x", "a", text[place : place + 1]]))
        + text[place + 1 :]
    )
    index = NameIndex([Name(f"urn:{n}", 0, name) for n, name in enumerate(names)])
    expected = {
        f"urn:{n}"
        for n, name in enumerate(names)
        if slip_in(spelled(text), spelled(name)) is not Slip.NONE
    }
    assert {match.thing.iri for match, _ in index.slips(text)} == expected


def test_an_index_is_only_read() -> None:
    store = open_store()
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        names_of(store)._db.execute("DELETE FROM name")
