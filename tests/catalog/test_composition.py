"""Which regimen is it: the rows of regimens-by-composition are those that sets of drugs give."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import chain
from random import Random

import pyoxigraph as ox
import pytest
import rdflib
from answer_cells import golden_cell, plain, rows
from made_up.registry import SUPPORTIVE, registry
from made_up_stores import made_up_store, pairs
from measuring import unmeasured
from packaged_stores import copy_of_documents_edition, replace_graph

from regimenkg.catalog.cache import find
from regimenkg.catalog.runner import bind
from regimenkg.formats.graphs import write_graph
from regimenkg.records.export import flat
from regimenkg.store.embedded import EmbeddedStore
from regimenkg.terms.namespaces import GRAPH, RK, RKD

QUERY = "regimens-by-composition"


def _store(store: ox.Store) -> EmbeddedStore:
    embedded = EmbeddedStore.empty()
    embedded.store.bulk_extend(store)
    return embedded


def combined(triples: Iterable[ox.Triple]) -> Iterator[ox.Triple]:
    """A registry in which four drugs are fixed combinations, one of them of another."""
    triples = list(triples)
    lists_drug = ox.NamedNode(RK + "listsDrug")
    listed = Counter(each.object for each in triples if each.predicate == lists_drug)
    forms = {RK + "saltOf", RK + "productOf"}
    formed = {each.subject for each in triples if each.predicate.value in forms}
    common = (drug for drug, _ in listed.most_common() if drug not in formed)
    drugs = [drug for drug in common if isinstance(drug, ox.NamedNode)]
    wholes, parts = drugs[4:8], [*drugs[:4], *drugs[8:12]]
    yield from triples
    for place, whole in enumerate(wholes):
        for part in (*parts[2 * place : 2 * place + 2], *wholes[:place][:1]):
            yield ox.Triple(whole, ox.NamedNode(RK + "hasIngredient"), part)


@pytest.fixture(scope="module")
def store() -> EmbeddedStore:
    """The curated regimens and 120 of a made-up registry, with salts of salts among the drugs."""
    return with_registry(120)


def with_registry(size: int) -> EmbeddedStore:
    filled = EmbeddedStore(copy_of_documents_edition())
    replace_graph(filled.store, GRAPH + "registry", combined(registry(size)))
    return filled


def base_of(store: EmbeddedStore) -> dict[str, str]:
    """What each drug is a salt or product of at the end."""
    forms = dict(chain(pairs(store.store, "rk:saltOf"), pairs(store.store, "rk:productOf")))

    def end(drug: str) -> str:
        return end(forms[drug]) if drug in forms else drug

    return {drug: end(drug) for drug in {d for _, d in pairs(store.store, "rk:hasDrug")} | {*forms}}


def parts_of(store: EmbeddedStore) -> dict[str, set[str]]:
    """What each drug counts as: its base, or the bases of all that a fixed combination is of."""
    base = base_of(store)
    ingredients: dict[str, set[str]] = {}
    for whole, part in pairs(store.store, "rk:hasIngredient"):
        ingredients.setdefault(whole, set()).add(part)

    def parts(drug: str) -> set[str]:
        end = base.get(drug, drug)
        return set[str]().union(*map(parts, ingredients[end])) if end in ingredients else {end}

    return {drug: parts(drug) for drug in {*base, *ingredients}}


def lists(store: EmbeddedStore) -> list[list[str]]:
    """Lists of drugs: those of regimens, with one more, one less, in another form, and others."""
    random = Random("lists")
    regimens: dict[str, list[str]] = {}
    for regimen, drug in sorted(pairs(store.store, "rk:hasDrug")):
        regimens.setdefault(regimen, []).append(drug)
    drugs = sorted({drug for each in regimens.values() for drug in each})
    base = base_of(store)
    forms: dict[str, list[str]] = {}
    for drug, of in base.items():
        forms.setdefault(of, []).append(drug)
    found = []
    for name in random.sample(sorted(regimens), 12):
        own = regimens[name]
        found += [own, [*own, random.choice(drugs)], own[1:] or own]
        found.append([random.choice(forms[base[drug]]) for drug in own])
    supportive = sorted(
        {d for d, class_ in pairs(store.store, "rk:drugClass") if class_ in SUPPORTIVE.value}
    )
    wholes = sorted({whole for whole, _ in pairs(store.store, "rk:hasIngredient")})
    for whole in wholes:
        found += [[whole], [whole, random.choice(drugs)]]
    for name in sorted(regimens):
        if not {*regimens[name]}.isdisjoint(wholes):
            found.append(sorted(set[str]().union(*(parts_of(store)[d] for d in regimens[name]))))
    return [*found, supportive[:1], ["drug/cladribine", "drug/cytarabine"]]


def told(store: EmbeddedStore, given: list[str], **values: object) -> list[dict[str, str]]:
    """The rows for a list of drugs, as texts by column."""
    spec = find(QUERY)
    text = bind(spec, {"drug": [RKD + drug for drug in given], **values}, store)
    return [
        {name: golden_cell(term) for name, term in zip(spec.columns, row, strict=True)}
        for row in rows(store, text)
    ]


def test_each_regimen_is_in_the_relation_that_its_drugs_are_in(store: EmbeddedStore) -> None:
    base, ends = parts_of(store), base_of(store)
    substances: dict[str, set[str]] = {}
    for regimen, drug in pairs(store.store, "rk:hasDrug"):
        substances.setdefault(regimen, set()).update(base[drug])
    apart: dict[str, set[str]] = {}
    for regimen, drug in pairs(store.store, "rk:hasSupportiveSubstance"):
        apart.setdefault(regimen, set()).add(drug)
    ancillary = {
        ends.get(drug, drug)
        for drug, class_ in pairs(store.store, "rk:drugClass")
        if SUPPORTIVE.value.endswith(class_)
    }
    seen = set()
    for given in lists(store):
        wanted = set[str]().union(*(base[drug] for drug in given))
        expected = {}
        for regimen, own in substances.items():
            aside = apart.get(regimen, set())
            asked = {drug for drug in wanted if drug not in (aside if drug in own else ancillary)}
            has = own - aside
            if not wanted - ancillary:
                asked, has = wanted, own
            if asked & has and (asked <= has or has <= asked):
                relation = "exact" if asked == has else "contains" if asked < has else "within"
                expected[regimen] = (relation, len(has - asked), len(asked - has))
        found = {
            row["regimen"].removeprefix("rkd:"): (
                row["match"],
                int(row["missing"]),
                int(row["over"]),
            )
            for row in told(store, given)
        }
        assert found == expected, given
        seen |= {relation for relation, _, _ in expected.values()}
    assert seen == {"exact", "contains", "within"}


def test_two_engines_give_the_same_rows() -> None:
    store, spec, written = with_registry(30), find(QUERY), io.BytesIO()
    write_graph(flat(store), "nt", written)
    memory = rdflib.Graph().parse(data=written.getvalue(), format="nt")
    for given in lists(store)[::7]:
        text = bind(spec, {"drug": [RKD + drug for drug in given]}, store)
        ours = [tuple(map(plain, row)) for row in rows(store, text)]
        with unmeasured():
            theirs = list(memory.query(text))
        assert ours == [tuple(map(plain, row)) for row in theirs]  # type: ignore[arg-type]


@pytest.mark.parametrize("match", ["exact", "contains", "within"])
def test_one_relation_is_asked_for_alone(store: EmbeddedStore, match: str) -> None:
    given = ["drug/cladribine", "drug/cytarabine", "drug/mitoxantrone"]
    everything = told(store, given)
    assert [row for row in everything if row["match"] == match] == told(store, given, match=match)


WORLD = """
<drug/a> a rk:Drug ; skos:prefLabel "a"@en . <drug/b> a rk:Drug ; skos:prefLabel "b"@en .
<drug/salt> a rk:Drug ; skos:prefLabel "a salt"@en ; rk:saltOf <drug/a> .
<drug/vial> a rk:Drug ; skos:prefLabel "a vial"@en ; rk:productOf <drug/salt> .
<drug/conjugate> a rk:Drug ; skos:prefLabel "a-mab"@en .
<drug/emetic> a rk:Drug ; skos:prefLabel "emetic"@en ;
  rk:drugClass <drug-class/seer-rx-ancillary-therapy> .
<drug-class/seer-rx-ancillary-therapy> a rk:DrugClass ; skos:prefLabel "ancillary therapy"@en .
<regimen/ab> a rk:Regimen ; skos:prefLabel "AB"@en .
<registry-entry/ab> a rk:RegistryEntry ; rk:entryFor <regimen/ab> ;
  rk:listsDrug <drug/vial>, <drug/b>, <drug/emetic> .
"""


@pytest.fixture(scope="module")
def world() -> EmbeddedStore:
    return _store(made_up_store(WORLD))


def test_a_product_of_a_salt_is_found_by_the_base_and_the_row_says_so(world: EmbeddedStore) -> None:
    (row,) = told(world, ["drug/a", "drug/b"])
    assert (row["match"], row["drugs"], row["tier"]) == ("exact", "a; b; emetic", "rk:Registry")
    assert row["otherForms"] == "a vial for a"
    assert row["supportiveNotGiven"] == "emetic"


def test_a_conjugate_is_another_drug_than_what_it_carries(world: EmbeddedStore) -> None:
    (row,) = told(world, ["drug/conjugate", "drug/b"], match="exact") or [{}]
    assert row == {}
    assert told(world, ["drug/conjugate"]) == []


def test_what_is_missing_and_what_is_over_is_named(world: EmbeddedStore) -> None:
    (row,) = told(world, ["drug/salt"])
    assert (row["match"], row["notGiven"], row["missing"]) == ("contains", "b", "1")
    (row,) = told(world, ["drug/salt", "drug/b", "drug/conjugate", "drug/emetic"])
    assert (row["match"], row["notInRegimen"], row["over"]) == ("within", "a-mab", "1")
    assert row["supportiveNotGiven"] == ""


FIXED = """
<drug/enzyme> a rk:Drug ; skos:prefLabel "enzyme"@en .
<drug/fixed> a rk:Drug ; skos:prefLabel "a and enzyme"@en ;
  rk:hasIngredient <drug/salt>, <drug/enzyme> .
<drug/box> a rk:Drug ; skos:prefLabel "a box"@en ; rk:productOf <drug/fixed> .
<drug/with-emetic> a rk:Drug ; skos:prefLabel "a with emetic"@en ;
  rk:hasIngredient <drug/a>, <drug/emetic> .
<regimen/fixed> a rk:Regimen ; skos:prefLabel "FIXED"@en .
<registry-entry/fixed> a rk:RegistryEntry ; rk:entryFor <regimen/fixed> ;
  rk:listsDrug <drug/box>, <drug/b> .
"""


def test_a_fixed_combination_counts_as_its_ingredients() -> None:
    store = _store(made_up_store(WORLD + FIXED))
    exact = told(store, ["drug/with-emetic", "drug/b"], match="exact")
    assert [row["regimenLabel"] for row in exact] == ["AB"]
    assert (exact[0]["supportiveNotGiven"], exact[0]["otherForms"]) == (
        *("", "a vial for a with emetic; emetic for a with emetic"),
    )
    (within,) = told(store, ["drug/box", "drug/b"], match="within")
    assert (within["regimenLabel"], within["notInRegimen"]) == ("AB", "enzyme")
    for given in (["drug/fixed", "drug/b"], ["drug/a", "drug/enzyme", "drug/b"]):
        (row,) = told(store, given, match="exact")
        assert (row["regimenLabel"], row["drugs"]) == ("FIXED", "a; b; enzyme")


def test_supportive_drugs_alone_are_not_lost(world: EmbeddedStore) -> None:
    (row,) = told(world, ["drug/emetic"])
    assert (row["match"], row["notGiven"]) == ("contains", "a; b")


ROLES = """
<drug/c> a rk:Drug ; skos:prefLabel "c"@en .
<regimen/curated> a rk:Regimen ; skos:prefLabel "CURATED"@en ; rk:hasVariant <variant/v> .
<variant/v> a rk:RegimenVariant ; rk:variantOf <regimen/curated> ;
  rk:hasAdministration <administration/a>, <administration/c>, <administration/e> .
<administration/a> rk:drug <drug/a> ; rk:componentRole rk:Cytotoxic .
<administration/c> rk:drug <drug/c> ; rk:componentRole rk:SupportiveMedication .
<administration/e> rk:drug <drug/emetic> ; rk:componentRole rk:Cytotoxic .
"""


def test_what_a_dosing_says_of_a_drugs_role_wins_over_its_class() -> None:
    store = made_up_store(WORLD + ROLES)
    assert pairs(store, "rk:hasSupportiveSubstance") == {
        ("regimen/ab", "drug/emetic"),
        ("regimen/curated", "drug/c"),
    }


def test_a_drug_of_two_roles_is_not_supportive() -> None:
    twice = """
    <variant/v> rk:hasAdministration <administration/again> .
    <administration/again> rk:drug <drug/c> ; rk:componentRole rk:Cytotoxic .
    """
    store = made_up_store(WORLD + ROLES + twice)
    assert ("regimen/curated", "drug/c") not in pairs(store, "rk:hasSupportiveSubstance")
