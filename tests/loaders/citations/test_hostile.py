"""Hostile files of citations: refused, within bounded memory and time, by guards that do it.

The attacks run in a process of their own whose address space is limited. Where a guard is ours,
the parser is run without it as well, to see that the attack works then.
"""

from __future__ import annotations

import io
import json
import subprocess
import sys
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import pytest
from citation_files import BIBTEX, EXAMPLES, KINDS, NBIB, article, doi, load, pubmed, write
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from regimenkg.errors import LoaderError
from regimenkg.loaders import citations
from regimenkg.loaders.citations.reader import RECORD_LIMITS
from regimenkg.loaders.shared.bounded import Stream

MIB = 1 << 20
MEMORY = 700 * MIB
SECONDS = 120
BIG = 64 * MIB

CHILD = """
import json, resource, sys
from pathlib import Path
from regimenkg.loaders import citations
kind, path, memory, seconds = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
from regimenkg.errors import LoaderError
if sys.platform != "win32":
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
try:
    found = sum(1 for _ in citations.load(path, format=kind))
except LoaderError as error:
    print(json.dumps({"message": error.message, "hint": error.hint, "file": error.file}))
else:
    print(json.dumps({"triples": found}))
"""


def refusal(kind: str, path: Path) -> str:
    """The message with which a limited process refuses a file."""
    done = subprocess.run(
        [sys.executable, "-c", CHILD, kind, str(path), str(MEMORY), str(SECONDS)],
        capture_output=True,
        text=True,
        timeout=SECONDS * 2,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    answer = json.loads(done.stdout)
    assert "message" in answer, f"it was read, as {answer}"
    assert answer["hint"]
    assert answer["file"] == str(path)
    assert len(answer["message"]) < 1000
    return str(answer["message"])


def with_doctype(declarations: str, title: str) -> str:
    text = pubmed(article(title=title))
    start, end = text.index("<!DOCTYPE"), text.index("<PubmedArticleSet>")
    return f"{text[:start]}<!DOCTYPE PubmedArticleSet {declarations}>\n{text[end:]}"


def laughs(levels: int, width: int) -> str:
    entities = ['<!ENTITY l0 "lol">'] + [
        f'<!ENTITY l{n} "{f"&l{n - 1};" * width}">' for n in range(1, levels)
    ]
    return with_doctype(f"[{''.join(entities)}]", f"&l{levels - 1};")


def unguarded_title(data: bytes, **options: object) -> str:
    """The title that lxml reads where nothing guards it."""
    from lxml import etree

    settings = {"resolve_entities": True, "huge_tree": True, "load_dtd": True, **options}
    for _, element in etree.iterparse(io.BytesIO(data), tag="ArticleTitle", **settings):  # type: ignore[call-overload]
        return "".join(element.itertext())
    return ""


# XML


@pytest.mark.parametrize(("levels", "width"), [(10, 10), (2, 100_000)])
def test_entities_that_expand_without_end_are_refused(
    levels: int, width: int, tmp_path: Path
) -> None:
    path = write(tmp_path, "pubmed", laughs(levels, width))
    assert "declares entities" in refusal("pubmed", path)


def test_without_the_guard_entities_expand() -> None:
    assert unguarded_title(laughs(4, 10).encode()) == "lol" * 1000


def test_an_entity_outside_of_the_file_is_neither_read_nor_let_pass(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("the secret", encoding="utf-8")
    text = with_doctype(f'[<!ENTITY x SYSTEM "{secret.as_uri()}">]', "A &x; trial")
    path = write(tmp_path, "pubmed", text)
    assert "declares entities" in refusal("pubmed", path)
    read = unguarded_title(text.encode(), no_network=False)
    assert read == "A the secret trial", "without the guard it is read"


def test_a_dtd_is_never_loaded(tmp_path: Path) -> None:
    dtd = tmp_path / "evil.dtd"
    dtd.write_text('<!ENTITY x "from the dtd">', encoding="utf-8")
    text = with_doctype(f'SYSTEM "{dtd.as_uri()}"', "A &x; trial")
    path = write(tmp_path, "pubmed", text)
    assert "from the dtd" not in refusal("pubmed", path)
    assert "from the dtd" in unguarded_title(text.encode())
    parameter = with_doctype(f'[<!ENTITY % e SYSTEM "{dtd.as_uri()}"> %e;]', "A &x; trial")
    assert "from the dtd" not in refusal("pubmed", write(tmp_path, "pubmed", parameter, "two"))


@pytest.mark.parametrize(
    ("declared", "written"),
    [("ISO-8859-1", "utf-8"), ("UTF-8", "latin-1"), ("UTF-16", "utf-8"), ("UTF-8", "utf-16")],
)
def test_a_lying_or_foreign_encoding_is_refused(
    declared: str, written: str, tmp_path: Path
) -> None:
    text = pubmed(article(title="Über einen Versuch.")).replace('"UTF-8"', f'"{declared}"', 1)
    refusal("pubmed", write(tmp_path, "pubmed", text.encode(written)))


def test_without_the_guard_a_lying_encoding_spoils_the_title() -> None:
    text = pubmed(article(title="Über einen Versuch.")).replace('"UTF-8"', '"ISO-8859-1"', 1)
    assert unguarded_title(text.encode()) == "Ã\x9cber einen Versuch."


def test_deep_nesting_is_refused(tmp_path: Path) -> None:
    deep = "<i>" * 100_000 + "</i>" * 100_000
    text = pubmed(article(title=deep))
    assert "not well-formed" in refusal("pubmed", write(tmp_path, "pubmed", text))
    assert unguarded_title(pubmed(article(title="<i>" * 1000 + "deep" + "</i>" * 1000)).encode())


@pytest.mark.parametrize("where", ["title", "attribute", "siblings", "between"])
def test_a_record_without_end_is_refused_before_it_is_held(where: str, tmp_path: Path) -> None:
    text = {
        "title": pubmed(article(title="x" * BIG)),
        "attribute": pubmed(article(article=f'<Abstract a="{"x" * BIG}"/>')),
        "siblings": pubmed(article(article="<a/>" * (BIG // 4))),
        "between": pubmed("<Other/>" * (BIG // 8)),
    }[where]
    message = refusal("pubmed", write(tmp_path, "pubmed", text))
    assert "longer than" in message or "not well-formed" in message


def test_another_kind_of_xml_is_refused(tmp_path: Path) -> None:
    assert "no PubMed record" in refusal("pubmed", write(tmp_path, "pubmed", "<html/>"))
    nested = pubmed(article()).replace("PubmedArticleSet", "other")
    assert "root element" in refusal("pubmed", write(tmp_path, "pubmed", nested, "nested"))


# Texts


@pytest.mark.parametrize("kind", ["nbib", "ris", "bibtex", "csl-json", "crossref"])
def test_a_line_without_end_is_refused_before_it_is_held(kind: str, tmp_path: Path) -> None:
    text = EXAMPLES[kind].replace("A made-up trial", "x" * BIG)
    assert "longer than" in refusal(kind, write(tmp_path, kind, text))


@pytest.mark.parametrize("kind", ["nbib", "ris", "bibtex"])
def test_without_the_limit_such_a_line_is_held(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    size = 9 * MIB
    text = EXAMPLES[kind].replace("A made-up trial", "x" * size)
    path = write(tmp_path, kind, text)
    with pytest.raises(LoaderError, match="longer than 8388608 bytes"):
        load(kind, path)
    wider = citations.READERS[kind]._replace(limits=replace(RECORD_LIMITS, record=32 * MIB))
    monkeypatch.setitem(citations.READERS, kind, wider)
    with pytest.raises(LoaderError, match="a value of"):
        load(kind, path)


@pytest.mark.parametrize("kind", ["nbib", "ris", "bibtex"])
def test_lines_without_end_are_refused_before_they_are_held(kind: str, tmp_path: Path) -> None:
    text = EXAMPLES[kind].replace("A made-up trial", "A\n      b" * (BIG // 8))
    assert "longer than" in refusal(kind, write(tmp_path, kind, text))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("bad", [b"\xff", b"\0", b"\xed\xa0\x80"], ids=["latin", "nul", "half"])
def test_bytes_that_are_no_text_are_refused(kind: str, bad: bytes, tmp_path: Path) -> None:
    data = EXAMPLES[kind].encode().replace(b"made-up", b"made" + bad + b"up", 1)
    refusal(kind, write(tmp_path, kind, data))


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_cut_off_within_its_record_is_refused(kind: str, tmp_path: Path) -> None:
    data = EXAMPLES[kind].encode()
    last = {"nbib": b"SO  -", "ris": b"ER  -"}.get(kind)
    for size in range(0, data.index(last) if last else len(data.rstrip()), 7):
        with pytest.raises(LoaderError):
            load(kind, write(tmp_path, kind, data[:size]))


def test_without_the_guard_a_record_cut_off_is_taken_as_whole() -> None:
    from regimenkg.loaders.citations.readers import nbib
    from regimenkg.loaders.citations.readers.lines import fields

    assert "PG" not in fields(NBIB[: NBIB.index("PG  -")], nbib._TAGGED)


def test_latex_without_end_is_refused(tmp_path: Path) -> None:
    for number, value in enumerate(
        (
            "{" * 50_000 + "}" * 50_000,
            r"\textbf{" * 5_000 + "}" * 5_000,
            "$" * 50_000,
            r"\begin{a}" * 5_000,
            r"\'" * 40_000,
        )
    ):
        text = BIBTEX.replace("A made-up trial", value)
        message = refusal("bibtex", write(tmp_path, "bibtex", text, f"made-up-{number}"))
        assert "LaTeX" in message or "whole BibTeX" in message or "value of" in message


def test_without_the_guard_deep_latex_ends_the_parser() -> None:
    from pylatexenc.latex2text import LatexNodes2Text

    with pytest.raises(RecursionError):
        LatexNodes2Text().latex_to_text(r"\textbf{" * 5_000 + "}" * 5_000)


def test_abbreviations_without_end_are_refused(tmp_path: Path) -> None:
    text = "".join(f"@string{{a{n} = {{x}}}}\n" for n in range(10_000)) + BIBTEX
    assert "abbreviations" in refusal("bibtex", write(tmp_path, "bibtex", text))


@pytest.mark.parametrize("kind", ["csl-json", "crossref"])
def test_json_nested_without_end_is_refused(kind: str, tmp_path: Path) -> None:
    refusal(kind, write(tmp_path, kind, '{"a":' * 200_000))
    number = EXAMPLES[kind].replace('"2"', "9" * 100_000)
    refusal(kind, write(tmp_path, kind, number, "number"))


# Any bytes at all


def _mutations(data: bytes) -> st.SearchStrategy[bytes]:
    """Some bytes of a file replaced by others, taken out or put in."""
    edit = st.tuples(
        st.integers(0, len(data)),
        st.integers(0, 12),
        st.one_of(
            st.binary(max_size=6),
            st.sampled_from((b"<", b"&x;", b"\n", b"\r", b"{", b"}", b"[", b"\\", b'"', b"  - ")),
        ),
    )

    def apply(edits: list[tuple[int, int, bytes]]) -> bytes:
        changed = data
        for at, gone, new in edits:
            changed = changed[:at] + new + changed[at + gone :]
        return changed

    return st.lists(edit, min_size=1, max_size=4).map(apply)


@pytest.mark.parametrize("kind", KINDS)
def test_any_bytes_are_read_or_refused(kind: str, tmp_path: Path) -> None:
    try_any_bytes(kind, tmp_path, 100)


def try_any_bytes(kind: str, folder: Path, examples: int) -> None:
    path = folder / f"any.{KINDS[kind]}"
    changed = _mutations(EXAMPLES[kind].encode())

    @settings(max_examples=examples, suppress_health_check=[HealthCheck.too_slow])
    @given(st.one_of(changed, changed, changed, st.binary(max_size=200)))
    def check(data: bytes) -> None:
        path.write_bytes(data)
        for on_error in (None, lambda _: None):
            try:
                load(kind, path, on_error)
            except LoaderError as error:
                assert error.message.startswith(str(path))

    check()


def test_the_bytes_would_find_a_bug_that_was_planted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A reader that trips over every date but one is found out."""
    module = import_module("regimenkg.loaders.citations.readers.nbib")
    whole = module.read_date

    def tripping(text: str) -> object:
        if text != "2015 Mar":
            raise IndexError(text)
        return whole(text)

    monkeypatch.setattr(module, "read_date", tripping)
    with pytest.raises((IndexError, ExceptionGroup)):
        try_any_bytes("nbib", tmp_path, 1000)


def test_the_stream_is_all_that_xml_is_read_from() -> None:
    """lxml is given the bounded stream, never a path."""
    from regimenkg.loaders.citations.readers import pubmed as loader

    data = pubmed(article(ids=doi("10.5555/a"))).encode()
    found = list(loader._records(Stream(io.BytesIO(data), "f")))
    assert [place.path for place, _ in found] == ["/PubmedArticleSet/PubmedArticle[1]"]
