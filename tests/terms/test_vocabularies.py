"""Codes of external vocabularies: every usual spelling is understood, and nothing that is no id."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regimenkg.errors import ParameterError
from regimenkg.terms.namespaces import PREFIXES, SYNONYMS
from regimenkg.terms.vocabularies import code_of, parse_code, vocabularies

RXNORM = "https://bioregistry.io/rxnorm:3041"


@pytest.mark.parametrize(
    ("text", "iri"),
    [
        ("RXNORM:3041", RXNORM),
        ("rxcui:3041", RXNORM),
        ("RxNorm:3041", RXNORM),
        (" rxnorm:3041 ", RXNORM),
        (RXNORM, RXNORM),
        (f"<{RXNORM}>", RXNORM),
        ("ATC:L01BC01", "https://bioregistry.io/atc:L01BC01"),
        ("atc:l01bc01", "https://bioregistry.io/atc:L01BC01"),
        ("ATC:L01", "https://bioregistry.io/atc:L01"),
        ("CHEBI:28680", "http://purl.obolibrary.org/obo/CHEBI_28680"),
        ("chebi:CHEBI:28680", "http://purl.obolibrary.org/obo/CHEBI_28680"),
        ("NCIT:C408", "http://purl.obolibrary.org/obo/NCIT_C408"),
        ("ncit:c408", "http://purl.obolibrary.org/obo/NCIT_C408"),
        ("CHEMBL:CHEMBL803", "http://rdf.ebi.ac.uk/resource/chembl/molecule/CHEMBL803"),
        ("chembl.compound:chembl803", "http://rdf.ebi.ac.uk/resource/chembl/molecule/CHEMBL803"),
        ("PubChem.compound:6253", "http://rdf.ncbi.nlm.nih.gov/pubchem/compound/CID6253"),
        ("MESH:D003561", "http://id.nlm.nih.gov/mesh/D003561"),
        ("HPO:0001875", "http://purl.obolibrary.org/obo/HP_0001875"),
        ("ICD-10-CM:C92.0", "https://bioregistry.io/icd10cm:C92.0"),
        ("CAS:147-94-4", "https://bioregistry.io/cas:147-94-4"),
        ("SNOMED:386358000", "https://bioregistry.io/snomedct:386358000"),
        ("CHEBI_28680", "http://purl.obolibrary.org/obo/CHEBI_28680"),
        ("HP_0002018", "http://purl.obolibrary.org/obo/HP_0002018"),
        ("CHEMBL803", "http://rdf.ebi.ac.uk/resource/chembl/molecule/CHEMBL803"),
        ("DB00987", "https://bioregistry.io/drugbank:DB00987"),
        ("https://identifiers.org/CHEBI:28680", "http://purl.obolibrary.org/obo/CHEBI_28680"),
    ],
)
def test_the_usual_spellings_are_understood(text: str, iri: str) -> None:
    assert parse_code(text).iri == iri


def test_a_bare_id_needs_a_vocabulary_unless_one_alone_has_its_form() -> None:
    assert parse_code("3041", prefix="rxnorm").iri == RXNORM
    for bare, prefix in (("l01bc01", "atc"), ("CHEMBL803", "chembl"), ("00002481501", "ndc")):
        assert parse_code(bare).vocabulary.prefix == prefix
    with pytest.raises(ParameterError, match="its prefix is missing"):
        parse_code("3041")


@pytest.mark.parametrize(
    ("text", "pattern"),
    [
        ("RXNORM:cytarabine", "^[0-9]{1,7}$"),
        ("RXNORM:12345678", "^[0-9]{1,7}$"),
        ("RXNORM:٣", "^[0-9]{1,7}$"),
        ("NCIT:408", r"^(C|R|P|A|NHC)\d+$"),
        ("ATC:1", r"^[A-Z](\d{2}([A-Z]([A-Z](\d{2})?)?)?)?$"),
        ("ATC:L0", r"^[A-Z](\d{2}([A-Z]([A-Z](\d{2})?)?)?)?$"),
        ("ONCOTREE:A B", "^[A-Z][A-Z0-9_/-]*$"),
        ("CAS:147944", r"^\d{1,7}\-\d{2}\-\d$"),
    ],
)
def test_what_is_no_id_is_answered_with_the_pattern_and_an_example(text: str, pattern: str) -> None:
    with pytest.raises(ParameterError) as caught:
        parse_code(text)
    assert pattern in caught.value.message
    assert "an example: " in str(caught.value.hint)


def test_an_unknown_prefix_is_answered_with_the_nearest() -> None:
    with pytest.raises(ParameterError, match="of no mapped vocabulary") as caught:
        parse_code("rxnrm:3041")
    assert "did you mean rxnorm:?" in str(caught.value.hint)


@pytest.mark.parametrize("prefix", vocabularies())
def test_the_example_of_each_vocabulary_is_a_code_with_a_way_to_it(prefix: str) -> None:
    vocabulary = vocabularies()[prefix]
    code = parse_code(f"{prefix.upper()}:{vocabulary.example}")
    assert code_of(code.iri) == code
    assert code.local == vocabulary.normal(vocabulary.example)
    if not vocabulary.structure:
        assert code.local == vocabulary.example
    if vocabulary.page:
        assert vocabulary.example in code.page
        assert re.match(r"https?://[^$\s]+$", code.page)


def test_only_hemonc_and_the_products_of_ndc_have_no_public_page_by_code() -> None:
    without = {prefix for prefix, found in vocabularies().items() if not found.page}
    assert without == {"hemonc", "ndc"}


def test_every_vocabulary_has_a_namespace_of_its_own() -> None:
    namespaces = [PREFIXES[prefix] for prefix in vocabularies()]
    assert len(set(namespaces)) == len(namespaces)
    assert set(SYNONYMS.values()) <= set(PREFIXES)


def test_every_vocabulary_has_a_pattern() -> None:
    assert all(vocabulary.pattern for vocabulary in vocabularies().values())


def test_every_code_of_the_vocabularies_own_files_fits(samples_dir: Path) -> None:
    import csv
    import json

    oncotree = json.loads((samples_dir / "oncotree" / "oncotree_2025_10_03.json").read_text())

    def codes(node: dict[str, Any]) -> Iterator[str]:
        yield node["code"]
        for child in node["children"].values():
            yield from codes(child)

    found = [code for root in oncotree.values() for code in codes(root) if code != "TISSUE"]
    assert len(found) > 500
    assert [code for code in found if vocabularies()["oncotree"].normal(code) != code] == []
    with next((samples_dir / "atc").glob("*.csv")).open(encoding="utf-8", newline="") as stream:
        atc = {row["atc_code"] for row in csv.DictReader(stream)}
    assert len(atc) > 5000
    assert [code for code in atc if vocabularies()["atc"].normal(code) != code] == []


@given(st.sampled_from(sorted(vocabularies())), st.text(min_size=1, max_size=12))
def test_whatever_is_taken_fits_the_pattern_and_is_found_again(prefix: str, local: str) -> None:
    vocabulary = vocabularies()[prefix]
    normal = vocabulary.normal(local)
    if normal is None:
        return
    assert re.fullmatch(vocabulary.pattern, normal, re.ASCII)
    assert vocabulary.normal(normal) == normal
    assert vocabulary.normal(f"{prefix}:{normal}") == normal
