"""The curated loader: what it makes of a file, and what it says of a file that is wrong."""

from __future__ import annotations

import itertools
from pathlib import Path

import pyoxigraph as ox
import pytest
from resolving import Codes

from regimenkg.errors import LoaderError
from regimenkg.loaders.curated import load
from regimenkg.loaders.shared.base import Watch
from regimenkg.terms.namespaces import PREFIXES, RK, RKD

GOOD = """\
document: paper
source/paper:
  prefLabel: a paper
drug/x:
  prefLabel: x
  altLabel: {is: Xol, at: 5-8}
regimen/r:
  prefLabel: R
variant/r-paper:
  prefLabel: R as in the paper
  variantOf: regimen/r
  hasAdministration:
    - id: x
      drug: {is: x, at: 10-11}
      dose: {is: 2 g/m2, at: 12-18}
      route: {is: Intravenous, at: 19-21}
      day: {is: 1..3, at: 22-30}
    - id: x-late
      drug: {is: x, at: 10-11}
      day: {is: [-1, 0], at: 22-30}
      startsAfter:
        reference: administration/r-paper-x
        offset: 48 h
        offsetAnchor: EndOf
        at: 31-40
"""


def read(tmp_path: Path, text: str) -> list[ox.Triple]:
    file = tmp_path / "data.yaml"
    file.write_text(text, encoding="utf-8")
    return list(load(file))


def objects(triples: list[ox.Triple], subject: str, predicate: str) -> set[str]:
    return {
        t.object.value
        for t in triples
        if t.subject == ox.NamedNode(subject)
        and t.predicate == ox.NamedNode(predicate)
        and isinstance(t.object, ox.NamedNode | ox.Literal)
    }


def test_a_dose_keeps_what_is_printed_beside_the_canonical_unit(tmp_path: Path) -> None:
    triples = read(tmp_path, GOOD)
    dose = RKD + "quantity/administration.r-paper-x.dose"
    assert objects(triples, RKD + "administration/r-paper-x", RK + "dose") == {dose}
    assert objects(triples, dose, PREFIXES["qudt"] + "numericValue") == {"2000"}
    assert objects(triples, dose, RK + "ucumCode") == {"mg/m2"}
    assert objects(triples, dose, RK + "asReported") == {"2 g/m2"}


def test_days_are_one_integer_each_and_may_be_zero_or_negative(tmp_path: Path) -> None:
    triples = read(tmp_path, GOOD)
    assert objects(triples, RKD + "administration/r-paper-x", RK + "day") == {"1", "2", "3"}
    assert objects(triples, RKD + "administration/r-paper-x-late", RK + "day") == {"-1", "0"}


def test_relative_timing_has_reference_offset_and_anchor(tmp_path: Path) -> None:
    triples = read(tmp_path, GOOD)
    timing = RKD + "relative-timing/administration.r-paper-x-late"
    assert objects(triples, timing, RK + "offset") == {"P2D"}
    assert objects(triples, timing, RK + "offsetAnchor") == {RK + "EndOf"}
    assert objects(triples, timing, RK + "reference") == {RKD + "administration/r-paper-x"}


def test_each_value_says_where_it_was_read(tmp_path: Path) -> None:
    triples = read(tmp_path, GOOD)
    note = RKD + "evidence/drug.x.altLabel.paper.5-8"
    assert note in objects(triples, RKD + "drug/x", PREFIXES["prov"] + "wasDerivedFrom")
    assert objects(triples, note, RK + "supportsProperty") == {PREFIXES["skos"] + "altLabel"}
    assert objects(triples, note, RK + "supportsValue") == {"Xol"}
    position = RKD + "position/paper.5-8"
    assert objects(triples, position, PREFIXES["oa"] + "start") == {"5"}
    assert objects(triples, position, PREFIXES["oa"] + "end") == {"8"}
    assert objects(triples, RKD + "span/paper.5-8", PREFIXES["oa"] + "hasSource") == {
        RKD + "source/paper"
    }


def test_no_blank_nodes_and_no_triple_twice(tmp_path: Path) -> None:
    triples = read(tmp_path, GOOD)
    assert len(triples) == len(set(triples))
    assert all(isinstance(t.subject, ox.NamedNode) for t in triples)
    assert not any(isinstance(t.object, ox.BlankNode) for t in triples)


def test_a_citation_with_a_doi_is_that_doi_in_lower_case(tmp_path: Path) -> None:
    text = (
        "document: paper\nsource/paper: {prefLabel: a paper}\n"
        "citation/a-2000:\n  prefLabel: A 2000\n  doi: {is: 10.1/ABC, at: 1-2}\n"
    )
    assert any(t.subject == ox.NamedNode("https://doi.org/10.1/abc") for t in read(tmp_path, text))


def test_things_that_files_do_not_define_are_asked_of_the_caller(tmp_path: Path) -> None:
    file = tmp_path / "own.yaml"
    file.write_text(
        "document: mine\nsource/mine: {prefLabel: mine}\n"
        "toxicity-report/a:\n  about: drug/cytarabine\n  toxicity: rash\n  at: 1-2\n",
        encoding="utf-8",
    )
    names = ["drug/cytarabine", "toxicity/rash"]
    graph = Codes({"rkd:" + name: RKD + name for name in names})
    triples = list(load(file, resolve=graph))
    assert sorted(set(graph.asked)) == ["rkd:" + name for name in names]
    assert any(t.object == ox.NamedNode(RKD + "drug/cytarabine") for t in triples)


BAD = {
    "unknown key": (
        "  altLabel: {is: Xol, at: 5-8}",
        "  altLable: {is: Xol, at: 5-8}",
        6,
        "unknown key 'altLable'",
        "did you mean 'altLabel'?",
    ),
    "key of another class": (
        "  altLabel: {is: Xol, at: 5-8}",
        "  percent: {is: 5, at: 5-8}",
        6,
        "'percent' is not a property of a drug",
        None,
    ),
    "computed property": (
        "  prefLabel: R\n",
        "  prefLabel: R\n  hasDrug: {is: x, at: 1-2}\n",
        9,
        "'hasDrug' is computed",
        None,
    ),
    "wrong unit": ("2 g/m2", "2 g/m3", 15, "'2 g/m3' does not fit", "mg/m2"),
    "unit missing": ("2 g/m2", "2", 15, "'2' does not fit", "a number and a unit"),
    "day of a half": ("1..3", "0.5", 17, "'0.5' does not fit", "a whole day"),
    "day range backwards": ("1..3", "3..1", 17, "'3..1' does not fit", None),
    "missing source": (
        "altLabel: {is: Xol, at: 5-8}",
        "altLabel: Xol",
        6,
        "missing source",
        "at: START-END",
    ),
    "place without an end": ("at: 5-8", "at: 5", 6, "'5' is not a place", "START-END"),
    "place backwards": ("at: 5-8", "at: 8-5", 6, "'8-5' is not a place", None),
    "unknown document": ("document: paper", "document: papr", 6, "'source/papr'", "source/paper"),
    "unknown drug": ("drug: {is: x, at: 10-11}", "drug: {is: y, at: 10-11}", 14, "'y'", None),
    "unknown route": ("Intravenous", "Intravenus", 16, "'Intravenus'", "'Intravenous'"),
    "unknown kind": ("regimen/r:", "regime/r:", 7, "unknown kind 'regime'", "'regimen'"),
    "bad slug": ("regimen/r:", "regimen/r r:", 7, "'r r' is not a slug", None),
    "not kind and slug": ("regimen/r:", "regimen:", 7, "neither 'document' nor kind/slug", None),
    "duplicate id": ("regimen/r:", "drug/x: {prefLabel: x}\nregimen/r:", 7, "stands twice", None),
    "duplicate nested id": ("id: x-late", "id: x", 18, "duplicate id", None),
    "no label": (
        "  prefLabel: R\n",
        "  altLabel: {is: R, at: 1-2}\n",
        7,
        "prefLabel is missing",
        None,
    ),
    "two doses": (
        "dose: {is: 2 g/m2, at: 12-18}",
        "dose: [{is: 2 g/m2, at: 12-18}, {is: 1 g/m2, at: 12-18}]",
        15,
        "stands twice",
        None,
    ),
    "timing without anchor": (
        "        offsetAnchor: EndOf\n",
        "",
        22,
        "offsetAnchor: is missing",
        None,
    ),
    "unknown word in a value": ("at: 12-18}", "att: 12-18}", 15, "unknown key 'att'", "'at'"),
    "anchor of YAML": ("prefLabel: R\n", "prefLabel: &a R\n", 8, "anchor", None),
    "not YAML": ("prefLabel: R\n", "prefLabel: [R\n", 9, "not valid YAML", None),
    "wrong kind of thing": ("variantOf: regimen/r", "variantOf: drug/x", 11, "wrong kind", None),
}


@pytest.mark.parametrize("old, new, line, message, hint", BAD.values(), ids=BAD.keys())
def test_a_wrong_file_is_refused_with_its_line_and_what_was_expected(
    tmp_path: Path, old: str, new: str, line: int, message: str, hint: str | None
) -> None:
    assert GOOD.count(old) >= 1
    with pytest.raises(LoaderError) as caught:
        read(tmp_path, GOOD.replace(old, new, 1))
    error = caught.value
    assert message in error.message
    assert error.line == line, error.message
    assert str(tmp_path / "data.yaml") in error.message
    if hint is not None:
        assert hint in f"{error.hint} {error.expected}"


APART = (
    "unknown key",
    "wrong unit",
    "unknown route",
    "day range backwards",
    "no label",
)


@pytest.mark.parametrize("first, second", list(itertools.combinations(APART, 2)))
def test_all_that_is_wrong_is_told_in_one_run(tmp_path: Path, first: str, second: str) -> None:
    """Each problem of a file as if it were the only one, and then that nothing is loaded."""
    text, lines = GOOD, []
    for name in (first, second):
        old, new, line, _, _ = BAD[name]
        text = text.replace(old, new, 1)
        lines.append(line)
    file = tmp_path / "data.yaml"
    file.write_text(text, encoding="utf-8")
    problems: list[LoaderError] = []
    with pytest.raises(LoaderError, match="whole or not at all, and there are 2 problems"):
        list(load([file], on_error=problems.append))
    assert sorted(problem.line or 0 for problem in problems) == sorted(lines)


def test_a_file_that_cannot_be_read_is_one_problem_among_others(tmp_path: Path) -> None:
    file = tmp_path / "data.yaml"
    file.write_text(GOOD.replace("2 g/m2", "2 g/m3"), encoding="utf-8")
    problems: list[LoaderError] = []
    with pytest.raises(LoaderError, match="there are 2 problems"):
        list(load([tmp_path / "none.yaml", file], on_error=problems.append, watch=Watch()))
    assert ["none.yaml" in problem.message for problem in problems] == [True, False]


def test_a_good_file_is_loaded_whoever_listens(tmp_path: Path) -> None:
    file = tmp_path / "data.yaml"
    file.write_text(GOOD, encoding="utf-8")
    problems: list[LoaderError] = []
    watch = Watch()
    assert list(load(file, on_error=problems.append, watch=watch)) == read(tmp_path, GOOD)
    assert not problems
    assert watch.bytes == file.stat().st_size and watch.records > 3


def test_a_file_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "data.yaml"
    file.write_bytes("drug/x:\n  prefLabel: caf\xe9\n".encode("latin-1"))
    with pytest.raises(LoaderError, match="not UTF-8") as caught:
        list(load(file))
    assert caught.value.line == 2


def test_a_missing_file_and_an_empty_directory_are_refused(tmp_path: Path) -> None:
    with pytest.raises(LoaderError, match="cannot read"):
        list(load(tmp_path / "none.yaml"))
    with pytest.raises(LoaderError, match="no curated file"):
        list(load(tmp_path))
