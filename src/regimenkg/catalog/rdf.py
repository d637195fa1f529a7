"""The canned queries and the prefixes as RDF, in the terms of SHACL that editors of SPARQL read.

Each query is a ``sh:SPARQLExecutable`` as in SIB's sparql-examples, which tools offer as examples
beside an endpoint; its parameters are ``sh:Parameter`` nodes. Every node has an IRI and the text
is the same from run to run.
"""

from __future__ import annotations

from collections.abc import Iterable

from regimenkg.catalog.blocks import block_terms
from regimenkg.catalog.parameters import choice_terms
from regimenkg.catalog.spec import ParamSpec, QuerySpec
from regimenkg.sparql.terms import Term, literal_text, term_text
from regimenkg.terms.namespaces import PREFIXES, RKD, expand

__all__ = ["prefixes_turtle", "queries_turtle"]

_EXECUTABLES = {
    "select": ("sh:SPARQLSelectExecutable", "sh:select"),
    "ask": ("sh:SPARQLAskExecutable", "sh:ask"),
    "construct": ("sh:SPARQLConstructExecutable", "sh:construct"),
}
_OWN = ("dcterms", "rdf", "rdfs", "schema", "sh", "xsd")
_PREFIX_SET = f"<{RKD}query-prefixes>"


def queries_turtle(specs: Iterable[QuerySpec]) -> str:
    r"""Return the queries as one Turtle document, in the order given.

    Their prefixes are those of :func:`prefixes_turtle`.

    >>> from regimenkg.catalog.reading import parse_text
    >>> spec = parse_text("all-types", '''#+ summary: Types in use
    ... #+ columns: {type: a class}
    ... SELECT DISTINCT ?type WHERE { ?s a ?type } ORDER BY ?type
    ... ''')
    >>> print(queries_turtle([spec]).partition("\n\n")[2])
    <https://w3id.org/regimenkg/query/all-types> a sh:SPARQLExecutable, sh:SPARQLSelectExecutable ;
        dcterms:identifier "all-types" ;
        rdfs:label "Types in use"@en ;
        rdfs:comment "Types in use"@en ;
        sh:prefixes <https://w3id.org/regimenkg/query-prefixes> ;
        sh:select "SELECT DISTINCT ?type WHERE { ?s a ?type } ORDER BY ?type\n" .
    <BLANKLINE>
    """
    parts = [_head()]
    for spec in specs:
        parts += ["\n", _query(spec)]
        parts += ["\n" + _param(spec, param) for param in spec.params]
    return "".join(parts)


def prefixes_turtle() -> str:
    """Return the prefix map as a Turtle document of ``sh:declare``.

    >>> 'sh:prefix "rk" ; sh:namespace "https://w3id.org/regimenkg/vocab#"' in prefixes_turtle()
    True
    """
    nodes = {name: f"<{RKD}prefix/{name}>" for name in PREFIXES}
    text = f"{_head()}\n{_PREFIX_SET} sh:declare {', '.join(nodes.values())} .\n"
    for name, node in nodes.items():
        namespace = f'"{PREFIXES[name]}"^^xsd:anyURI'
        text += f'{node} sh:prefix "{name}" ; sh:namespace {namespace} .\n'
    return text


def _head() -> str:
    return "".join(f"@prefix {name}: <{PREFIXES[name]}> .\n" for name in _OWN)


def _query(spec: QuerySpec) -> str:
    kind, text_property = _EXECUTABLES[spec.form]
    facts = [
        f"dcterms:identifier {literal_text(spec.name)}",
        f"rdfs:label {literal_text(spec.summary)}@en",
        f"rdfs:comment {literal_text(spec.description or spec.summary)}@en",
    ]
    if spec.tags:
        facts.append("schema:keywords " + ", ".join(literal_text(tag) for tag in spec.tags))
    facts.append(f"sh:prefixes {_PREFIX_SET}")
    if spec.params:
        facts.append("sh:parameter " + ", ".join(_param_iri(spec, param) for param in spec.params))
    facts.append(f"{text_property} {literal_text(spec.body)}")
    return _node(f"<{RKD}query/{spec.name}> a sh:SPARQLExecutable, {kind}", facts)


def _param(spec: QuerySpec, param: ParamSpec) -> str:
    # A parameter is a shape of its values: which, how many, of what class or datatype.
    node = _param_iri(spec, param)
    facts = [
        f"sh:path <{RKD}parameter/{param.name}>",
        f"sh:name {literal_text(param.label or param.name)}@en",
    ]
    if param.description:
        facts.append(f"sh:description {literal_text(param.description)}@en")
    choices = ""
    if param.type == "choice":
        choices = _list(f"{node[:-1]}-choice-", list(choice_terms(param).values()))
        facts.append(f"sh:in {node[:-1]}-choice-1>")
    elif param.type in ("iri", "code"):
        facts.append("sh:nodeKind sh:IRI")
        if param.class_:
            facts.append(f"sh:class <{expand(param.class_)}>")
    else:
        facts.append(f"sh:datatype xsd:{param.type}")
    facts.append(f"sh:optional {'false' if param.required else 'true'}")
    if not param.many:
        facts.append("sh:maxCount 1")
    block = next(block for block in spec.blocks if block.name == param.name)
    defaults = [term_text(term) for term in block_terms(spec.text, block) if term is not None]
    if defaults:
        facts.append("sh:defaultValue " + ", ".join(defaults))
    return _node(f"{node} a sh:Parameter", facts) + choices


def _list(stem: str, terms: list[Term]) -> str:
    """An RDF list whose cells are IRIs: the stem and a number."""
    cells = [f"{stem}{number}>" for number in range(1, len(terms) + 1)]
    return "".join(
        f"{cell} rdf:first {term_text(term)} ; rdf:rest {rest} .\n"
        for cell, term, rest in zip(cells, terms, [*cells[1:], "rdf:nil"], strict=True)
    )


def _param_iri(spec: QuerySpec, param: ParamSpec) -> str:
    return f"<{RKD}query/{spec.name}#{param.name}>"


def _node(head: str, facts: list[str]) -> str:
    return head + "".join(f" ;\n    {fact}" for fact in facts) + " .\n"
