"""What is wrong with a source file, before and after a loader knows the file and the record."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from pyoxigraph import Literal, Triple

from regimenkg.errors import LoaderError
from regimenkg.terms.literals import unwritable
from regimenkg.terms.namespaces import compact

__all__ = ["FieldError", "check_text", "check_texts", "unreadable"]


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


def check_text(field: str, text: str) -> str:
    """Return a text that every format can write; the one rule of all loaders.

    Raises FieldError, with the code point, for a text with a control character in it. It is not
    left out silently: what stood there (a Greek letter, a dash) only the source knows.

    >>> check_text("title", "alpha")
    'alpha'
    >>> check_text("title", "\\x1a-thalassemia")
    Traceback (most recent call last):
    regimenkg.loaders.shared.errors.FieldError: the control character U+001A in '\\x1a-thalassemia'
    """
    if point := unwritable(text):
        raise FieldError(
            field,
            f"the control character {point} in {text[:60]!r}",
            expected="text without control characters",
            hint="correct it at the source, or leave the record out with --on-error skip",
        )
    return text


def check_texts(triples: Iterable[Triple]) -> None:
    """Raise FieldError, with the property, for a literal that :func:`check_text` refuses."""
    for triple in triples:
        if isinstance(triple.object, Literal):
            check_text(compact(triple.predicate.value), triple.object.value)


def unreadable(path: Path, error: OSError) -> LoaderError:
    """The error for a file that the system does not give."""
    return LoaderError(
        f"cannot read {path}: {error.strerror}",
        file=str(path),
        hint="check the path and its permissions",
    )
