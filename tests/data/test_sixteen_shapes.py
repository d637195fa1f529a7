"""Sixteen shapes of regimen: what their texts say, by hand, against every canned query."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from pathlib import Path

import pytest
from answer_cells import golden_cell, rows
from packaged_stores import copy_of_documents_edition, replace_graph
from places import ROOT
from pyoxigraph import NamedNode

from regimenkg.catalog.cache import catalog
from regimenkg.catalog.runner import bind
from regimenkg.checks.inputs import of_graph
from regimenkg.checks.shapes import validate
from regimenkg.loaders.curated.yamlnodes import Fields, Items, Node, Scalar, read_yaml
from regimenkg.loaders.kinds import KINDS
from regimenkg.sparql.tokens import add_missing_prefixes
from regimenkg.store.embedded import EmbeddedStore
from regimenkg.terms.namespaces import DERIVED_GRAPH, GRAPH, RKD
from regimenkg.things.matching import Matcher

REGIMENS = ROOT / "tests" / "data" / "regimens"
SHAPES = sorted(path for path in REGIMENS.iterdir() if path.is_dir())
FOLLOWING = ("course-totals", "dated-sources", "derived-values")
"""Queries whose rows follow from totals.tsv and from the document, beside what a file adds."""
TOLD = sorted(
    {(path.stem, shape) for shape in SHAPES for path in shape.glob("*.csv")}
    | {(name, shape) for shape in SHAPES for name in FOLLOWING}
)

# Columns that the second edition of the design fixes: one that a table leaves out is empty.
FIXED = {
    "dosing": """regimen regimenLabel variant trial arms block treatmentPhase step administration
        drug drugLabel treatment treatmentLabel componentRole dose doseHigh unit per doseKind
        doseCap doseOver fractions stepUp route administrationMethod infusionDuration timesPerDay
        every repetitions continuous firstDay lastDay days cycles cycleLength minCycles maxCycles
        alternativeTo appliesTo optional notStated source""",
    "toxicity-rates": """regimen regimenLabel trial arm armLabel toxicity toxicityLabel asReported
        percent count denominator computedCount minGrade maxGrade causality eventKind fatal
        quantifier source""",
    "outcomes": """regimen regimenLabel trial arm armLabel comparatorArm comparatorLabel endpoint
        endpointLabel statistic measureOfEffect value unit ciLower ciUpper ciLevel valueNotReached
        lowerNotReached upperNotReached lowerLimit upperLimit pValue pValueBound oneSided count
        denominator analysis dataCutoff analysisSet toxicity minGrade maxGrade numeratorBasis
        subgroup timePoint source""",
}
MAY_BE_LEFT_OUT = {"asReported", "notStated"}

# Queries with several rows for one thing that the tables tell once.
SETS = {"derived-values", "shared-drugs", "statements", "statements-naming", "mentions", "by-code"}

Rows = Counter[tuple[str, ...]]
Table = tuple[list[str], Rows]


def listed(name: str) -> list[dict[str, str]]:
    with (REGIMENS / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE))


@pytest.fixture(scope="module")
def store() -> EmbeddedStore:
    """The documents' edition and, loaded as any curated file is, the sixteen regimens."""
    filled = EmbeddedStore(copy_of_documents_edition())
    triples = KINDS["curated"].load([REGIMENS], resolve=Matcher(filled.store))
    replace_graph(filled.store, f"{GRAPH}sixteen-shapes", triples)
    return filled


def things(shape: Path) -> set[str]:
    """The things that a shape's file states something of, as CURIEs."""
    return set(_things(read_yaml(shape / "regimen.yaml")))


def _things(file: Fields) -> Iterator[str]:
    nested = {"hasBlock": "block", "hasAdministration": "administration", "hasArm": "arm"}

    def within(slug: str, fields: Fields) -> Iterator[str]:
        for name, node in fields.fields.items():
            for item in node.items if isinstance(node, Items) else ():
                if name in nested and isinstance(item, Fields):
                    inner = f"{slug}-{_text(item.fields['id'])}"
                    yield f"rkd:{nested[name]}/{inner}"
                    yield from within(inner, item)

    for key, node in file.fields.items():
        if isinstance(node, Fields):
            yield f"rkd:{key}"
            yield from within(key.partition("/")[2], node)


def _text(node: Node) -> str:
    assert isinstance(node, Scalar)
    return node.text


def regimens(shape: Path) -> list[str]:
    return sorted(thing for thing in things(shape) if thing.startswith("rkd:regimen/"))


# --- The texts ------------------------------------------------------------------------------------


def readings(node: Node) -> Iterator[tuple[int, int, str | None]]:
    """Every place of a file, with the token that stands there where one value was read there."""
    if isinstance(node, Items):
        for item in node.items:
            yield from readings(item)
    if isinstance(node, Fields):
        for name, inner in node.fields.items():
            if name == "at":
                start, end = map(int, _text(inner).split("-"))
                token = node.fields.get("as", node.fields.get("is"))
                yield start, end, _text(token) if token else None
            yield from readings(inner)


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.name)
def test_each_value_stands_at_its_place(shape: Path) -> None:
    raw = (shape / "document.txt").read_bytes()
    text = raw.decode("utf-8")
    file = read_yaml(shape / "regimen.yaml")
    source = file.fields[f"source/{_text(file.fields['document'])}"]
    assert isinstance(source, Fields)
    assert _text(source.fields["sha256"]) == sha256(raw).hexdigest()
    assert _text(source.fields["characterCount"]) == str(len(text))
    places = list(readings(file))
    assert places
    for start, end, token in places:
        assert token in (text[start:end], None)
        assert text[start:end].strip()


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.name)
def test_evidence_has_every_place_and_no_other(shape: Path, store: EmbeddedStore) -> None:
    spec = catalog()["evidence"]
    text = bind(spec, {"thing": sorted(things(shape))}, store)
    names = list(spec.columns)
    document = f"rkd:source/shape-{shape.name[3:]}"
    found = [dict(zip(names, map(golden_cell, row), strict=True)) for row in rows(store, text)]
    assert {row["document"] for row in found} == {document}
    assert {(int(row["start"]), int(row["end"])) for row in found} == {
        (start, end) for start, end, _ in readings(read_yaml(shape / "regimen.yaml"))
    }


def test_all_of_it_conforms_to_the_shapes(store: EmbeddedStore) -> None:
    report = validate(store.store, about=of_graph(store, "sixteen-shapes") | derived(store))
    assert [one for one in report.findings if one.severity == "Violation"] == []


def derived(store: EmbeddedStore) -> set[str]:
    """What the rules say something of, in this store and with these regimens."""
    triples = store.store.quads_for_pattern(None, None, None, NamedNode(DERIVED_GRAPH))
    return {str(quad.subject)[1:-1] for quad in triples}


# --- Calendars and totals -------------------------------------------------------------------------

CALENDAR = """
SELECT ?part ?what ?days ?every ?first ?repetitions ?cycles ?firstCycle ?counting
       ?dose ?high ?unit WHERE {
  ?part rk:hasAdministration ?administration .
  OPTIONAL { ?inner rk:hasAdministration ?administration . ?inner a rk:TreatmentBlock }
  FILTER (!BOUND(?inner) || ?inner = ?part)
  ?administration rk:drug|rk:treatment ?thing . ?thing skos:prefLabel ?what
  OPTIONAL { ?administration rk:every ?every }
  OPTIONAL { ?administration rk:firstDay ?first }
  OPTIONAL { ?administration rk:repetitions ?repetitions }
  OPTIONAL { ?administration rk:dayCount ?counting }
  OPTIONAL { ?administration rk:firstCycle ?firstCycle }
  OPTIONAL {
    ?administration rk:dose ?quantity . ?quantity rk:ucumCode ?unit
    OPTIONAL { ?quantity qudt:numericValue ?value }
    OPTIONAL { ?quantity rk:lowerBound ?low ; rk:upperBound ?high }
    BIND (COALESCE(?value, ?low) AS ?dose)
  }
  OPTIONAL {
    SELECT ?administration (GROUP_CONCAT(STR(?day); SEPARATOR=" ") AS ?days)
    WHERE { ?administration rk:day ?day } GROUP BY ?administration
  }
  OPTIONAL {
    SELECT ?administration (GROUP_CONCAT(STR(?cycle); SEPARATOR=" ") AS ?cycles)
    WHERE {
      { ?administration rk:cycle ?cycle } UNION
      { ?block rk:hasAdministration ?administration ; rk:cycle ?cycle ; a rk:TreatmentBlock }
    }
    GROUP BY ?administration
  }
}
"""


@cache
def _calendar(store: EmbeddedStore) -> Rows:
    """What the graph has of days, written out: (part, cycle, day, what, dose)."""
    found: Rows = Counter()
    for row in rows(store, add_missing_prefixes(CALENDAR)):
        part, what, days, every, first, times, cycles, from_cycle, counting, dose, high, unit = map(
            golden_cell, row
        )
        written = sorted(map(int, days.split()))
        step = re.fullmatch(r"P(\d+)D", every)
        if not written and step and first and times:
            written = [int(first) + int(step[1]) * number for number in range(int(times))]
        cycle = ", ".join(map(str, sorted(map(int, cycles.split()))))
        cycle = cycle or (f"{from_cycle} and later" if from_cycle else "every")
        if counting == "rk:FromFirstDose":
            cycle = "from first dose"
        amount = f"{dose}-{high} {unit}" if high else f"{dose} {unit}".strip()
        for day in written:
            found[part.removeprefix("rkd:"), cycle, str(day), what, amount] += 1
    return found


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.name)
def test_the_graph_gives_what_the_text_gives_on_each_day(shape: Path, store: EmbeddedStore) -> None:
    expected = Counter(tuple(row.values()) for row in listed(f"{shape.name}/calendar.tsv"))
    ours = things(shape)
    found = Counter({k: n for k, n in _calendar(store).items() if f"rkd:{k[0]}" in ours})
    assert found == expected


TOTALS = """
SELECT ?administration ?value ?low ?high ?unit ?assumption ?cap WHERE {
  ?derived a rk:DerivedValue ; rk:about ?administration ; rk:unit ?unit .
  ?administration a rk:Administration
  OPTIONAL { ?derived rk:value ?value }
  OPTIONAL { ?derived rk:lowerBound ?low ; rk:upperBound ?high }
  OPTIONAL { ?derived rk:assumption ?assumption }
  OPTIONAL { ?administration rk:doseCap ?cap }
}
"""


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.name)
def test_totals_are_those_of_one_cycle(shape: Path, store: EmbeddedStore) -> None:
    expected = {
        row["administration"]: (row["total"], row["unit"])
        for row in listed(f"{shape.name}/totals.tsv")
    }
    ours = things(shape)
    found = dict.fromkeys(expected, ("none", ""))
    for row in rows(store, add_missing_prefixes(TOTALS)):
        name, value, low, high, unit, assumption, cap = map(golden_cell, row)
        if name in ours:
            found[name.partition("/")[2]] = (value or f"{low}-{high}", unit)
            assert not cap or "cap" in assumption, f"{name}: it is not said that no cap is applied"
    assert found == expected


# --- The canned queries ---------------------------------------------------------------------------


def written(path: Path) -> Table:
    """A table as it stands in a file; one without a file has no rows."""
    if not path.exists():
        return [], Counter()
    with path.open(encoding="utf-8", newline="") as stream:
        header, *body = list(csv.reader(stream))
    return header, Counter(map(tuple, body))


def totals(shape: Path) -> dict[str, tuple[str, str, str]]:
    """Lower and upper end and unit of each total, by administration."""
    ends = {
        f"rkd:administration/{row['administration']}": (*row["total"].split("-"), row["unit"])
        for row in listed(f"{shape.name}/totals.tsv")
        if row["total"] != "none"
    }
    return {name: (end[0], end[1] if len(end) > 2 else "", end[-1]) for name, end in ends.items()}


def told(name: str, shape: Path) -> Table:
    """The rows that a query has to give for a shape: a file's, or what follows from others."""
    header, rows = written(shape / f"{name}.csv")
    if name == "dated-sources":
        return ["thing", "undated"], Counter([(f"rkd:source/shape-{shape.name[3:]}", "true")])
    if name == "course-totals":
        header = ["administration", "total", "totalHigh", "unit"]
        return header, Counter((key, *ends) for key, ends in totals(shape).items())
    if name == "derived-values":
        header = ["property", "about", "value", "denominator"]
        doses = {
            ("dose", key, "" if high else low, "") for key, (low, high, _) in totals(shape).items()
        }
        return header, rows + Counter(doses)
    return header, rows


@cache
def _cells(store: EmbeddedStore, text: str) -> list[list[str]]:
    """The rows of a query; most queries ask the same whatever shape they are asked about."""
    return [[golden_cell(term).replace(RKD, "rkd:") for term in row] for row in rows(store, text)]


def answer(name: str, shape: Path, store: EmbeddedStore) -> list[dict[str, str]]:
    """The rows of a query that speak of a shape."""
    spec = catalog()[name]
    arguments: dict[str, list[str]] = {}
    for row in listed("arguments.tsv"):
        if (row["shape"], row["query"]) == (shape.name, name):
            arguments.setdefault(row["parameter"], []).append(row["value"])
    whole = any(param.name == "regimen" for param in spec.params)
    if whole:
        arguments["regimen"] = regimens(shape)
    names = list(spec.columns) or ["subject", "predicate", "object"]
    found = [
        dict(zip(names, row, strict=True))
        for row in _cells(store, bind(spec, arguments, store, note=lambda _: None))
    ]
    ours = things(shape)
    if name == "mechanism-differences":
        return [row for row in found if {row["regimen"], row["other"]} <= ours]
    return [row for row in found if whole or ours & set(row.values())]


@pytest.mark.parametrize(("name", "shape"), TOLD, ids=lambda value: getattr(value, "name", value))
def test_a_query_says_what_the_text_says(name: str, shape: Path, store: EmbeddedStore) -> None:
    header, expected = told(name, shape)
    fixed = [column for column in FIXED.get(name, "").split() if column not in MAY_BE_LEFT_OUT]
    columns = list(dict.fromkeys([*header, *fixed]))
    missing = set(columns) - set(catalog()[name].columns)
    assert not missing, f"{name} lacks the columns {', '.join(sorted(missing))}"
    empty = ("",) * (len(columns) - len(header))
    expected = Counter({(*row, *empty): count for row, count in expected.items()})
    found = Counter(tuple(row[column] for column in columns) for row in answer(name, shape, store))
    if name in SETS:
        found, expected = Counter(set(found)), Counter(set(expected))
    assert found == expected, _difference(columns, expected, found)


def _difference(
    columns: list[str], expected: Counter[tuple[str, ...]], found: Counter[tuple[str, ...]]
) -> str:
    def shown(rows: Rows) -> str:
        return "\n".join(
            f"  {count} x " + "; ".join(f"{c}={v}" for c, v in zip(columns, row, strict=True) if v)
            for row, count in sorted(rows.items())
        )

    return f"\nexpected alone:\n{shown(expected - found)}\nfound alone:\n{shown(found - expected)}"


def _shapes(text: str) -> set[str]:
    """The numbers of shapes that ``all``, ``all but 02, 16`` or ``01, 03-05`` means."""
    every = {shape.name[:2] for shape in SHAPES}
    if text == "all":
        return every
    if text.startswith("all but "):
        return every - _shapes(text.removeprefix("all but "))
    named: set[str] = set()
    for item in text.split(", "):
        first, _, last = item.partition("-")
        named |= {f"{number:02}" for number in range(int(first), int(last or first) + 1)}
    return named


def reasons(name: str) -> dict[tuple[str, str], str]:
    return {
        (row["query"], shape): row["why"]
        for row in listed(name)
        for shape in _shapes(row["shapes"])
    }


def test_the_reasons_leave_no_table_out_and_name_no_other() -> None:
    told = {(name, shape.name[:2]) for name, shape in TOLD}
    silent, unread = reasons("silent.tsv"), reasons("unread.tsv")
    assert not told & set(silent)
    assert not told & set(unread)
    assert not set(silent) & set(unread)
    ours = {query for query, _ in told | set(silent) | set(unread)}
    for query in ours:
        for shape in SHAPES:
            assert (query, shape.name[:2]) in told | set(silent) | set(unread), (query, shape.name)


@pytest.mark.parametrize("name", sorted(catalog()))
def test_a_query_is_silent_where_the_text_is(name: str, store: EmbeddedStore) -> None:
    unread = reasons("unread.tsv")
    for shape in SHAPES:
        if (name, shape.name[:2]) not in unread and (name, shape) not in TOLD:
            assert answer(name, shape, store) == [], f"{name} says something of {shape.name}"
