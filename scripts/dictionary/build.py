"""Write data/dictionary/ from the files of the sources.

    python scripts/dictionary/build.py --registry DIR --samples DIR [--components FILE]

``--registry`` is the folder with CanMED, DrugBank, the PDQ-NCIt table, RxNorm and the pages of
cancer.gov as they are released, ``--samples`` the one with the UNII names, ``--components`` a table
of the names of drugs that the packaged registry of regimens lists, in the first column.
"""

from __future__ import annotations

import argparse
import csv
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import choosing
import classes
import files
import names
import rules
import yaml
from drugs import Drugs, Known, LeftOut, key
from gathering import gather
from names import Candidate

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the tables, and say how many drugs and names there are."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--registry", type=Path, required=True)
    parser.add_argument("--samples", type=Path, required=True)
    parser.add_argument("--components", type=Path, default=HERE / "components.tsv")
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
    branded = list(names.branded(concepts))
    drugs = gather(
        Known(files.substances(registry / files.TITLES[files.DRUGBANK][0]), terms),
        options.curated,
        files.pages(registry / "nci-drug-pages"),
        products,
        branded,
        _components(options.components, terms),
        {key(concept.label): concept.label for concept in concepts},
    )
    candidates = names.Candidates(
        drugs,
        {key(concept.label): concept for concept in concepts},
        {**_misleading(), **_regimens(registry / "nci-drug-pages"), **_class_names(products)},
    )
    candidates.pages()
    candidates.combinations(files.called(registry / "nci-drug-pages"))
    candidates.rxnorm_brands(branded)
    candidates.products(_confirmed(drugs, candidates.found))
    candidates.terms(terms)
    candidates.substances(drugs.known.names)
    candidates.concepts()
    candidates.unii(files.unii_names(options.samples / "unii" / files.TITLES[files.UNII][0]))
    chosen, left_out = _chosen(drugs, candidates, options.curated)
    options.out.mkdir(parents=True, exist_ok=True)
    _write(options.out / "drugs.tsv", DRUG_COLUMNS, _drug_rows(drugs))
    _write(options.out / "names.tsv", NAME_COLUMNS, _name_rows(chosen))
    in_classes, not_in = classes.classes(drugs, _doubtful_classes())
    left_out += not_in
    _write(options.out / "classes.tsv", CLASS_COLUMNS, _class_rows(in_classes))
    _write(options.out / "left-out.tsv", LEFT_OUT_COLUMNS, _left_out_rows(left_out))
    used = {drug.reading.document for drug in drugs.by_slug.values()}
    used |= {each.reading.document for each in (*chosen, *in_classes)}
    documents = files.documents(registry, options.samples, used)
    _write(options.out / "documents.tsv", DOCUMENT_COLUMNS, documents)
    kinds = Counter(candidate.kind for candidate in chosen)
    print(
        f"{len(drugs.by_slug)} drugs, {len(chosen)} names {dict(kinds)}, {len(in_classes)} in"
        f" {len({each.name for each in in_classes})} classes, {len(left_out)} left out"
    )


def _chosen(
    drugs: Drugs, candidates: names.Candidates, curated: Path
) -> tuple[list[Candidate], list[LeftOut]]:
    slipped, rest = choosing.slips(drugs, drugs.left_out)
    owned = {key(name): slug for slug, name in curated_names(curated)}
    chosen, shared = choosing.choose(drugs, [*candidates.found, *slipped], owned)
    chosen, near = choosing.misspelt(drugs, chosen, candidates.found)
    entered = {(key(each.name), each.drug) for each in chosen}
    left_out = [*rest, *candidates.left_out, *shared, *near]
    return chosen, [each for each in left_out if (key(each.name), each.drugs) not in entered]


def curated_names(folder: Path) -> Iterator[tuple[str, str]]:
    """The other names that the curated data have for their drugs, each with the drug's slug."""
    for path in sorted(folder.glob("*.yaml")):
        for thing, facts in yaml.safe_load(path.read_text(encoding="utf-8")).items():
            kind, _, slug = thing.partition("/")
            if kind != "drug":
                continue
            for name in ("altLabel", "brandName", "researchCode"):
                values = facts.get(name, [])
                for value in values if isinstance(values, list) else [values]:
                    yield slug, str(value["is"] if isinstance(value, dict) else value)


def _misleading() -> dict[str, str]:
    with (HERE / "misleading.tsv").open(encoding="utf-8", newline="") as file:
        return {key(row["name"]): row["reason"] for row in csv.DictReader(file, delimiter="\t")}


def _doubtful_classes() -> dict[tuple[str, str], str]:
    with (HERE / "doubtful-classes.tsv").open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t")
        return {(row["drug"], row["class"]): row["reason"] for row in rows}


def _regimens(pages: Path) -> dict[str, str]:
    """The names of the combinations that cancer.gov has pages on."""
    return {key(title): rules.REGIMEN for title in files.other_titles(pages)}


def _class_names(products: Iterable[files.Product]) -> dict[str, str]:
    return {
        key(name): rules.CLASS
        for product in products
        for name in (product.major, product.minor)
        if name
    }


def _confirmed(drugs: Drugs, found: Iterable[Candidate]) -> dict[str, set[str]]:
    """The brands that pages, RxNorm or CanMED's NDC table have in a cell of its own, with drugs."""
    brands: dict[str, set[str]] = {}
    for candidate in found:
        brands.setdefault(key(candidate.name), set()).add(candidate.drug)
    for drug in drugs.by_slug.values():
        for product in drug.products:
            if product.reading.document == files.CANMED_NDC and "," not in product.brand:
                brands.setdefault(key(product.brand), set()).add(drug.slug)
    return brands


DRUG_COLUMNS = ("drug", "label", "form", "base", "ingredients", "document", "row", "column")


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
            drug.reading.column,
        )


NAME_COLUMNS = ("drug", "kind", "name", "document", "row", "column")
CLASS_COLUMNS = ("drug", "class", "document", "row", "column")
DOCUMENT_COLUMNS = ("document", "title", "address", "kind", "sha256")
LEFT_OUT_COLUMNS = ("name", "drug", "reason", "document", "row", "column")


def _name_rows(chosen: Iterable[Candidate]) -> Iterable[Sequence[str]]:
    for each in sorted(
        chosen, key=lambda each: (each.drug, each.kind, each.name.casefold(), each.name)
    ):
        reading = each.reading
        yield each.drug, each.kind, each.name, reading.document, reading.row, reading.column


def _class_rows(in_classes: Iterable[classes.InClass]) -> Iterable[Sequence[str]]:
    for each in sorted(in_classes, key=lambda each: (each.drug, each.name)):
        reading = each.reading
        yield each.drug, each.name, reading.document, reading.row, reading.column


def _left_out_rows(left_out: Iterable[LeftOut]) -> Iterable[Sequence[str]]:
    rows = {
        (each.name, each.drugs, each.reason): each.reading
        for each in sorted(left_out, key=lambda each: each.reading.document, reverse=True)
    }
    for (name, drugs, reason), reading in sorted(rows.items()):
        yield name, drugs, reason, reading.document, reading.row, reading.column


def _components(path: Path, terms: Iterable[files.Term]) -> dict[str, files.Reading]:
    """The names that the registry needs, each with the first row of PDQ's table that has it."""
    rows: dict[str, files.Reading] = {}
    for term in terms:
        for part in (term.name, *term.name.split("/")):
            rows.setdefault(key(part), term.reading.of("Source Name"))
    with path.open(encoding="utf-8", newline="") as file:
        names = [row[0] for row in csv.reader(file, delimiter="\t") if row]
    return {name: rows[key(name)] for name in names if key(name) in rows}


def _write(path: Path, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Write a table as the loader reads it: cells between tabs, none quoted."""
    with path.open("w", encoding="utf-8", newline="") as file:
        for row in (columns, *rows):
            file.write("\t".join(" ".join(cell.split()) for cell in row) + "\n")


if __name__ == "__main__":
    main()
