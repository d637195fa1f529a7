"""Codes of a cohort against regimens: each code is told once what it is."""

from __future__ import annotations

from collections import defaultdict

import pyoxigraph as ox

from regimenkg.catalog.runner import run
from regimenkg.packaged import open_store
from regimenkg.sparql.answers import Solutions
from regimenkg.sparql.backend import select
from regimenkg.terms.namespaces import PREFIXES


def test_every_code_has_one_status_whatever_it_is_mapped_to() -> None:
    store = open_store()
    rows = select(
        store,
        f"SELECT DISTINCT ?code {{ ?drug ?match ?code ; a <{PREFIXES['rk']}Drug> ."
        f" ?code <{PREFIXES['skos']}inScheme> ?vocabulary }}",
    )
    every = sorted(row[0].value for row in rows if isinstance(row[0], ox.NamedNode))
    codes = every[:: len(every) // 300]
    assert len(codes) > 300
    _, answer = run("cohort-regimens", {"code": codes}, store, note=lambda _: None)
    assert isinstance(answer, Solutions)
    status_of: dict[str, set[str]] = defaultdict(set)
    place = answer.variables.index
    for row in answer:
        status_of[str(row[place("code")])].add(str(row[place("status")]))
    assert len(status_of) == len(codes)
    assert {code: found for code, found in status_of.items() if len(found) != 1} == {}
    assert {next(iter(found)) for found in status_of.values()} == {
        '"in a regimen"',
        '"in no regimen"',
    }
