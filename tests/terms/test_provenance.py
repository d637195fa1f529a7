"""Where a value was read is said in one way, which has the form of the Web Annotation model."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad, Store

import regimenkg.loaders
from regimenkg.terms.namespaces import PREFIXES, RK, RKD
from regimenkg.terms.provenance import (
    JsonPointer,
    Place,
    Selector,
    TableCell,
    TextPosition,
    XPath,
    annotation,
)

DRUG = NamedNode(RKD + "drug/x")
PAPER = NamedNode(RKD + "source/paper")
LABEL = NamedNode(PREFIXES["skos"] + "prefLabel")
SELECTORS: list[tuple[Selector, str, str]] = [
    (TextPosition(3, 9), "oa:TextPositionSelector", "oa:start 3 ; oa:end 9"),
    (XPath("/a/b[2]"), "oa:XPathSelector", 'rdf:value "/a/b[2]"'),
    (JsonPointer("/a/0"), "oa:FragmentSelector", 'rdf:value "/a/0"'),
    (TableCell("C1 D2", "Name"), "rk:TableSelector", 'rk:rowKey "C1 D2" ; rk:column "Name"'),
]


def ask(store: Store, pattern: str) -> bool:
    prefixes = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in PREFIXES.items())
    return bool(store.query(f"{prefixes} ASK {{ {pattern} }}"))


@pytest.mark.parametrize(("selector", "kind", "values"), SELECTORS)
def test_an_annotation_leads_to_the_place_in_the_document(
    selector: Selector, kind: str, values: str
) -> None:
    place = Place(PAPER, "paper.1", selector)
    store = Store()
    values_read = [Literal("x", language="en")]
    triples = annotation(DRUG, place, "x.1", predicate=LABEL, values=values_read, as_reported="X")
    for triple in (*triples, *place.triples()):
        store.add(Quad(*triple))
    assert ask(
        store,
        f"""rkd:drug\\/x prov:wasDerivedFrom ?note . ?note a oa:Annotation ; oa:hasTarget ?span ;
        rk:supportsProperty skos:prefLabel ; rk:supportsValue "x"@en ; rk:asReported "X" .
        ?span a oa:SpecificResource ; oa:hasSource rkd:source\\/paper ; oa:hasSelector ?selector .
        ?selector a {kind} ; {values} .""",
    )


@given(st.lists(st.text().map(Literal), unique=True), st.none() | st.text())
def test_every_value_is_supported_and_nothing_else_is_said(
    values: list[Literal], printed: str | None
) -> None:
    place = Place(PAPER, "paper.3-9", TextPosition(3, 9))
    triples = list(annotation(DRUG, place, "x", values=values, as_reported=printed))
    supported = [t.object for t in triples if t.predicate.value == RK + "supportsValue"]
    reported = [t.object for t in triples if t.predicate.value == RK + "asReported"]
    assert supported == values
    assert reported == ([] if printed is None else [Literal(printed)])
    assert len(triples) == 3 + len(supported) + len(reported)


def test_no_loader_writes_an_annotation_of_its_own() -> None:
    (folder,) = map(Path, regimenkg.loaders.__path__)
    for module in folder.rglob("*.py"):
        text = module.read_text(encoding="utf-8")
        assert not re.search(r'PREFIXES\["oa"\]|"oa"|Annotation"', text), module
