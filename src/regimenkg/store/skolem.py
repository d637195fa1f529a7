"""Blank nodes → IRIs, the same ones from run to run.

Every node of the graph has an IRI, so that exports can be compared line by line and answers
point somewhere. The IRIs are below ``https://w3id.org/regimenkg/.well-known/genid/``, as RDF 1.1
Concepts, section 3.5, has it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from hashlib import blake2b

from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    NamedNode,
    Quad,
    Triple,
)

from regimenkg.errors import DataError
from regimenkg.terms.namespaces import GRAPH, RKD

GENID = RKD + ".well-known/genid/"
"""Namespace of the IRIs made here."""


def by_order(triples: Iterable[Triple], name: str) -> Iterator[Triple]:
    """Yield the triples with each blank node named by the order in which it first comes.

    It streams: memory grows with the number of blank nodes only. Raises DataError for a triple
    about a triple (RDF 1.2), which the graph does not hold.

    >>> from pyoxigraph import parse, RdfFormat
    >>> source = parse("<http://e.org/a> <http://e.org/p> [] .", RdfFormat.TURTLE)
    >>> next(by_order((quad.triple for quad in source), "demo")).object.value
    'https://w3id.org/regimenkg/.well-known/genid/demo-1'
    """
    names: dict[BlankNode, NamedNode] = {}
    for triple in triples:
        subject, object_ = triple.subject, triple.object
        if isinstance(subject, Triple) or isinstance(object_, Triple):
            raise DataError(
                f"a triple about a triple (RDF 1.2) cannot be held: {triple}",
                hint="state it with a node of its own, as RDF 1.1 reification does",
            )
        if isinstance(subject, BlankNode) or isinstance(object_, BlankNode):
            for node in (subject, object_):
                if isinstance(node, BlankNode) and node not in names:
                    names[node] = NamedNode(f"{GENID}{name}-{len(names) + 1}")
            yield _renamed(triple, names)
        else:
            yield triple


def quads_by_order(quads: Iterable[Quad]) -> Iterator[Quad]:
    """Yield the quads with each blank node named by the graph and order in which it first comes.

    A node that stands in two graphs is one node. Graphs have to be named, and quads to be of
    RDF 1.1.

    >>> from pyoxigraph import parse, RdfFormat
    >>> source = parse("<http://e.org/g> { <http://e.org/a> <http://e.org/p> [] }", RdfFormat.TRIG)
    >>> next(quads_by_order(source)).object.value
    'https://w3id.org/regimenkg/.well-known/genid/http-e-org-g-1'
    """
    names: dict[BlankNode, NamedNode] = {}
    counts: dict[str, int] = defaultdict(int)

    def name(node: object, graph: str) -> object:
        if not isinstance(node, BlankNode):
            return node
        if node not in names:
            counts[graph] += 1
            names[node] = NamedNode(f"{GENID}{graph}-{counts[graph]}")
        return names[node]

    for quad in quads:
        graph = quad.graph_name
        slug = graph_slug(graph.value) if isinstance(graph, NamedNode) else "graph"
        terms = (quad.subject, quad.predicate, quad.object, graph)
        yield Quad(*(name(term, slug) for term in terms))  # type: ignore[arg-type]


def graph_slug(graph: str) -> str:
    """The part of the IRI of a blank node that tells the graph it is in.

    >>> graph_slug("https://w3id.org/regimenkg/graph/my-data")
    'my-data'
    """
    return re.sub(r"\W+", "-", graph.removeprefix(GRAPH))


def by_content(triples: Iterable[Triple], name: str) -> list[Triple]:
    """Return the triples with each blank node named by what it says and where it hangs.

    An edit of one list or restriction of an ontology then leaves the names of all others as they
    were. Nodes that say the same in the same place are told apart by a number; blank nodes that
    refer to each other in a circle are named by the RDF Dataset Canonicalization algorithm.
    """
    canonical = Dataset(Quad(t.subject, t.predicate, t.object) for t in triples)
    canonical.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    plain = sorted((quad.triple for quad in canonical), key=str)
    about: dict[BlankNode, list[Triple]] = defaultdict(list)
    places: dict[BlankNode, list[Triple]] = defaultdict(list)
    for triple in plain:
        if isinstance(triple.subject, BlankNode):
            about[triple.subject].append(triple)
        if isinstance(triple.object, BlankNode):
            places[triple.object].append(triple)
    content = _digests(
        lambda node, of: sorted(f"{t.predicate} {of(t.object)}" for t in about[node])
    )
    label = _digests(
        lambda node, of: [
            content(node),
            *sorted(f"{of(t.subject)} {t.predicate}" for t in places[node]),
        ]
    )
    used: dict[str, int] = defaultdict(int)
    names: dict[BlankNode, NamedNode] = {}
    for node in sorted({*about, *places}, key=str):
        text = label(node)
        used[text] += 1
        suffix = f"-{used[text]}" if used[text] > 1 else ""
        names[node] = NamedNode(f"{GENID}{name}-{text}{suffix}")
    return [_renamed(triple, names) for triple in plain]


def _digests(
    lines_of: Callable[[BlankNode, Callable[[object], str]], list[str]],
) -> Callable[[object], str]:
    """Return a function that names a blank node by a digest of the lines that describe it.

    ``lines_of`` is given the node, and a function that names the nodes around it in turn.
    """
    digests: dict[BlankNode, str] = {}

    def digest(node: object, path: tuple[BlankNode, ...] = ()) -> str:
        if not isinstance(node, BlankNode):
            return str(node)
        if node in path:
            return f"circle {node}"
        if node not in digests:
            lines = lines_of(node, lambda other: digest(other, (*path, node)))
            digests[node] = blake2b("\n".join(lines).encode(), digest_size=8).hexdigest()
        return digests[node]

    return digest


def _renamed(triple: Triple, names: dict[BlankNode, NamedNode]) -> Triple:
    subject, object_ = triple.subject, triple.object
    if isinstance(subject, BlankNode):
        subject = names[subject]
    if isinstance(object_, BlankNode):
        object_ = names[object_]
    return Triple(subject, triple.predicate, object_)
