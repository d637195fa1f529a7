"""Texts of records in lines, cut into records before a parser sees them.

What is held is one record at a time. Positions are code points from the start of the file, decoded
as UTF-8 with nothing normalised, as everywhere in this project.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterator

from regimenkg.loaders.citations.identifiers import doi, pmcid, pmid
from regimenkg.loaders.citations.model import Author, one_line
from regimenkg.loaders.shared.bounded import Stream
from regimenkg.loaders.shared.errors import FieldError
from regimenkg.terms.provenance import TextPosition

__all__ = ["author", "blocks", "first", "identifier", "only", "values"]


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


def values(record: dict[str, object], *names: str) -> list[str]:
    """All that a parsed record has under some names, each as one line and none empty."""
    texts: list[str] = []
    for name in names:
        value = record.get(name)
        listed = value if isinstance(value, list) else [value]
        texts += [one_line(str(item)) for item in listed if item]
    return list(dict.fromkeys(item for item in texts if item))


def first(record: dict[str, object], *names: str) -> str:
    """The first that a parsed record has under some names, in their order, or nothing."""
    return next(iter(values(record, *names)), "")


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


def author(text: str) -> Author:
    """An author as ``Family, Given`` or, as MEDLINE abbreviates, ``Family GI``.

    >>> author("Walker, A. R."), author("Walker AR")
    (Author(family='Walker', given='A. R.'), Author(family='Walker', given='AR'))
    >>> author("Aristotle")
    Author(family='Aristotle', given='')
    """
    family, comma, given = text.partition(",")
    if comma:
        given, _, suffix = given.strip().partition(",")
        return Author(f"{family.strip()} {suffix.strip()}".strip(), given.strip())
    if match := re.fullmatch(r"(.+) ([A-Z]{1,4})", text.strip()):
        return Author(match[1], match[2])
    return Author(text.strip())
