"""The external vocabularies that things are mapped to, and the codes of them.

What is known of a vocabulary stands in ``ontology/vocabularies.json``: its name and the classes it
has codes for, and, frozen from Bioregistry, the pattern of its ids and the page of a code.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from regimenkg.errors import CodeError, did_you_mean
from regimenkg.resources import directory
from regimenkg.terms import ndc
from regimenkg.terms.namespaces import PREFIXES, SYNONYMS, mint, prefix_of

__all__ = [
    *("Code", "CodeError", "Vocabulary"),
    *("code_in", "code_of", "parse_code", "parse_codes", "read_vocabularies"),
    "vocabularies",
]


class Vocabulary(NamedTuple):
    """An external vocabulary, such as RxNorm, ATC or ChEBI.

    ``pattern`` is the regular expression of its ids: Bioregistry's, or where that is too wide or
    missing one of our own; ``page``
    the address of a code's public page with ``$1`` for the id, or empty. ``bare`` is the form of an
    id that stands without a prefix, narrower than the pattern where that has ids that are never
    given; an empty one has none. ``classes`` are the CURIEs
    of the classes it is meant to have codes for. In a ``hierarchical`` one a code that begins with
    another is narrower: ATC L01BC01 lies in L01. ``structure`` names the module that reads the
    spellings of a vocabulary whose ids are written in several forms: those of NDC.

    >>> vocabularies()["rxnorm"].page_of("3041")
    'https://mor.nlm.nih.gov/RxNav/search?searchBy=RXCUI&searchTerm=3041'
    """

    prefix: str
    name: str
    bioregistry: str
    classes: tuple[str, ...]
    hierarchical: bool
    structure: str
    homepage: str
    licence: str
    pattern: str
    example: str
    page: str
    bare: str = ""

    @property
    def iri(self) -> str:
        """The vocabulary as a thing of the graph: a ``skos:ConceptScheme``."""
        return mint("vocabulary", self.prefix)

    def page_of(self, local: str) -> str:
        """The address of a code's public page, or an empty text."""
        return self.page.replace("$1", local)

    def normal(self, local: str) -> str | None:
        """An id as the vocabulary writes it, or None for what is none.

        A prefix that stands twice is dropped, and letters are put in upper case where only that
        fits the pattern. What has several readings has none here: see :meth:`readings`.

        >>> vocabularies()["chebi"].normal("CHEBI:28680"), vocabularies()["ncit"].normal("c408")
        ('28680', 'C408')
        >>> vocabularies()["rxnorm"].normal("cytarabine") is None
        True
        """
        readings = self.readings(local)
        return readings[0] if len(readings) == 1 else None

    def readings(self, local: str) -> tuple[str, ...]:
        """All ids that a text can stand for: none, one or, of an NDC without hyphens, three.

        >>> vocabularies()["ndc"].readings("5024205160")
        ('05024-2051', '50242-0051', '50242-0516')
        """
        first, colon, rest = local.partition(":")
        if colon and prefix_of(first) == self.prefix:
            local = rest
        if self.structure == "ndc":
            return ndc.products(local)
        for candidate in (local, local.upper()):
            if re.fullmatch(self.pattern, candidate, re.ASCII):
                return (candidate,)
        return ()

    def bare_ids(self, text: str) -> tuple[str, ...]:
        """The ids that a text without a prefix may be, as the vocabulary writes them.

        >>> vocabularies()["atc"].bare_ids("l01bc01"), vocabularies()["oncotree"].bare_ids("AML")
        (('L01BC01',), ())
        """
        fits = self.bare and any(
            re.fullmatch(self.bare, each, re.ASCII) for each in (text, text.upper())
        )
        return self.readings(text) if fits else ()


class Code(NamedTuple):
    """A code of a vocabulary, such as 3041 of RxNorm."""

    vocabulary: Vocabulary
    local: str

    @property
    def iri(self) -> str:
        """The IRI that the graph has for it."""
        return PREFIXES[self.vocabulary.prefix] + self.local

    @property
    def page(self) -> str:
        """The address of its public page, or an empty text where the vocabulary has none."""
        return self.vocabulary.page_of(self.local)


@cache
def vocabularies() -> Mapping[str, Vocabulary]:
    """Return the vocabularies by the prefix that the project's prefix map has for them.

    >>> vocabularies()["chembl"].name
    'ChEMBL'
    """
    return read_vocabularies(directory("ontology") / "vocabularies.json")


def read_vocabularies(path: Path) -> Mapping[str, Vocabulary]:
    """Read a table of vocabularies.

    Raises OSError for a file that cannot be read, and ValueError, KeyError, TypeError or
    AttributeError for one of another form.
    """
    content = json.loads(path.read_text(encoding="utf-8"))
    return MappingProxyType(
        {
            prefix: Vocabulary(
                prefix=prefix,
                name=entry["name"],
                bioregistry=entry["bioregistry"],
                classes=tuple(entry["classes"]),
                hierarchical=entry.get("hierarchical", False),
                structure=entry.get("structure", ""),
                homepage=entry["homepage"] or "",
                licence=entry["licence"] or "",
                pattern=entry.get("own_pattern") or entry["pattern"] or "",
                example=entry["example"] or "",
                page=entry["page"] or "",
                bare=entry.get("bare", entry.get("own_pattern") or entry["pattern"] or ""),
            )
            for prefix, entry in content["vocabularies"].items()
        }
    )


def code_of(iri: str) -> Code | None:
    """Return the code that an IRI is, or None if it is of no mapped vocabulary.

    The id is not looked at: ``Vocabulary.normal`` tells whether it can be one.

    >>> code = code_of("https://bioregistry.io/rxnorm:3041")
    >>> code.vocabulary.name, code.local
    ('RxNorm', '3041')
    """
    for prefix, vocabulary in vocabularies().items():
        namespace = PREFIXES[prefix]
        if iri.startswith(namespace) and len(iri) > len(namespace):
            return Code(vocabulary, iri[len(namespace) :])
    return None


_PACKAGE = r"\d{4}-\d{4}-\d{2}|\d{5}-(\d{3}-\d{2}|\d{4}-\d{1,2})"  # an NDC, and no code of another
_SPEAKING = {"chembl": r"CHEMBL\d+", "drugbank": r"DB\d{5}"}
_RESOLVERS = ("https://identifiers.org/", "http://identifiers.org/", "https://bioregistry.io/")


def code_in(text: str) -> Code | None:
    """Return the code that a text is in a spelling of its own, or None: no CURIE, no IRI.

    ``CHEBI_28680`` as OBO writes it, an address of identifiers.org, and ids that name their
    vocabulary themselves.

    >>> code_in("DB00987").iri, code_in("https://identifiers.org/CHEBI:28680").local
    ('https://bioregistry.io/drugbank:DB00987', '28680')
    """
    for prefix, pattern in _SPEAKING.items():
        if re.fullmatch(pattern, text, re.ASCII | re.IGNORECASE):
            return Code(vocabularies()[prefix], text.upper())
    for resolver in _RESOLVERS:
        text = text.removeprefix(resolver)
    name, mark, local = text.partition(":")
    if not mark:
        name, mark, local = text.partition("_")
    vocabulary = vocabularies().get(prefix_of(name))
    if not mark or vocabulary is None:
        package = re.fullmatch(_PACKAGE, text, re.ASCII)
        vocabulary, local = vocabularies()["ndc"], text if package else ""
    normalised = vocabulary.normal(local)
    return Code(vocabulary, normalised) if normalised else None


def parse_codes(text: str, prefix: str = "") -> tuple[Code, ...]:
    """Return all codes that a text can be, in the order of the readings of its vocabulary.

    Raises CodeError for an unknown prefix, and for an id that its pattern does not allow.

    >>> [code.local for code in parse_codes("NDC:5024205160")]
    ['05024-2051', '50242-0051', '50242-0516']
    """
    code = _code_as_given(text, prefix)
    readings = code.vocabulary.readings(code.local)
    return tuple(code._replace(local=local) for local in readings) or (normal(code, text.strip()),)


def parse_code(text: str, prefix: str = "") -> Code:
    """Return the code that a text is: a CURIE, an IRI or a bare id.

    A bare id is one of the vocabulary given, else of the only one that has ids of its form.

    Raises CodeError for an unknown prefix, and for an id that its pattern does not allow or that
    has several readings.

    >>> parse_code("rxcui:3041").iri, parse_code("L01", prefix="atc").iri
    ('https://bioregistry.io/rxnorm:3041', 'https://bioregistry.io/atc:L01')
    >>> parse_code("l01bc01").iri
    'https://bioregistry.io/atc:L01BC01'
    >>> parse_code("RXNORM:Ara-C")
    Traceback (most recent call last):
    regimenkg.errors.CodeError: 'RXNORM:Ara-C' is not an id of RxNorm: expected ^[0-9]{1,7}$
    """
    return normal(_code_as_given(text, prefix), text.strip())


def _code_as_given(text: str, prefix: str) -> Code:
    """Vocabulary and id of a text; the id is not looked at."""
    text = text.strip().removeprefix("<").removesuffix(">")
    code = code_of(text) or code_in(text)
    if code is None:
        name, colon, local = text.partition(":")
        if not colon and prefix:
            name, local = prefix, text
        name = name.strip().lower()
        vocabulary = vocabularies().get(prefix_of(name))
        if vocabulary and not colon and re.fullmatch(r"\d{10,11}", text, re.ASCII):
            # Too long for an id of the vocabulary that bare ids are of, as RxCUIs are: an NDC.
            vocabulary = vocabulary if vocabulary.readings(text) else vocabularies()["ndc"]
        if vocabulary is None:
            of_its_form = [] if colon else [v for v in vocabularies().values() if v.bare_ids(text)]
            # Ten or eleven digits are a product's by their structure; SNOMED CT has such ids too.
            of_its_form = [v for v in of_its_form if v.structure] or of_its_form
            if len(of_its_form) != 1:
                raise _unknown(text, name if colon else "")
            vocabulary, local = of_its_form[0], text
        code = Code(vocabulary, local.strip())
    return code


def normal(code: Code, text: str) -> Code:
    """Return a code as its vocabulary writes it; ``text`` is how it was given.

    Raises CodeError for an id that the pattern does not allow or that has several readings.
    """
    readings = code.vocabulary.readings(code.local)
    if len(readings) > 1:
        raise CodeError(
            f"{text!r} has {len(readings)} readings in {code.vocabulary.name}: "
            + ", ".join(readings),
            hint="write it with hyphens, or give the one that you mean",
        )
    local = readings[0] if readings else None
    if local is None:
        raise CodeError(
            f"{text!r} is not an id of {code.vocabulary.name}: expected {code.vocabulary.pattern}",
            hint=f"an example: {code.vocabulary.prefix.upper()}:{code.vocabulary.example}",
        )
    return code._replace(local=local)


def _unknown(text: str, prefix: str) -> CodeError:
    known = list(vocabularies())
    listing = "known prefixes: " + ", ".join(known)
    if not prefix:
        return CodeError(
            f"{text!r} is not a code: its prefix is missing", hint=f"such as RXNORM:3041; {listing}"
        )
    # Prefixes of three letters are all near to each other: NDC is no slip for NCT.
    guess = did_you_mean(prefix, [*known, *SYNONYMS]) if len(prefix) > 3 else None
    return CodeError(
        f"{text!r} has the prefix {prefix!r}, which is of no mapped vocabulary",
        hint=f"did you mean {guess}:? {listing}" if guess else listing,
    )
