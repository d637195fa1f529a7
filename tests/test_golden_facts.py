"""The curated data say what the documents say: every value, at its place, and nothing else."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from golden_facts import GOLDEN, Reading, golden_rows, readings

from regimenkg.errors import LoaderError
from regimenkg.loaders.curated import load
from regimenkg.loaders.curated.records import Dataset, Record, check_readings
from regimenkg.loaders.curated.schema import Schema
from regimenkg.loaders.curated.triples import record_triples
from regimenkg.resources import directory

DATA = directory("data")


@pytest.fixture(scope="module")
def golden() -> set[Reading]:
    return {reading for row in golden_rows() for reading in row.readings}


@pytest.fixture(scope="module")
def stated() -> set[Reading]:
    return readings(load(DATA))


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
    places = {fact["fact_id"]: (int(fact["start"]), int(fact["end"])) for fact in fact_list(sources_dir)}
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


def test_printed_figures_stand_at_their_places(golden: set[Reading], documents: dict[str, str]) -> None:
    """A number of the golden file is printed within its span, in digits, words or a range."""
    words = {"1": "one once only", "2": "two twice", "100": "all", "7": "seven", "4": "four"}
    for reading in golden:
        numeric = re.fullmatch(r"-?\d+(\.\d+)?", reading.value)
        if reading.start < 0 or not numeric or reading.path in ("rk:day", "rk:count"):
            continue
        span = documents[reading.document][reading.start : reading.end].replace(",", "").lower()
        forms = [reading.value, *words.get(reading.value, "").split()]
        if reading.value == "2000":
            forms.append("2 g")
        if reading.path == "rk:timesPerDay":
            forms.append("daily")
        assert any(form in span for form in forms), reading


def test_documents_are_the_ones_that_were_read(documents_by_digest: dict[str, str], stated: set[Reading]) -> None:
    digests = {r.value: r.subject for r in stated if r.path == "rk:sha256"}
    lengths = {r.subject: int(r.value) for r in stated if r.path == "rk:characterCount"}
    assert digests.keys() <= documents_by_digest.keys()
    for digest, subject in digests.items():
        assert len(documents_by_digest[digest]) == lengths[subject]


class Mutants:
    """The curated files with one number changed, each compared with the golden file.

    Only the changed file is read again; the records of the others are taken as they are.
    """

    def __init__(self, golden: set[Reading], tmp_path: Path) -> None:
        self.golden = golden
        self.schema = Schema.read()
        self.whole = Dataset(self.schema)
        self.tmp_path = tmp_path
        self.files = sorted(DATA.rglob("*.yaml"))
        for file in self.files:
            self.whole.read(file)

    def survives(self, file: Path, text: str) -> bool:
        """Whether the changed text passes for the golden data."""
        changed = self.tmp_path / file.name
        changed.write_text(text, encoding="utf-8")
        dataset = Dataset(self.schema)
        dataset.records = {k: r for k, r in self.whole.records.items() if r.file != file}
        try:
            dataset.read(changed)
            triples = [t for r in dataset.records.values() for t in self._triples(dataset, r, changed)]
            check_readings(dataset, {str(t.subject.value) for t in triples})
            return readings(triples) == self.golden
        except (LoaderError, AssertionError):
            return False

    def _triples(self, dataset: Dataset, record: Record, changed: Path) -> list[object]:
        if record.file == changed:
            return list(record_triples(dataset, record))
        if record.key not in self._cache:
            self._cache[record.key] = list(record_triples(self.whole, record))
        return self._cache[record.key]

    _cache: dict[str, list[object]] = {}


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


@pytest.mark.parametrize("file", sorted(DATA.rglob("*.yaml")), ids=lambda path: path.stem)
def test_changing_any_number_of_the_data_is_noticed(
    file: Path, golden: set[Reading], tmp_path: Path
) -> None:
    mutants = Mutants(golden, tmp_path)
    text = file.read_text(encoding="utf-8")
    assert mutants.survives(file, text), "the unchanged file passes"
    survivors = []
    for start, end in numbers(text):
        mutant = text[:start] + changed(text[start:end]) + text[end:]
        if mutants.survives(file, mutant):
            line = text.count("\n", 0, start) + 1
            survivors.append(f"{file.name}:{line}: {text[start:end]}")
    assert not survivors
