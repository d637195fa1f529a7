"""The external vocabularies in the graph: name, pattern of ids, and what each covers."""

from __future__ import annotations

from pathlib import Path

import pytest

from regimenkg.errors import LoaderError
from regimenkg.loaders.vocabularies import load
from regimenkg.resources import directory
from regimenkg.terms.namespaces import PREFIXES, RK
from regimenkg.terms.vocabularies import vocabularies

TABLE = directory("ontology") / "vocabularies.json"


def test_each_vocabulary_has_a_name_a_pattern_and_what_it_covers() -> None:
    triples = list(load(TABLE))
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
        for triple in load(TABLE)
        if triple.predicate.value == PREFIXES["skos"] + "prefLabel"
    ]
    assert sorted(labels) == sorted({f"<{v.iri}>" for v in vocabularies().values()})


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"vocabularies": {"a": {}}}', '{"vocabularies": 1}']
)
def test_a_file_that_is_no_such_table_is_refused_with_its_name(text: str, tmp_path: Path) -> None:
    file = tmp_path / "mine.json"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(LoaderError, match=r"mine\.json: not a table of vocabularies"):
        list(load(file))
