"""``regimenkg load rdf``: files of RDF into the graphs that they name, or into one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
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
from regimenkg.store.locks import temporary_folder
from regimenkg.store.skolem import GENID, quads_by_order
from regimenkg.terms.literals import XSD, decimal
from regimenkg.terms.namespaces import (
    DERIVED_GRAPH,
    ONTOLOGY_GRAPH,
    PREFIXES,
    RK,
    VOID_GRAPH,
    compact,
)

__all__ = ["load_rdf", "place_of"]

_TYPE = PREFIXES["rdf"] + "type"
_MAX_REPORTED = 20
_MAX_FILES = 3
_NUMBERS = (XSD + "decimal", XSD + "integer")


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
    DataError for files without a triple, for values that the shapes do not allow and for a second
    label of a thing, and what reading raises. The store is then as it was.
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
        _refuse_wrong(paths, staged, generation, names, report)
        if dry_run or not names:
            return {name: sum(1 for _ in _triples(staged, name)) for name in names}
        meta = directory.replace_all(
            {name: _triples(staged, name) for name in names},
            loader="rdf",
            files=list(map(str, paths)),
        )
        return {name: meta["graphs"][name]["triples"] for name in names}

    with temporary_folder() as folder:
        return with_store(folder / "db", load)


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


def _refuse_wrong(
    paths: Sequence[Path],
    staged: ox.Store,
    generation: Generation,
    names: Sequence[str],
    report: Callable[[str], None],
) -> None:
    """Raise DataError where what is to be loaded says what cannot be, each told with its place."""
    from regimenkg.checks.loaded import beyond_limits, second_labels, second_values

    place = place_of(generation)
    wrong = [
        *beyond_limits(staged, names),
        *second_values(staged, names, generation.store, place),
        *second_labels(staged, names, generation.store, place),
    ]
    if not wrong:
        return
    lines = _lines(paths, {_key(one.quad) for one in wrong[:_MAX_REPORTED]})
    for one in wrong[:_MAX_REPORTED]:
        where = lines.get(_key(one.quad), ", ".join(map(str, paths)))
        thing = str(one.quad.subject)
        report(f"wrong: {where}: {thing}: {one.message}; expected {one.expected}")
    more = f", {len(wrong) - _MAX_REPORTED} of them not shown" if len(wrong) > _MAX_REPORTED else ""
    number = "1 statement" if len(wrong) == 1 else f"{len(wrong)} statements"
    raise DataError(
        f"{number} cannot be loaded{more}", hint="correct them in the files; nothing was loaded"
    )


def _lines(paths: Sequence[Path], wanted: set[tuple[str, ...]]) -> dict[tuple[str, ...], str]:
    """Where statements stand in files: ``FILE:LINE``, the line being that of their end."""
    found: dict[tuple[str, ...], str] = {}
    predicates = {key[1] for key in wanted}
    for path in paths:
        for line, quad in rdf.numbered(path):
            if str(quad.predicate) in predicates and (key := _key(quad)) in wanted:
                found.setdefault(key, f"{path}:{line}")
    return found


def _key(quad: ox.Quad) -> tuple[str, ...]:
    """A statement as a store holds it, without its graph and the names of blank nodes."""
    terms = (quad.subject, quad.predicate, quad.object)
    return tuple(
        "_" if isinstance(term, ox.BlankNode) or GENID in str(term) else str(_as_held(term))
        for term in terms
    )


def _as_held(term: object) -> object:
    """A number in the one form that a store gives it back in."""
    if isinstance(term, ox.Literal) and term.datatype.value in _NUMBERS:
        with suppress(ValueError):
            return ox.Literal(decimal(term.value), datatype=term.datatype)
    return term


def place_of(generation: Generation) -> Callable[[str], str]:
    """Says of a graph by which files it was made, as far as they are few."""

    def place(graph: str) -> str:
        held = generation.meta["graphs"].get(graph)
        files = held["files"] if held else []
        of = f" ({', '.join(files)})" if 0 < len(files) <= _MAX_FILES else ""
        return f"{compact(graph)}{of}"

    return place


def _same(staged: ox.Store, store: ox.Store, graph: str, size: int) -> bool:
    quads = list(staged.quads_for_pattern(None, None, None, ox.NamedNode(graph)))
    return len(quads) == size and all(quad in store for quad in quads)


def _report_unknown(staged: ox.Store, store: ox.Store, report: Callable[[str], None]) -> None:
    """Say which classes and properties neither the vocabulary nor the store has."""
    ontology, type_ = ox.NamedNode(ONTOLOGY_GRAPH), ox.NamedNode(_TYPE)
    for what, query in (
        ("class", f"SELECT ?term {{ GRAPH ?g {{ ?s {type_} ?term }} }}"),
        ("property", "SELECT ?term { GRAPH ?g { ?s ?term ?o } }"),
    ):
        found = Counter(_terms(staged.query(query)))
        unknown = []
        for term in sorted(found):
            node = ox.NamedNode(term)
            property_, class_ = (type_, node) if what == "class" else (node, None)
            places = ((node, None, None, ontology), (None, property_, class_, None))
            if not any(next(store.quads_for_pattern(*place), None) for place in places):
                unknown.append(term)
        for term in unknown[:_MAX_REPORTED]:
            near = did_you_mean(term, _ours(store)) if term.startswith(RK) else None
            guess = f"; did you mean {compact(near)}?" if near else ""
            often = "once" if found[term] == 1 else f"{found[term]} times"
            report(f"not known: the {what} {compact(term)}, {often}{guess}")
        if len(unknown) > _MAX_REPORTED:
            report(f"not known: {len(unknown) - _MAX_REPORTED} more of such")


def _ours(store: ox.Store) -> list[str]:
    """The terms of the vocabulary."""
    quads = store.quads_for_pattern(None, None, None, ox.NamedNode(ONTOLOGY_GRAPH))
    terms = {quad.subject.value for quad in quads if isinstance(quad.subject, ox.NamedNode)}
    return sorted(term for term in terms if term.startswith(RK))


def _terms(answer: object) -> Iterable[str]:
    assert isinstance(answer, ox.QuerySolutions)
    return (row[0].value for row in answer if isinstance(row[0], ox.NamedNode))
