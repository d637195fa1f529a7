"""Write the second readers' facts as a golden table, tests/golden/abstracts.tsv.

    python scripts/curation/golden.py SETTLED SECOND --corpus DIR --store DIR

A row is a value that the second reader wrote down, at that place, on the arm that it is in the
settled reading. What was settled otherwise is not in it: those verdicts are counted in
docs/explanation/curation.md. Words of a reader's own (qualifiers, conditions) are left out.
"""

from __future__ import annotations

import argparse
import csv
from pathlib import Path

from agreement import IN_WORDS, differences, facts, pair_arms
from build import ask, open_names
from form import Form
from values import Shared, in_graph

OUT = Path(__file__).parents[2] / "tests" / "golden" / "abstracts.tsv"
COLUMNS = ("document", "start", "end", "property", "value", "arm")
_RENAMED = {"condition": "studies", "id": "registryId", "total": "toxicity"}
_LEFT_OUT = IN_WORDS | {"condition", "setting", "dayOneAnchor", "responseCriteria", "site"}


def main() -> None:
    """Read both readings of each document, and write the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("settled", type=Path)
    parser.add_argument("second", type=Path)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--store", type=Path, required=True)
    given = parser.parse_args()
    abstracts = given.corpus / "abstracts"
    names = open_names(given.store)
    pairs = [
        (Form(path, abstracts), Form(given.second / path.name, abstracts))
        for path in sorted(given.settled.glob("*.yaml"))
    ]
    ask(names, [form for pair in pairs for form in pair])
    shared = Shared(names)
    rows: set[tuple[str, ...]] = set()
    for settled, second in pairs:
        arms = pair_arms(facts(second), facts(settled))
        for fact, kept in differences(second, settled)[0]:
            if fact.key in _LEFT_OUT:
                continue
            value = in_graph(fact.key, kept.cell.value, shared)
            for start, end in fact.cell.places:
                if not any(start < high and low < end for low, high in kept.cell.places):
                    continue  # another place, which is not the settled reading's
                prop = _RENAMED.get(fact.key, fact.key)
                rows.add((settled.slug, str(start), str(end), prop, value, arms[fact.arm]))
    with OUT.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, delimiter="\t", lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(sorted(rows, key=lambda row: (row[0], int(row[1]), int(row[2]), row[3:])))
    print(f"{len(rows)} rows")


if __name__ == "__main__":
    main()
