"""Things as pages: every one has its own, in HTML and as triples, and is found by its names."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
import rdflib
from made_up_stores import made_up_store
from read_pages import Running, page

from regimenkg.api import sparql
from regimenkg.records.cells import link
from regimenkg.store.embedded import EmbeddedStore
from regimenkg.terms.namespaces import RKD
from regimenkg.web.pages.things import MOST_LINES, thing_page


def things() -> list[str]:
    """One thing of every kind that the graph has pages for."""
    kinds: dict[str, str] = {}
    for (iri,) in sparql("SELECT DISTINCT ?s { ?s skos:prefLabel ?l ; a ?c } ORDER BY ?s"):
        if str(iri).startswith(RKD) and "vocab#" not in str(iri):
            kinds.setdefault(str(iri).removeprefix(RKD).partition("/")[0], str(iri))
    return sorted(kinds.values())


@pytest.mark.parametrize("iri", things(), ids=lambda iri: str(iri).removeprefix(RKD))
def test_every_kind_of_thing_has_a_page_and_triples(server: Running, iri: str) -> None:
    found = page(server, link(iri))
    assert found.headings[0]
    assert "Not for clinical decisions" in found.text
    response = server.client.get(link(iri), headers={"Accept": "text/turtle"})
    assert response.status_code == 200
    assert 'rel="alternate"' in response.headers["link"]
    assert "Accept" in response.headers["vary"]
    graph = rdflib.Graph().parse(data=response.text, format="turtle")
    assert (rdflib.URIRef(iri), None, None) in graph


@pytest.mark.parametrize("ending", ["ttl", "nt", "jsonld", "rdf"])
def test_an_ending_chooses_the_format(server: Running, ending: str) -> None:
    response = server.client.get(f"/regimen/clag-m.{ending}", headers={"Accept": "text/html"})
    format_ = {"ttl": "turtle", "nt": "nt", "jsonld": "json-ld", "rdf": "xml"}[ending]
    graph = rdflib.Graph().parse(data=response.text, format=format_)
    assert (rdflib.URIRef(RKD + "regimen/clag-m"), None, None) in graph


def test_a_regimens_page_shows_its_calendar_rates_and_intervals(server: Running) -> None:
    text = page(server, "/regimen/clag-imatinib").text
    for words in ("Dosing calendar", "2 g/m²", "400 mg ×2", "58 %", "22/38 computed", "4.8–13.4"):
        assert words in text, words
    assert "Where the sources disagree" in text
    assert "Where each statement was read" in text


def test_what_is_not_there_is_answered_with_what_is_near(server: Running) -> None:
    found = page(server, "/drug/cytarabin", 404)
    assert "cytarabine" in found.text
    assert page(server, "/nothing/of/the/kind", 404)
    assert page(server, "/queries/shared-toxicity", 404).text.count("shared-toxicities")


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("cytarabine", "/drug/cytarabine"),
        ("Ara-C", "/drug/cytarabine"),
        ("RXNORM:3041", "/drug/cytarabine"),
        ("NCIT:C143481", "/toxicity/febrile-neutropenia"),
        ("CLAG-M", "/regimen/clag-m"),
    ],
)
def test_a_search_for_one_thing_leads_to_it(server: Running, text: str, path: str) -> None:
    response = server.client.get("/search", params={"q": text})
    assert response.status_code == 303
    assert response.headers["location"] == path


@pytest.mark.parametrize(
    ("text", "expected"), [("cytarbine", "cytarabine"), ("neutropen", "febrile neutropenia")]
)
def test_a_search_forgives_slips(server: Running, text: str, expected: str) -> None:
    assert expected in page(server, f"/search?q={text}").text


def test_regimens_stand_side_by_side(server: Running) -> None:
    text = page(server, "/compare?regimen=clag-m&regimen=CLAG+%2B+imatinib").text
    for words in ("All have", "cladribine", "2,000 mg/m²", "2 g/m²", "58 %, grade ≥ 3", "named"):
        assert words in text, words
    for words in ("Calendars", "same dose, days differ", "in one only", "as filgrastim"):
        assert words in text, words
    assert "≠" not in text  # 2 g/m² and 2,000 mg/m² are one dose
    assert "Choose two to 6" in page(server, "/compare?regimen=clag-m", 400).text
    assert "no regimen" in page(server, "/compare?regimen=clag-m&regimen=x", 400).text


def test_a_page_with_much_to_say_shows_a_part_and_leads_to_the_rest() -> None:
    toxicities = 3 * MOST_LINES
    store = EmbeddedStore(
        made_up_store(
            '<regimen/much> a rk:Regimen ; skos:prefLabel "much"@en .'
            + "".join(
                f'<toxicity/t{n}> a rk:Toxicity ; skos:prefLabel "t{n}"@en .'
                f"<toxicity-report/r{n}> a rk:ToxicityReport ; rk:about <regimen/much> ;"
                f" rk:toxicity <toxicity/t{n}> ; rk:percent 12.5 ; dcterms:source <source/s> ."
                for n in range(toxicities)
            )
        )
    )
    found = thing_page(ox.NamedNode(RKD + "regimen/much"), store)
    assert found is not None
    sections = {section.table.name: section for section in found["sections"]}
    assert max(len(section.table.lines) for section in sections.values()) == MOST_LINES
    rates = sections["toxicity-rates"]
    assert len(rates.table.lines) + rates.table.more == toxicities
    assert rates.href == "/queries/toxicity-rates?regimen=rkd:regimen/much"
    assert rates.chart is not None and rates.undrawn == toxicities - MOST_LINES
    drawn = "".join(str(panel.svg) for panel in rates.chart.panels)
    assert drawn.count('class="bar') == MOST_LINES
