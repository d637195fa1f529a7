"""MEDLINE records as PubMed exports them (``.nbib``) → citations.

Source: NLM on the fields of a MEDLINE record,
https://www.nlm.nih.gov/bsd/mms/medlineelements.html. Tags that are not used here are let be;
abstracts and affiliations are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from regimenkg.loaders.citations import identifiers
from regimenkg.loaders.citations.dates import read_date
from regimenkg.loaders.citations.model import (
    Citation,
    Notice,
    Relation,
    pages,
    without_stop,
)
from regimenkg.loaders.citations.names import Author, author, medline_author
from regimenkg.loaders.citations.notices import RELATIONS, STATUSES
from regimenkg.loaders.citations.reader import Reader, missing
from regimenkg.loaders.citations.readers.lines import (
    Fields,
    blocks,
    fields,
    first,
    identifier,
    values,
)
from regimenkg.loaders.citations.readers.markup import plain
from regimenkg.loaders.shared.bounded import Stream
from regimenkg.loaders.shared.errors import FieldError
from regimenkg.terms.provenance import TextPosition

__all__ = ["READER"]

_FIRST, _LAST = "PMID", "SO"
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
_TAGGED = re.compile(r"([A-Z][A-Z0-9]{1,3}) {0,2}-(?: |$)")


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


def _citation(text: str) -> Citation:
    record = fields(text, _TAGGED)
    if not first(record, _LAST):
        raise FieldError(
            _LAST,
            "the record ends before its last field",
            expected="a field SO, which is the last of a MEDLINE record",
            hint="is the file whole? Fetch it once more",
        )
    title = plain(first(record, "TI", "TT"))
    if not title:
        raise missing("TI")
    printed = first(record, "PG")
    dated = first(record, "DP")
    dois = [
        text.removesuffix("[doi]").strip()
        for text in values(record, "LID", "AID")
        if text.endswith("[doi]")
    ]
    stated = {kind: values(record, tag) for tag, kind in _NOTICES.items()}
    return Citation(
        title=without_stop(title),
        doi=identifier("doi", dois),
        pmid=identifier("pmid", values(record, "PMID")),
        pmcid=identifier("pmcid", values(record, "PMC")),
        issued=read_date(dated) if dated else None,
        volume=first(record, "VI"),
        issue=first(record, "IP"),
        pages=pages(printed),
        pages_printed=printed,
        authors=_authors(record),
        groups=tuple(map(without_stop, values(record, "CN"))),
        journal=without_stop(first(record, "JT")),
        abbreviation=first(record, "TA"),
        language=tuple(values(record, "LA")),
        types=tuple(values(record, "PT")),
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
        trials=tuple(_trials(values(record, "SI"))),
    )


def _authors(record: Fields) -> tuple[Author, ...]:
    """The authors, in their order: FAU has the whole name, and AU the initials as NLM has them."""
    whole, short = values(record, "FAU"), values(record, "AU")
    if len(whole) != len(short):
        return tuple(map(author, whole or short))
    return tuple(map(medline_author, whole, short))


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
