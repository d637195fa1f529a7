"""The rules of names: what is one name in other writing, and what is another name."""

from __future__ import annotations

import re
from functools import cache

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from regimenkg.packaged import open_store
from regimenkg.terms.namespaces import RK
from regimenkg.things.index import NameIndex
from regimenkg.things.names import STEPS, glossed, keys
from regimenkg.things.patterns import Name
from regimenkg.things.reading import read_names
from regimenkg.things.slips import slip_of

CLASSES = ("Toxicity", "Drug", "Condition")


def step(one: str, other: str) -> str | None:
    """The strictest step on which two names are one."""
    pairs = zip(STEPS, keys(one), keys(other), strict=True)
    return next((name for name, a, b in pairs if a == b), None)


@pytest.mark.parametrize(
    ("one", "other", "on"),
    [
        (" Ara-C ", "Ara-C", "written"),
        ("NAUSEA", "nausea", "case"),
        ("CLAG M", "clag-m", "signs"),
        ("Sjögren’s syndrome", "Sjogrens syndrome", "signs"),
        ("Guillain–Barré syndrome", "Guillain Barre syndrome", "signs"),
        ("IFN-γ", "IFN gamma", "signs"),
        ("Zovirax®", "Zovirax", "signs"),
        ("T\u2010cell\u00a0count", "t cell count", "signs"),
        ("Hæmorrhage", "haemorrhage", "signs"),
        ("Graft & host", "graft and host", "spelling"),
        ("β-Thalassaemia", "beta thalassemia", "spelling"),
        ("Oedema", "edema", "spelling"),
        ("Paraesthesia oral", "Paresthesia oral", "spelling"),
        ("Gastro-oesophageal reflux", "Gastroesophageal reflux", "spelling"),
        ("Dyspnoea", "dyspnea", "spelling"),
        ("Leucocytosis", "leukocytosis", "spelling"),
        ("Necrotising fasciitis", "necrotizing fasciitis", "spelling"),
        ("Hospitalisation", "hospitalization", "spelling"),
        ("Skin discolouration", "skin discoloration", "spelling"),
        ("Peginterferon alfa-2b", "peginterferon alpha 2b", "spelling"),
        ("Fibre", "fiber", "spelling"),
        ("Sulphasalazine", "sulfasalazine", "spelling"),
        ("Drug X HCl", "drug x hydrochloride", "spelling"),
        ("Drug X mesilate", "drug x methanesulphonate", "spelling"),
        ("Headaches", "headache", "form"),
        ("Biopsies", "biopsy", "form"),
        ("Rashes", "rash", "form"),
        ("Hodgkin's lymphoma", "Hodgkin lymphoma", "form"),
        ("Oedema NOS", "edema", "form"),
        ("Anemia, not otherwise specified", "anaemia", "form"),
        ("Factor VIII deficiency", "factor 8 deficiency", "form"),
        ("Malignant melanoma stage IV", "malignant melanoma stage 4", "form"),
        ("Lymphoma, large B-cell, diffuse", "diffuse large b cell lymphoma", "order"),
        ("Dermatitis atopic", "atopic dermatitis", "order"),
        ("Rash maculo-papular", "rash, maculopapular", "order"),
        ("(+-)-Econazole", "(±)-econazole", "signs"),
        ("Angio-oedema", "angioedema", "spelling"),
        ("Extra-embryonic", "extraembryonic", "signs"),
        ("Leukaemias", "leukemia", "form"),
    ],
)
def test_other_writing(one: str, other: str, on: str) -> None:
    assert step(one, other) == on


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("leukopenia", "neutropenia"),
        ("neutropenia", "febrile neutropenia"),
        ("neutrophil count decreased", "neutropenia"),
        ("hyperkalemia", "hypokalemia"),
        ("hypertension", "hypotension"),
        ("imatinib mesylate", "imatinib"),
        ("mitoxantrone hydrochloride", "mitoxantrone dihydrochloride"),
        ("FLAG", "CLAG"),
        ("CLAG", "CLAG-M"),
        ("decitabine", "cytarabine"),
        ("CD4+ T-cells", "CD4- T-cells"),
        ("CD4+ T-cells", "CD4 T-cells"),
        ("CD4- T-cells", "CD4 T-cells"),
        ("ALT > 3", "ALT < 3"),
        ("factor I, II", "factor III"),
        ("factor I II", "factor III"),
        ("1,2 dose", "12 dose"),
        ("t(8;21)", "t(82;1)"),
        ("1.5 mg", "15 mg"),
        ("type I", "type II"),
        ("vitamin K", "vitamin C"),
        ("iron overload in ?-thalassemia", "iron overload in thalassemia"),
        ("iron overload in \x1a-thalassemia", "iron overload in thalassemia"),
        ("pain in chest", "chest in pain"),
        ("AIDS", "AID"),
        ("t-PA", "PAT"),
        ("(-)-atenolol", "atenolol"),
        ("(\u2212)-warfarin", "(+)-warfarin"),
        ("(+)-camphor", "(+/-)-camphor"),
        ("NOS", ""),
        ("with nausea", "nausea"),
        ("acute", "acuity"),
        ("alpha", "beta"),
        ("μ", "α"),
        ("analgesia", "analgesic"),
        ("анемия", "анемии"),
    ],
)
def test_other_names(one: str, other: str) -> None:
    assert step(one, other) is None


@given(st.text(max_size=40))
def test_every_text_has_its_keys(text: str) -> None:
    found = keys(text)
    assert len(found) == len(STEPS)
    assert keys(found[1])[1:] == found[1:]
    assert keys(f"  {text} ") == found
    if any(char.isascii() and char.isalnum() for char in text):
        assert all(found)


@given(st.text(alphabet="ab1-+,. é", max_size=12), st.text(alphabet="ab1-+,. é", max_size=12))
def test_names_that_are_one_on_a_step_are_one_on_the_looser_ones(one: str, other: str) -> None:
    written, case, signs = (a == b for a, b in zip(keys(one)[:3], keys(other)[:3], strict=True))
    assert written <= case <= signs


@given(st.lists(st.integers(0, 999), min_size=1, max_size=4), st.sampled_from(" -,.:;/"))
def test_numbers_never_run_together(numbers: list[int], sign: str) -> None:
    text = sign.join(map(str, numbers))
    for key in keys(text)[2:5]:
        assert re.findall(r"\d+", key) == [str(number) for number in numbers]


# What the rules make of a packaged name reaches its thing


@cache
def packaged(class_name: str) -> tuple[tuple[Name, ...], NameIndex]:
    names = tuple(read_names(open_store(), RK + class_name))
    return names, NameIndex(names)


BRITISH = (
    ("emia", "aemia"),
    ("hem", "haem"),
    ("rrhea", "rrhoea"),
    ("fetal", "foetal"),
    ("tumor", "tumour"),
    ("leuk", "leuc"),
    ("color", "colour"),
    ("penia", "paenia"),
    ("mesylate", "mesilate"),
    ("sulf", "sulph"),
    ("alpha", "α"),
)


def british(text: str) -> str:
    for american, other in BRITISH:
        text = re.sub(rf"(?<!a){american}" if american == "emia" else american, other, text)
    return text


def plural(text: str) -> str:
    return (
        text + "s" if re.search(r"[a-z]{4}[bcdfglmnprt]$|[a-z]{3}[bcdfgklmnprt]e$", text) else text
    )


def inverted(text: str) -> str:
    words = text.split()
    return f"{words[-1]}, {' '.join(words[:-1])}" if words[1:] and "," not in text else text


VARIANTS = (
    str.upper,
    str.casefold,
    british,
    plural,
    inverted,
    lambda text: f"  {text} ".replace(" ", "\u00a0 "),
    lambda text: re.sub(r"(?<=[a-z]) (?=[a-z])", "-", text),
    lambda text: re.sub(r"(?<=[A-Za-z])-(?=[A-Za-z])", "\u2011", text),
    lambda text: text.replace("-", " "),
    lambda text: re.sub("e", "é", text),
    lambda text: text + "®",
    lambda text: text if "," in text else f"{text} NOS",
    lambda text: f"{text} ({text})" if "(" not in text else text,
)


@given(st.data(), st.sampled_from(CLASSES))
def test_a_name_in_other_writing_reaches_its_thing(data: st.DataObject, class_name: str) -> None:
    names, index = packaged(class_name)
    name = data.draw(st.sampled_from(names))
    text = data.draw(st.sampled_from(VARIANTS))(name.text)
    assert index.things(text) == [name.thing], text


@given(st.lists(st.sampled_from(["Anaemia", "anemia", "ANEMIA", "anemias", "an emia"]), min_size=1))
def test_names_of_two_things_are_never_one_thing_s(texts: list[str]) -> None:
    names = [Name(f"urn:{place}", 0, text) for place, text in enumerate(texts)]
    index = NameIndex(names)
    for place, text in enumerate(texts):
        same = [f"urn:{n}" for n, other in enumerate(texts) if other == text]
        assert f"urn:{place}" in index.things(text)
        assert index.things(text) == sorted(same)
    shared = {thing for _, _, things in index.ambiguous() for thing in things}
    assert shared == ({name.thing for name in names} if len(names) > 1 else set())


def test_a_gloss_counts_only_if_both_names_name_the_same() -> None:
    index = NameIndex([Name("urn:a", 0, "Alpha"), Name("urn:a", 1, "A1"), Name("urn:b", 0, "Beta")])
    assert index.things("alpha (A1)") == index.things("A1 [ALPHA]") == ["urn:a"]
    assert index.things("alpha (beta)") == index.things("alpha (severe)") == []
    assert glossed("a (b) c") is None and glossed("a ((b))") is None


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("cytarabine", "decitabine"),
        ("cytarabine", "cytarabine"),
        ("prednisone", "prednisolone"),
        ("hyperkalemia", "hypokalemia"),
        ("FLAG", "CLAG"),
        ("FLAG + imatinib", "CLAG + imatinib"),
        ("CLAG-M", "CLAG-G"),
        ("vinblastine", "vincristine"),
        ("valganciclovir", "valacyclovir"),
        ("pegfilgrastim", "filgrastim"),
        ("NCT00955916", "NCT00955917"),
        ("interferon alpha-2a", "interferon alpha-2b"),
        ("stage 1 disease", "stage 2 disease"),
        ("CLAG + imatinib, phase I", "CLAG + imatinib, phase II"),
    ],
)
def test_another_name_is_no_slip(text: str, name: str) -> None:
    assert slip_of(text, [name]) is None
    assert slip_of(name, [text]) is None


@given(st.data())
def test_one_slip_of_the_pen_is_told(data: st.DataObject) -> None:
    name = "thrombocytopenia"
    place = data.draw(st.integers(1, len(name) - 2))
    letter = data.draw(st.sampled_from("bkwz"))
    slip = data.draw(
        st.sampled_from(
            [
                name[:place] + name[place + 1 :],
                name[:place] + letter + name[place:],
                name[:place] + letter + name[place + 1 :],
                name[:place] + name[place + 1] + name[place] + name[place + 2 :],
            ]
        )
    )
    assume(slip != name)
    assert slip_of(slip, ["neutropenia", name, "leukopenia"]) == name
