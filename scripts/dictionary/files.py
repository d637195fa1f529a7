"""The files that the dictionary is made from, each as it is released, read as records.

A record keeps where it stands: the file, and the key of its row (an id of the source's own where
the source has one, else the cells that tell it from the others), so that every name of the
dictionary says where it was read. Nothing here decides which of the names are right.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

CANMED_HCPCS = "canmed-hcpcs"
CANMED_NDC = "canmed-ndc"
DRUGBANK = "drugbank-open-vocabulary"
PDQ = "pdq-ncit-2016"
RXNORM = "rxnorm-bioportal"
UNII = "unii-names"
PAGE, COMBINATION = "cancer-gov-", "nci-"

TITLES = {
    CANMED_HCPCS: ("hcpcs_results.csv", "CanMED: HCPCS codes of cancer drugs"),
    CANMED_NDC: ("ndconc_results.csv", "CanMED: NDC codes of cancer drugs"),
    DRUGBANK: ("drugbank.csv", "DrugBank open vocabulary"),
    PDQ: ("PDQ_2016_07_31_TO_NCI_2016_10E_201607.txt", "PDQ terms mapped to the NCI Thesaurus"),
    RXNORM: ("RXNORM.csv.gz", "RxNorm, as BioPortal gives it"),
    UNII: ("UNII_Names_slim.txt", "UNII names, a part of them"),
}
ADDRESSES = {
    CANMED_HCPCS: "https://seer.cancer.gov/oncologytoolbox/canmed/hcpcs/",
    CANMED_NDC: "https://seer.cancer.gov/oncologytoolbox/canmed/ndconc/",
    DRUGBANK: "https://go.drugbank.com/releases/latest#open-data",
    PDQ: "https://evs.nci.nih.gov/ftp1/NCI_Thesaurus/",
    RXNORM: "https://bioportal.bioontology.org/ontologies/RXNORM",
    UNII: "https://precision.fda.gov/uniisearch/archive",
}


@dataclass(frozen=True, slots=True)
class Reading:
    """Where a name was read: a document, the key of the row in it, and the column.

    On a page the row is the code points of the name, as ``first-last``, and there is no column.
    """

    document: str
    row: str
    column: str = ""

    def of(self, column: str) -> Reading:
        """The same row in another column."""
        return Reading(self.document, self.row, column)


@dataclass(frozen=True, slots=True)
class Page:
    """A page of cancer.gov on one drug."""

    title: str
    reading: Reading
    listed_as: str
    listed_at: Reading
    ncit: str
    brands: tuple[tuple[str, Reading], ...]


@dataclass(frozen=True, slots=True)
class Product:
    """A row of CanMED: a product with its generic name, brand and classes."""

    reading: Reading
    generic: str
    brand: str
    category: str
    major: str
    minor: str


@dataclass(frozen=True, slots=True)
class Substance:
    """A record of DrugBank's open vocabulary."""

    reading: Reading
    name: str
    unii: str
    synonyms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Term:
    """A row of the PDQ-NCIt table: a PDQ name, and the code and name that NCIt has for it."""

    reading: Reading
    name: str
    code: str
    ncit_name: str


@dataclass(frozen=True, slots=True)
class Concept:
    """A class of RxNorm."""

    reading: Reading
    label: str
    synonyms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UniiName:
    """A name of the UNII list, with its type (``of``, ``cn``, ``bn``, ``cd``, ``sys``)."""

    reading: Reading
    name: str
    type: str
    display_name: str


def documents(
    registry: Path, samples: Path, used: Collection[str]
) -> Iterator[tuple[str, str, str, str, str]]:
    """The documents that were read: slug, title, address, kind and SHA-256 of the bytes."""
    for document, (name, title) in sorted(TITLES.items()):
        if document in used:
            path = (samples / "unii" if document == UNII else registry) / name
            yield document, title, ADDRESSES[document], "RecordText", _sha256(path)
    for path in sorted((registry / "nci-drug-pages").glob("*.md")):
        document = document_of_page(path)
        if document in used:
            text = path.read_bytes().decode("utf-8")
            title, address = _TITLE.search(text), _ADDRESS.search(text)
            assert title is not None
            name = f"cancer.gov: {title[1]}"
            yield document, name, address[1] if address else "", "WholeFile", _sha256(path)
        if (combination := combination_of_page(path)) in used:
            slug = combination.removeprefix(COMBINATION)
            address = _ADDRESS.search(path.read_bytes().decode("utf-8"))
            name = f"cancer.gov page {slug}"
            yield combination, name, address[1] if address else "", "WholeFile", _sha256(path)


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


_PAGES = "about-cancer-treatment-drugs-"
_PART = re.compile(r"^\|[^|]*\|[^|\[]*\[([^\]]+)\]\([^)]*\) \(([^)]+)\) *\|", re.MULTILINE)
_ADDRESS = re.compile(r"^url: (https://\S+)$", re.MULTILINE)
_LINK = re.compile(r"\[Find Clinical Trials for ([^\]]+)\]\([^)]*/(C\d+)\)")
_TITLE = re.compile(r"^# (?!.* - NCI$)(.+?)\s*$", re.MULTILINE)
_APPROVED = re.compile(r"^FDA Approved$", re.MULTILINE)
_BRANDS = re.compile(r"^(?:US )?Brand Name\(s\)\s*\n\n((?:.+\n)+)", re.MULTILINE)


def pages(folder: Path) -> Iterator[Page]:
    """The pages on one drug; lists of drugs and pages on combinations are passed over."""
    for path in sorted(folder.glob("*.md")):
        text = path.read_bytes().decode("utf-8")
        title = _TITLE.search(text)
        if title is None or not _APPROVED.search(text):
            continue
        document = document_of_page(path)
        link, brands = _LINK.search(text), _BRANDS.search(text)
        yield Page(
            title[1],
            _span(document, title.span(1)),
            link[1].strip() if link else "",
            _span(document, link.span(1)) if link else _span(document, title.span(1)),
            link[2] if link else "",
            tuple(_lines(document, text, *brands.span(1))) if brands else (),
        )


def called(folder: Path) -> Iterator[tuple[str, str, Reading]]:
    """What pages on combinations print in brackets behind a part: the part, the name, and where.

    ``| **O** | = [Vincristine Sulfate](…) (Oncovin) |``
    """
    for path in sorted(folder.glob("*.md")):
        text = path.read_bytes().decode("utf-8")
        if not _APPROVED.search(text):
            for row in _PART.finditer(text):
                yield row[1], row[2], _span(combination_of_page(path), row.span(2))


def other_titles(folder: Path) -> Iterator[str]:
    """The titles of the pages that are on no single drug: combinations, and lists of drugs."""
    for path in sorted(folder.glob("*.md")):
        text = path.read_bytes().decode("utf-8")
        title = _TITLE.search(text)
        if title and not _APPROVED.search(text):
            yield title[1]


def _span(document: str, span: tuple[int, int]) -> Reading:
    return Reading(document, f"{span[0]}-{span[1]}")


def _lines(document: str, text: str, start: int, end: int) -> Iterator[tuple[str, Reading]]:
    for line in re.finditer(r"^[ \t]*(\S.*?)[ \t\r]*$", text[start:end], re.MULTILINE):
        yield line[1], _span(document, (start + line.start(1), start + line.end(1)))


def document_of_page(path: Path) -> str:
    """The slug of the document that a page of cancer.gov is."""
    return PAGE + path.stem.removeprefix(_PAGES)


def combination_of_page(path: Path) -> str:
    """The slug of the document that a page on a combination is: the registry of regimens reads it
    too."""
    return COMBINATION + path.stem.removeprefix(_PAGES)


def products(path: Path, document: str) -> Iterator[Product]:
    """The rows of a CanMED table; those of HCPCS have no key of their own."""
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            cells = (
                row.get(name, "") for name in ("HCPCS", "Generic Name", "Brand Name", "Strength")
            )
            yield Product(
                Reading(document, row.get("NDC-11 (Package)") or " ".join(filter(None, cells))),
                row["Generic Name"].strip(),
                row["Brand Name"].strip(),
                row["SEER*Rx Category"].strip(),
                (row.get("Major Drug Class") or row.get("Major Class") or "").strip(),
                (row.get("Minor Drug Class") or row.get("Minor Class") or "").strip(),
            )


def substances(path: Path) -> Iterator[Substance]:
    """The records of DrugBank's open vocabulary."""
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield Substance(
                Reading(DRUGBANK, row["DrugBank ID"]),
                row["Common name"].strip(),
                row["UNII"].strip(),
                tuple(name.strip() for name in row["Synonyms"].split(" | ") if name.strip()),
            )


def terms(path: Path) -> Iterator[Term]:
    """The rows of the PDQ-NCIt table."""
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            if row["Source Code"].startswith("CDR"):
                yield Term(
                    Reading(PDQ, row["Source Code"]),
                    row["Source Name"].replace(",,", ",").strip(),
                    row["Target Code"].strip(),
                    row["Target Name"].replace(",,", ",").strip(),
                )


def concepts(path: Path) -> Iterator[Concept]:
    """The classes of RxNorm that are not obsolete."""
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["Obsolete"] != "true":
                yield Concept(
                    Reading(RXNORM, row["Class ID"].rpartition("/")[2]),
                    row["Preferred Label"].strip(),
                    tuple(name.strip() for name in row["Synonyms"].split("|") if name.strip()),
                )


def unii_names(path: Path) -> Iterator[UniiName]:
    """The names of the UNII list."""
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            key = f"{row['Name']} {row['TYPE']} {row['UNII']}"
            yield UniiName(
                Reading(UNII, key, "Name"), row["Name"].strip(), row["TYPE"], row["Display Name"]
            )
