"""Which version of a study a record is: registries change a record, and a file keeps what it was.

Source: ClinicalTrials.gov API, version 2, ``statusModule`` and ``derivedSection``.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from hashlib import sha256

from regimenkg.loaders.ctgov.fields import Object, obj, text
from regimenkg.loaders.ctgov.writing import dated
from regimenkg.loaders.shared.errors import FieldError

__all__ = ["Version", "repeated"]

_ONCE = "each study once"


@dataclass(frozen=True, slots=True)
class Version:
    """A record as it was read.

    Args:
        digest: SHA-256 of the record, whatever file it stands in.
        updated: the day of its last update as it states it itself, or None.
        place: the file and record.
    """

    digest: str
    updated: str | None
    place: str

    @classmethod
    def of(cls, study: Object, place: str) -> Version:
        """The version that a record is; raises FieldError for a date of another form."""
        return cls(_digest(study), _updated(study), place)


def repeated(here: Version, before: Version) -> FieldError:
    """The error for a study of which a record was read already.

    >>> newer = Version("b", "2024-03-02", "b.json: record 1")
    >>> repeated(newer, Version("a", "2023-11-30", "a.json: record 1")).message
    'a newer version (last update 2024-03-02) of the study in a.json: record 1 (2023-11-30)'
    """
    if here.digest == before.digest:
        message = f"the same record as in {before.place}"
        return FieldError("", message, expected=_ONCE, hint="leave one of the two out")
    days = here.updated or "", before.updated or ""
    if not days[0].startswith(days[1]) and not days[1].startswith(days[0]):
        newer = days[0] > days[1]
        message = (
            f"{'a newer' if newer else 'an older'} version (last update {here.updated})"
            f" of the study in {before.place} ({before.updated})"
        )
        file = here.place if newer else before.place
        hint = f"load the newer alone, that in {file}; --on-error skip keeps the one read first"
    else:
        message = (
            f"another version of the study in {before.place}, and their dates of last update"
            " do not tell which is newer"
        )
        hint = "load one of the two; --on-error skip keeps the one read first"
    return FieldError("", message, expected=_ONCE, hint=hint)


def _digest(study: Object) -> str:
    """SHA-256 of a record as JSON with sorted names and no spaces."""
    whole = json.dumps(study, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return sha256(whole.encode("utf-8")).hexdigest()


def _updated(study: Object) -> str | None:
    status = obj(obj(study, "protocolSection"), "statusModule")
    posted = text(obj(status, "lastUpdatePostDateStruct"), "date")
    day = posted or text(status, "lastUpdateSubmitDate")
    return day if day and dated(day) else None
