"""The canned queries: what one is, and the catalog of them all.

Each ``.rq`` file is parsed once, when it is new or has changed, and kept in one JSON file in the
user's cache directory; from then on the catalog is read without a YAML parser. Where that
directory cannot be written the queries are parsed on each start, and nothing else differs.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from regimenkg.errors import ParameterError, QueryNotFoundError, did_you_mean
from regimenkg.resources import cache_directory, directory, fingerprint
from regimenkg.sparql_tokens import ValuesBlock

__all__ = ["ChartSpec", "LinkSpec", "ParamSpec", "QuerySpec", "catalog", "find", "read_catalog"]


class ParamSpec(NamedTuple):
    """One parameter of a canned query: a variable with a ``VALUES`` block of its own.

    ``type`` is one of iri, code, string, integer, decimal, date, boolean and choice. ``class_`` is
    the CURIE of the class that an iri has to belong to, or empty; ``prefix`` the vocabulary of a
    bare code, and ``mapped`` true if something has to be mapped to a code. ``block`` shows the
    values that stand in the file, as a person could give them: what an absent value means, unless
    ``default`` has texts, or ``optional`` is true (then an absent value does not restrict the
    answer).

    >>> ParamSpec(name="minPercent", type="decimal").option
    '--min-percent'
    """

    name: str
    type: str
    class_: str = ""
    label: str = ""
    description: str = ""
    many: bool = False
    required: bool = False
    optional: bool = False
    default: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    example: str = ""
    block: str = ""
    prefix: str = ""
    mapped: bool = False

    @property
    def option(self) -> str:
        """The option of the command line that sets it."""
        words = "".join("-" + char.lower() if char.isupper() else char for char in self.name)
        return "--" + words


class ChartSpec(NamedTuple):
    """How the rows of a query are drawn as a chart: each field names columns.

    A row is a mark at ``value``, with an interval from ``low`` to ``high``; ``label`` names it,
    rows of one ``group`` stand together, and ``series`` tells marks apart by their filling. The
    unit is what the column ``unit`` says, each on an axis of its own, or else the UCUM code
    ``unit_code``; ``measure`` says in words what the axis measures. A ``note`` is a text with
    columns in braces, which stands beside a mark whose row has all of them; of alternatives, with
    `` | `` between them, the first that the row can fill.

    >>> ChartSpec(("eventLabel",), "count", "patients", note=("of {total}", "{event}")).columns
    ('eventLabel', 'count', 'total', 'event')
    """

    label: tuple[str, ...]
    value: str
    measure: str
    unit: str = ""
    unit_code: str = ""
    low: str = ""
    high: str = ""
    group: str = ""
    series: str = ""
    note: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that it draws."""
        named = (*self.label, self.value, self.unit, self.low, self.high, self.group, self.series)
        in_notes = (name for note in self.note for name in re.findall(r"\{(.*?)\}", note))
        return tuple(filter(None, (*named, *in_notes)))


class LinkSpec(NamedTuple):
    """A link of a query's picture as a graph: in each row, from one column's thing to another's.

    What the link means is in the column ``by``, or else the words ``means``. Of a CONSTRUCT the
    triples are the links: ``by`` is then the CURIE of a property that is drawn.
    """

    source: str = ""
    target: str = ""
    by: str = ""
    means: str = ""

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that it draws."""
        return tuple(filter(None, self[:3])) if self.source else ()


class QuerySpec(NamedTuple):
    """One canned query: the text of its ``.rq`` file and what the header says of it.

    ``form`` is select, ask or construct. ``columns`` maps each variable of the projection, in
    order, to what it holds. ``answers`` are the competency questions that it serves, ``min_rows``
    the rows that it must at least give for its own defaults. ``blocks`` are the places of the
    parameters in ``text``. ``view`` is the one of ``views`` that its page opens with.
    """

    name: str
    text: str
    summary: str
    description: str
    tags: tuple[str, ...]
    params: tuple[ParamSpec, ...]
    columns: Mapping[str, str]
    view: str
    answers: tuple[int, ...]
    min_rows: int
    form: str
    blocks: tuple[ValuesBlock, ...]
    chart: ChartSpec | None = None
    links: tuple[LinkSpec, ...] = ()

    @property
    def views(self) -> tuple[str, ...]:
        """What its page can show: a table (of triples: their text), a chart, a graph."""
        chart, graph = ["chart"] if self.chart else [], ["graph"] if self.links else []
        return ("table", *chart, *graph)

    def param(self, name: str) -> ParamSpec:
        """Return a parameter by its name, written as in the query or as an option.

        ``minPercent``, ``min-percent``, ``min_percent`` and ``--min-percent`` are the same. Raises
        ParameterError for a name that the query does not have.
        """
        wanted = _folded(name)
        for param in self.params:
            if _folded(param.name) == wanted:
                return param
        options = [param.option for param in self.params]
        if not options:
            raise ParameterError(f"{self.name} has no parameters, so none called {name!r}")
        guess = did_you_mean(name, options)
        raise ParameterError(
            f"{self.name} has no parameter called {name!r}",
            hint=f"did you mean {guess}?" if guess else "it has " + ", ".join(options),
        )


def _folded(name: str) -> str:
    return name.replace("-", "").replace("_", "").lower()


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
    found = catalog().get(name.removesuffix(".rq"))
    if found is None:
        guess = did_you_mean(name, catalog())
        listing = "`regimenkg queries` lists them"
        raise QueryNotFoundError(
            f"there is no query called {name!r}",
            hint=f"did you mean {guess!r}? {listing}" if guess else listing,
        )
    return found


def read_catalog(folder: Path, cache_file: Path | None, key: str) -> Mapping[str, QuerySpec]:
    """Return the queries of a folder, from the cache file where that was written under the key.

    Otherwise the folder is parsed and the cache file replaced in one step; a cache that cannot be
    read or written is done without.
    """
    if cache_file is not None:
        cached = _read_cache(cache_file, key)
        if cached is not None:
            return MappingProxyType(cached)
    from regimenkg.query_files import parse_folder

    specs = parse_folder(folder)
    if cache_file is not None:
        _write_cache(cache_file, key, specs)
    return MappingProxyType(specs)


def _cache_file() -> Path | None:
    """Where the compiled catalog is kept; None if this user has no place for it.

    Each place that RegimenKG is installed in has its own: two that differ would compile in turn.
    """
    from zlib import crc32

    place = os.fsencode(directory("queries"))
    try:
        return cache_directory() / f"queries-{crc32(place):08x}.json"
    except (OSError, RuntimeError):
        return None


def _read_cache(cache_file: Path, key: str) -> dict[str, QuerySpec] | None:
    try:
        stored = json.loads(cache_file.read_bytes())
        if stored["key"] != key:
            return None
        specs = map(_thaw, stored["queries"])
        return {spec.name: spec for spec in specs}
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return None


def _write_cache(cache_file: Path, key: str, specs: Mapping[str, QuerySpec]) -> None:
    content = json.dumps(
        {"key": key, "queries": list(specs.values())},
        ensure_ascii=False,
        separators=(",", ":"),
    )
    aside = cache_file.with_name(f".{cache_file.name}.{os.getpid()}")
    try:
        cache_file.parent.mkdir(parents=True, exist_ok=True)
        try:
            aside.write_text(content, encoding="utf-8")
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
        chart=_thaw_chart(spec.chart) if spec.chart else None,
        links=tuple(LinkSpec(*link) for link in spec.links),
    )


def _thaw_chart(fields: Any) -> ChartSpec:
    chart = ChartSpec(*fields)
    return chart._replace(label=tuple(chart.label), note=tuple(chart.note))


def _thaw_param(fields: Any) -> ParamSpec:
    param = ParamSpec(*fields)
    return param._replace(default=tuple(param.default), choices=tuple(param.choices))
