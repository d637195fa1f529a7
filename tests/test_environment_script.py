"""`make demo` where Python, or a part of it, is missing: one line says what to install."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from places import ROOT

SCRIPT = ROOT / "scripts" / "environment.sh"
TOOLS = ("sh", "cat", "dirname", "id", "uname", "rm")

OLD = '#!/bin/sh\n[ "$2" = "" ]\n'
WITHOUT_ENSUREPIP = '#!/bin/sh\ncase "$2" in *ensurepip*) exit 1 ;; esac\n'
WORKING = "#!/bin/sh\nexit 0\n"


class Machine:
    """A machine with a shell and no more than the commands that it is given."""

    def __init__(self, folder: Path) -> None:
        self.binaries = folder / "bin"
        self.checkout = folder / "a checkout"
        (self.checkout / "scripts").mkdir(parents=True)
        self.binaries.mkdir()
        shutil.copy(SCRIPT, self.checkout / "scripts")
        for tool in TOOLS:
            found = shutil.which(tool)
            assert found, tool
            (self.binaries / tool).symlink_to(found)

    def add(self, name: str, text: str = WORKING) -> None:
        command = self.binaries / name
        command.write_text(text)
        command.chmod(0o755)

    def says(self, **variables: str) -> list[str]:
        """What the script prints on standard error where it has to stop."""
        result = subprocess.run(
            [self.binaries / "sh", self.checkout / "scripts" / "environment.sh"],
            env={"PATH": os.fspath(self.binaries)} | variables,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        assert result.returncode == 1, result.stdout + result.stderr
        assert not (self.checkout / ".venv").exists()
        return result.stderr.splitlines()


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_without_python_one_line_installs_it(machine: Machine) -> None:
    machine.add("apt-get")
    error, hint = machine.says()
    assert error == "error: no Python of version 3.11 or newer was found"
    assert hint.startswith("hint: ")
    assert "apt-get update && " in hint
    assert "apt-get install -y python3" in hint


def test_an_old_python_is_named(machine: Machine) -> None:
    machine.add("python3", OLD)
    error, _ = machine.says()
    assert error == "error: no Python of version 3.11 or newer was found (python3 is older)"


@pytest.mark.parametrize("name", ["python3", "python3.12"])
def test_without_ensurepip_one_line_installs_it(machine: Machine, name: str) -> None:
    machine.add("apt-get")
    machine.add("python3", OLD)
    machine.add(name, WITHOUT_ENSUREPIP)
    error, hint = machine.says()
    assert error == f"error: {name} cannot create environments: its module ensurepip is missing"
    assert hint.endswith(f"apt-get install -y {name}-venv")


def test_on_a_mac_the_line_is_of_homebrew(machine: Machine) -> None:
    (machine.binaries / "uname").unlink()
    machine.add("uname", "#!/bin/sh\necho Darwin\n")
    assert machine.says()[1] == "hint: brew install python@3.13"


def test_a_chosen_python_that_is_none_is_refused(machine: Machine) -> None:
    machine.add("python3")
    assert machine.says(PYTHON="/no/python here") == [
        "error: PYTHON=/no/python here is not Python 3.11 or newer",
        "hint: name another, or leave PYTHON unset",
    ]


def test_uv_that_finds_no_python_leaves_the_line_that_installs_one(machine: Machine) -> None:
    machine.add("apt-get")
    machine.add("uv", '#!/bin/sh\n[ "$1" = --version ]\n')
    *_, error, hint = machine.says()
    assert error == "error: uv could not create .venv"
    assert "apt-get install -y python3" in hint
