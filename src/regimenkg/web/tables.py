"""Answers as tables of a page: a thing and its label are one cell, which links to its page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import pyoxigraph as ox

from regimenkg.catalog.spec import QuerySpec
from regimenkg.formats.rows import plain_text, readable
from regimenkg.formats.schedule import duration_text
from regimenkg.sparql.answers import Row, Solutions, Term
from regimenkg.terms.namespaces import PREFIXES, RKD, compact

__all__ = ["UNITS", "Cell", "Column", "Table", "link", "named_cell", "table_of"]

_UNITS = {"mg/m2": "mg/m²", "ug": "µg"}
UNITS = {**_UNITS, "mo": "months", "d": "days"}
"""UCUM codes as a person reads them, where the two differ."""


class Cell(NamedTuple):
    """What a cell shows, and where it links to, if anywhere."""

    text: str
    href: str = ""
    number: bool = False


class Column(NamedTuple):
    """A column: its heading, and what it holds."""

    title: str
    description: str


class Table(NamedTuple):
    """Columns and rows."""

    columns: tuple[Column, ...]
    rows: list[tuple[Cell, ...]]


def link(iri: str) -> str:
    """The address of the page of an IRI: a path of this server for things, else the IRI itself.

    >>> link("https://w3id.org/regimenkg/drug/cytarabine"), link("https://doi.org/10.1/a")
    ('/drug/cytarabine', '/citation/doi/10.1/a')
    >>> link("https://w3id.org/regimenkg/vocab#Drug")
    '/vocab#Drug'
    """
    if iri.startswith(RKD):
        return "/" + iri.removeprefix(RKD)
    if iri.startswith(PREFIXES["doi"]):
        return "/citation/doi/" + iri.removeprefix(PREFIXES["doi"])
    return iri if iri.startswith(("http://", "https://")) else ""


def table_of(spec: QuerySpec, answer: Solutions, about: str = "") -> Table:
    """The table of a canned query's answer.

    ``drug`` and ``drugLabel`` become one column, the ``page`` of a code is where its ``id`` links
    to, and columns are left out that are empty or that say in every row what ``about``, an IRI,
    says already.
    """
    names = list(answer.variables)
    rows = list(answer)
    shown: list[_Places] = []
    for place, name in enumerate(names):
        owner = name.removesuffix("Label")
        if name != owner and owner in names:
            continue
        values = {row[place] for row in rows}
        if values == {None} or (about and values == {ox.NamedNode(about)}):
            continue
        if name == "page" and "id" in names:
            continue
        label = names.index(name + "Label") if name + "Label" in names else None
        page = names.index("page") if name == "id" and "page" in names else None
        shown.append(_Places(place, label, page))
    columns = tuple(
        Column(_heading(names[found.value]), spec.columns.get(names[found.value], ""))
        for found in shown
    )
    return Table(columns, [tuple(_cell(row, found) for found in shown) for row in rows])


def named_cell(row: Mapping[str, Term | None], name: str) -> Cell:
    """The cell of a column in a row by names: a thing with its label, or a label with its thing."""
    owner = name.removesuffix("Label") if name.removesuffix("Label") in row else name
    return _cell((row[owner], row.get(owner + "Label")), _Places(0, 1, None))


class _Places(NamedTuple):
    """Where in a row a column's value, its label and its address stand."""

    value: int
    label: int | None
    page: int | None


def _heading(name: str) -> str:
    """A column's name as words: ``regimenLabel`` is regimen, ``minGrade`` min grade."""
    words = ""
    for char in name.removesuffix("Label") or name:
        words += f" {char.lower()}" if char.isupper() else char
    return words


def _cell(row: Row, places: _Places) -> Cell:
    term = row[places.value]
    if term is None:
        return Cell("")
    if isinstance(term, ox.NamedNode):
        if term.value.startswith(PREFIXES["skos"]):
            return Cell(_heading(term.value.removeprefix(PREFIXES["skos"])))
        text = "" if places.label is None else readable(row[places.label])
        return Cell(text or _name(term.value), link(term.value))
    text = plain_text(term)
    datatype = getattr(term, "datatype", None)
    kind = datatype.value.rpartition("#")[2] if datatype else ""
    if kind in ("dayTimeDuration", "duration"):
        text = duration_text(text)
    if text.startswith(("http://", "https://")):
        return Cell(text, text)
    page = None if places.page is None else row[places.page]
    number = kind in ("integer", "decimal")
    return Cell(_UNITS.get(text, text), plain_text(page) if page else "", number)


def _name(iri: str) -> str:
    """An IRI in short: the last part of one of ours, the CURIE of another."""
    text = compact(iri).strip("<>")
    if text.startswith(("rkd:", "rk:")):
        return text.partition(":")[2].rpartition("/")[2]
    return text
