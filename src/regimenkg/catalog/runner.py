"""Running a query on a backend: a canned one with values for its parameters, or any text."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from itertools import islice

from regimenkg.catalog.cache import find
from regimenkg.catalog.parameters import parse_values, value_texts
from regimenkg.catalog.spec import QuerySpec
from regimenkg.errors import QuerySyntaxError, UsageError, did_you_mean
from regimenkg.sparql.answers import Answer, Solutions, Triples
from regimenkg.sparql.backend import Backend
from regimenkg.sparql.terms import term_text
from regimenkg.sparql.tokens import (
    add_missing_prefixes,
    declared_prefixes,
    prefix_uses,
    swap_values,
)
from regimenkg.terms.namespaces import PREFIXES

__all__ = ["bind", "run", "run_text"]


def _to_stderr(note: str) -> None:
    print("note:", note, file=sys.stderr)


def run(
    name: str,
    values: Mapping[str, object],
    backend: Backend,
    limit: int | None = None,
    *,
    note: Callable[[str], None] = _to_stderr,
) -> tuple[QuerySpec, Answer]:
    """Run a canned query with values for its parameters, each a text or several.

    ``limit`` is the most rows or triples that are given. A required parameter without a value
    keeps the default in the query's file, which ``note`` is told. Raises QueryNotFoundError,
    ParameterError, and what the backend raises.
    """
    spec = find(name)
    return spec, _cut(backend.query(bind(spec, values, backend, note=note)), limit)


def bind(
    spec: QuerySpec,
    values: Mapping[str, object],
    backend: Backend,
    *,
    note: Callable[[str], None] = _to_stderr,
) -> str:
    """Return the text of a canned query with values in place of its defaults.

    The text is plain SPARQL that any endpoint with the same data answers. Raises ParameterError.
    """
    given: dict[str, list[str]] = {}
    for key, value in values.items():
        given.setdefault(spec.param(key).name, []).extend(value_texts(value))
    swaps: dict[str, list[str]] = {}
    for param in spec.params:
        texts = given.get(param.name) or param.default
        if texts:
            swaps[param.name] = list(map(term_text, parse_values(param, texts, backend, note)))
        elif param.optional:
            swaps[param.name] = ["UNDEF"]
        elif param.required:
            note(f"{param.option} was not given; the answer is for {param.block}")
    return swap_values(spec.text, swaps, spec.blocks)


def run_text(text: str, backend: Backend, limit: int | None = None) -> Answer:
    """Run any SPARQL query; standard prefixes that it leaves undeclared are declared for it.

    ``limit`` is the most rows or triples that are given. Raises QuerySyntaxError, with line and
    column in the text as given, and what else the backend raises.
    """
    text = text.removeprefix("\ufeff")
    complete = add_missing_prefixes(text)
    try:
        answer = backend.query(complete)
    except QuerySyntaxError as error:
        raise _in_own_text(error, text, len(complete) - len(text)) from error
    return _cut(answer, limit)


def _cut(answer: Answer, limit: int | None) -> Answer:
    """Leave the first rows or triples: the query itself, which may have a limit, stays as it is."""
    if limit is not None and limit < 0:
        raise UsageError(f"a limit of {limit} rows is less than none", hint="give 0 or more")
    if limit is None or isinstance(answer, bool):
        return answer
    if isinstance(answer, Solutions):
        return Solutions(answer.variables, islice(answer, limit))
    return Triples(islice(answer, limit))


def _in_own_text(error: QuerySyntaxError, text: str, added: int) -> QuerySyntaxError:
    """The error with its column in the text as given, and a hint where a prefix is unknown."""
    message, hint, column = error.message, error.hint, error.column
    if error.line == 1 and column is not None:
        column = max(1, column - added)
        message = message.replace(f"line 1, column {error.column}", f"line 1, column {column}")
    uses = prefix_uses(text)
    unknown = uses.keys() - declared_prefixes(text).keys() - PREFIXES.keys()
    if unknown:
        first = min(unknown, key=uses.__getitem__)
        guess = did_you_mean(first, PREFIXES)
        if guess:
            hint = f"{first}: is no standard prefix; did you mean {guess}:?"
    return QuerySyntaxError(message, line=error.line, column=column, hint=hint)
