"""Which names are no name for a reader: each rule says why, in a few words.

A wrong synonym is worse than a missing one: what a rule is not sure of is left out.
"""

from __future__ import annotations

import re

import forms

SYSTEMATIC = "a systematic chemical name"
SHORT = "two letters or fewer"
ABBREVIATION = "a bare abbreviation"
OTHER_FORM = "names another form of the drug"
REGIMEN = "also the name of a regimen"
SEVERAL = "a combination or a mixture"
CLASS = "a class, not a drug"
NARROWER = "names something narrower than the drug"

_SYSTEMATIC = re.compile(
    r"[\[\]{}=]|\d'*,\s?\d|\(\d*[RSEZ](?:,|\))|\([+±-]\)|^[a-zα-ω'0-9,()]+-\(|\bC\d+H\d+"
    r"|\d-(?:\d|oxo|hydroxy|methyl|chloro|amino|fluoro|formyl|deoxy|dihydro|aza)|yl\)|\d[A-Za-z]?-purin"
    r"|purine|pyrimidin|hydroxytetracen|carboxamide|benzamide$|\bacid,|\bester\b|adrost|pregn"
    r"|oxymethyl|carbonyl|hydroxydaun|amino\)|\dH\b",
    re.IGNORECASE,
)
_LOCANT = re.compile(r"\d+['′]?-?(?:alpha|beta|[αβ])?-")
_VARIANT = re.compile(r"\d+-?[a-c]\b")
_FORM_WORDS = re.compile(
    r"liposom|nanopart|micell|conjugate|implant|depot|pegylat|\bpeg\b|peg-|component|prodrug|topical"
    r"|inject|tablet|capsule|solution|suspension|cream|vaccine|emulsion|polymer|microsphere|wafer"
    r"|\bnab|albumin|hyaluronidase|biosimilar|lotion|\bgel\b|patch|oral|intravenous|inhal"
    r"|encochleated|\bcomplex\b|impurity|unspecified|\bsalt\b|hydrochloride|\bhcl\b"
    r"|mesylate|sulfate|citrate|phosphate|acetate|maleate|tartrate|sodium"
    r"|calcium|potassium|succinate|tosylate|fumarate|hydrate\b|anhydrous|lyophil|intravesical",
    re.IGNORECASE,
)
_DOSAGE_FORM = re.compile(r"\b(?:injection|tablets?|capsules?|cream|solution|kit)\b", re.IGNORECASE)
_SEVERAL = re.compile(r"\b(?:and|with|plus|or|in combination)\b|[+/;]", re.IGNORECASE)
_CLASS = re.compile(
    r"\b(?:inhibitors?|agents?|agonists?|antagonists?|blockers?|antibod(?:y|ies)|analogu?e?s?|factors?"
    r"|hormones?|antagonist|stimulating|therapy|regimen|proteins?|steroids?|cells?|lymphocytes|supplement|drug)$",
    re.IGNORECASE,
)
_GREEK = {
    "alpha", "alfa", "beta", "gamma", "delta", "epsilon", "zeta", "dseta", "eta", "theta", "kappa",
    "omega", "zêta", "tau", "lambda",
}  # fmt: skip
_CODE = re.compile(
    r"(?=(?:.*\d){2})(?:[A-Z]{1,6}|[A-Z][a-z]{1,3}[A-Z]?|[A-Z]{1,3}\d[A-Z])[ -]?\d{2,8}(?:,\d{3})?"
    r"(?:[ -]?[A-Z]{1,3}(?:\d{1,2})?|[-.]\d{1,5}|[a-z])?"
)
_ISOTOPE = re.compile(r"(?:[A-Z][a-z]?|[A-Z]{1,2})[ -]?\d{2,3}")
_ELEMENTS = frozenset(
    ["I", "LU", "RA", "SR", "SM", "Y", "P", "TC", "GA", "CU", "F", "IN", "RE", "H", "C", "B", "D"]
)


def problem(name: str, label: str) -> str:
    """Why a name that a source has for a drug is left out; nothing where it enters.

    >>> problem("Adriamycine", "doxorubicin")
    ''
    >>> problem("MTC-DOX for Injection", "doxorubicin")
    'names another form of the drug'
    >>> problem("DM", "doxorubicin"), problem("MMC", "mitomycin")
    ('two letters or fewer', 'a bare abbreviation')
    >>> problem("Trastuzumab beta", "trastuzumab"), problem("Epoetin zeta", "epoetin alfa")
    ('names something narrower than the drug', 'names something narrower than the drug')
    >>> problem("Erythropoiesis stimulating factor", "epoetin alfa")
    'a class, not a drug'
    """
    letters = sum(char.isalnum() for char in name)
    if letters <= 2:
        return SHORT
    if re.fullmatch(r"[A-Za-z]{3}|(?:[A-Za-z]\.){3}", name) or (
        len(name) <= 5 and label.casefold().startswith(name.casefold())
    ):
        return ABBREVIATION
    if (
        len(name) > 60
        or len(_LOCANT.findall(name)) > 1
        or (_SYSTEMATIC.search(name) and not _SYSTEMATIC.search(label))
    ):
        return SYSTEMATIC
    own = {word.casefold() for word in _FORM_WORDS.findall(label)}
    if {word.casefold() for word in _FORM_WORDS.findall(name)} - own:
        return OTHER_FORM
    if _SEVERAL.search(name) and not _SEVERAL.search(label):
        return SEVERAL
    if _CLASS.search(name) and not _CLASS.search(label):
        return CLASS
    return NARROWER if _narrower(name, label) else ""


def brand_problem(brand: str) -> str:
    """Why a brand is left out; nothing where it enters.

    >>> brand_problem("Doxil"), brand_problem("TAC"), brand_problem("Emend Injection")
    ('', 'a bare abbreviation', 'names another form of the drug')
    """
    if sum(char.isalnum() for char in brand) <= 2:
        return SHORT
    if re.fullmatch(r"[A-Za-z]{3}", brand):
        return ABBREVIATION
    return OTHER_FORM if _DOSAGE_FORM.search(brand) else ""


def _narrower(name: str, label: str) -> bool:
    words, own = (re.split(r"[\s,-]+", text.casefold()) for text in (name, label))
    if forms.suffix_of(name.casefold()) and not forms.suffix_of(label):
        return True
    extra = words[len(own) :]
    if words[: len(own)] == own and extra and not _same_with(extra):
        return True
    if len(words) == 1 and len(own) == 1 and name.casefold().endswith(label.casefold()):
        return True
    variants, others = (set(_VARIANT.findall(text.casefold())) for text in (label, name))
    if variants and others and variants != {each.replace("-", "") for each in others}:
        return True
    greek = _GREEK.intersection(words) - _GREEK.intersection(own)
    return bool(greek) and greek not in ({"alpha"}, {"alfa"}) and "α" not in name


def _same_with(extra: list[str]) -> bool:
    return all(re.fullmatch(r"\(?(?:recombinant|human|rdna|drug)\)?,?", word) for word in extra)


def is_code(name: str) -> bool:
    """Whether a name has the form of a research code.

    >>> [is_code(name) for name in ("STI571", "NSC 123127", "BAY 43-9006", "VP-16", "L-377,202")]
    [True, True, True, True, True]
    >>> [is_code(name) for name in ("5-FU", "I-131", "Mitomycin C", "G-CSF", "Taxol")]
    [False, False, False, False, False]
    """
    if not _CODE.fullmatch(name):
        return False
    element = re.match(r"[A-Za-z]+", name)
    return not (_ISOTOPE.fullmatch(name) and element and element[0].upper() in _ELEMENTS)
