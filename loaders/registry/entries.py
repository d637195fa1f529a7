"""Entries of a registry as triples: the regimen, its names and code, its drugs, its uses."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import blake2b

from pyoxigraph import Literal, NamedNode, Triple

from regimenkg.errors import LoaderError
from regimenkg.loaders.registry.composition import Composition, Verdict, shortened
from regimenkg.loaders.shared.base import EMPTY, OnError, Resolve, Watch
from regimenkg.loaders.shared.bounded import LIMITS, Limits
from regimenkg.loaders.shared.codes import code_triples
from regimenkg.loaders.shared.errors import FieldError, check_text
from regimenkg.terms.namespaces import PREFIXES, RK, RKD, mint, slugify
from regimenkg.terms.provenance import Place, Selector, annotation
from regimenkg.terms.vocabularies import Code, vocabularies

__all__ = [
    *("Document", "Load", "Record"),
    *("checked", "condition", "named_condition", "ncit", "regimen_iri", "unfit"),
]

_TYPE = NamedNode(PREFIXES["rdf"] + "type")
_PREF, _ALT, _EXACT = (
    NamedNode(PREFIXES["skos"] + name) for name in ("prefLabel", "altLabel", "exactMatch")
)
_VERSION = NamedNode(PREFIXES["owl"] + "versionInfo")
_NAME, _SHA256, _KIND, _ENTRY_FOR, _LISTS, _TREATS = (
    NamedNode(RK + name)
    for name in ("name", "sha256", "documentKind", "entryFor", "listsDrug", "treats")
)
_REGIMEN, _ENTRY, _CONDITION, _DOCUMENT = (
    NamedNode(RK + name) for name in ("Regimen", "RegistryEntry", "Condition", "SourceDocument")
)
_REGIMENS = f"{RKD}regimen/"
_MAX_REPORTED = 80  # characters of a value as reported; a longer one is at its place alone


@dataclass
class Load:
    """What is asked and told while files are read.

    ``compositions`` are those of the entries so far, each with the row that gave it.
    """

    resolve: Resolve
    on_error: OnError | None
    watch: Watch | None
    limits: Limits
    compositions: dict[str, tuple[frozenset[str], int]] = field(default_factory=dict)
    _names: dict[str, dict[str, str]] = field(default_factory=dict)

    @classmethod
    def for_looking(cls) -> Load:
        """One that knows nothing and tells nobody."""
        return cls(EMPTY, lambda _: None, None, LIMITS)

    def names_of(self, regimen: str) -> dict[str, str]:
        """The names that a regimen has so far, by their keys, the label first."""
        if regimen not in self._names:
            label = self.resolve.label(regimen)
            names = {" ".join(label.text.casefold().split()): label.text} if label else {}
            self._names[regimen] = names
        return self._names[regimen]

    def wrong(self, error: LoaderError) -> None:
        """Tell of a row that is wrong; raises the error where nobody is there to be told."""
        if self.on_error is None:
            raise error
        self.on_error(error)

    def tally(self, verdict: Verdict) -> None:
        """Count a record for the report of the load."""
        if self.watch is not None:
            self.watch.tally(verdict.value)

    def left_out(self, found: Composition, error: LoaderError) -> None:
        """Tell of a record that is right and not taken over, and which parts are no drug.

        It is wrong where there is no ``watch``: nothing is left out unseen.
        """
        if self.watch is None:
            self.wrong(error)
            return
        self.tally(found.verdict)
        if found.verdict is not Verdict.NO_DRUG:  # most of those are diseases, and too many to tell
            for part in found.unknown:
                self.watch.unmatch("Drug", part)
            self.watch.leave_out(error)


@dataclass(frozen=True, slots=True)
class Document:
    """A file as a document of the graph.

    Args:
        slug: what its IRI ends in; no other file has it.
        name: what it is called.
        digest: SHA-256 of its bytes.
        kind: one of the vocabulary's kinds of document.
        version: the release, as the file itself states it.
    """

    slug: str
    name: str
    digest: str
    kind: str
    version: str | None = None

    @property
    def node(self) -> NamedNode:
        """The document as a thing."""
        return NamedNode(mint("source", self.slug))

    def triples(self) -> Iterator[Triple]:
        """What is known of the file itself."""
        yield Triple(self.node, _TYPE, _DOCUMENT)
        yield Triple(self.node, _NAME, Literal(self.name))
        yield Triple(self.node, _KIND, NamedNode(RK + self.kind))
        yield Triple(self.node, _SHA256, Literal(self.digest))
        if self.version:
            yield Triple(self.node, _VERSION, Literal(self.version))

    def place(self, key: str, selector: Selector) -> Place:
        """A place in the document; ``key`` tells it from the others."""
        return Place(self.node, f"{self.slug}.{_slug(key)}", selector)


def ncit(code: str) -> Code:
    """The code of the NCI Thesaurus that a cell holds; raises ValueError for what is none.

    >>> ncit("C9509").iri
    'http://purl.obolibrary.org/obo/NCIT_C9509'
    """
    vocabulary = vocabularies()["ncit"]
    local = vocabulary.normal(code)
    if local is None:
        raise ValueError(f"{code!r} is no code of the NCI Thesaurus")
    return Code(vocabulary, local)


def regimen_iri(code: Code, resolve: Resolve) -> str | None:
    """The regimen that has a code: the graph's, or one of its own; None where it is no regimen's.

    >>> from regimenkg.loaders.shared.base import EMPTY
    >>> regimen_iri(ncit("C9509"), EMPTY)
    'https://w3id.org/regimenkg/regimen/ncit-C9509'
    """
    known = resolve(code.iri)
    if known is None or known == code.iri:
        return mint("regimen", f"ncit-{code.local}")
    return known if known.startswith(_REGIMENS) else None


def condition(code: Code, label: str, resolve: Resolve) -> tuple[NamedNode, list[Triple]]:
    """The condition that a code or else its label means, and what is said of one of its own."""
    known = resolve(code.iri)
    if known is None or known == code.iri:
        known = resolve.named("Condition", label)
    own = mint("condition", f"ncit-{code.local}")
    if known not in (None, own):
        return NamedNode(known), []
    node = NamedNode(own)
    exact = Triple(node, _EXACT, NamedNode(code.iri))
    return node, [*_described(node, label), exact, *code_triples(code)]


def named_condition(label: str, resolve: Resolve) -> tuple[NamedNode, list[Triple]]:
    """The condition that a name means, and what is said of one of its own.

    One of its own is described each time, since the graph that describes it may be the one that is
    being replaced.
    """
    try:
        own = mint("condition", slugify(label))
    except ValueError:  # a name in another script
        own = mint("condition", _slug(label))
    known = resolve.named("Condition", label)
    if known not in (None, own):
        return NamedNode(known), []
    return NamedNode(own), _described(NamedNode(own), label)


def _described(node: NamedNode, label: str) -> list[Triple]:
    return [Triple(node, _TYPE, _CONDITION), Triple(node, _NAME, Literal(label))]


class Record:
    """Collects the triples of one entry of a registry.

    Args:
        load: what is asked and told; it knows the names that earlier records gave to the regimen.
        entry: what the entry's IRI ends in.
        regimen: the regimen that it is for.
    """

    def __init__(self, load: Load, entry: str, regimen: str) -> None:
        self.triples: list[Triple] = []
        self._entry = NamedNode(mint("registry-entry", entry))
        self._regimen = NamedNode(regimen)
        self._names = load.names_of(regimen)
        self.triples += (
            Triple(self._regimen, _TYPE, _REGIMEN),
            Triple(self._entry, _TYPE, _ENTRY),
            Triple(self._entry, _ENTRY_FOR, self._regimen),
        )

    def names(self, texts: Iterable[str], place: Place) -> None:
        """Names as printed at a place, and each without the word "regimen" at its end.

        The first name of a regimen that has no label is its label. Names that differ in case only
        are one.
        """
        plain: dict[NamedNode, list[NamedNode | Literal]] = {_PREF: [], _ALT: []}
        for text in texts:
            if predicate := self._new_name(text):
                plain[predicate].append(Literal(text, language="en"))
            short = shortened(text)
            if short != text and (predicate := self._new_name(short)):
                value = Literal(short, language="en")
                printed = text if len(text) <= _MAX_REPORTED else None
                self._said(self._regimen, predicate, [value], place, printed, f".{_slug(short)}")
        for predicate, values in plain.items():
            if values:
                self._said(self._regimen, predicate, values, place)

    def _new_name(self, name: str) -> NamedNode | None:
        """The property that a name is a value of; None for one that the regimen has already."""
        key = " ".join(name.casefold().split())
        label = next(iter(self._names.values()), name)
        if self._names.setdefault(key, name) != name:
            return None
        return _PREF if name == label else _ALT

    def code(self, code: Code, place: Place, printed: str | None = None) -> None:
        """The code of the regimen; ``printed`` is what leads to it, if it is not there."""
        self._said(self._regimen, _EXACT, [NamedNode(code.iri)], place, printed)
        self.triples += code_triples(code)

    def drugs(self, drugs: Iterable[str], place: Place, printed: str | None = None) -> None:
        """Drugs that the entry lists at a place; where it lists none, that it is there."""
        self._said(self._entry, _LISTS, [NamedNode(drug) for drug in drugs], place, printed)

    def treats(
        self, condition: NamedNode, place: Place, printed: str | None = None, mark: str = ""
    ) -> None:
        """A condition that the regimen is used for; ``mark`` tells apart several of one place."""
        self._said(self._regimen, _TREATS, [condition], place, printed, mark)

    def _said(
        self,
        subject: NamedNode,
        predicate: NamedNode,
        values: list[NamedNode | Literal],
        place: Place,
        printed: str | None = None,
        mark: str = "",
    ) -> None:
        local = re.split("[#/]", predicate.value)[-1]
        self.triples += (Triple(subject, predicate, value) for value in values)
        self.triples += annotation(
            subject,
            place,
            f"{place.name}.{local}{mark}",
            predicate=predicate if values else None,
            values=values,
            as_reported=printed,
        )
        self.triples += place.triples()


def unfit(found: Composition, column: str, code: str, *names: str) -> FieldError:
    """What to say of a record that is right and not taken over."""
    why = found.verdict.value.removeprefix("left out: ")
    what = f"{code} {' = '.join(map(repr, names))}: {why}"
    if found.unknown:
        what = f"{what}: {', '.join(found.unknown)}"
    return FieldError(found.name.column if found.name else column, what)


def checked(column: str, text: str) -> str:
    """A cell's text without blanks at its ends; raises FieldError for an empty one."""
    text = check_text(column, text).strip()
    if not text:
        raise FieldError(column, "this cell is empty", expected=f"a value for {column}")
    return text


def _slug(key: str) -> str:
    """A part of an IRI that no other key has."""
    if re.fullmatch(r"[A-Za-z0-9]+(?:[-.][A-Za-z0-9]+)*", key):
        return key
    mark = blake2b(key.encode(), digest_size=4).hexdigest()
    try:
        return f"{slugify(key)[:40].rstrip('-')}-{mark}"
    except ValueError:  # no letter or digit of ASCII
        return mark
