"""The errors that RegimenKG raises, each with a hint and the exit code of the command line.

Every error derives from :class:`RegimenKGError`, and from the built-in type that a caller would
expect (``ValueError``, ``KeyError``, ``OSError``), so that both can be caught.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar


class RegimenKGError(Exception):
    """Base of all errors that RegimenKG raises on purpose.

    Args:
        message: what is wrong, in one or a few lines, naming the value that is wrong.
        hint: what to do about it, or None.

    >>> error = RegimenKGError("no store here", hint="give --store DIR")
    >>> str(error), error.hint, error.exit_code
    ('no store here', 'give --store DIR', 3)
    """

    exit_code: ClassVar[int] = 3

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return self.message

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (type(self), self.message), self.__dict__


def _rebuild(cls: type[RegimenKGError], message: str) -> RegimenKGError:
    """Make an unpickled error; its attributes follow as state."""
    return cls(message)


class UsageError(RegimenKGError):
    """The caller asked for something that cannot be: an option, a name, a value."""

    exit_code = 2


class ParameterError(UsageError, ValueError):
    """A value that a parameter of a canned query cannot take."""


class QueryNotFoundError(UsageError, KeyError):
    """No canned query has this name."""


class ThingNotFoundError(UsageError, KeyError):
    """The graph knows no such regimen, drug or other thing."""


class CodeError(ParameterError):
    """A code whose prefix is not known, or whose id its vocabulary's pattern does not allow."""


class FormatError(UsageError, ValueError):
    """An output or input format that does not exist or does not fit."""


class QuerySyntaxError(RegimenKGError, ValueError):
    """A text that is not SPARQL; ``line`` and ``column`` count from 1, or are None.

    >>> QuerySyntaxError("unexpected end", line=1, column=20).column
    20
    """

    exit_code = 3

    def __init__(
        self,
        message: str,
        *,
        line: int | None = None,
        column: int | None = None,
        hint: str | None = None,
    ) -> None:
        super().__init__(message, hint=hint)
        self.line = line
        self.column = column


class DataError(RegimenKGError):
    """Data or a store that cannot be used as it is."""

    exit_code = 3


class LoaderError(DataError, ValueError):
    """A source file that a loader cannot read.

    Args:
        message: what is wrong, beginning with the file and line.
        file: the file, as the caller named it.
        line: line or record number, from 1.
        field: the column, key or element that is wrong.
        expected: what would have been right.
        hint: what to do about it.

    >>> error = LoaderError("a.tsv:3: no subject", file="a.tsv", line=3, field="subject_id")
    >>> error.line, error.field
    (3, 'subject_id')
    """

    def __init__(
        self,
        message: str,
        *,
        file: str | None = None,
        line: int | None = None,
        field: str | None = None,
        expected: str | None = None,
        hint: str | None = None,
    ) -> None:
        super().__init__(message, hint=hint)
        self.file = file
        self.line = line
        self.field = field
        self.expected = expected


class StoreError(DataError, OSError):
    """A store directory that cannot be read, written or built."""


class StoreVersionError(StoreError):
    """A store that another, newer version of RegimenKG wrote, or that is unreadable."""


class EndpointError(RegimenKGError, OSError):
    """A remote SPARQL endpoint that does not answer, or not with results.

    Args:
        message: what came instead of an answer.
        url: the endpoint, without credentials.
        status: HTTP status code, or None where there was no answer.
        hint: what to do about it.
    """

    exit_code = 4

    def __init__(
        self,
        message: str,
        *,
        url: str | None = None,
        status: int | None = None,
        hint: str | None = None,
    ) -> None:
        super().__init__(message, hint=hint)
        self.url = url
        self.status = status


def did_you_mean(word: str, candidates: Iterable[str]) -> str | None:
    """Return the candidate that ``word`` is most likely a slip for, or None.

    Case, spaces, hyphens and underscores do not count.

    >>> did_you_mean("Cytarabin", ["cytarabine", "cladribine"])
    'cytarabine'
    >>> did_you_mean("xyz", ["cytarabine"]) is None
    True
    """
    from difflib import get_close_matches

    folded: dict[str, str] = {}
    for candidate in candidates:
        folded.setdefault(_fold(candidate), candidate)
    found = get_close_matches(_fold(word), list(folded), n=1, cutoff=0.6)
    return folded[found[0]] if found else None


def _fold(text: str) -> str:
    return text.casefold().translate({ord(c): None for c in " -_"})
