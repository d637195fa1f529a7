"""The scripts that make the packaged registry: what they take, on made-up slices and real pages."""

from __future__ import annotations

import gzip
import subprocess
import sys
from pathlib import Path

import pytest
from places import LOADED, ROOT

from regimenkg.loaders.registry.pages import COLUMNS
from regimenkg.resources import directory

SCRIPTS = ROOT / "scripts" / "registry"
PDQ = LOADED / "made-up-pdq-ncit.tsv"
PAGE = """---
title: MADEUP-M - NCI
---

# MADEUP-M - NCI

# MADEUP-M

Made up for a test.

Drugs in the MADEUP-M
combination:

|  |  |
| --- | --- |
| **C** | = [Cladribine](/about-cancer/treatment/drugs/cladribine) |
| **A** | = [Cytarabine](/about-cancer/treatment/drugs/cytarabine) (Ara-C) |
| **M** | = [Mitoxantrone Hydrochloride](/about-cancer/treatment/drugs/mitoxantrone) |

## Use in Cancer

MADEUP-M is used to treat:

- **[Waldenström macroglobulinemia](/p?id=1).**
- **[Made-up lymphoma](/p?id=2) or [Made-up (test) leukemia](/p?id=3)** that is advanced.
- **[B-cell](/p?id=4) [non-Hodgkin lymphoma](/p?id=5)**, including the following types:
- [Made-up cell lymphoma](/p?id=6) that is advanced.

## More

[Entry](https://www.cancer.gov/publications/dictionaries/cancer-drug/def/{number})
"""


def run(script: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(SCRIPTS / script), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)


def pages_folder(folder: Path, text: str) -> Path:
    (folder / "about-cancer-treatment-drugs-made-up-m.md").write_text(text, encoding="utf-8")
    single = "# X\n\n# X\n\nFDA Approved\n\nYes\n\n## Use in Cancer\n"
    (folder / "about-cancer-treatment-drugs-single.md").write_text(single, encoding="utf-8")
    return folder


def read_pages(folder: Path, text: str) -> list[dict[str, str]]:
    pages = folder / "pages"
    pages.mkdir()
    result = run("read_pages.py", pages_folder(pages, text), PDQ, "-o", folder / "out.tsv")
    assert result.returncode == 0, result.stderr
    head, *rows = (folder / "out.tsv").read_text(encoding="utf-8").splitlines()
    assert head.split("\t") == list(COLUMNS)
    return [dict(zip(COLUMNS, row.split("\t"), strict=True)) for row in rows]


@pytest.mark.parametrize(
    ("number", "name", "code", "leads"),
    [
        ("9990000003", "MADEUP-M", "C999002", "9990000003"),  # by the number of the PDQ term
        ("1234", "MADEUP-M", "C999002", "MADEUP-M"),  # by name and drugs, salts apart
        ("1234", "MADEUP-Z", None, None),  # the same drugs alone do not do
    ],
)
def test_a_page_has_the_code_of_its_number_or_of_its_name_and_drugs(
    number: str, name: str, code: str | None, leads: str | None, tmp_path: Path
) -> None:
    text = PAGE.replace("{number}", number).replace("MADEUP-M", name)
    rows = read_pages(tmp_path, text)
    found = [(row["value"], row["printed"]) for row in rows if row["field"] == "code"]
    assert found == ([(code, leads)] if code else [])


def test_the_same_name_with_other_drugs_is_another_regimen(tmp_path: Path) -> None:
    text = PAGE.replace("{number}", "1234").replace("Cladribine", "Imatinib")
    assert not [row for row in read_pages(tmp_path, text) if row["field"] == "code"]


def test_what_is_read_of_a_page_stands_at_its_place(tmp_path: Path) -> None:
    text = PAGE.replace("{number}", "9990000003")
    rows = read_pages(tmp_path, text)
    assert [row["value"] for row in rows if row["field"] == "condition"] == [
        "Waldenström macroglobulinemia",
        "made-up lymphoma",
        "made-up leukemia",
        "B-cell non-Hodgkin lymphoma",
        "made-up cell lymphoma",
    ]
    assert [row["value"] for row in rows if row["field"] == "drug"] == [
        "Cladribine",
        "Cytarabine",
        "Mitoxantrone Hydrochloride",
    ]
    for row in rows:
        there = text[int(row["start"]) : int(row["end"])]
        printed = row["printed"] or row["value"]
        assert there == printed or (there.startswith("B-cell]") and "lymphoma" in there)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("[Cytarabine](/about-cancer/treatment/drugs/cytarabine)", "Cytarabine"),
        ("- **[Waldenström macroglobulinemia](/p?id=1).**", "- Waldenström macroglobulinemia"),
        ("](/p?id=2) or [", "](/p?id=2) but not ["),
    ],
)
def test_a_page_that_says_it_otherwise_is_not_guessed_at(
    old: str, new: str, tmp_path: Path
) -> None:
    pages = tmp_path / "pages"
    pages.mkdir()
    assert old in PAGE
    text = PAGE.replace("{number}", "1").replace(old, new)
    result = run("read_pages.py", pages_folder(pages, text), PDQ, "-o", tmp_path / "out.tsv")
    assert result.returncode and "made-up-m.md" in result.stderr
    assert not (tmp_path / "out.tsv").exists()


def test_rows_stay_whose_parts_are_all_approved_and_as_they_are(tmp_path: Path) -> None:
    hcpcs = (
        '"Generic Name","FDA Approval Year"\nCladribine,1993\nMitoxantrone HCl,1987\nImatinib,\n'
    )
    (tmp_path / "hcpcs_results.csv").write_text(hcpcs, encoding="utf-8")
    ndc = '"NDC-11 (Package)","Generic Name"\n1,Cytarabine\n'
    (tmp_path / "ndconc_results.csv").write_text(ndc, encoding="utf-8")
    (tmp_path / "drugbank.csv").write_text("Common name,Synonyms\nX,Y | Z\n", encoding="utf-8")
    products = "Preferred Label\nCladribine / Cytarabine\n"
    (tmp_path / "RXNORM.csv.gz").write_bytes(gzip.compress(products.encode()))
    atc = "atc_code,atc_name,ddd\nL01EA01,imatinib,NA\n"
    (tmp_path / "atc.csv").write_text(atc, encoding="utf-8")
    (tmp_path / "nci-drug-pages").mkdir()
    out = tmp_path / "out.tsv"
    arguments = ("--files", tmp_path, "--atc", tmp_path / "atc.csv", "-o", out)
    result = run(
        "select_rows.py", PDQ, *arguments, "--dictionary", directory("data") / "dictionary"
    )
    assert result.returncode == 0, result.stderr
    head, *rows = (line.split("\t") for line in out.read_text(encoding="utf-8").splitlines())
    release = PDQ.read_text(encoding="utf-8").splitlines()
    assert [row[0] for row in rows] == ["CDR9990000002", "CDR9990000003", "CDR9990000004"]
    for row in rows:
        (line,) = [line.split("\t") for line in release if line.startswith(row[0] + "\t")]
        names = release[0].split("\t")
        assert row == [line[names.index(name)] for name in head]
    assert "left out: the name is that of one drug or product" in result.stdout
