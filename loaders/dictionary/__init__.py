"""A dictionary of drugs (tab-separated tables) → drugs with their names, forms and classes.

The tables are those of ``data/dictionary/`` (docs/explanation/dictionary.md tells them):

- ``documents``: what was read, with the SHA-256 of its bytes;
- ``drugs``: a drug's slug and label, its form, the base that it is a form of, its ingredients;
- ``names``: its other names, each of a kind: ``altLabel``, ``brandName``, ``researchCode`` or
  ``hiddenLabel`` (a misspelling);
- ``classes``: the classes that it is in.

Every row may say where it was read, by ``document``, ``row`` and ``column``; one that does not was
read in the table itself. A table of names alone adds names to drugs that the graph has. A drug that
has a preferred label from elsewhere keeps it, and that of the table is a synonym.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Triple

from regimenkg.errors import LoaderError
from regimenkg.loaders.dictionary.readings import Documents
from regimenkg.loaders.dictionary.tables import TABLES, Row, read
from regimenkg.loaders.shared.base import (
    EMPTY,
    Files,
    OnError,
    Resolve,
    SourceInfo,
    Watch,
    each,
)
from regimenkg.loaders.shared.bounded import LIMITS, Limits
from regimenkg.loaders.shared.errors import FieldError, check_text
from regimenkg.terms.namespaces import PREFIXES, RK, RKD, mint, slugify

__all__ = ["FORMS", "NAME_KINDS", "load", "source_info"]

FORMS = (
    *("Salt", "Ester", "Liposomal", "ProteinBound", "Pegylated", "Biosimilar", "Implant"),
    *("TopicalForm", "AntibodyDrugConjugate", "FixedCombination"),
)
"""The forms of drugs, by their names in the vocabulary (``rk:DrugForm``)."""

NAME_KINDS = ("altLabel", "brandName", "researchCode", "hiddenLabel")
"""The kinds of names, by the property that holds them."""

_TYPE = NamedNode(PREFIXES["rdf"] + "type")
_DRUG, _DRUG_CLASS = NamedNode(RK + "Drug"), NamedNode(RK + "DrugClass")
_LABEL = NamedNode(PREFIXES["skos"] + "prefLabel")
_SALT_OF, _PRODUCT_OF, _FORM, _INGREDIENT, _CLASS = (
    NamedNode(RK + name)
    for name in ("saltOf", "productOf", "drugForm", "hasIngredient", "drugClass")
)
_NAMES = {
    kind: NamedNode((RK if kind in ("brandName", "researchCode") else PREFIXES["skos"]) + kind)
    for kind in NAME_KINDS
}
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_TOLD = 20


def source_info(file: Path) -> SourceInfo:
    """Where a table comes from: its name alone, since each row says where it was read."""
    return SourceInfo(file.name, None, None, None)


def load(
    files: Files,
    *,
    resolve: Resolve = EMPTY,
    on_error: OnError | None = None,
    watch: Watch | None = None,
    limits: Limits = LIMITS,
) -> Iterator[Triple]:
    """Yield the triples of a dictionary's tables, in any order and number of files.

    Args:
        files: a table or several, each plain, packed by gzip or in a zip.
        resolve: asks which drugs the graph has, and what their labels are.
        on_error: is told of a row that is wrong, which is then left out.
        watch: counts the bytes of the files and the rows that are right.
        limits: how much is read.

    Raises LoaderError, which names what is wrong in every row up to a number, unless ``on_error``
    is given, and always for a file that is no table of a dictionary.
    """
    reader = _Reader(resolve, on_error, watch)
    paths = list(each(files))
    for table in TABLES:
        for path in paths:
            first = table is TABLES[0]
            rows = (
                row
                for found, row in read(
                    path,
                    reader.wrong if first else lambda _: None,
                    watch=watch if first else None,
                    limits=limits,
                )
                if found is table
            )
            yield from getattr(reader, table.name)(rows)
    reader.end()


class _Reader:
    """Reads the tables one after the other; each method takes the rows of one."""

    def __init__(self, resolve: Resolve, on_error: OnError | None, watch: Watch | None) -> None:
        self._resolve, self._on_error, self._watch = resolve, on_error, watch
        self._documents = Documents()
        self._labels: dict[str, tuple[str, int]] = {}
        self._later: list[Row] = []
        self._classes: set[str] = set()
        self._names: set[tuple[str, str]] = set()
        self._problems: list[LoaderError] = []
        self._count = 0

    def wrong(self, error: LoaderError) -> None:
        """Tell of a row that is wrong, at once or at the end with the others."""
        if self._on_error is not None:
            self._on_error(error)
            return
        self._count += 1
        if self._count <= _TOLD:
            self._problems.append(error)

    def end(self) -> None:
        """Raise LoaderError for the rows that were wrong, if nobody else was told."""
        if not self._problems:
            return
        if self._count == 1:
            raise self._problems[0]
        more = self._count - len(self._problems)
        lines = [str(error) for error in self._problems]
        lines += [f"and {more} more"] if more else []
        raise LoaderError(
            f"there are {self._count} problems:\n  " + "\n  ".join(lines),
            file=self._problems[0].file,
            line=self._problems[0].line,
            hint=self._problems[0].hint,
        )

    def _right(self, row: Row, said: Iterator[Triple]) -> list[Triple]:
        """What a row says; nothing, where it is wrong and that is told."""
        try:
            for column, cell in row.cells.items():
                check_text(column, cell)
            triples = list(said)
        except FieldError as problem:
            self.wrong(
                row.error(
                    problem.field, problem.message, expected=problem.expected, hint=problem.hint
                )
            )
            return []
        if self._watch is not None:
            self._watch.record()
        return triples

    def documents(self, rows: Iterator[Row]) -> Iterator[Triple]:
        """Take the documents; each is told where the first reading of it is."""
        for row in rows:
            self._right(row, self._document(row))
        yield from ()

    def _document(self, row: Row) -> Iterator[Triple]:
        self._documents.add(row)
        yield from ()

    def drugs(self, rows: Iterator[Row]) -> Iterator[Triple]:
        """The drugs; a base or ingredient may stand below what needs it."""
        table = list(rows)
        for row in table:
            slug, label = row["drug"], row["label"]
            if _SLUG.fullmatch(slug) and label and slug not in self._labels:
                self._labels[slug] = label, row.line
        for row in table:
            yield from self._right(row, self._drug(row))

    def _drug(self, row: Row) -> Iterator[Triple]:
        slug, label = row["drug"], row["label"]
        drug = self._slug("drug", slug)
        if not label:
            raise FieldError("label", "there is none", expected="the drug's label")
        if len(label) > _LONGEST:
            raise FieldError("label", f"of {len(label)} letters", expected=f"at most {_LONGEST}")
        if self._labels[slug] != (label, row.line):
            first = f"{slug!r} is there twice, first in line {self._labels[slug][1]}"
            raise FieldError("drug", first, expected="one row a drug")
        yield Triple(drug, _TYPE, _DRUG)
        here = Literal(label, language="en")
        known = self._resolve.label(drug.value)
        if known is None:
            yield Triple(drug, _LABEL, here)
        elif known.text != label:
            yield Triple(drug, _NAMES["altLabel"], here)
            yield from self._reading(row, drug, _NAMES["altLabel"], [here])
        forms = row["form"].split()
        for form in forms:
            if form not in FORMS:
                raise FieldError("form", f"{form!r} is none", expected="of " + ", ".join(FORMS))
            yield Triple(drug, _FORM, NamedNode(RK + form))
        if row["base"]:
            base = self._known("base", row["base"])
            if base == drug:
                raise FieldError("base", "a drug is no base of itself", expected="another drug")
            relation = _SALT_OF if "Salt" in forms else _PRODUCT_OF
            yield Triple(drug, relation, base)
            yield from self._reading(row, drug, relation, [base])
        ingredients = [self._known("ingredients", each) for each in row["ingredients"].split()]
        if ingredients:
            if drug in ingredients or len(set(ingredients)) < 2:
                raise FieldError(
                    "ingredients", "fewer than two others", expected="two drugs or more"
                )
            for ingredient in ingredients:
                yield Triple(drug, _INGREDIENT, ingredient)
            yield from self._reading(row, drug, _INGREDIENT, ingredients)

    def names(self, rows: Iterator[Row]) -> Iterator[Triple]:
        """The names; those of one drug from one place share a reading."""
        for _, group in groupby(rows, key=lambda row: tuple(row[name] for name in _TOGETHER)):
            said: dict[NamedNode, list[NamedNode | Literal]] = {}
            right: list[Row] = []
            for row in group:
                if self._right(row, self._name(row, said)):
                    right.append(row)
            for predicate, names in said.items():
                drug = NamedNode(mint("drug", right[0]["drug"]))
                yield from (Triple(drug, predicate, name) for name in names)
                yield from self._reading(right[0], drug, predicate, names)

    def _name(self, row: Row, said: dict[NamedNode, list[NamedNode | Literal]]) -> Iterator[Triple]:
        drug = self._known("drug", row["drug"])
        kind, name = row["kind"], row["name"]
        if kind not in NAME_KINDS:
            raise FieldError("kind", f"{kind!r} is none", expected="of " + ", ".join(NAME_KINDS))
        if not name:
            raise FieldError("name", "there is none", expected="a name of the drug")
        if len(name) > _LONGEST:
            raise FieldError("name", f"it has {len(name)} letters", expected=f"at most {_LONGEST}")
        if (row["drug"], name) in self._names:
            twice = f"{name!r} is there twice for {row['drug']!r}"
            raise FieldError("name", twice, expected="one row for a name of a drug")
        self._documents.of(row)
        self._names.add((row["drug"], name))
        literal = Literal(name, language="en")
        said.setdefault(_NAMES[kind], []).append(literal)
        yield Triple(drug, _NAMES[kind], literal)

    def classes(self, rows: Iterator[Row]) -> Iterator[Triple]:
        """The classes of the drugs; a class is made where it is first met."""
        for row in rows:
            yield from self._right(row, self._class(row))

    def _class(self, row: Row) -> Iterator[Triple]:
        drug, name = self._known("drug", row["drug"]), row["class"]
        if not name or len(name) > _LONGEST:
            raise FieldError("class", f"{name[:60]!r} is none", expected="the name of a class")
        try:
            in_class = NamedNode(mint("drug-class", slugify(name)))
        except ValueError as error:
            raise FieldError("class", str(error), expected="letters or digits") from error
        if in_class.value not in self._classes:
            self._classes.add(in_class.value)
            yield Triple(in_class, _TYPE, _DRUG_CLASS)
            if self._resolve.label(in_class.value) is None:
                yield Triple(in_class, _LABEL, Literal(name, language="en"))
        yield Triple(drug, _CLASS, in_class)
        yield from self._reading(row, drug, _CLASS, [in_class])

    def _reading(
        self,
        row: Row,
        subject: NamedNode,
        predicate: NamedNode,
        values: Sequence[NamedNode | Literal],
    ) -> Iterator[Triple]:
        document, key, column = self._documents.of(row)
        yield from document.reading(subject, key, column, predicate, values)

    def _slug(self, column: str, slug: str) -> NamedNode:
        if not _SLUG.fullmatch(slug) or len(slug) > _LONGEST:
            raise FieldError(
                column,
                f"{slug[:60]!r} is no slug",
                expected="small letters and digits, joined by '-'",
            )
        return NamedNode(mint("drug", slug))

    def _known(self, column: str, slug: str) -> NamedNode:
        """The drug of a slug, which a table or the graph has."""
        drug = self._slug(column, slug)
        if slug not in self._labels and self._resolve(drug.value) is None:
            raise FieldError(
                column,
                f"no table of drugs has {slug!r}, nor has the graph",
                expected="a drug of the table of drugs",
                hint=f"add a row for it, or load it first: {RKD}drug/{slug} is to be a drug",
            )
        return drug


_TOGETHER = ("drug", "document", "row", "column")
_LONGEST = 200
