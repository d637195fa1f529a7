"""Links between things as a picture: layers from left to right, every box a link to its page.

The layers are those of Sugiyama's method: a thing stands right of all that link to it, and within
a layer near the middle of its neighbours, so that few lines cross.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import pyoxigraph as ox
from markupsafe import Markup, escape

from regimenkg.catalog.spec import LinkSpec
from regimenkg.formats.rows import plain_text
from regimenkg.records.cells import Cell, link, named_cell
from regimenkg.sparql.answers import Solutions
from regimenkg.terms.namespaces import expand
from regimenkg.web.figures.svg import shortened, svg, text, width_of

__all__ = ["Drawing", "Link", "draw", "links_of_rows", "links_of_triples"]

_MAX_PER_LAYER = 60
_LONGEST = 34
_HIGH = 36


class Link(NamedTuple):
    """A link from one thing to another, and what it means."""

    source: str
    target: str
    words: str


class Drawing(NamedTuple):
    """The picture, and how many things there was no room for."""

    svg: Markup
    left_out: int


def links_of_rows(
    specs: Sequence[LinkSpec], answer: Solutions
) -> tuple[dict[str, Cell], list[Link]]:
    """The things, by key, and the links between them that the rows of an answer state."""
    things: dict[str, Cell] = {}
    links: dict[Link, None] = {}
    for values in answer:
        row = dict(zip(answer.variables, values, strict=True))
        for spec in specs:
            if row[spec.source] is None or row[spec.target] is None:
                continue
            ends = []
            for name in (spec.source, spec.target):
                key = plain_text(row[name])
                things.setdefault(key, named_cell(row, name))
                ends.append(key)
            words = named_cell(row, spec.by).text if spec.by else spec.means
            links[Link(ends[0], ends[1], words)] = None
    return things, list(links)


def links_of_triples(
    specs: Sequence[LinkSpec], triples: Iterable[ox.Triple], names: Mapping[str, str]
) -> tuple[dict[str, Cell], list[Link]]:
    """The things, by IRI, and the links between them that triples state.

    Args:
        specs: the properties that are drawn.
        triples: the triples, which may also hold the labels and titles of the things.
        names: the labels of properties, by their IRIs.
    """
    triples = list(triples)
    labels: dict[str, str] = {}
    for property_ in ("dcterms:title", "skos:prefLabel"):  # the last one wins
        for triple in triples:
            if triple.predicate.value == expand(property_):
                labels[plain_text(triple.subject)] = plain_text(triple.object)
    drawn = {expand(spec.by) for spec in specs}
    things: dict[str, Cell] = {}
    links: dict[Link, None] = {}
    for triple in triples:
        source, property_iri, target = triple.subject, triple.predicate.value, triple.object
        if property_iri not in drawn or isinstance(target, ox.Literal):
            continue
        for node in (source, target):
            key = plain_text(node)
            things.setdefault(
                key, Cell(labels.get(key) or named_cell({"x": node}, "x").text, link(key))
            )
        words = names.get(property_iri) or named_cell({"x": triple.predicate}, "x").text
        links[Link(plain_text(source), plain_text(target), words)] = None
    return things, list(links)


def draw(title: str, things: Mapping[str, Cell], links: Sequence[Link]) -> Drawing:
    """Draw things and links; of a layer with too many things the first are drawn.

    >>> things = {"a": Cell("CLAG", "/regimen/clag"), "b": Cell("cytarabine", "/drug/cytarabine")}
    >>> drawing = draw("drugs", things, [Link("a", "b", "has drug")])
    >>> drawing.svg.count("<rect"), drawing.left_out
    (2, 0)
    """
    if not things:
        return Drawing(Markup(""), 0)
    layers = _layers(list(things), links)
    left_out = sum(max(len(layer) - _MAX_PER_LAYER, 0) for layer in layers)
    layers = [layer[:_MAX_PER_LAYER] for layer in layers]
    kept = {key for layer in layers for key in layer}
    links = [each for each in links if each.source in kept and each.target in kept]
    _untangle(layers, links)
    wide = [
        24 + max((width_of(shortened(things[key].text, _LONGEST)) for key in layer), default=0)
        for layer in layers
    ]
    number = {key: place for place, layer in enumerate(layers) for key in layer}
    words = _gap_words(links, number)
    gaps = [max(90.0, 40 + max(map(width_of, gap), default=0)) for gap in words[1:]]
    start = 30 if any(len(gap) == 1 for gap in words) else 4
    height = max(map(len, layers)) * _HIGH + start + 4
    boxes: dict[str, tuple[float, float, float]] = {}
    x = 2.0
    for place, layer in enumerate(layers):
        top = start + (height - start - len(layer) * _HIGH) / 2
        for row, key in enumerate(layer):
            boxes[key] = (x, top + row * _HIGH + _HIGH / 2, wide[place])
        x += wide[place] + (gaps[place] if place < len(gaps) else 0)
    parts = _edges(things, links, boxes, number, words)
    for place, gap in enumerate(words):
        if len(gap) == 1:
            left = boxes[layers[place][0]][0] - gaps[place - 1] / 2
            parts.append(text(left, 18, f"{gap[0]} →", "axis", "middle"))
    for key, (left, y, width) in boxes.items():
        cell = things[key]
        box = (
            f"<title>{escape(cell.text)}</title>"
            f'<rect class="node" x="{left:g}" y="{y - 13:g}" width="{width:g}" height="26" rx="6"/>'
            + text(left + width / 2, y + 5, shortened(cell.text, _LONGEST), "label", "middle")
        )
        parts.append(f'<a href="{escape(cell.href)}">{box}</a>' if cell.href else f"<g>{box}</g>")
    return Drawing(svg(round(x + 2), round(height), title, parts, role="group"), left_out)


def _layers(keys: Sequence[str], links: Sequence[Link]) -> list[list[str]]:
    """The things by layer: each one right of all that link to it, but for links that go round."""
    following: dict[str, list[str]] = {key: [] for key in keys}
    for each in links:
        if each.source != each.target:
            following[each.source].append(each.target)
    order: list[str] = []
    state: dict[str, int] = {}  # 1 while what follows is visited, 2 when done
    backward: set[tuple[str, str]] = set()
    for key in keys:
        stack = [(key, iter(following[key]))] if key not in state else []
        state.setdefault(key, 1)
        while stack:
            current, ahead = stack[-1]
            for other in ahead:
                if state.get(other) == 1:
                    backward.add((current, other))
                elif other not in state:
                    state[other] = 1
                    stack.append((other, iter(following[other])))
                    break
            else:
                state[current] = 2
                order.append(current)
                stack.pop()
    depth = dict.fromkeys(keys, 0)
    for key in reversed(order):
        for other in following[key]:
            if (key, other) not in backward:
                depth[other] = max(depth[other], depth[key] + 1)
    layers: list[list[str]] = [[] for _ in range(max(depth.values(), default=0) + 1)]
    for key in keys:
        layers[depth[key]].append(key)
    return layers


def _untangle(layers: list[list[str]], links: Sequence[Link]) -> None:
    """Sort each layer by the middle of what its things are linked to, forth and back."""
    neighbours: dict[str, list[str]] = {key: [] for layer in layers for key in layer}
    for each in links:
        neighbours[each.source].append(each.target)
        neighbours[each.target].append(each.source)
    for sweep in range(4):
        place = {key: row / len(layer) for layer in layers for row, key in enumerate(layer)}
        for layer in layers[:: 1 if sweep % 2 == 0 else -1]:
            middle = {
                key: sum(place[other] for other in neighbours[key]) / len(neighbours[key])
                if neighbours[key]
                else place[key]
                for key in layer
            }
            layer.sort(key=middle.__getitem__)
            place |= {key: row / len(layer) for row, key in enumerate(layer)}


def _gap_words(links: Sequence[Link], number: Mapping[str, int]) -> list[list[str]]:
    """What the links mean that come into each layer from the left."""
    words: list[dict[str, None]] = [{} for _ in range(max(number.values(), default=0) + 1)]
    for each in links:
        if number[each.target] > number[each.source]:
            words[number[each.target]][each.words] = None
    return [list(gap) for gap in words]


def _edges(
    things: Mapping[str, Cell],
    links: Sequence[Link],
    boxes: Mapping[str, tuple[float, float, float]],
    number: Mapping[str, int],
    words: Sequence[Sequence[str]],
) -> list[str]:
    """The lines, and over them their words where one heading does not do for the whole gap."""
    into: dict[str, dict[str, None]] = {}
    out: dict[str, dict[str, None]] = {}
    for each in links:
        into.setdefault(each.target, {})[each.words] = None
        out.setdefault(each.source, {})[each.words] = None
    lines: list[str] = []
    notes: dict[str, None] = {}
    for each in links:
        (x0, y0, wide), (x1, y1, wide1) = boxes[each.source], boxes[each.target]
        forward = number[each.target] > number[each.source]
        start, end = (x0 + wide, x1) if forward else (x0, x1 + wide1)
        bend = (end - start) * 0.45
        tip = -7 if forward else 7
        curve = f"{start + bend:g} {y0:g} {end - bend:g} {y1:g} {end + tip:g} {y1:g}"
        name = f"{things[each.source].text} {each.words} {things[each.target].text}"
        lines.append(
            f"<g><title>{escape(name)}</title>"
            f'<path class="edge" d="M{start:g} {y0:g}C{curve}"/>'
            f'<path class="arrow" d="M{end:g} {y1:g}l{tip} -4v8z"/></g>'
        )
        if forward and len(words[number[each.target]]) == 1:
            continue
        if len(into[each.target]) == 1:
            anchor = "end" if forward else "start"
            notes[text(end + tip * 1.6, y1 - 4, each.words, "note", anchor)] = None
        elif len(out[each.source]) == 1:
            anchor = "start" if forward else "end"
            notes[text(start - tip * 1.2, y0 - 4, each.words, "note", anchor)] = None
        else:
            middle = ((start + end) / 2, (y0 + y1) / 2 - 3)
            notes[text(*middle, each.words, "note", "middle")] = None
    return [*lines, *notes]
