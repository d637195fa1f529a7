"""ClinicalTrials.gov records (API version 2, JSON) → trials with their arms and results.

Source: https://clinicaltrials.gov/data-api, the data structure of version 2. A file holds one
study, several, an array of them, a page of the API (``{"studies": […]}``) or JSON lines, or is a
zip of such files, as the registry's own download is. Each study is a record and a source document
of its own; each value says by a JSON pointer (RFC 6901) where in the record it stands. Sentences of
the record (summaries, criteria, descriptions, comments) are not taken over.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

from pyoxigraph import Literal, NamedNode, Triple

from regimenkg.loaders.ctgov.fields import BadField, Object, obj, text
from regimenkg.loaders.ctgov.protocol import protocol
from regimenkg.loaders.ctgov.results import results
from regimenkg.loaders.ctgov.writing import PREF, TITLE, TYPE, Writer, dated, english, rk
from regimenkg.loaders.shared.base import LoaderError, OnError, Resolver, SourceInfo, Watch
from regimenkg.loaders.shared.bounded import LIMITS, Limits, Stream, streams
from regimenkg.loaders.shared.json_records import Record, records
from regimenkg.terms.namespaces import PREFIXES, mint

__all__ = ["PAGE", "load", "source_info"]

PAGE = ("studies", "totalCount", "nextPageToken")
"""The keys of a page of the API, the array of studies first."""

_SUFFIXES = (".json", ".jsonl", ".ndjson")
_NCT = re.compile(r"NCT[0-9]{8}")
_MODIFIED = NamedNode(PREFIXES["dcterms"] + "modified")
_PUBLISHER = NamedNode(PREFIXES["dcterms"] + "publisher")
_VERSION = NamedNode(PREFIXES["owl"] + "versionInfo")
_SITE = NamedNode(PREFIXES["foaf"] + "page")
_REGISTRY = NamedNode(mint("organization", "clinicaltrials-gov"))
_HOMEPAGE = "https://clinicaltrials.gov/"


def source_info(study: Object) -> SourceInfo:
    """Where a record comes from; its version is the registry's date of its data.

    >>> source_info({"derivedSection": {"miscInfoModule": {"versionHolder": "2023-11-15"}}}).version
    '2023-11-15'
    """
    version = text(obj(obj(study, "derivedSection"), "miscInfoModule"), "versionHolder")
    return SourceInfo("ClinicalTrials.gov", _HOMEPAGE, None, version)


def load(
    path: Path,
    *,
    resolve: Resolver,
    on_error: OnError | None = None,
    watch: Watch | None = None,
    limits: Limits = LIMITS,
) -> Iterator[Triple]:
    """Yield the triples of every study in a file, study by study.

    Args:
        path: JSON, JSON lines, or a zip of such.
        resolve: asks what the graph knows; a toxicity, drug, condition or organization that it
            knows by a printed name is used, and others are things of their own.
        on_error: is told of a study that is wrong, which is then left out whole.
        watch: counts bytes and studies.
        limits: how much is read.

    Raises LoaderError, with record and field, for a study that is wrong, unless ``on_error`` is
    given, and always for a file that is not JSON or goes beyond the limits.
    """
    seen: dict[str, str] = {}
    for stream in streams(path, suffixes=_SUFFIXES, limits=limits, watch=watch, on_error=on_error):
        for record in records(stream, pages=PAGE, on_error=on_error):
            try:
                triples = _study(stream, record, resolve, seen)
            except LoaderError as error:
                if on_error is None:
                    raise
                on_error(error)
                continue
            if watch is not None:
                watch.record()
            yield from triples


def _study(stream: Stream, record: Record, resolve: Resolver, seen: dict[str, str]) -> list[Triple]:
    """All triples of a study; raises LoaderError."""
    study: Any = record.value
    nct = "study"
    try:
        if not isinstance(study, dict):
            raise BadField("study", study, "a study: an object with a protocolSection")
        section = obj(study, "protocolSection")
        nct = text(obj(section, "identificationModule"), "nctId") or ""
        if not _NCT.fullmatch(nct):
            raise BadField("protocolSection/identificationModule/nctId", nct, "an NCT number")
        digest = _digest(study)
        if nct in seen:
            same = "the same" if seen[nct] == digest else "another"
            raise BadField(nct, f"{same} record once more", "each study once in a file")
        writer = Writer(nct, resolve)
        _document(writer, study, digest)
        protocol(writer, section)
        results(writer, obj(study, "resultsSection"), section)
    except (BadField, UnicodeEncodeError) as error:
        field = error.field if isinstance(error, BadField) else "text"
        raise stream.error(
            f"{nct}: {error}" if isinstance(error, BadField) else f"{nct}: not text in Unicode",
            record=record.number,
            field=f"{record.pointer} {field}".strip(),
            expected=error.expected if isinstance(error, BadField) else "text in Unicode",
            hint="compare it with the registry's own record; --on-error skip leaves the study out",
        ) from error
    seen[nct] = digest
    return writer.triples


def _digest(study: Object) -> str:
    """SHA-256 of a record as JSON with sorted names and no spaces, whatever file it stands in."""
    whole = json.dumps(study, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return sha256(whole.encode("utf-8")).hexdigest()


def _document(writer: Writer, study: Object, digest: str) -> None:
    """The record as a source document."""
    section = obj(study, "protocolSection")
    source, add = writer.source, writer.add
    add(source, TYPE, rk("SourceDocument"))
    add(source, PREF, english(f"ClinicalTrials.gov record {writer.nct}"))
    if title := text(obj(section, "identificationModule"), "briefTitle"):
        add(source, TITLE, Literal(title))
    add(source, _PUBLISHER, _REGISTRY)
    add(_REGISTRY, TYPE, rk("Organization"))
    add(_REGISTRY, PREF, english("ClinicalTrials.gov"))
    add(source, _SITE, NamedNode(f"{_HOMEPAGE}study/{writer.nct}"))
    add(source, rk("recordSha256"), Literal(digest))
    updated = obj(obj(section, "statusModule"), "lastUpdatePostDateStruct")
    if (printed := text(updated, "date")) and (value := dated(printed)):
        add(source, _MODIFIED, value)
    if version := source_info(study).version:
        add(source, _VERSION, Literal(version))
