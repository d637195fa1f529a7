"""Places written as quotes → code points: ``at: "nausea (in «44»% of"`` becomes ``at: 1569-1571``.

The quote stands once in the document, and what is between « and » is the place; the whole quote
where there are none. The file is edited as text: its comments and its order stay.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from regimenkg.errors import LoaderError
from regimenkg.loaders.curated.drafts.text import read_text
from regimenkg.loaders.curated.yamlnodes import problem, read_yaml
from regimenkg.loaders.shared.abstracts import canonical_text

_PLACE = re.compile(r"(?:[A-Za-z0-9.-]+:)?[0-9]+-[0-9]+")
_MOST = 5
_LEAST = 3


class Placed(NamedTuple):
    """A draft with its quotes replaced, how many they were, and what is wrong with others."""

    text: str
    quotes: int
    problems: list[LoaderError]


class _Edit(NamedTuple):
    start: int
    end: int
    text: str


def place(path: Path, document: str) -> Placed:
    """Replace the quotes of a draft by the places where they stand in a document.

    A value in braces whose quote marks another token than the value gains it as ``as:``. Raises
    LoaderError for a file that is no YAML.
    """
    import yaml

    read_yaml(path)
    text = read_text(path)
    edits: list[_Edit] = []
    problems: list[LoaderError] = []
    for holder, node in _at_values(yaml.compose(text, Loader=yaml.SafeLoader)):
        if _PLACE.fullmatch(node.value):
            continue
        try:
            start, end = span_of(node.value, document)
        except ValueError as error:
            what, hint = error.args
            line = node.start_mark.line + 1
            problems.append(problem(path, line, f"at: {what}", field="at", hint=hint))
            continue
        token = _token(holder, document[start:end])
        edits.append(_Edit(node.start_mark.index, node.end_mark.index, f"{start}-{end}{token}"))
    parts: list[str] = []
    done = 0
    for edit in sorted(edits):
        parts += (text[done : edit.start], edit.text)
        done = edit.end
    return Placed("".join((*parts, text[done:])), len(edits), problems)


def span_of(quote: str, document: str) -> tuple[int, int]:
    """The place of a quote in a document.

    Raises ValueError, with what is wrong and what to do, where it stands there not once.

    >>> span_of("nausea (in «44»%", "vomiting (in 44%) and nausea (in 44%)")
    (33, 35)
    >>> span_of("44%", "vomiting (in 44%) and nausea (in 44%)")
    Traceback (most recent call last):
        ...
    ValueError: ('"44%" is found 2 times in the document (at 13, 33)', 'write more of ...')
    """
    before, opens, rest = canonical_text([quote]).partition("«")
    inside, closes, after = rest.partition("»")
    marked = bool(opens and closes) and not set("«»") & {*before, *inside, *after}
    if not marked and set("«»") & set(canonical_text([quote])):
        raise ValueError(
            f'"{quote}" has not one « and one » after it', "mark one passage: «44»% of patients"
        )
    words = before + inside + after if marked else before
    token = (inside if marked else words).strip()
    if not token:
        raise ValueError(f'"{quote}" marks nothing', "put the token between « and »")
    found = [match.start() for match in re.finditer(f"(?={re.escape(words)})", document)]
    if len(found) != 1:
        raise ValueError(*_told(words, found, document))
    start = found[0]
    if marked:
        start += len(before) + len(inside) - len(inside.lstrip())
    return start, start + len(token)


def _told(words: str, found: list[int], document: str) -> tuple[str, str]:
    if found:
        places = ", ".join(map(str, found[:_MOST])) + (", …" if len(found) > _MOST else "")
        return (
            f'"{words}" is found {len(found)} times in the document (at {places})',
            "write more of the words around it, and mark what is meant with « and »",
        )
    first = next((end for end in range(len(words), 0, -1) if words[:end] in document), 0)
    what = f'"{words}" is found 0 times in the document'
    if first < _LEAST:
        return what, "copy the words from the document as they are printed there"
    at = document.index(words[:first])
    return what, (
        f'"{words[:first]}" is there, at {at}, and goes on with'
        f' "{document[at + first : at + first + 20]}"'
    )


def _at_values(node: Any, holder: Any = None) -> Iterator[tuple[Any, Any]]:
    """The scalars that stand under a key ``at``, each with the mapping that the key is of."""
    import yaml

    if isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _at_values(item, holder)
    elif isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == "at" and isinstance(value, yaml.ScalarNode):
                yield node, value
            elif key.value == "at" and isinstance(value, yaml.SequenceNode):
                yield from ((None, one) for one in value.value if isinstance(one, yaml.ScalarNode))
            else:
                yield from _at_values(value)


def _token(holder: Any, token: str) -> str:
    """What to add to say the token as printed, where it is not the value itself."""
    if holder is None or not holder.flow_style:
        return ""
    said = {key.value: value.value for key, value in holder.value}
    if "as" in said or said.get("is") in (None, token) or not isinstance(said["is"], str):
        return ""
    escaped = token.replace("\\", "\\\\").replace('"', '\\"')
    return f', as: "{escaped}"'
