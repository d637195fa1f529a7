"""One answer, whichever door: page of text, page of the server, MCP tool and query never differ.

A made-up regimen has reports and outcomes wherever the vocabulary lets them hang: on the regimen,
on a dosing, on an arm that tests the dosing, in such an arm, and on both; and one that is
another regimen's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from cli_runner import run
from packaged_stores import directory_of_documents_edition
from served import serving

from regimenkg.api import query
from regimenkg.catalog.cache import find
from regimenkg.mcp.tools import call
from regimenkg.packaged import open_store, store_directory
from regimenkg.records.pages import page_of
from regimenkg.records.sections import READINGS, Pivot, sections_for
from regimenkg.store.embedded import EmbeddedStore
from regimenkg.terms.namespaces import GRAPH, PREFIXES, RK, RKD

PLACES = {
    "about-regimen": "rk:about <regimen/door>",
    "about-dosing": "rk:about <variant/door>",
    "about-arm": "rk:about <arm/door>",
    "in-arm": "rk:inArm <arm/door>",
    "both": "rk:about <regimen/door> ; rk:inArm <arm/door>",
    "elsewhere": "rk:about <regimen/clag>",
}
OURS = [name for name in PLACES if name != "elsewhere"]
PERCENTS = {name: f"{20 + 7 * number}.25" for number, name in enumerate(PLACES)}
MONTHS = {name: f"{3 + number}.75" for number, name in enumerate(PLACES)}


def made_up() -> str:
    text = "".join(
        f"@prefix {p}: <{PREFIXES[p]}> .\n" for p in ("rk", "skos", "prov", "oa", "xsd", "qudt")
    )
    text += f"""@base <{RKD}> .
    <regimen/door> a rk:Regimen ; skos:prefLabel "DOOR"@en ; rk:hasVariant <variant/door> .
    <variant/door> a rk:RegimenVariant ; skos:prefLabel "DOOR, as tried"@en ;
      rk:variantOf <regimen/door> .
    <trial/door> a rk:Trial ; skos:prefLabel "trial of DOOR"@en .
    <arm/door> a rk:Arm ; skos:prefLabel "arm of doors"@en ; rk:armOf <trial/door> ;
      rk:tests <variant/door> .
    <trial/door> rk:randomised true .
    <variant/door> rk:hasBlock <block/door-first>, <block/door-last> .
    <block/door-first> a rk:TreatmentBlock ; rk:position 1 ; rk:minCycles 3 ; rk:maxCycles 7 .
    <block/door-last> a rk:TreatmentBlock ; rk:position 2 ; rk:treatmentPhase rk:MaintenancePhase ;
      rk:maxDuration "P511D"^^xsd:dayTimeDuration .
    <supportive-care/door> a rk:SupportiveCare, rk:Statement ; rk:about <regimen/door> ;
      rk:dose <quantity/door> ; prov:wasDerivedFrom <evidence/door-dose> .
    <quantity/door> a qudt:QuantityValue ; qudt:numericValue 1500 ; rk:ucumCode "mg" ;
      rk:asReported "1.5 grams" .
    <evidence/door-dose> a oa:Annotation ; oa:hasTarget <span/door-dose> ;
      rk:supportsProperty rk:dose ; rk:supportsValue <quantity/door> .
    <span/door-dose> oa:hasSource <source/door> ; oa:hasSelector <selector/door> .
    <selector/door> oa:start 3 ; oa:end 12 .
    <source/door> a rk:SourceDocument ; skos:prefLabel "a made-up source"@en .
    <evidence/door> a oa:Annotation ; oa:hasTarget <span/door> .
    <span/door> oa:hasSource <source/door> .
    """
    for name, place in PLACES.items():
        text += f"""
    <toxicity/door-{name}> a rk:Toxicity ; skos:prefLabel "event {name}"@en .
    <toxicity-report/door-{name}> a rk:ToxicityReport, rk:Statement ; {place} ;
      rk:toxicity <toxicity/door-{name}> ; rk:percent {PERCENTS[name]} ;
      prov:wasDerivedFrom <evidence/door> .
    <outcome/door-{name}> a rk:Outcome, rk:Statement ; {place} ; rk:endpoint rk:OverallSurvival ;
      rk:statistic rk:Median ; rk:value {MONTHS[name]} ; rk:unit "mo" ;
      prov:wasDerivedFrom <evidence/door> .
    """
    return text


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with the made-up regimen beside what is packaged."""
    target = directory_of_documents_edition(tmp_path_factory.mktemp("doors") / "store")
    quads = ox.parse(made_up(), format=ox.RdfFormat.TURTLE)
    triples = [quad.triple for quad in quads]
    store_directory(target).replace(GRAPH + "doors", triples, loader="test", files=[])
    return target


@pytest.fixture(scope="module")
def store(folder: Path) -> EmbeddedStore:
    return open_store(folder)


@pytest.fixture(scope="module")
def page(folder: Path) -> Iterator[str]:
    """The text of the regimen's page in a browser."""
    with serving("--store", str(folder)) as server:
        html = server.client.get("/regimen/door", headers={"Accept": "text/html"}).text
        yield unescape(re.sub(r"<[^>]+>", " ", html))


def figures(text: str) -> tuple[set[str], set[str]]:
    """Which of the percentages and months a text has."""
    return (
        {name for name, figure in PERCENTS.items() if re.search(rf"\b{re.escape(figure)}\b", text)},
        {name for name, figure in MONTHS.items() if re.search(rf"\b{re.escape(figure)}\b", text)},
    )


EVERYWHERE = (set(OURS), set(OURS))


def test_the_queries_have_what_hangs_anywhere_once(folder: Path) -> None:
    rates = query("toxicity-rates", store=folder, regimen="DOOR").to_dicts()
    assert sorted(str(row["percent"]) for row in rates) == sorted(PERCENTS[n] for n in OURS)
    outcomes = query("outcomes", store=folder, regimen="DOOR").to_dicts()
    assert sorted(str(row["value"]) for row in outcomes) == sorted(MONTHS[n] for n in OURS)
    arms = {str(row["toxicityLabel"]): row["armLabel"] for row in rates}
    assert str(arms["event in-arm"]) == str(arms["event about-arm"]) == "arm of doors"
    assert arms["event about-dosing"] is None


def test_the_page_of_text_has_it(folder: Path) -> None:
    text = run(["show", "DOOR", "--store", str(folder)], columns=200).stdout
    assert figures(text) == EVERYWHERE
    assert "arm of doors" in text


def test_the_page_of_the_server_has_it(page: str) -> None:
    assert figures(page) == EVERYWHERE
    assert "arm of doors" in page


def test_the_tools_have_it(store: EmbeddedStore) -> None:
    assert figures(str(call("show", {"name": "DOOR"}, store))) == EVERYWHERE
    for question, place in (("toxicity-rates", 0), ("outcomes", 1)):
        asked: dict[str, Any] = {"question": question, "parameters": {"regimen": "DOOR"}}
        assert figures(str(call("ask", asked, store)))[place] == set(OURS)


def test_every_statement_and_reading_of_it_is_found(folder: Path) -> None:
    told = query("statements", store=folder, thing="DOOR").to_dicts()
    found = {str(row["statement"]).rpartition("door-")[2] for row in told}
    assert set(OURS) <= found


def test_the_length_of_treatment_stands_on_the_page_with_its_block(store: EmbeddedStore) -> None:
    first, last = table_of("regimen/door", "cycles-and-follow-on", store)
    assert (first["planned cycles"], last["planned cycles"]) == ("3–7", "")
    assert (first["for at most"], last["for at most"]) == ("", "511 d")
    assert (first["block"], last["block"]) == ("door-first", "maintenance phase")
    assert first["dosing"] == last["dosing"] == "DOOR, as tried"


@pytest.mark.parametrize(
    ("question", "thing"),
    [("statements", "DOOR"), ("evidence", "DOOR"), ("properties", "rkd:supportive-care/door")],
)
def test_an_amount_is_shown_as_it_is_printed(question: str, thing: str, folder: Path) -> None:
    rows = query(question, store=folder, thing=thing).to_dicts()
    shown = {str(row["valueLabel"]) for row in rows if str(row["property"]).endswith("dose")}
    assert shown == {"1.5 grams"}


def test_a_document_of_which_no_digest_is_known_is_answered_with_what_to_add(
    folder: Path, tmp_path: Path
) -> None:
    asked = ["evidence", "DOOR", "--documents", str(tmp_path), "--store", str(folder)]
    assert "add 'sha256: …' to the source" in run(asked).stderr


def test_a_truth_is_told_where_the_value_is_all_that_a_column_has(store: EmbeddedStore) -> None:
    about = table_of("trial/door", "properties", store)
    assert {"property": "randomised", "value": "true"} in about


def table_of(name: str, question: str, store: EmbeddedStore) -> list[dict[str, str]]:
    """The lines of the page's first table of a query, by its headings."""
    page = page_of(ox.NamedNode(RKD + name), store)
    assert page is not None
    table = next(each for each in page.tables if each.query == question)
    lines = ([", ".join(cell.text for cell in cells) for cells in line] for line in table.lines)
    return [dict(zip(table.headings, line, strict=True)) for line in lines]


@pytest.mark.parametrize("kind", ["Regimen", "Trial", "Drug"])
def test_a_section_names_columns_that_its_query_has(kind: str) -> None:
    for section in (*sections_for({RK + kind}), READINGS):
        columns = find(section.query).columns
        named = {*filter(None, (section.key, section.by)), *re.findall(r"\{(\w+)\}", section.title)}
        if section.without:
            named.add(section.without_in)
        if isinstance(section.columns, Pivot):
            named |= set(section.columns)
        else:
            templates = [text for column in section.columns for text in column.templates]
            named |= {name for text in templates for name in re.findall(r"\{(\w+)\}", text)}
        assert named <= set(columns), section.title


def test_a_page_has_all_rows_of_its_queries(store: EmbeddedStore) -> None:
    """Nothing of a section's answer is lost on the way to a page but columns it does not show."""
    for name in ("regimen/clag-m", "regimen/clag-imatinib", "drug/cytarabine", "trial/NCT00955916"):
        found = page_of(ox.NamedNode(RKD + name), store)
        assert found is not None
        for section in sections_for({RK + found.kind.capitalize()}):
            if not section.key:
                continue
            tables = [table for table in found.tables if table.query == section.query]
            rows = [
                dict(zip(t.answer.variables, r, strict=True)) for t in tables[:1] for r in t.answer
            ]
            left_out = {RK + curie.removeprefix("rk:") for curie in section.without}
            keys = {
                row[section.key] or number
                for number, row in enumerate(rows)
                if not left_out or getattr(row["kind"], "value", "") not in left_out
            }
            assert sum(len(table.lines) for table in tables) == len(keys), (name, section.title)


def test_a_thing_without_a_type_has_no_page(store: EmbeddedStore) -> None:
    assert page_of(ox.NamedNode(RKD + "drug/none-of-these"), store) is None
