"""What is looked for in RDF before it is loaded: values beyond limits, second values and labels."""

from __future__ import annotations

import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat, Store

from regimenkg.checks.loaded import beyond_limits, second_labels, second_values
from regimenkg.terms.namespaces import DERIVED_GRAPH, PREFIXES, RK, RKD

HEAD = f"@prefix rk: <{RK}> . @prefix rkd: <{RKD}> . @prefix skos: <{PREFIXES['skos']}> .\n"
MINE, OTHER = "urn:x:mine", "urn:x:other"


def store(**graphs: str) -> Store:
    made = Store()
    for name, text in graphs.items():
        made.load(HEAD + text, RdfFormat.TURTLE, to_graph=NamedNode(f"urn:x:{name}"))
    return made


def messages(text: str) -> list[str]:
    return [one.message for one in beyond_limits(store(mine=text), [MINE])]


@pytest.mark.parametrize(
    "text, message",
    [
        ("rkd:a rk:percent 150.0 .", "rk:percent 150 does not fit"),
        ("rkd:a rk:percent 15 .", "rk:percent 15 does not fit"),
        ('rkd:a rk:percent "15" .', "rk:percent 15 does not fit"),
        ("rkd:a rk:count 40 ; rk:denominator 31 .", "rk:count 40 is beyond rk:denominator 31"),
        ('rkd:a rk:pValueBound "~" .', "rk:pValueBound ~ does not fit"),
        ('rkd:a rk:startDate "2017-13" .', "rk:startDate 2017-13 does not fit"),
        (
            "rkd:a a rk:Administration ; rk:dose rkd:q . rkd:q <http://qudt.org/schema/qudt/"
            "numericValue> 0.0 .",
            "qudt:numericValue 0 does not fit",
        ),
    ],
)
def test_a_value_beyond_a_limit_is_found(text: str, message: str) -> None:
    assert messages(text) == [message]


@pytest.mark.parametrize(
    "text",
    [
        "rkd:a rk:percent 100.0 ; rk:count 31 ; rk:denominator 31 .",
        "rkd:a rk:minGrade 3 ; rk:maxGrade 3 .",
        "rkd:a <urn:x:percent> 150 .",
        "rkd:a rk:lowerLimit 1.0 .",
        'rkd:a rk:startDate "2017-12"^^<http://www.w3.org/2001/XMLSchema#gYearMonth> .',
    ],
)
def test_what_is_within_the_limits_is_passed(text: str) -> None:
    assert messages(text) == []


def test_a_graph_that_is_not_loaded_is_not_looked_at() -> None:
    staged = store(mine="rkd:a rk:percent 10.0 .", other="rkd:a rk:percent 150.0 .")
    assert list(beyond_limits(staged, [MINE])) == []


def seconds(mine: str, theirs: str = "", *graphs: str) -> int:
    """How many second labels there are in what is loaded beside what is there."""
    held = store(other=theirs)
    return len(list(second_labels(store(mine=mine), [MINE, *graphs], held, str)))


def test_a_label_beside_that_of_another_graph_is_a_second_one_in_any_language() -> None:
    theirs = 'rkd:x skos:prefLabel "x"@en .'
    assert seconds('rkd:x skos:prefLabel "y"@en .', theirs) == 1
    assert seconds('rkd:x skos:prefLabel "x"@de .', theirs) == 1
    assert seconds('<urn:x:c> skos:prefLabel "y"@de .', '<urn:x:c> skos:prefLabel "y"@en .') == 1
    assert seconds('rkd:x skos:prefLabel "x"@en .', theirs) == 0
    assert seconds('rkd:x skos:altLabel "y"@en .', theirs) == 0
    assert seconds('rkd:x skos:prefLabel "y"@en .', theirs, OTHER) == 0, "it is replaced"


def test_a_derived_label_gives_way_to_a_stated_one() -> None:
    held = Store()
    text = HEAD + 'rkd:x skos:prefLabel "x"@en .'
    held.load(text, RdfFormat.TURTLE, to_graph=NamedNode(DERIVED_GRAPH))
    staged = store(mine='rkd:x skos:prefLabel "y"@en .')
    assert list(second_labels(staged, [MINE], held, str)) == []


def test_labels_of_several_languages_are_for_things_of_others() -> None:
    two = 'skos:prefLabel "y"@en, "y"@de .'
    assert seconds(f"<urn:x:concept> {two}") == 0
    assert seconds(f"rkd:x {two}") == 1
    assert seconds(f"<urn:x:concept> a rk:Drug ; {two}") == 1
    assert seconds('<urn:x:concept> skos:prefLabel "y"@en, "z"@en .') == 1


def test_a_second_label_names_both_and_where_the_other_is() -> None:
    [found] = second_labels(
        store(mine='rkd:x skos:prefLabel "y"@en .'),
        [MINE],
        store(other='rkd:x skos:prefLabel "x"@en .'),
        lambda graph: f"{graph} (x.yaml)",
    )
    assert found.quad.object == Literal("y", language="en")
    assert '"x"@en in urn:x:other (x.yaml)' in found.message


@pytest.mark.parametrize(
    ("mine", "theirs", "number"),
    [
        ("rkd:a rk:percent 12.0, 13.0 .", "", 1),
        ("rkd:a rk:percent 12.0, 13.0, 14.0 .", "", 2),
        ("rkd:a rk:percent 12.0 .", "rkd:a rk:percent 13.0 .", 1),
        ("rkd:a rk:minGrade 3, 4 ; rk:maxGrade 4 ; rk:toxicity rkd:x, rkd:y .", "", 2),
        ("rkd:a rk:percent 12.0, 12.00 .", "rkd:a rk:percent 12.0 .", 0),
        ("rkd:a rk:percent 12.0 . rkd:b rk:percent 13.0 .", "rkd:c rk:percent 14.0 .", 0),
        ("rkd:a rk:inTrial rkd:x, rkd:y ; <urn:x:percent> 1, 2 .", "", 0),
    ],
)
def test_of_a_property_that_has_one_value_a_second_is_found(
    mine: str, theirs: str, number: int
) -> None:
    held = store(other=theirs)
    found = list(second_values(store(mine=mine), [MINE], held, str))
    assert len(found) == number
    assert all(" is a second value of " in one.message for one in found)
    if theirs:
        assert list(second_values(store(mine=mine), [MINE, OTHER], held, str)) == []


def test_what_rules_derive_is_no_second_value() -> None:
    held = Store()
    held.load(HEAD + "rkd:a rk:percent 13.0 .", RdfFormat.TURTLE, to_graph=NamedNode(DERIVED_GRAPH))
    held.load(HEAD + "rkd:a rk:percent 14.0 .", RdfFormat.TURTLE)
    assert list(second_values(store(mine="rkd:a rk:percent 12.0 ."), [MINE], held, str)) == []
