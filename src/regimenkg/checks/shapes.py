"""Data under the shapes of ``ontology/shapes.ttl`` (SHACL), through pySHACL.

A finding says which thing, property and value, what was expected, and where the value was read, so
that a curator can go there. The standard is https://www.w3.org/TR/shacl/; pySHACL comes with the
extra ``[validate]``. Where everything is checked all triples are held in memory, about a kilobyte
each; where some things are, pySHACL reads what it asks for from the store, as it asks.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

import pyoxigraph as ox

from regimenkg.checks.data import Data, View, default_graph, stored
from regimenkg.checks.rules import WAYS, Targets, add_results
from regimenkg.errors import DataError, UsageError
from regimenkg.resources import directory
from regimenkg.sparql.answers import Row, Solutions
from regimenkg.terms.namespaces import PREFIXES, compact

if TYPE_CHECKING:
    import rdflib
    from rdflib.term import Node

SHAPES = PREFIXES["rkd"] + "shapes"
"""IRI of the shapes graph; its terms are below ``https://w3id.org/regimenkg/shapes#``."""

COLUMNS = (
    "severity",
    "thing",
    "property",
    "value",
    "expected",
    "document",
    "start",
    "end",
    "shape",
)

_SH, _OA, _PROV, _RK = (PREFIXES[prefix] for prefix in ("sh", "oa", "prov", "rk"))
_SEVERITIES = ("Violation", "Warning", "Info")


class Finding(NamedTuple):
    """One result of a validation.

    ``severity`` is ``Violation``, ``Warning`` or ``Info``; ``thing`` and ``value`` are written as
    in N-Triples, and ``value`` is empty where something is missing; ``property`` is an IRI, or a
    path such as ``^rk:dose``; ``expected`` is the shape's message; ``document`` (an IRI, or empty),
    ``start`` and ``end`` (code points, or None) say where it was read, as far as that is known;
    ``shape`` is the IRI of the shape or rule.
    """

    severity: str
    thing: str
    property: str
    value: str
    expected: str
    document: str
    start: int | None
    end: int | None
    shape: str


@dataclass(frozen=True, slots=True)
class Report:
    """What a validation found, in order of severity, thing and property.

    ``graph`` is the report in SHACL's own terms, as triples, and ``triples`` how many were checked.
    """

    findings: tuple[Finding, ...]
    graph: tuple[ox.Triple, ...]
    triples: int

    @property
    def conforms(self) -> bool:
        """True if there is no violation; warnings do not count."""
        return all(finding.severity != "Violation" for finding in self.findings)

    def count(self, severity: str) -> int:
        """How many findings are of a severity."""
        return sum(finding.severity == severity for finding in self.findings)

    def solutions(self) -> Solutions:
        """The findings as rows, as a SELECT query would give them; see :data:`COLUMNS`."""
        return Solutions(COLUMNS, [_row(finding) for finding in self.findings])


def validate(
    data: Iterable[ox.Triple] | ox.Store, *, about: Collection[str] | None = None
) -> Report:
    """Check triples, which include the vocabulary's own, against the shapes.

    Args:
        data: the triples, or a store with them in its default graph, which is changed and changed
            back; blank nodes among them are IRIs already, as loading makes them.
        about: report only on things of these IRIs; all others are there as what they mention.

    Raises UsageError if pySHACL is missing, DataError where it cannot do its work.

    >>> from regimenkg.checks.reason import ontology_triples
    >>> drug = ox.NamedNode("https://w3id.org/regimenkg/drug/examplamab")
    >>> type_ = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
    >>> a_drug = ox.Triple(drug, type_, ox.NamedNode("https://w3id.org/regimenkg/vocab#Drug"))
    >>> [finding] = validate([*ontology_triples(), a_drug]).findings
    >>> finding.severity, finding.property
    ('Violation', 'http://www.w3.org/2004/02/skos/core#prefLabel')
    """
    if about is None:
        return check(Data(default_graph(data) if isinstance(data, ox.Store) else data))
    return check(View(data if isinstance(data, ox.Store) else stored(data)), about)


def check(data: Data | View, about: Collection[str] | None = None) -> Report:
    """Do what :func:`validate` does, with data that can be changed and checked anew."""
    pyshacl = _pyshacl()
    if about is not None and not about:
        return Report((), (), len(data.graph))
    targets = Targets(data.store, about)
    try:
        _, results, _ = pyshacl.validate(
            data.graph,
            shacl_graph=_core() if about is None else _core_for(targets),
            inference="none",
            advanced=False,
            inplace=True,
        )
        add_results(results, data.store, shapes(), targets)
    except Exception as error:  # pySHACL raises a family of its own, and rdflib's
        raise DataError(
            f"the shapes cannot be checked: {error}", hint="is ontology/shapes.ttl as it came?"
        ) from error
    return _report(results, data.graph, about)


@cache
def shapes() -> rdflib.Graph:
    """The packaged shapes, read once; nobody may change them."""
    import rdflib

    return rdflib.Graph().parse(directory("ontology") / "shapes.ttl", format="turtle")


@cache
def _core() -> rdflib.Graph:
    """The shapes without their rules in SPARQL."""
    from rdflib import SH, Graph

    core = Graph()
    for triple in shapes():
        if triple[1] != SH.sparql:
            core.add(triple)
    return core


def _core_for(targets: Targets) -> rdflib.Graph:
    """The shapes with just some things as their targets, each where it would be one anyway.

    pySHACL's own ``focus_nodes`` leaves out whatever is not among them in nested shapes, too, and
    so passes a value that breaks ``sh:or`` or ``sh:node``.
    """
    from rdflib import SH, Graph

    from regimenkg.formats.results import rdflib_term

    narrowed = Graph()
    for shape, (aims, parts) in _shapes_with_targets().items():
        things = {thing for way, target in aims for thing in targets.of(way, target)}
        if things:
            narrowed += parts
        for thing in things:
            narrowed.add((shape, SH.targetNode, rdflib_term(thing)))
    return narrowed


@cache
def _shapes_with_targets() -> dict[Node, tuple[list[tuple[str, str]], rdflib.Graph]]:
    """Of each shape that has targets: these, and all that the shape is made of but targets."""
    from rdflib import SH, Graph

    ways = {SH[way]: way for way in WAYS}
    core, found = _core(), {}
    for shape in {shape for way in ways for shape in core.subjects(way)}:
        aims = [(way, str(one)) for iri, way in ways.items() for one in core.objects(shape, iri)]
        parts, todo = Graph(), [shape]
        while todo:
            for triple in core.triples((todo.pop(), None, None)):
                if triple[1] not in ways and triple not in parts:
                    parts.add(triple)
                    todo.append(triple[2])
        found[shape] = aims, parts
    return found


def _pyshacl() -> Any:
    try:
        import pyshacl
    except ImportError as error:
        raise UsageError(
            f"{error.name} is not installed, which checking shapes needs",
            hint="pip install '.[validate]' in a checkout of RegimenKG",
        ) from error
    return pyshacl


def _report(results: rdflib.Graph, graph: rdflib.Graph, about: Collection[str] | None) -> Report:
    from rdflib import URIRef

    from regimenkg.store.skolem import by_content

    findings = {
        _finding(result, results, graph)
        for result in results.objects(None, URIRef(_SH + "result"))  # not the details of one
        if about is None or str(results.value(result, URIRef(_SH + "focusNode"))) in about
    }
    ordered = sorted(findings, key=lambda one: (_SEVERITIES.index(one.severity), *map(str, one)))
    text = results.serialize(format="nt")
    triples = [quad.triple for quad in ox.parse(text, ox.RdfFormat.N_TRIPLES)]
    if about is not None:
        triples = _only(triples, about)
    return Report(tuple(ordered), tuple(by_content(triples, "report")), len(graph))


def _only(triples: list[ox.Triple], about: Collection[str]) -> list[ox.Triple]:
    """The report without results on other things."""
    focus = ox.NamedNode(_SH + "focusNode")
    others = {
        triple.subject
        for triple in triples
        if triple.predicate == focus and str(getattr(triple.object, "value", "")) not in about
    }
    return [t for t in triples if t.subject not in others and t.object not in others]


def _finding(result: Node, results: rdflib.Graph, graph: rdflib.Graph) -> Finding:
    def of(name: str) -> Any:
        from rdflib import URIRef

        return results.value(result, URIRef(_SH + name))

    thing, value, path = of("focusNode"), of("value"), of("resultPath")
    document, start, end = where_read(graph, thing, path, value)
    messages = sorted(str(one) for one in results.objects(result, _uri(_SH + "resultMessage")))
    missing = value is None or (value == thing and path is None)
    return Finding(
        severity=str(of("resultSeverity")).removeprefix(_SH),
        thing=thing.n3(),
        property=_path(results, path) if path is not None else "",
        value="" if missing else value.n3(),
        expected=" ".join(messages),
        document=document,
        start=start,
        end=end,
        shape=str(of("sourceConstraint") or of("sourceShape")),
    )


def _path(results: rdflib.Graph, path: Node) -> str:
    """A property path as SPARQL writes it; an IRI stays whole."""
    from rdflib import BNode, URIRef
    from rdflib.collection import Collection as RdfList

    if isinstance(path, URIRef):
        return str(path)
    for name, sign in (("inversePath", "^"), ("alternativePath", "|")):
        inner = results.value(path, _uri(_SH + name))
        if inner is not None and name == "inversePath":
            return sign + _short(_path(results, inner))
        if inner is not None:
            parts = (_short(_path(results, part)) for part in RdfList(results, inner))
            return f"({sign.join(parts)})"
    steps = list(RdfList(results, path)) if isinstance(path, BNode) else []
    return "/".join(_short(_path(results, step)) for step in steps)


def _short(path: str) -> str:
    return compact(path) if "://" in path else path


def where_read(
    graph: rdflib.Graph, thing: Node, path: Node | None, value: Node | None
) -> tuple[str, int | None, int | None]:
    """The document's IRI and the code points of the reading behind a value, if there is one.

    The reading of this value is best, then one for the property, then the first of the thing; that
    of the administration or statement stands for its dose or timing. Unknown is ``("", None,
    None)``.
    """
    notes: list[tuple[int, str, int, int]] = []
    for note, exact in _notes(graph, thing):
        for document, start, end in _places(graph, note):
            rank = 2
            if exact or (
                path is not None and (note, _uri(_RK + "supportsProperty"), path) in graph
            ):
                rank = 1
            if rank == 1 and value and (note, _uri(_RK + "supportsValue"), value) in graph:
                rank = 0
            notes.append((rank, document, start, end))
    if not notes:
        return "", None, None
    return min(notes)[1:]


def _notes(graph: rdflib.Graph, thing: Node) -> Iterable[tuple[Node, bool]]:
    """The readings of a thing, and whether one is for just this thing."""
    derived = _uri(_PROV + "wasDerivedFrom")
    yield thing, True
    for note in graph.objects(thing, derived):
        yield note, False
    for note in graph.subjects(_uri(_RK + "supportsValue"), thing):
        if (thing, _uri(_RK + "ucumCode"), None) in graph or (
            thing,
            _uri(_RK + "offset"),
            None,
        ) in graph:
            yield note, True


def _places(graph: rdflib.Graph, note: Node) -> Iterable[tuple[str, int, int]]:
    spans = [*graph.objects(note, _uri(_OA + "hasTarget")), note]
    for span in spans:
        source = graph.value(span, _uri(_OA + "hasSource"))
        selector = graph.value(span, _uri(_OA + "hasSelector"))
        if source is None or selector is None:
            continue
        start, end = (graph.value(selector, _uri(_OA + edge)) for edge in ("start", "end"))
        try:
            yield str(source), int(str(start)), int(str(end))
        except ValueError:
            continue


@cache
def _uri(iri: str) -> rdflib.URIRef:
    from rdflib import URIRef

    return URIRef(iri)


def _row(finding: Finding) -> Row:
    def iri(text: str) -> ox.NamedNode | ox.Literal | None:
        if not text:
            return None
        return ox.NamedNode(text) if "://" in text and " " not in text else ox.Literal(text)

    return (
        ox.Literal(finding.severity),
        _term(finding.thing),
        iri(finding.property),
        _term(finding.value),
        ox.Literal(finding.expected),
        iri(finding.document),
        None if finding.start is None else ox.Literal(finding.start),
        None if finding.end is None else ox.Literal(finding.end),
        iri(finding.shape),
    )


def _term(text: str) -> ox.NamedNode | ox.BlankNode | ox.Literal | None:
    """A term from its N-Triples form."""
    if not text:
        return None
    [quad] = ox.parse(f"<urn:s> <urn:p> {text} .", ox.RdfFormat.TURTLE)
    term = quad.object
    assert isinstance(term, ox.NamedNode | ox.BlankNode | ox.Literal)
    return term
