"""The text of a document to curate: of a file as it stands, or the one abstract that it holds."""

from __future__ import annotations

import re
from pathlib import Path

from regimenkg.errors import LoaderError
from regimenkg.loaders.curated import yamlnodes
from regimenkg.loaders.shared.abstracts import canonical_text, of_medline, of_pubmed_xml


def read_text(path: Path) -> str:
    """The text of a file as it stands; raises LoaderError where it is not UTF-8, or over 5 MB."""
    return yamlnodes.read_text(
        path, "a document to curate", "save the one abstract or page that is read"
    )


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
        records = [(number, texts[0]) for number, texts in of_medline(text)]
    else:
        found = canonical_text([text.removeprefix("\ufeff")])
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
    try:
        with path.open("rb") as stream:
            return [(number, texts[0]) for number, texts in of_pubmed_xml(stream)]
    except SyntaxError as error:
        raise LoaderError(
            f"{path} is not XML: {error}", file=str(path), hint="save PubMed's record again"
        ) from error
