"""Rows are of records, not of values: two statements that print alike are two rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pytest
from packaged_stores import copy_of_documents_edition, replace_graph
from places import LOADED
from pyoxigraph import DefaultGraph, NamedNode, Quad, Store

from regimenkg.catalog.cache import catalog
from regimenkg.loaders import ctgov
from regimenkg.sparql.answers import Solutions
from regimenkg.store.embedded import EmbeddedStore
from regimenkg.terms.namespaces import GRAPH, PREFIXES, RK
from regimenkg.things.matching import Matcher

KINDS = (
    *("AdverseEventTotal", "Advice", "Approval", "Assistance", "BaselineMeasure", "Claim"),
    *("Definition", "FollowOn", "Goal", "Hypothesis", "Monitoring", "Outcome", "Precaution"),
    *("Sign", "SupportiveCare", "Synergy", "TimeRequirement", "ToxicityReport", "Transfusion"),
)
# They count statements, list what is computed from them or what is said of the one asked for, or
# list toxicities, also where nothing is said of one.
NOT_OF_STATEMENTS = {
    *("consistency", "derived-values", "evidence", "unmatched-toxicities"),
    "toxicity-prevention",
}
MERGE = DefaultGraph()


@pytest.fixture(scope="module")
def store() -> Store:
    store = copy_of_documents_edition()
    triples = ctgov.load(LOADED / "made-up-trials.json", resolve=Matcher(store))
    replace_graph(store, GRAPH + "made-up-trials", triples)
    return store


@pytest.fixture(scope="module")
def before(store: Store) -> dict[str, int]:
    """How many rows each query has before a test changes the store; each mends it again."""
    return sizes(store, catalog().keys() - NOT_OF_STATEMENTS)


def sizes(store: Store, queries: Iterable[str]) -> dict[str, int]:
    """How many rows queries have, with the values that they open with."""
    found = {}
    for name in queries:
        answer = EmbeddedStore(store).query(catalog()[name].text)
        found[name] = len(list(answer)) if isinstance(answer, Solutions) else 0
    return found


def quads_of(store: Store, kind: str, ending: str) -> Iterator[Quad]:
    """All that is said of the statements of a kind, under names with an ending."""
    type_ = NamedNode(PREFIXES["rdf"] + "type")
    for typed in store.quads_for_pattern(None, type_, NamedNode(RK + kind), MERGE):
        node = typed.subject
        assert isinstance(node, NamedNode)
        twin = NamedNode(node.value + ending)
        for quad in store.quads_for_pattern(node, None, None, MERGE):
            yield Quad(twin, quad.predicate, quad.object, MERGE)
        for quad in store.quads_for_pattern(None, None, node, MERGE):
            yield Quad(quad.subject, quad.predicate, twin, MERGE)


@pytest.mark.parametrize("kind", KINDS)
def test_as_many_rows_come_with_equal_statements_as_go_without_any(
    kind: str, store: Store, before: dict[str, int]
) -> None:
    own, twins = (list(quads_of(store, kind, ending)) for ending in ("", "-twin"))
    for quad in own:
        store.remove(quad)
    without = sizes(store, before)
    shown = {name: before[name] - rows for name, rows in without.items() if rows < before[name]}
    store.extend([*own, *twins])
    doubled = sizes(store, shown)
    for quad in twins:
        store.remove(quad)
    assert shown, "no query shows statements of this kind"
    assert {name: doubled[name] - before[name] for name in shown} == shown
