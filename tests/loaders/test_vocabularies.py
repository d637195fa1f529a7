"""The external vocabularies in the graph: name, pattern of ids, and what each covers."""

from __future__ import annotations

from regimenkg.loaders.vocabularies import load
from regimenkg.terms.namespaces import PREFIXES, RK
from regimenkg.terms.vocabularies import vocabularies


def test_each_vocabulary_has_a_name_a_pattern_and_what_it_covers() -> None:
    triples = list(load(vocabularies().values()))
    atc = vocabularies()["atc"]
    said = {
        (triple.predicate.value, str(triple.object))
        for triple in triples
        if str(triple.subject) == f"<{atc.iri}>"
    }
    assert (PREFIXES["skos"] + "prefLabel", '"ATC"@en') in said
    assert (RK + "covers", f"<{RK}Drug>") in said
    assert (RK + "hierarchical", f'"true"^^<{PREFIXES["xsd"]}boolean>') in said
    assert any(predicate == RK + "idPattern" for predicate, _ in said)


def test_each_vocabulary_has_exactly_one_english_label() -> None:
    labels = [
        str(triple.subject)
        for triple in load(vocabularies().values())
        if triple.predicate.value == PREFIXES["skos"] + "prefLabel"
    ]
    assert sorted(labels) == sorted({f"<{v.iri}>" for v in vocabularies().values()})
