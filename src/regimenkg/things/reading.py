"""What an index of names is made of, read from a graph; and the index that belongs to a backend."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from regimenkg.sparql.answers import Row
from regimenkg.sparql.backend import Backend, select
from regimenkg.sparql.emptiness import explain_nothing
from regimenkg.sparql.terms import Term
from regimenkg.store.embedded import EmbeddedStore
from regimenkg.terms.namespaces import PREFIXES, RK
from regimenkg.things import INDEX_FILE
from regimenkg.things.index import Coded, Content, NameIndex
from regimenkg.things.patterns import Name, is_one, name_patterns

if TYPE_CHECKING:
    from pyoxigraph import Store

__all__ = ["names_of", "read_content", "read_names", "write_index"]

_SKOS = PREFIXES["skos"]
_SUBCLASS = f"<{PREFIXES['rdfs']}subClassOf>"
_BASES = {RK + "saltOf": "a salt of", RK + "productOf": "a product of"}


def read_names(backend: Backend, class_iri: str = "", *, own: bool = False) -> Iterator[Name]:
    """Yield the names of the things of a class, or of all things.

    Args:
        backend: where the things are.
        class_iri: the class; subclasses count.
        own: leave out things that are only a loaded source's own terms (``rk:termOrigin``), which
            may go when that source is loaded again.
    """
    lent = f"FILTER NOT EXISTS {{ ?thing <{RK}termOrigin> ?source }}" if own else ""
    seen: set[tuple[str, str]] = set()
    for kind, pattern in enumerate(name_patterns("?name")):
        rows = select(
            backend,
            f"SELECT DISTINCT ?thing ?name WHERE {{ {pattern} {is_one(class_iri)} {lent}"
            " FILTER(isIRI(?thing) && isLiteral(?name)) }",
        )
        for thing, text in _pairs(rows):
            if (thing, text) not in seen:
                seen.add((thing, text))
                yield Name(thing, kind, text)


def read_content(backend: Backend) -> Content:
    """Read all that an index of a graph's names is made of."""
    classes = _classes(backend)
    return Content(
        names=read_names(backend),
        classes=classes,
        codes=_codes(backend, classes),
        bases=_bases(backend),
        drug=RK + "Drug",
        regimen=RK + "Regimen",
    )


def write_index(store: Store, path: Path) -> None:
    """Write the index of the names in an engine's store into a file that is not there yet."""
    NameIndex.write(path, read_content(EmbeddedStore(store)))


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


def _classes(backend: Backend) -> dict[str, set[str]]:
    """The classes of all things, superclasses too."""
    above: dict[str, set[str]] = {}
    for class_iri, broader in _pairs(
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
    rows = select(backend, "SELECT ?thing ?class { ?thing a ?class FILTER(isIRI(?thing)) }")
    for thing, class_iri in _pairs(rows):
        found = all_above(class_iri)
        classes[thing] = found if thing not in classes else classes[thing] | found
    return classes


def _codes(backend: Backend, things: Container[str]) -> Iterator[Coded]:
    """Codes, PMIDs and trial numbers, each with a thing."""
    match = f"<{_SKOS}exactMatch>"
    for one, other in _pairs(select(backend, f"SELECT ?a ?b {{ ?a {match} ?b }}")):
        if one in things:
            yield Coded(other, one)
        if other in things:
            yield Coded(one, other)
    # A vocabulary that a user brought is known by the prefix in the graph.
    notation, scheme = f"<{_SKOS}notation>", f"<{_SKOS}inScheme>"
    for curie, thing in _pairs(
        select(
            backend,
            f"SELECT (CONCAT(?prefix, ':', ?local) AS ?curie) ?thing {{ ?code {scheme}/{notation}"
            f" ?prefix ; {notation} ?local . ?thing {match} ?code }}",
        )
    ):
        if thing in things:
            yield Coded(curie.lower(), thing)
    own = ((PREFIXES["bibo"] + "pmid", "pubmed"), (RK + "registryId", "clinicaltrials"))
    for iri, prefix in own:
        for number, thing in _pairs(select(backend, f"SELECT ?id ?thing {{ ?thing <{iri}> ?id }}")):
            yield Coded(PREFIXES[prefix] + number, thing)
    yield from _products(backend, things)


def _products(backend: Backend, things: Container[str]) -> Iterator[Coded]:
    """Codes of products on the market: narrower than the drug, and the drug is what they name.

    What else is narrower than a thing is another thing.
    """
    from regimenkg.terms.vocabularies import vocabularies

    narrower = f"<{_SKOS}narrowMatch>"
    for vocabulary in vocabularies().values():
        if vocabulary.structure != "ndc":
            continue
        namespace = PREFIXES[vocabulary.prefix]
        its = f"FILTER(STRSTARTS(STR(?code), '{namespace}'))"
        labelled = (
            f"SELECT ?code ?label {{ ?row <{PREFIXES['owl']}annotatedProperty> {narrower} ;"
            f" <{PREFIXES['owl']}annotatedTarget> ?code ;"
            f" <{PREFIXES['sssom']}object_label> ?label {its} }}"
        )
        labels = dict(_pairs(select(backend, labelled)))
        rows = select(backend, f"SELECT ?code ?thing {{ ?thing {narrower} ?code {its} }}")
        for code, thing in _pairs(rows):
            if thing in things:
                curie = f"{vocabulary.prefix}:{code.removeprefix(namespace)}"
                name = f" {labels[code]}" if code in labels else ""
                yield Coded(code, thing, f"its product{name}, {curie}")


def _bases(backend: Backend) -> dict[str, tuple[str, str]]:
    return {
        thing: (words, base)
        for iri, words in _BASES.items()
        for thing, base in _pairs(select(backend, f"SELECT ?a ?b {{ ?a <{iri}> ?b }}"))
    }


def _pairs(rows: Iterable[Row]) -> Iterator[tuple[str, str]]:
    for one, other in rows:
        if isinstance(one, Term) and isinstance(other, Term):
            yield one.value, other.value
