"""The modules of a checkout, and the linter that judges what they import."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from measuring import unmeasured_environment

PACKAGE = "regimenkg"


@dataclass(frozen=True)
class Checkout:
    """The code of a checkout: this one, or a copy of it.

    Args:
        root: the folder with ``pyproject.toml``.
    """

    root: Path

    def modules(self) -> dict[str, Path]:
        """The files of all modules that hold code, by name: the core's and the loaders'."""
        source = self.root / "src"
        return dict(sorted(_modules(source / PACKAGE, PACKAGE)))

    def plant(self, module: str, code: str) -> None:
        """Write code at the end of a module."""
        with self.modules()[module].open("a", encoding="utf-8") as stream:
            stream.write(f"\n{code}\n")

    def lint(self, *contracts: str) -> tuple[bool, str]:
        """Whether import-linter sees the contracts kept (all, if none is named), and its report."""
        options = [word for contract in contracts for word in ("--contract", contract)]
        result = subprocess.run(
            [Path(sys.executable).with_name("lint-imports"), "--no-cache", "--no-logo", *options],
            cwd=self.root,
            env={
                **unmeasured_environment(),
                "PYTHONPATH": os.fspath(self.root / "src"),
                "COLUMNS": "1000",
            },
            capture_output=True,
            text=True,
            check=False,
        )
        assert result.returncode in (0, 1), result.stderr
        report = result.stdout + result.stderr
        assert "Contracts: " in report, report  # it came as far as judging
        return result.returncode == 0, report


def _modules(path: Path, name: str) -> Iterator[tuple[str, Path]]:
    yield name, path / "__init__.py"
    for entry in path.iterdir():
        if (entry / "__init__.py").is_file():
            yield from _modules(entry, f"{name}.{entry.name}")
        elif entry.suffix == ".py" and entry.stem != "__init__":
            yield f"{name}.{entry.stem}", entry


def parents(modules: Iterable[str]) -> set[str]:
    """Those of the modules that hold others."""
    return {module.rpartition(".")[0] for module in modules} - {""}
