"""What the engine says of a query it cannot answer, in words for the person who wrote it.

This is the one explainer behind the command line, the Python interface, the endpoint and the
editor. The engine's parser reports a place some way behind the slip, and lists what it would have
taken there, which seldom helps. So the slips that can be told exactly are looked for first: no
query at all, a character that only looks like a space or a letter, a word that is none, an
undeclared prefix, a bracket or quote that is never closed.

Lines and columns count from 1, in code points of the text as it was typed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping

from regimenkg.errors import (
    DataError,
    EndpointError,
    QuerySyntaxError,
    RegimenKGError,
    did_you_mean,
)
from regimenkg.sparql.tokens import Token, declared_prefixes, position, tokens
from regimenkg.terms.namespaces import PREFIXES

_PLACE = re.compile(r"error at (\d+):(\d+): (.*)", re.DOTALL)
_FORMS = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
_UPDATES = {"ADD", "CLEAR", "COPY", "CREATE", "DELETE", "DROP", "INSERT", "LOAD", "MOVE", "WITH"}
_VOCABULARY = """
    A ABS ADJUST AS ASC ASK AVG BASE BIND BNODE BOUND BY CEIL COALESCE CONCAT CONSTRUCT CONTAINS
    COUNT DATATYPE DAY DESC DESCRIBE DISTINCT ENCODE_FOR_URI EXISTS FALSE FILTER FLOOR FROM GRAPH
    GROUP GROUP_CONCAT HAVING HOURS IF IN IRI ISBLANK ISIRI ISLITERAL ISNUMERIC ISTRIPLE ISURI LANG
    LANGMATCHES LATERAL LCASE LIMIT MAX MD5 MIN MINUS MINUTES MONTH NAMED NOT NOW OBJECT OFFSET
    OPTIONAL ORDER PREDICATE PREFIX RAND REDUCED REGEX REPLACE ROUND SAMETERM SAMPLE SECONDS SELECT
    SEPARATOR SERVICE SHA1 SHA256 SHA384 SHA512 SILENT STR STRAFTER STRBEFORE STRDT STRENDS STRLANG
    STRLEN STRSTARTS STRUUID SUBJECT SUBSTR SUM TIMEZONE TRIPLE TRUE TZ UCASE UNDEF UNION URI UUID
    VALUES WHERE YEAR
"""
_WORDS = frozenset(_VOCABULARY.split())
"""The words of SPARQL 1.1 and of what the engine takes beyond it, in capitals."""

_ABSOLUTE = re.compile(r"<[A-Za-z][A-Za-z0-9+.-]*:")
_TORN = re.compile(r"<[A-Za-z][A-Za-z0-9+.-]*://[^\x00-\x20<>\"{}|^`\\]*")
_BRACKETS = {"}": "{", ")": "(", "]": "["}
_BEGIN = "a query begins with SELECT, ASK, CONSTRUCT or DESCRIBE, after its PREFIX declarations"
_READ_ONLY = "queries only read; 'regimenkg load' is what changes a graph"
_MEANINGS = {
    "variable that is unbound": "the SELECT names a variable that is neither bound nor grouped by",
    "overrides an existing variable": "the SELECT gives a name that a variable has already",
    "IRI parsing failed": "an IRI in < > is relative or holds a character that it may not",
}
_CONTROLS = {
    ord(unicodedata.lookup(name)): name
    for name in (
        *("NULL", "BACKSPACE", "LINE TABULATION", "FORM FEED", "ESCAPE", "DELETE", "NEXT LINE"),
        *("INFORMATION SEPARATOR FOUR", "INFORMATION SEPARATOR THREE"),
        *("INFORMATION SEPARATOR TWO", "INFORMATION SEPARATOR ONE", "SUBSTITUTE"),
    )
}
"""Names of control characters, which Unicode gives as aliases only."""


def explain(error: Exception, text: str, prefixes: Collection[str] = ()) -> RegimenKGError:
    """Return the error to raise for one of pyoxigraph's about a query.

    ``prefixes`` are those that were declared for the query, beside its own.

    >>> explain(SyntaxError("error at 1:9: expected X"), "SELEKT *").message
    'not a SPARQL query (line 1, column 1): it begins with SELEKT'
    >>> explain(SyntaxError("error at 1:18: expected X"), "SELECT * {} LIMT 3").message
    'not SPARQL at line 1, column 13: there is no word LIMT'
    """
    if isinstance(error, SyntaxError):
        return _slip(text, prefixes) or _syntax_error(str(error), text)
    if isinstance(error, OSError):
        return EndpointError(
            f"a SERVICE of the query did not answer: {error}",
            hint="check its URL, or leave the SERVICE out",
        )
    return DataError(
        f"the query cannot be evaluated: {error}", hint="see SPARQL 1.1, or try a simpler query"
    )


def syntax_error(text: str, prefixes: Mapping[str, str] = PREFIXES) -> QuerySyntaxError | None:
    """Return what is wrong with a text as a query, or None if it is one.

    ``prefixes`` need not be declared in it. An ASK is evaluated by the check, with its SERVICE.

    >>> syntax_error("SELECT * { ?regimen a rk:Regimen }") is None
    True
    >>> syntax_error("SELECT * { ?regimen a rg:Regimen }").message
    'not SPARQL at line 1, column 23: prefix rg: is not declared'
    """
    from pyoxigraph import Store

    try:
        Store().query(text, prefixes=dict(prefixes))
    except SyntaxError as error:
        found = explain(error, text, prefixes)
        assert isinstance(found, QuerySyntaxError)
        return found
    except (RuntimeError, ValueError, OSError):  # of its evaluation
        pass
    return None


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
    line, column = position(text, len(text) if first is None else first.start)
    what = "it has no keyword" if first is None else f"it begins with {first.text}"
    is_update = first is not None and first.text.upper() in _UPDATES
    return QuerySyntaxError(
        f"not a SPARQL query (line {line}, column {column}): {what}",
        line=line,
        column=column,
        hint=_READ_ONLY if is_update else _BEGIN,
    )


def _slip(text: str, prefixes: Collection[str]) -> QuerySyntaxError | None:
    """The error for a slip that can be told exactly, or None."""
    stream = list(tokens(text))
    # What no token begins with comes first: words and names around it may be halves of others.
    found = _character(text, stream)
    if found:
        return found
    first = _first_word(text)
    if first is None or first.text.upper() not in _FORMS:
        return _no_query(text, first)
    return _word_or_name(text, stream, prefixes) or _bracket(text, stream)


def _character(text: str, stream: list[Token]) -> QuerySyntaxError | None:
    """The first character that no SPARQL holds outside strings, comments and IRIs."""
    for token in stream:
        if token.kind == "other" and token.text in {"'", '"'}:
            return _at(text, token.start, f"a string opened by {token.text} is never closed")
        if token.kind not in {"other", "word"}:
            continue
        for offset, char in enumerate(token.text, token.start):
            if not (char.isascii() and char.isprintable()):
                return _at(text, offset, *_foreign(char))
    return None


def _foreign(char: str) -> tuple[str, str]:
    """What to say of a character outside ASCII, or a control: its Unicode name, and what to do."""
    name = unicodedata.name(char, "") or _CONTROLS.get(ord(char), "")
    called = f"{name} (U+{ord(char):04X})" if name else f"U+{ord(char):04X}"
    if unicodedata.category(char) in {"Zs", "Zl", "Zp"} or char.isspace():
        return f"{called} is no white space of SPARQL", "put a plain space in its place"
    if char.isprintable() and "FILLER" not in name:
        hint = "a letter of another script, or a quote or dash of a word processor, looks like it"
        return f"{char} is {called}, no character of SPARQL", f"type it anew: {hint}"
    return f"the invisible character {called} stands there", "delete it"


def _word_or_name(
    text: str, stream: list[Token], prefixes: Collection[str]
) -> QuerySyntaxError | None:
    """The first word that SPARQL does not have, undeclared prefix, or relative IRI."""
    declared = declared_prefixes(text)
    has_base = any(token.kind == "word" and token.text.upper() == "BASE" for token in stream)
    before = ""
    for token in stream:
        if token.kind == "word" and token.text.upper() not in _WORDS:
            guess = did_you_mean(token.text.upper(), sorted(_WORDS))
            guesses = f"{guess}, or ?{token.text}" if guess else f"?{token.text}"
            hint = f"did you mean {guesses}?"
            return _at(text, token.start, f"there is no word {token.text}", hint)
        if token.text == "<" and (torn := _TORN.match(text, token.start)):
            return _at(text, torn.end(), f"the IRI {torn.group()}… holds what an IRI may not")
        if token.kind == "pname" and before != "PREFIX":
            prefix = token.text.partition(":")[0]
            if prefix not in declared and prefix not in prefixes:
                what = f"prefix {prefix}: is not declared"
                return _at(text, token.start, what, _declare(prefix))
        if token.kind == "iri" and not has_base and not _ABSOLUTE.match(token.text):
            return _at(text, token.start, f"the IRI {token.text} is relative, with no BASE before")
        before = token.text.upper()
    return None


def _declare(prefix: str) -> str:
    guess = None if prefix in PREFIXES else did_you_mean(prefix, PREFIXES)
    if guess:
        return f"{prefix}: is no standard prefix; did you mean {guess}:?"
    return f"begin with PREFIX {prefix}: <{PREFIXES.get(prefix, '…')}>"


def _bracket(text: str, stream: list[Token]) -> QuerySyntaxError | None:
    """The first bracket that closes nothing, or the last that is never closed."""
    open_: list[Token] = []
    for token in stream:
        if token.kind != "punct":
            continue
        if token.text in _BRACKETS.values():
            open_.append(token)
        elif token.text in _BRACKETS:
            if not open_:
                return _at(text, token.start, f"'{token.text}' closes nothing that is open")
            opening = open_.pop()
            if opening.text != _BRACKETS[token.text]:
                line, column = position(text, opening.start)
                where = f"the '{opening.text}' of line {line}, column {column} is still open"
                return _at(text, token.start, f"'{token.text}' while {where}")
    if open_:
        return _at(text, open_[-1].start, f"'{open_[-1].text}' is never closed")
    return None


def _at(text: str, offset: int, what: str, hint: str | None = None) -> QuerySyntaxError:
    line, column = position(text, offset)
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
