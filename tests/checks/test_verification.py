"""``regimenkg verify``: what it reads again, what it says of the rest, and its exit codes."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from cli_runner import run
from places import GOLDEN
from pyoxigraph import Quad

from regimenkg.checks.documents import Found
from regimenkg.checks.passages import Value
from regimenkg.checks.verification import Place, Reading, Readings, check, verdict_of, verify
from regimenkg.loaders import curated
from regimenkg.store.embedded import EmbeddedStore
from regimenkg.terms.literals import XSD
from regimenkg.terms.namespaces import RK, RKD, compact

TEXT = "FLAG in 30 adults: fever in 12 (40%), anemia in nine (30%), from day 1 to day 3."
FILE = """
document: pmid-99000001
source/pmid-99000001:
  prefLabel: abstract of PMID 99000001
  documentKind: AbstractText
  sha256: {sha256}
regimen/flag-made-up: {{prefLabel: FLAG made up}}
toxicity/fever-made-up: {{prefLabel: fever made up}}
toxicity-report/flag-made-up-fever:
  about: regimen/flag-made-up
  toxicity: {{is: toxicity/fever-made-up, at: 19-24, as: fever}}
  count: {{is: 12, at: 28-30}}
  denominator: {{is: 30, at: 8-10}}
  percent: {{is: {percent}, at: 32-34}}
"""


def curated_store(tmp_path: Path, percent: str) -> EmbeddedStore:
    path = tmp_path / "flag.yaml"
    digest = sha256(TEXT.encode()).hexdigest()
    path.write_text(FILE.format(sha256=digest, percent=percent), encoding="utf-8")
    store = EmbeddedStore.empty()
    store.store.extend(_quads(path))
    return store


def _quads(path: Path) -> Iterator[Quad]:
    for triple in curated.load([path]):
        yield Quad(triple.subject, triple.predicate, triple.object)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "text.txt").write_text(TEXT + "\n", encoding="utf-8")
    return folder


def test_values_that_stand_there_are_checked_without_a_difference(
    tmp_path: Path, folder: Path
) -> None:
    report = verify(curated_store(tmp_path, "40"), folder)
    assert (report.checked, report.differences) == (3, [])
    assert sum(report.unchecked.values()) == 1  # "fever made up" is no name that stands there


def test_another_value_is_a_difference_with_its_place(tmp_path: Path, folder: Path) -> None:
    report = verify(curated_store(tmp_path, "44"), folder)
    [row] = report.solutions()
    assert [getattr(one, "value", None) for one in row] == [
        RKD + "toxicity-report/flag-made-up-fever",
        *(RK + "percent", "44", "40", "another number"),
        *(RKD + "source/pmid-99000001", "32", "34"),
    ]


def test_a_value_changed_in_the_store_alone_is_a_difference(tmp_path: Path, folder: Path) -> None:
    store = curated_store(tmp_path, "40")
    store.store.update(
        f"PREFIX rk: <{RK}> DELETE {{ ?s rk:percent 40.0 }} INSERT {{ ?s rk:percent 41.0 }}"
        f" WHERE {{ ?s rk:percent 40.0 }}".replace(
            "40.0", '"40"^^<http://www.w3.org/2001/XMLSchema#decimal>'
        )
    )
    [found] = verify(store, folder).differences
    assert found.verdict.reason == "the graph has another value than was read"


def test_without_the_document_nothing_is_checked_and_the_reason_is_told(
    tmp_path: Path,
) -> None:
    report = verify(curated_store(tmp_path, "40"), tmp_path)
    assert report.checked == 0
    assert report.unchecked == {"document not in the folder": 4}


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (json.dumps({"a/b": [{"n": 12}]}), Place(pointer="/a~1b/0/n")),
        ("code\tname\tn\nC1\tfever\t12\nC2\tfever\t13\n", Place(row="C1 fever", column="n")),
    ],
)
def test_a_cell_of_a_record_is_read_by_its_pointer_or_key(text: str, place: Place) -> None:
    found = Found({"d": text}, {})
    count = Value(RK + "count", "12", XSD + "integer")
    other = Value(RK + "count", "13", XSD + "integer")
    assert verdict_of(Reading("t", count, "d", (place,)), found).agrees is True
    assert verdict_of(Reading("t", other, "d", (place,)), found).agrees is False
    nowhere = Place(row="fever", column="n") if place.row else Place(pointer="/nowhere")
    assert verdict_of(Reading("t", count, "d", (nowhere,)), found).agrees is None


@pytest.mark.usefixtures("packaged")
def test_the_command_checks_the_documents_of_the_packaged_store(
    shared_dir: Path, tmp_path: Path
) -> None:
    """Every value that differs is named in the golden file, with the reason why it stays."""
    out = tmp_path / "differences.csv"
    result = run(["verify", "--documents", str(shared_dir), "-o", str(out)])
    with (GOLDEN / "verification-differences.tsv").open(encoding="utf-8", newline="") as stream:
        named = {
            (row["thing"], row["property"], row["stands"])
            for row in csv.DictReader(stream, delimiter="\t")
        }
    with out.open(encoding="utf-8", newline="") as stream:
        differing = {
            (compact(row["thing"]), compact(row["property"]), row["stands"])
            for row in csv.DictReader(stream)
        }
    assert not differing - named
    assert result.code == (1 if differing else 0), result.stderr
    checked = int(result.stderr.split(" values checked")[0].split()[-1])
    assert checked > 10_000
    assert "not checked: a name or text, which no rule reads" in result.stderr


def test_where_nothing_is_at_hand_the_exit_code_is_3(tmp_path: Path) -> None:
    result = run(["verify", "--documents", str(tmp_path)])
    assert (result.code, result.stdout) == (3, "")
    assert "no values checked" in result.stderr


def test_a_folder_that_is_not_there_is_a_wrong_parameter(tmp_path: Path) -> None:
    result = run(["verify", "--documents", str(tmp_path / "nowhere")])
    assert result.code == 2
    assert "error: cannot read" in result.stderr


def test_every_other_format_is_written_as_well(tmp_path: Path) -> None:
    result = run(["verify", "--documents", str(tmp_path), "-O", "csv"])
    assert next(csv.reader(io.StringIO(result.stdout)))[:3] == ["thing", "property", "value"]


def test_a_reading_of_several_documents_has_its_token_in_one(
    reread: tuple[Readings, Found],
) -> None:
    read, found = reread
    several = [one for one in read.readings if one.elsewhere and one.document in found.texts]
    assert several
    assert not check(several, found).differences
