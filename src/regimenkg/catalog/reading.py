"""One ``.rq`` file → `QuerySpec`: SPARQL under a header of ``#+`` lines that hold YAML.

The header is a comment to every SPARQL engine, and its common keys mean what they mean to grlc.
What the parser cannot read is an error here; what a good canned query has to observe beyond that
is checked by `regimenkg.catalog.lint`.
"""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox

from regimenkg.catalog.blocks import block_terms
from regimenkg.catalog.header import Fields, read_header
from regimenkg.catalog.spec import ParamSpec, QuerySpec
from regimenkg.catalog.views import check_views, read_chart, read_links
from regimenkg.errors import DataError, QuerySyntaxError
from regimenkg.sparql.answers import COLUMN_TYPES
from regimenkg.sparql.branches import branches_of_unions
from regimenkg.sparql.terms import Term
from regimenkg.sparql.tokens import ValuesBlock, tokens, values_blocks
from regimenkg.terms.namespaces import compact

__all__ = [
    "PARAM_TYPES",
    "VIEWS",
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
    "types",
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
        types=header.mapping("types", among=COLUMN_TYPES),
        view=header.text("view", among=VIEWS) or "table",
        answers=tuple(header.numbers("answers")),
        min_rows=test.number("min_rows"),
        form=_form(name, text),
        blocks=blocks,
        unions=tuple(branches_of_unions(text)),
        chart=read_chart(header),
        links=read_links(header),
    )
    check_views(spec)
    return spec


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
