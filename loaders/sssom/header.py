"""The header of a mapping set: the ``#`` lines of its file, which are YAML together.

Source: the SSSOM specification of the TSV format,
https://mapping-commons.github.io/sssom/spec-formats-tsv/.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO

from regimenkg.errors import LoaderError
from regimenkg.loaders.shared.errors import unreadable

_MAX_HEADER = 1_000_000  # characters
_MAX_LINE = 100_000  # characters
_YAML = "YAML in the lines that begin with #"
_ANOTHER_FORMAT = "is this an SSSOM file?"


@dataclass(frozen=True, slots=True)
class Header:
    """What the ``#`` lines of a mapping set say."""

    lines: int = 0
    fields: dict[str, Any] = field(default_factory=dict)

    def text(self, name: str) -> str | None:
        """The value of a field as text, or None."""
        value = self.fields.get(name)
        return None if value is None else str(value)


def open_text(path: Path) -> TextIO:
    """The file of a mapping set, to be read as text; raises LoaderError if it cannot be."""
    try:
        return path.open(encoding="utf-8-sig", newline="")
    except OSError as error:
        raise unreadable(path, error) from error


def read_header(path: Path, stream: TextIO) -> tuple[Header, list[str]]:
    """Read the ``#`` lines; returns what they say and the line after them, where there is one.

    Raises LoaderError, with the line, for a header that is too long or not YAML.
    """
    import yaml

    lines: list[str] = []
    size = 0
    try:
        line = stream.readline(_MAX_LINE)
        while line.startswith("#"):
            lines.append(line[1:].rstrip("\r\n"))
            size += len(line)
            if size > _MAX_HEADER:
                message = f"the header has over {_MAX_HEADER} characters"
                raise _error(path, len(lines), message, None, _ANOTHER_FORMAT)
            line = stream.readline(_MAX_LINE)
    except UnicodeDecodeError as error:
        number = len(lines) + 1
        raise _error(path, number, "not UTF-8", "UTF-8 text", "save the file as UTF-8") from error
    try:
        fields = yaml.load("\n".join(lines), Loader=yaml.BaseLoader) if lines else {}
    except RecursionError as error:
        message = "the header is nested too deeply"
        raise _error(path, 1, message, _YAML, _ANOTHER_FORMAT) from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        message = f"the header is not YAML: {getattr(error, 'problem', None) or error}"
        hint = "quote texts that hold ': ' and indent with spaces"
        raise _error(path, mark.line + 1 if mark else 1, message, _YAML, hint) from error
    if fields is None or fields == "":
        fields = {}
    if not isinstance(fields, dict):
        message = "the header is not a mapping of names to values"
        hint = "see the SSSOM specification of the TSV format"
        raise _error(path, 1, message, "lines such as '#license: …'", hint)
    return Header(len(lines), fields), [line] if line else []


def _error(path: Path, line: int, message: str, expected: str | None, hint: str) -> LoaderError:
    return LoaderError(
        f"{path}:{line}: {message}", file=str(path), line=line, expected=expected, hint=hint
    )
