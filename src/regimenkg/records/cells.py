"""What a person reads in a row: a thing by its name, a unit and a duration in words, templates."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

import pyoxigraph as ox

from regimenkg.formats.rows import plain_text, readable
from regimenkg.formats.schedule import duration_text
from regimenkg.sparql.answers import Term
from regimenkg.terms.namespaces import PREFIXES, RKD, compact

__all__ = ["UNITS", "Cell", "cell_of", "filled", "heading", "link", "named_cell"]

UNITS = {
    "mg/m2": "mg/m²",
    "ug": "µg",
    "mo": "months",
    "d": "days",
    "a": "years",
    "{patients}": "patients",
}
"""UCUM codes as a person reads them, where the two differ."""

_COLUMN = re.compile(r"\{(\w+)\}")
_RANGE = re.compile(r"(\{\w+\})–\{\w+\}")
_DURATIONS = {PREFIXES["xsd"] + name for name in ("dayTimeDuration", "duration")}
_NUMBERS = {PREFIXES["xsd"] + name for name in ("integer", "decimal")}
_BOOLEAN = PREFIXES["xsd"] + "boolean"


class Cell(NamedTuple):
    """What a cell shows, where it links to, if anywhere, and whether it is a number."""

    text: str
    href: str = ""
    number: bool = False


def link(iri: str) -> str:
    """The address of the page of an IRI: a path of a server for things, else the IRI itself.

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


def heading(name: str) -> str:
    """A column's name as words.

    >>> heading("regimenLabel"), heading("minGrade")
    ('regimen', 'min grade')
    """
    words = re.sub(r"[A-Z]", lambda found: " " + found.group().lower(), name.removesuffix("Label"))
    return words or name


def cell_of(term: Term | None, label: Term | None = None, page: Term | None = None) -> Cell:
    """The cell of a value: with its label where it has one, and the page that it links to.

    >>> cell_of(ox.NamedNode("https://w3id.org/regimenkg/drug/cytarabine"))
    Cell(text='cytarabine', href='/drug/cytarabine', number=False)
    >>> cell_of(ox.Literal("PT2H", datatype=ox.NamedNode(PREFIXES["xsd"] + "dayTimeDuration"))).text
    '2 h'
    """
    if term is None:
        return Cell(readable(label))
    if isinstance(term, ox.NamedNode):
        return Cell(readable(label) or _short(term.value), link(term.value))
    text = plain_text(term)
    datatype = term.datatype.value if isinstance(term, ox.Literal) else ""
    if datatype in _DURATIONS:
        text = duration_text(text)
    if text.startswith(("http://", "https://")):
        return Cell(text, text)
    return Cell(text, plain_text(page) if page else "", datatype in _NUMBERS)


def named_cell(row: Mapping[str, Term | None], name: str) -> Cell:
    """The cell of a column in a row by names: a thing with its label, or a label with its thing.

    The ``id`` of a code links to its ``page``, where the row has one, and that is its address;
    a ``unit`` is written as a person reads it.
    """
    owner = name.removesuffix("Label") if name.removesuffix("Label") in row else name
    if owner == "page":
        return cell_of(ox.Literal(plain_text(row[owner])))
    if owner == "unit":
        text = readable(row[owner])
        return Cell(UNITS.get(text, text))
    page = row.get("page") if owner == "id" else None
    return cell_of(row[owner], row.get(owner + "Label"), page)


def filled(template: str, row: Mapping[str, Term | None]) -> Cell:
    """The first of a template's alternatives that a row can fill, filled in; else an empty cell.

    Alternatives stand with `` | `` between them, columns in braces. One column alone is its
    `named_cell`, with its link. Of a truth value the column's name says what is true, and one that
    is false fills nothing; a column ``value`` says neither, and has true or false.

    >>> row = {"count": ox.Literal(22), "of": None, "fatal": ox.Literal(True)}
    >>> [filled(text, row).text for text in ("{count}/{of} | {count} patients", "{fatal}", "{of}")]
    ['22 patients', 'fatal', '']
    >>> filled("{value}", {"value": ox.Literal(True)}).text
    'true'
    >>> filled("grade {low}–{high}", {"low": ox.Literal(3), "high": ox.Literal(3)}).text
    'grade 3'
    """
    for alternative in template.split(" | "):
        names = _COLUMN.findall(alternative)
        cells = [cell for name in names if (cell := _stated(row, name)) is not None]
        if len(cells) == len(names):
            if _COLUMN.fullmatch(alternative):
                return cells[0]
            return Cell(_filled_in(alternative, iter(cells)))
    return Cell("")


def _filled_in(text: str, cells: Iterator[Cell]) -> str:
    texts = [cell.text for cell in cells]
    if len(texts) == 2 and texts[0] == texts[1]:  # a range of one value is that value
        text = _RANGE.sub(r"\1", text)
    filled_in = iter(texts)
    return _COLUMN.sub(lambda _: next(filled_in), text)


def _stated(row: Mapping[str, Term | None], name: str) -> Cell | None:
    """The cell of a column; None where a template has to do without it."""
    term = row[name]
    if isinstance(term, ox.Literal) and term.datatype.value == _BOOLEAN and name != "value":
        return Cell(heading(name)) if term.value in ("true", "1") else None
    return named_cell(row, name) if term is not None else None


def _short(iri: str) -> str:
    """An IRI in short: the last part of one of ours, terms in words, the CURIE of another."""
    if iri.startswith(PREFIXES["skos"]):
        return heading(iri.removeprefix(PREFIXES["skos"]))
    if iri.startswith(PREFIXES["rk"]):
        return heading(iri.removeprefix(PREFIXES["rk"])).strip()
    text = compact(iri).strip("<>")
    if text.startswith("rkd:"):
        return text.partition(":")[2].rpartition("/")[2]
    return text
