"""How many of the names that were written by hand resolve, and to what: precision and recall.

The table is ``tests/data/names.tsv`` (``tests/data/README.md`` says how a row is counted); it was
written without a look at the code or at the dictionary. Nothing here is a test: it prints, and
never judges; ``tests/things/test_hand_names.py`` holds the wrong ones. ``make bench-names``.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from hand_tables import NameRow, names

from regimenkg.catalog.runner import run_text
from regimenkg.formats.rows import plain_text
from regimenkg.packaged import open_store
from regimenkg.sparql.answers import Solutions
from regimenkg.sparql.backend import Backend
from regimenkg.things.codes import as_iri
from regimenkg.things.reading import names_of
from regimenkg.things.resolve import resolve

RIGHT, MISSED, WRONG = "right", "missed", "wrong"


class Judged(NamedTuple):
    """A row of the table, how it came out, and what was answered."""

    row: NameRow
    verdict: str
    status: str
    labels: tuple[str, ...]
    matched_by: str
    note: str


def judged(backend: Backend, rows: Iterable[NameRow] | None = None) -> list[Judged]:
    """Every row of the table, judged as its README says."""
    table = list(names() if rows is None else rows)
    answers: list[Judged] = []
    for kind in dict.fromkeys(row.kind for row in table):
        asked = [row for row in table if row.kind == kind]
        found = resolve((row.input for row in asked), backend, kind or None)
        for row, group in zip(asked, _groups(found, asked), strict=True):
            answers.append(_judge(row, group, backend))
    return sorted(answers, key=lambda each: each.row.id)


def _groups(found: Solutions, asked: Sequence[NameRow]) -> Iterator[list[dict[str, str]]]:
    """The rows of each input: an ambiguous one has several."""
    rows = [
        {name: plain_text(term) for name, term in zip(found.variables, row, strict=True)}
        for row in found
    ]
    place = 0
    for row in asked:
        group = [rows[place]]
        while (
            group[0]["status"] == "ambiguous"
            and place + len(group) < len(rows)
            and rows[place + len(group)]["input"] == group[0]["input"]
            and rows[place + len(group)]["status"] == "ambiguous"
        ):
            group.append(rows[place + len(group)])
        place += len(group)
        assert row.input or not group[0]["input"]
        yield group
    assert place == len(rows)


def _judge(row: NameRow, group: list[dict[str, str]], backend: Backend) -> Judged:
    status = group[0]["status"]
    verdict = MISSED
    if row.expected_status == "resolved":
        if status == "resolved":
            verdict = RIGHT if is_one_of(group[0], row.expected, backend) else WRONG
    elif status != "resolved" or (
        row.expected_status == "unknown" and is_one_of(group[0], row.expected, backend)
    ):
        verdict = RIGHT
    else:
        verdict = WRONG
    labels = tuple(each["label"] or each["thing"] for each in group if each["thing"])
    return Judged(row, verdict, status, labels, group[0]["matchedBy"], group[0]["note"])


def is_one_of(answer: dict[str, str], expected: Iterable[str], backend: Backend) -> bool:
    """Whether the thing of an answer has one of some labels, or one of some codes."""
    index = names_of(backend)
    for text in expected:
        if text.casefold() == answer["label"].casefold():
            return True
        code = as_iri(text) if ":" in text else None
        if code and answer["thing"] in {
            code.value,
            *(thing.iri for thing, _ in index.coded(code.value)),
        }:
            return True
    return False


def reachable(row: NameRow, backend: Backend) -> bool:
    """Whether the graph has a thing with one of the labels or codes that a row expects."""
    index = names_of(backend)
    for text in row.expected:
        code = as_iri(text) if ":" in text else None
        if (code and index.coded(code.value)) or any(
            match.kind == 0 for match in index.named(text)
        ):
            return True
    return False


def summary(answers: Iterable[Judged], backend: Backend) -> Iterator[str]:
    """The figures for each kind of name, and of all: lines of a table."""
    answers = list(answers)
    heading = f"{'kind of name':36}{'names':>6}{'right':>7}{'missed':>8}{'wrong':>7}"
    yield heading + f"{'precision':>11}{'recall':>8}"
    kinds = sorted({each.row.kind_of_name for each in answers})
    for kind in [*kinds, ""]:
        rows = [each for each in answers if not kind or each.row.kind_of_name == kind]
        wrong = sum(each.verdict == WRONG for each in rows)
        missed = sum(each.verdict == MISSED for each in rows)
        resolvable = [each for each in rows if each.row.expected_status == "resolved"]
        reached = sum(each.verdict == RIGHT for each in resolvable)
        precision = f"{reached / (reached + wrong):.4f}" if reached + wrong else "-"
        recall = f"{reached / len(resolvable):.3f}" if resolvable else "-"
        yield (
            f"{kind or 'all':36}{len(rows):6}{len(rows) - wrong - missed:7}{missed:8}{wrong:7}"
            f"{precision:>11}{recall:>8}"
        )
    known = [
        each
        for each in answers
        if each.row.expected_status == "resolved" and reachable(each.row, backend)
    ]
    right = sum(each.verdict == RIGHT for each in known)
    if known:
        yield f"of the {len(known)} whose thing is in the graph: recall {right / len(known):.3f}"


def listed(answers: Iterable[Judged], verdict: str) -> Iterator[str]:
    """The rows with a verdict, a line each."""
    for each in answers:
        if each.verdict == verdict:
            row = each.row
            wanted = row.expected_status if row.expected_status != "resolved" else ""
            said = " or ".join(each.labels) or each.note or "-"
            yield (
                f"{row.id} {row.kind_of_name}: {row.input!r} → {each.status} {said}"
                f"{' by ' + each.matched_by if each.matched_by else ''}"
                f"; expected {wanted} {'|'.join(row.expected)}"
            )


def speed(backend: Backend, count: int = 10_000) -> Iterator[str]:
    """How long so many names take that are all different: the table again and again, with marks."""
    inputs = [row.input for row in names()]
    many = [
        inputs[n % len(inputs)] + (" " + "x" * (n // len(inputs)) if n >= len(inputs) else "")
        for n in range(count)
    ]
    known = [
        plain_text(row[0])
        for row in run_text("SELECT DISTINCT ?n { ?t skos:prefLabel|skos:altLabel ?n }", backend)  # type: ignore[union-attr]
    ]
    for what, texts in (
        ("mostly unknown", many),
        ("known", (known * (count // len(known) + 1))[:count]),
    ):
        start = time.perf_counter()
        cpu = time.process_time()
        sum(1 for _ in resolve(texts, backend))
        yield (
            f"{count:,} names, {what}: {time.perf_counter() - start:.2f} s"
            f" ({time.process_time() - cpu:.2f} s of the processor)"
        )


def main() -> None:
    """Print the figures, and with ``--missed`` what was missed."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--missed", action="store_true", help="list what was missed as well")
    given = options.parse_args()
    backend = open_store()
    answers = judged(backend)
    for line in summary(answers, backend):
        print(line)
    for verdict in (WRONG, MISSED) if given.missed else (WRONG,):
        print(f"\n{verdict}:")
        for line in listed(answers, verdict):
            print("  " + line)
    for line in speed(backend):
        print(line)


if __name__ == "__main__":
    main()
