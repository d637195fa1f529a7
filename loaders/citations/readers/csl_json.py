"""CSL-JSON (citeproc JSON, as Zotero and others export it) → citations.

Source: CSL's schema of its input,
https://resource.citationstyles.org/schema/latest/input/json/csl-data.json. What is used of a record
is checked against it; what other programs add is let be. doi.org gives the same
(``application/vnd.citationstyles.csl+json``) with Crossref's name of the type and without an id.
Abstracts are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from regimenkg.loaders.citations.model import Citation, pages
from regimenkg.loaders.citations.reader import Reader, missing, not_an_article
from regimenkg.loaders.citations.readers.json_fields import issued, people, prose, text
from regimenkg.loaders.citations.readers.lines import dois, identifier
from regimenkg.loaders.shared import json_records
from regimenkg.loaders.shared.bounded import Stream
from regimenkg.loaders.shared.errors import FieldError
from regimenkg.terms.provenance import JsonPointer

__all__ = ["READER"]

_ARTICLES = ("article-journal", "journal-article")
_NOTE = {  # as Zotero keeps what CSL had no field for
    "pmid": re.compile(r"^PMID:\s*(\S+)\s*$", re.MULTILINE),
    "pmcid": re.compile(r"^PMCID:\s*(\S+)\s*$", re.MULTILINE),
}


def _records(stream: Stream) -> Iterator[tuple[JsonPointer, Any]]:
    for record in json_records.records(stream, pages=("items",)):
        yield JsonPointer(record.pointer), record.value


def _citation(record: Any) -> Citation:
    if not isinstance(record, dict):
        raise FieldError("", "a record that is no object", expected="an object with type and id")
    kind = text(record, "type")
    if not kind or not {"id", "DOI"} & record.keys():
        raise missing("type" if not kind else "id")
    if kind not in _ARTICLES:
        raise not_an_article(kind)
    title = prose(record, "title")
    if not title:
        raise missing("title")
    note = str(record.get("note") or "")[:10_000]
    printed = text(record, "page") or text(record, "page-first") or text(record, "number")
    authors, groups = people(record, "author")
    doi, short_doi = dois([stated] if (stated := text(record, "DOI")) else [])
    return Citation(
        title=title,
        doi=doi,
        short_doi=short_doi,
        pmid=_identifier(record, "pmid", note),
        pmcid=_identifier(record, "pmcid", note),
        issued=issued(record, "issued"),
        volume=text(record, "volume"),
        issue=text(record, "issue"),
        pages=pages(printed),
        pages_printed=printed,
        authors=authors,
        groups=groups,
        journal=prose(record, "container-title"),
        abbreviation=prose(record, "container-title-short") or prose(record, "journalAbbreviation"),
        language=tuple(filter(None, [text(record, "language")])),
    )


def _identifier(record: dict[str, Any], field: str, note: str) -> str | None:
    stated = text(record, field.upper())
    return identifier(field, [stated] if stated else _NOTE[field].findall(note))


READER = Reader(_records, _citation, (".json", ".jsonl", ".ndjson"))
