"""Systematic damage to data in the terms of the vocabulary, for judging what finds it.

A corruption takes one statement of the data and does one thing to it: removes it, gives it another
value, doubles it … Every property is damaged in every way that fits its values, at the first place
in order where it stands, so that the list is the same from run to run.

``python tests/corruptions.py`` (``make prove-shapes``) does all of it to the curated data, and
prints what the shapes find.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

import pyoxigraph as ox

from regimenkg.checks.data import Data, View
from regimenkg.checks.reason import ontology_triples
from regimenkg.checks.shapes import Report, check
from regimenkg.loaders import curated
from regimenkg.packaged import curated_files
from regimenkg.terms.namespaces import PREFIXES, RK, RKD, compact

XSD, OA, PROV, QUDT, SKOS, RDF = (PREFIXES[p] for p in ("xsd", "oa", "prov", "qudt", "skos", "rdf"))
TYPE = ox.NamedNode(RDF + "type")
READ = ox.NamedNode(RK + "supportsValue")
READ_FOR = ox.NamedNode(RK + "supportsProperty")
FROM = ox.NamedNode(PROV + "wasDerivedFrom")


class Index:
    """Triples by subject and by object, in order, so that damage finds its place quickly."""

    def __init__(self, triples: Iterable[ox.Triple]) -> None:
        self.all = sorted(triples, key=str)
        self.set = frozenset(self.all)
        self.of: dict[object, list[ox.Triple]] = defaultdict(list)
        self.to: dict[object, list[ox.Triple]] = defaultdict(list)
        self.members: dict[object, list[str]] = defaultdict(list)
        for triple in self.all:
            self.of[triple.subject].append(triple)
            if isinstance(triple.object, ox.NamedNode):
                self.to[triple.object].append(triple)
            if triple.predicate == TYPE and isinstance(triple.subject, ox.NamedNode):
                self.members[triple.object].append(triple.subject.value)


@dataclass(frozen=True)
class Corruption:
    """One thing done to one triple: what it is called, and the triples that go and come."""

    kind: str
    where: str
    gone: frozenset[ox.Triple]
    come: frozenset[ox.Triple]

    @property
    def name(self) -> str:
        return f"{self.kind}: {self.where}"


def corruptions(
    data: Iterable[ox.Triple], vocabulary: Iterable[ox.Triple], *, in_file: bool
) -> Iterator[Corruption]:
    """Yield damaged versions of the data, property by property.

    With ``in_file`` the readings follow the value, as they do where the file itself is wrong: what
    they say was read is the wrong value. Else only the triple changes, as in a damaged store.
    """
    first: dict[str, ox.Triple] = {}
    index = Index(data)
    known = Index([*index.all, *vocabulary])
    for triple in index.all:
        if isinstance(triple.subject, ox.NamedNode) and triple.predicate != TYPE:
            first.setdefault(triple.predicate.value, triple)
    for triple in first.values():
        for kind, come in _damage(triple, known):
            gone = {triple} if kind != "a second value" else set()
            new = set(come)
            if in_file:
                _readings_follow(triple, new, index, gone)
            yield Corruption(kind, compact(triple.predicate.value), frozenset(gone), frozenset(new))
    yield from _rules(index)


def _damage(triple: ox.Triple, data: Index) -> Iterator[tuple[str, set[ox.Triple]]]:
    s, p, o = triple.subject, triple.predicate, triple.object

    def to(value: ox.NamedNode | ox.Literal | ox.BlankNode) -> set[ox.Triple]:
        return {ox.Triple(s, p, value)}

    yield "removed", set()
    if isinstance(o, ox.NamedNode):
        yield "a thing that is not there", to(ox.NamedNode(o.value + "-nowhere"))
        yield "a thing of another class", to(ox.NamedNode(_other_class(o)))
        yield "a text for a thing", to(ox.Literal("something"))
        yield "a second value", to(ox.NamedNode(_same_class(o, data)))
        yield "another thing of its class", to(ox.NamedNode(_same_class(o, data)))
        return
    assert isinstance(o, ox.Literal)
    kind = o.datatype.value.removeprefix(XSD)
    yield "a thing for a value", to(ox.NamedNode(RKD + "drug/cytarabine"))
    if o.language:
        yield "without its language", to(ox.Literal(o.value))
        yield "a second value", to(ox.Literal(o.value + " two", language="en"))
        yield "empty", to(ox.Literal("", language="en"))
        yield "another text", to(ox.Literal(o.value + " or so", language="en"))
    elif kind in ("integer", "decimal"):
        number = Decimal(o.value)
        yield "a text for a number", to(ox.Literal(o.value))
        other = "decimal" if kind == "integer" else "integer"
        yield (
            "another datatype",
            to(_typed(str(number) + (".5" if kind == "integer" else ""), other))
            if (kind == "integer" or number == int(number))
            else to(_typed(str(number), "double")),
        )
        yield "negative", to(_typed(str(-abs(number) - 1), kind))
        yield "a thousand times as much", to(_typed(str(number * 1000), kind))
        yield "one more", to(_typed(str(number + 1), kind))
        yield "a second value", to(_typed(str(number + 2), kind))
    elif kind == "boolean":
        yield "a text for a truth value", to(ox.Literal("yes"))
        yield "the opposite", to(_typed("false" if o.value == "true" else "true", kind))
    elif kind.endswith("Duration"):
        yield "a text for a duration", to(ox.Literal(o.value))
        yield "negative", to(_typed("-" + o.value, kind))
        yield "a second value", to(_typed("P99D" if kind.startswith("day") else "P99Y", kind))
        yield "another duration", to(_typed("P3D" if kind.startswith("day") else "P3Y", kind))
    elif kind in ("gYear", "gYearMonth", "date"):
        yield "a text for a date", to(ox.Literal(o.value))
        yield "a slip in the year", to(_typed("0" + o.value[1:], kind))
        yield "a year later", to(_typed(str(int(o.value[:4]) + 1) + o.value[4:], kind))
    else:
        yield "with a language", to(ox.Literal(o.value, language="en"))
        yield "empty", to(ox.Literal(""))
        yield "a sentence", to(ox.Literal(o.value + " and so on" * 20))
        yield "another text", to(ox.Literal(o.value + "x"))


def _readings_follow(
    triple: ox.Triple, come: set[ox.Triple], data: Index, gone: set[ox.Triple]
) -> None:
    """Let the readings of a changed value say the new one, and go with one that is removed."""
    if triple.predicate in (FROM, READ, READ_FOR):
        return
    notes = {t.object for t in data.of[triple.subject] if t.predicate == FROM}
    for note in notes:
        if ox.Triple(note, READ_FOR, triple.predicate) not in data.set:  # type: ignore[arg-type]
            continue
        read = ox.Triple(note, READ, triple.object)  # type: ignore[arg-type]
        if read not in data.set:
            continue
        values = [t.object for t in come if t.predicate == triple.predicate]
        if triple in gone:
            gone.add(read)
        come.update(ox.Triple(note, READ, value) for value in values)  # type: ignore[arg-type]
        left = [t for t in data.of[note] if t.predicate == READ and t not in gone]
        if not left and not values:
            gone.add(ox.Triple(triple.subject, FROM, note))
            gone.update(data.of[note])


def _rules(data: Index) -> Iterator[Corruption]:
    """Damage that no single property has: a node renamed, made blank or given another class."""
    by_class: dict[str, ox.NamedNode] = {}
    for triple in data.all:
        if triple.predicate == TYPE and isinstance(triple.subject, ox.NamedNode):
            assert isinstance(triple.object, ox.NamedNode)
            by_class.setdefault(triple.object.value, triple.subject)
    for class_, node in by_class.items():
        name = compact(class_)
        if class_.startswith((RK, OA, QUDT, PREFIXES["fabio"])):
            yield _renamed(
                "blank node", name, node, ox.NamedNode(RKD + ".well-known/genid/x-1"), data
            )
            elsewhere = ox.NamedNode(node.value.replace("/regimenkg/", "/regimenkg/other-", 1))
            yield _renamed("IRI of another kind", name, node, elsewhere, data)
            typed = ox.Triple(node, TYPE, ox.NamedNode(class_))
            yield Corruption("without a class", name, frozenset({typed}), frozenset())
            wrong = RK + ("Drug" if name != "rk:Drug" else "Toxicity")
            other = ox.Triple(node, TYPE, ox.NamedNode(wrong))
            yield Corruption("of a second class", name, frozenset(), frozenset({other}))
            yield Corruption("of another class", name, frozenset({typed}), frozenset({other}))
            sources = {t for t in data.of[node] if t.predicate == FROM}
            if sources:
                yield Corruption("without its readings", name, frozenset(sources), frozenset())
            slip = ox.Triple(node, ox.NamedNode(RK + "percnt"), _typed("5", "decimal"))
            yield Corruption("an unknown property", name, frozenset(), frozenset({slip}))
    yield from _swapped(data)


def _renamed(kind: str, name: str, old: ox.NamedNode, new: ox.NamedNode, data: Index) -> Corruption:
    gone = {*data.of[old], *data.to[old]}
    come = {
        ox.Triple(
            new if t.subject == old else t.subject,
            t.predicate,
            new if t.object == old else t.object,
        )
        for t in gone
    }
    return Corruption(kind, name, frozenset(gone), frozenset(come))


def _swapped(data: Index) -> Iterator[Corruption]:
    """Two bounds exchanged, and a unit that is another one."""
    low_high = (
        ("rk", "ciLower", "ciUpper"),
        ("rk", "minGrade", "maxGrade"),
        ("rk", "minDay", "maxDay"),
        ("rk", "minDuration", "maxDuration"),
        ("rk", "minOnset", "maxOnset"),
        ("rk", "startDate", "endDate"),
        ("rk", "count", "denominator"),
        ("oa", "start", "end"),
        ("dcterms", "created", "modified"),
    )
    pairs = [(PREFIXES[prefix] + a, PREFIXES[prefix] + b) for prefix, a, b in low_high]
    for low, high in pairs:
        for triple in data.all:
            if triple.predicate.value != low:
                continue
            others = [t for t in data.of[triple.subject] if t.predicate.value == high]
            if others:
                swapped = {
                    ox.Triple(triple.subject, triple.predicate, others[0].object),
                    ox.Triple(triple.subject, others[0].predicate, triple.object),
                }
                gone = frozenset({triple, others[0]})
                yield Corruption("bounds swapped", compact(low), gone, frozenset(swapped))
                break
    codes = {"mg": "mg/m2", "mg/m2": "mg", "ug": "mg", "g/dL": "mg"}
    units = {"mg": "MilliGM", "mg/m2": "MilliGM-PER-M2", "ug": "MicroGM", "g/dL": "GM-PER-DeciL"}
    code, unit = ox.NamedNode(RK + "ucumCode"), ox.NamedNode(QUDT + "hasUnit")
    done = set()
    for triple in data.all:
        if triple.predicate == code and triple.object.value not in done:  # type: ignore[union-attr]
            old = str(triple.object.value)  # type: ignore[union-attr]
            done.add(old)
            new = codes[old]
            one = ox.Triple(triple.subject, code, ox.Literal(new))
            yield Corruption(
                "unit code swapped", f"{old} to {new}", frozenset({triple}), frozenset({one})
            )
            was = ox.Triple(triple.subject, unit, ox.NamedNode(PREFIXES["unit"] + units[old]))
            now = ox.Triple(triple.subject, unit, ox.NamedNode(PREFIXES["unit"] + units[new]))
            both = (frozenset({triple, was}), frozenset({one, now}))
            yield Corruption("unit swapped", f"{old} to {new}", *both)


def _typed(text: str, kind: str) -> ox.Literal:
    return ox.Literal(text, datatype=ox.NamedNode(XSD + kind))


def _other_class(node: ox.NamedNode) -> str:
    return RKD + ("toxicity/anemia" if "/drug/" in node.value else "drug/cytarabine")


def _same_class(node: ox.NamedNode, data: Index) -> str:
    classes = [t.object for t in data.of[node] if t.predicate == TYPE]
    others = sorted(one for c in classes for one in data.members[c] if one != node.value)
    return others[0] if others else node.value + "-other"


# What belongs to another node alone, so that a rule on the one may look at the other.
PARTS = ("/quantity/", "/relative-timing/", "/span/", "/position/", "/evidence/")


class Proof:
    """The curated data and the vocabulary in one graph, which is damaged and mended again."""

    def __init__(self) -> None:
        self.data = list(curated.load(curated_files()))
        self.vocabulary = ontology_triples()
        self.held = Data([*self.vocabulary, *self.data])
        self._there = set(self.data)
        self._near: dict[str, set[str]] = defaultdict(set)
        for triple in self.data:
            if isinstance(triple.object, ox.NamedNode):
                one, other = _name(triple.subject), triple.object.value
                self._near[one].add(other)
                self._near[other].add(one)

    def corruptions(self, *, in_file: bool) -> list[Corruption]:
        """All damage to the curated data."""
        return list(corruptions(self.data, self.vocabulary, in_file=in_file))

    def near(self, corruption: Corruption) -> set[str]:
        """The things that rules on the changed ones can look at, or be looked at by."""
        changed = corruption.gone | corruption.come
        terms = {term for t in changed for term in (t.subject, t.object)}
        reached = {term.value for term in terms if isinstance(term, ox.NamedNode)}
        for triple in changed:
            reached |= self._near[_name(triple.subject)]
        for node in list(reached):
            if any(part in node for part in PARTS):
                reached |= self._near[node]
        return reached

    def report(
        self, corruption: Corruption, *, whole: bool = False, viewed: bool = False
    ) -> Report:
        """What the shapes find in the damaged data: near the damage, or in the whole.

        ``viewed``: pySHACL reads the store, not a copy.
        """
        come = corruption.come - self._there
        self._swap(corruption.gone, come)
        try:
            data = View(self.held.store) if viewed else self.held
            return check(data, None if whole else self.near(corruption))
        finally:
            self._swap(come, corruption.gone)

    def _swap(self, gone: Iterable[ox.Triple], come: Iterable[ox.Triple]) -> None:
        for triple in gone:
            self.held.remove(triple)
        for triple in come:
            self.held.add(triple)


def _name(term: ox.NamedNode | ox.BlankNode | ox.Triple) -> str:
    return term.value if isinstance(term, ox.NamedNode) else str(term)


def caught(report: Report) -> str:
    """How damage was met: with a violation, only with a warning, or not at all."""
    if not report.conforms:
        return "violation"
    return "warning" if report.findings else "missed"


def sample(all_: Iterable[Corruption], step: int) -> list[Corruption]:
    """Of each kind of damage every ``step``-th, from the first on."""
    by_kind: dict[str, list[Corruption]] = defaultdict(list)
    for corruption in all_:
        by_kind[corruption.kind].append(corruption)
    return [one for kind in by_kind.values() for one in kind[::step]]


def main() -> None:
    """Print the share caught by kind of damage, and all that was not; STEP as the one argument."""
    step = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    proof = Proof()
    for in_file in (True, False):
        met: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        missed = []
        for corruption in sample(proof.corruptions(in_file=in_file), step):
            how = caught(proof.report(corruption))
            met[corruption.kind][how] += 1
            met["all"][how] += 1
            if how == "missed":
                missed.append(corruption.name)
        print("wrong in the file:" if in_file else "wrong in the store, readings untouched:")
        for kind, counts in sorted(met.items()):
            total = sum(counts.values())
            print(
                f"  {kind:28} {total - counts['missed']:5} of {total:5}"
                f" ({counts['warning']} with a warning only)"
            )
        print("  missed:", *missed, sep="\n    ")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
