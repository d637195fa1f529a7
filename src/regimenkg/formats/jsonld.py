"""JSON-LD with a context: prefixes, and for each property its IRI and what all its values are.

The engine writes JSON-LD without a context, which nobody can read. Source:
https://www.w3.org/TR/json-ld11/.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any

import pyoxigraph as ox

from regimenkg.formats.names import Statement, graph_name, iris, prefix_of, used_prefixes
from regimenkg.terms.namespaces import PREFIXES, RK

__all__ = ["jsonld"]

_XSD = PREFIXES["xsd"]
_TYPE = PREFIXES["rdf"] + "type"
_NAME = re.compile(r"[A-Za-z_][\w.-]*")
_NATIVE = {_XSD + name for name in ("string", "boolean", "integer")}  # need no coercion
_INTEGER = re.compile(r"-?[1-9][0-9]{0,14}|0")  # what JSON's numbers hold as it is


def jsonld(statements: Sequence[Statement]) -> str:
    """The document for triples or quads of RDF 1.1, those of a graph and subject together.

    >>> drug, days = ox.NamedNode(PREFIXES["rkd"] + "drug/x"), ox.NamedNode(RK + "plannedCycles")
    >>> document = json.loads(jsonld([ox.Triple(drug, days, ox.Literal(5))]))
    >>> document["@graph"]
    [{'@id': 'drug:x', 'plannedCycles': 5}]
    """
    names = _Names(statements)
    body: list[Any] = []
    for graph, members in groupby(statements, key=graph_name):
        nodes = list(_nodes(members, names))
        body += [{"@id": names.reference(graph), "@graph": nodes}] if graph else nodes
    document = {"@context": names.context, "@graph": body}
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


class _Names:
    """How IRIs and properties are called in one document, and what it says of its properties."""

    def __init__(self, statements: Sequence[Statement]) -> None:
        # A prefix that is also the scheme of an IRI would make another IRI of that one.
        schemes = {iri.partition(":")[0] for iri in iris(statements)}
        self._prefixes = {
            prefix: namespace
            for prefix, namespace in used_prefixes(statements).items()
            if namespace.endswith(("/", "#", ":")) and prefix not in schemes
        }
        self.context: dict[str, Any] = dict(self._prefixes)
        self.keys: dict[str, str] = {}
        self.coerced: dict[str, str] = {}  # what the context says that all values are
        kinds: dict[str, set[str]] = {}
        for statement in statements:
            kinds.setdefault(statement.predicate.value, set()).add(_kind(statement.object))
        for predicate in sorted(kinds):
            self._define(predicate, kinds[predicate], schemes)

    def _define(self, predicate: str, kinds: set[str], schemes: set[str]) -> None:
        local = predicate.removeprefix(RK)
        ours = local != predicate and _NAME.fullmatch(local)
        if not ours or local in self._prefixes or local in schemes:
            local = self.compact(predicate)
        self.keys[predicate] = local
        definition = {"@id": self.compact(predicate)}
        if len(kinds) == 1 and predicate != _TYPE:
            (kind,) = kinds
            if kind.startswith("@language "):
                definition["@language"] = kind.removeprefix("@language ")
            elif kind not in _NATIVE:
                definition["@type"] = kind if kind == "@id" else self.compact(kind)
            if len(definition) > 1:
                self.coerced[predicate] = kind
        if len(definition) > 1 or local != definition["@id"]:
            self.context[local] = definition

    def compact(self, iri: str) -> str:
        if prefixed := prefix_of(iri):
            prefix, namespace = prefixed
            local = iri[len(namespace) :]
            if prefix in self._prefixes and local and not local.startswith("//"):
                return f"{prefix}:{local}"
        return iri

    def reference(self, node: str) -> str:
        """A node by its N-Triples form."""
        return self.compact(node[1:-1]) if node.startswith("<") else node


def _kind(term: object) -> str:
    """What a value is, as far as a context can say it for all values of a property."""
    if not isinstance(term, ox.Literal):
        return "@id"
    return f"@language {term.language}" if term.language else term.datatype.value


def _nodes(statements: Iterable[Statement], names: _Names) -> Iterator[dict[str, Any]]:
    for subject, members in groupby(statements, key=lambda s: str(s.subject)):
        values: dict[str, list[Any]] = {}
        for statement in members:
            predicate, object_ = statement.predicate.value, statement.object
            if predicate == _TYPE and not isinstance(object_, ox.Literal):
                values.setdefault("@type", []).append(names.reference(str(object_)))
            else:
                value = _value(object_, names.coerced.get(predicate), names)
                values.setdefault(names.keys[predicate], []).append(value)
        node: dict[str, Any] = {"@id": names.reference(subject)}
        yield node | {key: one if len(one) > 1 else one[0] for key, one in values.items()}


def _value(term: object, coerced: str | None, names: _Names) -> Any:
    if not isinstance(term, ox.Literal):
        reference = names.reference(str(term))
        return reference if coerced else {"@id": reference}
    datatype = term.datatype.value
    if coerced or datatype == _XSD + "string":
        return term.value
    if term.language:
        return {"@value": term.value, "@language": term.language}
    if datatype == _XSD + "boolean" and term.value in ("true", "false"):
        return term.value == "true"
    if datatype == _XSD + "integer" and _INTEGER.fullmatch(term.value):
        return int(term.value)
    return {"@value": term.value, "@type": names.compact(datatype)}
