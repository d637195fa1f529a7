"""MEDLINE records as PubMed exports them (``.nbib``) → citations.

Source: NLM on the fields of a MEDLINE record,
https://www.nlm.nih.gov/bsd/mms/medlineelements.html. Read by rispy with the tags of that page;
abstracts and affiliations are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from regimenkg.loaders.citations import identifiers
from regimenkg.loaders.citations.dates import read_date
from regimenkg.loaders.citations.model import (
    Citation,
    Notice,
    Relation,
    pages,
    without_stop,
)
from regimenkg.loaders.citations.notices import RELATIONS, STATUSES
from regimenkg.loaders.citations.reader import Reader, missing
from regimenkg.loaders.citations.readers.lines import author, blocks, first, identifier, values
from regimenkg.loaders.shared.bounded import Stream
from regimenkg.loaders.shared.errors import FieldError
from regimenkg.terms.provenance import TextPosition

__all__ = ["READER"]

_FIRST, _LAST = "PMID", "SO"
_TAGS = {
    "PMID": "pmid",
    "TI": "title",
    "TT": "vernacular_title",
    "VI": "volume",
    "IP": "issue",
    "PG": "pages",
    "DP": "date",
    "LID": "location",
    "AID": "article_id",
    "PMC": "pmcid",
    "FAU": "full_author",
    "AU": "author",
    "CN": "group",
    "JT": "journal",
    "TA": "abbreviation",
    "LA": "language",
    "PT": "type",
    "SI": "secondary_source",
    "SO": "source",
}
_NOTICES = {
    "RIN": "RetractionIn",
    "ROF": "RetractionOf",
    "RRI": "RetractedandRepublishedIn",
    "RRF": "RetractedandRepublishedFrom",
    "PRIN": "PartialRetractionIn",
    "PROF": "PartialRetractionOf",
    "EIN": "ErratumIn",
    "EFR": "ErratumFor",
    "CRI": "CorrectedandRepublishedIn",
    "CRF": "CorrectedandRepublishedFrom",
    "ECI": "ExpressionOfConcernIn",
    "ECF": "ExpressionOfConcernFor",
}
_CONTINUED = re.compile(r"\r?\n {6}")


def _records(stream: Stream) -> Iterator[tuple[TextPosition, str]]:
    has_records = False
    for span, text in blocks(stream, lambda line: line.startswith(_FIRST + "-")):
        if not text.startswith(_FIRST + "-"):
            break
        has_records = True
        yield span, text
    if not has_records:
        raise stream.error(
            "no MEDLINE record at the beginning of the file",
            position=0,
            expected="records whose first line is 'PMID- ' and a number",
            hint="in PubMed: Save, Format PubMed; for other exports try 'load ris'",
        )


@cache
def _parser() -> Any:
    """A rispy parser of MEDLINE's tags, which have up to four letters."""
    import rispy

    class Medline(rispy.RisParser):  # type: ignore[misc]
        START_TAG = _FIRST

        def parse_line(self, line: str) -> tuple[str, str] | tuple[None, str]:
            match = re.match(r"([A-Z][A-Z0-9]{1,3}) {0,2}- ", f"{line} ")
            return (match[1], line[6:].strip()) if match else (None, line.strip())

    return Medline(
        mapping={**_TAGS, **_NOTICES, "ER": "end", "UK": "unknown"},
        list_tags=[],
        delimiter_tags_mapping={},
        skip_unknown_tags=True,
        enforce_list_tags=False,
    )


def _parsed(text: str) -> dict[str, Any]:
    """One record's fields; a value that goes on in the next line is one line before."""
    (record,) = _parser().parse(_CONTINUED.sub(" ", text).rstrip() + "\nER  - ")
    fields: dict[str, Any] = record
    return fields


def _citation(text: str) -> Citation:
    record = _parsed(text)
    if not first(record, "source"):
        raise FieldError(
            _LAST,
            "the record ends before its last field",
            expected="a field SO, which is the last of a MEDLINE record",
            hint="is the file whole? Fetch it once more",
        )
    title = first(record, "title", "vernacular_title")
    if not title:
        raise missing("TI")
    printed = first(record, "pages")
    dated = first(record, "date")
    dois = [
        text.removesuffix("[doi]").strip()
        for text in values(record, "location", "article_id")
        if text.endswith("[doi]")
    ]
    names = values(record, "full_author") or values(record, "author")
    stated = {kind: values(record, kind) for kind in _NOTICES.values()}
    return Citation(
        title=without_stop(title),
        doi=identifier("doi", dois),
        pmid=identifier("pmid", values(record, "pmid")),
        pmcid=identifier("pmcid", values(record, "pmcid")),
        issued=read_date(dated) if dated else None,
        volume=first(record, "volume"),
        issue=first(record, "issue"),
        pages=pages(printed),
        pages_printed=printed,
        authors=tuple(author(name) for name in names),
        groups=tuple(map(without_stop, values(record, "group"))),
        journal=without_stop(first(record, "journal")),
        abbreviation=first(record, "abbreviation"),
        language=tuple(values(record, "language")),
        types=tuple(values(record, "type")),
        statuses=tuple(
            dict.fromkeys(
                STATUSES[k] for k, references in stated.items() if references and k in STATUSES
            )
        ),
        notices=tuple(
            notice
            for kind, references in stated.items()
            for reference in references
            if (notice := _notice(RELATIONS[kind], reference))
        ),
        trials=tuple(_trials(values(record, "secondary_source"))),
    )


def _notice(relation: Relation, text: str) -> Notice | None:
    number, other = identifiers.pmid_within(text), identifiers.doi_within(text)
    if not (number or other):
        return None
    return Notice(relation, None if number else other, number)


def _trials(sources: list[str]) -> Iterator[str]:
    for source in sources:
        bank, slash, number = source.partition("/")
        if slash and bank.strip().lower() == "clinicaltrials.gov":
            yield identifiers.nct(number)


READER = Reader(_records, _citation, (".nbib", ".txt"))
