"""One ``.rq`` file → `QuerySpec`: SPARQL under a header of ``#+`` lines that hold YAML.

The header is a comment to every SPARQL engine, and its common keys mean what they mean to grlc.
What the parser cannot read is an error here; what a good canned query has to observe beyond that
is checked by `lint`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, cast

import pyoxigraph as ox
import yaml

from regimenkg.catalog import ParamSpec, QuerySpec
from regimenkg.errors import DataError, QuerySyntaxError, did_you_mean
from regimenkg.namespaces import compact
from regimenkg.sparql_terms import Term
from regimenkg.sparql_tokens import ValuesBlock, declared_prefixes, tokens, values_blocks

__all__ = [
    "PARAM_TYPES",
    "VIEWS",
    "block_terms",
    "lint",
    "parse_file",
    "parse_folder",
    "parse_text",
]

PARAM_TYPES = ("iri", "code", "string", "integer", "decimal", "date", "boolean", "choice")
VIEWS = ("table", "graph", "chart")
_FORMS = ("select", "ask", "construct", "describe")
_QUERY_KEYS = (
    "summary",
    "description",
    "tags",
    "params",
    "columns",
    "view",
    "answers",
    "test",
)
_PARAM_KEYS = (
    "type",
    "class",
    "label",
    "description",
    "many",
    "required",
    "optional",
    "default",
    "choices",
    "example",
    "prefix",
    "mapped",
)
_HEADER_LINE = re.compile(r"#\+(?: (.*)|[ \t]*)$")


def parse_folder(folder: Path) -> dict[str, QuerySpec]:
    """Parse every ``.rq`` file of a folder, in the order of the names.

    Raises DataError for a file that cannot be read or parsed.
    """
    return {path.stem: parse_file(path) for path in sorted(folder.glob("*.rq"), key=_stem)}


def _stem(path: Path) -> str:
    return path.stem


def parse_file(path: Path) -> QuerySpec:
    """Parse one ``.rq`` file; raises DataError, naming file, line and field, where it cannot."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"cannot read {path}: {error}") from error
    return parse_text(path.stem, text)


def parse_text(name: str, text: str) -> QuerySpec:
    """Parse the text of a ``.rq`` file, of which ``name`` is the file name without its ending.

    >>> spec = parse_text("ages", '''#+ summary: People of an age
    ... #+ params:
    ... #+   age: {type: integer, example: 30}
    ... #+ columns: {person: the person}
    ... SELECT ?person WHERE { VALUES ?age { 30 } ?person <urn:age> ?age } ORDER BY ?person
    ... ''')
    >>> spec.form, spec.params[0].block, dict(spec.columns)
    ('select', '30', {'person': 'the person'})
    """
    header = _Fields(f"{name}.rq", "", _header(name, text), _QUERY_KEYS)
    blocks = tuple(values_blocks(text))
    test = header.fields("test", ("min_rows",))
    return QuerySpec(
        name=name,
        text=text,
        summary=header.text("summary", required=True),
        description=header.text("description"),
        tags=header.texts("tags"),
        params=_params(header, text, blocks),
        columns=header.mapping("columns"),
        view=header.text("view", among=VIEWS) or "table",
        answers=tuple(header.numbers("answers")),
        min_rows=test.number("min_rows"),
        form=_form(name, text),
        blocks=blocks,
    )


def lint(spec: QuerySpec) -> list[str]:
    """Return what is wrong with a canned query, each as a sentence; empty when nothing is.

    >>> spec = parse_text("x", '''#+ summary: Things.
    ... SELECT ?s WHERE { ?s a ?c } ORDER BY ?s
    ... ''')
    >>> for problem in lint(spec):
    ...     print(problem)
    summary ends with a full stop
    columns are missing from the header: s
    """
    from regimenkg.query_lint import problems

    return problems(spec)


def _header(name: str, text: str) -> object:
    """Read the YAML of the ``#+`` lines that the file begins with."""
    lines: list[str] = []
    for line in text.splitlines():
        match = _HEADER_LINE.match(line)
        if match is None:
            break
        lines.append(match.group(1) or "")
    if not lines:
        raise DataError(
            f"{name}.rq: line 1: the header is missing",
            hint="begin the file with lines such as `#+ summary: Drugs of a regimen`",
        )
    try:
        return yaml.load("\n".join(lines), Loader=_HeaderLoader)
    except yaml.MarkedYAMLError as error:
        number = error.problem_mark.line + 1 if error.problem_mark else 1
        raise DataError(
            f"{name}.rq: line {number}: the header is not YAML: {error.problem}",
            hint="quote a text that holds `: `, `, ` or `#`",
        ) from error
    except yaml.YAMLError as error:
        raise DataError(f"{name}.rq: the header is not YAML: {error}") from error


class _HeaderLoader(yaml.BaseLoader):
    """YAML whose scalars all stay the texts that they are, and whose keys stand once."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if key.value in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key {key.value} stands twice", key.start_mark
                )
            seen.add(key.value)
        return super().construct_mapping(node, deep=deep)


class _Fields:
    """The fields of one mapping of the header, each read as what it should be."""

    def __init__(
        self, file: str, path: str, content: object, known: Collection[str] | None
    ) -> None:
        self._file = file
        self._path = path
        if content in (None, ""):
            content = {}
        if not isinstance(content, Mapping):
            raise self._wrong("", "keys and values")
        if known is not None:
            for key in content:
                if key not in known:
                    guess = did_you_mean(str(key), known)
                    raise DataError(
                        f"{file}: {path}{key}: the header has no such key",
                        hint=f"did you mean {guess}?" if guess else "known: " + ", ".join(known),
                    )
        self.content = content

    def _wrong(self, key: str, expected: str) -> DataError:
        where = (self._path + key).strip(".") or "header"
        return DataError(f"{self._file}: {where}: expected {expected}")

    def text(self, key: str, *, required: bool = False, among: Collection[str] = ()) -> str:
        value = self.content.get(key, "")
        if not isinstance(value, str) or (required and not value.strip()):
            raise self._wrong(key, "a text")
        if value and among and value not in among:
            raise self._wrong(key, "one of " + ", ".join(among))
        return value.strip()

    def texts(self, key: str) -> tuple[str, ...]:
        value = self.content.get(key, [])
        if isinstance(value, str):
            value = [value] if value else []
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self._wrong(key, "a list of texts")
        return tuple(value)

    def mapping(self, key: str) -> dict[str, str]:
        value = _Fields(self._file, f"{self._path}{key}.", self.content.get(key), None).content
        if not all(isinstance(item, str) for item in value.values()):
            raise self._wrong(key, "a text for every name")
        return {str(name): " ".join(item.split()) for name, item in value.items()}

    def numbers(self, key: str) -> list[int]:
        try:
            return [int(item) for item in self.texts(key)]
        except ValueError:
            raise self._wrong(key, "whole numbers") from None

    def number(self, key: str) -> int:
        numbers = self.numbers(key)
        return numbers[0] if numbers else 0

    def flag(self, key: str) -> bool:
        value = self.text(key, among=("true", "false"))
        return value == "true"

    def fields(self, key: str, known: Collection[str] | None) -> _Fields:
        return _Fields(self._file, f"{self._path}{key}.", self.content.get(key), known)


def _params(header: _Fields, text: str, blocks: tuple[ValuesBlock, ...]) -> tuple[ParamSpec, ...]:
    contents: dict[str, str] = {}
    for block in blocks:
        try:
            terms = block_terms(text, block)
        except QuerySyntaxError:
            terms = []  # for lint to report
        contents.setdefault(block.name, ", ".join(_typed_text(term) for term in terms if term))
    params = []
    declared = header.fields("params", None)
    for name in declared.content:
        fields = declared.fields(name, _PARAM_KEYS)
        params.append(
            ParamSpec(
                name=name,
                type=fields.text("type", required=True, among=PARAM_TYPES),
                class_=fields.text("class"),
                label=fields.text("label"),
                description=" ".join(fields.text("description").split()),
                many=fields.flag("many"),
                required=fields.flag("required"),
                optional=fields.flag("optional"),
                default=fields.texts("default"),
                choices=fields.texts("choices"),
                example=fields.text("example"),
                block=contents.get(name, ""),
                prefix=fields.text("prefix"),
                mapped=fields.flag("mapped"),
            )
        )
    return tuple(params)


def block_terms(text: str, block: ValuesBlock) -> list[Term | None]:
    """Return the terms that stand in a ``VALUES`` block of a query; None is an ``UNDEF``.

    Raises QuerySyntaxError for a content that is not SPARQL.

    >>> text = "SELECT * { VALUES ?x { 1 UNDEF } }"
    >>> [term and term.value for term in block_terms(text, values_blocks(text)[0])]
    ['1', None]
    """
    prologue = "".join(f"PREFIX {p}: <{i}> " for p, i in declared_prefixes(text).items())
    content = text[block.start : block.end]
    # The newline ends a comment in the content.
    query = f"{prologue}SELECT ?x {{ VALUES ?x {{ {content}\n}} }}"
    try:
        solutions = cast(ox.QuerySolutions, ox.Store().query(query))
    except SyntaxError as error:
        raise QuerySyntaxError(f"VALUES ?{block.name} holds no values: {error}") from error
    return [cast("Term | None", solution[0]) for solution in solutions]


def _typed_text(term: Term) -> str:
    """A term as a person would give it as a parameter's value."""
    if isinstance(term, ox.NamedNode):
        curie = compact(term.value)
        return curie.strip("<>")
    return term.value


def _form(name: str, text: str) -> str:
    for token in tokens(text):
        if token.kind == "word" and token.text.lower() in _FORMS:
            return token.text.lower()
    raise DataError(f"{name}.rq: there is no SELECT, ASK or CONSTRUCT in it")
