"""``Thesaurus.txt``, the NCI Thesaurus as a flat file → regimens.

Source: the README of the NCI's FTP site, https://evs.nci.nih.gov/ftp1/NCI_Thesaurus/: a row a
concept, no head, with code, concept IRI, parents, synonyms (the preferred name first), definition,
display name, concept status, semantic type and, of late, subsets; several values of a cell between
bars. Regimens are what lies below the concept C12218, "Chemotherapy Regimen or Agent Combination".
The definition is not looked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from pyoxigraph import Triple

from regimenkg.loaders.registry.composition import Composition, Name, Verdict, composition
from regimenkg.loaders.registry.entries import (
    Document,
    Load,
    Record,
    checked,
    ncit,
    regimen_iri,
    unfit,
)
from regimenkg.loaders.registry.tables import Row, row_error, rows, table_streams
from regimenkg.loaders.shared.base import SourceInfo
from regimenkg.loaders.shared.bounded import Stream
from regimenkg.loaders.shared.errors import FieldError
from regimenkg.loaders.shared.files import streams
from regimenkg.terms.provenance import TableCell

__all__ = ["COLUMNS", "ROOT", "read", "source_info"]

ROOT = "C12218"
"""The concept below which all regimens lie."""

_CODE, _PARENTS, _NAMES, _STATUS = "code", "parents", "synonyms", "concept status"
COLUMNS = (
    *(_CODE, "concept IRI", _PARENTS, _NAMES, "definition", "display name", _STATUS),
    *("semantic type", "concept in subset"),
)
"""The columns in their order; the last is missing in releases before 2021."""

_REQUIRED = COLUMNS[:-1]
_SUFFIXES = (".txt", ".tsv")
_GONE = ("Retired_Concept", "Obsolete_Concept")
_RETIRED = "left out: the concept is retired or obsolete"
_TITLE = "NCI Thesaurus (flat file)"


def source_info(file: Path) -> SourceInfo:
    """Where the file comes from; it states no release."""
    return SourceInfo(
        _TITLE,
        "https://evs.nci.nih.gov/",
        "https://creativecommons.org/licenses/by/4.0/",
        None,
    )


def read(path: Path, load: Load) -> Iterator[Triple]:
    """The regimens of a flat file; it is read twice, since a parent may stand after its children.

    Between the two readings the codes of all concepts and their parents are held.
    """
    below = [
        _below(_parents(stream))
        for stream in streams(path, suffixes=_SUFFIXES, limits=load.limits, on_error=_nobody)
    ]
    for (stream, digest), regimens in zip(table_streams(path, load, _SUFFIXES), below, strict=True):
        document = Document(f"ncit-{digest[:12]}", _TITLE, digest, "RecordText")
        yield from document.triples()
        for row in rows(stream, load, _REQUIRED, COLUMNS):
            if row.cells[_CODE].strip() not in regimens:
                continue
            try:
                yield from _row(row, document, load, stream)
            except FieldError as problem:
                load.wrong(row_error(stream, row.line, problem))


def _nobody(_: object) -> None:
    """What is wrong is told when the file is read for its regimens."""


def _parents(stream: Stream) -> Iterator[tuple[str, list[str]]]:
    for row in rows(stream, Load.for_looking(), _REQUIRED, COLUMNS):
        yield row.cells[_CODE].strip(), row.cells[_PARENTS].split("|")


def _below(parents: Iterable[tuple[str, list[str]]]) -> set[str]:
    """The codes of all concepts below the root."""
    children: dict[str, list[str]] = {}
    for code, above in parents:
        for parent in above:
            children.setdefault(parent.strip(), []).append(code)
    found: set[str] = set()
    waiting = [ROOT]
    while waiting:
        for child in children.pop(waiting.pop(), ()):
            if child not in found:
                found.add(child)
                waiting.append(child)
    return found


def _row(row: Row, document: Document, load: Load, stream: Stream) -> list[Triple]:
    """What a row says; raises FieldError for a cell that is wrong."""
    if any(status.strip() in _GONE for status in row.cells[_STATUS].split("|")):
        if load.watch is not None:
            load.watch.tally(_RETIRED)
        return []
    try:
        code = ncit(checked(_CODE, row.cells[_CODE]))
    except ValueError as error:
        if isinstance(error, FieldError):
            raise
        raise FieldError(_CODE, str(error), expected="a code such as C9509") from error
    names = [
        name for text in checked(_NAMES, row.cells[_NAMES]).split("|") if (name := text.strip())
    ]
    if not names:
        raise FieldError(_NAMES, "no name stands between the bars", expected="a name")
    found = composition((Name(name, _NAMES) for name in names), load.resolve)
    if found.verdict is Verdict.NO_REGIMEN:  # by its form; its place below the root makes it one
        found = Composition(Verdict.NOT_SPELLED_OUT)
    regimen = regimen_iri(code, load.resolve)
    if regimen is None:
        found = Composition(Verdict.ONE_DRUG)
    if regimen is None or found.verdict not in (Verdict.SPELLED_OUT, Verdict.NOT_SPELLED_OUT):
        problem = unfit(found, _NAMES, code.local, names[0])
        load.left_out(found, row_error(stream, row.line, problem))
        return []
    places = {
        column: document.place(f"{code.local}.{mark}", TableCell(code.local, column))
        for column, mark in ((_NAMES, "names"), (_CODE, "code"))
    }
    record = Record(load, f"ncit-{document.slug.removeprefix('ncit-')}-{code.local}", regimen)
    record.names(names, places[_NAMES])
    record.code(code, places[_CODE])
    record.drugs(found.drugs, places[_NAMES])
    load.tally(found.verdict)
    if load.watch is not None:
        load.watch.record()
    return record.triples
