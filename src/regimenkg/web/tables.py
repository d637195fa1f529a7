"""Answers as tables of a page: a thing and its label are one cell, which links to its page."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import pyoxigraph as ox

from regimenkg.answers import Row, Solutions
from regimenkg.catalog import QuerySpec
from regimenkg.namespaces import PREFIXES, RKD, compact
from regimenkg.schedule_text import duration_text
from regimenkg.writers import plain_text, readable

__all__ = ["Cell", "Column", "Table", "link", "table_of"]

_UNITS = {"mg/m2": "mg/m²", "ug": "µg", "%": "%"}


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


def table_of(spec: QuerySpec, answer: Solutions, without: Iterable[str] = ()) -> Table:
    """The table of a canned query's answer, without some columns and those that are empty.

    ``drug`` and ``drugLabel`` become one column.
    """
    names = list(answer.variables)
    rows = list(answer)
    hidden = set(without)
    shown: list[tuple[int, int | None]] = []  # the place of a value, and of its label
    for place, name in enumerate(names):
        owner = name.removesuffix("Label")
        if name in hidden or (name != owner and owner in names):
            continue
        if all(row[place] is None for row in rows):
            continue
        label = names.index(name + "Label") if name + "Label" in names else None
        shown.append((place, label))
    columns = tuple(
        Column(_heading(names[place]), spec.columns.get(names[place], "")) for place, _ in shown
    )
    return Table(columns, [tuple(_cell(row, *places) for places in shown) for row in rows])


def _heading(name: str) -> str:
    """A column's name as words: ``regimenLabel`` is regimen, ``minGrade`` min grade."""
    words = ""
    for char in name.removesuffix("Label") or name:
        words += f" {char.lower()}" if char.isupper() else char
    return words


def _cell(row: Row, place: int, label: int | None) -> Cell:
    term = row[place]
    if term is None:
        return Cell("")
    if isinstance(term, ox.NamedNode):
        text = readable(row[label]) if label is not None and row[label] is not None else ""
        if not text:
            text = compact(term.value).strip("<>")
            text = (
                text.partition(":")[2].rpartition("/")[2]
                if text.startswith(("rkd:", "rk:"))
                else text
            )
        return Cell(text, link(term.value))
    text = plain_text(term)
    datatype = getattr(term, "datatype", None)
    kind = datatype.value.rpartition("#")[2] if datatype else ""
    if kind in ("dayTimeDuration", "duration"):
        text = duration_text(text)
    if text.startswith(("http://", "https://")):
        return Cell(text, text)
    return Cell(_UNITS.get(text, text), "", kind in ("integer", "decimal"))
