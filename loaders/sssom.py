"""SSSOM mapping sets (TSV with a YAML header in ``#`` lines) → SKOS matches and mapping nodes.

Source: the SSSOM specification, https://mapping-commons.github.io/sssom/. Per row the loader
gives the match itself, ``subject skos:exactMatch object``, and a node of type ``owl:Axiom`` with
the row's justification, confidence and the rest, as SSSOM/RDF has it. Where it differs: nodes
have minted IRIs, and ``sssom:confidence`` is a decimal, which engines print alike. Negated
mappings and ``sssom:NoTermFound`` give the node alone.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from itertools import chain
from pathlib import Path
from typing import Any, TextIO

from pyoxigraph import Literal, NamedNode, Triple

from regimenkg.errors import LoaderError, did_you_mean
from regimenkg.loaders.base import Resolve, SourceInfo
from regimenkg.namespaces import PREFIXES, expand, mint, slugify

REQUIRED = ("subject_id", "predicate_id", "object_id", "mapping_justification")
"""The columns that every mapping set has."""

MATCHES = ("exactMatch", "closeMatch", "broadMatch", "narrowMatch", "relatedMatch")
"""The SKOS relations that a row may state."""

_MAX_HEADER = 1_000_000  # characters
_MAX_CELL = 100_000  # characters

_RDF, _OWL, _SKOS, _XSD, _SSSOM, _DCTERMS, _RDFS = (
    PREFIXES[prefix] for prefix in ("rdf", "owl", "skos", "xsd", "sssom", "dcterms", "rdfs")
)
_TYPE = NamedNode(_RDF + "type")
_NO_TERM = _SSSOM + "NoTermFound"
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")

_TEXTS = {
    "subject_label": _SSSOM + "subject_label",
    "object_label": _SSSOM + "object_label",
    "predicate_modifier": _SSSOM + "predicate_modifier",
    "author_label": _SSSOM + "author_label",
    "object_source_version": _SSSOM + "object_source_version",
    "comment": _RDFS + "comment",
}
_SET_TEXTS = {
    "mapping_set_title": _DCTERMS + "title",
    "mapping_set_description": _DCTERMS + "description",
    "mapping_set_version": _OWL + "versionInfo",
    "object_source_version": _SSSOM + "object_source_version",
    "comment": _RDFS + "comment",
}


@dataclass(frozen=True, slots=True)
class Header:
    """What the ``#`` lines of a mapping set say."""

    lines: int = 0
    fields: dict[str, Any] = field(default_factory=dict)

    def text(self, name: str) -> str | None:
        """The value of a field as text, or None."""
        value = self.fields.get(name)
        return None if value is None else str(value)


def source_info(path: Path) -> SourceInfo:
    """Return where a mapping set comes from, as its header states.

    Raises LoaderError if the header cannot be read.
    """
    with _opened(path) as stream:
        header, _ = _read_header(path, stream)
    return SourceInfo(
        name=header.text("mapping_set_title") or _set_slug(path),
        homepage=header.text("mapping_set_id"),
        licence=header.text("license"),
        version=header.text("mapping_set_version"),
    )


def load(path: Path, *, resolve: Resolve | None = None) -> Iterator[Triple]:
    """Yield the triples of a mapping set, row by row.

    Args:
        path: the ``.sssom.tsv`` file.
        resolve: asks what IRI the graph has for a subject; where it has none, and always for
            objects, the project's prefix map and then the file's own ``curie_map`` decide.

    Raises LoaderError, with line and column, for a row that is not a mapping.
    """
    with _opened(path) as stream:
        header, first = _read_header(path, stream)
        mapping_set = _Set(path, header, resolve)
        yield from mapping_set.triples()

        rows = csv.reader(chain(first, stream), delimiter="\t", strict=True)
        try:
            columns = mapping_set.columns(next(rows, []))
            for cells in rows:
                if any(cells):
                    line = header.lines + rows.line_num
                    yield from mapping_set.row(columns, cells, line)
        except csv.Error as error:
            line = header.lines + rows.line_num
            raise mapping_set.error(line, None, str(error), "tab-separated values") from error
        except UnicodeDecodeError as error:
            line = header.lines + rows.line_num + 1
            raise mapping_set.error(line, None, "not UTF-8", "UTF-8 text") from error


class _Set:
    """One mapping set while its rows are read."""

    def __init__(self, path: Path, header: Header, resolve: Resolve | None) -> None:
        self._path = path
        self._header = header
        self._resolve = resolve
        self._slug = _set_slug(path)
        curies = header.fields.get("curie_map") or {}
        if not isinstance(curies, dict):
            raise self.error(1, "curie_map", "not a mapping of prefixes", "prefix: IRI")
        self._curies = {str(prefix): str(iri) for prefix, iri in curies.items()}
        self._extensions = self._extension_properties()
        identifier = header.text("mapping_set_id")
        self._iri = self._node(1, "mapping_set_id", identifier or mint("mapping-set", self._slug))
        self._minted: dict[str, int] = {}
        self._seen: dict[tuple[str, ...], int] = {}

    def error(
        self, line: int, column: str | None, message: str, expected: str, hint: str | None = None
    ) -> LoaderError:
        """The error for something wrong on a line, in a column or in the whole of it."""
        where = f", column {column}" if column else ""
        return LoaderError(
            f"{self._path}:{line}{where}: {message}",
            file=str(self._path),
            line=line,
            field=column,
            expected=expected,
            hint=hint or f"expected {expected}",
        )

    def triples(self) -> Iterator[Triple]:
        """Yield what the header says of the set."""
        yield Triple(self._iri, _TYPE, NamedNode(_SSSOM + "MappingSet"))
        for name, predicate in _SET_TEXTS.items():
            if text := self._header.text(name):
                yield Triple(self._iri, NamedNode(predicate), Literal(text))
        if licence := self._header.text("license"):
            iri = self._node(1, "license", licence)
            yield Triple(self._iri, NamedNode(_DCTERMS + "license"), iri)

    def columns(self, cells: list[str]) -> list[str]:
        """Return the names of the columns; raises LoaderError if a required one is missing."""
        line = self._header.lines + 1
        for name in REQUIRED:
            if name not in cells:
                guess = did_you_mean(name, cells)
                hint = f"is {guess!r} meant to be {name!r}?" if guess else None
                raise self.error(line, name, "this column is missing", f"a column {name}", hint)
        repeated = {name for name in cells if cells.count(name) > 1}
        if repeated:
            name = min(repeated)
            raise self.error(line, name, "this column is there twice", "each column once")
        return cells

    def row(self, columns: list[str], cells: list[str], line: int) -> Iterator[Triple]:
        """Yield the triples of one row."""
        if len(cells) != len(columns):
            at = columns[min(len(cells), len(columns) - 1)]
            raise self.error(
                line,
                at,
                f"the row has {len(cells)} cells and the table {len(columns)} columns",
                f"{len(columns)} cells separated by tabs",
            )
        row = dict(zip(columns, cells, strict=True))
        for name in REQUIRED:
            if not row[name].strip():
                raise self.error(line, name, "this cell is empty", f"a value for {name}")
            row[name] = row[name].strip()
        known = self._resolve(row["subject_id"]) if self._resolve else None
        subject = NamedNode(known) if known else self._node(line, "subject_id", row["subject_id"])
        predicate = self._match(line, row["predicate_id"])
        object_ = self._node(line, "object_id", row["object_id"])
        justification = self._node(line, "mapping_justification", row["mapping_justification"])
        negated = self._negated(line, row.get("predicate_modifier", ""))
        key = (subject.value, predicate.value, object_.value, justification.value, str(negated))
        if key in self._seen:
            raise self.error(
                line, "object_id", f"the row repeats line {self._seen[key]}", "each mapping once"
            )
        self._seen[key] = line
        if not negated and _NO_TERM not in {subject.value, object_.value}:
            yield Triple(subject, predicate, object_)
        node = self._mint(line, subject.value, row["object_id"])
        yield Triple(self._iri, NamedNode(_SSSOM + "mappings"), node)
        yield Triple(node, _TYPE, NamedNode(_OWL + "Axiom"))
        yield Triple(node, NamedNode(_OWL + "annotatedSource"), subject)
        yield Triple(node, NamedNode(_OWL + "annotatedProperty"), predicate)
        yield Triple(node, NamedNode(_OWL + "annotatedTarget"), object_)
        yield Triple(node, NamedNode(_SSSOM + "mapping_justification"), justification)
        yield from self._details(node, row, line)

    def _details(self, node: NamedNode, row: dict[str, str], line: int) -> Iterator[Triple]:
        """Yield what a row says besides the match."""
        for name, predicate in _TEXTS.items():
            if text := row.get(name, "").strip():
                yield Triple(node, NamedNode(predicate), Literal(text))
        if text := row.get("confidence", "").strip():
            number = self._confidence(line, text)
            decimal = NamedNode(_XSD + "decimal")
            yield Triple(node, NamedNode(_SSSOM + "confidence"), Literal(number, datatype=decimal))
        if text := row.get("mapping_date", "").strip():
            if not _DATE.fullmatch(text):
                raise self.error(line, "mapping_date", f"{text!r} is not a date", "yyyy-mm-dd")
            date = NamedNode(_XSD + "date")
            yield Triple(node, NamedNode(_DCTERMS + "created"), Literal(text, datatype=date))
        if text := row.get("object_source", "").strip():
            source = self._node(line, "object_source", text)
            yield Triple(node, NamedNode(_SSSOM + "object_source"), source)
        for text in filter(None, (part.strip() for part in row.get("see_also", "").split("|"))):
            yield Triple(node, NamedNode(_RDFS + "seeAlso"), self._node(line, "see_also", text))
        for name, property_ in self._extensions.items():
            if text := row.get(name, "").strip():
                yield Triple(node, property_, Literal(text))
        if "evidence" not in self._extensions and (text := row.get("evidence", "").strip()):
            if re.match(r"https?://", text):
                source = self._node(line, "evidence", text)
                yield Triple(node, NamedNode(_DCTERMS + "source"), source)
            else:
                yield Triple(node, NamedNode(_SKOS + "note"), Literal(text))

    def _extension_properties(self) -> dict[str, NamedNode]:
        """The properties of the extension columns that the header declares."""
        found: dict[str, NamedNode] = {}
        for definition in self._header.fields.get("extension_definitions") or []:
            name = definition.get("slot_name") if isinstance(definition, dict) else None
            property_ = definition.get("property") if name else None
            if not name or not property_:
                raise self.error(
                    1, "extension_definitions", "incomplete", "slot_name and property of each"
                )
            found[str(name)] = self._node(1, "extension_definitions", str(property_))
        return found

    def _node(self, line: int, column: str, text: str) -> NamedNode:
        """The IRI that a CURIE or an IRI in a cell stands for."""
        prefix, _, local = text.partition(":")
        iri = expand(text)
        if iri is None and prefix in self._curies and local:
            iri = self._curies[prefix] + local
        if iri is None and re.match(r"[A-Za-z][A-Za-z0-9+.-]*://", text):
            iri = text
        if iri is None:
            guess = did_you_mean(prefix, [*PREFIXES, *self._curies])
            hint = f"did you mean {guess}:?" if guess and local else None
            raise self.error(
                line,
                column,
                f"{text!r} is not a CURIE of a known prefix or an IRI",
                "a CURIE whose prefix is in the prefix map or in the file's curie_map",
                hint,
            )
        try:
            return NamedNode(iri)
        except ValueError as error:
            raise self.error(line, column, f"{iri!r} is not an IRI", "an IRI") from error

    def _match(self, line: int, text: str) -> NamedNode:
        node = self._node(line, "predicate_id", text)
        if node.value not in {_SKOS + name for name in MATCHES}:
            guess = did_you_mean(text.partition(":")[2] or text, MATCHES)
            raise self.error(
                line,
                "predicate_id",
                f"{text!r} is not a SKOS mapping relation",
                ", ".join(f"skos:{name}" for name in MATCHES),
                f"did you mean skos:{guess}?" if guess else None,
            )
        return node

    def _negated(self, line: int, text: str) -> bool:
        if text.strip() not in {"", "Not"}:
            raise self.error(
                line, "predicate_modifier", f"{text!r} is not known", "Not, or nothing"
            )
        return text.strip() == "Not"

    def _confidence(self, line: int, text: str) -> str:
        try:
            number = Decimal(text)
        except InvalidOperation:
            number = Decimal("NaN")
        if not number.is_finite() or not 0 <= number <= 1:
            raise self.error(
                line, "confidence", f"{text!r} is not a confidence", "a number from 0 to 1"
            )
        return format(number.normalize(), "f")

    def _mint(self, line: int, subject: str, object_id: str) -> NamedNode:
        """The IRI of a row's node, numbered where several rows would share it."""
        tail = re.split(r"[/#]", subject.rstrip("/#"))[-1]
        try:
            slug = f"{self._slug}-{slugify(tail)}-{slugify(object_id)}"
        except ValueError as error:
            raise self.error(line, "object_id", str(error), "letters or digits") from error
        count = self._minted[slug] = self._minted.get(slug, 0) + 1
        return NamedNode(mint("mapping", f"{slug}-{count}" if count > 1 else slug))


def _set_slug(path: Path) -> str:
    return slugify(path.name.removesuffix(".tsv").removesuffix(".sssom"))


def _opened(path: Path) -> TextIO:
    try:
        return path.open(encoding="utf-8-sig", newline="")
    except OSError as error:
        raise LoaderError(
            f"cannot read {path}: {error.strerror}",
            file=str(path),
            hint="check the path and its permissions",
        ) from error


def _read_header(path: Path, stream: TextIO) -> tuple[Header, list[str]]:
    """Read the ``#`` lines; returns what they say and the line after them."""
    import yaml

    lines: list[str] = []
    size = 0
    try:
        line = stream.readline(_MAX_CELL)
        while line.startswith("#"):
            lines.append(line[1:].rstrip("\r\n"))
            size += len(line)
            if size > _MAX_HEADER:
                raise LoaderError(
                    f"{path}:{len(lines)}: the header has over {_MAX_HEADER} characters",
                    file=str(path),
                    line=len(lines),
                    hint="is this an SSSOM file?",
                )
            line = stream.readline(_MAX_CELL)
    except UnicodeDecodeError as error:
        raise LoaderError(
            f"{path}:{len(lines) + 1}: not UTF-8",
            file=str(path),
            line=len(lines) + 1,
            expected="UTF-8 text",
            hint="save the file as UTF-8",
        ) from error
    try:
        fields = yaml.load("\n".join(lines), Loader=yaml.BaseLoader) if lines else {}
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        number = mark.line + 1 if mark else 1
        raise LoaderError(
            f"{path}:{number}: the header is not YAML: {getattr(error, 'problem', None) or error}",
            file=str(path),
            line=number,
            expected="YAML in the lines that begin with #",
            hint="quote texts that hold ': ' and indent with spaces",
        ) from error
    if fields is None or fields == "":
        fields = {}
    if not isinstance(fields, dict):
        raise LoaderError(
            f"{path}:1: the header is not a mapping of names to values",
            file=str(path),
            line=1,
            expected="lines such as '#license: …'",
            hint="see the SSSOM specification of the TSV format",
        )
    return Header(len(lines), fields), [line] if line else []
