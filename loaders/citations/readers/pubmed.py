"""PubMed records as efetch gives them (XML, ``PubmedArticleSet``) → citations.

Source: NLM's DTD of PubMed XML, https://dtd.nlm.nih.gov/ncbi/pubmed/out/, and its description,
https://www.nlm.nih.gov/bsd/licensee/elements_descriptions.html. Read by lxml, article by article:
no DTD is loaded, nothing is fetched, no entity is declared by the file. Abstracts and affiliations
are other people's sentences and are left out; so are the records of books, with an error.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from regimenkg.errors import LoaderError
from regimenkg.loaders.citations import identifiers
from regimenkg.loaders.citations.dates import Date, date, read_date
from regimenkg.loaders.citations.model import (
    Citation,
    Notice,
    one_line,
    pages,
    without_stop,
)
from regimenkg.loaders.citations.names import Author
from regimenkg.loaders.citations.notices import RELATIONS, STATUSES
from regimenkg.loaders.citations.reader import Reader, missing, not_an_article
from regimenkg.loaders.citations.readers.lines import only
from regimenkg.loaders.shared.bounded import CHUNK, Stream
from regimenkg.terms.provenance import XPath

__all__ = ["READER"]

_ARTICLE, _BOOK = "PubmedArticle", "PubmedBookArticle"
_ROOTS = ("PubmedArticleSet", "PubmedBookArticleSet", _ARTICLE, _BOOK)
_ENCODINGS = ("UTF-8", "UTF8", "US-ASCII", "ASCII")
_ENCODING = re.compile(rb"""\s*<\?xml[^>]*?\bencoding\s*=\s*["']([^"']*)["']""")
_DECLARATION = 1024  # bytes within which an XML declaration ends
_CORRECTIONS = "MedlineCitation/CommentsCorrectionsList/CommentsCorrections"
_EXPECTED = "PubMed XML as efetch gives it, which begins with <PubmedArticleSet>"


def _records(stream: Stream) -> Iterator[tuple[XPath, Any]]:
    """Yield each article's element, and drop it again before the next."""
    from lxml import etree

    checked = False
    number = dict.fromkeys((_ARTICLE, _BOOK), 0)
    try:
        parser = etree.iterparse(
            _Declared(stream),
            events=("start", "end"),
            tag=_ROOTS,
            encoding="utf-8",  # which the stream has checked
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            dtd_validation=False,
            attribute_defaults=False,
            huge_tree=False,
            remove_comments=True,
            remove_pis=True,
        )
        for event, element in parser:
            if not checked:
                _check_root(stream, element)
                checked = True
            name = element.tag if isinstance(element.tag, str) else ""
            if event == "start" or name not in number:
                continue
            if (entity := next(element.iter(etree.Entity), None)) is not None:
                raise _entities(stream, f"an entity that is not declared: {str(entity.text)[:40]}")
            number[name] += 1
            top = element.getparent()
            path = f"/{name}" if top is None else f"/{_ROOTS[0]}/{name}"
            yield XPath(path if top is None else f"{path}[{number[name]}]"), element
            stream.mark()
            element.clear(keep_tail=False)
            while top is not None and (before := element.getprevious()) is not None:
                top.remove(before)
    except etree.XMLSyntaxError as error:
        line, column = error.position if error.position else (0, 0)
        raise stream.error(
            f"line {line}, column {column}: not well-formed XML: {_message(error)}",
            expected=_EXPECTED,
            hint="is the file whole? Fetch it once more",
        ) from error
    if not checked:
        raise stream.error("no PubMed record", expected=_EXPECTED)


class _Declared:
    """The bytes of an XML file whose declaration, if it has one, says UTF-8."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self._head = b""
        while len(self._head) < _DECLARATION and (data := stream.read(_DECLARATION)):
            self._head += data
        match = _ENCODING.match(self._head)
        declared = match[1].decode("ascii", "replace") if match else "UTF-8"
        if declared.upper() not in _ENCODINGS:
            raise stream.error(
                f"the XML declaration says {declared[:40]}",
                position=0,
                expected="UTF-8, as efetch writes",
                hint="save the file as UTF-8, and say so in its first line",
            )

    def read(self, size: int = CHUNK, /) -> bytes:
        """Return at most ``size`` bytes, and none at the end."""
        data, self._head = self._head[:size], self._head[size:]
        return data or self._stream.read(size)


def _message(error: Exception) -> str:
    return str(error).partition(", line ")[0][:200]


def _check_root(stream: Stream, element: Any) -> None:
    """Refuse another kind of XML, and entities that the file declares."""
    root = element.getroottree().getroot()
    info = element.getroottree().docinfo
    if root is not element:
        raise stream.error(f"the root element is {root.tag!r:.60}", expected=_EXPECTED)
    declared = info.internalDTD
    if declared is not None and next(declared.iterentities(), None) is not None:
        raise _entities(stream, "the document type declares entities")


def _entities(stream: Stream, message: str) -> LoaderError:
    return stream.error(
        message,
        expected="PubMed XML, which has no entities of its own",
        hint="this looks like an attack on XML parsers: do not open the file",
    )


def _text(element: Any, path: str) -> str:
    """The text of the element at a path, with that of its markup, or nothing."""
    child = element.find(path)
    return "" if child is None else one_line("".join(child.itertext()), path)


def _citation(element: Any) -> Citation:
    if element.tag == _BOOK:
        raise not_an_article("book")
    article = element.find("MedlineCitation/Article")
    if article is None:
        raise missing("Article")
    title = _text(article, "ArticleTitle") or _text(article, "VernacularTitle")
    if not title:
        raise missing("ArticleTitle")
    authors, groups = _people(article)
    corrections = list(element.iterfind(_CORRECTIONS))
    printed = _text(article, "Pagination/MedlinePgn") or "-".join(
        filter(None, (_text(article, f"Pagination/{end}Page") for end in ("Start", "End")))
    )
    issue = "Journal/JournalIssue/"
    return Citation(
        title=without_stop(title),
        doi=_doi(element, article),
        pmid=_identifier(element, "MedlineCitation/PMID", "pubmed"),
        pmcid=_identifier(element, None, "pmc"),
        issued=_issued(article.find(f"{issue}PubDate")),
        volume=_text(article, f"{issue}Volume"),
        issue=_text(article, f"{issue}Issue"),
        pages=pages(printed),
        pages_printed=printed,
        authors=authors,
        groups=groups,
        journal=without_stop(_text(article, "Journal/Title")),
        abbreviation=_text(element, "MedlineCitation/MedlineJournalInfo/MedlineTA")
        or _text(article, "Journal/ISOAbbreviation"),
        language=_texts(article, "Language"),
        types=_texts(article, "PublicationTypeList/PublicationType"),
        statuses=tuple(
            dict.fromkeys(
                STATUSES[kind] for c in corrections if (kind := c.get("RefType")) in STATUSES
            )
        ),
        notices=tuple(filter(None, map(_notice, corrections))),
        trials=_trials(article),
    )


def _texts(element: Any, path: str) -> tuple[str, ...]:
    lines = (one_line("".join(e.itertext()), path) for e in element.iterfind(path))
    return tuple(dict.fromkeys(text for text in lines if text))


def _article_ids(element: Any, kind: str) -> tuple[str, ...]:
    """The identifiers of a kind that the record has for itself, and not for its references."""
    path = f"PubmedData/ArticleIdList/ArticleId[@IdType='{kind}']"
    return _texts(element, path)


def _doi(element: Any, article: Any) -> str | None:
    stated = [
        one_line(location.text or "")
        for location in article.iterfind("ELocationID[@EIdType='doi']")
        if location.get("ValidYN", "Y") == "Y"
    ]
    return only("doi", [identifiers.doi(t) for t in (*stated, *_article_ids(element, "doi")) if t])


def _identifier(element: Any, path: str | None, kind: str) -> str | None:
    reader = identifiers.pmid if kind == "pubmed" else identifiers.pmcid
    field = "pmid" if kind == "pubmed" else "pmcid"
    texts = [_text(element, path)] if path else []
    return only(field, [reader(t) for t in (*texts, *_article_ids(element, kind)) if t])


def _issued(element: Any) -> Date | None:
    if element is None:
        return None
    if medline := _text(element, "MedlineDate"):
        return read_date(medline)
    year, month, day = (_text(element, name) for name in ("Year", "Month", "Day"))
    season = _text(element, "Season")
    return date(year, month or season, day) if year else None


def _people(article: Any) -> tuple[tuple[Author, ...], tuple[str, ...]]:
    """The authors in their order, and the groups that stand among them."""
    authors: list[Author] = []
    groups: list[str] = []
    for listed in article.iterfind("AuthorList"):
        if listed.get("Type", "authors") != "authors":
            continue
        for element in listed.iterfind("Author"):
            if element.get("ValidYN", "Y") != "Y":
                continue
            if family := _text(element, "LastName"):
                given, suffix, initials = (
                    _text(element, part) for part in ("ForeName", "Suffix", "Initials")
                )
                authors.append(Author.of(family, given, suffix, initials=initials))
            elif group := _text(element, "CollectiveName"):
                groups.append(without_stop(group))
    return tuple(authors), tuple(dict.fromkeys(groups))


def _notice(element: Any) -> Notice | None:
    relation = RELATIONS.get(element.get("RefType", ""))
    number = _text(element, "PMID")
    other = identifiers.doi_within(_text(element, "RefSource"))
    if relation is None or not (number or other):
        return None
    return Notice(relation, None if number else other, identifiers.pmid(number) if number else None)


def _trials(article: Any) -> tuple[str, ...]:
    numbers = [
        identifiers.nct(number)
        for bank in article.iterfind("DataBankList/DataBank")
        if _text(bank, "DataBankName").lower() == "clinicaltrials.gov"
        for number in _texts(bank, "AccessionNumberList/AccessionNumber")
    ]
    return tuple(dict.fromkeys(numbers))


READER = Reader(_records, _citation, (".xml",))
