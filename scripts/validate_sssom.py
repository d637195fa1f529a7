"""Validate mapping sets with the sssom package, the reference implementation of the format.

    python scripts/validate_sssom.py FILE…

Run by ``make mappings``, in the environment of ``requirements/mappings.txt``: the package is heavy,
and the project itself reads the sets with the csv module. Beyond what the package reports, no row
may get lost on the way. Before it counts, the check has to notice faults that are planted into a
copy of the shortest file that has a row for them. What the package lets pass (an id without a
prefix, a justification that is missing), ``regimenkg map check`` finds. The exit code is 1 if
anything is wrong.
"""

from __future__ import annotations

import logging
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from sssom.constants import SchemaValidationType
from sssom.parsers import parse_sssom_table
from sssom.validators import validate

CHECKS = [
    SchemaValidationType.JsonSchema,
    SchemaValidationType.PrefixMapCompleteness,
    SchemaValidationType.StrictCurieFormat,
]


def problems(path: Path) -> list[str]:
    """What the package has against a mapping set."""
    lines = path.read_text(encoding="utf-8").splitlines()
    rows = sum(1 for line in lines if line.strip() and not line.startswith("#")) - 1
    try:
        found = parse_sssom_table(path)
        reports = validate(found, validation_types=CHECKS, fail_on_error=False)
    except Exception as error:  # whatever it raises is what it has against the file
        return [f"{type(error).__name__}: {error}"]
    told = [result.message for report in reports.values() if report for result in report.results]
    if len(found.df) != rows:
        told.append(f"{rows} rows in the file, {len(found.df)} read")
    return told


def row_changed(old: str, new: str) -> Callable[[str], str | None]:
    """Put something else into the first row that has it; the header stays. None where none has."""

    def change(text: str) -> str | None:
        lines = text.splitlines(keepends=True)
        for number, line in enumerate(lines):
            if old in line and not line.startswith("#"):
                lines[number] = line.replace(old, new, 1)
                return "".join(lines)
        return None

    return change


FAULTS = {
    "an unknown prefix": row_changed("rxnorm:", "nowhere:"),
    "a confidence that is no number": row_changed("\t0.98\t", "\thigh\t"),
    "a confidence above 1": row_changed("\t0.98\t", "\t1.98\t"),
    "a date that is none": row_changed("\t2026-11-21\t", "\tyesterday\t"),
}


def main(files: list[str]) -> int:
    """Check the check, then each file."""
    logging.disable(logging.CRITICAL)
    paths = [Path(file) for file in files]
    texts = sorted((path.read_text(encoding="utf-8") for path in paths), key=len)
    wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, "faulty.sssom.tsv")
        for name, plant in FAULTS.items():
            faulty = next(filter(None, map(plant, texts)), None)
            if faulty is None:
                raise SystemExit(f"error: no set has a row to plant {name} into")
            copy.write_text(faulty, encoding="utf-8")
            if not problems(copy):
                print(f"the check does not notice {name}")
                wrong += 1
    for path in paths:
        for problem in problems(path):
            print(f"{path}: {problem}")
            wrong += 1
    print(f"{len(paths)} mapping sets, {len(FAULTS)} planted faults, {wrong} problems")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
