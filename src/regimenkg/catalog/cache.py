"""The catalog of all canned queries, compiled once.

Each ``.rq`` file is parsed once, when it is new or has changed, and kept in one file in the user's
cache directory, a line for each query. From then on the catalog is read without a YAML parser, and
of the queries only those that are asked for. Where that directory cannot be written the queries are
parsed on each start, and nothing else differs.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any
from zlib import crc32

from regimenkg.catalog.spec import ChartSpec, LinkSpec, ParamSpec, QuerySpec
from regimenkg.errors import QueryNotFoundError, did_you_mean
from regimenkg.resources import cache_directory, directory, fingerprint
from regimenkg.sparql.branches import Branch, Need
from regimenkg.sparql.tokens import ValuesBlock

__all__ = ["catalog", "find", "read_catalog"]


@cache
def catalog() -> Mapping[str, QuerySpec]:
    """Return every canned query by name, in the order of the names.

    Raises DataError when a file of the catalog cannot be read.

    >>> "shared-toxicities" in catalog()
    True
    """
    return read_catalog(directory("queries"), _cache_file(), fingerprint())


def find(name: str) -> QuerySpec:
    """Return one canned query; raises QueryNotFoundError for a name that there is not.

    >>> find("shared-toxicities").params[0].name
    'drug'
    """
    spec = catalog().get(name.removesuffix(".rq"))
    if spec is None:
        guess = did_you_mean(name, catalog())
        listing = "`regimenkg queries` lists them"
        raise QueryNotFoundError(
            f"there is no query called {name!r}",
            hint=f"did you mean {guess!r}? {listing}" if guess else listing,
        )
    return spec


def read_catalog(folder: Path, cache_file: Path | None, key: str) -> Mapping[str, QuerySpec]:
    """Return the queries of a folder, from the cache file where that was written under the key.

    Otherwise the folder is parsed and the cache file replaced in one step; a cache that cannot be
    read or written is done without.
    """
    if cache_file is not None:
        cached = _read_cache(cache_file, key)
        if cached is not None:
            return cached
    from regimenkg.catalog.reading import parse_folder

    specs = parse_folder(folder)
    if cache_file is not None:
        _write_cache(cache_file, key, specs)
    return MappingProxyType(specs)


class _Kept(Mapping[str, QuerySpec]):
    """Queries by name, each of them read from its line of the cache when it is asked for."""

    def __init__(self, lines: dict[str, bytes]) -> None:
        self._lines = lines
        self._read: dict[str, QuerySpec] = {}

    def __getitem__(self, name: str) -> QuerySpec:
        if name not in self._read:
            self._read[name] = _thaw(json.loads(self._lines[name]))
        return self._read[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._lines)

    def __len__(self) -> int:
        return len(self._lines)


def _cache_file() -> Path | None:
    """Where the compiled catalog is kept; None if this user has no place for it.

    Each place that RegimenKG is installed in has its own: two that differ would compile in turn.
    """
    place = os.fsencode(directory("queries"))
    try:
        return cache_directory() / f"queries-{crc32(place):08x}.tsv"
    except (OSError, RuntimeError):
        return None


def _read_cache(cache_file: Path, key: str) -> Mapping[str, QuerySpec] | None:
    try:
        head, _, body = cache_file.read_bytes().partition(b"\n")
    except OSError:
        return None
    if head != _head(key, body):
        return None
    lines = (line.partition(b"\t") for line in body.splitlines())
    return _Kept({name.decode(): fields for name, _, fields in lines})


def _head(key: str, body: bytes) -> bytes:
    """The first line of a cache: what it was made from, and that the rest is as it was written."""
    return f"{key} {crc32(body):08x}".encode()


def _write_cache(cache_file: Path, key: str, specs: Mapping[str, QuerySpec]) -> None:
    lines = (
        f"{name}\t{json.dumps(spec, ensure_ascii=False, separators=(',', ':'))}\n"
        for name, spec in specs.items()
    )
    body = "".join(lines).encode()
    aside = cache_file.with_name(f".{cache_file.name}.{os.getpid()}")
    try:
        cache_file.parent.mkdir(parents=True, exist_ok=True)
        try:
            aside.write_bytes(_head(key, body) + b"\n" + body)
            aside.replace(cache_file)
        except OSError:
            aside.unlink(missing_ok=True)
    except OSError:
        return


def _thaw(fields: list[Any]) -> QuerySpec:
    """Undo what JSON did to a QuerySpec: lists back to tuples."""
    spec = QuerySpec(*fields)
    return spec._replace(
        tags=tuple(spec.tags),
        params=tuple(_thaw_param(param) for param in spec.params),
        answers=tuple(spec.answers),
        blocks=tuple(ValuesBlock(*block) for block in spec.blocks),
        unions=tuple(tuple(_thaw_branch(branch) for branch in union) for union in spec.unions),
        chart=_thaw_chart(spec.chart) if spec.chart else None,
        links=tuple(LinkSpec(*link) for link in spec.links),
    )


def _thaw_branch(fields: Any) -> Branch:
    branch = Branch(*fields)
    return branch._replace(needs=tuple(Need(*need) for need in branch.needs))


def _thaw_chart(fields: Any) -> ChartSpec:
    chart = ChartSpec(*fields)
    return chart._replace(label=tuple(chart.label), note=tuple(chart.note))


def _thaw_param(fields: Any) -> ParamSpec:
    param = ParamSpec(*fields)
    return param._replace(default=tuple(param.default), choices=tuple(param.choices))
