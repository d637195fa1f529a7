"""The strokes that figures are drawn with: SVG that takes its colours from the style sheet."""

from __future__ import annotations

from collections.abc import Iterable
from math import floor, log10

from markupsafe import Markup, escape

__all__ = ["shortened", "steps", "svg", "text", "width_of"]


_WIDEST = 1300  # of what may be made smaller, so that its words stay readable


def svg(width: float, height: float, title: str, parts: Iterable[str], role: str = "img") -> Markup:
    """A figure with its name for those who do not see it; ``group`` where it holds links.

    One that is much wider than a page is not made smaller, and its box scrolls.
    """
    class_ = "figure wide" if width > _WIDEST else "figure"
    return Markup(
        f'<svg class="{class_}" width="{width:g}" height="{height:g}"'
        f' viewBox="0 0 {width:g} {height:g}" role="{role}"'
        f' aria-label="{escape(title)}" xmlns="http://www.w3.org/2000/svg">'
        f"<title>{escape(title)}</title>{''.join(parts)}</svg>"
    )


def text(x: float, y: float, words: str, class_: str = "", anchor: str = "start") -> str:
    """Words at a place, in a class of the style sheet."""
    return (
        f'<text x="{x:g}" y="{y:g}" text-anchor="{anchor}" class="{class_}">{escape(words)}</text>'
    )


def shortened(words: str, most: int) -> str:
    """At most so many characters.

    >>> shortened("febrile neutropenia", 8)
    'febrile…'
    """
    return words if len(words) <= most else words[: most - 1].rstrip() + "…"


def width_of(words: str, size: float = 14) -> float:
    """About how wide words are in pixels, in the sans-serif faces of the style sheet."""
    wide = sum(char.isupper() or char in "mw%—…≥" for char in words)
    narrow = sum(char in " .,;:il|'()ftj-" for char in words)
    return (0.64 * len(words) + 0.2 * wide - 0.25 * narrow) * size


def steps(top: float) -> list[float]:
    """Round marks from 0 to the end of a scale or a little below, seven at the most.

    >>> steps(100), steps(0.3)
    ([0.0, 20.0, 40.0, 60.0, 80.0, 100.0], [0.0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3])
    """
    if top <= 0:
        return [0]
    size = 10.0 ** floor(log10(top / 6))
    step = next(size * factor for factor in (1, 2, 2.5, 5, 10) if top / (size * factor) <= 6.0001)
    return [float(f"{step * n:.6g}") for n in range(int(top / step + 0.0001) + 1)]
