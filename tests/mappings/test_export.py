"""Mappings exported: the table reads back to the same statements, and the RDF is SSSOM's."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest
from cli_runner import run

from regimenkg.api import sparql
from regimenkg.loaders import sssom
from regimenkg.loaders.sssom import MappingSet
from regimenkg.resources import directory
from regimenkg.terms.namespaces import PREFIXES


def packaged_rows() -> int:
    paths = (directory("ontology") / "mappings").glob("*.sssom.tsv")
    return sum(1 for path in paths for _ in MappingSet(path).mappings())


def test_the_table_reads_back_to_the_same_matches(tmp_path: Path) -> None:
    path = tmp_path / "all.sssom.tsv"
    result = run(["export", "--mappings", "sssom", "-o", str(path)])
    assert result.code == 0, result.stderr
    assert f"{packaged_rows()} mappings" in result.stderr
    back = {
        (str(t.subject)[1:-1], t.predicate.value, str(t.object)[1:-1])
        for t in sssom.load(path)
        if t.predicate.value.startswith(PREFIXES["skos"]) and t.predicate.value.endswith("Match")
    }
    query = """SELECT ?s ?p ?o { ?m owl:annotatedSource ?s ; owl:annotatedProperty ?p ;
      owl:annotatedTarget ?o . ?s ?p ?o }"""
    assert back == {tuple(map(str, row)) for row in sparql(query)}


def test_nothing_of_a_row_is_lost_on_the_way(tmp_path: Path) -> None:
    path = tmp_path / "all.sssom.tsv"
    run(["export", "--mappings", "sssom", "-o", str(path)])
    exported = {
        (m.subject.value, m.predicate.value, m.object.value): m.cells
        for m in MappingSet(path).mappings()
    }
    for source in (directory("ontology") / "mappings").glob("*.sssom.tsv"):
        found = MappingSet(source)
        for mapping in found.mappings():
            key = (mapping.subject.value, mapping.predicate.value, mapping.object.value)
            cells = exported[key]
            for name, cell in mapping.cells.items():
                assert cells[name] == cell, (source.name, mapping.line, name)
            assert cells["license"] == found.header.text("license")


def test_the_rdf_has_every_match_with_its_node_and_its_code() -> None:
    result = run(["export", "--mappings", "turtle"])
    store = ox.Store()
    store.bulk_load(result.stdout.encode(), ox.RdfFormat.TURTLE)
    complete = """SELECT (COUNT(DISTINCT ?row) AS ?rows) {
      ?row a owl:Axiom ; owl:annotatedSource ?source ; owl:annotatedProperty ?match ;
        owl:annotatedTarget ?code . ?source ?match ?code . ?code skos:notation ?notation }"""
    every = "SELECT (COUNT(*) AS ?rows) { ?row a owl:Axiom }"
    for query in (complete, every):
        [(number,)] = store.query(query, prefixes=PREFIXES)  # type: ignore[misc]
        assert int(number.value) == packaged_rows()


def test_pages_quotes_and_prefixes_of_own_sets_survive(tmp_path: Path, private_store: Path) -> None:
    for name, pages in (("one", "https://a.org/1|https://a.org/2"), ("two", "")):
        path = tmp_path / f"{name}.sssom.tsv"
        path.write_text(
            f"# mapping_set_id: https://example.org/{name}\n# curie_map:\n"
            f'#   local: "https://{name}.example.org/"\n'
            "subject_id\tpredicate_id\tobject_id\tmapping_justification\tsee_also\tcomment\n"
            "rkd:drug/cytarabine\tskos:exactMatch\tlocal:7\tsemapv:ManualMappingCuration\t"
            f'{pages}\t"""as printed"", they say"\n',
            encoding="utf-8",
        )
        assert run(["load", "sssom", str(path), "--store", str(private_store)]).code == 0
    out = tmp_path / "all.sssom.tsv"
    assert (
        run(["export", "--mappings", "sssom", "-o", str(out), "--store", str(private_store)]).code
        == 0
    )
    found = [m for m in MappingSet(out).mappings() if "example.org" in m.object.value]
    assert {m.object.value for m in found} == {
        "https://one.example.org/7",
        "https://two.example.org/7",
    }
    assert {m.cells["comment"] for m in found} == {'"as printed", they say'}
    assert sorted(len(m.see_also) for m in found) == [0, 2]


def test_what_is_said_not_to_match_is_no_match(tmp_path: Path, private_store: Path) -> None:
    path = tmp_path / "negated.sssom.tsv"
    path.write_text(
        "subject_id\tpredicate_modifier\tpredicate_id\tobject_id\tmapping_justification\n"
        "rkd:drug/cytarabine\tNot\tskos:exactMatch\trxnorm:999\tsemapv:ManualMappingCuration\n",
        encoding="utf-8",
    )
    store = ["--store", str(private_store)]
    assert run(["load", "sssom", str(path), *store]).code == 0
    for query in ("code-matches", "mapping-provenance"):
        result = run(["query", query, "--thing", "cytarabine", "-O", "csv", *store])
        assert "999" not in result.stdout and "3041" in result.stdout
    assert run(["query", "regimens-by-drug", "--drug", "RXNORM:999", *store]).code == 2


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--mappings", "sssom", "-O", "turtle"], "tab-separated"),
        (["--mappings", "sssom", "--flat"], "exclude each other"),
        (["--mappings", "owl"], "owl"),
    ],
)
def test_what_does_not_go_together_is_refused(words: list[str], said: str) -> None:
    result = run(["export", *words])
    assert result.code == 2
    assert said in result.stderr
