"""The tables of names and of compositions, with what they should come to.

How each was made, and what it counts, is told in ``tests/data/README.md``.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from pathlib import Path

DATA = Path(__file__).parent / "data"
NAMES = DATA / "names.tsv"
COMPOSITIONS = DATA / "compositions.tsv"

_ESCAPE = re.compile(r"\\u([0-9a-f]{4})|\\t")


def unescaped(text: str) -> str:
    r"""The input as a person would type it: ``\uXXXX`` and ``\t`` stand for one character each.

    >>> unescaped("\\u0020cytarabine")
    ' cytarabine'
    """
    return _ESCAPE.sub(lambda match: chr(int(match[1], 16)) if match[1] else "\t", text)


@dataclass(frozen=True)
class NameRow:
    """A name, what it should come to, and where that is printed.

    `expected` holds, for ``resolved``, labels or codes of which any one is right; for
    ``ambiguous``, the things between which the name leaves the choice; for ``unknown``, what
    would be no mistake either, where the dictionary knows that very thing.
    """

    id: str
    kind_of_name: str
    input: str
    kind: str
    expected_status: str
    expected: tuple[str, ...]
    source: str
    note: str


@dataclass(frozen=True)
class CompositionRow:
    """A list of drugs and the regimens (NCIt codes) that one way of matching should give.

    `expected` must be among the answers and, but for `tolerated`, is all of them that have an
    NCIt code. Tolerated are those that differ by supportive drugs alone, and those with a part
    that is not an approved drug.
    """

    id: str
    match: str
    drugs: tuple[str, ...]
    expected: tuple[str, ...]
    tolerated: tuple[str, ...]
    source: str


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE, strict=True))


def _parts(text: str) -> tuple[str, ...]:
    return tuple(text.split("|")) if text else ()


def names() -> list[NameRow]:
    """Every row of the table of names, its input unescaped."""
    return [
        NameRow(**{**row, "input": unescaped(row["input"]), "expected": _parts(row["expected"])})  # type: ignore[arg-type]
        for row in _rows(NAMES)
    ]


def compositions() -> list[CompositionRow]:
    """Every row of the table of compositions; ``none`` is an empty tuple, brackets tolerate."""
    return [_composition(row) for row in _rows(COMPOSITIONS)]


def _composition(row: dict[str, str]) -> CompositionRow:
    codes = _parts(row["expected"])
    return CompositionRow(
        id=row["id"],
        match=row["match"],
        drugs=_parts(row["drugs"]),
        expected=tuple(code for code in codes if code != "none" and not code.startswith("(")),
        tolerated=tuple(code.strip("()") for code in codes if code.startswith("(")),
        source=row["source"],
    )
