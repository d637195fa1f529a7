"""Where the statements about a thing were read: documents and positions, and with the documents
at hand the text that stands there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox

from regimenkg.errors import DataError, UsageError
from regimenkg.sparql.answers import Row, Solutions
from regimenkg.sparql.backend import Backend, select
from regimenkg.terms.namespaces import PREFIXES

COLUMNS = ("subject", "property", "value", "asReported", "document", "start", "end")

_HEAD = "".join(f"PREFIX {p}: <{PREFIXES[p]}>\n" for p in ("rdf", "rk", "prov", "oa", "skos"))


def evidence(thing: ox.NamedNode, backend: Backend, *, pointers: bool = False) -> Solutions:
    """Each reading behind a thing, a statement about it, or an annotation itself.

    Columns: subject, property, value (its label where it has one), asReported, document (its
    IRI), start and end (code points from the start of the document, decoded as UTF-8). Of a record
    in JSON both are empty; with ``pointers`` a column more, pointer, has the JSON pointer
    (RFC 6901) into it.
    """
    query = f"""{_HEAD}
SELECT DISTINCT ?subject ?property (COALESCE(?label, ?object) AS ?value) ?asReported
  ?document ?start ?end{" ?pointer" if pointers else ""}
WHERE {{
  VALUES ?thing {{ {thing} }}
  {{ ?thing prov:wasDerivedFrom ?note BIND(?thing AS ?subject) }}
  UNION {{ ?subject rk:about ?thing ; prov:wasDerivedFrom ?note }}
  UNION {{ ?thing rk:hasAdministration ?subject . ?subject prov:wasDerivedFrom ?note }}
  UNION {{ ?thing rk:hasVariant/rk:hasAdministration ?subject .
          ?subject prov:wasDerivedFrom ?note }}
  UNION {{ ?thing rk:hasVariant ?variant . ?subject rk:about ?variant ; prov:wasDerivedFrom ?note }}
  UNION {{ ?subject prov:wasDerivedFrom ?thing BIND(?thing AS ?note) }}
  ?note rk:supportsProperty ?property ; rk:supportsValue ?object ; oa:hasTarget ?target .
  ?target oa:hasSource ?document ; oa:hasSelector ?selector .
  OPTIONAL {{ ?selector oa:start ?start ; oa:end ?end }}
  OPTIONAL {{ ?selector rdf:value ?pointer }}
  OPTIONAL {{ ?object skos:prefLabel ?label }}
  OPTIONAL {{ ?note rk:asReported ?asReported }}
}}
ORDER BY ?document ?start ?end ?pointer ?subject ?property ?value"""
    columns = (*COLUMNS, "pointer") if pointers else COLUMNS
    return Solutions(columns, select(backend, query))


def with_text(found: Solutions, directory: Path, backend: Backend) -> Solutions:
    """Add the line and the text of each span, read from the documents in a directory.

    A document is known by the SHA-256 of its bytes, whatever its file is called. Raises
    UsageError if the directory cannot be read, DataError if a document is not in it or a span
    does not lie within it.
    """
    rows = [row for row in found.rows if row[5] is not None]  # of a record there is a pointer only
    texts = dict(_documents({row[4] for row in rows}, directory, backend))
    return Solutions((*COLUMNS, "line", "text"), [_row(row, texts[str(row[4])]) for row in rows])


def _row(row: Row, text: str) -> Row:
    start, end = (int(term.value) for term in row[5:7] if isinstance(term, ox.Literal))
    if end > len(text):
        raise DataError(
            f"{row[4]} has {len(text)} characters, and a reading ends at {end}",
            hint="rebuild the store: 'regimenkg build'",
        )
    line = text.count("\n", 0, start) + 1
    return (*row, ox.Literal(line), ox.Literal(text[start:end]))


def _documents(wanted: set[object], directory: Path, backend: Backend) -> Iterator[tuple[str, str]]:
    from hashlib import sha256

    try:
        files = sorted(path for path in directory.iterdir() if path.is_file())
        contents = [(path, path.read_bytes()) for path in files]
    except OSError as error:
        raise UsageError(
            f"cannot read {directory}: {error.strerror}",
            hint="--documents names a directory that holds the documents",
        ) from error
    by_digest = {sha256(content).hexdigest(): content for _, content in contents}
    for document in wanted:
        rows = select(
            backend,
            f"{_HEAD}SELECT ?sha WHERE {{ {document} rk:sha256 ?sha ; skos:prefLabel [] }}",
        )
        digest = str(rows[0][0].value) if rows and isinstance(rows[0][0], ox.Literal) else ""
        if digest not in by_digest:
            raise DataError(
                f"no file in {directory} is {document} (SHA-256 {digest or 'not recorded'})",
                hint="put the document as it was read there, unchanged to the byte",
            )
        yield str(document), by_digest[digest].decode("utf-8")
