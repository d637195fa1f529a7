"""Check codes that a script joined against files that it did not use, a sample of each vocabulary.

    python scripts/precision/check_mappings.py DIR

DIR holds clones as `second_sources` says. Of each vocabulary rows are drawn in an order that a seed
gives and looked up, until 150 of them are in a second source or none is left. A row is right where
such a file prints its code beside a name of its drug. What that does not decide, somebody does in
the table itself: a verdict "by eye" is kept while its row is there. The table is
tests/golden/mapping-precision.tsv; the figures go to docs/explanation/mappings.md, between the two
comments that say so.
"""

from __future__ import annotations

import argparse
import csv
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from math import sqrt
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
TABLE = ROOT / "tests" / "golden" / "mapping-precision.tsv"
PAGE = ROOT / "docs" / "explanation" / "mappings.md"
SETS = ("drug-codes", "ndc")
SEED, SIZE = 13, 150
COLUMNS = (
    "vocabulary",
    "draw",
    "subject_id",
    "predicate_id",
    "object_id",
    "verdict",
    "checked",
    "printed",
    "source",
)
RIGHT, WRONG = "right", "wrong"
JOINED, BY_EYE = "joined", "by eye"
BEGIN, END = "<!-- precision: written by check_mappings.py -->", "<!-- end of precision -->"
NAMES = {
    "atc": "ATC",
    "cas": "CAS",
    "chebi": "ChEBI",
    "chembl": "ChEMBL",
    "drugbank": "DrugBank",
    "mesh": "MeSH",
    "ncit": "NCIt",
    "ndc": "NDC",
    "pubchem": "PubChem",
    "rxnorm": "RxNorm",
    "unii": "UNII",
}


class Figures(NamedTuple):
    """Of a vocabulary: rows, rows drawn, of those right and wrong; the rest are in no source."""

    vocabulary: str
    rows: int
    drawn: int
    right: int
    wrong: int

    @property
    def checked(self) -> int:
        """How many rows have a verdict."""
        return self.right + self.wrong

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's interval of the share that is right, at 95 %; 0 to 1 where nothing is known.

        >>> [round(bound, 3) for bound in Figures("cas", 471, 150, 148, 2).interval]
        [0.953, 0.996]
        """
        n, z = self.checked, 1.959964
        if not n:
            return 0.0, 1.0
        share = self.right / n
        middle = (share + z * z / (2 * n)) / (1 + z * z / n)
        half = z * sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / (1 + z * z / n)
        return max(0.0, middle - half), min(1.0, middle + half)


def mapped_rows(folder: Path = ROOT / "ontology" / "mappings") -> dict[str, list[dict[str, str]]]:
    """The rows of the joined sets, by the prefix of the code."""
    rows: dict[str, list[dict[str, str]]] = defaultdict(list)
    for name in SETS:
        with (folder / f"{name}.sssom.tsv").open(encoding="utf-8", newline="") as stream:
            lines = (line for line in stream if not line.startswith("#"))
            for row in csv.DictReader(lines, delimiter="\t"):
                rows[row["object_id"].partition(":")[0]].append(row)
    return rows


def drawn(rows: Mapping[str, list[dict[str, str]]], prefix: str) -> list[dict[str, str]]:
    """All rows of a vocabulary in the order in which they are looked at.

    The order is by a hash of seed and row: as good as chance, and a row keeps its place among the
    others when rows come or go.
    """
    return sorted(rows[prefix], key=_lot)


def figures(
    verdicts: Iterable[Mapping[str, str]], rows: Mapping[str, Sequence[object]]
) -> list[Figures]:
    """What the verdicts come to."""
    verdicts = list(verdicts)
    count = Counter((verdict["vocabulary"], verdict["verdict"]) for verdict in verdicts)
    found = []
    for prefix in sorted(rows):
        last = max((int(one["draw"]) for one in verdicts if one["vocabulary"] == prefix), default=0)
        right, wrong = count[prefix, RIGHT], count[prefix, WRONG]
        enough = right + wrong >= SIZE
        found.append(
            Figures(prefix, len(rows[prefix]), last if enough else len(rows[prefix]), right, wrong)
        )
    return found


def page_table(found: Iterable[Figures]) -> str:
    """The figures as the page prints them."""
    lines = [
        "| vocabulary | rows | drawn | with a second source | right | precision | 95 % interval |",
        "|---|---|---|---|---|---|---|",
    ]
    for one in found:
        low, high = (f"{100 * bound:.1f}" for bound in one.interval)
        share = f"{100 * one.right / one.checked:.1f} %" if one.checked else "not known"
        interval = f"{low} to {high} %" if one.checked else ""
        lines.append(
            f"| {NAMES[one.vocabulary]} | {one.rows:,} | {one.drawn} | {one.checked} | {one.right}"
            f" | {share} | {interval} |"
        )
    return "\n".join(lines)


def read_verdicts(path: Path = TABLE) -> list[dict[str, str]]:
    """The table as it stands; empty where there is none yet."""
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream, delimiter="\t"))


def main(arguments: Sequence[str] | None = None) -> int:
    """Draw, look up, write table and page; says what is left to look at."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path, help="clones of the second sources")
    options = parser.parse_args(arguments)
    rows = mapped_rows()
    by_eye = {_key(one): one for one in read_verdicts() if one["checked"] == BY_EYE}
    lookup = Lookup(options.folder)
    verdicts = [
        one for prefix in sorted(rows) for one in lookup.verdicts(drawn(rows, prefix), by_eye)
    ]
    with TABLE.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, COLUMNS, delimiter="\t", lineterminator="\n")
        writer.writeheader()
        writer.writerows(verdicts)
    text = PAGE.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    after = rest.partition(END)[2]
    table = page_table(figures(verdicts, rows))
    PAGE.write_text(f"{before}{BEGIN}\n{table}\n{END}{after}", encoding="utf-8")
    for one in verdicts:
        if one["verdict"] not in (RIGHT, WRONG):
            print("\t".join(one[column] for column in COLUMNS), file=sys.stderr)
    return 0


def _lot(row: Mapping[str, str]) -> bytes:
    return sha256(f"{SEED} {' '.join(_key(row))}".encode()).digest()


def _key(row: Mapping[str, str]) -> tuple[str, str]:
    return row["subject_id"], row["object_id"]


def _file(place: str) -> str:
    """The file of a place, without its lines."""
    return re.sub(r":[\d:-]+$", "", place)


class Lookup:
    """Finds what second sources print of a code."""

    def __init__(self, folder: Path) -> None:
        sys.path.append(str(ROOT / "scripts" / "dictionary"))
        from codes import read_drugs
        from codes_atc import since
        from codes_sources import key
        from second_sources import Printed, read

        self._key = key
        self._drugs = {f"rkd:drug/{one.slug}": one for one in read_drugs(ROOT / "data/dictionary")}
        by_slug = {drug.slug: drug for drug in self._drugs.values()}
        with (ROOT / "data/dictionary/drugs.tsv").open(encoding="utf-8", newline="") as stream:
            self._bases = {
                f"rkd:drug/{row['drug']}": by_slug[row["base"]].keys
                for row in csv.DictReader(stream, delimiter="\t")
                if row["base"]
            }
        self._former = since()[1]
        self._by_code: dict[tuple[str, str], list[Printed]] = defaultdict(list)
        self._by_name: dict[tuple[str, str], list[Printed]] = defaultdict(list)
        for record in read(folder):
            self._by_code[record.prefix, record.code].append(record)
            self._by_name[record.prefix, key(record.name)].append(record)

    def verdicts(
        self,
        order: Iterable[dict[str, str]],
        by_eye: Mapping[tuple[str, str], dict[str, str]],
    ) -> list[dict[str, str]]:
        """Verdicts of the first rows that any source has: of a person, else of the sources."""
        found: list[dict[str, str]] = []
        for draw, row in enumerate(order, 1):
            verdict = by_eye.get(_key(row)) or self._verdict(row)
            if verdict is not None:
                found.append(verdict | {"draw": str(draw)})
            if len(found) == SIZE:
                break
        return sorted(found, key=_key)

    def _verdict(self, row: dict[str, str]) -> dict[str, str] | None:
        """None where no source has the code, nor another code beside a name of the drug.

        A file that the row's own evidence is of does not count.
        """
        prefix, _, code = row["object_id"].partition(":")
        drug = self._drugs[row["subject_id"]]
        names = {*drug.keys, self._key(row["object_label"])}
        if prefix == "ndc":
            names = {*drug.keys, *self._bases.get(row["subject_id"], ())}
        own = {
            _file(place)
            for column in ("evidence", "crosswalk")
            for place in (row.get(column) or "").split("|")
        }
        printed = [
            one for one in self._by_code.get((prefix, code), ()) if _file(one.place) not in own
        ]
        same = [one for one in printed if self._bears(prefix, one.name, names)]
        others = [
            one
            for one in self._by_name.get((prefix, self._key(drug.label)), ())
            if one.code not in self._former and _file(one.place) not in own
        ]
        if same:
            verdict, read = RIGHT, same[0]
        elif printed:
            verdict, read = "another name", printed[0]
        elif others and row["predicate_id"] == "skos:exactMatch":
            verdict, read = f"another code: {others[0].code}", others[0]
        else:
            return None
        return {
            "vocabulary": prefix,
            "subject_id": row["subject_id"],
            "predicate_id": row["predicate_id"],
            "object_id": row["object_id"],
            "verdict": verdict,
            "checked": JOINED,
            "printed": read.name,
            "source": read.place,
        }

    def _bears(self, prefix: str, name: str, names: Iterable[str]) -> bool:
        """Whether a printed name is the drug's.

        Of a product it has strength and form beside it, and may be that of a salt's base.
        """
        words = self._key(name)
        if prefix == "ndc":
            return any(f" {one} " in f" {words} " for one in names)
        return words in names


if __name__ == "__main__":
    sys.exit(main())
