"""A name as the dictionary writes it: lower case but for proper names, no word of a product."""

from __future__ import annotations

import re

_PROPER = {
    word.casefold(): word
    for word in [
        "BCG",
        "HPV",
        "(HPV)",
        "Erwinia",
        "sipuleucel-T",
        "(E.",
        "I",
        "Lu",
        "Ra",
        "Sr",
        "Sm",
        "Bacillus",
    ]
}
_DOSE = re.compile(
    r",? \(?(?:usp,? ?)?\d+(?:\.\d+)? ?mg\b\)?|\b(?:tablets?|capsules?|injection|for injection"
    r"|oral|intravesical solution|pyelocalyceal instillation|extended release"
    r"|(?:non-)?lyophilized|usp|anhydrous)\b|\bfor$|\(auromedics\)"
    r"|\(ex biosimilars\)|\(cancer treatment\)|\(human recombinant\)|\(\)"
)
_SALT_SHORT = {"hcl": "hydrochloride", "na": "sodium"}
_ISOTOPE = re.compile(r"\b(i|lu|ra|sr|sm|y|p)[- ](\d{2,3})\b")


def generic(printed: str) -> str:
    """The name of the drug in a generic name as printed: no dose, no dosage form, spelt-out salt.

    >>> generic("Bendamustine HCL")
    'bendamustine hydrochloride'
    >>> generic("Melphalan USP, 2 mg"), generic("Temsirolimus Injection")
    ('melphalan', 'temsirolimus')
    >>> generic("Estrogens, Conjugated")
    'conjugated estrogens'
    >>> generic("Lutetium Lu 177-Dotatate"), generic("Iobenguane I-131")
    ('lutetium Lu 177 dotatate', 'iobenguane I 131')
    """
    name = _DOSE.sub("", printed.casefold())
    if re.fullmatch(r"estrogens, \w+", name):
        noun, _, adjective = name.partition(", ")
        name = f"{adjective} {noun}"
    if name.endswith((", iodine i-131", ", iodine i 131")):
        name = "iodine i 131 " + name.partition(", ")[0]
    if name.endswith(", recombinant"):
        name = "recombinant " + name.removesuffix(", recombinant")
    name = re.sub(r"\bradium (\d+)", r"radium ra \1", name)
    name = re.sub(r"\b(lu|ra) (\d+)-", r"\1 \2 ", name)
    name = _ISOTOPE.sub(lambda match: f"{match[1].capitalize()} {match[2]}", name)
    words = [_SALT_SHORT.get(word, word) for word in name.strip(" ,").split()]
    last = re.fullmatch(r"[abgkv]", words[-1]) if len(words) > 1 else None
    words[-1:] = [words[-1].upper()] if last else words[-1:]
    return " ".join(_PROPER.get(word, word) for word in words)


def title(text: str) -> str:
    """The name of the drug in a page's title.

    >>> title("Fluorouracil (Topical)"), title("Fluorouracil Injection")
    ('topical fluorouracil', 'fluorouracil')
    """
    topical = re.fullmatch(r"(.+) \(Topical\)", text)
    return generic(f"topical {topical[1]}" if topical else text)
