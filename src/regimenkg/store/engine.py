"""The engine's files, opened to write and certainly closed again.

The engine has no way to be closed but to be forgotten, and while it is open it may write files into
a folder that is being removed. An error's traceback remembers every variable on its way, the open
store among them, so that what is done with a store on disk is done here.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from pyoxigraph import Store

__all__ = ["with_store"]

Result = TypeVar("Result")


def with_store(path: Path, work: Callable[[Store], Result]) -> Result:
    """Open a store on disk, do something with it, and close it: however that ends.

    Args:
        path: the folder of its files; it is made where it is missing.
        work: is given the store, and must not keep it: neither in a closure, as a comprehension
            makes one, that an error's traceback may come through.

    Returns what ``work`` returns. Raises what it raises, and OSError where the files cannot be
    opened.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     with_store(Path(folder, "db"), len)
    0
    """
    try:
        return _opened(path, work)
    except BaseException as error:
        _forget_frames(error)
        raise


def _opened(path: Path, work: Callable[[Store], Result]) -> Result:
    return work(Store(path))


def _forget_frames(error: BaseException) -> None:
    from traceback import clear_frames

    chain: BaseException | None = error
    while chain is not None:
        clear_frames(chain.__traceback__)
        chain = chain.__cause__ or chain.__context__
