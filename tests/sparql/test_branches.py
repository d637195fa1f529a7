"""Branches of a UNION that can give no row, and only those, are found."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from regimenkg.sparql.branches import branches_of_unions, idle
from regimenkg.sparql.tokens import swap_values

ABSENT = "{ VALUES ?x { UNDEF } FILTER(!BOUND(?x)) }"
GIVEN = "{ VALUES ?x { UNDEF } FILTER(BOUND(?x)) }"


def bound(text: str, *values: str) -> str:
    given, missing = (["x"], []) if values else ([], ["x"])
    cut = list(idle(branches_of_unions(text), given, missing))
    return swap_values(text, {"x": values or ["UNDEF"]}, without=cut)


@pytest.mark.parametrize("order", ["{0} UNION {1}", "{1} UNION {0}", "{1} UNION {0} UNION {1}"])
def test_what_the_arguments_rule_out_is_cut(order: str) -> None:
    text = "SELECT * { " + order.format(f"{{ {ABSENT} ?s ?p 1 }}", f"{{ {GIVEN} ?s ?p ?x }}") + " }"
    without = bound(text)
    assert "?p 1" in without
    assert "?p ?x" not in without
    with_value = bound(text, "7")
    assert "?p 1" not in with_value
    assert with_value.count("?p ?x") == text.count("?p ?x")
    for query in (without, with_value):
        ox.Store().query(query)


def test_a_union_in_a_branch_that_is_cut_goes_with_it() -> None:
    inner = f"{{ {GIVEN} ?s ?p ?x }} UNION {{ {ABSENT} ?s ?p 2 }}"
    text = f"SELECT * {{ {{ {ABSENT} ?s ?p 1 }} UNION {{ {GIVEN} {inner} }} }}"
    assert bound(text).count("?p") == 1
    assert "?p ?x" in bound(text, "7")


@pytest.mark.parametrize(
    "branch",
    [
        "{ VALUES ?x { UNDEF } ?s ?p ?x FILTER(BOUND(?x)) }",  # the pattern gives a value
        f"{{ OPTIONAL {GIVEN} ?s ?p ?x }}",
        f"{{ MINUS {GIVEN} ?s ?p ?x }}",
        f"{{ FILTER NOT EXISTS {GIVEN} ?s ?p ?x }}",
        "{ { SELECT ?x WHERE { VALUES ?x { UNDEF } FILTER(BOUND(?x)) } } ?s ?p ?x }",
        f"{{ {{ {GIVEN} }} UNION {{ ?s ?q ?x }} ?s ?p ?x }}",
    ],
)
def test_what_may_give_rows_stays(branch: str) -> None:
    text = f"SELECT * {{ {{ {ABSENT} ?s ?p 1 }} UNION {branch} }}"
    assert "?p ?x" in bound(text)


def test_where_no_branch_is_left_all_stay() -> None:
    text = f"SELECT * {{ {{ {GIVEN} ?s ?p 1 }} UNION {{ {GIVEN} ?s ?p ?x }} }}"
    assert bound(text) == swap_values(text, {"x": ["UNDEF"]})
