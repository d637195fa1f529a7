"""A user's own mappings: loaded beside what is there, used by their codes, taken out again."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli_runner import Outcome, run
from packaged_stores import DOCUMENTS

from regimenkg.packaged import store_directory
from regimenkg.terms.namespaces import GRAPH

SET = """\
# mapping_set_id: https://example.org/mappings/pharmacy
# mapping_set_title: Our codes
# mapping_set_version: "1"
# license: https://creativecommons.org/publicdomain/zero/1.0/
# curie_map:
#   pharmacy: "https://example.org/pharmacy/"
subject_id\tsubject_label\tpredicate_id\tobject_id\tobject_label\tmapping_justification
rkd:drug/mitoxantrone\tmitoxantrone\tskos:exactMatch\tpharmacy:MTX-20\tMitoxantrone\tsemapv:ManualMappingCuration
"""


@pytest.fixture
def loaded(tmp_path: Path, private_store: Path) -> Path:
    """A store with a mapping set of the user's own."""
    path = tmp_path / "pharmacy.sssom.tsv"
    path.write_text(SET, encoding="utf-8")
    assert run(["load", "sssom", str(path), "--store", str(private_store)]).code == 0
    return private_store


def ask(store: Path, *words: str) -> Outcome:
    return run([*words, "--store", str(store)])


@pytest.mark.parametrize("code", ["pharmacy:MTX-20", "https://example.org/pharmacy/MTX-20"])
def test_own_codes_work_where_a_drug_is_asked_for(loaded: Path, code: str) -> None:
    result = ask(loaded, "query", "regimens-by-drug", "--drug", code, "-O", "csv")
    assert result.code == 0, result.stderr
    assert "regimen/clag-m" in result.stdout


def test_own_codes_work_in_the_queries_on_codes(loaded: Path) -> None:
    iri = "https://example.org/pharmacy/MTX-20"
    by_code = ask(loaded, "query", "by-code", "--code", iri, "-O", "csv").stdout
    assert "MTX-20,pharmacy," in by_code
    assert "in a regimen" in ask(loaded, "query", "cohort-regimens", "--code", iri).stdout
    matches = ask(loaded, "query", "code-matches", "--vocabulary", "pharmacy", "-O", "csv")
    assert "MTX-20" in matches.stdout
    assert "MTX-20" in ask(loaded, "show", "mitoxantrone").stdout


def test_own_codes_are_exported_with_their_prefix_and_check_clean(
    loaded: Path, tmp_path: Path
) -> None:
    path = tmp_path / "all.sssom.tsv"
    assert ask(loaded, "export", "--mappings", "sssom", "-o", str(path)).code == 0
    text = path.read_text(encoding="utf-8")
    assert '#   pharmacy: "https://example.org/pharmacy/"' in text
    assert "\tpharmacy:MTX-20\t" in text
    assert ask(loaded, "map", "check", str(path)).code == 0


def test_a_graph_is_taken_out_again(loaded: Path) -> None:
    assert ask(loaded, "unload", "pharmcy").stderr.count("did you mean 'pharmacy'?")
    assert ask(loaded, "unload", "pharmacy").code == 0
    assert ask(loaded, "query", "regimens-by-drug", "--drug", "pharmacy:MTX-20").code == 2
    assert ask(loaded, "unload", "pharmacy").code == 2


@pytest.mark.parametrize("name", ["curated", "ontology", "mappings-drugs", "vocabularies"])
def test_what_comes_with_the_project_is_not_replaced_by_mistake(
    tmp_path: Path, private_store: Path, name: str
) -> None:
    path = tmp_path / "pharmacy.sssom.tsv"
    path.write_text(SET, encoding="utf-8")
    words = ["load", "sssom", str(path), "--graph", name, "--store", str(private_store)]
    before = ask(private_store, "info").stdout
    for more in ([], ["--dry-run"]):
        refused = run([*words, *more])
        assert refused.code == 2
        assert "comes with RegimenKG" in refused.stderr
    assert ask(private_store, "info").stdout == before


def test_what_was_replaced_on_purpose_comes_back(tmp_path: Path, private_store: Path) -> None:
    path = tmp_path / "pharmacy.sssom.tsv"
    path.write_text(SET, encoding="utf-8")
    before = ask(private_store, "info").stdout
    words = ["load", "sssom", str(path), "--graph", "mappings-drugs", "--force"]
    assert ask(private_store, *words).code == 0
    assert ask(private_store, "query", "regimens-by-drug", "--drug", "RXNORM:3041").code == 2
    # as `unload` does, which would build the dictionary and the registry as well
    store_directory(private_store, contents=DOCUMENTS).remove(GRAPH + "mappings-drugs")
    assert ask(private_store, "info").stdout == before


def test_a_file_of_values_has_to_hold_some(tmp_path: Path) -> None:
    path = tmp_path / "codes.txt"
    path.write_text("# nothing\n\n", encoding="utf-8")
    result = run(["query", "cohort-regimens", "--code", f"@{path}"])
    assert result.code == 2
    assert "holds no values" in result.stderr
    path.write_text("rxcui\n\nno code\n", encoding="utf-8")
    result = run(["query", "cohort-regimens", "--code", f"@{path}"])
    assert result.code == 2
    assert f"{path}:1: code: 'rxcui'" in result.stderr
    assert f"{path}:3: code: 'no code'" in result.stderr
    assert "without a heading" in result.stderr
    listed = run(["query", "cohort-regimens", "--code", "@-"], input="3041\n999\n")
    assert "not known here" in listed.stdout and "in a regimen" in listed.stdout


def test_a_bad_line_of_a_file_does_not_stop_the_others(tmp_path: Path) -> None:
    path = tmp_path / "drugs.txt"
    path.write_text("Ara-C\nno such drug\nMTX-20\ncladribine\n", encoding="utf-8")
    result = run(["query", "drug-names", "--drug", f"@{path}"])
    assert result.code == 0
    assert "cytarabine" in result.stdout and "cladribine" in result.stdout
    for line in ("2: drug:", "3: drug:"):
        assert f"{path}:{line}" in result.stderr
    assert result.stderr.count("left out") == 2


@pytest.mark.parametrize("prefix", ["nhs", "abc", "icd"])
def test_a_short_prefix_that_is_not_known_is_no_slip_for_another(prefix: str) -> None:
    result = run(["query", "by-code", "--code", f"{prefix}:12345"])
    assert result.code == 2
    assert "of no mapped vocabulary" in result.stderr
    assert "did you mean" not in result.stderr


@pytest.mark.parametrize(
    "words",
    [
        ["query", "drug-codes", "-o", "x.xlsx"],
        ["export", "-o", "x.xlsx"],
        ["export", "--mappings", "sssom", "-o", "x.ttl"],
    ],
)
def test_an_ending_that_is_no_format_is_refused(tmp_path: Path, words: list[str]) -> None:
    result = run(words, cwd=tmp_path)
    assert result.code == 2
    assert list(tmp_path.iterdir()) == []


MONDO = """\
# mapping_set_id: https://example.org/mappings/mondo-sctid
# curie_map:
#   MONDO: http://purl.obolibrary.org/obo/MONDO_
#   SCTID: http://snomed.info/id/
#   oio: http://www.geneontology.org/formats/oboInOwl#
subject_id\tpredicate_id\tobject_id\tmapping_justification
MONDO:0018874\tskos:exactMatch\tSCTID:900000001\tsemapv:ManualMappingCuration
MONDO:0000088\tskos:exactMatch\tSCTID:900000002\tsemapv:ManualMappingCuration
MONDO:0018874\toio:hasDbXref\tSCTID:900000003\tsemapv:ManualMappingCuration
MONDO:0018874\tskos:exactMatch\tNCIT:12\tsemapv:ManualMappingCuration
"""


def test_a_set_between_two_other_vocabularies_reaches_our_things(
    tmp_path: Path, private_store: Path
) -> None:
    path = tmp_path / "mondo-sctid.sssom.tsv"
    path.write_text(MONDO, encoding="utf-8")
    words = ["load", "sssom", str(path)]
    for _ in range(2):  # what the set itself said the first time makes nothing known
        loaded = ask(private_store, *words)
        assert loaded.code == 0, loaded.stderr
        assert f"left out: {path}:9, column predicate_id: 'oio:hasDbXref'" in loaded.stderr
        assert f"left out: {path}:10, column object_id: 'NCIT:12'" in loaded.stderr
        assert "\n2 left out\n" in loaded.stderr
        assert "1 name matched no thing of the graph: 'MONDO:0000088'" in loaded.stderr
    for code in ("SCTID:900000001", "snomedct:900000001", "SNOMEDCT_US:900000001"):
        rows = ask(private_store, "query", "by-code", "--code", code, "-O", "csv").stdout
        assert "acute myeloid leukemia" in rows and "regimen/clag-m" in rows
    words = ["query", "mapping-coverage", "--vocabulary", "SNOMED CT", "-O", "csv"]
    assert ask(private_store, *words).stdout.splitlines()[1].startswith("condition,SNOMED CT,")


def test_a_set_of_which_nothing_is_of_use_replaces_nothing(
    tmp_path: Path, private_store: Path
) -> None:
    path = tmp_path / "none.sssom.tsv"
    path.write_text(MONDO.replace("skos:exactMatch", "oio:hasDbXref"), encoding="utf-8")
    loaded = ask(private_store, "load", "sssom", str(path))
    assert loaded.code == 3 and "can be loaded: 4 left out" in loaded.stderr
