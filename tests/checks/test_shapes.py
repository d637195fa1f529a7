"""The shapes are for every class, pass what conforms, and find what does not, each by its own."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from rdflib import OWL, RDF, SH, URIRef

from regimenkg.checks.data import Data
from regimenkg.checks.reason import ontology_triples
from regimenkg.checks.shapes import SHAPES, check, shapes
from regimenkg.loaders.curated.schema import Schema
from regimenkg.resources import directory
from regimenkg.terms.namespaces import PREFIXES, RK, RKD, compact

FOLDER = Path(__file__).parent / "shapes"
RKS = SHAPES + "#"

# Properties without a shape of their own, and why.
UNSHAPED = {
    "supportsProperty": "rks:Annotation-supportsProperty",
    "supportsValue": "any value at all; rks:reading-agrees compares it",
    "asReported": "rks:asReported, of quantities and readings",
    "validUntil": "of mappings, checked by their loader",
    "covers": "of the packaged list of vocabularies",
    "hasReport": "derived, the inverse of rk:about",
    "ucumCode": "rks:QuantityValue-ucumCode",
    "idPattern": "rks:Vocabulary-idPattern",
    "hierarchical": "rks:Vocabulary-hierarchical",
    "derivedProperty": "rks:DerivedValue-derivedProperty",
    "prevents": "rks:SupportiveCare-prevents",
    "manages": "rks:SupportiveCare-manages",
    "detects": "rks:Monitoring-detects",
    "involves": "rks:Conflict-involved",
    "iriKind": "describes the vocabulary",
    "curatorial": "describes the vocabulary",
    "computed": "describes the vocabulary",
}


@dataclass(frozen=True)
class Case:
    """A change of the conforming world, and all that must be found then."""

    name: str
    expected: frozenset[tuple[str, str, str]]
    gone: str
    come: str
    renamed: tuple[tuple[str, str], ...]


def prefixes() -> str:
    return (FOLDER / "prefixes.ttl").read_text(encoding="utf-8")


@cache
def turtle(text: str) -> frozenset[ox.Triple]:
    return frozenset(quad.triple for quad in ox.parse(prefixes() + text, ox.RdfFormat.TURTLE))


def conforming() -> frozenset[ox.Triple]:
    return turtle((FOLDER / "conforming.ttl").read_text(encoding="utf-8"))


def cases() -> list[Case]:
    text = (FOLDER / "failing.txt").read_text(encoding="utf-8")
    found = []
    for block in re.split(r"^== ", text, flags=re.M)[1:]:
        name, *lines = block.splitlines()
        by_sign = {
            sign: [line[2:] for line in lines if line.startswith(f"{sign} ")] for sign in "!-+~"
        }
        expected = frozenset(
            (thing, shape, component)
            for thing, shape, component in (line.rsplit(" ", 2) for line in by_sign["!"])
        )
        renamed = tuple(
            (old[1:-1], new[1:-1]) for old, new in (line.split(" ") for line in by_sign["~"])
        )
        found.append(
            Case(name, expected, "\n".join(by_sign["-"]), "\n".join(by_sign["+"]), renamed)
        )
    return found


CASES = cases()


def world(case: Case) -> frozenset[ox.Triple]:
    gone = turtle(case.gone)
    assert gone <= conforming(), "what goes is not there"
    triples = (conforming() - gone) | turtle(case.come)
    for old, new in case.renamed:
        old_node, new_node = ox.NamedNode(RKD + old), ox.NamedNode(RKD + new)
        assert any(old_node in (t.subject, t.object) for t in triples), "nothing to rename"
        triples = frozenset(
            ox.Triple(
                new_node if t.subject == old_node else t.subject,
                t.predicate,
                new_node if t.object == old_node else t.object,
            )
            for t in triples
        )
    return triples


def near(case: Case, triples: frozenset[ox.Triple]) -> set[str]:
    """Whatever is two steps or less from what a case changes: no rule looks further."""
    changed = {
        str(term.value)
        for t in turtle(case.gone) | turtle(case.come)
        for term in (t.subject, t.object)
        if isinstance(term, ox.NamedNode)
        and term.value.startswith((RKD, "https://doi.org/", "https://bioregistry.io/"))
    }
    changed |= {RKD + new for _, new in case.renamed}
    pairs = [
        (t.subject.value, t.object.value)
        for t in triples
        if isinstance(t.subject, ox.NamedNode) and isinstance(t.object, ox.NamedNode)
    ]
    reached = set(changed)
    for _ in range(2):
        step = {b for a, b in pairs if a in reached} | {a for a, b in pairs if b in reached}
        # a reading that all share, and its document, join nothing
        reached |= {one for one in step if one.startswith(RKD) and "/evidence/" not in one}
    return reached


@cache
def vocabulary() -> tuple[ox.Triple, ...]:
    return tuple(ontology_triples())


@cache
def held() -> Data:
    """The vocabulary and the conforming world, which is changed and changed back."""
    return Data({*vocabulary(), *conforming()})


def swap(gone: frozenset[ox.Triple], come: frozenset[ox.Triple]) -> None:
    for triple in gone:
        held().remove(triple)
    for triple in come:
        held().add(triple)


def found(
    triples: frozenset[ox.Triple], about: set[str] | None = None
) -> set[tuple[str, str, str]]:
    """Thing, shape and constraint component of each finding, as the cases write them."""
    gone, come = (one.difference(vocabulary()) for one in (conforming() - triples, triples))
    come -= conforming()
    swap(gone, come)
    try:
        result_graph = check(held(), about).graph
    finally:
        swap(come, gone)
    report = rdflib.Graph()
    text = ox.serialize(result_graph, format=ox.RdfFormat.N_TRIPLES)
    assert text is not None
    report.parse(data=text, format="nt")
    results = set()
    for result in report.objects(None, SH.result):
        focus = report.value(result, SH.focusNode)
        shape = report.value(result, SH.sourceConstraint) or report.value(result, SH.sourceShape)
        component = report.value(result, SH.sourceConstraintComponent)
        assert focus is not None
        thing = focus.n3().replace(f"<{RKD}", "<")
        if "/genid/report" in thing:
            thing = "_:blank"
        results.add(
            (
                thing,
                str(shape).removeprefix(RKS),
                str(component).removeprefix(str(SH)).removesuffix("ConstraintComponent"),
            )
        )
    return results


def test_what_conforms_is_not_complained_about() -> None:
    assert found(conforming()) == set()


def touched(case: Case) -> set[str]:
    """What a case changes."""
    changed = turtle(case.gone) | turtle(case.come)
    things = {t.subject.value for t in changed if isinstance(t.subject, ox.NamedNode)}
    return things | {RKD + name for pair in case.renamed for name in pair}


def is_nameless(case: Case) -> bool:
    """Whether something without an IRI is found, which is looked for everywhere."""
    return any(thing.startswith(("_:", '"')) for thing, _, _ in case.expected)


def together(cases: list[Case]) -> list[list[Case]]:
    """Cases that change and find different things, a dozen at a time: pySHACL starts slowly."""
    groups: list[tuple[list[Case], set[str]]] = []
    for case in cases:
        own = touched(case) | {thing for thing, _, _ in case.expected}
        for group, others in () if is_nameless(case) else groups:
            if len(group) < 12 and not own & others and not is_nameless(group[0]):
                group.append(case)
                others |= own
                break
        else:
            groups.append(([case], own))
    return [group for group, _ in groups]


def wrong(group: list[Case]) -> dict[str, set[tuple[str, str, str]]]:
    """The cases that are not found as they say, each with how it differs; by halves, where some
    disturb each other."""
    whole = Case(
        name=", ".join(case.name for case in group),
        expected=frozenset().union(*(case.expected for case in group)),
        gone="\n".join(case.gone for case in group),
        come="\n".join(case.come for case in group),
        renamed=tuple(pair for case in group for pair in case.renamed),
    )
    expected = {
        ("_:blank" if thing.startswith("_:") else thing, shape, component)
        for thing, shape, component in whole.expected
    }
    about = None if is_nameless(whole) else near(whole, world(whole))
    difference = found(world(whole), about) ^ expected
    if len(group) == 1 or not difference:
        return {whole.name: difference} if difference else {}
    middle = len(group) // 2
    return wrong(group[:middle]) | wrong(group[middle:])


@pytest.mark.parametrize("group", together(CASES), ids=lambda group: group[0].name)
def test_failing_cases_fail_for_just_their_reasons(group: list[Case]) -> None:
    assert all(case.expected for case in group)
    assert wrong(group) == {}


def named_constraints() -> set[str]:
    """All shapes and rules that can be the reason of a finding."""
    graph = shapes()
    not_constraining = (SH.targetClass, SH.targetSubjectsOf, SH.targetObjectsOf, SH.property)
    aside = {RDF.type, SH.message, SH.severity, SH.path, SH.sparql, *not_constraining}
    return {
        str(shape).removeprefix(RKS)
        for shape in set(graph.subjects())
        if str(shape).startswith(RKS) and set(graph.predicates(shape)) - aside
    }


def test_every_shape_and_rule_has_a_failing_case() -> None:
    reasons = {shape for case in CASES for _, shape, _ in case.expected}
    # these are reached only through sh:node of another, which is then the reason
    assert named_constraints() - reasons == {"Described", "unit-pair"}


def test_every_shape_looks_at_something_in_the_conforming_world() -> None:
    graph, data = shapes(), rdflib.Graph()
    text = ox.serialize([*ontology_triples(), *conforming()], format=ox.RdfFormat.N_TRIPLES)
    assert text is not None
    data.parse(data=text, format="nt")
    idle = set()
    for shape in set(graph.subjects(RDF.type, SH.NodeShape)):
        classes = set(graph.objects(shape, SH.targetClass))
        members = {
            thing
            for target in classes
            for one in data.transitive_subjects(rdflib.RDFS.subClassOf, target)
            for thing in data.subjects(RDF.type, one)
        }
        members |= {
            thing
            for target in graph.objects(shape, SH.targetSubjectsOf)
            for thing in data.subjects(target)
        }
        if not members and (shape, SH.targetClass) in {
            (s, SH.targetClass) for s in graph.subjects(SH.targetClass)
        } | {(s, SH.targetClass) for s in graph.subjects(SH.targetSubjectsOf)}:
            idle.add(str(shape).removeprefix(RKS))
    assert idle == set()
    used = {path for path in graph.objects(None, SH.path) if isinstance(path, URIRef)}
    assert {compact(str(path)) for path in used if not any(data.subject_objects(path))} == set()


def test_every_class_of_the_vocabulary_has_a_shape() -> None:
    ontology = rdflib.Graph().parse(directory("ontology") / "regimenkg.ttl")
    classes = {one for one in ontology.subjects(RDF.type, OWL.Class) if isinstance(one, URIRef)}
    targets = set(shapes().objects(None, SH.targetClass))
    assert {compact(str(one)) for one in classes - targets} == set()


def test_every_property_stands_in_the_shapes_of_the_classes_it_is_for() -> None:
    schema, graph = Schema.read(), shapes()
    missing = []
    for name, prop in schema.properties.items():
        if not prop.iri.startswith(RK) or name in UNSHAPED:
            continue
        shape = URIRef(RKS + name)
        hung = {
            str(target)
            for node in graph.subjects(SH.property, shape)
            for target in graph.objects(node, SH.targetClass)
        }
        missing += [f"{name} of {compact(one)}" for one in prop.domain if one not in hung]
        if (shape, SH.path, URIRef(prop.iri)) not in graph:
            missing.append(f"{name} has no shape")
    assert missing == []


def test_shapes_and_vocabulary_say_the_same_of_values() -> None:
    schema, graph = Schema.read(), shapes()
    different = []
    for name, prop in schema.properties.items():
        shape = URIRef(RKS + name)
        stated = set(graph.objects(shape, SH["class"])) | set(graph.objects(shape, SH.datatype))
        if prop.range and stated and {str(one) for one in stated} != set(prop.range):
            different.append(name)
        if (shape, SH.path) in {(shape, SH.path)} and prop.functional and prop.iri.startswith(RK):
            limited = {
                str(one)
                for one in graph.subjects(SH.maxCount)
                if graph.value(one, SH.path) == URIRef(prop.iri)
            }
            if not limited:
                different.append(f"{name} is functional")
    assert different == []


def test_units_are_those_of_the_table() -> None:
    rows = (directory("ontology") / "units.tsv").read_text(encoding="utf-8").splitlines()[1:]
    table = {(row.split("\t")[1], row.split("\t")[3]) for row in rows if "\t/" not in row}
    graph = shapes()
    stated = set()
    for code in graph.objects(None, SH.hasValue):
        for inner in graph.subjects(SH.hasValue, code):
            if graph.value(inner, SH.path) != URIRef(RK + "ucumCode"):
                continue
            [option] = graph.subjects(SH.property, inner)
            units = {
                str(unit)
                for other in graph.objects(option, SH.property)
                for head in graph.objects(other, SH["in"])
                for unit in graph.items(head)
            }
            stated.add((str(code), *(units or {""})))
    assert stated == table


def test_every_shape_has_a_message_and_the_graph_a_version_and_a_licence() -> None:
    graph = shapes()
    with_message = {str(one).removeprefix(RKS) for one in graph.subjects(SH.message)}
    assert named_constraints() - with_message == {"Described"}
    header = URIRef(SHAPES)
    for name in ("owl:versionIRI", "owl:versionInfo", "dcterms:license", "dcterms:title"):
        prefix, local = name.split(":")
        assert graph.value(header, URIRef(PREFIXES[prefix] + local)), name


def test_the_shapes_are_no_part_of_the_data() -> None:
    from regimenkg.packaged import open_store
    from regimenkg.sparql.backend import select

    query = f"SELECT ?s WHERE {{ ?s a <{SH.NodeShape}> }}"
    assert select(open_store(), query) == []


def answers(report: rdflib.Graph) -> set[tuple[rdflib.term.Node | None, ...]]:
    """What a report has of the rules in SPARQL."""
    return {
        (
            report.value(one, SH.focusNode),
            report.value(one, SH.sourceConstraint),
            report.value(one, SH.sourceShape),
            report.value(one, SH.resultPath),
            report.value(one, SH.value),
            report.value(one, SH.resultSeverity),
        )
        for one in report.subjects(SH.sourceConstraintComponent, SH.SPARQLConstraintComponent)
    }


def test_the_engine_answers_the_rules_as_pyshacl_does_thing_by_thing() -> None:
    """All cases of rules that go together at once, by both ways."""
    import pyshacl

    triples = set(conforming())
    for case in CASES:
        if not case.renamed and all(c == "SPARQL" for _, _, c in case.expected):
            triples = (triples - turtle(case.gone)) | turtle(case.come)
    store = ox.Store()  # which writes each number in one way
    store.extend(ox.Quad(t.subject, t.predicate, t.object) for t in {*vocabulary(), *triples})
    data = Data(quad.triple for quad in store)
    _, theirs, _ = pyshacl.validate(
        data.graph, shacl_graph=shapes(), inference="none", advanced=False, inplace=True
    )
    whole = ox.serialize(check(data).graph, format=ox.RdfFormat.N_TRIPLES)
    assert whole is not None
    ours = rdflib.Graph().parse(data=whole, format="nt")
    reasons = {str(one[1]) for one in answers(theirs)}
    assert len(reasons) > 30
    # rdflib does not order durations of years and months
    aside = {one for one in answers(ours) if str(one[1]) == RKS + "ages-in-order-query"}
    assert answers(ours) - aside == answers(theirs)
