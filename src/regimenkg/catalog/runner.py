"""Running a query on a backend: a canned one with values for its parameters, or any text."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from itertools import islice

import pyoxigraph as ox

from regimenkg.catalog.cache import find
from regimenkg.catalog.parameters import parse_values, value_texts
from regimenkg.catalog.spec import EXACTLY, ParamSpec, QuerySpec
from regimenkg.errors import EndpointError, QuerySyntaxError, UsageError
from regimenkg.sparql.answers import Answer, Solutions, Triples
from regimenkg.sparql.backend import Backend
from regimenkg.sparql.branches import idle
from regimenkg.sparql.emptiness import explain_nothing, is_nothing
from regimenkg.sparql.terms import Term, term_text
from regimenkg.sparql.tokens import BYTE_ORDER_MARK, add_missing_prefixes, swap_values, tokens

__all__ = ["bind", "defaulted", "run", "run_text"]

_MAX_LISTED = 8
_BAD_REQUEST = 400  # what an endpoint answers, by SPARQL 1.1 Protocol, to a text that is no query


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
    ParameterError, DataError for an endpoint whose queries see nothing of what it holds, and what
    the backend raises.
    """
    spec = find(name)
    answer = backend.query(bind(spec, values, backend, note=note))
    if is_nothing(answer):
        explain_nothing(backend)
    answer = _cut(answer, limit)
    if isinstance(answer, Solutions):
        answer = Solutions(answer.variables, answer.rows, spec.types)
    return spec, answer


def bind(
    spec: QuerySpec,
    values: Mapping[str, object],
    backend: Backend,
    *,
    note: Callable[[str], None] = _to_stderr,
) -> str:
    """Return the text of a canned query with values in place of its defaults.

    The text is plain SPARQL that any endpoint with the same data answers. It is without the
    branches that are for a value where there is none, or for none. Raises ParameterError.
    """
    given = _given(spec, values)
    exactly = [term.value for term in parse_values(EXACTLY, given.pop(EXACTLY.name, []), backend)]
    swaps: dict[str, list[str]] = {}
    for param in spec.params:
        texts = given.get(param.name) or param.default
        if not texts and param.required and param.takes_narrower:
            texts = param.defaults  # what is in the file, and what lies below it
        if texts:
            terms = parse_values(param, texts, backend, note)
            if param.takes_narrower and exactly != ["true"]:
                terms += _narrower(param, terms, backend, note)
            swaps[param.name] = list(map(term_text, terms))
        elif param.optional:
            swaps[param.name] = ["UNDEF"]
    for param in defaulted(spec, values):
        note(f"{param.option} was not given; the answer is for {param.block}")
    missing = [name for name, texts in swaps.items() if texts == ["UNDEF"]]
    given_ones = [name for name in swaps if name not in missing]
    return swap_values(spec.text, swaps, spec.blocks, list(idle(spec.unions, given_ones, missing)))


def _narrower(
    param: ParamSpec, terms: list[Term], backend: Backend, note: Callable[[str], None]
) -> list[Term]:
    """What lies below the things of a parameter; ``note`` is told of it."""
    from regimenkg.things.hierarchy import narrower
    from regimenkg.things.lookup import label_of

    below = narrower((term for term in terms if isinstance(term, ox.NamedNode)), backend)
    if below:
        labels = [label_of(thing, backend) for thing in below[:_MAX_LISTED]]
        more = f" and {len(below) - _MAX_LISTED} more" if len(below) > _MAX_LISTED else ""
        note(
            f"{param.name}: what lies below counts too: {', '.join(labels)}{more}; "
            f"{EXACTLY.option} leaves it out"
        )
    return list[Term](below)


def defaulted(spec: QuerySpec, values: Mapping[str, object]) -> list[ParamSpec]:
    """The required parameters without a value, for which the default in the query's file stands.

    >>> [param.name for param in defaulted(find("shared-toxicities"), {})]
    ['drug']
    >>> defaulted(find("shared-toxicities"), {"drug": "Ara-C"})
    []
    """
    given = _given(spec, values)
    return [
        param
        for param in spec.params
        if param.required and not (given.get(param.name) or param.default or param.optional)
    ]


def _given(spec: QuerySpec, values: Mapping[str, object]) -> dict[str, list[str]]:
    given: dict[str, list[str]] = {}
    for key, value in values.items():
        given.setdefault(spec.param(key).name, []).extend(value_texts(value))
    return given


def run_text(text: str, backend: Backend, limit: int | None = None) -> Answer:
    """Run any SPARQL query; standard prefixes that it leaves undeclared are declared for it.

    ``limit`` is the most rows or triples that are given. Raises QuerySyntaxError, with line and
    column in the text as given, and what else the backend raises.
    """
    text = text.removeprefix(BYTE_ORDER_MARK)
    try:
        answer = backend.query(add_missing_prefixes(text))
    except QuerySyntaxError as error:
        raise _slip(text) or error from error
    except EndpointError as error:
        # An endpoint counts from what was added, and says it in words of its own.
        if error.status == _BAD_REQUEST and not _asks_elsewhere(text):
            raise _slip(text) or error from error
        raise
    return _cut(answer, limit)


def _slip(text: str) -> QuerySyntaxError | None:
    from regimenkg.sparql.explain import syntax_error

    return syntax_error(text)


def _asks_elsewhere(text: str) -> bool:
    return any(token.kind == "word" and token.text.upper() == "SERVICE" for token in tokens(text))


def _cut(answer: Answer, limit: int | None) -> Answer:
    """Leave the first rows or triples: the query itself, which may have a limit, stays as it is."""
    if limit is not None and limit < 0:
        raise UsageError(f"a limit of {limit} rows is less than none", hint="give 0 or more")
    if limit is None or isinstance(answer, bool):
        return answer
    if isinstance(answer, Solutions):
        return Solutions(answer.variables, islice(answer, limit))
    return Triples(islice(answer, limit))
