"""Write ``docs/reference/model.md`` and its drawing: what ``/model`` shows, as files to read.

``make model`` writes them; a test compares them with what this makes.
"""

from __future__ import annotations

import re
from pathlib import Path

from regimenkg.packaged import open_store
from regimenkg.records.model import RECIPES, Example, ModelClass, ModelTerm, model
from regimenkg.web.figures.model_diagram import model_diagram

PAGE = Path(__file__).parent.parent / "docs" / "reference" / "model.md"
DRAWING = PAGE.with_suffix(".svg")
_STYLE = """<style>
text { font: 14px system-ui, sans-serif; fill: #14202e }
.cell, .note { font-size: 12.5px; fill: #43536a }
.node { fill: #fff; stroke: #b4c4da } .edge { fill: none; stroke: #66788c; stroke-width: 1.2 }
.arrow { fill: #66788c } .label { font-weight: 600 }
.note { paint-order: stroke; stroke: #fff; stroke-width: 5px }
</style>"""


def drawing() -> str:
    """The diagram with a style of its own and a white ground, and without links."""
    text = re.sub(r"</?a\b[^>]*>", "", str(model_diagram()))
    ground = '<rect width="100%" height="100%" fill="#fff"/>'
    return text.replace("</title>", "</title>" + _STYLE + ground, 1) + "\n"


def page() -> str:
    """The page as Markdown."""
    parts = [
        "# The model",
        "What the graph says, and in which words. Generated from the vocabulary"
        " (`ontology/regimenkg.ttl`), the packaged graph and the canned queries by"
        " `make model`; a running server shows the same at `/model`.",
        "![The main classes and the properties between them](model.svg)",
        "A dashed line is a property that is derived by a rule.",
        "## How to count and join",
    ]
    for recipe in RECIPES:
        parts += [f"### {recipe.title}", recipe.trap, f"```sparql\n{recipe.query}\n```"]
    parts += ["For research. Not for clinical decisions.", "## Classes"]
    for each in model(open_store()):
        parts += _class(each)
    return "\n\n".join(parts) + "\n"


def _class(each: ModelClass) -> list[str]:
    lines = [f"### {each.name}", each.definition]
    facts = []
    if each.above:
        facts.append("A special case of " + ", ".join(f"`{name}`" for name in each.above) + ".")
    if each.example:
        facts.append(f"Example: `{each.example.subject}`.")
    if each.queries:
        facts.append("Used by " + ", ".join(f"`{name}`" for name in each.queries) + ".")
    if facts:
        lines.append(" ".join(facts))
    if each.properties:
        rows = ["| property | meaning | takes | example | used by |", "|---|---|---|---|---|"]
        lines.append("\n".join([*rows, *map(_row, each.properties)]))
    if each.values:
        lines.append("Values: " + ", ".join(f"`{value.name}`" for value in each.values) + ".")
    return lines


def _row(term: ModelTerm) -> str:
    name = f"`{term.name}`" + (" (deprecated)" if term.deprecated else "")
    takes = ", ".join(f"`{value}`" for value in term.range) or "a literal"
    used = ", ".join(f"`{query}`" for query in term.queries)
    cells = (name, term.definition, takes, _shown(term.example), used)
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _shown(example: Example | None) -> str:
    if example is None:
        return ""
    return f"`{example.subject}`" + (f" {example.object}" if example.object else "")


if __name__ == "__main__":
    DRAWING.write_text(drawing(), encoding="utf-8")
    PAGE.write_text(page(), encoding="utf-8")
