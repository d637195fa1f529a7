"""What is compared when a value is read again: the value, the passage, and what came of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

__all__ = ["Passage", "Value", "Verdict"]


@dataclass(frozen=True, slots=True)
class Passage:
    """A part of a document, which is at hand whole.

    >>> Passage("Of 24 patients", 3, 5).text
    '24'
    """

    document: str
    start: int
    end: int

    @property
    def text(self) -> str:
        """What stands there."""
        return self.document[self.start : self.end]

    @property
    def before(self) -> str:
        """What stands just before it."""
        return self.document[max(self.start - 12, 0) : self.start]

    @property
    def after(self) -> str:
        """What stands after it, up to some words."""
        return self.document[self.end : self.end + 60]


@dataclass(frozen=True, slots=True)
class Value:
    """A value of the graph and what belongs to it.

    Args:
        prop: its property's IRI.
        text: the literal, or the IRI of a thing.
        datatype: the literal's datatype; empty for a thing.
        tokens: the value as printed (``rk:asReported``), where the graph has it; as several
            files print it, where they say different things of one place.
        names: of a thing, what it is called.
        rivals: of a term of a short list, what the others of the list are called.
        parts: of an amount, its properties (local names) and their values.
        beside: all values of the property that were read at the same place.
        bound: of a P value, its comparison.
    """

    prop: str
    text: str
    datatype: str = ""
    tokens: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    rivals: tuple[str, ...] = ()
    parts: Mapping[str, str] = field(default_factory=dict)
    beside: frozenset[str] = frozenset()
    bound: str | None = None

    @property
    def name(self) -> str:
        """The local name of the property."""
        return re.split(r"[#/]", self.prop)[-1]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of it: ``agrees`` is None where there is no rule, and ``reason`` says why."""

    agrees: bool | None
    stands: str = ""
    reason: str = ""
