"""Printed names reach the thing that they name and no other, at loading and as parameters alike."""

from __future__ import annotations

import csv
import gc
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from packaged_stores import copy_of_documents_edition, documents_edition, replace_graph

from regimenkg.catalog.runner import run
from regimenkg.formats.rows import plain_text
from regimenkg.loaders import ctgov, sssom
from regimenkg.packaged import open_store
from regimenkg.sparql.answers import Solutions
from regimenkg.sparql.backend import select
from regimenkg.store.embedded import EmbeddedStore
from regimenkg.store.engine import with_store
from regimenkg.terms.namespaces import GRAPH, RK, RKD
from regimenkg.things.index import NameIndex
from regimenkg.things.lookup import find_things
from regimenkg.things.matching import Matcher
from regimenkg.things.reading import read_names

HERE = Path(__file__).parent
NOTHING = "-"
PATHS = {"Toxicity": "toxicity", "Drug": "drug", "Condition": "condition"}

Service = Callable[[str, str], "str | None"]


def rows(name: str) -> Iterator[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader((line for line in file if line[0] != "#"), delimiter="\t")


@pytest.fixture(scope="module", params=["loader", "parameter"])
def service(request: pytest.FixtureRequest) -> Service:
    """The slug of the one thing of a class that a text names, asked in both ways there are."""
    store = documents_edition()
    matcher = Matcher(store.store)

    def slug(class_name: str, text: str) -> str | None:
        if request.param == "loader":
            iri = matcher.named(class_name, text)
            things = [iri] if iri else []
        else:
            things = [thing.value for thing in find_things(text, store, RK + class_name)]
        assert len(things) < 2, f"{text} is ambiguous: {things}"
        return things[0].removeprefix(f"{RKD}{PATHS[class_name]}/") if things else None

    return slug


def check(found: list[tuple[str, str, str | None]]) -> None:
    """Each triple: the printed term, the thing that it names, the thing that was found."""
    named = [term for term, thing, _ in found if thing != NOTHING]
    wrong = [
        f"{term} → {got}, not {thing}" for term, thing, got in found if got not in {thing, None}
    ]
    missed = [
        f"{term} → nothing, not {thing}"
        for term, thing, got in found
        if not got and thing != NOTHING
    ]
    reached = sum(1 for _, thing, got in found if got == thing)
    precision, recall = reached / (reached + len(wrong)), reached / len(named)
    summary = f"precision {precision:.3f}, recall {recall:.3f} of {len(named)} in {len(found)}"
    assert not wrong, f"{summary}; wrong: {wrong}"
    assert recall >= 0.9, f"{summary}; missed: {missed}"


def test_adverse_events_as_registries_print_them(service: Service) -> None:
    terms = list(rows("adverse-events.tsv"))
    assert len({row["term"] for row in terms}) == len(terms) >= 100
    assert sum(row["thing"] != NOTHING for row in terms) >= 60
    assert sum(row["thing"] == NOTHING for row in terms) >= 40
    check([(row["term"], row["thing"], service("Toxicity", row["term"])) for row in terms])


def test_what_is_marked_as_missed_is_still_missed(service: Service) -> None:
    missed = [row["term"] for row in rows("adverse-events.tsv") if row["note"] == "missed"]
    assert missed
    assert [term for term in missed if service("Toxicity", term)] == []


@pytest.mark.parametrize("class_name", ["Drug", "Condition"])
def test_drugs_and_conditions_as_registries_print_them(service: Service, class_name: str) -> None:
    terms = [row for row in rows("drugs-and-conditions.tsv") if row["class"] == class_name]
    assert len({row["term"] for row in terms}) == len(terms) >= 30
    check([(row["term"], row["thing"], service(class_name, row["term"])) for row in terms])


@pytest.mark.parametrize("class_name", PATHS)
def test_no_two_packaged_things_share_a_name_on_any_step(class_name: str) -> None:
    names = list(read_names(open_store(), RK + class_name))
    assert len(names) > 10
    assert list(NameIndex(names).ambiguous()) == []


# Mapping sets decide what else is a name


def mapping_set(path: Path, *mappings: tuple[str, str, str, str]) -> Path:
    lines = [
        "# mapping_set_id: https://example.org/own",
        '# curie_map: {own: "https://example.org/own/", rkd: "https://w3id.org/regimenkg/"}',
        "subject_id\tpredicate_id\tpredicate_modifier\tobject_id\tobject_label\tmapping_justification",
        *(
            f"rkd:{subject}\tskos:{predicate}\t{modifier}\town:{number}\t{label}"
            "\tsemapv:ManualMappingCuration"
            for number, (subject, predicate, modifier, label) in enumerate(mappings)
        ),
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_only_the_term_of_an_exact_match_is_a_name(tmp_path: Path) -> None:
    store = EmbeddedStore(copy_of_documents_edition())
    own = mapping_set(
        tmp_path / "own.sssom.tsv",
        ("toxicity/fever", "exactMatch", "", "Pyrexia"),
        ("toxicity/fatigue", "closeMatch", "", "Asthenia"),
        ("toxicity/sepsis", "exactMatch", "Not", "Septic shock"),
        ("toxicity/nausea", "exactMatch", "", "Upset stomach"),
        ("toxicity/vomiting", "exactMatch", "", "Upset stomach"),
    )
    assert Matcher(store.store).named("Toxicity", "Pyrexia") is None
    replace_graph(store.store, GRAPH + "own", sssom.load(own, resolve=Matcher(store.store)))
    matcher = Matcher(store.store)
    assert matcher.named("Toxicity", "PYREXIA") == RKD + "toxicity/fever"
    assert matcher.named("Toxicity", "Asthenia") is None
    assert matcher.named("Toxicity", "Septic shock") is None
    assert matcher.named("Toxicity", "Upset stomach") is None
    both = find_things("upset stomach", store, RK + "Toxicity")
    assert [thing.value.removeprefix(RKD) for thing in both] == [
        "toxicity/nausea",
        "toxicity/vomiting",
    ]


def test_a_store_in_memory_is_read_again_after_it_changed(tmp_path: Path) -> None:
    store = EmbeddedStore(copy_of_documents_edition())
    assert find_things("pyrexias", store, RK + "Toxicity") == []
    own = mapping_set(tmp_path / "own.sssom.tsv", ("toxicity/fever", "exactMatch", "", "Pyrexia"))
    replace_graph(store.store, GRAPH + "own", sssom.load(own, resolve=Matcher(store.store)))
    assert [thing.value for thing in find_things("pyrexias", store)] == [RKD + "toxicity/fever"]


# A trial's record


def record(conditions: list[str], terms: list[str]) -> dict[str, object]:
    stats = [{"groupId": "EG000", "numAffected": 3, "numAtRisk": 12}]
    events = [{"term": term, "sourceVocabulary": "MedDRA 21.1", "stats": stats} for term in terms]
    return {
        "protocolSection": {
            "identificationModule": {"nctId": "NCT99990001", "briefTitle": "Made up for this test"},
            "conditionsModule": {"conditions": conditions},
        },
        "resultsSection": {
            "adverseEventsModule": {
                "eventGroups": [{"id": "EG000", "title": "All who were treated"}],
                "otherEvents": events,
            }
        },
    }


def test_a_record_in_british_spelling_speaks_of_our_things(tmp_path: Path) -> None:
    path = tmp_path / "record.json"
    conditions = ["Leukaemia, Myeloid, Acute", "AML", "Multiple Myeloma"]
    path.write_text(
        json.dumps(record(conditions, ["DIARRHOEA", "Leucopenia", "Platelet count decreased"]))
    )
    store = EmbeddedStore(copy_of_documents_edition())
    replace_graph(store.store, GRAPH + "record", ctgov.load(path, resolve=Matcher(store.store)))

    def events(toxicity: str) -> list[tuple[str, int]]:
        values = {"trial": "NCT99990001", "toxicity": toxicity}
        _, found = run("trial-toxicities", values, store)
        assert isinstance(found, Solutions)
        columns = [found.variables.index(name) for name in ("toxicity", "count")]
        return [(plain_text(row[columns[0]]), int(plain_text(row[columns[1]]))) for row in found]

    for name in ("diarrhea", "Diarrhoea", "Diarrhoea NOS"):
        assert events(name) == [(RKD + "toxicity/diarrhea", 3)]
    assert events("white blood cells, low") == [(RKD + "toxicity/leukopenia", 3)]
    [(own, _)] = events("Platelet Count Decreased")
    assert own == RKD + "toxicity/meddra-platelet-count-decreased"
    studied = select(store, f"SELECT ?c {{ <{RKD}trial/NCT99990001> <{RK}studies> ?c }}")
    assert sorted(plain_text(row[0]).removeprefix(RKD) for row in studied) == [
        "condition/acute-myeloid-leukemia",
        "condition/ctgov-multiple-myeloma",
    ]


def test_a_source_s_own_term_is_no_name_for_a_loader() -> None:
    store = ox.Store()
    thing = ox.NamedNode(RKD + "toxicity/meddra-hiccups")
    label = ox.NamedNode("http://www.w3.org/2004/02/skos/core#prefLabel")
    type_ = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
    store.add(ox.Quad(thing, type_, ox.NamedNode(RK + "Toxicity")))
    store.add(ox.Quad(thing, label, ox.Literal("hiccups", language="en")))
    assert Matcher(store).named("Toxicity", "Hiccup") == thing.value
    store.add(ox.Quad(thing, ox.NamedNode(RK + "termOrigin"), ox.NamedNode(RKD + "trial/x")))
    assert Matcher(store).named("Toxicity", "Hiccup") is None
    assert find_things("Hiccup", EmbeddedStore(store)) == [thing]


def test_a_matcher_that_is_let_go_lets_go_of_its_store(tmp_path: Path) -> None:
    """The engine locks the files of a store that anything refers to, in its own process too."""

    def match(store: ox.Store) -> None:
        assert Matcher(store).named("Toxicity", "Hiccup") is None

    gc.disable()  # what only the collector finds is kept for a time that nobody knows
    try:
        with_store(tmp_path / "db", match)
        with_store(tmp_path / "db", match)
    finally:
        gc.enable()
