"""What is wrong with a source file, before and after a loader knows the file and the record."""

from __future__ import annotations

from pathlib import Path

from regimenkg.errors import LoaderError

__all__ = ["FieldError", "unreadable"]


class FieldError(ValueError):
    """A field of a record that has no such value; the loader adds file and record.

    Args:
        field: the field's name, or its path in the record; empty for the record as such.
        message: what is wrong with it.
        expected: what would have been right.
        hint: what to do about it.

    >>> FieldError("doi", "'x' is not a DOI", expected="a DOI").field
    'doi'
    """

    def __init__(self, field: str, message: str, *, expected: str = "", hint: str = "") -> None:
        super().__init__(message)
        self.field = field
        self.message = message
        self.expected = expected
        self.hint = hint


def unreadable(path: Path, error: OSError) -> LoaderError:
    """The error for a file that the system does not give."""
    return LoaderError(
        f"cannot read {path}: {error.strerror}",
        file=str(path),
        hint="check the path and its permissions",
    )
