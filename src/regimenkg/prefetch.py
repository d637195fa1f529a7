"""Opening the store while the rest of a command is still being imported.

The engine takes 10 to 20 ms to open a store, outside Python's lock: as long as importing the
command line takes. So the command line calls :func:`begin` before it imports anything else, and
:mod:`regimenkg.generations` takes what was opened. Whatever goes wrong here is met again, and
reported, when the store is opened in earnest.
"""

from __future__ import annotations

import _thread
import atexit
import os
from collections.abc import Sequence
from pathlib import Path

from pyoxigraph import Store

READERS = frozenset({"demo", "evidence", "export", "info", "query", "show", "sparql"})
"""The commands that begin by opening the store."""

_pending: dict[str, tuple[_thread.LockType, list[Store]]] = {}


def begin(words: Sequence[str]) -> bool:
    """Begin to open the store that a command line will read; returns whether there is one.

    Args:
        words: the command line after the program's name.

    >>> begin(["queries"])
    False
    """
    if not READERS.intersection(words[:2]) or _is_remote(words):
        return False
    from regimenkg.embedded import default_directory

    directory = Path(_value_of("--store", words) or default_directory()).expanduser().absolute()
    try:
        name = (directory / "CURRENT").read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        return False
    if not name.isdigit():
        return False

    path = os.fspath(directory / name / "db")
    done = _thread.allocate_lock()
    done.acquire()
    opened: list[Store] = []

    def work() -> None:
        try:
            opened.append(Store.read_only(path))
        except (OSError, RuntimeError):
            pass  # it will be opened again, and then reported
        finally:
            done.release()

    _pending[path] = (done, opened)
    atexit.register(take, path)  # the engine must not be at work when the process ends
    _thread.start_new_thread(work, ())
    return True


def take(path: str) -> Store | None:
    """Return the store that was opened at a path, waiting for it; None if none was begun.

    >>> take("/nowhere/db") is None
    True
    """
    done, opened = _pending.pop(path, (None, None))
    if done is None or opened is None:
        return None
    with done:
        return opened[0] if opened else None


def _is_remote(words: Sequence[str]) -> bool:
    return bool(os.environ.get("REGIMENKG_ENDPOINT")) or _value_of("--endpoint", words) is not None


def _value_of(option: str, words: Sequence[str]) -> str | None:
    """The value of the last use of an option, or None."""
    value = None
    for index, word in enumerate(words):
        if word == option and index + 1 < len(words):
            value = words[index + 1]
        elif word.startswith(option + "="):
            value = word[len(option) + 1 :]
    return value
