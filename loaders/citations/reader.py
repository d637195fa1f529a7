"""What a reader of a format of bibliographic records is, and the errors that all of them raise."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from regimenkg.loaders.citations.model import Citation
from regimenkg.loaders.shared.bounded import LIMITS, Limits, Stream
from regimenkg.loaders.shared.errors import FieldError
from regimenkg.terms.provenance import Selector

__all__ = ["RECORD_LIMITS", "Reader", "missing", "not_an_article"]

RECORD_LIMITS = Limits(record=8 << 20, total=LIMITS.total)
"""One citation is never near 8 MiB, its abstract and affiliations included."""


class Reader(NamedTuple):
    """Makes citations of the records of one format.

    Args:
        records: reads a stream and yields for each record where it stands and what it holds;
            raises LoaderError for what spoils the file.
        citation: makes a citation of what a record holds; raises FieldError.
        suffixes: how names of files end, in a zip.
        limits: how much is read.
    """

    records: Callable[[Stream], Iterator[tuple[Selector, Any]]]
    citation: Callable[[Any], Citation]
    suffixes: tuple[str, ...]
    limits: Limits = RECORD_LIMITS


def not_an_article(kind: str) -> FieldError:
    """The error for a record of something that is not a journal article."""
    return FieldError(
        "type",
        f"a record of the type {kind[:60]!r}, which is not a journal article",
        expected="a journal article",
        hint="leave such records out with --on-error skip",
    )


def missing(field: str) -> FieldError:
    """The error for a record that lacks what every citation has."""
    return FieldError(field, f"no {field}", expected=f"a {field}", hint="is the record whole?")
