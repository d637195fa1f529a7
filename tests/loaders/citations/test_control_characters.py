"""What no XML can write never enters the graph: it is refused by name, record by record."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable
from pathlib import Path

import pytest
from citation_files import EXAMPLES, KINDS, load, write
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Triple

from regimenkg.errors import LoaderError
from regimenkg.loaders import ctgov, curated, sssom
from regimenkg.terms.literals import unwritable

BAD = ["\x01", "\x0b", "\x0c", "\x1a", "\x1f", "\ufffe", "\uffff"]
BEFORE = "made-up trial"


@given(st.text(st.characters(codec=None, max_codepoint=0x1FFFF), max_size=20))
def test_what_is_unwritable_is_what_xml_refuses(text: str) -> None:
    from lxml import etree

    element = etree.Element("x")
    try:
        element.text = text
    except (ValueError, UnicodeEncodeError):
        assert unwritable(text)
    else:
        assert not unwritable(text)


def written(kind: str, bad: str) -> str:
    """An example with a character in its title; JSON escapes it."""
    char = json.dumps(bad)[1:-1] if kind in ("csl-json", "crossref") else bad
    return EXAMPLES[kind].replace(BEFORE, f"made{char}up trial")


@pytest.mark.parametrize("bad", BAD, ids=ascii)
@pytest.mark.parametrize("kind", sorted(set(KINDS) - {"pubmed"}))
def test_a_record_is_refused_by_field_and_code_point(kind: str, bad: str, tmp_path: Path) -> None:
    told: list[LoaderError] = []
    triples = load(kind, write(tmp_path, kind, written(kind, bad)), told.append)
    (error,) = told
    assert f"U+{ord(bad):04X}" in error.message
    assert error.line == 1
    assert error.field in ("TI", "title")
    assert writable(triples)


def test_xml_has_none_by_itself(tmp_path: Path) -> None:
    for bad in BAD:
        with pytest.raises(LoaderError, match="not well-formed"):
            load("pubmed", write(tmp_path, "pubmed", written("pubmed", bad)))


def writable(triples: Iterable[Triple]) -> bool:
    return not any(unwritable(getattr(t.object, "value", "")) for t in triples)


def test_nul_and_half_a_character_in_an_escape_are_refused(tmp_path: Path) -> None:
    for escape in ("\\u0000", "\\ud800", "\\udc00x"):
        text = EXAMPLES["csl-json"].replace(BEFORE, f"made{escape}up")
        with pytest.raises(LoaderError, match=r"U\+0000|half a character"):
            load("csl-json", write(tmp_path, "csl-json", text))


def test_what_is_left_out_may_hold_anything(tmp_path: Path) -> None:
    text = EXAMPLES["crossref"].replace('"DOI"', '"abstract": "\\u001a\\u0000", "DOI"', 1)
    assert load("crossref", write(tmp_path, "crossref", text))


def test_the_name_of_a_file_is_written_too(tmp_path: Path) -> None:
    path = tmp_path / "a\x1ab.ris"
    path.write_text(EXAMPLES["ris"], encoding="utf-8")
    assert writable(load("ris", path))


def test_other_loaders_refuse_them_too(tmp_path: Path) -> None:
    study = {
        "protocolSection": {
            "identificationModule": {"nctId": "NCT00000001", "briefTitle": "A \x1a trial"}
        }
    }
    path = tmp_path / "study.json"
    path.write_text(json.dumps(study), encoding="utf-8")
    told: list[LoaderError] = []
    assert list(ctgov.load(path, on_error=told.append)) == []
    assert "U+001A" in told[0].message

    path = tmp_path / "own.yaml"
    path.write_text('drug/x:\n  prefLabel: "x\\x1a"\n', encoding="utf-8")
    with pytest.raises(LoaderError, match=r"own\.yaml:2.*U\+001A"):
        list(curated.load(path))

    path = tmp_path / "set.sssom.tsv"
    header = "subject_id\tpredicate_id\tobject_id\tmapping_justification\tcomment\n"
    row = "rkd:drug/x\tskos:exactMatch\tATC:L01BC01\tsemapv:LexicalMatching\ta\x1ab\n"
    path.write_text(header + row, encoding="utf-8")
    with pytest.raises(LoaderError, match=r"column comment.*U\+001A"):
        list(sssom.load(path))


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_packed_by_gzip_says_the_same(kind: str, tmp_path: Path) -> None:
    plain = write(tmp_path, kind, EXAMPLES[kind])
    packed = plain.with_name(plain.name + ".gz")
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    assert load(kind, packed) == load(kind, plain)


def test_json_lines_packed_by_gzip_are_json_lines(tmp_path: Path) -> None:
    record = json.dumps(json.loads(EXAMPLES["csl-json"])[0])
    packed = tmp_path / "a.jsonl.gz"
    packed.write_bytes(gzip.compress(f"{record}\nno json\n{record}\n".encode()))
    with pytest.raises(LoaderError, match="record 2: not JSON"):
        load("csl-json", packed)
