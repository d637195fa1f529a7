"""The vocabulary as readers meet it: each term with an example and the questions that use it.

What a term means stands in the ontology and is asked with the canned query ``vocabulary``; examples
come from the graph; which canned queries use a term is read from their texts. The recipes tell how
to count and join where a first try goes wrong.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

import pyoxigraph as ox

from regimenkg.catalog.cache import catalog
from regimenkg.formats.rows import plain_text, readable
from regimenkg.records.answers import ask, named_rows
from regimenkg.records.cells import link
from regimenkg.sparql.answers import Row, Term
from regimenkg.sparql.backend import Backend, select
from regimenkg.terms.namespaces import PREFIXES, compact

__all__ = ["RECIPES", "ModelClass", "ModelTerm", "Recipe", "model"]

_MAX_QUERIES = 3


class Example(NamedTuple):
    """One triple of the graph that shows a property: subject, object, and the subject's page."""

    subject: str
    object: str
    href: str


class ModelTerm(NamedTuple):
    """A property, or a value of a list: what it means, has and takes, and where it is used."""

    name: str
    label: str
    definition: str
    domain: tuple[str, ...]
    range: tuple[str, ...]
    example: Example | None
    queries: tuple[str, ...]
    deprecated: bool


class ModelClass(NamedTuple):
    """A class with its properties and, where it is a list, its values."""

    name: str
    label: str
    definition: str
    above: tuple[str, ...]
    example: Example | None
    properties: tuple[ModelTerm, ...]
    values: tuple[ModelTerm, ...]
    queries: tuple[str, ...]


class Recipe(NamedTuple):
    """How to ask where a first try goes wrong: the trap, what to do, and a query that does it."""

    title: str
    trap: str
    query: str


RECIPES = (
    Recipe(
        "Count regimens, not their variants",
        "A regimen has a variant for every place that prints a dosing, and rk:hasAdministration of"
        " two variants gives the same drug twice. Count distinct regimens, or ask rk:hasDrug; and"
        " count each tier by itself.",
        """SELECT ?drugLabel ?tier (COUNT(DISTINCT ?regimen) AS ?regimens) WHERE {
  ?regimen rk:tier ?tier ; rk:hasDrug ?drug .
  ?drug skos:prefLabel ?drugLabel .
}
GROUP BY ?drugLabel ?tier
ORDER BY ?tier DESC(?regimens) ?drugLabel""",
    ),
    Recipe(
        "All that is said of a regimen",
        "rk:about leads to a regimen, a variant or an arm, and rk:inArm to the arm that a figure is"
        " of: a path that knows one misses the others. rk:concerns reaches all of them, once.",
        """SELECT ?statement ?class WHERE {
  ?statement rk:concerns <https://w3id.org/regimenkg/regimen/clag-imatinib> ; a ?class .
  FILTER(?class != rk:Statement)
}
ORDER BY ?class ?statement""",
    ),
    Recipe(
        "Figures by arm",
        "In a trial of several arms the same event has a rate in each. Take rk:inArm into the row,"
        " or the rates stand there without saying whose they are; a report without an arm stays.",
        """SELECT ?trial ?arm ?toxicityLabel ?percent WHERE {
  ?report a rk:ToxicityReport ; rk:inTrial ?trial ; rk:toxicity ?toxicity ; rk:percent ?percent .
  ?toxicity skos:prefLabel ?toxicityLabel .
  OPTIONAL { ?report rk:inArm ?arm }
}
ORDER BY ?trial ?toxicityLabel ?arm""",
    ),
    Recipe(
        "What a source states, and what is derived",
        "Counts and totals that this project computed are rk:DerivedValue nodes about the statement"
        " that they come from, with rk:assumption: they are never rk:count or rk:dose of it.",
        """SELECT ?statement ?property ?value ?assumption WHERE {
  ?derived a rk:DerivedValue ; rk:about ?statement ; rk:derivedProperty ?property ;
    rk:value ?value ; rk:assumption ?assumption .
}
ORDER BY ?statement""",
    ),
    Recipe(
        "What was read, and what a registry lists",
        "A regimen's rk:tier tells whether a dosing of it was read in a document (rk:Curated) or a"
        " registry only names it (rk:Registry). Never count the two together without saying so.",
        """SELECT ?tier (COUNT(?regimen) AS ?regimens) WHERE {
  ?regimen a rk:Regimen ; rk:tier ?tier .
}
GROUP BY ?tier
ORDER BY ?tier""",
    ),
    Recipe(
        "Salts and named products",
        "A salt is a drug of its own. What is said of a substance holds for the salts and products"
        " of it that a regimen gives, never the other way round; a drug that is asked for stands"
        " for its salts and products as well, and the row names the one that was found.",
        """SELECT ?regimenLabel ?given ?drugLabel ?toxicity WHERE {
  ?regimen a rk:Regimen ; skos:prefLabel ?regimenLabel ; rk:hasDrug ?given .
  ?given rk:formOf ?drug .
  ?drug rk:hasToxicity ?toxicity ; skos:prefLabel ?drugLabel .
}
ORDER BY ?regimenLabel ?drugLabel ?toxicity""",
    ),
    Recipe(
        "Absent is not zero",
        "Documents list the most common events. A regimen without a report of an event was not free"
        " of it: ask for those that have a figure, and name those that only mention the event.",
        """SELECT ?regimenLabel ?toxicityLabel (BOUND(?percent) AS ?hasRate) WHERE {
  ?regimen a rk:Regimen ; skos:prefLabel ?regimenLabel .
  ?report rk:concerns ?regimen ; rk:toxicity ?toxicity .
  ?toxicity skos:prefLabel ?toxicityLabel .
  OPTIONAL { ?report rk:percent ?percent }
}
ORDER BY ?regimenLabel ?toxicityLabel""",
    ),
    Recipe(
        "Where a value was read",
        "prov:wasDerivedFrom leads from a node to the readings of all its values;"
        " rk:supportsProperty tells them apart.",
        """SELECT ?value ?document ?start ?end WHERE {
  <https://w3id.org/regimenkg/toxicity-report/clag-imatinib-sepsis> prov:wasDerivedFrom ?reading .
  ?reading rk:supportsProperty rk:percent ; rk:supportsValue ?value ; oa:hasTarget ?target .
  ?target oa:hasSource ?document ; oa:hasSelector ?place .
  ?place oa:start ?start ; oa:end ?end .
}
ORDER BY ?start""",
    ),
)


def model(backend: Backend) -> list[ModelClass]:
    """The classes of the vocabulary in the order of their names, each with its properties.

    A property stands at every class of its domain; one whose domain is any thing stands at none
    and is left to ``regimenkg query vocabulary``. Raises what the backend raises.

    >>> from regimenkg.packaged import open_store
    >>> arm = next(each for each in model(open_store()) if each.name == "rk:Arm")
    >>> [each.name for each in arm.properties if each.name == "rk:armOf"]
    ['rk:armOf']
    """
    terms: dict[str, _Gathered] = {}
    for row in named_rows(ask("vocabulary", backend)):
        known = terms.setdefault(plain_text(row["term"]), _Gathered())
        known.kind, known.label = readable(row["kind"]), readable(row["termLabel"])
        known.definition = readable(row["definition"])
        columns = (("above", known.above), ("domain", known.domain), ("range", known.range))
        for name, column in columns:
            if row[name] is not None:
                column.setdefault(compact(plain_text(row[name])))
    deprecated = {plain_text(row[0]) for row in select(backend, _DEPRECATED)}
    users = _users()

    def term(iri: str, known: _Gathered) -> ModelTerm:
        name = compact(iri)
        shown = _example(iri, backend) if known.kind == "property" else None
        return ModelTerm(
            name,
            known.label,
            known.definition,
            tuple(known.domain),
            tuple(known.range),
            shown,
            users.get(name, ()),
            iri in deprecated,
        )

    made = {iri: term(iri, known) for iri, known in terms.items()}
    classes = []
    for iri, known in sorted(terms.items()):
        if known.kind != "class":
            continue
        name = compact(iri)
        classes.append(
            ModelClass(
                name,
                known.label,
                known.definition,
                tuple(known.above),
                _instance(iri, backend),
                tuple(made[p] for p in sorted(made) if name in made[p].domain),
                tuple(made[v] for v in sorted(made) if _is_value(terms[v], name)),
                users.get(name, ()),
            )
        )
    return classes


class _Gathered:
    """The rows of one term, put together; dicts keep the order and drop doubles."""

    def __init__(self) -> None:
        self.kind = self.label = self.definition = ""
        self.above: dict[str, None] = {}
        self.domain: dict[str, None] = {}
        self.range: dict[str, None] = {}


_DEPRECATED = f"SELECT ?term {{ ?term <{PREFIXES['owl']}deprecated> true }}"


def _is_value(known: _Gathered, class_name: str) -> bool:
    return known.kind == "value" and class_name in known.above


@cache
def _users() -> dict[str, tuple[str, ...]]:
    """Term → the first canned queries whose text uses it."""
    users: dict[str, list[str]] = {}
    for spec in catalog().values():
        for name in set(re.findall(r"\brk:\w+", spec.body)):
            users.setdefault(name, []).append(spec.name)
    return {name: tuple(sorted(found)[:_MAX_QUERIES]) for name, found in users.items()}


def _example(iri: str, backend: Backend) -> Example | None:
    """A triple of one of our things with the property: the first that the engine finds."""
    row = _first(f"?s <{iri}> ?o .", "?s ?o", backend)
    return _shown(row[0], row[1]) if row else None


def _instance(iri: str, backend: Backend) -> Example | None:
    row = _first(f"?s a <{iri}> .", "?s", backend)
    return _shown(row[0], None) if row else None


def _first(pattern: str, variables: str, backend: Backend) -> Row | None:
    about = f'FILTER(STRSTARTS(STR(?s), "{PREFIXES["rkd"]}"))'
    rows = select(backend, f"SELECT {variables} {{ {pattern} {about} }} LIMIT 1")
    return next(iter(rows), None)


def _shown(subject: Term | None, value: Term | None) -> Example:
    iri = plain_text(subject)
    shown = compact(value.value) if isinstance(value, ox.NamedNode) else readable(value)
    return Example(compact(iri), shown, link(iri))
