"""``regimenkg load KIND FILE…``."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import click
from pyoxigraph import Triple

from regimenkg.cli.options import store_option
from regimenkg.errors import LoaderError, UsageError
from regimenkg.namespaces import GRAPH, slugify

_MOST_REPORTED = 20
KINDS = ("curated", "sssom")


@click.command()
@click.argument("kind", type=click.Choice(KINDS))
@click.argument("files", nargs=-1, required=True, metavar="FILE…")
@click.option(
    "--graph", metavar="NAME", help="Graph to put it in (default: the first file's name)."
)
@click.option(
    "--on-error",
    type=click.Choice(("stop", "skip")),
    default="stop",
    show_default=True,
    help="What to do about a record that is wrong: load nothing, or leave it out and say so.",
)
@click.option("--force", is_flag=True, help="Put it in place of a graph that comes with RegimenKG.")
@click.option("--dry-run", is_flag=True, help="Read and check everything, and write nothing.")
@store_option
def load(
    kind: str,
    files: tuple[str, ...],
    graph: str | None,
    on_error: str,
    force: bool,
    dry_run: bool,
    store: str | None,
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
    generation = directory.open()
    held = generation.meta["graphs"].get(iri)
    if held and held["packaged"] and not force:
        raise UsageError(
            f"{iri} comes with RegimenKG and holds {held['triples']} triples",
            hint="name a graph of your own with --graph NAME; --force puts yours in its place",
        )
    known = resolver(generation.store)
    skipped: list[LoaderError] = []
    triples = _triples(kind, paths, known, skipped.append if on_error == "skip" else None)
    if dry_run:
        count = sum(1 for _ in triples)
        _report(skipped)
        click.echo(f"{count} triples for {iri}; nothing was written (dry run)")
        return
    meta = directory.replace(iri, triples, loader=kind, files=list(files))
    _report(skipped)
    click.echo(f"{meta['graphs'][iri]['triples']} triples in {iri}")


def _report(skipped: list[LoaderError]) -> None:
    """Say what was left out: each record, up to a number, and how many."""
    for error in skipped[:_MOST_REPORTED]:
        _say(f"skipped: {error.message}")
    if skipped:
        more = len(skipped) - _MOST_REPORTED
        _say(f"{len(skipped)} skipped" + (f", {more} of them not shown" if more > 0 else ""))


def _triples(
    kind: str,
    paths: list[Path],
    resolve: Callable[[str], str | None],
    on_error: Callable[[LoaderError], None] | None,
) -> Iterator[Triple]:
    from regimenkg.loaders import curated, sssom

    if kind == "curated":
        if on_error:
            raise UsageError(
                "--on-error skip is not for curated files: they are read as one whole",
                hint="leave it out, and correct what the error names",
            )
        yield from curated.load(paths, resolve=resolve)
        return
    for path in paths:
        yield from sssom.load(path, resolve=resolve, on_error=on_error)


def _graph_iri(name: str) -> str:
    if "://" in name:
        return name
    try:
        return GRAPH + slugify(name.removeprefix("graph/"))
    except ValueError as error:
        raise UsageError(str(error), hint="name the graph with --graph NAME") from error


def _say(text: str) -> None:
    print(text, file=sys.stderr)
