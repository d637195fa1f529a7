"""The header of a ``.rq`` file: YAML in ``#+`` lines, each field read as what it should be."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

import yaml

from regimenkg.errors import DataError, did_you_mean

__all__ = ["Fields", "header_lines", "read_header"]

_HEADER_LINE = re.compile(r"#\+(?: (.*)|[ \t]*)$")


def header_lines(text: str) -> list[str]:
    """The ``#+`` lines that a file begins with, without that mark.

    >>> header_lines("#+ summary: Drugs\\n#+ tags: [drug]\\nSELECT * {}\\n")
    ['summary: Drugs', 'tags: [drug]']
    """
    lines: list[str] = []
    for line in text.splitlines():
        match = _HEADER_LINE.match(line)
        if match is None:
            break
        lines.append(match.group(1) or "")
    return lines


def read_header(name: str, text: str) -> object:
    """Read the YAML of the header; raises DataError, with the line, where there is none."""
    lines = header_lines(text)
    if not lines:
        raise DataError(
            f"{name}.rq: line 1: the header is missing",
            hint="begin the file with lines such as `#+ summary: Drugs of a regimen`",
        )
    try:
        return yaml.load("\n".join(lines), Loader=_HeaderLoader)
    except yaml.MarkedYAMLError as error:
        number = error.problem_mark.line + 1 if error.problem_mark else 1
        raise DataError(
            f"{name}.rq: line {number}: the header is not YAML: {error.problem}",
            hint="quote a text that holds `: `, `, ` or `#`",
        ) from error
    except yaml.YAMLError as error:
        raise DataError(f"{name}.rq: the header is not YAML: {error}") from error


class _HeaderLoader(yaml.BaseLoader):
    """YAML whose scalars all stay the texts that they are, and whose keys stand once."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if key.value in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key {key.value} stands twice", key.start_mark
                )
            seen.add(key.value)
        return super().construct_mapping(node, deep=deep)


class Fields:
    """The fields of one mapping of the header, each read as what it should be."""

    def __init__(
        self, file: str, path: str, content: object, known: Collection[str] | None
    ) -> None:
        self._file = file
        self._path = path
        if content in (None, ""):
            content = {}
        if not isinstance(content, Mapping):
            raise self._wrong("", "keys and values")
        if known is not None:
            for key in content:
                if key not in known:
                    guess = did_you_mean(str(key), known)
                    raise DataError(
                        f"{file}: {path}{key}: the header has no such key",
                        hint=f"did you mean {guess}?" if guess else "known: " + ", ".join(known),
                    )
        self.content = content

    def _wrong(self, key: str, expected: str) -> DataError:
        where = (self._path + key).strip(".") or "header"
        return DataError(f"{self._file}: {where}: expected {expected}")

    def text(self, key: str, *, required: bool = False, among: Collection[str] = ()) -> str:
        value = self.content.get(key, "")
        if not isinstance(value, str) or (required and not value.strip()):
            raise self._wrong(key, "a text")
        if value and among and value not in among:
            raise self._wrong(key, "one of " + ", ".join(among))
        return value.strip()

    def texts(self, key: str) -> tuple[str, ...]:
        value = self.content.get(key, [])
        if isinstance(value, str):
            value = [value] if value else []
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self._wrong(key, "a list of texts")
        return tuple(value)

    def mapping(self, key: str, *, among: Collection[str] = ()) -> dict[str, str]:
        value = Fields(self._file, f"{self._path}{key}.", self.content.get(key), None).content
        if not all(isinstance(item, str) for item in value.values()):
            raise self._wrong(key, "a text for every name")
        if among and not set(value.values()) <= set(among):
            raise self._wrong(key, "for every name one of " + ", ".join(among))
        return {str(name): " ".join(item.split()) for name, item in value.items()}

    def numbers(self, key: str) -> list[int]:
        try:
            return [int(item) for item in self.texts(key)]
        except ValueError:
            raise self._wrong(key, "whole numbers") from None

    def number(self, key: str) -> int:
        numbers = self.numbers(key)
        return numbers[0] if numbers else 0

    def flag(self, key: str) -> bool:
        value = self.text(key, among=("true", "false"))
        return value == "true"

    def each(self, key: str, known: Collection[str]) -> list[Fields]:
        """The mappings of a list; one mapping alone is a list of it."""
        value = self.content.get(key) or []
        items = value if isinstance(value, list) else [value]
        return [Fields(self._file, f"{self._path}{key}.", item, known) for item in items]

    def fields(self, key: str, known: Collection[str] | None) -> Fields:
        return Fields(self._file, f"{self._path}{key}.", self.content.get(key), known)
