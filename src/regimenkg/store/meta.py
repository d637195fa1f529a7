"""What ``meta.json`` says of a generation: what it holds, and what it was made by and from."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict

from regimenkg.errors import StoreVersionError
from regimenkg.resources import VERSION, fingerprint

if TYPE_CHECKING:
    from regimenkg.store.graphs import GraphInfo

FORMAT = 2
"""Version of the layout of a store directory; a store with a higher one is left alone."""

ELSEWHERE = "use another directory with --store DIR or REGIMENKG_STORE"
"""What to do where a directory cannot be used."""


class Meta(TypedDict):
    """What ``meta.json`` says of a generation."""

    format: int
    code: str
    data: str
    ontology: str
    fingerprint: str
    graphs: dict[str, GraphInfo]


def made_now(graphs: dict[str, GraphInfo]) -> Meta:
    """What is to be said of a generation of these graphs that is made here and now."""
    from regimenkg.resources import data_version, ontology_version

    return Meta(
        format=FORMAT,
        code=VERSION,
        data=data_version(),
        ontology=ontology_version(),
        fingerprint=fingerprint(),
        graphs=graphs,
    )


def read_meta(file: int, directory: Path) -> Meta:
    """Read a generation's meta.json; raises StoreVersionError unless it is one we can use."""
    try:
        with open(file, encoding="utf-8", closefd=False) as stream:
            meta: Any = json.load(stream)
        format_, code = int(meta["format"]), str(meta["code"])
        newer = format_ > FORMAT or _version_key(code) > _version_key(VERSION)
        if not (isinstance(meta["fingerprint"], str) and isinstance(meta["graphs"], dict)):
            raise ValueError("not a generation's")
    except (ValueError, KeyError, TypeError) as error:
        raise unreadable(directory, "its meta.json is damaged") from error
    if newer:
        raise StoreVersionError(
            f"the store in {directory} was written by RegimenKG {code} (store format "
            f"{format_}), which is newer than this one, {VERSION} (format {FORMAT})",
            hint=f"upgrade RegimenKG, or {ELSEWHERE}",
        )
    checked: Meta = meta
    return checked


def unreadable(directory: Path, why: str) -> StoreVersionError:
    """The error for a directory that cannot be read, and why."""
    return StoreVersionError(
        f"{directory} is not a store that this RegimenKG {VERSION} can read: {why}",
        hint=f"remove the directory if it holds nothing else, or {ELSEWHERE}",
    )


def is_fresh(meta: Meta) -> bool:
    """Whether a generation was made from what is installed here."""
    return meta["format"] == FORMAT and meta["fingerprint"] == fingerprint()


def _version_key(version: str) -> tuple[int, ...]:
    """The numbers that a version begins with; raises ValueError for a text that is none."""
    release = re.match(r"\d+(?:\.\d+)*", version)
    if release is None:
        raise ValueError(version)
    return tuple(int(part) for part in release[0].split("."))
