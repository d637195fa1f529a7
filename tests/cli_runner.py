"""Run the command line as a user does: a process of its own, with its own exit code."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Outcome:
    """What a command printed, and its exit code."""

    code: int
    stdout: str
    stderr: str


def run(
    words: list[str],
    *,
    input: str | None = None,
    columns: int = 100,
    cwd: Path | None = None,
    **environment: str,
) -> Outcome:
    """Run ``regimenkg`` with these words; ``environment`` is added to the process's own."""
    variables = {**os.environ, "COLUMNS": str(columns), "PYTHONIOENCODING": "utf-8", **environment}
    variables.pop("REGIMENKG_ENDPOINT", None)
    variables.update(environment)
    done = subprocess.run(
        [sys.executable, "-m", "regimenkg", *words],
        input=input if input is not None else "",
        capture_output=True,
        text=True,
        encoding="utf-8",
        env=variables,
        cwd=cwd,
        timeout=120,
        check=False,
    )
    return Outcome(done.returncode, done.stdout, done.stderr)
