"""What a good canned query has to observe, beyond being readable: the rules that CI checks.

A query that passes runs unchanged on any SPARQL 1.1 engine that holds the merged graph, answers
for its own defaults when it is opened bare, and gives its rows in an order.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, cast

import pyoxigraph as ox

from regimenkg.catalog.blocks import block_terms
from regimenkg.catalog.growth import growth_problems
from regimenkg.catalog.growth.algebra import nodes, variables_in
from regimenkg.catalog.parameters import choice_terms, parse_plain
from regimenkg.catalog.spec import ParamSpec, QuerySpec
from regimenkg.errors import ParameterError, QuerySyntaxError
from regimenkg.sparql.answers import Row
from regimenkg.sparql.scopes import Group, order_variables, scopes
from regimenkg.sparql.tokens import declared_prefixes, tokens, used_prefixes
from regimenkg.terms.namespaces import PREFIXES, expand

__all__ = ["lint", "ties"]

_QUESTIONS = range(1, 47)
_TAKEN = {
    *("--endpoint", "--format", "--help", "--limit", "--output"),
    *("--sparql", "--store", "--timeout"),
}
_LISTS = {"rk:Endpoint", "rk:Polarity", "rk:PrecautionType", "rk:Route", "rk:Vocabulary"}
_FORBIDDEN = {
    "GRAPH": "it has to run on any server that holds the merge",
    "FROM": "it has to run on any server that holds the merge",
    "SERVICE": "nothing is asked of other servers",
    "LATERAL": "that is not SPARQL 1.1",
    "BASE": "IRIs are written whole or with a prefix",
    "NOW": "the answer has to be the same each time",
    "RAND": "the answer has to be the same each time",
    "UUID": "the answer has to be the same each time",
    "STRUUID": "the answer has to be the same each time",
    "BNODE": "the answer has to be the same each time",
}


def lint(spec: QuerySpec) -> list[str]:
    """Return what is wrong with a canned query, each as a sentence; empty when nothing is.

    >>> from regimenkg.catalog.reading import parse_text
    >>> spec = parse_text("x", '''#+ summary: Things.
    ... #+ columns: {s: a thing}
    ... SELECT ?s WHERE { ?s a ?c } ORDER BY ?s
    ... ''')
    >>> for problem in lint(spec):
    ...     print(problem)
    summary ends with a full stop
    """
    problems = list(_header(spec))
    for param in spec.params:
        problems += _param(spec, param)
    declared = {param.name for param in spec.params}
    for name in dict.fromkeys(block.name for block in spec.blocks):
        if name not in declared:
            problems.append(
                f"?{name} has a VALUES block and is no parameter"
                f" (a constant is written VALUES (?{name}) {{ (…) }})"
            )
    problems += _text(spec)
    variables, errors, query = _parsed(spec)
    if errors:
        return problems + errors
    problems += _columns(spec, variables)
    root = scopes(spec.text)
    for param in spec.params:
        problems += _scopes(param, root)
    return problems + list(growth_problems(query, _naming(spec)))


def ties(spec: QuerySpec, rows: Iterable[Row]) -> list[Row]:
    """Return the rows whose order the query leaves open: each equals another in all of ORDER BY.

    Two engines may give such rows in either order. Rows that are equal throughout do not count.
    """
    ordering = _ordering(spec)
    keys = [place for place, column in enumerate(spec.columns) if column in ordering]
    by_key: dict[Row, set[Row]] = {}
    for row in rows:
        by_key.setdefault(tuple(row[place] for place in keys), set()).add(row)
    return [row for same in by_key.values() if len(same) > 1 for row in same]


def _ordering(spec: QuerySpec) -> set[str]:
    """What the rows are ordered by: in the place of a key put together in a BIND, its parts."""
    ordering = set(order_variables(spec.text) or [])
    _, _, query = _parsed(spec)
    for node in nodes(query.algebra):
        if node.name == "Extend" and str(node.var) in ordering:
            ordering |= variables_in(node.expr)
    return ordering


def _header(spec: QuerySpec) -> Iterator[str]:
    if not re.fullmatch(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*", spec.name):
        yield "the file's name is not kebab-case"
    if spec.summary.endswith("."):
        yield "summary ends with a full stop"
    if "\n" in spec.summary:
        yield "summary has more than one line"
    for tag in spec.tags:
        if not re.fullmatch(r"[a-z0-9]+(?:-[a-z0-9]+)*", tag):
            yield f"the tag {tag} is not kebab-case"
    for number in spec.answers:
        if number not in _QUESTIONS:
            yield f"answers names no competency question: {number}"
    if spec.form == "describe":
        yield "DESCRIBE means something else on every engine; write CONSTRUCT"


def _param(spec: QuerySpec, param: ParamSpec) -> Iterator[str]:
    name = param.name
    if not re.fullmatch(r"[a-z][A-Za-z0-9]*", name):
        yield f"{name}: a parameter's name is camelCase, letters and digits"
    if name == "view":
        yield "view: the address of a query's page has that word for table, chart or graph"
    if param.option in _TAKEN:
        yield f"{name}: {param.option} is an option of every query"
    if param.class_ and (param.type != "iri" or expand(param.class_) is None):
        yield f"{name}: class is the CURIE of a class, for type iri"
    if (param.prefix or param.mapped) and param.type != "code":
        yield f"{name}: prefix and mapped are for type code"
    if (param.type == "choice") != bool(param.choices):
        yield f"{name}: choices belong to type choice, and to no other"
    if param.optional and (param.required or param.default):
        yield f"{name}: optional means that absent is UNDEF: no default, and not required"
    if len(param.default) > 1 and not param.many:
        yield f"{name}: several defaults need many: true"
    if param.type != "iri":
        for text in filter(None, (param.example, *param.default)):
            try:
                parse_plain(param, text)
            except ParameterError as error:
                yield error.message
    blocks = [block for block in spec.blocks if block.name == name]
    if not blocks:
        yield f"{name}: there is no block VALUES ?{name} {{ … }}"
        return
    if any(block.depth == 0 for block in blocks):
        yield f"{name}: a VALUES block stands behind the WHERE clause; engines differ on it"
    try:
        contents = [block_terms(spec.text, block) for block in blocks]
    except QuerySyntaxError as error:
        yield error.message
        return
    if any(content != contents[0] for content in contents):
        yield f"{name}: its VALUES blocks hold different defaults"
    yield from _block(param, contents[0])


def _block(param: ParamSpec, content: list[ox.NamedNode | ox.Literal | None]) -> Iterator[str]:
    name = param.name
    if param.optional:
        if content != [None]:
            yield f"{name}: it is optional, so its VALUES block holds UNDEF"
        return
    terms = [term for term in content if term is not None]
    if not terms or len(terms) != len(content):
        yield f"{name}: its VALUES block holds no working default"
        return
    if len(terms) > 1 and not param.many:
        yield f"{name}: several values in its VALUES block need many: true"
    for term in terms:
        if not _fits(param, term):
            yield f"{name}: {term} in its VALUES block is not of type {param.type}"
    if param.default and param.type != "iri":
        try:
            default = [parse_plain(param, text) for text in param.default]
        except ParameterError:
            return  # reported above
        if default != terms:
            yield f"{name}: default and VALUES block disagree"


def _fits(param: ParamSpec, term: ox.NamedNode | ox.Literal) -> bool:
    if param.type == "choice":
        return term in choice_terms(param).values()
    if isinstance(term, ox.NamedNode):
        return param.type in ("iri", "code")
    return term.datatype.value == PREFIXES["xsd"] + param.type


def _text(spec: QuerySpec) -> Iterator[str]:
    declared = declared_prefixes(spec.text)
    used = used_prefixes(spec.text)
    for prefix in sorted(used - declared.keys()):
        yield f"the prefix {prefix}: is not declared"
    for prefix in sorted(declared.keys() - used):
        yield f"the prefix {prefix}: is declared and not used"
    for prefix, iri in declared.items():
        if PREFIXES.get(prefix) != iri:
            yield f"the prefix {prefix}: is not <{iri}> in ontology/prefixes.json"
    for token in tokens(spec.text):
        if token.kind == "pname" and "\\" in token.text:
            yield f"write the IRI of {token.text} whole: rdflib keeps the backslash of an escape"
    words = {token.text.upper() for token in tokens(spec.text) if token.kind == "word"}
    for word, reason in _FORBIDDEN.items():
        if word in words:
            yield f"{word} is not for canned queries: {reason}"
    if spec.form == "select" and not order_variables(spec.text):
        yield "there is no ORDER BY with a variable as it stands"


def _naming(spec: QuerySpec) -> list[str]:
    """The parameters whose value is a thing of the data, and not of a list of the vocabulary."""
    return [
        param.name
        for param in spec.params
        if param.type in ("iri", "code") and param.class_ not in _LISTS
    ]


def _parsed(spec: QuerySpec) -> tuple[list[str], list[str], Any]:
    """The columns that the engine sees, what the two engines have against the text, and the query
    as rdflib reads it.
    """
    from rdflib.plugins.sparql import prepareQuery

    variables: list[str] = []
    errors: list[str] = []
    try:
        answer = ox.Store().query(spec.text)
    except (SyntaxError, ValueError) as error:
        errors.append(f"Oxigraph cannot read it: {error}")
    else:
        if spec.form == "select":
            solutions = cast(ox.QuerySolutions, answer).variables
            variables = [variable.value for variable in solutions]
    query = None
    try:
        query = prepareQuery(spec.text)
    except Exception as error:  # rdflib raises what its parser and translator happen to raise
        errors.append(f"rdflib cannot read it: {error}")
    return variables, errors, query


def _columns(spec: QuerySpec, variables: list[str]) -> Iterator[str]:
    described = list(spec.columns)
    missing = [name for name in variables if name not in spec.columns]
    surplus = [name for name in described if name not in variables]
    if missing:
        yield "columns are missing from the header: " + ", ".join(missing)
    if surplus:
        yield "columns are not in the SELECT clause: " + ", ".join(surplus)
    if not missing and not surplus and described != variables:
        yield "columns stand in another order than in the SELECT clause"
    for name in spec.types:
        if name not in spec.columns:
            yield f"types names no column: {name}"


def _scopes(param: ParamSpec, root: Group) -> Iterator[str]:
    name = param.name
    groups = list(root.walk())
    if not any(
        use.name == name for group in groups if group.kind != "select" for use in group.uses
    ):
        yield f"?{name} is not used outside its VALUES block"
    for group in groups:
        if group.kind == "select":
            yield from _sub_select(name, group)
            continue
        expressions = {
            use.expression for use in group.uses if use.name == name and use.expression is not None
        }
        if expressions and not group.sees(name):
            yield f"a FILTER uses ?{name} in a group without a VALUES ?{name} block"
        elif param.optional and not _pattern(group, name):
            for expression in expressions:
                if name not in expression.guarded:
                    yield f"?{name} is optional: write FILTER(!BOUND(?{name}) || …)"
        if group.kind == "optional" and _forgotten(name, group):
            yield (
                f"an OPTIONAL uses ?{name}: use it in a pattern before that as well,"
                " or have the VALUES block in the OPTIONAL only; rdflib forgets it there"
            )
        if param.optional and group.kind in ("minus", "not exists"):
            guarded = group.expression is not None and name in group.expression.guarded
            if not guarded and any(
                use.name == name for inner in group.walk() for use in inner.uses
            ):
                yield f"?{name} is optional: {group.kind.upper()} would mean any at all"


def _forgotten(name: str, optional: Group) -> bool:
    """Whether rdflib, when an OPTIONAL fails, tries it again without the parameter's value.

    It then leaves out the solution if that finds something. Seen in rdflib 7.6.
    """
    select = optional.select()
    own = [group for group in optional.walk() if group.select() is select]
    if name in optional.before or not any(use.name == name for group in own for use in group.uses):
        return False
    around = optional.parent
    while around is not None and around is not select:
        if name in around.blocks:
            return True
        around = around.parent
    return False


def _pattern(group: Group, name: str) -> bool:
    return any(use.name == name and use.expression is None for use in group.uses)


def _sub_select(name: str, select: Group) -> Iterator[str]:
    # A block inside an inner sub-select serves as well: either that projects the variable, which
    # joins, or it hides it, and the outer one of the same name is another variable on purpose.
    own = [group for group in select.walk() if group.select() is select and group is not select]
    used = any(use.name == name for group in own for use in group.uses)
    has_block = any(name in group.blocks for group in select.walk())
    if used and not has_block and (select.parent is None or name not in select.projected):
        yield f"a SELECT uses ?{name} and has no VALUES ?{name} block inside"
