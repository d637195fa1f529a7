"""More lines than memory holds are sorted as if it held them all."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from temporary_files import OPEN_FILES, files_of_at_most, opened, watched

from regimenkg.errors import StoreError
from regimenkg.formats.rdf.scratch import Scratch, headed
from regimenkg.formats.rdf.sorting import SortedLines

LINES = st.binary(max_size=40).map(lambda line: line.replace(b"\n", b""))
PARTS = st.lists(st.lists(LINES, max_size=8), max_size=20)


def read(lines: SortedLines) -> list[bytes]:
    return [line for batch in lines for line in batch]


@settings(max_examples=300)
@given(PARTS, st.integers(1, 600))
def test_lines_come_in_order_and_once_whatever_memory_holds(
    parts: list[list[bytes]], memory: int
) -> None:
    with SortedLines(memory) as lines:
        for part in parts:
            lines.add(part)
            assert lines.held < memory
        expected = sorted({line for part in parts for line in part})
        assert read(lines) == expected
        assert read(lines) == expected, "they may be read again"


@given(st.permutations([b"%d" % number for number in range(40)]))
def test_a_small_memory_spills(order: list[bytes]) -> None:
    with SortedLines(memory=300) as lines:
        for line in order:
            lines.add([line, line])
        assert lines.runs > 3
        assert read(lines) == sorted(order)
        assert lines.held < 300


def test_a_line_may_be_longer_than_what_is_read_at_once() -> None:
    long = [letter * 3_000_000 for letter in (b"b", b"a")]
    with SortedLines(memory=100) as lines:
        for line in long:
            lines.add([line, b"c"])
        assert read(lines) == [*sorted(long), b"c"]


def test_memory_does_not_grow_with_the_lines() -> None:
    def most(count: int) -> int:
        """Bytes of memory that sorting takes at most."""
        with SortedLines(memory=1 << 18) as lines:
            tracemalloc.start()
            for number in range(0, count, 100):
                lines.add(
                    [b"%064d" % (each * 7919 % count) for each in range(number, number + 100)]
                )
            found = sum(map(len, lines))
            _, peak = tracemalloc.get_traced_memory()
            tracemalloc.stop()
            assert found == count
            return peak

    small, large = most(8_000), most(64_000)
    assert large < 1.5 * small < 4 << 20


@pytest.mark.parametrize("memory", [1, 1 << 20])
def test_nothing_is_left_behind(tmp_path: Path, memory: int) -> None:
    with watched(tmp_path), SortedLines(memory) as lines:
        lines.add([b"b", b"a"])
        assert read(lines) == [b"a", b"b"]
    with watched(tmp_path), pytest.raises(ZeroDivisionError), SortedLines(memory) as lines:
        lines.add([b"b", b"a"])
        next(iter(lines))
        raise ZeroDivisionError


def test_a_document_that_is_not_read_to_the_end_leaves_nothing_behind(tmp_path: Path) -> None:
    def body() -> Iterator[bytes]:
        yield b"a"
        raise ZeroDivisionError

    with watched(tmp_path):
        document = headed(lambda: b"head", [b"a" * 100], 1)
        assert next(document) == b"head"
        document.close()
        with pytest.raises(ZeroDivisionError):
            next(headed(lambda: b"head", body(), 1))


def test_a_full_disk_is_told_with_what_to_do(tmp_path: Path) -> None:
    with watched(tmp_path), Scratch() as scratch:
        scratch.append(b"a" * 100)
        assert opened(tmp_path) or not OPEN_FILES.exists()
        with files_of_at_most(50_000), pytest.raises(StoreError, match="temporary file") as caught:
            scratch.append(b"a" * 100_000)
    assert "TMPDIR" in str(caught.value.hint)
