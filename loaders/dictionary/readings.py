"""Where the dictionary's statements were read: documents, places in them, readings."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from hashlib import blake2b, sha256
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Triple

from regimenkg.loaders.dictionary.tables import Row
from regimenkg.loaders.shared.errors import FieldError
from regimenkg.terms.namespaces import PREFIXES, RK, mint
from regimenkg.terms.provenance import Place, TableCell, TextPosition, annotation

__all__ = ["Document", "Documents"]

_TYPE = NamedNode(PREFIXES["rdf"] + "type")
_DOCUMENT = NamedNode(RK + "SourceDocument")
_NAME, _KIND, _SHA256 = (NamedNode(RK + name) for name in ("name", "documentKind", "sha256"))
_PAGE = NamedNode(PREFIXES["foaf"] + "page")

KINDS = ("WholeFile", "RecordText")
_SLUG = re.compile(r"[A-Za-z0-9]+(?:[-._][A-Za-z0-9]+)*")
_SLUG_IS = "letters and digits, joined by '-', '.' or '_'"


class Document:
    """A file that was read, with the readings of it so far."""

    def __init__(self, slug: str, title: str, kind: str, digest: str, address: str = "") -> None:
        self.slug = slug
        self.kind = kind
        self._title, self._digest, self._address = title, digest, address
        self._told = False
        self._places: set[str] = set()

    @property
    def node(self) -> NamedNode:
        """The document as a thing."""
        return NamedNode(mint("source", self.slug))

    def reading(
        self,
        subject: NamedNode,
        key: str,
        column: str,
        predicate: NamedNode,
        values: Sequence[NamedNode | Literal],
    ) -> Iterator[Triple]:
        """Say that a thing's values of a property stand in a row; the document is told once.

        Args:
            subject: the thing.
            predicate: the property.
            values: its values that stand there.
            key: the row's key; of a whole file the code points, as ``first-last``.
            column: the column; "" of a whole file.

        Raises ValueError for code points that are none.
        """
        if self.kind == "WholeFile":
            start, _, end = key.partition("-")
            place = Place(self.node, f"{self.slug}.{key}", TextPosition(int(start), int(end)))
        else:
            name = f"{self.slug}.{_short(key, column)}"
            place = Place(self.node, name, TableCell(key, column))
        if not self._told:
            self._told = True
            yield from self._triples()
        if place.name not in self._places:
            self._places.add(place.name)
            yield from place.triples()
        thing = subject.value.rpartition("/")[2]
        property_ = predicate.value.rpartition("#")[2]
        name = f"drug.{thing}.{property_}.{place.name}"
        yield from annotation(subject, place, name, predicate=predicate, values=values)

    def _triples(self) -> Iterator[Triple]:
        yield Triple(self.node, _TYPE, _DOCUMENT)
        yield Triple(self.node, _NAME, Literal(self._title))
        yield Triple(self.node, _KIND, NamedNode(RK + self.kind))
        yield Triple(self.node, _SHA256, Literal(self._digest))
        if self._address:
            yield Triple(self.node, _PAGE, NamedNode(self._address))


class Documents:
    """The documents of a load: those that its tables name, and the tables themselves.

    A row that names no document was read in the table that it stands in.
    """

    def __init__(self) -> None:
        self._named: dict[str, Document] = {}
        self._tables: dict[str, Document] = {}

    def add(self, row: Row) -> None:
        """Take a row of the table of documents. Raises FieldError for what is wrong in it."""
        slug, kind = row["document"], row["kind"] or KINDS[1]
        if slug in self._named:
            raise FieldError("document", f"{slug!r} is there twice", expected="one row a document")
        if not _SLUG.fullmatch(slug):
            raise FieldError("document", f"{slug[:60]!r} is no slug", expected=_SLUG_IS)
        if not row["title"]:
            raise FieldError("title", "there is none", expected="the document's title")
        if kind not in KINDS:
            raise FieldError("kind", f"{kind!r} is none", expected=" or ".join(KINDS))
        digest = row["sha256"].lower()
        if len(digest) != 64 or set(digest) - set("0123456789abcdef"):
            raise FieldError("sha256", f"{digest[:80]!r} is none", expected="64 hexadecimal digits")
        address = row["address"]
        if address and not _is_address(address):
            raise FieldError("address", f"{address!r} is none", expected="an address on the web")
        self._named[slug] = Document(slug, row["title"], kind, digest, address)

    def of(self, row: Row) -> tuple[Document, str, str]:
        """The document, row key and column in which a row's statement was read.

        Raises FieldError for a document that no table describes, and for a reading without a row.
        """
        slug = row["document"]
        if not slug:
            return self._table(row.file), " ".join(filter(None, row.cells.values())), "drug"
        document = self._named.get(slug)
        if document is None:
            raise FieldError(
                "document",
                f"no table describes {slug!r}",
                expected="a row in the table of documents",
                hint="load the table of documents (document, title, sha256) with this one",
            )
        if document.kind == "WholeFile":
            start, dash, end = row["row"].partition("-")
            digits = start.isascii() and start.isdigit() and end.isascii() and end.isdigit()
            if not dash or not digits or len(end) > 12 or int(start) >= int(end):
                raise FieldError(
                    "row", f"{row['row']!r} is no place", expected="code points, as 3-9"
                )
        else:
            for column in ("row", "column"):
                if not row[column]:
                    raise FieldError(
                        column, "there is none", expected="where the statement was read"
                    )
        return document, row["row"], row["column"]

    def _table(self, file: str) -> Document:
        if file not in self._tables:
            path = Path(file.partition("!")[0])
            digest = sha256(path.read_bytes()).hexdigest()
            name = re.sub(r"[^a-z0-9]+", "-", path.name.lower()).strip("-")
            slug = f"dictionary-{name or 'table'}-{digest[:8]}"
            self._tables[file] = Document(slug, path.name, KINDS[1], digest)
        return self._tables[file]


def _is_address(text: str) -> bool:
    try:
        NamedNode(text)
    except ValueError:
        return False
    return text.startswith(("http://", "https://"))


def _short(key: str, column: str) -> str:
    """A row and column as the end of an IRI, readable as far as it is short."""
    digest = blake2b(f"{key}\t{column}".encode(), digest_size=5).hexdigest()
    readable = re.sub(r"[^a-z0-9]+", "-", key.lower())[:24].strip("-")
    return f"{readable or 'row'}-{digest}"
