"""The rules in SPARQL of the shapes, each asked of the engine once, of all that it is for.

The standard is https://www.w3.org/TR/shacl/#sparql-constraints. It has a query asked of each focus
node with ``$this`` bound; here ``$this`` is bound to all of them by the first pattern of the query,
which is the same for queries that have no subquery, MINUS or VALUES. pySHACL, which does the rest,
asks rdflib node by node, and that takes most of the time of a validation.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from regimenkg.errors import DataError
from regimenkg.terms.namespaces import PREFIXES

if TYPE_CHECKING:
    import rdflib
    from rdflib.term import Node

__all__ = ["WAYS", "Rule", "Targets", "add_results", "rules"]

_RDF, _RDFS, _SH = (PREFIXES[prefix] for prefix in ("rdf", "rdfs", "sh"))
_TYPE = ox.NamedNode(_RDF + "type")
_SUBCLASS = ox.NamedNode(_RDFS + "subClassOf")
_WHERE = re.compile(r"\bWHERE\s*\{")
_VARIABLE = re.compile(r"\{[?$]([A-Za-z_][A-Za-z0-9_]*)\}")

WAYS = ("targetClass", "targetSubjectsOf", "targetObjectsOf")
"""How a shape says what it is for, as the shapes of this project do."""

Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple


@dataclass(frozen=True, slots=True)
class Rule:
    """A SPARQL constraint: the shape that has it, its own IRI, and what it asks and says."""

    shape: Node
    constraint: Node
    severity: Node
    messages: tuple[Node, ...]
    query: str


class Targets:
    """What the shapes are for, in the data of a store; ``about`` leaves out all other things."""

    def __init__(self, store: ox.Store, about: Collection[str] | None = None) -> None:
        self._store = store
        self._about = None if about is None else frozenset(about)
        self._nodes: dict[tuple[str, str], frozenset[Term]] = {}

    def of(self, way: str, target: str) -> frozenset[Term]:
        """The focus nodes of one target: ``way`` is one of :data:`WAYS`, ``target`` an IRI."""
        if (way, target) not in self._nodes:
            nodes = self._find(way, ox.NamedNode(target))
            self._nodes[way, target] = frozenset(
                node for node in nodes if self._about is None or _text(node) in self._about
            )
        return self._nodes[way, target]

    def of_shape(self, shapes: rdflib.Graph, shape: Node) -> set[Term]:
        """The focus nodes of a shape."""
        from rdflib import SH

        return {
            node
            for way in WAYS
            for target in shapes.objects(shape, SH[way])
            for node in self.of(way, str(target))
        }

    def _find(self, way: str, target: ox.NamedNode) -> Iterator[Term]:
        if way == "targetObjectsOf":
            for quad in self._store.quads_for_pattern(None, target, None, ox.DefaultGraph()):
                yield quad.object
            return
        if way == "targetSubjectsOf":
            for quad in self._store.quads_for_pattern(None, target, None, ox.DefaultGraph()):
                yield quad.subject
            return
        for one in self._classes(target):
            for quad in self._store.quads_for_pattern(None, _TYPE, one, ox.DefaultGraph()):
                yield quad.subject

    def _classes(self, top: ox.NamedNode) -> set[ox.NamedNode]:
        """A class and its subclasses."""
        classes, new = {top}, [top]
        while new:
            for quad in self._store.quads_for_pattern(
                None, _SUBCLASS, new.pop(), ox.DefaultGraph()
            ):
                if isinstance(quad.subject, ox.NamedNode) and quad.subject not in classes:
                    classes.add(quad.subject)
                    new.append(quad.subject)
        return classes


@cache
def rules(shapes: rdflib.Graph) -> tuple[Rule, ...]:
    """All rules of a graph of shapes, in the order of their IRIs."""
    from rdflib import SH

    collected = []
    for shape, constraint in shapes.subject_objects(SH.sparql):
        query = str(shapes.value(constraint, SH.select))
        inside = f"WHERE {{ GRAPH <{shape}> {{ $this <{_TYPE.value}> <{shape}> }}"
        bound, count = _WHERE.subn(lambda _, text=inside: text, query, count=1)  # type: ignore[misc]
        if not count:
            raise DataError(f"{constraint} has no WHERE", hint="is ontology/shapes.ttl as it came?")
        collected.append(
            Rule(
                shape,
                constraint,
                shapes.value(shape, SH.severity) or SH.Violation,
                tuple(shapes.objects(constraint, SH.message)),
                _prefixes(shapes, constraint) + bound,
            )
        )
    return tuple(sorted(collected, key=lambda rule: str(rule.constraint)))


def _prefixes(shapes: rdflib.Graph, constraint: Node) -> str:
    from rdflib import SH

    declared = [
        (shapes.value(one, SH.prefix), shapes.value(one, SH.namespace))
        for header in shapes.objects(constraint, SH.prefixes)
        for one in shapes.objects(header, SH.declare)
    ]
    return "".join(f"PREFIX {prefix}: <{namespace}>\n" for prefix, namespace in declared)


def add_results(
    report: rdflib.Graph, store: ox.Store, shapes: rdflib.Graph, targets: Targets
) -> None:
    """Ask all rules, and add a ``sh:result`` to the report for each answer.

    The store is as it was afterwards. Raises what the engine raises for a query that is wrong.
    """
    from rdflib import RDF, SH, Literal

    whole: Any = report.value(None, RDF.type, SH.ValidationReport)
    for rule in rules(shapes):
        graph = ox.NamedNode(str(rule.shape))
        focus = targets.of_shape(shapes, rule.shape)
        if not focus:
            continue
        store.extend(
            ox.Quad(node, _TYPE, graph, graph)
            for node in focus
            if isinstance(node, ox.NamedNode | ox.BlankNode)
        )
        try:
            answers = store.query(rule.query)
            assert isinstance(answers, ox.QuerySolutions)
            names = [variable.value for variable in answers.variables]
            rows = [dict(zip(names, row, strict=True)) for row in answers]
        finally:
            store.remove_graph(graph)
        for row in rows:
            _add(report, whole, rule, row)
            report.set((whole, SH.conforms, Literal(False)))


def _add(report: rdflib.Graph, whole: Any, rule: Rule, row: dict[str, Any]) -> None:
    from rdflib import RDF, SH, BNode, Literal

    from regimenkg.formats.results import rdflib_term

    result = BNode()
    report.add((whole, SH.result, result))
    report.add((result, RDF.type, SH.ValidationResult))
    report.add((result, SH.focusNode, rdflib_term(row["this"])))
    report.add((result, SH.value, rdflib_term(row.get("value") or row["this"])))
    if row.get("path") is not None:
        report.add((result, SH.resultPath, rdflib_term(row["path"])))
    report.add((result, SH.sourceShape, rule.shape))
    report.add((result, SH.sourceConstraint, rule.constraint))
    report.add((result, SH.sourceConstraintComponent, SH.SPARQLConstraintComponent))
    report.add((result, SH.resultSeverity, rule.severity))
    for message in rule.messages:
        text = _VARIABLE.sub(lambda match: _text(row.get(match[1])), str(message))
        language = getattr(message, "language", None)
        report.add((result, SH.resultMessage, Literal(text, lang=language)))


def _text(term: Term | None) -> str:
    """What a term says: an IRI, a text; empty for none."""
    return "" if term is None else str(getattr(term, "value", term))
