"""What is loaded conforms to the shapes, and what validation says of what does not."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pytest
from cli_runner import run
from oxigraph_server import serving
from packaged_stores import DOCUMENTS, documents_edition

from regimenkg.checks.data import default_graph
from regimenkg.checks.shapes import Finding, validate
from regimenkg.loaders import curated, vocabularies
from regimenkg.packaged import curated_files
from regimenkg.records.export import graph_triples
from regimenkg.resources import directory
from regimenkg.store.embedded import EmbeddedStore
from regimenkg.terms.namespaces import PREFIXES, RK, RKD

SHAPE = RKD + "shapes#"


def curated_data(_: EmbeddedStore) -> Iterator[ox.Triple]:
    return curated.load(curated_files())


def mappings(store: EmbeddedStore) -> Iterator[ox.Triple]:
    for source in DOCUMENTS.sources():
        if source.loader == "sssom":
            yield from source.triples(store.store)


def external_vocabularies(_: EmbeddedStore) -> Iterator[ox.Triple]:
    return vocabularies.load(directory("ontology") / "vocabularies.json")


def derived(store: EmbeddedStore) -> Iterator[ox.Triple]:
    return graph_triples(store, RKD + "graph/derived")


# Every loader's output, by name: add yours, whole or a fixed slice of it.
LOADED: dict[str, Callable[[EmbeddedStore], Iterator[ox.Triple]]] = {
    "curated": curated_data,
    "mappings": mappings,
    "vocabularies": external_vocabularies,
    "derived": derived,
}


def in_documents() -> list[str]:
    """The option for the documents' edition: what is checked there is checked in any store."""
    return ["--store", documents_edition().location]


@cache
def store_triples() -> frozenset[ox.Triple]:
    return frozenset(default_graph(documents_edition().store))


@cache
def findings_in_store() -> frozenset[Finding]:
    return frozenset(validate(store_triples()).findings)


@pytest.mark.parametrize("loader", LOADED)
def test_what_a_loader_gives_conforms(loader: str) -> None:
    triples = list(LOADED[loader](documents_edition()))
    about = {str(t.subject.value) for t in triples if isinstance(t.subject, ox.NamedNode)}
    assert about
    if store_triples().issuperset(triples):
        assert {f for f in findings_in_store() if f.thing[1:-1] in about} == set()
    else:
        assert validate([*store_triples(), *triples], about=about).findings == ()


def test_the_store_conforms() -> None:
    assert findings_in_store() == frozenset()


def broken(tmp_path: Path) -> Path:
    """An outcome of the graph with a value outside its interval, read where the true one was."""
    store = documents_edition()
    node = ox.NamedNode(RKD + "outcome/NCT00955916-overall-survival")
    value = ox.NamedNode(RK + "value")
    triples = [
        ox.Triple(
            t.subject,
            t.predicate,
            ox.Literal("31.1", datatype=ox.NamedNode(PREFIXES["xsd"] + "decimal"))
            if t.predicate == value
            else t.object,
        )
        for t in default_graph(store.store)
        if t.subject == node
    ]
    path = tmp_path / "outcome.nt"
    ox.serialize(triples, path, ox.RdfFormat.N_TRIPLES)
    return path


def test_a_finding_says_thing_property_value_expectation_and_place(tmp_path: Path) -> None:
    result = run(["validate", str(broken(tmp_path)), "-O", "json", *in_documents()])
    assert result.code == 1
    rows = json.loads(result.stdout)["results"]["bindings"]
    [row] = [one for one in rows if one["shape"]["value"] == SHAPE + "ci-contains-value-query"]
    assert row["thing"]["value"] == RKD + "outcome/NCT00955916-overall-survival"
    assert row["property"]["value"] == RK + "value"
    assert row["value"]["value"] == "31.1"
    assert "within its confidence limits" in row["expected"]["value"]
    assert row["document"]["value"] == RKD + "source/clag-imatinib-article"
    assert int(row["start"]["value"]) < int(row["end"]["value"])
    assert "violation" in result.stderr


def test_the_report_is_the_same_from_run_to_run_and_shacl_as_turtle(tmp_path: Path) -> None:
    path, report = broken(tmp_path), tmp_path / "report.ttl"
    first, second = (run(["validate", str(path), "-O", "csv", *in_documents()]) for _ in range(2))
    assert first.stdout == second.stdout != ""
    assert run(["validate", str(path), "-o", str(report), *in_documents()]).code == 1
    store = ox.Store()
    store.load(path=str(report))
    sh = PREFIXES["sh"]
    assert store.query(f"ASK {{ ?r <{sh}conforms> false ; <{sh}result>/<{sh}focusNode> ?thing }}")


def test_a_warning_is_no_violation(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("source/my-protocol: {prefLabel: my protocol}\n", encoding="utf-8")
    result = run(["validate", str(path), "-O", "csv", *in_documents()])
    assert (result.code, result.stdout.count("Warning"), result.stdout.count("Violation")) == (
        0,
        1,
        0,
    )
    assert "SHA-256" in result.stdout


def test_a_blank_node_is_found_though_loading_would_name_it(tmp_path: Path) -> None:
    path = tmp_path / "blank.ttl"
    path.write_text(f'[] a <{RK}Drug> ; <{PREFIXES["skos"]}prefLabel> "x"@en .', encoding="utf-8")
    result = run(["validate", str(path), "--alone", "-O", "csv"])
    assert result.code == 1
    assert "no blank node" in result.stdout


@pytest.mark.parametrize(
    ("name", "text", "code", "message"),
    [
        ("a.xlsx", "name,dose", 3, "a.xlsx: byte 9: not TriG"),
        ("a.rdf", '<!DOCTYPE r [<!ENTITY a "b">]><r/>', 3, "declares an entity"),
        ("a.ttl", "<urn:x:a> <urn:x:p> " + "[ <urn:x:p> " * 5000, 3, "nested more than"),
        ("a.ttl", "<a> <b> .", 3, "a.ttl"),
        ("a.yaml", "drug/x: {prefLabel: x, altLabels: y}", 3, "a.yaml"),
    ],
)
def test_a_file_that_cannot_be_read_is_an_error_not_a_finding(
    tmp_path: Path, name: str, text: str, code: int, message: str
) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    result = run(["validate", str(tmp_path / name)])
    assert (result.code, result.stdout) == (code, "")
    assert message in result.stderr and "hint:" in result.stderr


def test_without_pyshacl_the_error_says_what_to_install(tmp_path: Path) -> None:
    (tmp_path / "pyshacl.py").write_text("raise ImportError(name='pyshacl')", encoding="utf-8")
    (tmp_path / "a.ttl").write_text(f"<{RKD}x/y> a <{RK}Regimen> .", encoding="utf-8")
    words = ["validate", str(tmp_path / "a.ttl"), "--alone"]
    result = run(words, PYTHONPATH=str(tmp_path))
    assert result.code == 2
    assert "pip install '.[validate]'" in result.stderr


def test_an_endpoint_is_validated_like_the_store(tmp_path: Path) -> None:
    store = ox.Store(tmp_path / "db")
    some = [
        t
        for t in default_graph(documents_edition().store)
        if t.subject != ox.NamedNode(RKD + "drug/cladribine")
    ]
    store.bulk_extend(ox.Quad(t.subject, t.predicate, t.object) for t in some)
    store.flush()
    del store
    with serving(tmp_path / "db") as address:
        result = run(["validate", "--endpoint", address, "-O", "csv"], no_proxy="*")
    assert result.code == 1, result.stderr
    assert RKD + "drug/cladribine" in result.stdout
    assert "rk:drug must name a drug" in result.stdout


def test_an_endpoint_that_gives_less_than_it_counts_is_an_error() -> None:
    from regimenkg.checks.inputs import of_endpoint
    from regimenkg.errors import EndpointError
    from regimenkg.sparql.answers import Answer, Solutions

    class Cut(EmbeddedStore):
        """A store that gives three rows at the most."""

        def query(self, text: str) -> Answer:
            answer = super().query(text)
            if isinstance(answer, Solutions) and "COUNT" not in text:
                return Solutions(answer.variables, list(answer)[:3] if "OFFSET 0" in text else [])
            return answer

    store = documents_edition()
    with pytest.raises(EndpointError, match="its answer is cut"):
        list(of_endpoint(Cut(store.store)))


def test_one_graph_of_the_store_is_validated_beside_the_rest() -> None:
    result = run(["validate", "--graph", "mappings-drugs", "-O", "csv", *in_documents()])
    assert (result.code, "no violations" in result.stderr) == (0, True)
    result = run(["validate", "--graph", "nothing"])
    assert result.code == 2
    assert "there is no graph" in result.stderr and "regimenkg info" in result.stderr
    result = run(["validate", "--graph", "curated", "a.ttl"])
    assert result.code == 2


@pytest.mark.parametrize(
    ("turtle", "said"),
    [
        ("", "none is in the vocabulary's terms"),
        ("<http://a/b> <http://a/c> 1 .", "none is in the vocabulary's terms"),
        (f"<{RKD}x/y> a <{RK}ToxicityReports> .", "did you mean"),
        (f"<{RKD}x/y> a <{RK.replace('https', 'http')}Regimen> .", "none is in"),
    ],
)
def test_a_file_that_no_shape_would_look_at_is_an_error(
    tmp_path: Path, turtle: str, said: str
) -> None:
    (tmp_path / "a.ttl").write_text(turtle)
    result = run(["validate", str(tmp_path / "a.ttl")])
    assert result.code == 3
    assert said in result.stderr
