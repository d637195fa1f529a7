"""Draw the layers of the code as SVG, from the contract that import-linter holds.

``make drawing`` writes ``docs/explanation/layers.svg``. What the drawing says stands elsewhere: the
layers and rules in ``pyproject.toml``, a line about each layer at the head of its module.
"""

from __future__ import annotations

import ast
import re
import textwrap
import tomllib
from html import escape
from pathlib import Path

ROOT = Path(__file__).parent.parent
DRAWING = ROOT / "docs" / "explanation" / "layers.svg"

WIDTH = 400  # of the drawing: as wide as a phone shows it without making it smaller
LEFT, RIGHT = 36, WIDTH - 14  # of the boxes; left of them stands the arrow
GAP = 10  # between boxes
PAD = 12  # between a box and its text
LINE = 17  # height of a line of text
LETTER = 7.2  # width of a letter, on the wide side: fonts differ

STYLE = """
    .paper { fill: #fff; stroke: #d5dce5 }
    .box { fill: #eef3fa; stroke: #b4c4da }
    .outside { fill: #fdf3e1; stroke: #dcbd85 }
    .arrow { fill: none; stroke: #66788c; stroke-width: 1.5 }
    .tip { fill: #66788c }
    text { font: 13px system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
           fill: #43536a }
    .name { font-size: 15px; font-weight: 600; fill: #14202e }
    @media (prefers-color-scheme: dark) {
      .paper { fill: #10171f; stroke: #2a3644 }
      .box { fill: #1c2a3a; stroke: #40577a }
      .outside { fill: #33291a; stroke: #7d6436 }
      .arrow { stroke: #8fa2b8 }
      .tip { fill: #8fa2b8 }
      text { fill: #b3c1d1 }
      .name { fill: #edf2f8 }
    }
"""


def contracts() -> list[dict[str, object]]:
    """The contracts of ``pyproject.toml``, in their order."""
    with (ROOT / "pyproject.toml").open("rb") as stream:
        found: list[dict[str, object]] = tomllib.load(stream)["tool"]["importlinter"]["contracts"]
    return found


def summary(name: str) -> str:
    """What a layer is, in a few words: the beginning of its docstring."""
    core = ROOT / "src" / "regimenkg"
    places = (ROOT / name / "__init__.py", core / name / "__init__.py", core / f"{name}.py")
    path = next(path for path in places if path.is_file())
    text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    clauses = re.split(r"[:;,.](?:\s|$)", " ".join(text.split("\n\n")[0].split()))
    clause = clauses[1 if clauses[0].lower() == name else 0]
    return clause[:1].upper() + clause[1:]


def wrapped(text: str, width: float) -> list[str]:
    """The lines of a text in a box of that width."""
    return textwrap.wrap(text, max(8, int(width / LETTER)), break_long_words=False)


def written(x: float, y: float, text: str, kind: str = "") -> str:
    """One line of text."""
    marked = f' class="{kind}"' if kind else ""
    return f'  <text{marked} x="{x:g}" y="{y:g}">{escape(text)}</text>'


def row(names: list[str], top: float) -> tuple[float, list[str]]:
    """The boxes of one layer side by side, and how high they are."""
    width = (RIGHT - LEFT - GAP * (len(names) - 1)) / len(names)
    texts = [wrapped(summary(name), width - 2 * PAD) for name in names]
    height = 2 * PAD + LINE * (1 + max(map(len, texts))) - 4
    parts = []
    for number, (name, lines) in enumerate(zip(names, texts, strict=True)):
        x = LEFT + number * (width + GAP)
        outside = (ROOT / name).is_dir()
        parts.append(
            f'  <rect class="{"outside" if outside else "box"}" x="{x:g}" y="{top:g}" '
            f'width="{width:g}" height="{height:g}" rx="7"/>'
        )
        parts.append(written(x + PAD, top + PAD + 12, name + "/" * outside, "name"))
        parts += [
            written(x + PAD, top + PAD + 12 + LINE * line, text)
            for line, text in enumerate(lines, start=1)
        ]
    return height, parts


def paragraphs(texts: list[str], top: float) -> tuple[float, list[str]]:
    """Sentences below each other, each with a dot before it, and how high they are."""
    parts, y = [], top
    for text in texts:
        parts.append(written(18, y, "•"))
        for line in wrapped(text, RIGHT - 30):
            parts.append(written(30, y, line))
            y += LINE
        y += 4
    return y - top, parts


def drawing() -> str:
    """The drawing as SVG."""
    layers, *others = contracts()
    names = [line.split(" | ") for line in layers["layers"]]  # type: ignore[attr-defined]
    folders = [n for n in layers["exhaustive_ignores"] if (ROOT / n).is_dir()]  # type: ignore[attr-defined]
    told = "; ".join(" beside ".join(line) for line in names)
    parts: list[str] = []
    y = 16.0
    for line in names:
        height, boxes = row(line, y)
        parts += boxes
        y += height + GAP
    parts += arrow(16.0, y - GAP)
    y += 16
    parts.append(written(18, y, "Files that hold no code, beside these:"))
    height, boxes = row(folders, y + 12)
    parts += boxes
    y += height + 12 + 28
    height, sentences = paragraphs(
        [
            *(str(contract["name"]) for contract in (layers, *others)),
            "Side by side: neither sees the other",
            "Sand-coloured: a folder at the top of the repository",
        ],
        y,
    )
    parts += sentences
    y += height
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{y:g}" '
            f'viewBox="0 0 {WIDTH} {y:g}" role="img" aria-labelledby="title description">',
            '  <title id="title">The layers of RegimenKG</title>',
            f'  <desc id="description">From top to bottom: {told}.</desc>',
            f"  <style>{STYLE}  </style>",
            f'  <rect class="paper" x=".5" y=".5" width="{WIDTH - 1}" height="{y - 1:g}" rx="10"/>',
            *parts,
            "</svg>\n",
        ]
    )


def arrow(top: float, bottom: float) -> list[str]:
    """An arrow downwards, left of the boxes, and what it means."""
    middle = (top + bottom) / 2
    return [
        f'  <path class="arrow" d="M27 {top:g}V{bottom - 8:g}"/>',
        f'  <path class="tip" d="M27 {bottom:g}l-4.5 -9h9z"/>',
        f'  <text text-anchor="middle" transform="rotate(-90 17 {middle:g})" x="17" '
        f'y="{middle:g}">imports go downwards only</text>',
    ]


if __name__ == "__main__":
    DRAWING.write_text(drawing(), encoding="utf-8")
