"""Blank nodes become the same IRIs in every run."""

from __future__ import annotations

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse

from regimenkg.errors import DataError
from regimenkg.store.skolem import GENID, by_content, by_order

PREFIX = "@prefix : <http://example.org/> .\n"
LISTS = """
:a :in ( :x :y ) ; :range [ :min 1 ; :max [ :value 2 ] ] .
:b :in ( :x :y ) .
[] :members ( :a :b ) .
"""
A, P = NamedNode("http://example.org/a"), NamedNode("http://example.org/p")


def _triples(turtle: str) -> list[Triple]:
    return [quad.triple for quad in parse((PREFIX + turtle).encode(), RdfFormat.TURTLE)]


def _lines(triples: list[Triple]) -> set[str]:
    return {str(triple) for triple in triples}


def test_no_blank_node_is_left_and_none_merge() -> None:
    triples = _triples(LISTS)
    named = by_content(triples, "t")
    assert len(_lines(named)) == len(triples)
    assert not any("_:" in line for line in _lines(named))
    assert len({t.subject for t in named}) == len({t.subject for t in triples})


def test_names_by_content_do_not_depend_on_order() -> None:
    assert by_content(_triples(LISTS), "t") == by_content(_triples(LISTS)[::-1], "t")


def test_an_edit_elsewhere_leaves_the_names_as_they_were() -> None:
    before = _lines(by_content(_triples(LISTS), "t"))
    after = _lines(by_content(_triples(":z :in ( :q ) ." + LISTS), "t"))
    assert before < after


def test_twins_in_one_place_stay_two() -> None:
    named = by_content(_triples(":a :p [ :v 1 ] , [ :v 1 ] ."), "t")
    assert len(_lines(named)) == 4


def test_blank_nodes_in_a_circle_are_named_too() -> None:
    circle = "_:x :p _:y . _:y :p _:x . _:y :q :a ."
    named = by_content(_triples(circle), "t")
    assert len(_lines(named)) == 3
    assert named == by_content(_triples(circle), "t")


def test_by_order_numbers_the_nodes_as_they_come() -> None:
    node, other = BlankNode(), BlankNode()
    triples = [Triple(A, P, node), Triple(node, P, other), Triple(other, P, Literal("x"))]
    assert [str(triple.object) for triple in by_order(triples, "g")] == [
        f"<{GENID}g-1>",
        f"<{GENID}g-2>",
        '"x"',
    ]


def test_a_triple_about_a_triple_is_refused() -> None:
    with pytest.raises(DataError, match="triple about a triple"):
        list(by_order([Triple(A, P, Triple(A, P, A))], "g"))
