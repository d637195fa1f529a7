"""A thing among its neighbours in the graph, as a picture whose boxes are links."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from markupsafe import Markup, escape

from regimenkg.web.figures.svg import shortened, svg, text

__all__ = ["Edge", "neighbourhood"]


class Edge(NamedTuple):
    """A neighbour of a thing in the graph: the property between them, its label, its address."""

    name: str
    label: str
    href: str


_MAX_NEIGHBOURS = 16


def neighbourhood(label: str, incoming: Sequence[Edge], outgoing: Sequence[Edge]) -> Markup:
    """A thing in the graph: what names it on the left, what it names on the right, all links.

    The properties stand between; of many neighbours the first are shown, and how many more.

    >>> "CLAG" in neighbourhood("cytarabine", [Edge("has drug", "CLAG", "/regimen/clag")], [])
    True
    """
    if not incoming and not outgoing:
        return Markup("")
    high, wide, middle = 34, 270, 400
    rows = max(min(len(side), _MAX_NEIGHBOURS + 1) for side in (incoming, outgoing))
    height = rows * high + 20
    centre = height / 2
    width = 2 * wide + middle
    curves: list[str] = []  # drawn first, so that no line runs over a word
    parts: list[str] = []
    for side, left in ((incoming, True), (outgoing, False)):
        before = ""
        shown = list(side[:_MAX_NEIGHBOURS])
        more = len(side) - len(shown)
        top = (height - (len(shown) + bool(more)) * high) / 2
        for number, edge in enumerate(shown):
            y = top + number * high + high / 2
            x0, x1 = (
                (wide, wide + middle / 2 - 95) if left else (wide + middle / 2 + 95, wide + middle)
            )
            start, end = (y, centre) if left else (centre, y)
            bend = (x1 - x0) * 0.45
            curve = f"{x0 + bend:g} {start:g} {x1 - bend:g} {end:g} {x1:g} {end:g}"
            curves.append(f'<path class="edge" d="M{x0:g} {start:g}C{curve}"/>')
            place = x0 + 8 if left else x1 - 8
            name = "" if edge.name == before else edge.name  # once for a run of the same property
            before = edge.name
            note = text(place, y - 5, name, "note", "start" if left else "end") if name else ""
            box = 0 if left else wide + middle
            parts.append(
                note
                + f'<a href="{escape(edge.href)}"><rect class="node" x="{box + 2}" y="{y - 13:g}"'
                f' width="{wide - 4}" height="26" rx="6"/>'
                + text(box + wide / 2, y + 5, shortened(edge.label, 36), "label", "middle")
                + "</a>"
            )
        if more:
            x = wide / 2 if left else wide * 1.5 + middle
            y = top + len(shown) * high + 20
            parts.append(text(x, y, f"and {more} more", "note", "middle"))
    x = wide + middle / 2
    parts.append(
        f'<rect class="self" x="{x - 95:g}" y="{centre - 18:g}" width="190" height="36" rx="8"/>'
    )
    parts.append(text(x, centre + 5, shortened(label, 25), "onbar", "middle"))
    return svg(width, int(height), f"{label} in the graph", [*curves, *parts], role="group")
