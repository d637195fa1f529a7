"""``regimenkg info``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from regimenkg.cli.options import open_backend, source_options

if TYPE_CHECKING:
    from regimenkg.sparql.backend import Backend

_COUNTS = (
    ("regimens read from documents", "rk:Regimen", "?x rk:tier rk:Curated"),
    ("regimens listed by registries", "rk:Regimen", "?x rk:tier rk:Registry"),
    ("variants", "rk:RegimenVariant", ""),
    ("drugs", "rk:Drug", ""),
    ("toxicities", "rk:Toxicity", ""),
    ("trials", "rk:Trial", ""),
    ("citations", "fabio:JournalArticle", ""),
    ("statements", "rk:Statement", ""),
    ("conflicts", "rk:Conflict", ""),
    ("readings", "oa:Annotation", ""),
)

_CURRENT = "FILTER NOT EXISTS { ?x dcterms:isReplacedBy ?current }"


def counts(backend: Backend) -> list[tuple[str, str]]:
    """What the graph holds: the name of each kind of thing, and how many there are."""
    from regimenkg.formats.rows import readable
    from regimenkg.sparql.backend import select
    from regimenkg.terms.namespaces import PREFIXES

    prefixes = "".join(f"PREFIX {p}: <{PREFIXES[p]}>\n" for p in ("rk", "fabio", "oa", "dcterms"))
    found = []
    for name, class_, also in _COUNTS:
        where = f"?x a {class_} . {also} {_CURRENT}"
        query = f"{prefixes}SELECT (COUNT(DISTINCT ?x) AS ?n) WHERE {{ {where} }}"
        found.append((name, readable(select(backend, query)[0][0])))
    return found


@click.command()
@source_options
def info(store: str | None, endpoint: str | None, timeout: float) -> None:
    """Tell versions, where the store is, its graphs, and what the graph holds."""
    from regimenkg.resources import VERSION, data_version, ontology_version
    from regimenkg.store.embedded import EmbeddedStore
    from regimenkg.terms.namespaces import DESCRIPTION_GRAPHS, compact

    backend = open_backend(store, endpoint, timeout)
    lines = [
        ("code", VERSION),
        ("data", data_version()),
        ("ontology", ontology_version()),
        ("store" if isinstance(backend, EmbeddedStore) else "endpoint", backend.location),
    ]
    meta = backend.meta if isinstance(backend, EmbeddedStore) else None
    for graph, held in sorted(meta["graphs"].items()) if meta else ():
        if graph in DESCRIPTION_GRAPHS:
            continue
        by_user = "" if held["packaged"] else ", loaded by you"
        lines.append((compact(graph), f"{held['triples']} triples ({held['loader']}{by_user})"))
    lines += counts(backend)
    width = max(len(name) for name, _ in lines)
    for name, value in lines:
        click.echo(f"{name:{width}}  {value}")
    click.echo("\nFor research. Not for clinical decisions.")
