"""What every loader of files makes of them conforms to the shapes, once the rules have run."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import pytest
from citation_files import EXAMPLES
from packaged_stores import copy_of_documents_edition, remove_graph, replace_graph
from places import LOADED
from pyoxigraph import NamedNode, Store, Triple

from regimenkg.checks.inputs import of_graph
from regimenkg.checks.shapes import Finding, validate
from regimenkg.errors import LoaderError
from regimenkg.loaders.kinds import KINDS
from regimenkg.loaders.shared.base import Watch
from regimenkg.store.embedded import EmbeddedStore
from regimenkg.terms.namespaces import DERIVED_GRAPH, GRAPH, RKD
from regimenkg.things.matching import Matcher

RDF = """\
@prefix rk: <https://w3id.org/regimenkg/vocab#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
<https://w3id.org/regimenkg/condition/made-up-disease> a rk:Condition ;
    skos:prefLabel "made-up disease"@en .
"""
SUFFIXES = {"pubmed": "xml", "csl-json": "json", "crossref": "json"}
SAMPLES = {
    "ctgov": "ctgov_json/*.json",
    "pubmed": "pubmed/*.xml",
    "nbib": "pubmed/*.nbib",
    "ris": "pubmed/*.ris",
}
OWN_TESTS = {"curated", "sssom"}  # in test_validation.py, whole
# What the records of made-up-trials.json are wrong in on purpose: more affected than at risk.
WRONG = {
    ("toxicity-report/NCT00955916-other-2-0", "count"),
    ("toxicity-report/NCT00955916-other-2-0", "within-trial-query"),
}
DERIVED = NamedNode(DERIVED_GRAPH)
FILES = sorted(set(KINDS) - OWN_TESTS)


class LeavesOut(Watch):
    """Goes on where a record is right and of no use here: what is left out is told elsewhere."""

    def leave_out(self, error: LoaderError) -> None:
        """Do without it."""


@pytest.fixture(scope="module")
def store() -> Store:
    return copy_of_documents_edition()


def violations(store: Store, kind: str, paths: list[Path]) -> set[Finding]:
    """Load files, validate what their graph says and what the rules add, and take it out again.

    All else was validated without them, whole (test_validation.py).
    """
    graph, embedded = GRAPH + "made-up", EmbeddedStore(store)
    before = derived(store)
    loaded = KINDS[kind].load(paths, resolve=Matcher(store), watch=LeavesOut())
    replace_graph(store, graph, loaded)
    try:
        added = {str(triple.subject)[1:-1] for triple in derived(store) - before}
        report = validate(embedded.store, about=of_graph(embedded, "made-up") | added)
    finally:
        remove_graph(store, graph)
    return {finding for finding in report.findings if finding.severity == "Violation"}


def derived(store: Store) -> set[Triple]:
    """What the rules have added."""
    return {quad.triple for quad in store.quads_for_pattern(None, None, None, DERIVED)}


def made_up(kind: str, folder: Path) -> Iterator[Path]:
    """The synthetic files of a kind."""
    if text := (RDF if kind == "rdf" else EXAMPLES.get(kind)):
        path = folder / f"made-up.{SUFFIXES.get(kind, kind)}"
        path.write_text(text, encoding="utf-8")
        yield path
    if kind == "ctgov":
        yield from LOADED.glob("*trials.json")
    if kind == "registry":
        yield from sorted(LOADED.glob("made-up-*ncit*"))
        yield from (LOADED / "made-up-thesaurus.txt", LOADED / "made-up-combination-pages.tsv")
    if kind == "dictionary":  # its tables belong together
        with ZipFile(folder / "made-up.zip", "w") as together:
            for path in LOADED.glob("made-up-dictionary-*.tsv"):
                together.write(path, path.name)
        yield folder / "made-up.zip"
    if kind == "pubmed":
        yield from LOADED.glob("*.xml")


@pytest.mark.parametrize("kind", FILES)
def test_what_a_kind_of_file_becomes_conforms(kind: str, store: Store, tmp_path: Path) -> None:
    paths = list(made_up(kind, tmp_path))
    assert paths, "a new kind has an example here"
    found = {one for path in paths for one in violations(store, kind, [path])}
    wrong = {(one.thing[1:-1].removeprefix(RKD), one.shape.rpartition("#")[2]) for one in found}
    assert wrong == (WRONG if kind == "ctgov" else set()), found


@pytest.mark.parametrize("kind", SAMPLES)
def test_what_real_files_become_conforms(kind: str, store: Store, samples_dir: Path) -> None:
    paths = sorted(samples_dir.glob(SAMPLES[kind]))
    assert paths
    assert violations(store, kind, paths) == set()


def test_a_record_that_counts_more_than_were_at_risk_is_reported(
    store: Store, tmp_path: Path
) -> None:
    text = (LOADED / "made-up-trials.json").read_text(encoding="utf-8")
    records = json.loads(text)
    study = next(
        one
        for one in (records["studies"] if isinstance(records, dict) else records)
        if one.get("resultsSection", {}).get("adverseEventsModule", {}).get("otherEvents")
    )
    number = study["protocolSection"]["identificationModule"]["nctId"]
    stat = study["resultsSection"]["adverseEventsModule"]["otherEvents"][0]["stats"][0]
    stat.update(numAffected=7, numAtRisk=6)
    path = tmp_path / "wrong.json"
    path.write_text(json.dumps(study), encoding="utf-8")
    found = {(finding.thing, finding.shape) for finding in violations(store, "ctgov", [path])}
    assert (
        f"<{RKD}toxicity-report/{number}-other-0-0>",
        RKD + "shapes#count",
    ) in found
