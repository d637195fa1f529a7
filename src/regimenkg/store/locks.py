"""Advisory locks on files: one writer of a store directory, readers that pin a generation, and
temporary folders, which the next process clears away where theirs was killed.

The operating system releases a lock when the process that holds it ends, however it ends.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from regimenkg.errors import StoreError

WAIT_SECONDS = 600.0
"""How long a process waits for another one that is writing the store."""

_POLL_SECONDS = 0.05

_TEMPORARY = "regimenkg-"
"""How the names of temporary folders begin."""

if sys.platform == "win32":
    import msvcrt

    def _try_exclusive(file: int, *, without_locks: bool = True) -> bool:
        try:
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def try_shared(file: int) -> bool:
        """Return True: an open file cannot be renamed or removed here, which is pin enough."""
        return True

else:
    import fcntl

    def _try_exclusive(file: int, *, without_locks: bool = True) -> bool:
        return _flock(file, fcntl.LOCK_EX, without_locks=without_locks)

    def try_shared(file: int) -> bool:
        """Lock an open file against removal by :func:`try_remove`; False if one is under way."""
        return _flock(file, fcntl.LOCK_SH)

    def _flock(file: int, kind: int, *, without_locks: bool = True) -> bool:
        try:
            fcntl.flock(file, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError:  # a file system without locks: mostly as if nobody else were there
            return without_locks
        return True


def is_free(path: Path) -> bool:
    """Return whether no reader holds a shared lock on a file; False if it cannot be opened."""
    try:
        file = os.open(path, os.O_RDONLY)
    except OSError:
        return False
    try:
        return _try_exclusive(file)
    finally:
        os.close(file)


@contextmanager
def exclusive(
    path: Path, report: Callable[[str], None], seconds: float = WAIT_SECONDS
) -> Iterator[None]:
    """Hold a lock that one process at a time can have, waiting for it where another has it.

    Args:
        path: the lock file; it is made, and stays.
        report: told once when there is something to wait for.
        seconds: how long to wait.

    Raises StoreError when the wait is over, OSError where the file cannot be made.
    """
    import time

    file = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    try:
        end = time.monotonic() + seconds
        waiting = False
        while not _try_exclusive(file):
            if not waiting:
                report(f"waiting for another process that is writing {path.parent}")
                waiting = True
            if time.monotonic() > end:
                raise StoreError(
                    f"another process has been writing {path.parent} for {seconds:.0f} s",
                    hint="wait for it or end it, or use another store with --store DIR",
                )
            time.sleep(_POLL_SECONDS)
        yield
    finally:
        os.close(file)


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """A folder among the system's temporary files, which goes when the block ends.

    A process that is killed leaves its folders, and what may be gigabytes in them: the next
    process that makes one removes those whose process has ended.

    >>> with temporary_folder() as folder:
    ...     (folder / "a file").write_text("…", encoding="utf-8")
    1
    >>> folder.exists()
    False
    """
    import shutil  # these two take as long as a short query
    import tempfile

    for left in Path(tempfile.gettempdir()).glob(f"{_TEMPORARY}*/lock"):
        with suppress(OSError):  # another process may be doing the same
            if left.stat().st_size and is_free(left):
                shutil.rmtree(left.parent)
    with tempfile.TemporaryDirectory(prefix=_TEMPORARY) as name:
        file = os.open(Path(name, "lock"), os.O_RDWR | os.O_CREAT, 0o600)
        try:
            # An empty one is not locked yet, or cannot be: nobody may take its folder for left.
            if _try_exclusive(file, without_locks=False):
                os.write(file, b"held")
            yield Path(name)
        finally:
            os.close(file)
