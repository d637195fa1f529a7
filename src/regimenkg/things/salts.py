"""Salts and hydrates by their names: of which drug a text is written like one.

The words are those that pharmacists add to a drug's name. What they are added to decides too: an
antibody, a growth factor, an enzyme and a cell therapy have no salts, nor has what is one already.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

__all__ = ["bases", "has_salts"]

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


def has_salts(label: str) -> bool:
    """Tell whether a drug of this name can have salts and hydrates that its name does not tell.

    >>> [has_salts(label) for label in ("docetaxel", "methotrexate", "bismuth subcitrate")]
    [True, True, False]
    >>> any(map(has_salts, ("rituximab", "filgrastim-sndz", "trastuzumab deruxtecan")))
    False
    """
    return not _BIOLOGIC.search(label) and not _ACID.search(label)
