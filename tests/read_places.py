"""What was read in the packaged abstracts: key, place and document, from the curated files."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from places import ROOT

from regimenkg.loaders.curated.yamlnodes import Fields, Items, Node, Scalar, read_yaml


class Read(NamedTuple):
    """A value of a key, and where it was read."""

    key: str
    value: str
    start: int
    end: int


def reads(path: Path) -> Iterator[Read]:
    """Every value of a file with one place of its own document."""
    yield from _in("", read_yaml(path))


def _in(key: str, node: Node) -> Iterator[Read]:
    if isinstance(node, Items):
        for item in node.items:
            yield from _in(key, item)
    elif isinstance(node, Fields):
        value, place = node.fields.get("is"), node.fields.get("at")
        if isinstance(value, Scalar) and isinstance(place, Scalar):
            if match := re.fullmatch(r"(\d+)-(\d+)", place.text):
                yield Read(key, value.text, int(match[1]), int(match[2]))
            return
        for name, inner in node.fields.items():
            yield from _in(name, inner)


def abstracts_read() -> list[Path]:
    """The curated files of one abstract each."""
    return sorted((ROOT / "data" / "abstracts").glob("pmid-[0-9]*.yaml"))
