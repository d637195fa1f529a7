"""Names to things: ``/resolve``, a page with a form, and an address for programs."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import Response

from regimenkg.errors import RegimenKGError
from regimenkg.formats.lists import array_in, column_in, lines_in
from regimenkg.formats.rows import write_solutions
from regimenkg.records.answers import named_rows
from regimenkg.records.cells import Cell, heading, named_cell
from regimenkg.sparql.answers import Solutions
from regimenkg.sparql.backend import Backend
from regimenkg.things.kinds import KINDS, class_of_kind
from regimenkg.things.resolve import COLUMNS, resolve
from regimenkg.web.capped import capped
from regimenkg.web.endpoint.guard import Refused
from regimenkg.web.endpoint.pool import Failed, Pool
from regimenkg.web.negotiation import ANYWHERE, PAGE, RESULTS, Format, by_hint, choose, in_format
from regimenkg.web.tables import Column, Table

__all__ = ["MAX_LIST", "ResolvePage"]

MAX_LIST = 4_000_000
"""The most bytes of a list that is read."""

_METHODS = "GET, HEAD, POST, OPTIONS"
_FORM = "application/x-www-form-urlencoded"
_TYPES = f"text/plain, text/csv, text/tab-separated-values, application/json, {_FORM}"
_BODY = "the list"


class ResolvePage:
    """The page on which names are resolved, and its twins for programs.

    Args:
        backend: the store.
        pool: the threads in which the store is asked.
        page: renders a template with a status and content.
    """

    def __init__(self, backend: Backend, pool: Pool, page: Callable[..., Response]) -> None:
        self._backend = backend
        self._pool = pool
        self._page = page

    async def __call__(self, request: Request) -> Response:
        """The names that are given, resolved; without any, the form."""
        if request.method == "OPTIONS":
            allowed = {
                "Access-Control-Allow-Methods": _METHODS,
                "Access-Control-Allow-Headers": "Accept, Content-Type",
            }
            return Response(status_code=204, headers={**ANYWHERE, **allowed})
        fields = request.query_params.multi_items()
        texts: Iterable[str] = [value for name, value in fields if name == "name"]
        if request.method == "POST":
            fields, texts = _posted(request, await _body(request), fields)
        wanted = _format(request, fields, asked=request.method == "POST" or bool(texts))
        return await self._pool.run(partial(self._answer, dict(fields), texts, wanted))

    def _answer(self, fields: dict[str, str], texts: Iterable[str], wanted: Format) -> Response:
        kind = fields.get("kind", "")
        try:
            class_of_kind(kind)
            given = list(texts)
            rows, cut_at = capped(resolve(given, self._backend, kind), self._pool.max_rows)
        except RegimenKGError as error:
            raise Failed(400, error) from None
        if wanted is PAGE:
            return self._page(
                "resolve.html",
                names="\n".join(given),
                kinds=list(KINDS),
                kind=kind,
                found=_table(rows) if given else None,
                cut_at=cut_at,
            )
        if not given:
            raise Refused(400, "no name was given", hint="/resolve?name=Ara-C&name=CLAG-M")
        body = io.BytesIO()
        write_solutions(rows, wanted.name, body)
        cut = {"X-Truncated": "true", "X-Row-Limit": str(cut_at)} if cut_at else {}
        return in_format(body.getvalue(), wanted, cut)


def _format(request: Request, fields: list[tuple[str, str]], *, asked: bool) -> Format:
    """The format that is wanted; where nothing is asked and any will do, the page with the form."""
    offered = (*RESULTS, PAGE) if asked else (PAGE, *RESULTS)
    hint = next((value for name, value in fields if name == "format"), "")
    wanted = by_hint(hint, RESULTS) if hint else None
    wanted = wanted or choose(request.headers.get("accept", ""), offered)
    if wanted is None:
        types = ", ".join(each.media_type for each in offered)
        raise Refused(406, "none of the formats that Accept names is to be had", hint=types)
    return wanted


async def _body(request: Request) -> bytes:
    """The body of a request. Raises Refused for one that is too long."""
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > MAX_LIST:
            raise Refused(
                413,
                f"the list has over {MAX_LIST:,} bytes",
                hint="send it in parts, or use 'regimenkg resolve @FILE', which reads any length",
            )
    return bytes(body)


def _posted(
    request: Request, body: bytes, in_url: list[tuple[str, str]]
) -> tuple[list[tuple[str, str]], Iterable[str]]:
    """The fields and the names of a request with a body."""
    media_type = request.headers.get("content-type", "text/plain").partition(";")[0].strip().lower()
    column = dict(in_url).get("column", "")
    try:
        if media_type == _FORM:
            fields = parse_qsl(body.decode(), keep_blank_values=True)
            return [*in_url, *fields], list(_of_form(fields))
        if media_type == "text/plain":
            return in_url, list(lines_in(io.BytesIO(body), _BODY))
        if media_type == "application/json":
            return in_url, array_in(body, _BODY)
        if media_type in ("text/csv", "text/tab-separated-values"):
            tab = "\t" if media_type != "text/csv" else ""
            return in_url, list(column_in(io.BytesIO(body), _BODY, column, tab))
    except RegimenKGError as error:
        raise Failed(400, error) from None
    except ValueError as error:
        raise Refused(400, f"the form cannot be read: {error}", hint="encode it as UTF-8") from None
    raise Refused(415, f"a list in {media_type} is not understood", hint=_TYPES)


def _of_form(fields: list[tuple[str, str]]) -> Iterator[str]:
    """The names of a form: fields ``name``, and the lines of the field ``names``."""
    for name, value in fields:
        if name == "name":
            yield value
        elif name == "names":
            yield from value.rstrip().splitlines()


def _table(rows: Solutions) -> Table:
    shown = [name for name in COLUMNS if name != "label"]
    labelled = [{**row, "thingLabel": row["label"]} for row in named_rows(rows)]
    cells = [
        tuple(named_cell(row, name) if row[name] is not None else Cell("") for name in shown)
        for row in labelled
    ]
    return Table(tuple(Column(heading(name), "") for name in shown), cells)
