"""What the engine's readers are not given: text that is nested too deeply, entities of XML.

Each guard looks at the bytes as they pass and raises LoaderError before the engine has them: some
of what it refuses costs the engine gigabytes, hours or its life.
"""

from __future__ import annotations

import re
from typing import Protocol
from xml.parsers import expat

from pyoxigraph import RdfFormat

from regimenkg.errors import LoaderError
from regimenkg.loaders.shared.bounded import Stream

__all__ = ["MAX_DEPTH", "MAX_WORD", "Guard", "guard"]

MAX_DEPTH = 256
"""How deeply nodes, lists and elements may be nested: RDF/XML nests what JSON lists."""

MAX_WORD = 1 << 20
"""How many bytes a name, a number or a tag may have."""

_ENCODINGS = ("UTF-8", "UTF8", "US-ASCII", "ASCII")


class Guard(Protocol):
    """Looks at a file's bytes, piece by piece."""

    def check(self, data: bytes) -> None:
        """Raise LoaderError for what may not pass; no data is the end of the file."""


def guard(format: RdfFormat, stream: Stream) -> Guard:
    """The guard of a syntax of RDF."""
    if format == RdfFormat.RDF_XML:
        return _Xml(stream)
    return _Brackets(stream, _JSON if format == RdfFormat.JSON_LD else _TURTLE)


def _too_deep(stream: Stream) -> LoaderError:
    return stream.error(
        f"nested more than {MAX_DEPTH} deep",
        expected=f"at most {MAX_DEPTH} levels",
        hint="is it the right kind of file? Nodes with names of their own need not be nested",
    )


class _Xml:
    """XML by expat, which is told to stop at the first declaration of an entity."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self._depth = 0
        self._markup = 0  # bytes of the tag or comment that the piece before ended in
        self._parser = expat.ParserCreate("UTF-8")
        self._parser.XmlDeclHandler = self._declaration
        self._parser.EntityDeclHandler = self._entity
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end

    def check(self, data: bytes) -> None:
        self._check_markup(data)
        try:
            self._parser.Parse(data, not data)
        except expat.ExpatError as error:
            raise self._stream.error(
                f"line {error.lineno}, column {error.offset + 1}: not well-formed XML: "
                f"{expat.ErrorString(error.code)}",
                expected="RDF/XML",
                hint="is the file whole?",
            ) from error

    def _check_markup(self, data: bytes) -> None:
        """Raise LoaderError for a tag or comment without end, which parsers read anew often."""
        start, end = data.rfind(b"<"), data.rfind(b">")
        if start > end:
            self._markup = len(data) - start
        elif end >= 0:
            self._markup = 0
        elif self._markup:
            self._markup += len(data)
        if self._markup > MAX_WORD:
            raise self._stream.error(
                f"a tag or comment of more than {MAX_WORD} bytes",
                expected="RDF/XML",
                hint="is the file whole?",
            )

    def _declaration(self, version: str, encoding: str | None, standalone: int) -> None:
        if encoding and encoding.upper() not in _ENCODINGS:
            raise self._stream.error(
                f"the XML declaration says {encoding[:40]}",
                expected="UTF-8",
                hint="save the file as UTF-8, and say so in its first line",
            )

    def _entity(self, name: str, *_: object) -> None:
        raise self._stream.error(
            f"the document type declares an entity, {name[:40]}",
            expected="RDF/XML without entities of its own",
            hint="write out in the file what the entities stand for",
        )

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if self._depth == 0 and name.lower() == "html":
            raise self._stream.error(
                "it is a page of HTML", expected="RDF", hint="fetch the RDF that the page links to"
            )
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise _too_deep(self._stream)

    def _end(self, name: str) -> None:
        self._depth -= 1


_TURTLE = re.compile(rb"""\\.|"{3}|'{3}|["'#<\[\](){}]""", re.S)
_JSON = re.compile(rb'["\[\]{}]')
_ENDS = {  # of a string, a comment or an IRI: what stands before its end, and the end
    b'"': re.compile(rb'(?:[^"\\]++|\\.)*+(")?', re.S),
    b"'": re.compile(rb"(?:[^'\\]++|\\.)*+(')?", re.S),
    b'"""': re.compile(rb'(?:[^"\\]++|\\.|"(?!""|"?\Z))*+(""")?', re.S),
    b"'''": re.compile(rb"(?:[^'\\]++|\\.|'(?!''|'?\Z))*+(''')?", re.S),
    b"#": re.compile(rb"[^\r\n]*+([\r\n])?"),
    b"<": re.compile(rb"[^>\r\n]*+([>\r\n])?"),
}
_BETWEEN_WORDS = re.compile(rb"[\s,;]")
_AHEAD = 4  # bytes that are looked at together: at the end of a piece they wait for the next


class _Brackets:
    """How deeply brackets are nested, those in strings, comments and IRIs left out."""

    def __init__(self, stream: Stream, marks: re.Pattern[bytes]) -> None:
        self._stream = stream
        self._marks = marks
        self._depth = 0
        self._within = b""  # what begins the string, comment or IRI that is not at its end
        self._kept = b""
        self._word = 0  # bytes of the name or number that the piece before ended in

    def check(self, data: bytes) -> None:
        at_end = not data
        data = self._kept + data
        stop = len(data) if at_end else len(data) - _AHEAD
        place = 0
        while place < stop:
            if self._within:
                found = _ENDS[self._within].match(data, place)
                assert found is not None
                place = found.end()
                if found[1] is None:
                    break
                self._within = b""
                continue
            mark = self._marks.search(data, place)
            if mark is None or mark.start() >= stop:
                self._check_word(data[place:stop])
                place = max(place, stop)
                break
            self._word = 0
            place = mark.end()
            self._step(mark[0], data[place : place + 1])
        self._kept = data[place:]

    def _check_word(self, data: bytes) -> None:
        """Raise LoaderError for a name or number without end, which the engine reads anew often."""
        self._word = 0 if _BETWEEN_WORDS.search(data) else self._word + len(data)
        if self._word > MAX_WORD:
            raise self._stream.error(
                f"a name or number of more than {MAX_WORD} bytes", hint="is it RDF?"
            )

    def _step(self, mark: bytes, following: bytes) -> None:
        if mark in (b"[", b"(", b"{"):
            self._depth += 1
            if self._depth > MAX_DEPTH:
                raise _too_deep(self._stream)
        elif mark in (b"]", b")", b"}"):
            self._depth -= 1
        elif mark == b"<" and following == b"<":
            raise self._stream.error(
                "a triple about a triple (RDF 1.2)",
                expected="RDF 1.1",
                hint="state it with a node of its own, as RDF 1.1 reification does",
            )
        elif mark in _ENDS:
            self._within = mark
