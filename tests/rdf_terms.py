"""Terms of every kind for hypothesis, and terms as plain tuples, to compare what readers make."""

from __future__ import annotations

import pyoxigraph as ox
import rdflib
from hypothesis import strategies as st

XSD = str(rdflib.XSD)
RDF = str(rdflib.RDF)

_BASES = (
    *("http://example.org/", "http://example.org/a#", "http://example.org/1", "urn:x:", "tag:a,1:"),
    *("https://w3id.org/regimenkg/drug/", "https://w3id.org/regimenkg/vocab#"),
    *("https://w3id.org/regimenkg/.well-known/genid/", "https://doi.org/", RDF, XSD),
    # Schemes that are also prefixes of ours, and codes that are mostly digits.
    *("doi:", "drug:", "rk:", "https://bioregistry.io/rxnorm:"),
    *("http://purl.obolibrary.org/obo/CHEBI_", "http://www.w3.org/2000/xmlns/"),
)
_DATATYPES = (
    *("string", "integer", "decimal", "double", "float", "boolean", "date", "dateTime", "time"),
    *("gYear", "gYearMonth", "duration", "dayTimeDuration", "anyURI", "hexBinary", "base64Binary"),
    *("nonNegativeInteger", "int", "byte", "language"),
    # No token and no normalizedString: rdflib takes the spaces out of them.
)
_LEXICAL = (
    *("0", "-0", "007", "+5", "1", "10000000000000000000001", "2.0", "2.", ".5", "2.50", "1e0"),
    *("-0.0", "0.00000001", "123456789012345678.5", "00.5", "1.", "+2.5", "1e400", "-1"),
    *("1E5", "-1.5e-3", "INF", "NaN", "true", "false", "TRUE", "2018", "2018-05", "2018-02-30"),
    *(
        "PT2H",
        "P1M",
        "",
        " ",
        "  a",
        "a ",
        "\t",
        "\n",
        "\r",
        "a\rb",
        "a\r\nb",
        '"',
        '""',
        "'''",
        "\\",
    ),
    *(
        "\\n",
        "a,b",
        "]]>",
        "<b>&amp;</b>",
        "</literal>",
        "a\x00b",
        "\x01",
        "a\x0bb",
        "\x0c",
        "\x1f",
    ),
    *("\x7f", "\x85", "\u2028", "\ufeffa", "\ufffe", "\uffff", "\U0001f600", "e\u0301", "|", "#"),
)


def _is_iri(text: str) -> bool:
    try:
        ox.NamedNode(text)
    except ValueError:
        return False
    return True


_segments = st.one_of(
    st.sampled_from(("", "1", "3041", "a1", "a/b", "a.b.", "-a", "_", "a%20b", "(x)", "li", "é")),
    st.sampled_from(
        ("Description", "10.1016/S0140-6736(99)", "a'b", "a,b;c", "a:b", "ID", "~a", "中")
    ),
    st.text("abcXYZ0189-_.:/~!$&'()*+,;=@#?é中", max_size=8),
)
iris = st.builds(str.__add__, st.sampled_from(_BASES), _segments).filter(_is_iri).map(ox.NamedNode)
texts = st.one_of(st.sampled_from(_LEXICAL), st.text(max_size=12))
literals = st.one_of(
    st.builds(ox.Literal, texts),
    st.builds(
        lambda text, tag: ox.Literal(text, language=tag),
        texts,
        st.sampled_from(("en", "en-GB", "de-Latn-CH-1996", "zh-Hant", "x-private")),
    ),
    st.builds(
        lambda text, name: ox.Literal(text, datatype=ox.NamedNode(XSD + name)),
        texts,
        st.sampled_from(_DATATYPES),
    ),
    st.builds(
        lambda text, iri: ox.Literal(text, datatype=iri),
        texts,
        iris.filter(lambda iri: not iri.value.startswith(RDF)),
    ),
)
objects = st.one_of(iris, literals)
triples = st.builds(ox.Triple, iris, iris, objects)
quads = st.builds(ox.Quad, iris, iris, objects, st.one_of(st.just(ox.DefaultGraph()), iris))

Plain = tuple[str, str, str]


def plain(term: object) -> Plain:
    """A term of pyoxigraph or rdflib as its text, language and datatype; of an IRI the text."""
    if isinstance(term, ox.NamedNode):
        return term.value, "", ""
    if isinstance(term, rdflib.URIRef):
        return str(term), "", ""
    if isinstance(term, ox.Literal):
        return term.value, (term.language or "").lower(), term.datatype.value
    assert isinstance(term, rdflib.Literal), repr(term)
    datatype = term.datatype or (RDF + "langString" if term.language else XSD + "string")
    return str(term), (term.language or "").lower(), str(datatype)
