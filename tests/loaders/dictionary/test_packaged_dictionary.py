"""The packaged dictionary: each name is of one drug, and what is easily confused is told apart."""

from __future__ import annotations

import csv
from collections import defaultdict
from functools import cache

import pytest
import yaml

from regimenkg.loaders.dictionary import FORMS, NAME_KINDS
from regimenkg.resources import directory
from regimenkg.terms.namespaces import slugify
from regimenkg.things.names import keys

FOLDER = directory("data") / "dictionary"


@cache
def table(name: str) -> list[dict[str, str]]:
    with (FOLDER / f"{name}.tsv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


@cache
def drugs() -> dict[str, dict[str, str]]:
    return {row["drug"]: row for row in table("drugs")}


@cache
def names() -> dict[str, dict[str, str]]:
    """Each name, and its kind, by drug."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for row in table("names"):
        found[row["drug"]][row["name"]] = row["kind"]
    return found


def drugs_of(name: str) -> set[str]:
    sought = keys(name)[2]
    return {slug for slug, row in drugs().items() if keys(row["label"])[2] == sought} | {
        slug for slug, own in names().items() if any(keys(each)[2] == sought for each in own)
    }


def test_there_are_drugs_enough_and_each_has_one_slug_and_one_label() -> None:
    assert len(drugs()) == len(table("drugs")) >= 450
    assert len({row["label"].casefold() for row in table("drugs")}) == len(drugs())
    for slug, row in drugs().items():
        assert slugify(slug) == slug
        assert set(row["form"].split()) <= set(FORMS)


def test_every_base_ingredient_and_name_is_of_a_drug_of_the_table() -> None:
    for row in table("drugs"):
        assert {row["base"], *row["ingredients"].split()} - {""} <= drugs().keys()
    for row in (*table("names"), *table("classes")):
        assert row["drug"] in drugs()
    assert {row["kind"] for row in table("names")} <= set(NAME_KINDS)


def test_every_document_is_described() -> None:
    documents = {row["document"] for row in table("documents")}
    for name in ("drugs", "names", "classes"):
        for row in table(name):
            assert row["document"] in documents or not row["document"]
    assert all(row["document"] for row in (*table("names"), *table("classes")))


def test_no_name_is_of_two_drugs() -> None:
    """As names are compared when they resolve: without case and punctuation."""
    of: dict[str, set[str]] = defaultdict(set)
    for slug, row in drugs().items():
        for name in (row["label"], *names()[slug]):
            of[keys(name)[2]].add(slug)
    assert {name: slugs for name, slugs in of.items() if len(slugs) > 1} == {}


def test_the_curated_drugs_keep_slug_and_label_and_their_names() -> None:
    for path in (directory("data") / "drugs").glob("*.yaml"):
        for thing, facts in yaml.safe_load(path.read_text(encoding="utf-8")).items():
            kind, _, slug = thing.partition("/")
            if kind != "drug":
                continue
            assert drugs()[slug]["label"] == facts["prefLabel"]
            values = facts.get("altLabel", [])
            for value in values if isinstance(values, list) else [values]:
                assert drugs_of(str(value["is"])) <= {slug}


def test_no_name_is_too_short_a_bare_abbreviation_or_a_class() -> None:
    labels = {row["class"] for row in table("classes")}
    for row in table("names"):
        assert sum(char.isalnum() for char in row["name"]) > 2
        assert row["name"] not in labels
    for name in ("DM", "R", "ABC", "MMC", "FLAG", "CHOP", "TAC", "HiDAC", "Nitrogen mustard"):
        assert drugs_of(name) == set()


CONFUSED = {
    "Adriamycin": "doxorubicin",
    "Doxil": "doxorubicin-hydrochloride-liposome",
    "Lipodox 50": "doxorubicin-hydrochloride-liposome",
    "DaunoXome": "daunorubicin-liposomal",
    "DepoCyt": "cytarabine-liposome",
    "Marqibo": "vincristine-sulfate-liposome",
    "Vyxeos": "daunorubicin-hydrochloride-and-cytarabine-liposome",
    "Onivyde": "irinotecan-sucrosofate",
    "Abraxane": "nab-paclitaxel",
    "Fyarro": "sirolimus-protein-bound-particles",
    "Neulasta": "pegfilgrastim",
    "Neupogen": "filgrastim",
    "Granix": "tbo-filgrastim",
    "Zarxio": "filgrastim-sndz",
    "Rolvedon": "eflapegrastim",
    "Kadcyla": "ado-trastuzumab-emtansine",
    "T-DM1": "ado-trastuzumab-emtansine",
    "Enhertu": "fam-trastuzumab-deruxtecan",
    "Herceptin": "trastuzumab",
    "Herceptin Hylecta": "trastuzumab-and-hyaluronidase",
    "Phesgo": "pertuzumab-trastuzumab-and-hyaluronidase",
    "Ogivri": "trastuzumab-dkst",
    "Inqovi": "decitabine-and-cedazuridine",
    "Dacogen": "decitabine",
    "Fusilev": "levoleucovorin",
    "L-Leucovorin": "levoleucovorin",
    "Folinic acid": "leucovorin",
    "Oncaspar": "pegaspargase",
    "Erwinaze": "asparaginase-erwinia-chrysanthemi",
    "Rylaze": "asparaginase-erwinia-chrysanthemi-recombinant",
    "Elspar": "asparaginase",
    "Mitomycin C": "mitomycin",
    "Sylatron": "peginterferon-alfa-2b",
    "Intron A": "interferon-alfa-2b",
    "Besremi": "ropeginterferon-alfa-2b",
    "Kymriah": "tisagenlecleucel",
    "Gardasil": "recombinant-human-papillomavirus-hpv-quadrivalent-vaccine",
    "Gardasil 9": "recombinant-human-papillomavirus-hpv-nonavalent-vaccine",
    "Erivedge": "vismodegib",
    "Zolinza": "vorinostat",
    "Gleevec": "",
}


@pytest.mark.parametrize("name, slug", CONFUSED.items(), ids=list(CONFUSED))
def test_what_is_easily_confused_is_told_apart(name: str, slug: str) -> None:
    """Of Gleevec the curated data say what it is, and the dictionary nothing else."""
    assert drugs_of(name) <= {slug} if slug else drugs_of(name) <= {"imatinib-mesylate"}
    if slug:
        assert drugs_of(name) == {slug}


@pytest.mark.parametrize(
    "slug, form, base",
    [
        ("doxorubicin-hydrochloride", "Salt", "doxorubicin"),
        ("etoposide-phosphate", "Ester", "etoposide"),
        ("ruxolitinib-phosphate", "Salt", "ruxolitinib"),
        ("leuprolide-acetate", "Salt", "leuprolide"),
        ("medroxyprogesterone-acetate", "Ester", "medroxyprogesterone"),
        ("vincristine-sulfate-liposome", "Liposomal", "vincristine"),
        ("bevacizumab-awwb", "Biosimilar", "bevacizumab"),
        ("pegfilgrastim-jmdb", "Biosimilar", "pegfilgrastim"),
        ("pegfilgrastim", "Pegylated", "filgrastim"),
        ("pegaspargase", "Pegylated", ""),
        ("ado-trastuzumab-emtansine", "AntibodyDrugConjugate", ""),
        ("amivantamab", "", ""),
        ("trastuzumab-and-hyaluronidase", "FixedCombination", ""),
        ("uridine-triacetate", "", ""),
    ],
)
def test_the_form_and_the_base_are_those_that_the_name_says(
    slug: str, form: str, base: str
) -> None:
    assert (drugs()[slug]["form"], drugs()[slug]["base"]) == (form, base)


def test_what_is_left_out_says_why() -> None:
    for row in table("left-out"):
        assert row["name"] and row["reason"] and row["document"]
        assert row["name"] not in names().get(row["drug"], {})
