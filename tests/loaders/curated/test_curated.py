"""The curated loader: what it makes of a file, and what it says of a file that is wrong."""

from __future__ import annotations

import itertools
from pathlib import Path

import pyoxigraph as ox
import pytest
from resolving import Codes

from regimenkg.errors import LoaderError
from regimenkg.loaders.curated import load
from regimenkg.loaders.curated.schema import Schema
from regimenkg.loaders.shared.base import Label, Watch
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
    "day of a half": ("1..3", "0.5", 17, "'0.5' does not fit", "days such as 1-5, 8"),
    "day range backwards": ("1..3", "3..1", 17, "'3..1' does not fit", None),
    "missing source": (
        "altLabel: {is: Xol, at: 5-8}",
        "altLabel: Xol",
        6,
        "missing source",
        "at: START-END",
    ),
    "place without an end": ("at: 5-8", "at: 5", 6, "'5' is not a place", "START-END"),
    "place backwards": ("at: 5-8", "at: 8-5", 6, "START 8 is not below END 5", None),
    "comma in braces": ("2 g/m2,", "3,750 mg/m2,", 15, "unknown key '750 mg/m2'", "quote a text"),
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


FOLLOWED = {"unknown kind", "bad slug", "not kind and slug", "duplicate nested id"}
"""Where something else names the thing that is refused, which is wrong as well."""


@pytest.mark.parametrize("name", BAD)
def test_a_wrong_file_is_refused_with_its_line_and_what_was_expected(
    tmp_path: Path, name: str
) -> None:
    old, new, line, message, hint = BAD[name]
    assert GOOD.count(old) >= 1
    file = tmp_path / "data.yaml"
    file.write_text(GOOD.replace(old, new, 1), encoding="utf-8")
    problems: list[LoaderError] = []
    with pytest.raises(LoaderError, match="whole or not at all"):
        list(load(file, on_error=problems.append))
    [error, *others] = problems
    assert len(others) == (name in FOLLOWED)
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


# What else a spelling says

ONE_DOSE = """\
document: paper
source/paper: {prefLabel: a paper}
drug/x: {prefLabel: x}
regimen/r: {prefLabel: R}
variant/v:
  prefLabel: V
  variantOf: regimen/r
  hasAdministration:
    - id: x
      drug: {is: x, at: 1-2}
      dose: {is: DOSE, at: 10-40}
"""
ADMINISTRATION = RKD + "administration/v-x"


def test_each_value_of_a_spelling_says_where_it_was_read_and_as_what(tmp_path: Path) -> None:
    text = "100 mg/m2/day x 7 days, max 1.5 g"
    triples = read(tmp_path, ONE_DOSE.replace("DOSE", f'"{text}"'))
    said = {
        "dose": RKD + "quantity/administration.v-x.dose",
        "doseCap": RKD + "quantity/administration.v-x.doseCap",
        "per": RK + "PerDay",
        "every": "P1D",
        "repetitions": "7",
    }
    for name, value in said.items():
        assert objects(triples, ADMINISTRATION, RK + name) == {value}
        note = f"{RKD}evidence/administration.v-x.{name}.paper.10-40"
        assert objects(triples, note, RK + "supportsProperty") == {RK + name}
        assert objects(triples, note, RK + "supportsValue") == {value}
        assert objects(triples, note, RK + "asReported") == {text}
        assert objects(triples, note, PREFIXES["oa"] + "hasTarget") == {RKD + "span/paper.10-40"}
    assert objects(triples, said["dose"], RK + "asReported") == {"100 mg/m2"}
    assert objects(triples, said["doseCap"], RK + "asReported") == {"1.5 g"}
    assert objects(triples, said["doseCap"], PREFIXES["qudt"] + "numericValue") == {"1500"}


def test_a_range_has_its_ends_and_no_number(tmp_path: Path) -> None:
    triples = read(tmp_path, ONE_DOSE.replace("DOSE", "75-100 mg/m2"))
    node = RKD + "quantity/administration.v-x.dose"
    assert objects(triples, node, RK + "lowerBound") == {"75"}
    assert objects(triples, node, RK + "upperBound") == {"100"}
    assert not objects(triples, node, PREFIXES["qudt"] + "numericValue")


SAME = [
    ("100 mg/m2/day x 7 days", "100 mg/m2", "per: {is: PerDay, at: 10-40}",
     "every: {is: q24h, at: 10-40}", "repetitions: {is: 7, at: 10-40}"),
    ("70 Gy in 35 fractions", "70 Gy", "per: {is: InTotal, at: 10-40}",
     "fractions: {is: 35, at: 10-40}"),
    ("AUC 5", "5 AUC"),
    ('"1.4 mg/m2, max 2 mg"', "1.4 mg/m2", "doseCap: {is: max 2 mg, at: 10-40}"),
]  # fmt: skip


@pytest.mark.parametrize("short, dose, others", [(one[0], one[1], one[2:]) for one in SAME])
def test_the_long_way_of_writing_says_the_same(
    tmp_path: Path, short: str, dose: str, others: tuple[str, ...]
) -> None:
    """But for the token, which is what was printed."""

    def said(text: str) -> set[ox.Triple]:
        token = ox.NamedNode(RK + "asReported")
        return {triple for triple in read(tmp_path, text) if triple.predicate != token}

    long = ONE_DOSE.replace("DOSE", dose) + "".join(f"      {one}\n" for one in others)
    assert said(ONE_DOSE.replace("DOSE", short)) == said(long)


@pytest.mark.parametrize(
    "dose, other, says",
    [
        ("100 mg/m2/day", "per: {is: PerWeek, at: 1-2}", "per"),
        ("100 mg/m2/day x 7 days", "repetitions: {is: 6, at: 1-2}", "repetitions"),
        ('"1.4 mg/m2, max 2 mg"', "doseCap: {is: 2 mg, at: 1-2}", "doseCap"),
        ("100 mg q12h x 6 doses", "every: {is: q24h, at: 1-2}", "every"),
    ],
)
def test_what_two_keys_say_differently_is_refused_with_both_lines(
    tmp_path: Path, dose: str, other: str, says: str
) -> None:
    with pytest.raises(LoaderError) as caught:
        read(tmp_path, ONE_DOSE.replace("DOSE", dose) + f"      {other}\n")
    assert caught.value.line == 12
    assert says == caught.value.field
    assert "in line 11" in caught.value.message


def test_what_two_keys_say_alike_has_two_places(tmp_path: Path) -> None:
    text = ONE_DOSE.replace("DOSE", "100 mg/day") + "      per: {is: PerDay, at: 50-60}\n"
    triples = read(tmp_path, text)
    assert objects(triples, ADMINISTRATION, RK + "per") == {RK + "PerDay"}
    for place in ("10-40", "50-60"):
        note = f"{RKD}evidence/administration.v-x.per.paper.{place}"
        assert objects(triples, note, RK + "supportsValue") == {RK + "PerDay"}


def test_a_spelling_may_not_say_what_the_thing_cannot_have(tmp_path: Path) -> None:
    text = ONE_DOSE.replace("DOSE", "1 g") + (
        "supportive-care/c:\n  about: regimen/r\n  drug: {is: x, at: 1-2}\n"
        "  dose: {is: 70 mg in 35 fractions, at: 1-2}\n"
    )
    with pytest.raises(LoaderError, match="says fractions as well") as caught:
        read(tmp_path, text)
    assert caught.value.line == 15


BLOCKS = """\
document: paper
source/paper: {prefLabel: a paper}
drug/x: {prefLabel: x}
regimen/r: {prefLabel: R}
variant/v:
  prefLabel: V
  variantOf: regimen/r
  hasBlock:
    - id: induction
      position: 1
      treatmentPhase: {is: InductionPhase, at: 3-4}
      cycle: {is: 1-2, at: 3-4}
      hasAdministration:
        - id: x
          drug: {is: x, at: 1-2}
          day: {is: "1-3, 8", at: 5-6}
        - id: x-late
          drug: {is: x, at: 1-2}
          day: {is: -6 to -4, at: 5-6}
    - id: maintenance
      position: 2
      alternatesWith: block/v-induction
      hasAdministration:
        - {id: x, drug: {is: x, at: 1-2}, continuous: {is: true, at: 7-8}}
"""


def test_two_blocks_of_a_variant_have_no_position_in_common(tmp_path: Path) -> None:
    assert read(tmp_path, BLOCKS.replace("position: 1", "position: 7"))
    with pytest.raises(LoaderError, match="position 2 is taken by the block in line 10") as caught:
        read(tmp_path, BLOCKS.replace("position: 1", "position: 2"))
    assert caught.value.line == 21


def test_blocks_hold_administrations_of_their_own_two_levels_deep(tmp_path: Path) -> None:
    triples = read(tmp_path, BLOCKS)
    blocks = {RKD + "block/v-induction", RKD + "block/v-maintenance"}
    assert objects(triples, RKD + "variant/v", RK + "hasBlock") == blocks
    assert not objects(triples, RKD + "variant/v", RK + "hasAdministration")
    assert objects(triples, RKD + "block/v-induction", RK + "hasAdministration") == {
        RKD + "administration/v-induction-x",
        RKD + "administration/v-induction-x-late",
    }
    assert objects(triples, RKD + "block/v-induction", RK + "cycle") == {"1", "2"}
    assert objects(triples, RKD + "administration/v-induction-x", RK + "day") == set("1238")
    late = objects(triples, RKD + "administration/v-induction-x-late", RK + "day")
    assert late == {"-6", "-5", "-4"}
    assert objects(triples, RKD + "block/v-maintenance", RK + "alternatesWith") == {
        RKD + "block/v-induction"
    }
    assert objects(triples, RKD + "administration/v-maintenance-x", RK + "continuous") == {"true"}


# Limits of the shapes

REPORT = """\
document: paper
source/paper: {prefLabel: a paper}
drug/x: {prefLabel: x}
toxicity/t: {prefLabel: t}
toxicity-report/r:
  about: drug/x
  toxicity: {is: t, at: 1-2}
"""
OUTCOME = """\
document: paper
source/paper: {prefLabel: a paper}
drug/x: {prefLabel: x}
outcome/o:
  about: drug/x
  endpoint: {is: OverallSurvival, at: 1-2}
"""
BEYOND = {
    "a percentage of 150": (REPORT, ["percent: 150"], "percent", "from 0 to 100"),
    "a negative count": (REPORT, ["count: -1"], "count", "0 or more"),
    "more events than people": (REPORT, ["count: 40", "denominator: 31"], "count", "denominator"),
    "a grade of 6": (REPORT, ["minGrade: 6"], "minGrade", "from 1 to 5"),
    "grades the wrong way round": (REPORT, ["maxGrade: 3", "minGrade: 4"], "minGrade", "highest"),
    "an interval the wrong way round": (
        OUTCOME, ["ciLower: 12", "ciUpper: 10"], "ciLower", "upper",
    ),
    "limits the wrong way round": (
        OUTCOME, ["lowerLimit: 9.5", "upperLimit: 9.4"], "lowerLimit", "upper",
    ),
    "a P value of 5": (OUTCOME, ["pValue: 5"], "pValue", "from 0 to 1"),
    "a P value's sign": (OUTCOME, ['pValueBound: "~"'], "pValueBound", "≤"),
    "a confidence level of 0.95": (OUTCOME, ["ciLevel: 0.95"], "ciLevel", "percentage"),
    "a dose of nothing": (ONE_DOSE.replace("DOSE", "0 mg"), [], "dose", "more than 0"),
    "a unit in a word": (OUTCOME, ["unit: weeks"], "unit", "wk for weeks"),
    "a unit in a word with a slip": (OUTCOME, ["unit: mnths"], "unit", "mo for months"),
    "a unit of a dose in words": (OUTCOME, ["unit: micrograms"], "unit", "ug for micrograms"),
    "a value with its unit": (OUTCOME, ["value: 17.3 weeks"], "value", 'unit: "wk"'),
    "a value in percent": (OUTCOME, ["value: 43 %"], "value", 'unit: "%"'),
    "a percentage with its sign": (REPORT, ["percent: 47%"], "percent", "the number alone, 47"),
    "a P value with its sign": (OUTCOME, ['pValue: "< 0.04"'], "pValue", 'pValueBound: "<"'),
    "a dose in g/dL": (ONE_DOSE.replace("DOSE", "12 g/dL"), [], "dose", "a dose is"),
}  # fmt: skip


@pytest.mark.parametrize("name", BEYOND)
def test_what_the_shapes_do_not_allow_is_refused_with_its_line(tmp_path: Path, name: str) -> None:
    text, fields, field, expected = BEYOND[name]
    lines = [f"  {key}: {{is: {value}, at: 3-4}}" for key, value in (f.split(": ") for f in fields)]
    with pytest.raises(LoaderError) as caught:
        read(tmp_path, text + "".join(f"{line}\n" for line in lines))
    error = caught.value
    assert error.field == field
    begin = f"{field}: {{is"
    of_file = (tmp_path / "data.yaml").read_text(encoding="utf-8").splitlines()
    assert error.line is not None and begin in of_file[error.line - 1]
    assert expected in (error.expected or "") and expected in (error.hint or "")


@pytest.mark.parametrize("apart", [False, True])
@pytest.mark.parametrize("cap, fits", [("7 AUC", False), ("9 Gy", False), ("800 ug", True)])
def test_a_cap_is_an_amount_of_the_kind_that_its_dose_is(
    tmp_path: Path, cap: str, fits: bool, apart: bool
) -> None:
    text = ONE_DOSE.replace("DOSE", "3 mg/m2" if apart else f"3 mg/m2 (max {cap})")
    if apart:
        text += f"      doseCap: {{is: {cap}, at: 30-34}}\n"
    if fits:
        assert objects(read(tmp_path, text), ADMINISTRATION, RK + "doseCap")
        return
    with pytest.raises(LoaderError, match=f"{cap} is no limit of 3 mg/m2"):
        read(tmp_path, text)


@pytest.mark.parametrize(
    ("days", "every", "expected"),
    [
        ("1-7", "every other day", "day: 1, 3, 5, 7"),
        ("-2..6", "2 d", "day: -2, 0, 2, 4, 6"),
        ("1-22", "weekly", "day: 1, 8, 15, 22"),
        ("1-7", "q36h", "firstDay and repetitions"),
        ('"1, 3, 5, 7"', "every other day", None),
        ('"1-5, 15-19"', "14 d", None),
        ("1-5", "28 d", None),
        ("1-7", "7 d", None),
        ("1-3", "12 h", None),
        ("1-3", "daily", None),
    ],
)
def test_days_are_those_on_which_it_is_given_and_not_those_between_which_it_is(
    tmp_path: Path, days: str, every: str, expected: str | None
) -> None:
    text = ONE_DOSE.replace("DOSE", "20 mg")
    text += f"      every: {{is: {every}, at: 50-60}}\n      day: {{is: {days}, at: 61-70}}\n"
    if expected is None:
        assert objects(read(tmp_path, text), ADMINISTRATION, RK + "every")
        return
    with pytest.raises(LoaderError, match=f"{every}.*{days.strip(chr(34))}") as caught:
        read(tmp_path, text)
    assert (caught.value.field, caught.value.expected) == ("every", expected)


def test_what_the_shapes_allow_at_the_edge_is_taken(tmp_path: Path) -> None:
    fields = ["percent: 100", "count: 31", "denominator: 31", "minGrade: 5", "maxGrade: 5"]
    lines = [f"  {key}: {{is: {value}, at: 3-4}}" for key, value in (f.split(": ") for f in fields)]
    triples = read(tmp_path, REPORT + "".join(f"{line}\n" for line in lines))
    assert objects(triples, RKD + "toxicity-report/r", RK + "percent") == {"100"}


LACKING = {
    "a report about nothing": (REPORT.replace("  about: drug/x\n", ""), "what it is about"),
    "a report of nothing": (
        REPORT.replace("toxicity: {is: t", "fatal: {is: true"),
        "adverse event",
    ),
    "an outcome without a statistic": (OUTCOME, "what kind of figure"),
    "an outcome of nothing": (
        OUTCOME.replace("endpoint: {is: OverallSurvival", "statistic: {is: Median"),
        "was measured",
    ),
}


@pytest.mark.parametrize("name", LACKING)
def test_a_statement_without_what_the_shapes_ask_of_it_is_refused(
    tmp_path: Path, name: str
) -> None:
    text, message = LACKING[name]
    with pytest.raises(LoaderError, match=message) as caught:
        read(tmp_path, text)
    assert caught.value.line is not None
    assert text.splitlines()[caught.value.line - 1] in ("toxicity-report/r:", "outcome/o:")


def test_a_report_of_an_arm_need_not_be_about_anything(tmp_path: Path) -> None:
    arm = "trial/n: {prefLabel: N}\narm/a: {prefLabel: A, armOf: {is: n, at: 3-4}}\n"
    text = REPORT.replace("about: drug/x", "inArm: {is: arm/a, at: 5-6}")
    assert read(tmp_path, text.replace("drug/x:", arm + "drug/x:"))


# Names and lists


def test_an_unknown_member_of_a_list_is_answered_with_the_list(tmp_path: Path) -> None:
    with pytest.raises(LoaderError) as caught:
        read(tmp_path, GOOD.replace("Intravenous", "Xyz"))
    hint = caught.value.hint or ""
    members = Schema.read().individuals[RK + "Route"]
    assert all(member in hint for member in members)
    assert "define" not in hint, "a member of the vocabulary cannot be defined in a file"


def test_another_name_of_a_key_leads_to_it(tmp_path: Path) -> None:
    with pytest.raises(LoaderError, match="unknown key 'maxDose'") as caught:
        read(tmp_path, ONE_DOSE.replace("DOSE", "1 g") + "      maxDose: {is: 2 g, at: 1-2}\n")
    assert "did you mean 'doseCap'?" in (caught.value.hint or "")


PLANTED = {
    "maxDose": ("      dose: {is: 2 g/m2", "      maxDose: {is: 2 g/m2", 15),
    "route": ("Intravenous", "Xyz", 16),
    "days": ("1..3", "1--3", 17),
    "anchor": ("offsetAnchor: EndOf", "offsetAnchor: Middle", 24),
    "twice": (
        "  altLabel: {is: Xol, at: 5-8}",
        "  prefLabel: y\n  altLabel: {is: Xol, at: 5-8}",
        6,
    ),
}


def test_whoever_does_not_listen_is_told_all_in_one_message(tmp_path: Path) -> None:
    text = GOOD
    for old, new, _ in PLANTED.values():
        text = text.replace(old, new, 1)
    problems: list[LoaderError] = []
    file = tmp_path / "data.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(LoaderError):
        list(load(file, on_error=problems.append))
    shift = 1  # the key that stands twice is a line more
    lines = sorted(line + shift * (line > 6) for _, _, line in PLANTED.values())
    assert sorted(one.line or 0 for one in problems) == lines
    with pytest.raises(LoaderError, match=r"there are 5 problems:") as caught:
        list(load(file))
    assert all(one.message in caught.value.message for one in problems)
    assert "did you mean 'doseCap'?" in caught.value.message


def test_a_refused_part_is_told_once_and_its_whole_is_read(tmp_path: Path) -> None:
    problems: list[LoaderError] = []
    file = tmp_path / "data.yaml"
    text = BLOCKS.replace("id: maintenance", "id: main tenance").replace("1-3, 8", "3-1")
    file.write_text(text, encoding="utf-8")
    with pytest.raises(LoaderError):
        list(load(file, on_error=problems.append))
    assert [one.line for one in problems] == [20, 16]


# Labels


class Labelled(Codes):
    """A graph in which a drug has a label."""

    def label(self, iri: str) -> Label | None:
        return Label("cytarabine", "graph/a (a.yaml)") if iri == RKD + "drug/x" else None


def test_a_second_label_of_a_thing_is_refused_with_both_places(tmp_path: Path) -> None:
    file = tmp_path / "data.yaml"
    file.write_text("document: p\nsource/p: {prefLabel: p}\ndrug/x:\n  prefLabel: x\n", "utf-8")
    with pytest.raises(LoaderError) as caught:
        list(load(file, resolve=Labelled({})))
    assert caught.value.line == 4
    assert "'cytarabine' in graph/a (a.yaml)" in caught.value.message
    file.write_text(
        file.read_text("utf-8").replace("prefLabel: x", "prefLabel: cytarabine"), "utf-8"
    )
    assert list(load(file, resolve=Labelled({})))


def test_a_thing_has_one_label_in_a_file(tmp_path: Path) -> None:
    with pytest.raises(LoaderError, match="prefLabel: has 2 values") as caught:
        read(tmp_path, "drug/x:\n  prefLabel: [x, y]\n")
    assert caught.value.line == 2
