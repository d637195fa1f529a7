"""Works of the Crossref REST API (JSON: one work, a list, or a dump of works) → citations.

Source: the API's format,
https://github.com/CrossRef/rest-api-doc/blob/master/api_format.md. ``update-to`` stands in the
record of a notice, ``updated-by`` in that of the paper. Abstracts are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from regimenkg.loaders.citations import identifiers
from regimenkg.loaders.citations.model import Citation, Notice, Relation, one_line, pages
from regimenkg.loaders.citations.notices import INVERSE, UPDATES
from regimenkg.loaders.citations.reader import Reader, missing, not_an_article
from regimenkg.loaders.citations.readers.json_fields import issued, items, people, text
from regimenkg.loaders.citations.readers.markup import plain
from regimenkg.loaders.shared import json_records
from regimenkg.loaders.shared.bounded import LIMITS, Stream
from regimenkg.loaders.shared.errors import FieldError
from regimenkg.terms.provenance import JsonPointer

__all__ = ["READER"]

_TRIAL = re.compile(r"NCT[0-9]{8}", re.IGNORECASE)


def _records(stream: Stream) -> Iterator[tuple[JsonPointer, Any]]:
    """Yield the works, of the API's answers those within their message."""
    for record in json_records.records(stream, pages=("items",)):
        for pointer, work in _works(record.pointer, record.value):
            yield JsonPointer(pointer), work


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
        raise FieldError("", "a work that is no object", expected="an object with a DOI and a type")
    if not text(work, "DOI"):
        raise missing("DOI")
    doi = identifiers.doi(text(work, "DOI"))
    kind = text(work, "type")
    if kind != "journal-article":
        raise not_an_article(kind or "unknown")
    titles = _texts(work, "title")
    if not titles:
        raise missing("title")
    printed = text(work, "page") or text(work, "article-number")
    authors, groups = people(work, "author")
    updates = [(meaning, u) for u in items(work, "update-to") if (meaning := _update(u))]
    updated = [(meaning, u) for u in items(work, "updated-by") if (meaning := _update(u))]
    relations = [
        *((relation, update) for (relation, _), update in updates),
        *((INVERSE[relation], update) for (relation, _), update in updated),
    ]
    notices = [
        Notice(relation, identifiers.doi(other))
        for relation, update in relations
        if (other := text(update, "DOI"))
    ]
    in_place = [meaning for meaning, update in updates if _is_of(update, doi)]
    return Citation(
        title=titles[0],
        doi=doi,
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
        statuses=tuple(
            dict.fromkeys(status for _, status in (*(m for m, _ in updated), *in_place))
        ),
        notices=tuple(dict.fromkeys(notice for notice in notices if notice.doi != doi)),
        trials=_trials(work),
    )


def _update(update: dict[str, Any]) -> tuple[Relation, str] | None:
    """What an update means, or None where it says nothing against a paper."""
    return UPDATES.get(text(update, "type").lower().replace("-", "_"))


def _is_of(update: dict[str, Any], doi: str) -> bool:
    """Whether an update is of the work itself: it was retracted or corrected in place."""
    other = text(update, "DOI")
    return bool(other) and identifiers.doi(other) == doi


def _texts(work: dict[str, Any], name: str) -> list[str]:
    """A list of texts, without the markup that publishers leave in titles."""
    value = work.get(name)
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise FieldError(name, "not a list of texts", expected="a list of texts")
    lines = (one_line(plain(one_line(item, name)), name) for item in value)
    return [line for line in lines if line]


def _trials(work: dict[str, Any]) -> tuple[str, ...]:
    numbers = (text(t, "clinical-trial-number") for t in items(work, "clinical-trial-number"))
    return tuple(dict.fromkeys(n.upper() for n in numbers if _TRIAL.fullmatch(n)))


READER = Reader(_records, _citation, (".json", ".jsonl", ".ndjson"), LIMITS)
