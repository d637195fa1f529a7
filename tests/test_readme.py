"""What the README shows is what happens: each `$ regimenkg …` in it prints what stands below it."""

from __future__ import annotations

import re
import shlex

import pytest
from cli_runner import run
from places import ROOT

README = ROOT / "README.md"
SESSION = re.compile(r"^```console\n(.*?)^```", re.MULTILINE | re.DOTALL)


def examples() -> list[tuple[str, str]]:
    """Each command of the console sessions, and the output that stands below it."""
    found = []
    for session in SESSION.findall(README.read_text(encoding="utf-8")):
        for block in re.split(r"^\$ ", session, flags=re.MULTILINE)[1:]:
            command, _, output = block.partition("\n")
            found.append((command, output))
    return found


@pytest.mark.parametrize("command, output", examples(), ids=[c for c, _ in examples()])
def test_the_readme_shows_what_happens(command: str, output: str) -> None:
    words = shlex.split(command)
    if words == ["make", "demo"]:
        words = ["regimenkg", "demo"]
    assert words[0] == "regimenkg"
    result = run(words[1:])
    assert result.code == 0, result.stderr
    printed = result.stdout.rstrip("\n").splitlines()
    shown = output.rstrip("\n").splitlines()
    if shown and shown[-1] == "…":
        shown.pop()
        printed = printed[: len(shown)]
    assert [line.rstrip() for line in shown] == printed
