"""Triples and quads as text, the same bytes for the same graph on every machine.

Statements are sorted, so that two exports can be compared line by line; Turtle, TriG and RDF/XML
are the engine's own writers over the sorted statements, with one prefix for each kind of thing
(``drug:cytarabine``). JSON-LD is written with a context here, since the engine writes none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import groupby
from typing import IO, Any

import pyoxigraph as ox

from regimenkg.errors import FormatError
from regimenkg.terms.namespaces import PREFIXES, RK, RKD

Statement = ox.Triple | ox.Quad

FORMATS = {
    "turtle": ox.RdfFormat.TURTLE,
    "nt": ox.RdfFormat.N_TRIPLES,
    "trig": ox.RdfFormat.TRIG,
    "nquads": ox.RdfFormat.N_QUADS,
    "rdfxml": ox.RdfFormat.RDF_XML,
    "jsonld": ox.RdfFormat.JSON_LD,
}
NAMED_GRAPHS = ("trig", "nquads", "jsonld")
"""Formats that can hold named graphs."""

_XSD = PREFIXES["xsd"]
_TYPE = PREFIXES["rdf"] + "type"
_FIRST = {_TYPE: 0, PREFIXES["skos"] + "prefLabel": 1}
_KIND = re.compile(re.escape(RKD) + r"([a-z]+(?:-[a-z]+)*)/")
_NAME = re.compile(r"[A-Za-z_][\w.-]*")


def write_graph(statements: Iterable[Statement], format: str, stream: IO[bytes]) -> int:
    """Write a graph (triples) or a dataset (quads) and return how many statements it has.

    ``format`` is turtle, nt, trig, nquads, rdfxml or jsonld. Statements that come twice are
    written once. Raises FormatError for another format, for named graphs in a format that has
    none, and for a property that RDF/XML cannot name.

    >>> import io
    >>> cytarabine = ox.NamedNode(RKD + "drug/cytarabine")
    >>> label = ox.NamedNode(PREFIXES["skos"] + "prefLabel")
    >>> out = io.BytesIO()
    >>> write_graph([ox.Triple(cytarabine, label, ox.Literal("cytarabine", language="en"))],
    ...             "turtle", out)
    1
    >>> print(out.getvalue().decode(), end="")
    @prefix drug: <https://w3id.org/regimenkg/drug/> .
    @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
    drug:cytarabine skos:prefLabel "cytarabine"@en .
    """
    if format not in FORMATS:
        raise FormatError(f"'{format}' is not a format for a graph", hint=", ".join(FORMATS))
    ordered = sorted(set(statements), key=_order)
    if format not in NAMED_GRAPHS and any(_graph_name(s) for s in ordered):
        raise FormatError(
            f"{format} cannot hold named graphs",
            hint=f"use one of {', '.join(NAMED_GRAPHS)}, or --flat for one graph",
        )
    if format == "jsonld":
        _write_jsonld(ordered, stream)
    else:
        if format == "rdfxml":
            _check_qnames(ordered)
        prefixes = None if format in ("nt", "nquads") else used_prefixes(ordered)
        if format == "rdfxml" and prefixes:
            named = {s.predicate.value for s in ordered} | {
                str(s.object)[1:-1] for s in ordered if s.predicate.value == _TYPE
            }
            prefixes = {
                prefix: namespace
                for prefix, namespace in prefixes.items()
                if any(iri.startswith(namespace) for iri in named)
            }
        mixed: Any = ordered  # triples or quads, which the engine takes alike
        text = ox.serialize(mixed, format=FORMATS[format], prefixes=prefixes)
        assert text is not None
        stream.write(_ordered_prefixes(text, format))
    return len(ordered)


def _ordered_prefixes(text: bytes, format: str) -> bytes:
    """Put the prefixes, which the engine declares in any order, in order of their names."""
    if format in ("turtle", "trig"):
        head = re.match(rb"(?:@prefix .*\n)*", text)
        assert head is not None
        return b"".join(sorted(head[0].splitlines(keepends=True))) + text[head.end() :]
    if format == "rdfxml":
        root = re.search(rb"<rdf:RDF((?: [^ =>]+=\"[^\"]*\")*)", text)
        assert root is not None
        names = sorted(n for n in root[1].split(b" ") if n and not n.startswith(b"xmlns:its="))
        return text[: root.start(1)] + b"".join(b" " + n for n in names) + text[root.end(1) :]
    return text


def _graph_name(statement: Statement) -> str:
    if isinstance(statement, ox.Quad) and not isinstance(statement.graph_name, ox.DefaultGraph):
        return statement.graph_name.value
    return ""


def _order(statement: Statement) -> tuple[str, str, int, str, str]:
    predicate = statement.predicate.value
    return (
        _graph_name(statement),
        str(statement.subject),
        _FIRST.get(predicate, 2),
        predicate,
        str(statement.object),
    )


def used_prefixes(statements: Iterable[Statement]) -> dict[str, str]:
    """The prefixes that the statements need: those of the prefix map, and one for each kind."""
    found: dict[str, str] = {}
    namespaces = sorted(PREFIXES.items(), key=lambda item: -len(item[1]))
    seen: set[str] = set()
    for iri in _iris(statements):
        kind = _KIND.match(iri)
        if kind:
            prefix = kind[1] if kind[1] not in PREFIXES else "rkd-" + kind[1]
            found[prefix] = kind[0]
            continue
        cut = max(iri.rfind("/"), iri.rfind("#"), iri.rfind(":"), iri.rfind("_")) + 1
        if iri[:cut] in seen:
            continue
        seen.add(iri[:cut])
        for prefix, namespace in namespaces:
            if iri.startswith(namespace):
                found[prefix] = namespace
                break
    return dict(sorted(found.items()))


def _iris(statements: Iterable[Statement]) -> Iterable[str]:
    for statement in statements:
        for term in (statement.subject, statement.predicate, statement.object):
            if isinstance(term, ox.NamedNode):
                yield term.value
            elif isinstance(term, ox.Literal) and not term.language:
                yield term.datatype.value
        if name := _graph_name(statement):
            yield name


def _check_qnames(statements: Iterable[Statement]) -> None:
    for predicate in sorted({s.predicate.value for s in statements}):
        if not re.search(r"[A-Za-z_][\w.-]*\Z", predicate):
            raise FormatError(
                f"RDF/XML cannot name the property <{predicate}>",
                hint="its last part must begin with a letter; use turtle or jsonld",
            )


def _write_jsonld(statements: list[Statement], stream: IO[bytes]) -> None:
    import json

    context, names = _context(statements)
    graphs = [
        (graph, _nodes(list(members), names))
        for graph, members in groupby(statements, key=_graph_name)
    ]
    body: list[Any] = []
    for graph, nodes in graphs:
        body += [{"@id": names.compact(graph), "@graph": nodes}] if graph else nodes
    text = json.dumps({"@context": context, "@graph": body}, ensure_ascii=False, indent=1)
    stream.write(text.encode() + b"\n")


class _Names:
    """How IRIs and properties are called in one JSON-LD document."""

    def __init__(self, prefixes: dict[str, str]) -> None:
        self._namespaces = sorted(prefixes.items(), key=lambda item: -len(item[1]))
        self.keys: dict[str, str] = {}
        self.coerced: dict[str, str] = {}

    def compact(self, iri: str) -> str:
        for prefix, namespace in self._namespaces:
            local = iri.removeprefix(namespace)
            if local and local != iri and not local.startswith("//"):
                return f"{prefix}:{local}"
        return iri


def _context(statements: list[Statement]) -> tuple[dict[str, Any], _Names]:
    """The context: prefixes, and for each property its IRI and what all its values are."""
    prefixes = {
        prefix: namespace
        for prefix, namespace in used_prefixes(statements).items()
        if namespace.endswith(("/", "#", ":"))
    }
    names = _Names(prefixes)
    kinds: dict[str, set[str]] = {}
    for statement in statements:
        kinds.setdefault(statement.predicate.value, set()).add(_value_kind(statement.object))
    context: dict[str, Any] = dict(prefixes)
    for predicate in sorted(kinds):
        if predicate == _TYPE:
            continue
        local = predicate.removeprefix(RK)
        ours = local != predicate and _NAME.fullmatch(local) and local not in prefixes
        key = local if ours else names.compact(predicate)
        names.keys[predicate] = key
        definition: dict[str, str] = {"@id": names.compact(predicate)}
        if len(kinds[predicate]) == 1:
            (kind,) = kinds[predicate]
            if kind.startswith("@language"):
                definition["@language"] = kind.removeprefix("@language ")
            elif kind not in ("", _XSD + "integer", _XSD + "boolean"):
                definition["@type"] = kind if kind == "@id" else names.compact(kind)
            names.coerced[predicate] = kind
        if len(definition) > 1 or key != definition["@id"]:
            context[key] = definition
    return context, names


def _value_kind(term: object) -> str:
    """What a property's values are, as far as a context can say it for all of them."""
    if isinstance(term, ox.NamedNode | ox.BlankNode):
        return "@id"
    if not isinstance(term, ox.Literal):
        return "?"
    if term.language:
        return f"@language {term.language}"
    return "" if term.datatype.value == _XSD + "string" else term.datatype.value


def _nodes(statements: list[Statement], names: _Names) -> list[dict[str, Any]]:
    nodes = []
    for subject, members in groupby(statements, key=lambda s: str(s.subject)):
        node: dict[str, Any] = {"@id": _reference(subject, names)}
        for statement in members:
            predicate = statement.predicate.value
            if predicate == _TYPE:
                key, value = "@type", names.compact(_value_text(statement.object))
            else:
                key = names.keys[predicate]
                value = _json_value(statement.object, names.coerced.get(predicate), names)
            if key not in node:
                node[key] = value
            elif isinstance(node[key], list):
                node[key].append(value)
            else:
                node[key] = [node[key], value]
        nodes.append(node)
    return nodes


def _reference(node: str, names: _Names) -> str:
    return names.compact(node[1:-1]) if node.startswith("<") else node


def _value_text(term: object) -> str:
    return term.value if isinstance(term, ox.NamedNode | ox.Literal) else str(term)


def _json_value(term: object, coerced: str | None, names: _Names) -> Any:
    kind = _value_kind(term)
    if not isinstance(term, ox.Literal):
        text = _reference(str(term), names)
        return text if coerced == "@id" else {"@id": text}
    if kind == _XSD + "boolean" and term.value in ("true", "false"):
        return term.value == "true"
    if kind == _XSD + "integer" and re.fullmatch(r"-?[1-9]\d{0,14}|0", term.value):
        return int(term.value)
    if kind and kind == coerced:
        return term.value
    if kind.startswith("@language"):
        return {"@value": term.value, "@language": term.language}
    if kind == "":
        return term.value if coerced == "" or coerced is None else {"@value": term.value}
    return {"@value": term.value, "@type": names.compact(kind)}
