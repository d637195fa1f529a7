"""A change of graphs that costs what it brings: rules are run over what it touches.

The store that is changed is a copy of one that stays as it was, so that what a rule derived for a
thing before, and what it derives now, are both asked of it. :func:`regimenkg.store.graphs.derive`
computes the same from nothing; the tests compare the two.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, groupby, islice
from typing import NamedTuple

from pyoxigraph import Literal, NamedNode, Quad, Store, Triple

from regimenkg.store.graphs import computed, derive, sizes_of
from regimenkg.store.merge import MERGE, Spool, differences, leave, merged
from regimenkg.store.rules import Focus, Rule, Touched
from regimenkg.terms.namespaces import PREFIXES, PREFIXES_GRAPH, QUERIES_GRAPH, RK, RKD

__all__ = ["Changed", "change_graphs"]

_SCHEMA = frozenset(
    PREFIXES[prefix] + name
    for prefix, name in (
        ("rdfs", "subClassOf"),
        ("rdfs", "subPropertyOf"),
        ("owl", "inverseOf"),
        ("owl", "deprecated"),
    )
)
_TYPE = PREFIXES["rdf"] + "type"
_SYMMETRIC = NamedNode(PREFIXES["owl"] + "SymmetricProperty")

_NOT_DATA = (RK, f"{RKD}.well-known/void", f"{RKD}catalog")
"""How the IRIs of the vocabulary begin, and of what describes the store; what was a blank node in a
file is data."""

_LARGE = 200
"""A change that touches more than one thing in so many triples costs more to follow, at some ten
milliseconds a thing, than to derive all anew."""

_FEW = 500
"""Things that are few in a store of any size."""

_AT_ONCE = 5000
"""Triples that are removed at once: a transaction costs more than a triple, and a text memory."""

_DESCRIBING = frozenset((QUERIES_GRAPH, PREFIXES_GRAPH))
"""Graphs of which the counts of a store ask what they describe."""


class Changed(NamedTuple):
    """What a change did: the new sizes of graphs, and which things it touched.

    ``touched`` has, by property, the things of which a triple of the merge is new or gone; it is
    None where all was derived anew.
    """

    sizes: dict[str, int]
    touched: Touched | None


def change_graphs(
    before: Store,
    store: Store,
    contents: Mapping[str, Spool | None],
    rules: Sequence[Rule],
    sizes: Mapping[str, int],
) -> Changed:
    """Put triples in place of what graphs held, and bring the merge and what follows up to date.

    Args:
        before: the store as it was, with all that its rules derive.
        store: a copy of it on disk, which is changed.
        contents: what each graph is to hold; None to remove it.
        rules: in the order in which they are run.
        sizes: how many triples each graph had, those too that rules fill.

    Raises DataError where a rule fails; the copy is then of no use.
    """
    touched = _Touched(max(_FEW, sum(sizes.values()) // _LARGE))
    derived = _Derived(store, {graph: sizes.get(graph, 0) for graph in computed(rules)})
    for graph, spool in contents.items():
        _replace(before, store, NamedNode(graph), spool, derived, touched)
    last = rules[-1].step if rules else ""
    single = all(rule.has_focus or rule.step == last for rule in rules)
    anew = not single or not _DESCRIBING.isdisjoint(contents)
    if not anew and not touched.too_much:
        _retract(before, store, rules, touched, derived)
    if not anew and not touched.too_much:
        _follow(before, store, rules, touched, derived)
    anew |= touched.too_much
    if anew:
        leave(store, *computed(rules))
        derived.sizes = derive(store, rules)
    told = sizes_of(store, [graph for graph, spool in contents.items() if spool is not None])
    return Changed({**told, **derived.sizes}, None if anew else touched.things)


class _Derived:
    """The graphs that rules fill, in a store that is changed, and how many triples each has."""

    def __init__(self, store: Store, sizes: dict[str, int]) -> None:
        self.store = store
        self.sizes = sizes

    def put_in(self, graph: NamedNode, triples: Iterable[Triple]) -> None:
        """Add triples to a graph and to the merge."""
        new = {one for one in triples if not _in(self.store, one, graph)}
        for target in (graph, MERGE):
            self.store.extend(Quad(one.subject, one.predicate, one.object, target) for one in new)
        self.sizes[graph.value] += len(new)

    def take_out(self, graph: NamedNode, triples: Iterable[Triple]) -> None:
        """Remove triples from a graph and from the merge."""
        for triple in triples:
            self._leave(graph, triple)
            self.store.remove(merged(triple))

    def is_now_stated(self, triple: Triple) -> bool:
        """Remove a triple from the graphs, and not from the merge, since a source states it.

        Returns whether it was in one of them.
        """
        left = [self._leave(NamedNode(graph), triple) for graph in self.sizes]
        return any(left)

    def _leave(self, graph: NamedNode, triple: Triple) -> bool:
        """Remove a triple from a graph, and not from the merge; returns whether it was there."""
        if held := _in(self.store, triple, graph):
            self.store.remove(Quad(triple.subject, triple.predicate, triple.object, graph))
            self.sizes[graph.value] -= 1
        return held


class _Touched:
    """The triples of a merge that are new or gone, as rules ask for them.

    Args:
        limit: how many things may be touched before it is :attr:`too_much` to follow.

    ``things`` has, by property, the subjects of those triples; ``ends`` the objects of those that
    are gone, since a rule that reads any property may derive them from there.
    """

    def __init__(self, limit: int) -> None:
        self.things: dict[str, set[NamedNode]] = {}
        self.ends: dict[str, set[NamedNode]] = {}
        self._limit = limit
        self._subjects: set[NamedNode] = set()
        self._schema = False

    @property
    def too_much(self) -> bool:
        """Whether all has to be derived anew: many things changed, or something that is no data."""
        return self._schema or len(self._subjects) > self._limit

    def add(self, triple: Triple, *, gone: bool) -> None:
        """Note a triple; what is too much already is not gathered further."""
        if self.too_much:
            return
        subject, predicate, object_ = triple.subject, triple.predicate.value, triple.object
        self._schema = predicate in _SCHEMA or object_ == _SYMMETRIC
        things = self.things.setdefault(predicate, set())
        if isinstance(subject, NamedNode):
            self._subjects.add(subject)
            things.add(subject)
            self._schema |= subject.value.startswith(_NOT_DATA)
        if gone and predicate != _TYPE and isinstance(object_, NamedNode):
            self.ends.setdefault(predicate, set()).add(object_)

    def for_rule(self, rule: Rule) -> Mapping[str, set[NamedNode]]:
        """What a rule is asked for."""
        if not rule.reads_any or rule.adds_up:
            return self.things
        return {name: things | self.ends.get(name, set()) for name, things in self.things.items()}


def _replace(
    before: Store,
    store: Store,
    graph: NamedNode,
    spool: Spool | None,
    derived: _Derived,
    touched: _Touched,
) -> None:
    """Put triples in place of a graph's, and note those that it did not state, or states no longer.

    A large graph of which little is new is changed as little.
    """
    held = (quad.triple for quad in before.quads_for_pattern(None, None, None, graph))
    if spool is None:
        _withdraw(store, graph, held, touched)
        store.remove_graph(graph)  # its name, too: an empty graph is still one
    elif (first := next(held, None)) is None:
        spool.load(store)
        _tell(before, spool, derived, touched)
    else:
        with differences(chain((first,), held), spool) as (gone, new):
            _withdraw(store, graph, gone, touched)
            _state(store, graph, new, derived, touched)
            if touched.too_much:
                new.load(store)


def _withdraw(store: Store, graph: NamedNode, triples: Iterable[Triple], touched: _Touched) -> None:
    """Take triples out of a graph, and out of the merge where no other graph states them."""
    rest = iter(triples)
    while some := list(islice(rest, _AT_ONCE)):
        alone = [triple for triple in some if not _elsewhere(store, triple, graph)]
        said, merge = (" . ".join(map(str, part)) for part in (some, alone))
        store.update(f"DELETE DATA {{ {merge} }} ; DELETE DATA {{ GRAPH {graph} {{ {said} }} }}")
        for triple in alone:
            touched.add(triple, gone=True)


def _elsewhere(store: Store, triple: Triple, graph: NamedNode) -> bool:
    stating = store.quads_for_pattern(triple.subject, triple.predicate, triple.object, None)
    return any(quad.graph_name not in (graph, MERGE) for quad in stating)


def _tell(before: Store, triples: Iterable[Triple], derived: _Derived, touched: _Touched) -> None:
    """Note what a new graph states, as far as that is followed.

    What a rule derived and a source now states is stated, and no longer derived: the merge is the
    same, but a rule may ask what is stated.
    """
    for triple in triples:
        if touched.too_much:
            return
        if derived.is_now_stated(triple) or merged(triple) not in before:
            touched.add(triple, gone=False)


def _state(
    store: Store,
    graph: NamedNode,
    triples: Iterable[Triple],
    derived: _Derived,
    touched: _Touched,
) -> None:
    """Add triples to a graph and to the merge, and note them, as far as that is followed."""
    for triple in triples:
        if touched.too_much:
            return
        store.add(Quad(triple.subject, triple.predicate, triple.object, graph))
        if derived.is_now_stated(triple) or merged(triple) not in store:
            store.add(merged(triple))
            touched.add(triple, gone=False)


def _in(store: Store, triple: Triple, graph: NamedNode) -> bool:
    return Quad(triple.subject, triple.predicate, triple.object, graph) in store


def _retract(
    before: Store, store: Store, rules: Sequence[Rule], touched: _Touched, derived: _Derived
) -> None:
    """Take out all that rules derived for what a change touches, to be derived again.

    All of it goes first, so that no two derived triples hold each other up.
    """
    for _, step in groupby(rules, lambda rule: rule.step):
        if touched.too_much:
            return
        asked = [rule for rule in step if rule.has_focus and not rule.adds_up]
        answers = [set(rule.answer(before, _foci(before, store, rule, touched))) for rule in asked]
        for rule, triples in zip(asked, answers, strict=True):
            graph = NamedNode(rule.graph)
            gone = [triple for triple in triples if _in(store, triple, graph)]
            derived.take_out(graph, gone)
            for triple in gone:
                touched.add(triple, gone=True)


def _foci(before: Store, store: Store, rule: Rule, touched: _Touched) -> set[Focus]:
    return rule.foci(before, touched.for_rule(rule)) | rule.foci(store, touched.for_rule(rule))


class _Outcome(NamedTuple):
    """What a rule derived for some things before a change, and what it derives after it."""

    rule: Rule
    before: list[Triple]
    after: list[Triple]


def _follow(
    before: Store, store: Store, rules: Sequence[Rule], touched: _Touched, derived: _Derived
) -> None:
    """Derive for what a change touches, step by step, as :func:`derive` runs the rules."""
    done: list[Rule] = []
    for _, step in groupby(rules, lambda rule: rule.step):
        if touched.too_much:
            return
        together = list(step)
        done += together
        outcomes = list(_outcomes(before, store, together, touched))
        for rule, was, now in outcomes:
            if rule.adds_up:
                _add_up(derived, NamedNode(rule.graph), was, now)
        kept = [outcome for outcome in outcomes if not outcome.rule.adds_up]
        lost = set().union(*(outcome.before for outcome in kept))
        lost.difference_update(*(outcome.after for outcome in kept))
        gone, gained = set(), set()
        for graph in {rule.graph for rule in together}:
            gone |= _drop(derived, NamedNode(graph), lost, done)
        for rule, _, now in kept:
            new = {triple for triple in now if merged(triple) not in store}
            derived.put_in(NamedNode(rule.graph), new)
            gained |= new
        if together[-1] is not rules[-1]:  # nothing follows from the last step
            for triple in gone:
                touched.add(triple, gone=True)
            for triple in gained:
                touched.add(triple, gone=False)


def _outcomes(
    before: Store, store: Store, rules: Iterable[Rule], touched: _Touched
) -> Iterator[_Outcome]:
    for rule in rules:
        foci = _foci(before, store, rule, touched) if rule.has_focus else None
        yield _Outcome(rule, list(rule.answer(before, foci)), list(rule.answer(store, foci)))


def _drop(
    derived: _Derived, graph: NamedNode, lost: set[Triple], done: Sequence[Rule]
) -> set[Triple]:
    """Take out what a rule derives no more, but for what one that has run derives all the same.

    Returns what is gone.
    """
    store = derived.store
    gone = {triple for triple in lost if _in(store, triple, graph)}
    derived.take_out(graph, gone)
    rules = [rule for rule in done if rule.graph == graph.value and rule.has_focus]
    rules = [rule for rule in rules if not rule.adds_up]
    while gone:
        things = _Touched(len(gone))
        for triple in gone:
            things.add(triple, gone=True)
        back = {
            triple
            for rule in rules
            for triple in rule.answer(store, rule.foci(store, things.for_rule(rule)))
            if triple in gone
        }
        if not back:
            break
        derived.put_in(graph, back)
        gone -= back
    return gone


def _add_up(
    derived: _Derived, graph: NamedNode, before: Sequence[Triple], after: Sequence[Triple]
) -> None:
    """Add to counts what the touched things count for now, and take off what they did before.

    A count is an integer. What is counted no more is not told of any more. The parts of an answer
    each have a count, and those may be equal.
    """
    counts: dict[tuple[NamedNode, NamedNode], int] = {}
    for triples, sign in ((before, -1), (after, 1)):
        for triple in triples:
            if isinstance(triple.object, Literal) and isinstance(triple.subject, NamedNode):
                key = triple.subject, triple.predicate
                counts[key] = counts.get(key, 0) + sign * int(triple.object.value)
    empty: set[NamedNode] = set()
    for (subject, predicate), more in counts.items():
        held = next(derived.store.quads_for_pattern(subject, predicate, None, graph), None)
        number = more + (int(held.object.value) if held and isinstance(held.object, Literal) else 0)
        if held:
            derived.take_out(graph, [held.triple])
        if number:
            derived.put_in(graph, [Triple(subject, predicate, Literal(number))])
        else:
            empty.add(subject)
    told = {one for one in (*before, *after) if not isinstance(one.object, Literal)}
    gone = {one for one in told if one.subject in empty or one.object in empty}
    derived.take_out(graph, gone)
    derived.put_in(graph, told - gone)
