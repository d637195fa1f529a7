"""CSL-JSON (citeproc JSON, as Zotero and others export it) → citations.

Source: CSL's schema of its input,
https://resource.citationstyles.org/schema/latest/input/json/csl-data.json. What is used of a record
is checked against it; what other programs add is let be. Abstracts are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from regimenkg.loaders.citations.model import Citation, pages
from regimenkg.loaders.citations.reader import Reader, missing, not_an_article
from regimenkg.loaders.citations.readers.json_fields import issued, people, text
from regimenkg.loaders.citations.readers.lines import identifier
from regimenkg.loaders.shared import json_records
from regimenkg.loaders.shared.bounded import Stream
from regimenkg.loaders.shared.errors import FieldError
from regimenkg.terms.provenance import JsonPointer

__all__ = ["READER"]

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
    if not kind or "id" not in record:
        raise missing("type" if not kind else "id")
    if kind != "article-journal":
        raise not_an_article(kind)
    title = text(record, "title")
    if not title:
        raise missing("title")
    note = str(record.get("note") or "")[:10_000]
    printed = text(record, "page") or text(record, "page-first") or text(record, "number")
    authors, groups = people(record, "author")
    return Citation(
        title=title,
        doi=identifier("doi", [doi] if (doi := text(record, "DOI")) else []),
        pmid=_identifier(record, "pmid", note),
        pmcid=_identifier(record, "pmcid", note),
        issued=issued(record, "issued"),
        volume=text(record, "volume"),
        issue=text(record, "issue"),
        pages=pages(printed),
        pages_printed=printed,
        authors=authors,
        groups=groups,
        journal=text(record, "container-title"),
        abbreviation=text(record, "container-title-short") or text(record, "journalAbbreviation"),
        language=tuple(filter(None, [text(record, "language")])),
    )


def _identifier(record: dict[str, Any], field: str, note: str) -> str | None:
    stated = text(record, field.upper())
    return identifier(field, [stated] if stated else _NOTE[field].findall(note))


READER = Reader(_records, _citation, (".json", ".jsonl", ".ndjson"))
