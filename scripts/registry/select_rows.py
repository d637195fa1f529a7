"""Makes data/registry/pdq-ncit.tsv of the table of PDQ terms and NCI Thesaurus codes.

The rows that stay are those that `regimenkg load registry` would take from the table where the
graph knows the approved drugs (approved.py says which) and no others; they stay as they are, in the
order of the release, without the columns that are the same in every row. How many rows stay, and
why the others go, is printed::

    python scripts/registry/select_rows.py RELEASE --files DIR --atc FILE [-o FILE]
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path

from approved import SOURCES, Approved

from regimenkg.errors import LoaderError
from regimenkg.loaders import registry
from regimenkg.loaders.shared.base import Watch

KEPT = (
    "Source Code",
    "Source Name",
    "Source Coding Scheme Version",
    "Target Code",
    "Target Name",
    "Target Coding Scheme Version",
)
"""The columns that stay."""


class _Lines(Watch):
    """Notes the lines that are left out, with nothing else of them."""

    def leave_out(self, error: LoaderError) -> None:
        """Be told of a row that is left out."""


def selected(release: Path, approved: Approved) -> tuple[list[str], Counter[str]]:
    """The lines of the extract, its head first, and how often each reason was met.

    Raises LoaderError for a release that the loader does not read.
    """
    watch = _Lines()
    kept = {
        triple.object.value
        for triple in registry.load(release, resolve=approved, watch=watch)
        if triple.predicate.value.endswith("#rowKey")
    }
    with release.open(encoding="utf-8", newline="") as stream:
        head, *rows = (line.rstrip("\r\n").split("\t") for line in stream)
    places = [head.index(name) for name in KEPT]
    key = head.index("Source Code"), head.index("Target Code")
    lines = ["\t".join(KEPT)]
    for row in rows:
        if len(row) == len(head) and f"{row[key[0]].strip()} {row[key[1]].strip()}" in kept:
            lines.append("\t".join(row[place] for place in places))
    return lines, Counter(watch.tallied)


def main(arguments: list[str] | None = None) -> None:
    """Write the extract and print the counts."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("release", type=Path, help="PDQ_…_TO_NCI_….txt as released")
    parser.add_argument("--files", type=Path, required=True, help="folder of the other files")
    parser.add_argument("--atc", type=Path, required=True, help="ATC with DDD, as CSV")
    parser.add_argument("--dictionary", type=Path, default=Path("data/dictionary"))
    parser.add_argument("-o", "--output", type=Path, default=Path("data/registry/pdq-ncit.tsv"))
    options = parser.parse_args(arguments)
    files = {name: options.files / name for name in SOURCES} | {"atc.csv": options.atc}
    lines, counts = selected(options.release, Approved(files, options.dictionary))
    options.output.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{len(lines) - 1} rows in {options.output}", file=sys.stderr)
    for reason, count in counts.most_common():
        print(f"{count}\t{reason}")


if __name__ == "__main__":
    main()
