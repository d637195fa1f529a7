"""Writes made-up things as triples, each value with the place of a document where it "was read"."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import cache
from random import Random
from typing import TypeVar

from pyoxigraph import Literal, NamedNode, Triple

from regimenkg.terms.namespaces import PREFIXES, RKD, expand
from regimenkg.terms.provenance import Place, TextPosition, annotation

Value = NamedNode | Literal | Decimal | bool | int | str
Choice = TypeVar("Choice")

_SYLLABLES = ("ba", "cor", "din", "el", "fos", "gra", "lin", "mab", "nib", "ol", "pra", "ti", "zu")
_XSD = PREFIXES["xsd"]
_NEW_PLACE = 0.52  # places to readings: 539 to 1,034 in the curated graph


@cache
def name(curie: str) -> NamedNode:
    """The IRI of a CURIE such as ``rk:drug``."""
    iri = expand(curie)
    if iri is None:
        raise ValueError(f"{curie} has no known prefix")
    return NamedNode(iri)


def typed(text: str, datatype: str) -> Literal:
    """A literal of a datatype of XML Schema, such as ``dayTimeDuration``."""
    return Literal(text, datatype=NamedNode(_XSD + datatype))


def english(text: str) -> Literal:
    """A text in English."""
    return Literal(text, language="en")


def term(value: Value) -> NamedNode | Literal:
    """A value as it stands in the graph: a text that is a CURIE of ours is the thing it names."""
    if isinstance(value, NamedNode | Literal):
        return value
    if isinstance(value, Decimal):
        return typed(f"{value:f}", "decimal")
    if isinstance(value, str) and value.startswith("rk:"):
        return name(value)
    return Literal(value)


class Scribe:
    """Collects the triples of some things; `take` hands them over, so that few are held at once.

    ``document`` is what values are read from; `open_document` changes it.
    """

    def __init__(self, random: Random) -> None:
        self.random = random
        self._triples: list[Triple] = []
        self._numbers: dict[str, int] = {}
        self._place: Place | None = None
        self._offset = 0
        self.document = NamedNode(RKD + "source/made-up")

    def take(self) -> list[Triple]:
        """The triples since the last call."""
        taken, self._triples = self._triples, []
        return taken

    def thing(self, kind: str, class_: str, label: str | None = None) -> NamedNode:
        """A new thing, such as the 7th drug: ``rkd:drug/made-up-7``, with its label."""
        number = self._numbers[kind] = self._numbers.get(kind, 0) + 1
        node = NamedNode(f"{RKD}{kind}/made-up-{number}")
        self.say(node, "rdf:type", name(class_))
        if label is not None:
            self.say(node, "skos:prefLabel", english(label))
        return node

    def named(self, kind: str, class_: str, words: int = 1) -> NamedNode:
        """A new thing with a label, made of syllables and its number, which no other has."""
        number = self._numbers.get(kind, 0) + 1
        return self.thing(kind, class_, f"{self.words(words)} {kind.replace('-', ' ')} {number}")

    def say(self, node: NamedNode, property_: str, *values: Value) -> None:
        """State values without a place: what is the project's own, such as a label."""
        predicate = name(property_)
        self._triples += [Triple(node, predicate, term(value)) for value in values]

    def read(
        self, node: NamedNode, property_: str, *values: Value, printed: str | None = None
    ) -> NamedNode:
        """State values and where they were read; returns the reading. ``printed``: as reported."""
        self.say(node, property_, *values)
        place = self._next_place()
        number = self._numbers["evidence"] = self._numbers.get("evidence", 0) + 1
        triples = annotation(
            node,
            place,
            f"made-up-{number}",
            predicate=name(property_),
            values=map(term, values),
            as_reported=printed,
        )
        first = next(triples)
        self._triples += (first, *triples)
        reading = first.object
        assert isinstance(reading, NamedNode)
        return reading

    def open_document(self, *subjects: NamedNode) -> None:
        """Begin to read another document, which is about these things."""
        self.close_document()
        self.document = node = self.named("source", "rk:SourceDocument", 3)
        random = self.random
        self._place, self._offset = None, 0
        self.say(node, "rk:sha256", f"{random.getrandbits(256):064x}")
        self.read(node, "dcterms:title", self.words(8))
        for subject in subjects:
            self.read(node, "dcterms:subject", subject)
        day = f"20{random.randint(10, 25)}-{random.randint(1, 12):02}-{random.randint(1, 28):02}"
        self.read(
            node, "dcterms:modified" if self.chance(0.5) else "dcterms:created", typed(day, "date")
        )

    def close_document(self) -> None:
        """Say how long the document is, now that all is read that is in it."""
        if self._offset:
            self.say(self.document, "rk:characterCount", self._offset + self.random.randint(0, 999))

    def _next_place(self) -> Place:
        if self._place is None or self.chance(_NEW_PLACE):
            start = self._offset + self.random.randint(0, 40)
            end = start + self.random.randint(3, 60)
            self._offset = end
            slug = self.document.value.rpartition("/")[2]
            self._place = Place(self.document, f"{slug}.{start}-{end}", TextPosition(start, end))
            self._triples += self._place.triples()
        return self._place

    # Chance

    def chance(self, share: float) -> bool:
        """True in that share of cases."""
        return self.random.random() < share

    def rare(self, what: str, share: float) -> bool:
        """True the first time for this, then in that share of cases: no graph is without it."""
        first = what not in self._numbers
        self._numbers.setdefault(what, 0)
        return self.chance(share) or first

    def rare_one(self, share: float, *values: str) -> str | None:
        """One of the values in that share of cases, else None: no graph is without any of them."""
        for value in values:
            if self.rare(value, share / len(values)):
                return value
        return None

    def skewed(self, median: float, spread: float, most: int, least: int = 0) -> int:
        """A count of which half is above the median and few are far above (log-normal)."""
        drawn = int(self.random.lognormvariate(0.0, spread) * median + 0.5)
        return max(least, min(most, drawn))

    def common(self, things: Sequence[Choice]) -> Choice:
        """One of some things, of which the first are drawn often: the n-th as 1 to n (Zipf)."""
        # The inverse of ln(1 + x) over ln(1 + n), which is 1/n to within a few percent.
        place = int((len(things) + 1) ** self.random.random()) - 1
        return things[min(place, len(things) - 1)]

    def several(self, things: Sequence[Choice], count: int) -> list[Choice]:
        """Different things, each drawn as by `common`; fewer where there are not so many."""
        found: dict[Choice, None] = {}
        for _ in range(4 * count):
            if len(found) == min(count, len(things)):
                break
            found[self.common(things)] = None
        return list(found)

    def one(self, *values: Choice) -> Choice:
        """One of some values, each as likely."""
        return self.random.choice(values)

    def words(self, count: int) -> str:
        """Words that mean nothing."""
        syllables = self.random.choices(_SYLLABLES, k=3 * count)
        return " ".join("".join(syllables[i : i + 3]) for i in range(0, 3 * count, 3))
