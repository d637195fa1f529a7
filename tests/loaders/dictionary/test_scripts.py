"""The scripts of the dictionary on files in the form in which the sources release them.

Most of what is tested is told by files that are made up: a drug named examplatin, with what the
sources get wrong. The packaged tables are what the scripts make of the real files.
"""

from __future__ import annotations

import csv
import gzip
import subprocess
import sys
from pathlib import Path

import pytest
from measuring import unmeasured_environment
from places import ROOT

SCRIPTS = ROOT / "scripts" / "dictionary"
MODULES = [
    "build",
    "choosing",
    "classes",
    "drugs",
    "files",
    "forms",
    "gathering",
    "labels",
    "names",
    "rules",
    "slips",
]

PAGE = """---
title: {title} - NCI
url: https://www.cancer.gov/about-cancer/treatment/drugs/{slug}
---

# {title} - NCI

# {title}

Placeholder slot

US Brand Name(s)

{brands}

FDA Approved

Yes

[Find Clinical Trials for {listed}](https://www.cancer.gov/research/intervention/{code}) - Check.
"""
PAGES = (  # slug, title, name under which trials are listed, code, brands
    ("examplatinzincate", "Examplatin Hydrochloride", "Examplatin Hydrochloride", "C1", "Exa"),
    ("samplumab", "Samplumab", "Samplumab", "C2", "Sampla\nZuzumpla"),
    ("testumab-abcd", "Testumab-abcd", "Testumab-abcd", "C3", "Testa"),
    ("examplatin-and-samplumab", "Examplatin and Samplumab-efgh", "Both", "C4", "Exasampla"),
)
COMBINATION = """# EXA - NCI

# EXA

| **EX** | = [Examplatin Hydrochloride](/drugs/examplatinzincate) (Exanol) |
| **A** | = [Anybodyine](/drugs/anybodyine) (Anol) |
"""
HCPCS = (
    "HCPCS,Generic Name,Brand Name,Strength,SEER*Rx Category,Major Drug Class,Minor Drug Class",
    "J1,Examplatin,Exa,1 mg,Chemotherapy,Made-Up Agent,",
    "J2,Examplatin,Liposexa,1 mg,Chemotherapy,Made-Up Agent,",
    "J3,Samplumab,Sampla,1 mg,Immunotherapy,Monoclonal Antibody,",
    "J4,Samplumab-bcde,Zuzumpla,1 mg,Immunotherapy,Monoclonal Antibody,",
    "J5,Testumab,Exa,1 mg,Immunotherapy,Monoclonal Antibdy,",
    'J6,Otherine,"Otrasia, Otramix",1 mg,Chemotherapy,Made-Up Agent,',
    "J7,Otherinne,Otrra,1 mg,Chemotherapy,Made-Up Agent,",
    "J8,Unknownine,Unk,1 mg,Chemotherapy,Made-Up Agent,",
    "J9,Chemotherapy - non specific,,,Chemotherapy,,",
)
NDC = (
    "NDC-11 (Package),Generic Name,Brand Name,Strength,SEER*Rx Category,Major Class,Minor Class",
    "1-1-1,Otherine,OTRASIA,1 mg,Chemotherapy,Made-Up Agent,",
    "1-1-2,Testumab,Monoclonal Antibody,1 mg,Immunotherapy,Monoclonal Antibody,",
    "1-1-3,OTHERINE TABLETS,Otherine Forte,1 mg,Chemotherapy,Made-Up Agent,",
)
DRUGBANK = (
    "DrugBank ID,Accession Numbers,Common name,CAS,UNII,Synonyms,Standard InChI Key",
    "DB1,,Examplatin,,,Examplatino | XZ-1234 | EX | EXL | Exa liposome | Sharedine | "
    "Examplatin and water | EXA | [1-(2-exa)]platin | Made-Up Agent,",
    "DB2,,Samplumab,,,Samplumab-bcde | Samplumab beta | SB-123 | Samplumabum,",
    "DB3,,Otherine,,,Sharedine | Otherina,",
    "DB4,,Nobodyine,,,Nobodyina | Otherina,",
    "DB5,,Testumab,,,,",
)
PDQ = (
    "Source Code\tSource Name\tTarget Code\tTarget Name",
    "CDR1\texamplatin\tC9\tExamplatin",
    "CDR2\tkinase inhibitor EXP-777\tC9\tExamplatin",
    "CDR3\tambiguous name\tC9\tExamplatin",
    "CDR3\tambiguous name\tC8\tOther",
    "CDR4\texamplatin/nobodyine\tC7\tRegimen",
)
RXNORM = (
    "Class ID,Preferred Label,Synonyms,Obsolete",
    "http://example.org/R1,Examplatin liposome 2 MG/ML [Liposexa],,false",
    "http://example.org/R2,examplatin,examPLAtin|Old exa,false",
    "http://example.org/R3,Otherine 2 MG/ML [Gone],,true",
)
UNII = (
    "Name\tTYPE\tUNII\tDisplay Name",
    "EXAMPLA\tbn\tU1\tEXAMPLATIN",
    "EX [INN]\tcn\tU1\tEXAMPLATIN",
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tables that the script makes of the made-up files."""
    folder = tmp_path_factory.mktemp("dictionary")
    pages, samples, curated = (folder / name for name in ("nci-drug-pages", "unii", "curated"))
    for each in (pages, samples, curated):
        each.mkdir()
    for slug, title, listed, code, brands in PAGES:
        text = PAGE.format(slug=slug, title=title, listed=listed, code=code, brands=brands)
        (pages / f"about-cancer-treatment-drugs-{slug}.md").write_text(text, encoding="utf-8")
    (pages / "about-cancer-treatment-drugs-exa.md").write_text(COMBINATION, encoding="utf-8")
    for name, lines in (
        ("hcpcs_results.csv", HCPCS),
        ("ndconc_results.csv", NDC),
        ("drugbank.csv", DRUGBANK),
        ("PDQ_2016_07_31_TO_NCI_2016_10E_201607.txt", PDQ),
        ("unii/UNII_Names_slim.txt", UNII),
        ("components.tsv", ("name", "nobodyine", "folexa")),
    ):
        (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    with gzip.open(folder / "RXNORM.csv.gz", "wt", encoding="utf-8") as file:
        file.write("\n".join(RXNORM) + "\n")
    fact = "drug/otherine:\n  prefLabel: otherine\n  altLabel: {is: Kept, at: 1-2}\n"
    (curated / "otherine.yaml").write_text("document: x\n" + fact, encoding="utf-8")
    build(folder, folder, folder / "out", components=folder / "components.tsv", curated=curated)
    return folder / "out"


def build(registry: Path, samples: Path, out: Path, **options: Path) -> None:
    arguments = {"registry": registry, "samples": samples, "out": out, **options}
    told = [f"--{name}={value}" for name, value in arguments.items()]
    done = subprocess.run(
        [sys.executable, SCRIPTS / "build.py", *told],
        capture_output=True,
        text=True,
        check=False,
        env=unmeasured_environment(),
    )
    assert done.returncode == 0, done.stderr


def rows(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / f"{name}.tsv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def names(folder: Path, drug: str) -> dict[str, str]:
    return {row["name"]: row["kind"] for row in rows(folder, "names") if row["drug"] == drug}


def test_pages_products_curated_drugs_and_components_become_drugs(made: Path) -> None:
    drugs = {row["drug"]: (row["form"], row["base"]) for row in rows(made, "drugs")}
    assert drugs == {
        "examplatin": ("", ""),
        "examplatin-hydrochloride": ("Salt", "examplatin"),
        "examplatin-liposome": ("Liposomal", "examplatin"),
        "examplatin-and-samplumab": ("FixedCombination", ""),
        "samplumab": ("", ""),
        "samplumab-bcde": ("Biosimilar", "samplumab"),
        "testumab": ("", ""),
        "otherine": ("", ""),
        "nobodyine": ("", ""),
    }


def test_a_name_goes_to_the_drug_that_it_is_of(made: Path) -> None:
    assert names(made, "examplatin") == {
        "Examplatino": "altLabel",
        "Exanol": "altLabel",  # behind the salt in a combination: people call the salt by the base
        "XZ-1234": "researchCode",
        "EXP-777": "researchCode",
        "kinase inhibitor EXP-777": "altLabel",
        "Old exa": "altLabel",
        "EXAMPLA": "brandName",
    }
    assert names(made, "examplatin-liposome") == {"Liposexa": "brandName"}
    assert names(made, "samplumab") == {"Sampla": "brandName", "Samplumabum": "altLabel"}
    assert names(made, "samplumab-bcde") == {"Zuzumpla": "brandName"}
    assert names(made, "testumab") == {"Testa": "brandName", "Testumab-abcd": "altLabel"}
    assert names(made, "examplatin-and-samplumab") == {
        "Exasampla": "brandName",
        "Both": "altLabel",
        "Examplatin and Samplumab-efgh": "altLabel",
    }
    assert names(made, "otherine") == {"Otrasia": "brandName", "otherinne": "hiddenLabel"}


def test_what_is_left_out_is_listed_with_the_reason(made: Path) -> None:
    reasons = {(row["name"], row["drug"]): row["reason"] for row in rows(made, "left-out")}
    for name, drug, reason in (
        ("EX", "examplatin", "two letters or fewer"),
        ("EXL", "examplatin", "a bare abbreviation"),
        ("EXA", "examplatin", "also the name of a regimen"),
        ("Exa liposome", "examplatin", "names another form of the drug"),
        ("Examplatin and water", "examplatin", "a combination or a mixture"),
        ("[1-(2-exa)]platin", "examplatin", "a systematic chemical name"),
        ("Made-Up Agent", "examplatin", "a class, not a drug"),
        ("Sharedine", "examplatin", "also a name of Otherine"),
        ("Otherina", "nobodyine", "also a name of Otherine"),
        ("Samplumab beta", "samplumab", "names something narrower than the drug"),
        ("SB-123", "samplumab", "a code in a record that biosimilars in development share"),
        ("Liposexa", "examplatin", "kept for examplatin liposome"),
        ("Zuzumpla", "samplumab", "kept for samplumab-bcde"),
        ("Otramix", "otherine", "in a list of brands that no other file confirms"),
        ("unknownine", "", "printed by no other file"),
        ("chemotherapy - non specific", "", "no drug"),
        ("monoclonal antibdy", "testumab", "a slip for monoclonal antibody"),
    ):
        assert reasons[name, drug] == reason


def test_readings_are_where_the_name_stands(made: Path) -> None:
    page = made.parent / "nci-drug-pages" / "about-cancer-treatment-drugs-samplumab.md"
    text = page.read_text(encoding="utf-8")
    found = [row for row in rows(made, "names") if row["name"] == "Sampla"]
    start, end = map(int, found[0]["row"].split("-"))
    assert text[start:end] == "Sampla"
    part = next(row for row in rows(made, "names") if row["name"] == "Exanol")
    start, end = map(int, part["row"].split("-"))
    assert (part["document"], COMBINATION[start:end]) == ("nci-exa", "Exanol")
    code = next(row for row in rows(made, "names") if row["name"] == "XZ-1234")
    assert [code[name] for name in ("document", "row", "column")] == [
        "drugbank-open-vocabulary", "DB1", "Synonyms",
    ]  # fmt: skip


def test_the_tables_load(made: Path) -> None:
    from regimenkg.loaders.dictionary import load

    tables = [made / f"{name}.tsv" for name in ("documents", "drugs", "names", "classes")]
    assert list(load(tables))


def test_the_packaged_tables_are_what_the_scripts_make(
    registry_dir: Path, samples_dir: Path, tmp_path: Path
) -> None:
    build(registry_dir, samples_dir, tmp_path)
    for path in sorted(tmp_path.iterdir()):
        packaged = ROOT / "data" / "dictionary" / path.name
        assert path.read_bytes() == packaged.read_bytes(), path.name


@pytest.mark.parametrize("module", sorted(MODULES))
def test_the_examples_of_the_scripts_hold(module: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "doctest", f"{module}.py"],
        cwd=SCRIPTS,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
