"""The model page says what the ontology, the graph and the canned queries say."""

from __future__ import annotations

import runpy

import pyoxigraph as ox
import pytest
from places import ROOT

from regimenkg.catalog.cache import catalog
from regimenkg.catalog.runner import run_text
from regimenkg.packaged import open_store
from regimenkg.records.model import RECIPES, ModelClass, Recipe, model
from regimenkg.sparql.answers import Solutions
from regimenkg.sparql.backend import select
from regimenkg.terms.namespaces import PREFIXES, expand
from regimenkg.web.figures.model_diagram import BOXES, EDGES, Join, model_diagram


@pytest.fixture(scope="module")
def classes() -> dict[str, ModelClass]:
    return {each.name: each for each in model(open_store())}


def rows(query: str) -> list[tuple[object, ...]]:
    answer = run_text(query, open_store())
    assert isinstance(answer, Solutions)
    return list(answer)


def test_every_class_and_property_of_the_vocabulary_has_a_definition(
    classes: dict[str, ModelClass],
) -> None:
    assert len(classes) > 70
    for each in classes.values():
        assert each.definition, each.name
        for term in each.properties:
            assert term.definition, term.name


def test_an_example_is_a_triple_of_the_graph(classes: dict[str, ModelClass]) -> None:
    shown = [term for each in classes.values() for term in each.properties if term.example]
    assert len({term.name for term in shown}) > 90
    for term in shown:
        assert term.example
        subject = expand(term.example.subject)
        asked = f"ASK {{ <{subject}> <{expand(term.name)}> ?value }}"
        assert open_store().query(asked) is True, term.name


def test_a_query_that_is_named_uses_the_term(classes: dict[str, ModelClass]) -> None:
    for each in classes.values():
        for term in (*each.properties, *each.values):
            assert all(term.name in catalog()[name].body for name in term.queries)


def test_a_deprecated_property_is_marked(classes: dict[str, ModelClass]) -> None:
    marked = {t.name for each in classes.values() for t in each.properties if t.deprecated}
    stated = select(open_store(), f"SELECT ?t {{ ?t <{PREFIXES['owl']}deprecated> true }}")
    iris = {row[0].value for row in stated if isinstance(row[0], ox.NamedNode)}
    assert {expand(name) for name in marked} <= iris
    assert "rk:pValueBelow" in marked


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.title)
def test_a_recipe_answers(recipe: Recipe) -> None:
    assert rows(recipe.query)


def test_the_recipe_for_counting_counts_each_regimen_once() -> None:
    counted = {row[:2]: row[2] for row in rows(RECIPES[0].query)}
    curated = ox.NamedNode("https://w3id.org/regimenkg/vocab#Curated")
    cladribine = counted[ox.Literal("cladribine", language="en"), curated]
    assert cladribine == ox.Literal(3)  # of five variants


@pytest.mark.parametrize("edge", EDGES, ids=lambda edge: edge.property)
def test_a_property_that_is_drawn_joins_the_classes_between_which_it_is_drawn(edge: Join) -> None:
    """By the ontology: the domain takes in the start or classes below it, likewise the range."""
    if not edge.property.startswith("rk:"):
        return  # terms of others, which the ontology does not bind
    members = "(<{owl}unionOf>/<{rdf}rest>*/<{rdf}first>)?".format(**PREFIXES)
    for end, what in ((edge.start, "domain"), (edge.end, "range")):
        asked = f"""PREFIX rk: <{PREFIXES["rk"]}> PREFIX rdfs: <{PREFIXES["rdfs"]}>
        ASK {{ {edge.property} rdfs:{what}/{members} ?class .
          {{ {end} rdfs:subClassOf* ?class }} UNION {{ ?class rdfs:subClassOf* {end} }} }}"""
        assert open_store().query(asked) is True, (edge, what)


def test_what_is_drawn_as_derived_is_computed() -> None:
    for edge in EDGES:
        if edge.property.startswith("rk:"):
            asked = f"PREFIX rk: <{PREFIXES['rk']}> ASK {{ {edge.property} rk:computed true }}"
            assert open_store().query(asked) is edge.derived, edge


def test_a_box_is_a_class_and_leads_to_it(classes: dict[str, ModelClass]) -> None:
    for name in BOXES:
        if name.startswith("rk:"):
            assert name in classes
            assert f'href="#{name.partition(":")[2]}"' in model_diagram()


def test_the_page_in_docs_is_what_the_graph_says() -> None:
    """``make model`` writes it."""
    made = runpy.run_path(str(ROOT / "scripts" / "write_model.py"))
    reference = ROOT / "docs" / "reference"
    assert (reference / "model.md").read_text(encoding="utf-8") == made["page"]()
    assert (reference / "model.svg").read_text(encoding="utf-8") == made["drawing"]()
