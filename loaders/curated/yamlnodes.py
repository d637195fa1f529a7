"""YAML read with the line of every key and value, and with nothing guessed.

Scalars stay text: whether ``2`` is a number and ``no`` a word is for the property's range to
say. Keys may not repeat, and anchors, aliases and tags are refused, since a reader of medical
data should see each value where it stands.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from regimenkg.errors import LoaderError
from regimenkg.loaders.shared.errors import unreadable
from regimenkg.terms.literals import unwritable

MAX_BYTES = 5_000_000


@dataclass(frozen=True, slots=True)
class Scalar:
    """A piece of text and its line (from 1)."""

    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Items:
    """A list and its line."""

    items: tuple[Node, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Fields:
    """A mapping, in file order, and its line; ``lines`` holds the line of each key."""

    fields: dict[str, Node]
    lines: dict[str, int]
    line: int


Node = Scalar | Items | Fields


def problem(
    file: Path, line: int, message: str, *, field: str = "", expected: str = "", hint: str = ""
) -> LoaderError:
    """A LoaderError whose message begins with the place, as compilers write it.

    Its hint says what to do and then what was expected.
    """
    if expected and expected not in hint:
        sign = " " if hint.endswith("?") else "; " if hint else ""
        hint = f"{hint}{sign}expected {expected}"
    return LoaderError(
        f"{file}:{line}: {message}",
        file=str(file),
        line=line,
        field=field or None,
        expected=expected or None,
        hint=hint or None,
    )


Collecting = Callable[[], AbstractContextManager[None]]
"""Makes a context that may hold back the problems raised in it, to go on after each."""


def read_text(path: Path, what: str, hint: str) -> str:
    """The text of a file; ``what`` it is and the ``hint`` are for one that is over 5 MB.

    Raises LoaderError for that, for what is not UTF-8, and for a file that cannot be read.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise unreadable(path, error) from error
    if len(raw) > MAX_BYTES:
        raise LoaderError(
            f"{path} has {len(raw)} bytes; {what} has at most {MAX_BYTES}",
            file=str(path),
            hint=hint,
        )
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise problem(
            path,
            raw.count(b"\n", 0, error.start) + 1,
            f"not UTF-8 (byte {error.start})",
            expected="UTF-8 text",
            hint="save the file as UTF-8",
        ) from error


def read_yaml(path: Path, collecting: Collecting = nullcontext) -> Fields:
    """Read one YAML file whose top level is a mapping.

    Raises LoaderError with file and line for anything that is not UTF-8, not YAML, not a
    mapping, or over 5 MB; and, unless ``collecting`` holds it back, for what is repeated, aliased,
    tagged, or holds a control character, which is then left out.
    """
    import yaml

    text = read_text(
        path, "a curated file", "split it into one file per regimen, drug, trial or citation"
    )
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        for event in yaml.parse(text, Loader=loader):
            with collecting():
                _refuse_indirection(event, path)
        root = yaml.compose(text, Loader=loader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        reason = getattr(error, "problem", None) or str(error)
        raise problem(
            path,
            line,
            f"not valid YAML: {reason}",
            expected="YAML",
            hint="indent with spaces, and quote a text that holds ': ' or ' #'",
        ) from error
    if not isinstance(root, yaml.MappingNode):
        raise problem(
            path,
            1,
            "the file must be a mapping of things, such as 'drug/cytarabine: …'",
            expected="a mapping of kind/slug to properties",
            hint="see the files in data/ for examples",
        )
    converted = _convert(root, path, collecting)
    assert isinstance(converted, Fields)
    return converted


def _refuse_indirection(event: Any, path: Path) -> None:
    anchor = getattr(event, "anchor", None)
    tag = getattr(event, "tag", None)
    if anchor or tag:
        line = event.start_mark.line + 1
        what = f"anchor or alias '{anchor}'" if anchor else f"tag '{tag}'"
        raise problem(
            path,
            line,
            f"{what} is not allowed in a curated file",
            expected="plain values",
            hint="write the value out where it belongs",
        )


def _convert(node: Any, path: Path, collecting: Collecting) -> Node:
    import yaml

    line = node.start_mark.line + 1
    if isinstance(node, yaml.ScalarNode):
        with collecting():
            if point := unwritable(node.value):
                what = f"the control character {point}"
                raise problem(path, line, what, expected="text without any")
        return Scalar(node.value, line)
    if isinstance(node, yaml.SequenceNode):
        return Items(tuple(_convert(item, path, collecting) for item in node.value), line)
    fields: dict[str, Node] = {}
    lines: dict[str, int] = {}
    for key, value in node.value:
        with collecting():
            _check_key(key, lines, path)
            fields[key.value] = _convert(value, path, collecting)
            lines[key.value] = key.start_mark.line + 1
    return Fields(fields, lines, line)


def _check_key(key: Any, lines: dict[str, int], path: Path) -> None:
    import yaml

    line = key.start_mark.line + 1
    if not isinstance(key, yaml.ScalarNode):
        raise problem(
            path,
            line,
            "a key must be a plain text",
            expected="a property or kind/slug",
            hint="a value in { } needs a key before it",
        )
    if key.value in lines:
        raise problem(
            path,
            line,
            f"'{key.value}' stands twice (first in line {lines[key.value]})",
            field=key.value,
            expected="each key once",
            hint="give several values as a list: [first, second]",
        )
