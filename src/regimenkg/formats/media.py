"""The one table of formats: their names, media types and endings, and what each can hold.

Media types are those of the W3C recommendations of SPARQL 1.1 and RDF 1.1, with others that
clients send for the same thing.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, NamedTuple

import pyoxigraph as ox

__all__ = ["DATASETS", "GRAPHS", "ROWS", "TEXT", "Format", "by_ending", "by_name"]


class Format(NamedTuple):
    """A format.

    Args:
        name: its short name.
        holds: rows, one graph, a dataset (named graphs too), or a text for people.
        media_types: its own media type, then others that ask for it.
        endings: what file names end in, the usual one first.
        aliases: other short names.
        w3c: its name below ``http://www.w3.org/ns/formats/``, where it has one.
        engine: the engine's format, where the engine reads it.
        binary: whether it is for programs alone, and no text that a terminal shows.
    """

    name: str
    holds: Literal["rows", "graph", "dataset", "text"]
    media_types: tuple[str, ...]
    endings: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    w3c: str = ""
    engine: ox.RdfFormat | ox.QueryResultsFormat | None = None
    binary: bool = False

    @property
    def media_type(self) -> str:
        """The media type, as it is sent."""
        return self.media_types[0]

    @property
    def ending(self) -> str:
        """The ending of an address that asks for it.

        >>> GRAPHS["turtle"].ending, ROWS["json"].ending
        ('ttl', 'json')
        """
        return self.endings[0].removeprefix(".") if self.endings else self.name

    @property
    def content_type(self) -> str:
        """The ``Content-Type`` header: texts say that they are UTF-8.

        >>> ROWS["csv"].content_type, GRAPHS["nt"].content_type
        ('text/csv; charset=utf-8', 'application/n-triples')
        """
        is_text = self.media_type.startswith("text/")
        return self.media_type + ("; charset=utf-8" if is_text else "")


def _table(*formats: Format) -> dict[str, Format]:
    return {format.name: format for format in formats}


_PARQUET = Format(
    "parquet", "rows", ("application/vnd.apache.parquet",), (".parquet",), binary=True
)

ROWS = _table(
    Format("table", "rows", ("text/plain",)),
    Format("csv", "rows", ("text/csv",), (".csv",), w3c="SPARQL_Results_CSV"),
    Format(
        *("tsv", "rows", ("text/tab-separated-values",), (".tsv",)),
        w3c="SPARQL_Results_TSV",
        engine=ox.QueryResultsFormat.TSV,
    ),
    Format(
        *("json", "rows", ("application/sparql-results+json", "application/json")),
        endings=(".json", ".srj"),
        w3c="SPARQL_Results_JSON",
        engine=ox.QueryResultsFormat.JSON,
    ),
    Format("jsonl", "rows", ("application/x-ndjson",), (".jsonl", ".ndjson")),
    Format(
        *("xml", "rows", ("application/sparql-results+xml", "application/xml", "text/xml")),
        endings=(".xml", ".srx"),
        w3c="SPARQL_Results_XML",
        engine=ox.QueryResultsFormat.XML,
    ),
    Format("md", "rows", ("text/markdown",), (".md",), ("markdown",)),
    _PARQUET,
)
"""What the rows of a SELECT and the answer of an ASK are written in, by name."""

GRAPHS = _table(
    Format(
        *("turtle", "graph"),
        (
            *("text/turtle", "application/turtle", "application/x-turtle"),
            *("text/n3", "text/rdf+n3", "application/n3"),
        ),
        endings=(".ttl",),
        aliases=("n3",),  # every Turtle document is one of N3
        w3c="Turtle",
        engine=ox.RdfFormat.TURTLE,
    ),
    Format(
        *("nt", "graph", ("application/n-triples", "text/plain"), (".nt",)),
        aliases=("ntriples", "n-triples"),
        w3c="N-Triples",
        engine=ox.RdfFormat.N_TRIPLES,
    ),
    Format(
        *("trig", "dataset", ("application/trig", "application/x-trig"), (".trig",)),
        w3c="TriG",
        engine=ox.RdfFormat.TRIG,
    ),
    Format(
        *("nquads", "dataset", ("application/n-quads", "text/x-nquads"), (".nq",)),
        aliases=("n-quads",),
        w3c="N-Quads",
        engine=ox.RdfFormat.N_QUADS,
    ),
    Format(
        *("jsonld", "dataset"),
        ("application/ld+json", "application/json", "application/x-json+ld"),
        (".jsonld",),
        aliases=("json-ld", "json"),
        w3c="JSON-LD",
        engine=ox.RdfFormat.JSON_LD,
    ),
    Format(
        *("rdfxml", "graph", ("application/rdf+xml", "application/xml", "text/xml")),
        endings=(".rdf", ".owl"),
        aliases=("rdf+xml", "rdf/xml", "xml"),
        w3c="RDF_XML",
        engine=ox.RdfFormat.RDF_XML,
    ),
    _PARQUET._replace(holds="dataset"),
)
"""What triples and quads are written in, by name."""

DATASETS = tuple(format.name for format in GRAPHS.values() if format.holds == "dataset")
"""Names of the formats that hold named graphs."""

TEXT = Format("text", "text", ("text/plain",), (".txt",))
"""A page of plain text for a person."""


def by_name(name: str, offered: Iterable[Format]) -> Format | None:
    """The offered format that a short name, an ending or a media type names, in any case.

    >>> by_name("ttl", GRAPHS.values()).media_type
    'text/turtle'
    >>> by_name("text/csv", ROWS.values()).name
    'csv'
    >>> by_name("JSON", GRAPHS.values()).name
    'jsonld'
    """
    name = name.strip().lower()
    for format in offered:
        if name in (format.name, *format.aliases, *format.media_types):
            return format
        if "." + name.removeprefix(".") in format.endings:
            return format
    return None


def by_ending(file: str, offered: Iterable[Format]) -> Format | None:
    """The offered format that a file's name ends in.

    >>> by_ending("CLAG-M.TTL", GRAPHS.values()).name
    'turtle'
    >>> by_ending("-", GRAPHS.values()) is None
    True
    """
    for format in offered:
        if format.endings and file.lower().endswith(format.endings):
            return format
    return None
