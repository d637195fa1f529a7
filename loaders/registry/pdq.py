"""The table of PDQ terms and their NCI Thesaurus codes → regimens.

Source: ``PDQ_…_TO_NCI_….txt``, as the NCI's Enterprise Vocabulary Services release it: a head and a
row a mapping, with a PDQ term (source) and a concept of the NCI Thesaurus (target). Most rows are
of diseases and single drugs.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pyoxigraph import Triple

from regimenkg.loaders.registry.composition import (
    Composition,
    Name,
    Verdict,
    composition,
    is_regimen,
)
from regimenkg.loaders.registry.entries import (
    Document,
    Load,
    Record,
    checked,
    ncit,
    regimen_iri,
    unfit,
)
from regimenkg.loaders.registry.tables import Row, first_row, row_error, rows, table_streams
from regimenkg.loaders.shared.base import SourceInfo
from regimenkg.loaders.shared.bounded import Stream
from regimenkg.loaders.shared.errors import FieldError
from regimenkg.terms.provenance import TableCell

__all__ = ["REQUIRED", "VERSION", "read", "source_info"]

_TERM, _TERM_NAME, _CODE, _NAME = "Source Code", "Source Name", "Target Code", "Target Name"
VERSION = "Target Coding Scheme Version"
"""The column with the release of the NCI Thesaurus."""

REQUIRED = (_TERM, _TERM_NAME, _CODE, _NAME)
"""The columns that the table has to have."""

_SUFFIXES = (".txt", ".tsv")
_TITLE = "PDQ terms mapped to the NCI Thesaurus"
_HOMEPAGE = "https://evs.nci.nih.gov/"
_LICENCE = "https://creativecommons.org/licenses/by/4.0/"


def source_info(file: Path) -> SourceInfo:
    """Where the table comes from, and the release of the NCI Thesaurus of its first row."""
    version = first_row(file, REQUIRED).get(VERSION)
    return SourceInfo(_TITLE, _HOMEPAGE, _LICENCE, version or None)


def read(path: Path, load: Load) -> Iterator[Triple]:
    """The regimens of a table, row by row."""
    for stream, digest in table_streams(path, load, _SUFFIXES):
        document: Document | None = None
        for row in rows(stream, load, REQUIRED):
            if document is None:
                document = _document(row.cells.get(VERSION, "").strip(), digest)
                yield from document.triples()
            try:
                yield from _row(row, document, load, stream)
            except FieldError as problem:
                load.wrong(row_error(stream, row.line, problem))


def _document(version: str, digest: str) -> Document:
    slug = f"pdq-ncit-{digest[:12]}"
    name = f"{_TITLE}, {version}" if version else _TITLE
    return Document(slug, name, digest, "RecordText", version or None)


def _row(row: Row, document: Document, load: Load, stream: Stream) -> list[Triple]:
    """What a row says; raises FieldError for a cell that is wrong."""
    term, code_text, printed = (
        checked(column, row.cells[column]) for column in (_TERM, _CODE, _TERM_NAME)
    )
    name = checked(_NAME, row.cells[_NAME])
    if not (is_regimen(name) or is_regimen(printed)):
        load.tally(Verdict.NO_REGIMEN)
        return []
    try:
        code = ncit(code_text)
    except ValueError as error:
        raise FieldError(_CODE, str(error), expected="a code such as C9509") from error
    found = composition((Name(name, _NAME), Name(printed, _TERM_NAME)), load.resolve)
    regimen = regimen_iri(code, load.resolve)
    is_entry = found.verdict in (Verdict.SPELLED_OUT, Verdict.NOT_SPELLED_OUT)
    if is_entry and (regimen is None or not is_regimen(name)):
        found = Composition(Verdict.ONE_DRUG)  # of which the PDQ term spells out what is in it
    entry = f"ncit-{code.local}"
    before = load.compositions.get(entry)
    drugs = frozenset(found.drugs)
    if found.verdict is Verdict.SPELLED_OUT and before and before[0] and before[0] != drugs:
        found = Composition(Verdict.DISAGREEING)
    if regimen is None or found.verdict not in (Verdict.SPELLED_OUT, Verdict.NOT_SPELLED_OUT):
        problem = unfit(found, _TERM_NAME, code.local, name, printed)
        load.left_out(found, row_error(stream, row.line, problem))
        return []
    key = f"{term} {code.local}"
    places = {
        column: document.place(f"{term}.{code.local}.{mark}", TableCell(key, column))
        for column, mark in ((_NAME, "name"), (_TERM_NAME, "term"), (_CODE, "code"))
    }
    record = Record(load, entry, regimen)
    record.names([name], places[_NAME])
    record.names([printed], places[_TERM_NAME])
    record.code(code, places[_CODE])
    record.drugs(found.drugs, places[found.name.column if found.name else _NAME])
    if before is None or drugs:
        load.compositions[entry] = (drugs, row.line)
    load.tally(found.verdict)
    if load.watch is not None:
        load.watch.record()
    return record.triples
