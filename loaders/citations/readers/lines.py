"""Texts of records in lines, cut into records before a parser sees them.

What is held is one record at a time. Positions are code points from the start of the file, decoded
as UTF-8 with nothing normalised, as everywhere in this project.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterator

from regimenkg.loaders.citations.identifiers import doi, pmcid, pmid, short_doi
from regimenkg.loaders.citations.model import one_line
from regimenkg.loaders.shared.bounded import Stream
from regimenkg.loaders.shared.errors import FieldError
from regimenkg.terms.provenance import TextPosition

__all__ = ["Fields", "blocks", "dois", "fields", "first", "identifier", "only", "values"]


def _lines(stream: Stream) -> Iterator[tuple[int, str]]:
    """Yield each line, with its end, and the code point where it begins."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    at = 1 if stream.position else 0  # a byte order mark has been read
    held: list[str] = []
    while data := stream.read():
        *whole, rest = decoder.decode(data).split("\n")
        for line in whole:
            text = "".join((*held, line, "\n"))
            held = []
            yield at, text
            at += len(text)
        if rest:
            held.append(rest)
    if text := "".join(held):
        yield at, text


def blocks(stream: Stream, begins: Callable[[str], object]) -> Iterator[tuple[TextPosition, str]]:
    """Yield each stretch from a line that begins one to before the next, and where it stands.

    What comes before the first is a stretch of its own, where it is more than white space.
    """
    start, end = 0, 0
    held: list[str] = []
    for at, line in _lines(stream):
        if begins(line):
            if held and (text := "".join(held)).strip():
                yield TextPosition(start, start + len(text.rstrip())), text
            stream.mark()
            held = []
        if not held:
            start = at
        held.append(line)
        end = at + len(line)
    if held and (text := "".join(held)).strip():
        yield TextPosition(start, min(end, start + len(text.rstrip()))), text


Fields = dict[str, list[str]]
"""What a record says under each tag, in its order; a value may have several lines."""


def fields(text: str, tagged: re.Pattern[str]) -> Fields:
    """The fields of a record; a line that the pattern does not match belongs to what is before it.

    Args:
        text: the record.
        tagged: matches the beginning of a line, and its first group the tag.

    >>> fields("AD  - Town A\\nAD  - Town\\n  B", re.compile("([A-Z][A-Z0-9])  - "))
    {'AD': ['Town A', 'Town B']}
    """
    record: dict[str, list[list[str]]] = {}
    value: list[str] = []
    for line in re.split(r"\r?\n", text):
        if match := tagged.match(line):
            value = []
            record.setdefault(match[1], []).append(value)
            line = line[match.end() :]
        value.append(line.strip())
    return {tag: [" ".join(filter(None, lines)) for lines in all_] for tag, all_ in record.items()}


def values(record: Fields, *tags: str) -> list[str]:
    """All that a record has under some tags, each as one line and none empty."""
    lines = (one_line(text, tag) for tag in tags for text in record.get(tag, ()))
    return [line for line in lines if line]


def first(record: Fields, *tags: str) -> str:
    """The first that a record has under some tags, in their order, or nothing."""
    return next(iter(values(record, *tags)), "")


_READERS = {"doi": doi, "pmid": pmid, "pmcid": pmcid}


def identifier(field: str, texts: list[str]) -> str | None:
    """The one identifier that some texts write; raises FieldError for two, and for what is none."""
    return only(field, [_READERS[field](text) for text in texts])


def only(field: str, stated: list[str]) -> str | None:
    """The one value that a record states, once or several times; raises FieldError for several."""
    different = list(dict.fromkeys(stated))
    if len(different) > 1:
        raise FieldError(
            field,
            f"two {field}s: {' and '.join(different[:2])[:200]}",
            expected=f"one {field}",
            hint="correct the record, or leave it out with --on-error skip",
        )
    return different[0] if different else None


def dois(texts: list[str]) -> tuple[str | None, str | None]:
    """The one DOI, and the one short DOI, that some texts write; what a text is none of is told."""
    short = [value for text in texts if (value := short_doi(text))]
    whole = [text for text in texts if not short_doi(text)]
    return identifier("doi", whole), only("doi", short)
