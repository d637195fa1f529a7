"""Titles and names without the markup that files carry in them.

What is taken out: the elements with which CSL marks up rich text
(https://docs.citationstyles.org/en/stable/specification.html#rich-text), those of Crossref's face
markup (https://www.crossref.org/documentation/schema-library/markup-guide-metadata-segments/face-markup/),
HTML, JATS and MathML. A ``<`` that begins none of them stays: ``p<0.05`` is text.
"""

from __future__ import annotations

import re
from html import unescape

__all__ = ["plain"]

_NAMES = (
    *("i", "b", "u", "em", "strong", "small", "sub", "sup", "sc", "scp", "tt", "ovl", "span"),
    *("italic", "bold", "underline", "overline", "monospace", "roman", "sans-serif", "font"),
    *("p", "br", "break", "title", "inline-formula", "tex-math", "alternatives", "xref", "a"),
    *("math", "semantics", "annotation", "annotation-xml", "mstyle", "mrow", "mi", "mn", "mo"),
    *("mtext", "mspace", "msub", "msup", "msubsup", "mfrac", "msqrt", "mroot", "mover", "munder"),
    *("munderover", "mfenced", "mpadded", "mphantom", "mmultiscripts", "mprescripts", "none"),
    *("mtable", "mtr", "mtd"),
)
_ATTRIBUTES = r"""(?:\s+[\w:.-]+\s*=\s*(?:"[^"<>]*"|'[^'<>]*'|[^\s"'<>=]+))*\s*/?"""
_NAME = rf"(?:(?:jats|mml|m):[\w-]+|(?:{'|'.join(_NAMES)}))"
_TAG = re.compile(rf"</?{_NAME}{_ATTRIBUTES}>", re.IGNORECASE)
_BREAK = re.compile(rf"</?(?:jats:)?(?:p|br|break){_ATTRIBUTES}>", re.IGNORECASE)
_TWICE = re.compile(  # a formula that is there a second time, as TeX
    r"<((?:\w+:)?(?:annotation(?:-xml)?|tex-math))\b[^<>]*>[^<>]*</\1>", re.IGNORECASE
)
_IN_FORMULA = re.compile(r"(?<=>)\s+(?=</?(?:mml:|m:)?m)", re.IGNORECASE)
_PASSES = 3  # Crossref has markup whose entities are escaped, and entities that are escaped twice


def plain(text: str) -> str:
    """A text without markup, and with the characters that its entities stand for.

    >>> plain("A trial of <i>made-up</i> H<sub>2</sub>O in <span class='nocase'>AML</span>")
    'A trial of made-up H2O in AML'
    >>> plain("p<0.05 &amp;amp; x>3"), plain("&lt;i&gt;In vitro&lt;/i&gt;")
    ('p<0.05 & x>3', 'In vitro')
    >>> plain("<mml:math><mml:mi>x</mml:mi> <mml:annotation>$x$</mml:annotation></mml:math>")
    'x'
    """
    for _ in range(_PASSES):
        before = text
        text = _IN_FORMULA.sub("", _TWICE.sub("", text))
        text = unescape(_TAG.sub("", _BREAK.sub(" ", text)))
        if text == before:
            break
    return text
