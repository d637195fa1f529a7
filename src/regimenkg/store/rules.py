"""Rules: CONSTRUCT queries whose triples follow from what a store holds.

A rule is plain SPARQL, and as it stands it derives from the whole store. Comments in its WHERE
clause say how it is run over what a change touches, and over nothing else:

``# focus ?thing``
    stands where ``VALUES ?thing { … }`` may stand: what follows for one thing does not depend on
    what follows for another. What a thing says itself always counts.
``# focus ?thing: PATTERN``
    the same, with a pattern behind it, for a sub-SELECT that would enumerate the whole store; its
    properties have to stand elsewhere in the rule, too.
    Engines join sub-SELECTs by hashing, which is the fastest way through all that a store holds.
``# of CLASS …``
    the focus is a thing of one of these classes: others are not asked.
``# reaches PATH``
    a property path from the focus to other things from whose triples something follows for it, and
    to those of which it derives something. ``# reaches PATH when PROPERTY``: only where a triple of
    that property changes.
``# reads any property``
    the rule has a variable in the place of a property.
``# adds up``
    what it derives are counts, and those of the store are the sums of those of its things.

A rule without a focus is run over the whole store after each change. Where it is not of the last
step, so that something may follow from what it derives, all rules are.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cache
from itertools import chain, islice
from typing import NamedTuple

from pyoxigraph import Literal, NamedNode, Quad, QuerySolutions, QueryTriples, Store, Triple

from regimenkg.errors import DataError
from regimenkg.sparql.tokens import declared_prefixes, tokens
from regimenkg.store.merge import MERGE
from regimenkg.terms.namespaces import DERIVED_GRAPH, PREFIXES

__all__ = ["Focus", "Rule", "Touched"]

Focus = NamedNode | Literal
"""What a rule derives for, one by one."""

Touched = Mapping[str, Collection[NamedNode]]
"""By property, the things whose triples of that property change."""

_TYPE = NamedNode(PREFIXES["rdf"] + "type")
_AT_ONCE = 1000
"""How many things a query names: an engine reads, and plans, a longer text for longer."""


class Rule(NamedTuple):
    """A CONSTRUCT query whose triples follow from what the store holds.

    ``file`` names it in messages; ``graph`` is what its triples go to, and what cannot be loaded.

    >>> rule = Rule("rules/1-x.rq", "CONSTRUCT { ?a a ?b } WHERE {\\n# focus ?a\\n?a <urn:p> ?b }")
    >>> rule.step, rule.has_focus, rule.adds_up
    ('rules/1', True, False)
    """

    file: str
    text: str
    graph: str = DERIVED_GRAPH

    @property
    def step(self) -> str:
        """The file's path up to the number of its name: rules of one step need none of the others.

        >>> Rule("ontology/rules/20-source.rq", "").step
        'ontology/rules/20'
        """
        return self.file.partition("-")[0]

    @property
    def has_focus(self) -> bool:
        """Whether it can be run for single things."""
        return bool(_plan(self).focus)

    @property
    def adds_up(self) -> bool:
        """Whether it counts, so that the counts of parts of the store make up those of all."""
        return _plan(self).adds_up

    @property
    def reads_any(self) -> bool:
        """Whether a triple of any property may matter to it."""
        return _plan(self).any_property

    def reads(self, predicate: str) -> bool:
        """Whether a triple of a property may matter to it, or follow from it."""
        plan = _plan(self)
        return plan.any_property or predicate in plan.terms

    def foci(self, store: Store, touched: Touched) -> set[Focus]:
        """Return for what something else may follow when triples of things change.

        Args:
            store: with the triples, or without them: a change asks both.
            touched: by property, the things whose triples of that property change.
        """
        plan = _plan(self)
        things = {thing for name, some in touched.items() if self.reads(name) for thing in some}
        found: set[Focus] = set(things)
        for path, when in plan.reaches:
            for part in _parts(touched.get(when, ()) if when else things):
                answer = store.query(
                    f"{plan.prefixes} SELECT DISTINCT ?focus"
                    f" {{ VALUES ?touched {{ {part} }} ?focus {path} ?touched }}"
                )
                assert isinstance(answer, QuerySolutions)
                found.update(row[0] for row in answer if isinstance(row[0], NamedNode | Literal))
        if not plan.classes:
            return found
        return {
            focus
            for focus in found
            if isinstance(focus, NamedNode)
            and any(Quad(focus, _TYPE, class_, MERGE) in store for class_ in plan.classes)
        }

    def answer(self, store: Store, foci: Iterable[Focus] | None = None) -> Iterator[Triple]:
        """Return what follows in a store, there or not: from the whole of it, or for some things.

        Raises DataError where the rule is not a CONSTRUCT query.
        """
        if foci is None:
            return self._construct(store, self.text)
        texts = map(self.text_for, _parts(foci))
        return chain.from_iterable(self._construct(store, text) for text in texts)

    def text_for(self, foci: str) -> str:
        """Return the query for some things alone; ``foci`` names them as SPARQL writes them.

        >>> print(Rule("1-x.rq", "CONSTRUCT { ?a a ?b } WHERE {\\n# focus ?a\\n?a <urn:p> ?b }")
        ...       .text_for("<urn:x>"))
        CONSTRUCT { ?a a ?b } WHERE {
        VALUES ?a { <urn:x> }
        ?a <urn:p> ?b }
        """
        return _FOCUS.sub(lambda at: f"VALUES {at[1]} {{ {foci} }}{at[2] or ''}", self.text)

    def _construct(self, store: Store, text: str) -> QueryTriples:
        try:
            answer = store.query(text)
        except SyntaxError as error:
            raise DataError(f"rule {self.file}: {error}", hint="correct the rule") from error
        if not isinstance(answer, QueryTriples):
            raise DataError(f"rule {self.file} is not a CONSTRUCT query", hint="correct the rule")
        return answer


class _Reach(NamedTuple):
    """A path from the focus, and the property of which a change matters; empty for any."""

    path: str
    when: str


class _Plan(NamedTuple):
    """What the comments of a rule say, and the terms that it names."""

    focus: bool
    classes: list[NamedNode]
    reaches: list[_Reach]
    any_property: bool
    adds_up: bool
    terms: frozenset[str]
    prefixes: str


_FOCUS = re.compile(r"# focus (\?\w+)(?::( .+?))?[ \t]*$", re.MULTILINE)
_CLASSES = re.compile(r"# of (\S+:\S+(?: \S+:\S+)*)")
_REACHES = re.compile(r"# reaches (.+?)(?: when (\S+))?\s*")


@cache
def _plan(rule: Rule) -> _Plan:
    declared = declared_prefixes(rule.text)

    def expanded(name: str) -> str:
        prefix, _, local = name.partition(":")
        return declared.get(prefix, "") + local

    comments, terms = [], set()
    for token in tokens(rule.text, comments=True):
        if token.kind == "comment":
            comments.append(token.text)
        elif token.kind == "pname":
            terms.add(expanded(token.text))
        elif token.kind == "iri":
            terms.add(token.text[1:-1])
        elif token.kind == "word" and token.text == "a":
            terms.add(_TYPE.value)
    reaches = [at for comment in comments if (at := _REACHES.fullmatch(comment))]
    return _Plan(
        focus=any(map(_FOCUS.fullmatch, comments)),
        classes=[
            NamedNode(expanded(name))
            for comment in comments
            if (at := _CLASSES.fullmatch(comment))
            for name in at[1].split()
        ],
        reaches=[_Reach(at[1], expanded(at[2]) if at[2] else "") for at in reaches],
        any_property="# reads any property" in comments,
        adds_up="# adds up" in comments,
        terms=frozenset(terms),
        prefixes=" ".join(f"PREFIX {name}: <{iri}>" for name, iri in declared.items()),
    )


def _parts(terms: Iterable[Focus]) -> Iterator[str]:
    """Terms as SPARQL writes them, as many at once as a query names."""
    rest = iter(terms)
    while part := " ".join(map(str, islice(rest, _AT_ONCE))):
        yield part
