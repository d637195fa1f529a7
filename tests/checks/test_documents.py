"""Documents are found by what they hold: whole files, and abstracts in three forms."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regimenkg.checks.documents import (
    CHANGED,
    NOT_THERE,
    Document,
    find_documents,
)
from regimenkg.errors import UsageError
from regimenkg.loaders.shared.abstracts import canonical_text

SOURCE = "https://w3id.org/regimenkg/source/"
TEXT = "We gave FLAG to 30 adults. Fever came in 12 (40%) & ended after 3 days. FLAG is feasible."
IRI = SOURCE + "pmid-99000001"
ABSTRACT = Document(IRI, sha256(TEXT.encode()).hexdigest(), is_abstract=True)

XML = """<?xml version="1.0" ?>
<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, 1st January 2025//EN" "pubmed.dtd">
<PubmedArticleSet>
<PubmedArticle><MedlineCitation Status="MEDLINE"><PMID Version="1">99000001</PMID>
<Article><ArticleTitle>FLAG</ArticleTitle><Abstract>
<AbstractText Label="BACKGROUND">We gave <i>FLAG</i> to\u200930 adults.</AbstractText>
<AbstractText Label="FINDINGS" NlmCategory="RESULTS">Fever came in 12 (40%) &amp; ended after
 3 days.</AbstractText>
<AbstractText Label="FUNDING"></AbstractText>
<AbstractText Label="INTERPRETATION">FLAG is feasible.</AbstractText>
<CopyrightInformation>Nobody's.</CopyrightInformation>
</Abstract></Article></MedlineCitation></PubmedArticle>
</PubmedArticleSet>
"""

MEDLINE = """
PMID- 99000001
OWN - NLM
TI  - FLAG
AB  - BACKGROUND: We gave FLAG to 30 adults. FINDINGS: Fever came in 12 (40%) & ended
      after 3 days. INTERPRETATION: FLAG is feasible.
CI  - Nobody's.
FAU - Who, Nobody
SO  - J Made Up. 2026.
"""


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("any.txt", TEXT + "\n"),
        ("efetch.xml", XML),
        ("pubmed.nbib", MEDLINE),
        ("two.nbib", MEDLINE.replace("99000001", "99000002").replace("30", "31") + MEDLINE),
        ("unlabelled.nbib", f"PMID- 99000001\nAB  - {TEXT}\nSO  - J.\n"),
    ],
)
def test_an_abstract_is_found_in_each_of_its_forms(name: str, content: str, tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / name).write_text(content, encoding="utf-8")
    assert find_documents([ABSTRACT], tmp_path).texts == {IRI: TEXT}


@pytest.mark.parametrize(
    ("name", "content"), [("pmid-99000001.txt", TEXT), ("a.xml", XML), ("a.nbib", MEDLINE)]
)
def test_a_record_in_another_wording_has_changed_and_gives_no_text(
    name: str, content: str, tmp_path: Path
) -> None:
    (tmp_path / name).write_text(content.replace("12 (40%)", "13 (43%)"), encoding="utf-8")
    found = find_documents([ABSTRACT], tmp_path)
    assert (found.texts, found.missing) == ({}, {IRI: CHANGED})


def test_a_whole_file_is_known_by_its_bytes_alone(tmp_path: Path) -> None:
    content = b"Page\r\nof 3 lines\r\n"
    (tmp_path / "renamed").write_bytes(content)
    (tmp_path / "other").write_bytes(content + b" ")
    whole = Document(SOURCE + "page", sha256(content).hexdigest())
    gone = Document(SOURCE + "gone", sha256(b"gone").hexdigest())
    found = find_documents([whole, gone], tmp_path)
    assert found.texts == {SOURCE + "page": content.decode()}
    assert found.missing == {SOURCE + "gone": NOT_THERE}


def test_what_cannot_be_read_is_no_document_and_no_error(tmp_path: Path) -> None:
    (tmp_path / "cut.xml").write_text(XML[:400], encoding="utf-8")
    (tmp_path / "binary.txt").write_bytes(b"\xff\xfe\x00")
    entity = XML.replace('"pubmed.dtd">', '"pubmed.dtd" [<!ENTITY a "FLAG">]>').replace(
        "<i>FLAG</i>", "&a;"
    )
    (tmp_path / "entity.xml").write_text(entity, encoding="utf-8")
    assert find_documents([ABSTRACT], tmp_path).missing == {IRI: NOT_THERE}


def test_a_folder_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot read"):
        find_documents([ABSTRACT], tmp_path / "nowhere")


@given(st.lists(st.text(max_size=30), max_size=4))
def test_the_canonical_text_is_its_own(sections: list[str]) -> None:
    text = canonical_text(sections)
    assert canonical_text([text]) == text
    assert text == text.strip()
    assert "  " not in text
