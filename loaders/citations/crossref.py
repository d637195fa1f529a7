"""Works of the Crossref REST API (JSON: one work, a list, or a dump of works) → citations.

Source: the API's format,
https://github.com/CrossRef/rest-api-doc/blob/master/api_format.md. ``update-to`` stands in the
record of a notice, ``updated-by`` in that of the paper. Abstracts are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from regimenkg.loaders import citations
from regimenkg.loaders.citations import identifiers
from regimenkg.loaders.citations.fields import issued, items, people, text
from regimenkg.loaders.citations.loading import missing, refused
from regimenkg.loaders.citations.model import BadField, Citation, Notice, Relation, one_line, pages
from regimenkg.loaders.citations.notices import INVERSE, UPDATES
from regimenkg.loaders.citations.places import Fragment
from regimenkg.loaders.shared import json_records as jsonrecords
from regimenkg.loaders.shared.base import OnError, Resolver, Watch
from regimenkg.loaders.shared.bounded import LIMITS, Stream

if TYPE_CHECKING:
    from pyoxigraph import Triple

__all__ = ["load"]

_MARKUP = re.compile(r"</?(?:i|b|u|sub|sup|em|strong|scp|tt|ovl|jats:[a-z]+|mml:[a-z]+)\b[^<>]*>")
_TRIAL = re.compile(r"NCT[0-9]{8}", re.IGNORECASE)


def load(
    path: Path,
    *,
    resolve: Resolver | None = None,
    on_error: OnError | None = None,
    watch: Watch | None = None,
) -> Iterator[Triple]:
    """Yield the triples of a file of Crossref works.

    ``resolve`` is not asked: a paper's IRI follows from its DOI. Raises LoaderError for a file
    that is not JSON and, unless ``on_error`` is given, for a work that is wrong.
    """
    form = citations.Format(_records, _citation, (".json", ".jsonl", ".ndjson"), LIMITS)
    yield from citations.load(form, path, on_error=on_error, watch=watch)


def _records(stream: Stream) -> Iterator[tuple[Fragment, Any]]:
    """Yield the works, of the API's answers those within their message."""
    number = 0
    for record in jsonrecords.records(stream, pages=("items",)):
        for pointer, work in _works(record.pointer, record.value):
            number += 1
            yield Fragment(pointer, number), work


def _works(pointer: str, value: Any) -> Iterator[tuple[str, Any]]:
    message = value.get("message") if isinstance(value, dict) else None
    if not isinstance(message, dict):
        yield pointer, value
    elif isinstance(message.get("items"), list):
        for index, work in enumerate(message["items"]):
            yield f"{pointer}/message/items/{index}", work
    else:
        yield f"{pointer}/message", message


def _citation(work: Any) -> Citation:
    if not isinstance(work, dict):
        raise BadField("", "a work that is no object", expected="an object with a DOI and a type")
    doi = text(work, "DOI")
    if not doi:
        raise missing("DOI")
    kind = text(work, "type")
    if kind != "journal-article":
        raise refused(kind or "unknown")
    titles = _texts(work, "title")
    if not titles:
        raise missing("title")
    printed = text(work, "page") or text(work, "article-number")
    authors, groups = people(work, "author")
    updates = [(found, u) for u in items(work, "update-to") if (found := _update(u))]
    updated = [(found, u) for u in items(work, "updated-by") if (found := _update(u))]
    relations = [
        *((relation, update) for (relation, _), update in updates),
        *((INVERSE[relation], update) for (relation, _), update in updated),
    ]
    return Citation(
        title=titles[0],
        doi=identifiers.doi(doi),
        issued=issued(work, "published-print") or issued(work, "issued"),
        volume=text(work, "volume"),
        issue=text(work, "issue"),
        pages=pages(printed),
        pages_printed=printed,
        authors=authors,
        groups=groups,
        journal=next(iter(_texts(work, "container-title")), ""),
        abbreviation=next(iter(_texts(work, "short-container-title")), ""),
        language=tuple(filter(None, [text(work, "language")])),
        statuses=tuple(dict.fromkeys(status for (_, status), _ in updated)),
        notices=tuple(
            dict.fromkeys(
                Notice(relation, identifiers.doi(other))
                for relation, update in relations
                if (other := text(update, "DOI"))
            )
        ),
        trials=_trials(work),
    )


def _update(update: dict[str, Any]) -> tuple[Relation, str] | None:
    """What an update means, or None where it says nothing against a paper."""
    return UPDATES.get(text(update, "type").lower().replace("-", "_"))


def _texts(work: dict[str, Any], name: str) -> list[str]:
    """A list of texts, without the markup that publishers leave in titles."""
    value = work.get(name)
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise BadField(name, "not a list of texts", expected="a list of texts")
    lines = (one_line(unescape(_MARKUP.sub("", item))) for item in value)
    return [line for line in lines if line]


def _trials(work: dict[str, Any]) -> tuple[str, ...]:
    numbers = (text(t, "clinical-trial-number") for t in items(work, "clinical-trial-number"))
    return tuple(dict.fromkeys(n.upper() for n in numbers if _TRIAL.fullmatch(n)))
