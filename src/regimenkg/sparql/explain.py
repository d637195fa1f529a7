"""What the engine says of a query it cannot answer, in words for the person who wrote it.

The engine's parser reports a place shortly after the slip, and lists what it would have taken
there, which seldom helps. So the common slips are looked for here first: no query at all, an
undeclared prefix, a bracket or quote that is never closed.
"""

from __future__ import annotations

import re

from regimenkg.errors import DataError, EndpointError, QuerySyntaxError, RegimenKGError
from regimenkg.sparql.tokens import Token, declared_prefixes, prefix_uses, tokens
from regimenkg.terms.namespaces import PREFIXES

_PLACE = re.compile(r"error at (\d+):(\d+): (.*)", re.DOTALL)
_FORMS = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
_UPDATES = {"ADD", "CLEAR", "COPY", "CREATE", "DELETE", "DROP", "INSERT", "LOAD", "MOVE", "WITH"}
_ABSOLUTE = re.compile(r"<[A-Za-z][A-Za-z0-9+.-]*:")
_BRACKETS = {"}": "{", ")": "(", "]": "["}
_BEGIN = "a query begins with SELECT, ASK, CONSTRUCT or DESCRIBE, after its PREFIX declarations"
_READ_ONLY = "queries only read; 'regimenkg load' is what changes a graph"
_MEANINGS = {
    "variable that is unbound": "the SELECT names a variable that is neither bound nor grouped by",
    "overrides an existing variable": "the SELECT gives a name that a variable has already",
    "IRI parsing failed": "an IRI in < > is relative or holds a character that it may not",
}


def explain(error: Exception, text: str) -> RegimenKGError:
    """Return the error to raise for one of pyoxigraph's about a query.

    >>> explain(SyntaxError("error at 1:9: expected X"), "SELEKT *").message
    'not a SPARQL query (line 1, column 1): it begins with SELEKT'
    """
    if isinstance(error, SyntaxError):
        return _slip(text) or _syntax_error(str(error), text)
    if isinstance(error, OSError):
        return EndpointError(
            f"a SERVICE of the query did not answer: {error}",
            hint="check its URL, or leave the SERVICE out",
        )
    return DataError(
        f"the query cannot be evaluated: {error}", hint="see SPARQL 1.1, or try a simpler query"
    )


def query_form(text: str) -> str:
    r"""Return the form of a query: ``SELECT``, ``ASK``, ``CONSTRUCT`` or ``DESCRIBE``.

    Raises QuerySyntaxError if the text begins with none of them, after its prologue.

    >>> query_form("PREFIX ask: <http://example.org/select> # ask\nSELECT * {}")
    'SELECT'
    """
    first = _first_word(text)
    if first is None or first.text.upper() not in _FORMS:
        raise _no_query(text, first)
    return first.text.upper()


def _first_word(text: str) -> Token | None:
    """The first keyword after the prologue."""
    words = (token for token in tokens(text) if token.kind == "word")
    return next((word for word in words if word.text.upper() not in {"BASE", "PREFIX"}), None)


def _no_query(text: str, first: Token | None) -> QuerySyntaxError:
    if first is None:
        line, column = _position(text, len(text))
        what = "it has no keyword"
    else:
        line, column = _position(text, first.start)
        what = f"it begins with {first.text}"
    is_update = first is not None and first.text.upper() in _UPDATES
    return QuerySyntaxError(
        f"not a SPARQL query (line {line}, column {column}): {what}",
        line=line,
        column=column,
        hint=_READ_ONLY if is_update else _BEGIN,
    )


def _slip(text: str) -> QuerySyntaxError | None:
    """The error for a slip that can be told exactly, or None."""
    first = _first_word(text)
    if first is None or first.text.upper() not in _FORMS:
        return _no_query(text, first)
    declared = declared_prefixes(text)
    for prefix, offset in prefix_uses(text).items():
        if prefix not in declared:
            namespace = PREFIXES.get(prefix, "…")
            hint = f"begin with PREFIX {prefix}: <{namespace}>"
            return _at(text, offset, f"prefix {prefix}: is not declared", hint)
    stream = list(tokens(text))
    has_base = any(token.kind == "word" and token.text.upper() == "BASE" for token in stream)
    open_: list[Token] = []
    for token in stream:
        if token.kind == "iri" and not has_base and not _ABSOLUTE.match(token.text):
            return _at(text, token.start, f"the IRI {token.text} is relative, with no BASE before")
        if token.kind == "other" and token.text in {"'", '"'}:
            return _at(text, token.start, f"a string opened by {token.text} is never closed")
        if token.kind != "punct":
            continue
        if token.text in _BRACKETS.values():
            open_.append(token)
        elif token.text in _BRACKETS:
            if not open_ or open_[-1].text != _BRACKETS[token.text]:
                return _at(text, token.start, f"'{token.text}' closes nothing that is open")
            open_.pop()
    if open_:
        return _at(text, open_[-1].start, f"'{open_[-1].text}' is never closed")
    return None


def _at(text: str, offset: int, what: str, hint: str | None = None) -> QuerySyntaxError:
    line, column = _position(text, offset)
    return QuerySyntaxError(
        f"not SPARQL at line {line}, column {column}: {what}",
        line=line,
        column=column,
        hint=hint or "check brackets and quotes up to there",
    )


def _syntax_error(message: str, text: str) -> QuerySyntaxError:
    """The error for the rest, at the place that the engine gives."""
    found = _PLACE.match(message)
    if found is None:
        return QuerySyntaxError(f"not SPARQL: {message}", hint="see SPARQL 1.1")
    line, column = int(found[1]), int(found[2])
    for sign, meaning in _MEANINGS.items():
        if sign in found[3]:
            what = meaning
            break
    else:
        lines = text.split("\n")
        before = " ".join([*lines[: line - 1], lines[line - 1][:column]])
        near = re.sub(r"\s+", " ", before).strip()[-30:]
        what = f"something is missing or misplaced at or just before the end of '{near}'"
    return QuerySyntaxError(
        f"not SPARQL at line {line}, column {column}: {what}",
        line=line,
        column=column,
        hint="check the spelling of keywords, and dots, commas and brackets up to there",
    )


def _position(text: str, offset: int) -> tuple[int, int]:
    """Line and column of an offset, from 1."""
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)
