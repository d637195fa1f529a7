"""Kinds of things: the words by which a person asks for one, and what each means in the graph."""

from __future__ import annotations

from regimenkg.errors import UsageError, did_you_mean
from regimenkg.terms.namespaces import PREFIXES, RK, RKD

__all__ = ["KINDS", "class_of_kind", "kind_of"]

KINDS = {
    "drug": RK + "Drug",
    "regimen": RK + "Regimen",
    "toxicity": RK + "Toxicity",
    "condition": RK + "Condition",
    "class": RK + "DrugClass",
}
"""The kinds of which a name can be asked for, with the class of each."""


def class_of_kind(kind: str | None) -> str:
    """Return the class of a kind, and an empty text for None or an empty one.

    Raises UsageError for a kind that there is not.

    >>> class_of_kind("class").rpartition("#")[2], class_of_kind(None)
    ('DrugClass', '')
    """
    if not kind:
        return ""
    if kind not in KINDS:
        near = did_you_mean(kind, KINDS)
        raise UsageError(
            f"there is no kind {kind!r}",
            hint=(f"did you mean {near!r}? " if near else "") + "one of " + ", ".join(KINDS),
        )
    return KINDS[kind]


def kind_of(iri: str) -> str:
    """What sort of thing an IRI names, in the words of its path.

    >>> kind_of(RKD + "drug-class/antimetabolite"), kind_of("https://doi.org/10.1/a")
    ('drug class', 'citation')
    """
    path = iri.removeprefix(RKD)
    if path == iri:
        return "citation" if iri.startswith(PREFIXES["doi"]) else "term"
    return path.partition("/")[0].replace("-", " ") if "/" in path else "term"
