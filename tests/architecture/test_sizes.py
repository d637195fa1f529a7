"""Rooms and modules stay small enough to be taken in at a glance."""

from __future__ import annotations

from collections import Counter

from checkouts import PACKAGE, Checkout, parents

MAX_MODULES = 12
MAX_LINES = 420
LIST_OF_COMMANDS = f"{PACKAGE}.cli.commands"  # one module each, however many there are


def test_no_folder_of_the_core_holds_more_modules_than_one_takes_in(checkout: Checkout) -> None:
    modules = checkout.modules()
    rooms = parents(modules)
    core = [m for m in modules if not m.startswith(f"{PACKAGE}.loaders.") and m not in rooms]
    counts = Counter(module.rpartition(".")[0] for module in core)
    assert len(counts) > 10
    del counts[LIST_OF_COMMANDS]
    assert {room: count for room, count in counts.items() if count > MAX_MODULES} == {}


def test_no_module_is_longer_than_one_reads_at_once(checkout: Checkout) -> None:
    lines = {
        module: len(path.read_text(encoding="utf-8").splitlines())
        for module, path in checkout.modules().items()
    }
    assert {module: count for module, count in lines.items() if count > MAX_LINES} == {}
