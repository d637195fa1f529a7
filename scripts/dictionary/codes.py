"""Join codes of other vocabularies to the drugs of the dictionary.

    python scripts/dictionary/codes.py --registry DIR --samples DIR

Reads the files as they were released (names and addresses in `codes_sources`), the tables of
data/dictionary and the sets that were made by hand, and writes ontology/mappings/
drug-codes.sssom.tsv, drug-codes-unverified.tsv and ndc.sssom.tsv. A row of drugs.sssom.tsv wins: it
is not repeated, and what contradicts it is listed with the rest that was left out. The counts go to
standard error. The same files give the same bytes.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

import codes_atc
import codes_ndc
from codes_join import EXACT, LEXICAL, NARROW, Drug, LeftOut, Row, join
from codes_sources import key, read
from codes_write import LICENCES, MADE, header, table

ROOT = Path(__file__).resolve().parents[2]
MISLEADING = Path(__file__).resolve().parent / "misleading.tsv"
COLUMNS = (
    "subject_id",
    "subject_label",
    "predicate_id",
    "object_id",
    "object_label",
    "mapping_justification",
    "object_source",
    "object_source_version",
    "confidence",
    "comment",
    "evidence",
    "crosswalk",
)
LEFT_OUT = (
    "subject_id",
    "subject_label",
    "predicate_id",
    "object_id",
    "object_label",
    "date",
    "reason",
    "tried",
)
BIOREGISTRY = {"chembl": "chembl.compound", "pubchem": "pubchem.compound"}


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the three files."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--registry", type=Path, required=True, help="the released tables")
    parser.add_argument("--samples", type=Path, required=True, help="folders atc and rxnorm")
    parser.add_argument("--dictionary", type=Path, default=ROOT / "data" / "dictionary")
    parser.add_argument(
        "--mappings",
        type=Path,
        default=ROOT / "ontology" / "mappings",
        help="where drugs.sssom.tsv, made by hand, lies",
    )
    parser.add_argument("--out", type=Path, default=ROOT / "ontology" / "mappings")
    options = parser.parse_args(arguments)
    drugs = read_drugs(options.dictionary)
    sources = read(options.registry, options.samples)
    sources.renew(*codes_atc.since())
    sources.vague = vague_names()
    rows, left = join(drugs, sources)
    hand = by_hand(options.mappings / "drugs.sssom.tsv")
    rows, beaten = beside(rows, hand)
    mapped = {(row["subject_id"], row["object_id"]) for row in hand}
    left = [one for one in [*left, *beaten] if one.pair not in mapped]
    products = list(codes_ndc.products(options.registry / "ndconc_results.csv"))
    ndc, refused, unplaced = ndc_rows(products, drugs)
    left += refused
    options.out.mkdir(parents=True, exist_ok=True)
    for name, text in (
        ("drug-codes.sssom.tsv", drug_codes(rows)),
        ("drug-codes-unverified.tsv", unverified(left)),
        ("ndc.sssom.tsv", ndc),
    ):
        (options.out / name).write_text(text, encoding="utf-8", newline="\n")
    report(rows, left, unplaced)
    return 0


def read_drugs(folder: Path) -> list[Drug]:
    """The drugs of the dictionary with the synonyms that a code may be found by.

    Brands are for products alone, since they can be another thing's name too; so can research
    codes. Misspellings are for the names of CanMED alone, which were written by hand.
    """
    names: dict[tuple[str, str], list[str]] = defaultdict(list)
    with (folder / "names.tsv").open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream, delimiter="\t"):
            names[row["drug"], row["kind"]].append(row["name"])
    with (folder / "drugs.tsv").open(encoding="utf-8", newline="") as stream:
        return [
            Drug(
                slug=row["drug"],
                label=row["label"],
                synonyms=tuple(names[row["drug"], "altLabel"]),
                slips=tuple(names[row["drug"], "hiddenLabel"]),
                form=row["form"],
                base=row["base"],
                brands=tuple(names[row["drug"], "brandName"]),
            )
            for row in csv.DictReader(stream, delimiter="\t")
        ]


def vague_names() -> frozenset[str]:
    """The names, as they are compared, that were found to be of several drugs, or of none."""
    with MISLEADING.open(encoding="utf-8", newline="") as stream:
        return frozenset(key(row["name"]) for row in csv.DictReader(stream, delimiter="\t"))


def by_hand(path: Path) -> list[dict[str, str]]:
    """The rows of the set that was made by hand."""
    with path.open(encoding="utf-8", newline="") as stream:
        lines = (line for line in stream if not line.startswith("#"))
        return list(csv.DictReader(lines, delimiter="\t"))


def beside(rows: Iterable[Row], hand: Iterable[dict[str, str]]) -> tuple[list[Row], list[LeftOut]]:
    """The rows that say more than the set made by hand, and those that contradict it."""
    pairs: dict[tuple[str, str], str] = {}
    exact: dict[tuple[str, str], str] = {}
    holders: dict[str, set[str]] = defaultdict(set)
    for row in hand:
        pairs[row["subject_id"], row["object_id"]] = row["predicate_id"]
        holders[row["object_id"]].add(row["subject_id"])
        if row["predicate_id"] == EXACT:
            exact[row["subject_id"], row["object_id"].partition(":")[0]] = row["object_id"]
    kept, beaten = [], []
    for row in rows:
        subject, code = f"rkd:drug/{row.drug.slug}", f"{row.prefix}:{row.code}"
        said = pairs.get((subject, code))
        another = exact.get((subject, row.prefix), code)
        why = ""
        if said is not None:  # it is mapped, so it is not left out, whatever the script says of it
            continue
        if row.predicate == EXACT and another != code:
            why = "made-by-hand-has-another-code"
        elif holders[code]:
            why = "made-by-hand-has-it-for-another-drug"
        if why:
            places = (*row.evidence, *row.crosswalk)
            beaten.append(LeftOut(row.drug, row.prefix, row.code, row.code_label, why, places))
        else:
            kept.append(row)
    return kept, beaten


def drug_codes(rows: Iterable[Row]) -> str:
    """The set of the codes of substances."""
    lines = sorted(_cells(row) for row in rows)
    used = {line[3].partition(":")[0] for line in lines}
    description = (
        "Drugs of the dictionary to NCIt, UNII, DrugBank, CAS, ATC, ChEBI, ChEMBL, RxNorm, MeSH "
        "and PubChem, joined by a script and not looked at one by one: "
        "docs/explanation/mappings.md has the rules and how often they are right. A salt and its "
        "base share no exactMatch."
    )
    comment = (
        "Licence: the mappings are the project's, CC BY 4.0. The codes and names belong to their "
        f"vocabularies. {LICENCES} Evidence: each place prints code and name together. "
        "Crosswalk: each place prints the code beside another code of the drug, and no name. NCIt "
        "of release 16.10e: a code may have been retired since, unless a page of cancer.gov of "
        "2025 has it too. RxNorm of about 2015 or 2023-11-06."
    )
    return header(
        "drug-codes",
        "RegimenKG: codes of the dictionary of drugs",
        description,
        comment,
        used,
    ) + table(COLUMNS, lines)


def _cells(row: Row) -> tuple[str, ...]:
    source = BIOREGISTRY.get(row.prefix, row.prefix)
    return (
        f"rkd:drug/{row.drug.slug}",
        row.drug.label,
        row.predicate,
        f"{row.prefix}:{row.code}",
        row.code_label,
        row.justification,
        f"bioregistry:{source}",
        row.version,
        row.confidence,
        row.comment,
        "|".join(row.evidence),
        "|".join(row.crosswalk),
    )


def unverified(left: Iterable[LeftOut]) -> str:
    """What was left out, with the reason and the places."""
    return table(
        LEFT_OUT,
        sorted(
            (
                f"rkd:drug/{one.drug.slug}",
                one.drug.label,
                one.predicate,
                f"{one.prefix}:{one.code}",
                one.code_label,
                MADE,
                one.why,
                "|".join(one.places),
            )
            for one in left
        ),
    )


def ndc_rows(
    products: Iterable[codes_ndc.Product], drugs: Iterable[Drug]
) -> tuple[str, list[LeftOut], Counter[str]]:
    """The set of NDC products, those refused, and the generic names that give no drug, counted."""
    known = codes_ndc.Drugs(drugs)
    lines, refused, unplaced = [], [], Counter[str]()
    for product in products:
        found = known.of(product)
        label, place = product.brand or product.generic, f"{codes_ndc.PLACE}:{product.line}"
        if found is None:
            unplaced[product.generic or "(several names)"] += 1
        elif isinstance(found, codes_ndc.Refusal):
            drug, why = found
            refused.append(LeftOut(drug, "ndc", product.code, label, why, (place,), NARROW))
        else:
            lines.append(
                (
                    f"rkd:drug/{found.slug}",
                    found.label,
                    NARROW,
                    f"ndc:{product.code}",
                    label,
                    LEXICAL,
                    "0.98",
                    place,
                )
            )
    description = (
        "Products of CanMED to the drugs of the dictionary, by the generic name beside the code; "
        "which liposome, protein-bound or biosimilar preparation it is, by the brand. A product is "
        "narrower than the drug. Codes are of the product, 5-4 digits; a package is found by its "
        "structure."
    )
    comment = (
        "Licence: the mappings are the project's, CC BY 4.0. NDC codes are the FDA's, names as "
        "SEER CanMED prints them: both public. Products that were taken off the market are among "
        "them."
    )
    columns = (*COLUMNS[:6], "confidence", "evidence")
    text = header("ndc", "RegimenKG: NDC products to drugs", description, comment, ["ndc"])
    text = text.replace("# comment:", "# object_source: bioregistry:ndc\n# comment:", 1)
    return text + table(columns, sorted(lines)), refused, unplaced


def report(rows: list[Row], left: list[LeftOut], unplaced: Counter[str]) -> None:
    """Say how many there are of what."""
    count = Counter((row.prefix, row.predicate) for row in rows)
    for (prefix, predicate), number in sorted(count.items()):
        print(f"{prefix:10}{predicate:18}{number:6}", file=sys.stderr)
    for (prefix, why), number in sorted(Counter((one.prefix, one.why) for one in left).items()):
        print(f"left out: {prefix:10}{why:40}{number:6}", file=sys.stderr)
    print(f"NDC products without a drug: {sum(unplaced.values())}", file=sys.stderr)
    for name, number in unplaced.most_common():
        print(f"    {name}: {number}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
