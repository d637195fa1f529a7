"""SSSOM mapping sets (TSV with a YAML header in ``#`` lines) → checked rows.

Source: the SSSOM specification, https://mapping-commons.github.io/sssom/. Every cell that has a
form is checked here, and what is wrong raises with file, line and column.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from itertools import chain
from pathlib import Path
from typing import NamedTuple, NoReturn

from pyoxigraph import Literal, NamedNode

from regimenkg.errors import LoaderError, ParameterError, did_you_mean
from regimenkg.loaders.shared.base import EMPTY, OnError, Resolve
from regimenkg.loaders.sssom.header import open_text, read_header
from regimenkg.terms.literals import MAX_DIGITS, XSD, date_type, decimal, typed, unwritable
from regimenkg.terms.namespaces import MATCHES, PREFIXES, expand, mint, slugify
from regimenkg.terms.vocabularies import Code, code_of, normal

REQUIRED = ("subject_id", "predicate_id", "object_id", "mapping_justification")
"""The columns that every mapping set has."""

PROPAGATED = ("mapping_date", "mapping_tool", "object_source", "object_source_version")
"""Of the slots that SSSOM lets a header state once for every row, those that are read here."""

NO_TERM = PREFIXES["sssom"] + "NoTermFound"
"""What stands for "nothing there" in place of a subject or an object."""

_SKOS = PREFIXES["skos"]
_RELATIONS = frozenset(
    {"semanticRelation", "mappingRelation", "related"}
    | {"broader", "narrower", "broaderTransitive", "narrowerTransitive"}
)
"""Relations of SKOS that are no mapping relations of one concept to one of another scheme."""


class _OfNoUse(LoaderError):
    """A row that is right by SSSOM, and says nothing that can be taken over here."""


class Extension(NamedTuple):
    """A column that the header declares beyond those of SSSOM: its property and datatype."""

    property: NamedNode
    datatype: NamedNode


@dataclass(frozen=True, slots=True)
class Mapping:
    """One row: IRIs of what is mapped, and its cells, stripped and without the empty ones.

    ``subject`` is the graph's thing where ``reaches`` is true, else what ``printed_subject`` is
    always: the subject as the file has it. ``code`` is the object as a code, where it is one of a
    known vocabulary, and ``own`` its prefix and id, where the prefix is the file's own; ``negated``
    is true where the row says that the match does not hold.
    """

    line: int
    subject: NamedNode
    printed_subject: NamedNode
    reaches: bool
    predicate: NamedNode
    object: NamedNode
    justification: NamedNode
    negated: bool
    code: Code | None
    own: tuple[str, str] | None
    confidence: Literal | None
    date: Literal | None
    object_source: NamedNode | None
    see_also: tuple[NamedNode, ...]
    extensions: dict[str, Literal]
    cells: dict[str, str]


class MappingSet:
    """A mapping set whose header has been read; its rows are read when they are asked for.

    Args:
        path: the ``.sssom.tsv`` file.

    Raises LoaderError for a file that cannot be read and for a header that is not one.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        with open_text(path) as stream:
            self.header, _ = read_header(path, stream)
        try:
            self.slug = slugify(path.name.removesuffix(".tsv").removesuffix(".sssom"))
        except ValueError as error:
            self._stop(1, None, f"of the file's name, {error}", "a name with letters or digits")
        curies = self.header.fields.get("curie_map") or {}
        if not isinstance(curies, dict):
            self._stop(1, "curie_map", "not a mapping of prefixes", "prefix: IRI")
        self._curies = {str(prefix): str(iri) for prefix, iri in curies.items()}
        identifier = self.header.text("mapping_set_id")
        self.iri = self.node(1, "mapping_set_id", identifier or mint("mapping-set", self.slug))
        self.extensions = self._extensions()

    def said(self, mapping: Mapping, slot: str) -> str | None:
        """What a row says of itself or, in a slot that propagates, the header of all rows."""
        own = mapping.cells.get(slot)
        return self.header.text(slot) if own is None and slot in PROPAGATED else own

    def mappings(
        self,
        resolve: Resolve = EMPTY,
        on_error: OnError | None = None,
        leave_out: OnError | None = None,
    ) -> Iterator[Mapping]:
        """Yield the rows.

        Args:
            resolve: asks which thing of the graph a subject is, as itself or as a code of it. The
                IRIs are those of the project's prefix map, and then of the file's ``curie_map``.
            on_error: is told of a row that is not a mapping, and reading goes on after it; without
                it the row's LoaderError is raised. What spoils the whole table always raises.
            leave_out: is told, instead of ``on_error``, of a row that is right by SSSOM and of no
                use here: its predicate is no mapping relation of SKOS, or its object does not fit
                the pattern that this project has for the ids of a vocabulary.
        """
        seen: dict[tuple[str, ...], int] = {}
        with open_text(self.path) as stream:
            _, first = read_header(self.path, stream)
            rows = csv.reader(chain(first, stream), delimiter="\t", strict=True)
            try:
                columns = self._columns(next(rows, []))
                for cells in rows:
                    if not any(cells):
                        continue
                    line = self.header.lines + rows.line_num
                    try:
                        mapping = self._mapping(columns, cells, line, resolve)
                        self._once(mapping, seen)
                    except LoaderError as error:
                        of_no_use = isinstance(error, _OfNoUse)
                        tell = leave_out if leave_out and of_no_use else on_error
                        if tell is None:
                            raise
                        tell(error)
                    else:
                        yield mapping
            except csv.Error as error:
                line = self.header.lines + rows.line_num
                raise self.error(line, None, str(error), "tab-separated values") from error
            except UnicodeDecodeError as error:
                line = self.header.lines + rows.line_num + 1
                raise self.error(line, None, "not UTF-8", "UTF-8 text") from error

    def error(
        self, line: int, column: str | None, message: str, expected: str, hint: str | None = None
    ) -> LoaderError:
        """The error for something wrong on a line, in a column or in the whole of it."""
        where = f", column {column}" if column else ""
        return LoaderError(
            f"{self.path}:{line}{where}: {message}",
            file=str(self.path),
            line=line,
            field=column,
            expected=expected,
            hint=hint or f"expected {expected}",
        )

    def _of_no_use(
        self, line: int, column: str, message: str, expected: str, hint: str | None = None
    ) -> LoaderError:
        error = self.error(line, column, message, expected, hint)
        return _OfNoUse(
            error.message,
            file=error.file,
            line=line,
            field=column,
            expected=expected,
            hint=error.hint,
        )

    def _stop(
        self, line: int, column: str | None, message: str, expected: str, hint: str | None = None
    ) -> NoReturn:
        raise self.error(line, column, message, expected, hint)

    def node(self, line: int, column: str, text: str) -> NamedNode:
        """The IRI that a CURIE or an IRI in a cell stands for; raises LoaderError if none."""
        prefix, _, local = text.partition(":")
        iri = expand(text)
        if iri is None and prefix in self._curies and local:
            iri = self._curies[prefix] + local
        if iri is None and re.match(r"[A-Za-z][A-Za-z0-9+.-]*://", text):
            iri = text
        if iri is None:
            guess = did_you_mean(prefix, [*PREFIXES, *self._curies])
            self._stop(
                line,
                column,
                f"{text!r} is not a CURIE of a known prefix or an IRI",
                "a CURIE whose prefix is in the prefix map or in the file's curie_map",
                f"did you mean {guess}:?" if guess and local else None,
            )
        try:
            return NamedNode(iri)
        except ValueError as error:
            raise self.error(line, column, f"{iri!r} is not an IRI", "an IRI") from error

    def _columns(self, cells: list[str]) -> list[str]:
        """The names of the columns; raises LoaderError if a required one is missing."""
        line = self.header.lines + 1
        for name in REQUIRED:
            if name not in cells:
                guess = did_you_mean(name, cells)
                hint = f"is {guess!r} meant to be {name!r}?" if guess else None
                self._stop(line, name, "this column is missing", f"a column {name}", hint)
        repeated = {name for name in cells if cells.count(name) > 1}
        if repeated:
            self._stop(line, min(repeated), "this column is there twice", "each column once")
        return cells

    def _mapping(
        self, columns: list[str], cells: list[str], line: int, resolve: Resolve
    ) -> Mapping:
        if len(cells) != len(columns):
            self._stop(
                line,
                columns[min(len(cells), len(columns) - 1)],
                f"the row has {len(cells)} cells and the table {len(columns)} columns",
                f"{len(columns)} cells separated by tabs",
            )
        stripped = zip(columns, (cell.strip() for cell in cells), strict=True)
        row = {name: cell for name, cell in stripped if cell}
        for name, cell in row.items():
            if point := unwritable(cell):
                self._stop(line, name, f"the control character {point}", "text without any")
        for name in REQUIRED:
            if name not in row:
                self._stop(line, name, "this cell is empty", f"a value for {name}")
        subject = self.node(line, "subject_id", row["subject_id"])
        thing = resolve(_code_iri(subject.value))
        source = row.get("object_source")
        see_also = filter(None, (text.strip() for text in row.get("see_also", "").split("|")))
        justification = self.node(line, "mapping_justification", row["mapping_justification"])
        mapping = Mapping(
            line=line,
            subject=NamedNode(thing) if thing else subject,
            printed_subject=subject,
            reaches=thing is not None,
            predicate=self.node(line, "predicate_id", row["predicate_id"]),
            object=self.node(line, "object_id", row["object_id"]),
            justification=justification,
            negated=self._negated(line, row.get("predicate_modifier", "")),
            code=None,
            own=self._own(row["object_id"]),
            confidence=self._confidence(line, row.get("confidence")),
            date=self.date(line, "mapping_date", row.get("mapping_date")),
            object_source=self.node(line, "object_source", source) if source else None,
            see_also=tuple(self.node(line, "see_also", text) for text in see_also),
            extensions=self._values(line, row),
            cells=row,
        )
        # What is wrong comes before what is of no use.
        self._check_predicate(line, mapping.predicate, row["predicate_id"])
        return self._coded(mapping)

    def _once(self, mapping: Mapping, seen: dict[tuple[str, ...], int]) -> None:
        """Raise LoaderError for a row that says the same as an earlier one."""
        nodes = (mapping.printed_subject, mapping.predicate, mapping.object, mapping.justification)
        key = (*(node.value for node in nodes), str(mapping.negated))
        if key in seen:
            message = f"the row repeats line {seen[key]}"
            self._stop(mapping.line, "object_id", message, "each mapping once")
        seen[key] = mapping.line

    def _coded(self, mapping: Mapping) -> Mapping:
        """A row with its object as a code, where its vocabulary is known and its pattern fits."""
        code = code_of(mapping.object.value)
        if code is None:
            return mapping
        try:
            code = normal(code, mapping.cells["object_id"])
        except ParameterError as error:
            expected = f"an id that matches {code.vocabulary.pattern}"
            raise self._of_no_use(
                mapping.line, "object_id", error.message, expected, error.hint
            ) from error
        return replace(mapping, object=NamedNode(code.iri), code=code, own=None)

    def _own(self, text: str) -> tuple[str, str] | None:
        """Prefix and id of a CURIE whose prefix only the file's ``curie_map`` knows."""
        prefix, _, local = text.partition(":")
        return (prefix, local) if expand(text) is None and prefix in self._curies else None

    def _check_predicate(self, line: int, predicate: NamedNode, text: str) -> None:
        name = predicate.value.removeprefix(_SKOS)
        if name in MATCHES:
            return
        slip = name not in _RELATIONS and name != predicate.value
        guess = did_you_mean(text.partition(":")[2] or text, MATCHES) if slip else None
        problem = self.error if slip else self._of_no_use
        raise problem(
            line,
            "predicate_id",
            f"{text!r} is not a SKOS mapping relation",
            ", ".join(f"skos:{name}" for name in MATCHES),
            f"did you mean skos:{guess}?" if guess else None,
        )

    def _negated(self, line: int, text: str) -> bool:
        if text not in {"", "Not"}:
            self._stop(line, "predicate_modifier", f"{text!r} is not known", "Not, or nothing")
        return text == "Not"

    def _confidence(self, line: int, text: str | None) -> Literal | None:
        if text is None:
            return None
        try:
            number = Decimal(text)
            if not 0 <= number <= 1 or number.adjusted() < -MAX_DIGITS:
                raise ValueError
            return typed(decimal(f"{number:f}"), "decimal")
        except (InvalidOperation, ValueError):
            self._stop(line, "confidence", f"{text!r} is not a confidence", "a number from 0 to 1")

    def date(self, line: int, column: str, text: str | None) -> Literal | None:
        if text is None:
            return None
        try:
            if date_type(text) != "date":
                raise ValueError
        except ValueError:
            self._stop(line, column, f"{text!r} is not a date", "yyyy-mm-dd")
        return typed(text, "date")

    def _values(self, line: int, row: dict[str, str]) -> dict[str, Literal]:
        """The cells of the columns that the header declares."""
        values = {}
        for name, extension in self.extensions.items():
            if text := row.get(name):
                dated = extension.datatype.value == XSD + "date" and self.date(line, name, text)
                values[name] = dated or Literal(text, datatype=extension.datatype)
        return values

    def _extensions(self) -> dict[str, Extension]:
        extensions: dict[str, Extension] = {}
        for definition in self.header.fields.get("extension_definitions") or []:
            name = definition.get("slot_name") if isinstance(definition, dict) else None
            property_ = definition.get("property") if name else None
            if not name or not property_:
                self._stop(
                    1, "extension_definitions", "incomplete", "slot_name and property of each"
                )
            datatype = str(definition.get("type_hint") or "xsd:string")
            extensions[str(name)] = Extension(
                self.node(1, "extension_definitions", str(property_)),
                self.node(1, "extension_definitions", datatype),
            )
        return extensions


def _code_iri(iri: str) -> str:
    """An IRI as the graph has it: that of a code as its vocabulary writes it."""
    code = code_of(iri)
    local = code.vocabulary.normal(code.local) if code else None
    return code._replace(local=local).iri if code and local else iri
