"""Run every benchmark once and write what they print into ``benchmarks/RESULTS.md``.

``make bench-results``, or ``python benchmarks/results.py [--size N] [NAME …]``. With names, only
those are run, and the others' results stay as they are. Each section says when, at which commit and
on what machine it was measured: figures of one section compare, those of two need not.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import subprocess
import sys
import time
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from stores import folder_for

HERE = Path(__file__).parent
PLACE = HERE / "RESULTS.md"
HEAD = """# Results

What the benchmarks print, as they printed it; `make bench-results` writes this file, and
`README.md` beside it says what each measures. Figures of one section were measured in one run and
compare; those of two sections may come from two machines.
"""
SECTIONS = {  # what is run; {size} made-up triples are asked for, {large} is ten times as many
    "run": "run.py",
    "queries": "queries.py 0 {size} --stores {stores}",
    "large": "queries.py {large} --named --stores {stores}",
    "changes": "changes.py 0 {size} --stores {stores}",
    "loading": "loading.py 3000",
    "kills": "kills.py",
    "exports": "exports.py {size}",
    "pages": "pages.py 0 {size} --stores {stores}",
    "names": "names.py",
    "validation": "validation.py --others .venv/engines/bin/python",
    "side_by_side": "side_by_side.py {size} --others .venv/engines/bin/python",
}


def machine() -> str:
    """The processor, how many of them, the memory, and the versions that matter."""
    info = Path("/proc/cpuinfo")
    named = re.search(r"model name\s*: (.*)", info.read_text()) if info.exists() else None
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    return (
        f"{os.cpu_count()} × {named[1] if named else platform.processor() or platform.machine()},"
        f" {memory:.0f} GB; Python {platform.python_version()}, pyoxigraph {version('pyoxigraph')},"
        f" rdflib {version('rdflib')}"
    )


def measured(name: str, size: int, stores: Path) -> str:
    """A section: what a benchmark printed, with when and where."""
    words = SECTIONS[name].format(size=size, large=10 * size, stores=stores)
    script, *arguments = words.split()
    command = f"python benchmarks/{words.partition(' --stores')[0]}"
    print(command, flush=True)
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, str(HERE / script), *arguments],
        cwd=HERE.parent,
        stdout=subprocess.PIPE,
        text=True,
    )
    if done.returncode:
        raise SystemExit(
            f"error: {command} ended with {done.returncode}; its section stays as it was"
        )
    return (
        f"## {name}\n\n`{command}`, {datetime.now(UTC):%Y-%m-%d}, commit {commit()},"
        f" {time.monotonic() - began:.0f} s; {machine()}\n\n```text\n{done.stdout.rstrip()}\n```\n"
    )


def commit() -> str:
    """The commit that is measured, and whether something but the results differs from it."""
    told = [
        subprocess.run(["git", *words], cwd=HERE, capture_output=True, text=True).stdout.strip()
        for words in (
            ("rev-parse", "--short", "HEAD"),
            ("status", "--porcelain", "--", ":/", f":(exclude){PLACE}"),
        )
    ]
    return (told[0] or "unknown") + ("-dirty" if told[1] else "")


def sections(text: str) -> dict[str, str]:
    """The sections that the file has, by the benchmark's name."""
    parts = re.split(r"^(?=## )", text, flags=re.MULTILINE)[1:]
    return {part.split(maxsplit=2)[1]: part.rstrip() + "\n" for part in parts}


def main() -> None:
    """Measure, and write after each, so that what one has measured is kept if another fails."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", choices=[[], *SECTIONS], help="only these")
    parser.add_argument("--size", type=int, default=1_000_000, help="made-up triples")
    parser.add_argument(
        "--stores", type=Path, help="keep the stores here, and take those there are"
    )
    options = parser.parse_args()
    kept = sections(PLACE.read_text()) if PLACE.exists() else {}
    with folder_for(options.stores) as stores:
        for name in options.names or SECTIONS:
            kept[name] = measured(name, options.size, stores)
            ordered = [kept[each] for each in SECTIONS if each in kept]
            PLACE.write_text("\n".join([HEAD, *ordered]))


if __name__ == "__main__":
    main()
