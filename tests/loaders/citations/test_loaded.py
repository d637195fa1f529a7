"""Loaded records and the graph that is there: one paper is one node, and retractions show."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from pathlib import Path

import pyoxigraph as ox
import pytest
from citation_files import NBIB, RIS, article, correction, doi, load, pubmed, write
from packaged_stores import copy_of_documents_edition, remove_graph, replace_graph
from pyoxigraph import NamedNode, RdfFormat, Store

from regimenkg.catalog.cache import catalog
from regimenkg.terms.namespaces import DERIVED_GRAPH, GRAPH, PREFIXES, RKD

MIRZA = "10.1016/j.clml.2017.09.007"
WALKER = "10.1016/j.leukres.2008.04.026"
PREFIX = "".join(f"PREFIX {p}: <{iri}>\n" for p, iri in PREFIXES.items())
PMID_ONLY = NBIB.replace("LID - 10.5555/made.up.1 [doi]\n", "")
OLD, NEW = RKD + "citation/pmid-99000001", "https://doi.org/10.5555/made.up.1"


def select(store: Store, query: str) -> list[tuple[str, ...]]:
    found = store.query(PREFIX + query)
    assert isinstance(found, ox.QuerySolutions)
    return [tuple(term.value if term else "" for term in row) for row in found]


def canned(store: Store, name: str) -> list[dict[str, str]]:
    spec = catalog()[name]
    rows = store.query(spec.text)
    assert isinstance(rows, ox.QuerySolutions)
    return [
        {column: row[column].value if row[column] else "" for column in spec.columns}
        for row in rows
    ]


def put(store: Store, folder: Path, kind: str, text: str, name: str = "loaded") -> None:
    replace_graph(store, GRAPH + name, load(kind, write(folder, kind, text, name)))


def state(store: Store) -> set[str]:
    return {str(quad) for quad in store}


def papers(store: Store) -> set[str]:
    """The papers that are not replaced by another."""
    return {
        row[0]
        for row in select(
            store,
            """SELECT ?p { ?p a fabio:JournalArticle
            FILTER NOT EXISTS { ?p dcterms:isReplacedBy ?n } }""",
        )
    }


@pytest.fixture
def packaged() -> Store:
    return copy_of_documents_edition()


@pytest.fixture(scope="module")
def vocabulary() -> bytes:
    """The vocabulary, and what the rules derive of it alone."""
    store = copy_of_documents_edition()
    for graph in list(store.named_graphs()):
        if isinstance(graph, NamedNode) and not graph.value.endswith(
            ("ontology", "derived", "void")
        ):
            remove_graph(store, graph.value)
    quads = store.dump(format=RdfFormat.N_QUADS)
    assert quads is not None
    return quads


@pytest.fixture
def rules_only(vocabulary: bytes) -> Store:
    """An empty graph with the vocabulary, to which the rules apply."""
    store = Store()
    store.bulk_load(vocabulary, RdfFormat.N_QUADS)
    return store


def test_a_paper_in_the_graph_gains_pages_and_pmid_without_a_second_node(
    packaged: Store, tmp_path: Path
) -> None:
    before = papers(packaged)
    text = NBIB.replace("10.5555/made.up.1", MIRZA.upper())
    put(packaged, tmp_path, "nbib", text)
    assert papers(packaged) == before
    rows = [row for row in canned(packaged, "citations") if row["citation"].endswith(MIRZA)]
    assert {(row["volume"], row["pages"], row["pmid"]) for row in rows} == {
        ("7", "101-109", "99000001")
    }
    assert {row["citationLabel"] for row in rows} == {"Mirza 2017"}


ORDERS = list(itertools.permutations(["pmid", "doi", "again"]))


@pytest.mark.parametrize("order", ORDERS, ids="-".join)
def test_a_paper_known_by_pmid_and_by_doi_is_one_in_any_order(
    order: Sequence[str], rules_only: Store, tmp_path: Path
) -> None:
    texts = {"pmid": PMID_ONLY, "doi": NBIB, "again": PMID_ONLY.replace("VI  - 7", "VI  - 8")}
    for name in order:
        put(rules_only, tmp_path, "nbib", texts[name], name)
    assert papers(rules_only) == {NEW}
    assert select(rules_only, f"SELECT ?new {{ <{OLD}> dcterms:isReplacedBy ?new }}") == [(NEW,)]
    volumes = select(rules_only, f"SELECT DISTINCT ?v {{ <{NEW}> bibo:volume ?v }} ORDER BY ?v")
    assert volumes == [("7",), ("8",)]
    sources = select(
        rules_only,
        f"""SELECT DISTINCT ?name ?v {{ <{NEW}> prov:wasDerivedFrom ?note .
        ?note rk:supportsProperty bibo:volume ; rk:supportsValue ?v ;
          oa:hasTarget/oa:hasSource/rk:name ?name }} ORDER BY ?name""",
    )
    assert sources == [("again.nbib", "8"), ("doi.nbib", "7"), ("pmid.nbib", "7")]


def test_what_points_at_the_old_iri_points_at_the_new_one(
    rules_only: Store, tmp_path: Path
) -> None:
    bank = (
        "<DataBankList><DataBank><DataBankName>ClinicalTrials.gov</DataBankName>"
        "<AccessionNumberList><AccessionNumber>NCT00000001</AccessionNumber>"
        "</AccessionNumberList></DataBank></DataBankList>"
    )
    put(rules_only, tmp_path, "pubmed", pubmed(article(article=bank)), "trial")
    put(rules_only, tmp_path, "nbib", NBIB, "paper")
    found = select(
        rules_only, "SELECT ?p { rkd:trial\\/NCT00000001 cito:isDocumentedBy ?p } ORDER BY ?p"
    )
    assert found == [(NEW,), (OLD,)]
    remove_graph(rules_only, GRAPH + "paper")
    found = select(rules_only, "SELECT ?p { rkd:trial\\/NCT00000001 cito:isDocumentedBy ?p }")
    assert found == [(OLD,)]


def test_a_pmid_that_two_dois_claim_joins_nothing(rules_only: Store, tmp_path: Path) -> None:
    put(rules_only, tmp_path, "nbib", PMID_ONLY, "pmid")
    put(rules_only, tmp_path, "nbib", NBIB, "one")
    put(rules_only, tmp_path, "nbib", NBIB.replace("made.up.1", "made.up.2"), "other")
    assert papers(rules_only) == {OLD, NEW, NEW.replace("up.1", "up.2")}


def test_a_paper_twice_in_a_file_is_one_node_with_both_values(
    rules_only: Store, tmp_path: Path
) -> None:
    put(rules_only, tmp_path, "ris", RIS + RIS.replace("VL  - 7", "VL  - 8"))
    assert papers(rules_only) == {NEW}
    volumes = select(rules_only, f"SELECT DISTINCT ?v {{ <{NEW}> bibo:volume ?v }} ORDER BY ?v")
    assert volumes == [("7",), ("8",)]


def test_everything_that_files_name_has_one_label(packaged: Store, tmp_path: Path) -> None:
    put(packaged, tmp_path, "nbib", NBIB, "one")
    put(packaged, tmp_path, "ris", RIS.replace("Doe", "Dôe").replace("J Made", "J. Made"), "two")
    text = pubmed(article("99000003", citation=correction("RetractionOf", "99000004")))
    put(packaged, tmp_path, "pubmed", text, "three")
    labels = select(
        packaged,
        """SELECT ?thing (COUNT(?label) AS ?n) {
          VALUES ?class {
            fabio:JournalArticle fabio:Journal foaf:Person rk:SourceDocument rk:Trial
          }
          ?thing a ?class . OPTIONAL { ?thing skos:prefLabel ?label }
        } GROUP BY ?thing HAVING (COUNT(?label) != 1)""",
    )
    assert labels == []
    both = "SELECT ?t { ?t skos:prefLabel ?l ; skos:altLabel ?l }"
    assert select(packaged, both) == []


def test_loading_the_same_file_again_changes_nothing(packaged: Store, tmp_path: Path) -> None:
    put(packaged, tmp_path, "nbib", NBIB.replace("10.5555/made.up.1", MIRZA))
    once = state(packaged)
    put(packaged, tmp_path, "nbib", NBIB.replace("10.5555/made.up.1", MIRZA))
    assert state(packaged) == once


def test_unloading_leaves_the_graph_as_it_was(packaged: Store, tmp_path: Path) -> None:
    before = state(packaged)
    put(packaged, tmp_path, "pubmed", RETRACTED, "loaded")
    assert state(packaged) != before
    remove_graph(packaged, GRAPH + "loaded")
    assert state(packaged) == before


# Retractions

RETRACTED = pubmed(
    article(
        "99000001",
        ids=doi(MIRZA),
        citation=correction("RetractionIn", "99000002"),
        article="<PublicationTypeList><PublicationType>Retracted Publication</PublicationType>"
        "</PublicationTypeList>",
    )
)


def test_what_rests_on_a_retracted_paper_is_listed(packaged: Store, tmp_path: Path) -> None:
    assert canned(packaged, "rests-on-retracted") == []
    put(packaged, tmp_path, "pubmed", RETRACTED)
    rows = canned(packaged, "rests-on-retracted")
    assert {(row["citation"], row["status"], row["notice"]) for row in rows} == {
        ("https://doi.org/" + MIRZA, "retracted", RKD + "citation/pmid-99000002")
    }
    trial = RKD + "trial/NCT00955916"
    assert {row["via"] for row in rows} == {trial}
    things = {row["thing"] for row in rows}
    made_in_it = {
        row[0] for row in select(packaged, f"SELECT ?s {{ ?s rk:inTrial|rk:about <{trial}> }}")
    }
    assert trial in things
    assert RKD + "outcome/NCT00955916-overall-survival" in things
    assert RKD + "variant/clag-imatinib-phase-2" in things
    assert things == made_in_it | {trial, RKD + "variant/clag-imatinib-phase-2"}
    assert len(rows) == len(things)


@pytest.mark.parametrize("first", ["notice", "paper"])
def test_a_notice_alone_marks_the_paper_that_another_file_identifies(
    first: str, packaged: Store, tmp_path: Path
) -> None:
    """The notice knows the paper by its PMID, the curated data by its DOI, and a file by both."""
    notice = pubmed(
        article("99000002", title="Retraction.", citation=correction("RetractionOf", "99000001"))
    )
    paper = NBIB.replace("10.5555/made.up.1", WALKER)
    files = [("notice", "pubmed", notice), ("paper", "nbib", paper)]
    for name, kind, text in files if first == "notice" else files[::-1]:
        put(packaged, tmp_path, kind, text, name)
    rows = canned(packaged, "rests-on-retracted")
    assert {row["citation"] for row in rows} == {"https://doi.org/" + WALKER}
    assert {row["notice"] for row in rows} == {RKD + "citation/pmid-99000002"}
    assert RKD + "trial/NCT00258271" in {row["thing"] for row in rows}


@pytest.mark.parametrize("kind", ["ErratumIn", "ExpressionOfConcernIn"])
def test_a_corrected_or_doubted_paper_is_not_retracted(
    kind: str, packaged: Store, tmp_path: Path
) -> None:
    text = pubmed(article(ids=doi(MIRZA), citation=correction(kind, "99000002")))
    put(packaged, tmp_path, "pubmed", text)
    assert canned(packaged, "rests-on-retracted") == []
    found = select(packaged, "SELECT ?s { ?p rk:editorialStatus/skos:prefLabel ?s }")
    assert found in ([("corrected",)], [("under an expression of concern",)])


def test_the_derived_graph_holds_what_follows_and_no_more(
    rules_only: Store, tmp_path: Path
) -> None:
    put(rules_only, tmp_path, "nbib", NBIB)
    derived = rules_only.quads_for_pattern(None, None, None, NamedNode(DERIVED_GRAPH))
    said = {quad.predicate.value for quad in derived}
    labels = {
        PREFIXES["skos"] + "prefLabel",
        PREFIXES["skos"] + "altLabel",
        PREFIXES["rdfs"] + "label",
    }
    creators = {PREFIXES["dcterms"] + "creator", PREFIXES["bibo"] + "authorList"}
    assert said <= labels | creators | {PREFIXES["dcterms"] + "source"}


def test_a_curator_joins_a_paper_without_identifiers_to_a_loaded_one(
    packaged: Store, tmp_path: Path
) -> None:
    from regimenkg.loaders import curated
    from regimenkg.things.matching import Matcher

    put(packaged, tmp_path, "ris", RIS)
    own = tmp_path / "own.yaml"
    own.write_text(
        "citation/wierzbowska-2008:\n  prefLabel: Wierzbowska 2008\n"
        "  isReplacedBy: doi:10.5555/made.up.1\n",
        encoding="utf-8",
    )
    replace_graph(packaged, GRAPH + "own", curated.load(own, resolve=Matcher(packaged)))
    rows = [row for row in canned(packaged, "citations") if row["regimenLabel"] == "CLAG-M"]
    assert {row["citation"] for row in rows} == {NEW}
    assert {row["volume"] for row in rows} == {"7", "80"}, "both files' values stay"
    labels = select(packaged, f"SELECT ?l {{ <{NEW}> skos:prefLabel ?l }}")
    assert labels == [("Wierzbowska 2008",)]


# One list of authors, one PMID


def creators(store: Store, paper: str) -> list[str]:
    """The names of a paper's creators, by their position."""
    query = f"""SELECT ?name {{ <{paper}> dcterms:creator ?who .
      ?who skos:prefLabel ?name ; rk:authorPosition ?n }} ORDER BY ?n ?name"""
    return [row[0] for row in select(store, query)]


def with_authors(kind: str, names: Sequence[str]) -> str:
    if kind == "nbib":
        lines = "".join(f"AU  - {name}\n" for name in names)
        return NBIB.replace("FAU - Doe, Jane Q\nAU  - Doe JQ\n", lines)
    return RIS.replace("AU  - Doe, Jane Q\n", "".join(f"AU  - {name}\n" for name in names))


FULL = ["Zed AB", "Petrov IuIu", "Poe DE Jr", "Abel C"]


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 0, 2)])
def test_one_paper_has_one_list_of_authors_in_its_order(
    order: Sequence[int], rules_only: Store, tmp_path: Path
) -> None:
    files = (
        ("ris", ["Zed A.B.", "Petrov I.I.", "Poe D.E.", "Abel C."]),
        ("nbib", FULL),
        ("ris", FULL[:2]),
    )
    for number in order:
        kind, names = files[number]
        put(rules_only, tmp_path, kind, with_authors(kind, names), f"file-{number}")
    assert creators(rules_only, NEW) == FULL
    query = f"SELECT ?l {{ <{NEW}> bibo:authorList/skos:prefLabel ?l }}"
    assert select(rules_only, query) == [("; ".join(FULL),)]
    remove_graph(rules_only, GRAPH + "file-1")
    assert creators(rules_only, NEW) == ["Zed AB", "Petrov II", "Poe DE", "Abel C"]


def test_a_paper_known_by_its_pmid_too_has_one_list(rules_only: Store, tmp_path: Path) -> None:
    text = with_authors("nbib", FULL)
    put(rules_only, tmp_path, "nbib", text, "doi")
    put(rules_only, tmp_path, "nbib", text.replace("LID - 10.5555/made.up.1 [doi]\n", ""), "pmid")
    assert creators(rules_only, NEW) == FULL
    assert creators(rules_only, OLD) == []


def test_authors_are_shown_in_the_order_of_the_paper(packaged: Store, tmp_path: Path) -> None:
    put(packaged, tmp_path, "nbib", with_authors("nbib", FULL).replace("10.5555/made.up.1", MIRZA))
    rows = [row for row in canned(packaged, "citations") if row["citation"].endswith(MIRZA)]
    assert {row["authors"] for row in rows} == {"; ".join(FULL)}


def test_two_pmids_of_one_doi_are_told(rules_only: Store, tmp_path: Path) -> None:
    assert canned(rules_only, "conflicts") == []
    put(rules_only, tmp_path, "nbib", NBIB + NBIB.replace("99000001", "99000002"))
    rows = canned(rules_only, "conflicts")
    assert {row["value"] for row in rows} == {"99000001", "99000002"}
    assert {row["type"] for row in rows} == {"ambiguous identity"}
    (conflict,) = {row["conflict"] for row in rows}
    assert conflict.startswith(RKD + "conflict/pmid-")


def test_two_pmids_of_one_doi_are_a_warning_of_the_load(tmp_path: Path) -> None:
    from regimenkg.loaders import citations
    from regimenkg.loaders.shared.base import Watch

    one = write(tmp_path, "nbib", NBIB + NBIB, "one")
    other = write(tmp_path, "nbib", NBIB.replace("99000001", "99000002"), "other")
    watch = Watch()
    list(citations.load([one, other], format="nbib", watch=watch))
    (warning,) = watch.warnings
    assert warning.startswith(
        f"{other}: record 1: the paper 10.5555/made.up.1 has the PMID 99000002"
    )
