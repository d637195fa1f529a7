"""``regimenkg unload GRAPH``."""

from __future__ import annotations

import click

from regimenkg.cli.options import store_option, to_stderr
from regimenkg.errors import ThingNotFoundError, did_you_mean
from regimenkg.terms.namespaces import GRAPH


@click.command()
@click.argument("graph")
@store_option
def unload(graph: str, store: str | None) -> None:
    """Remove a graph that you loaded; what it stood in place of comes back.

    'regimenkg info' lists the graphs.
    """
    from regimenkg.packaged import store_directory

    directory = store_directory(store, to_stderr)
    held = directory.open().meta["graphs"]
    own = [iri for iri, info in held.items() if not info["packaged"]]
    iri = graph if "://" in graph else GRAPH + graph.removeprefix("rkd:").removeprefix("graph/")
    if iri not in own:
        short = [name.removeprefix(GRAPH) for name in own]
        near = did_you_mean(graph, short)
        listing = "you loaded " + ", ".join(short) if short else "you have loaded none"
        raise ThingNotFoundError(
            f"no graph that you loaded is called '{graph}'",
            hint=f"did you mean '{near}'?" if near else listing,
        )
    count = held[iri]["triples"]
    directory.remove(iri)
    click.echo(f"{count} triples of {iri} removed")
