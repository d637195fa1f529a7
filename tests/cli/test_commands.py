"""The commands, as a user runs them."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
from cli_runner import run
from packaged_stores import documents_edition

from regimenkg.catalog.cache import find


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_demo_answers_the_flagship_question() -> None:
    result = run(["demo"])
    assert result.code == 0
    words = ["query", "shared-toxicities", "--drug", "cytarabine", "--quantified", "true"]
    answer = rows(run([*words, "-O", "csv"]).stdout)
    assert f"of {len(answer)} reports with a figure" in result.stdout
    shown = result.stdout.split("reports with a figure")[0]
    for row in answer[:12]:
        assert f"{row['percent'] or row['count']}" in shown and row["toxicityLabel"] in shown
    assert "Not for clinical decisions" in result.stdout


def test_every_command_that_the_demo_proposes_works() -> None:
    import shlex

    proposed = [
        shlex.split(line[line.index("regimenkg ") :])[1:]
        for line in run(["demo"]).stdout.split("Try next:")[1].splitlines()
        if "regimenkg " in line
    ]
    assert len(proposed) >= 5
    for words in proposed:
        if "-o" in words:
            words[words.index("-o") + 1] = "-"
        result = run(words)
        assert result.code == 0, (words, result.stderr)
        assert result.stdout.strip(), words


def test_help_of_every_command_is_printed() -> None:
    from regimenkg.cli.app import COMMANDS

    for name in COMMANDS:
        result = run([name, "--help"])
        assert result.code == 0, name
        assert "Usage: regimenkg" in result.stdout


def test_a_query_is_a_command_with_its_parameters_as_options() -> None:
    result = run(["query", "shared-toxicities", "--help"])
    assert "--drug" in result.stdout
    assert "minGrade" in result.stdout


def test_piped_rows_are_csv_and_a_limit_cuts_them() -> None:
    result = run(["query", "shared-toxicities", "--drug", "Ara-C"])
    found = rows(result.stdout)
    assert list(found[0]) == list(find("shared-toxicities").columns)
    assert len(rows(run(["query", "shared-toxicities", "--limit", "1"]).stdout)) == 1


@pytest.mark.parametrize(
    "name", ["Ara-C", "ara c", "rkd:drug/cytarabine", "RXNORM:3041", "ATC:L01BC01", "rxcui:3041"]
)
def test_a_drug_may_be_named_by_synonym_curie_or_code(name: str) -> None:
    expected = run(["query", "shared-toxicities", "--drug", "cytarabine"]).stdout
    assert run(["query", "shared-toxicities", "--drug", name]).stdout == expected


@pytest.mark.parametrize("name", ["2-CdA", "Novantrone"])
def test_synonyms_of_the_documents_are_known(name: str) -> None:
    result = run(["query", "shared-toxicities", "--drug", name])
    assert result.code == 0, result.stderr


def test_several_values_mean_any_of_them() -> None:
    one = run(["query", "shared-toxicities", "--drug", "cytarabine"]).stdout
    both = run(
        ["query", "shared-toxicities", "--drug", "cytarabine", "--drug", "mitoxantrone"]
    ).stdout
    assert set(one.splitlines()) <= set(both.splitlines())


def test_sparql_takes_text_a_file_or_standard_input(tmp_path: Path) -> None:
    text = """SELECT ?label {
        ?r rk:tier rk:Curated ; rk:hasDrug/skos:prefLabel "cladribine"@en ; skos:prefLabel ?label
    } ORDER BY ?label"""
    file = tmp_path / "regimens.rq"
    file.write_text(text, encoding="utf-8")
    given = run(["sparql", text]).stdout
    assert [row["label"] for row in rows(given)] == ["CLAG", "CLAG + imatinib", "CLAG-M"]
    assert run(["sparql", str(file)]).stdout == given
    assert run(["sparql", "--file", str(file)]).stdout == given
    assert run(["sparql", "-"], input=text).stdout == given
    assert run(["sparql"], input=text).stdout == given


def test_sparql_answers_all_four_forms() -> None:
    assert run(["sparql", "ASK { ?r a rk:Regimen }"]).stdout == "true\n"
    assert "clag-m" in run(["sparql", "CONSTRUCT { ?r a rk:Regimen } { ?r a rk:Regimen }"]).stdout
    assert "Ara-C" in run(["sparql", "DESCRIBE rkd:drug\\/cytarabine"]).stdout


def test_an_output_file_is_written_whole_in_the_format_of_its_ending(tmp_path: Path) -> None:
    file = tmp_path / "rows.json"
    result = run(["query", "shared-toxicities", "-o", str(file)])
    assert result.code == 0 and result.stdout == ""
    assert json.loads(file.read_text())["head"]["vars"][0] == "regimen"
    assert [path.name for path in tmp_path.iterdir()] == ["rows.json"]


def test_show_prints_a_regimen_that_a_person_can_read() -> None:
    page = run(["show", "clag-m"], columns=200).stdout
    for words in (
        "CLAG-M (regimen)", "Dosing", "2,000 mg/m2", "intravenous", "1–5", "2 h after", "end of",
        "Toxicities", "anemia", "Supportive care", "posaconazole", "Monitoring", "Citations",
        "Wierzbowska 2008", "Where the sources disagree", "Codes", "HemOnc",
        "Not for clinical decisions",
    ):  # fmt: skip
        assert words in page, words


@pytest.mark.parametrize(
    "thing", ["cytarabine", "rash", "NCT00955916", "AML", "Mirza 2017", "RXNORM:3041"]
)
def test_show_prints_any_other_thing(thing: str) -> None:
    result = run(["show", thing])
    assert result.code == 0, result.stderr
    assert len(result.stdout.splitlines()) > 4


def test_evidence_gives_positions_and_with_the_documents_their_text(sources_dir: Path) -> None:
    found = rows(run(["evidence", "CLAG + imatinib"]).stdout)
    assert all(int(row["start"]) < int(row["end"]) for row in found)
    with_text = rows(run(["evidence", "CLAG + imatinib", "--documents", str(sources_dir)]).stdout)
    percents = [row for row in with_text if row["property"].endswith("percent")]
    assert percents and all(row["value"] in row["text"] for row in percents)


def test_evidence_refuses_documents_that_are_not_the_ones_read(tmp_path: Path) -> None:
    (tmp_path / "document.txt").write_text("another text", encoding="utf-8")
    result = run(["evidence", "clag-m", "--documents", str(tmp_path)])
    assert result.code == 3
    assert "SHA-256" in result.stderr


def test_a_file_of_ones_own_is_loaded_and_answers(tmp_path: Path, whole_store: Path) -> None:
    file = tmp_path / "flag.yaml"
    file.write_text(
        "document: my-protocol\n"
        "source/my-protocol: {prefLabel: my protocol}\n"
        "regimen/flag: {prefLabel: FLAG}\n"
        "variant/flag-mine:\n"
        "  prefLabel: FLAG, mine\n"
        "  variantOf: regimen/flag\n"
        "  hasAdministration:\n"
        "    - id: cytarabine\n"
        "      drug: {is: cytarabine, at: 10-20}\n"
        "      dose: {is: 2 g/m2, at: 21-27}\n"
        "      day: {is: 1..5, at: 28-36}\n"
        "toxicity-report/flag-anemia:\n"
        "  about: regimen/flag\n"
        "  toxicity: anemia\n"
        "  percent: 90\n"
        "  at: 40-60\n",
        encoding="utf-8",
    )
    store = ["--store", str(whole_store)]
    dry = run(["load", "curated", str(file), "--dry-run", *store])
    assert dry.code == 0 and "nothing was written" in dry.stdout
    question = ["query", "shared-toxicities", "--drug", "cytarabine", *store]
    assert "FLAG" not in run(question).stdout
    loaded = run(["load", "curated", str(file), *store])
    assert loaded.code == 0, loaded.stderr
    told = [row for row in rows(run(question).stdout) if row["regimenLabel"] == "FLAG"]
    assert [(row["tier"], row["toxicityLabel"], row["percent"]) for row in told] == [
        ("https://w3id.org/regimenkg/vocab#Curated", "anemia", "90")
    ]
    assert "flag" in run(["info", *store]).stdout
    assert run(["load", "curated", str(file), *store]).stdout == loaded.stdout, "twice is once"


def test_exports_are_the_same_bytes_every_time(tmp_path: Path) -> None:
    store = documents_edition().location
    for format in ("turtle", "nt", "trig", "nquads", "jsonld", "rdfxml"):
        words = ["export", "-O", format, "--store", store]
        outputs = [run(words, PYTHONHASHSEED=str(seed)).stdout for seed in (1, 2)]
        assert outputs[0] == outputs[1] != "", format


def test_info_tells_versions_and_counts() -> None:
    text = run(["info"]).stdout
    for words in ("code", "ontology", "graph/curated", "regimens", "conflicts"):
        assert words in text
    assert run(["--version"]).stdout.startswith("regimenkg 0.")


def test_a_one_shot_query_imports_nothing_heavy() -> None:
    """rdflib alone would take longer than the whole command."""
    run(["query", "shared-toxicities"])
    code = (
        "import sys; from regimenkg.cli import main; "
        "main(['query', 'shared-toxicities', '--drug', 'cytarabine']); "
        "print([m for m in ('rdflib', 'yaml', 'owlready2', 'SPARQLWrapper', 'pydantic', 'curies')"
        " if m in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.strip().splitlines()[-1] == "[]"
