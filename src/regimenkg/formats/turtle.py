"""Turtle and TriG: sorted, with one object to a line, so that ``diff`` tells what has changed.

A name with a prefix is written only where it needs no escape, which not every reader takes.
Source: https://www.w3.org/TR/turtle/ and https://www.w3.org/TR/trig/.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

import pyoxigraph as ox

from regimenkg.formats.names import Statement, graph_name, prefix_of
from regimenkg.terms.namespaces import PREFIXES

__all__ = ["bare", "turtle_lines"]

_XSD = PREFIXES["xsd"]
_TYPE = ox.NamedNode(PREFIXES["rdf"] + "type")
_LOCAL = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?")
_BARE = {  # only forms that no reader writes in another way
    _XSD + "integer": re.compile(r"0|-?[1-9][0-9]*"),
    _XSD + "decimal": re.compile(r"-?(?:0|[1-9][0-9]{0,14})\.[0-9]{1,5}"),
    _XSD + "boolean": re.compile(r"true|false"),
}


def bare(literal: ox.Literal) -> bool:
    """Whether Turtle writes a literal as its bare text, without quotes and datatype.

    >>> decimal = ox.NamedNode(_XSD + "decimal")
    >>> bare(ox.Literal("2.5", datatype=decimal)), bare(ox.Literal("2", datatype=decimal))
    (True, False)
    """
    pattern = _BARE.get(literal.datatype.value)
    return pattern is not None and pattern.fullmatch(literal.value) is not None


def turtle_lines(statements: Sequence[Statement]) -> Iterator[str]:
    r"""Lines of Turtle, or of TriG where there are named graphs.

    Args:
        statements: triples or quads of RDF 1.1, those of a graph, subject and predicate together.

    >>> drug, note = ox.NamedNode("urn:x"), ox.NamedNode(PREFIXES["skos"] + "note")
    >>> objects = ox.Literal("a"), ox.Literal("b")
    >>> print("".join(turtle_lines([ox.Triple(drug, note, object) for object in objects])), end="")
    @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
    <BLANKLINE>
    <urn:x> skos:note "a" ,
            "b" .
    """
    names = _Names()
    body: list[str] = []
    for graph, members in groupby(statements, key=graph_name):
        indent = "    " if graph else ""
        if graph:
            body.append(f"\n{names.iri(graph[1:-1]) if graph.startswith('<') else graph} {{\n")
        for subject, about in groupby(members, key=lambda s: s.subject):
            body.append("\n")
            body.extend(_subject_lines(names.term(subject), list(about), names, indent))
        if graph:
            body.append("}\n")
    for prefix, namespace in sorted(names.used.items()):
        yield f"@prefix {prefix}: <{namespace}> .\n"
    yield from body


def _subject_lines(
    subject: str, about: list[Statement], names: _Names, indent: str
) -> Iterator[str]:
    start = f"{indent}{subject}"
    for place, statement in enumerate(about):
        last = place == len(about) - 1
        same = not last and about[place + 1].predicate == statement.predicate
        if place and about[place - 1].predicate == statement.predicate:
            start = f"{indent}       "
        else:
            start += " a" if statement.predicate == _TYPE else " " + names.term(statement.predicate)
        yield f"{start} {names.term(statement.object)} {'.' if last else ',' if same else ';'}\n"
        start = f"{indent}   "


class _Names:
    """How terms are written in one document, and which prefixes that takes."""

    def __init__(self) -> None:
        self.used: dict[str, str] = {}
        self._written: dict[str, str] = {}

    def iri(self, iri: str) -> str:
        if (text := self._written.get(iri)) is None:
            text = self._written[iri] = self._name(iri)
        return text

    def _name(self, iri: str) -> str:
        if prefixed := prefix_of(iri):
            prefix, namespace = prefixed
            if _LOCAL.fullmatch(local := iri[len(namespace) :]):
                self.used[prefix] = namespace
                return f"{prefix}:{local}"
        return f"<{iri}>"

    def term(self, term: object) -> str:
        if isinstance(term, ox.NamedNode):
            return self.iri(term.value)
        if not isinstance(term, ox.Literal) or term.language:
            return str(term)
        if bare(term):
            return term.value
        datatype = term.datatype.value
        quoted = str(ox.Literal(term.value))
        return quoted if datatype == _XSD + "string" else f"{quoted}^^{self.iri(datatype)}"
