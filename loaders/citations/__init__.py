"""Files of bibliographic records, in any of six formats → journal articles.

A reader of :mod:`regimenkg.loaders.citations.readers` makes a citation of each record; what a
citation says, and where it was read, becomes triples in one way for all.
"""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import Triple

from regimenkg.loaders.citations.model import Citation
from regimenkg.loaders.citations.reader import Reader
from regimenkg.loaders.citations.readers import bibtex, crossref, csl_json, nbib, pubmed, ris
from regimenkg.loaders.citations.triples import Document, citation_triples
from regimenkg.loaders.shared.base import EMPTY, Files, OnError, Resolve, Watch, each, name_only
from regimenkg.loaders.shared.bounded import Stream, digest
from regimenkg.loaders.shared.errors import FieldError
from regimenkg.loaders.shared.files import streams

__all__ = ["READERS", "load", "source_info"]

READERS: dict[str, Reader] = {
    "pubmed": pubmed.READER,
    "nbib": nbib.READER,
    "ris": ris.READER,
    "bibtex": bibtex.READER,
    "csl-json": csl_json.READER,
    "crossref": crossref.READER,
}
"""The formats by name."""

_SKIP = "correct the record, or leave it out with --on-error skip"

source_info = name_only


def load(
    files: Files,
    *,
    format: str,
    resolve: Resolve = EMPTY,
    on_error: OnError | None = None,
    watch: Watch | None = None,
) -> Iterator[Triple]:
    """Yield the triples of files of citations, record by record.

    Each file is read twice: once for its SHA-256, by which the document is known, and once for
    what it says.

    Args:
        files: a file or several; each may be a zip.
        format: a name of :data:`READERS`.
        resolve: is not asked: a paper's IRI follows from its identifiers.
        on_error: is told of a record that is wrong, which is then left out.
        watch: counts bytes and records, and is warned of two PMIDs of one DOI.

    Raises LoaderError, with the record's number and the field, for a record that is wrong, unless
    ``on_error`` is given, and always for what spoils the file.
    """
    reader = READERS[format]
    pmids: dict[str, str] = {}
    for path in each(files):
        digests = {
            stream.name: digest(stream)
            for stream in streams(
                path,
                suffixes=reader.suffixes,
                limits=reader.limits,
                on_error=on_error and (lambda _: None),
                is_text=False,
            )
        }
        for stream in streams(
            path, suffixes=reader.suffixes, limits=reader.limits, watch=watch, on_error=on_error
        ):
            document = Document.of(stream.name, digests[stream.name])
            yield from document.triples()
            yield from _stream_triples(reader, stream, document, on_error, watch, pmids)


def _stream_triples(
    reader: Reader,
    stream: Stream,
    document: Document,
    on_error: OnError | None,
    watch: Watch | None,
    pmids: dict[str, str],
) -> Iterator[Triple]:
    """The triples of a stream; ``pmids`` are those of the DOIs that were read so far."""
    for number, (selector, record) in enumerate(reader.records(stream), start=1):
        try:
            citation = reader.citation(record)
        except FieldError as problem:
            error = stream.error(
                problem.message,
                record=number,
                field=problem.field or None,
                expected=problem.expected or None,
                hint=problem.hint or (None if problem.expected else _SKIP),
            )
            if on_error is None:
                raise error from problem
            on_error(error)
        else:
            if watch is not None:
                watch.record()
                if warning := _other_pmid(citation, pmids):
                    watch.warn(f"{stream.name}: record {number}: {warning}")
            yield from citation_triples(citation, document.place(selector, number))


def _other_pmid(citation: Citation, pmids: dict[str, str]) -> str:
    """What to say where a record gives another PMID to a DOI than one before did, or nothing."""
    if not citation.doi or not citation.pmid:
        return ""
    first = pmids.setdefault(citation.doi, citation.pmid)
    if first == citation.pmid:
        return ""
    return (
        f"the paper {citation.doi} has the PMID {citation.pmid} here and {first} in a record "
        "before; both are kept, and 'regimenkg query conflicts' lists them"
    )
