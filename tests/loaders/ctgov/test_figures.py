"""Cells of trial records that hold more, or other, than a plain figure."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaged_stores import copy_of_documents_edition, replace_graph
from pyoxigraph import Literal, NamedNode, Store

from regimenkg.catalog.cache import catalog
from regimenkg.catalog.runner import bind
from regimenkg.checks.inputs import of_graph
from regimenkg.checks.shapes import validate
from regimenkg.loaders import ctgov
from regimenkg.loaders.ctgov.figures import is_not_reached, p_value
from regimenkg.sparql.answers import Solutions
from regimenkg.store.embedded import EmbeddedStore
from regimenkg.terms.namespaces import GRAPH, RK

NCT = "NCT00000017"


@pytest.mark.parametrize(
    "printed, bound, figure",
    [
        ("≤0.002", "≤", "0.002"),
        ("<= .002", "≤", "0.002"),
        ("=<0.002", "≤", "0.002"),
        ("<.0003", "<", "0.0003"),
        ("< 0,0003", "<", "0.0003"),
        ("＜0.0003", "<", "0.0003"),
        (">0.97", ">", "0.97"),
        ("=0.04", "=", "0.04"),
        ("0.0711 ", "=", "0.0711"),
        ("p = 0.6", "=", "0.6"),
        ("P-value: <0.01", None, None),
        ("P<0.01", "<", "0.01"),
        ("p value 0.2", "=", "0.2"),
        ("3.4E-7", "=", "0.00000034"),
        ("<3.4 x 10^-7", "<", "0.00000034"),
        ("<2×10−4", "<", "0.0002"),
        ("1", "=", "1"),
        ("1.000", "=", "1"),
        ("0.", "=", "0"),
        ("≥0.5", None, None),
        ("1.01", None, None),
        ("-0.1", None, None),
        ("0.01-0.05", None, None),
        ("0.03 (one-sided)", None, None),
        ("5%", None, None),
        ("NS", None, None),
        ("not significant", None, None),
        ("1e999", None, None),
        ("٠.٥", "=", "0.5"),
    ],
)
def test_a_p_value_is_a_figure_and_how_it_is_compared(
    printed: str, bound: str | None, figure: str | None
) -> None:
    assert p_value(printed) == ((bound, figure) if bound else None)


@given(
    st.sampled_from(["", "=", "<", "≤", ">"]),
    st.decimals(0, 1, allow_nan=False, places=6),
    st.sampled_from(["", " ", "\u00a0"]),
)
def test_every_sign_and_figure_is_read_back(sign: str, figure: Decimal, space: str) -> None:
    read = p_value(f"{sign}{space}{figure}")
    assert read is not None
    assert read[0] == (sign or "=") and Decimal(read[1]) == figure


@given(st.text(max_size=12))
def test_any_text_is_a_p_value_or_none(printed: str) -> None:
    read = p_value(printed)
    assert read is None or 0 <= Decimal(read[1]) <= 1


@pytest.mark.parametrize(
    "printed, comment, alone, told",
    [
        ("NR", None, False, True),
        ("n.e.", None, False, True),
        ("NE", None, False, True),
        ("Not Reached", None, False, True),
        ("not yet reached", None, False, True),
        ("Not estimable", None, False, True),
        ("NOT EVALUABLE", None, False, True),
        ("not calculable", None, False, True),
        ("Not reported", None, True, False),
        ("none", None, True, False),
        ("NA", None, True, True),
        ("N/A", None, True, True),
        ("—", None, True, True),
        ("–", None, True, True),
        ("NA", None, False, False),
        ("NA", "The median has not been reached at the cutoff.", False, True),
        ("NA", "Upper limit was not estimable: too little follow-up.", False, True),
        ("NA", "Non-estimable", False, True),
        ("NA", "There were too few deaths to compute it.", False, True),
        ("NA", "Insufficient number of participants with events", False, True),
        ("NA", "No participants had an event, so that it was not reached.", False, True),
        ("NA", "Zero participants were analyzed", True, False),
        ("NA", "Serum was not collected in this arm.", True, False),
        ("NA", "Below the limit of quantification", True, False),
        ("NA", "It could not be measured since no samples were stored.", True, False),
        ("NA", "See the protocol.", True, False),
        ("12.5", "not reached", True, False),
        (None, "not reached", True, False),
        (">24", None, True, False),
    ],
)
def test_what_was_not_reached_is_told_from_what_is_not_there(
    printed: str | None, comment: str | None, alone: bool, told: bool
) -> None:
    assert is_not_reached(printed, comment, alone=alone) is told


def record(
    cells: list[dict[str, str]], analyses: list[dict[str, Any]], kind: str = "MEDIAN"
) -> Any:
    groups = [{"id": f"OG{place:03}", "title": f"Group {place}"} for place in range(len(cells))]
    for group, analysis_or_cell in zip(groups, cells, strict=True):
        analysis_or_cell.setdefault("groupId", group["id"])
    return {
        "protocolSection": {"identificationModule": {"nctId": NCT, "briefTitle": "Made up"}},
        "resultsSection": {
            "outcomeMeasuresModule": {
                "outcomeMeasures": [
                    {
                        "type": "PRIMARY",
                        "title": "Time to anything",
                        "paramType": kind,
                        "dispersionType": "90% Confidence Interval",
                        "unitOfMeasure": "weeks",
                        "groups": groups,
                        "classes": [{"categories": [{"measurements": cells}]}],
                        "analyses": [
                            {"groupIds": [group["id"] for group in groups], **analysis}
                            for analysis in analyses
                        ],
                    }
                ]
            }
        },
    }


@pytest.fixture(scope="module")
def packaged() -> Store:
    return copy_of_documents_edition()


def table(packaged: Store, study: Any, folder: Path) -> list[dict[str, str]]:
    """The rows of trial-outcomes once the study is loaded, which has to conform."""
    path = folder / "study.json"
    path.write_text(json.dumps(study), encoding="utf-8")
    replace_graph(packaged, GRAPH + "study", ctgov.load(path))
    store = EmbeddedStore(packaged)
    report = validate(store.store, about=of_graph(store, "study"))
    assert [one for one in report.findings if one.severity == "Violation"] == []
    answer = store.query(bind(catalog()["trial-outcomes"], {"trial": NCT}, store))
    assert isinstance(answer, Solutions)
    return [
        {
            name: term.value
            for name, term in zip(answer.variables, row, strict=True)
            if isinstance(term, NamedNode | Literal)
        }
        for row in answer
    ]


def test_the_table_of_outcomes_tells_not_reached_from_not_reported(
    packaged: Store, tmp_path: Path
) -> None:
    study = record(
        [
            {"value": "30.1", "lowerLimit": "22", "upperLimit": "NA", "comment": "not reached"},
            {"value": "8.5", "lowerLimit": "7.5"},
            {"value": "NA", "lowerLimit": "NR", "upperLimit": "NE"},
            {"value": "NA", "lowerLimit": "NA", "comment": "No samples were taken."},
        ],
        [
            {"pValue": "≤0.02", "paramType": "Hazard Ratio", "paramValue": "NE"},
            {"pValue": "NS", "paramValue": "0.7", "ciPctValue": "95", "ciLowerLimit": "0.4",
             "ciUpperLimit": "NA", "ciUpperLimitComment": "not estimable"},
        ],
    )  # fmt: skip
    rows = table(packaged, study, tmp_path)
    by_group = {row["group"]: row for row in rows if row["group"].startswith("Group")}
    reached = ("valueNotReached", "lowerNotReached", "upperNotReached")
    told = [
        [
            name.removesuffix("NotReached")
            for name in reached
            if by_group[f"Group {place}"].get(name)
        ]
        for place in range(4)
    ]
    assert told == [["upper"], [], ["value", "lower", "upper"], []]
    assert by_group["Group 3"]["asReported"] == "NA"
    first, second = sorted(
        (row for row in rows if "4 groups" in row["group"]), key=lambda row: row["statement"]
    )
    assert (first["pValue"], first["pValueBound"]) == ("0.02", "≤")
    assert first["valueNotReached"] == "true" and "value" not in first
    assert second["asReported"] == "NS" and "pValue" not in second
    assert second["upperNotReached"] == "true" and second["ciLower"] == "0.4"


def test_what_was_not_reached_says_where_it_was_read_and_how_it_was_printed(tmp_path: Path) -> None:
    path = tmp_path / "study.json"
    study = record([{"value": "3", "lowerLimit": "1", "upperLimit": "N/A"}, {"value": ">9"}], [])
    path.write_text(json.dumps(study), encoding="utf-8")
    triples = list(ctgov.load(path))
    [note] = [
        triple.subject
        for triple in triples
        if triple.predicate.value == RK + "supportsProperty"
        and triple.object == NamedNode(RK + "upperNotReached")
    ]
    printed = {
        t.object for t in triples if t.subject == note and t.predicate.value.endswith("Reported")
    }
    assert printed == {Literal("N/A")}
    pointer = "/resultsSection/outcomeMeasuresModule/outcomeMeasures/0/classes/0/categories/0"
    assert Literal(pointer + "/measurements/0/upperLimit") in {t.object for t in triples}


@pytest.mark.parametrize("kind", ["COUNT_OF_PARTICIPANTS", "COUNT_OF_UNITS", "MEAN"])
def test_only_a_median_is_taken_to_be_not_reached_without_a_word(
    kind: str, packaged: Store, tmp_path: Path
) -> None:
    rows = table(packaged, record([{"value": "NA"}], [], kind), tmp_path)
    assert [("valueNotReached" in row, row["asReported"]) for row in rows] == [(False, "NA")]
