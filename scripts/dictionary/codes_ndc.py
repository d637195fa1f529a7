"""NDC products of CanMED to the drugs of the dictionary, by the generic name beside each code."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from codes_join import Drug
from codes_sources import EVS, key

PLACE = f"{EVS}test/fixtures/canmed/ndconc_results.csv"


class Product(NamedTuple):
    """A product as CanMED's first line of it prints it: code of 5-4 digits, names, and the line."""

    code: str
    generic: str
    brand: str
    line: int


def products(path: Path) -> Iterator[Product]:
    """Each product once. The packages of one product repeat its names, or it is told apart."""
    first: dict[str, Product] = {}
    with path.open(encoding="utf-8", newline="") as stream:
        rows = csv.DictReader(stream, strict=True)
        for row in rows:
            product = Product(
                row["NDC-9 (Product)"],
                " ".join(row["Generic Name"].split()),
                " ".join(row["Brand Name"].split()),
                rows.line_num,
            )
            before = first.setdefault(product.code, product)
            if key(before.generic) != key(product.generic):
                first[product.code] = before._replace(generic="")
    yield from first.values()


def drug_of(product: Product, by_name: Mapping[str, list[Drug]]) -> list[Drug]:
    """The drugs that have the generic name: as their label, else as a synonym."""
    found = by_name.get(key(product.generic), [])
    exact = [drug for drug in found if key(drug.label) == key(product.generic)]
    return exact or found
