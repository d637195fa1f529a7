"""The names that were written by hand before any code: none resolves to a wrong thing.

What is known to be wrong is named here, with the reason; `make bench-names` has the figures.
"""

from __future__ import annotations

from names import RIGHT, WRONG, Judged, judged, listed

from regimenkg.packaged import open_store

KNOWN_WRONG = {
    # epratuzumab, of which it may be a slip as well, is in none of the sources of the dictionary
    "n736",
}
"""Rows of ``tests/data/names.tsv`` that resolve to what they should not."""


def answers() -> list[Judged]:
    return judged(open_store())


def test_no_name_resolves_to_a_wrong_thing() -> None:
    found = answers()
    assert len(found) > 400
    assert sum(each.row.expected_status != "resolved" for each in found) >= 100
    wrong = [each for each in found if each.verdict == WRONG]
    assert {each.row.id for each in wrong} <= KNOWN_WRONG, list(listed(wrong, WRONG))
    assert len(wrong) * 200 < len(found)
    assert sum(each.verdict == RIGHT for each in found) > 300
