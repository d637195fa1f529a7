"""Tokens of SPARQL, and the edits made with them: swapped VALUES blocks and added prefixes."""

from __future__ import annotations

from collections.abc import Callable

import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import example, given, settings
from hypothesis import strategies as st

from regimenkg.sparql.terms import literal_text, term_text
from regimenkg.sparql.tokens import (
    add_missing_prefixes,
    declared_prefixes,
    swap_values,
    tokens,
    used_prefixes,
    values_blocks,
)

NASTY = [
    "cytarabine> } UNION { ?s ?p ?o } #",
    '" } UNION { ?s ?p ?o } #',
    "\\",
    "\\u0041",
    "\\\\u0041",
    "\\U00000041b",
    "\\u00410041",
    "a\\\x01u0041",
    "'''\"\"\"",
    "\x00",
    "a\tb\nc\rd",
    "\u2028\u0085\ufeff\uffff",
    "VALUES ?x { 1 }",
    "😀 Ara-C",
]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("?a<?b", ["var", "punct", "var"]),
        ("?a < ?b && ?c > ?d", ["var", "punct", "var", "punct", "var", "punct", "var"]),
        ("<urn:a>/<urn:b>?", ["iri", "punct", "iri", "punct"]),
        ("ex:a.b ex:a. :b ex: a", ["pname", "pname", "punct", "pname", "pname", "word"]),
        (r"rkd:drug\/x%20 rkd:a:b-c", ["pname", "pname"]),
        ("_:b1 @en-GB 1.5e-3 .5", ["bnode", "lang", "number", "number"]),
        ('"a" "" "a\\"b" """a"b""c"""', ["string"] * 4),
        ("'a' '' 'a\\'b' '''a'b''c'''", ["string"] * 4),
        ('"""a\n#b\\""""', ["string"]),
        ('"# no" # yes "', ["string", "comment"]),
        ("<a b>", ["punct", "word", "word", "punct"]),
        ("'open", ["other", "word"]),
        ("^^ || != >= ^ | ! >", ["punct"] * 8),
        ("FILTER(?x>3)", ["word", "punct", "var", "punct", "number", "punct"]),
        ("é:ü", ["pname"]),
    ],
)
def test_kinds_of_tokens(text: str, expected: list[str]) -> None:
    assert [token.kind for token in tokens(text, comments=True)] == expected


SCRAPS = st.lists(
    st.sampled_from(
        ["VALUES", " ", "?x", "{", "}", "'", '"', '"""', "\\", "<", ">", "#", "\n", "a:b", "@", "."]
    )
    | st.text(max_size=3)
).map("".join)


@given(SCRAPS)
def test_tokens_and_white_space_are_the_whole_text(text: str) -> None:
    end = 0
    for token in tokens(text, comments=True):
        assert text[token.start : token.end] == token.text
        assert text[end : token.start].strip(" \t\r\n") == ""
        end = token.end
    assert text[end:].strip(" \t\r\n") == ""


@given(SCRAPS)
def test_blocks_lie_between_braces(text: str) -> None:
    for block in values_blocks(text):
        assert text[block.start - 1] == "{"
        assert text[block.end] == "}"


@pytest.mark.parametrize("text", ["a." * 50_000, "<a" * 50_000, '"""' + "a" * 100_000, "?" * 9_999])
def test_a_long_text_that_nearly_matches_is_read_in_linear_time(text: str) -> None:
    # Quadratic time would be minutes here, so that the run itself is the check.
    assert "".join(token.text for token in tokens(text)) == text


class TestValuesBlocks:
    """Which blocks are found."""

    def test_any_writing_of_the_keyword_and_variable(self) -> None:
        text = "SELECT * { values$x{1} Values # VALUES ?n { 1 }\n ?y # {\n { 'a}' } }"
        found = [(block.name, text[block.start : block.end]) for block in values_blocks(text)]
        assert found == [("x", "1"), ("y", " 'a}' ")]

    @pytest.mark.parametrize(
        "text",
        [
            "SELECT * { VALUES (?x) { (1) } }",
            "SELECT * { VALUES(?x ?y) { (1 2) } }",
            "SELECT * { ?s ?p 'VALUES ?x { 1 }' }",
            'SELECT * { ?s ?p """\nVALUES ?x { 1 }""" }',
            "SELECT * { ?s <urn:VALUES?x> ?o } # VALUES ?x { 1 }",
            "SELECT * { ?s ex:VALUES ?x { } }",
            "VALUES ?x",
            "VALUES ?x { { } }",
            "VALUES ?x { 1",
        ],
    )
    def test_what_is_no_block(self, text: str) -> None:
        assert values_blocks(text) == []

    def test_depth_counts_the_groups_around(self) -> None:
        text = "SELECT * { { VALUES ?x { 1 } } VALUES ?y { 1 } } VALUES ?z { 1 }"
        assert [block.depth for block in values_blocks(text)] == [2, 1, 0]


class TestSwap:
    """What goes into the blocks, and what stays."""

    def test_all_blocks_of_a_name_and_no_others(self) -> None:
        text = "SELECT * { VALUES ?x {1} VALUES ?y {1} { VALUES ?x { 2 3 } } }"
        swapped = swap_values(text, {"x": ["7", "8"]})
        assert swapped == "SELECT * { VALUES ?x { 7 8 } VALUES ?y {1} { VALUES ?x { 7 8 } } }"

    def test_with_blocks_known_beforehand(self) -> None:
        text = "SELECT * { VALUES ?x {1} }"
        assert swap_values(text, {"x": ["UNDEF"]}, values_blocks(text)) == swap_values(
            text, {"x": ["UNDEF"]}
        )

    @pytest.mark.parametrize("values", [{"y": ["1"]}, {"x": []}])
    def test_a_name_without_block_or_values_is_refused(self, values: dict[str, list[str]]) -> None:
        with pytest.raises(ValueError, match=r"VALUES|no values"):
            swap_values("SELECT * { VALUES ?x {1} }", values)

    @given(SCRAPS, st.text(alphabet=st.characters(exclude_characters="\r\n")))
    def test_strings_and_comments_around_stay(self, inside: str, comment: str) -> None:
        before = f"SELECT * {{ # {comment}\n ?s ?p {literal_text(inside)} "
        text = before + "VALUES ?x { 1 } }"
        assert swap_values(text, {"x": ["2"]}) == before + "VALUES ?x { 2 } }"


def oxigraph_values(query: str) -> list[ox.Literal]:
    """The values of ?x by pyoxigraph."""
    solutions = ox.Store().query(query)
    assert isinstance(solutions, ox.QuerySolutions)
    values = [solution["x"] for solution in solutions]
    assert all(isinstance(value, ox.Literal) for value in values)
    return values


def with_value(value: str) -> str:
    """A query whose one row is the value."""
    return swap_values("SELECT ?x { VALUES ?x { 'default' } }", {"x": [literal_text(value)]})


def examples(test: Callable[[str], None]) -> Callable[[str], None]:
    """Add the nasty strings to a test of one string."""
    for text in NASTY:
        test = example(text)(test)
    return test


@examples
@given(st.text())
def test_any_text_is_bound_as_it_is_by_oxigraph(value: str) -> None:
    assert oxigraph_values(with_value(value)) == [ox.Literal(value)]


@settings(max_examples=60)
@examples
@given(st.text(alphabet=st.sampled_from("\\uU04\"'`<>{}#?\n\r\t ") | st.characters(codec="utf-8")))
def test_any_text_is_bound_as_it_is_by_rdflib(value: str) -> None:
    rows = [tuple(row) for row in rdflib.Graph().query(with_value(value))]  # type: ignore[arg-type]
    assert [str(row[0]) for row in rows] == [value]


@given(st.text(), st.sampled_from(["en", "de-ch"]))
def test_language_and_datatype_survive(value: str, language: str) -> None:
    for term in (
        ox.Literal(value, language=language),
        ox.Literal(value, datatype=ox.NamedNode("urn:type")),
    ):
        query = swap_values("SELECT ?x { VALUES ?x { 1 } }", {"x": [term_text(term)]})
        assert oxigraph_values(query) == [term]


class TestPrefixes:
    """Declared, used and missing prefixes."""

    def test_declarations_are_no_uses(self) -> None:
        text = "PREFIX a: <urn:a#> prefix : <urn:b#>\nSELECT * { ?s :p 'c:d' ; a:q <e:f> } # g:h"
        assert declared_prefixes(text) == {"a": "urn:a#", "": "urn:b#"}
        assert used_prefixes(text) == {"", "a"}

    def test_a_declared_prefix_is_not_touched(self) -> None:
        text = "PREFIX rk: <urn:mine#> SELECT * { ?s a rk:Drug }"
        assert add_missing_prefixes(text) == text

    def test_missing_ones_are_added_on_the_first_line(self) -> None:
        text = "# first\nSELECT *\n{ ?s a rk:Drug ; skos:prefLabel ?l ; unknown:p ?o }"
        complete = add_missing_prefixes(text)
        assert complete.endswith(text)
        assert complete.count("\n") == text.count("\n")
        assert declared_prefixes(complete).keys() == {"rk", "skos"}

    def test_nothing_is_added_to_a_query_that_needs_nothing(self) -> None:
        assert add_missing_prefixes("SELECT * { ?s ?p 'rk:Drug' }") == (
            "SELECT * { ?s ?p 'rk:Drug' }"
        )
