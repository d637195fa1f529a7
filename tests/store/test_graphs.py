"""Graphs of a store: the merge, what rules derive, and replacement of one graph."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

import changing
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from packaged_stores import (
    DOCUMENTS,
    READ_ELSEWHERE,
    documents_edition,
    lines_of,
)
from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, RdfFormat, Store, Triple

from regimenkg.errors import DataError, LoaderError, UsageError
from regimenkg.packaged import Packaged, open_store
from regimenkg.sparql.backend import select
from regimenkg.store import changes, graphs
from regimenkg.store.embedded import EmbeddedStore
from regimenkg.store.graphs import GraphInfo
from regimenkg.store.rules import Rule
from regimenkg.terms.namespaces import DERIVED_GRAPH, GRAPH, ONTOLOGY_GRAPH
from regimenkg.things.matching import Matcher

EX = "http://example.org/"
CURATED = GRAPH + "curated"
RULE = f"CONSTRUCT {{ ?a <{EX}derived> ?c }} WHERE {{ ?a <{EX}p> ?b . ?b <{EX}p> ?c }}"
SECOND_RULE = f"CONSTRUCT {{ ?c <{EX}inverse> ?a }} WHERE {{ ?a <{EX}derived> ?c }}"


RULES = [Rule("rules/10-first.rq", RULE), Rule("rules/20-second.rq", SECOND_RULE)]
"""The second needs what the first derives."""


def replace_graph(store: Store, graph: str, triples: Iterable[Triple]) -> dict[str, int]:
    return changing.replace_graph(store, graph, triples, RULES)


def _triple(subject: str, predicate: str, object_: str) -> Triple:
    return Triple(*(NamedNode(EX + name) for name in (subject, predicate, object_)))


def _graph(store: Store, name: str | None) -> set[str]:
    graph = NamedNode(name) if name else DefaultGraph()
    return {str(quad.triple) for quad in store.quads_for_pattern(None, None, None, graph)}


def _merge(store: Store) -> set[str]:
    return {str(quad.triple) for quad in store if not isinstance(quad.graph_name, DefaultGraph)}


def _lines(*triples: Triple) -> set[str]:
    return {str(triple) for triple in triples}


def test_the_default_graph_has_each_triple_once() -> None:
    store = Store()
    shared = _triple("a", "p", "b")
    replace_graph(store, GRAPH + "one", [shared, _triple("a", "q", "b")])
    replace_graph(store, GRAPH + "two", [shared])
    assert _graph(store, None) == _merge(store)
    count = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    assert select(EmbeddedStore(store), count) == [(Literal(2),)]


def test_a_triple_that_another_graph_says_stays_when_one_graph_goes() -> None:
    store = Store()
    shared = _triple("a", "p", "b")
    replace_graph(store, GRAPH + "one", [shared, _triple("a", "q", "b")])
    replace_graph(store, GRAPH + "two", [shared])
    replace_graph(store, GRAPH + "one", [])
    assert _graph(store, None) == _lines(shared)
    changing.remove_graph(store, GRAPH + "two", RULES)
    assert _graph(store, None) == set()
    assert NamedNode(GRAPH + "two") not in store.named_graphs()


_OBJECTS = st.one_of(
    st.builds(Literal, st.text(max_size=6)),
    st.builds(lambda text: Literal(text, language="de-CH"), st.text(max_size=6)),
    st.builds(lambda text: Literal(text, datatype=NamedNode(EX + "kind")), st.text(max_size=6)),
    st.sampled_from([NamedNode(EX + "é?a=1#%20"), NamedNode("urn:x:'y'"), Literal(1.5)]),
)
_ODD = st.lists(
    st.builds(lambda end: Triple(NamedNode(EX + "a"), NamedNode(EX + "q"), end), _OBJECTS)
)


@settings(max_examples=50)
@given(st.lists(st.tuples(st.sampled_from(["one", "two"]), _ODD), min_size=2, max_size=5))
def test_triples_of_any_text_are_removed_and_those_of_another_graph_kept(
    loads: list[tuple[str, list[Triple]]],
) -> None:
    """More at once than a removal takes: what is removed is written as SPARQL writes it."""
    store, held = Store(), dict[str, set[str]]()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(changes, "_AT_ONCE", 2)
        for name, some in loads:
            replace_graph(store, GRAPH + name, some)
            held[name] = _lines(*some)
            assert _graph(store, GRAPH + name) == held[name]
            assert _graph(store, None) == set().union(*held.values())


def test_rules_run_in_order_each_over_what_is_there_so_far() -> None:
    store = Store()
    sizes = replace_graph(store, GRAPH + "one", [_triple("a", "p", "b"), _triple("b", "p", "c")])
    derived = _lines(_triple("a", "derived", "c"), _triple("c", "inverse", "a"))
    assert _graph(store, DERIVED_GRAPH) == derived
    assert derived < _graph(store, None)
    assert sizes == {GRAPH + "one": 2, DERIVED_GRAPH: 2}


def test_packaged_rules_of_one_step_need_none_of_the_others() -> None:
    class Backwards(Packaged):
        """The rules one by one, those of a step from the last to the first."""

        def rules(self) -> list[Rule]:
            steps = [list(step) for _, step in groupby(super().rules(), lambda rule: rule.step)]
            alone = (rule for step in steps for rule in reversed(step))
            return [
                rule._replace(file=f"{number}-{rule.file}") for number, rule in enumerate(alone)
            ]

    together, one_by_one = Store(), Store()
    graphs.build(together, DOCUMENTS)
    graphs.build(one_by_one, Backwards(GRAPH + name for name in READ_ELSEWHERE))
    assert set(together) == set(one_by_one)


def test_what_no_longer_follows_is_gone() -> None:
    store = Store()
    replace_graph(store, GRAPH + "one", [_triple("a", "p", "b"), _triple("b", "p", "c")])
    replace_graph(store, GRAPH + "one", [_triple("a", "p", "b")])
    assert _graph(store, DERIVED_GRAPH) == set()
    assert _graph(store, None) == _lines(_triple("a", "p", "b"))


def test_what_a_source_states_is_not_also_derived() -> None:
    store = Store()
    stated = _triple("a", "derived", "c")
    replace_graph(store, GRAPH + "one", [_triple("a", "p", "b"), _triple("b", "p", "c"), stated])
    assert str(stated) not in _graph(store, DERIVED_GRAPH)
    replace_graph(store, GRAPH + "one", [_triple("a", "p", "b"), _triple("b", "p", "c")])
    assert str(stated) in _graph(store, DERIVED_GRAPH)


def test_a_source_that_fails_midway_leaves_the_store_as_it_was() -> None:
    store = Store()
    replace_graph(store, GRAPH + "one", [_triple("a", "p", "b")])
    before = set(map(str, store))

    def broken() -> Iterator[Triple]:
        yield _triple("x", "p", "y")
        raise LoaderError("one.yaml:3: no", file="one.yaml", line=3)

    with pytest.raises(LoaderError, match=r"one\.yaml:3"):
        replace_graph(store, GRAPH + "one", broken())
    assert set(map(str, store)) == before


def test_blank_nodes_are_one_node_in_the_graph_and_in_the_merge() -> None:
    store = Store()
    node = BlankNode()
    triples = [
        Triple(NamedNode(EX + "a"), NamedNode(EX + "q"), node),
        Triple(node, NamedNode(EX + "q"), Literal("x")),
    ]
    replace_graph(store, "http://example.org/my graph".replace(" ", "/"), triples)
    assert _graph(store, None) == _merge(store)
    assert len(_graph(store, None)) == 2
    assert "_:" not in "".join(_graph(store, None))


def test_the_derived_graph_and_bad_names_cannot_be_loaded() -> None:
    with pytest.raises(UsageError, match="rules compute"):
        graphs.check_replaceable(DERIVED_GRAPH)
    with pytest.raises(UsageError, match="not an IRI"):
        graphs.check_replaceable("my graph")


@pytest.mark.parametrize("text", ["CONSTRUCT { ?a", "SELECT * {}"])
def test_a_rule_that_is_not_a_construct_query_is_named(text: str) -> None:
    rules = [RULES[0], Rule("rules/20-second.rq", text)]
    with pytest.raises(DataError, match=r"20-second\.rq"):
        changing.replace_graph(Store(), GRAPH + "one", [], rules)


NAMES = st.sampled_from(["a", "b", "c"])
TRIPLES = st.lists(st.builds(_triple, NAMES, st.sampled_from(["p", "derived"]), NAMES), max_size=6)
STEPS = st.lists(st.tuples(st.sampled_from(["one", "two"]), TRIPLES), max_size=5)


@settings(max_examples=60)
@given(STEPS)
def test_any_sequence_of_loads_ends_as_loading_the_last_ones_afresh(
    steps: list[tuple[str, list[Triple]]],
) -> None:
    changed, fresh = Store(), Store()
    for name, triples in steps:
        replace_graph(changed, GRAPH + name, triples)
    for name, triples in dict(steps).items():
        replace_graph(fresh, GRAPH + name, triples)
    assert set(map(str, changed)) == set(map(str, fresh))
    assert _graph(changed, None) == _merge(changed)


def test_the_matcher_knows_things_and_their_exact_matches() -> None:
    store = Store()
    match = NamedNode("http://www.w3.org/2004/02/skos/core#exactMatch")
    drug = NamedNode("https://w3id.org/regimenkg/drug/cytarabine")
    twin = NamedNode("https://w3id.org/regimenkg/drug/twin")
    code, shared = (NamedNode(f"https://bioregistry.io/rxnorm:{n}") for n in (3041, 1))
    a, kind = (
        NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type"),
        NamedNode("https://w3id.org/regimenkg/vocab#Drug"),
    )
    triples = [
        *(Triple(thing, a, kind) for thing in (drug, twin)),
        Triple(drug, match, code),
        Triple(drug, match, shared),
        Triple(twin, match, shared),
    ]
    replace_graph(store, GRAPH + "one", triples)
    resolve = Matcher(store)
    assert resolve("rkd:drug/cytarabine") == drug.value
    assert resolve(drug.value) == drug.value
    assert resolve("RXCUI:3041") == drug.value
    assert resolve("rxnorm:1") is None  # two things have it
    assert resolve("rxnorm:2") is None
    assert resolve("not a curie") is None


# The packaged sources


@pytest.fixture(scope="module")
def packaged() -> tuple[Store, dict[str, GraphInfo]]:
    """The packaged graphs, and what is told of each."""
    built = open_store()
    assert built.meta
    return built.store, built.meta["graphs"]


def test_each_packaged_source_has_a_graph_of_its_own(
    packaged: tuple[Store, dict[str, GraphInfo]],
) -> None:
    store, graphs = packaged
    assert {ONTOLOGY_GRAPH, CURATED, DERIVED_GRAPH} <= set(graphs)
    assert {graph.value for graph in store.named_graphs()} == set(graphs)
    for graph, info in graphs.items():
        assert info["packaged"]
        assert info["files"]
        assert info["triples"] == len(_dumped(store, NamedNode(graph))) > 0


def test_the_packaged_merge_is_the_union_without_blank_nodes(
    packaged: tuple[Store, dict[str, GraphInfo]],
) -> None:
    store, infos = packaged
    merge = _dumped(store, DefaultGraph())
    assert merge == set().union(*(_dumped(store, NamedNode(graph)) for graph in infos))
    blank = "ASK { ?s ?p ?o FILTER(isBlank(?s) || isBlank(?o)) }"
    assert not EmbeddedStore(store).query(blank)


def _dumped(store: Store, graph: NamedNode | DefaultGraph) -> set[bytes]:
    written = store.dump(format=RdfFormat.N_TRIPLES, from_graph=graph)
    assert written is not None
    return set(written.splitlines())


def test_building_twice_gives_the_same_triples_in_memory_and_on_disk() -> None:
    again = Store()
    built = graphs.build(again, DOCUMENTS)
    assert lines_of(again) == lines_of(documents_edition().store)
    meta = documents_edition().meta
    assert meta and meta["graphs"] == built


def test_a_loaded_graph_stands_in_place_of_the_packaged_one() -> None:
    mine = GraphInfo(loader="turtle", files=["mine.ttl"], triples=1, packaged=False)
    store = Store()
    triple = _triple("a", "p", "b")
    built = graphs.build(store, DOCUMENTS, {CURATED: (mine, [triple])})
    assert _graph(store, CURATED) == _lines(triple)
    assert built[CURATED] == mine
