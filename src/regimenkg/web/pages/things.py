"""What the page of a thing shows: figures, the canned queries that take it, and its properties."""

from __future__ import annotations

from typing import Any, NamedTuple

import pyoxigraph as ox

from regimenkg.catalog.cache import catalog
from regimenkg.catalog.runner import bind
from regimenkg.formats.rows import plain_text, readable
from regimenkg.records.evidence import evidence
from regimenkg.records.export import record
from regimenkg.sparql.answers import Solutions, Term
from regimenkg.sparql.backend import Backend, select
from regimenkg.terms.namespaces import PREFIXES, RKD, compact
from regimenkg.web.figures.drawings import (
    Bar,
    Edge,
    Interval,
    calendar,
    intervals,
    neighbourhood,
    rates,
)
from regimenkg.web.pages.dosings import ABOUT_CALENDARS, doses, dosings, legend_of
from regimenkg.web.tables import UNITS, Cell, Column, Table, link, table_of

__all__ = ["Figure", "Section", "kind_of", "labels_of_kind", "thing_page", "thing_record"]

_HEAD = "".join(
    f"PREFIX {prefix}: <{PREFIXES[prefix]}>\n"
    for prefix in ("rk", "skos", "rdf", "rdfs", "prov", "qudt", "dcterms")
)
_FIRST = (
    *("regimen-components", "dosing", "relative-timing", "cycles-and-follow-on"),
    *("toxicity-rates", "outcomes", "care-plan", "trial-summary", "citations"),
)
_NOT_ON_PAGES = {"mapping-provenance", "evidence", "conflicts", "day-matrix", "uncited-statements"}


class Figure(NamedTuple):
    """A figure with its title, what it means, its legend, and what it could not show."""

    title: str
    about: str
    svg: Any
    legend: tuple[tuple[str, str], ...] = ()
    named: tuple[Cell, ...] = ()


class Section(NamedTuple):
    """A table with its title, and the address of the query that it answers, if it is one."""

    name: str
    title: str
    table: Table
    href: str = ""


def kind_of(iri: str) -> str:
    """The words of the path segment of a thing's IRI: ``drug-class`` is drug class."""
    path = iri.removeprefix(RKD)
    return "citation" if path == iri else path.partition("/")[0].replace("-", " ")


def labels_of_kind(backend: Backend, kind: str) -> list[tuple[str, str]]:
    """IRI and label of every thing of a kind, by the path segment of its IRI."""
    rows = select(
        backend,
        f"{_HEAD}SELECT DISTINCT ?thing ?label {{ ?thing skos:prefLabel ?label"
        f' FILTER(STRSTARTS(STR(?thing), "{RKD}{kind}/")) }} ORDER BY LCASE(STR(?label)) ?thing',
    )
    return [(plain_text(row[0]), readable(row[1])) for row in rows]


def thing_record(thing: ox.NamedNode, backend: Backend) -> list[ox.Triple]:
    """The record of a thing, as its Turtle or JSON-LD has it."""
    return list(record(thing, backend))


def thing_page(thing: ox.NamedNode, backend: Backend) -> dict[str, Any] | None:
    """What the template of a thing's page needs; None for an IRI that the graph does not know."""
    rows = select(
        backend,
        f"{_HEAD}SELECT ?label ?class {{ {thing} a ?class"
        f" OPTIONAL {{ {thing} skos:prefLabel ?label }} }} ORDER BY ?class",
    )
    if not rows:
        return None
    classes = {plain_text(row[1]) for row in rows}
    names = select(backend, f"{_HEAD}SELECT ?name {{ {thing} skos:altLabel ?name }} ORDER BY ?name")
    regimen = PREFIXES["rk"] + "Regimen" in classes
    label = readable(rows[0][0]) or thing.value.rpartition("/")[2]
    own = _properties(thing, backend)
    return {
        "label": label,
        "graph": _graph(label, own),
        "iri": thing.value,
        "kind": kind_of(thing.value),
        "names": [readable(row[0]) for row in names],
        "conflicts": _conflicts(thing, backend),
        "figures": _figures(thing, backend) if regimen else [],
        "sections": [
            *_answers(thing, classes, backend),
            *own,
        ],
        "evidence": _evidence(thing, backend),
    }


def _answers(thing: ox.NamedNode, classes: set[str], backend: Backend) -> list[Section]:
    """The canned queries that take a thing of this class, as far as they have an answer."""
    from regimenkg.terms.namespaces import expand

    found = []
    for spec in catalog().values():
        if spec.name in _NOT_ON_PAGES or spec.form != "select":
            continue
        for param in spec.params:
            fits = expand(param.class_) in classes if param.class_ else param.name == "thing"
            if param.type == "iri" and fits:
                answer = backend.query(bind(spec, {param.name: thing.value}, backend, note=_quiet))
                assert isinstance(answer, Solutions)
                table = table_of(spec, answer, about=thing.value)
                if table.rows:
                    address = f"/queries/{spec.name}?{param.name}={compact(thing.value)}"
                    found.append(Section(spec.name, spec.summary, table, address))
                break
    order = {name: place for place, name in enumerate(_FIRST)}
    return sorted(found, key=lambda section: order.get(section.name, len(order)))


def _quiet(_note: str) -> None:
    pass


def _properties(thing: ox.NamedNode, backend: Backend) -> list[Section]:
    """What the thing says itself, and what else in the graph names it."""
    own = select(
        backend,
        f"""{_HEAD}SELECT DISTINCT ?name ?property ?value ?label ?place {{
          {thing} ?property ?value . OPTIONAL {{ ?property skos:prefLabel ?name }}
          OPTIONAL {{ ?value skos:prefLabel ?label }}
          OPTIONAL {{ ?value rk:authorPosition ?place }}
          FILTER(?property NOT IN (rdf:type, skos:prefLabel, skos:altLabel, prov:wasDerivedFrom,
            rk:hasReport, skos:exactMatch, skos:closeMatch, skos:broadMatch, skos:narrowMatch,
            skos:relatedMatch))
        }} ORDER BY ?name ?property ?place ?label ?value""",
    )
    other = select(
        backend,
        f"""{_HEAD}SELECT DISTINCT ?other ?label ?name ?property {{
          ?other ?property {thing} ; skos:prefLabel ?label .
          OPTIONAL {{ ?property skos:prefLabel ?name }}
          FILTER(?property NOT IN (rk:supportsValue, rk:hasReport))
        }} ORDER BY ?name ?property ?label ?other""",
    )
    sections = []
    rows: list[tuple[Cell, ...]]
    if own:
        rows = [(_property(row[0], row[1]), _value(row[2], row[3])) for row in own]
        columns = (Column("property", ""), Column("value", ""))
        sections.append(Section("properties", "Properties", Table(columns, rows)))
    if other:
        rows = [(_value(row[0], row[1]), _property(row[2], row[3])) for row in other]
        columns = (Column("thing", ""), Column("which has it as", ""))
        sections.append(Section("mentions", "Mentioned by", Table(columns, rows)))
    return sections


def _graph(label: str, sections: list[Section]) -> Any:
    """The thing and its neighbours as a picture; things without pages here are left out."""
    edges: dict[str, list[Edge]] = {"properties": [], "mentions": []}
    for section in sections:
        for first, second in section.table.rows:
            name, other = (first, second) if section.name == "properties" else (second, first)
            if other.href.startswith("/") and not other.href.startswith("/vocab"):
                edge = Edge(name.text, other.text, other.href)
                if edge not in edges[section.name]:
                    edges[section.name].append(edge)
    return neighbourhood(label, edges["mentions"], edges["properties"])


def _property(name: Term | None, iri: Term | None) -> Cell:
    return Cell(readable(name) if name else compact(plain_text(iri)).partition(":")[2])


def _value(value: Term | None, label: Term | None) -> Cell:
    if isinstance(value, ox.NamedNode):
        text = readable(label) if label else compact(value.value).strip("<>")
        return Cell(text, link(value.value))
    return Cell(readable(value))


def _conflicts(thing: ox.NamedNode, backend: Backend) -> list[str]:
    spec = catalog()["conflicts"]
    if not thing.value.startswith(RKD + "regimen/"):
        return []
    answer = backend.query(bind(spec, {"regimen": thing.value}, backend, note=_quiet))
    assert isinstance(answer, Solutions)
    place = answer.variables.index("description")
    return list(dict.fromkeys(readable(row[place]) for row in answer))


def _evidence(thing: ox.NamedNode, backend: Backend) -> Table | None:
    answer = evidence(thing, backend, pointers=True)
    labels = {
        row[0]: readable(row[1])
        for row in select(
            backend, f"{_HEAD}SELECT ?d ?l {{ ?d a rk:SourceDocument ; skos:prefLabel ?l }}"
        )
    }
    rows: list[tuple[Cell, ...]] = []
    for subject, property_, value, reported, document, start, end, pointer in answer:
        rows.append(
            (
                _value(subject, None),
                Cell(compact(plain_text(property_)).partition(":")[2]),
                Cell(readable(value)),
                Cell(readable(reported)),
                Cell(labels.get(document, ""), link(plain_text(document))),
                Cell(f"{readable(start)}–{readable(end)}" if start else readable(pointer)),
            )
        )
    names = ("subject", "property", "value", "as printed", "document", "position")
    return Table(tuple(Column(name, "") for name in names), rows) if rows else None


def _dicts(name: str, thing: ox.NamedNode, backend: Backend) -> list[dict[str, Any]]:
    """The rows of a canned query about a regimen, by column."""
    spec = catalog()[name]
    answer = backend.query(bind(spec, {"regimen": thing.value}, backend, note=_quiet))
    assert isinstance(answer, Solutions)
    return [dict(zip(answer.variables, row, strict=True)) for row in answer]


def _figures(regimen: ox.NamedNode, backend: Backend) -> list[Figure]:
    figures = _calendars(regimen, backend)
    bars, named = [], []
    for row in _dicts("toxicity-rates", regimen, backend):
        cell = Cell(readable(row["toxicityLabel"]), link(plain_text(row["toxicity"])))
        if row["percent"] is None:
            named.append(cell)
            continue
        number = readable(row["count"]) or readable(row["computedCount"])
        low, high = readable(row["minGrade"]), readable(row["maxGrade"])
        grade = f"grade {low}–{high}" if high else f"grade ≥ {low}" if low else ""
        patients = (
            f"{number}/{readable(row['denominator'])}" if number and row["denominator"] else ""
        )
        if patients and row["count"] is None:
            patients += " computed"
        note = ", ".join(filter(None, (grade, patients)))
        bars.append(Bar(cell.text, float(plain_text(row["percent"])), note, cell.href))
    if bars or named:
        about = "Bars are the rates that a source states; patients are computed where it says so."
        svg = rates("Rates of toxicities in percent of patients", bars)
        unique = tuple(dict.fromkeys(named))
        figures.append(Figure("Toxicities", about if bars else "", svg, named=unique))
    figures += _outcomes(regimen, backend)
    return figures


def _calendars(regimen: ox.NamedNode, backend: Backend) -> list[Figure]:
    figures = []
    for dosing in dosings(regimen, backend):
        shown = doses(dosing.given)
        if shown:
            title = f"Dosing calendar: {dosing.label}"
            figures.append(Figure(title, ABOUT_CALENDARS, calendar(title, shown), legend_of(shown)))
    return figures


def _outcomes(regimen: ox.NamedNode, backend: Backend) -> list[Figure]:
    units: dict[str, list[Interval]] = {}
    for row in _dicts("outcomes", regimen, backend):
        if row["value"] is None:
            continue
        unit = UNITS.get(readable(row["unit"]), readable(row["unit"]))
        low, high = row["ciLower"], row["ciUpper"]
        among = readable(row["subgroup"])
        label = readable(row["endpointLabel"]) + (f", {among}" if among else "")
        patients = (
            f"{readable(row['count'])}/{readable(row['denominator'])}"
            if row["count"] and row["denominator"]
            else ""
        )
        interval = (
            f"{readable(row['ciLevel'])} % CI {readable(low)}–{readable(high)}"
            if low and high
            else ""
        )
        units.setdefault(unit, []).append(
            Interval(
                label,
                float(plain_text(row["value"])),
                float(plain_text(low)) if low else None,
                float(plain_text(high)) if high else None,
                unit,
                ", ".join(filter(None, (interval, patients))),
            )
        )
    return [
        Figure(
            f"Outcomes in {unit or 'numbers'}",
            "A square is the figure, the line its confidence interval where one is stated.",
            intervals(f"Outcomes in {unit}", figures),
        )
        for unit, figures in units.items()
    ]
