"""File → citations → triples: what the loaders of all formats do alike."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from pyoxigraph import Triple

from regimenkg.loaders.citations.model import BadField, Citation
from regimenkg.loaders.citations.places import Place
from regimenkg.loaders.citations.triples import Document, citation_triples
from regimenkg.loaders.shared.base import OnError, Watch
from regimenkg.loaders.shared.bounded import LIMITS, Limits, Stream, streams

__all__ = ["RECORD_LIMITS", "Format", "load", "missing", "refused"]

RECORD_LIMITS = Limits(record=8 << 20, total=LIMITS.total)
"""One citation is never near 8 MiB, its abstract and affiliations included."""

_SKIP = "correct the record, or leave it out with --on-error skip"


class Format(NamedTuple):
    """A format of bibliographic records.

    Args:
        records: reads a stream and yields for each record where it stands and what it holds;
            raises LoaderError for what spoils the file.
        citation: makes a citation of what a record holds; raises BadField.
        suffixes: how names of files end, in a zip.
        limits: how much is read; ``RECORD_LIMITS`` where None.
    """

    records: Callable[[Stream], Iterator[tuple[Place, Any]]]
    citation: Callable[[Any], Citation]
    suffixes: tuple[str, ...]
    limits: Limits | None = None


def load(
    form: Format,
    path: Path,
    *,
    on_error: OnError | None = None,
    watch: Watch | None = None,
) -> Iterator[Triple]:
    """Yield the triples of a file of citations, record by record.

    The file is read twice: once for its SHA-256, by which the document is known, and once for
    what it says. Raises LoaderError, with the record's number and the field, for a record that is
    wrong, unless ``on_error`` is given, and always for what spoils the file.
    """
    limits = form.limits or RECORD_LIMITS
    ignored = (lambda _: None) if on_error else None
    digests = {}
    for stream in streams(
        path, suffixes=form.suffixes, limits=limits, on_error=ignored, is_text=False
    ):
        digests[stream.name] = _digest(stream)
    for stream in streams(
        path,
        suffixes=form.suffixes,
        limits=limits,
        watch=watch,
        on_error=on_error,
    ):
        document = Document.of(stream.name, digests[stream.name])
        yield from document.triples()
        for number, (place, raw) in enumerate(form.records(stream), start=1):
            if watch is not None:
                watch.record()
            try:
                citation = form.citation(raw)
            except BadField as problem:
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
                continue
            yield from citation_triples(citation, document, place)


def _digest(stream: Stream) -> str:
    """The SHA-256 of all bytes of a stream."""
    digest = sha256()
    while data := stream.read():
        digest.update(data)
        stream.mark()
    return digest.hexdigest()


def refused(kind: str) -> BadField:
    """The error for a record of something that is not a journal article."""
    return BadField(
        "type",
        f"a record of the type {kind[:60]!r}, which is not a journal article",
        expected="a journal article",
        hint="leave such records out with --on-error skip",
    )


def missing(field: str) -> BadField:
    """The error for a record that lacks what every citation has."""
    return BadField(field, f"no {field}", expected=f"a {field}", hint="is the record whole?")
