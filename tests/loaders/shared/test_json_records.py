"""JSON of unknown origin: records as they come, or refused with the place and what to try."""

from __future__ import annotations

import io
import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regimenkg.errors import LoaderError
from regimenkg.loaders.shared.bounded import LIMITS, Limits, Stream
from regimenkg.loaders.shared.json_records import records

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.text(st.characters(codec="utf-8")),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=20,
)
OBJECTS = st.dictionaries(st.text(max_size=5), VALUES, max_size=4)


def read(data: bytes, name: str = "f.json", limits: Limits = LIMITS) -> list[object]:
    stream = Stream(io.BytesIO(data), name, limits=limits)
    return [record.value for record in records(stream, pages=["studies", "totalCount"])]


def refusal(data: bytes, name: str = "f.json", limits: Limits = LIMITS) -> LoaderError:
    with pytest.raises(LoaderError) as caught:
        read(data, name, limits)
    assert name in caught.value.message and caught.value.hint
    return caught.value


@given(st.lists(OBJECTS, max_size=5), st.sampled_from([None, 1]), st.booleans())
def test_every_form_gives_the_same_records(
    values: list[dict[str, object]], indent: int | None, ascii_only: bool
) -> None:
    def dumped(value: object) -> str:
        return json.dumps(value, indent=indent, ensure_ascii=ascii_only)

    assert read(dumped(values).encode()) == values
    page = dumped({"totalCount": 5, "studies": values, "nextPageToken": "x"})
    assert read(page.encode()) == values
    lines = "\r\n".join(json.dumps(value, ensure_ascii=ascii_only) for value in values)
    assert read(lines.encode(), "f.jsonl") == values
    if values and not any({"studies", "totalCount"} & set(value) for value in values[:1]):
        assert read("\n".join(map(dumped, values)).encode()) == values


@given(st.lists(OBJECTS, min_size=1, max_size=3), st.data())
def test_what_is_cut_short_is_refused(values: list[object], data: st.DataObject) -> None:
    whole = json.dumps(values).encode()
    refusal(whole[: data.draw(st.integers(0, len(whole) - 1))])


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    for name in ("f.json", "f.jsonl"):
        try:
            read(data, name)
        except LoaderError as error:
            assert error.hint


def deep(value: object) -> int:
    if isinstance(value, dict):
        return 1 + max(map(deep, value.values()), default=0)
    return 1 + max(map(deep, value), default=0) if isinstance(value, list) else 0


@given(VALUES, st.integers(1, 5))
def test_nesting_is_refused_beyond_the_limit_and_only_then(value: object, limit: int) -> None:
    data = json.dumps([value]).encode()
    limits = replace(LIMITS, depth=limit)
    for name in ("f.json", "f.jsonl"):
        if deep([value]) > limit:
            assert "nested" in refusal(data, name, limits).message
        else:
            assert read(data, name, limits) == ([value] if name == "f.json" else [[value]])


def test_nesting_is_counted_across_pieces_and_not_within_strings() -> None:
    brackets = '[{"' * 40_000
    assert read(json.dumps([brackets, '\\"[' * 40_000]).encode()) == [brackets, '\\"[' * 40_000]
    padded = b'["' + b"x" * 65_533 + b'\\"' + b'"' + b"," + b"[" * 70
    assert "nested" in refusal(padded).message


def test_a_million_brackets_are_refused_before_anything_is_built() -> None:
    assert "nested" in refusal(b"[" * 1_000_000).message
    assert "nested" in refusal(b'{"a":' * 1_000_000).message


def test_a_name_that_is_there_twice_is_refused() -> None:
    for name in ("f.json", "f.jsonl"):
        assert "twice" in refusal(b'{"a": {"b": 1, "b": 2}}', name).message


def test_numbers_that_are_none_are_refused() -> None:
    for text in (b'{"a": NaN}', b'{"a": Infinity}', b'{"a": 0123}', b'{"a": ' + b"9" * 9999 + b"}"):
        for name in ("f.json", "f.jsonl"):
            refusal(text, name)


def test_a_line_that_is_not_json_can_be_left_out_and_is_named() -> None:
    stream = Stream(io.BytesIO(b'{"a": 1}\n\n{"a": \n{"a": 3}'), "f.jsonl")
    wrong: list[LoaderError] = []
    assert [record.value for record in records(stream, on_error=wrong.append)] == [
        {"a": 1},
        {"a": 3},
    ]
    assert [error.line for error in wrong] == [3]


def test_a_record_says_its_place_in_the_file() -> None:
    stream = Stream(io.BytesIO(b'{"studies": [{}, {}]}'), "f.json")
    found = [(one.number, one.pointer) for one in records(stream, pages=["studies"])]
    assert found == [(1, "/studies/0"), (2, "/studies/1")]


def test_one_record_may_not_be_longer_than_the_limit() -> None:
    data = json.dumps([{"a": "x" * 300_000}, {}]).encode()
    assert "a record is longer" in refusal(data, limits=replace(LIMITS, record=1000)).message
    assert len(read(data, limits=replace(LIMITS, record=400_000))) == 2
    many = json.dumps([{"a": "x" * 1000}] * 1000).encode()
    assert len(read(many, limits=replace(LIMITS, record=200_000))) == 1000


HALVES = ["\\ud800", "\\udc00", "\\ud800x", "\\ud83d\\ud83d\\ude00", "\\ude00\\ud83d", "\\ud83d\\n"]


@pytest.mark.parametrize("text", HALVES)
@pytest.mark.parametrize("before", [0, 65_520, 65_526, 65_530, 65_533])
def test_a_lone_surrogate_is_refused_wherever_a_piece_ends(text: str, before: int) -> None:
    data = b'[{"a": "' + b"x" * before + text.encode() + b'"}]'
    assert "half a character" in refusal(data).message
    assert "half a character" in refusal(data[1:-1], "f.jsonl").message


@pytest.mark.parametrize("before", range(65_515, 65_536))
def test_a_pair_is_whole_wherever_a_piece_ends(before: int) -> None:
    data = b'["' + b"x" * before + b'\\ud83d\\ude00\\\\ud83d"]'
    assert read(data) == ["x" * before + "\U0001f600\\ud83d"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[{"a": 1}, {"b": tru}]', "record 2: not JSON: lexical error"),
        ('[{"a": 1},]', "record 2: not JSON: parse error"),
        ("{'a': 1}", "record 1: not JSON"),
        ('{"a": 1}, {"b": 2}', "record 2: not JSON"),
        ("plainly no JSON", "record 1: not JSON"),
    ],
)
def test_what_is_no_json_is_to_be_corrected_where_it_stands(text: str, said: str) -> None:
    error = refusal(text.encode())
    assert said in error.message and ", at " in error.message
    assert "correct it there" in str(error.hint)


PLAIN = st.text("abz019 {}[],:/")  # a cut within an escape is an escape that is wrong


@given(st.lists(st.dictionaries(PLAIN, PLAIN), min_size=1, max_size=3), st.data())
def test_only_what_is_cut_is_to_be_fetched_once_more(
    values: list[dict[str, str]], data: st.DataObject
) -> None:
    whole = json.dumps(values).encode()
    cut = whole[: data.draw(st.integers(1, len(whole) - 1))]
    error = refusal(cut)
    assert f"byte {len(cut)}: the file ends within its JSON" in error.message
    assert "fetch the file once more" in str(error.hint)
