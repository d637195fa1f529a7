"""The curated data say what the documents say: every value, at its place, and nothing else."""

from __future__ import annotations

import csv
import itertools
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import yaml
from golden_facts import GOLDEN, Reading, golden_rows, readings

from regimenkg.errors import LoaderError
from regimenkg.loaders.curated import load
from regimenkg.loaders.curated.records import Dataset, Record, check_readings
from regimenkg.loaders.curated.schema import Schema
from regimenkg.loaders.curated.triples import record_triples
from regimenkg.packaged import curated_files
from regimenkg.resources import directory

DATA = directory("data")
TERMINOLOGIES = {"rkd:source/mesh-2015-tree-numbers"}  # tables that links are read in


@pytest.fixture(scope="module")
def golden() -> set[Reading]:
    return {reading for row in golden_rows() for reading in row.readings}


@pytest.fixture(scope="module")
def stated() -> set[Reading]:
    return readings(load(curated_files()))


def test_every_golden_reading_is_in_the_graph(golden: set[Reading], stated: set[Reading]) -> None:
    assert not sorted(golden - stated)


def test_the_graph_states_nothing_that_the_golden_file_does_not(
    golden: set[Reading], stated: set[Reading]
) -> None:
    assert not sorted(stated - golden)


def not_modelled() -> dict[str, str]:
    with (DATA / "not-modelled.tsv").open(encoding="utf-8", newline="") as stream:
        return {row["fact_id"]: row["reason"] for row in csv.DictReader(stream, delimiter="\t")}


def errata() -> dict[str, dict[str, str]]:
    with (GOLDEN / "errata.tsv").open(encoding="utf-8", newline="") as stream:
        return {row["fact_id"]: row for row in csv.DictReader(stream, delimiter="\t")}


def fact_list(sources: Path) -> list[dict[str, str]]:
    with (sources / "facts.tsv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream, delimiter="\t"))


def test_every_listed_fact_is_modelled_or_named_with_a_reason(sources_dir: Path) -> None:
    modelled = {row.fact_id for row in golden_rows()}
    left_out = not_modelled()
    listed = {fact["fact_id"] for fact in fact_list(sources_dir)}
    assert len(listed) == 495
    assert listed - modelled - left_out.keys() == set()
    assert left_out.keys() & modelled == set(), "modelled and left out"
    assert left_out.keys() <= listed
    assert all(reason.strip() for reason in left_out.values())


def test_golden_places_are_those_of_the_list_unless_the_list_errs(sources_dir: Path) -> None:
    places = {
        fact["fact_id"]: (int(fact["start"]), int(fact["end"])) for fact in fact_list(sources_dir)
    }
    known = errata()
    wrong = [
        (row.fact_id, reading)
        for row in golden_rows()
        for reading in row.readings
        if row.fact_id in places
        and row.fact_id not in known
        and (reading.start, reading.end) != places[row.fact_id]
    ]
    assert not wrong


def test_an_erratum_names_a_listed_fact_and_what_the_document_says(sources_dir: Path) -> None:
    listed = {fact["fact_id"] for fact in fact_list(sources_dir)}
    for fact_id, row in errata().items():
        assert fact_id in listed
        assert row["list_says"].strip() and row["document_says"].strip()


def spans(golden: set[Reading], documents: dict[str, str]) -> dict[tuple[str, str, str], str]:
    """The texts of all places of each value together, in lower case and with plain blanks.

    Places in a terminology's table, which is not among the documents, are left out.
    """
    found: dict[tuple[str, str, str], str] = {}
    for r in golden:
        if r.start >= 0 and r.document in documents:
            text = documents[r.document][r.start : r.end].replace("\u00a0", " ").casefold()
            found[r[:3]] = f"{found.get(r[:3], '')} | {text}"
    return found


def test_printed_figures_stand_at_their_places(
    golden: set[Reading], documents: dict[str, str]
) -> None:
    """A number of the golden file is printed at one of its places, in digits or in words."""
    words = {
        "1": ["one", "once"],
        "2": ["two", "twice"],
        "100": ["all"],
        "4": ["four"],
        "7": ["seven"],
    }
    for (subject, path, value), text in spans(golden, documents).items():
        if not re.fullmatch(r"-?\d+(\.\d+)?", value) or path in ("rk:day", "rk:count"):
            continue
        forms = [value, *words.get(value, [])]
        if path == "rk:timesPerDay":
            forms.append("daily")
        if value == "2000":
            forms.append("2 g")
        assert any(form in text.replace(",", "") for form in forms), (subject, path, value, text)


def test_days_stand_at_their_places(golden: set[Reading], documents: dict[str, str]) -> None:
    """A day is printed at its place, or lies within the range that is; day 0 is the day before."""
    for (subject, _, value), text in spans(golden, documents).items():
        if _ != "rk:day":
            continue
        bounds = re.search(r"(\d+)\s*[–-]\s*(\d+)", text)
        printed = {int(n) for n in re.findall(r"\d+", text)}
        if bounds:
            printed |= set(range(int(bounds[1]), int(bounds[2]) + 1))
        if "until day 5" in text:
            printed |= set(range(1, 6))
        if "day before" in text:
            printed.add(0)
        assert int(value) in printed, (subject, value, text)


def test_a_token_as_printed_is_printed_there(
    golden: set[Reading], documents: dict[str, str]
) -> None:
    for (subject, path, value), text in spans(golden, documents).items():
        if path.endswith("rk:asReported"):
            assert value.casefold() in text, (subject, path, value, text)


def test_documents_are_the_ones_that_were_read(
    documents_by_digest: dict[str, str], stated: set[Reading]
) -> None:
    digests = {
        r.value: r.subject
        for r in stated
        if r.path == "rk:sha256" and r.subject not in TERMINOLOGIES
    }
    assert len(digests) == 2
    lengths = {r.subject: int(r.value) for r in stated if r.path == "rk:characterCount"}
    assert digests.keys() <= documents_by_digest.keys()
    for digest, subject in digests.items():
        assert len(documents_by_digest[digest]) == lengths[subject]


@cache
def everything() -> tuple[Schema, dict[str, Record], set[str]]:
    """The schema, the records of all files, and the IRIs that they describe; read once."""
    whole = Dataset(Schema.read())
    for path in curated_files():
        whole.read(path)
    return whole.schema, whole.records, {str(t.subject)[1:-1] for t in load(curated_files())}


class Mutants:
    """A curated file with one number changed, compared with what it states unchanged.

    That all files together state the golden facts is another test's; so here only the thing in
    which the number stands is read again, among the records of all others.
    """

    def __init__(self, file: Path, tmp_path: Path) -> None:
        self.changed = tmp_path / file.name
        self.schema, self.records, self.notes = everything()
        self.text = file.read_text(encoding="utf-8")
        starts = [match.start() for match in re.finditer(r"^(?=[^\s#])", self.text, re.MULTILINE)]
        parts = list(itertools.pairwise([*starts, len(self.text)]))
        self.things = [part for part in parts if "/" in self.text[slice(*part)].partition(":")[0]]
        self.head = "".join(self.text[slice(*p)] for p in parts if p not in self.things)

    def part(self, position: int) -> tuple[int, int]:
        """Where the thing begins and ends that has this position; the whole file outside things."""
        spans = (span for span in self.things if span[0] <= position < span[1])
        return next(spans, (0, len(self.text)))

    @cache  # noqa: B019 (lives as long as one test)
    def stated(self, part: tuple[int, int]) -> tuple[set[Reading] | None, dict[str, Record]]:
        """What a part of the file states, and the records of all else."""
        own = self.read(part, self.text[slice(*part)], {}).records
        others = {key: record for key, record in self.records.items() if key not in own}
        return self.readings(part, self.text[slice(*part)], others), others

    def read(self, part: tuple[int, int], text: str, others: dict[str, Record]) -> Dataset:
        """The records of a part of the file, with this text, among others."""
        head = self.head if part in self.things else ""
        self.changed.write_text(head + text, encoding="utf-8")
        dataset = Dataset(self.schema)
        dataset.records = dict(others)
        dataset.read(self.changed)
        return dataset

    def readings(
        self, part: tuple[int, int], text: str, others: dict[str, Record]
    ) -> set[Reading] | None:
        """What a part of the file states with this text; None if it is refused."""
        try:
            dataset = self.read(part, text, others)
            own = [r for r in dataset.records.values() if r.file == self.changed]
            triples = {t: None for record in own for t in record_triples(dataset, record)}
            check_readings(dataset, self.notes | {str(t.subject)[1:-1] for t in triples})
        except LoaderError:
            return None
        if dataset.problems:
            return None
        return readings(triples)


def numbers(text: str) -> Iterator[tuple[int, int]]:
    """Spans of the numbers in the keys and values of a YAML text (not in its comments)."""
    for token in yaml.scan(text, Loader=yaml.SafeLoader):
        if isinstance(token, yaml.ScalarToken):
            start, end = token.start_mark.index, token.end_mark.index
            for match in re.finditer(r"\d+(?:\.\d+)?", text[start:end]):
                yield start + match.start(), start + match.end()


def changed(number: str) -> str:
    """Another number of the same form: its last digit is one more, or 0 for 9."""
    return number[:-1] + str((int(number[-1]) + 1) % 10)


@pytest.mark.parametrize("file", curated_files(), ids=lambda path: path.stem)
def test_changing_any_number_of_the_data_is_noticed(
    file: Path, golden: set[Reading], tmp_path: Path
) -> None:
    mutants = Mutants(file, tmp_path)
    text = mutants.text
    survivors = []
    for start, end in numbers(text):
        part = mutants.part(start)
        stated, others = mutants.stated(part)
        assert stated is not None and stated <= golden
        mutant = text[part[0] : start] + changed(text[start:end]) + text[end : part[1]]
        if mutants.readings(part, mutant, others) == stated:
            line = text.count("\n", 0, start) + 1
            survivors.append(f"{file.name}:{line}: {text[start:end]}")
    assert not survivors
