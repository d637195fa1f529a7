"""When two names are one: the rules by which a name that somebody printed is compared.

A name is compared in six steps, from the strictest to the loosest; on each it has a key, and two
names are one on a step if their keys are equal. Every rule is here and nowhere else
(docs/reference/matching.md tells them with examples). They are about writing, never about meaning:
a synonym, an abbreviation or a laboratory finding is a name of a thing only where its label, its
synonym or the term of a code that is its ``skos:exactMatch`` says so.

0. ``written``: as it stands; blanks at the ends and runs of blanks do not count.
1. ``case``: case does not count.
2. ``signs``: accents, apostrophes, hyphens, other punctuation, blanks and trade marks do not count;
   a Greek letter is its name. Signs that tell things apart stay: ``+ < > = % ?`` and their like,
   a hyphen after a word that a blank or the end follows (``CD4-``) or that so precedes a number,
   and a boundary between two digits.
3. ``spelling``: British is American, and the national spellings of a salt are one.
4. ``form``: a regular plural is its singular; ``NOS`` at the end does not count; a Roman number
   after "type", "factor", "stage", "grade" or "phase" is an Arabic one.
5. ``order``: "Leukemia, Myeloid, Acute" reads as "Acute Myeloid Leukemia", and in a name of two or
   three plain words the head may stand first, as in "Pain bone".
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from regimenkg.things.patterns import MOST_LETTERS

__all__ = [
    *("STEPS", "bases", "glossed", "is_meant", "is_possible_base", "keys", "national"),
    *("plain_keys", "spelled"),
]

STEPS = ("written", "case", "signs", "spelling", "form", "order")
"""The steps, from the strictest to the loosest; `keys` gives a key for each."""

_GREEK = {
    letter: unicodedata.name(letter).split()[-1].lower().replace("lamda", "lambda")
    for letter in map(chr, range(0x3B1, 0x3CA))
}
_MARKED = re.compile(r"([a-z])[\u0300-\u036f]+")
_UNSEEN = re.compile("[®™©\u00ad\u200b-\u200d\u2060\ufeff]")
_HYPHENS = re.compile("[\u2010-\u2015\u2212_]")
_APOSTROPHES = re.compile("['\u2018\u2019\u02bc`\u00b4]")
_SIGNED = re.compile(r"(?<=[^\s-])-(?=\s|$)|(?<!\S)-(?=\d)|(?<=[(\[])-(?=[)\]])")
_EITHER = re.compile(r"\+/?-")
_SIGN = "\ue000"  # a hyphen that counts, while the others are taken away
_IN_NUMBER = re.compile(r"(?<=\d)[.,:;](?=\d)")
_BOUNDARY = "\ue001"
_BETWEEN_NUMBERS = re.compile(
    r"(?<=\d) (?=\d)|(?<=\b[ivx]) (?=[ivx]+\b)|(?<=[ivx]{2}) (?=[ivx]+\b)"
)
_BREAKS = re.compile(r"""[\s\-/.:;!"()\[\]{}|\u00b7\u2022\u2026]+""")

_DIPHTHONGS = re.compile(  # the letter that American spelling leaves out
    """ a(?=em|esth|etiol) | (?<=c)a(?=ec|es[ai]) | (?<=f)a(?=ec) | (?<=gyn)a(?=ec) | (?<=n)a(?=ev)
      | (?<=p)a(?=ed|eni) | (?<=ph)a(?=eo) | (?<=spiroch)a(?=et) | (?<=t)a(?=eni)
      | o+(?=edem|esoph|estr) | (?<=am)o(?=eb) | (?<=c)o(?=eliac) | (?<=f)o(?=et)
      | (?<=hom)o(?=eo) | (?<=pn)o(?=e) | (?<=rrh)o(?=e) """,
    re.X,
)
_SPELLINGS = (
    (re.compile("(behavi|col|fav|hon|hum|lab|neighb|od|rig|tum|vap)our"), r"\1or"),
    (re.compile("(cent|goit|fib|lit|met|tit)re(s?)$"), r"\1er\2"),
    (re.compile("([a-z]{2}[a-vx-z]i|[a-z]{2}ly)s(e[drs]?|ers|ings?|ations?)$"), r"\1z\2"),
    (re.compile("leuc(?=[aeo])"), "leuk"),
    (re.compile("sulph"), "sulf"),
)
_WORDS = {
    "alfa": "alpha",
    "aluminium": "aluminum",
    "besilate": "besylate",
    "esilate": "esylate",
    "hcl": "hydrochloride",
    "mesilate": "mesylate",
    "methanesulfonate": "mesylate",
    "tosilate": "tosylate",
    "&": "and",
}

_PLURALS = (
    (re.compile(r"(?<=[a-z]{3})ies$"), "y"),
    (re.compile(r"(?<=[a-z]{2}(?:ss|sh|zz))es$|(?<=[a-z]{2}x)es$|(?<=[b-z]ch)es$"), ""),
    (re.compile(r"(?<=[a-z]{3}[b-hj-rt-z])s$(?<!us)|(?<=[a-z]{2}[im]a)s$"), ""),
)
_ROMAN = re.compile(r"(?=[ivx])(x?)(ix|iv|v?i{0,3})")
_UNITS = ("", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix")
_NUMBERED = frozenset({"factor", "grade", "phase", "stage", "type"})
_NOS = (("nos",), ("not", "otherwise", "specified"))
_LINKING = re.compile(
    "an?|and|as|at|by|due|for|from|in|into|nor?|non|not|o[fnr]|out|over|per|than|the|then|to|under"
    "|versus|via|vs|with|without"
)
_GLOSSED = re.compile(r"\s*([^()\[\]]*[^()\[\]\s])\s*[(\[]\s*([^()\[\]]+?)\s*[)\]]\s*")

_MIN_LETTERS = 6  # of a word whose spelling in another language is known by its sounds

# Source: ISO 9 and the usual transcription of INN, in which х is h, ц is c and й is i.
_CYRILLIC = str.maketrans(
    dict(zip("абвгдезийіклмнопрстуфхцыэ", "abvgdeziiiklmnoprstufhcie", strict=True))
    | {"ж": "zh", "ч": "ch", "ш": "sh", "ю": "iu", "я": "ia", "ь": "", "ъ": "", "ё": "e"}
)

# Source: how the names of one list of INN are written in English, French, Spanish, German,
# Italian and Portuguese.
_SOUNDS = (
    (re.compile("ph"), "f"),
    (re.compile("th"), "t"),
    (re.compile("rh"), "r"),
    (re.compile("y"), "i"),
    (re.compile("k(?!s)"), "c"),
    (re.compile("ks"), "x"),
    (re.compile(r"([a-z])\1"), r"\1"),
)
_ENDINGS = (
    (re.compile("(?<=platin)(?:um|[aeo])$"), ""),
    (re.compile("(?<=[a-z]{3}[ai]b)(?:um|[eo])$"), ""),
    (re.compile("(?<=[a-z]{3}(?:an|as|at|el|en|er|ic|id|il|in|ol|on|os|ur))(?:um|[aeo])$"), ""),
)

# Acronyms of regimens, which in small letters may be ordinary words: ice, camp, act, chop.
_ACRONYM = re.compile(r"[A-Z](?:[-/ ]?[A-Z0-9])*")
_SHORT = 4
# Words of five and six letters that are acronyms too: EPOCH, PRIME.
_ORDINARY = frozenset({"epoch", "prime"})

# Words that are added to a drug's name for a salt or a hydrate.
_SALT = re.compile(
    r"(?i)(?:(?:mono|di|tri|hemi)?(?:hydrochloride|hydrobromide|sodium|potassium)|hcl"
    r"|mesylate|mesilate|besylate|besilate|(?:di)?tosylate|tosilate|sulfate|sulphate"
    r"|(?:bi|di)?tartrate|maleate|malate|fumarate|citrate)"
)
_HYDRATE = re.compile(r"(?i)(?:mono|di|tri|hemi|sesqui)?hydrate")
_ANHYDROUS = re.compile(r"(?i)anhydrous")
_KINDS = ((_SALT, "salt"), (_HYDRATE, "hydrate"), (_ANHYDROUS, "anhydrous form"))

# Stems of INN, also before the four letters of a biosimilar and before what an antibody carries.
_BIOLOGIC = re.compile(r"(?i)[a-z](?:mab|cept|stim|leucel|ase)\b")
# Not phosphates and acetates: of esters so named there are salts.
_ACID = re.compile(r"(?i)(?:carbonate|chloride|citrate|nitrate|salicylate|sul(?:f|ph)ate)$")

_Words = tuple[str, ...]


def keys(text: str) -> tuple[str, ...]:
    """Return the keys of a name, one for each of `STEPS`; an empty key is that of no name.

    >>> british, american = keys("Diarrhoea"), keys("diarrhea")
    >>> [step for step, a, b in zip(STEPS, british, american) if a == b]
    ['spelling', 'form', 'order']
    >>> keys("Leukaemia, Myeloid, Acute")[-1] == keys("acute myeloid leukemia")[-1]
    True
    >>> keys("CLAG M")[2], keys("β-Thalassaemia")[3], keys("1,25")[2]
    ('clagm', 'betathalassemia', '1 25')
    >>> keys("CD4+ T-cells")[-1] == keys("CD4- T-cells")[-1]
    False
    """
    written, case = plain_keys(text)
    parts = _parts(case)
    spelling = [tuple(map(_spelled, part)) for part in parts]
    form = _formed(spelling)
    american = _american(spelling)
    singular = _american(form) if form != spelling else american
    return (written, case, _joined(parts), american, singular, _ordered(form))


def plain_keys(text: str) -> tuple[str, str]:
    """Return the first two keys of a name, which cost little."""
    written = " ".join(unicodedata.normalize("NFC", text).split())
    return written, " ".join(unicodedata.normalize("NFC", written.casefold()).split())


def spelled(text: str) -> str:
    """Return a name's words in American spelling, for finding a part of one name in another.

    >>> spelled("Leucopenia, anaemia-like")
    'leukopenia anemia like'
    """
    return " ".join(_spelled(word) for part in _parts(text.casefold()) for word in part)


def glossed(text: str) -> tuple[str, str] | None:
    """Return the two names in a text of the form "name (other name)"; None for any other text.

    Such a text names a thing only if both do, and the same one.

    >>> glossed("Acute Myeloid Leukemia (AML)"), glossed("AML")
    (('Acute Myeloid Leukemia', 'AML'), None)
    """
    match = _GLOSSED.fullmatch(text)
    return (match[1], match[2]) if match else None


def national(text: str) -> str:
    """Return the key by which a drug's name is the same in several languages, or an empty text.

    INN differ between languages in their endings and in how a sound is written: citarabina and
    Cytarabin are cytarabine, ciclofosfamida is cyclophosphamide; in Cyrillic, letter for letter.
    Only names that have a word of six letters or more have this key, and only drugs are looked for
    by it.

    >>> national("Citarabina") == national("Cytarabin") == national("cytarabine")
    True
    >>> national("Бикалутамид") == national("bicalutamide")
    True
    >>> national("decitabine") == national("cytarabine"), national("Ara-C")
    (False, '')
    """
    latin = plain_keys(text)[1].translate(_CYRILLIC)
    words = [word for part in _parts(latin) for word in part]
    if not any(word.isalpha() and len(word) >= _MIN_LETTERS for word in words):
        return ""
    return _ordered([tuple(map(_of_any_language, map(_spelled, words)))])


def is_meant(text: str, name: str) -> bool:
    """Tell whether a text that is a regimen's name but for case and signs means that name.

    A name of at most six letters, all capitals, is meant in its own writing in any case, where that
    has a hyphen; else in capitals; and in small letters where it has more than four of them and is
    no English word. Any other name is meant in every writing.

    >>> [is_meant(text, "R-ICE") for text in ("RICE", "R ICE", "r-ice", "rice", "Rice")]
    [True, True, True, False, False]
    >>> is_meant("rchop", "R-CHOP"), is_meant("chop", "CHOP"), is_meant("epoch", "EPOCH")
    (True, False, False)
    >>> is_meant("folfox", "FOLFOX"), is_meant("gemox", "GemOx"), is_meant("vip", "VIP Regimen")
    (True, True, True)
    """
    letters = "".join(filter(str.isalpha, name))
    if not _ACRONYM.fullmatch(name) or len(letters) > MOST_LETTERS:
        return True
    if text.upper() == text or ("-" in name and text.casefold() == name.casefold()):
        return True
    return len(letters) > _SHORT and letters.casefold() not in _ORDINARY


def bases(text: str) -> Iterator[tuple[str, str]]:
    """Yield what is left of a name without each of its last words that tell a salt or a hydrate.

    With it, what the text is written like: ``salt``, ``hydrate`` or ``anhydrous form``.

    >>> list(bases("irinotecan hydrochloride trihydrate"))
    [('irinotecan hydrochloride', 'hydrate'), ('irinotecan', 'salt')]
    >>> list(bases("bismuth subcitrate"))
    []
    """
    words, told = text.split(), ""
    while len(words) > 1:
        word = words.pop()
        kind = next((kind for pattern, kind in _KINDS if pattern.fullmatch(word)), "")
        if not kind:
            return
        told = "salt" if "salt" in (told, kind) else told or kind
        yield " ".join(words), told


def is_possible_base(label: str, kind: str) -> bool:
    """Tell whether a drug of this name can have what `bases` tells, a salt or a hydrate.

    An antibody, a growth factor, an enzyme and a cell therapy have none, and a salt has no salt.

    >>> [is_possible_base(name, "salt") for name in ("methotrexate", "bismuth subcitrate")]
    [True, False]
    >>> [is_possible_base(x, "hydrate") for x in ("rituximab", "asparaginase", "docetaxel")]
    [False, False, True]
    """
    return not _BIOLOGIC.search(label) and not (kind == "salt" and _ACID.search(label))


@lru_cache(maxsize=1 << 16)
def _of_any_language(word: str) -> str:
    if not word.isascii() or not word.isalpha() or len(word) < 4:
        return word
    for sound, letter in _SOUNDS:
        word = sound.sub(letter, word)
    for ending, common in _ENDINGS:
        if ending.search(word):
            return ending.sub(common, word)
    return word


def _parts(case: str) -> list[_Words]:
    """The words of a name between its commas."""
    if case.isascii() and case.isalpha():
        return [(case,)]
    if not case.isascii():
        text = unicodedata.normalize("NFKD", _UNSEEN.sub("", case)).casefold()
        text = unicodedata.normalize("NFC", _MARKED.sub(r"\1", text))
        text = _HYPHENS.sub("-", text).replace("æ", "ae").replace("œ", "oe").replace("ø", "o")
        text = "".join(_GREEK.get(_base(char), char) for char in text)
    else:
        text = case.replace("_", "-")
    text = _APOSTROPHES.sub("", text)
    text = _SIGNED.sub(_SIGN, _EITHER.sub("±", text))
    text = _IN_NUMBER.sub(_BOUNDARY, text)
    parts = [tuple(_BREAKS.sub(" ", part).split()) for part in text.replace("&", " & ").split(",")]
    return [part for part in parts if part]


def _base(char: str) -> str:
    """A Greek letter without its accent."""
    return unicodedata.normalize("NFD", char)[0]


def _joined(parts: list[_Words]) -> str:
    """The words without blanks, but where two numbers would run together."""
    text = ",".join([" ".join(part) for part in parts])
    if " " in text:
        text = _BETWEEN_NUMBERS.sub(_BOUNDARY, text).replace(" ", "")
    return text.replace(_BOUNDARY, " ")


def _american(parts: list[_Words]) -> str:
    """The words, each in American spelling already, joined: "gastro-" and "oesophageal" as well."""
    return _without_diphthongs(_joined(parts))


def _without_diphthongs(text: str) -> str:
    return _DIPHTHONGS.sub("", text) if "ae" in text or "oe" in text else text


@lru_cache(maxsize=1 << 16)
def _spelled(word: str) -> str:
    word = _without_diphthongs(_WORDS.get(word, word))
    for british, american in _SPELLINGS:
        word = british.sub(american, word)
    return _WORDS.get(word, word)


@lru_cache(maxsize=1 << 16)
def _singular(word: str) -> str:
    for plural, end in _PLURALS:
        if plural.search(word):
            return plural.sub(end, word)
    return word


def _formed(parts: list[_Words]) -> list[_Words]:
    if not parts:
        return parts
    formed = [
        tuple(
            _arabic(word) if place and part[place - 1] in _NUMBERED else _singular(word)
            for place, word in enumerate(part)
        )
        for part in parts
    ]
    for words in _NOS:
        if formed[-1][-len(words) :] == words and (len(formed) > 1 or len(formed[0]) > len(words)):
            formed[-1] = formed[-1][: -len(words)]
    return [part for part in formed if part]


def _arabic(word: str) -> str:
    match = _ROMAN.fullmatch(word)
    return str(10 * len(match[1]) + _UNITS.index(match[2])) if match else word


def _ordered(parts: list[_Words]) -> str:
    """The key in which neither commas nor a head that stands first count."""
    words = [word for part in reversed(parts) for word in part]
    if 1 < len(words) < 4 and all(
        len(word) > 2 and word.isalpha() and not _LINKING.fullmatch(word) for word in words
    ):
        words = min(words[place:] + words[:place] for place in range(len(words)))
    return _american([tuple(words)])
