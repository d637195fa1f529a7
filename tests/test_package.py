"""What the package gives by name stays what it is, whatever of it is imported."""

from __future__ import annotations

import subprocess
import sys

import pytest

import regimenkg

FUNCTIONS = sorted(name for name in regimenkg.__all__ if name[0].islower())


@pytest.mark.parametrize("name", FUNCTIONS)
def test_no_room_hides_a_function_of_its_name(name: str) -> None:
    code = (
        "import regimenkg, regimenkg.api, regimenkg.sparql.answers, regimenkg.mappings, pkgutil\n"
        "from importlib import import_module\n"
        "for one in pkgutil.iter_modules(regimenkg.__path__):\n"
        "    if one.name not in ('__main__', 'mcp', 'web', 'cli'):\n"
        "        import_module('regimenkg.' + one.name)\n"
        f"assert callable(regimenkg.{name}), regimenkg.{name}\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert not done.returncode, done.stderr
