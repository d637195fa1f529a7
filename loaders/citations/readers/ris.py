"""RIS files of journal articles → citations.

Source: the RIS format as Reference Manager specified it,
https://en.wikipedia.org/wiki/RIS_(file_format). Tags that are not used here are let be, and
abstracts are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from regimenkg.loaders.citations.dates import read_date
from regimenkg.loaders.citations.model import Citation, pages
from regimenkg.loaders.citations.names import author
from regimenkg.loaders.citations.reader import Reader, missing, not_an_article
from regimenkg.loaders.citations.readers.lines import (
    Fields,
    blocks,
    dois,
    fields,
    first,
    identifier,
    values,
)
from regimenkg.loaders.citations.readers.markup import plain
from regimenkg.loaders.shared.bounded import Stream
from regimenkg.loaders.shared.errors import FieldError
from regimenkg.terms.provenance import TextPosition

__all__ = ["READER"]

_ARTICLES = ("JOUR", "EJOUR", "JFULL", "MGZN", "INPR", "ABST")
_BEGIN, _END = re.compile(r"TY {1,2}-"), re.compile(r"^ER {1,2}-", re.MULTILINE)
_TAGGED = re.compile(r"([A-Z][A-Z0-9]) {1,2}-(?: |$)")
_LOST = re.compile(r"^([A-Z][A-Z0-9])  - ", re.MULTILINE)
_USED = {
    *("TI", "T1", "AU", "A1", "PY", "Y1", "DA", "VL", "IS", "SP", "EP", "DO", "UR", "AN"),
    *("JO", "JF", "JA", "J2", "T2", "C2", "DB", "DP", "LA", "M3"),
}
_PUBMED = ("pubmed", "medline", "nlm")


def _records(stream: Stream) -> Iterator[tuple[TextPosition, str]]:
    """Yield each record, and fields that stand outside of any as one that is wrong."""
    has_records = False
    for span, text in blocks(stream, _BEGIN.match):
        if not _BEGIN.match(text):
            if _lost(text):
                break
            continue
        has_records = True
        end = _END.search(text)
        size = text.find("\n", end.start()) if end else -1
        record, rest = (text, "") if size < 0 else (text[:size], text[size:])
        yield TextPosition(span.start, span.start + len(record.rstrip())), record
        if _lost(rest):
            yield TextPosition(span.start + size, span.end), rest
    if not has_records:
        raise stream.error(
            "no RIS record",
            position=0,
            expected="records from a line 'TY  - JOUR' to a line 'ER  - '",
            hint="for PubMed's own export try 'load nbib'",
        )


def _lost(text: str) -> str:
    """The first tag outside of records that says something of a paper; Ovid adds NL, others N1."""
    return next((match[1] for match in _LOST.finditer(text) if match[1] in _USED), "")


def _citation(text: str) -> Citation:
    if not _BEGIN.match(text):
        raise FieldError(
            _lost(text),
            f"the field {_lost(text)} stands outside of records",
            expected="a line 'TY  - JOUR' before the fields of a record",
            hint="is the file whole?",
        )
    end = _END.search(text)
    if not end:
        raise FieldError(
            "ER",
            "the record does not end",
            expected="a line 'ER  - ' after the record",
            hint="is the file whole?",
        )
    record = fields(text[: end.start()], _TAGGED)
    kind = first(record, "TY")
    if kind not in _ARTICLES:
        raise not_an_article(kind)
    title = plain(first(record, "TI", "T1"))
    if not title:
        raise missing("TI")
    begin, last = first(record, "SP"), first(record, "EP")
    printed = f"{begin}-{last}" if begin and last and begin != last else begin or last
    dated = _dated(record)
    doi, short_doi = dois(_dois(record))
    return Citation(
        title=title,
        doi=doi,
        short_doi=short_doi,
        pmid=identifier("pmid", _pmids(record)),
        pmcid=identifier("pmcid", [v for v in values(record, "C2") if v.startswith("PMC")]),
        issued=read_date(dated) if dated else None,
        volume=first(record, "VL"),
        issue=first(record, "IS"),
        pages=pages(printed),
        pages_printed=printed,
        authors=tuple(map(author, _names(record))),
        journal=plain(first(record, "JF", "JO", "T2")),
        abbreviation=plain(first(record, "JA", "J2")),
        language=tuple(values(record, "LA")),
        types=tuple(values(record, "M3")),
    )


def _names(record: Fields) -> list[str]:
    """The names under A1 and AU, which some programs write both, of all or of the first."""
    one, other = values(record, "A1"), values(record, "AU")
    if set(one) <= set(other):
        return other
    return one if set(other) <= set(one) else one + other


def _dated(record: Fields) -> str:
    """The most exact of the dates that a record states, which must be of one year."""
    dates = values(record, "DA", "PY", "Y1")
    stated = [date for date in dates if re.match(r"\d{4}", date)] or dates
    years = {date[:4] for date in stated}
    if len(years) > 1:
        raise FieldError(
            "PY",
            f"two years: {' and '.join(sorted(years))}",
            expected="one year of publication",
            hint="correct PY, Y1 or DA, or leave the record out with --on-error skip",
        )
    return max(stated, key=lambda text: (read_date(text).value.count("-"), text), default="")


def _dois(record: Fields) -> list[str]:
    links = [url for url in values(record, "UR") if re.match(r"https?://(dx\.)?doi\.org/", url)]
    return values(record, "DO") or links[:1]


def _pmids(record: Fields) -> list[str]:
    """The accession number, where the record says that it is PubMed's."""
    base = first(record, "DB", "DP").lower()
    numbers = values(record, "AN")
    if any(name in base for name in _PUBMED):
        return numbers
    return [number for number in numbers if number.upper().startswith("PMID")]


READER = Reader(_records, _citation, (".ris", ".txt"))
