"""``map check``: each planted fault is found where it lies, and a clean set has none."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from regimenkg.mappings.check import Problem, check
from regimenkg.mappings.evidence import EvidenceFiles, Page, Place, parse_evidence, prints

HEADER = """\
# mapping_set_id: https://w3id.org/regimenkg/mapping-set/demo
# mapping_set_title: Demo
# mapping_set_version: "1"
# license: https://creativecommons.org/publicdomain/zero/1.0/
# extension_definitions:
#   - slot_name: evidence
#     property: dcterms:source
"""
COLUMNS = (
    "subject_id\tsubject_label\tpredicate_id\tobject_id\tobject_label\t"
    "mapping_justification\tcomment\tevidence\n"
)
PLACE = "o/r@" + "0" * 40 + ":codes.csv:2"
FIRST = (
    "rkd:drug/imatinib\timatinib\tskos:exactMatch\trxnorm:282388\timatinib\t"
    f"semapv:ManualMappingCuration\tthe base\t{PLACE}\n"
)
SECOND = (
    "rkd:drug/imatinib-mesylate\timatinib mesylate\tskos:broadMatch\trxnorm:282388\timatinib\t"
    f"semapv:ManualMappingCuration\tsalt to base\t{PLACE}\n"
)
CLEAN = HEADER + COLUMNS + FIRST + SECOND
ROW_1 = HEADER.count("\n") + 2
LABELS = {
    "https://w3id.org/regimenkg/drug/imatinib": "imatinib",
    "https://w3id.org/regimenkg/drug/imatinib-mesylate": "imatinib mesylate",
}


def problems(folder: Path, text: str, file_text: str | None = None) -> list[Problem]:
    path = folder / "demo.sssom.tsv"
    path.write_text(text, encoding="utf-8")
    return list(check([path], label_of=LABELS.get, text_of=lambda _: file_text))


def test_a_clean_set_has_no_problem(tmp_path: Path) -> None:
    assert problems(tmp_path, CLEAN) == []
    assert problems(tmp_path, CLEAN, "rxcui,name\n282388,imatinib\n") == []


@pytest.mark.parametrize(
    ("old", "new", "line", "column", "said"),
    [
        ("rxnorm:282388", "rxnorm:imatinib", ROW_1, "object_id", "not an id of RxNorm"),
        ("rxnorm:282388", "rxnrm:282388", ROW_1, "object_id", "not a CURIE"),
        ("skos:exactMatch", "owl:sameAs", ROW_1, "predicate_id", "not a SKOS mapping relation"),
        ("skos:broadMatch", "skos:exactMatch", ROW_1 + 1, "object_id", "exactMatch of rkd:drug/im"),
        ("\tsalt to base", "\t", ROW_1 + 1, "comment", "does not say why"),
        ("\tthe base", "\t", ROW_1, "comment", "does not say why"),
        ("\t" + PLACE, "\t", ROW_1, "evidence", "nothing says where"),
        (
            SECOND,
            FIRST.replace("exactMatch", "closeMatch"),
            ROW_1 + 1,
            "predicate_id",
            f"line {ROW_1} says skos:exactMatch of the two",
        ),
        ("rkd:drug/imatinib\t", "rkd:drug/imatinab\t", ROW_1, "subject_id", "the graph has no"),
        ("\timatinib\tskos", "\tGleevec\tskos", ROW_1, "subject_label", "'Gleevec' is not the"),
        ("\timatinib\tsemapv", "\tIMATINIB\tsemapv", ROW_1 + 1, "object_label", "is 'IMATINIB' in"),
        ("\timatinib\tsemapv", "\t\tsemapv", ROW_1, "object_label", "no label"),
        ("\t" + PLACE, "\tseen in a book", ROW_1, "evidence", "is not a place"),
        ("# license: ", "# licence: ", 1, "license", "no license"),
        (FIRST, FIRST + FIRST, ROW_1 + 1, "object_id", "repeats line"),
        (
            SECOND,
            FIRST.replace("rxnorm:282388", "rxnorm:284924"),
            ROW_1 + 1,
            "object_id",
            "rxnorm:282388 is the thing's exactMatch already",
        ),
        ("subject_id\t", "subject\t", ROW_1 - 1, "subject_id", "column is missing"),
    ],
)
def test_a_planted_fault_is_found_where_it_lies(
    tmp_path: Path, old: str, new: str, line: int, column: str, said: str
) -> None:
    assert old in CLEAN
    found = problems(tmp_path, CLEAN.replace(old, new, 1))
    assert [(p.line, p.column) for p in found] == [(line, column)], found
    assert said in found[0].problem


@pytest.mark.parametrize("text", ["rxcui,name\n282389,imatinib\n", "rxcui,name\n282388,aspirin\n"])
def test_evidence_that_prints_another_code_or_name_is_found(tmp_path: Path, text: str) -> None:
    found = problems(tmp_path, CLEAN, text)
    assert {problem.column for problem in found} == {"evidence"}
    assert len(found) == 2


def test_a_set_may_not_contradict_those_it_stands_beside(tmp_path: Path) -> None:
    there = tmp_path / "there.sssom.tsv"
    there.write_text(HEADER + COLUMNS + FIRST, encoding="utf-8")
    mine = tmp_path / "mine.sssom.tsv"
    mine.write_text(HEADER + COLUMNS + SECOND.replace("broadMatch", "exactMatch"), encoding="utf-8")
    found = list(check([mine], label_of=LABELS.get, beside=[there]))
    assert [(p.file, p.line, p.column) for p in found] == [(str(mine), ROW_1, "object_id")]
    assert list(check([mine], label_of=LABELS.get)) == []


def test_labels_that_differ_within_a_set_are_told_beside_others_too(tmp_path: Path) -> None:
    there = tmp_path / "there.sssom.tsv"
    there.write_text(HEADER + COLUMNS, encoding="utf-8")
    mine = tmp_path / "mine.sssom.tsv"
    two = CLEAN.replace("\timatinib\tsemapv", "\tIMATINIB\tsemapv", 1)
    mine.write_text(two, encoding="utf-8")
    found = list(check([mine], label_of=LABELS.get, beside=[there]))
    assert [(p.line, p.column) for p in found] == [(ROW_1 + 1, "object_label")]


def test_names_and_headers_that_are_none_are_problems(tmp_path: Path) -> None:
    nameless = tmp_path / "---.tsv"
    nameless.write_text(CLEAN, encoding="utf-8")
    deep = tmp_path / "deep.sssom.tsv"
    deep.write_text("# a: " + "[" * 3000 + "\n" + COLUMNS, encoding="utf-8")
    for path in (nameless, deep):
        assert [p.line for p in check([path], label_of=LABELS.get)] == [1]


def test_all_problems_are_told_at_once(tmp_path: Path) -> None:
    text = CLEAN.replace("rxnorm:282388", "rxnorm:x").replace("# license", "# licence")
    assert [problem.line for problem in problems(tmp_path, text)] == [1, ROW_1, ROW_1 + 1]


def test_a_file_that_is_not_there_is_a_problem(tmp_path: Path) -> None:
    found = list(check([tmp_path / "none.sssom.tsv"], label_of=LABELS.get))
    assert "cannot read" in found[0].problem


@pytest.mark.parametrize(
    ("text", "first", "last", "column"),
    [(":a b.csv:7", 7, 7, None), (":a b.csv:7-9", 7, 9, None), (":a b.csv:1:350", 1, 1, 350)],
)
def test_a_place_is_lines_or_a_column(text: str, first: int, last: int, column: int | None) -> None:
    commit = "0123456789" * 4
    assert parse_evidence(f"o/r@{commit}{text}") == [
        Place("o/r", commit, "a b.csv", first, last, column)
    ]


def test_a_place_may_lie_in_a_published_package() -> None:
    assert parse_evidence("pypi:some-package@0.3.0:data/codes.tsv:12") == [
        Place("pypi:some-package", "0.3.0", "data/codes.tsv", 12, 12, None)
    ]


def test_several_places_and_pages_stand_side_by_side() -> None:
    assert parse_evidence(f"{PLACE}|https://example.org/a?b=c 2026-11-21")[1] == Page(
        "https://example.org/a?b=c", "2026-11-21"
    )
    with pytest.raises(ValueError, match="not a place"):
        parse_evidence(f"{PLACE}|https://example.org/a")


def test_a_code_within_a_longer_one_is_not_printed() -> None:
    assert prints("id: HP:0001875", "0001875")
    assert not prints("C1234", "C123")
    assert not prints("Imatinib", "imatinib")


def test_evidence_is_read_again_out_of_clones(tmp_path: Path) -> None:
    git = shutil.which("git")
    if git is None:
        pytest.skip("git is not installed")
    clone = tmp_path / "o" / "r"
    clone.mkdir(parents=True)

    def run(*words: str) -> str:
        command = [git, "-C", str(clone), "-c", "user.name=n", "-c", "user.email=e@x", *words]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    run("init", "-q")
    (clone / "codes.csv").write_text("rxcui,name\n282388,imatinib\n", encoding="utf-8")
    run("add", ".")
    run("commit", "-qm", "codes")
    commit = run("rev-parse", "HEAD")
    (clone / "codes.csv").write_text("changed since\n", encoding="utf-8")
    path = tmp_path / "demo.sssom.tsv"
    path.write_text(CLEAN.replace("0" * 40, commit), encoding="utf-8")
    files = EvidenceFiles(tmp_path)
    assert list(check([path], label_of=LABELS.get, text_of=files)) == []
    assert (files.read, files.missing) == (2, 0)
    path.write_text(CLEAN, encoding="utf-8")
    assert list(check([path], label_of=LABELS.get, text_of=files)) == []
    assert files.missing == 2


CROSSED = (
    CLEAN.replace(
        "#     property: dcterms:source\n",
        "#     property: dcterms:source\n"
        "#   - slot_name: crosswalk\n#     property: dcterms:references\n",
    )
    .replace("\tevidence\n", "\tevidence\tcrosswalk\n")
    .replace(f"\t{PLACE}\n", f"\t{PLACE}\t\n")
)
OTHER = PLACE.replace("codes.csv", "other.tsv")


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        (f"\t{PLACE}|{OTHER}", None),
        (f"{PLACE}\t{OTHER}", None),
        (f"\t{PLACE}", "one file without names is no evidence"),
        (f"\t{PLACE}|{PLACE[:-1]}3", "one file without names is no evidence"),
        ("\tsomewhere", "'somewhere' is not a place"),
    ],
)
def test_a_code_printed_without_a_name_needs_two_files(
    tmp_path: Path, cells: str, said: str | None
) -> None:
    found = problems(tmp_path, CROSSED.replace(f"the base\t{PLACE}\t", f"the base\t{cells}"))
    assert [problem.problem for problem in found if problem.column == "crosswalk"][:1] == (
        [said] if said else []
    )


def test_a_crosswalk_is_read_for_the_code_alone(tmp_path: Path) -> None:
    text = CROSSED.replace(f"the base\t{PLACE}\t", f"the base\t{PLACE}\t{OTHER}")
    path = tmp_path / "demo.sssom.tsv"
    path.write_text(text, encoding="utf-8")

    def printed(codes_alone: str) -> list[Problem]:
        texts = {"codes.csv": "x\n282388,imatinib", "other.tsv": f"x\n{codes_alone}"}
        return list(check([path], label_of=LABELS.get, text_of=lambda place: texts[place.path]))

    assert printed("45783\t282388") == []
    (problem,) = printed("45783\t28238")
    assert problem.column == "crosswalk" and "other.tsv:2 does not print" in problem.problem
