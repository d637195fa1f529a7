"""What of a document a curated file covers: its numbers, and values that are not what is printed.

A place covers the numbers within it. ``not-modelled.tsv`` (columns start, end, reason) says of
others that they were read and are not stated.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from regimenkg.errors import LoaderError
from regimenkg.loaders.curated.drafts.candidates import candidates
from regimenkg.loaders.curated.drafts.figures import figures
from regimenkg.loaders.curated.drafts.patterns import TIME_UNITS
from regimenkg.loaders.curated.drafts.skeleton import around
from regimenkg.loaders.curated.drafts.text import read_text
from regimenkg.loaders.curated.numbers import BadValue
from regimenkg.loaders.curated.schema import Property, Schema
from regimenkg.loaders.curated.values import read
from regimenkg.loaders.curated.yamlnodes import Fields, Items, Node, Scalar, read_yaml

_PLACE = re.compile(r"(?:([A-Za-z0-9.-]+):)?([0-9]+)-([0-9]+)")
_COLUMNS = ("start", "end", "reason")


class Stated(NamedTuple):
    """A value of a file and its places in the document; of a whole thing, no value."""

    file: Path
    line: int
    key: str
    value: str
    printed: str
    places: tuple[tuple[int, int], ...]


class Left(NamedTuple):
    """A number of the document that nothing covers, or a value that is not what is printed."""

    start: int
    end: int
    token: str
    problem: str
    context: str


class Coverage(NamedTuple):
    """What is left, and how many numbers the document has."""

    left: list[Left]
    numbers: int
    covered: int


def stated(path: Path, document: str) -> Iterator[Stated]:
    """What a file says with places in a document."""
    root = read_yaml(path)
    own = root.fields.get("document")
    slug = own.text if isinstance(own, Scalar) else ""
    yield from _stated(path, "", root, slug, document)


def _stated(path: Path, key: str, node: Node, own: str, document: str) -> Iterator[Stated]:
    if isinstance(node, Items):
        for item in node.items:
            yield from _stated(path, key, item, own, document)
    elif isinstance(node, Fields):
        at = node.fields.get("at")
        named = at.items if isinstance(at, Items) else (at,)
        found = [_PLACE.fullmatch(one.text) for one in named if isinstance(one, Scalar)]
        places = tuple(
            (int(match[2]), int(match[3]))
            for match in found
            if match and (match[1] or own) == document
        )
        if places:
            value, printed = (
                one.text if isinstance(one, Scalar) else ""
                for one in (node.fields.get("is"), node.fields.get("as"))
            )
            yield Stated(
                path, node.line, key, value, printed if len(places) == len(found) else "", places
            )
        for name, inner in node.fields.items():
            if name not in ("is", "at", "as"):
                yield from _stated(path, name, inner, own, document)


def coverage(text: str, facts: list[Stated], spared: list[tuple[int, int]]) -> Coverage:
    """Which numbers of a text no fact covers and nobody spared, and which values differ from it."""
    covered = bytearray(len(text))
    left: list[Left] = []
    properties = _properties()
    for fact in facts:
        problem = ""
        prop = properties.get(fact.key)
        tokens = [text[start:end] for start, end in fact.places]
        if max(end for _, end in fact.places) > len(text):
            problem = f"the document ends at {len(text)}"
        elif fact.printed and not any(_is_printed(fact.printed, token) for token in tokens):
            problem = f"as: {fact.printed} is not what is printed"
        elif prop and prop.literal and not any(_says(fact, token) for token in tokens):
            problem = f"{fact.value} is not what is printed"
        if problem:
            start, end = fact.places[0]
            problem = f"{fact.file.name}:{fact.line}: {fact.key}: {problem}"
            left.append(Left(start, end, tokens[0], problem, around(text, start, end)))
        for start, end in fact.places:
            covered[start:end] = b"\1" * len(text[start:end])
    for start, end in spared:
        covered[start:end] = b"\1" * len(text[start:end])
    numbers = list(figures(text))
    for one in numbers:
        if not all(covered[one.start : one.end]):
            token = text[one.start : one.end]
            context = around(text, one.start, one.end)
            left.append(Left(one.start, one.end, token, "covered by no fact", context))
    open_ = sum(one.problem == "covered by no fact" for one in left)
    return Coverage(sorted(left), len(numbers), len(numbers) - open_)


@cache
def _properties() -> dict[str, Property]:
    return Schema.read().properties


def _is_printed(printed: str, token: str) -> bool:
    """Whether what a file says was printed is; what the curator adds stands in brackets."""
    pieces = [one.strip() for one in re.split(r" ?\[[^\]]*\] ?|…", printed) if one.strip()]
    return " ".join(printed.split()) == token or (
        "[" in printed and all(p in token for p in pieces)
    )


def _says(fact: Stated, token: str) -> bool:
    """Whether a value with a number stands at its place; a value that has none is not compared."""
    of_value = {one.value for one in figures(fact.value)}
    if not of_value:
        return True
    of_token = [one.value for one in figures(token)]
    if of_value <= set(of_token) or not of_token:
        return True
    said = _reads(fact.key, fact.value)
    return any(_reads(fact.key, form) == said for form in _forms(token))


def _forms(token: str) -> Iterator[str]:
    """What a token may be as a value: what its form of print says, and its lengths of time."""
    yield from (one.value for one in candidates(token))
    for unit in re.findall(rf"(?:{'|'.join(TIME_UNITS)})(?=s?\b)", token, re.I):
        yield from (f"{one.value:f} {TIME_UNITS[unit.lower()]}" for one in figures(token))


def _reads(key: str, text: str) -> object:
    prop = _properties()[key]
    try:
        return [(one.name, str(one.value)) for one in read(prop, text) or ()]
    except BadValue:
        return text


def not_modelled(path: Path, length: int) -> list[tuple[int, int]]:
    """The places of a list of what was read and is not stated.

    Raises LoaderError, for all its lines at once, where one has no place in the text or no reason.
    """
    rows = csv.DictReader(read_text(path).splitlines(), delimiter="\t")
    wrong: list[str] = []
    found: list[tuple[int, int]] = []
    if missing := [name for name in _COLUMNS if name not in (rows.fieldnames or ())]:
        wrong.append(f"{path}:1: no column {', '.join(missing)}")
    else:
        for row in rows:
            start, end, reason = (row[name] or "" for name in _COLUMNS)
            is_place = start.isdecimal() and end.isdecimal() and int(start) < int(end) <= length
            if not is_place or not reason.strip():
                what = "no reason" if is_place else f"{start}-{end} is no place in the document"
                wrong.append(f"{path}:{rows.line_num}: {what}")
            else:
                found.append((int(start), int(end)))
    if wrong:
        raise LoaderError(
            "\n".join(wrong),
            file=str(path),
            hint="columns start, end and reason, between tabs, a row for each number",
        )
    return found


def is_document(text: str, digest: str) -> bool:
    """Whether a text has a SHA-256."""
    return sha256(text.encode()).hexdigest() == digest
