"""JSON of unknown origin as a stream of records: one value, an array, a page, or JSON lines.

Parsed by ijson as it is read: what is held in memory is one record. Nesting is bounded before
anything is built. Source: RFC 8259 (JSON); what it leaves open is refused where something would be
lost: names that repeat within an object, and escapes of half a character (lone surrogates).
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator
from itertools import accumulate
from typing import Any, NamedTuple, NoReturn

from regimenkg.errors import LoaderError
from regimenkg.loaders.shared.base import OnError
from regimenkg.loaders.shared.bounded import CHUNK, Stream, lines

__all__ = ["Record", "records"]

_STRING = re.compile(rb'"(?:[^"\\]++|\\.)*+"', re.S)
_END_OF_STRING = re.compile(rb'(?:[^"\\]++|\\.)*+"', re.S)
_BACKSLASHES = re.compile(rb"\\*\Z")
_NO_BRACKETS = bytes(code for code in range(256) if code not in b"[]{}")
_STEP = bytes.maketrans(b"[]{}", b"\x02\x00\x02\x00")
_FIRST_KEY = re.compile(r'\s*\{\s*"(\w*)"\s*:')
_ESCAPE = re.compile(rb"\\(?:u([0-9a-fA-F]{4})|[^u])", re.S)
_LINES = (".jsonl", ".ndjson")
_SHOWN = 24  # characters of what is no JSON


class Record(NamedTuple):
    """A value of a file: its number from 1, its place as a JSON pointer, and what it is."""

    number: int
    pointer: str
    value: Any


def records(
    stream: Stream, *, pages: Collection[str] = (), on_error: OnError | None = None
) -> Iterator[Record]:
    """Yield the records of a stream.

    Args:
        stream: an array of records, one record, several one after the other, JSON lines (by the
            name's ending), or a page: an object with one of ``pages`` as a key.
        pages: keys under which a page holds its array of records; the first is that key, others
            are keys that may stand before it.
        on_error: is told of a line that is not JSON, where there is one record to a line.

    Raises LoaderError for what is not JSON, is nested too deeply or repeats a name.

    >>> import io
    >>> [record.value for record in records(Stream(io.BytesIO(b'[{"a": 1}, {"a": 2}]'), "x.json"))]
    [{'a': 1}, {'a': 2}]
    """
    if stream.name.lower().removesuffix(".gz").endswith(_LINES):
        yield from _lines(stream, on_error)
        return
    source = _Checked(stream)
    start = source.peek().decode("utf-8", "replace")
    first_key = _FIRST_KEY.match(start)
    if start.lstrip().startswith("["):
        yield from _parsed(source, "item", "")
    elif first_key and first_key[1] in pages:
        key = next(iter(pages))
        yield from _parsed(source, f"{key}.item", f"/{key}")
    else:
        yield from _parsed(source, "", None)


def _parsed(source: _Checked, prefix: str, place: str | None) -> Iterator[Record]:
    """Records as ijson finds them; ``place`` is the array's, or None where each stands alone."""
    import ijson

    stream = source.stream
    repeated: list[str] = []

    class Object(dict[str, Any]):
        """Notes the names that are there twice (ijson does not pass on what is raised here)."""

        __slots__ = ()

        def __setitem__(self, name: str, value: Any) -> None:
            if name in self:
                repeated.append(name)
            super().__setitem__(name, value)

    values = ijson.items(
        source, prefix, multiple_values=place is None, use_float=True, map_type=Object
    )
    number = 0
    while True:
        try:
            value = next(values)
        except StopIteration:
            break
        except (ijson.JSONError, ValueError, OverflowError) as error:
            if isinstance(error, LoaderError):
                raise
            raise _not_json(stream, error, number) from error
        number += 1
        if repeated:
            raise stream.error(
                f"the name {repeated[0]!r} is there twice in one object",
                record=number,
                expected="each name once in an object",
            )
        yield Record(number, f"{place}/{number - 1}" if place is not None else "", value)
        stream.mark()
    if number == 0 and place is None:
        raise stream.error("the file is empty", expected="JSON", hint="fetch it once more")


def _lines(stream: Stream, on_error: OnError | None) -> Iterator[Record]:
    for number, line in lines(stream):
        if not line.strip():
            continue
        try:
            _Depth(stream).check(line.encode())
            _Escapes(stream).check(line.encode() + b" " * 6)
            value = json.loads(line, object_pairs_hook=_unique, parse_constant=_refuse)
        except (ValueError, RecursionError) as error:
            problem = error if isinstance(error, LoaderError) else None
            if problem is None:
                problem = stream.error(
                    f"not JSON: {error}", record=number, expected="one JSON value to a line"
                )
            if on_error is None:
                raise problem from error
            on_error(problem)
        else:
            yield Record(number, "", value)


def _not_json(stream: Stream, error: Exception, number: int) -> LoaderError:
    """The error of a file that is cut, or that holds what is no JSON after so many records."""
    what, *shown = str(error).splitlines() or [""]
    if not what or "EOF" in what or "ncomplete" in what:
        return stream.error(
            f"the file ends within its JSON (after {number} whole records)",
            expected="a whole JSON document",
            hint="it is cut: fetch the file once more, whole",
        )
    near = _before_mark(shown)
    return stream.error(
        f"not JSON: {what.rstrip('. ')}" + (f", at {near!r}" if near else ""),
        record=number + 1,
        expected="JSON",
        hint="correct it there, or save the file again from where it comes",
    )


def _before_mark(lines: list[str]) -> str:
    """The text just before the place that a parser points to, in the line below, with ``^``."""
    if len(lines) < 2 or "^" not in lines[1]:
        return ""
    return lines[0][: lines[1].index("^") + 1][-_SHOWN:].strip()


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a name is there twice in one object")
    return members


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number of JSON")


class _Depth:
    """How deeply JSON is nested, counted on its bytes as they come, strings left out."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self._depth = 0
        self._in_string = False
        self._escaped = False

    def check(self, data: bytes) -> None:
        """Raise LoaderError where the bytes that follow are nested too deeply."""
        if self._escaped:
            data = b"\\" + data
            self._escaped = False
        if self._in_string:
            end = _END_OF_STRING.match(data)
            if end is None:
                self._escaped = _odd_backslashes(data)
                return
            data = data[end.end() :]
            self._in_string = False
        data = _STRING.sub(b"", data)
        quote = data.find(b'"')
        if quote >= 0:
            self._in_string = True
            self._escaped = _odd_backslashes(data[quote + 1 :])
            data = data[:quote]
        steps = data.translate(_STEP, _NO_BRACKETS)
        if not steps:
            return
        depths = list(accumulate(steps, lambda depth, step: depth + step - 1, initial=self._depth))
        self._depth = depths[-1]
        if max(depths) > self._stream.limits.depth:
            raise self._stream.error(
                f"JSON that is nested more than {self._stream.limits.depth} deep",
                expected=f"at most {self._stream.limits.depth} levels",
                hint="is it the right kind of file?",
            )


def _odd_backslashes(data: bytes) -> bool:
    match = _BACKSLASHES.search(data)
    return match is not None and len(match[0]) % 2 == 1


class _Escapes:
    """The escapes of JSON's strings, looked through as they come for half a character."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self._cut = b""  # an escape that the end of a piece has cut, with the half before it

    def check(self, data: bytes) -> None:
        """Raise LoaderError for a surrogate that stands alone; no data is the end."""
        if not self._cut and b"\\u" not in data and b"\\" not in data[-6:]:
            return
        at_end = not data
        data = self._cut + data
        half = None  # the first of a pair, whose second has to follow at once
        done = 0
        for escape in _ESCAPE.finditer(data):
            code = int(escape[1], 16) if escape[1] else 0
            second = 0xDC00 <= code <= 0xDFFF
            if second != (half is not None) or (half and half.end() != escape.start()):
                raise self._error()
            half = escape if 0xD800 <= code <= 0xDBFF else None
            done = escape.end()
        if half and (at_end or len(data) - half.end() >= 6):
            raise self._error()
        start = half.start() if half else data.find(b"\\", done)
        self._cut = data[start:] if start >= 0 and len(data) - start < 12 else b""

    def _error(self) -> LoaderError:
        return self._stream.error(
            "an escape of half a character (a lone surrogate)",
            expected="text in Unicode",
            hint="correct the text at the source",
        )


class _Checked:
    """A stream of JSON whose nesting is checked as it passes, and whose beginning can be seen."""

    def __init__(self, stream: Stream) -> None:
        self.stream = stream
        self._depth = _Depth(stream)
        self._escapes = _Escapes(stream)
        self._ahead = b""

    def peek(self) -> bytes:
        """The beginning, up to some length, without taking it away."""
        while len(self._ahead) < CHUNK and (data := self._read(CHUNK)):
            self._ahead += data
        return self._ahead

    def read(self, size: int = CHUNK) -> bytes:
        """What comes next, as :meth:`Stream.read` gives it."""
        if size == 0:
            return b""
        if self._ahead:
            data, self._ahead = self._ahead[:size], self._ahead[size:]
            return data
        return self._read(size)

    def _read(self, size: int) -> bytes:
        data = self.stream.read(size)
        self._depth.check(data)
        self._escapes.check(data)
        return data
