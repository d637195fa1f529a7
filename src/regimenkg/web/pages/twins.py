"""The answers of the canned queries for programs: ``/queries/NAME.csv`` and its like.

They are asked as ``/sparql`` is: in the pool, within its time limit and row cap, with its headers
and its form of errors. A required parameter that is not given keeps the default of the query's
file, and ``X-Default-Parameters`` says which, as a query string has it. What else was taken in, as
the narrower things of a parameter, is told in ``X-Note``: one for each note, percent-encoded.
"""

from __future__ import annotations

from collections.abc import Iterable, MutableMapping, Sequence
from functools import partial
from typing import Any
from urllib.parse import quote, urlencode

from starlette.requests import Request as HTTPRequest

from regimenkg.catalog.cache import find
from regimenkg.catalog.runner import bind, defaulted
from regimenkg.catalog.spec import QuerySpec
from regimenkg.errors import ParameterError, QueryNotFoundError
from regimenkg.sparql.backend import Backend
from regimenkg.web.endpoint.evaluation import Request
from regimenkg.web.endpoint.guard import Refused
from regimenkg.web.endpoint.pool import Failed, Pool
from regimenkg.web.endpoint.responses import (
    CORS,
    Header,
    Receive,
    Send,
    answer,
    preflight,
    refuse,
    respond,
)
from regimenkg.web.negotiation import GRAPHS, RESULTS, Format, by_name

__all__ = ["Twins", "formats_of", "query_called", "values_of"]

_METHODS = "GET, HEAD, OPTIONS"


class Twins:
    """An ASGI application that answers the canned queries at ``/queries/{name}.{ending}``.

    Args:
        backend: the store, in which names of things are looked up.
        pool: what answers the queries.
    """

    def __init__(self, backend: Backend, pool: Pool) -> None:
        self._backend = backend
        self._pool = pool

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        http = HTTPRequest(scope)
        accept = http.headers.get("accept", "")
        head = http.method == "HEAD"
        try:
            if http.method == "OPTIONS":
                await preflight(send, _METHODS)
                return
            if http.method not in ("GET", "HEAD"):
                raise Refused(405, f"{http.method} is not served", hint="GET asks the question")
            await self._answer(http, send, head)
        except Refused as error:
            allow = [(b"allow", _METHODS.encode())] if error.status == 405 else []
            await refuse(send, error, accept, head=head, headers=allow)

    async def _answer(self, http: HTTPRequest, send: Send, head: bool) -> None:
        spec = query_called(http.path_params["name"])
        values, wrong = values_of(spec, http.query_params.multi_items())
        if wrong is not None:
            raise Failed(400, wrong)
        ending = http.path_params["ending"]
        offered = formats_of(spec)
        wanted = by_name(ending, offered)
        if wanted is None and ending != "rq":
            kind = "triples" if offered is GRAPHS else "rows"
            endings = ", ".join([*(each.ending for each in offered), "rq"])
            hint = f"it answers in {kind}: {endings}"
            raise Refused(404, f"there is no {ending} of this question", hint=hint)
        notes: list[str] = []
        query = await self._pool.run(partial(bind, spec, values, self._backend, note=notes.append))
        headers = [*_told(spec, values), *_noted(notes)]
        if wanted is None:
            type_ = (b"content-type", b"application/sparql-query; charset=utf-8")
            await respond(send, 200, [type_, *CORS, *headers], query.encode(), head)
            return
        request = Request(query, wanted.name, wanted.name)
        await answer(self._pool, request, send, head=head, headers=headers)


def _noted(notes: Iterable[str]) -> list[Header]:
    """The headers that tell notes, but for those on values that were not given."""
    shown = (note for note in notes if not note.startswith("--"))
    return [(b"x-note", quote(note, safe=" ,;:()/'").encode("ascii")) for note in shown]


def _told(spec: QuerySpec, values: dict[str, list[str]]) -> list[Header]:
    """The header that says for which values an answer is that were not given."""
    pairs = [(param.name, value) for param in defaulted(spec, values) for value in param.defaults]
    text = urlencode(pairs, safe=":/", quote_via=quote)
    return [(b"x-default-parameters", text.encode("ascii"))] if pairs else []


def query_called(name: str) -> QuerySpec:
    """The canned query of a name. Raises Failed, with status 404, for a name that there is not."""
    try:
        return find(name)
    except QueryNotFoundError as error:
        raise Failed(404, error) from None


def values_of(
    spec: QuerySpec, given: Iterable[tuple[str, str]]
) -> tuple[dict[str, list[str]], ParameterError | None]:
    """The values of a query's parameters, and what is wrong with the first that it does not have.

    What is right is kept beside the error, so that the form can show it again.
    """
    values: dict[str, list[str]] = {}
    error: ParameterError | None = None
    for name, text in given:
        try:
            param = spec.param(name)
        except ParameterError as wrong:
            error = error or wrong
            continue
        parts: Sequence[str] = text.replace("\n", ";").split(";") if param.many else [text]
        texts = [part.strip() for part in parts if part.strip()]
        if texts:
            values.setdefault(param.name, []).extend(texts)
    return values, error


def formats_of(spec: QuerySpec) -> tuple[Format, ...]:
    """What the answer of a query is to be had in, beside its text as ``rq``."""
    return GRAPHS if spec.form == "construct" else RESULTS
