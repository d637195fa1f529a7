"""RIS and MEDLINE as programs write them: any tag repeated, in several lines, or unknown."""

from __future__ import annotations

from pathlib import Path

import pytest
from citation_files import NBIB, RIS, authors, load, said, write
from hypothesis import given
from hypothesis import strategies as st

from regimenkg.errors import LoaderError
from regimenkg.loaders.citations.readers import nbib, ris
from regimenkg.loaders.citations.readers.lines import fields

PAPER = "https://doi.org/10.5555/made.up.1"
RIS_TAGS = ("AB", "AD", "C1", "KW", "L2", "M1", "N1", "N2", "NL", "SN", "T2", "UR", "Z9")
NBIB_TAGS = ("AB", "AD", "AUID", "GR", "IS", "MH", "OT", "PHST", "RN", "SB", "ZZ")


def paper(folder: Path, kind: str, text: str) -> dict[str, list[str]]:
    return said(load(kind, write(folder, kind, text)), PAPER)


@pytest.mark.parametrize("tag", RIS_TAGS)
def test_any_tag_of_ris_may_be_repeated_and_have_several_lines(tag: str, tmp_path: Path) -> None:
    more = f"{tag}  - One\n{tag}  - Another,\nin two lines\n\n{tag}  -\n"
    one = paper(tmp_path, "ris", RIS)
    assert paper(tmp_path, "ris", RIS.replace("PY  -", more + "PY  -")) == one


@pytest.mark.parametrize("tag", NBIB_TAGS)
def test_any_tag_of_medline_may_be_repeated_and_have_several_lines(
    tag: str, tmp_path: Path
) -> None:
    more = "".join(f"{tag:<4}- {text}\n" for text in ("One", "Another,\n      in two lines", ""))
    one = paper(tmp_path, "nbib", NBIB)
    assert paper(tmp_path, "nbib", NBIB.replace("TA  -", more + "TA  -")) == one


_VALUES = st.lists(
    st.tuples(
        st.sampled_from(("AA", "B1", "ZZ")),
        st.lists(st.text("ab-, ", min_size=1, max_size=8).map(str.strip), min_size=1, max_size=3),
    ),
    max_size=6,
)


@given(_VALUES, st.sampled_from(("\n", "\r\n")))
def test_fields_are_read_as_they_were_written(
    written: list[tuple[str, list[str]]], newline: str
) -> None:
    text = "".join(f"{tag}  - {newline.join(lines)}{newline}" for tag, lines in written)
    expected: dict[str, list[str]] = {}
    for tag, lines in written:
        expected.setdefault(tag, []).append(" ".join(filter(None, lines)))
    for pattern in (ris._TAGGED, nbib._TAGGED):
        assert fields(text, pattern) == expected


@pytest.mark.parametrize("after", ["NL  - J Made Up\n", "N1  - Note\nXX  - x\n", "\nProvider: X\n"])
def test_what_says_nothing_of_a_paper_may_stand_between_records(after: str, tmp_path: Path) -> None:
    text = RIS + after + "\n" + RIS.replace("MADE.UP.1.", "made.up.2") + after
    triples = load("ris", write(tmp_path, "ris", text))
    assert said(triples, PAPER)
    assert said(triples, PAPER.replace("up.1", "up.2"))


def test_fields_between_records_are_one_record_that_is_wrong(tmp_path: Path) -> None:
    lost = RIS.removeprefix("TY  - JOUR\n").replace("MADE.UP.1.", "made.up.2")
    text = RIS + lost + RIS.replace("MADE.UP.1.", "made.up.3")
    told: list[LoaderError] = []
    triples = load("ris", write(tmp_path, "ris", text), told.append)
    (error,) = told
    assert error.line == 2
    assert "TI stands outside of records" in error.message
    assert said(triples, PAPER)
    assert said(triples, PAPER.replace("up.1", "up.3"))
    assert not said(triples, PAPER.replace("up.1", "up.2"))


def test_a_record_that_says_nothing_is_told(tmp_path: Path) -> None:
    text = "TY  - JOUR\nZZ  - a\nXX  - b\nER  - \n"
    with pytest.raises(LoaderError, match="record 1, TI: no TI"):
        load("ris", write(tmp_path, "ris", text))


@pytest.mark.parametrize("kind", ["ris", "nbib"])
def test_two_authors_who_are_printed_alike_are_two(kind: str, tmp_path: Path) -> None:
    twins = {
        "ris": RIS.replace("AU  - Doe, Jane Q", "AU  - Li X.\nAU  - Doe J\nAU  - Li X."),
        "nbib": NBIB.replace("FAU - Doe, Jane Q\nAU  - Doe JQ", "AU  - Li X\nAU  - Li X"),
    }
    triples = load(kind, write(tmp_path, kind, twins[kind]))
    people = [said(triples, iri) for iri in authors(triples, PAPER)]
    names = [["Li X"], ["Doe J"], ["Li X"]] if kind == "ris" else [["Li X"], ["Li X"]]
    assert [person["rk:name"] for person in people] == names
