"""The limits of values are those of the shapes, and no others."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from regimenkg.loaders.shared.limits import Limit, Limits, limits
from regimenkg.resources import directory
from regimenkg.terms.literals import XSD
from regimenkg.terms.namespaces import RK

SH = "http://www.w3.org/ns/shacl#"
HEAD = f"@prefix sh: <{SH}> . @prefix xsd: <{XSD}> . @prefix : <urn:x:> .\n"


def of(text: str, path: str = "p", classes: tuple[str, ...] = ()) -> list[Limit]:
    """The limits of a property, of shapes that one node shape of the class C has."""
    quads = ox.parse(HEAD + text, ox.RdfFormat.TURTLE)
    of_path = tuple(f"urn:x:{step}" for step in path.split("/"))
    return Limits([quad.triple for quad in quads]).of(of_path, classes)


def literal(text: str, datatype: str = "decimal") -> ox.Literal:
    return ox.Literal(text, datatype=ox.NamedNode(XSD + datatype))


def test_a_shape_named_like_its_property_holds_everywhere_and_another_for_its_class() -> None:
    shapes = ":N sh:targetClass :C ; sh:property :p, :N-p . :p sh:path :p ; sh:minInclusive 0 ."
    shapes += " :N-p sh:path :p ; sh:maxInclusive 9 ."
    assert len(of(shapes)) == 1
    assert len(of(shapes, classes=("urn:x:C",))) == 2


def test_a_warning_is_no_limit() -> None:
    shapes = ":N sh:property :p . :p sh:path :p ; sh:minInclusive 0 ; sh:severity sh:Warning ."
    assert of(shapes) == []


def test_a_path_may_have_steps_and_alternatives_and_none_may_lead_back() -> None:
    shape = ":N sh:targetClass :C ; sh:property :s . :s sh:in ( 1 ) ; sh:path "
    ways = f"{shape} ( [ sh:alternativePath ( :a :b ) ] :c ) ."
    assert [len(of(ways, path, ("urn:x:C",))) for path in ("a/c", "b/c", "c", "a")] == [1, 1, 0, 0]
    assert of(f"{shape} [ sh:inversePath :a ] .", "a", ("urn:x:C",)) == []


@pytest.mark.parametrize(
    "shape, value, holds",
    [
        ("sh:minInclusive 1", "1", True),
        ("sh:minExclusive 1", "1", False),
        ("sh:maxInclusive 5", "5.0", True),
        ("sh:maxExclusive 5", "5", False),
        ("sh:maxInclusive 5", "5.01", False),
        ("sh:datatype xsd:integer", "5", False),
        ("sh:or ( [ sh:datatype xsd:integer ] [ sh:datatype xsd:decimal ] )", "5", True),
        ("sh:in ( 5.0 )", "5.0", True),
        ("sh:not [ sh:in ( 5.0 ) ]", "5.0", False),
        ("sh:not [ sh:in ( 5.0 ) ]", "6.0", True),
    ],
)
def test_a_value_is_held_to_what_a_shape_says(shape: str, value: str, holds: bool) -> None:
    [limit] = of(f":N sh:property :p . :p sh:path :p ; {shape} .")
    assert limit.holds(literal(value)) is holds


def test_durations_are_measured_and_not_compared_as_texts() -> None:
    [limit] = of(':N sh:property :p . :p sh:path :p ; sh:maxInclusive "P2D"^^xsd:dayTimeDuration .')
    assert limit.holds(literal("PT48H", "dayTimeDuration"))
    assert not limit.holds(literal("PT49H", "dayTimeDuration"))
    assert not limit.holds(literal("P1M", "yearMonthDuration")), "a month is no number of days"


def test_the_order_of_two_values_is_that_of_their_measure() -> None:
    [limit] = of(":N sh:property :p . :p sh:path :p ; sh:lessThanOrEquals :q .")
    assert limit.in_order(literal("9"), literal("10"))
    assert limit.in_order(literal("10"), literal("10.0"))
    assert not limit.in_order(literal("10.5"), literal("10"))
    assert limit.in_order(literal("10"), literal("P1D", "dayTimeDuration")), "they have no order"
    [strict] = of(":N sh:property :p . :p sh:path :p ; sh:lessThan :q .")
    assert not strict.in_order(literal("10"), literal("10"))


def test_every_order_that_the_shapes_ask_for_is_held() -> None:
    quads = list(ox.parse(path=directory("ontology") / "shapes.ttl"))
    severe = {
        quad.subject
        for quad in quads
        if quad.predicate.value == SH + "severity" and quad.object != ox.NamedNode(SH + "Violation")
    }
    asked = {
        quad.object.value
        for quad in quads
        if quad.predicate.value in (SH + "lessThanOrEquals", SH + "lessThan")
        and quad.subject not in severe
        and isinstance(quad.object, ox.NamedNode)
    }
    assert {limit.not_above for limit in limits() if limit.not_above} == asked
    assert {RK + name for name in ("denominator", "maxGrade", "ciUpper", "upperLimit")} <= asked


def test_a_percentage_is_from_0_to_100() -> None:
    [limit] = limits().of((RK + "percent",), ())
    for value, holds in (("0", True), ("100", True), ("100.1", False), ("-1", False)):
        assert limit.holds(literal(value)) is holds
    assert not limit.holds(ox.Literal("11")) and not limit.holds(ox.Literal(11))
