"""The mapping sets that come with the project: nothing wrong in them, and evidence that holds.

Files of the research samples (described by their ``SOURCE.tsv``) are read again; the test that
needs them skips where they are absent.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from functools import cache
from pathlib import Path

import pytest

from regimenkg.api import sparql
from regimenkg.loaders.sssom import Mapping, MappingSet
from regimenkg.mappings.check import check
from regimenkg.mappings.evidence import Place, parse_evidence, prints
from regimenkg.resources import directory
from regimenkg.terms.namespaces import RKD

MAPPINGS = directory("ontology") / "mappings"
SETS = sorted(MAPPINGS.glob("*.sssom.tsv"))
KINDS = {
    *("drugs", "toxicities", "regimens", "diseases", "mechanisms", "routes"),
    *("drug-codes", "ndc"),  # those that a script joined
}
REASONS = {
    *("one-file-alone", "files-disagree", "several-codes", "several-codes-of-the-name"),
    *("printed-under-another-name", "exact-for-several-drugs", "by-synonym-alone"),
    *("name-of-several-drugs", "brand-and-generic-name-disagree", "no-drug-of-the-form-named"),
    *("made-by-hand-has-another-code", "made-by-hand-has-it-for-another-drug"),
}
LICENSED = {"meddra", "snomedct"}
NOWHERE = "https://example.org/ 2000-01-01"
# A part of a file: the line of the original is not the line of the sample.
NOT_WHOLE = {"UNII_Names_slim.txt"}


def mappings(path: Path) -> list[Mapping]:
    return list(MappingSet(path).mappings())


@cache
def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace")


def labels() -> dict[str, str]:
    return {str(row[0]): str(row[1]) for row in sparql("SELECT ?s ?l { ?s skos:prefLabel ?l }")}


def test_there_is_a_set_for_every_kind_of_subject() -> None:
    assert {path.name.removesuffix(".sssom.tsv") for path in SETS} == KINDS


def test_nothing_is_wrong_in_the_sets() -> None:
    assert list(check(SETS, label_of=labels().get)) == []


@pytest.mark.parametrize("path", SETS, ids=lambda path: path.name)
def test_a_set_says_under_which_licence_it_is(path: Path) -> None:
    header = MappingSet(path).header
    assert header.text("license")
    assert "licence" in str(header.text("comment")).lower()


@pytest.mark.parametrize("path", SETS, ids=lambda path: path.name)
def test_every_row_says_how_it_was_made_and_where_it_was_verified(path: Path) -> None:
    mapping_set = MappingSet(path)
    for mapping in mapping_set.mappings():
        where = f"{path.name}:{mapping.line}"
        assert mapping.code, f"{where}: of no known vocabulary"
        for column in ("object_label", "object_source", "mapping_date"):
            assert mapping_set.said(mapping, column), f"{where}: no {column}"
        by_script = mapping_set.said(mapping, "mapping_tool")
        assert by_script or "author_label" in mapping.cells, f"{where}: nobody made it"
        assert {"evidence", "crosswalk"} & set(mapping.cells), f"{where}: no evidence"
        assert mapping.confidence, where
        by_hand = mapping.justification.value.endswith("ManualMappingCuration")
        assert by_hand == (not by_script), f"{where}: made by hand or by a script?"


def test_no_code_of_a_licensed_vocabulary_is_shipped() -> None:
    prefixes = {m.code.vocabulary.prefix for path in SETS for m in mappings(path) if m.code}
    assert not prefixes & LICENSED


def test_nothing_is_the_same_individual_as_a_code() -> None:
    for path in MAPPINGS.glob("*.tsv"):
        assert "sameAs" not in path.read_text(encoding="utf-8")


def test_a_salt_and_its_base_share_no_exact_code() -> None:
    exact: dict[str, set[str]] = defaultdict(set)
    for name in ("drugs", "drug-codes", "ndc"):
        for mapping in mappings(MAPPINGS / f"{name}.sssom.tsv"):
            if mapping.predicate.value.endswith("exactMatch"):
                slug = mapping.subject.value.removeprefix(RKD + "drug/")
                exact[slug].add(mapping.object.value)
    with (directory("data") / "dictionary" / "drugs.tsv").open(encoding="utf-8") as stream:
        pairs = [
            (row["base"], row["drug"])
            for row in csv.DictReader(stream, delimiter="\t")
            if row["base"]
        ]
    both = [(base, form) for base, form in pairs if exact[base] and exact[form]]
    assert ("imatinib", "imatinib-mesylate") in both
    assert len(both) > 50
    assert [pair for pair in both if exact[pair[0]] & exact[pair[1]]] == []


@pytest.mark.parametrize(
    "path", sorted(MAPPINGS.glob("*-unverified.tsv")), ids=lambda path: path.name
)
def test_an_unverified_code_is_not_mapped(path: Path) -> None:
    mapped = {
        (mapping.cells["subject_id"], mapping.cells["object_id"])
        for found in SETS
        for mapping in mappings(found)
    }
    with path.open(encoding="utf-8", newline="") as stream:
        for number, row in enumerate(csv.DictReader(stream, delimiter="\t", strict=True), 2):
            assert row["tried"].strip(), f"{path.name}:{number}: does not say what was tried"
            if "reason" in row:
                assert row["reason"] in REASONS, f"{path.name}:{number}"
            assert row["subject_id"].startswith("rkd:"), f"{path.name}:{number}"
            assert (row["subject_id"], row["object_id"]) not in mapped, f"{path.name}:{number}"


def test_evidence_in_the_samples_prints_code_and_label(samples_dir: Path) -> None:
    with (samples_dir / "SOURCE.tsv").open(encoding="utf-8", newline="") as stream:
        files = {
            (
                row["repo"].removeprefix("github:"),
                row["commit"].split()[0],
                row["path"],
            ): samples_dir / row["kind"] / row["file"]
            for row in csv.DictReader(stream, delimiter="\t")
            if row["file"] not in NOT_WHOLE
        }
    checked = 0
    for path in SETS:
        for mapping in mappings(path):
            for place in parse_evidence(mapping.cells.get("evidence", NOWHERE)):
                if not isinstance(place, Place) or place[:3] not in files:
                    continue
                text = text_of(files[place[:3]])
                excerpt = place.excerpt(text)
                assert mapping.code
                for wanted in (mapping.code.local, mapping.cells["object_label"]):
                    assert prints(excerpt, wanted), f"{path.name}:{mapping.line}: {wanted}"
                checked += 1
    assert checked > 10, "little evidence lies in the samples: has their commit changed?"
