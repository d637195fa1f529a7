"""SPARQL text as tokens, for the few edits that RegimenKG makes to a query.

Only three edits exist: the content of ``VALUES ?name { … }`` blocks is swapped, stretches that are
of no use then are left out, and standard prefixes that a query leaves undeclared are added. All
work on tokens, so that a string, an IRI or a comment that merely looks like syntax is never
touched. The grammar is that of SPARQL 1.1, section 19.8.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import NamedTuple

from regimenkg.terms.namespaces import PREFIXES

__all__ = [
    "BYTE_ORDER_MARK",
    "Token",
    "ValuesBlock",
    "add_missing_prefixes",
    "declared_prefixes",
    "position",
    "swap_values",
    "tokens",
    "used_prefixes",
    "values_blocks",
]

BYTE_ORDER_MARK = "\ufeff"
"""What some editors put in front of a text in UTF-8; it is no part of a query."""

_NAME_CHAR = r"[\w\u00B7\u0300-\u036F\u203F\u2040\u200C\u200D-]"
_ESCAPED = r"%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?#@%]"
_TOKEN = (
    r"(?P<comment>\#[^\r\n]*)"
    r'|(?P<string>"""(?:[^"\\]++|\\.|"(?!""))*+"""'
    r"|'''(?:[^'\\]++|\\.|'(?!''))*+'''"
    r'|"(?:[^"\\\r\n]++|\\.)*+"'
    r"|'(?:[^'\\\r\n]++|\\.)*+')"
    r'|(?P<iri><(?:[^\x00-\x20<>"{}|^`\\]|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})*+>)'
    r"|(?P<var>[?$]\w+)"
    r"|(?P<lang>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)"
    rf"|(?P<bnode>_:\w(?:\.*{_NAME_CHAR})*)"
    rf"|(?P<pname>(?:[^\W\d_](?:\.*{_NAME_CHAR}){{0,200}}+)?:"
    rf"(?:(?:[\w:]|{_ESCAPED})(?:\.*(?:{_NAME_CHAR}|:|{_ESCAPED}))*)?)"
    r"|(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)"
    r"|(?P<word>[A-Za-z_]\w*)"
    r"|(?P<punct>\^\^|&&|\|\||[!<>]=|<<|>>|[][(){}.,;*/+=!<>|^?-])"
    r"|(?P<other>[^ \t\r\n])"
)


class Token:
    """One token: its kind, its text, and where it stands (offsets in code points).

    Kinds: ``comment string iri var lang bnode pname number word punct``, and ``other`` for a
    character that begins no token (an engine will refuse the query there).
    """

    __slots__ = ("end", "kind", "start", "text")

    def __init__(self, kind: str, text: str, start: int, end: int) -> None:
        self.kind = kind
        self.text = text
        self.start = start
        self.end = end

    def __repr__(self) -> str:
        return f"Token({self.kind!r}, {self.text!r}, {self.start}, {self.end})"


class ValuesBlock(NamedTuple):
    """The content of one ``VALUES ?name { … }`` block, between its braces.

    ``depth`` counts the groups that are open around it: 0 means behind the WHERE clause.
    """

    name: str
    start: int
    end: int
    depth: int


@cache
def _pattern() -> re.Pattern[str]:
    """The compiled pattern, made on first use: canned queries from the catalog need none."""
    return re.compile(_TOKEN, re.DOTALL)


def tokens(text: str, *, comments: bool = False) -> Iterator[Token]:
    """Yield the tokens of a SPARQL text; white space always and comments mostly left out.

    >>> [(t.kind, t.text) for t in tokens("?a < 3 # less <than>")]
    [('var', '?a'), ('punct', '<'), ('number', '3')]
    >>> [t.kind for t in tokens("rk:drug <urn:x> 'VALUES ?x {}'")]
    ['pname', 'iri', 'string']
    """
    for match in _pattern().finditer(text):
        kind = match.lastgroup or "other"
        if comments or kind != "comment":
            yield Token(kind, match.group(), match.start(), match.end())


def values_blocks(text: str) -> list[ValuesBlock]:
    """Return the single-variable ``VALUES`` blocks of a query, in the order of the text.

    Blocks in the parenthesised form, ``VALUES (?a ?b) { … }``, are constants of the query and
    are left out.

    >>> query = "SELECT * { VALUES ?drug { <urn:x> } VALUES (?a) { (1) } }"
    >>> values_blocks(query)
    [ValuesBlock(name='drug', start=25, end=34, depth=1)]
    """
    found: list[ValuesBlock] = []
    stream = list(tokens(text))
    depth = 0
    index = 0
    while index < len(stream):
        token = stream[index]
        if token.kind == "word" and token.text.upper() == "VALUES":
            closing = _closing_brace(stream, index)
            if closing is not None:
                name = stream[index + 1].text[1:]
                found.append(ValuesBlock(name, stream[index + 2].end, closing[1].start, depth))
                index = closing[0]
        elif token.text == "{":
            depth += 1
        elif token.text == "}":
            depth -= 1
        index += 1
    return found


def _closing_brace(stream: list[Token], index: int) -> tuple[int, Token] | None:
    """The ``}`` of the block whose VALUES stands at index, if it is of the form that swaps."""
    if len(stream) < index + 4:
        return None
    if stream[index + 1].kind != "var" or stream[index + 2].text != "{":
        return None
    for place in range(index + 3, len(stream)):
        if stream[place].text == "}":
            return place, stream[place]
        if stream[place].text == "{":
            return None
    return None


def swap_values(
    text: str,
    values: Mapping[str, Sequence[str]],
    blocks: Sequence[ValuesBlock] | None = None,
    without: Sequence[tuple[int, int]] = (),
) -> str:
    r"""Replace the content of every ``VALUES ?name { … }`` block of the names given.

    ``values`` maps a variable's name to texts that each stand for one term (as
    `regimenkg.sparql.terms.term_text` writes them) or are ``UNDEF``; they go in as they are.
    ``blocks`` are the text's `values_blocks`, for a caller that already has them. The stretches of
    the text that ``without`` lists are left out; one may lie in another. Raises
    ValueError for a name that has no block, or no values: an empty block would match nothing.

    >>> query = "SELECT * { VALUES ?x { 1 } # VALUES ?x { 2 }\n ?s ?p ?x }"
    >>> swap_values(query, {"x": ["7", "8"]})
    'SELECT * { VALUES ?x { 7 8 } # VALUES ?x { 2 }\n ?s ?p ?x }'
    """
    if blocks is None:
        blocks = values_blocks(text)
    known = {block.name for block in blocks}
    for name, terms in values.items():
        if not terms:
            raise ValueError(f"no values for ?{name}")
        if name not in known:
            raise ValueError(f"the query has no block VALUES ?{name} {{ … }}")
    edits = [
        (block.start, block.end, f" {' '.join(values[block.name])} ")
        for block in blocks
        if block.name in values
    ]
    pieces: list[str] = []
    done = 0
    for start, end, new in sorted([*edits, *((start, end, "") for start, end in without)]):
        if start >= done:
            pieces += (text[done:start], new)
            done = end
    pieces.append(text[done:])
    return "".join(pieces)


def declared_prefixes(text: str) -> dict[str, str]:
    """Return the prefixes that a query declares, each with its IRI.

    >>> declared_prefixes("PREFIX ex: <urn:ex#> SELECT * { ?s ex:p 'PREFIX no: <x>' }")
    {'ex': 'urn:ex#'}
    """
    return {name: iri for name, iri, _ in _declarations(text)}


def _declarations(text: str) -> Iterator[tuple[str, str, int]]:
    """Yield prefix, IRI and the start of the prefix's token for every declaration."""
    stream = list(tokens(text))
    for keyword, name, iri in zip(stream, stream[1:], stream[2:], strict=False):
        declares = keyword.kind == "word" and keyword.text.upper() == "PREFIX"
        if declares and name.kind == "pname" and name.text.endswith(":") and iri.kind == "iri":
            yield name.text[:-1], iri.text[1:-1], name.start


def used_prefixes(text: str) -> set[str]:
    """Return the prefixes that a query uses outside its PREFIX declarations.

    >>> sorted(used_prefixes("PREFIX ex: <urn:ex#> SELECT * { ?s a rk:Drug ; rdfs:label ?o }"))
    ['rdfs', 'rk']
    """
    declarations = {start for _, _, start in _declarations(text)}
    return {
        token.text.partition(":")[0]
        for token in tokens(text)
        if token.kind == "pname" and token.start not in declarations
    }


def add_missing_prefixes(text: str, prefixes: Mapping[str, str] = PREFIXES) -> str:
    """Declare the standard prefixes that a query uses and leaves undeclared.

    They are put in front of the text without a newline, so that line numbers stay; what the query
    declares itself stays in force. A prefix that is not in the standard map is left to the engine.

    >>> add_missing_prefixes("SELECT ?d { ?d a rk:Drug }", {"rk": "urn:rk#", "owl": "urn:owl#"})
    'PREFIX rk: <urn:rk#> SELECT ?d { ?d a rk:Drug }'
    """
    missing = used_prefixes(text) - declared_prefixes(text).keys()
    added = "".join(
        f"PREFIX {name}: <{prefixes[name]}> " for name in sorted(missing) if name in prefixes
    )
    return added + text


def position(text: str, offset: int) -> tuple[int, int]:
    r"""Return the line and column of an offset, both counted from 1.

    >>> position("SELECT *\n{ ?s", 11)
    (2, 3)
    """
    before = text[:offset]
    return before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1
