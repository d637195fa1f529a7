"""What an index of names is made of, read from a graph; and the index that belongs to a backend."""

from __future__ import annotations

import os
from collections.abc import Collection, Container, Iterable, Iterator, Mapping
from pathlib import Path
from shutil import copyfile
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from regimenkg.sparql.answers import Row
from regimenkg.sparql.backend import Backend, select
from regimenkg.sparql.emptiness import explain_nothing
from regimenkg.sparql.terms import Term
from regimenkg.store.embedded import EmbeddedStore
from regimenkg.terms.namespaces import PREFIXES, RK
from regimenkg.things import INDEX_FILE
from regimenkg.things.index import NameIndex
from regimenkg.things.index.tables import Coded, Content
from regimenkg.things.patterns import NAME_PROPERTIES, Name, is_one, name_patterns

if TYPE_CHECKING:
    from pyoxigraph import NamedNode, Store

    from regimenkg.store.directory import Earlier

__all__ = ["names_of", "read_content", "read_names", "write_index"]

_SKOS = PREFIXES["skos"]
_SUBCLASS = f"<{PREFIXES['rdfs']}subClassOf>"
_TYPE, _MATCH, _NARROWER = PREFIXES["rdf"] + "type", _SKOS + "exactMatch", _SKOS + "narrowMatch"
_LABEL, _NOTATION, _SCHEME = _SKOS + "prefLabel", _SKOS + "notation", _SKOS + "inScheme"
_PMID, _TRIAL = PREFIXES["bibo"] + "pmid", RK + "registryId"
_SOURCE, _TARGET, _PROPERTY, _NAME = (
    *(PREFIXES["owl"] + f"annotated{part}" for part in ("Source", "Target", "Property")),
    PREFIXES["sssom"] + "object_label",
)
_BASES = {RK + "saltOf": "a salt of", RK + "productOf": "a product of"}

_OF_A_THING = frozenset(
    (*NAME_PROPERTIES, *_BASES, _TYPE, _MATCH, _NARROWER, _PMID, _TRIAL),
)
_REACHES = (
    ((_MATCH,), f"^<{_MATCH}>"),
    ((_SOURCE, _TARGET, _PROPERTY, _NAME), f"^<{_SOURCE}>"),
    ((_NOTATION, _SCHEME), f"<{_MATCH}>/<{_SCHEME}>?"),
    ((_LABEL,), "|".join(f"<{iri}>" for iri in _BASES)),
)
"""What an index has of a thing is made of triples of these properties that it has itself, and of
triples of others, to which a path leads from it."""

_FEW = 1000
"""So many things are renewed in an index; to write one anew is quicker for more."""


def read_names(
    backend: Backend,
    class_iri: str = "",
    *,
    own: bool = False,
    things: Collection[str] | None = None,
) -> Iterator[Name]:
    """Yield the names of the things of a class, or of all things.

    Args:
        backend: where the things are.
        class_iri: the class; subclasses count.
        own: leave out things that are only a loaded source's own terms (``rk:termOrigin``), which
            may go when that source is loaded again.
        things: only of these, by their IRIs.
    """
    only = _only(things)
    lent = f"FILTER NOT EXISTS {{ ?thing <{RK}termOrigin> ?source }}" if own else ""
    seen: set[tuple[str, str]] = set()
    for kind, pattern in enumerate(name_patterns("?name")):
        rows = select(
            backend,
            f"SELECT DISTINCT ?thing ?name WHERE {{ {only} {pattern} {is_one(class_iri)} {lent}"
            " FILTER(isIRI(?thing) && isLiteral(?name)) }",
        )
        for thing, text in _texts(rows):
            if (thing, text) not in seen:
                seen.add((thing, text))
                yield Name(thing, kind, text)


def read_content(backend: Backend, things: Collection[str] | None = None) -> Content:
    """Read what an index of a graph's names is made of: all, or what it has of some things."""
    classes = _classes(backend, _only(things))
    return Content(
        names=read_names(backend, things=things),
        classes=classes,
        codes=_codes(backend, classes, _only(things)),
        bases=_bases(backend, _only(things)),
        drug=RK + "Drug",
        regimen=RK + "Regimen",
    )


def write_index(store: Store, path: Path, earlier: Earlier | None = None) -> None:
    """Write the index of the names in an engine's store into a file that is not there yet.

    Args:
        store: the store.
        path: the file.
        earlier: the store that it was made from, where little has changed; only what the index has
            of the things that changed is read again.
    """
    backend = EmbeddedStore(store)
    things = _affected(earlier, store) if earlier and earlier.file.exists() else None
    if earlier is None or things is None:
        NameIndex.write(path, read_content(backend))
    elif things:
        NameIndex.write_renewed(path, earlier.file, things, read_content(backend, things))
    else:
        _share(earlier.file, path)


def _affected(earlier: Earlier, store: Store) -> set[str] | None:
    """The things of which an index has something else since; None where they are many."""
    found: set[str] = set()
    for name in _OF_A_THING.intersection(earlier.touched):
        found.update(thing.value for thing in earlier.touched[name])
    for names, path in _REACHES:
        changed = _of_any(earlier.touched, names)
        if len(changed) > _FEW:
            return None
        for place in (earlier.store, store) if changed else ():
            text = (
                f"SELECT DISTINCT ?thing {{ {_only(changed, '?changed')} ?thing {path} ?changed }}"
            )
            found.update(thing for (thing,) in _texts(select(EmbeddedStore(place), text)))
    return found if len(found) <= _FEW else None


def _of_any(touched: Mapping[str, Iterable[NamedNode]], names: Iterable[str]) -> set[str]:
    return {thing.value for name in names for thing in touched.get(name, ())}


def _share(file: Path, path: Path) -> None:
    """One file in two generations, where the file system can do that: neither is written again."""
    try:
        os.link(file, path)
    except OSError:
        copyfile(file, path)


def _only(things: Collection[str] | None, variable: str = "?thing") -> str:
    """The VALUES that bind a variable to some things; nothing for any."""
    if things is None:
        return ""
    return f"VALUES {variable} {{ {' '.join(f'<{iri}>' for iri in sorted(things))} }}"


_INDEXES: WeakKeyDictionary[Backend, tuple[int, NameIndex]] = WeakKeyDictionary()


def names_of(backend: Backend) -> NameIndex:
    """Return the index of a backend's names.

    That of a generation is the file beside it. A store in memory is read again when names in it
    have changed, and a remote endpoint once in the life of a process.

    Raises StoreError for a damaged file, and DataError for an endpoint whose queries see nothing of
    what it holds.
    """
    state = _state(backend)
    known = _INDEXES.get(backend)
    if known is None or known[0] != state:
        known = state, _index(backend)
        _INDEXES[backend] = known
    return known[1]


def _index(backend: Backend) -> NameIndex:
    generation = backend.generation if isinstance(backend, EmbeddedStore) else None
    if generation is not None and (generation.path / INDEX_FILE).exists():
        return NameIndex.open(generation.path / INDEX_FILE)
    index = NameIndex.of(read_content(backend))
    if not index.drugs():
        explain_nothing(backend)
    return index


def _state(backend: Backend) -> int:
    """A number that changes with the names in a store in memory; 0 for what does not change."""
    if not isinstance(backend, EmbeddedStore) or backend.generation is not None:
        return 0
    from pyoxigraph import DefaultGraph, NamedNode

    store, merge, state = backend.store, DefaultGraph(), len(backend.store)
    for name in ("prefLabel", "altLabel", "exactMatch"):
        for quad in store.quads_for_pattern(None, NamedNode(_SKOS + name), None, merge):
            state ^= hash((quad.subject, name, quad.object))
    return state


def _classes(backend: Backend, only: str) -> dict[str, set[str]]:
    """The classes of things, superclasses too."""
    above: dict[str, set[str]] = {}
    for class_iri, broader in _texts(
        select(backend, f"SELECT ?class ?above {{ ?class {_SUBCLASS} ?above }}")
    ):
        above.setdefault(class_iri, set()).add(broader)
    known: dict[str, set[str]] = {}

    def all_above(class_iri: str) -> set[str]:
        if class_iri not in known:
            known[class_iri] = {class_iri}
            known[class_iri].update(*map(all_above, above.get(class_iri, ())))
        return known[class_iri]

    # Most things have one class, and then share the set of its superclasses.
    classes: dict[str, set[str]] = {}
    rows = select(
        backend, f"SELECT ?thing ?class {{ {only} ?thing <{_TYPE}> ?class FILTER(isIRI(?thing)) }}"
    )
    for thing, class_iri in _texts(rows):
        found = all_above(class_iri)
        classes[thing] = found if thing not in classes else classes[thing] | found
    return classes


def _codes(backend: Backend, things: Container[str], only: str) -> Iterator[Coded]:
    """Codes, PMIDs and trial numbers, each with a thing."""
    rows = select(
        backend,
        f"SELECT ?code ?thing {{ {{ {only} ?thing <{_MATCH}> ?code }}"
        f" UNION {{ {only} ?code <{_MATCH}> ?thing }} }}",
    )
    for code, thing in _texts(rows):
        if thing in things:
            yield Coded(code, thing)
    # A vocabulary that a user brought is known by the prefix in the graph.
    rows = select(
        backend,
        f"SELECT (CONCAT(?prefix, ':', ?local) AS ?curie) ?thing {{ {only}"
        f" ?thing <{_MATCH}> ?code . ?code <{_SCHEME}>/<{_NOTATION}> ?prefix ;"
        f" <{_NOTATION}> ?local }}",
    )
    for curie, thing in _texts(rows):
        if thing in things:
            yield Coded(curie.lower(), thing)
    for iri, prefix in ((_PMID, "pubmed"), (_TRIAL, "clinicaltrials")):
        rows = select(backend, f"SELECT ?id ?thing {{ {only} ?thing <{iri}> ?id }}")
        for number, thing in _texts(rows):
            yield Coded(PREFIXES[prefix] + number, thing)
    yield from _products(backend, things, only)


def _products(backend: Backend, things: Container[str], only: str) -> Iterator[Coded]:
    """Codes of products on the market: narrower than the drug, and the drug is what they name.

    What else is narrower than a thing is another thing.
    """
    from regimenkg.terms.vocabularies import vocabularies

    for vocabulary in vocabularies().values():
        if vocabulary.structure != "ndc":
            continue
        namespace = PREFIXES[vocabulary.prefix]
        its = f"FILTER(STRSTARTS(STR(?code), '{namespace}'))"
        rows = select(
            backend,
            f"SELECT ?code ?thing ?label {{ {only} ?row <{_SOURCE}> ?thing ; <{_TARGET}> ?code ;"
            f" <{_PROPERTY}> <{_NARROWER}> ; <{_NAME}> ?label {its} }} ORDER BY DESC(?label)",
        )
        labels = {(code, thing): label for code, thing, label in _texts(rows)}
        rows = select(backend, f"SELECT ?code ?thing {{ {only} ?thing <{_NARROWER}> ?code {its} }}")
        for code, thing in _texts(rows):
            if thing in things:
                curie = f"{vocabulary.prefix}:{code.removeprefix(namespace)}"
                label = labels.get((code, thing))
                yield Coded(code, thing, f"its product{f' {label}' if label else ''}, {curie}")


def _bases(backend: Backend, only: str) -> dict[str, tuple[str, str]]:
    bases: dict[str, tuple[str, str]] = {}
    for iri, words in _BASES.items():
        rows = select(
            backend,
            f"SELECT ?thing (COALESCE(?label, STR(?base)) AS ?name) {{ {only} ?thing <{iri}> ?base"
            f" OPTIONAL {{ ?base <{_LABEL}> ?label }} }} ORDER BY DESC(STR(?name))",
        )
        bases |= {thing: (words, name) for thing, name in _texts(rows)}
    return bases


def _texts(rows: Iterable[Row]) -> Iterator[tuple[str, ...]]:
    """The values of the rows that lack none."""
    for row in rows:
        texts = tuple(term.value for term in row if isinstance(term, Term))
        if len(texts) == len(row):
            yield texts
