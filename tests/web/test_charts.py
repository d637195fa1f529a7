"""Charts and graphs of answers: nothing is drawn that the rows do not say."""

from __future__ import annotations

import re

import pyoxigraph as ox

from regimenkg.catalog.spec import ChartSpec, LinkSpec
from regimenkg.records.cells import Cell
from regimenkg.sparql.answers import Row, Solutions
from regimenkg.web.figures.charts import Chart, Mark, chart_of, draw
from regimenkg.web.figures.link_graph import Link, links_of_rows, links_of_triples
from regimenkg.web.figures.link_graph import draw as draw_links

SPEC = ChartSpec(
    label=("event",),
    value="value",
    measure="patients",
    unit="unit",
    low="low",
    high="high",
    group="regimen",
    series="source",
    note=("{count}/{total} | {count} patients",),
)
NAMES = ("regimen", "event", "value", "unit", "low", "high", "source", "count", "total")


def row(*values: object) -> Row:
    """Numbers become decimals, texts literals, None stays unbound."""
    return tuple(
        value
        if value is None
        else ox.Literal(value if isinstance(value, str | int) else str(value))
        for value in (*values, *[None] * (len(NAMES) - len(values)))
    )


def chart(*rows: Row) -> Chart:
    return chart_of(SPEC, Solutions(NAMES, rows))


def test_a_missing_figure_is_named_and_not_drawn() -> None:
    made = chart(row("A", "rash", 3, "%"), row("A", "fever", None, "%"), row("B", "fever", "n/a"))
    assert [panel.svg.count('class="bar') for panel in made.panels] == [1]
    assert "fever" not in made.panels[0].svg
    assert made.missing == [("A", [Cell("fever")]), ("B", [Cell("fever")])]


def test_a_zero_that_is_stated_is_printed_and_has_no_length() -> None:
    made = chart(row("A", "rash", 0, "%"))
    assert ">0 %<" in made.panels[0].svg
    assert "<rect" not in made.panels[0].svg
    assert made.missing == []


def test_units_never_share_an_axis() -> None:
    made = chart(
        row("A", "a", 2000, "mg/m2"),
        row("A", "b", 300, "ug"),
        row("A", "c", 5, "mg/m2"),
        row("A", "d", 7),
    )
    titles = [panel.title for panel in made.panels]
    assert titles == ["patients in mg/m²", "patients in µg", "patients, unit not stated"]
    assert [panel.svg.count('class="bar') for panel in made.panels] == [2, 1, 1]


def ticks(svg: str) -> list[str]:
    return re.findall(r'y="14" text-anchor="middle" class="axis">([^<]*)<', svg)


def test_an_axis_starts_at_zero_and_percents_end_at_a_hundred() -> None:
    assert ticks(chart(row("A", "a", 12, "%")).panels[0].svg) == [
        "0",
        "20",
        "40",
        "60",
        "80",
        "100",
    ]
    found = ticks(chart(row("A", "a", 100, "mo"), row("A", "b", 104, "mo")).panels[0].svg)
    assert found[0] == "0"
    assert float(found[-1]) >= 104


def test_lengths_are_in_the_ratio_of_the_values() -> None:
    svg = chart(row("A", "a", 10, "mg"), row("A", "b", 40, "mg")).panels[0].svg
    short, long = (
        float(width) for width in re.findall(r'class="bar [^>]*? width="([\d.]+)%"', svg)
    )
    assert abs(long / short - 4) < 0.01


def test_counts_have_no_marks_between_whole_numbers() -> None:
    mark = Mark("", "deaths", "", 2, "2", None, None, 0, "")
    assert ticks(draw("patients", [mark], whole=True)) == ["0", "1", "2"]


def test_an_interval_is_drawn_with_its_limits_and_a_bar_without() -> None:
    svg = chart(row("A", "OS", 11, "mo", 5, 13), row("A", "PFS", 5, "mo")).panels[0].svg
    assert (svg.count('class="interval"'), svg.count('class="bar')) == (1, 1)


def test_sources_differ_in_their_filling_and_are_named() -> None:
    made = chart(row("A", "a", 1, "%", None, None, "x"), row("A", "a", 2, "%", None, None, "y"))
    assert made.series == ["x", "y"]
    assert "series-0" in made.panels[0].svg
    assert "series-1" in made.panels[0].svg


def test_more_sources_than_fillings_are_named_beside_each_mark() -> None:
    made = chart(*(row("A", "a", n, "%", None, None, f"source {n}") for n in range(1, 7)))
    assert made.series == []
    assert "6 %, source 6" in made.panels[0].svg


def test_a_note_is_the_first_alternative_that_the_row_can_fill() -> None:
    svg = (
        chart(
            row("A", "a", 58, "%", None, None, "x", 22, 38),
            row("A", "b", 3, "%", None, None, "x", 1),
        )
        .panels[0]
        .svg
    )
    assert "58 %, 22/38<" in svg
    assert "3 %, 1 patients<" in svg


def test_equal_rows_are_one_mark_and_a_group_stands_together() -> None:
    made = chart(
        row("A", "a", 1, "%"), row("B", "b", 2, "%"), row("A", "a", 1, "%"), row("A", "c", 3, "%")
    )
    names = re.findall(r'class="(?:label|group)"[^>]*>([^<]*)<', made.panels[0].svg)
    assert names == ["A", "a", "c", "B", "b"]


def test_text_of_the_data_is_never_markup() -> None:
    assert "<script>" not in chart(row("<script>", "<script>", 1, "<script>")).panels[0].svg
    svg = draw_links("<script>", {"a": Cell("<script>", '"><script>')}, [Link("a", "a", "<b>")]).svg
    assert "<script>" not in svg
    assert "<b>" not in svg


def iri(name: str) -> ox.NamedNode:
    return ox.NamedNode("https://w3id.org/regimenkg/" + name)


def test_rows_are_linked_as_the_header_says_and_once() -> None:
    names = ("drug", "drugLabel", "toxicity")
    rows = [
        (iri("drug/a"), ox.Literal("A"), iri("toxicity/t")),
        (iri("drug/a"), ox.Literal("A"), iri("toxicity/t")),
        (iri("drug/b"), ox.Literal("B"), None),
    ]
    things, links = links_of_rows(
        [LinkSpec("drug", "toxicity", means="has")], Solutions(names, rows)
    )
    assert list(things.values()) == [Cell("A", "/drug/a"), Cell("t", "/toxicity/t")]
    assert links == [Link(iri("drug/a").value, iri("toxicity/t").value, "has")]


def test_of_triples_only_the_declared_properties_are_drawn() -> None:
    drug, label = (
        ox.NamedNode("https://w3id.org/regimenkg/vocab#drug"),
        ox.NamedNode("http://www.w3.org/2004/02/skos/core#prefLabel"),
    )
    triples = [
        ox.Triple(iri("administration/x"), drug, iri("drug/a")),
        ox.Triple(iri("drug/a"), label, ox.Literal("A", language="en")),
        ox.Triple(iri("drug/a"), iri("other"), iri("drug/b")),
    ]
    things, links = links_of_triples([LinkSpec(by="rk:drug")], triples, {drug.value: "drug"})
    assert [cell.text for cell in things.values()] == ["x", "A"]
    assert [found.words for found in links] == ["drug"]


def test_a_graph_with_a_circle_and_one_too_big_are_drawn() -> None:
    things = {name: Cell(name) for name in "abc"}
    circle = [Link("a", "b", "x"), Link("b", "c", "x"), Link("c", "a", "x"), Link("a", "a", "x")]
    assert draw_links("circle", things, circle).svg.count('class="edge"') == 4
    many = {str(n): Cell(str(n)) for n in range(101)}
    drawing = draw_links("many", many, [Link("0", str(n), "x") for n in range(1, 101)])
    assert drawing.left_out == 40
    assert drawing.svg.count("<rect") == 61
    assert draw_links("none", {}, []).svg == ""
