"""What may not be in files of RDF that are loaded: values beyond the shapes' limits, second values
where a thing has one, second labels.

It is the part of the shapes that needs no more than a value, or two of one thing; the whole of them
is for :mod:`regimenkg.checks.shapes`. The limits are those that curated files are held to.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator
from typing import NamedTuple

from pyoxigraph import Literal, NamedNode, Quad, Store

from regimenkg.loaders.shared.limits import Limit, limits
from regimenkg.terms.namespaces import DERIVED_GRAPH, PREFIXES, RK, RKD, compact
from regimenkg.things.matching import stated_labels

__all__ = ["Wrong", "beyond_limits", "second_labels", "second_values"]

_TYPE = NamedNode(PREFIXES["rdf"] + "type")
_PREF = NamedNode(PREFIXES["skos"] + "prefLabel")


class Wrong(NamedTuple):
    """A statement that cannot be loaded: what is wrong with it, and what was expected."""

    quad: Quad
    message: str
    expected: str


def beyond_limits(staged: Store, graphs: Collection[str]) -> Iterator[Wrong]:
    """What in some graphs of a store the limits of the shapes do not allow.

    >>> from pyoxigraph import RdfFormat
    >>> store = Store()
    >>> store.load("<urn:x:a> <urn:x:b> 1 .", RdfFormat.TURTLE, to_graph=NamedNode("urn:x:g"))
    >>> list(beyond_limits(store, ["urn:x:g"]))
    []
    """
    for limit in limits():
        for graph in map(NamedNode, graphs):
            for quad in staged.quads_for_pattern(None, NamedNode(limit.path[0]), None, graph):
                yield from _beyond(staged, limit, quad)


def _beyond(staged: Store, limit: Limit, quad: Quad) -> Iterator[Wrong]:
    if not limit.everywhere and not limit.is_about(_classes(staged, quad)):
        return
    for end in _ends(staged, quad, limit.path[1:]):
        if not limit.holds(end.object):
            yield Wrong(end, f"{_said(end)} does not fit", f"that {limit.message}")
        elif limit.not_above:
            for other in staged.quads_for_pattern(end.subject, NamedNode(limit.not_above), None):
                if not limit.in_order(end.object, other.object):
                    yield Wrong(
                        end, f"{_said(end)} is beyond {_said(other)}", f"that {limit.message}"
                    )


def _ends(staged: Store, quad: Quad, path: tuple[str, ...]) -> Iterator[Quad]:
    """The statements at the end of a path that begins with one."""
    if not path:
        yield quad
    elif isinstance(quad.object, NamedNode):
        for following in staged.quads_for_pattern(quad.object, NamedNode(path[0]), None):
            yield from _ends(staged, following, path[1:])


def _classes(staged: Store, quad: Quad) -> set[str]:
    types = staged.quads_for_pattern(quad.subject, _TYPE, None)
    return {one.object.value for one in types if isinstance(one.object, NamedNode)}


def second_values(
    staged: Store, graphs: Collection[str], store: Store, place: Callable[[str], str]
) -> Iterator[Wrong]:
    """Each value in some graphs of a store beside another, of a property that has one.

    Two percentages of one report would be counted as two. The arguments are those of
    :func:`second_labels`.

    >>> from pyoxigraph import RdfFormat
    >>> text = f"<urn:x:a> <{RK}percent> 12.0, 13.0 ."
    >>> staged = Store()
    >>> staged.load(text, RdfFormat.TURTLE, to_graph=NamedNode("urn:x:g"))
    >>> [one.message for one in second_values(staged, ["urn:x:g"], Store(), str)]
    ['rk:percent 13 is a second value of <urn:x:a>: 12 in urn:x:g']
    """
    chosen = sorted(graphs)
    for limit in limits():
        if not (limit.single and limit.everywhere):
            continue
        predicate = NamedNode(limit.path[0])
        if predicate == _PREF:  # see second_labels
            continue
        values: dict[object, list[Quad]] = defaultdict(list)
        for graph in map(NamedNode, chosen):
            for quad in staged.quads_for_pattern(None, predicate, None, graph):
                if all(quad.object != other.object for other in values[quad.subject]):
                    values[quad.subject].append(quad)
        for several in values.values():
            quad, *others = sorted(several, key=lambda one: str(one.object))
            for other in others:
                yield _second_value(other, quad, _graph(quad), limit)
            for other in store.quads_for_pattern(quad.subject, predicate, None, None):
                name = _graph(other)
                stays = name and name != DERIVED_GRAPH and name not in chosen
                if stays and other.object != quad.object:
                    yield _second_value(quad, other, place(name), limit)


def _graph(quad: Quad) -> str:
    """The IRI of the graph that a statement is in, or nothing for the merge."""
    return quad.graph_name.value if isinstance(quad.graph_name, NamedNode) else ""


def _second_value(quad: Quad, other: Quad, place: str, limit: Limit) -> Wrong:
    first = f"{_short(other.object)} in {place}"
    message = f"{_said(quad)} is a second value of {_short(quad.subject)}: {first}"
    return Wrong(quad, message, f"that {limit.message}")


def second_labels(
    staged: Store, graphs: Collection[str], store: Store, place: Callable[[str], str]
) -> Iterator[Wrong]:
    """Each preferred label in some graphs of a store beside which a thing has another.

    Args:
        staged: what is to be loaded.
        graphs: the graphs of it that are, which replace those of the same names.
        store: what is there.
        place: says of a graph of ``store`` what a person knows it by.

    Labels in several languages are for things that neither the vocabulary nor the store knows.
    """
    chosen = set(graphs)
    for graph in sorted(chosen):
        for quad in staged.quads_for_pattern(None, _PREF, None, NamedNode(graph)):
            thing = quad.subject
            if not isinstance(thing, NamedNode):
                continue
            for other in stated_labels(store, thing, chosen):
                if other.object != quad.object:
                    where = place(str(other.graph_name)[1:-1])
                    yield _second(quad, other, where)
            ours = thing.value.startswith((RK, RKD)) or _is_known(staged, quad)
            for other in staged.quads_for_pattern(thing, _PREF, None):
                where = str(other.graph_name)[1:-1]
                clash = ours or _language(other) == _language(quad)
                if clash and where in chosen and str(other.object) < str(quad.object):
                    yield _second(quad, other, where)


def _is_known(staged: Store, quad: Quad) -> bool:
    return any(name.startswith(RK) for name in _classes(staged, quad))


def _language(quad: Quad) -> str:
    return (quad.object.language or "en") if isinstance(quad.object, Literal) else ""


def _second(quad: Quad, other: Quad, place: str) -> Wrong:
    message = (
        f"{_said(quad)} is a second label of {_short(quad.subject)}: {other.object} in {place}"
    )
    return Wrong(quad, message, "one skos:prefLabel over all graphs; other names as skos:altLabel")


def _said(quad: Quad) -> str:
    return f"{_short(quad.predicate)} {_short(quad.object)}"


def _short(term: object) -> str:
    if isinstance(term, NamedNode):
        return compact(term.value)
    return str(term.value) if isinstance(term, Literal) and not term.language else str(term)
