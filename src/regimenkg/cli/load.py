"""``regimenkg load KIND FILE…``."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import click
from pyoxigraph import Triple

from regimenkg.cli.options import store_option
from regimenkg.errors import UsageError
from regimenkg.namespaces import GRAPH, slugify

KINDS = ("curated", "sssom")


@click.command()
@click.argument("kind", type=click.Choice(KINDS))
@click.argument("files", nargs=-1, required=True, metavar="FILE…")
@click.option(
    "--graph", metavar="NAME", help="Graph to put it in (default: the first file's name)."
)
@click.option("--dry-run", is_flag=True, help="Read and check everything, and write nothing.")
@store_option
def load(
    kind: str, files: tuple[str, ...], graph: str | None, dry_run: bool, store: str | None
) -> None:
    """Load files of your own into a graph of the store, which is replaced whole or not at all.

    \b
    curated  YAML as in data/: regimens, drugs, statements with their places in a document
    sssom    a mapping set (SSSOM TSV)
    """
    from regimenkg.build import check_replaceable, resolver
    from regimenkg.embedded import default_directory
    from regimenkg.generations import StoreDirectory

    paths = [Path(file) for file in files]
    for path in paths:
        if not path.exists():
            raise UsageError(f"there is no file {path}", hint="check the name")
    iri = _graph_iri(graph or paths[0].name.partition(".")[0])
    check_replaceable(iri)
    where = Path(store) if store else default_directory()
    directory = StoreDirectory(where.expanduser().absolute(), _say)
    known = resolver(directory.open().store)
    if dry_run:
        count = sum(1 for _ in _triples(kind, paths, known))
        click.echo(f"{count} triples for {iri}; nothing was written (dry run)")
        return
    meta = directory.replace(iri, _triples(kind, paths, known), loader=kind, files=list(files))
    click.echo(f"{meta['graphs'][iri]['triples']} triples in {iri}")


def _triples(kind: str, paths: list[Path], resolve: object) -> Iterator[Triple]:
    from regimenkg.loaders import curated, sssom

    if kind == "curated":
        yield from curated.load(paths, resolve=resolve)  # type: ignore[arg-type]
        return
    for path in paths:
        yield from sssom.load(path, resolve=resolve)  # type: ignore[arg-type]


def _graph_iri(name: str) -> str:
    if "://" in name:
        return name
    try:
        return GRAPH + slugify(name.removeprefix("graph/"))
    except ValueError as error:
        raise UsageError(str(error), hint="name the graph with --graph NAME") from error


def _say(text: str) -> None:
    print(text, file=sys.stderr)
