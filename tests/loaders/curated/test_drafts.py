"""Drafts: every number is offered, quotes become their places, and nothing is overlooked."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from hypothesis import assume, given
from hypothesis import strategies as st
from read_places import abstracts_read, reads

from regimenkg.errors import LoaderError
from regimenkg.loaders.curated import load
from regimenkg.loaders.curated.drafts.candidates import Candidate, candidates
from regimenkg.loaders.curated.drafts.coverage import coverage, not_modelled, stated
from regimenkg.loaders.curated.drafts.figures import WORDS, figures
from regimenkg.loaders.curated.drafts.quotes import place, span_of
from regimenkg.loaders.curated.drafts.skeleton import skeleton
from regimenkg.loaders.curated.drafts.text import abstract
from regimenkg.loaders.shared.abstracts import canonical_text

TEXT = (
    "Made up. Nausea of any grade (in 44% of the patients) and of grade 3 or 4 (7 of 120) arose"
    " with 1,500 mg/m(2) on days 1, 3, and 5 of each 28-day cycle (hazard ratio, 0·66; 95% CI, 0·52"
    " to 0·85; P<0.001)."
)
words = st.text("abcdefgh «»%(),.0123456789é\u2009", min_size=1, max_size=60)

FLOORS = {"percent": 0.97, "pValue": 0.97, "ciLower": 0.94, "dose": 0.92, "day": 0.95}
"""Of what people read in the abstracts, the share that is offered at its place under its key."""


def offered(text: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for one in candidates(text):
        found.setdefault(one.key, []).append(one.value)
    return found


# Candidates


def test_the_forms_of_an_abstract_are_offered() -> None:
    found = offered(TEXT)
    assert found["percent"] == ["44"]
    assert found["minGrade"] == ["1", "3"]
    assert found["maxGrade"] == ["4"]
    assert (found["count"], found["denominator"]) == (["7"], ["120"])
    assert found["dose"] == ["1,500 mg/m(2)"]
    assert found["day"] == ["1, 3, 5"]
    assert found["cycleLength"] == ["28 d"]
    assert found["measureOfEffect"] == ["HazardRatio"]
    assert found["value"] == ["0.66"]
    assert (found["ciLevel"], found["ciLower"], found["ciUpper"]) == (["95"], ["0.52"], ["0.85"])
    assert (found["pValueBound"], found["pValue"]) == (["<"], ["0.001"])


@pytest.mark.parametrize(
    ("text", "key", "value"),
    [
        ("every 3 weeks", "every", "3 wk"),
        ("q12h", "every", "12 h"),
        ("every other day", "every", "2 d"),
        ("twice daily", "timesPerDay", "2"),
        ("day 1 to day 7", "day", "1 to 7"),
        ("D1-D14", "day", "1-14"),
        ("day -5 to day -2", "day", "-5..-2"),
        ("AUC of 5", "dose", "AUC 5"),
        ("75 mg per square meter of body-surface area", "dose", "75 mg per square meter"),
        ("(13·2-26·2)", "ciLower", "13.2"),
        ("95% CI 21·0-not estimable", "upperNotReached", "true"),
        ("data cutoff 23rd February 2022", "dataCutoff", "2022-02-23"),
        ("grade ≥3", "minGrade", "3"),
        ("ISRCTN12345678", "registryId", "ISRCTN12345678"),
        ("Eight hundred forty-two patients", "enrollment", "842"),
        ("a 5-year rate", "timePoint", "5 a"),
        ("intravenously", "route", "Intravenous"),
    ],
)
def test_a_form_of_print_is_offered_as_its_value(text: str, key: str, value: str) -> None:
    assert value in offered(text).get(key, [])


@given(words)
def test_each_number_is_offered_and_each_line_is_yaml_with_its_token(text: str) -> None:
    text = canonical_text([text])
    found = candidates(text)
    for figure in figures(text):
        assert any(one.start < figure.end and figure.start < one.end for one in found)
    for one in found:
        [(key, said)] = yaml.load(one.line(text), Loader=yaml.BaseLoader).items()
        assert key == one.key
        assert said["at"] == f"{one.start}-{one.end}"
        assert 0 <= one.start < one.end <= len(text)
        assert said.get("as", one.value) == text[one.start : one.end]


@given(st.sampled_from(sorted(WORDS)))
def test_a_number_in_words_is_its_number(word: str) -> None:
    assert [one.value for one in figures(f"of {word} there")] == [Decimal(WORDS[word])]


@pytest.mark.parametrize("name", ["FLT3", "CD33", "PD-1", "mg/m(2)", "mg/m2", "5-FU"])
def test_a_digit_of_a_name_is_no_number(name: str) -> None:
    assert not list(figures(f"with {name} then"))


def test_a_name_of_the_graph_is_offered_at_its_longest() -> None:
    names = {"febrile neutropenia": "toxicity/febrile-neutropenia", "neutropenia": "toxicity/n"}

    def naming(name: str) -> list[tuple[str, str]]:
        return [("toxicity", names[name])] if name in names else []

    found = candidates("and febrile neutropenia", naming)
    assert found == [Candidate(4, 23, "toxicity", "toxicity/febrile-neutropenia")]


def test_what_people_read_in_the_abstracts_is_offered(corpus_dir: Path) -> None:
    read = dict.fromkeys(FLOORS, 0)
    found = dict.fromkeys(FLOORS, 0)
    for file in abstracts_read():
        document = corpus_dir / "abstracts" / f"{file.stem}.txt"
        if not document.is_file():
            continue
        offers = candidates(abstract(document))
        for one in set(reads(file)):
            if one.key in FLOORS:
                read[one.key] += 1
                found[one.key] += any(
                    offer.key == one.key and offer.start < one.end and one.start < offer.end
                    for offer in offers
                )
    shares = {key: found[key] / read[key] for key in FLOORS}
    print({key: f"{found[key]} of {read[key]}, {share:.1%}" for key, share in shares.items()})
    for key, floor in FLOORS.items():
        assert shares[key] >= floor, key


# The text of a record


XML = (
    "<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID>1</PMID><Article><Abstract>"
    '<AbstractText Label="BACKGROUND">Of\u2009<i>two</i> arms.</AbstractText><AbstractText/>'
    '<AbstractText Label="RESULTS">44% \n of 12.</AbstractText>'
    "<CopyrightInformation>no</CopyrightInformation></Abstract></Article></MedlineCitation>"
    "</PubmedArticle></PubmedArticleSet>"
)
NBIB = "PMID- 1\nTI  - t\nAB  - BACKGROUND: Of two\n      arms. RESULTS: 44% of 12.\nCI  - no\n"


@pytest.mark.parametrize("record", [XML, NBIB, " Of two\narms.  44% of 12.\n"])
def test_a_record_and_a_copy_have_one_text(tmp_path: Path, record: str) -> None:
    path = tmp_path / "record"
    path.write_text(record, encoding="utf-8")
    assert abstract(path, "1") == "Of two arms. 44% of 12."


def test_a_record_that_is_not_there_is_told(tmp_path: Path) -> None:
    path = tmp_path / "record"
    path.write_text(XML, encoding="utf-8")
    with pytest.raises(LoaderError, match="none of PMID 2"):
        abstract(path, "2")


# Skeletons


@pytest.mark.parametrize("text", [TEXT, TEXT + " ClinicalTrials.gov, NCT99999902."])
def test_a_skeleton_loads_as_it_is(tmp_path: Path, text: str) -> None:
    path = tmp_path / "draft.yaml"
    path.write_text(skeleton("99999999", text), encoding="utf-8")
    triples = [str(triple) for triple in load(path)]
    assert any("AbstractText" in triple for triple in triples)
    assert any("trial/NCT99999902" in triple for triple in triples) == ("NCT" in text)


# Quotes


@given(words, st.integers(0, 60), st.integers(1, 60), st.integers(0, 9), st.integers(0, 9))
def test_a_quote_that_stands_once_becomes_its_place(
    text: str, start: int, length: int, before: int, after: int
) -> None:
    text = canonical_text([text.replace("«", "").replace("»", "")])
    end = min(start + length, len(text))
    token = text[start:end]
    assume(token and token == token.strip())
    quote = f"{text[max(0, start - before) : start]}«{token}»{text[end : end + after]}"
    whole = canonical_text([quote]).replace("«", "").replace("»", "")
    assume(len(re.findall(f"(?={re.escape(whole)})", text)) == 1)
    first, last = span_of(quote, text)
    assert text[first:last] == token
    if max(0, start - before) == 0 or not quote[0].isspace():
        assert (first, last) == (start, end)


@given(st.integers(2, 9))
def test_a_quote_that_stands_several_times_is_refused_with_their_number(times: int) -> None:
    with pytest.raises(ValueError, match=f"found {times} times"):
        span_of("44%", "in 44% " * times)


DRAFT = """\
# my draft
document: pmid-1
a/b:  # stays
  percent: {is: 44, at: "any grade (in «44»%"}
  dose: {is: "1500 mg/m2", at: "1,500 mg/m(2)"}
  minGrade: {is: 3, at: 75-76}
  day:
    is: 1, 3, 5
    at: ["days «1, 3, and 5»", 'pmid-1:4-6']
"""


def test_quotes_are_replaced_and_all_else_stays(tmp_path: Path) -> None:
    path = tmp_path / "draft.yaml"
    path.write_text(DRAFT, encoding="utf-8")
    placed = place(path, TEXT)
    assert not placed.problems
    assert placed.quotes == 3
    dose, day = TEXT.index("1,500"), TEXT.index("1, 3")
    assert placed.text == DRAFT.replace('"any grade (in «44»%"', "33-35").replace(
        '"1,500 mg/m(2)"', f'{dose}-{dose + 13}, as: "1,500 mg/m(2)"'
    ).replace('"days «1, 3, and 5»"', f"{day}-{day + 11}")


def test_all_quotes_that_are_not_there_once_are_told_with_their_lines(tmp_path: Path) -> None:
    path = tmp_path / "draft.yaml"
    path.write_text(
        'a/b:\n  x: {is: 1, at: "grade"}\n  y: {is: 1, at: "in 45%"}\n  z: {is: 1, at: "«44"}\n',
        encoding="utf-8",
    )
    told = [error.message for error in place(path, TEXT).problems]
    assert [re.search(r":(\d): ", one)[1] for one in told] == ["2", "3", "4"]  # type: ignore[index]
    assert "found 2 times" in told[0]
    assert "found 0 times" in told[1]


# Coverage


def checked(tmp_path: Path, body: str) -> list[tuple[str, str]]:
    path = tmp_path / "facts.yaml"
    path.write_text(f"document: pmid-1\n{body}", encoding="utf-8")
    found = coverage(TEXT, list(stated(path, "pmid-1")), [])
    return [(left.token, left.problem.rpartition(": ")[2]) for left in found.left]


def test_a_number_without_a_fact_is_named(tmp_path: Path) -> None:
    left = checked(tmp_path, "a/b: {percent: {is: 44, at: 33-35}}\n")
    assert "44" not in [token for token, _ in left]
    assert [token for token, _ in left][:4] == ["3", "4", "7", "120"]


def test_a_fact_of_another_document_covers_nothing(tmp_path: Path) -> None:
    left = checked(tmp_path, 'a/b: {percent: {is: 44, at: "pmid-2:33-35"}}\n')
    assert ("44", "covered by no fact") in left


@given(st.integers(0, 200).filter(lambda number: number != 44))
def test_a_value_that_is_not_printed_at_its_place_is_named(
    tmp_path_factory: pytest.TempPathFactory, number: int
) -> None:
    body = f"a/b: {{percent: {{is: {number}, at: 33-35}}}}\n"
    left = checked(tmp_path_factory.mktemp("facts"), body)
    assert ("44", f"{number} is not what is printed") in left


def test_what_was_read_and_is_not_modelled_needs_a_place_and_a_reason(tmp_path: Path) -> None:
    path = tmp_path / "not-modelled.tsv"
    path.write_text("start\tend\treason\n33\t35\tof a text\n", encoding="utf-8")
    assert not_modelled(path, len(TEXT)) == [(33, 35)]
    path.write_text("start\tend\treason\n33\t35\t\n9\t9999\tso\n", encoding="utf-8")
    with pytest.raises(LoaderError, match=r"(?s):2: no reason.*:3: 9-9999 is no place"):
        not_modelled(path, len(TEXT))


def test_the_packaged_abstracts_state_what_is_printed(corpus_dir: Path) -> None:
    for file in abstracts_read()[:12]:
        document = corpus_dir / "abstracts" / f"{file.stem}.txt"
        if document.is_file():
            found = coverage(abstract(document), list(stated(file, file.stem)), [])
            assert [one for one in found.left if one.problem != "covered by no fact"] == []
