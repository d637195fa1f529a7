"""Client libraries, as they are used, read every form of query in each of their formats.

What they read is compared with the store's own answer. The table of the reference documentation,
docs/reference/clients.md, is what this run measured: where the two differ, the test says what the
page should hold (``REGIMENKG_WRITE_DOCS=1`` writes it).
"""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import subprocess
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Protocol

import httpx
import pandas
import pyoxigraph as ox
import pytest
import rdflib
from packaged_stores import documents_edition
from places import ROOT
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from SPARQLWrapper import SPARQLWrapper
from SPARQLWrapper.Wrapper import _allowedFormats

from regimenkg.catalog.cache import catalog
from regimenkg.terms.namespaces import PREFIXES

PAGE = ROOT / "docs" / "reference" / "clients.md"
CLAG = ox.NamedNode(PREFIXES["rkd"] + "regimen/clag")
QUERIES = {
    "SELECT": f"SELECT ?r ?l {{ ?r a <{PREFIXES['rk']}Regimen>"
    f" ; <{PREFIXES['skos']}prefLabel> ?l }}",
    "ASK": f"ASK {{ ?r a <{PREFIXES['rk']}Regimen> }}",
    "CONSTRUCT": f"CONSTRUCT WHERE {{ ?r a <{PREFIXES['rk']}Regimen> ; ?p ?o }}",
    "DESCRIBE": f"DESCRIBE {CLAG}",
}
TRIPLES = ("CONSTRUCT", "DESCRIBE")
STORE_FORMATS = ("xml", "json", "csv", "tsv")
STORE_USES = (*QUERIES, "triples()", "len()")
NODE_TYPES = ("text/turtle", "application/n-triples", "application/ld+json")
PACKAGES = ("n3@2", "jsonld@9")


class Running(Protocol):
    root: str
    client: httpx.Client

    @property
    def sparql(self) -> str: ...


@pytest.fixture(scope="module")
def server(small_server: Running) -> Running:
    """The documents' edition: what is tried here is the formats."""
    return small_server


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "*")


@pytest.fixture(scope="module")
def rows() -> set[tuple[str, str]]:
    """What the SELECT answers: IRI and label."""
    found = documents_edition().store.query(QUERIES["SELECT"])
    return {(row[0].value, row[1].value) for row in found}  # type: ignore[union-attr]


@pytest.fixture(scope="module")
def triples() -> dict[str, set[str]]:
    """What the CONSTRUCT and the DESCRIBE answer, as lines of N-Triples."""
    store = documents_edition().store
    return {form: {f"{triple} ." for triple in store.query(QUERIES[form])} for form in TRIPLES}  # type: ignore[union-attr]


def lines(graph: rdflib.Graph) -> set[str]:
    """The triples of a graph of rdflib's as the engine writes them."""
    text = graph.serialize(format="nt")
    return {f"{quad.triple} ." for quad in ox.parse(text, format=ox.RdfFormat.N_TRIPLES)}


def nquads(text: str) -> set[str]:
    return {f"{quad.triple} ." for quad in ox.parse(text, format=ox.RdfFormat.N_QUADS)}


def tables(text: str, delimiter: str) -> set[tuple[str, ...]]:
    """The rows of CSV or TSV, terms as their lexical forms."""
    found = list(csv.reader(io.StringIO(text), delimiter=delimiter, quoting=csv.QUOTE_MINIMAL))[1:]
    return {tuple(cell.partition("@")[0].strip('<>"') for cell in row) for row in found}


# SPARQLWrapper


def wrapped(server: Running, form: str, format_: str | None, method: str) -> tuple[str, Any]:
    """The media type of an answer, and what SPARQLWrapper makes of it."""
    wrapper = SPARQLWrapper(server.sparql)
    wrapper.setMethod(method)
    wrapper.setQuery(QUERIES[form])
    if format_ is not None:
        wrapper.setReturnFormat(format_)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns of formats that do not go with a form
        answer = wrapper.query()
        return answer.info()["content-type"].partition(";")[0], answer.convert()


def read(media_type: str, content: Any) -> Any:
    """Rows, a truth value, or lines of N-Triples, whatever they came in."""
    if isinstance(content, rdflib.Graph):
        return lines(content)
    if isinstance(content, dict):
        if "boolean" in content:
            return content["boolean"]
        bindings = content["results"]["bindings"]
        return {(row["r"]["value"], row["l"]["value"]) for row in bindings}
    if media_type == "application/sparql-results+xml":
        boolean = content.getElementsByTagName("boolean")
        if boolean:
            return boolean[0].firstChild.data == "true"
        texts = [
            node.firstChild.data
            for tag in ("uri", "literal")
            for node in content.getElementsByTagName(tag)
        ]
        return set(zip(texts[: len(texts) // 2], texts[len(texts) // 2 :], strict=True))
    text = content.decode()
    if media_type == "text/turtle":
        return {f"{quad.triple} ." for quad in ox.parse(text, format=ox.RdfFormat.TURTLE)}
    if text.strip() in ("true", "false"):
        return text.strip() == "true"
    return tables(text, "," if media_type == "text/csv" else "\t")


@pytest.mark.parametrize("format_", [None, *_allowedFormats])
@pytest.mark.parametrize("form", QUERIES)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_sparqlwrapper_reads_every_form_in_each_of_its_formats(
    server: Running,
    rows: set[tuple[str, str]],
    triples: dict[str, set[str]],
    form: str,
    format_: str | None,
    method: str,
) -> None:
    expected: Any = True if form == "ASK" else rows if form == "SELECT" else triples[form]
    assert read(*wrapped(server, form, format_, method)) == expected


def wrapper_table(server: Running) -> Iterator[list[str]]:
    yield ["`setReturnFormat`", *QUERIES]
    for format_ in (None, *_allowedFormats):
        cells = []
        for form in QUERIES:
            media_type, content = wrapped(server, form, format_, "GET")
            assert wrapped(server, form, format_, "POST")[0] == media_type
            kind = type(content).__name__.removeprefix("Conjunctive")
            cells.append(f"{media_type}: {kind}")
        yield [f"`{format_}`" if format_ else "its default", *cells]


# SPARQLStore of rdflib


def stored(server: Running, use: str, format_: str, method: str) -> Any:
    """What rdflib's SPARQLStore gives."""
    graph = rdflib.Graph(SPARQLStore(server.sparql, returnFormat=format_, method=method))
    clag = rdflib.URIRef(CLAG.value)
    if use == "triples()":
        return set(graph.triples((clag, None, None)))
    if use == "len()":
        return len(graph)
    found = graph.query(QUERIES[use])
    if use == "ASK":
        return found.askAnswer
    if use == "SELECT":
        return {(str(row[0]), str(row[1])) for row in found}  # type: ignore[index]
    assert found.graph is not None
    return lines(found.graph)


def store_answers(use: str, rows: Any, triples: Any) -> Any:
    """What SPARQLStore is to give."""
    store = documents_edition().store
    if use == "len()":
        return len(
            {quad.triple for quad in store.quads_for_pattern(None, None, None, ox.DefaultGraph())}
        )
    if use == "triples()":
        graph = rdflib.Graph().parse(data="\n".join(triples["DESCRIBE"]), format="nt")
        return set(graph.triples((rdflib.URIRef(CLAG.value), None, None)))
    return True if use == "ASK" else rows if use == "SELECT" else triples[use]


STORE_READS = [
    (format_, use)
    for format_ in STORE_FORMATS
    for use in STORE_USES
    if format_ == "xml"
    or use in ("SELECT", "len()")
    or (format_, use) in {("json", "ASK"), ("json", "triples()"), ("tsv", "triples()")}
]
"""What it can read: but for ``xml`` its formats are of rows, and CSV has no language tags."""


@pytest.mark.parametrize(("format_", "use"), STORE_READS)
@pytest.mark.parametrize("method", ["GET", "POST", "POST_FORM"])
def test_sparqlstore_reads_what_its_format_can_hold(
    server: Running,
    rows: set[tuple[str, str]],
    triples: dict[str, set[str]],
    format_: str,
    use: str,
    method: str,
) -> None:
    assert stored(server, use, format_, method) == store_answers(use, rows, triples)


def store_table(server: Running, rows: Any, triples: Any) -> Iterator[list[str]]:
    yield ["`returnFormat`", *STORE_USES]
    for format_ in STORE_FORMATS:
        cells = []
        for use in STORE_USES:
            try:
                same = stored(server, use, format_, "GET") == store_answers(use, rows, triples)
            except Exception:  # whatever its parsers raise
                same = False
            cells.append("yes" if same else "no")
        yield [f"`{format_}`", *cells]


# N3.js and jsonld.js


@pytest.fixture(scope="session")
def node_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the two packages, from the npm registry."""
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        pytest.skip("node and npm are not installed (Debian packages nodejs, npm)")
    folder = tmp_path_factory.mktemp("node")
    quiet = ("--no-audit", "--no-fund", "--ignore-scripts", "--no-package-lock")
    done = subprocess.run(
        [npm, "install", *quiet, *PACKAGES], cwd=folder, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        pytest.skip(f"npm cannot install {' and '.join(PACKAGES)}: {done.stderr[-300:]}")
    return folder


@pytest.fixture(scope="module")
def node_answers(server: Running, node_folder: Path) -> list[dict[str, Any]]:
    queries = {form: QUERIES[form] for form in TRIPLES}
    script = Path(__file__).with_name("clients.mjs")
    done = subprocess.run(
        ["node", str(script), server.sparql],
        cwd=node_folder,
        input=json.dumps(queries),
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    answers: list[dict[str, Any]] = json.loads(done.stdout)
    return answers


def test_n3_and_jsonld_of_javascript_read_the_triples(
    node_answers: list[dict[str, Any]], triples: dict[str, set[str]]
) -> None:
    assert len(node_answers) == len(TRIPLES) * len(NODE_TYPES) * 2
    for answer in node_answers:
        assert answer["status"] == 200
        assert nquads(answer["quads"]) == triples[answer["form"]], answer["type"]


def node_table(answers: list[dict[str, Any]], triples: dict[str, set[str]]) -> Iterator[list[str]]:
    yield ["Accept", "read by", *TRIPLES]
    for type_ in NODE_TYPES:
        cells = []
        for form in TRIPLES:
            found = [each for each in answers if (each["form"], each["type"]) == (form, type_)]
            same = {nquads(each["quads"]) == triples[form] for each in found}
            cells.append("yes" if same == {True} else "no")
        yield [type_, "jsonld.js" if "json" in type_ else "N3.js", *cells]


# pandas


PANDAS: dict[str, Callable[[str], pandas.DataFrame]] = {
    "csv": lambda address: pandas.read_csv(address),
    "tsv": lambda address: pandas.read_csv(address, sep="\t"),
    "json": lambda address: pandas.json_normalize(
        json.loads(httpx.get(address, trust_env=False).text), ["results", "bindings"]
    ),
}


def framed(address: str, format_: str) -> pandas.DataFrame:
    frame = PANDAS[format_](address)
    return frame.rename(columns=lambda name: name.removesuffix(".value").lstrip("?"))


@pytest.mark.parametrize("format_", PANDAS)
def test_pandas_reads_rows(server: Running, rows: set[tuple[str, str]], format_: str) -> None:
    address = server.sparql + "?" + str(httpx.QueryParams(query=QUERIES["SELECT"], format=format_))
    frame = framed(address, format_)
    found = {
        tuple(str(cell).partition("@")[0].strip('<>"') for cell in row)
        for row in frame[["r", "l"]].itertuples(index=False)
    }
    assert found == rows
    twin = framed(server.root + f"queries/toxicity-rates.{format_}", format_)
    if format_ != "tsv":  # its terms are written as SPARQL writes them
        assert pandas.to_numeric(twin["percent"]).count() > 0
    assert len(twin) == len(open_rows("toxicity-rates"))


def open_rows(name: str) -> list[Any]:
    return list(documents_edition().query(catalog()[name].text))  # type: ignore[arg-type]


def pandas_table(server: Running) -> Iterator[list[str]]:
    yield ["format", "read by", "SELECT", "`/queries/NAME`"]
    calls = {"csv": "`read_csv`", "tsv": "`read_csv(sep='\\t')`", "json": "`json_normalize`"}
    for format_ in PANDAS:
        address = (
            server.sparql + "?" + str(httpx.QueryParams(query=QUERIES["SELECT"], format=format_))
        )
        sizes = [len(framed(address, format_)) == len(open_store_rows())]
        twin = framed(server.root + f"queries/toxicity-rates.{format_}", format_)
        sizes.append(len(twin) == len(open_rows("toxicity-rates")))
        yield [format_, calls[format_], *("yes" if same else "no" for same in sizes)]


def open_store_rows() -> list[Any]:
    return list(documents_edition().query(QUERIES["SELECT"]))  # type: ignore[arg-type]


# The page


def rendered(table: Iterator[list[str]]) -> str:
    head, *body = table
    both = [head, ["---"] * len(head), *body]
    return "".join("| " + " | ".join(row) + " |\n" for row in both)


def section(title: str, table: str) -> None:
    """Compare a section of the page with what was measured."""
    text = PAGE.read_text(encoding="utf-8")
    before, heading, rest = text.partition(f"## {title}\n")
    assert heading, f"the page has no section {title}"
    body, next_, after = rest.partition("\n## ")
    start = body.index("\n| ") + 1
    end = body.rindex(" |\n") + 3
    if os.environ.get("REGIMENKG_WRITE_DOCS"):
        body = body[:start] + table + body[end:]
        PAGE.write_text(before + heading + body + next_ + after, encoding="utf-8")
    else:
        assert body[start:end] == table


def test_the_page_has_what_sparqlwrapper_did(server: Running) -> None:
    section("SPARQLWrapper", rendered(wrapper_table(server)))


def test_the_page_has_what_sparqlstore_did(
    server: Running, rows: set[tuple[str, str]], triples: dict[str, set[str]]
) -> None:
    section("SPARQLStore of rdflib", rendered(store_table(server, rows, triples)))


def test_the_page_has_what_javascript_did(
    node_answers: list[dict[str, Any]], triples: dict[str, set[str]]
) -> None:
    section("N3.js and jsonld.js", rendered(node_table(node_answers, triples)))


def test_the_page_has_what_pandas_did(server: Running) -> None:
    section("pandas", rendered(pandas_table(server)))
