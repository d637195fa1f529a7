"""RDF is read in every syntax, by its content, and within bounds."""

from __future__ import annotations

import codecs
import gzip
import io
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rdf_terms import quads as any_quad
from rdf_terms import triples as any_triple

from regimenkg.errors import FormatError, LoaderError
from regimenkg.formats.graphs import write_graph
from regimenkg.formats.media import DATASETS, GRAPHS
from regimenkg.loaders import rdf
from regimenkg.loaders.rdf.guards import MAX_DEPTH, guard
from regimenkg.loaders.rdf.reading import quads
from regimenkg.loaders.shared.base import Watch
from regimenkg.loaders.shared.bounded import Limits, Stream

RDF_XML = (
    b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://e.org/">'
    b"%b</rdf:RDF>"
)
SAMPLES = {
    "turtle": b"@prefix e: <http://e.org/> . e:a e:b 2 .",
    "turtle that begins with a node": b"[ <http://e.org/b> 2 ] .",
    "turtle after a comment": b"# <html>\n\n  <http://e.org/a> <http://e.org/b> 2 .",
    "turtle with a short IRI": b"<urn:a> <urn:b> <urn:c> .",
    "n-triples": b'<http://e.org/a> <http://e.org/b> "2" .\n',
    "n-quads": b"<http://e.org/a> <http://e.org/b> _:x <http://e.org/g> .\n",
    "trig": b"<http://e.org/g> { <http://e.org/a> <http://e.org/b> 2 }",
    "trig without a name": b"{ <http://e.org/a> <http://e.org/b> 2 }",
    "json-ld": b'{"@id": "http://e.org/a", "http://e.org/b": 2}',
    "json-ld as a list": b' [ {"@id": "http://e.org/a", "http://e.org/b": 2} ]',
    "rdf/xml": b"<?xml version='1.0'?>\n" + RDF_XML % b"<rdf:Description e:b='2'/>",
    "rdf/xml without a declaration": b"<!-- c -->" + RDF_XML % b"<rdf:Description e:b='2'/>",
}


def file(folder: Path, content: bytes, name: str = "a.bin") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzip"])
@pytest.mark.parametrize("mark", [b"", codecs.BOM_UTF8], ids=["", "mark"])
@pytest.mark.parametrize(
    ("sample", "name"),
    [
        (sample, name)
        for sample in SAMPLES
        for name in ("a", "a.ttl", "a.rdf", "a.jsonld")
        if (sample, name) != ("n-quads", "a.ttl")  # between the two the name decides
    ],
)
def test_every_syntax_is_known_by_its_content(
    tmp_path: Path, sample: str, name: str, mark: bytes, packed: bool
) -> None:
    content = mark + SAMPLES[sample]
    path = file(tmp_path, gzip.compress(content, mtime=0) if packed else content, name)
    watch = Watch()
    assert len(list(quads(path, watch=watch))) == 1
    assert watch.records == 1
    assert watch.bytes == path.stat().st_size


@pytest.mark.parametrize("format", [name for name in GRAPHS if GRAPHS[name].engine])
@settings(max_examples=40)
@given(graph=st.lists(any_triple, max_size=5), dataset=st.lists(any_quad, max_size=5))
def test_what_is_written_is_read(
    tmp_path_factory: pytest.TempPathFactory,
    format: str,
    graph: list[ox.Triple],
    dataset: list[ox.Quad],
) -> None:
    statements = dataset if format in DATASETS else graph
    texts = [s.object.value for s in statements if isinstance(s.object, ox.Literal)]
    if any(not text.isprintable() for text in texts):
        statements = []  # control characters are refused, which another test sees
    out = io.BytesIO()
    try:
        write_graph(statements, format, out)
    except FormatError:
        return
    path = file(tmp_path_factory.mktemp("rdf"), out.getvalue(), "a" + GRAPHS[format].endings[0])
    expected = {s if isinstance(s, ox.Quad) else ox.Quad(*s) for s in statements}
    assert set(quads(path)) == expected
    assert set(rdf.load(path)) == {quad.triple for quad in expected}


def test_blank_nodes_of_two_files_are_two(tmp_path: Path) -> None:
    files = [file(tmp_path, b'_:a <urn:x:p> "1" .', name) for name in ("a.nt", "b.nt")]
    assert len({triple.subject for triple in rdf.load(files)}) == 2


def nested(depth: int) -> dict[str, bytes]:
    many = b"<rdf:Description><e:p>" * (depth // 2) + b"</e:p></rdf:Description>" * (depth // 2)
    return {
        "nodes": b"<urn:a> <urn:p> " + b"[ <urn:p> " * depth + b"1" + b" ]" * depth + b" .",
        "lists": b"<urn:a> <urn:p> " + b"( " * depth + b"1" + b" )" * depth + b" .",
        "json": b'{"urn:p:x":' * depth + b"1" + b"}" * depth,
        "arrays": b'{"urn:p:x":' + b"[" * depth + b"1" + b"]" * depth + b"}",
        "xml": RDF_XML % many,
    }


@pytest.mark.parametrize("depth", [MAX_DEPTH + 2, 200_000])
@pytest.mark.parametrize("kind", nested(2))
def test_what_is_nested_too_deeply_is_refused(tmp_path: Path, kind: str, depth: int) -> None:
    with pytest.raises(LoaderError, match="nested more than"):
        list(quads(file(tmp_path, nested(depth)[kind])))


@pytest.mark.parametrize("kind", nested(2))
def test_what_is_nested_a_little_is_read(tmp_path: Path, kind: str) -> None:
    list(quads(file(tmp_path, nested(40)[kind])))


LAUGHS = b"".join(
    [
        b'<!DOCTYPE r [<!ENTITY l0 "ha">',
        *(b'<!ENTITY l%d "%b">' % (i, b"&l%d;" % (i - 1) * 10) for i in range(1, 10)),
        b"]>" + RDF_XML % b"<rdf:Description><e:b>&l9;</e:b></rdf:Description>",
    ]
)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (LAUGHS, "declares an entity, l0"),
        (b"<!DOCTYPE r [<!ENTITY a SYSTEM 'file:///etc/passwd'>]>" + RDF_XML % b"", "an entity, a"),
        (b"<!DOCTYPE r [<!ENTITY % a 'b'>]>" + RDF_XML % b"", "declares an entity, a"),
        (RDF_XML % b"&unknown;", "not well-formed XML: undefined entity"),
        (RDF_XML % b"<rdf:Description>", "line 1, column [0-9]+: not well-formed XML"),
        (b"<?xml version='1.0' encoding='ISO-8859-1'?>" + RDF_XML % b"", "says ISO-8859-1"),
        (b"<!DOCTYPE html>\n<html lang='en'><body/></html>", "a page of HTML"),
        (b"<urn:a> <urn:p> << <urn:a> <urn:b> 1 >> .", "a triple about a triple"),
        (b"<urn:a> <urn:p> " + b"<<( <urn:a> <urn:b> " * 200_000, "a triple about a triple"),
        (b'{"@context": "https://example.org/", "name": "x"}', "contexts are never fetched"),
        (b'{"@id": "a", "urn:x:p": 1}', "an IRI that is relative [(]<a>[)]"),
        (b"<a> <urn:p> 1 .", "an IRI that is relative"),
        (b'<urn:a> <urn:p> "a\\u0001b" .', r"U\+0001"),
        (b'{"@id": "urn:x:a", "urn:x:p": "a\\u000bb"}', r"U\+000B"),
        (b"hello world", "not TriG"),
        (b"<urn:a> <urn:p> 1", "not TriG"),
        (b"\x00\x01", "a NUL byte"),
        (b"\xff\xfe<\x00", "UTF-16"),
        (b'<urn:a> <urn:p> "\xe9" .', "not UTF-8"),
        (gzip.compress(b"<urn:a> <urn:p> 1 .", mtime=0)[:-6], "the gzip is damaged"),
        (gzip.compress(b"#" + b" " * (40 << 20), mtime=0), "swells to more than"),
    ],
)
def test_what_is_refused(tmp_path: Path, content: bytes, reason: str) -> None:
    path = file(tmp_path, content)
    with pytest.raises(LoaderError, match=reason) as caught:
        list(quads(path))
    assert str(path) in caught.value.message
    assert caught.value.hint


@pytest.mark.parametrize(
    ("begin", "endless"),
    [
        (b'<urn:a> <urn:p> "', b"a"),
        (b"<urn:a> <urn:p> <urn:", b"a"),
        (b"# ", b"a"),
        (b"", b"a"),
        (b"", b"a:"),
        (b"", b" "),
        (b"<urn:a> <urn:p> ", b"1"),
        (b'{"urn:p:x": ', b"1"),
        (b'{"urn:p:x": "', b"a"),
        (b'{"urn:p:x": ', b" "),
        (RDF_XML.partition(b"%b")[0], b"a"),
        (RDF_XML.partition(b"%b")[0] + b"<", b"a"),
        (RDF_XML.partition(b"%b")[0] + b'<e:a e:b="', b"a"),
        (RDF_XML.partition(b"%b")[0] + b"<!-- ", b"a"),
    ],
)
def test_an_endless_line_is_refused(tmp_path: Path, begin: bytes, endless: bytes) -> None:
    path = file(tmp_path, begin + endless * ((34 << 20) // len(endless)))
    with pytest.raises(LoaderError):
        list(quads(path))


def test_more_than_the_limit_is_refused(tmp_path: Path) -> None:
    path = file(tmp_path, b"<urn:x:a> <urn:x:p> 1 .\n" * 20_000)
    with pytest.raises(LoaderError, match="more than 100000 bytes"):
        list(quads(path, limits=Limits(total=100_000)))


def test_a_missing_file_and_a_directory_are_named(tmp_path: Path) -> None:
    for path in (tmp_path / "none.ttl", tmp_path):
        with pytest.raises(LoaderError, match=str(path)):
            list(quads(path))


PIECES = st.sampled_from(
    [
        *('"', "'", '"""', "'''", "\\", '\\"', "\\'", "\\\\", "#", "\n", "<", ">", "<urn:x>", "a"),
        *("[", "]", "(", ")", "{", "}", " ", '"[["', "'(('", "# [[\n", "<urn:[>", "\\(", "é"),
    ]
)


def refusal(text: bytes, sizes: list[int], format: ox.RdfFormat) -> str:
    """What a guard says of a text that comes in pieces."""
    stream = Stream(io.BytesIO(b""), "x")
    looks = guard(format, stream)
    try:
        while text:
            size = sizes.pop() if sizes else len(text)
            looks.check(text[:size])
            text = text[size:]
        looks.check(b"")
    except LoaderError as error:
        return error.message
    return ""


@settings(max_examples=400)
@given(
    st.lists(PIECES | st.just("[" * (MAX_DEPTH + 1)), max_size=30).map(
        lambda p: "".join(p).encode()
    ),
    st.lists(st.integers(1, 9), max_size=200),
    st.sampled_from([ox.RdfFormat.TRIG, ox.RdfFormat.JSON_LD]),
)
def test_where_the_pieces_end_does_not_matter(
    text: bytes, sizes: list[int], format: ox.RdfFormat
) -> None:
    assert refusal(text, sizes, format) == refusal(text, [], format)
