"""CSL-JSON (citeproc JSON, as Zotero and others export it) → citations.

Source: CSL's schema of its input,
https://resource.citationstyles.org/schema/latest/input/json/csl-data.json. What is used of a record
is checked against it; what other programs add is let be. Abstracts are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from regimenkg.loaders import citations
from regimenkg.loaders.citations.fields import issued, people, text
from regimenkg.loaders.citations.loading import missing, refused
from regimenkg.loaders.citations.model import BadField, Citation, pages
from regimenkg.loaders.citations.places import Fragment
from regimenkg.loaders.citations.tagged import identifier
from regimenkg.loaders.shared import json_records as jsonrecords
from regimenkg.loaders.shared.base import OnError, Resolver, Watch
from regimenkg.loaders.shared.bounded import Stream

if TYPE_CHECKING:
    from pyoxigraph import Triple

__all__ = ["load"]

_NOTE = {  # as Zotero keeps what CSL had no field for
    "pmid": re.compile(r"^PMID:\s*(\S+)\s*$", re.MULTILINE),
    "pmcid": re.compile(r"^PMCID:\s*(\S+)\s*$", re.MULTILINE),
}


def load(
    path: Path,
    *,
    resolve: Resolver | None = None,
    on_error: OnError | None = None,
    watch: Watch | None = None,
) -> Iterator[Triple]:
    """Yield the triples of a CSL-JSON file.

    ``resolve`` is not asked: a paper's IRI follows from its identifiers. Raises LoaderError for a
    file that is not JSON and, unless ``on_error`` is given, for a record that is wrong.
    """
    form = citations.Format(_records, _citation, (".json", ".jsonl", ".ndjson"))
    yield from citations.load(form, path, on_error=on_error, watch=watch)


def _records(stream: Stream) -> Iterator[tuple[Fragment, Any]]:
    for record in jsonrecords.records(stream, pages=("items",)):
        yield Fragment(record.pointer, record.number), record.value


def _citation(record: Any) -> Citation:
    if not isinstance(record, dict):
        raise BadField("", "a record that is no object", expected="an object with type and id")
    kind = text(record, "type")
    if not kind or "id" not in record:
        raise missing("type" if not kind else "id")
    if kind != "article-journal":
        raise refused(kind)
    title = text(record, "title")
    if not title:
        raise missing("title")
    note = str(record.get("note") or "")[:10_000]
    printed = text(record, "page") or text(record, "page-first") or text(record, "number")
    authors, groups = people(record, "author")
    return Citation(
        title=title,
        doi=identifier("doi", [found] if (found := text(record, "DOI")) else []),
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
