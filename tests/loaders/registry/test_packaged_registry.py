"""The packaged registry: every row is a regimen with all of its drugs, or named without any."""

from __future__ import annotations

import csv
import random
from functools import cache

import pytest
from pyoxigraph import NamedNode, Store

from regimenkg.errors import LoaderError
from regimenkg.loaders import registry
from regimenkg.loaders.registry.composition import Verdict, shortened
from regimenkg.loaders.shared.base import Watch
from regimenkg.packaged import open_store
from regimenkg.resources import directory
from regimenkg.terms.namespaces import GRAPH, PREFIXES, RK, RKD
from regimenkg.things.matching import Matcher

FOLDER = directory("data") / "registry"
FILES = [FOLDER / "pdq-ncit.tsv", FOLDER / "combination-pages.tsv"]
ENTRY_FOR, LISTS, TREATS = (NamedNode(RK + name) for name in ("entryFor", "listsDrug", "treats"))
GRAPH_OF_IT = NamedNode(GRAPH + "registry")


@cache
def store() -> Store:
    return open_store().store


@cache
def matcher() -> Matcher:
    return Matcher(store())


def rows() -> list[dict[str, str]]:
    with FILES[0].open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE))


def objects(subject: str, predicate: NamedNode) -> set[str]:
    found = store().quads_for_pattern(NamedNode(RKD + subject), predicate, None, GRAPH_OF_IT)
    return {quad.object.value for quad in found}  # type: ignore[union-attr]


def test_nothing_of_the_packaged_files_is_left_out_or_without_a_drug_that_is_known() -> None:
    left_out: list[str] = []

    class Told(Watch):
        def leave_out(self, error: LoaderError) -> None:
            left_out.append(error.message)

    watch = Told()
    for _ in registry.load(FILES, resolve=matcher(), watch=watch):
        pass
    assert left_out == []
    assert set(watch.tallied) == {Verdict.SPELLED_OUT.value, Verdict.NOT_SPELLED_OUT.value}


def test_there_are_at_least_1300_regimens_with_drugs() -> None:
    listed = store().quads_for_pattern(None, LISTS, None, GRAPH_OF_IT)
    entries = {quad.subject.value for quad in listed}  # type: ignore[union-attr]
    regimens = {
        regimen for entry in entries for regimen in objects(entry.removeprefix(RKD), ENTRY_FOR)
    }
    assert len(regimens) >= 1300


@pytest.mark.parametrize(
    "row", random.Random(13).sample(rows(), 60), ids=lambda row: row["Target Code"]
)
def test_a_row_taken_at_random_has_as_many_drugs_as_its_name_has_parts(row: dict[str, str]) -> None:
    entry = f"registry-entry/ncit-{row['Target Code']}"
    names = [shortened(row[column]) for column in ("Source Name", "Target Name")]
    parts = max((name.split("/") for name in names if "/" in name), key=len, default=[])
    assert len(objects(entry, LISTS)) == len(parts)
    assert objects(entry, LISTS) == {matcher().named("Drug", part) for part in parts}
    (regimen,) = objects(entry, ENTRY_FOR)
    code = NamedNode(PREFIXES["ncit"] + row["Target Code"])
    assert any(store().quads_for_pattern(NamedNode(regimen), None, code, GRAPH_OF_IT))


def test_uses_of_the_55_combination_pages_stand_on_the_regimens_of_their_codes() -> None:
    with FILES[1].open(encoding="utf-8", newline="") as stream:
        table = list(csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE))
    pages = {row["page"] for row in table}
    assert len(pages) == 55
    codes = {row["page"]: row["value"] for row in table if row["field"] == "code"}
    for page in pages:
        slug = page.rpartition("/")[2]
        regimen = f"regimen/ncit-{codes[page]}" if page in codes else f"regimen/nci-{slug}"
        uses = {row["value"] for row in table if (row["page"], row["field"]) == (page, "condition")}
        assert {matcher().named("Condition", use) for use in uses} <= objects(regimen, TREATS)
        assert uses
