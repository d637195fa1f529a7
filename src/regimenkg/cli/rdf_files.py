"""``regimenkg load rdf``: files of RDF into the graphs that they name, or into one."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import pyoxigraph as ox

from regimenkg.errors import DataError, UsageError, did_you_mean
from regimenkg.loaders import rdf
from regimenkg.loaders.kinds import KINDS
from regimenkg.loaders.shared.base import Watch
from regimenkg.loaders.shared.sniff import refuse_other
from regimenkg.store.directory import StoreDirectory
from regimenkg.store.engine import with_store
from regimenkg.store.generations import Generation
from regimenkg.store.graphs import check_replaceable
from regimenkg.store.skolem import quads_by_order
from regimenkg.terms.namespaces import (
    DERIVED_GRAPH,
    ONTOLOGY_GRAPH,
    PREFIXES,
    RK,
    VOID_GRAPH,
    compact,
)

__all__ = ["load_rdf"]

_TYPE = PREFIXES["rdf"] + "type"
_MAX_REPORTED = 20


def load_rdf(
    paths: Sequence[Path],
    directory: StoreDirectory,
    *,
    graph: str | None,
    unnamed: str,
    force: bool,
    dry_run: bool,
    watch: Watch,
    report: Callable[[str], None],
) -> dict[str, int]:
    """Load files of RDF, all graphs of them or none; returns how many triples each graph then has.

    Args:
        paths: the files.
        directory: the store directory.
        graph: IRI of the one graph that all is put into; None for the graphs that the files name.
        unnamed: IRI of the graph for what the files put into none.
        force: whether a graph that comes with the package may be replaced.
        dry_run: whether to read everything and write nothing.
        watch: counts what is read.
        report: told which classes and properties are not known, and what is left out.

    Raises UsageError for a graph that comes with the package, unless it holds the same already;
    DataError for files without a triple, and what reading raises. The store is then as it was.
    """
    for path in paths:
        refuse_other(path, KINDS["rdf"].reads, "rdf")
    generation = directory.open()

    def load(staged: ox.Store) -> dict[str, int]:
        staged.bulk_extend(quads_by_order(_placed(paths, graph, unnamed, watch)))
        if not len(staged):
            raise DataError(
                f"there is no triple in {', '.join(map(str, paths))}",
                hint="is it the right file? JSON without a @context that fits it says nothing",
            )
        _report_unknown(staged, generation.store, report)
        names = _to_load(staged, generation, force=force, report=report)
        if dry_run or not names:
            return {name: sum(1 for _ in _triples(staged, name)) for name in names}
        meta = directory.replace_all(
            {name: _triples(staged, name) for name in names},
            loader="rdf",
            files=list(map(str, paths)),
        )
        return {name: meta["graphs"][name]["triples"] for name in names}

    with tempfile.TemporaryDirectory(prefix="regimenkg-") as folder:
        return with_store(Path(folder, "db"), load)


def _placed(
    paths: Sequence[Path], graph: str | None, unnamed: str, watch: Watch
) -> Iterator[ox.Quad]:
    """The quads of the files, with the graphs that they will have."""
    default, one = ox.NamedNode(unnamed), ox.NamedNode(graph) if graph else None
    for path in paths:
        for quad in rdf.quads(path, watch=watch):
            name = default if isinstance(quad.graph_name, ox.DefaultGraph) else quad.graph_name
            yield ox.Quad(quad.subject, quad.predicate, quad.object, one or name)


def _triples(store: ox.Store, graph: str) -> Iterator[ox.Triple]:
    name = ox.NamedNode(graph)
    return (quad.triple for quad in store.quads_for_pattern(None, None, None, name))


def _to_load(
    staged: ox.Store, generation: Generation, *, force: bool, report: Callable[[str], None]
) -> list[str]:
    """The graphs to be replaced; raises UsageError for those that come with the package."""
    names, refused = [], []
    for name in sorted(str(graph.value) for graph in staged.named_graphs()):
        if name in (DERIVED_GRAPH, VOID_GRAPH):
            report(f"{compact(name)}: left out, since rules compute it anew")
            continue
        check_replaceable(name)
        held = generation.meta["graphs"].get(name)
        if held is None or not held["packaged"]:
            names.append(name)
        elif _same(staged, generation.store, name, held["triples"]):
            report(f"{compact(name)}: the store has it as it is")
        elif force:
            names.append(name)
        else:
            refused.append(f"{name} ({held['triples']} triples)")
    if refused:
        raise UsageError(
            f"what comes with RegimenKG would be replaced: {', '.join(refused)}",
            hint="--graph NAME puts everything into a graph of your own; --force replaces",
        )
    return names


def _same(staged: ox.Store, store: ox.Store, graph: str, size: int) -> bool:
    quads = list(staged.quads_for_pattern(None, None, None, ox.NamedNode(graph)))
    return len(quads) == size and all(quad in store for quad in quads)


def _report_unknown(staged: ox.Store, store: ox.Store, report: Callable[[str], None]) -> None:
    """Say which classes and properties neither the vocabulary nor the store has."""
    vocabulary = {
        quad.subject.value
        for quad in store.quads_for_pattern(None, None, None, ox.NamedNode(ONTOLOGY_GRAPH))
        if isinstance(quad.subject, ox.NamedNode)
    }
    ours = sorted(term for term in vocabulary if term.startswith(RK))
    for what, query in (
        ("class", f"SELECT ?term {{ {{ GRAPH ?g {{ ?s <{_TYPE}> ?term }} }} }}"),
        ("property", "SELECT ?term { GRAPH ?g { ?s ?term ?o } }"),
    ):
        found = Counter(_terms(staged.query(query)))
        known = vocabulary | set(_terms(store.query(query.replace("SELECT", "SELECT DISTINCT"))))
        unknown = sorted(set(found) - known)
        for term in unknown[:_MAX_REPORTED]:
            near = did_you_mean(term, ours) if term.startswith(RK) else None
            guess = f"; did you mean {compact(near)}?" if near else ""
            often = "once" if found[term] == 1 else f"{found[term]} times"
            report(f"not known: the {what} {compact(term)}, {often}{guess}")
        if len(unknown) > _MAX_REPORTED:
            report(f"not known: {len(unknown) - _MAX_REPORTED} more of such")


def _terms(answer: object) -> Iterable[str]:
    assert isinstance(answer, ox.QuerySolutions)
    return (row[0].value for row in answer if isinstance(row[0], ox.NamedNode))
