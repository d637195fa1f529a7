"""Proposals: the graph's labels found in a vocabulary's own file, in the forms that people have."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from cli_runner import run

from regimenkg.errors import DataError, UsageError
from regimenkg.loaders.sssom import MappingSet
from regimenkg.mappings.proposals import own_vocabulary, propose, read_names
from regimenkg.packaged import open_store
from regimenkg.terms.vocabularies import vocabularies


def proposed(prefix: str, file: Path, kind: str = "Toxicity") -> list[dict[str, str]]:
    lines = list(propose(vocabularies()[prefix], file, kind, open_store()))
    table = [line for line in lines if not line.startswith("#")]
    return list(csv.DictReader(table, delimiter="\t"))


def test_meddra_as_it_is_delivered(tmp_path: Path) -> None:
    file = tmp_path / "llt.asc"
    file.write_text("10000001$Hair loss$10$$$$$$$Y$$\n10000002$NAUSEA$10$$$$$$$Y$$\n")
    rows = proposed("meddra", file)
    assert [(row["subject_label"], row["predicate_id"], row["object_id"]) for row in rows] == [
        ("alopecia", "skos:closeMatch", "meddra:10000001"),
        ("nausea", "skos:exactMatch", "meddra:10000002"),
    ]
    assert {row["mapping_justification"] for row in rows} == {"semapv:LexicalMatching"}


def test_snomed_ct_release_files_without_what_is_inactive(tmp_path: Path) -> None:
    file = tmp_path / "sct2_Description_Snapshot-en.txt"
    columns = "id effectiveTime active moduleId conceptId languageCode typeId term caseSig"
    rows = [
        "1 20250101 1 9 1001 en 9 Nausea 9",
        "2 20250101 0 9 1002 en 9 Nausea 9",
        "3 20250101 1 9 1003 en 9 Vomiting 9",
    ]
    file.write_text("\n".join(line.replace(" ", "\t") for line in (columns, *rows)) + "\n")
    found = {row["object_id"] for row in proposed("snomedct", file)}
    assert found == {"snomedct:1001", "snomedct:1003"}


def test_a_table_whose_columns_are_named(samples_dir: Path, tmp_path: Path) -> None:
    output = tmp_path / "mine.sssom.tsv"
    result = run(
        [
            *("map", "propose", "meddra", str(samples_dir / "ctcae" / "CTCAE_v5.0.csv")),
            *("--id-column", "MedDRA Code", "--label-column", "CTCAE Term", "-o", str(output)),
        ]
    )
    assert result.code == 0, result.stderr
    text = output.read_text(encoding="utf-8")
    assert "\tmeddra:10016288\tFebrile neutropenia\t" in text
    assert "pneumonia" not in text.lower(), "CTCAE v5 has no such term"


def test_a_proposed_set_loads_and_its_codes_then_work(tmp_path: Path, private_store: Path) -> None:
    file = tmp_path / "pt.asc"
    file.write_text("10016288$Febrile neutropenia$$\n")
    mine = tmp_path / "mine.sssom.tsv"
    store = ["--store", str(private_store)]
    assert run(["map", "propose", "meddra", str(file), "-o", str(mine), *store]).code == 0
    assert run(["map", "check", str(mine), *store]).code == 0
    assert run(["load", "sssom", str(mine), *store]).code == 0
    result = run(
        ["query", "regimens-by-toxicity", "--toxicity", "MEDDRA:10016288", *store, "-O", "csv"]
    )
    assert result.code == 0, result.stderr
    assert "febrile neutropenia" in result.stdout


def test_a_code_is_proposed_once_and_none_that_is_no_longer_in_use(tmp_path: Path) -> None:
    table = tmp_path / "terms.csv"
    table.write_text('code,term\n1,Vomiting\n1,vomiting\n2,"nau\tsea"\n2,Nausea\n')
    rows = proposed("meddra", table)
    assert [row["object_id"] for row in rows] == ["meddra:2", "meddra:1"]
    old = tmp_path / "llt.asc"
    old.write_text("1$Nausea$10$$$$$$$N$$\n2$Vomiting$10$$$$$$$Y$$\n")
    assert [row["object_id"] for row in proposed("meddra", old)] == ["meddra:2"]


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("llt.asc", "no dollars here\n", "no '\\$' between fields"),
        ("a.csv", "a,b\n1,2\n", "no column id or code"),
        ("a.csv", "id,words\n1,2\n", "no column label or name"),
        ("a.tsv", "id\tlabel\nx\tnausea\n", "'x' is not an id of MedDRA"),
    ],
)
def test_a_file_that_is_none_is_an_error(tmp_path: Path, name: str, text: str, said: str) -> None:
    file = tmp_path / name
    file.write_text(text)
    with pytest.raises(DataError, match=said):
        proposed("meddra", file)


def test_a_file_that_is_not_there_or_not_text_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="cannot read"):
        list(read_names(tmp_path / "none.csv"))
    (tmp_path / "a.csv").write_bytes(b"id,label\n1,\xff\n")
    with pytest.raises(DataError, match="not UTF-8"):
        list(read_names(tmp_path / "a.csv"))


def test_a_class_or_vocabulary_that_is_none_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id,label\n1,nausea\n")
    with pytest.raises(UsageError, match="no things of the class"):
        proposed("meddra", tmp_path / "a.csv", "Toxicology")
    with pytest.raises(UsageError, match="not the name of a class"):
        proposed("meddra", tmp_path / "a.csv", "x> . ?s ?p")
    result = run(["map", "propose", "meddar", str(tmp_path / "a.csv")])
    assert result.code == 2
    assert "did you mean meddra?" in result.stderr


def test_a_vocabulary_of_ones_own_is_proposed_loaded_and_asked_by_its_codes(
    tmp_path: Path, private_store: Path
) -> None:
    table, mine = tmp_path / "ward.csv", tmp_path / "mine.sssom.tsv"
    table.write_text("code,term\nN-1/b,Nausea\nV:2,Vomiting\nN-1/b,nausea\n", encoding="utf-8")
    store = ["--store", str(private_store)]
    words = ["map", "propose", "ward7", str(table), "-o", str(mine), *store]
    refused = run(words)
    assert refused.code == 2 and "--namespace IRI" in refused.stderr
    name = 'Ward 7: "our" list'
    own = ["--namespace", "https://example.org/ward7#", "--name", name]
    proposed = run([*words, *own])
    assert proposed.code == 0 and proposed.stderr.startswith("2 proposals"), proposed.stderr
    assert MappingSet(mine).header.text("mapping_set_title") == f"Proposed: Toxicity to {name}"
    assert run(["map", "check", str(mine), *store]).code == 0
    loaded = run(["load", "sssom", str(mine), *store])
    assert loaded.code == 0 and "left out" not in loaded.stderr and "matched" not in loaded.stderr
    for code in ("ward7:N-1/b", "https://example.org/ward7#N-1/b"):
        rows = run(["query", "by-code", "--code", code, "-O", "csv", *store])
        assert "nausea" in rows.stdout, rows.stderr
    reports = run(["query", "regimens-by-toxicity", "--toxicity", "ward7:V:2", *store])
    assert reports.code == 0


@pytest.mark.parametrize(
    ("prefix", "namespace", "said"),
    [
        ("chebi", "https://example.org/", "stands for http://purl.obolibrary.org/obo/CHEBI_"),
        ("SCTID", "https://example.org/", "'SCTID' stands for"),
        ("rk", "https://example.org/", "stands for"),
        ("a b", "https://example.org/", "not a prefix"),
        ("7", "https://example.org/", "not a prefix"),
        ("a:b", "https://example.org/", "not a prefix"),
        ("ward7", "example", "not a namespace"),
        ("ward7", "", "not a namespace"),
        ("ward7", "https://example.org/a b", "not a namespace"),
        ("ward7", 'https://example.org/"', "not a namespace"),
    ],
)
def test_a_prefix_that_is_taken_and_a_namespace_that_is_none_are_refused(
    prefix: str, namespace: str, said: str
) -> None:
    with pytest.raises(UsageError, match=said) as caught:
        own_vocabulary(prefix, namespace)
    assert caught.value.hint


def test_a_known_vocabulary_keeps_its_name(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id,label\n1,nausea\n")
    result = run(["map", "propose", "meddra", str(tmp_path / "a.csv"), "--name", "mine"])
    assert result.code == 2 and "MedDRA has its name" in result.stderr
