"""Headers of .rq files, and the rules that a canned query has to observe."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

from regimenkg.catalog.lint import lint, ties
from regimenkg.catalog.reading import parse_file, parse_folder, parse_text
from regimenkg.errors import DataError
from regimenkg.sparql.scopes import order_variables, scopes

GOOD = """\
#+ summary: Regimens that contain a drug
#+ description: |
#+   Every regimen of which a variant gives the drug,
#+   once.
#+
#+ tags: [regimen, drug]
#+ params:
#+   drug:
#+     type: iri
#+     class: rk:Drug
#+     label: Drug
#+     description: a drug, by any of its names
#+     many: true
#+     required: true
#+     example: Ara-C
#+   since: {type: date, optional: true, example: 2018-05-31}
#+ columns:
#+   regimen: the regimen
#+   label: "its name: as printed"
#+ view: table
#+ answers: [8, 20]
#+ test: {min_rows: 2}
PREFIX rk: <https://w3id.org/regimenkg/vocab#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT DISTINCT ?regimen ?label WHERE {
  VALUES ?drug { <https://w3id.org/regimenkg/drug/cytarabine> }
  ?regimen rk:hasDrug ?drug ; skos:prefLabel ?label .
  OPTIONAL {
    VALUES ?since { UNDEF }
    ?regimen rk:startDate ?start . FILTER(!BOUND(?since) || ?start >= ?since)
  }
}
ORDER BY ?label ?regimen
"""


def problems(text: str, name: str = "contains-drug") -> list[str]:
    """What lint says of a text."""
    return lint(parse_text(name, text))


class TestParse:
    """What is read from a file."""

    def test_every_field(self) -> None:
        spec = parse_text("contains-drug", GOOD)
        assert spec.summary == "Regimens that contain a drug"
        assert spec.description == "Every regimen of which a variant gives the drug,\nonce."
        assert spec.tags == ("regimen", "drug")
        assert spec.columns == {"regimen": "the regimen", "label": "its name: as printed"}
        assert list(spec.columns) == ["regimen", "label"]
        assert (spec.view, spec.answers, spec.min_rows, spec.form) == (
            "table",
            (8, 20),
            2,
            "select",
        )
        drug, since = spec.params
        assert (drug.name, drug.type, drug.class_, drug.label) == ("drug", "iri", "rk:Drug", "Drug")
        assert (drug.many, drug.required, drug.optional) == (True, True, False)
        assert drug.block == "rkd:drug/cytarabine"
        assert (since.optional, since.example, since.block) == (True, "2018-05-31", "")
        assert spec.text == GOOD
        assert [block.name for block in spec.blocks] == ["drug", "since"]

    def test_scalars_stay_texts(self) -> None:
        text = GOOD.replace("example: 2018-05-31", "default: 0.50, example: yes")
        assert parse_text("x", text).params[1].default == ("0.50",)
        assert parse_text("x", text).params[1].example == "yes"

    @pytest.mark.parametrize(
        ("old", "new", "message"),
        [
            ("#+ view: table", "#+ veiw: table", r"x\.rq: veiw: the header has no such key"),
            ("class: rk:Drug", "clazz: rk:Drug", r"params\.drug\.clazz: the header has no such"),
            ("{min_rows: 2}", "{rows: 2}", r"test\.rows: the header has no such key"),
            ("type: iri", "type: uri", r"params\.drug\.type: expected one of iri, code, string"),
            ("type: iri", "type: [iri]", r"params\.drug\.type: expected a text"),
            ("#+     type: iri\n", "", r"params\.drug\.type: expected a text"),
            ("many: true", "many: yes", r"params\.drug\.many: expected one of true, false"),
            ("view: table", "view: map", r"view: expected one of table"),
            ("[8, 20]", "[eight]", r"answers: expected whole numbers"),
            ("[regimen, drug]", "{regimen: 1}", r"tags: expected a list of texts"),
            ("#+   regimen: the regimen", "#+   regimen: [the, regimen]", r"columns: expected a"),
            ("{min_rows: 2}", "2", r"test: expected keys and values"),
            ("summary: Regimens that contain a drug", "summary:", r"summary: expected a text"),
            ("#+ view: table", "#+ tags: []", r"x\.rq: line 20: .*tags stands twice"),
            ("#+ view: table", "#+ view: {", r"x\.rq: line 2\d: the header is not YAML"),
            ("SELECT", "CHOOSE", r"no SELECT, ASK or CONSTRUCT"),
            ("#+ ", "# ", r"line 1: the header is missing"),
        ],
    )
    def test_a_header_in_error_is_told_by_place(self, old: str, new: str, message: str) -> None:
        with pytest.raises(DataError, match=message) as caught:
            parse_text("x", GOOD.replace(old, new))
        assert caught.value.exit_code == 3

    def test_a_near_miss_of_a_key_is_named(self) -> None:
        with pytest.raises(DataError) as caught:
            parse_text("x", GOOD.replace("#+ summary", "#+ sumary"))
        assert caught.value.hint == "did you mean summary?"

    @pytest.mark.parametrize(
        ("views", "message", "hint"),
        [
            (
                "#+ chart: {label: label, value: n, unitCode: '1', measure: regimens}\n",
                r"x\.rq: line 21: chart: n is no column of the query",
                "it has regimen, label",
            ),
            (
                "#+ chart:\n#+   label: labl\n#+   value: regimen\n#+   unitCode: '1'\n"
                "#+   measure: regimens\n",
                r"x\.rq: line 22: chart: labl is no column of the query",
                "did you mean label?",
            ),
            (
                "#+ chart: {label: label, value: regimen, measure: m, unitCode: '1',"
                " note: ['of {total}']}\n",
                r"line 21: chart: total is no column",
                "it has regimen, label",
            ),
            (
                "#+ chart: {label: label, value: regimen, measure: regimens}\n",
                r"line 21: chart: expected unit or unitCode, one of the two",
                "unit: the column of the units",
            ),
            (
                "#+ chart: {label: label, value: regimen, measure: m, unitCode: '1', low: label}\n",
                r"chart: low and high belong together",
                "name both columns",
            ),
            ("#+ chart: {label: label}\n", r"chart\.value: expected a text", ""),
            ("#+ graph: {from: regimen, to: dug, means: x}\n", r"line 21: graph: dug is no", "it"),
            ("#+ graph: {from: regimen, to: label}\n", r"expected by or means", "by: the column"),
            ("#+ graph: {properties: [rk:drug]}\n", r"graph: does not fit the form", "from and to"),
            ("#+ graph: {form: regimen}\n", r"graph\.form: the header has no such key", "did you"),
        ],
    )
    def test_a_view_of_what_is_not_there_is_told_by_line(
        self, views: str, message: str, hint: str
    ) -> None:
        with pytest.raises(DataError, match=message) as caught:
            parse_text("x", GOOD.replace("#+ view: table\n", "#+ view: table\n" + views))
        assert (caught.value.hint or "").startswith(hint)

    def test_a_page_opens_with_a_view_that_is_declared(self) -> None:
        with pytest.raises(DataError, match=r"line 20: view: there is no chart of this query"):
            parse_text("x", GOOD.replace("view: table", "view: chart"))
        graph = "view: graph\n#+ graph: {from: regimen, to: label, means: is named}"
        spec = parse_text("x", GOOD.replace("view: table", graph))
        assert (spec.view, spec.views) == ("graph", ("table", "graph"))

    def test_a_construct_draws_properties(self) -> None:
        text = "#+ summary: A\n#+ graph: {properties: [%s]}\nCONSTRUCT WHERE { ?s ?p ?o }"
        assert [link.by for link in parse_text("x", text % "rk:drug").links] == ["rk:drug"]
        with pytest.raises(DataError, match="line 2: graph: drug is no CURIE"):
            parse_text("x", text % "drug")

    def test_the_header_ends_with_the_first_other_line(self) -> None:
        spec = parse_text("x", "#+ summary: A\nASK { }\n#+ summary: B\n")
        assert spec.summary == "A"

    def test_a_folder_in_the_order_of_names(self, tmp_path: Path) -> None:
        for name in ("b", "a", "a-b"):
            (tmp_path / f"{name}.rq").write_text("#+ summary: X\nASK { }", encoding="utf-8")
        (tmp_path / "notes.txt").write_text("no query", encoding="utf-8")
        assert list(parse_folder(tmp_path)) == ["a", "a-b", "b"]

    def test_a_file_that_is_not_text(self, tmp_path: Path) -> None:
        path = tmp_path / "x.rq"
        path.write_bytes(b"#+ summary: \xff")
        with pytest.raises(DataError, match="cannot read"):
            parse_file(path)


def test_a_good_query_has_no_problems() -> None:
    assert problems(GOOD) == []


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("a drug\n", "a drug.\n", "summary ends with a full stop"),
        ("[regimen, drug]", "[Regimen]", "the tag Regimen is not kebab-case"),
        ("[8, 20]", "[47]", "answers names no competency question: 47"),
        ("params:\n#+   drug:", "params:\n#+   Drug_x:", "a parameter's name is camelCase"),
        ("class: rk:Drug", "class: Drug", "class is the CURIE of a class"),
        ("class: rk:Drug", "choices: [a]", "choices belong to type choice"),
        ("optional: true", "optional: true, required: true", "absent is UNDEF"),
        ("optional: true", "optional: true, default: 2018-01-01", "absent is UNDEF"),
        ("2018-05-31", "May 2018", "expected a date, got 'May 2018'"),
        ("VALUES ?drug {", "VALUES (?drug) {", "there is no block VALUES ?drug"),
        ("{ UNDEF }", "{ '2018' }", "optional, so its VALUES block holds UNDEF"),
        ("{ <https://w3id.org/regimenkg/drug/cytarabine> }", "{ }", "holds no working default"),
        (
            "{ <https://w3id.org/regimenkg/drug/cytarabine> }",
            "{ UNDEF }",
            "holds no working default",
        ),
        ("{ <https://w3id.org/regimenkg/drug/cytarabine> }", "{ 'x' }", "is not of type iri"),
        (
            "{ <https://w3id.org/regimenkg/drug/cytarabine> }",
            "{ nope:x }",
            "VALUES ?drug holds no values",
        ),
        ("?regimen rk:hasDrug ?drug ;", "?regimen", "?drug is not used outside its VALUES block"),
        (
            "    VALUES ?since",
            "  VALUES ?other { 1 }\n    VALUES ?since",
            "?other has a VALUES block",
        ),
        ("PREFIX rk: <https://w3id.org/regimenkg/vocab#>\n", "", "the prefix rk: is not declared"),
        ("rk:startDate", "rk:start\\-Date", "write the IRI of rk:start\\-Date whole"),
        ("PREFIX rk:", "PREFIX xsd: <urn:x>\nPREFIX rk:", "xsd: is declared and not used"),
        ("vocab#>", "vocab/>", "the prefix rk: is not <https://w3id.org/regimenkg/vocab/> in"),
        ("#+   regimen: the regimen\n", "", "columns are missing from the header: regimen"),
        ("#+   regimen:", "#+   name: x\n#+   regimen:", "columns are not in the SELECT clause"),
        ("?regimen ?label WHERE", "?label ?regimen WHERE", "columns stand in another order"),
        ("ORDER BY ?label ?regimen", "", "there is no ORDER BY"),
        ("ORDER BY ?label ?regimen", "ORDER BY STR(?label)", "there is no ORDER BY"),
        (
            "    VALUES ?since",
            "  GRAPH ?g { ?regimen ?p ?o }\n    VALUES ?since",
            "GRAPH is not for",
        ),
        ("WHERE {\n", "WHERE { SERVICE <urn:x> { ?a ?b ?c }\n", "SERVICE is not for canned"),
        ("SELECT DISTINCT", "SELECT DISTINCT DISTINCT", "Oxigraph cannot read it"),
        ("SELECT DISTINCT", "SELECT DISTINCT DISTINCT", "rdflib cannot read it"),
        ("!BOUND(?since) || ", "", "?since is optional: write FILTER(!BOUND(?since) || …)"),
        ("OPTIONAL {\n", "MINUS { ?since ?p ?o .\n", "?since is optional: MINUS would mean any"),
        (
            "}\nORDER BY ?label ?regimen",
            "}\nORDER BY ?label VALUES ?drug { 1 }",
            "behind the WHERE",
        ),
        ("    VALUES ?since", "  VALUES ?drug { rk:x }\n    VALUES ?since", "different defaults"),
    ],
)
def test_lint_names_the_problem(old: str, new: str, problem: str) -> None:
    assert old in GOOD
    found = problems(GOOD.replace(old, new))
    assert any(problem in each for each in found), found


def test_lint_checks_the_name_of_the_file() -> None:
    assert problems(GOOD, "Contains_drug") == ["the file's name is not kebab-case"]


@pytest.mark.parametrize(
    ("declared", "block", "problem"),
    [
        ("{type: integer}", "'3'", "is not of type integer"),
        ("{type: integer}", "3 4", "several values in its VALUES block need many: true"),
        ("{type: integer, many: true, default: [3, 4]}", "3 4", None),
        ("{type: integer, default: 3}", "4", "default and VALUES block disagree"),
        ("{type: integer, default: three}", "3", "expected a whole number, got 'three'"),
        ("{type: integer, default: [3, 4]}", "3", "several defaults need many: true"),
        ("{type: choice, choices: [yes, no]}", "'maybe'", "is not of type choice"),
        ("{type: choice, choices: [yes, no]}", "'yes'", None),
        ("{type: choice, choices: [1, 2]}", "2", None),
        ("{type: choice, choices: [rk:Oral]}", "rk:Oral", None),
        ("{type: string}", "'x'", None),
        ("{type: decimal}", "2.5", None),
        ("{type: boolean}", "true", None),
    ],
)
def test_lint_compares_block_and_type(declared: str, block: str, problem: str | None) -> None:
    prefix = "PREFIX rk: <https://w3id.org/regimenkg/vocab#>\n" if "rk:" in block else ""
    found = problems(
        f"#+ summary: X\n#+ params:\n#+   x: {declared}\n#+ columns: {{s: thing}}\n{prefix}"
        f"SELECT ?s {{ VALUES ?x {{ {block} }} ?s <urn:p> ?x }} ORDER BY ?s"
    )
    if problem is None:
        assert found == []
    else:
        assert any(problem in each for each in found), found


SCOPES = """\
#+ summary: X
#+ params: {x: {type: integer OPTION}}
#+ columns: {s: thing}
SELECT ?s { BODY } ORDER BY ?s
"""


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ("VALUES ?x { 1 } ?s <urn:p> ?x", None),
        ("VALUES ?x { 1 } ?s <urn:p> ?o FILTER(?o = ?x)", None),
        ("VALUES ?x { 1 } ?s <urn:p> ?o FILTER NOT EXISTS { ?s <urn:q> ?x }", None),
        ("VALUES ?x { 1 } ?s <urn:p> ?o FILTER NOT EXISTS { ?s <urn:q> ?y FILTER(?y > ?x) }", None),
        ("VALUES ?x { 1 } ?s <urn:p> ?x OPTIONAL { ?s <urn:q> ?y FILTER(?y > ?x) }", None),
        ("VALUES ?x { 1 } ?s <urn:p> ?o OPTIONAL { ?s <urn:q> ?y FILTER(?y > ?x) }", "forgets it"),
        ("VALUES ?x { 1 } ?s <urn:p> ?o OPTIONAL { ?s <urn:q> ?x } ?s <urn:p> ?x", "forgets it"),
        ("VALUES ?x { 1 } { ?s <urn:p> ?x } OPTIONAL { ?s <urn:q> ?x }", None),
        ("VALUES ?x { 1 } { SELECT ?x ?s { ?s <urn:p> ?x } } OPTIONAL { ?s <urn:q> ?x }", None),
        ("?s <urn:p> ?o OPTIONAL { VALUES ?x { 1 } ?s <urn:q> ?x }", None),
        ("VALUES ?x { 1 } ?s <urn:p> ?o MINUS { ?s <urn:q> ?x }", None),
        ("VALUES ?x { 1 } { ?s <urn:p> ?x } UNION { ?s <urn:q> ?x }", None),
        ("VALUES ?x { 1 } { ?s <urn:p> ?o FILTER(?o = ?x) }", "a FILTER uses ?x in a group"),
        ("VALUES ?x { 1 } { ?s <urn:p> ?o } UNION { ?s <urn:q> ?o FILTER(?o = ?x) }", "a FILTER"),
        ("VALUES ?x { 1 } ?s <urn:p> ?o MINUS { ?s <urn:q> ?y FILTER(?y > ?x) }", "a FILTER uses"),
        ("VALUES ?x { 1 } ?s <urn:p> ?x { BIND(?x + 1 AS ?y) }", "a FILTER uses ?x in a group"),
        ("VALUES ?x { 1 } ?s <urn:p> ?x { SELECT ?s { ?s <urn:q> ?x } }", "a SELECT uses ?x"),
        (
            "VALUES ?x { 1 } { SELECT ?s ?x { ?s <urn:q> ?x } GROUP BY ?s ?x HAVING(BOUND(?s)) }",
            None,
        ),
        ("{ SELECT ?s { VALUES ?x { 1 } ?s <urn:q> ?x } }", None),
        ("{ SELECT ?s ?x { VALUES ?x { 1 } ?s <urn:q> ?x } } ?s <urn:p> ?x", None),
        ("{ SELECT ?s { VALUES ?x { 1 } ?s <urn:q> ?x } } ?s <urn:p> ?x", None),
        ("VALUES ?x { 1 } { SELECT (COUNT(?s) AS ?n) { ?s <urn:q> ?x } GROUP BY ?x }", "a SELECT"),
    ],
)
def test_lint_finds_scopes_that_do_not_see_the_parameter(body: str, problem: str | None) -> None:
    found = problems(SCOPES.replace(" OPTION", "").replace("BODY", body))
    if problem is None:
        assert found == []
    else:
        assert any(problem in each for each in found), found


@pytest.mark.parametrize(
    ("body", "right"),
    [
        ("?s <urn:p> ?x", True),
        ("?s <urn:p> ?x FILTER(?x > 2)", True),
        ("?s <urn:p> ?o FILTER(!BOUND(?x) || ?o > ?x)", True),
        ("?s <urn:p> ?o FILTER(?o > COALESCE(?x, 3))", True),
        ("?s <urn:p> ?o FILTER EXISTS { ?s <urn:q> ?x }", True),
        ("?s <urn:p> ?o FILTER(!BOUND(?x) || NOT EXISTS { ?s <urn:q> ?x })", True),
        ("?s <urn:p> ?o FILTER(?o > ?x)", False),
        ("?s <urn:p> ?o FILTER regex(?o, ?x)", False),
        ("?s <urn:p> ?o FILTER(BOUND(?o) && ?o > ?x)", False),
        ("?s <urn:p> ?o FILTER NOT EXISTS { ?s <urn:q> ?x }", False),
        ("?s <urn:p> ?o MINUS { ?s <urn:q> ?x }", False),
    ],
)
def test_lint_finds_optional_parameters_that_would_empty_the_answer(body: str, right: bool) -> None:
    text = SCOPES.replace(" OPTION", ", optional: true")
    found = problems(text.replace("BODY", f"VALUES ?x {{ UNDEF }} {body}"))
    assert any("?x is optional" in each for each in found) is not right, found


def test_scopes_of_nested_groups() -> None:
    root = scopes(
        "SELECT ?a { ?a ?b ?c { SELECT ?d { ?d ?e ?f "
        "FILTER(NOT EXISTS { ?d ?g ?h } && ?e > 1) } } }"
    )
    kinds = [group.kind for group in root.walk()]
    assert kinds == ["select", "group", "select", "group", "not exists"]


def test_scopes_survive_unbalanced_braces() -> None:
    assert scopes("SELECT ?x }} { FILTER( } ?x").kind == "select"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SELECT ?a { ?a ?b ?c }", None),
        ("SELECT ?a { { SELECT ?a { ?a ?b ?c } ORDER BY ?a } }", None),
        ("SELECT ?a { } ORDER BY ASC(?a) DESC(?b) LCASE(?c) (?d + 1) ?e LIMIT 1", ["a", "b", "e"]),
    ],
)
def test_order_variables(text: str, expected: list[str] | None) -> None:
    assert order_variables(text) == expected


def test_ties_are_rows_that_order_by_does_not_tell_apart() -> None:
    text = GOOD.replace("ORDER BY ?label ?regimen", "ORDER BY ?label")
    a, b, label = ox.NamedNode("urn:a"), ox.NamedNode("urn:b"), ox.Literal("x")
    spec = parse_text("x", text)
    assert ties(spec, [(a, label), (a, label)]) == []
    assert set(ties(spec, [(a, label), (b, label), (b, ox.Literal("y"))])) == {
        (a, label),
        (b, label),
    }
    assert ties(parse_text("x", GOOD), [(a, label), (b, label)]) == []
