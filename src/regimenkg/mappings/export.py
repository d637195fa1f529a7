"""The mappings of a store as files for others: one SSSOM table, or SSSOM's RDF."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

import pyoxigraph as ox

from regimenkg.records.export import construct
from regimenkg.resources import data_version
from regimenkg.sparql.answers import Row
from regimenkg.sparql.backend import Backend, select
from regimenkg.terms.namespaces import PREFIXES, RKD, compact

__all__ = ["COLUMNS", "sssom_lines", "sssom_triples"]

COLUMNS = (
    "subject_id",
    "subject_label",
    "predicate_modifier",
    "predicate_id",
    "object_id",
    "object_label",
    "mapping_justification",
    "subject_match_field",
    "author_label",
    "mapping_tool",
    "object_source",
    "object_source_version",
    "mapping_date",
    "confidence",
    "see_also",
    "license",
    "mapping_source",
    "comment",
    "object_valid_until",
    "evidence",
    "crosswalk",
)
"""The columns of the table: SSSOM's own, and three that its header declares."""

_QUERY = """SELECT ?subject ?subjectLabel ?modifier ?predicate ?object ?objectLabel ?justification
  ?matchField ?author ?tool ?source ?version ?date ?confidence ?seeAlso ?licence ?set ?comment
  ?until ?evidence ?crosswalk ?prefix ?id
WHERE {
  ?set sssom:mappings ?mapping .
  ?mapping owl:annotatedSource ?subject ; owl:annotatedProperty ?predicate ;
    owl:annotatedTarget ?object ; sssom:mapping_justification ?justification .
  OPTIONAL { ?mapping sssom:subject_label ?subjectLabel }
  OPTIONAL { ?mapping sssom:predicate_modifier ?modifier }
  OPTIONAL { ?mapping sssom:object_label ?objectLabel }
  OPTIONAL { ?mapping sssom:subject_match_field ?matchField }
  OPTIONAL { ?mapping sssom:author_label ?author }
  OPTIONAL { ?object skos:notation ?id ; skos:inScheme/skos:notation ?prefix }
  OPTIONAL { ?mapping sssom:mapping_tool ?ownTool }
  OPTIONAL { ?mapping sssom:object_source ?ownSource }
  OPTIONAL { ?mapping sssom:object_source_version ?ownVersion }
  OPTIONAL { ?mapping dcterms:created ?ownDate }
  OPTIONAL { ?set sssom:mapping_tool ?setTool }
  OPTIONAL { ?set sssom:object_source ?setSource }
  OPTIONAL { ?set sssom:object_source_version ?setVersion }
  OPTIONAL { ?set dcterms:created ?setDate }
  BIND(COALESCE(?ownTool, ?setTool) AS ?tool)
  BIND(COALESCE(?ownSource, ?setSource) AS ?source)
  BIND(COALESCE(?ownVersion, ?setVersion) AS ?version)
  BIND(COALESCE(?ownDate, ?setDate) AS ?date)
  OPTIONAL { ?mapping sssom:confidence ?confidence }
  OPTIONAL { ?mapping rdfs:seeAlso ?seeAlso }
  OPTIONAL { ?mapping rdfs:comment ?comment }
  OPTIONAL { ?mapping rk:validUntil ?until }
  OPTIONAL { ?mapping dcterms:source ?evidence }
  OPTIONAL { ?mapping dcterms:references ?crosswalk }
  OPTIONAL { ?set dcterms:license ?licence }
}
ORDER BY ?set ?subject ?predicate ?object ?justification ?mapping ?seeAlso"""

_NODES = (
    "?node a sssom:MappingSet .",
    "?set sssom:mappings ?node .",
    "{ SELECT DISTINCT ?node { ?set sssom:mappings ?mapping . ?mapping owl:annotatedTarget ?node ."
    " ?node skos:inScheme ?scheme } }",
)
"""Which nodes are told whole: one after the other, since all triples of a UNION are a join over the
whole store."""

_MATCHES = """CONSTRUCT { ?subject ?predicate ?object } WHERE {
  [] sssom:mappings ?mapping .
  ?mapping owl:annotatedSource ?subject ; owl:annotatedProperty ?predicate ;
    owl:annotatedTarget ?object .
  ?subject ?predicate ?object
}"""


def _head() -> str:
    used = ("dcterms", "owl", "rdfs", "rk", "skos", "sssom")
    return "".join(f"PREFIX {prefix}: <{PREFIXES[prefix]}>\n" for prefix in used)


def sssom_lines(backend: Backend) -> Iterator[str]:
    """Yield the lines of one SSSOM table that holds every mapping of the backend.

    Rows keep the licence and the identifier of the set that they come from.
    """
    own: dict[str, str] = {}
    rows = _joined([_cells(row, own) for row in select(backend, _head() + _QUERY)])
    yield from _header(rows, own)
    yield "\t".join(COLUMNS)
    for row in rows:
        line = io.StringIO()
        csv.writer(line, delimiter="\t", lineterminator="").writerow(row)
        yield line.getvalue()


def _joined(rows: list[list[str]]) -> list[list[str]]:
    """Rows that differ in ``see_also`` alone are one row with several pages."""
    place = COLUMNS.index("see_also")
    joined: dict[tuple[str, ...], list[str]] = {}
    for row in rows:
        key = (*row[:place], *row[place + 1 :])
        if key in joined:
            joined[key][place] += "|" + row[place]
        else:
            joined[key] = row
    return list(joined.values())


def sssom_triples(backend: Backend) -> Iterator[ox.Triple]:
    """Yield sets, mapping nodes, matches and codes, as SSSOM's RDF form and SKOS have them."""
    seen: set[ox.Triple] = set()
    whole = (
        f"CONSTRUCT {{ ?node ?p ?value }} WHERE {{ {node} ?node ?p ?value }}" for node in _NODES
    )
    for text in (_MATCHES, *whole):
        for triple in construct(backend, _head() + text):
            if triple not in seen:
                seen.add(triple)
                yield triple


def _cells(row: Row, own: dict[str, str]) -> list[str]:
    """The cells of a row; ``own`` takes the prefixes that only a user's set knows."""
    cells = []
    prefix, id_ = (str(getattr(term, "value", "")) for term in row[-2:])
    for name, term in zip(COLUMNS, row, strict=False):
        if term is None:
            cells.append("")
        elif isinstance(term, ox.NamedNode):
            if name == "object_id" and prefix not in PREFIXES and id_ and term.value.endswith(id_):
                namespace = term.value.removesuffix(id_)
                if (
                    own.setdefault(prefix, namespace) == namespace
                ):  # else another set has the prefix
                    cells.append(f"{prefix}:{id_}")
                    continue
            whole = name in ("license", "see_also")
            cells.append(term.value if whole else compact(term.value).strip("<>"))
        else:
            cells.append(" ".join(str(getattr(term, "value", "")).split()))
    return cells


def _header(rows: list[list[str]], own: dict[str, str]) -> Iterator[str]:
    used = {"rk", "xsd", "dcterms"}
    for row in rows:
        for name, cell in zip(COLUMNS, row, strict=True):
            prefix = cell.partition(":")[0]
            if name in _CURIES and prefix in PREFIXES:
                used.add(prefix)
    yield '# sssom_version: "1.1"'
    yield f"# mapping_set_id: {RKD}mapping-set/all"
    yield '# mapping_set_title: "RegimenKG: all mappings of a store"'
    yield f'# mapping_set_version: "{data_version()}"'
    yield "# license: https://w3id.org/sssom/license/unspecified"
    yield '# comment: "The licence of each row is that of the set it comes from."'
    yield "# curie_map:"
    namespaces = {prefix: PREFIXES[prefix] for prefix in used} | own
    for prefix in sorted(namespaces):
        yield f'#   {prefix}: "{namespaces[prefix]}"'
    yield "# extension_definitions:"
    for slot, property_, hint in (
        ("object_valid_until", "rk:validUntil", "xsd:date"),
        ("evidence", "dcterms:source", "xsd:string"),
        ("crosswalk", "dcterms:references", "xsd:string"),
    ):
        yield f"#   - slot_name: {slot}"
        yield f"#     property: {property_}"
        yield f"#     type_hint: {hint}"


_CURIES = (
    "subject_id",
    "predicate_id",
    "object_id",
    "mapping_justification",
    "object_source",
    "mapping_source",
)
