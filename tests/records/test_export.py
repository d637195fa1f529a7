"""A record by itself: whole, whatever it hangs on, and in keeping with the shapes."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest
from packaged_stores import copy_of_documents_edition, replace_graph
from places import LOADED

from regimenkg.checks.reason import ontology_triples
from regimenkg.checks.shapes import Finding, validate
from regimenkg.loaders.kinds import KINDS
from regimenkg.records.export import record
from regimenkg.store.embedded import EmbeddedStore
from regimenkg.terms.namespaces import GRAPH, PREFIXES, RK, RKD
from regimenkg.things.matching import Matcher

REGIMENS = ("clag", "clag-m", "clag-imatinib")
DOSING = ox.NamedNode(f"{RKD}variant/clag-m-schedule")
OTHER_DOSING = ox.NamedNode(f"{RKD}variant/clag-named")
TWO_ARMS = """
document: chemoexperts-clag-m
trial/of-two: {prefLabel: a trial of two arms}
arm/with-m:
  {prefLabel: with M, armOf: {is: of-two, at: 3-9}, tests: {is: clag-m-schedule, at: 3-9}}
arm/without:
  {prefLabel: without, armOf: {is: of-two, at: 4-9}, tests: {is: clag-named, at: 4-9}}
"""
TYPE = ox.NamedNode(PREFIXES["rdf"] + "type")
LABEL = ox.NamedNode(PREFIXES["skos"] + "prefLabel")
ABOUT_PROPERTIES = (TYPE.value, RK + "supportsProperty", RK + "derivedProperty")
CLASSES = {ox.NamedNode(RK + name) for name in ("Statement", "ParticipantGroup")}


def loaded(path: Path) -> EmbeddedStore:
    """The packaged graph with a registry's records, each of whose arms tests a dosing of CLAG-M."""
    store = copy_of_documents_edition()
    replace_graph(store, GRAPH + "ctgov", KINDS["ctgov"].load([path], resolve=Matcher(store)))
    tests = [ox.Triple(arm, ox.NamedNode(RK + "tests"), DOSING) for arm in arms(store)]
    assert tests
    replace_graph(store, GRAPH + "mine", tests)
    return EmbeddedStore(store)


def arms(store: ox.Store) -> list[ox.NamedNode]:
    found = store.quads_for_pattern(None, TYPE, ox.NamedNode(RK + "Arm"), ox.DefaultGraph())
    return [quad.subject for quad in found if isinstance(quad.subject, ox.NamedNode)]


def of(regimen: str, store: EmbeddedStore) -> list[ox.Triple]:
    return list(record(ox.NamedNode(f"{RKD}regimen/{regimen}"), store))


def violations(triples: list[ox.Triple]) -> set[Finding]:
    """What is wrong with triples by themselves, without a store beside them."""
    report = validate(dict.fromkeys([*ontology_triples(), *triples]), about=subjects(triples))
    return {finding for finding in report.findings if finding.severity == "Violation"}


def wrong_only_alone(triples: list[ox.Triple], store: EmbeddedStore) -> set[Finding]:
    """What is wrong with triples by themselves, and not with the same things in their store."""
    found = violations(triples)
    if found:
        found -= set(validate(store.store, about=subjects(triples)).findings)
    return found


def subjects(triples: list[ox.Triple]) -> set[str]:
    return {triple.subject.value for triple in triples if isinstance(triple.subject, ox.NamedNode)}


def nameless(triples: list[ox.Triple], store: EmbeddedStore) -> set[ox.Triple]:
    """The types and labels, known to the store, that things named in triples lack there."""
    named = {t.object for t in triples if t.predicate.value not in ABOUT_PROPERTIES}
    return {
        quad.triple
        for thing in named
        if isinstance(thing, ox.NamedNode)
        for predicate in (TYPE, LABEL)
        for quad in store.store.quads_for_pattern(thing, predicate, None, ox.DefaultGraph())
    } - set(triples)


@pytest.fixture(scope="module")
def packaged() -> EmbeddedStore:
    store = copy_of_documents_edition()
    return EmbeddedStore(store)


@pytest.fixture(scope="module")
def with_trial() -> EmbeddedStore:
    return loaded(LOADED / "made-up-trials.json")


@pytest.mark.parametrize("regimen", REGIMENS)
def test_a_record_keeps_to_the_shapes_by_itself(regimen: str, packaged: EmbeddedStore) -> None:
    triples = of(regimen, packaged)
    assert violations(triples) == set()
    assert nameless(triples, packaged) == set()


@pytest.mark.parametrize("regimen", REGIMENS)
def test_a_record_has_all_that_concerns_its_regimen(
    regimen: str, packaged: EmbeddedStore, with_trial: EmbeddedStore
) -> None:
    for store in (packaged, with_trial):
        held = subjects(of(regimen, store))
        concerning = store.store.quads_for_pattern(
            None, ox.NamedNode(RK + "concerns"), ox.NamedNode(f"{RKD}regimen/{regimen}")
        )
        assert {quad.subject.value for quad in concerning} <= held  # type: ignore[union-attr]


def test_a_record_has_what_hangs_on_an_arm_with_where_it_was_read(
    packaged: EmbeddedStore, with_trial: EmbeddedStore
) -> None:
    before, after = of("clag-m", packaged), of("clag-m", with_trial)
    in_arm = {
        quad.subject
        for arm in arms(with_trial.store)
        for quad in with_trial.store.quads_for_pattern(None, ox.NamedNode(RK + "inArm"), arm)
    }
    types = {t.object for t in after if t.subject in in_arm and t.predicate == TYPE}
    assert types > CLASSES
    whole = {q.triple for s in in_arm for q in with_trial.store.quads_for_pattern(s, None, None)}
    inverse = {
        t for t in whole if t.predicate.value in (RK + "hasReport", PREFIXES["rdfs"] + "label")
    }
    assert whole - inverse <= set(after)
    assert not in_arm & {t.subject for t in before}
    readings = {t.object for t in after if t.predicate.value == PREFIXES["prov"] + "wasDerivedFrom"}
    assert {str(reading)[1:-1] for reading in readings} <= subjects(after)
    assert set(before) <= set(after)


def test_a_record_with_a_trial_breaks_no_shape_that_the_store_keeps(
    with_trial: EmbeddedStore,
) -> None:
    triples = of("clag-m", with_trial)
    assert wrong_only_alone(triples, with_trial) == set()
    assert nameless(triples, with_trial) == set()


def test_a_record_with_a_real_trial_does_not_either(samples_dir: Path) -> None:
    store = loaded(samples_dir / "ctgov_json" / "NCT02278341.json")
    triples = of("clag-m", store)
    assert wrong_only_alone(triples, store) == set()
    assert nameless(triples, store) == set()


def test_a_record_leaves_out_what_only_the_other_arm_of_its_trial_tests(tmp_path: Path) -> None:
    file = tmp_path / "trial.yaml"
    file.write_text(TWO_ARMS, encoding="utf-8")
    store = copy_of_documents_edition()
    replace_graph(store, GRAPH + "mine", KINDS["curated"].load([file], resolve=Matcher(store)))
    held = {name: of(name, EmbeddedStore(store)) for name in ("clag-m", "clag")}
    for name, dosing in (("clag-m", DOSING), ("clag", OTHER_DOSING)):
        tested = {t.object for t in held[name] if t.predicate.value == RK + "tests"}
        assert tested & {DOSING, OTHER_DOSING} == {dosing}
        assert violations(held[name]) == set()


@pytest.mark.parametrize(
    "thing", ["drug/cytarabine", "trial/NCT00955916", "source/clag-imatinib-article"]
)
def test_another_thing_has_a_record_too(thing: str, packaged: EmbeddedStore) -> None:
    triples = list(record(ox.NamedNode(RKD + thing), packaged))
    said = packaged.store.quads_for_pattern(
        ox.NamedNode(RKD + thing), None, None, ox.DefaultGraph()
    )
    computed = {RK + "hasReport", PREFIXES["rdfs"] + "label"}
    assert {q.triple for q in said if q.predicate.value not in computed} <= set(triples)
    assert violations(triples) == set()
