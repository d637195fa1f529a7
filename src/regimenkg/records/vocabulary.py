"""The vocabulary as a person or an assistant asks for it, and the terms of a query it has not."""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph as ox

from regimenkg.errors import ParameterError, did_you_mean
from regimenkg.formats.rows import plain_text, readable
from regimenkg.records.answers import Named, ask, named_rows
from regimenkg.sparql.backend import Backend
from regimenkg.sparql.tokens import declared_prefixes, position, tokens
from regimenkg.terms.namespaces import GRAPH, PREFIXES, RKD, compact

__all__ = ["UnknownTermError", "check_terms", "terms_about"]


class UnknownTermError(ParameterError):
    """A query names a term or thing that the graph does not have."""


def terms_about(words: str, backend: Backend) -> list[Named]:
    """Rows of the canned query ``vocabulary``, of the terms whose name or meaning has the words.

    With no words, all of them; a term's own name (``rk:percent``) finds that alone.
    """
    rows = named_rows(ask("vocabulary", backend))
    wanted = words.lower().split()
    own = [row for row in rows if _curie(row).lower() in wanted]
    return own or [row for row in rows if all(word in _described(row) for word in wanted)]


def _curie(row: Named) -> str:
    return compact(plain_text(row["term"]))


def _described(row: Named) -> str:
    parts = (_curie(row), readable(row["termLabel"]), readable(row["definition"]))
    return " ".join(parts).lower()


def check_terms(query: str, backend: Backend) -> None:
    """Raise UnknownTermError for names of this project's that a query has and the graph has not.

    Terms (``rk:``) and things (``rkd:``) are told all together, with line and column, and terms
    with the nearest that there is: such a query would otherwise match nothing, without a word.
    """
    unknown: dict[str, str] = {}
    for iri, start in _names(query):
        if iri not in unknown and backend.query(f"ASK {{ {ox.NamedNode(iri)} ?p ?o }}") is not True:
            line, column = position(query, start)
            unknown[iri] = f"{compact(iri)} (line {line}, column {column})"
    if not unknown:
        return
    known = dict.fromkeys(map(_curie, named_rows(ask("vocabulary", backend))))
    guesses = [did_you_mean(compact(iri), known) for iri in unknown]
    nearest = ", ".join(filter(None, guesses))
    raise UnknownTermError(
        "the graph has no " + ", no ".join(unknown.values()),
        hint=f"did you mean {nearest}?" if nearest else "look for it: terms and things have names",
    )


def _names(query: str) -> Iterator[tuple[str, int]]:
    """The IRIs of terms and things of this project that a query names, each with its offset."""
    prefixes = {**PREFIXES, **declared_prefixes(query)}
    for token in tokens(query):
        iri = ""
        if token.kind == "iri":
            iri = token.text[1:-1]
        elif token.kind == "pname":
            prefix, _, local = token.text.partition(":")
            iri = prefixes.get(prefix, "") + local.replace("\\", "")
        if iri.startswith(RKD) and not iri.startswith(GRAPH) and not iri.endswith(("/", "#")):
            yield iri, token.start
