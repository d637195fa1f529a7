"""Graphs as sorted lines: what their digest is, and what two of them say differently."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from cli_runner import run
from hypothesis import given
from hypothesis import strategies as st
from packaged_stores import documents_edition
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Store, Triple

from regimenkg.formats.rdf.sorting import SortedLines
from regimenkg.records.publishing import canonical
from regimenkg.records.publishing.canonical import CanonicalGraph, of_file, of_store
from regimenkg.records.publishing.comparison import Comparison, compare, same_value
from regimenkg.terms.literals import XSD, Duration
from regimenkg.terms.namespaces import GRAPH

EX = "http://example.org/"

names = st.sampled_from("abc").map(lambda name: NamedNode(EX + name))
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=5).map(Literal)
triples = st.builds(Triple, names, names, names | texts)
graphs = st.sets(triples, max_size=30)


def written(graph: Iterable[Triple], path: Path) -> CanonicalGraph:
    store, name = Store(), NamedNode(EX + "graph")
    store.extend(Quad(t.subject, t.predicate, t.object, name) for t in graph)
    return of_store(store, name.value, path)


def compared(one: Iterable[Triple], other: Iterable[Triple]) -> Comparison:
    with TemporaryDirectory() as folder:
        return compare(written(one, Path(folder, "1.nt")), written(other, Path(folder, "2.nt")))


@given(graphs)
def test_a_graph_is_its_lines_sorted_however_few_are_sorted_at_once(graph: set[Triple]) -> None:
    lines = sorted(f"{triple} .\n".encode() for triple in graph)
    with pytest.MonkeyPatch.context() as patch, TemporaryDirectory() as folder:
        patch.setattr(canonical, "_AT_ONCE", 2)
        patch.setattr(canonical, "SortedLines", partial(SortedLines, 200))
        found = written(graph, Path(folder, "graph.nt"))
        assert found.path.read_bytes() == b"".join(lines)
        assert (found.triples, found.size) == (len(graph), len(b"".join(lines)))
        again = of_file(found.path, RdfFormat.N_TRIPLES, Path(folder, "again.nt"))
        assert again[1:] == found[1:]


def test_what_stands_twice_in_a_file_counts_once(tmp_path: Path) -> None:
    source = tmp_path / "twice.nt"
    source.write_text(f"<{EX}a>\t<{EX}b>\t'\\u00E9' .\n<{EX}a> <{EX}b> 'é' .\n")
    assert of_file(source, RdfFormat.TURTLE, tmp_path / "once.nt").triples == 1


def test_a_file_that_breaks_off_is_no_graph(tmp_path: Path) -> None:
    source = tmp_path / "half.nt"
    source.write_text(f"<{EX}a> <{EX}b> <{EX}c> .\n<{EX}a> <{EX}")
    with pytest.raises(SyntaxError):
        of_file(source, RdfFormat.N_TRIPLES, tmp_path / "whole.nt")


def test_anybody_can_make_the_digest_of_an_export(tmp_path: Path) -> None:
    store = documents_edition()
    export = tmp_path / "curated.nt"
    words = ["export", "--graph", "curated", "-o", str(export), "--store", store.location]
    assert run(words).code == 0
    command = f"LC_ALL=C sort {export} | sha256sum"
    done = subprocess.run(command, shell=True, capture_output=True, text=True, check=True)
    found = of_store(store.store, GRAPH + "curated", tmp_path / "sorted.nt")
    assert done.stdout.split()[0] == found.sha256


@given(graphs, graphs)
def test_what_one_graph_has_alone_is_counted(one: set[Triple], other: set[Triple]) -> None:
    found = compared(one, other)
    assert (found.missing, found.extra, found.rewritten) == (len(one - other), len(other - one), 0)
    assert found.same == (one == other)
    assert bool(str(found)) == (one != other)
    examples = {example.partition(": ")[2] for example in found.examples}
    assert examples <= {f"{triple} ." for triple in one ^ other}
    assert len(examples) == min(5, len(one - other)) + min(5, len(other - one))


durations = st.builds(
    lambda seconds, negative: Duration(seconds=seconds, negative=negative and seconds > 0),
    st.integers(0, 10**7),
    st.booleans(),
)


@given(durations, durations)
def test_a_duration_is_the_same_as_its_seconds_and_as_no_others(
    one: Duration, other: Duration
) -> None:
    day_time = NamedNode(XSD + "dayTimeDuration")
    seconds = [-each.seconds if each.negative else each.seconds for each in (one, other)]
    written_out = Literal(one.day_time, datatype=day_time)
    for form in (f"{seconds[0]}", f"{seconds[0]}.0", f"{float(seconds[0])!r}"):
        assert same_value(written_out, Literal(form, datatype=day_time))
    number = Literal(f"{seconds[1]}.0", datatype=day_time)
    assert same_value(written_out, number) == (seconds[0] == seconds[1])


@pytest.mark.parametrize(
    ("one", "kind", "other", "other_kind", "same"),
    [
        ("P1Y2M", "yearMonthDuration", "14", "yearMonthDuration", True),
        ("P1Y2M", "yearMonthDuration", "15", "yearMonthDuration", False),
        ("P1Y2M", "yearMonthDuration", "P14M", "yearMonthDuration", True),
        ("P1M", "yearMonthDuration", "1", "integer", False),
        ("PT0.5S", "dayTimeDuration", "0.5", "dayTimeDuration", True),
        ("P1D", "dayTimeDuration", "nonsense", "dayTimeDuration", False),
        ("1.50", "decimal", "1.5", "decimal", True),
        ("0.123456789012345678", "decimal", "0.123456789012346", "decimal", False),
        ("12345678901234567890", "integer", "12345678901234567890", "decimal", True),
        ("1.0E1", "double", "10.0", "double", True),
        ("1", "string", "1", "integer", False),
        ("2017", "gYear", "2017", "integer", False),
    ],
)
def test_values_are_the_same_in_two_forms_or_are_not(
    one: str, kind: str, other: str, other_kind: str, same: bool
) -> None:
    a = Literal(one, datatype=NamedNode(XSD + kind))
    b = Literal(other, datatype=NamedNode(XSD + other_kind))
    assert same_value(a, b) == same_value(b, a) == same


def test_each_form_is_told_once_and_what_is_lost_is_no_form() -> None:
    day_time, a = NamedNode(XSD + "dayTimeDuration"), NamedNode(EX + "a")

    def of(*forms: str) -> list[Triple]:
        return [Triple(a, a, Literal(form, datatype=day_time)) for form in forms]

    found = compared(of("PT1H", "PT2H", "PT3H"), of("3600.0", "7200.0", "9999"))
    assert (found.missing, found.extra, found.rewritten) == (1, 1, 2)
    assert found.differs
    assert list(found.forms.values()) == [
        ('"PT1H"^^xsd:dayTimeDuration', '"3600.0"^^xsd:dayTimeDuration')
    ]
