"""Curated files → records: every thing with its class, IRI and place, before any triple is made.

All files are read before the first triple, because a file may speak of a thing that another
file defines; what is defined twice, nowhere, or under a wrong kind is found here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from regimenkg.errors import LoaderError, did_you_mean
from regimenkg.loaders.curated.schema import Schema, Thing
from regimenkg.loaders.curated.yamlnodes import Fields, Items, Node, Scalar, problem, read_yaml
from regimenkg.loaders.shared.base import EMPTY, Label, OnError, Resolve
from regimenkg.loaders.shared.limits import Limits, limits
from regimenkg.terms.namespaces import RK, RKD, mint

SLUG = re.compile(r"[A-Za-z0-9]+(?:[-.][A-Za-z0-9]+)*")
MAX_KINDS = 8
RESERVED = ("is", "at", "as")


@dataclass(frozen=True, slots=True)
class Record:
    """One thing of a curated file: where it stands, what it is, and its fields."""

    file: Path
    line: int
    key: str
    thing: Thing
    iri: str
    fields: Fields
    document: str | None


class AlreadyTold(LoaderError):
    """A problem that was told at the first of the places that it is met at."""


class Dataset:
    """The records of all files given, by ``kind/slug``, and the way to find one by name.

    Args:
        schema: what things and properties there are.
        resolve: answers for things that the files mention but do not define.
        on_error: is told of each problem; ``problems`` holds them all, whoever listens.
    """

    def __init__(
        self, schema: Schema, resolve: Resolve = EMPTY, on_error: OnError | None = None
    ) -> None:
        self.schema = schema
        self.records: dict[str, Record] = {}
        self.readings: list[tuple[Record, int, str]] = []
        self.problems: list[LoaderError] = []
        self.wrong: set[str] = set()
        self.missing_documents: set[tuple[Path, str]] = set()
        self._resolve = resolve
        self._on_error = on_error

    @contextmanager
    def collecting(self, record: Record | None = None) -> Iterator[None]:
        """Note a problem within, of a record where one is named, and go on after it."""
        try:
            yield
        except LoaderError as error:
            if record is not None:
                self.wrong.add(record.key.replace("/", ".", 1))
            if isinstance(error, AlreadyTold):
                return
            self.problems.append(error)
            if self._on_error is not None:
                self._on_error(error)

    @cached_property
    def limits(self) -> Limits:
        """What the shapes say of single values."""
        return limits()

    def label_elsewhere(self, iri: str) -> Label | None:
        """The label that a thing has in the caller's graph, and where; None where it has none."""
        return self._resolve.label(iri)

    def read(self, path: Path) -> None:
        """Read one file's records, those nested in others included.

        Raises LoaderError for anything that read_yaml refuses, an unknown kind, a malformed
        slug, or a thing that is defined already.
        """
        root = read_yaml(path, self.collecting)
        document: str | None = None
        for key, node in root.fields.items():
            line = root.lines[key]
            with self.collecting():
                if key != "document":
                    self._read_thing(path, line, key, node, document)
                elif isinstance(node, Scalar):
                    document = node.text
                else:
                    raise problem(path, line, "document: expected one name", field=key)

    def _read_thing(
        self, path: Path, line: int, key: str, node: Node, document: str | None
    ) -> None:
        if not isinstance(node, Fields):
            raise problem(
                path,
                line,
                f"{key}: expected the properties of a thing",
                field=key,
                expected="indented properties below it",
                hint=f"write '{key}:' and its properties on indented lines",
            )
        kind, slash, slug = key.partition("/")
        if not slash:
            raise problem(
                path,
                line,
                f"'{key}' is neither 'document' nor kind/slug",
                field=key,
                expected="kind/slug, such as drug/cytarabine",
                hint=self._kind_hint(kind),
            )
        self._add(path, line, kind, slug, node, document)

    def _add(
        self, path: Path, line: int, kind: str, slug: str, fields: Fields, document: str | None
    ) -> None:
        thing = self.schema.kinds.get(kind)
        key = f"{kind}/{slug}"
        if thing is None:
            raise problem(
                path,
                line,
                f"unknown kind '{kind}'",
                field=key,
                expected=f"one of {', '.join(sorted(self.schema.kinds))}",
                hint=self._kind_hint(kind),
            )
        if not SLUG.fullmatch(slug):
            raise problem(
                path,
                line,
                f"'{slug}' is not a slug",
                field=key,
                expected="letters, digits and single hyphens, such as clag-m",
            )
        if key in self.records:
            first = self.records[key]
            raise problem(
                path,
                line,
                f"duplicate id: {key} is defined already in {first.file}:{first.line}",
                field=key,
                expected="each thing once",
                hint="give one of them another slug, or put all properties in one place",
            )
        record = Record(path, line, key, thing, self._iri(kind, slug, fields), fields, document)
        self.records[key] = record
        for name, node in fields.fields.items():
            if name not in self.schema.properties:
                continue  # that is told where the record is written
            for item in node.items if isinstance(node, Items) else (node,):
                if isinstance(item, Fields) and "id" in item.fields:
                    with self.collecting(record):
                        inner = self.nested_slug(record, item)
                        of = self.nested_kind(record, name, item)
                        self._add(path, item.line, of, inner, item, document)

    def nested_slug(self, record: Record, item: Fields) -> str:
        """The slug of a thing nested in another: the outer slug, a hyphen, and its ``id``."""
        node = item.fields["id"]
        if not isinstance(node, Scalar):
            raise problem(record.file, item.lines["id"], "id: expected a slug", field="id")
        return f"{record.key.partition('/')[2]}-{node.text}"

    def nested_kind(self, record: Record, name: str, item: Fields) -> str:
        """The kind of a thing nested under a property: that of the property's range."""
        prop = self.schema.properties.get(name)
        kinds = sorted(filter(None, map(self.schema.kind_of, prop.range if prop else ())))
        if len(kinds) != 1:
            raise problem(
                record.file,
                item.line,
                f"{name}: a thing cannot be nested here",
                field=name,
                expected="the kind/slug of a thing that is defined elsewhere",
            )
        return kinds[0]

    def _iri(self, kind: str, slug: str, fields: Fields) -> str:
        if kind == "citation" and isinstance(doi := fields.fields.get("doi"), Fields):
            value = doi.fields.get("is")
            if isinstance(value, Scalar):
                return "https://doi.org/" + value.text.lower()
        return mint(kind, slug)

    def find(self, record: Record, line: int, name: str, text: str, range_: frozenset[str]) -> str:
        """The IRI that a text names as the value of a property.

        The text is a member of a vocabulary list (``Intravenous``), a slug of the range's own
        kind (``cytarabine``), ``kind/slug``, a reading (``evidence/…``, checked once all
        readings are known), or a CURIE that the caller's ``resolve`` knows.
        Raises LoaderError with the nearest names if nothing fits.
        """
        lists, wanted = self.schema.range_of(range_)
        if text in lists:
            return lists[text]
        if text.startswith("evidence/"):
            self.readings.append((record, line, RKD + text))
            return RKD + text
        keys = [text] if "/" in text else [f"{kind}/{text}" for kind in wanted]
        here = [self.records[key] for key in keys if key in self.records]
        if len(here) > 1:
            raise problem(
                record.file,
                line,
                f"{name}: '{text}' may be {' or '.join(r.key for r in here)}",
                field=name,
                expected="one thing",
                hint=f"write {here[0].key}",
            )
        if here:
            if range_ and not range_ & self.schema.superclasses(here[0].thing.iri):
                raise problem(
                    record.file,
                    line,
                    f"{record.key}: {name}: {here[0].key} is of the wrong kind",
                    field=name,
                    expected=" or ".join(wanted),
                )
            return here[0].iri
        for key in keys:
            elsewhere = self._resolve("rkd:" + key if "/" in key else key)
            if elsewhere:
                return elsewhere
        if ":" in text and (elsewhere := self._resolve(text)):
            return elsewhere
        raise self._unknown(record, line, name, text, range_, lists, wanted)

    def _unknown(
        self,
        record: Record,
        line: int,
        name: str,
        text: str,
        range_: frozenset[str],
        lists: Iterable[str],
        wanted: list[str],
    ) -> LoaderError:
        """The error for a text that names nothing: with the members of a list, where it is one."""
        members = sorted(lists)
        here = [key for key in self.records if not wanted or key.partition("/")[0] in wanted]
        short = [key.partition("/")[2] for key in here]
        near = self._named(text, range_) or did_you_mean(text, [*members, *short, *here])
        kinds = " or ".join(wanted) if len(wanted) <= MAX_KINDS else "thing"
        if members:
            expected = f"one of {', '.join(members)}"
        else:
            expected = f"a {kinds} of these files or the graph" if kinds else "a thing"
        define = "" if members else "define it, or correct the name"
        return problem(
            record.file,
            line,
            f"{record.key}: {name}: unknown {kinds or 'value'} '{text}'",
            field=name,
            expected=expected,
            hint=f"did you mean '{near}'?" if near else define,
        )

    def _named(self, text: str, range_: frozenset[str]) -> str | None:
        """The slug of the thing of these classes that has a text as its name, in the graph."""
        for class_iri in sorted(range_):
            if iri := self._resolve.named(class_iri.removeprefix(RK), text):
                return iri.removeprefix(RKD).partition("/")[2]
        return None

    def _kind_hint(self, kind: str) -> str:
        near = did_you_mean(kind, sorted(self.schema.kinds))
        return f"did you mean '{near}'?" if near else "see the classes of ontology/regimenkg.ttl"


def check_order(dataset: Dataset) -> None:
    """Note each block of a variant whose position another one of it has."""
    for record in dataset.records.values():
        blocks = record.fields.fields.get("hasBlock")
        taken: dict[str, int] = {}
        for block in blocks.items if isinstance(blocks, Items) else ():
            node = block.fields.get("position") if isinstance(block, Fields) else None
            place = node.fields.get("is") if isinstance(node, Fields) else node
            if not isinstance(place, Scalar):
                continue
            with dataset.collecting(record):
                if place.text in taken:
                    first = f"the block in line {taken[place.text]}"
                    raise problem(
                        record.file,
                        place.line,
                        f"{record.key}: position {place.text} is taken by {first}",
                        field="position",
                        expected="one position for each block, in their order",
                    )
                taken[place.text] = place.line


def check_readings(dataset: Dataset, subjects: set[str]) -> None:
    """Note each reference to a reading that no record makes, out of all subjects.

    What a record with problems would have made is not known, and so nothing is said of it.
    """
    for record, line, iri in dataset.readings:
        name = iri.removeprefix(RKD)
        of = name.removeprefix("evidence/")
        if iri in subjects or any(of.startswith(f"{wrong}.") for wrong in dataset.wrong):
            continue
        near = did_you_mean(name, sorted(subject.removeprefix(RKD) for subject in subjects))
        with dataset.collecting(record):
            raise problem(
                record.file,
                line,
                f"{record.key}: no value is read at '{name}'",
                field="involves",
                expected="evidence/KIND.SLUG.PROPERTY.DOCUMENT.START-END",
                hint=f"did you mean '{near}'?" if near else "",
            )
