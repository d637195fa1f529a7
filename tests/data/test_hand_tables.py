"""The tables can be checked: each row says what is expected and where that is printed."""

from __future__ import annotations

import re
from collections import Counter

import hand_tables

KINDS = {"drug", "regimen", "toxicity", "condition", "class", ""}
# Files that a dictionary of names would be made from: at most a quarter, or it measures itself.
ALSO_THE_DICTIONARYS = ("PDQ_2016", "drugbank_vocabulary.csv", "fixtures/canmed/")


def test_every_row_has_its_place() -> None:
    """No name twice for a kind, every status with what it needs, a source for every row."""
    rows = hand_tables.names()
    assert [row.id for row in rows] == [f"n{number:03d}" for number in range(1, len(rows) + 1)]
    twice = [key for key, n in Counter((row.input, row.kind) for row in rows).items() if n > 1]
    assert not twice
    for row in rows:
        assert row.kind in KINDS, row
        assert row.source == "made up" or ":" in row.source, row
        match row.expected_status:
            case "resolved":
                assert row.expected, row
            case "ambiguous":
                assert len(row.expected) > 1, row
            case status:
                assert status == "unknown", row


def test_the_table_is_large_and_independent() -> None:
    """At least 450 names, 100 that must not resolve, few from the dictionary's own sources."""
    rows = hand_tables.names()
    assert len(rows) >= 450
    assert sum(row.expected_status != "resolved" for row in rows) >= 100
    shared = sum(any(name in row.source for name in ALSO_THE_DICTIONARYS) for row in rows)
    assert shared * 4 <= len(rows)


def test_compositions_are_codes_or_none() -> None:
    """Sixty rows or more in three ways of matching, fifteen lists or more that match nothing."""
    rows = hand_tables.compositions()
    assert [row.id for row in rows] == [f"c{number:03d}" for number in range(1, len(rows) + 1)]
    assert len(rows) >= 60
    assert {row.match for row in rows} == {"exact", "contains", "within"}
    assert sum(not row.expected for row in rows if row.match == "exact") >= 15
    for row in rows:
        assert len(row.drugs) > 1, row
        assert row.source, row
        for code in (*row.expected, *row.tolerated):
            assert re.fullmatch(r"C\d+", code), row
        assert not set(row.expected) & set(row.tolerated), row
