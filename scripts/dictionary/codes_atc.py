"""Write what changed between two lists of ATC: codes that are gone, and codes that drugs got.

    python scripts/dictionary/codes_atc.py BEFORE.csv AFTER.csv

Both lists are of the repository of `codes_sources.ATC` at its commit. ATC alters codes each January
(in 2022 it moved the antibodies from L01XC to L01F), and the join of codes reads the older list; so
it needs to know which of those codes are former, and the newer ones of the dictionary's drugs. The
table, atc-since-2021.tsv, has a line of one of the two lists for each.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Sequence
from pathlib import Path

from codes_sources import Named, atc, key
from codes_write import table

HERE = Path(__file__).resolve().parent
TABLE = HERE / "atc-since-2021.tsv"
COLUMNS = ("code", "name", "status", "place")
VERSION = "2026-04-25"


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the table."""
    from codes import ROOT, read_drugs

    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("before", type=Path, help="WHO ATC-DDD 2021-12-03.csv")
    parser.add_argument("after", type=Path, help=f"WHO ATC-DDD {VERSION}.csv")
    options = parser.parse_args(arguments)
    before = {record.code: record for record in atc(options.before)}
    after = {record.code: record for record in atc(options.after)}
    names = {name for drug in read_drugs(ROOT / "data" / "dictionary") for name in drug.keys}
    rows = [
        (one.code, one.name, "former", one.place)
        for one in before.values()
        if one.code not in after
    ]
    rows += [
        (one.code, one.name, "new", one.place.replace("2021-12-03", VERSION))
        for one in after.values()
        if one.code not in before and key(one.name) in names
    ]
    TABLE.write_text(table(COLUMNS, sorted(rows)), encoding="utf-8", newline="\n")
    return 0


def since() -> tuple[list[Named], frozenset[str]]:
    """The codes that drugs got since the older list, and those that are no longer in the newer."""
    with TABLE.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream, delimiter="\t"))
    new = [
        Named("atc", row["code"], row["name"], row["place"], VERSION)
        for row in rows
        if row["status"] == "new"
    ]
    return new, frozenset(row["code"] for row in rows if row["status"] == "former")


if __name__ == "__main__":
    sys.exit(main())
