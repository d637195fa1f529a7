"""Where what is said about a thing was read: documents and positions, as the canned query
``evidence`` gives them, and with the documents at hand the text that stands there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox

from regimenkg.errors import DataError, UsageError
from regimenkg.formats.rows import plain_text
from regimenkg.records.answers import Named, ask, named_rows
from regimenkg.sparql.answers import Solutions
from regimenkg.sparql.backend import Backend
from regimenkg.terms.namespaces import RK

__all__ = ["evidence", "with_text"]


def evidence(thing: ox.NamedNode, backend: Backend) -> Solutions:
    """Each reading behind a thing and what is said about it; the columns are the query's."""
    return ask("evidence", backend, thing=thing.value)


def with_text(answer: Solutions, directory: Path, backend: Backend) -> Solutions:
    """Add the line and the text of each span, read from the documents in a directory.

    A document is known by the SHA-256 of its bytes, whatever its file is called; of a record there
    is a pointer only, and no row. Raises UsageError if the directory cannot be read, DataError if a
    document is not in it or a span does not lie within it.
    """
    rows = [row for row in named_rows(answer) if row["start"] is not None]
    texts = dict(_documents({plain_text(row["document"]) for row in rows}, directory, backend))
    return Solutions(
        (*answer.variables, "line", "text"),
        [(*row.values(), *_span(row, texts[plain_text(row["document"])])) for row in rows],
    )


def _span(row: Named, text: str) -> tuple[ox.Literal, ox.Literal]:
    start, end = (int(plain_text(row[name])) for name in ("start", "end"))
    if end > len(text):
        raise DataError(
            f"{row['document']} has {len(text)} characters, and a reading ends at {end}",
            hint="rebuild the store: 'regimenkg build'",
        )
    return ox.Literal(text.count("\n", 0, start) + 1), ox.Literal(text[start:end])


def _documents(documents: set[str], directory: Path, backend: Backend) -> Iterator[tuple[str, str]]:
    from hashlib import sha256

    try:
        files = sorted(path for path in directory.iterdir() if path.is_file())
        contents = [path.read_bytes() for path in files]
    except OSError as error:
        raise UsageError(
            f"cannot read {directory}: {error.strerror}",
            hint="--documents names a directory that holds the documents",
        ) from error
    by_digest = {sha256(content).hexdigest(): content for content in contents}
    for document in sorted(documents):
        digest = next(
            (
                plain_text(row["value"])
                for row in named_rows(ask("properties", backend, thing=document))
                if plain_text(row["property"]) == RK + "sha256"
            ),
            "",
        )
        if not digest:
            raise DataError(
                f"the graph does not say which text <{document}> is: it has no SHA-256 of it",
                hint="add 'sha256: …' to the source in its curated file (sha256sum FILE says it)"
                " and load that again",
            )
        if digest not in by_digest:
            raise DataError(
                f"no file in {directory} is <{document}> (SHA-256 {digest})",
                hint="put the document as it was read there, unchanged to the byte",
            )
        yield document, by_digest[digest].decode("utf-8")
