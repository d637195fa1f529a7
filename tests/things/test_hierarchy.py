"""A thing stands for what lies below it, at any distance; what it does not is told apart."""

from __future__ import annotations

import csv
from itertools import product

import pyoxigraph as ox
import pytest
from cli_runner import run as command
from hypothesis import given, settings
from hypothesis import strategies as st
from packaged_stores import replace_graph

from regimenkg.catalog.cache import catalog, find
from regimenkg.catalog.runner import bind, run
from regimenkg.catalog.spec import QuerySpec
from regimenkg.errors import ParameterError
from regimenkg.formats.rows import plain_text
from regimenkg.packaged import open_store
from regimenkg.sparql.answers import Solutions
from regimenkg.store.embedded import EmbeddedStore
from regimenkg.terms.namespaces import GRAPH, RK, RKD
from regimenkg.things.hierarchy import narrower

INFECTION = ox.NamedNode(RKD + "toxicity/infection")


def found(toxicity: str, **more: object) -> set[str]:
    """The labels of the events that `regimens-by-toxicity` finds for one."""
    _, answer = run(
        "regimens-by-toxicity", {"toxicity": toxicity, **more}, open_store(), note=lambda _: None
    )
    assert isinstance(answer, Solutions)
    at = answer.variables.index("toxicityLabel")
    return {cell.value for row in answer if isinstance(cell := row[at], ox.Literal)}


def test_infection_finds_pneumonia_and_sepsis() -> None:
    assert found("infection") >= {"pneumonia", "sepsis"}
    assert found("infection", exactly=True) == {"infection"}
    assert found("neutropenia") == {"neutropenia", "febrile neutropenia"}
    assert found("neutropenia", exactly="yes") == {"neutropenia"}


def test_a_narrower_thing_does_not_find_what_is_above_it() -> None:
    assert found("febrile neutropenia") == {"febrile neutropenia"}


def test_the_command_line_has_the_flag_and_says_what_it_took_in() -> None:
    wide = command(["query", "regimens-by-toxicity", "--toxicity", "infection", "-O", "csv"])
    exact = command(
        ["query", "regimens-by-toxicity", "--toxicity", "infection", "--exactly", "-O", "csv"]
    )
    assert "Pneumocystis pneumonia, pneumonia, sepsis; --exactly" in wide.stderr
    assert "pneumonia" in wide.stdout
    events = {row["toxicityLabel"] for row in csv.DictReader(exact.stdout.splitlines())}
    assert events == {"infection"}
    assert exact.stderr == ""


@pytest.mark.parametrize(
    "spec",
    [spec for spec in catalog().values() if spec.inputs != spec.params],
    ids=lambda s: s.name,
)
def test_a_row_says_which_of_the_things_it_found(spec: QuerySpec) -> None:
    for param in spec.params:
        if param.takes_narrower:
            assert param.name in spec.columns, f"{spec.name} hides which {param.name} it found"


def test_only_a_query_with_a_hierarchy_has_the_choice() -> None:
    with pytest.raises(ParameterError, match="no parameter called 'exactly'"):
        bind(find("shared-toxicities"), {"exactly": "true"}, open_store())
    with pytest.raises(ParameterError, match="exactly: expected true or false"):
        bind(find("regimens-by-toxicity"), {"exactly": "perhaps"}, open_store())


@given(st.sets(st.tuples(st.integers(0, 6), st.integers(0, 6)), max_size=10))
@settings(max_examples=25)
def test_the_rules_derive_what_a_walk_along_the_links_finds(pairs: set[tuple[int, int]]) -> None:
    links = {(low, high) for low, high in pairs if low < high}  # no circles
    store = ox.Store()
    things = [ox.NamedNode(f"{RKD}toxicity/made-up-{number}") for number in range(7)]
    triples = []
    for number, (low, high) in enumerate(sorted(links)):
        link = ox.NamedNode(f"{RKD}broader-link/made-up-{number}")
        triples.append(ox.Triple(link, ox.NamedNode(RK + "narrowerThing"), things[low]))
        triples.append(ox.Triple(link, ox.NamedNode(RK + "broaderThing"), things[high]))
    replace_graph(store, GRAPH + "made-up", triples)
    below = set(links)
    while more := {(a, d) for (a, b), (c, d) in product(below, below) if b == c} - below:
        below |= more
    backend = EmbeddedStore(store)
    for number, thing in enumerate(things):
        expected = [things[low] for low, high in sorted(below) if high == number]
        assert narrower([thing], backend) == expected


def test_a_narrower_toxicity_of_a_drug_explains_and_a_broader_one_does_not() -> None:
    _, answer = run("explained-toxicities", {}, open_store(), note=lambda _: None)
    assert isinstance(answer, Solutions)
    names = ("toxicityLabel", "relation", "listedLabel", "explained")
    places = [answer.variables.index(name) for name in names]
    told = {}
    for row in answer:
        event, how, listed, explained = (plain_text(row[place]) for place in places)
        told[event, how, listed] = explained
    assert told["neutropenia", "broader", "leukopenia"] == "false"
    assert told["pneumonia", "narrower", "Pneumocystis pneumonia"] == "true"
    assert told["anemia", "same", "anemia"] == "true"
    for (_, how, _), explained in told.items():
        assert explained == ("true" if how in ("same", "narrower") else "false")
