"""Codes and IRIs in a text: with a prefix, in a spelling of their own, or bare.

A code without a prefix counts only where one vocabulary alone has ids of its form: L01BC01 is of
ATC, while 3041 may be of RxNorm, ChEBI or PubChem.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pyoxigraph as ox

from regimenkg.errors import ParameterError
from regimenkg.terms.namespaces import PREFIXES, expand, prefix_of

if TYPE_CHECKING:
    from regimenkg.terms.vocabularies import Code

__all__ = ["as_iri", "bare_codes", "has_prefix", "spelled_codes"]

_DOI = "https://doi.org/"
_MARKS = ":_/"  # one of these, or a digit, is in every code
_SPELLED = re.compile(r"([A-Za-z][A-Za-z0-9.]*(?:[ _-][A-Za-z]+)*)\s*[:#=\s_-]\s*(\S+)")
_BARE_DOI = re.compile(r"10\.\d{4,9}/[^\s<>\"{}|\\^`]+")
_PMID = re.compile(r"[1-9]\d{0,8}")
_OF_AN_ID = re.compile("_(?:code|codes|id|identifier|no|nr|number|registry_number|rn|ui)$")


def as_iri(text: str) -> ox.NamedNode | None:
    """Return the IRI that a text is or, as a CURIE, stands for; None for any other text.

    A DOI is put in lower case and a code of a mapped vocabulary as that writes it, as the graph has
    them. Raises ParameterError for what has the shape of an IRI and is none, and for a code that
    its vocabulary's pattern does not allow.

    >>> as_iri("rk:Drug").value
    'https://w3id.org/regimenkg/vocab#Drug'
    >>> as_iri("<https://doi.org/10.1182/BLOOD>").value
    'https://doi.org/10.1182/blood'
    >>> as_iri("ncit:c408").value
    'http://purl.obolibrary.org/obo/NCIT_C408'
    >>> as_iri("CHEBI_28680").value, as_iri("CHEMBL803").value
    ('http://purl.obolibrary.org/obo/CHEBI_28680', 'http://rdf.ebi.ac.uk/resource/chembl/molecule/CHEMBL803')
    >>> as_iri("Ara-C") is None
    True
    """
    if text.startswith("<") and text.endswith(">"):
        iri: str | None = text[1:-1]
    elif has_prefix(text):
        iri = expand(text)
        if iri is None and ("://" in text or text.lower().startswith("urn:")):
            iri = text
    else:
        iri = None
    if iri is None and not any(char in _MARKS or char.isdigit() for char in text):
        return None  # a name: what a code is like need not be known
    from regimenkg.terms.vocabularies import code_in, code_of, normal

    if iri is None:
        code = code_in(text)
        return ox.NamedNode(code.iri) if code else None
    code = code_of(iri)
    if code:
        return ox.NamedNode(normal(code, text).iri)
    try:
        return ox.NamedNode(iri.lower() if iri.lower().startswith(_DOI) else iri)
    except ValueError:
        raise ParameterError(f"{text!r} is not an IRI", hint="write it whole, or a name") from None


def has_prefix(text: str) -> bool:
    """Tell whether a text has the shape of a CURIE.

    >>> has_prefix("RXNORM:3041"), has_prefix("Ara-C")
    (True, False)
    """
    prefix, colon, rest = text.partition(":")
    return prefix[:1].isalpha() and colon == ":" and rest != "" and len(text.split()) == 1


def spelled_codes(text: str) -> list[str]:
    """Return the code in a text that names its vocabulary before an id, in the ways people do.

    Its IRI; several where the id has several readings, and none for any other text, or for an id
    that the vocabulary cannot have.

    >>> from regimenkg.terms.namespaces import compact
    >>> texts = ("CAS 147-94-4", "RxCUI: 3041", "MeSH ID D003561", "PubChem CID 6253", "PMID 99")
    >>> [compact(spelled_codes(text)[0]) for text in texts]
    ['cas:147-94-4', 'rxnorm:3041', 'mesh:D003561', 'pubchem:6253', 'pubmed:99']
    >>> spelled_codes("10.1182/Blood.X"), spelled_codes("grade 3")
    (['https://doi.org/10.1182/blood.x'], [])
    """
    from regimenkg.terms.vocabularies import Code, vocabularies

    if _BARE_DOI.fullmatch(text):
        return [_DOI + text.lower()]
    found = _SPELLED.fullmatch(text)
    if found is None:
        return []
    words, local = _OF_AN_ID.sub("", re.sub(r"[\s-]+", "_", found[1]).lower()), found[2]
    for name in (words, words.replace("_", ""), words.replace("_", ".")):
        prefix = prefix_of(name)
        if vocabulary := vocabularies().get(prefix):
            return [Code(vocabulary, each).iri for each in vocabulary.readings(local)]
        if prefix == "doi" and _BARE_DOI.fullmatch(local):
            return [_DOI + local.lower()]
        if prefix == "pubmed" and _PMID.fullmatch(local):
            return [PREFIXES[prefix] + local]
    return []


def bare_codes(text: str, class_curie: str = "") -> list[Code]:
    """Return the codes that a text without a prefix has the form of, of each vocabulary.

    Args:
        text: the text.
        class_curie: a class, such as ``rk:Regimen``, of which the vocabulary has to have codes.

    >>> [code.vocabulary.prefix for code in bare_codes("l01bc01")]
    ['atc']
    >>> len(bare_codes("3041")) > 2, bare_codes("Ara-C")
    (True, [])
    """
    if not any(char.isdigit() for char in text):
        return []
    from regimenkg.terms.vocabularies import Code, vocabularies

    return [
        Code(vocabulary, local)
        for vocabulary in vocabularies().values()
        if not class_curie or class_curie in vocabulary.classes
        for local in vocabulary.bare_ids(text)
    ]
