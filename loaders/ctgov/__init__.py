"""ClinicalTrials.gov records (API version 2, JSON) → trials with their arms and results.

Source: https://clinicaltrials.gov/data-api, the data structure of version 2. A file holds one
study, several, an array of them, a page of the API (``{"studies": […]}``) or JSON lines, or is a
zip of such files, as the registry's own download is. Each study is a record and a source document
of its own; each value says by a JSON pointer (RFC 6901) where in the record it stands. Sentences of
the record (summaries, criteria, descriptions, comments) are not taken over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pyoxigraph import Literal, NamedNode, Triple

from regimenkg.errors import LoaderError
from regimenkg.loaders.ctgov.adverse_events import adverse_events
from regimenkg.loaders.ctgov.fields import Object, obj, text, unfit
from regimenkg.loaders.ctgov.groups import Groups
from regimenkg.loaders.ctgov.outcomes import outcomes
from regimenkg.loaders.ctgov.protocol import protocol
from regimenkg.loaders.ctgov.versions import Version, repeated
from regimenkg.loaders.ctgov.writing import NAME, TITLE, TYPE, Writer, dated, rk
from regimenkg.loaders.shared.base import (
    EMPTY,
    Files,
    OnError,
    Resolve,
    SourceInfo,
    Watch,
    each,
)
from regimenkg.loaders.shared.bounded import LIMITS, Limits, Stream
from regimenkg.loaders.shared.errors import FieldError, check_texts
from regimenkg.loaders.shared.files import streams
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
_HINT = "compare it with the registry's own record; --on-error skip leaves the study out"
_NOT_UNICODE = FieldError("text", "not text in Unicode", expected="text in Unicode")


def source_info(file: Path) -> SourceInfo:
    """Where a file of records comes from, and the registry's date of the data of the first one.

    Raises LoaderError for a file that is not JSON.
    """
    for stream in streams(file, suffixes=_SUFFIXES):
        for record in records(stream, pages=PAGE):
            return _source(record.value if isinstance(record.value, dict) else {})
    return _source({})


def _source(study: Object) -> SourceInfo:
    """Where a record comes from, and as of which date."""
    try:
        version = text(obj(obj(study, "derivedSection"), "miscInfoModule"), "versionHolder")
    except FieldError:
        version = None
    return SourceInfo("ClinicalTrials.gov", _HOMEPAGE, None, version)


def load(
    files: Files,
    *,
    resolve: Resolve = EMPTY,
    on_error: OnError | None = None,
    watch: Watch | None = None,
    limits: Limits = LIMITS,
) -> Iterator[Triple]:
    """Yield the triples of every study in some files, study by study.

    Args:
        files: a file or several: JSON, JSON lines, or a zip of such.
        resolve: asks what the graph knows; a toxicity, drug, condition or organization that it
            knows by a printed name is used, and others are things of their own.
        on_error: is told of a study that is wrong, which is then left out whole.
        watch: counts bytes and studies, and is told the names of toxicities, drugs, conditions and
            organizations of a study that the graph does not know.
        limits: how much is read.

    Raises LoaderError, with record and field, for a study that is wrong or that was there before,
    unless ``on_error`` is given, and always for a file that is not JSON or goes beyond the limits.
    """
    seen: dict[str, Version] = {}
    for path in each(files):
        for stream in streams(
            path, suffixes=_SUFFIXES, limits=limits, watch=watch, on_error=on_error
        ):
            for record in records(stream, pages=PAGE, on_error=on_error):
                try:
                    writer = _study(stream, record, resolve, seen)
                except LoaderError as error:
                    if on_error is None:
                        raise
                    on_error(error)
                    continue
                if watch is not None:
                    watch.record()
                    for class_name, name in writer.unmatched:
                        watch.unmatch(class_name, name)
                yield from writer.triples


def _study(stream: Stream, record: Record, resolve: Resolve, seen: dict[str, Version]) -> Writer:
    """All that a study says; raises LoaderError."""
    study: Any = record.value
    nct = "study"
    try:
        if not isinstance(study, dict):
            raise unfit("study", study, "a study: an object with a protocolSection")
        section = obj(study, "protocolSection")
        nct = text(obj(section, "identificationModule"), "nctId") or ""
        if not _NCT.fullmatch(nct):
            raise unfit("protocolSection/identificationModule/nctId", nct, "an NCT number")
        version = Version.of(study, f"{stream.name}: record {record.number}")
        if nct in seen:
            raise repeated(version, seen[nct])
        writer = Writer(nct, resolve)
        _document(writer, study, version.digest)
        protocol(writer, section)
        results = obj(study, "resultsSection")
        groups = Groups(writer, section)
        outcomes(writer, groups, obj(results, "outcomeMeasuresModule"))
        adverse_events(writer, groups, obj(results, "adverseEventsModule"))
        check_texts(writer.triples)
    except (FieldError, UnicodeEncodeError) as error:
        problem = error if isinstance(error, FieldError) else _NOT_UNICODE
        raise stream.error(
            f"{nct}: {problem.message}",
            record=record.number,
            field=f"{record.pointer} {problem.field}".strip(),
            expected=problem.expected,
            hint=problem.hint or _HINT,
        ) from error
    seen[nct] = version
    return writer


def _document(writer: Writer, study: Object, digest: str) -> None:
    """The record as a source document."""
    section = obj(study, "protocolSection")
    source, add = writer.source, writer.add
    add(source, TYPE, rk("SourceDocument"))
    add(source, NAME, Literal(f"ClinicalTrials.gov record {writer.nct}"))
    if title := text(obj(section, "identificationModule"), "briefTitle"):
        add(source, TITLE, Literal(title))
    add(source, _PUBLISHER, _REGISTRY)
    add(_REGISTRY, TYPE, rk("Organization"))
    add(_REGISTRY, NAME, Literal("ClinicalTrials.gov"))
    add(source, _SITE, NamedNode(f"{_HOMEPAGE}study/{writer.nct}"))
    add(source, rk("recordSha256"), Literal(digest))
    updated = obj(obj(section, "statusModule"), "lastUpdatePostDateStruct")
    if (printed := text(updated, "date")) and (value := dated(printed)):
        add(source, _MODIFIED, value)
    if version := _source(study).version:
        add(source, _VERSION, Literal(version))
