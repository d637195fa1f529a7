"""Write data/dictionary/ from the files of the sources.

    python scripts/dictionary/build.py --registry DIR --samples DIR --components FILE

``--registry`` is the folder with CanMED, DrugBank, the PDQ-NCIt table, RxNorm and the pages of
cancer.gov as they are released, ``--samples`` the one with the UNII names, ``--components`` a table
of the names of drugs that the registry of regimens needs, one in the first column of each line.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

import files
from drugs import Drugs, Known, key
from gathering import gather

ROOT = Path(__file__).resolve().parents[2]


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--registry", type=Path, required=True)
    parser.add_argument("--samples", type=Path, required=True)
    parser.add_argument("--components", type=Path, required=True)
    parser.add_argument("--curated", type=Path, default=ROOT / "data" / "drugs")
    parser.add_argument("--out", type=Path, default=ROOT / "data" / "dictionary")
    options = parser.parse_args(arguments)
    registry: Path = options.registry
    terms = list(files.terms(registry / files.TITLES[files.PDQ][0]))
    concepts = list(files.concepts(registry / files.TITLES[files.RXNORM][0]))
    products = [
        product
        for document in (files.CANMED_HCPCS, files.CANMED_NDC)
        for product in files.products(registry / files.TITLES[document][0], document)
    ]
    drugs = gather(
        Known(files.substances(registry / files.TITLES[files.DRUGBANK][0]), terms),
        options.curated,
        files.pages(registry / "nci-drug-pages"),
        products,
        _components(options.components, terms),
        {key(concept.label) for concept in concepts},
    )
    options.out.mkdir(parents=True, exist_ok=True)
    _write(options.out / "drugs.tsv", DRUG_COLUMNS, _drug_rows(drugs))
    print(f"{len(drugs.by_slug)} drugs")


DRUG_COLUMNS = ("drug", "label", "form", "base", "ingredients", "document", "row")


def _drug_rows(drugs: Drugs) -> Iterable[Sequence[str]]:
    for _, drug in sorted(drugs.by_slug.items()):
        yield (
            drug.slug,
            drug.label,
            " ".join(drug.forms),
            drug.base,
            " ".join(drug.ingredients),
            drug.reading.document,
            drug.reading.row,
        )


def _components(path: Path, terms: Iterable[files.Term]) -> dict[str, files.Reading]:
    """The names that the registry needs, each with the first row of the PDQ-NCIt table that has it."""
    rows: dict[str, files.Reading] = {}
    for term in terms:
        for part in (term.name, *term.name.split("/")):
            rows.setdefault(key(part), term.reading)
    with path.open(encoding="utf-8", newline="") as file:
        names = [row[0] for row in csv.reader(file, delimiter="\t") if row]
    return {name: rows[key(name)] for name in names if key(name) in rows}


def _write(path: Path, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter="\t", lineterminator="\n", quoting=csv.QUOTE_MINIMAL)
        writer.writerow(columns)
        writer.writerows(rows)


if __name__ == "__main__":
    main()
