"""The rows of canned queries, for what is put together from them: pages, figures, comparisons."""

from __future__ import annotations

from collections.abc import Sequence

from regimenkg.catalog.cache import find
from regimenkg.catalog.runner import run
from regimenkg.catalog.spec import QuerySpec
from regimenkg.errors import UsageError
from regimenkg.sparql.answers import Solutions, Term
from regimenkg.sparql.backend import Backend
from regimenkg.terms.namespaces import expand

__all__ = ["Named", "ask", "named_rows", "parameter_for"]

Named = dict[str, Term | None]
"""A row by the names of its columns."""


def ask(name: str, backend: Backend, **values: str | Sequence[str]) -> Solutions:
    """The rows of a canned query with values for its parameters; they may be read again.

    Raises what `regimenkg.catalog.runner.run` raises, and UsageError for a query without rows.
    """
    _, answer = run(name, values, backend, note=lambda _: None)
    if not isinstance(answer, Solutions):
        raise UsageError(f"{name} does not return rows")
    return Solutions(answer.variables, list(answer))


def named_rows(answer: Solutions) -> list[Named]:
    """The rows of an answer, each by the names of the columns."""
    return [dict(zip(answer.variables, row, strict=True)) for row in answer]


def parameter_for(spec: QuerySpec | str, classes: set[str]) -> str:
    """The parameter of a query that takes a thing of these classes (IRIs); empty if none does.

    A parameter that is called ``thing`` and names no class takes everything.

    >>> drug = "https://w3id.org/regimenkg/vocab#Drug"
    >>> parameter_for("shared-toxicities", {drug}), parameter_for("toxicity-rates", {drug})
    ('drug', '')
    """
    for param in (find(spec) if isinstance(spec, str) else spec).params:
        fits = expand(param.class_) in classes if param.class_ else param.name == "thing"
        if param.type == "iri" and fits:
            return param.name
    return ""
