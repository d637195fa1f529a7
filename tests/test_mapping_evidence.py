"""Every mapping names a place that prints its code and name; where it is at hand, it does.

The evidence of a row is ``repository@commit:path:line`` or ``…:line:column``, with ``|`` between
several. Files of the research samples (``../shared/samples`` beside the checkout, described by
their ``SOURCE.tsv``) are read again; the test that needs them skips where they are absent.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
MAPPINGS = ROOT / "ontology" / "mappings"
SAMPLES = ROOT.parent / "shared" / "samples"

PLACE = re.compile(
    r"(?P<repository>[\w.-]+/[\w.-]+)@(?P<commit>[0-9a-f]{40}):(?P<path>[^:|]+)"
    r":(?P<line>[1-9]\d*)(?::(?P<column>[1-9]\d*))?"
)


@dataclass(frozen=True)
class Claim:
    """A row of a mapping set and one of the places that it names."""

    mapping_set: str
    row: int
    object_id: str
    object_label: str
    place: str

    def __str__(self) -> str:
        return f"{self.mapping_set}:{self.row}:{self.object_id}"


def rows_of(path: Path) -> list[tuple[int, dict[str, str]]]:
    """The rows of a mapping set with the lines they stand on."""
    lines = path.read_text(encoding="utf-8").splitlines()
    header = sum(line.startswith("#") for line in lines)
    reader = csv.DictReader(lines[header:], delimiter="\t", strict=True)
    return [(header + reader.line_num, row) for row in reader]


def claims() -> list[Claim]:
    """Each place in a repository that a row of a mapping set names."""
    return [
        Claim(path.name, line, row["object_id"], row["object_label"], place)
        for path in sorted(MAPPINGS.glob("*.sssom.tsv"))
        for line, row in rows_of(path)
        for place in row["evidence"].split("|")
        if not place.startswith(("http://", "https://"))
    ]


def samples() -> dict[tuple[str, str, str], Path]:
    """The sample files by repository, commit and path."""
    table = SAMPLES / "SOURCE.tsv"
    if not table.is_file():
        return {}
    with table.open(encoding="utf-8", newline="") as stream:
        return {
            (row["repo"].removeprefix("github:"), row["commit"], row["path"]): SAMPLES
            / row["kind"]
            / row["file"]
            for row in csv.DictReader(stream, delimiter="\t")
        }


def prints(text: str, wanted: str) -> bool:
    """Whether a text has a word or code, whole and in any case."""
    return bool(re.search(rf"(?<!\w){re.escape(wanted)}(?!\w)", text, re.IGNORECASE))


CLAIMS = claims()
SAMPLE_FILES = samples()


def test_there_are_mapping_sets() -> None:
    assert {claim.mapping_set for claim in CLAIMS} >= {"drugs.sssom.tsv"}


@pytest.mark.parametrize("claim", CLAIMS, ids=str)
def test_evidence_is_a_place(claim: Claim) -> None:
    assert PLACE.fullmatch(claim.place), f"{claim}: {claim.place!r}"


@pytest.mark.parametrize("path", sorted(MAPPINGS.glob("*.sssom.tsv")), ids=lambda path: path.name)
def test_every_row_has_evidence_and_a_label(path: Path) -> None:
    for line, row in rows_of(path):
        assert row["evidence"].strip(), f"{path.name}:{line}: no evidence"
        assert row["object_label"].strip(), f"{path.name}:{line}: no label"


@pytest.mark.parametrize(
    "path", sorted(MAPPINGS.glob("*-unverified.tsv")), ids=lambda path: path.name
)
def test_an_unverified_code_is_not_mapped(path: Path) -> None:
    mapped = {
        (row["subject_id"], row["object_id"])
        for found in MAPPINGS.glob("*.sssom.tsv")
        for _, row in rows_of(found)
    }
    for line, row in rows_of(path):
        assert row["tried"].strip(), f"{path.name}:{line}: does not say what was tried"
        assert (row["subject_id"], row["object_id"]) not in mapped, f"{path.name}:{line}"


@pytest.mark.skipif(not SAMPLE_FILES, reason="the research samples are not beside the checkout")
def test_samples_back_the_mappings() -> None:
    checked = 0
    for claim in CLAIMS:
        place = PLACE.fullmatch(claim.place)
        assert place, f"{claim}: {claim.place!r}"
        key = (place["repository"], place["commit"], place["path"])
        if key not in SAMPLE_FILES:
            continue
        lines = SAMPLE_FILES[key].read_text(encoding="utf-8", errors="replace").splitlines()
        number = int(place["line"])
        assert number <= len(lines), f"{claim}: {claim.place} has {len(lines)} lines"
        line = lines[number - 1]
        code = claim.object_id.partition(":")[2]
        assert prints(line, code), f"{claim}: {claim.place} does not print {code}: {line[:200]!r}"
        assert prints(line, claim.object_label), (
            f"{claim}: {claim.place} does not print {claim.object_label!r}: {line[:200]!r}"
        )
        checked += 1
    assert checked, "no evidence lies in the samples: has their commit changed?"
