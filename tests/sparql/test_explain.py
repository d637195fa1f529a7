"""Syntax errors are explained in the text as it was typed, the same at every door."""

from __future__ import annotations

import threading
import unicodedata
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pyoxigraph as ox
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from regimenkg.catalog.runner import run_text
from regimenkg.errors import EndpointError, QuerySyntaxError
from regimenkg.sparql.explain import explain, syntax_error
from regimenkg.sparql.remote import RemoteEndpoint
from regimenkg.sparql.tokens import position
from regimenkg.store.embedded import EmbeddedStore
from regimenkg.terms.namespaces import PREFIXES

RIGHT = "SELECT ?r ?d\nWHERE { ?r a rk:Regimen ; rk:hasDrug ?d .\n  FILTER(?r != ?d) }\nLIMIT 3"


@pytest.mark.parametrize(
    ("text", "line", "column", "said", "hint"),
    [
        ("SELECT * { ?r a rk:Regimen } LIMT 3", 1, 30, "no word LIMT", "LIMIT"),
        ("SELECT * { ?r rk:hasDrug ?d ORDR BY ?d", 1, 29, "no word ORDR", "ORDER"),
        ("SELECT *\nWERE { ?r a rk:Regimen }", 2, 1, "no word WERE", "WHERE"),
        ("SELECT regimen { ?regimen a rk:Regimen }", 1, 8, "no word regimen", "?regimen"),
        ("SELECT * { ?r a rk:Regimen FILTER( }", 1, 36, "'(' of line 1, column 34 is", "brackets"),
        ("ASK { ?r a rkg:Regimen }", 1, 12, "prefix rkg: is not", "did you mean rk:?"),
        ("ASK { ?r a zzzz:Regimen }", 1, 12, "prefix zzzz: is not", "PREFIX zzzz: <…>"),
        ("ASK { ?r a <https://example.org/a b> }", 1, 34, "holds what an IRI may not", ""),
        ("ASK { ?r a <https://example.org/a{b}> }", 1, 34, "holds what an IRI may not", ""),
        ("ASK {\n ?r skos:prefLabel “CLAG” }", 2, 20, "LEFT DOUBLE QUOTATION MARK", "type it anew"),
        ("ASK { ?r a 'no\u00a0end }", 1, 12, "a string opened by ' is never closed", ""),
        ("ASK { ?r skos:prefLabel 'a\u00a0b' FILTR(1) }", 1, 31, "no word FILTR", "FILTER"),
        ("SELECT * { # a\u00a0b\n ?r ?p }", 2, 9, "misplaced", ""),
    ],
)
def test_the_slip_is_told_with_its_place(
    text: str, line: int, column: int, said: str, hint: str
) -> None:
    error = syntax_error(text)
    assert error is not None
    assert (error.line, error.column) == (line, column), error.message
    assert f"line {line}, column {column}" in error.message
    assert said in error.message
    assert hint in (error.hint or "")


SPACES = [
    char
    for char in map(chr, range(0x110000))
    if (char.isspace() or unicodedata.category(char) in ("Cf", "Zs", "Zl", "Zp"))
    and char not in " \t\r\n\u200c\u200d"  # the last two may stand in a name
    and not 0xD800 <= ord(char) <= 0xDFFF
]


@given(char=st.sampled_from(SPACES), place=st.integers(1, len(RIGHT) - 1))
def test_an_invisible_character_is_named_where_it_stands(char: str, place: int) -> None:
    text = RIGHT[:place] + char + RIGHT[place:]
    error = syntax_error(text)
    assume(error is not None)  # SPARQL lets some of them stand in names, the mark U+FEFF too
    assert error is not None
    assert (error.line, error.column) == position(text, place)
    assert f"U+{ord(char):04X}" in error.message
    assert unicodedata.name(char, "") in error.message


@pytest.mark.parametrize(
    ("char", "name"),
    [
        ("\u00a0", "NO-BREAK SPACE"),
        ("\v", "LINE TABULATION"),
        ("\f", "FORM FEED"),
        ("\u0085", "NEXT LINE"),
        ("\u200b", "ZERO WIDTH SPACE"),
        ("\ufeff", "ZERO WIDTH NO-BREAK SPACE"),
        ("\u3000", "IDEOGRAPHIC SPACE"),
        ("\u3164", "HANGUL FILLER"),
        ("\x00", "NULL"),
    ],
)
def test_the_names_are_those_of_unicode(char: str, name: str) -> None:
    error = syntax_error(f"SELECT{char}?r {{ ?r a rk:Regimen }}")
    assert error is not None
    assert (error.line, error.column) == (1, 7)
    assert f"{name} (U+{ord(char):04X})" in error.message


WORDS = [
    *("SELECT", "WHERE", "FILTER", "LIMIT", "OPTIONAL", "?r", "rk:Drug", "owl:Thing", "<urn:a>"),
    *("{", "}", "(", ")", "'a'", '"', "'", "3", ";", ".", "\n", "# x\n", "é", "\u00a0"),
]


@given(st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join))
def test_what_the_engine_takes_is_no_slip_and_all_else_has_a_place(text: str) -> None:
    error = syntax_error(text)
    try:
        ox.Store().query(text, prefixes=PREFIXES)
    except SyntaxError:
        assert error is not None and error.line is not None and error.column is not None
        lines = text.split("\n")
        assert 1 <= error.line <= len(lines)
        assert 1 <= error.column <= len(lines[error.line - 1]) + 1
    else:
        assert error is None


@given(st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join))
def test_what_we_declare_is_never_counted(text: str) -> None:
    """The command's and the interface's error is the one that the endpoint gives."""
    wanted = syntax_error(text)
    try:
        run_text(text, EmbeddedStore.empty())
    except QuerySyntaxError as error:
        assert wanted is not None
        found = (error.message, error.line, error.column, error.hint)
        assert found == (wanted.message, wanted.line, wanted.column, wanted.hint)
        assert "PREFIX rk: <https" not in error.message
    else:
        assert wanted is None


def test_a_prefix_that_was_not_declared_for_the_query_is_told_with_its_declaration() -> None:
    text = "ASK { ?r a rk:Regimen }"
    with pytest.raises(SyntaxError) as caught:
        ox.Store().query(text)
    error = explain(caught.value, text)
    assert "prefix rk: is not declared" in error.message
    assert error.hint == f"begin with PREFIX rk: <{PREFIXES['rk']}>"


class _Refusing(BaseHTTPRequestHandler):
    """An endpoint that refuses every query, in words of its own."""

    def do_GET(self) -> None:
        body = b"parse error at column 999"
        self.send_response(int(self.path.partition("?")[0].strip("/")))
        self.send_header("Content-Type", "text/plain")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def refusing() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Refusing) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def test_where_an_endpoint_refuses_a_text_the_slip_is_told_in_the_text_as_typed(
    refusing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("no_proxy", "*")
    endpoint = RemoteEndpoint(refusing + "400")
    with pytest.raises(QuerySyntaxError) as slip:
        run_text("\ufeffSELECT * { ?r a rk:Regimen } LIMT 3", endpoint)
    assert (slip.value.line, slip.value.column) == (1, 30)
    with pytest.raises(QuerySyntaxError) as form:
        run_text("SELEKT * { ?r a rk:Regimen }", endpoint)
    assert (form.value.line, form.value.column) == (1, 1)
    for text in ("ASK { ?r a rk:Regimen }", "ASK { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }"):
        with pytest.raises(EndpointError, match="column 999"):
            run_text(text, endpoint)
    with pytest.raises(EndpointError, match="503"):
        run_text("SELECT * { ?r a rk:Regimen } LIMT 3", RemoteEndpoint(refusing + "503"))
