"""The layers of the house hold, and the linter that says so notices when they do not."""

from __future__ import annotations

import itertools
import tomllib

import pytest
from checkouts import PACKAGE, Checkout, parents
from places import ROOT

LINTER = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"][
    "importlinter"
]
CONTRACTS = {contract["id"]: contract for contract in LINTER["contracts"]}
LAYERS = [line.split(" | ") for line in CONTRACTS["layers"]["layers"]]
FORMS = (
    "from {package} import {name}",
    "if TYPE_CHECKING:\n    from {package} import {name}",
    "def lazily():\n    from {package} import {name}",
)
"""An import at once, one for types alone, and one for later: none may break a layer."""


def importing(module: str, form: str = FORMS[0]) -> str:
    """The code that imports a module."""
    package, _, name = module.rpartition(".")
    return form.format(package=package, name=name)


@pytest.mark.parametrize("contract", CONTRACTS)
def test_the_contracts_are_kept(checkout: Checkout, contract: str) -> None:
    kept, report = checkout.lint(contract)
    assert kept, report


def test_no_import_is_excused() -> None:
    assert not {"ignore_imports", "unmatched_ignore_imports_alerting"} & set().union(
        *CONTRACTS.values()
    )
    assert not LINTER.get("exclude_type_checking_imports", False)


def test_every_module_of_the_package_is_judged(checkout: Checkout) -> None:
    """The loaders too, which lie outside the core; and every one has a layer."""
    _, report = checkout.lint("layers")
    assert f"Analyzed {len(checkout.modules())} files" in report
    assert CONTRACTS["layers"]["exhaustive"]


@pytest.mark.parametrize("form", FORMS, ids=["at once", "for types", "lazily"])
def test_an_import_of_a_higher_layer_or_a_peer_is_reported(copy: Checkout, form: str) -> None:
    upwards = [
        (low, high)
        for (highs, lows) in itertools.pairwise(LAYERS)
        for low in lows
        for high in highs
    ]
    sideways = [pair for line in LAYERS for pair in itertools.permutations(line, 2)]
    for importer, imported in upwards + sideways:
        copy.plant(f"{PACKAGE}.{importer}", importing(f"{PACKAGE}.{imported}", form))
    kept, report = copy.lint("layers")
    assert not kept
    for importer, imported in upwards + sideways:
        assert f"{PACKAGE}.{importer} -> {PACKAGE}.{imported} (l." in report


def test_a_new_module_without_a_layer_is_reported(copy: Checkout) -> None:
    (copy.root / "src" / PACKAGE / "utilities.py").write_text('"""A drawer."""\n', encoding="utf-8")
    kept, report = copy.lint("layers")
    assert not kept
    assert f"{PACKAGE}.utilities" in report


def test_a_circle_in_any_room_is_reported(copy: Checkout) -> None:
    modules = copy.modules()
    rooms = {
        room: [m for m in modules if m.rpartition(".")[0] == room] for room in parents(modules)
    }
    rooms = {room: inhabitants for room, inhabitants in rooms.items() if len(inhabitants) > 1}
    assert len(rooms) > 10
    for first, second, *_ in rooms.values():
        copy.plant(first, importing(second))
        copy.plant(second, importing(first))
    kept, report = copy.lint("acyclic")
    assert not kept
    assert {room for room in rooms if f"No cycles are allowed in {room}." not in report} == set()


@pytest.mark.parametrize("form", FORMS, ids=["at once", "for types", "lazily"])
def test_a_loader_that_knows_what_it_must_not_is_reported(copy: Checkout, form: str) -> None:
    forbidden = CONTRACTS["loaders"]["forbidden_modules"]
    assert {f"{PACKAGE}.{room}" for room in ("store", "sparql", "cli", "web")} <= set(forbidden)
    for module in forbidden:
        copy.plant(f"{PACKAGE}.loaders.shared.base", importing(module, form))
    kept, report = copy.lint("loaders")
    assert not kept
    for module in forbidden:
        assert f"{PACKAGE}.loaders.shared.base -> {module} (l." in report
