"""Running canned queries with values, and ad-hoc queries with the standard prefixes added."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib.plugins.sparql import prepareQuery

from regimenkg.catalog import cache as catalog_module
from regimenkg.catalog.growth import growth_problems
from regimenkg.catalog.lint import lint
from regimenkg.catalog.reading import parse_text
from regimenkg.catalog.runner import bind, run, run_text
from regimenkg.catalog.spec import QuerySpec
from regimenkg.errors import ParameterError, QueryNotFoundError, QuerySyntaxError, UsageError
from regimenkg.sparql.answers import Answer, Solutions, Triples
from regimenkg.sparql.backend import Backend
from regimenkg.store.embedded import EmbeddedStore

GRAPH = """\
@prefix rk: <https://w3id.org/regimenkg/vocab#> .
@prefix drug: <https://w3id.org/regimenkg/drug/> .
@prefix reg: <https://w3id.org/regimenkg/regimen/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
drug:a a rk:Drug ; skos:prefLabel "A"@en ; rk:hasToxicity "rash", "fever" .
drug:b a rk:Drug ; skos:prefLabel "B"@en ; rk:hasToxicity "rash" .
drug:c a rk:Drug ; skos:prefLabel "C"@en .
reg:r1 a rk:Regimen ; skos:prefLabel "R1"@en ; rk:hasDrug drug:a, drug:b ; rk:percent 10 .
reg:r2 a rk:Regimen ; skos:prefLabel "R2"@en ; rk:hasDrug drug:b, drug:c ; rk:percent 50.5 .
reg:r3 a rk:Regimen ; skos:prefLabel "R3"@en ; rk:hasDrug drug:a ; rk:note "say \\"x\\"" .
"""
NOTE = "note: --drug was not given; the answer is for rkd:drug/a\n"


class RdflibBackend:
    """rdflib as a backend."""

    location = "rdflib"

    def __init__(self, turtle: str) -> None:
        self._graph = rdflib.Graph().parse(data=turtle, format="turtle")

    def query(self, text: str) -> Answer:
        """Answer a SELECT query with literals and IRIs."""
        result = self._graph.query(text)
        rows = [tuple(None if term is None else own_term(term) for term in row) for row in result]  # type: ignore[union-attr]
        return Solutions(tuple(map(str, result.vars or ())), rows)


def own_term(term: object) -> ox.NamedNode | ox.Literal:
    """A term of rdflib as one of pyoxigraph."""
    if isinstance(term, rdflib.URIRef):
        return ox.NamedNode(str(term))
    assert isinstance(term, rdflib.Literal)
    return ox.Literal(str(term))


def oxigraph_backend(turtle: str) -> Backend:
    """The embedded engine."""
    store = ox.Store()
    store.load(turtle.encode(), ox.RdfFormat.TURTLE)
    return EmbeddedStore(store)


@pytest.fixture(params=[oxigraph_backend, RdflibBackend], ids=["oxigraph", "rdflib"])
def backend(request: pytest.FixtureRequest) -> Backend:
    """The fixture graph in each engine."""
    make: Callable[[str], Backend] = request.param
    return make(GRAPH)


HEADER = """\
#+ summary: X
#+ params: {PARAMS}
#+ columns: {COLUMNS}
PREFIX rk: <https://w3id.org/regimenkg/vocab#>
"""
DRUG = "drug: {type: iri, class: rk:Drug, many: true, required: true}"
OPTIONAL_DRUG = "drug: {type: iri, class: rk:Drug, many: true, optional: true}"
MIN = "min: {type: decimal, optional: true}"
A = "VALUES ?drug { <https://w3id.org/regimenkg/drug/a> }"
UNDEF = "VALUES ?drug { UNDEF }"


def spec_of(body: str, params: str = DRUG, columns: str = "x: x") -> QuerySpec:
    """A query that lint has nothing against, other than that it may grow slow."""
    header = HEADER.replace("PARAMS", params).replace("COLUMNS", columns)
    if "rk:" not in body:
        header = header.replace("PREFIX rk: <https://w3id.org/regimenkg/vocab#>\n", "")
    spec = parse_text("x", header + body)
    slow = growth_problems(prepareQuery(spec.text), [param.name for param in spec.params])
    assert not {*lint(spec)} - {*slow}
    return spec


def answer(spec: QuerySpec, values: dict[str, object], backend: Backend) -> list[tuple[str, ...]]:
    """The rows as short texts."""
    found = backend.query(bind(spec, values, backend, note=lambda _: None))
    assert isinstance(found, Solutions)
    return [tuple(getattr(t, "value", "-").rpartition("/")[2] for t in row) for row in found]


PLAIN = f"SELECT ?x {{ {A} ?x rk:hasDrug ?drug }} ORDER BY ?x"
SUB_SELECT = f"""SELECT ?x ?n {{ {{ SELECT ?x (COUNT(?t) AS ?n) {{ {A}
  ?x rk:hasDrug ?drug . ?drug rk:hasToxicity ?t }} GROUP BY ?x }} }} ORDER BY ?x"""
COUNT = f"SELECT (COUNT(DISTINCT ?r) AS ?x) {{ {A} ?r rk:hasDrug ?drug }} ORDER BY ?x"
NOT_EXISTS = f"""SELECT DISTINCT ?x {{ {A} ?x a rk:Regimen
  FILTER NOT EXISTS {{ ?x rk:hasDrug ?drug }} }} ORDER BY ?x"""
NESTED_FILTER = f"""SELECT DISTINCT ?x {{ {{ {A} ?x rk:hasDrug ?d FILTER(?d = ?drug) }} UNION
  {{ {A} ?x rk:hasToxicity ?t FILTER(?x = ?drug) }} }} ORDER BY ?x"""
OPTIONAL = f"""SELECT ?x ?t {{ {A} ?drug a rk:Drug . ?x a rk:Regimen
  OPTIONAL {{ ?x rk:hasDrug ?drug . ?drug rk:hasToxicity ?t }} }} ORDER BY ?x ?t"""
BLOCK_IN_OPTIONAL = f"""SELECT DISTINCT ?x ?t {{ ?x a rk:Regimen
  OPTIONAL {{ {A} ?x rk:hasDrug ?drug . ?drug rk:hasToxicity ?t }} }} ORDER BY ?x ?t"""
MINUS = f"SELECT DISTINCT ?x {{ {A} ?x a rk:Regimen MINUS {{ ?x rk:hasDrug ?drug }} }} ORDER BY ?x"


class TestShapes:
    """A value has the same meaning in every shape of query, on both engines."""

    @pytest.mark.parametrize(
        ("body", "columns", "for_a", "for_c", "for_b_and_c"),
        [
            (PLAIN, "x: x", [("r1",), ("r3",)], [("r2",)], [("r1",), ("r2",), ("r2",)]),
            (
                SUB_SELECT,
                "x: x, n: n",
                [("r1", "2"), ("r3", "2")],
                [],
                [("r1", "1"), ("r2", "1")],
            ),
            (COUNT, "x: x", [("2",)], [("1",)], [("2",)]),
            (NOT_EXISTS, "x: x", [("r2",)], [("r1",), ("r3",)], [("r1",), ("r3",)]),
            (
                NESTED_FILTER,
                "x: x",
                [("a",), ("r1",), ("r3",)],
                [("r2",)],
                [("b",), ("r1",), ("r2",)],
            ),
            (
                OPTIONAL,
                "x: x, t: t",
                [("r1", "fever"), ("r1", "rash"), ("r2", "-"), ("r3", "fever"), ("r3", "rash")],
                [("r1", "-"), ("r2", "-"), ("r3", "-")],
                [
                    ("r1", "-"),
                    ("r1", "rash"),
                    ("r2", "-"),
                    ("r2", "rash"),
                    ("r3", "-"),
                    ("r3", "-"),
                ],
            ),
            (
                BLOCK_IN_OPTIONAL,
                "x: x, t: t",
                [("r1", "fever"), ("r1", "rash"), ("r2", "-"), ("r3", "fever"), ("r3", "rash")],
                [("r1", "-"), ("r2", "-"), ("r3", "-")],
                [("r1", "rash"), ("r2", "rash"), ("r3", "-")],
            ),
            (MINUS, "x: x", [("r2",)], [("r1",), ("r3",)], [("r1",), ("r3",)]),
        ],
        ids=[
            "plain",
            "sub-select",
            "count",
            "not-exists",
            "nested-filter",
            "optional",
            "own",
            "minus",
        ],
    )
    def test_shape(
        self,
        body: str,
        columns: str,
        for_a: list[tuple[str, ...]],
        for_c: list[tuple[str, ...]],
        for_b_and_c: list[tuple[str, ...]],
        backend: Backend,
    ) -> None:
        spec = spec_of(body, columns=columns)
        assert answer(spec, {}, backend) == for_a
        assert answer(spec, {"drug": "A"}, backend) == for_a
        assert answer(spec, {"drug": ["C"]}, backend) == for_c
        assert answer(spec, {"drug": ("B", "C")}, backend) == for_b_and_c

    @pytest.mark.parametrize(
        ("body", "without", "for_a"),
        [
            (PLAIN, 5, 2),
            (COUNT.replace("(COUNT(DISTINCT ?r) AS ?x)", "?x").replace("?r ", "?x "), 5, 2),
            (f"SELECT ?x {{ {A} ?x a rk:Regimen FILTER EXISTS {{ ?x rk:hasDrug ?drug }} }} "
             "ORDER BY ?x", 3, 2),
            (f"SELECT ?x {{ {{ SELECT DISTINCT ?x {{ {A} ?x rk:hasDrug ?drug }} }} }} "
             "ORDER BY ?x", 3, 2),
            (f"SELECT ?x {{ {A} ?x a rk:Regimen "
             "FILTER(!BOUND(?drug) || NOT EXISTS { ?x rk:hasDrug ?drug }) } ORDER BY ?x", 3, 1),
        ],
        ids=["plain", "projected", "exists", "sub-select", "guarded-not-exists"],
    )  # fmt: skip
    def test_an_absent_optional_parameter_restricts_nothing(
        self, body: str, without: int, for_a: int, backend: Backend
    ) -> None:
        spec = spec_of(body.replace(A, UNDEF), OPTIONAL_DRUG)
        assert len(answer(spec, {}, backend)) == without
        assert len(answer(spec, {"drug": None}, backend)) == without
        assert len(answer(spec, {"drug": "A"}, backend)) == for_a

    @pytest.mark.parametrize(
        "condition", ["!BOUND(?min) || ?p >= ?min", "?p >= COALESCE(?min, ?p)"]
    )
    def test_an_optional_threshold_is_guarded_in_its_filter(
        self, condition: str, backend: Backend
    ) -> None:
        body = f"SELECT ?x {{ VALUES ?min {{ UNDEF }} ?x rk:percent ?p FILTER({condition}) }}"
        spec = spec_of(body + " ORDER BY ?x", MIN)
        assert answer(spec, {}, backend) == [("r1",), ("r2",)]
        assert answer(spec, {"min": "50"}, backend) == [("r2",)]
        assert answer(spec, {"min": 50.5}, backend) == [("r2",)]
        assert answer(spec, {"min": 51}, backend) == []

    def test_several_parameters_and_blocks(self, backend: Backend) -> None:
        spec = spec_of(
            f"SELECT ?x {{ {UNDEF} VALUES ?min {{ UNDEF }} {{ {UNDEF} ?x rk:hasDrug ?drug }}"
            " ?x rk:percent ?p FILTER(!BOUND(?min) || ?p >= ?min) } ORDER BY ?x",
            f"{OPTIONAL_DRUG}, {MIN}",
        )
        assert answer(spec, {"drug": "B", "min": "20"}, backend) == [("r2",)]


class TestBind:
    """Which values stand in the text."""

    def test_the_text_without_values_is_the_file(self) -> None:
        spec = spec_of(PLAIN)
        assert bind(spec, {}, oxigraph_backend(GRAPH), note=lambda _: None) == spec.text

    def test_a_missing_required_value_is_noted(self, capsys: pytest.CaptureFixture[str]) -> None:
        bind(spec_of(PLAIN), {}, oxigraph_backend(GRAPH))
        assert capsys.readouterr().err == NOTE
        bind(spec_of(PLAIN, DRUG.replace(", required: true", "")), {}, oxigraph_backend(GRAPH))
        assert capsys.readouterr().err == ""

    def test_a_default_of_the_header_is_looked_up_as_if_given(self, backend: Backend) -> None:
        spec = spec_of(PLAIN, DRUG.replace("required: true", "default: [B, C]"))
        assert answer(spec, {}, backend) == [("r1",), ("r2",), ("r2",)]
        assert answer(spec, {"drug": "C"}, backend) == [("r2",)]

    def test_an_unknown_parameter(self) -> None:
        with pytest.raises(ParameterError, match="x has no parameter called 'durg'") as caught:
            bind(spec_of(PLAIN), {"durg": "A"}, oxigraph_backend(GRAPH))
        assert caught.value.hint == "did you mean --drug?"

    @pytest.mark.parametrize(
        "value",
        [
            "a> } UNION { ?x ?p ?o",
            "rkd:drug/a } UNION { ?x ?p ?o",
            "<https://w3id.org/regimenkg/drug/a> } { ?x ?p ?o }",
            'A"@en } UNION { ?thing ?p ?o } #',
            "UNDEF",
            "?x",
        ],
    )
    def test_sparql_in_a_value_is_no_sparql(self, value: str, backend: Backend) -> None:
        with pytest.raises(ParameterError, match="expected a drug by its name"):
            bind(spec_of(PLAIN), {"drug": value}, backend)

    @settings(max_examples=50)
    @given(st.text())
    def test_a_string_is_that_string_and_nothing_else(self, value: str) -> None:
        spec = spec_of(
            "SELECT ?x ?note { VALUES ?note { 'x' } BIND(?note AS ?x) } ORDER BY ?x ?note",
            "note: {type: string}",
            "x: x, note: n",
        )
        found = oxigraph_backend("").query(bind(spec, {"note": value}, oxigraph_backend("")))
        assert isinstance(found, Solutions)
        assert list(found) == [(ox.Literal(value), ox.Literal(value))]


class TestRun:
    """Canned queries by name, and limits."""

    @pytest.fixture(autouse=True)
    def queries(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """A catalog with three forms of query."""
        (tmp_path / "rows.rq").write_text(spec_of(PLAIN).text, encoding="utf-8")
        (tmp_path / "any.rq").write_text("#+ summary: X\nASK { ?s ?p ?o }", encoding="utf-8")
        (tmp_path / "all.rq").write_text(
            "#+ summary: X\nCONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }", encoding="utf-8"
        )
        specs = catalog_module.read_catalog(tmp_path, None, "")
        monkeypatch.setattr(catalog_module, "catalog", lambda: specs)

    def test_by_name(self) -> None:
        spec, found = run("rows", {"drug": ["A"]}, oxigraph_backend(GRAPH))
        assert spec.name == "rows"
        assert isinstance(found, Solutions)
        assert found.variables == ("x",)
        assert len(list(found)) == 2
        with pytest.raises(QueryNotFoundError, match="no query called 'row'"):
            run("row", {}, oxigraph_backend(GRAPH))

    @pytest.mark.parametrize(("limit", "count"), [(0, 0), (1, 1), (2, 2), (9, 2), (None, 2)])
    def test_limit_of_rows(self, limit: int | None, count: int) -> None:
        _, found = run("rows", {"drug": "A"}, oxigraph_backend(GRAPH), limit)
        assert isinstance(found, Solutions)
        assert len(list(found)) == count

    def test_limit_of_triples_and_of_a_truth_value(self) -> None:
        _, found = run("all", {}, oxigraph_backend(GRAPH), 3)
        assert isinstance(found, Triples)
        assert len(list(found)) == 3
        assert run("any", {}, oxigraph_backend(GRAPH), 0)[1] is True

    def test_a_negative_limit(self) -> None:
        with pytest.raises(UsageError, match="a limit of -1 rows"):
            run("rows", {}, oxigraph_backend(GRAPH), -1)


class TestRunText:
    """Ad-hoc queries."""

    def test_standard_prefixes_need_no_declaration(self) -> None:
        found = run_text("SELECT ?d { ?d a rk:Drug } ORDER BY ?d", oxigraph_backend(GRAPH))
        assert isinstance(found, Solutions)
        assert len(list(found)) == 3

    def test_an_own_declaration_rules(self) -> None:
        text = "PREFIX rk: <urn:other#> ASK { ?d a rk:Drug }"
        assert run_text(text, oxigraph_backend(GRAPH)) is False

    def test_a_byte_order_mark_is_no_syntax(self) -> None:
        assert run_text("\ufeffASK { ?d a rk:Drug }", oxigraph_backend(GRAPH)) is True

    def test_a_limit_leaves_the_limit_of_the_query(self) -> None:
        text = "SELECT ?d { ?d a rk:Drug } LIMIT 2"
        for limit, count in ((1, 1), (9, 2)):
            found = run_text(text, oxigraph_backend(GRAPH), limit)
            assert isinstance(found, Solutions)
            assert len(list(found)) == count

    @pytest.mark.parametrize(
        ("text", "line", "column"),
        [
            ("SELECT ?d { ?d a rk:Drug } }", 1, 28),
            ("SELECT ?d { ?d a rk:Drug }\n}", 2, 1),
            ("# rk:x\nSELECT ?d { ?d a rk:Drug ; ; skos: } )", 2, 38),
        ],
    )
    def test_errors_are_told_in_the_text_as_given(self, text: str, line: int, column: int) -> None:
        with pytest.raises(QuerySyntaxError) as caught:
            run_text(text, oxigraph_backend(GRAPH))
        assert (caught.value.line, caught.value.column) == (line, column)
        assert f"line {line}, column {column}" in caught.value.message
        assert caught.value.exit_code == 3

    def test_a_prefix_that_is_nearly_a_standard_one(self) -> None:
        with pytest.raises(QuerySyntaxError) as caught:
            run_text("SELECT ?d { ?d a rk:Drug ; skoss:prefLabel ?l }", oxigraph_backend(GRAPH))
        assert (caught.value.line, caught.value.column) == (1, 28)
        assert caught.value.hint == "skoss: is no standard prefix; did you mean skos:?"
