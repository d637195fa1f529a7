"""Readings of cancer.gov's pages on drug combinations → entries with their drugs and uses.

The pages are prose for patients, which is not taken over. ``scripts/registry/read_pages.py`` reads
from them what they say of a combination, with the place of each reading in the page: a table with a
row a reading. ``drug``, ``name`` and ``condition`` are as printed, without the marks of Markdown;
``code`` is the combination's code of the NCI Thesaurus, and stands where the page says which
combination it means (its entry in the NCI Drug Dictionary, whose number PDQ's table has).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from pyoxigraph import NamedNode, Triple

from regimenkg.loaders.registry.composition import Composition, Verdict
from regimenkg.loaders.registry.entries import (
    Document,
    Load,
    Record,
    checked,
    named_condition,
    ncit,
    regimen_iri,
    unfit,
)
from regimenkg.loaders.registry.tables import Row, row_error, rows, table_streams
from regimenkg.loaders.shared.base import SourceInfo
from regimenkg.loaders.shared.bounded import Stream
from regimenkg.loaders.shared.errors import FieldError, check_text
from regimenkg.terms.namespaces import PREFIXES, mint, slugify
from regimenkg.terms.provenance import Place, TextPosition

__all__ = ["COLUMNS", "FIELDS", "read", "source_info"]

COLUMNS = ("page", "sha256", "field", "value", "printed", "start", "end")
"""The columns: the page's address, the SHA-256 of its text, what was read, and where it stands."""

FIELDS = ("name", "code", "drug", "condition")
"""What a row is a reading of."""

_SUFFIXES = (".tsv", ".txt")
_TITLE = "cancer.gov pages on drug combinations"
_SITE = NamedNode(PREFIXES["foaf"] + "page")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_ADDRESS = re.compile(r"https?://[^\s<>\"{}|\\^`]+/[A-Za-z0-9][A-Za-z0-9._-]*")
_NUMBER = re.compile(r"0|[1-9][0-9]{0,9}")


def source_info(file: Path) -> SourceInfo:
    """Where the readings come from."""
    return SourceInfo(_TITLE, "https://www.cancer.gov/about-cancer/treatment/drugs", None, None)


def read(path: Path, load: Load) -> Iterator[Triple]:
    """The combinations of a table of readings, page by page; a page is read whole or not at all."""
    for stream, _ in table_streams(path, load, _SUFFIXES):
        table = rows(stream, load, COLUMNS)
        for page, readings in groupby(table, key=lambda row: row.cells["page"].strip()):
            try:
                yield from _page(page, list(readings), load, stream)
            except _WrongRow as wrong:
                load.wrong(row_error(stream, wrong.line, wrong.problem))


class _WrongRow(Exception):
    """A row that is wrong, and what is wrong with it."""

    def __init__(self, line: int, problem: FieldError) -> None:
        super().__init__(str(problem))
        self.line = line
        self.problem = problem


class _Reading(NamedTuple):
    """What was read at a place, and as printed where that differs."""

    value: str
    printed: str | None
    place: Place


def _page(page: str, table: list[Row], load: Load, stream: Stream) -> list[Triple]:
    """What a page says; raises _WrongRow."""
    first = table[0]
    line = first.line
    found: dict[str, list[_Reading]] = {name: [] for name in FIELDS}
    try:
        document = _document(page, first)
        for row in table:
            line = row.line
            field, reading = _reading(row, document)
            found[field].append(reading)
        line = first.line
        if len(found["name"]) != 1 or len(found["code"]) > 1:
            counts = f"{len(found['name'])} names and {len(found['code'])} codes"
            raise FieldError("field", f"{page} has {counts}", expected="one name, one code or none")
    except FieldError as problem:
        raise _WrongRow(line, problem) from problem
    name = found["name"][0]
    code = ncit(found["code"][0].value) if found["code"] else None
    own = mint("regimen", document.slug)
    regimen = regimen_iri(code, load.resolve) if code else own
    drugs = {one.value: load.resolve.named("Drug", one.value) for one in found["drug"]}
    unknown = tuple(drug for drug, iri in drugs.items() if iri is None)
    verdict = Verdict.SPELLED_OUT if drugs else Verdict.NOT_SPELLED_OUT
    if regimen is None or unknown:
        why = Verdict.UNKNOWN_PART if unknown else Verdict.ONE_DRUG
        out = Composition(why, (), None, unknown)
        reason = unfit(out, "value", page, name.value)
        load.left_out(out, row_error(stream, first.line, reason))
        return []
    record = Record(load, document.slug, regimen)
    record.names([name.value], name.place)
    if code:
        record.code(code, found["code"][0].place, found["code"][0].printed)
    for one in found["drug"]:
        record.drugs(filter(None, [drugs[one.value]]), one.place, one.printed)
    if not drugs:
        record.drugs([], name.place)
    said: list[Triple] = [*document.triples(), Triple(document.node, _SITE, NamedNode(page))]
    for one in found["condition"]:
        node, about = named_condition(one.value, load.resolve)
        said += about
        record.treats(node, one.place, one.printed)
    load.tally(verdict)
    if load.watch is not None:
        load.watch.record()
    return said + record.triples


def _document(page: str, row: Row) -> Document:
    """The page that a row is of; raises FieldError."""
    address = checked("page", page)
    if not _ADDRESS.fullmatch(address):
        raise FieldError("page", f"{address!r} is no address", expected="https://…/NAME")
    digest = checked("sha256", row.cells["sha256"])
    if not _SHA256.fullmatch(digest):
        raise FieldError("sha256", f"{digest!r} is no SHA-256", expected="64 hexadecimal digits")
    slug = slugify(address.rpartition("/")[2])
    return Document(f"nci-{slug}", f"cancer.gov page {slug}", digest, "WholeFile")


def _reading(row: Row, document: Document) -> tuple[str, _Reading]:
    """A row's field and what was read; raises FieldError."""
    if row.cells["sha256"].strip() != document.digest:
        message = "a page has one text, and this is the SHA-256 of another"
        raise FieldError("sha256", message, expected=document.digest)
    field = checked("field", row.cells["field"])
    if field not in FIELDS:
        raise FieldError("field", f"{field!r} is no field", expected=", ".join(FIELDS))
    value = checked("value", row.cells["value"])
    if field == "code":
        try:
            value = ncit(value).local
        except ValueError as error:
            raise FieldError("value", str(error), expected="a code such as C9509") from error
    printed = check_text("printed", row.cells["printed"]).strip() or None
    start, end = (_position(row, column) for column in ("start", "end"))
    if start >= end:
        raise FieldError("end", f"{end} is not behind {start}", expected="a place of some length")
    place = document.place(f"{start}-{end}", TextPosition(start, end))
    return field, _Reading(value, printed, place)


def _position(row: Row, column: str) -> int:
    text = checked(column, row.cells[column])
    if not _NUMBER.fullmatch(text):
        raise FieldError(column, f"{text!r} is no position", expected="a whole number, from 0")
    return int(text)
