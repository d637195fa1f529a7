"""Text in XML: what is escaped, and what XML 1.0 cannot hold at all.

Source: https://www.w3.org/TR/xml/, sections 2.2 (characters) and 2.11 (ends of lines).
"""

from __future__ import annotations

from regimenkg.errors import FormatError
from regimenkg.terms.literals import first_unwritable

__all__ = ["attribute", "content"]

# A carriage return would be read back as a line feed.
_CONTENT = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"})
_ATTRIBUTE = _CONTENT | str.maketrans({'"': "&quot;", "\t": "&#9;", "\n": "&#10;"})
_SHOWN = 60  # characters of a value that are shown


def content(text: str, others: str) -> str:
    r"""Text as the content of an element; ``others`` names formats that can hold any text.

    Raises FormatError for a character that XML has not, escaped or not.

    >>> content("a < b\r\n", "json")
    'a &lt; b&#13;\n'
    >>> content("a\x0bb", "json or csv")
    Traceback (most recent call last):
    ...
    regimenkg.errors.FormatError: XML cannot hold the character U+000B, which is in 'a\x0bb'
    """
    return _checked(text, others).translate(_CONTENT)


def attribute(text: str, others: str) -> str:
    r"""Text as the value of an attribute, in double quotes; raises what :func:`content` does.

    >>> print(attribute('"a"\t& b', "json"))
    "&quot;a&quot;&#9;&amp; b"
    """
    return '"' + _checked(text, others).translate(_ATTRIBUTE) + '"'


def _checked(text: str, others: str) -> str:
    if (at := first_unwritable(text)) is not None:
        start = max(at - _SHOWN // 2, 0)
        raise FormatError(
            f"XML cannot hold the character U+{ord(text[at]):04X}, which is in "
            f"{text[start : start + _SHOWN]!r}",
            hint=f"{others} can hold it",
        )
    return text
