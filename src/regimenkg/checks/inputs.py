"""What is to be validated: a store, files, or what an endpoint holds in the vocabulary's terms."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pyoxigraph as ox

from regimenkg.checks.reason import ontology_triples
from regimenkg.errors import DataError, EndpointError, UsageError, did_you_mean
from regimenkg.records.export import construct
from regimenkg.sparql.backend import Backend, select
from regimenkg.store.embedded import EmbeddedStore
from regimenkg.store.skolem import by_order
from regimenkg.terms.namespaces import GRAPH, ONTOLOGY_GRAPH, PREFIXES
from regimenkg.things.matching import Matcher

PAGE = 500
"""How many things an endpoint is asked for at a time."""

MOST = 100_000
"""How many things of an endpoint are validated at the most: all of them are held in memory."""

_TYPE = ox.NamedNode(PREFIXES["rdf"] + "type")
_DOI = PREFIXES["doi"]
_SH = PREFIXES["sh"]


def copy_of(embedded: EmbeddedStore) -> ox.Store:
    """The merge of all graphs of a store, which has the vocabulary in it, as one that may change.

    The engine copies it, in seconds for a million triples.
    """
    merge = embedded.store.dump(format=ox.RdfFormat.N_TRIPLES, from_graph=ox.DefaultGraph())
    assert merge is not None
    store = ox.Store()
    store.bulk_load(merge, ox.RdfFormat.N_TRIPLES)
    return store


def of_graph(embedded: EmbeddedStore, name: str) -> frozenset[str]:
    """The IRIs of the things that one named graph of a store describes.

    ``name`` is the graph's IRI, or what follows ``https://w3id.org/regimenkg/graph/`` in it.
    Raises UsageError where the store has no such graph.
    """
    iri = name if "://" in name else GRAPH + name
    graph = ox.NamedNode(iri)
    if not embedded.store.contains_named_graph(graph):
        raise UsageError(f"there is no graph {iri}", hint="regimenkg info lists the graphs")
    quads = embedded.store.quads_for_pattern(None, None, None, graph)
    return frozenset(q.subject.value for q in quads if isinstance(q.subject, ox.NamedNode))


def of_files(files: list[Path], context: EmbeddedStore | None) -> tuple[ox.Store, frozenset[str]]:
    """A store with the triples of files and the vocabulary, and the IRIs of what they describe.

    A curated file is known by ``.yaml``, a mapping set by ``.sssom.tsv``, the rest is RDF. What
    the files mention and do not describe is taken from ``context``; what they do describe stands in
    place of what the context has of it. Blank nodes become IRIs, as when they are loaded.

    Raises UsageError for a missing file, DataError (or LoaderError) where a file cannot be read.
    """
    read = list(dict.fromkeys(_read(files, context)))
    about = frozenset(str(t.subject.value) for t in read if not isinstance(t.subject, ox.Triple))
    store = ox.Store()
    if context is not None:
        store = copy_of(context)
        for thing in about:
            node = ox.NamedNode(thing)
            for quad in list(store.quads_for_pattern(node, None, None, ox.DefaultGraph())):
                store.remove(quad)
    both = (*ontology_triples(), *read)
    store.extend(ox.Quad(t.subject, t.predicate, t.object) for t in both)
    return store, about


def of_endpoint(
    endpoint: Backend, report: Callable[[str], None] = lambda _: None
) -> Iterator[ox.Triple]:
    """What an endpoint's default graph holds in the vocabulary's terms, with the vocabulary.

    Things are those of a class, or with a property, that a shape is for; of classes and properties
    that are not the vocabulary's own only things below ``https://w3id.org/regimenkg/`` or DOIs.
    They are fetched page by page.

    Raises EndpointError where the endpoint gives less than it counts, DataError where there are
    more than :data:`MOST` or blank nodes among them, and what the endpoint raises.
    """
    nodes = _number(
        select(endpoint, f"SELECT (COUNT(DISTINCT ?s) AS ?n) WHERE {_wanted('isBlank')}")
    )
    if nodes:
        raise DataError(
            f"{endpoint.location} has {nodes} blank nodes for things, and every thing has an IRI",
            hint="blank nodes cannot be asked for: export the data and validate the file",
        )
    wanted = _wanted("isIRI")
    expected = _number(select(endpoint, f"SELECT (COUNT(DISTINCT ?s) AS ?n) WHERE {wanted}"))
    if expected > MOST:
        raise DataError(
            f"{endpoint.location} holds {expected} things to check, and {MOST} are the limit",
            hint="export a part of it and validate the file",
        )
    yield from ontology_triples()
    seen = 0
    while seen < expected:
        page = select(
            endpoint,
            f"SELECT DISTINCT ?s WHERE {wanted} ORDER BY ?s LIMIT {PAGE} OFFSET {seen}",
        )
        things = [str(row[0]) for row in page if isinstance(row[0], ox.NamedNode)]
        if not page:
            raise _short_of(endpoint, seen, expected, "things")
        yield from _about(endpoint, things)
        seen += len(page)
        report(f"{seen} of {expected} things fetched from {endpoint.location}")


def _about(endpoint: Backend, things: list[str]) -> Iterator[ox.Triple]:
    """All that is said of some things; raises EndpointError if that is less than there is."""
    values = f"VALUES ?s {{ {' '.join(things)} }} ?s ?p ?o"
    count = _number(
        select(
            endpoint,
            f"SELECT (COUNT(*) AS ?n) WHERE {{ SELECT DISTINCT ?s ?p ?o WHERE {{ {values} }} }}",
        )
    )
    found = dict.fromkeys(construct(endpoint, f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ {values} }}"))
    if len(found) < count:
        raise _short_of(endpoint, len(found), count, "triples")
    yield from found


def _short_of(endpoint: Backend, got: int, expected: int, what: str) -> EndpointError:
    return EndpointError(
        f"{endpoint.location} counts {expected} {what} and gave {got}: its answer is cut",
        url=endpoint.location,
        hint="raise the server's limit on rows, or export the data and validate the file",
    )


def _wanted(kind: str) -> str:
    """A group graph pattern for ``?s``: whatever a shape is for, of one kind of node."""
    from rdflib import URIRef

    from regimenkg.checks.shapes import shapes

    def targets(name: str) -> tuple[str, str]:
        found = sorted({f"<{one}>" for one in shapes().objects(None, URIRef(_SH + name))})
        own = [one for one in found if one.startswith(f"<{PREFIXES['rk']}")]
        return " ".join(own), " ".join(one for one in found if one not in own)

    classes, foreign = targets("targetClass")
    properties, others = targets("targetSubjectsOf")
    ours = (
        f'FILTER(STRSTARTS(STR(?s), "{PREFIXES["rkd"]}") || STRSTARTS(STR(?s), "{_DOI}"))'
        f' FILTER(!STRSTARTS(STR(?s), "{PREFIXES["rk"]}"))'
    )
    return (
        f"{{ {{ VALUES ?c {{ {classes} }} ?s a ?c }}"
        f" UNION {{ VALUES ?c {{ {foreign} }} ?s a ?c {ours} }}"
        f" UNION {{ VALUES ?p {{ {properties} }} ?s ?p ?o }}"
        f" UNION {{ VALUES ?p {{ {others} }} ?s ?p ?o {ours} }} FILTER({kind}(?s)) }}"
    )


def _number(
    rows: list[tuple[ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple | None, ...]],
) -> int:
    return int(rows[0][0].value) if rows and isinstance(rows[0][0], ox.Literal) else 0


def _read(files: list[Path], context: EmbeddedStore | None) -> Iterator[ox.Triple]:
    from regimenkg.loaders import curated, rdf, sssom
    from regimenkg.loaders.shared.base import EMPTY

    own = [GRAPH + path.stem for path in files]  # which loading them would replace
    resolve = Matcher(context.store, own) if context is not None else EMPTY
    yaml = [path for path in files if path.suffix in {".yaml", ".yml"} or path.is_dir()]
    for path in files:
        if not path.exists():
            raise UsageError(f"there is no file {path}", hint="check the name")
    if yaml:
        yield from curated.load(yaml, resolve=resolve)
    for path in files:
        if path in yaml:
            continue
        if path.name.endswith(".sssom.tsv"):
            yield from sssom.load(path, resolve=resolve)
            continue
        ontology = ox.NamedNode(ONTOLOGY_GRAPH)
        triples = [quad.triple for quad in rdf.quads(path) if quad.graph_name != ontology]
        _check_terms(path, triples)
        yield from by_order(triples, f"file-{path.stem}")


def _check_terms(path: Path, triples: list[ox.Triple]) -> None:
    """Raise DataError for a file that no shape would look at: a fault that looks like success."""
    terms = {
        str(t.subject.value) for t in ontology_triples() if isinstance(t.subject, ox.NamedNode)
    }
    typed = (t.object for t in triples if t.predicate == _TYPE)
    classes = {found.value for found in typed if isinstance(found, ox.NamedNode)}
    for class_ in sorted(name for name in classes if name.startswith(PREFIXES["rk"])):
        if class_ not in terms:
            guess = did_you_mean(class_, terms)
            raise DataError(
                f"{path}: <{class_}> is no class of the vocabulary",
                hint=f"did you mean <{guess}>?" if guess else "the vocabulary is at /vocab",
            )
    if not classes & terms and not any(t.predicate.value in terms for t in triples):
        raise DataError(
            f"{path} has {len(triples)} triples, and none is in the vocabulary's terms",
            hint=f"the vocabulary's namespace is {PREFIXES['rk']}",
        )
