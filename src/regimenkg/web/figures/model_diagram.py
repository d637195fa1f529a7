"""The vocabulary as a picture: its main classes, and the properties that join them.

What is drawn is laid out here by hand; that each property joins the classes it is drawn between is
held by a test, against the ontology.
"""

from __future__ import annotations

from typing import NamedTuple

from markupsafe import Markup, escape

from regimenkg.web.figures.svg import svg, text

__all__ = ["BOXES", "EDGES", "Box", "Join", "model_diagram"]


class Box(NamedTuple):
    """A class in the picture: its column and row, and what is said below its name."""

    column: int
    row: int
    note: str = ""


class Join(NamedTuple):
    """A property from one class to another; derived ones are drawn dashed."""

    start: str
    property: str
    end: str
    derived: bool = False


BOXES = {
    "rk:Regimen": Box(0, 0, "a name: CLAG-M"),
    "rk:RegimenVariant": Box(0, 1, "one dosing, as printed"),
    "rk:TreatmentBlock": Box(0, 2, "induction, part A, …"),
    "rk:Administration": Box(0, 3, "dose, days, route"),
    "rk:Drug": Box(0, 4, "a salt is its own drug"),
    "rk:Mechanism": Box(0, 5),
    "rk:Trial": Box(1, 0, "by registry number"),
    "rk:Arm": Box(1, 1, "who gets what"),
    "rk:Statement": Box(1, 2, "report, outcome, care, …"),
    "rk:Toxicity": Box(1, 3, "an adverse event"),
    "oa:Annotation": Box(1, 4, "a reading, at its place"),
    "rk:SourceDocument": Box(1, 5, "with its SHA-256"),
}

EDGES = (
    Join("rk:Regimen", "rk:hasVariant", "rk:RegimenVariant"),
    Join("rk:RegimenVariant", "rk:hasBlock", "rk:TreatmentBlock"),
    Join("rk:TreatmentBlock", "rk:hasAdministration", "rk:Administration"),
    Join("rk:Administration", "rk:drug", "rk:Drug"),
    Join("rk:Drug", "rk:hasMechanism", "rk:Mechanism"),
    Join("rk:Trial", "rk:hasArm", "rk:Arm"),
    Join("rk:Arm", "rk:tests", "rk:RegimenVariant"),
    Join("rk:Statement", "rk:inArm", "rk:Arm"),
    Join("rk:Statement", "rk:toxicity", "rk:Toxicity"),
    Join("rk:Statement", "rk:concerns", "rk:Regimen", derived=True),
    Join("rk:Statement", "prov:wasDerivedFrom", "oa:Annotation"),
    Join("oa:Annotation", "oa:hasTarget", "rk:SourceDocument"),
)

_WIDE, _HIGH = 178, 50  # a box
_SIDE, _MIDDLE = 12, 186  # margins beside the columns, space between them
_STEP = 92  # from row to row
_WIDTH = 2 * (_SIDE + _WIDE) + _MIDDLE


def model_diagram() -> Markup:
    """The picture; a box leads to its class further down the page.

    >>> "rk:hasVariant" in model_diagram()
    True
    """
    rows = 1 + max(box.row for box in BOXES.values())
    height = rows * _STEP - (_STEP - _HIGH) + 24
    lines: list[str] = []
    words: list[str] = []
    for edge in EDGES:
        line, word = _edge(edge)
        lines.append(line)
        words.append(word)
    boxes = [_box(name, box) for name, box in BOXES.items()]
    head = (
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8"'
        ' markerHeight="8" orient="auto"><path class="arrow" d="M0 0L8 4L0 8z"/></marker></defs>'
    )
    return svg(
        _WIDTH,
        height,
        "The main classes and the properties between them",
        [head, *lines, *boxes, *words],
        role="group",
    )


def _place(name: str) -> tuple[float, float]:
    """The upper left corner of a box."""
    box = BOXES[name]
    return _SIDE + box.column * (_WIDE + _MIDDLE), 12 + box.row * _STEP


def _box(name: str, box: Box) -> str:
    x, y = _place(name)
    local = name.partition(":")[2]
    note = text(x + _WIDE / 2, y + 40, box.note, "cell", "middle") if box.note else ""
    middle = y + (22 if box.note else 31)
    shape = f'<rect class="node" x="{x:g}" y="{y:g}" width="{_WIDE}" height="{_HIGH}" rx="7"/>'
    label = text(x + _WIDE / 2, middle, local, "label", "middle")
    if not name.startswith("rk:"):
        return shape + text(x + _WIDE / 2, middle, name, "", "middle") + note
    return f'<a href="#{escape(local)}">{shape}{label}{note}</a>'


def _edge(edge: Join) -> tuple[str, str]:
    """The line of an edge, and the name of its property beside it."""
    (x0, y0), (x1, y1) = _place(edge.start), _place(edge.end)
    start, end = BOXES[edge.start], BOXES[edge.end]
    dashed = ' stroke-dasharray="5 3"' if edge.derived else ""
    if start.column != end.column:  # from the right column to the left
        ya, yb = y0 + _HIGH / 2, y1 + _HIGH / 2
        xb = x1 + _WIDE
        path = f"M{x0:g} {ya:g}C{x0 - 50:g} {ya:g} {xb + 50:g} {yb:g} {xb + 1:g} {yb:g}"
        level = start.row == end.row
        place = (x0 - 12, ya - 6) if level else (xb + 34, yb + 2)
        anchor = "end" if level else "start"
    elif abs(start.row - end.row) == 1:
        down = start.row < end.row
        x = x0 + _WIDE / 2
        ya, yb = (y0 + _HIGH, y1 - 1) if down else (y0, y1 + _HIGH + 1)
        path = f"M{x:g} {ya:g}L{x:g} {yb:g}"
        place, anchor = (x + 8, (ya + yb) / 2 + 5), "start"
    else:  # past the boxes between, along the left of the column
        ya, yb, x = y0 + _HIGH * 0.7, y1 + _HIGH / 2, x0 - 26
        path = f"M{x0:g} {ya:g}C{x:g} {ya:g} {x:g} {ya:g} {x:g} {ya + 26:g}L{x:g} {yb - 26:g}"
        path += f"C{x:g} {yb:g} {x:g} {yb:g} {x0 - 1:g} {yb:g}"
        place, anchor = (x - 6, (ya + yb) / 2 + 5), "end"
    line = f'<path class="edge"{dashed} d="{path}" marker-end="url(#tip)"/>'
    x, y = place
    return line, text(x, y, edge.property, "note", anchor)
