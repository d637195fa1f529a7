"""Which format a client gets: the ``Accept`` header with its q-values, or ``?format=``.

Source: RFC 9110, section 12.5.1, and the media types of SPARQL 1.1 and RDF 1.1.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

from starlette.responses import Response

from regimenkg.formats import media
from regimenkg.formats.media import Format, by_name

__all__ = [
    "ANYWHERE",
    "GRAPHS",
    "PAGE",
    "RESULTS",
    "Format",
    "by_hint",
    "by_name",
    "choose",
    "for_person",
    "in_format",
]

RESULTS = tuple(media.ROWS[name] for name in ("json", "xml", "csv", "tsv"))
"""What the rows of a SELECT and the answer of an ASK can be had in; the first is the default."""

GRAPHS = tuple(media.GRAPHS[name] for name in ("turtle", "nt", "jsonld", "rdfxml"))
"""What the triples of a CONSTRUCT or DESCRIBE can be had in; the first is the default."""

PAGE = Format("html", "text", ("text/html", "application/xhtml+xml"), (".html",))
"""A page for a person."""

ANYWHERE = {"Access-Control-Allow-Origin": "*"}
"""The header that lets pages of other servers read an answer."""


def by_hint(hint: str, offered: Sequence[Format]) -> Format | None:
    """The format that ``format=`` asks for; None for a hint that names none of those offered.

    Names are what clients send: ``xml`` and ``json`` for rows and triples alike, and a media type
    whose plus sign was not encoded.

    >>> by_hint("xml", RESULTS).media_type, by_hint("xml", GRAPHS).media_type
    ('application/sparql-results+xml', 'application/rdf+xml')
    >>> by_hint("application/rdf xml", GRAPHS).name
    'rdfxml'
    >>> by_hint("", RESULTS) is None
    True
    """
    return by_name(hint.strip().replace(" ", "+"), offered)


@lru_cache(maxsize=1024)
def choose(accept: str, offered: tuple[Format, ...]) -> Format | None:
    """The offered format that an ``Accept`` header prefers; None if it takes none of them.

    Of equal preferences the one offered first wins. An empty header takes anything.

    >>> choose("text/csv;q=0.5, application/*;q=0.9, */*;q=0.1", RESULTS).name
    'json'
    >>> choose("image/png", RESULTS) is None
    True
    >>> choose("application/sparql-results+json;q=0, */*", RESULTS).name
    'xml'
    """
    if not accept.strip():
        return offered[0]
    ranges = list(map(_media_range, accept.split(",")))
    best: tuple[float, int] | None = None
    for place, format_ in enumerate(offered):
        quality = max(
            _quality(ranges, format_.media_type),
            *(_quality(ranges, media_type, named=True) for media_type in format_.media_types[1:]),
            0.0,
        )
        if quality > 0 and (best is None or quality > best[0]):
            best = (quality, place)
    return offered[best[1]] if best else None


def for_person(accept: str) -> bool:
    """Whether a client that can be told what is wrong wants to be told on a page.

    >>> for_person("text/html,*/*;q=0.8"), for_person("application/json"), for_person("")
    (True, False, True)
    """
    return choose(accept, (PAGE, _PROBLEM)) is PAGE


def in_format(body: bytes, format_: Format, headers: Mapping[str, str] | None = None) -> Response:
    """The response that holds what was written in a format which the client could choose.

    >>> in_format(b"", GRAPHS[0]).headers["vary"]
    'Accept'
    """
    about = {"Content-Type": format_.content_type, "Vary": "Accept"}
    return Response(body, headers={**about, **ANYWHERE, **(headers or {})})


_PROBLEM = Format("problem", "text", ("application/problem+json", "application/json"))


def _media_range(text: str) -> tuple[str, float]:
    media_type, *parameters = (part.strip() for part in text.split(";"))
    quality = 1.0
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "q":
            try:
                quality = min(max(float(value), 0.0), 1.0)
            except ValueError:
                quality = 0.0
    return media_type.lower(), quality


def _quality(ranges: list[tuple[str, float]], media_type: str, *, named: bool = False) -> float:
    """How welcome a type is: the most specific range that covers it decides.

    With ``named`` only a range that says the very type counts.
    """
    wildcards = () if named else (media_type.partition("/")[0] + "/*", "*/*")
    for wanted in (media_type, *wildcards):
        for range_, quality in ranges:
            if range_ == wanted:
                return quality
    return 0.0
