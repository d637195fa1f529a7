"""The page about the architecture speaks of what there is."""

from __future__ import annotations

import re
import runpy
import tomllib
from xml.etree import ElementTree

from checkouts import PACKAGE, Checkout, parents
from places import ROOT

from regimenkg.resources import PACKAGES

FOLDER = ROOT / "docs" / "explanation"
PAGE = (FOLDER / "architecture.md").read_text(encoding="utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")


def layers() -> list[list[str]]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = project["tool"]["importlinter"]["contracts"]
    (lines,) = (contract["layers"] for contract in contracts if contract["id"] == "layers")
    return [line.split(" | ") for line in lines]


def test_every_module_that_the_page_names_is_there(checkout: Checkout) -> None:
    named = set(re.findall(r"`(regimenkg(?:\.\w+)+)`", PAGE))
    assert len(named) > 30
    assert named - checkout.modules().keys() == set()


def test_every_file_and_folder_that_is_named_is_there() -> None:
    for text in (PAGE, CONTRIBUTING):
        named = set(
            re.findall(r"`((?:src|data|ontology|queries|loaders|tests|scripts)/[^`*]*)`", text)
        )
        assert len(named) > 5
        assert {name for name in named if not (ROOT / name).exists()} == set()


def test_the_table_of_the_page_has_every_layer_and_no_other() -> None:
    table = PAGE.partition("| room |")[2].partition("\n\n")[0]
    assert set(re.findall(rf"`{PACKAGE}\.(\w+)`", table)) == {n for line in layers() for n in line}


def test_the_table_of_contributing_agrees_with_the_tree(checkout: Checkout) -> None:
    table = CONTRIBUTING.partition("## Where things are")[2].partition("\n\nOnly ")[0]
    folders = set(re.findall(r"^\| `([^`]+)/` \|", table, re.MULTILINE))
    assert folders == {"src/regimenkg", "tests", "benchmarks", "docs", *PACKAGES}
    rooms = set(
        re.findall(r"`(\w+)`", table.partition("a folder for each room:")[2].partition("|")[0])
    )
    assert {f"{PACKAGE}.{room}" for room in rooms} == parents(checkout.modules()) & {
        f"{PACKAGE}.{name}" for line in layers() for name in line
    } - {f"{PACKAGE}.loaders"}


def test_contributing_points_to_the_page() -> None:
    assert "(docs/explanation/architecture.md)" in CONTRIBUTING


def test_the_fact_that_the_page_follows_is_in_the_data() -> None:
    (block,) = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    assert block in (ROOT / "data" / "regimens" / "clag-imatinib.yaml").read_text(encoding="utf-8")


def test_the_drawing_is_made_from_the_contracts_as_they_are() -> None:
    drawn = runpy.run_path(str(ROOT / "scripts" / "draw_layers.py"))["drawing"]()
    committed = (FOLDER / "layers.svg").read_text(encoding="utf-8")
    assert committed == drawn, "the layers have changed: make drawing"
    names = {text.text for text in ElementTree.fromstring(drawn).iterfind(".//*[@class='name']")}
    assert {name.rstrip("/") for name in names if name} >= {n for line in layers() for n in line}
