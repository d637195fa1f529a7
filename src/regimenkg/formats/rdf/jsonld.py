"""JSON-LD with a context: prefixes, and for each property its IRI and what all its values are.

The engine writes JSON-LD without a context, which nobody can read. Source:
https://www.w3.org/TR/json-ld11/.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import groupby
from typing import Any

from regimenkg.formats.rdf.literals import STRING, LiteralParts, literal
from regimenkg.formats.rdf.names import Remembered, prefix_of
from regimenkg.formats.rdf.scratch import Pieces
from regimenkg.formats.rdf.statements import TYPE, Statements, predicate
from regimenkg.terms.namespaces import PREFIXES, RK

__all__ = ["jsonld"]

_XSD = PREFIXES["xsd"]
_TYPE = PREFIXES["rdf"] + "type"
_NAME = re.compile(r"[A-Za-z_][\w.-]*")
_NATIVE = {_XSD + name for name in ("string", "boolean", "integer")}  # need no coercion
_INTEGER = re.compile(r"-?[1-9][0-9]{0,14}|0")  # what JSON's numbers hold as it is


def jsonld(statements: Statements) -> Pieces:
    """The document, in pieces; the statements are read twice, since the context comes first.

    >>> with Statements() as statements:
    ...     with statements.of("") as stream:
    ...         _ = stream.write(f'<{PREFIXES["rkd"]}drug/x> <{RK}plannedCycles> '
    ...                          f'"5"^^<{_XSD}integer> .\\n'.encode())
    ...     document = json.loads(b"".join(jsonld(statements)))
    >>> document["@graph"]
    [{'@id': 'drug:x', 'plannedCycles': 5}]
    """
    names = _Names(_Survey(statements))
    context = _json({"@context": names.context}, "\n").removesuffix("\n}")
    text = [context + ',\n "@graph": [']
    graph, indent, comma, end = b"", "\n  ", "", "]\n}\n"
    for in_graph, node in _nodes(statements, names):
        if in_graph != graph:
            text += [_GRAPH_END if graph else "", comma, _GRAPH % _json(names.nodes[in_graph])]
            graph, indent, comma = in_graph, "\n    ", ""
        text += [comma, indent, _json(node, indent)]
        comma, end = ",", "\n ]\n}\n"
        if len(text) > _PIECES:
            yield "".join(text).encode()
            text.clear()
    yield "".join([*text, _GRAPH_END if graph else "", end]).encode()


_GRAPH = '\n  {\n   "@id": %s,\n   "@graph": ['
_GRAPH_END = "\n   ]\n  }"
_PIECES = 10_000


def _json(value: object, line: str = "\n") -> str:
    """A value as JSON; ``line`` is what each of its lines but the first begins with."""
    return json.dumps(value, ensure_ascii=False, indent=1).replace("\n", line)


class _Survey:
    """What has to be known of all statements before one can be written.

    That is the schemes and prefixes of all IRIs, and by key what a property's values are.
    """

    def __init__(self, statements: Statements) -> None:
        self.schemes: set[str] = set()
        self.prefixes: set[tuple[str, str]] = set()
        self.kinds: dict[str, set[str]] = {}
        kinds: defaultdict[bytes, set[str]] = defaultdict(set)
        nodes, literals = Remembered(self._node), Remembered(self._literal)
        for batch in statements:
            for line in batch:
                graph, subject, key, object_ = line.split(b" ", 3)
                nodes[graph], nodes[subject]
                is_literal = object_.startswith(b'"')
                kind = literals[object_.rpartition(b'"')[2]] if is_literal else nodes[object_]
                kinds[key].add(kind)
        for key, found in kinds.items():
            nodes[predicate(key)]
            self.kinds[predicate(key)[1:-1].decode()] = found

    def _node(self, node: bytes) -> str:
        if node.startswith(b"<"):
            self._iri(node[1:-1].decode())
        return "@id"

    def _literal(self, ending: bytes) -> str:
        """What a value is, as far as a context can say it for all values of a property."""
        parts = literal('""' + ending.decode())
        if parts.language:
            return f"@language {parts.language}"
        self._iri(parts.datatype)
        return parts.datatype

    def _iri(self, iri: str) -> None:
        self.schemes.add(iri.partition(":")[0])
        if prefixed := prefix_of(iri):
            self.prefixes.add(prefixed)


class _Names:
    """How IRIs and properties are called in one document, and what it says of its properties."""

    def __init__(self, survey: _Survey) -> None:
        # A prefix that is also the scheme of an IRI would make another IRI of that one.
        self._prefixes = {
            prefix: namespace
            for prefix, namespace in sorted(survey.prefixes)
            if namespace.endswith(("/", "#", ":")) and prefix not in survey.schemes
        }
        self.context: dict[str, Any] = dict(self._prefixes)
        self.keys: dict[str, str] = {}
        self.coerced: dict[str, str] = {}  # what the context says that all values are
        self.nodes = Remembered(self._node)
        for property_ in sorted(survey.kinds):
            self._define(property_, survey.kinds[property_], survey.schemes)

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

    def _node(self, node: bytes) -> str:
        """A node by its N-Triples form."""
        text = node.decode()
        return self.compact(text[1:-1]) if text.startswith("<") else text


def _nodes(statements: Statements, names: _Names) -> Iterator[tuple[bytes, dict[str, Any]]]:
    """The things that statements are about, each with the name of its graph."""
    lines = (line.split(b" ", 3) for batch in statements for line in batch)
    for (graph, subject), members in groupby(lines, key=lambda parts: parts[:2]):
        values: dict[str, list[Any]] = {}
        for *_, key, object_ in members:
            is_literal = object_.startswith(b'"')
            if key == TYPE and not is_literal:
                values.setdefault("@type", []).append(names.nodes[object_])
                continue
            property_ = predicate(key)[1:-1].decode()
            coerced = names.coerced.get(property_)
            if is_literal:
                value = _value(literal(object_.decode()), coerced, names)
            else:
                value = names.nodes[object_] if coerced else {"@id": names.nodes[object_]}
            values.setdefault(names.keys[property_], []).append(value)
        node: dict[str, Any] = {"@id": names.nodes[subject]}
        yield graph, node | {key: one if len(one) > 1 else one[0] for key, one in values.items()}


def _value(parts: LiteralParts, coerced: str | None, names: _Names) -> Any:
    value, language, datatype = parts
    if coerced or datatype == STRING:
        return value
    if language:
        return {"@value": value, "@language": language}
    if datatype == _XSD + "boolean" and value in ("true", "false"):
        return value == "true"
    if datatype == _XSD + "integer" and _INTEGER.fullmatch(value):
        return int(value)
    return {"@value": value, "@type": names.compact(datatype)}
