"""What the server does not do for a query: ask other servers, or read graphs it has not loaded.

Words are judged as tokens of SPARQL: in a string, a comment or an IRI they are no offence.
"""

from __future__ import annotations

from collections.abc import Collection
from itertools import zip_longest
from typing import NamedTuple

from regimenkg.errors import RegimenKGError
from regimenkg.sparql.tokens import Token, position, tokens

__all__ = ["Limited", "Refused", "check", "limit_rows"]


MAX_NESTED = 1000
"""The deepest nesting of brackets that is read."""

MAX_TOKENS = 20_000
"""The most words, names and signs of a query that are read, beside lists of data."""

MAX_NAMES = 1000
"""The most names that a query may give with ``AS``."""

_LONG = 18  # digits of a number that is larger than any answer
_OPENING, _CLOSING = frozenset(("(", "[", "{", "<<")), frozenset((")", "]", "}", ">>"))
_OF_DATA = _OPENING | _CLOSING | {","}  # the signs of a list of terms


class Refused(RegimenKGError):
    """A request that the server understands and does not serve; ``status`` is HTTP's."""

    def __init__(self, status: int, message: str, *, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.status = status


def check(text: str, graphs: Collection[str]) -> None:
    """Raise Refused if a query has a SERVICE, or a FROM of a graph that is not loaded.

    >>> check("SELECT * { ?s ?p 'SERVICE <http://x>' } # SERVICE", ())
    >>> check("SELECT * { SERVICE <http://x/> { ?s ?p ?o } }", ())
    Traceback (most recent call last):
    ...
    regimenkg.web.endpoint.guard.Refused: SERVICE is not served (line 1, column 12)
    """
    if len(text) > MAX_NESTED:
        brackets = text.count("(") + text.count("{") + text.count("[") + text.count("<<")
        if len(text) > MAX_TOKENS or brackets > MAX_NESTED or text.count(")") > MAX_NAMES:
            _check_size(text)
    upper = text.upper()
    if "SERVICE" not in upper and "FROM" not in upper:
        return
    stream = list(tokens(text))
    for place, token in enumerate(stream):
        if token.kind != "word":
            continue
        word = token.text.upper()
        if word == "SERVICE":
            line, column = position(text, token.start)
            raise Refused(
                403,
                f"SERVICE is not served (line {line}, column {column})",
                hint="this server asks no other; 'regimenkg sparql' runs such a query",
            )
        if word == "FROM":
            _check_graph(text, stream, place, graphs)


def _check_size(text: str) -> None:
    """The engine recurses into brackets and along what is strung together, and would exhaust its
    stack; and it compares each name that a query gives with all others.

    Long lists of data, in VALUES and IN, are no such thing; operators within IN are.
    """
    depth = count = names = 0
    data = None  # the depth at which a list of data is open
    before = ""
    in_values = False
    for token in tokens(text):
        word = token.text.upper()
        if token.text in _OPENING:
            depth += 1
            if data is None and (before == "IN" or (in_values and token.text == "{")):
                data = depth
        elif token.text in _CLOSING:
            if data == depth:
                data, in_values = None, False
            depth -= 1
        in_values |= word == "VALUES" and token.kind == "word"
        before = word
        count += data is None or (token.kind == "punct" and token.text not in _OF_DATA)
        names += word == "AS" and token.kind == "word"
        for what, found, most in (
            ("levels of brackets", depth, MAX_NESTED),
            ("parts", count, MAX_TOKENS),
            ("names given with AS", names, MAX_NAMES),
        ):
            if found > most:
                line, column = position(text, token.start)
                raise Refused(
                    400,
                    f"the query has more than {most} {what} (line {line}, column {column})",
                    hint="VALUES and IN take long lists",
                )


def _check_graph(text: str, stream: list[Token], place: int, graphs: Collection[str]) -> None:
    behind = [token for token in stream[place + 1 : place + 3] if token.text.upper() != "NAMED"]
    named = behind[0] if behind else None
    if named is None or named.kind != "iri" or named.text[1:-1] in graphs:
        return  # a prefixed name names what is loaded, or nothing: the engine never fetches
    line, column = position(text, named.start)
    raise Refused(
        403,
        f"FROM {named.text} (line {line}, column {column}) is not a graph of this server",
        hint="its graphs: " + ", ".join(f"<{graph}>" for graph in sorted(graphs)),
    )


class Limited(NamedTuple):
    """A query with at most so many rows, and the query that tells whether there were more."""

    text: str
    beyond: str


def limit_rows(text: str, most: int) -> Limited | None:
    """Give a query a limit, or None if it has one already that is low enough.

    >>> limit_rows("SELECT * { ?s ?p ?o } LIMIT 3", 10) is None
    True
    >>> limited = limit_rows("SELECT * { ?s ?p ?o }", 10)
    >>> limited.text.split(), limited.beyond.split()[-4:]
    (['SELECT', '*', '{', '?s', '?p', '?o', '}', 'LIMIT', '10'], ['LIMIT', '1', 'OFFSET', '10'])
    """
    depth = 0
    limit = offset = None
    values = len(text)
    stream = list(tokens(text))
    for token, following in zip_longest(stream, stream[1:]):
        if token.text in ("{", "("):
            depth += 1
        elif token.text in ("}", ")"):
            depth -= 1
        elif depth == 0 and token.kind == "word":
            word = token.text.upper()
            if word == "LIMIT":
                limit = (token, following)
            elif word == "OFFSET":
                offset = (token, following)
            elif word == "VALUES":
                values = token.start
    wanted = _number(limit)
    if wanted is not None and wanted <= most:
        return None
    skipped = _number(offset) or 0
    parts = [found for found in (limit, offset) if found]
    kept = text[:values]
    for token, following in sorted(parts, key=lambda found: -found[0].start):
        end = following.end if following else token.end
        kept = kept[: token.start] + " " * (end - token.start) + kept[end:]
    tail = " " + text[values:] if values < len(text) else ""
    start = f" OFFSET {skipped}" if skipped else ""
    return Limited(
        f"{kept}\n LIMIT {most}{start}{tail}", f"{kept}\n LIMIT 1 OFFSET {skipped + most}{tail}"
    )


def _number(clause: tuple[Token, Token | None] | None) -> int | None:
    if clause is None or clause[1] is None or not clause[1].text.isdecimal():
        return None
    digits = clause[1].text.lstrip("0") or "0"
    return int(digits) if len(digits) < _LONG else 10**_LONG
