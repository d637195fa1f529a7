"""Sources → the graphs of a store: ontology, curated data, mappings, and what rules derive.

The functions here change the store that they are given, and leave it half-way if they fail:
:mod:`regimenkg.generations` gives them a copy that is thrown away then.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TypedDict

from pyoxigraph import (
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
    QueryTriples,
    RdfFormat,
    Store,
    Triple,
    parse,
    serialize,
)

from regimenkg.errors import DataError, UsageError
from regimenkg.namespaces import GRAPH, PREFIXES, RK, expand
from regimenkg.resources import directory
from regimenkg.skolem import by_content, by_order

ONTOLOGY = GRAPH + "ontology"
CURATED = GRAPH + "curated"
DERIVED = GRAPH + "derived"
VOCABULARIES = GRAPH + "vocabularies"

_MERGE = DefaultGraph()
_TYPE = NamedNode(PREFIXES["rdf"] + "type")
_LABELS = tuple(NamedNode(PREFIXES["skos"] + name) for name in ("prefLabel", "altLabel"))
_TERM_ORIGIN = NamedNode(RK + "termOrigin")
_EXACT_MATCH = NamedNode(PREFIXES["skos"] + "exactMatch")


class GraphInfo(TypedDict):
    """What is known of a named graph: its loader, the files read, and how many triples it has.

    ``packaged`` is true for what comes with the code, and false for what a user loaded.
    """

    loader: str
    files: list[str]
    triples: int
    packaged: bool


def build_packaged(
    store: Store, loaded: Mapping[str, tuple[GraphInfo, Iterable[Triple]]] | None = None
) -> dict[str, GraphInfo]:
    """Fill an empty store with the packaged graphs, what was loaded besides, and what follows.

    Args:
        store: an empty store.
        loaded: graphs to take over, by IRI; one with a packaged graph's IRI stands in its place.

    Returns what each named graph holds. Raises LoaderError for a malformed source file and
    DataError for a rule that is not SPARQL; the store is then of no use.
    """
    loaded = loaded or {}
    graphs: dict[str, GraphInfo] = {}
    for graph, loader, files, triples in _packaged(store):
        if graph not in loaded:
            count = _put(store, graph, triples)
            graphs[graph] = GraphInfo(loader=loader, files=files, triples=count, packaged=True)
    for graph, (info, carried) in loaded.items():
        graphs[graph] = GraphInfo(
            loader=info["loader"],
            files=info["files"],
            triples=_put(store, graph, carried),
            packaged=False,
        )
    graphs[DERIVED] = _derive(store)
    return graphs


def replace_graph(store: Store, graph: str, triples: Iterable[Triple]) -> dict[str, int]:
    """Put triples in place of what a named graph held, and bring what follows from it up to date.

    The derived graph and the default graph (the merge of all) are recomputed. Blank nodes become
    IRIs. Nothing is changed if ``triples`` raises.

    Returns the new sizes of the graph and of the derived graph. Raises UsageError for a graph
    that is computed, DataError where a rule fails, and whatever ``triples`` raises.
    """
    check_replaceable(graph)
    with Spool(triples, graph) as spool:
        return replace_spooled(store, spool)


def replace_spooled(store: Store, spool: Spool) -> dict[str, int]:
    """Do what :func:`replace_graph` does, with triples that have been read already."""
    _clear(store, DERIVED)
    _clear(store, spool.graph)
    spool.load(store)
    return {spool.graph: _size(store, spool.graph), DERIVED: _derive(store)["triples"]}


def remove_graph(store: Store, graph: str) -> dict[str, int]:
    """Remove a named graph, and bring what follows up to date; returns the derived graph's size.

    Raises UsageError for a graph that is computed, DataError where a rule fails.
    """
    check_replaceable(graph)
    _clear(store, DERIVED)
    _clear(store, graph)
    store.remove_graph(NamedNode(graph))
    return {DERIVED: _derive(store)["triples"]}


def check_replaceable(graph: str) -> None:
    """Raise UsageError unless a graph of this IRI can be loaded.

    >>> check_replaceable("https://w3id.org/regimenkg/graph/derived")
    Traceback (most recent call last):
    ...
    regimenkg.errors.UsageError: graph/derived holds what rules compute and cannot be loaded
    """
    if graph == DERIVED:
        raise UsageError(
            "graph/derived holds what rules compute and cannot be loaded",
            hint="give the graph another name, such as graph/my-data",
        )
    try:
        NamedNode(graph)
    except ValueError as error:
        raise UsageError(
            f"{graph!r} is not an IRI, so it cannot name a graph",
            hint=f"an example: {GRAPH}my-data",
        ) from error


class Known:
    """What a store knows, as loaders ask for it: by code, and by name.

    Called with a CURIE or an IRI, it returns the IRI itself where the merge says anything of it,
    else that of the one thing which has it as ``skos:exactMatch``, else None. By name it finds the
    one thing of a class that has a text as its label or synonym; case and runs of spaces do not
    count. Names are read from the store once for each class.

    >>> resolver(Store())("rkd:drug/cytarabine") is None
    True
    >>> resolver(Store()).named("Drug", "Ara-C") is None
    True
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._names: dict[str, dict[str, str | None]] = {}

    def __call__(self, curie: str) -> str | None:
        iri = expand(curie) or curie
        try:
            node = NamedNode(iri)
        except ValueError:
            return None
        if any(True for _ in self._store.quads_for_pattern(node, None, None, _MERGE)):
            return iri
        same = {
            quad.subject.value
            for quad in self._store.quads_for_pattern(None, _EXACT_MATCH, node, _MERGE)
            if isinstance(quad.subject, NamedNode)
        }
        return same.pop() if len(same) == 1 else None

    def named(self, class_name: str, text: str) -> str | None:
        """Return the IRI of the one thing of a class, such as ``Toxicity``, that has this name."""
        if class_name not in self._names:
            self._names[class_name] = self._read(NamedNode(RK + class_name))
        return self._names[class_name].get(_folded(text))

    def _is_borrowed(self, thing: NamedNode) -> bool:
        """Whether a thing is only a loaded source's own term, which may go when it is reloaded."""
        origins = self._store.quads_for_pattern(thing, _TERM_ORIGIN, None, _MERGE)
        return any(True for _ in origins)

    def _read(self, class_: NamedNode) -> dict[str, str | None]:
        """Name → IRI, or None for a name of several things."""
        names: dict[str, str | None] = {}
        for typed in self._store.quads_for_pattern(None, _TYPE, class_, _MERGE):
            if not isinstance(typed.subject, NamedNode) or self._is_borrowed(typed.subject):
                continue
            for label in _LABELS:
                for quad in self._store.quads_for_pattern(typed.subject, label, None, _MERGE):
                    if isinstance(quad.object, Literal):
                        name = _folded(quad.object.value)
                        same = names.setdefault(name, typed.subject.value)
                        if same != typed.subject.value:
                            names[name] = None
        return names


def resolver(store: Store) -> Known:
    """Return what loaders ask about what a store knows."""
    return Known(store)


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())


def _packaged(store: Store) -> Iterator[tuple[str, str, list[str], Iterable[Triple]]]:
    """Yield the IRI, loader, files and triples of each packaged graph, in order of loading."""
    from regimenkg.loaders import curated, sssom
    from regimenkg.loaders import vocabularies as vocabulary_loader
    from regimenkg.vocabularies import vocabularies

    ontology = directory("ontology")
    yield ONTOLOGY, "turtle", ["ontology/regimenkg.ttl"], _ontology(ontology / "regimenkg.ttl")
    data = directory("data")
    files = [f"data/{path.relative_to(data).as_posix()}" for path in sorted(data.rglob("*.yaml"))]
    yield CURATED, "curated", files, curated.load(data, resolve=resolver(store))
    triples = vocabulary_loader.load(vocabularies().values())
    yield VOCABULARIES, "vocabularies", ["ontology/vocabularies.json"], triples
    for path in sorted((ontology / "mappings").glob("*.sssom.tsv")):
        name = path.name.removesuffix(".sssom.tsv")
        triples = sssom.load(path, resolve=resolver(store))
        yield f"{GRAPH}mappings-{name}", "sssom", [f"ontology/mappings/{path.name}"], triples


def _ontology(path: Path) -> list[Triple]:
    try:
        return by_content((quad.triple for quad in parse(path=path)), "ontology")
    except SyntaxError as error:
        raise DataError(f"{path.name}: {error}", hint="correct the ontology's Turtle") from error


def _derive(store: Store) -> GraphInfo:
    """Run the rules, in the order of their file names, each over all that is there so far."""
    rules = sorted((directory("ontology") / "rules").glob("*.rq"))
    for path in rules:
        try:
            found = store.query(path.read_text(encoding="utf-8"))
        except SyntaxError as error:
            raise DataError(f"rule {path.name}: {error}", hint="correct the rule") from error
        if not isinstance(found, QueryTriples):
            raise DataError(f"rule {path.name} is not a CONSTRUCT query", hint="correct the rule")
        new = (triple for triple in found if _merged(triple) not in store)
        with Spool(new, DERIVED) as spool:
            spool.load(store)
    return GraphInfo(
        loader="rules",
        files=[f"ontology/rules/{path.name}" for path in rules],
        triples=_size(store, DERIVED),
        packaged=True,
    )


def _put(store: Store, graph: str, triples: Iterable[Triple]) -> int:
    """Add triples to a named graph and to the merge; returns the graph's size."""
    with Spool(triples, graph) as spool:
        spool.load(store)
    return _size(store, graph)


_PIECE = 16 << 20
"""Bytes of N-Triples that are loaded at once: some 120 MB of memory, whatever the file's size."""


class Spool:
    """The triples of a graph in a file: a source is read to its end before a store is changed.

    Blank nodes become IRIs on the way. The file goes when the ``with`` block ends.
    """

    def __init__(self, triples: Iterable[Triple], graph: str) -> None:
        self.graph = graph
        self._directory = tempfile.TemporaryDirectory(prefix="regimenkg-")
        try:
            self._path = Path(self._directory.name, "triples.nt")
            named = by_order(triples, re.sub(r"\W+", "-", graph.removeprefix(GRAPH)))
            serialize(named, self._path, RdfFormat.N_TRIPLES)
        except BaseException:
            self._directory.cleanup()
            raise

    def __enter__(self) -> Spool:
        return self

    def __exit__(self, *_: object) -> None:
        self._directory.cleanup()

    def load(self, store: Store) -> None:
        """Add the triples to the named graph and to the merge.

        The engine holds what it loads at once in memory, so that a large file goes in by pieces.
        """
        with self._path.open("rb") as lines:
            while piece := b"".join(lines.readlines(_PIECE)):
                for target in (NamedNode(self.graph), _MERGE):
                    store.bulk_load(input=piece, format=RdfFormat.N_TRIPLES, to_graph=target)


def _clear(store: Store, graph: str) -> None:
    """Empty a named graph, and take out of the merge what no other graph says."""
    name = NamedNode(graph)
    gone = store.quads_for_pattern(None, None, None, name)  # reads the state before the next line
    store.clear_graph(name)
    for quad in gone:
        others = store.quads_for_pattern(quad.subject, quad.predicate, quad.object)
        if all(isinstance(other.graph_name, DefaultGraph) for other in others):
            store.remove(_merged(quad.triple))


def _merged(triple: Triple) -> Quad:
    """The triple as the merge holds it."""
    return Quad(triple.subject, triple.predicate, triple.object, _MERGE)


def _size(store: Store, graph: str) -> int:
    """How many triples a graph has; counted by the engine, which need not decode them."""
    found = store.query(f"SELECT (COUNT(*) AS ?size) {{ GRAPH {NamedNode(graph)} {{ ?s ?p ?o }} }}")
    return int(next(found)["size"].value)  # type: ignore[arg-type]
