"""Compare two readings of each abstract: how far they agree, and in what they differ.

    python scripts/curation/agreement.py FIRST SECOND --corpus DIR
        [--table FILE] [--differences DIR]

A value is agreed on where both readers have it for the same property and arm, at places that
overlap. Arms are paired by what is said of them, since each reader names them. Of what a reader
puts in words of his own (a qualifier, a condition, a subgroup) only the place is compared.
"""

from __future__ import annotations

import argparse
import csv
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from form import Cell, Form

IN_WORDS = frozenset(
    ("qualifier", "setting", "design", "untilCondition", "onlyIf", "appliesTo", "frequencyTerm")
) | frozenset(("subgroup", "comparedWith", "at", "timing", "lineOfTherapy", "name", "total"))
COLUMNS = ("property", "first", "second", "both", "agreement")


@dataclass(frozen=True)
class Fact:
    """One value of a reading: the arm, the property, the cell; ``line`` is for people."""

    arm: str
    key: str
    cell: Cell

    def agrees(self, other: Fact, pairs: dict[str, str]) -> bool:
        """Whether another reading's value is the same, where arms are paired."""
        return pairs.get(self.arm) == other.arm and self.is_like(other)

    def is_like(self, other: Fact) -> bool:
        """Whether the other is the same, whatever the arm."""
        if self.key != other.key or not _overlap(self.cell, other.cell):
            return False
        return self.key in IN_WORDS or _plain(self.cell.value) == _plain(other.cell.value)

    def __str__(self) -> str:
        """The fact as a settler reads it."""
        places = ", ".join(f"{start}-{end}" for start, end in self.cell.places)
        return f"{self.arm}: {self.key} = {self.cell.value!r} at {places} «{self.cell.token}»"


def facts(form: Form) -> list[Fact]:
    """All values of a reading."""
    return [Fact(arm, key, cell) for arm, _, key, cell in form.readings()]


def pair_arms(first: list[Fact], second: list[Fact]) -> dict[str, str]:
    """The arm of the second reading for each of the first: the one that most is said alike of."""
    alike: Counter[tuple[str, str]] = Counter()
    by_key: dict[str, list[Fact]] = defaultdict(list)
    for fact in second:
        by_key[fact.key].append(fact)
    for fact in first:
        for other in {one.arm for one in by_key[fact.key] if fact.is_like(one)}:
            alike[fact.arm, other] += 1
    pairs: dict[str, str] = {"trial": "trial"}
    for (one, other), _ in alike.most_common():
        if one not in pairs and other not in pairs.values():
            pairs[one] = other
    return pairs


Differences = tuple[list[tuple[Fact, Fact]], list[Fact], list[Fact]]


def differences(first: Form, second: Form) -> Differences:
    """What both have, as each has it, what the first alone has, and what the second alone has."""
    ones, others = facts(first), facts(second)
    pairs = pair_arms(ones, others)
    left: dict[str, list[Fact]] = defaultdict(list)
    for fact in others:
        left[fact.key].append(fact)
    both: list[tuple[Fact, Fact]] = []
    only: list[Fact] = []
    for fact in ones:
        found = next((one for one in left[fact.key] if fact.agrees(one, pairs)), None)
        if found is None:
            only.append(fact)
        else:
            left[fact.key].remove(found)
            both.append((fact, found))
    return both, only, [fact for rest in left.values() for fact in rest]


def _overlap(one: Cell, other: Cell) -> bool:
    return any(a < d and c < b for a, b in one.places for c, d in other.places)


def _plain(value: str) -> str:
    return value.lower().replace(" ", "").replace("-", "").rstrip("s")


def main() -> None:
    """Compare all readings that both directories have."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("first", type=Path)
    parser.add_argument("second", type=Path)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--table", type=Path)
    parser.add_argument("--differences", type=Path)
    given = parser.parse_args()
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for path in sorted(given.first.glob("*.yaml")):
        if not (given.second / path.name).exists():
            continue
        readers = [
            Form(folder / path.name, given.corpus / "abstracts")
            for folder in (given.first, given.second)
        ]
        both, ones, others = differences(*readers)
        same = [fact for fact, _ in both]
        for name, some in (("both", same), ("first", ones), ("second", others)):
            for fact in some:
                counts[fact.key][name] += 1
        if given.differences:
            given.differences.mkdir(exist_ok=True)
            out = given.differences / path.with_suffix(".txt").name
            out.write_text("".join(_told(ones, others)), encoding="utf-8")
    rows = [_row(key, counted) for key, counted in sorted(counts.items())]
    total: Counter[str] = sum(counts.values(), Counter())
    rows.append(_row("all", total))
    for row in rows:
        print("\t".join(row))
    if given.table:
        with given.table.open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream, delimiter="\t", lineterminator="\n").writerows([COLUMNS, *rows])


def _row(key: str, counted: Counter[str]) -> tuple[str, ...]:
    both = counted["both"]
    first, second = both + counted["first"], both + counted["second"]
    return key, str(first), str(second), str(both), f"{200 * both / (first + second):.1f}"


def _told(ones: list[Fact], others: list[Fact]) -> Iterator[str]:
    yield from (f"first only:  {fact}\n" for fact in ones)
    yield from (f"second only: {fact}\n" for fact in others)


if __name__ == "__main__":
    main()
