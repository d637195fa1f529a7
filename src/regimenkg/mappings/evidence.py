"""Where a mapping was verified: places in public repositories that print code and name together.

Evidence is ``repository@commit:path:line`` or ``pypi:package@version:path:line``, with
``line-line`` for a record of several lines and ``line:column`` in a long one, or
``https://… yyyy-mm-dd``, a page and the day it was read; ``|`` stands between several.
"""

from __future__ import annotations

import re
import subprocess
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

__all__ = ["EvidenceFiles", "Page", "Place", "parse_evidence", "prints"]

_PLACE = re.compile(
    r"(?:(?P<repository>[\w.-]+/[\w.-]+)@(?P<commit>[0-9a-f]{40})"
    r"|(?P<package>pypi:[\w.-]+)@(?P<version>[\w.]+)):(?P<path>[^:|]+)"
    r":(?P<first>[1-9]\d*)(?:-(?P<last>[1-9]\d*))?(?::(?P<column>\d+))?"
)
_PAGE = re.compile(r"(?P<address>https?://[^\s|]+) (?P<day>\d{4}-\d{2}-\d{2})")
_BEFORE, _BEHIND = 300, 700  # characters of a long line that belong to a record at a column


class Place(NamedTuple):
    """Lines of a file in a repository at a commit, or in a package of a version; ``column`` points
    into one long line.

    >>> place = parse_evidence("o/r@" + "0" * 40 + ":a/b.csv:12-13")[0]
    >>> place.path, place.first, place.last, place.column
    ('a/b.csv', 12, 13, None)
    """

    repository: str
    commit: str
    path: str
    first: int
    last: int
    column: int | None

    def excerpt(self, text: str) -> str:
        """What the place is, of the text of its file; empty if the file ends before it.

        >>> Place("o/r", "0" * 40, "a", 2, 2, None).excerpt("one\\ntwo\\nthree")
        'two'
        """
        lines = "\n".join(_lines(text)[self.first - 1 : self.last])
        if self.column is None:
            return lines
        return lines[max(0, self.column - _BEFORE) : self.column + _BEHIND]


@lru_cache(maxsize=16)
def _lines(text: str) -> list[str]:
    """The lines of a file: a set has thousands of places in a few of them."""
    return text.split("\n")


class Page(NamedTuple):
    """A page of the web and the day on which it was read."""

    address: str
    day: str


def parse_evidence(text: str) -> list[Place | Page]:
    """Return the places that a cell names.

    Raises ValueError, quoting the part that is neither a place nor a page with its day.

    >>> parse_evidence("https://example.org/x 2026-11-21")
    [Page(address='https://example.org/x', day='2026-11-21')]
    >>> parse_evidence("someone said so")
    Traceback (most recent call last):
    ...
    ValueError: 'someone said so' is not a place
    """
    places: list[Place | Page] = []
    for part in text.split("|"):
        place, page = _PLACE.fullmatch(part.strip()), _PAGE.fullmatch(part.strip())
        if place:
            first = int(place["first"])
            last = int(place["last"] or first)
            column = None if place["column"] is None else int(place["column"])
            source = place["repository"] or place["package"]
            at = place["commit"] or place["version"]
            places.append(Place(source, at, place["path"], first, last, column))
        elif page:
            places.append(Page(page["address"], page["day"]))
        else:
            raise ValueError(f"{part.strip()!r} is not a place")
    return places


def prints(excerpt: str, wanted: str) -> bool:
    """Tell whether an excerpt has a code or a name, whole and in the same letter case.

    >>> prints("CHEBI:28680\\tcytarabine", "28680"), prints("CHEBI:286801", "28680")
    (True, False)
    """
    return bool(re.search(rf"(?<![A-Za-z0-9]){re.escape(wanted)}(?![A-Za-z0-9])", excerpt))


class EvidenceFiles:
    """Reads the file of a place out of clones, ``folder/owner/name``, and counts what it finds.

    Called with a place it returns the file's text, or None where there is no such clone, commit or
    text. ``read`` and ``missing`` count the places of both sorts.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._text = cache(self._show)
        self.read = 0
        self.missing = 0

    def __call__(self, place: Place) -> str | None:
        text = self._text(place.repository, place.commit, place.path)
        if text is None:
            self.missing += 1
        else:
            self.read += 1
        return text

    def _show(self, repository: str, commit: str, path: str) -> str | None:
        clone = self._folder / repository
        if not clone.is_dir():
            return None
        shown = subprocess.run(
            ["git", "-C", str(clone), "show", f"{commit}:{path}"], capture_output=True, check=False
        )
        if shown.returncode or b"\0" in shown.stdout:  # not there, or not a text
            return None
        return shown.stdout.decode("utf-8", "replace")
