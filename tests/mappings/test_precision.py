"""How often the joined codes are right: what is published are the figures of the verdicts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joining import script

from regimenkg.mappings.evidence import parse_evidence

checking = script("precision", "check_mappings")
ROWS = checking.mapped_rows()
VERDICTS = checking.read_verdicts()
FIGURES = checking.figures(VERDICTS, ROWS)
ROUNDING = 1e-12
"""What floating-point numbers may be off by, as at a share of 0."""


def test_the_page_prints_the_figures_of_the_table() -> None:
    text = checking.PAGE.read_text(encoding="utf-8")
    printed = text.partition(checking.BEGIN)[2].partition(checking.END)[0]
    assert printed.strip() == checking.page_table(FIGURES)


@pytest.mark.parametrize("figures", FIGURES, ids=lambda figures: figures.vocabulary)
def test_of_the_rows_that_a_second_source_has_99_in_100_are_right(figures: object) -> None:
    assert figures.right >= 0.99 * figures.checked  # type: ignore[attr-defined]
    assert figures.checked >= 50  # type: ignore[attr-defined]


@pytest.mark.parametrize("prefix", sorted(ROWS))
def test_the_rows_were_drawn_in_the_order_of_the_seed(prefix: str) -> None:
    """A verdict stands at the place of its row, so none was chosen or left away."""
    order = [(row["subject_id"], row["object_id"]) for row in checking.drawn(ROWS, prefix)]
    verdicts = [one for one in VERDICTS if one["vocabulary"] == prefix]
    for one in verdicts:
        assert order[int(one["draw"]) - 1] == (one["subject_id"], one["object_id"])
    assert len(verdicts) <= checking.SIZE
    assert len({one["draw"] for one in verdicts}) == len(verdicts)


def test_every_verdict_names_what_was_read_and_no_file_of_the_row_itself() -> None:
    rows = {(row["subject_id"], row["object_id"]): row for found in ROWS.values() for row in found}
    for one in VERDICTS:
        row = rows[one["subject_id"], one["object_id"]]
        own = f"{row.get('evidence') or ''}|{row.get('crosswalk') or ''}"
        files = {getattr(place, "path", None) for place in parse_evidence(own.strip("|"))}
        assert one["verdict"] in (checking.RIGHT, checking.WRONG)
        assert one["printed"] and one["checked"] in (checking.JOINED, checking.BY_EYE)
        for place in parse_evidence(one["source"]):
            assert getattr(place, "path", "") not in files, one


@given(st.integers(0, 400), st.integers(0, 400))
def test_the_interval_holds_the_share_and_narrows_with_more_rows(right: int, wrong: int) -> None:
    low, high = checking.Figures("cas", 1000, 1000, right, wrong).interval
    assert 0 <= low <= high <= 1
    if right + wrong:
        share = right / (right + wrong)
        assert low - ROUNDING <= share <= high + ROUNDING
        wider = checking.Figures("cas", 9000, 9000, right * 4, wrong * 4).interval
        assert wider[1] - wider[0] < high - low


def test_the_interval_is_wilsons() -> None:
    """Of 9 in 10: the textbook's 59.6 to 98.2 %."""
    low, high = checking.Figures("cas", 10, 10, 9, 1).interval
    assert (round(100 * low, 1), round(100 * high, 1)) == (59.6, 98.2)
