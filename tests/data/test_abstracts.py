"""The abstracts say in the graph what a second reader read, who saw neither code nor first reading.

`tests/golden/abstracts.tsv` holds that reading where it was not settled otherwise. The
texts are not part of the project: what needs them is skipped where they are not at hand.
"""

from __future__ import annotations

import csv
import hashlib
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox
import pytest
from packaged_stores import own_store_directory
from places import ROOT

from regimenkg.loaders.curated.numbers import BadValue
from regimenkg.loaders.curated.quantities import Quantity
from regimenkg.loaders.curated.schema import Schema
from regimenkg.loaders.curated.values import read
from regimenkg.packaged import curated_files, open_store
from regimenkg.resources import directory
from regimenkg.sparql.backend import select
from regimenkg.terms.namespaces import GRAPH, PREFIXES, RK, RKD

GOLDEN = ROOT / "tests" / "golden" / "abstracts.tsv"
ABSTRACTS = directory("data") / "abstracts"
CORPUS = ROOT.parent / "shared" / "corpus" / "abstracts"
GRAPH_NAME = ox.NamedNode(GRAPH + "abstracts")
_OA, _QUDT = PREFIXES["oa"], PREFIXES["qudt"]
_MEASURED = frozenset(("percent", "count", "value", "ciLower", "ciUpper", "pValue", "dose", "day"))


@cache
def schema() -> Schema:
    return Schema.read()


class Read(NamedTuple):
    """A value that was read at a place: of which thing, and on which arms."""

    subject: str
    value: str
    start: int
    end: int


@cache
def triples() -> dict[str, dict[str, list[ox.NamedNode | ox.Literal]]]:
    """The graph of the abstracts: subject → predicate → objects."""
    found: dict[str, dict[str, list[ox.NamedNode | ox.Literal]]] = defaultdict(
        lambda: defaultdict(list)
    )
    store = open_store(own_store_directory()).store
    for quad in store.quads_for_pattern(None, None, None, GRAPH_NAME):
        assert isinstance(quad.subject, ox.NamedNode)
        assert isinstance(quad.object, ox.NamedNode | ox.Literal)
        found[quad.subject.value][quad.predicate.value].append(quad.object)
    return found


@cache
def readings() -> dict[tuple[str, str], list[Read]]:
    """What was read, by document and property."""
    graph = triples()
    found: dict[tuple[str, str], list[Read]] = defaultdict(list)
    for subject, said in list(graph.items()):
        for note in said.get(PREFIXES["prov"] + "wasDerivedFrom", ()):
            of = graph[note.value]
            if RK + "supportsProperty" not in of:
                continue
            span = graph[of[_OA + "hasTarget"][0].value]
            selector = graph[span[_OA + "hasSelector"][0].value]
            start, end = (int(selector[_OA + end][0].value) for end in ("start", "end"))
            document = span[_OA + "hasSource"][0].value.removeprefix(RKD + "source/")
            key = (document, of[RK + "supportsProperty"][0].value)
            found[key] += [
                Read(subject, _plain(value), start, end) for value in of[RK + "supportsValue"]
            ]
    return found


def _plain(value: ox.NamedNode | ox.Literal) -> str:
    """A value as a text; a quantity by its number and unit."""
    said = triples().get(value.value, {}) if isinstance(value, ox.NamedNode) else {}
    bounds = [
        said[name][0].value
        for name in (_QUDT + "numericValue", RK + "lowerBound", RK + "upperBound")
        if name in said
    ]
    return " ".join([*bounds, said[RK + "ucumCode"][0].value]) if bounds else value.value


@cache
def spans() -> dict[str, list[tuple[int, int]]]:
    """All places of each document."""
    graph = triples()
    found: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for said in list(graph.values()):
        if _OA + "hasSource" in said:
            selector = graph[said[_OA + "hasSelector"][0].value]
            document = said[_OA + "hasSource"][0].value.removeprefix(RKD + "source/")
            start, end = (int(selector[_OA + end][0].value) for end in ("start", "end"))
            found[document].append((start, end))
    return found


class Golden(NamedTuple):
    """A row of the golden table."""

    document: str
    start: int
    end: int
    property: str
    value: str
    arm: str


@cache
def golden() -> list[Golden]:
    with GOLDEN.open(encoding="utf-8", newline="") as stream:
        return [
            Golden(**{**row, "start": int(row["start"]), "end": int(row["end"])})  # type: ignore[arg-type]
            for row in csv.DictReader(stream, delimiter="\t")
        ]


@cache
def _expected(name: str, text: str) -> frozenset[str]:
    """What a golden value is in the graph: one of these, or each of them (days)."""
    prop = schema().properties[name]
    given = read(prop, text)
    if given is None:
        return frozenset((RK + text, RKD + text))
    values = []
    for one in given:
        if one.name == name:
            value = one.value
            if isinstance(value, Quantity):
                numbers = [value.number] if value.upper is None else [value.number, value.upper]
                values.append(
                    " ".join([*(_decimal(number) for number in numbers), value.unit.ucum])
                )
            else:
                values.append(value.value)
    return frozenset(values)


def _decimal(number: object) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _arms_of(subject: str, document: str) -> frozenset[str]:
    """The arms that a thing is on, as the reading names them; none where it is on all."""
    said = triples()[subject]
    named = [one.value for key in ("inArm", "about") for one in said.get(RK + key, ())]
    things = named if RK + "inTrial" in said else [subject]
    prefix = re.compile(
        rf"{re.escape(RKD)}(?:arm|variant|block|administration)/{re.escape(document)}-(.+)"
    )
    return frozenset(match[1] for thing in things if (match := prefix.fullmatch(thing)))


_ALSO = {
    "count": ("eventCount",),  # events are not patients
    "registryId": ("otherId",),  # of a part of a trial, or of several trials
}


def _holds(row: Golden) -> bool:
    try:
        wanted = _expected(row.property, row.value)
    except BadValue:
        return False
    names = (row.property, *_ALSO.get(row.property, ()))
    found = {
        one.value
        for name in names
        for one in readings()[row.document, schema().properties[name].iri]
        if one.start < row.end and row.start < one.end and _is_on(one.subject, row)
    }
    is_series = row.property in ("day", "cycle")
    return wanted <= found if is_series else bool(wanted & found)


def _is_on(subject: str, row: Golden) -> bool:
    arms = _arms_of(subject, row.document)
    return row.arm == "trial" or not arms or any(_is_of(arm, row.arm) for arm in arms)


def _is_of(name: str, arm: str) -> bool:
    return name == arm or name.startswith(f"{arm}-")


LEFT_OUT = {
    # What the converter leaves out by rule, and says so in docs/explanation/curation.md.
    "every": "twice a week, monthly",
    "cycleLength": "two lengths, or a month",
    "repetitions": "without an interval, or several",
    "fractions": "a range",
    "dose": "the same dose in a second unit",
    "timePoint": "a span of time",
    "infusionDuration": "two of them",
    "gradingSystem": "printed for toxicities without grades",
}


def test_what_the_second_reader_read_is_in_the_graph() -> None:
    missing = [row for row in golden() if not _holds(row)]
    told = [row for row in missing if row.property not in LEFT_OUT]
    assert not told, told[:20]
    assert len(missing) < 40, missing


@pytest.mark.parametrize("name", sorted(_MEASURED))
def test_nearly_every_figure_of_the_graph_was_read_twice(name: str) -> None:
    prop = schema().properties[name].iri
    seen = {
        (row.document, row.start)
        for row in golden()
        if row.property == name or (name, row.property) == ("value", "percent")
    }
    read_once = [
        (document, one)
        for (document, its), found in readings().items()
        if its == prop
        for one in found
        if (document, one.start) not in seen
    ]
    number = sum(len(found) for (_, its), found in readings().items() if its == prop)
    assert len(read_once) < number * 0.12, (name, len(read_once), number, read_once[:10])


def test_the_readme_and_the_page_on_curation_have_the_numbers_of_the_data() -> None:
    store = open_store(own_store_directory())

    def count(where: str) -> str:
        prefix = f"PREFIX rk: <{RK}> PREFIX rkd: <{RKD}> "
        found = select(store, f"{prefix}SELECT (COUNT(DISTINCT ?x) AS ?n) {{ {where} }}")
        assert isinstance(found[0][0], ox.Literal)
        return f"{int(found[0][0].value):,}"

    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    listed = "?x a rk:Regimen ; rk:hasRegistryEntry ?entry"
    assert (
        f"{count('?x rk:tier rk:Curated')} regimens in {count('?x a rk:RegimenVariant')}" in readme
    )
    assert f"{count(listed)} regimens of the NCI Thesaurus" in readme
    assert f"({count(listed + ' ; rk:tier rk:Curated')} of them were read as well" in readme
    assert f"{len(documents())} PubMed abstracts" in readme
    page = (ROOT / "docs" / "explanation" / "curation.md").read_text(encoding="utf-8")
    numbers = sum(int(row["numbers"]) for row in documents())
    left = sum(int(row["left_out"]) for row in documents())
    assert f"{len(documents())} PubMed abstracts" in page
    assert f"{numbers:,} numbers, of which {left} ({100 * left / numbers:.1f} %)" in page
    assert f"{len(golden()):,} values with place and arm" in page


def test_the_corpus_is_as_large_as_its_goal() -> None:
    kinds: dict[str, int] = defaultdict(int)
    for said in triples().values():
        for one in said.get(PREFIXES["rdf"] + "type", ()):
            kinds[one.value.removeprefix(RK)] += 1
    figures = sum(
        any(RK + key in said for key in ("percent", "count", "denominator"))
        for subject, said in triples().items()
        if subject.startswith(RKD + "toxicity-report/")
    )
    assert kinds["Trial"] >= 50
    assert kinds["RegimenVariant"] >= 100
    assert kinds["Regimen"] >= 70
    assert kinds["Outcome"] >= 300
    assert figures >= 300


def documents() -> list[dict[str, str]]:
    with (ABSTRACTS / "documents.tsv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE))


def _text(pmid: str) -> str:
    path = CORPUS / f"pmid-{pmid}.txt"
    if not path.exists():
        pytest.skip("the abstracts are not at hand")
    return path.read_text(encoding="utf-8").removesuffix("\n")


@pytest.mark.parametrize("row", documents(), ids=lambda row: row["pmid"])
def test_the_table_of_documents_is_true(row: dict[str, str]) -> None:
    text = _text(row["pmid"])
    assert hashlib.sha256(text.encode()).hexdigest() == row["sha256"]
    assert len(text) == int(row["characters"])
    covered = bytearray(len(text))
    for start, end in spans()[f"pmid-{row['pmid']}"]:
        assert end <= len(text)
        covered[start:end] = b"\1" * (end - start)
    numbers = [m.start() for m in re.finditer(r"\d+(?:[.,\N{MIDDLE DOT}]\d+)*", text)]
    assert len(numbers) == int(row["numbers"])
    assert sum(not covered[at] for at in numbers) == int(row["left_out"])


def sentences() -> Iterator[tuple[Path, int, str]]:
    for path in curated_files("abstracts"):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            yield path, number, line


def test_no_sentence_of_an_abstract_is_in_the_project() -> None:
    copied = []
    texts = {row["pmid"]: _text(row["pmid"]) for row in documents()}
    for path, number, line in sentences():
        text = texts.get(path.stem.removeprefix("pmid-"))
        words = line.split()
        if text and any(
            " ".join(words[i : i + 12]) in text for i in range(max(0, len(words) - 11))
        ):
            copied.append((path.name, number))
    assert not copied
