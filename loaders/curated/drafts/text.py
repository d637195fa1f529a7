"""The canonical text of an abstract: what the places of a curated file count from.

The text of each ``AbstractText`` of a PubMed record, without labels, joined by one blank; Unicode
NFC; white space of any kind and length one blank; none at the ends. A text file is taken as the
abstract itself.
"""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

from regimenkg.errors import LoaderError
from regimenkg.loaders.shared.errors import unreadable

MAX_BYTES = 5_000_000

_LABEL = re.compile(r"(?:(?<=^)|(?<=[.?!)] ))[A-Z][A-Z/&, -]{3,}: (?=\S)")
_FIELD = re.compile(r"([A-Z][A-Z0-9]{1,3}) {0,2}-(?: |$)(.*)")


def canonical(text: str) -> str:
    """A text in NFC with single blanks, whatever white space was there.

    >>> canonical(" 75\\u2009mg\\n of it ")
    '75 mg of it'
    """
    return " ".join(unicodedata.normalize("NFC", text).split())


def read_text(path: Path) -> str:
    """The text of a file as it stands; raises LoaderError where it is not UTF-8, or over 5 MB."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise unreadable(path, error) from error
    if len(raw) > MAX_BYTES:
        raise LoaderError(
            f"{path} has {len(raw)} bytes; a document to curate has at most {MAX_BYTES}",
            file=str(path),
            hint="save the one abstract or page that is read",
        )
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise LoaderError(
            f"{path} is not UTF-8 (byte {error.start})",
            file=str(path),
            expected="UTF-8 text",
            hint="save the file as UTF-8",
        ) from error


def abstract(path: Path, pmid: str = "") -> str:
    """The canonical text of the abstract in a file: plain text, PubMed XML or ``.nbib``.

    Args:
        path: the file.
        pmid: which record is meant, where a file of PubMed holds several.

    Raises LoaderError where there is no such record, or none with an abstract.
    """
    text = read_text(path)
    begin = text.lstrip("\ufeff \t\r\n")[:200]
    if begin.startswith("<"):
        records = _of_xml(path)
    elif re.match(r"PMID ?- ?", begin):
        records = _of_nbib(text)
    else:
        found = canonical(text.removeprefix("\ufeff"))
        if not found:
            raise LoaderError(f"{path} is empty", file=str(path), hint="save the abstract in it")
        return found
    known = [number for number, _ in records]
    chosen = [one for number, one in records if number == pmid or not pmid]
    if len(chosen) != 1:
        raise LoaderError(
            f"{path} holds {len(records)} records"
            + (f", none of PMID {pmid}" if pmid and not chosen else ""),
            file=str(path),
            hint=f"give the one that is meant with --pmid: {', '.join(known[:9])}",
        )
    if not chosen[0]:
        raise LoaderError(
            f"{path}: the record has no abstract", file=str(path), hint="paste it into a text file"
        )
    return chosen[0]


def _of_xml(path: Path) -> list[tuple[str, str]]:
    from lxml import etree

    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(path.read_bytes(), parser)
    except etree.XMLSyntaxError as error:
        raise LoaderError(
            f"{path} is not XML: {error}", file=str(path), hint="save PubMed's record again"
        ) from error
    found = []
    for article in root.iter("PubmedArticle"):
        parts = ("".join(part.itertext()) for part in article.iterfind(".//Abstract/AbstractText"))
        text = canonical(" ".join(part for part in parts if part.strip()))
        found.append((str(article.findtext("MedlineCitation/PMID") or ""), text))
    return found


def _of_nbib(text: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    tag = ""
    for line in text.removeprefix("\ufeff").splitlines():
        match = _FIELD.match(line)
        if match:
            tag, rest = match[1], match[2]
        elif line.startswith("      "):
            rest = line.strip()
        else:
            continue
        if tag == "PMID" and match:
            found.append((rest.strip(), ""))
        elif tag == "AB" and found:
            found[-1] = (found[-1][0], f"{found[-1][1]} {rest}")
    return [(number, _LABEL.sub("", canonical(one))) for number, one in found]
