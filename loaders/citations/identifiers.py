"""DOIs, PMIDs, PMCIDs and registry numbers in the one spelling that the graph has.

Sources: the DOI Handbook (a DOI is ``10.``, a prefix, a slash and a suffix, and case does not
count), https://www.doi.org/the-identifier/resources/handbook/; NLM on PMID and PMCID,
https://pmc.ncbi.nlm.nih.gov/pmctopmid/.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import unquote

from regimenkg.loaders.shared.errors import FieldError

__all__ = [
    *("doi", "doi_iri", "doi_within", "nct"),
    *("pmcid", "pmid", "pmid_within", "short_doi"),
]

_DOI = re.compile(r"10\.[0-9]{4,9}(?:\.[0-9]+)*/[!-~]+")
_SHORT_DOI = re.compile(r"10/[a-z0-9]{3,}", re.IGNORECASE)
_SHORT_LINK = re.compile(r"[a-z0-9]{3,}", re.IGNORECASE)
_RESOLVER = re.compile(r"(?:https?://)?(?:dx\.|www\.)?doi\.org/", re.IGNORECASE)
_DOI_PREFIX = re.compile(r"(?:info:|urn:)?doi\s*:?\s*(?=10[./]|http|dx\.|doi\.)", re.IGNORECASE)
_CLOSING = {")": "(", "]": "[", "}": "{", ">": "<"}
_NO_END = ".,;:'\"”’‘“"
_PMID = re.compile(
    r"(?:https?://)?(?:(?:www\.)?ncbi\.nlm\.nih\.gov/pubmed/|pubmed\.ncbi\.nlm\.nih\.gov/)?"
    r"(?:(?:pmid|pubmed)\s*:?\s*)?([0-9]+)/?[.,;]?",
    re.IGNORECASE,
)
_PMCID = re.compile(r"(?:pmcid\s*:?\s*)?(?:pmc)?\s*([0-9]+)(?:\.[0-9]+)?[.,;]?", re.IGNORECASE)
_NAMED_DOI = re.compile(r"doi\s*:?\s*(10\.[0-9]{4,9}\S+)", re.IGNORECASE)
_NAMED_PMID = re.compile(r"PMID\s*:\s*([0-9]+)", re.IGNORECASE)
_NCT = re.compile(r"NCT[0-9]{8}")
_NOT_IN_DOI_IRI = re.compile(r'[\x00-\x20<>"{}|^`\\%#?\[\]]')
_MAX_DIGITS = 8  # of a PMID: there are some 40 million
_MAX_LENGTH = 2048


def doi(text: str) -> str:
    """Return a DOI bare and in lower case, whichever way it is written.

    Raises FieldError for a text that is no DOI.

    >>> doi("https://doi.org/10.1056/NEJMoa1715274")
    '10.1056/nejmoa1715274'
    >>> doi("doi: 10.1016/j.leukres.2008.04.026.")
    '10.1016/j.leukres.2008.04.026'
    >>> doi("10.1016/S0140-6736(05)67488-0)")
    '10.1016/s0140-6736(05)67488-0'
    """
    rest = text.strip()
    if len(rest) <= _MAX_LENGTH:
        rest = _DOI_PREFIX.sub("", rest, count=1) if _DOI_PREFIX.match(rest) else rest
        if resolver := _RESOLVER.match(rest):
            rest = unquote(rest[resolver.end() :])
        rest = _without_end(rest.strip())
        if _DOI.fullmatch(rest):
            return rest.lower()
    raise FieldError(
        "doi",
        f"{_short(text)} is not a DOI",
        expected="a DOI, such as 10.1056/nejmoa1715274",
        hint="write it from '10.' on, or as https://doi.org/…",
    )


def short_doi(text: str) -> str | None:
    """Return a short DOI as ``10/abc``, in lower case, or None for what is none.

    A short DOI (https://shortdoi.org/) stands for a DOI that only its resolver knows, which is not
    asked: a paper is never known by it.

    >>> short_doi("https://doi.org/ABC123"), short_doi("doi:10/abc123")
    ('10/abc123', '10/abc123')
    >>> short_doi("10.5555/abc") is None
    True
    """
    rest = text.strip()[:_MAX_LENGTH]
    rest = _DOI_PREFIX.sub("", rest, count=1) if _DOI_PREFIX.match(rest) else rest
    if resolver := _RESOLVER.match(rest):
        rest = rest[resolver.end() :]
        if _SHORT_LINK.fullmatch(rest):
            return "10/" + rest.lower()
    return rest.lower() if _SHORT_DOI.fullmatch(rest) else None


def _without_end(text: str) -> str:
    """Leave out the punctuation that follows a DOI in a sentence, and brackets that none opens."""
    while text:
        last = text[-1]
        opening = _CLOSING.get(last)
        if last in _NO_END or (opening and text.count(last) > text.count(opening)):
            text = text[:-1].rstrip()
        else:
            break
    return text


def doi_iri(value: str) -> str:
    """Return the IRI of a DOI that :func:`doi` gave; what no IRI may hold is escaped.

    >>> doi_iri("10.1056/nejmoa1715274")
    'https://doi.org/10.1056/nejmoa1715274'
    >>> doi_iri("10.1002/x<1661::aid>3.0.co;2-2")
    'https://doi.org/10.1002/x%3c1661::aid%3e3.0.co;2-2'
    """
    escaped = _NOT_IN_DOI_IRI.sub(lambda match: f"%{ord(match[0]):02x}", value)
    return "https://doi.org/" + escaped


def doi_within(text: str) -> str | None:
    """Return the DOI that a reference in words names after ``doi:``, or None.

    >>> doi_within("Leuk Res. 2009 Jan;33(1):2. doi: 10.1016/j.leukres.2008.05.001.")
    '10.1016/j.leukres.2008.05.001'
    """
    return _within(_NAMED_DOI, doi, text)


def pmid(text: str) -> str:
    """Return a PubMed identifier as its digits, without leading zeros.

    Raises FieldError for a text that is none.

    >>> pmid("PMID: 029768149"), pmid("https://pubmed.ncbi.nlm.nih.gov/29768149/")
    ('29768149', '29768149')
    """
    match = _PMID.fullmatch(text.strip()) if len(text) <= _MAX_LENGTH else None
    digits = match[1].lstrip("0") if match else ""
    if 0 < len(digits) <= _MAX_DIGITS:
        return digits
    raise FieldError(
        "pmid",
        f"{_short(text)} is not a PubMed identifier",
        expected=f"a whole number of at most {_MAX_DIGITS} digits, such as 29768149",
        hint="a PMCID begins with PMC and is another number",
    )


def pmid_within(text: str) -> str | None:
    """Return the PMID that a reference in words names after ``PMID:``, or None.

    >>> pmid_within("J Foo. 2010;1(2):3. PMID: 12345678")
    '12345678'
    """
    return _within(_NAMED_PMID, pmid, text)


def _within(named: re.Pattern[str], read: Callable[[str], str], text: str) -> str | None:
    match = named.search(text[:_MAX_LENGTH])
    try:
        return read(match[1]) if match else None
    except FieldError:
        return None


def pmcid(text: str) -> str:
    """Return a PubMed Central identifier as ``PMC`` and its digits, without a version.

    Raises FieldError for a text that is none.

    >>> pmcid("pmc 3531190.1")
    'PMC3531190'
    """
    match = _PMCID.fullmatch(text.strip()) if len(text) <= _MAX_LENGTH else None
    digits = match[1].lstrip("0") if match else ""
    if 0 < len(digits) <= _MAX_DIGITS:
        return "PMC" + digits
    raise FieldError(
        "pmcid",
        f"{_short(text)} is not a PubMed Central identifier",
        expected="PMC and a number, such as PMC3531190",
    )


def nct(text: str) -> str:
    """Return a ClinicalTrials.gov identifier in upper case.

    Raises FieldError for a text that is none.

    >>> nct("nct02149199")
    'NCT02149199'
    """
    value = text.strip().rstrip(".").upper()
    if _NCT.fullmatch(value):
        return value
    raise FieldError(
        "trial",
        f"{_short(text)} is not a ClinicalTrials.gov identifier",
        expected="NCT and eight digits, such as NCT02149199",
    )


def _short(text: str) -> str:
    """A text as a message may show it."""
    return repr(text if len(text) <= 80 else text[:79] + "…")
