"""What a drug's name itself says of its form, and the base that is left without it.

A salt is named as base and acid or metal, a liposome, a protein-bound or a pegylated product by its
word, an antibody conjugate by its stem, a biosimilar by the suffix of four letters that the FDA
gives. The words are those of the names in the sources; which of the ambiguous ones (an acetate may
be a salt or an ester) is which is said once, here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

SALT, ESTER, LIPOSOMAL, PROTEIN_BOUND, PEGYLATED, BIOSIMILAR = (
    "Salt",
    "Ester",
    "Liposomal",
    "ProteinBound",
    "Pegylated",
    "Biosimilar",
)
CONJUGATE, COMBINATION, IMPLANT, TOPICAL, MODIFIED = (
    "AntibodyDrugConjugate",
    "FixedCombination",
    "Implant",
    "TopicalForm",
    "Modified",
)

_ACIDS = (
    "hydrochloride|dihydrochloride|hydrobromide|bromide|mesylate|tosylate|ditosylate|camsylate"
    "|sulfate|citrate|tartrate|bitartrate|maleate|dimaleate|malate|s-malate|fumarate|pamoate"
    "|olamine|dimeglumine|meglumine|sodium|disodium|calcium|potassium|glucuronate|succinate|phosphate|acetate"
)
_WATERS = "monohydrate|dihydrate|hydrate|dimethyl sulfoxide"
_ESTERS = "acetate|phosphate|valerate|enanthate|caproate|acetonide|hexacetonide|tebutate"
_SALT = re.compile(rf"^(?P<base>.+?)[ -](?:(?:{_ACIDS}|{_WATERS}) )*(?:{_ACIDS}|{_WATERS})$")
_ESTER = re.compile(
    rf"^(?P<base>.+?)(?: (?:sodium|disodium))? (?:{_ESTERS}|succinate)(?: sodium)?$"
)

# Bases whose acetates, phosphates and succinates are esters: steroids, a nucleoside, a
# podophyllotoxin. Of other bases (peptides, amines) they are salts.
_ESTER_BASES = frozenset(
    [
        "abiraterone",
        "cortisone",
        "cyproterone",
        "dexamethasone",
        "estradiol",
        "estramustine",
        "etoposide",
        "fludarabine",
        "fluprednisolone",
        "hydrocortisone",
        "hydroxyprogesterone",
        "medroxyprogesterone",
        "megestrol",
        "methylprednisolone",
        "prednisolone",
        "testosterone",
        "triamcinolone",
        "norethindrone",
    ]
)
# Names that end like a salt and are no salt of a drug.
_NO_SALT = frozenset(
    (
        "p32 sodium phosphate",
        "polyestradiol phosphate",
        "sodium thiosulfate",
    )
)
_CONJUGATE = re.compile(
    r"mab(?:-| )(?:\w+ )?(?:vedotin|emtansine|deruxtecan|govitecan|ozogamicin|soravtansine"
    r"|mafodotin|tesirine|pasudotox)\b"
)
_PEGYLATED = re.compile(r"^peg|^ropeg|^calaspargase|\bpegol\b|\bpegylated\b|^eflapeg")
_SUFFIX = re.compile(r"^(?P<stem>.+)-(?P<suffix>[a-z]{4})$")


@dataclass(frozen=True, slots=True)
class Form:
    """A form, and the name of the base that is left without the words that say it."""

    form: str
    base: str


def form_of(label: str) -> Form | None:
    """What the name says of the drug's form; None where it says nothing.

    >>> form_of("doxorubicin hydrochloride")
    Form(form='Salt', base='doxorubicin')
    >>> form_of("niraparib tosylate monohydrate").base
    'niraparib'
    >>> form_of("etoposide phosphate").form, form_of("ruxolitinib phosphate").form
    ('Ester', 'Salt')
    >>> form_of("cytarabine liposome")
    Form(form='Liposomal', base='cytarabine')
    >>> form_of("carboplatin") is None
    True
    """
    name = label.casefold()
    if "liposom" in name and " and " not in name:
        return Form(LIPOSOMAL, _base(re.sub(r"(?:pegylated )?liposom(?:e|al)", "", name)))
    if "nab-" in name or "albumin" in name or "protein-bound" in name:
        base = re.sub(r"nab-| albumin.*| protein-bound.*", "", name)
        return Form(PROTEIN_BOUND, base.strip())
    if _CONJUGATE.search(name):
        return Form(CONJUGATE, "")
    if name.endswith(" implant"):
        return Form(IMPLANT, _base(name.removesuffix(" implant")))
    if name.startswith("topical "):
        return Form(TOPICAL, _base(name.removeprefix("topical ")))
    salt = _salt(name)
    if salt is not None:
        return salt
    if _PEGYLATED.search(name):
        return Form(PEGYLATED, name.removeprefix("peg").strip() if name.startswith("peg") else "")
    return None


def _salt(name: str) -> Form | None:
    if name in _NO_SALT:
        return None
    ester = _ESTER.match(name)
    if ester and ester["base"] in _ESTER_BASES:
        return Form(ESTER, ester["base"])
    salt = _SALT.match(name)
    if salt and salt["base"].casefold() not in ("sodium", "calcium", "potassium"):
        return Form(SALT, salt["base"])
    return None


def _base(name: str) -> str:
    name = " ".join(name.split())
    inner = form_of(name)
    return inner.base if inner and inner.form in (SALT, ESTER) else name


def suffix_of(name: str) -> tuple[str, str] | None:
    """The stem and the suffix of a biological's name; None where it has no suffix.

    >>> suffix_of("bevacizumab-awwb")
    ('bevacizumab', 'awwb')
    >>> suffix_of("sipuleucel-t") is None
    True
    """
    match = _SUFFIX.match(name)
    return (match["stem"], match["suffix"]) if match else None
