"""Modules that are named by a text, and imported or started later, hide no import from the linter.

They stand in a few tables alone, and with what these name written as imports the contracts hold.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator

import pytest
from checkouts import PACKAGE, Checkout

import regimenkg
from regimenkg.cli.app import COMMANDS
from regimenkg.loaders.kinds import KINDS
from regimenkg.resources import PACKAGES, directory

IMPORTERS = {"import_module", "__import__", "exec", "eval", "find_spec", "spec_from_file_location"}
MACHINERY = {"runpy", "pkgutil", "zipimport", "imp"}


def _loaders() -> Iterator[str]:
    for kind in KINDS.values():
        whole = kind.module.startswith(f"{PACKAGE}.")
        yield kind.module if whole else f"{PACKAGE}.loaders.{kind.module or kind.name}"


IMPORTED: dict[str, Callable[[], Iterable[str]]] = {
    PACKAGE: lambda: regimenkg._HOMES.values(),
    f"{PACKAGE}.cli.app": lambda: (f"{PACKAGE}.cli.commands.{name}" for name in COMMANDS),
    f"{PACKAGE}.loaders.kinds": _loaders,
}
"""The tables, each by the module that holds it: the modules that it names."""

STARTED = {f"{PACKAGE}.web.server.processes": [f"{PACKAGE}.web.server.worker"]}
"""What is started as a process of its own, by the module that holds the command."""

OPENED = f"{PACKAGE}.resources"
"""It imports the packaged folders to tell where they lie; none of them imports anything."""


def string_imports(module: str, code: str, modules: Iterable[str]) -> list[str]:
    """What of a module's code could import by a text another of the package's modules."""
    tree = ast.parse(code)
    called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    others = {other for other in modules if not f"{module}.".startswith(f"{other}.")}
    return [
        f"{module}:{getattr(node, 'lineno', 0)}: {what}"
        for node in ast.walk(tree)
        if (what := _string_import(node, called, others))
    ]


def _string_import(node: ast.AST, called: set[int], others: set[str]) -> str:
    match node:
        case ast.Call(func=ast.Name(name) | ast.Attribute(attr=name)) if name in IMPORTERS:
            match node.args:
                case [ast.Constant(str(text)), *_] if text.partition(".")[0] != PACKAGE:
                    return ""  # another distribution's
            return f"{name}()"
        case ast.Name(name) | ast.Attribute(attr=name) if name in IMPORTERS:
            return "" if id(node) in called else name
        case ast.Attribute(ast.Name("sys"), "executable" | "modules"):
            return f"sys.{node.attr}"
        case ast.ImportFrom(module="sys" | "importlib" | "importlib.util"):
            return ", ".join(a.name for a in node.names if a.asname or a.name == "executable")
        case ast.Import() | ast.ImportFrom():
            names = [getattr(node, "module", None), *(alias.name for alias in node.names)]
            return ", ".join(name for name in names if name in MACHINERY)
        case ast.Constant(str(text)) if text in others:
            return repr(text)
    return ""


def test_modules_are_named_by_a_text_in_these_tables_alone(checkout: Checkout) -> None:
    modules = checkout.modules()
    found = {
        module: uses
        for module, path in modules.items()
        if (uses := string_imports(module, path.read_text(encoding="utf-8"), modules))
    }
    assert found.keys() == {*IMPORTED, *STARTED, OPENED}, found


@pytest.mark.parametrize(
    "code",
    [
        "import_module(name)",
        "importlib.import_module(f'regimenkg.{name}')",
        "import_module('regimenkg.store.embedded')",
        "load = import_module",
        "from importlib import import_module as load",
        "__import__(name)",
        "exec(text)",
        "run([sys.executable, '-c', text])",
        "from sys import executable",
        "sys.modules[name].load",
        "import runpy",
        "from pkgutil import resolve_name",
        "HOMES = {'query': 'regimenkg.api'}",
        "run(['python', '-m', 'regimenkg.web.server.worker'])",
    ],
)
def test_a_text_that_could_be_imported_is_noticed(checkout: Checkout, code: str) -> None:
    assert string_imports("regimenkg.terms.namespaces", code, checkout.modules())


@pytest.mark.parametrize(
    "code",
    [
        "import_module('pandas')",
        "from importlib import import_module",
        "from importlib.resources import files",
        "files('regimenkg.terms') / 'prefixes.json'",
        "print('regimenkg.ttl')",
        "sys.exit(main())",
    ],
)
def test_a_text_that_is_no_import_of_ours_is_left_alone(checkout: Checkout, code: str) -> None:
    assert not string_imports("regimenkg.terms.namespaces", code, checkout.modules())


def test_what_the_tables_name_is_there(checkout: Checkout) -> None:
    named = {name for names in IMPORTED.values() for name in names()}
    started = {name for names in STARTED.values() for name in names}
    assert named | started <= checkout.modules().keys()


def test_the_contracts_hold_with_the_tables_written_as_imports(copy: Checkout) -> None:
    for module, names in IMPORTED.items():
        for name in names():
            copy.plant(module, f"import {name}")
    kept, report = copy.lint()
    assert kept, report
    for module, started in STARTED.items():  # may end where it began: it is a process of its own
        for name in started:
            copy.plant(module, f"import {name}")
    kept, report = copy.lint("layers", "loaders")
    assert kept, report


def test_a_way_upwards_through_a_table_is_reported(copy: Checkout) -> None:
    """A text in a table, written as an import, is judged as imports are."""
    kinds = f"{PACKAGE}.loaders.kinds"
    copy.plant(kinds, f"import {PACKAGE}.web.app")
    for contract in ("layers", "loaders"):
        kept, report = copy.lint(contract)
        assert not kept
        assert f"{kinds} -> {PACKAGE}.web.app (l." in report


@pytest.mark.parametrize("folder", PACKAGES)
def test_a_folder_that_is_opened_as_data_imports_nothing(folder: str) -> None:
    tree = ast.parse((directory(folder) / "__init__.py").read_text(encoding="utf-8"))
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
    assert not [node for node in imports if getattr(node, "module", "") != "__future__"]
