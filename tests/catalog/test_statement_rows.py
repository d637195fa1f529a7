"""What a row of a statement has to say, and which rows there are, whatever a statement hangs on.

A made-up trial of two arms, an older one without arms, and two papers; the figures are nobody's.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from packaged_stores import copy_of_documents_edition, replace_graph
from pyoxigraph import (
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
    QueryTriples,
    RdfFormat,
    Store,
    parse,
)

from regimenkg.catalog.cache import catalog
from regimenkg.catalog.runner import bind
from regimenkg.formats.rows import plain_text
from regimenkg.packaged import PACKAGED
from regimenkg.records.pages import page_of
from regimenkg.records.show import texts
from regimenkg.sparql.answers import Solutions
from regimenkg.store.embedded import EmbeddedStore
from regimenkg.terms.namespaces import GRAPH, PREFIXES, RK, RKD
from regimenkg.web.figures.charts import chart_of

SECOND_EDITION = {
    "toxicity-rates": "regimen regimenLabel trial arm armLabel toxicity toxicityLabel asReported"
    " percent count denominator computedCount minGrade maxGrade causality eventKind fatal"
    " quantifier source",
    "outcomes": "regimen regimenLabel trial arm armLabel comparatorArm comparatorLabel endpoint"
    " endpointLabel statistic measureOfEffect value unit ciLower ciUpper ciLevel valueNotReached"
    " lowerNotReached upperNotReached lowerLimit upperLimit pValue pValueBound oneSided count"
    " denominator analysis dataCutoff analysisSet toxicity minGrade maxGrade numeratorBasis"
    " subgroup timePoint source",
}
MADE_UP = Path(__file__).with_name("lamps.ttl")


@pytest.fixture(scope="module")
def graph() -> Store:
    store = copy_of_documents_edition()
    triples = [quad.triple for quad in parse(path=MADE_UP)]
    replace_graph(store, GRAPH + "lamps", triples)
    return store


@pytest.fixture(scope="module")
def store(graph: Store) -> EmbeddedStore:
    return EmbeddedStore(graph)


def rows(store: EmbeddedStore, name: str, **values: str) -> list[dict[str, str]]:
    """The rows of a query by columns, as text; cells without anything are left out."""
    answer = store.query(bind(catalog()[name], values, store, note=lambda _: None))
    assert isinstance(answer, Solutions)
    return [
        {c: plain_text(t) for c, t in zip(answer.variables, row, strict=True) if t is not None}
        for row in answer
    ]


def named(found: list[dict[str, str]], column: str = "statement") -> list[str]:
    return sorted(row[column].rpartition("/")[2] for row in found)


@pytest.mark.parametrize("name", SECOND_EDITION)
def test_the_columns_of_the_design_come_first_and_in_its_order(name: str) -> None:
    columns = SECOND_EDITION[name].split()
    assert list(catalog()[name].columns)[: len(columns)] == columns
    params = {param.name for param in catalog()[name].params if param.many and param.optional}
    assert params >= {"regimen", "trial", "citation"}


def test_a_row_is_of_one_statement_whatever_it_hangs_on(store: EmbeddedStore) -> None:
    found = rows(store, "toxicity-rates", regimen="LAMP")
    assert named(found) == ["glare-a", "glare-b", "glare-c", "soot-all", "soot-death"]
    [row] = [row for row in found if row["statement"].endswith("glare-a")]
    told = {name: row[name] for name in ("qualifier", "subgroupLabel", "strength", "armLabel")}
    assert told == {
        "qualifier": "at night; in winter",
        "subgroupLabel": "old patients; tall patients",
        "strength": "typically",
        "armLabel": "lamp arm",
    }
    assert (row["minGrade"], row["maxGrade"]) == ("2", "3")
    assert row["denominator"] == "40"
    assert row["causality"] == RK + "TreatmentRelated"
    assert row["conflict"].endswith("conflict/glare")


def test_what_has_no_arm_value_or_endpoint_stays(store: EmbeddedStore) -> None:
    found = rows(store, "outcomes", regimen="LAMP")
    assert named(found) == ["lamp-deaths", "lamp-glare", "lamp-hr", "lamp-median"]
    by_name = {row["statement"].rpartition("/")[2]: row for row in found}
    assert by_name["lamp-median"]["valueNotReached"] == "true"
    assert by_name["lamp-hr"]["comparatorLabel"] == "wick arm"
    assert by_name["lamp-hr"]["measureOfEffect"] == RK + "HazardRatio"
    assert by_name["lamp-hr"]["trial"].endswith("trial/lamps")
    assert by_name["lamp-glare"]["toxicityLabel"] == "glare"


def test_an_arm_that_is_only_compared_with_has_no_row(store: EmbeddedStore) -> None:
    assert rows(store, "outcomes", regimen="WICK") == []


def test_a_trial_has_its_reports_also_where_no_arm_names_a_dosing(store: EmbeddedStore) -> None:
    [old] = rows(store, "toxicity-rates", trial="older trial of lamps")
    assert "regimen" not in old
    assert old["count"] == "23"
    assert named(rows(store, "toxicity-rates", trial="trial of lamps")) == [
        *("glare-a", "glare-b", "glare-c"),
    ]


def test_a_paper_has_what_was_read_in_its_abstract_or_elsewhere_of_its_trial(
    store: EmbeddedStore,
) -> None:
    assert named(rows(store, "outcomes", citation="Wicker 2033")) == ["lamp-hr"]
    assert named(rows(store, "outcomes", citation="Lamplighter 2031")) == [
        *("lamp-glare", "lamp-median"),
    ]
    assert named(rows(store, "toxicity-rates", citation="91000002")) == ["soot-death"]
    same = rows(store, "outcomes", citation="Wicker 2033")
    for text in ("PMID 91000002", "pmid:91000002", "pubmed:91000002"):
        assert rows(store, "outcomes", citation=text) == same
    assert rows(store, "outcomes", citation="10.1016/J.clml.2017.09.007")


@pytest.mark.parametrize("query", ["trial-toxicities", "trial-outcomes"])
def test_a_trial_keeps_what_is_said_in_its_arms(query: str, store: EmbeddedStore) -> None:
    expected = {
        "trial-toxicities": ["glare-a", "glare-b", "glare-c"],
        "trial-outcomes": ["lamp-glare", "lamp-hr", "lamp-median"],
    }
    assert sorted(set(named(rows(store, query, trial="trial of lamps")))) == expected[query]


def test_a_trial_that_tests_by_an_arm_keeps_its_papers(store: EmbeddedStore) -> None:
    [paper] = rows(store, "citations", regimen="LAMP")
    assert paper["citationLabel"] == "Lamplighter 2031"
    [tested] = rows(store, "regimen-trials", regimen="LAMP")
    assert (tested["trialLabel"], tested["armLabel"]) == ("trial of lamps", "lamp arm")


def test_deaths_are_no_events_named_without_a_figure(store: EmbeddedStore) -> None:
    for name, label in (("toxicity-rates", "soot"), ("outcomes", "death")):
        spec = catalog()[name]
        answer = store.query(bind(spec, {"regimen": "LAMP"}, store))
        assert isinstance(answer, Solutions)
        assert spec.chart
        made = chart_of(spec.chart, answer)
        assert any(f">{label}<" in panel.svg for panel in made.panels)
        assert not [c for _, cells in made.missing for c in cells if c.text.startswith("death")]
    assert named(rows(store, "fatal-events", regimen="LAMP")) == ["lamp-deaths", "soot-death"]


def test_the_page_of_a_regimen_tells_deaths_from_other_events(store: EmbeddedStore) -> None:
    page = page_of(NamedNode(RKD + "regimen/lamp"), store)
    assert page
    [table] = [table for table in page.tables if table.query == "toxicity-rates"]
    deaths = table.headings.index("deaths")
    fatal = [line for line in map(texts, table.lines) if line[deaths]]
    assert [line[0] for line in fatal] == ["soot"]


def test_care_of_one_regimen_is_not_lent_to_another(store: EmbeddedStore) -> None:
    told = rows(store, "toxicity-prevention", regimen="LAMP")
    found = {row["toxicityLabel"]: row for row in told}
    assert found["glare"]["covered"] == "false"
    assert found["soot"]["aboutLabel"] == "lampol"
    assert found["soot"]["source"].endswith("source/lamps")
    plan = rows(store, "care-plan", regimen="LAMP")
    assert [row["aboutLabel"] for row in plan] == ["lampol"]


def test_what_is_listed_for_a_drug_holds_for_a_salt_that_is_given(store: EmbeddedStore) -> None:
    told = rows(store, "explained-toxicities", regimen="LAMP")
    found = {row["toxicityLabel"]: row for row in told}
    assert found["soot"]["drugLabel"] == "lampol"
    assert found["glare"]["explained"] == "false"


# Codes are those of the drug itself; the names of a salt stand beside those of its base, and
# related-drugs tells of salts as such.
NOT_OF_STATEMENTS = ("drug-codes", "drug-matches", "drug-names", "related-drugs")
WITH_A_DRUG = [
    spec.name
    for spec in catalog().values()
    for param in spec.params
    if param.class_ == "rk:Drug" and spec.name not in NOT_OF_STATEMENTS
]


@pytest.fixture(scope="module")
def as_salts() -> EmbeddedStore:
    """The packaged data with every drug that is given as a salt of a product of itself."""
    graph = copy_of_documents_edition()
    merge, drug_class = DefaultGraph(), NamedNode(RK + "Drug")
    drugs = [
        NamedNode(RKD + "drug/" + name)
        for name in ("cytarabine", "cladribine", "mitoxantrone", "midostaurin")
    ]
    for drug in drugs:
        salt = NamedNode(drug.value + "-salt")
        for quad in list(quads_naming(graph, drug)):
            graph.remove(quad)
            graph.add(Quad(quad.subject, quad.predicate, salt, merge))
        for quad in list(graph.quads_for_pattern(drug, None, None, merge)):
            if quad.predicate.value in (RK + "hasToxicity", RK + "hasReport"):
                graph.remove(quad)
            graph.add(Quad(salt, quad.predicate, quad.object, merge))
        product = NamedNode(drug.value + "-product")
        graph.add(Quad(product, NamedNode(PREFIXES["rdf"] + "type"), drug_class, merge))
        graph.add(Quad(salt, NamedNode(RK + "saltOf"), product, merge))
        graph.add(Quad(product, NamedNode(RK + "productOf"), drug, merge))
    for rule in PACKAGED.rules():
        if Path(rule.file).name in ("18-forms.rq", "19-base-drug.rq"):
            answer = graph.query(rule.text)
            assert isinstance(answer, QueryTriples)
            for triple in list(answer):
                graph.add(Quad(triple.subject, triple.predicate, triple.object, merge))
    return EmbeddedStore(graph)


def quads_naming(graph: Store, drug: NamedNode) -> Iterator[Quad]:
    for name in ("drug", "about", "hasDrug"):
        yield from graph.quads_for_pattern(None, NamedNode(RK + name), drug, DefaultGraph())


@pytest.mark.parametrize("name", WITH_A_DRUG)
def test_a_drug_that_is_asked_for_stands_for_its_salts(
    name: str, store: EmbeddedStore, as_salts: EmbeddedStore
) -> None:
    spec = catalog()[name]
    [param] = [param.name for param in spec.params if param.class_ == "rk:Drug"]
    for drug in ("cytarabine", "midostaurin"):
        values = {param: RKD + "drug/" + drug}
        bound = bind(spec, values, store, note=lambda _: None)
        before, after = store.query(bound), as_salts.query(bound)
        assert isinstance(before, Solutions)
        assert isinstance(after, Solutions)
        assert len(list(after)) == len(list(before)), drug


DATES = {
    # printed, asked before: (listed, undecided)
    ("2008", "2008-01-01"): (False, False),
    ("2008", "2008-07-01"): (True, True),
    ("2008", "2009-01-01"): (True, False),
    ("2008-02", "2008-02-01"): (False, False),
    ("2008-02", "2008-02-15"): (True, True),
    ("2008-02", "2008-03-01"): (True, False),
    ("2008-02-15", "2008-02-15"): (False, False),
    ("2008-02-15", "2008-02-16"): (True, False),
}


@pytest.mark.parametrize(("printed", "before"), DATES)
def test_a_date_is_older_where_that_is_certain_and_undecided_where_it_may_be(
    printed: str, before: str
) -> None:
    kind = {4: "gYear", 7: "gYearMonth", 10: "date"}[len(printed)]
    graph = Store()
    paper = NamedNode(RKD + "citation/x")
    for property_, value in (
        (PREFIXES["rdf"] + "type", NamedNode(PREFIXES["fabio"] + "JournalArticle")),
        (PREFIXES["skos"] + "prefLabel", Literal("X", language="en")),
        (
            PREFIXES["dcterms"] + "issued",
            Literal(printed, datatype=NamedNode(PREFIXES["xsd"] + kind)),
        ),
    ):
        graph.add(Quad(paper, NamedNode(property_), value))
    found = rows(EmbeddedStore(graph), "dated-sources", before=before)
    told = bool(found), any(row["undecided"] == "true" for row in found)
    assert told == DATES[printed, before]


POOLED = Path(__file__).with_name("oil.ttl").read_text(encoding="utf-8")


def with_oil(said: str) -> EmbeddedStore:
    """What is said of a made-up regimen, two trials of it, and drugs and toxicities."""
    graph = copy_of_documents_edition()
    triples = [quad.triple for quad in parse(POOLED + said, RdfFormat.TURTLE)]
    replace_graph(graph, GRAPH + "oil", triples)
    return EmbeddedStore(graph)


BOTH_ARMS = """
<toxicity-report/p> a rk:ToxicityReport, rk:Statement ; rk:toxicity <toxicity/smoke> ;
  rk:inArm <arm/oil-a>, <arm/oil-b> ; rk:percent 33.0 ; rk:qualifier "by day", "by night" ;
  rk:subgroup <subgroup/oil-old>, <subgroup/oil-thin> ;
  prov:wasDerivedFrom <evidence/oil-1>, <evidence/oil-2> .
<toxicity-report/q> a rk:ToxicityReport, rk:Statement ; rk:toxicity <toxicity/smoke> ;
  rk:about <arm/oil-b> ; rk:count 30 ; rk:denominator 60 .
<toxicity-report/t> a rk:ToxicityReport, rk:Statement ; rk:toxicity <toxicity/smoke> ;
  rk:about <regimen/oil> ; rk:inTrial <trial/oil-1>, <trial/oil-2> ; rk:percent 44.0 .
<toxicity-report/w> a rk:ToxicityReport, rk:Statement ; rk:toxicity <toxicity/smell> ;
  rk:about <trial/oil-2> ; rk:percent 5.0 .
<outcome/p> a rk:Outcome, rk:Statement ; rk:about <arm/oil-a>, <arm/oil-b> ; rk:endpoint rk:Death ;
  rk:statistic rk:Count ; rk:count 3 .
<outcome/t> a rk:Outcome, rk:Statement ; rk:about <trial/oil-2> ; rk:endpoint rk:Death ;
  rk:statistic rk:Count ; rk:count 4 .
"""


@pytest.fixture(scope="module")
def pooled() -> EmbeddedStore:
    return with_oil(BOTH_ARMS)


@pytest.mark.parametrize(
    ("name", "values"),
    [("toxicity-rates", {"regimen": "OIL"}), ("regimens-by-toxicity", {"toxicity": "smoke"})],
)
def test_a_pooled_report_is_one_row_with_its_arms_and_rows_go_by_rate(
    name: str, values: dict[str, str], pooled: EmbeddedStore
) -> None:
    found = rows(pooled, name, **values)
    assert [row["statement"].rpartition("/")[2] for row in found] == ["q", "t", "p"]
    assert [row.get("armLabel") for row in found] == ["arm B", None, "arm A; arm B"]
    assert found[2]["arm"].endswith("arm/oil-a")
    assert found[2]["qualifier"] == "by day; by night"
    both = found[2].get("subgroupLabel", found[2]["subgroup"])
    assert both == "aged patients; thin patients"


def test_a_row_names_the_trial_that_was_asked_for(pooled: EmbeddedStore) -> None:
    for trial, iri in (("first trial of oil", "oil-1"), ("second trial of oil", "oil-2")):
        found = rows(pooled, "toxicity-rates", trial=trial, regimen="OIL")
        assert {row["trial"].rpartition("/")[2] for row in found} == {iri}
        assert "t" in named(found)


def test_what_is_said_about_a_trial_or_several_arms_has_one_row(pooled: EmbeddedStore) -> None:
    assert named(rows(pooled, "toxicity-rates", trial="second trial of oil")) == ["t", "w"]
    [pool] = rows(pooled, "outcomes", regimen="OIL")
    assert (pool["armLabel"], pool["trialLabel"]) == ("arm A; arm B", "first trial of oil")
    assert named(rows(pooled, "outcomes", trial="second trial of oil")) == ["t"]


CARE = """
<toxicity-report/o> a rk:ToxicityReport, rk:Statement ; rk:about <regimen/oil> ;
  rk:toxicity <toxicity/thick-black-smoke>, <toxicity/smell> .
<supportive-care/s1> a rk:SupportiveCare, rk:Statement ; rk:about <toxicity/smoke> ;
  rk:prevents <toxicity/smoke> .
<supportive-care/s2> a rk:SupportiveCare, rk:Statement ; rk:about <drug/oil>, <regimen/gas> ;
  rk:manages <toxicity/smell> .
<supportive-care/s3> a rk:SupportiveCare, rk:Statement ; rk:about <toxicity/smell>, <regimen/gas> ;
  rk:manages <toxicity/smell> .
<supportive-care/s4> a rk:SupportiveCare, rk:Statement ; rk:about <toxicity/smell>, <drug/tar> ;
  rk:manages <toxicity/smell> .
"""


def test_care_for_a_broader_toxicity_is_shown_as_such() -> None:
    told = rows(with_oil(CARE), "toxicity-prevention", regimen="OIL")
    [smoke] = [row for row in told if row["toxicityLabel"] == "thick black smoke"]
    assert (smoke["covered"], smoke["careForLabel"]) == ("true", "smoke")
    assert named([smoke]) == ["s1"]


def test_care_about_another_regimen_or_drug_as_well_is_not_lent() -> None:
    told = rows(with_oil(CARE), "toxicity-prevention", regimen="OIL")
    [smell] = [row for row in told if row["toxicityLabel"] == "smell"]
    assert smell["covered"] == "false"
    own = "<supportive-care/s2> rk:about <regimen/oil> ."
    told = rows(with_oil(CARE + own), "toxicity-prevention", regimen="OIL")
    found = [row for row in told if row["toxicityLabel"] == "smell"]
    assert {row["statement"].rpartition("/")[2] for row in found} == {"s2"}
    assert "GAS" not in {row["aboutLabel"] for row in found}


def test_a_toxicity_that_is_explained_has_no_row_for_a_broader_one() -> None:
    said = """
    <toxicity-report/o> a rk:ToxicityReport, rk:Statement ; rk:about <regimen/oil> ;
      rk:toxicity <toxicity/black-smoke> .
    <toxicity-report/oil> a rk:ToxicityReport, rk:Statement ; rk:about <drug/oil> ;
      rk:toxicity <toxicity/{oil}> .
    <administration/tar> a rk:Administration ; rk:drug <drug/tar> .
    <variant/oil> rk:hasAdministration <administration/tar> .
    <toxicity-report/tar> a rk:ToxicityReport, rk:Statement ; rk:about <drug/tar> ;
      rk:toxicity <toxicity/smoke> .
    """
    for oil, expected in {
        "black-smoke": [("true", "same", "oil")],
        "thick-black-smoke": [("true", "narrower", "oil")],
        "smell": [("false", "broader", "tar")],
    }.items():
        told = rows(with_oil(said.replace("{oil}", oil)), "explained-toxicities", regimen="OIL")
        assert [(row["explained"], row["relation"], row["drugLabel"]) for row in told] == expected


def test_a_toxicity_has_a_row_though_what_explains_it_has_no_name() -> None:
    said = """
    <toxicity-report/o> a rk:ToxicityReport, rk:Statement ; rk:about <regimen/oil> ;
      rk:toxicity <toxicity/black-smoke> .
    <administration/other> a rk:Administration ; rk:drug <drug/nameless>, <drug/tar> .
    <variant/oil> rk:hasAdministration <administration/other> .
    <drug/nameless> a rk:Drug .
    <toxicity-report/nameless> a rk:ToxicityReport, rk:Statement ; rk:about <drug/nameless> ;
      rk:toxicity <toxicity/black-smoke> .
    <toxicity-report/tar> a rk:ToxicityReport, rk:Statement ; rk:about <drug/tar> ;
      rk:toxicity <toxicity/smoke> .
    """
    told = rows(with_oil(said), "explained-toxicities", regimen="OIL")
    assert [(row["relation"], row["drugLabel"]) for row in told] == [("broader", "tar")]


def test_an_arm_has_no_participants_of_the_whole_trial() -> None:
    told = rows(with_oil(""), "regimen-trials", regimen="OIL")
    found = {row["armLabel"]: row for row in told}
    assert found["arm A"]["participantsTreated"] == "38"
    assert "participantsTreated" not in found["arm B"]
    assert not [row for row in told if "participantsRandomised" in row]
    whole = "<trial/oil-2> rk:tests <variant/oil> ; rk:participantsRandomised 17 ."
    told = rows(with_oil(whole), "regimen-trials", regimen="OIL")
    [row] = [row for row in told if "armLabel" not in row]
    assert row["participantsRandomised"] == "17"


def test_a_regimen_has_no_conflicts_of_its_drugs_in_other_regimens() -> None:
    said = """
    <toxicity-report/d1> a rk:ToxicityReport, rk:Statement ; rk:about <drug/oil> ;
      rk:toxicity <toxicity/smell> .
    <toxicity-report/d2> a rk:ToxicityReport, rk:Statement ; rk:about <drug/oil> ;
      rk:toxicity <toxicity/smoke> .
    <toxicity-report/g> a rk:ToxicityReport, rk:Statement ; rk:about <drug/oil>, <regimen/gas> ;
      rk:toxicity <toxicity/smell> .
    <toxicity-report/h> a rk:ToxicityReport, rk:Statement ; rk:about <drug/tar> ;
      rk:toxicity <toxicity/smell> .
    """
    for name, sides in {"alone": "d1 d2", "lent": "d1 g", "other": "d1 h"}.items():
        involved = ", ".join(f"<toxicity-report/{side}>" for side in sides.split())
        said += f"""
        <conflict/{name}> a rk:Conflict, rk:Statement ; rk:involves {involved} ;
          rk:conflictType <conflict-type/x> ; rk:resolution <resolution/x> ;
          <http://purl.org/dc/terms/description> "{name}"@en .
        """
    said += '<conflict-type/x> skos:prefLabel "x"@en . <resolution/x> skos:prefLabel "y"@en .'
    store = with_oil(said)
    assert {row["description"] for row in rows(store, "conflicts", regimen="OIL")} == {"alone"}
    told = {row["description"] for row in rows(store, "conflicts", regimen="GAS")}
    assert told == {"lent"}


@pytest.mark.parametrize(
    ("said", "checks"),
    [
        (
            "rk:inArm <arm/oil-a> ; rk:count 60 ; rk:percent 64.9",
            {"percent from count of the arm": "false", "count within its arm": "false"},
        ),
        (
            "rk:about <arm/oil-a> ; rk:count 19 ; rk:percent 50.0",
            {"percent from count of the arm": "true"},
        ),
        (
            "rk:inArm <arm/oil-a> ; rk:count 19 ; rk:percent 61.3 ; rk:denominator 31",
            {"percent from count": "true"},
        ),
        ("rk:inArm <arm/oil-a>, <arm/oil-b> ; rk:count 60 ; rk:percent 64.9", {}),
        (
            "rk:inArm <arm/oil-a> ; rk:count 9 ; rk:percent 90.0 ; rk:subgroup <subgroup/oil-old>",
            {},
        ),
    ],
)
def test_a_count_beside_a_percentage_is_checked_against_its_arm(
    said: str, checks: dict[str, str]
) -> None:
    store = with_oil(
        "<toxicity-report/c> a rk:ToxicityReport, rk:Statement ;"
        f" rk:toxicity <toxicity/smell> ; {said} ."
    )
    found = [row for row in rows(store, "consistency") if row["thing"].endswith("report/c")]
    assert {row["check"]: row["agrees"] for row in found} == checks


@pytest.mark.parametrize(("token", "agrees"), [("20 %", "true"), ("20.0 %", "false")])
def test_a_percentage_agrees_as_exactly_as_it_is_printed(token: str, agrees: str) -> None:
    store = with_oil(
        "<toxicity-report/c> a rk:ToxicityReport, rk:Statement ; rk:toxicity <toxicity/smell> ;"
        " rk:percent 20.0 ; rk:denominator 41 ; rk:count 8 ; prov:wasDerivedFrom <evidence/token> ."
        "<evidence/token> a oa:Annotation ; rk:supportsProperty rk:percent ;"
        f' rk:asReported "{token}" .'
    )
    [row] = [row for row in rows(store, "consistency") if row["thing"].endswith("report/c")]
    assert row["agrees"] == agrees
