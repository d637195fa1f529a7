"""A citation as all formats give it: identifiers, names, numbers and notices, never an abstract."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from regimenkg.loaders.citations.dates import Date
from regimenkg.loaders.citations.names import Author
from regimenkg.loaders.shared.errors import FieldError, check_text

__all__ = [
    *("Citation", "Notice", "Relation"),
    *("one_line", "pages", "without_stop"),
]

_MARK = re.compile(r"(?:RETRACTED(?: ARTICLE)?|WITHDRAWN)\b\s*[:.\]]", re.IGNORECASE)
_RANGE = re.compile(r"(\d+)\s*[-–—]+\s*(\d+)")
_MAX_LENGTH = 4000


class Relation(Enum):
    """How one publication bears on another: a property of CiTO or of this vocabulary."""

    RETRACTS = "cito:retracts"
    RETRACTED_BY = "cito:isRetractedBy"
    CORRECTS = "cito:corrects"
    CORRECTED_BY = "cito:isCorrectedBy"
    CONCERNS = "rk:expressesConcernAbout"
    CONCERNED_BY = "rk:hasExpressionOfConcern"


@dataclass(frozen=True, slots=True)
class Notice:
    """That a citation retracts, corrects or doubts another, or the other way round.

    Args:
        relation: what this citation is to the other one.
        doi: DOI of the other, or None.
        pmid: PubMed identifier of the other, or None; one of the two is known.
    """

    relation: Relation
    doi: str | None = None
    pmid: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """A journal article, as one record of one file describes it.

    Args:
        title: without the full stop that MEDLINE puts after it.
        doi: bare, in lower case, or None; as :func:`identifiers.doi` gives it.
        short_doi: a short DOI, as ``10/abc``, or None; what it stands for is not known.
        pmid: digits, or None.
        pmcid: ``PMC`` and digits, or None.
        issued: date of publication, as exact as the source is.
        volume: as printed; so are ``issue`` and ``language``.
        pages: first and last page, both whole; ``pages_printed`` is what the source has.
        authors: in their order.
        groups: study groups named among the authors.
        journal: its title, and ``abbreviation`` its title abbreviated.
        types: publication types, as the source names them.
        statuses: local names of ``rk:EditorialStatus``, such as ``Retracted``.
        notices: retractions, corrections and expressions of concern.
        trials: ClinicalTrials.gov identifiers of the trials that it reports.
    """

    title: str
    doi: str | None = None
    short_doi: str | None = None
    pmid: str | None = None
    pmcid: str | None = None
    issued: Date | None = None
    volume: str = ""
    issue: str = ""
    pages: str = ""
    pages_printed: str = ""
    authors: tuple[Author, ...] = ()
    groups: tuple[str, ...] = ()
    journal: str = ""
    abbreviation: str = ""
    language: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    notices: tuple[Notice, ...] = ()
    trials: tuple[str, ...] = ()

    @property
    def status_names(self) -> tuple[str, ...]:
        """The statuses stated by the record, by its publication types or by its title.

        >>> Citation(title="RETRACTED: A trial").status_names
        ('Retracted',)
        >>> Citation(title="A trial", types=("Retracted Publication",)).status_names
        ('Retracted',)
        """
        marked = "Retracted Publication" in self.types or _MARK.match(self.title.lstrip("[ "))
        return tuple(dict.fromkeys((*self.statuses, *(("Retracted",) if marked else ()))))

    @property
    def short_name(self) -> str:
        """First author and year, by which people speak of a paper.

        >>> Citation(title="A trial", authors=(Author("Walker", "AR"),)).short_name
        'Walker'
        """
        first = self.authors[0].family if self.authors else ""
        who = first or next(iter(self.groups), "") or self.abbreviation or self.journal
        year = self.issued.year if self.issued else ""
        return f"{who or one_line(self.title)[:60]} {year}".strip()


def one_line(text: str, field: str = "") -> str:
    """Return a field's text with its runs of white space as one space each.

    Raises FieldError for a text that is longer than any title or name, and for one with a control
    character in it.

    >>> one_line("A  trial\\n of X ")
    'A trial of X'
    """
    if len(text) > 16 * _MAX_LENGTH:
        raise FieldError(
            field, f"a value of {len(text)} characters", expected=f"at most {_MAX_LENGTH}"
        )
    line = " ".join(check_text(field, text).split())
    if len(line) > _MAX_LENGTH:
        raise FieldError(
            field, f"a value of {len(line)} characters", expected=f"at most {_MAX_LENGTH}"
        )
    return line


def without_stop(title: str) -> str:
    """A title without the full stop that MEDLINE ends it with; ``…`` and ``etc.`` lose none.

    >>> without_stop("A trial of X."), without_stop("A trial of X..."), without_stop("[Essai.]")
    ('A trial of X', 'A trial of X...', '[Essai.]')
    """
    return title[:-1].rstrip() if title.endswith(".") and not title.endswith("..") else title


def pages(text: str) -> str:
    """Return pages with the last page written out; what is no plain range stays as printed.

    >>> pages("1830-6"), pages("335--339"), pages("e0815"), pages("S12-5; discussion S30")
    ('1830-1836', '335-339', 'e0815', 'S12-5; discussion S30')
    """
    line = one_line(text)
    match = _RANGE.fullmatch(line)
    if not match:
        return line
    first, last = match[1], match[2]
    if len(last) < len(first):
        whole = first[: len(first) - len(last)] + last
        if int(whole) < int(first):
            return line
        last = whole
    return f"{first}-{last}"
