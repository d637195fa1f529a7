"""Opening the store in a thread of its own while the rest of a command is imported.

The engine takes 10 to 20 ms to open a store, without Python's lock: as long as importing click
takes. ``python benchmarks/run.py --against COMMIT``, with a commit that lacks this module, shows
what it gains: 2 to 15 % of the wall time of a cold query, for 1 to 2 % more of the processor's.
Whatever goes wrong here is met again, and reported, when the store is opened in earnest.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from regimenkg.store.generations import Generation

__all__ = ["READERS", "begin", "take"]

READERS = frozenset({"evidence", "export", "info", "query", "resolve", "show", "sparql"})
"""The commands that begin by opening the store."""

_begun: dict[Path, tuple[Thread, list[Generation]]] = {}


def begin(words: Sequence[str]) -> Path | None:
    """Begin to open the store that a command line will read, as far as can be told by its words.

    Args:
        words: the command line after the program's name.

    Returns the store directory; None for a command that reads none.

    >>> begin(["queries"]) is None
    True
    """
    remote = os.environ.get("REGIMENKG_ENDPOINT") or _value_of("--endpoint", words)
    if remote or not READERS.intersection(words[:1]):
        return None
    from regimenkg.packaged import store_directory

    directory = store_directory(_value_of("--store", words))
    opened: list[Generation] = []

    def work() -> None:
        with suppress(Exception):
            if current := directory.current():
                opened.append(current)

    thread = Thread(target=work)
    _begun[directory.path] = thread, opened
    thread.start()
    return directory.path


def take(directory: Path) -> Generation | None:
    """The current generation of a directory that was begun, waiting for it; None where none was.

    >>> take(Path("/nowhere")) is None
    True
    """
    if directory not in _begun:
        return None
    thread, opened = _begun.pop(directory)
    thread.join()
    return opened[0] if opened else None


def _value_of(option: str, words: Sequence[str]) -> str | None:
    """The value of the last use of an option, or None."""
    value = None
    for word, after in zip(words, (*words[1:], None), strict=False):
        if word == option:
            value = after
        elif word.startswith(option + "="):
            value = word.removeprefix(option + "=")
    return value
