"""A change that is followed from what it touches ends as deriving all anew does: always.

The packaged rules are run on made-up graphs of all that they read, with properties between things
of the right kinds, and of wrong ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import groupby
from unittest import mock

import changing
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from made_up_stores import PREFIX_LINES
from pyoxigraph import Literal, NamedNode, RdfFormat, Store, Triple, parse

from regimenkg.packaged import PACKAGED, Packaged
from regimenkg.store import changes, graphs
from regimenkg.store.merge import Spool, leave
from regimenkg.store.rules import Rule
from regimenkg.store.skolem import GENID
from regimenkg.terms.namespaces import DERIVED_GRAPH, GRAPH, ONTOLOGY_GRAPH, PREFIXES, RKD, expand

RULES = PACKAGED.rules()
INTEGER = PREFIXES["xsd"] + "integer"

KINDS = {
    "regimen": "rk:Regimen",
    "variant": "rk:RegimenVariant",
    "block": "rk:TreatmentBlock",
    "administration": "rk:Administration",
    "drug": "rk:Drug",
    "trial": "rk:Trial",
    "arm": "rk:Arm",
    "report": "rk:ToxicityReport",
    "outcome": "rk:Outcome",
    "toxicity": "rk:Toxicity",
    "condition": "rk:Condition",
    "class": "rk:DrugClass",
    "entry": "rk:RegistryEntry",
    "link": "rk:BroaderLink",
    "reading": "oa:Annotation",
    "target": "oa:SpecificResource",
    "document": "rk:SourceDocument",
    "paper": "fabio:JournalArticle",
    "authors": "rdf:Bag",
    "dose": "qudt:QuantityValue",
}
LINKS = """\
regimen rk:hasVariant variant
variant rk:variantOf regimen
variant rk:hasBlock block
variant rk:hasAdministration administration
block rk:hasAdministration administration
administration rk:drug drug
administration rk:dose dose
administration rk:alternativeTo administration
administration rk:componentRole rk:GrowthFactor
administration rk:componentRole rk:Backbone
drug rk:saltOf drug
drug rk:productOf drug
drug rk:hasIngredient drug
drug rk:drugClass class
class skos:broader class
class skos:broader rkd:drug-class/seer-rx-ancillary-therapy
link rk:narrowerThing toxicity
link rk:broaderThing toxicity
regimen rk:hasRegistryEntry entry
entry rk:entryFor regimen
entry rk:listsDrug drug
arm rk:armOf trial
arm rk:tests variant
trial rk:tests variant
variant rk:testedIn trial
report rk:about regimen
report rk:about variant
report rk:about block
report rk:about administration
report rk:about arm
report rk:about trial
report rk:about drug
drug rk:hasReport report
report rk:inArm arm
report rk:inTrial trial
report rk:toxicity toxicity
report rk:population condition
outcome rk:population condition
outcome rk:inTrial trial
trial rk:studies condition
regimen rk:treats condition
outcome rk:inArm arm
outcome rk:about trial
outcome rk:endpoint rk:OverallResponseRate
outcome rk:statistic rk:Proportion
report prov:wasDerivedFrom reading
variant prov:wasDerivedFrom reading
trial prov:wasDerivedFrom reading
reading oa:hasTarget target
target oa:hasSource document
reading rk:supportsProperty rk:phase
reading rk:supportsProperty bibo:pmid
paper prov:wasDerivedFrom reading
paper cito:isRetractedBy paper
paper rk:hasAuthorList authors
authors rk:listsAuthor document
paper dcterms:creator document
paper dcterms:isReplacedBy paper
toxicity dcterms:isReplacedBy toxicity
"""
VALUES = """\
report rk:percent 20
report rk:percent 0
report rk:count 0
report rk:count 4
report rk:denominator 50
arm rk:participantsTreated 50
arm rk:participantsEvaluable 40
trial rk:participantsTreated 98
trial rk:randomised true
trial rk:armCount 1
trial rk:phase II
trial rk:phase III
reading rk:supportsValue II
reading rk:supportsValue III
outcome rk:unit %
outcome rk:value 20
administration rk:day 1
administration rk:day 2
dose rk:ucumCode mg
dose qudt:numericValue 100
toxicity rk:name fever
toxicity rk:name ague
paper rk:name title
authors rk:name list
drug skos:prefLabel one
toxicity skos:prefLabel fever
trial skos:prefLabel trial
regimen skos:prefLabel regimen
reading rk:supportsValue 1
reading rk:supportsValue 2
document skos:prefLabel document
paper bibo:pmid 1
paper bibo:pmid 2
"""
PAPERS = (
    "https://doi.org/10.1000/one",
    "https://doi.org/10.1000/two",
    RKD + "citation/pmid-1",
    RKD + "citation/pmid-2",
)


def node(kind: str, number: int) -> NamedNode:
    if ":" in kind:
        return NamedNode(expand(kind) or kind)
    return NamedNode(PAPERS[number] if kind == "paper" else f"{RKD}{kind}/{number}")


def value(text: str) -> Literal:
    if text.isdigit():
        return Literal(text, datatype=NamedNode(INTEGER))
    return Literal(True) if text == "true" else Literal(text)


NUMBERS = st.integers(0, 1)
STATED = [line.split() for line in (LINKS + VALUES).splitlines()]
KIND = st.sampled_from(sorted(KINDS))


@st.composite
def triples(draw: st.DrawFn, kinds: Sequence[str] = tuple(KINDS)) -> Triple:
    """A triple that some rule reads, of some kinds of things; one in ten to things of any kinds."""
    what = draw(st.integers(0, 9))
    if what < 3:
        kind = draw(st.sampled_from(kinds))
        number = draw(st.integers(0, 3)) if kind == "paper" else draw(NUMBERS)
        return Triple(node(kind, number), node("rdf:type", 0), node(KINDS[kind], 0))
    kind, name, end = draw(st.sampled_from([line for line in STATED if line[0] in kinds]))
    if what == 9:
        kind = draw(KIND)
    subject = node(kind, draw(st.integers(0, 3)) if kind == "paper" else draw(NUMBERS))
    if end in KINDS:
        end = draw(KIND) if what == 9 else end
        object_ = node(end, draw(st.integers(0, 3)) if end == "paper" else draw(NUMBERS))
        return Triple(subject, node(name, 0), object_)
    return Triple(subject, node(name, 0), node(end, 0) if ":" in end else value(end))


NAMES = st.sampled_from(["one", "two"])
CITED = ("paper", "authors", "toxicity")
SOME = st.sampled_from([tuple(KINDS), CITED]).flatmap(
    lambda kinds: st.lists(triples(kinds), min_size=1, max_size=60)
)
STEPS = st.lists(
    st.tuples(NAMES, st.none() | SOME, st.integers(0, 9), st.integers(0, 1 << 16)),
    min_size=2,
    max_size=4,
)


def derived_of_our_own(store: Store) -> set[Triple]:
    """What rules derive of what was loaded."""
    graph = NamedNode(DERIVED_GRAPH)
    return {
        quad.triple
        for quad in store.quads_for_pattern(None, None, None, graph)
        if quad not in vocabulary()
    }


class _Vocabulary(Packaged):
    """The vocabulary alone, with all rules."""

    def sources(self) -> Sequence[graphs.Source]:
        return [one for one in super().sources() if one.graph == ONTOLOGY_GRAPH]


@cache
def vocabulary() -> Store:
    store = Store()
    graphs.build(store, _Vocabulary())
    return store


def anew(held: dict[str, list[Triple]]) -> Store:
    """The vocabulary and some graphs, with all that follows derived from nothing."""
    store = changing.copied(vocabulary())
    leave(store, *graphs.computed(RULES))
    for name, some in held.items():
        with Spool(some, GRAPH + name) as spool:
            spool.load(store)
    graphs.derive(store, RULES)
    return store


def _ends_as_anew(steps: list[tuple[str, list[Triple] | None, int, int]]) -> None:
    """A graph goes, is another, or is mostly as it was; and may state what has been derived."""
    store = changing.copied(vocabulary())
    held: dict[str, list[Triple]] = {}
    for name, new, keep, stated in steps:
        some = new
        if new is not None and keep < 7:
            kept = [one for at, one in enumerate(held.get(name, ())) if (at + stated) % 7]
            derived = sorted(derived_of_our_own(store), key=str)
            some = [*new[:3], *kept, *derived[stated % 50 : stated % 50 + 2]]
        if some is None:
            sizes = changing.remove_graph(store, GRAPH + name, RULES)
            held.pop(name, None)
        else:
            sizes = changing.replace_graph(store, GRAPH + name, some, RULES)
            held[name] = some
        assert set(store) == set(anew(held))
        assert sizes == {graph: graphs.size(store, graph) for graph in sizes}


@settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow])
@given(STEPS)
def test_what_a_change_touches_is_all_that_it_changes(
    steps: list[tuple[str, list[Triple] | None, int, int]],
) -> None:
    _ends_as_anew(steps)


@settings(max_examples=8, suppress_health_check=[HealthCheck.too_slow])
@given(STEPS, st.integers(0, 3))
def test_a_change_that_is_too_large_to_follow_ends_the_same(
    steps: list[tuple[str, list[Triple] | None, int, int]], followed: int
) -> None:
    """What is too much is known in the middle of a graph, when some of it has been told."""
    with mock.patch.multiple(changes, _FEW=followed, _LARGE=10**9):
        _ends_as_anew(steps)


A, B, P = "<http://example.org/a>", "<http://example.org/b>", "<http://example.org/p>"
DATASET = f"<{RKD}.well-known/void#dataset>"


@pytest.mark.parametrize(
    ("one", "two"),
    [
        # What was derived is stated, so that another label, or other creators, are not derived.
        (
            f'{A} dcterms:isReplacedBy {B} ; skos:prefLabel "x"@en, "y"@en .',
            f'{B} skos:prefLabel "x"@en .',
        ),
        (
            f'{P} rk:hasAuthorList {A} . {A} rk:listsAuthor {A}, {B} ; rk:name "A, B" .',
            f"{P} dcterms:creator {A} .",
        ),
        (
            f'{A} dcterms:isReplacedBy {B} ; rk:name "x" . {B} skos:prefLabel "n"@en .',
            f'{A} rdfs:label "x" .',
        ),
        # What stands in place of its inverse has superproperties, too.
        (f"{A} rk:hasRegistryEntry {B} .", f'{B} rk:name "x" .'),
        # A property that a rule reads and derives.
        (f"{A} rk:hasBlock {B} . {B} rk:hasBlock {P} . {P} rk:hasAdministration {A} .", ""),
        (f"{A} rk:armOf {B} ; rk:tests {P} . {B} rk:armOf {P} .", f"{P} rk:tests {A} ."),
        # What a source states of a node of a rule's own comes and goes.
        (
            '<https://doi.org/10.1/x> bibo:pmid "1", "2" ; prov:wasDerivedFrom '
            f'{A}, {B} . {A} rk:supportsProperty bibo:pmid ; rk:supportsValue "1" . '
            f'{B} rk:supportsProperty bibo:pmid ; rk:supportsValue "2" .',
            "CONFLICT rk:resolution rk:KeptAsPrinted .",
        ),
        # The description of the store is no data, whatever a source says of it.
        (f"{A} a dcat:Dataset, <http://rdfs.org/ns/void#Dataset> .", f"{DATASET} {P} {A} ."),
        (f"{DATASET} a <http://rdfs.org/ns/void#Dataset> .", f"{DATASET} {P} {A} ."),
        (f"{A} {P} {B} .", f"{P} dcterms:isReplacedBy {A} ."),
        # What the trial of an outcome studies, the regimen of a report treats, and it says itself.
        (f"{A} a rk:Outcome ; rk:inTrial {B} . {B} a rk:Trial .", f"{B} rk:studies {P} ."),
        (f"{A} a rk:ToxicityReport ; rk:about {B} . {B} a rk:Regimen .", f"{B} rk:treats {P} ."),
        (
            f"{A} a rk:Outcome ; rk:about {B} . {B} a rk:Regimen ; rk:treats {P} .",
            f"{A} rk:population {B} .",
        ),
        # A term of a vocabulary that is derived.
        (f"{A} owl:inverseOf {P} . {A} {B} {P} .", f"{A} dcterms:isReplacedBy {B} ."),
        # What has no name in its file.
        (f"{A} {P} [ a rk:Regimen ; rk:hasBlock {B} ] .", f"[] {P} [ a rk:Trial ] . [] a {P} ."),
        (
            f"[] a rk:ToxicityReport ; rk:about [ a rk:Arm ; rk:armOf {A} ] . {A} a rk:Trial .",
            f"{B} rk:armOf {A} . [] a rk:Outcome ; rk:inArm {B} .",
        ),
        # A class that is no IRI, and a property that nobody expects.
        (f'{A} a "no class", 5 . {B} a 5 .', f"{A} rdf:nil {B} . {B} a {P} ."),
    ],
)
def test_what_a_reviewer_found_ends_as_anew(one: str, two: str) -> None:
    store = changing.copied(vocabulary())
    conflict = f"<{RKD}conflict/none>"
    held: dict[str, list[Triple]] = {}
    for name, text in (("one", one), ("two", two), ("two", ""), ("one", f"{B} a {P} .")):
        for quad in store.quads_for_pattern(None, node("rdf:type", 0), node("rk:Conflict", 0)):
            conflict = str(quad.subject)
        turtle = PREFIX_LINES + text.replace("CONFLICT", conflict)
        held[name] = [quad.triple for quad in parse(turtle, RdfFormat.TURTLE)]
        changing.replace_graph(store, GRAPH + name, held[name], RULES)
        assert set(store) == set(anew(held)), name


@pytest.mark.parametrize("followed", [0, 500])
def test_graphs_that_exchange_triples_in_one_load_end_as_anew(followed: int) -> None:
    drugs = [
        [
            Triple(node(f"rkd:drug/{number}", 0), node("rdf:type", 0), node("rk:Drug", 0)),
            Triple(node(f"rkd:drug/{number}", 0), node("rk:name", 0), Literal(f"drug {number}")),
        ]
        for number in range(6)
    ]
    store = changing.copied(vocabulary())
    for one, other in (((0, 1, 2), (3, 4)), ((3, 4, 1), (0, 5)), ((), (0, 1, 2)), ((0,), ())):
        held = {
            name: [triple for number in some for triple in drugs[number]]
            for name, some in (("one", one), ("other", other))
        }
        before = changing.copied(store)
        with (
            mock.patch.multiple(changes, _FEW=followed, _LARGE=10**9),
            Spool(held["one"], GRAPH + "one") as first,
            Spool(held["other"], GRAPH + "other") as second,
        ):
            contents = {GRAPH + "one": first, GRAPH + "other": second}
            sizes = changes.change_graphs(before, store, contents, RULES, changing.sizes(store))
        assert set(store) == set(anew(held))
        assert sizes.sizes == {graph: graphs.size(store, graph) for graph in sizes.sizes}


def test_a_small_change_is_followed_and_one_of_the_vocabulary_is_not() -> None:
    before = vocabulary()
    blank = f"{GENID}mine-1"
    for name, derived_anew in (("rkd:drug/x", False), (blank, False), ("rk:drug", True)):
        label = Triple(node(name, 0), node("skos:altLabel", 0), Literal("x", language="en"))
        with Spool([label], GRAPH + "mine") as spool:
            store = changing.copied(before)
            changed = changes.change_graphs(
                before, store, {GRAPH + "mine": spool}, RULES, changing.sizes(before)
            )
        assert (changed.touched is None) is derived_anew
        assert changed.sizes[GRAPH + "mine"] == 1


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.file)
def test_every_rule_but_the_last_can_be_run_for_single_things(rule: Rule) -> None:
    *_, last = (step for step, _ in groupby(RULES, lambda rule: rule.step))
    assert rule.has_focus or rule.step == last
