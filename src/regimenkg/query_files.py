"""One ``.rq`` file → `QuerySpec`: SPARQL under a header of ``#+`` lines that hold YAML.

The header is a comment to every SPARQL engine, and its common keys mean what they mean to grlc.
What the parser cannot read is an error here; what a good canned query has to observe beyond that
is checked by `lint`.
"""

from __future__ import annotations

from pathlib import Path
from typing import cast

import pyoxigraph as ox

from regimenkg.catalog import ParamSpec, QuerySpec
from regimenkg.errors import DataError, QuerySyntaxError
from regimenkg.namespaces import compact
from regimenkg.query_header import Fields, read_header
from regimenkg.query_views import check_views, read_chart, read_links
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
    "chart",
    "graph",
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
    header = Fields(f"{name}.rq", "", read_header(name, text), _QUERY_KEYS)
    blocks = tuple(values_blocks(text))
    test = header.fields("test", ("min_rows",))
    spec = QuerySpec(
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
        chart=read_chart(header),
        links=read_links(header),
    )
    check_views(spec)
    return spec


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


def _params(header: Fields, text: str, blocks: tuple[ValuesBlock, ...]) -> tuple[ParamSpec, ...]:
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
