"""Documents that were read, found in a folder by what they hold: the text of each, or why not.

Three kinds (``rk:documentKind``). A whole file and a file of records are known by the SHA-256 of
their bytes, whatever their name. An abstract is known by the SHA-256 of its canonical text, which
is made from a text file, PubMed XML (efetch) or a MEDLINE record (``.nbib``): the sections in
order, without their labels, joined by one blank, Unicode NFC, white space single.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from regimenkg.errors import UsageError
from regimenkg.loaders.shared.abstracts import canonical_text, of_medline, of_pubmed_xml

__all__ = ["CHANGED", "NOT_THERE", "Document", "Found", "find_documents"]

NOT_THERE = "document not in the folder"
CHANGED = "the record has changed since it was read"

_HEAD = 4096
_LARGEST = 256 * 1024 * 1024  # bytes of a file that is read for abstracts
_PMID_NAME = re.compile(r"(?:pmid[-_ ]?)?([0-9]{4,9})", re.I)


@dataclass(frozen=True, slots=True)
class Document:
    """A document that the graph describes.

    Args:
        iri: its IRI.
        sha256: of its bytes; of an abstract, of its canonical text in UTF-8.
        is_abstract: whether it is an abstract, which is known by its canonical text.
    """

    iri: str
    sha256: str
    is_abstract: bool = False

    @property
    def pmid(self) -> str:
        """The number that PubMed has for an abstract, empty for all else.

        >>> Document("https://w3id.org/regimenkg/source/pmid-123", "", True).pmid
        '123'
        """
        return self.iri.rpartition("/pmid-")[2] if self.is_abstract else ""


@dataclass(frozen=True, slots=True)
class Found:
    """The texts of documents by their IRIs, and for all others the reason why there is none."""

    texts: dict[str, str]
    missing: dict[str, str]


def find_documents(documents: Iterable[Document], folder: Path) -> Found:
    """Look for documents in all files of a folder and of those in it.

    Raises UsageError if the folder cannot be read.
    """
    by_digest = {one.sha256: one.iri for one in documents if one.sha256 and not one.is_abstract}
    abstracts = {one.pmid: one for one in documents if one.is_abstract}
    by_text = {one.sha256: one.iri for one in abstracts.values()}
    texts: dict[str, str] = {}
    other_wording: set[str] = set()
    for path in _files(folder):
        digest = _digest(path)
        if digest in by_digest:
            text = _decoded(path.read_bytes())
            if text is not None:
                texts[by_digest[digest]] = text
        if not abstracts:
            continue
        for pmid, wordings in _abstracts(path):
            for text in wordings:
                iri = by_text.get(sha256(text.encode("utf-8")).hexdigest())
                if iri is not None:
                    texts[iri] = text
                    break
            else:
                if pmid in abstracts:
                    other_wording.add(abstracts[pmid].iri)
    known = [*by_digest.values(), *(one.iri for one in abstracts.values())]
    missing = {
        iri: CHANGED if iri in other_wording else NOT_THERE for iri in known if iri not in texts
    }
    return Found(texts, missing)


def _files(folder: Path) -> list[Path]:
    try:
        next(folder.iterdir(), None)
        return sorted(path for path in folder.rglob("*") if path.is_file())
    except OSError as error:
        raise UsageError(
            f"cannot read {folder}: {error.strerror}",
            hint="--documents names a directory that holds the documents",
        ) from error


def _digest(path: Path) -> str:
    whole = sha256()
    try:
        with path.open("rb") as stream:
            while chunk := stream.read(1 << 20):
                whole.update(chunk)
    except OSError:  # one that may not be read is one that is not there
        return ""
    return whole.hexdigest()


def _decoded(content: bytes) -> str | None:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _abstracts(path: Path) -> Iterator[tuple[str, list[str]]]:
    """The abstracts of a file: each one's number, where it says one, and its possible texts."""
    try:
        if path.stat().st_size > _LARGEST:
            return
        with path.open("rb") as stream:
            head = stream.read(_HEAD)
            stream.seek(0)
            if b"<PubmedArticle" in head:
                yield from of_pubmed_xml(stream)
            elif head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"PMID-"):
                yield from of_medline(_decoded(stream.read()) or "")
            elif path.suffix == ".txt":
                text = _decoded(stream.read())
                named = _PMID_NAME.fullmatch(path.stem)
                if text is not None:
                    yield named[1] if named else "", [canonical_text([text])]
    except (OSError, SyntaxError):  # what cannot be read is no document
        return
