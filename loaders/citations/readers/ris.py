"""RIS files of journal articles → citations.

Source: the RIS format as Reference Manager specified it,
https://en.wikipedia.org/wiki/RIS_(file_format), read by rispy. Abstracts are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from regimenkg.loaders.citations.dates import read_date
from regimenkg.loaders.citations.model import Citation, pages
from regimenkg.loaders.citations.reader import Reader, missing, not_an_article
from regimenkg.loaders.citations.readers.lines import author, blocks, first, identifier, values
from regimenkg.loaders.shared.bounded import Stream
from regimenkg.loaders.shared.errors import FieldError
from regimenkg.terms.provenance import TextPosition

__all__ = ["READER"]

_ARTICLES = ("JOUR", "EJOUR", "JFULL", "MGZN", "INPR", "ABST")
_BEGIN, _END = re.compile(r"TY {1,2}-"), re.compile(r"^ER {1,2}-", re.MULTILINE)
_LOST = re.compile(r"^([A-Z][A-Z0-9])  - ", re.MULTILINE)
_PUBMED = ("pubmed", "medline", "nlm")


def _records(stream: Stream) -> Iterator[tuple[TextPosition, str]]:
    has_records = False
    for span, text in blocks(stream, _BEGIN.match):
        if not _BEGIN.match(text):
            if _LOST.search(text):
                break
            continue
        has_records = True
        end = _END.search(text)
        size = text.find("\n", end.start()) if end else -1
        record = text if size < 0 else text[:size]
        if lost := _LOST.search(text, len(record)):
            raise stream.error(
                f"the field {lost[1]} stands outside of records",
                expected="a line 'TY  - JOUR' before the fields of a record",
                hint="is the file whole?",
            )
        yield TextPosition(span.start, span.start + len(record.rstrip())), record
    if not has_records:
        raise stream.error(
            "no RIS record",
            position=0,
            expected="records from a line 'TY  - JOUR' to a line 'ER  - '",
            hint="for PubMed's own export try 'load nbib'",
        )


@cache
def _parser() -> Any:
    import rispy

    return rispy.RisParser(enforce_list_tags=False, delimiter_tags_mapping={})


def _citation(text: str) -> Citation:
    if not _END.search(text):
        raise FieldError(
            "ER",
            "the record does not end",
            expected="a line 'ER  - ' after the record",
            hint="is the file whole?",
        )
    (record,) = _parser().parse(text.replace("\r\n", "\n") + "\n")
    kind = first(record, "type_of_reference")
    if kind not in _ARTICLES:
        raise not_an_article(kind)
    title = first(record, "title", "primary_title")
    if not title:
        raise missing("TI")
    begin, end = first(record, "start_page"), first(record, "end_page")
    printed = f"{begin}-{end}" if begin and end and begin != end else begin or end
    dated = _dated(record)
    return Citation(
        title=title,
        doi=identifier("doi", _dois(record)),
        pmid=identifier("pmid", _pmids(record)),
        pmcid=identifier("pmcid", [v for v in values(record, "custom2") if v.startswith("PMC")]),
        issued=read_date(dated) if dated else None,
        volume=first(record, "volume"),
        issue=first(record, "number"),
        pages=pages(printed),
        pages_printed=printed,
        authors=tuple(author(name) for name in values(record, "first_authors", "authors")),
        journal=first(record, "alternate_title3", "journal_name", "secondary_title"),
        abbreviation=first(record, "alternate_title2", "alternate_title1"),
        language=tuple(values(record, "language")),
        types=tuple(values(record, "type_of_work")),
    )


def _dated(record: dict[str, Any]) -> str:
    """The most exact of the dates that a record states, which must be of one year."""
    dates = values(record, "date", "publication_year", "year")
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


def _dois(record: dict[str, Any]) -> list[str]:
    links = [url for url in values(record, "urls") if re.match(r"https?://(dx\.)?doi\.org/", url)]
    return values(record, "doi") or links[:1]


def _pmids(record: dict[str, Any]) -> list[str]:
    """The accession number, where the record says that it is PubMed's."""
    base = first(record, "name_of_database", "database_provider").lower()
    numbers = values(record, "accession_number")
    if any(name in base for name in _PUBMED):
        return numbers
    return [number for number in numbers if number.upper().startswith("PMID")]


READER = Reader(_records, _citation, (".ris", ".txt"))
