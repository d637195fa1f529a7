"""IRIs: the one prefix map, CURIEs to IRIs and back, and the minting of new IRIs.

The prefix map is ``ontology/prefixes.json``; nothing else in the project spells out a namespace.
"""

from __future__ import annotations

import json
import re

from regimenkg.resources import directory

_MAP: dict[str, dict[str, str]] = json.loads(
    (directory("ontology") / "prefixes.json").read_text(encoding="utf-8")
)

PREFIXES: dict[str, str] = _MAP["prefixes"]
"""Prefix → namespace IRI, in the order in which exports declare them."""

SYNONYMS: dict[str, str] = _MAP["synonyms"]
"""Other spellings of prefixes, in lower case → the prefix they stand for."""

RK = PREFIXES["rk"]
"""Namespace of the vocabulary."""

RKD = PREFIXES["rkd"]
"""Namespace of things."""

GRAPH = RKD + "graph/"
"""Namespace of named graphs."""

ONTOLOGY_GRAPH = GRAPH + "ontology"
"""The named graph of the vocabulary."""

DERIVED_GRAPH = GRAPH + "derived"
"""The named graph of what rules derive; it cannot be loaded."""

QUERIES_GRAPH = GRAPH + "queries"
"""The named graph of the canned queries."""

PREFIXES_GRAPH = GRAPH + "prefixes"
"""The named graph of the prefix map."""

VOID_GRAPH = GRAPH + "void"
"""The named graph of how much there is of what; rules count it, and it cannot be loaded."""

PUBLISHED_GRAPH = GRAPH + "published"
"""The named graph of another server that says which graphs were published there, and whole."""

STAGED_GRAPH = PUBLISHED_GRAPH + "#staged"
"""The named graph of another server in which a graph is made ready, to be moved to its place."""

DESCRIPTION_GRAPHS = (QUERIES_GRAPH, PREFIXES_GRAPH, VOID_GRAPH, PUBLISHED_GRAPH)
"""The named graphs that describe the store to tools: no part of what it is about."""

MATCHES = ("exactMatch", "closeMatch", "broadMatch", "narrowMatch", "relatedMatch")
"""The SKOS relations of a thing to a code, each a local name."""

_LONGEST_FIRST = sorted(
    ((namespace, prefix) for prefix, namespace in PREFIXES.items()),
    key=lambda pair: -len(pair[0]),
)
_NOT_IN_IRI = re.compile(r'[\x00-\x20<>"{}|^`\\]')
_RELEASE = re.compile(r"_[0-9]{4}_[0-9]{2}_[0-9]{2}$")
_KIND = r"[a-z]+(?:-[a-z]+)*"
_SLUG = r"[A-Za-z0-9]+(?:[-._][A-Za-z0-9]+)*"


def prefix_of(spelling: str) -> str:
    """Return the prefix that a spelling of one stands for, in lower case; itself where none.

    The date of a release behind it does not count: OBO writes ``SNOMEDCT_US_2023_03_01``.

    >>> prefix_of("SCTID"), prefix_of("SNOMEDCT_US_2023_03_01"), prefix_of("ex")
    ('snomedct', 'snomedct', 'ex')
    """
    prefix = _RELEASE.sub("", spelling.lower())
    return SYNONYMS.get(prefix, prefix)


def expand(curie: str) -> str | None:
    """Return the IRI that a CURIE stands for, or None if it is not one of a known prefix.

    The prefix may be in any case or a synonym; a DOI is put in lower case.

    >>> expand("rk:Drug")
    'https://w3id.org/regimenkg/vocab#Drug'
    >>> expand("RXCUI:3041")
    'https://bioregistry.io/rxnorm:3041'
    >>> expand("CHEBI:28680")
    'http://purl.obolibrary.org/obo/CHEBI_28680'
    >>> expand("http://example.org/") is None
    True
    """
    prefix, colon, local = curie.partition(":")
    if not colon or not local or _NOT_IN_IRI.search(local):
        return None
    prefix = prefix_of(prefix)
    namespace = PREFIXES.get(prefix)
    if namespace is None:
        return None
    return namespace + (local.lower() if prefix == "doi" else local)


def compact(iri: str) -> str:
    """Return the CURIE of an IRI, or ``<iri>`` if no prefix fits; ``expand`` reverses a CURIE.

    It is meant for people: a local part may hold ``/``, which SPARQL and Turtle would escape.

    >>> compact("https://w3id.org/regimenkg/drug/cytarabine")
    'rkd:drug/cytarabine'
    >>> compact("https://bioregistry.io/atc:L01BC01")
    'atc:L01BC01'
    >>> compact("http://example.org/a")
    '<http://example.org/a>'
    """
    for namespace, prefix in _LONGEST_FIRST:
        if iri.startswith(namespace) and len(iri) > len(namespace):
            curie = f"{prefix}:{iri[len(namespace) :]}"
            return curie if expand(curie) == iri else f"<{iri}>"
    return f"<{iri}>"


def mint(kind: str, slug: str) -> str:
    """Return the IRI of a thing: ``https://w3id.org/regimenkg/<kind>/<slug>``.

    Args:
        kind: lower-case words joined by hyphens, such as ``drug`` or ``mapping-set``.
        slug: letters and digits, joined by single ``-``, ``.`` or ``_``.

    Raises ValueError if either has another form.

    >>> mint("trial", "NCT00955916")
    'https://w3id.org/regimenkg/trial/NCT00955916'
    >>> mint("drug", "a b")
    Traceback (most recent call last):
    ...
    ValueError: 'a b' is not a slug: letters and digits joined by '-', '.' or '_'
    """
    if not re.fullmatch(_KIND, kind):
        raise ValueError(f"{kind!r} is not a kind: lower-case words joined by '-'")
    if not re.fullmatch(_SLUG, slug):
        raise ValueError(f"{slug!r} is not a slug: letters and digits joined by '-', '.' or '_'")
    return f"{RKD}{kind}/{slug}"


def slugify(text: str) -> str:
    """Return a label as a slug: ASCII, lower case, words joined by ``-``.

    Accents are dropped and Greek letters spelt out. Raises ValueError if nothing is left.

    >>> slugify("CLAG-M")
    'clag-m'
    >>> slugify("Interferon α-2b (pegylated)")
    'interferon-alpha-2b-pegylated'
    """
    import unicodedata

    letters = []
    for char in unicodedata.normalize("NFKD", text):
        if char.isascii():
            letters.append(char)
        elif "GREEK" in (name := unicodedata.name(char, "")):
            letters.append(name.partition(" LETTER ")[2].partition(" ")[0])
        elif not unicodedata.combining(char):
            letters.append("-")
    slug = re.sub(r"[^a-z0-9]+", "-", "".join(letters).lower()).strip("-")
    if not slug:
        raise ValueError(f"{text!r} has no letter or digit to make a slug of")
    return slug
