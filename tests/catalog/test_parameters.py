"""What people type for a parameter, and the term or the error that it becomes."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from decimal import Decimal

import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st

from regimenkg.catalog.parameters import parse_plain, parse_value, parse_values, value_texts
from regimenkg.catalog.spec import ParamSpec
from regimenkg.errors import ParameterError
from regimenkg.sparql.answers import Answer, Solutions
from regimenkg.sparql.backend import Backend
from regimenkg.store.embedded import EmbeddedStore
from regimenkg.things.codes import as_iri
from regimenkg.things.lookup import find_things, known_labels

RKD = "https://w3id.org/regimenkg/"
RK = RKD + "vocab#"
XSD = "http://www.w3.org/2001/XMLSchema#"
GRAPH = """\
@prefix rk: <https://w3id.org/regimenkg/vocab#> .
@prefix drug: <https://w3id.org/regimenkg/drug/> .
@prefix regimen: <https://w3id.org/regimenkg/regimen/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
rk:Regimen rdfs:subClassOf rk:Treatment .
drug:cytarabine a rk:Drug ; skos:prefLabel "cytarabine"@en ;
    skos:altLabel "Ara-C"@en, "cytosine arabinoside"@en ;
    skos:exactMatch <https://bioregistry.io/rxnorm:3041>, <https://bioregistry.io/atc:L01BC01> .
drug:cladribine a rk:Drug ; skos:prefLabel "cladribine"@en ; skos:altLabel "2-CdA"@en .
drug:imatinib a rk:Drug ; skos:prefLabel "imatinib"@en ; skos:altLabel "IM"@en ;
    skos:exactMatch <https://bioregistry.io/unii:BOTH> .
drug:imatinib-mesylate a rk:Drug ; skos:prefLabel "imatinib mesylate"@en ; skos:altLabel "IM"@en ;
    skos:exactMatch <https://bioregistry.io/unii:BOTH> .
drug:made-known-by-slug a rk:Drug ; skos:prefLabel "quite another name"@en .
drug:a a rk:Drug ; skos:prefLabel "Shared"@en .
drug:b a rk:Drug ; skos:prefLabel "other"@en ; skos:altLabel "shared"@en .
drug:uml a rk:Drug ; skos:prefLabel "Ümlaut \\"quoted\\""@en .
regimen:clag-m a rk:Regimen ; skos:prefLabel "CLAG-M"@en ; skos:altLabel "cytarabine"@en .
<https://doi.org/10.1000/abc> a rk:Paper ; skos:prefLabel "a paper"@en .
"""


class RdflibBackend:
    """rdflib as a backend, to hold the lookups to what every engine understands."""

    location = "rdflib"

    def __init__(self, turtle: str) -> None:
        self._graph = rdflib.Graph().parse(data=turtle, format="turtle")

    def query(self, text: str) -> Answer:
        """Answer a SELECT query."""
        result = self._graph.query(text)
        rows = [tuple(None if term is None else own_term(term) for term in row) for row in result]  # type: ignore[union-attr]
        return Solutions(tuple(map(str, result.vars or ())), rows)


def own_term(term: object) -> ox.NamedNode | ox.Literal:
    """A term of rdflib as one of pyoxigraph."""
    if isinstance(term, rdflib.URIRef):
        return ox.NamedNode(str(term))
    assert isinstance(term, rdflib.Literal)
    if term.language:
        return ox.Literal(str(term), language=term.language)
    return ox.Literal(str(term), datatype=ox.NamedNode(str(term.datatype or XSD + "string")))


def oxigraph_backend(turtle: str) -> Backend:
    """The embedded engine."""
    store = ox.Store()
    store.load(turtle.encode(), ox.RdfFormat.TURTLE)
    return EmbeddedStore(store)


@pytest.fixture(params=[oxigraph_backend, RdflibBackend], ids=["oxigraph", "rdflib"])
def backend(request: pytest.FixtureRequest) -> Backend:
    """The fixture graph in each engine."""
    make: Callable[[str], Backend] = request.param
    return make(GRAPH)


DRUG = ParamSpec("drug", "iri", class_="rk:Drug", many=True)


def drug(text: str, backend: Backend) -> str:
    """The IRI behind a text, without the namespace of drugs."""
    return parse_value(DRUG, text, backend).value.removeprefix(RKD + "drug/")


class TestThings:
    """Parameters of type iri."""

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("cytarabine", "cytarabine"),
            ("  Cytarabine ", "cytarabine"),
            ("CYTARABINE", "cytarabine"),
            ("Ara-C", "cytarabine"),
            ("ara-c", "cytarabine"),
            ("ara c", "cytarabine"),
            ("AraC", "cytarabine"),
            ("ara\u2011c", "cytarabine"),
            ("cytosine  arabinoside", "cytarabine"),
            ("Cytosine-Arabinoside", "cytarabine"),
            ("2-CdA", "cladribine"),
            ("2cda", "cladribine"),
            ("imatinib-mesylate", "imatinib-mesylate"),
            ("made-known-by-slug", "made-known-by-slug"),
            ("drug/made-known-by-slug", "made-known-by-slug"),
            ("Shared", "a"),
            ("shared", "b"),
            ("SHARED", "a"),
            ('ümlaut "QUOTED"', "uml"),
            ("rkd:drug/cytarabine", "cytarabine"),
            ("RKD:drug/cytarabine", "cytarabine"),
            ("https://w3id.org/regimenkg/drug/cytarabine", "cytarabine"),
            ("<https://w3id.org/regimenkg/drug/cytarabine>", "cytarabine"),
            ("RXNORM:3041", "cytarabine"),
            ("rxcui:3041", "cytarabine"),
            ("ATC:L01BC01", "cytarabine"),
            ("https://bioregistry.io/rxnorm:3041", "cytarabine"),
        ],
    )
    def test_every_name_of_a_thing(self, text: str, expected: str, backend: Backend) -> None:
        assert drug(text, backend) == expected

    @pytest.mark.parametrize(
        ("text", "message", "hint"),
        [
            (
                "cytarbine",
                "expected a drug by its name, synonym, CURIE or IRI, got 'cyta",
                "'cytarabine'?",
            ),
            ("zzz", "expected a drug by its name", "regimenkg quer"),
            ("", "got ''", "regimenkg quer"),
            ("  ", "got '  '", "regimenkg quer"),
            ("-", "got '-'", "regimenkg quer"),
            (
                "IM",
                "'IM' names more than one drug: rkd:drug/imatinib, rkd:drug/imatinib-m",
                "the one",
            ),
            ("unii:BOTH", "names more than one drug: rkd:drug/imatinib, rkd:drug/imat", "the one"),
            ("rxnorm:9", "no drug is, or is mapped to, rxnorm:9", "regimenkg quer"),
            ("rkd:drug/none", "no drug is, or is mapped to, rkd:drug/none", "regimenkg quer"),
            ("rkd:regimen/clag-m", "expected a drug, but rkd:regimen/clag-m is a regimen", "quer"),
            ("CLAG-M", "got 'CLAG-M'", "regimenkg quer"),
            ("<a b>", "got '<a b>'", "regimenkg quer"),
            ("http://x/\\u003e", "got 'http://x", "regimenkg quer"),
            ("cytarabine> } UNION { ?s ?p ?o } #", "got 'cytarabine> } UNION", "quer"),
            ('x" } UNION { ?thing ?p ?o } #', "expected a drug", "regimenkg quer"),
            ("\udc80", r"got '\\udc80'", "regimenkg quer"),
            ("a\x1b[31m", r"got 'a\\x1b\[31m'", "regimenkg quer"),
            ("x" * 500, r"got 'x{77}\.\.\.'", "regimenkg quer"),
        ],
    )
    def test_what_names_no_one_thing(
        self, text: str, message: str, hint: str, backend: Backend
    ) -> None:
        with pytest.raises(ParameterError, match="^drug: .*" + message) as caught:
            drug(text, backend)
        assert hint in (caught.value.hint or "")
        assert caught.value.exit_code == 2

    def test_a_class_takes_the_things_of_its_subclasses(self, backend: Backend) -> None:
        treatment = ParamSpec("treatment", "iri", class_="rk:Treatment")
        assert parse_value(treatment, "clag-m", backend).value == RKD + "regimen/clag-m"

    def test_the_noun_has_its_article(self, backend: Backend) -> None:
        with pytest.raises(ParameterError, match="expected an arm by its name"):
            parse_value(ParamSpec("arm", "iri", class_="rk:Arm"), "none", backend)
        with pytest.raises(ParameterError, match="expected a drug class by its name"):
            parse_value(ParamSpec("class", "iri", class_="rk:DrugClass"), "none", backend)

    def test_without_a_class_any_thing_is_meant(self, backend: Backend) -> None:
        thing = ParamSpec("thing", "iri")
        assert parse_value(thing, "CLAG-M", backend).value == RKD + "regimen/clag-m"
        # a preferred label wins over a synonym
        assert parse_value(thing, "cytarabine", backend).value == RKD + "drug/cytarabine"
        with pytest.raises(ParameterError, match="expected a thing"):
            parse_value(thing, "nothing", backend)

    def test_the_case_of_a_doi_does_not_matter(self, backend: Backend) -> None:
        paper = ParamSpec("paper", "iri", class_="rk:Paper")
        for text in ("doi:10.1000/ABC", "https://doi.org/10.1000/Abc"):
            assert parse_value(paper, text, backend).value == "https://doi.org/10.1000/abc"

    def test_known_labels_are_those_of_the_class(self, backend: Backend) -> None:
        assert known_labels(backend, RK + "Regimen") == ["CLAG-M", "cytarabine"]
        assert len(known_labels(backend)) > 10

    @given(st.text())
    def test_any_text_is_a_thing_or_a_parameter_error(self, text: str) -> None:
        backend = ANY
        try:
            found = parse_value(DRUG, text, backend)
        except ParameterError as error:
            assert error.message.isprintable()
        else:
            assert found.value.startswith(RKD + "drug/")


ANY = oxigraph_backend(GRAPH)


@pytest.mark.parametrize("text", ["a:b", "Ara-C", "CLAG: one", "", "10:30", ":x"])
def test_what_is_no_iri_is_looked_up_as_a_name(text: str) -> None:
    assert as_iri(text) is None
    assert find_things(text, ANY) == [] or text == "Ara-C"


class TestPlain:
    """Parameters whose values need no graph."""

    @pytest.mark.parametrize(
        ("type_", "text", "expected"),
        [
            ("string", " as it is ", " as it is "),
            ("integer", " 007 ", "7"),
            ("integer", "+3", "3"),
            ("integer", "-0", "0"),
            ("integer", "-12", "-12"),
            ("decimal", "2000", "2000"),
            ("decimal", "2000.0", "2000"),
            ("decimal", "07.50", "7.5"),
            ("decimal", ".5", "0.5"),
            ("decimal", "-0.0", "0"),
            ("decimal", "5.", "5"),
            ("date", "2018-05-31", "2018-05-31"),
            ("boolean", "Yes", "true"),
            ("boolean", "0", "false"),
        ],
    )
    def test_values_are_canonical(self, type_: str, text: str, expected: str) -> None:
        term = parse_plain(ParamSpec("x", type_), text)
        assert term == ox.Literal(expected, datatype=ox.NamedNode(XSD + type_))

    @pytest.mark.parametrize(
        ("type_", "text", "message"),
        [
            ("integer", "3.5", "x: expected a whole number, got '3.5'"),
            ("integer", "٣", "expected a whole number"),
            ("integer", "9" * 19, "expected a whole number"),
            ("integer", "", "expected a whole number, got ''"),
            ("decimal", "50%", "expected a number, got '50%'"),
            ("decimal", "1e5", "expected a number"),
            ("decimal", ".", "expected a number"),
            ("decimal", "1." + "1" * 30, "expected a number"),
            ("date", "2018-02-30", "expected a date"),
            ("date", "20180501", "expected a date"),
            ("date", "2018", "expected a date"),
            ("date", "0000-01-01", "expected a date"),
            ("boolean", "maybe", "expected true or false, got 'maybe'"),
            ("string", "\ud800", "expected text in Unicode"),
        ],
    )
    def test_other_texts_are_refused(self, type_: str, text: str, message: str) -> None:
        with pytest.raises(ParameterError, match=message):
            parse_plain(ParamSpec("x", type_), text)

    @pytest.mark.parametrize("text", ["rk:Cytotoxic", "cytotoxic", RK + "Cytotoxic"])
    def test_a_choice_that_is_a_curie(self, text: str) -> None:
        param = ParamSpec("role", "choice", choices=("rk:Cytotoxic", "rk:GrowthFactor"))
        assert parse_plain(param, text) == ox.NamedNode(RK + "Cytotoxic")

    def test_choices_that_are_numbers_and_texts(self) -> None:
        param = ParamSpec("x", "choice", choices=("3", "2.5", "Any"))
        assert parse_plain(param, "3") == ox.Literal(3)
        assert parse_plain(param, "2.5") == ox.Literal(
            "2.5", datatype=ox.NamedNode(XSD + "decimal")
        )
        assert parse_plain(param, "ANY") == ox.Literal("Any")
        with pytest.raises(
            ParameterError, match=r"x: expected one of 3, 2\.5, Any, got 'amy'"
        ) as e:
            parse_plain(param, "amy")
        assert e.value.hint == "did you mean 'Any'?"

    @given(st.integers(-(10**18) + 1, 10**18 - 1))
    def test_any_whole_number(self, number: int) -> None:
        assert parse_plain(ParamSpec("x", "integer"), str(number)).value == str(number)

    @given(st.decimals(-(10**9), 10**9, places=6))
    def test_any_number(self, number: Decimal) -> None:
        lexical = parse_plain(ParamSpec("x", "decimal"), format(number, "f")).value
        assert Decimal(lexical) == number
        assert not lexical.endswith((".", "0")) or "." not in lexical

    @given(st.dates())
    def test_any_date(self, day: datetime.date) -> None:
        assert parse_plain(ParamSpec("x", "date"), str(day)).value == str(day)

    @given(
        st.sampled_from(["string", "integer", "decimal", "date", "boolean", "choice"]), st.text()
    )
    def test_any_text_is_a_value_or_a_parameter_error(self, type_: str, text: str) -> None:
        try:
            term = parse_plain(ParamSpec("x", type_, choices=("a",)), text)
        except ParameterError:
            return
        if type_ == "string":
            assert term == ox.Literal(text)


class TestSeveral:
    """How many values a parameter takes."""

    def test_many_without_doubles_in_order(self) -> None:
        found = parse_values(DRUG, ["2-CdA", "Ara-C", "cladribine"], ANY)
        assert [term.value.rpartition("/")[2] for term in found] == ["cladribine", "cytarabine"]

    def test_one_only(self) -> None:
        param = ParamSpec("maxGrade", "integer")
        assert parse_values(param, ["3", "03"], ANY) == [ox.Literal(3)]
        with pytest.raises(ParameterError, match="maxGrade: takes one value and got 2") as caught:
            parse_values(param, ["3", "4"], ANY)
        assert caught.value.hint == "give --max-grade once"

    @pytest.mark.parametrize(
        ("value", "expected"),
        [
            ("Ara-C", ["Ara-C"]),
            (rdflib.URIRef("urn:x"), ["urn:x"]),
            (rdflib.Literal(3), ["3"]),
            (ox.NamedNode("urn:x"), ["urn:x"]),
            (ox.Literal("x", language="en"), ["x"]),
            (3, ["3"]),
            (2.5, ["2.5"]),
            (Decimal("7.50"), ["7.50"]),
            (datetime.date(2018, 5, 31), ["2018-05-31"]),
            (False, ["false"]),
            (None, []),
            ([], []),
            (("a", ["b", 3]), ["a", "b", "3"]),
        ],
    )
    def test_values_of_the_python_api(self, value: object, expected: list[str]) -> None:
        assert value_texts(value) == expected


CODE = ParamSpec("code", "code", many=True, prefix="rxnorm")
PRODUCTS = """\
@prefix drug: <https://w3id.org/regimenkg/drug/> .
@prefix ndc: <https://bioregistry.io/ndc:> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
drug:one skos:prefLabel "one"@en ; skos:narrowMatch ndc:05024-2051 , ndc:11111-1111 .
drug:two skos:prefLabel "two"@en ; skos:narrowMatch ndc:50242-0516 .
drug:three skos:prefLabel "three"@en ; skos:narrowMatch ndc:60000-0003 , ndc:06000-0000 .
"""


class TestReadings:
    """Codes of which one spelling has several readings: ten bare digits of an NDC."""

    def read(self, *texts: str, param: ParamSpec = CODE) -> tuple[list[str], list[str]]:
        """The ids that the texts are, and what was noted."""
        notes: list[str] = []
        terms = parse_values(param, texts, oxigraph_backend(PRODUCTS), notes.append)
        return [term.value.rpartition("/")[2] for term in terms], notes

    def test_those_that_exist_are_taken_and_are_told_where_they_lead_apart(self) -> None:
        ids, notes = self.read("NDC:5024205160")
        assert ids == ["ndc:05024-2051", "ndc:50242-0516"]
        assert len(notes) == 1 and "05024-2051, one; 50242-0516, two" in notes[0]

    def test_one_that_exists_alone_is_it(self) -> None:
        assert self.read("1111111110") == (["ndc:11111-1111"], [])

    def test_readings_that_lead_to_one_drug_are_no_ambiguity(self) -> None:
        ids, notes = self.read("ndc:6000000039")
        assert "ndc:60000-0003" in ids and notes == []

    def test_none_that_exists_stays_as_it_was_given(self) -> None:
        assert self.read("9999999999") == (["ndc:9999999999"], [])
        mapped = ParamSpec("code", "code", many=True, prefix="rxnorm", mapped=True)
        with pytest.raises(ParameterError, match="nothing is mapped to '9999999999', read as"):
            self.read("9999999999", param=mapped)

    def test_other_spellings_and_other_codes_have_one_reading(self) -> None:
        ids, notes = self.read("11111-1111-01", "NDC:11111111102", "3041", "ATC:L01")
        assert ids == ["ndc:11111-1111", "rxnorm:3041", "atc:L01"] and notes == []

    def test_a_parameter_that_takes_one_value_takes_no_ambiguous_code(self) -> None:
        with pytest.raises(ParameterError, match="takes one value and got 2"):
            self.read("NDC:5024205160", param=ParamSpec("code", "code"))
