"""``regimenkg queries``: the catalog, or all about one query."""

from __future__ import annotations

import click
from pyoxigraph import Literal

from regimenkg.catalog.cache import catalog, find
from regimenkg.cli.options import result_options
from regimenkg.cli.output import write_answer
from regimenkg.sparql.answers import Solutions


@click.command()
@click.argument("name", required=False)
@click.option("--tag", metavar="TAG", help="Only queries with this tag.")
@result_options
def queries(name: str | None, tag: str | None, output: str, format_: str | None) -> None:
    """List the canned queries; with NAME print that query's file, which any SPARQL tool runs."""
    if name is not None:
        click.echo(find(name).text.rstrip("\n"))
        return
    rows = [
        (
            Literal(spec.name),
            Literal(spec.summary),
            Literal(" ".join(param.option for param in spec.inputs)),
        )
        for spec in catalog().values()
        if tag is None or tag in spec.tags
    ]
    write_answer(Solutions(("query", "answers", "options"), rows), output, format_, None)
