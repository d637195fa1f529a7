"""The embedded store: answers, errors with their place, and opening with nothing but defaults."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from packaged_stores import DOCUMENTS, documents_edition, lines_of, own_store_directory
from pyoxigraph import Literal, NamedNode, Quad, Store

from regimenkg.errors import DataError, EndpointError, QuerySyntaxError, UsageError
from regimenkg.packaged import default_directory, open_store
from regimenkg.resources import fingerprint
from regimenkg.sparql.answers import Solutions, Triples
from regimenkg.sparql.backend import select
from regimenkg.store import meta as store_meta
from regimenkg.store.embedded import EmbeddedStore

EX = "http://example.org/"


@pytest.fixture
def backend() -> EmbeddedStore:
    store = Store()
    a, p, g = (NamedNode(EX + name) for name in "apg")
    store.extend([Quad(a, p, Literal(1)), Quad(a, p, Literal(1), g)])
    return EmbeddedStore(store)


def test_a_select_gives_columns_and_rows_with_none_for_unbound(backend: EmbeddedStore) -> None:
    answer = backend.query("SELECT ?s ?o ?none { ?s ?p ?o }")
    assert isinstance(answer, Solutions)
    assert answer.variables == ("s", "o", "none")
    assert list(answer) == [(NamedNode(EX + "a"), Literal(1), None)]


def test_an_ask_gives_a_bool(backend: EmbeddedStore) -> None:
    assert backend.query("ASK { ?s ?p 1 }") is True
    assert backend.query("ASK { ?s ?p 2 }") is False


@pytest.mark.parametrize("form", ["CONSTRUCT WHERE { ?s ?p ?o }", f"DESCRIBE <{EX}a>"])
def test_construct_and_describe_give_triples(backend: EmbeddedStore, form: str) -> None:
    answer = backend.query(form)
    assert isinstance(answer, Triples)
    assert [triple.object for triple in answer] == [Literal(1)]


def test_rows_are_what_a_select_returns(backend: EmbeddedStore) -> None:
    assert select(backend, "SELECT ?o { ?s ?p ?o }") == [(Literal(1),)]
    with pytest.raises(UsageError, match="does not return rows"):
        select(backend, "ASK {}")


@pytest.mark.parametrize(
    ("text", "line", "column", "said"),
    [
        ("", 1, 1, "it has no keyword"),
        ("PREFIX a: <b:c>", 1, 16, "it has no keyword"),
        ("\n SELEKT * {}", 2, 2, "it begins with SELEKT"),
        ("DELETE WHERE { ?s ?p ?o }", 1, 1, "it begins with DELETE"),
        ("SELECT * { ?s rdf:type ?o }", 1, 15, "prefix rdf: is not declared"),
        ("# é }\nSELECT * { ?s\n  zzz:x ?o }", 3, 3, "prefix zzz: is not declared"),
        ("SELECT * {\n ?s ?p ?o", 1, 10, "'{' is never closed"),
        ("SELECT * { ?s ?p ?o } }", 1, 23, "'}' closes nothing that is open"),
        ("SELECT * { FILTER(?s }", 1, 22, "'}' while the '(' of line 1, column 18 is still open"),
        ("SELECT * { ?s ?p 'x }", 1, 18, "a string opened by ' is never closed"),
        ("SELECT ?s (COUNT(?o) AS ?n) { ?s ?p ?o }", 1, 41, "neither bound nor grouped"),
        ("SELECT (1 AS ?s) { ?s ?p ?o }", 1, 30, "a name that a variable has already"),
        ("SELECT * { ?s <b> ?o }", 1, 15, "the IRI <b> is relative"),
        ("SELECT * { ?s ?p ?o } LIMIT x", 1, 29, "there is no word x"),
        ("SELECT *\n{ ?s ?p }", 2, 10, "'SELECT * { ?s ?p }'"),
    ],
)
def test_a_text_that_is_not_sparql_is_an_error_with_its_place(
    backend: EmbeddedStore, text: str, line: int, column: int, said: str
) -> None:
    with pytest.raises(QuerySyntaxError) as caught:
        backend.query(text)
    error = caught.value
    assert (error.line, error.column) == (line, column), error
    assert f"line {line}, column {column}" in error.message
    assert said in error.message
    assert "\\u{" not in error.message
    assert "\n" not in error.message
    assert error.hint


def test_hints_say_what_to_write(backend: EmbeddedStore) -> None:
    def hint(text: str) -> str:
        with pytest.raises(QuerySyntaxError) as caught:
            backend.query(text)
        return str(caught.value.hint)

    assert hint("SELECT * { ?s rdf:type ?o }") == (
        "begin with PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>"
    )
    assert "'regimenkg load'" in hint("INSERT DATA { <a:b> <a:b> <a:b> }")
    assert "begins with SELECT" in hint("hello")


def test_what_the_engine_cannot_evaluate_is_a_data_error(backend: EmbeddedStore) -> None:
    with pytest.raises(DataError, match="cannot be evaluated"):
        list(select(backend, f"SELECT * {{ ?s ?p ?o FILTER(<{EX}f>(?s)) }}"))


def test_a_service_that_does_not_answer_is_an_endpoint_error(backend: EmbeddedStore) -> None:
    query = "SELECT * { SERVICE <http://127.0.0.1:9/sparql> { ?s ?p ?o } }"
    with pytest.raises(EndpointError, match="SERVICE"):
        select(backend, query)


def test_the_directory_is_the_one_named_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.delenv("REGIMENKG_STORE", raising=False)
    if sys.platform != "win32":
        assert default_directory() == tmp_path / "regimenkg" / "store"
    monkeypatch.setenv("REGIMENKG_STORE", str(tmp_path / "mine"))
    assert default_directory() == tmp_path / "mine"
    monkeypatch.setenv("REGIMENKG_STORE", "~/mine")
    assert default_directory() == Path.home() / "mine"


@pytest.fixture(scope="module")
def built() -> Path:
    """A store directory with the packaged graph in it: the tests' own."""
    path = own_store_directory()
    open_store(path)
    return path


def test_memory_and_disk_hold_the_same() -> None:
    memory, disk = open_store(memory=True, contents=DOCUMENTS), documents_edition()
    assert memory.location == "memory"
    assert memory.meta is None
    assert disk.location != "memory"
    assert lines_of(memory.store) == lines_of(disk.store)


def test_a_store_says_what_it_was_made_from(built: Path) -> None:
    meta = open_store(built).meta
    assert meta is not None
    assert meta["fingerprint"] == fingerprint()
    assert meta["format"] == store_meta.FORMAT
    assert all(info["triples"] for info in meta["graphs"].values())


def test_an_opened_store_cannot_be_written(built: Path) -> None:
    node = NamedNode(EX)
    with pytest.raises(RuntimeError):
        open_store(built).store.add(Quad(node, node, node))


def test_opening_imports_nothing_heavy(built: Path) -> None:
    code = """
import sys
from pathlib import Path
from regimenkg.store import meta as store_meta
from regimenkg.packaged import open_store
assert open_store(Path(sys.argv[1])).query("ASK { ?s ?p ?o }") is True
print(*sorted(sys.modules))
"""
    run = subprocess.run(
        [sys.executable, "-c", code, str(built)], capture_output=True, text=True, check=True
    )
    modules = set(run.stdout.split())
    heavy = {"rdflib", "yaml", "SPARQLWrapper", "owlready2", "platformdirs", "tempfile"}
    heavy |= {
        "regimenkg.store.graphs",
        "regimenkg.store.skolem",
        "regimenkg.loaders.curated",
        "logging",
    }
    assert modules & heavy == set()
