"""What comes with the code, and in what order it is built: ontology, curated data, mapping sets,
and what describes the store to tools: its queries, its prefixes, and how much there is of what.

This is where sources and stores meet: a loader knows no store and a store no source, and here the
one is handed to the other.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from regimenkg.resources import cache_directory, directory
from regimenkg.store.directory import StoreDirectory
from regimenkg.store.embedded import EmbeddedStore
from regimenkg.things import INDEX_FILE

if TYPE_CHECKING:
    from pyoxigraph import Store, Triple

    from regimenkg.store.directory import Earlier
    from regimenkg.store.graphs import Source
    from regimenkg.store.rules import Rule

__all__ = [
    "PACKAGED",
    "Packaged",
    "curated_files",
    "default_directory",
    "open_store",
    "store_directory",
]

CuratedGraph = Literal["curated", "abstracts"]
"""The graphs of curated files: the first two documents, and the corpus."""

_VOCABULARIES = "ontology/vocabularies.json"
_REGISTRY = ["data/registry/pdq-ncit.tsv", "data/registry/combination-pages.tsv"]
_DICTIONARY = ("documents", "drugs", "names", "classes")


def curated_files(graph: CuratedGraph = "curated") -> list[Path]:
    """The YAML files of a curated graph: those of the first documents, or of the ``abstracts``.

    >>> {path.parent.name for path in curated_files("abstracts")}
    {'abstracts'}
    """
    data = directory("data")
    return [
        path
        for path in sorted(data.rglob("*.yaml"))
        if (path.relative_to(data).parts[0] == "abstracts") == (graph == "abstracts")
    ]


def default_directory() -> Path:
    """Return the store directory where none is named: ``REGIMENKG_STORE``, or the user's cache.

    >>> default_directory().is_absolute()
    True
    """
    named = os.environ.get("REGIMENKG_STORE")
    return Path(named).expanduser().absolute() if named else cache_directory() / "store"


def store_directory(
    path: Path | str | None = None,
    report: Callable[[str], None] = lambda _: None,
    contents: Packaged | None = None,
) -> StoreDirectory:
    """Return a store directory, to be built from what comes with the code.

    Args:
        path: the directory; None for :func:`default_directory`. Nothing is made or opened yet.
        report: told in a few words what takes long.
        contents: what it is built from; None for all that comes with the code.
    """
    return StoreDirectory(
        Path(path).expanduser().absolute() if path else default_directory(),
        contents or PACKAGED,
        report,
        beside={INDEX_FILE: _names},
    )


def open_store(
    directory: Path | str | None = None,
    *,
    memory: bool = False,
    report: Callable[[str], None] = lambda _: None,
    contents: Packaged | None = None,
) -> EmbeddedStore:
    """Open the graph, building it from the packaged data on first use.

    Args:
        directory: the store directory; None for :func:`default_directory`.
        memory: build in memory instead, and leave no files.
        report: told in a few words what takes long.
        contents: what it is built from; None for all that comes with the code.

    Raises StoreVersionError for a directory that a newer RegimenKG wrote or that is unreadable,
    StoreError where it cannot be written, LoaderError where a source file is malformed.

    >>> open_store().query("ASK { ?regimen a <https://w3id.org/regimenkg/vocab#Regimen> }")
    True
    """
    if memory:
        from regimenkg.store.graphs import build

        store = EmbeddedStore.empty()
        build(store.store, contents or PACKAGED)
        return store
    on_disk = store_directory(directory, report, contents)
    return EmbeddedStore.of(on_disk.open(), on_disk.path)


class Packaged:
    """The graphs and rules that come with the code.

    Args:
        without: IRIs of graphs to leave out; the rules stay.

    >>> [source.graph.rpartition("/")[2] for source in PACKAGED.sources()][:3]
    ['ontology', 'curated', 'dictionary']
    >>> PACKAGED.rules()[0].file, PACKAGED.rules()[-1].file
    ('ontology/rules/07-replaced.rq', 'ontology/void/2-dataset.rq')
    >>> from regimenkg.terms.namespaces import GRAPH
    >>> Packaged(without=[GRAPH + "curated"]).sources()[1].graph == GRAPH + "dictionary"
    True
    """

    def __init__(self, without: Iterable[str] = ()) -> None:
        self._without = frozenset(without)

    def sources(self) -> Sequence[Source]:
        """The packaged graphs, in order of loading."""
        return [source for source in self._all() if source.graph not in self._without]

    def rules(self) -> Sequence[Rule]:
        """The rules, in the order of their file names; those that count come last."""
        from regimenkg.terms.namespaces import DERIVED_GRAPH, VOID_GRAPH

        return [*_rules("rules", DERIVED_GRAPH), *_rules("void", VOID_GRAPH)]

    def _all(self) -> list[Source]:
        from regimenkg.store.graphs import Source
        from regimenkg.terms.namespaces import (
            GRAPH,
            ONTOLOGY_GRAPH,
            PREFIXES_GRAPH,
            QUERIES_GRAPH,
        )

        ontology = directory("ontology")
        queries = [f"queries/{path.name}" for path in sorted(directory("queries").glob("*.rq"))]
        return [
            Source(ONTOLOGY_GRAPH, "turtle", ["ontology/regimenkg.ttl"], _ontology),
            _curated("curated"),
            Source(
                GRAPH + "dictionary",
                "dictionary",
                [f"data/dictionary/{table}.tsv" for table in _DICTIONARY],
                _dictionary,
            ),
            Source(GRAPH + "vocabularies", "vocabularies", [_VOCABULARIES], _vocabularies),
            *(
                Source(
                    f"{GRAPH}mappings-{path.name.removesuffix('.sssom.tsv')}",
                    "sssom",
                    [f"ontology/mappings/{path.name}"],
                    _mappings(path),
                )
                for path in sorted((ontology / "mappings").glob("*.sssom.tsv"))
            ),
            Source(GRAPH + "registry", "registry", _REGISTRY, _registry),
            _curated("abstracts"),
            Source(QUERIES_GRAPH, "catalog", queries, _queries),
            Source(PREFIXES_GRAPH, "catalog", ["ontology/prefixes.json"], _prefixes),
        ]


PACKAGED = Packaged()
"""What every store of this project is built from."""


def _rules(folder: str, graph: str) -> list[Rule]:
    from regimenkg.store.rules import Rule

    return [
        Rule(f"ontology/{folder}/{path.name}", path.read_text(encoding="utf-8"), graph)
        for path in sorted((directory("ontology") / folder).glob("*.rq"))
    ]


def _names(store: Store, path: Path, earlier: Earlier | None) -> None:
    """The index of names, which belongs to every generation."""
    from regimenkg.things.reading import write_index

    write_index(store, path, earlier)


def _ontology(_: Store) -> Iterable[Triple]:
    from pyoxigraph import parse

    from regimenkg.errors import DataError
    from regimenkg.store.skolem import by_content

    path = directory("ontology") / "regimenkg.ttl"
    try:
        return by_content((quad.triple for quad in parse(path=path)), "ontology")
    except SyntaxError as error:
        raise DataError(f"{path.name}: {error}", hint="correct the ontology's Turtle") from error


def _curated(name: CuratedGraph) -> Source:
    """A graph of curated files; they may speak of what the graphs before it know."""
    from regimenkg.store.graphs import Source
    from regimenkg.terms.namespaces import GRAPH

    def read(store: Store) -> Iterable[Triple]:
        from regimenkg.loaders import curated
        from regimenkg.things.matching import Matcher

        return curated.load(files, resolve=Matcher(store))

    files, data = curated_files(name), directory("data")
    named = [f"data/{path.relative_to(data).as_posix()}" for path in files]
    return Source(GRAPH + name, "curated", named, read)


def _dictionary(store: Store) -> Iterable[Triple]:
    from regimenkg.loaders import dictionary
    from regimenkg.things.matching import Matcher

    folder = directory("data") / "dictionary"
    tables = [folder / f"{table}.tsv" for table in _DICTIONARY]
    return dictionary.load(tables, resolve=Matcher(store))


def _vocabularies(_: Store) -> Iterable[Triple]:
    from regimenkg.loaders import vocabularies

    return vocabularies.load(directory("ontology") / "vocabularies.json")


def _registry(store: Store) -> Iterable[Triple]:
    from regimenkg.errors import LoaderError
    from regimenkg.loaders import registry
    from regimenkg.loaders.shared.base import Watch
    from regimenkg.things.matching import Matcher

    class Lenient(Watch):
        """Goes on where a user's own dictionary of drugs lacks a part of a regimen."""

        def leave_out(self, error: LoaderError) -> None:
            """Do without that regimen; none is left out where everything is as it comes."""

    files = [directory("data") / name.removeprefix("data/") for name in _REGISTRY]
    return registry.load(files, resolve=Matcher(store), watch=Lenient())


def _queries(_: Store) -> Iterable[Triple]:
    from pyoxigraph import RdfFormat, parse

    from regimenkg.catalog.cache import catalog
    from regimenkg.catalog.rdf import queries_turtle

    text = queries_turtle(catalog().values())
    return (quad.triple for quad in parse(text, RdfFormat.TURTLE))


def _prefixes(_: Store) -> Iterable[Triple]:
    from pyoxigraph import RdfFormat, parse

    from regimenkg.catalog.rdf import prefixes_turtle

    return (quad.triple for quad in parse(prefixes_turtle(), RdfFormat.TURTLE))


def _mappings(path: Path) -> Callable[[Store], Iterable[Triple]]:
    def read(store: Store) -> Iterable[Triple]:
        from regimenkg.loaders import sssom
        from regimenkg.things.matching import Matcher

        return sssom.load(path, resolve=Matcher(store))

    return read
