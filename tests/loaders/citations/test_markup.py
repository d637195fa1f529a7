"""Titles and names are text: markup is taken out, in every format, and nothing else is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from citation_files import EXAMPLES, load, said, write
from hypothesis import given
from hypothesis import strategies as st

from regimenkg.loaders.citations.readers.markup import plain

PAPER = "https://doi.org/10.5555/made.up.1"


@pytest.mark.parametrize(
    ("marked", "text"),
    [
        ("<i>In vitro</i> T<sub>3</sub>", "In vitro T3"),
        ('<span class="nocase">mRNA</span> and <sc>AML</sc>', "mRNA and AML"),
        ("<span style='font-variant:small-caps;'>l</span>-dopa", "l-dopa"),
        ("<jats:italic>BRCA</jats:italic><jats:sup>+</jats:sup>", "BRCA+"),
        ('<mml:math xmlns:mml="u"><mml:msup> <mml:mi>x</mml:mi>\n <mml:mn>2</mml:mn>', "x2"),
        ("<math><semantics><mi>β</mi><annotation encoding='tex'>\\beta</annotation>", "β"),
        ("<inline-formula><tex-math>$\\beta$</tex-math><math><mi>β</mi>", "β"),
        ("Anti&#x2010;CD20 &amp; &lt;b&gt;more&lt;/b&gt;", "Anti‐CD20 & more"),
        ("R&amp;amp;D", "R&D"),
        ("A<br/>B", "A B"),
        ("p<0.05 and n>5", "p<0.05 and n>5"),
        ("a<x>b <1661::aid>3 <ins", "a<x>b <1661::aid>3 <ins"),
        ("if a<b and c>d", "if a<b and c>d"),
        ("5 < 6 <= 7", "5 < 6 <= 7"),
    ],
)
def test_markup_is_taken_out_and_nothing_else(marked: str, text: str) -> None:
    assert plain(marked) == text


@given(st.text("aβ1 .,()<>=≤'-", max_size=30))
def test_a_text_without_markup_stays_as_it_is(text: str) -> None:
    assert plain(text) == text or "<a" in text


@pytest.mark.parametrize("kind", ["ris", "bibtex", "nbib", "csl-json", "crossref"])
def test_titles_and_journals_have_none(kind: str, tmp_path: Path) -> None:
    text = EXAMPLES[kind]
    for old, new in (("A made-up trial", "A <i>made-up</i> trial"), ("J Made Up", "J <b>Made Up")):
        assert old in text
        text = text.replace(old, new)
    text = text.replace("J <b>Made Up Trials", "J <b>Made Up</b> Trials")
    triples = load(kind, write(tmp_path, kind, text))
    paper = said(triples, PAPER)
    assert "".join(paper["dcterms:title"]).startswith("A made-up trial")
    if kind != "nbib":  # NLM's own names of journals have none
        assert not any("<" in value for t in triples if (value := getattr(t.object, "value", "")))


def test_names_of_json_have_none(tmp_path: Path) -> None:
    people = [{"family": "D&amp;oe", "given": "<i>Ann</i>"}, {"literal": "<scp>X</scp> Group"}]
    record = {**json.loads(EXAMPLES["csl-json"])[0], "author": people}
    triples = load("csl-json", write(tmp_path, "csl-json", json.dumps([record])))
    names = [t.object.value for t in triples if t.predicate.value.endswith("#name")]  # type: ignore[union-attr]
    assert {"D&oe A", "X Group"} <= set(names)


# What else programs write in CSL-JSON


def csl(folder: Path, **changes: object) -> dict[str, list[str]]:
    record = {**json.loads(EXAMPLES["csl-json"])[0], **changes}
    record = {name: value for name, value in record.items() if value is not None}
    triples = load("csl-json", write(folder, "csl-json", json.dumps([record])))
    subject = next(t.subject for t in triples if t.predicate.value.endswith("/title"))
    return said(triples, subject.value)  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("parts", "value"),
    [
        ([[2020, 12, 31], [2021, 1, 1]], "2020"),
        ([[1999], [2001]], "1999"),
        ([[2020, 5, 1], [2020, 5, 9]], "2020-05"),
        ([[2020, 5], [2020, 7]], "2020"),
    ],
)
def test_a_range_of_dates_is_as_exact_as_it_is(
    parts: list[list[int]], value: str, tmp_path: Path
) -> None:
    assert csl(tmp_path, issued={"date-parts": parts})["dcterms:issued"] == [value]


@pytest.mark.parametrize(
    "short", ["10/abc123", "doi:10/ABC123", "https://doi.org/abc123", "https://doi.org/10/abc123"]
)
def test_a_short_doi_is_kept_and_identifies_nothing(short: str, tmp_path: Path) -> None:
    link = ["https://doi.org/abc123"]
    paper = csl(tmp_path, DOI=short)
    assert "bibo:doi" not in paper
    assert paper["rdfs:seeAlso"] == link
    for kind in ("ris", "bibtex"):
        text = EXAMPLES[kind].replace("https://doi.org/10.5555/MADE.UP.1.", short)
        text = text.replace("10.5555/made.up.1", short)
        triples = load(kind, write(tmp_path, kind, text))
        subject = next(t.subject for t in triples if t.predicate.value.endswith("/title"))
        assert said(triples, subject.value)["rdfs:seeAlso"] == link  # type: ignore[union-attr]


def test_what_doi_org_gives_is_read(tmp_path: Path) -> None:
    paper = csl(tmp_path, type="journal-article", id=None)
    assert paper["bibo:doi"] == ["10.5555/made.up.1"]


def test_a_paper_that_was_retracted_in_place_is_retracted_by_nothing(tmp_path: Path) -> None:
    update = '"update-to": [{"DOI": "10.5555/Made.up.1", "type": "retraction"}], "DOI"'
    text = EXAMPLES["crossref"].replace('"DOI"', update, 1)
    paper = said(load("crossref", write(tmp_path, "crossref", text)), PAPER)
    assert [status.rpartition("#")[2] for status in paper["rk:editorialStatus"]] == ["Retracted"]
    assert "cito:retracts" not in paper
