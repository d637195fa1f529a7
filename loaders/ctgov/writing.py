"""Terms and triples of one record: subject by subject, with the place in the record of each."""

from __future__ import annotations

from functools import cache, lru_cache

from pyoxigraph import Literal, NamedNode, Triple

from regimenkg.loaders.ctgov.names import folded, slug_of
from regimenkg.loaders.shared.base import Resolver
from regimenkg.terms.namespaces import PREFIXES, RK, RKD

__all__ = ["TYPE", "Writer", "boolean", "dated", "decimal", "english", "rk"]

TYPE = NamedNode(PREFIXES["rdf"] + "type")
PREF = NamedNode(PREFIXES["skos"] + "prefLabel")
ALT = NamedNode(PREFIXES["skos"] + "altLabel")
FROM = NamedNode(PREFIXES["prov"] + "wasDerivedFrom")
TITLE = NamedNode(PREFIXES["dcterms"] + "title")

_OA, _XSD = PREFIXES["oa"], PREFIXES["xsd"]
_ANNOTATION = NamedNode(_OA + "Annotation")
_SPECIFIC = NamedNode(_OA + "SpecificResource")
_FRAGMENT = NamedNode(_OA + "FragmentSelector")
_TARGET = NamedNode(_OA + "hasTarget")
_SOURCE = NamedNode(_OA + "hasSource")
_SELECTOR = NamedNode(_OA + "hasSelector")
_VALUE = NamedNode(PREFIXES["rdf"] + "value")
_CONFORMS = NamedNode(PREFIXES["dcterms"] + "conformsTo")
_POINTER = NamedNode("http://tools.ietf.org/rfc/rfc6901")
_DECIMAL = NamedNode(_XSD + "decimal")
_BOOLEAN = NamedNode(_XSD + "boolean")
_DATES = {
    4: NamedNode(_XSD + "gYear"),
    7: NamedNode(_XSD + "gYearMonth"),
    10: NamedNode(_XSD + "date"),
}

Term = NamedNode | Literal


@cache
def rk(name: str) -> NamedNode:
    """A term of the vocabulary."""
    return NamedNode(RK + name)


_PROPERTY, _SUPPORTED = rk("supportsProperty"), rk("supportsValue")
_AS_REPORTED = rk("asReported")


@lru_cache(maxsize=4096)
def whole(number: int) -> Literal:
    """An xsd:integer."""
    return Literal(number)


@lru_cache(maxsize=4096)
def decimal(number: str) -> Literal:
    """An xsd:decimal, of a number that is written as such."""
    return Literal(number, datatype=_DECIMAL)


@lru_cache(maxsize=4096)
def string(text: str) -> Literal:
    """A text such as recurs: a unit, an organ system, a vocabulary's name."""
    return Literal(text)


def english(text: str) -> Literal:
    """A name in English."""
    return Literal(text, language="en")


def boolean(value: bool) -> Literal:
    """An xsd:boolean."""
    return Literal("true" if value else "false", datatype=_BOOLEAN)


def dated(printed: str) -> Literal | None:
    """A date as exact as it is printed: a year, a month or a day; None for anything else.

    >>> str(dated("2014-08")), dated("August 2014") is None, dated("2014-13") is None
    ('"2014-08"^^<http://www.w3.org/2001/XMLSchema#gYearMonth>', True, True)
    """
    from datetime import date

    datatype = _DATES.get(len(printed))
    try:
        date.fromisoformat(printed + "-01-01"[: 10 - len(printed)] if datatype else "")
    except ValueError:
        return None
    return Literal(printed, datatype=datatype)


class Writer:
    """Collects the triples of one record.

    Args:
        nct: the record's NCT number.
        resolve: asks what the graph knows.
    """

    def __init__(self, nct: str, resolve: Resolver) -> None:
        self.nct = nct
        self.resolve = resolve
        self.triples: list[Triple] = []
        self.trial = NamedNode(f"{RKD}trial/{nct}")
        self.source = NamedNode(f"{RKD}source/ctgov-{nct}")
        self._known: dict[tuple[str, str], NamedNode] = {}

    def add(self, subject: NamedNode, predicate: NamedNode, value: Term) -> None:
        """Add a triple."""
        self.triples.append(Triple(subject, predicate, value))

    def evidence(
        self,
        subject: NamedNode,
        pointer: str,
        *stated: tuple[NamedNode, Term],
        printed: str | None = None,
        mark: str = "",
    ) -> None:
        """Say where in the record a subject's values stand.

        Args:
            subject: the thing or statement.
            pointer: the place, as a JSON pointer (RFC 6901) into the record.
            stated: a property and its value, or several values of one property.
            printed: the value as printed, where that differs.
            mark: keeps apart annotations of one place.
        """
        place = f"ctgov-{self.nct}{pointer.replace('/', '.')}"
        note = NamedNode(f"{RKD}evidence/{place}{mark}")
        span = NamedNode(f"{RKD}span/{place}")
        selector = NamedNode(f"{RKD}position/{place}")
        self.triples += (
            Triple(subject, FROM, note),
            Triple(note, TYPE, _ANNOTATION),
            Triple(note, _TARGET, span),
            Triple(span, TYPE, _SPECIFIC),
            Triple(span, _SOURCE, self.source),
            Triple(span, _SELECTOR, selector),
            Triple(selector, TYPE, _FRAGMENT),
            Triple(selector, _CONFORMS, _POINTER),
            Triple(selector, _VALUE, Literal(pointer)),
        )
        if stated:
            self.add(note, _PROPERTY, stated[0][0])
        for _, value in stated:
            self.add(note, _SUPPORTED, value)
        if printed is not None:
            self.add(note, _AS_REPORTED, Literal(printed))

    def fact(
        self,
        subject: NamedNode,
        predicate: NamedNode,
        value: Term,
        pointer: str,
        printed: str | None = None,
    ) -> None:
        """A value that is read at one place: the triple, and where it was read."""
        self.add(subject, predicate, value)
        mark = "." + predicate.value.rpartition("#")[2].rpartition("/")[2]
        self.evidence(subject, pointer, (predicate, value), printed=printed, mark=mark)

    def named(
        self,
        class_name: str,
        kind: str,
        printed: str,
        prefix: str = "ctgov",
        *,
        exact: bool = False,
    ) -> NamedNode:
        """The thing that a printed name stands for: the graph's, or one of its own.

        One of its own is described each time, since the graph that describes it may be the one
        that is being replaced. Names that differ in case only are one thing, unless ``exact``.
        """
        label = " ".join(printed.split()) if exact else folded(printed)
        key = class_name, label
        node = self._known.get(key)
        if node is not None:
            return node
        own = f"{RKD}{kind}/{prefix}-{slug_of(printed, exact=exact)}"
        iri = self.resolve.named(class_name, printed) or own
        node = self._known[key] = NamedNode(iri)
        if iri == own:
            self.add(node, TYPE, rk(class_name))
            self.add(node, PREF, english(label))
            self.add(node, rk("termOrigin"), self.source)
            if printed != label:
                self.add(node, ALT, english(" ".join(printed.split())))
        return node
