"""Turtle and TriG: sorted, with one object to a line, so that ``diff`` tells what has changed.

A name with a prefix is written only where it needs no escape, which not every reader takes.
Source: https://www.w3.org/TR/turtle/ and https://www.w3.org/TR/trig/.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from regimenkg.formats.rdf.literals import bare
from regimenkg.formats.rdf.names import Remembered, is_kind, prefix_of
from regimenkg.formats.rdf.scratch import Pieces, headed
from regimenkg.formats.rdf.statements import TYPE, predicate

__all__ = ["turtle"]

_LOCAL = re.compile(rb"[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?")
_QUOTE, _BRACKET = b'">'


def turtle(batches: Iterable[list[bytes]], memory: int) -> Pieces:
    r"""Turtle, or TriG where there are named graphs, in pieces.

    Args:
        batches: lines as :class:`regimenkg.formats.rdf.statements.Statements` gives them.
        memory: bytes to hold: the prefixes come first, and are known when all is written.

    >>> note = b"http://www.w3.org/2004/02/skos/core#note"
    >>> batches = [[b' <urn:x> ' + note + b' "a"', b' <urn:x> ' + note + b' "b"']]
    >>> print(b"".join(turtle(batches, 100)).decode(), end="")
    @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
    <BLANKLINE>
    <urn:x> skos:note "a" ,
            "b" .
    """
    names = _Names()
    return headed(names.prefixes, _body(batches, names), memory)


def _body(batches: Iterable[list[bytes]], names: _Names) -> Iterator[bytes]:
    """What stands behind the prefixes; this runs for each statement, so it is kept short."""
    terms, verbs = names.terms, names.verbs
    graph = subject = key = indent = b""
    for batch in batches:
        text: list[bytes] = []
        add = text.append
        for line in batch:
            in_graph, about, of, object_ = line.split(b" ", 3)
            if about != subject or in_graph != graph:
                if subject:
                    add(b" .\n")
                if in_graph != graph:
                    add((b"}\n\n" if graph else b"\n") + terms[in_graph] + b" {\n")
                    graph, indent = in_graph, b"    "
                add(b"\n" + indent + terms[about] + verbs[of])
                subject, key = about, of
            elif of != key:
                add(b" ;\n" + indent + b"   " + verbs[of])
                key = of
            else:
                add(b" ,\n" + indent + b"        ")
            text_alone = object_[0] == _QUOTE and object_[-1] != _BRACKET
            add(object_ if text_alone else terms[object_])
        yield b"".join(text)
    if subject:
        yield b" .\n}\n" if graph else b" .\n"


class _Names:
    """How terms are written in one document, and which prefixes that takes."""

    def __init__(self) -> None:
        self.terms = Remembered(self._term)
        self.verbs = Remembered(self._verb)
        self._kinds = Remembered(_kind)
        self._used: set[_Prefix] = set()

    def prefixes(self) -> bytes:
        """The prefixes that were needed, a line for each."""
        used = sorted(self._used, key=lambda prefix: prefix[0][:-1])  # "drug" before "drug-class"
        return b"".join(b"@prefix %b <%b> .\n" % prefix for prefix in used)

    def _verb(self, key: bytes) -> bytes:
        return b" a " if key == TYPE else b" " + self._term(predicate(key)) + b" "

    def _term(self, term: bytes) -> bytes:
        if term.startswith(b"<"):
            return self._iri(term)
        text, typed, datatype = term.rpartition(b'"^^<')
        if not typed:
            return term
        value = text[1:]
        if bare(value.decode(), datatype[:-1].decode()):
            return value
        return text + b'"^^' + self._iri(b"<" + datatype)

    def _iri(self, iri: bytes) -> bytes:
        start, _, local = iri[:-1].rpartition(b"/")
        prefix = self._kinds[start]  # of most, without looking at each
        if prefix is None and (prefix := _prefix(iri[1:-1].decode())):
            local = iri[1 + len(prefix[1]) : -1]
        if prefix is None or not _LOCAL.fullmatch(local):
            return iri
        self._used.add(prefix)
        return prefix[0] + local


_Prefix = tuple[bytes, bytes]
"""A prefix with its colon, and its namespace."""


def _prefix(iri: str) -> _Prefix | None:
    found = prefix_of(iri)
    return (found[0].encode() + b":", found[1].encode()) if found else None


def _kind(start: bytes) -> _Prefix | None:
    """The prefix for all things of a kind, where that is what IRIs begin with up to a slash."""
    namespace = start[1:].decode() + "/"
    prefix = _prefix(namespace)
    return prefix if prefix and is_kind(namespace) else None
