"""BibTeX as programs write it: abbreviations, repeated fields, entries without a key."""

from __future__ import annotations

from pathlib import Path

import pytest
from citation_files import authors, load, said, write
from hypothesis import given
from hypothesis import strategies as st

from regimenkg.errors import LoaderError
from regimenkg.loaders.citations.readers.bibtex import _divided, _is_one_group, _joined
from regimenkg.loaders.shared.errors import FieldError
from regimenkg.terms.namespaces import RKD

PAPER = "https://doi.org/10.5555/bib.1"
ENTRY = (
    "@article{{k1, author = {{{author}}}, title = {{A title}}, doi = {{10.5555/bib.1}}{more}}}\n"
)


def paper(folder: Path, text: str) -> dict[str, list[str]]:
    return said(load("bibtex", write(folder, "bibtex", text)), PAPER)


def entry(more: str = "", author: str = "Doe, Ann") -> str:
    return ENTRY.format(author=author, more=f", {more}" if more else "")


def problems(folder: Path, text: str) -> tuple[list[str], list[str]]:
    """The DOIs that are read where wrong entries are skipped, and what is told of those."""
    told: list[LoaderError] = []
    triples = load("bibtex", write(folder, "bibtex", text), told.append)
    read = [t.object.value for t in triples if t.predicate.value.endswith("bibo/doi")]  # type: ignore[union-attr]
    return read, [error.message.partition(": ")[2] for error in told]


def test_names_in_braces_are_groups_only_as_a_whole(tmp_path: Path) -> None:
    author = r"{\"O}z, {\c{S}}e and {The {\v{Z}} Group} and \v{S}im, Ana and Roe, B{\'e}{a}"
    triples = load("bibtex", write(tmp_path, "bibtex", entry(author=author)))
    people = [said(triples, iri)["rk:name"] for iri in authors(triples, PAPER)]
    assert people == [["Öz Ş"], ["Šim A"], ["Roe B"]]
    (group,) = said(triples, PAPER)["rk:studyGroup"]
    assert said(triples, group)["rk:name"] == ["The Ž Group"]


@given(
    st.lists(
        st.sampled_from(
            (
                r"{\'A}l, {\'E}a",
                r"\v{S}im, Ana",
                "{Rand and Group}",
                r"{\"O}z{\"u}, A",
                "Doe, Ann",
                "van Roe, B",
            )
        ),
        min_size=1,
        max_size=5,
    ),
    st.sampled_from((" and ", " AND ", " And ")),
)
def test_a_list_of_names_is_divided_where_it_was_joined(names: list[str], word: str) -> None:
    assert _divided(word.join(names)) == names


def test_one_group_of_braces() -> None:
    assert _is_one_group("{A {B} C}")
    assert not any(map(_is_one_group, (r"{\'A}l {B}", "A {B}", "{A} B", "{A", "", "A")))


def test_a_type_with_any_signs_begins_an_entry(tmp_path: Path) -> None:
    for kind in ("web_page", "in-press", "data:set", "misc.x", "x2"):
        text = f"{entry()}@{kind}{{k2, title = {{Another}}}}\n{entry().replace('bib.1', 'bib.2')}"
        read, told = problems(tmp_path, text)
        assert read == ["10.5555/bib.1", "10.5555/bib.2"]
        assert len(told) == 1
        assert f"'@{kind}', which is not a journal article" in told[0]


@pytest.mark.parametrize("field", ["keywords = {a}, keywords = {b}", "doi = {10.5555/bib.1}"])
def test_what_is_there_twice_and_says_nothing_else_does_no_harm(field: str, tmp_path: Path) -> None:
    assert paper(tmp_path, entry(field))["bibo:doi"] == ["10.5555/bib.1"]


def test_a_field_with_two_values_leaves_out_its_entry_alone(tmp_path: Path) -> None:
    text = entry("volume = {1}, volume = 2") + entry().replace("bib.1", "bib.2")
    read, told = problems(tmp_path, text)
    assert read == ["10.5555/bib.2"]
    assert told == ["record 1, volume: two values of volume"]


def test_an_entry_needs_no_key_and_two_may_have_one(tmp_path: Path) -> None:
    second = entry().replace("bib.1", "bib.2")
    for begin in ("@article{", "@article{,", "@ARTICLE {\n ", "@article{ k1 ,"):
        text = entry().replace("@article{k1,", begin) + second + second.replace("bib.2", "bib.3")
        read, told = problems(tmp_path, text)
        assert (read, told) == (["10.5555/bib.1", "10.5555/bib.2", "10.5555/bib.3"], [])


def test_an_entry_that_is_not_whole_is_told_in_our_words(tmp_path: Path) -> None:
    read, told = problems(tmp_path, entry() + "@article{k9, title = {A\n" + entry("volume = {1}"))
    assert len(read) == 2
    assert told == ["record 2: not a whole BibTeX entry"]


# Abbreviations


def test_pieces_are_joined(tmp_path: Path) -> None:
    text = """@string{jmu = "Journal of " # {Made}}
@STRING(end = { Trials})
@string{all = jmu # end}
"""
    text += entry(
        'journal = JMU # "-" # {Up} # end, shortjournal = all, month = mar # "~17", year = 2020'
    )
    triples = load("bibtex", write(tmp_path, "bibtex", text))
    (journal,) = said(triples, PAPER)["dcterms:isPartOf"]
    assert said(triples, journal)["rk:name"] == [
        "Journal of Made Trials",
        "Journal of Made-Up Trials",
    ]
    assert said(triples, PAPER)["dcterms:issued"] == ["2020-03-17"]


PIECES = st.one_of(
    st.tuples(st.text("ab {}", max_size=5).map(lambda t: t.replace("{", "{}")), st.just("brace")),
    st.tuples(st.text("ab ,=#", max_size=5), st.sampled_from(("brace", "quote"))),
    st.tuples(st.integers(0, 9999).map(str), st.just("number")),
    st.tuples(st.just("what x stands for"), st.just("name")),
)


@given(st.lists(PIECES, min_size=1, max_size=4), st.sampled_from(("#", " # ", "\n#\n")))
def test_any_pieces_are_joined(pieces: list[tuple[str, str]], sign: str) -> None:
    pieces = [(text.replace("}", "").replace("{", "{}"), kind) for text, kind in pieces]
    forms = {"brace": "{{{}}}", "quote": '"{}"', "number": "{}", "name": "x"}
    written = sign.join(forms[kind].format(text) for text, kind in pieces)
    joined = _joined("f", written, {"x": "what x stands for"})
    assert joined == "".join(text for text, _ in pieces)


def test_an_abbreviation_that_is_not_defined_is_told_where_it_is_used(tmp_path: Path) -> None:
    text = "@string{bad = {x}\n" + entry("journal = jacs") + entry("publisher = elsevier")
    read, told = problems(tmp_path, text)
    assert len(read) == 1
    assert told == ["record 1, journal: the abbreviation 'jacs' is not defined"]
    with pytest.raises(FieldError, match="does not end"):
        _joined("title", '"a" # {b', {})


def test_a_paper_without_doi_has_the_same_iri_as_before(tmp_path: Path) -> None:
    text = entry("year = 2020").replace(", doi = {10.5555/bib.1}", "")
    triples = load("bibtex", write(tmp_path, "bibtex", text))
    assert said(triples, RKD + "citation/doe-2020-a-title")["dcterms:issued"] == ["2020"]
