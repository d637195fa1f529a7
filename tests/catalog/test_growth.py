"""Shapes of query that lint keeps out: slow on a large graph, or wrong on one of the engines."""

from __future__ import annotations

import re

import pytest
from rdflib.plugins.sparql import prepareQuery

from regimenkg.catalog.cache import catalog
from regimenkg.catalog.growth import growth_problems
from regimenkg.catalog.lint import lint
from regimenkg.checks.rules import rules
from regimenkg.checks.shapes import shapes
from regimenkg.packaged import PACKAGED
from regimenkg.store.rules import Rule
from regimenkg.terms.namespaces import PREFIXES

PROLOGUE = "".join(f"PREFIX {name}: <{PREFIXES[name]}>\n" for name in ("rk", "skos", "prov"))
NAMED = "VALUES ?regimen { UNDEF }"


def problems(body: str) -> list[str]:
    """What is said of a query that has a parameter ``regimen``."""
    return list(growth_problems(prepareQuery(PROLOGUE + body), ["regimen"]))


CASES = [
    pytest.param(
        f"SELECT * {{ {NAMED} ?regimen rk:hasDrug ?drug OPTIONAL {{"
        " SELECT ?drug (COUNT(?other) AS ?count) { ?other rk:hasDrug ?drug } GROUP BY ?drug"
        " HAVING(COUNT(*) > 0) } }",
        f"SELECT * {{ {NAMED} ?regimen rk:hasDrug ?drug OPTIONAL {{"
        f" SELECT ?drug (COUNT(?other) AS ?count) {{ {NAMED} ?regimen rk:hasDrug ?drug ."
        " ?other rk:hasDrug ?drug } GROUP BY ?drug HAVING(COUNT(*) > 0) } }",
        "SELECT ?drug ?count is evaluated over everything, whichever ?regimen is asked for",
        id="an OPTIONAL sub-SELECT has the parameter's block",
    ),
    pytest.param(
        f"SELECT * {{ {NAMED} ?regimen rk:hasDrug ?drug {{ SELECT DISTINCT ?drug"
        " { ?any rk:hasDrug ?drug } } }",
        f"SELECT * {{ {NAMED} ?regimen rk:hasDrug ?drug {{ SELECT DISTINCT ?class"
        " { ?any rk:covers ?class } } }",
        "SELECT ?drug is evaluated over everything",
        id="so has any sub-SELECT, but of what the vocabulary says",
    ),
    pytest.param(
        f"SELECT * {{ {NAMED} ?any rk:hasDrug ?drug FILTER(?any = ?regimen) }}",
        f"SELECT * {{ {NAMED} ?regimen rk:hasDrug ?drug FILTER(?drug != ?regimen) }}",
        "?regimen is compared in a FILTER, when all that it might be has been found",
        id="a parameter stands in a pattern",
    ),
    pytest.param(
        f"SELECT * {{ {NAMED} {{ ?regimen rk:hasDrug ?it BIND(1 AS ?one) }}"
        " UNION { ?regimen rk:treats ?it } }",
        f"SELECT * {{ {NAMED} {{ {NAMED} ?regimen rk:hasDrug ?it BIND(1 AS ?one) }}"
        " UNION { ?regimen rk:treats ?it } }",
        "a branch of a UNION with a BIND is evaluated for every ?regimen",
        id="a branch that computes has the parameter's block",
    ),
    pytest.param(
        "SELECT * { ?it rk:drug ?drug OPTIONAL { ?it rk:minDay ?first ; rk:maxDay ?last } }",
        "SELECT * { ?it rk:drug ?drug OPTIONAL { ?it rk:minDay ?first OPTIONAL {"
        " ?it rk:maxDay ?last } } }",
        "patterns of an OPTIONAL share only ?it",
        id="an OPTIONAL begins with one pattern of what is there",
    ),
    pytest.param(
        "SELECT * { ?it rk:concerns ?of OPTIONAL { ?it rk:concerns ?of . ?of rk:treats ?whom } }",
        "SELECT * { ?it rk:concerns ?of OPTIONAL { ?it rk:inTrial ?in . ?in rk:studies ?whom } }",
        "patterns of an OPTIONAL share only ?it, ?of",
        id="patterns that hang together by a variable of their own are fine",
    ),
    pytest.param(
        "SELECT * { ?it rk:drug ?drug OPTIONAL { ?it prov:wasDerivedFrom ?reading ."
        " ?reading rk:supportsProperty rk:dose } }",
        "SELECT * { ?it rk:drug ?drug OPTIONAL { ?it prov:wasDerivedFrom ?reading ."
        " ?reading rk:supportsProperty ?is FILTER(?is = rk:dose) } }",
        "an OPTIONAL looks up everything with this rk:supportsProperty for each row",
        id="an OPTIONAL begins with what is known",
    ),
    pytest.param(
        "SELECT * { { ?it rk:about ?regimen } UNION { ?it rk:about/rk:variantOf ?regimen } }",
        "SELECT * { { ?it rk:concerns ?regimen } UNION { ?it rk:about ?drug . ?drug a rk:Drug } }",
        "?statement rk:concerns ?regimen has them all",
        id="what a statement concerns is not told by branches",
    ),
    pytest.param(
        "SELECT ?s { ?s a rk:Claim OPTIONAL { ?s rk:qualifier ?limit }"
        " BIND(CONCAT(STR(?s), STR(?limit)) AS ?place) } ORDER BY ?place",
        "SELECT ?s { ?s a rk:Claim OPTIONAL { ?s rk:qualifier ?limit }"
        ' BIND(CONCAT(STR(?s), COALESCE(?limit, "")) AS ?place) } ORDER BY ?place',
        "?place, by which rows are ordered, has no value where ?limit has none",
        id="a key of several has a value in each row",
    ),
    pytest.param(
        "SELECT ?s { ?s a rk:Claim OPTIONAL { ?s rk:qualifier ?a } OPTIONAL { ?s rk:note ?b }"
        " BIND(CONCAT(STR(?s), COALESCE(STR(?a), STR(?b))) AS ?place) } ORDER BY ?place",
        "SELECT ?s { ?s a rk:Claim OPTIONAL { ?s rk:qualifier ?a } OPTIONAL { ?s rk:note ?b }"
        ' BIND(CONCAT(STR(?s), COALESCE(STR(?a), STR(?b), "")) AS ?place) } ORDER BY ?place',
        "?place, by which rows are ordered, has no value where ?a has none",
        id="also where one of two has one",
    ),
    pytest.param(
        "SELECT * { { ?it rk:about ?r } UNION { ?it rk:inArm ?a . ?a rk:tests/rk:variantOf ?r } }",
        "SELECT * { ?it rk:concerns ?r ; rk:inArm/rk:tests/rk:variantOf ?tested }",
        "?statement rk:concerns ?regimen has them all",
        id="nor by arms",
    ),
    pytest.param(
        "SELECT * { ?it rk:about/rk:variantOf? ?regimen }",
        "SELECT * { ?it rk:about/rk:variantOf ?regimen }",
        "?statement rk:concerns ?regimen has them all",
        id="nor by a path that may end early",
    ),
    pytest.param(
        "SELECT ?it (GROUP_CONCAT(?day; SEPARATOR=', ') AS ?days) { ?it rk:day ?day } GROUP BY ?it"
        " HAVING(COUNT(*) > 0)",
        "SELECT ?it (GROUP_CONCAT(STR(?day)) AS ?days) { ?it rk:day ?day } GROUP BY ?it"
        " HAVING(COUNT(*) > 0)",
        "GROUP_CONCAT(?day) is empty on some engines",
        id="what is joined is text",
    ),
    pytest.param(
        "SELECT ?drug (MIN(?on) AS ?day) { ?it rk:drug ?drug ; rk:day ?on } GROUP BY ?drug",
        "SELECT ?drug (MIN(?on) AS ?day) { ?it rk:drug ?drug ; rk:day ?on } GROUP BY ?drug"
        " HAVING(COUNT(*) > 0)",
        "GROUP BY ?drug gives a row without values in rdflib",
        id="a group of nothing is no group",
    ),
    pytest.param(
        "SELECT * { ?it rk:drug ?d OPTIONAL { ?it rk:day ?day } BIND(IF(?day = 1, 2, 3) AS ?x) }",
        "SELECT * { ?it rk:drug ?d OPTIONAL { ?it rk:day ?day }"
        " BIND(IF(BOUND(?day) && ?day = 1, 'a', 'b') AS ?x) }",
        "IF asks ?day, which may have no value",
        id="IF knows what it asks",
    ),
    pytest.param(
        "SELECT * { ?it rk:drug ?d OPTIONAL { ?it rk:day ?day } BIND(IF(?day = 1, 2, ?d) AS ?x) }",
        "SELECT * { ?it rk:drug ?d OPTIONAL { ?it rk:day ?day } BIND(BOUND(?day) AS ?timed)"
        " BIND(IF(?day = 1, 2, ?none) AS ?x) BIND(IF(?timed, 1, 2) AS ?y) }",
        "IF asks ?day, which may have no value",
        id="but where no result is what is meant",
    ),
    pytest.param(
        "SELECT * { { ?it rk:day ?day } UNION { ?it rk:every ?e } BIND(IF(?day = 1, 1, 2) AS ?x) }",
        "SELECT * { { ?it rk:day ?day } UNION { ?it rk:firstDay ?day }"
        " BIND(COALESCE(IF(?day = 1, 1, 2), 3) AS ?x) }",
        "IF asks ?day, which may have no value",
        id="also after a UNION",
    ),
    pytest.param(
        "SELECT * { ?it rk:drug ?d OPTIONAL { ?it rk:day ?day } BIND(IF(?day = 1, 1, 2) AS ?x) }",
        "SELECT * { ?it rk:drug ?d BIND(EXISTS { ?it rk:day ?day } AS ?timed)"
        " BIND(IF(?timed, 1, 2) AS ?x) BIND(IF(NOT EXISTS { ?it rk:every ?e }, 1, 2) AS ?y) }",
        "IF asks ?day, which may have no value",
        id="EXISTS always has one",
    ),
    pytest.param(
        "SELECT * { ?it rk:drug ?d"
        " FILTER NOT EXISTS { ?it rk:inTrial ?trial . ?trial rk:phase ?phase } }",
        "SELECT * { ?it rk:drug ?d"
        " FILTER NOT EXISTS { ?it rk:inTrial ?trial . FILTER EXISTS { ?trial rk:phase ?phase } } }",
        "looks up all that has rk:phase for each row",
        id="a pattern of an EXISTS has something with a value before it",
    ),
    pytest.param(
        "SELECT * { ?it rk:drug ?d FILTER EXISTS { ?it rk:inTrial/rk:studies ?any } }",
        "SELECT * { ?it rk:drug ?d FILTER EXISTS { ?it rk:drug/^rk:drug ?d }"
        " FILTER EXISTS { ?it rk:population|(rk:inTrial/rk:studies) ?any } }",
        "looks up all that has rk:studies for each row",
        id="so has each step of a path that is not one of alternatives",
    ),
    pytest.param(
        "SELECT * { ?it rk:drug ?d"
        " BIND(IF(EXISTS { ?it rk:about ?a . ?a a rk:Arm }, 1, 2) AS ?x) }",
        "SELECT * { ?it rk:drug ?d"
        " BIND(IF(EXISTS { ?it rk:about ?a . ?d a rk:Drug }, 1, 2) AS ?x) }",
        "looks up all that has rdf:type for each row",
        id="wherever it is asked",
    ),
    pytest.param(
        "SELECT * { ?it rk:drug ?d OPTIONAL { ?it rk:day ?n"
        " FILTER EXISTS { ?it rk:dose ?q . ?q rk:ucumCode ?u } } }",
        "SELECT * { ?it rk:drug ?d OPTIONAL { ?it rk:day ?n"
        " FILTER EXISTS { ?q rk:firstDay ?n . ?it rk:dose ?q } } }",
        "looks up all that has rk:ucumCode for each row",
        id="in an OPTIONAL too, whose own values count",
    ),
    pytest.param(
        "SELECT * { ?it rk:drug ?d FILTER EXISTS { ?it rk:inTrial ?trial"
        " FILTER NOT EXISTS { ?trial rk:hasArm ?arm . ?arm rk:tests ?x } } }",
        "SELECT * { ?it rk:drug ?d FILTER EXISTS { ?it rk:inTrial ?trial"
        " FILTER NOT EXISTS { ?trial rk:hasArm ?arm . ?d rk:formOf ?base FILTER EXISTS {"
        " VALUES ?kind { rk:Drug } ?arm rk:tests ?x . ?base a ?kind . ?any a ?kind } } } }",
        "looks up all that has rk:tests for each row",
        id="and in one within another",
    ),
]


@pytest.mark.parametrize(("bad", "good", "problem"), CASES)
def test_a_bad_shape_is_told_with_what_to_write_instead(bad: str, good: str, problem: str) -> None:
    (told,) = problems(bad)
    assert problem in told
    assert problems(good) == []


def test_no_rule_of_the_graph_or_of_the_shapes_looks_up_all_of_a_pattern_for_each_row() -> None:
    texts = {rule.file: rule.text for rule in PACKAGED.rules()}
    texts |= {str(rule.constraint): rule.query for rule in rules(shapes())}
    told = [
        (name, problem)
        for name, text in texts.items()
        for problem in growth_problems(prepareQuery(text), [])
        if "looks up all that has" in problem
    ]
    assert len(texts) > 80
    assert told == []


@pytest.mark.parametrize(
    "rule", [rule for rule in PACKAGED.rules() if rule.has_focus], ids=lambda rule: rule.file
)
def test_a_rule_that_is_run_for_one_thing_enumerates_nothing_else(rule: Rule) -> None:
    """Else the smallest load costs what the store holds."""
    things = set(re.findall(r"# focus \?(\w+)", rule.text))
    told = growth_problems(prepareQuery(rule.text_for("<urn:one>")), things)
    assert [problem for problem in told if "evaluated over everything" in problem] == []


def test_lint_asks_of_parameters_that_name_things_of_the_data() -> None:
    spec = catalog()["drug-precautions"]
    assert [param.name for param in spec.params] == ["precaution", "drug"]
    assert lint(spec) == []
