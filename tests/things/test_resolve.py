"""Names resolve: what each of them means, how that is known, and what stays unknown."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import cache

import pyoxigraph as ox
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from regimenkg.errors import ParameterError, UsageError
from regimenkg.formats.rows import plain_text
from regimenkg.packaged import open_store
from regimenkg.store.embedded import EmbeddedStore
from regimenkg.terms.namespaces import PREFIXES, RK, RKD
from regimenkg.terms.vocabularies import vocabularies
from regimenkg.things.index import Match, NameIndex
from regimenkg.things.kinds import KINDS
from regimenkg.things.lookup import find_things
from regimenkg.things.patterns import NAME_KINDS
from regimenkg.things.reading import names_of
from regimenkg.things.resolve import COLUMNS, MAX_CHARACTERS, find, resolve

GRAPH = """\
@prefix rk: <https://w3id.org/regimenkg/vocab#> .
@prefix d: <https://w3id.org/regimenkg/drug/> .
@prefix t: <https://w3id.org/regimenkg/toxicity/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix bibo: <http://purl.org/ontology/bibo/> .
d:afatinib a rk:Drug ; skos:prefLabel "afatinib"@en ; rk:brandName "Gilotrif"@en ;
    skos:exactMatch <https://bioregistry.io/rxnorm:1430438> ,
        <http://purl.obolibrary.org/obo/NCIT_C66940> .
d:prednisone a rk:Drug ; skos:prefLabel "prednisone"@en .
d:prednisolone a rk:Drug ; skos:prefLabel "prednisolone"@en .
d:gemcitabine a rk:Drug ; skos:prefLabel "gemcitabine"@en .
d:decitabine a rk:Drug ; skos:prefLabel "decitabine"@en ; rk:researchCode "NSC-127716"@en .
d:vincristine a rk:Drug ; skos:prefLabel "vincristine"@en .
d:vincristine-sulfate a rk:Drug ; rk:saltOf d:vincristine ;
    skos:prefLabel "vincristine sulfate"@en .
d:sargramostim a rk:Drug ; skos:prefLabel "sargramostim"@en ; rk:brandName "Leukine"@en .
d:cyclophosphamide a rk:Drug ; skos:prefLabel "cyclophosphamide"@en ;
    skos:hiddenLabel "cyclofosphamid"@en .
d:tetraethyl a rk:Drug ; skos:prefLabel "tetraethylthiuram"@en .
d:coded a rk:Drug ; skos:prefLabel "L01BC05"@en .
d:other a rk:Drug ; skos:prefLabel "other drug"@en ;
    skos:exactMatch <https://bioregistry.io/atc:L01BC05> .
d:toripalimab a rk:Drug ; skos:prefLabel "toripalimab"@en ; skos:altLabel "Teriplizumab"@en .
d:carfilzomib a rk:Drug ; skos:prefLabel "carfilzomib"@en ; skos:altLabel "carfilnomib"@en .
d:docetaxel a rk:Drug ; skos:prefLabel "docetaxel"@en .
d:rituximab a rk:Drug ; skos:prefLabel "rituximab"@en .
d:bismuth-subcitrate a rk:Drug ; skos:prefLabel "bismuth subcitrate"@en .
<https://w3id.org/regimenkg/regimen/one> a rk:Regimen ; skos:prefLabel "R-ICE Regimen"@en ;
    skos:altLabel "R-ICE"@en .
<https://w3id.org/regimenkg/regimen/two> a rk:Regimen ; skos:prefLabel "FOLFOX"@en .
<https://w3id.org/regimenkg/regimen/three> a rk:Regimen ; skos:prefLabel "GemOx"@en .
<https://w3id.org/regimenkg/regimen/four> a rk:Regimen ; skos:prefLabel "EPOCH"@en .
t:peroneal a rk:Toxicity ; skos:prefLabel "peroneal palsy"@en .
<https://doi.org/10.1000/abc> a rk:Paper ; skos:prefLabel "a paper"@en ; bibo:pmid "31273311" .
"""


@cache
def made_up() -> EmbeddedStore:
    store = ox.Store()
    store.load(GRAPH.encode(), ox.RdfFormat.TURTLE)
    return EmbeddedStore(store)


def rows(*texts: str, kind: str | None = None) -> list[dict[str, str]]:
    found = resolve(texts, made_up(), kind)
    assert found.variables == COLUMNS
    return [dict(zip(COLUMNS, map(plain_text, row), strict=True)) for row in found]


def told(text: str, kind: str | None = None) -> tuple[str, str, str]:
    """Status, things (by their slugs) and how they were matched."""
    found = rows(text, kind=kind)
    things = "|".join(row["thing"].rpartition("/")[2] for row in found)
    return found[0]["status"], things, found[0]["matchedBy"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("afatinib", ("resolved", "afatinib", "label")),
        (" AFATINIB ", ("resolved", "afatinib", "label")),
        ("gilotrif®", ("resolved", "afatinib", "brand")),
        ("NSC 127716", ("resolved", "decitabine", "research code")),
        ("Cyclofosphamid", ("resolved", "cyclophosphamide", "spelling")),
        ("vincristine sulphate", ("resolved", "vincristine-sulfate", "spelling")),
        ("ciclofosfamida", ("resolved", "cyclophosphamide", "spelling")),
        ("Циклофосфамид", ("resolved", "cyclophosphamide", "spelling")),
        ("Gemcitabin", ("resolved", "gemcitabine", "spelling")),
        ("RXNORM:1430438", ("resolved", "afatinib", "code")),
        ("RxCUI 1430438", ("resolved", "afatinib", "code")),
        ("NCIt C66940", ("resolved", "afatinib", "code")),
        ("NCIT_C66940", ("resolved", "afatinib", "code")),
        ("c66940", ("resolved", "afatinib", "code")),
        ("PMID 31273311", ("resolved", "abc", "code")),
        ("10.1000/ABC", ("resolved", "abc", "iri")),
        ("rkd:drug/afatinib", ("resolved", "afatinib", "iri")),
        ("drug/afatinib", ("resolved", "afatinib", "iri")),
        ("gemcitibine", ("resolved", "gemcitabine", "slip")),
        ("vincristine hydrochloride", ("resolved", "vincristine", "label")),
        *((text, ("resolved", "one", "synonym")) for text in ("R-ICE", "RICE", "R ICE", "r-ice")),
        ("rice", ("ambiguous", "one", "synonym")),
        ("Rice", ("ambiguous", "one", "synonym")),
        ("rice regimen", ("resolved", "one", "label")),
        ("folfox", ("resolved", "two", "label")),
        ("gemox", ("resolved", "three", "label")),
        ("EPOCH", ("resolved", "four", "label")),
        ("epoch", ("ambiguous", "four", "label")),
        # what may be two things is told, and what may be something else is not taken
        ("1430438", ("ambiguous", "afatinib", "code")),
        ("L01BC05", ("ambiguous", "coded|other", "label")),
        ("prednislone", ("ambiguous", "prednisolone|prednisone", "slip")),
        ("gecitabine", ("ambiguous", "gemcitabine|decitabine", "slip")),
        ("demcitabine", ("ambiguous", "decitabine|gemcitabine", "slip")),
        ("prednisilone", ("ambiguous", "prednisolone|prednisone", "slip")),
        ("Triplizumab", ("unknown", "", "")),
        ("teriplizumab", ("resolved", "toripalimab", "synonym")),
        ("carflinomib", ("unknown", "", "")),
        ("rituximab sodium", ("unknown", "", "")),
        ("rituximab trihydrate", ("unknown", "", "")),
        ("bismuth subcitrate potassium", ("unknown", "", "")),
        ("vincristine sulfate sodium", ("unknown", "", "")),
        ("vincristine sulfate hydrate", ("resolved", "vincristine-sulfate", "label")),
        ("apatinib", ("unknown", "", "")),
        ("bapatinib", ("unknown", "", "")),
        ("vinblastine", ("unknown", "", "")),
        ("vindesine", ("unknown", "", "")),
        ("cytarabine", ("unknown", "", "")),
        ("leucine", ("unknown", "", "")),
        ("tetramethylthiuram", ("unknown", "", "")),
        ("perineal palsy", ("unknown", "", "")),
        ("dec", ("unknown", "", "")),
        ("Drug", ("unknown", "", "")),
        ("RXNORM:7", ("unknown", "", "")),
        ("", ("unknown", "", "")),
        ("阿糖胞苷", ("unknown", "", "")),
    ],
)
def test_what_a_text_means(text: str, expected: tuple[str, str, str]) -> None:
    assert told(text) == expected


def test_a_salt_is_told_as_such() -> None:
    salt, missing, base = rows("vincristine sulfate", "vincristine hydrochloride", "vincristine")
    assert salt["note"] == "a salt of vincristine"
    assert missing["note"] == ("written like a salt of vincristine; the graph has no such salt")
    (hydrate,) = rows("docetaxel trihydrate")
    assert hydrate["note"] == "written like a hydrate of docetaxel; the graph has no such hydrate"
    assert base["note"] == ""


def test_a_slip_and_what_is_near_are_told() -> None:
    slip, near, both = rows("gemcitibine", "apatinib", "prednislone")[:3]
    assert slip["note"] == "a slip for 'gemcitabine'"
    assert near["note"] == "one letter from 'afatinib', and not taken for it"
    assert both["note"] == "one letter from 'prednisolone'"


def test_a_kind_leaves_the_others_out_and_says_so() -> None:
    assert told("afatinib", "drug")[0] == "resolved"
    assert told("afatinib", "toxicity") == ("unknown", "", "")
    assert rows("afatinib", kind="toxicity")[0]["note"] == "names afatinib (drug)"
    with pytest.raises(UsageError, match="no kind 'drgu'") as caught:
        rows("afatinib", kind="drgu")
    assert "'drug'" in (caught.value.hint or "")


def test_a_row_for_every_text_in_their_order() -> None:
    texts = ["afatinib", "", "zzz", "prednislone", "a\x00b", "\udcff", "x" * 5000, "afatinib"]
    found = rows(*texts)
    assert [row["status"] for row in found] == [
        *("resolved", "unknown", "unknown", "ambiguous", "ambiguous"),
        *("unknown", "unknown", "unknown", "resolved"),
    ]
    assert found[5]["note"] == found[6]["note"] == "has characters that are not text"
    assert found[5]["input"] == "a\ufffdb"
    assert found[7]["input"].endswith("x…") and len(found[7]["input"]) < MAX_CHARACTERS


def test_the_texts_are_read_while_the_rows_are() -> None:
    taken = 0

    def endless() -> object:
        nonlocal taken
        while True:
            taken += 1
            yield f"name {taken}"

    found = iter(resolve(endless(), made_up()))  # type: ignore[arg-type]
    for _ in range(100):
        next(found)
    assert taken == 100


# What is open is tried with what nobody gave


@cache
def packaged() -> tuple[EmbeddedStore, NameIndex, tuple[Match, ...]]:
    store = open_store()
    index = names_of(store)
    return store, index, tuple(index.containing("", -1))


def accented(text: str) -> str:
    return unicodedata.normalize("NFC", re.sub("([aeou])", "\\1\u0301", text))


@given(st.data())
def test_a_label_in_any_case_and_accents_resolves_to_its_thing(data: st.DataObject) -> None:
    store, index, names = packaged()
    name = data.draw(st.sampled_from(names))
    assume(NAME_KINDS[name.kind].word == "label")
    changes: list[Callable[[str], str]] = [str, str.upper, str.casefold, str.title, accented]
    change = data.draw(st.sampled_from(changes))
    finding = find(change(name.name), index)
    assert name.thing in {candidate.thing for candidate in finding.candidates}, change(name.name)
    if finding.status == "ambiguous":  # several things have that label, or it may be a word
        assert len(finding.candidates) > 1 or "acronym" in finding.candidates[0].note
    assert store is not None


SLIPS = st.sampled_from(["", "x", "rn", " ", "-", "é", "1"])


@given(st.data())
def test_a_slip_never_resolves_to_another_thing(data: st.DataObject) -> None:
    _, index, names = packaged()
    name = data.draw(st.sampled_from(names))
    assume(len(name.name) > 1)
    place = data.draw(st.integers(0, len(name.name) - 1))
    text = name.name[:place] + data.draw(SLIPS) + name.name[place + 1 :]
    finding = find(text, index)
    if finding.status == "resolved" and finding.candidates[0].matched_by == "slip":
        near = {match.thing for match, _ in index.slips(text)}
        assert near == {finding.candidates[0].thing}


TEXTS = st.one_of(
    st.text(max_size=40),
    st.text(alphabet="abcinte -+0123456789:CLDB", max_size=12),
    st.from_regex(r"[A-Z]{1,4}:?\d{1,8}", fullmatch=True),
    st.builds(lambda n: packaged()[2][n % len(packaged()[2])].name, st.integers(0)),
    st.builds(lambda n: packaged()[2][n % len(packaged()[2])].name[1:], st.integers(0)),
)


@given(TEXTS, st.sampled_from([None, *KINDS]))
@example("NCIT:", None)
@example("'\"*()", "drug")
def test_a_parameter_and_resolve_never_name_different_things(text: str, kind: str | None) -> None:
    store, index, _ = packaged()
    class_iri = KINDS[kind] if kind else ""
    finding = find(text, index, class_iri)
    try:
        things = [thing.value for thing in find_things(text, store, class_iri)]
    except ParameterError:
        assert finding.status == "unknown"
        return
    own = sorted({each.thing.iri for each in finding.candidates if each.itself})
    unnamed = [iri for iri in things if index.thing(iri) is None]  # an IRI of what has no name
    assert things in (own, unnamed)


@given(st.sampled_from(sorted(vocabularies())), st.text("0123456789", min_size=1, max_size=9))
def test_a_bare_number_is_never_taken_for_a_code(prefix: str, digits: str) -> None:
    store = EmbeddedStore.empty()
    store.store.load(
        (
            f"<{RKD}drug/x> a <{RK}Drug> ; <http://www.w3.org/2004/02/skos/core#exactMatch>"
            f" <{PREFIXES[prefix]}{digits}> ."
        ).encode(),
        ox.RdfFormat.TURTLE,
    )
    finding = find(digits, names_of(store))
    assert finding.status != "resolved"
