"""Lists of names: lines, columns, arrays, and what is wrong with them."""

from __future__ import annotations

import io
import json
import tracemalloc
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regimenkg.errors import FormatError
from regimenkg.formats.lists import array_in, column_in, lines_in, texts_of

LINE = st.text(alphabet=st.characters(exclude_characters="\r\n", exclude_categories=["Cs"]))


@given(st.lists(LINE, max_size=6), st.sampled_from(["\n", "\r\n"]), st.booleans())
def test_every_line_is_a_text(lines: list[str], end: str, mark: bool) -> None:
    text = "".join(line + end for line in lines)
    data = text.encode("utf-8-sig" if mark else "utf-8")
    expected = [line.removeprefix("\ufeff") if not n else line for n, line in enumerate(lines)]
    if mark and lines:
        expected[0] = lines[0]
    assert list(lines_in(io.BytesIO(data), "x")) == expected


def test_a_line_that_is_no_utf_8_does_not_stop_the_others() -> None:
    assert list(lines_in(io.BytesIO(b"a\n\xff\nb"), "x")) == ["a", "\udcff", "b"]


def test_a_text_in_utf_16_is_refused() -> None:
    with pytest.raises(FormatError, match=r"names\.txt is in UTF-16"):
        list(lines_in(io.BytesIO("Ara-C\n".encode("utf-16")), "names.txt"))


class Long(io.RawIOBase):
    """A line of many bytes, and one behind it."""

    def __init__(self, size: int) -> None:
        self._left = size

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer)  # type: ignore[arg-type]
        if not self._left:
            return 0
        count = min(len(view), self._left)
        view[:count] = b"x" * count
        self._left -= count
        if not self._left:
            view[count - 2 : count] = b"\ny"
        return count


def test_a_line_of_any_length_costs_little_memory() -> None:
    tracemalloc.start()
    try:
        lines = list(lines_in(io.BufferedReader(Long(50_000_000)), "x"))
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()
    assert len(lines) == 2 and set(lines[0]) == {"x"} and lines[1] == "y"


CELL = st.text(alphabet=st.characters(exclude_characters="\x00", exclude_categories=["Cs"]))


@given(st.lists(st.tuples(CELL, CELL), max_size=5), st.sampled_from([",", "\t"]))
def test_a_column_is_read_from_csv_and_tsv(table: list[tuple[str, str]], delimiter: str) -> None:
    import csv

    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, quoting=csv.QUOTE_ALL)
    writer.writerows([("id", "drug"), *table])
    data = out.getvalue().encode()
    assert list(column_in(io.BytesIO(data), "x", "drug", delimiter)) == [b for _, b in table]
    assert list(column_in(io.BytesIO(data), "x", "", delimiter)) == [a for a, _ in table]


def test_a_column_that_is_not_there_is_told() -> None:
    with pytest.raises(FormatError, match=r"a\.csv has no column 'drugs'") as caught:
        list(column_in(io.BytesIO(b"id,drug\n1,x\n"), "a.csv", "drugs"))
    assert "'drug'" in (caught.value.hint or "")


def test_a_quotation_mark_that_is_never_closed_is_told() -> None:
    with pytest.raises(FormatError, match=r"a\.csv:"):
        list(column_in(io.BytesIO(b'drug\n"' + b"x" * 200_000), "a.csv"))


@given(st.lists(st.one_of(st.none(), st.integers(), LINE)))
def test_an_array_is_a_list(names: list[object]) -> None:
    expected = ["" if name is None else str(name) for name in names]
    assert array_in(json.dumps(names).encode(), "x") == expected
    assert array_in(json.dumps({"names": names}).encode(), "x") == expected


@pytest.mark.parametrize(
    "text", [b"", b"{", b"3", b"[[1]]", b'{"name": []}', b"\xff", b"[" * 99999]
)
def test_what_is_no_array_is_refused(text: bytes) -> None:
    with pytest.raises(FormatError):
        array_in(text, "x")


def test_what_is_missing_is_an_empty_text() -> None:
    def names() -> Iterator[object]:
        yield from (None, float("nan"), "x", 3)

    assert list(texts_of(names())) == ["", "", "x", "3"]
