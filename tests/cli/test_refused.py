"""``regimenkg load``: what cannot be is refused with all its places, and nothing is loaded."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli_runner import run
from places import LOADED

from regimenkg.terms.namespaces import PREFIXES, RK, RKD

PLANTED = """\
document: mine
source/mine: {prefLabel: mine}
variant/clag-m-mine:
  prefLabel: CLAG-M, mine
  variantOf: regimen/clag-m
  hasAdministration:
    - id: a
      drug: {is: cytarabine, at: 1-2}
      dose: {is: 5 mcg/l, at: 1-2}
      maxDose: {is: 2 mg, at: 1-2}
      route: {is: Xyz, at: 1-2}
toxicity-report/a:
  about: drug/cytarabine
  toxicity: {is: anemia, at: 1-2}
  percent: {is: 150, at: 1-2}
"""


@pytest.mark.parametrize("words", [["--dry-run"], []], ids=["dry run", "load"])
def test_all_that_is_wrong_in_a_file_is_named_in_one_run(
    words: list[str], tmp_path: Path, private_store: Path
) -> None:
    file = tmp_path / "own.yaml"
    file.write_text(PLANTED, encoding="utf-8")
    result = run(["load", "curated", str(file), *words, "--store", str(private_store)])
    assert result.code == 3 and not result.stdout
    assert "there are 4 problems" in result.stderr
    assert all(f"own.yaml:{line}: " in result.stderr for line in (9, 10, 11, 15))
    assert "did you mean 'doseCap'?" in result.stderr
    assert "one of Buccal" in result.stderr and "Subcutaneous" in result.stderr
    assert "from 0 to 100" in result.stderr


def flagship(store: Path) -> str:
    words = ["query", "shared-toxicities", "--drug", "cytarabine", "-O", "csv"]
    return run([*words, "--store", str(store)]).stdout


def test_a_second_label_is_refused_with_both_places_and_no_row_doubles(
    tmp_path: Path, private_store: Path
) -> None:
    before = flagship(private_store)
    curated = tmp_path / "own.yaml"
    curated.write_text(
        "document: mine\nsource/mine: {prefLabel: mine}\n"
        "drug/cytarabine:\n  prefLabel: cytosine arabinoside\n",
        encoding="utf-8",
    )
    turtle = tmp_path / "own.ttl"
    turtle.write_text(
        f'<{RKD}drug/cytarabine>\n  <{PREFIXES["skos"]}prefLabel> "Cytarabin"@de .\n',
        encoding="utf-8",
    )
    for kind, file, line in (("curated", curated, 4), ("rdf", turtle, 2)):
        result = run(["load", kind, str(file), "--store", str(private_store)])
        assert result.code == 3
        assert f"{file}:{line}: " in result.stderr
        assert "second label" in result.stderr and "graph/curated" in result.stderr
        assert "altLabel" in result.stderr
    assert flagship(private_store) == before


def test_a_trial_that_has_a_name_keeps_it_whatever_its_record_calls_it(
    tmp_path: Path, private_store: Path
) -> None:
    """A record's names are synonyms beside the label that a person gave, in either order."""
    file = tmp_path / "own.yaml"
    file.write_text(
        "document: mine\nsource/mine: {prefLabel: mine}\n"
        "trial/NCT00594555:\n  prefLabel: a trial of mine\n"
        "organization/clinicaltrials-gov: {prefLabel: the registry}\n",
        encoding="utf-8",
    )
    store = ["--store", str(private_store)]
    labels = [
        *("sparql", f"SELECT ?l {{ <{RKD}trial/NCT00594555> skos:prefLabel ?l }}", "-O", "csv"),
        *store,
    ]
    assert run(["load", "ctgov", str(LOADED / "made-up-trials.json"), *store]).code == 0
    assert run(labels).stdout.split() == ["l", "NCT00594555"]
    assert run(["load", "curated", str(file), *store]).code == 0
    assert run(labels).stdout.splitlines() == ["l", "a trial of mine"]
    assert "NCT00594555" in run(["show", "a trial of mine", *store]).stdout


BEYOND = f"""\
@prefix rk: <{RK}> .
<{RKD}toxicity-report/mine> a rk:ToxicityReport ;
  rk:about <{RKD}drug/cytarabine> ; rk:toxicity <{RKD}toxicity/anemia> ;
  rk:percent 150.0 ;
  rk:count 40 ;
  rk:denominator 31 ;
  rk:maxGrade 3 ; rk:minGrade 4 .
<{RKD}outcome/mine> a rk:Outcome ; rk:ciLower 12.0 ;
  rk:ciUpper 10.0 .
<{RKD}outcome/mine> rk:pValue 0.1, 0.2 .
"""


def test_values_of_rdf_are_held_to_the_same_limits_each_with_its_line(
    tmp_path: Path, private_store: Path
) -> None:
    file = tmp_path / "own.ttl"
    file.write_text(BEYOND, encoding="utf-8")
    for words in ([], ["--dry-run"]):
        result = run(["load", "rdf", str(file), *words, "--store", str(private_store)])
        assert result.code == 3 and not result.stdout
        assert "5 statements cannot be loaded" in result.stderr
        for line, field in (
            (4, "percent 150"),
            (5, "count 40"),
            (7, "minGrade 4"),
            (8, "ciLower"),
            (10, "pValue"),
        ):
            assert any(
                f"{file}:{line}: " in one and f"rk:{field}" in one and "expected that" in one
                for one in result.stderr.splitlines()
            )
