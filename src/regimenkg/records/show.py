"""A thing as a page of text: what it is, what is said about it, and where that was read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pyoxigraph as ox

from regimenkg.errors import ThingNotFoundError, did_you_mean
from regimenkg.formats.rows import plain_text, readable
from regimenkg.formats.schedule import duration_text
from regimenkg.formats.text_tables import table, terminal_width
from regimenkg.sparql.answers import Row
from regimenkg.sparql.backend import Backend, select
from regimenkg.terms.namespaces import PREFIXES, RK, compact
from regimenkg.things.lookup import find_things, known_labels

NAMES = {PREFIXES["skos"] + "altLabel": "also called"}
DISCLAIMER = "For research. Not for clinical decisions."
_USED = ("rk", "skos", "rdf", "rdfs", "prov", "oa", "cito", "dcterms", "foaf", "owl", "sssom")
HEAD = "".join(f"PREFIX {p}: <{PREFIXES[p]}>\n" for p in _USED)


@dataclass(frozen=True, slots=True)
class Section:
    """A titled part of a page: a table, or lines of ``name: value``; empty ones are not printed."""

    title: str
    header: tuple[str, ...]
    rows: list[tuple[str, ...]]


def find_thing(text: str, backend: Backend) -> ox.NamedNode:
    """The thing that a name, synonym, CURIE, slug or IRI means; regimens and drugs come first.

    Raises ThingNotFoundError, with the nearest names or the candidates, if it is not one thing.
    """
    for kind in ("Regimen", "Drug", "Toxicity", "Trial", "Condition", ""):
        found = find_things(text, backend, RK + kind if kind else "")
        if len(found) == 1:
            return found[0]
        if found:
            names = ", ".join(compact(iri.value) for iri in found[:6])
            raise ThingNotFoundError(f"'{text}' may be {names}", hint="give one of these")
    near = did_you_mean(text, known_labels(backend))
    raise ThingNotFoundError(
        f"the graph knows nothing called '{text}'",
        hint=f"did you mean '{near}'?" if near else "'regimenkg query regimens' lists regimens",
    )


def show(text: str, backend: Backend, width: int | None = None) -> Iterator[str]:
    """Lines of the page of a thing.

    >>> import regimenkg
    >>> next(show("Ara-C", regimenkg.open_store()))
    'cytarabine (drug)\\n'
    """
    thing = find_thing(text, backend)
    rows = query_rows(backend, thing, "?thing skos:prefLabel ?label", "?label")
    types = {row[0] for row in query_rows(backend, thing, "?thing rdf:type ?type", "?type")}
    width = width or terminal_width() or 100
    label = readable(rows[0][0]) if rows else compact(thing.value)
    kind = _kind(thing)
    yield f"{label} ({kind})\n"
    yield thing.value + "\n"
    if ox.NamedNode(RK + "Regimen") in types:
        from regimenkg.records.show_regimen import regimen_sections

        sections = regimen_sections(thing, backend)
    else:
        sections = thing_sections(thing, backend)
    for section in sections:
        if section.rows:
            yield f"\n{section.title}\n"
            yield from _section(section, width)
    yield f"\n{DISCLAIMER} 'regimenkg evidence {compact(thing.value)}' tells where it was read.\n"


def _section(section: Section, width: int | None) -> Iterator[str]:
    if section.header:
        used = [i for i in range(len(section.header)) if any(row[i] for row in section.rows)]
        header = [section.header[i] for i in used]
        yield from table(header, [[row[i] for i in used] for row in section.rows], width)
        return
    for row in section.rows:
        yield "  " + ": ".join(cell for cell in row if cell) + "\n"


def _kind(thing: ox.NamedNode) -> str:
    path = thing.value.removeprefix(PREFIXES["rkd"])
    if path == thing.value:
        return "citation" if "doi.org" in path else "term"
    return path.partition("/")[0].replace("-", " ")


def thing_sections(thing: ox.NamedNode, backend: Backend) -> Iterator[Section]:
    """What is said of a thing, by property; then statements about it; then what mentions it."""
    yield Section("Properties", (), properties(thing, backend))
    yield from statement_sections(thing, backend)
    yield _statements_elsewhere(thing, backend)
    rows = query_rows(
        backend,
        thing,
        """?other ?property ?thing . ?other skos:prefLabel ?label .
           OPTIONAL { ?property skos:prefLabel ?name }
           FILTER(?property NOT IN (rk:about, rk:hasReport, skos:broader))""",
        "?property ?name ?label",
    )
    lines = sorted({(readable(r[2]), readable(r[1]) or readable(r[0])) for r in rows})
    yield Section("Mentioned by", ("thing", "which has it as"), [(a, b) for a, b in lines])
    yield codes(thing, backend)


def _statements_elsewhere(thing: ox.NamedNode, backend: Backend) -> Section:
    """Statements about other things that name this one: reports of a toxicity, care with a drug."""
    rows = query_rows(
        backend,
        thing,
        """?statement ?property ?thing ; rk:about ?about ; rdf:type ?class .
           ?class rdfs:subClassOf rk:Statement ; skos:prefLabel ?className .
           ?about skos:prefLabel ?label . ?property skos:prefLabel ?name .
           OPTIONAL { ?statement rk:percent ?percent }
           OPTIONAL { ?statement rk:minGrade ?grade }
           OPTIONAL { ?statement rk:qualifier ?qualifier }
           FILTER(?property != rk:about)""",
        "?className ?label ?name ?percent ?grade ?qualifier ?statement",
    )
    header = ("statement", "about", "has it as", "%", "from grade", "note")
    return Section("In statements", header, sorted(tuple(map(readable, row[:6])) for row in rows))


def properties(thing: ox.NamedNode, backend: Backend) -> list[tuple[str, ...]]:
    """The thing's own properties as (name, values) in words; codes and provenance left out."""
    rows = query_rows(
        backend,
        thing,
        """?thing ?property ?value .
           OPTIONAL { ?property skos:prefLabel ?name }
           OPTIONAL { ?value skos:prefLabel ?label }
           OPTIONAL { ?value rk:authorPosition ?place }
           FILTER(?property NOT IN (rdf:type, skos:prefLabel, prov:wasDerivedFrom, rk:hasReport,
             rk:hasToxicity, skos:exactMatch, skos:closeMatch, skos:broadMatch, skos:narrowMatch,
             skos:relatedMatch, rk:sha256))""",
        "?property ?name ?value ?label ?place",
    )
    found: dict[str, list[tuple[int, str]]] = {}
    for prop, name, value, label, place in rows:
        key = (
            readable(name)
            or NAMES.get(plain_text(prop))
            or compact(plain_text(prop)).partition(":")[2]
        )
        order = int(plain_text(place)) if place else 0  # authors in the order of the paper
        text = readable(label) if label else readable(value)
        found.setdefault(key, []).append((order, text))
    return [
        (name, "; ".join(text for _, text in sorted(set(values))))
        for name, values in sorted(found.items())
    ]


def statement_sections(thing: ox.NamedNode, backend: Backend) -> Iterator[Section]:
    """One section for each class of statements about a thing, a line for each statement."""
    rows = query_rows(
        backend,
        thing,
        """?statement rk:about ?thing ; rdf:type ?class ; ?property ?value .
           ?class rdfs:subClassOf rk:Statement ; skos:prefLabel ?className .
           ?property skos:prefLabel ?name .
           OPTIONAL { ?value skos:prefLabel ?label }
           FILTER(?property NOT IN (rk:about, rk:derived, rk:derivedProperty))""",
        "?className ?statement ?name ?value ?label",
    )
    classes: dict[str, dict[str, dict[str, set[str]]]] = {}
    for kind, statement, name, value, label in rows:
        fields = classes.setdefault(readable(kind), {}).setdefault(readable(statement), {})
        text = readable(label) if label else duration_text(readable(value))
        fields.setdefault(readable(name), set()).add(text)
    for class_name in sorted(classes):
        statements = classes[class_name]
        names = sorted({name for fields in statements.values() for name in fields})
        names.sort(key=lambda name: (name != class_name.split()[0], name))
        # What few of the statements say stands together in one column, so that a table fits a page.
        seldom = [
            name
            for name in names[1:]
            if 2 * sum(name in fields for fields in statements.values()) < len(statements)
        ]
        columns = [name for name in names if name not in seldom]
        body = []
        for _, fields in sorted(statements.items()):
            texts = {name: "; ".join(sorted(values)) for name, values in fields.items()}
            more = "; ".join(f"{name}: {texts[name]}" for name in seldom if name in texts)
            body.append((*(texts.get(name, "") for name in columns), more))
        yield Section(_plural(class_name), (*columns, "and"), sorted(body))


def _plural(name: str) -> str:
    title = name[0].upper() + name[1:]
    return title if title.endswith(("care", "ing", "stance", "vice")) else title + "s"


def codes(thing: ox.NamedNode, backend: Backend) -> Section:
    """Codes of the thing in other vocabularies."""
    rows = query_rows(
        backend,
        thing,
        """VALUES (?match ?how) { (skos:exactMatch "exact") (skos:closeMatch "close")
             (skos:broadMatch "broad") (skos:narrowMatch "narrow") (skos:relatedMatch "related") }
           ?thing ?match ?code .
           OPTIONAL { ?code skos:inScheme/skos:prefLabel ?vocabulary ; skos:notation ?id }
           OPTIONAL { ?code foaf:page ?page }
           OPTIONAL {
             ?mapping owl:annotatedSource ?thing ; owl:annotatedProperty ?match ;
               owl:annotatedTarget ?code .
             OPTIONAL { ?mapping sssom:object_label ?name }
             OPTIONAL { ?mapping rk:validUntil ?until }
           }""",
        "?vocabulary ?how ?id ?code ?name ?until ?page",
    )
    body = [
        (
            readable(vocabulary),
            readable(how),
            readable(id_) if id_ else compact(plain_text(code)),
            readable(name),
            readable(until),
            plain_text(page) if page else "",
        )
        for vocabulary, how, id_, code, name, until, page in rows
    ]
    header = ("vocabulary", "match", "id", "its name", "until", "page")
    return Section("Codes", header, sorted(set(body)))


def query_rows(backend: Backend, thing: ox.NamedNode, where: str, columns: str) -> list[Row]:
    """Rows of a pattern about a thing, with the prefixes of a page declared."""
    query = f"{HEAD}SELECT DISTINCT {columns} WHERE {{ VALUES ?thing {{ {thing} }} {where} }}"
    return select(backend, query)
