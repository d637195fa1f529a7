"""``regimenkg load KIND FILE…``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from regimenkg.cli.options import store_option, to_stderr
from regimenkg.errors import DataError, UsageError
from regimenkg.loaders.kinds import KINDS
from regimenkg.terms.namespaces import GRAPH, slugify

if TYPE_CHECKING:
    from pyoxigraph import Triple

    from regimenkg.store.directory import StoreDirectory
    from regimenkg.store.graphs import GraphInfo

_KINDS = "\b\n" + "\n".join(f"{kind.name:10} {kind.help}" for kind in KINDS.values())


@click.command(
    help="Load files of your own into a graph of the store, which is replaced whole or not at all."
    f"\n\n{_KINDS}"
)
@click.argument("kind", type=click.Choice(list(KINDS)))
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
@click.option(
    "--dry-run", is_flag=True, help="Read everything, name all that is wrong, and write nothing."
)
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
    """Load files into a graph of the store; what is wrong leaves the store as it was."""
    from regimenkg.cli.load_report import (
        Problems,
        RecordsElsewhere,
        number_of,
        report_tallied,
        report_unmatched,
    )
    from regimenkg.cli.progress import Progress
    from regimenkg.cli.rdf_files import place_of
    from regimenkg.packaged import store_directory
    from regimenkg.store.graphs import check_replaceable, count_distinct
    from regimenkg.things.matching import Matcher

    paths = [Path(file) for file in files]
    for path in paths:
        if not path.exists():
            raise UsageError(f"there is no file {path}", hint="check the name")
    iri = _graph_iri(graph or _stem(paths[0]))
    check_replaceable(iri)
    directory = store_directory(store, to_stderr)
    generation = directory.open()
    held = generation.meta["graphs"].get(iri)
    if held is not None and not force:
        _check_replaceable(iri, held, paths, named=graph is not None)
    if kind == "rdf":  # its files hold graphs, each of which may have a name of its own
        _load_rdf(paths, directory, iri if graph else None, iri, force, dry_run)
        return
    problems = Problems()
    collects = on_error == "skip" or dry_run
    progress = Progress(sum(path.stat().st_size for path in paths))
    elsewhere = RecordsElsewhere(generation.store, iri)

    def usable() -> Iterator[Triple]:
        triples = KINDS[kind].load(
            paths,
            resolve=Matcher(generation.store, [iri], place_of(generation)),
            on_error=problems.add if collects else None,
            watch=progress,
        )
        yield from elsewhere.passing(triples)
        if not progress.records:
            names = ", ".join(files)
            unused = (
                number_of(problems.count, "record") + " wrong" if problems.count else "",
                f"{progress.left_out.count} left out" if progress.left_out.count else "",
            )
            raise DataError(
                f"nothing of {names} can be loaded: {', '.join(filter(None, unused))}"
                if any(unused)
                else f"{names} holds nothing to load",
                hint=f"{iri} is as it was; is it a file for 'load {kind}'?",
            )

    wrong = "wrong" if on_error == "stop" else "skipped"
    try:
        if dry_run:
            count = count_distinct(usable(), iri)
        else:
            meta = directory.replace(iri, usable(), loader=kind, files=list(files))
            count = meta["graphs"][iri]["triples"]
    except DataError:
        progress.done()
        problems.report(wrong)
        progress.left_out.report("left out")
        report_tallied(progress.tallied)
        raise
    finally:
        progress.done()
    problems.report(wrong)
    progress.left_out.report("left out")
    report_tallied(progress.tallied)
    report_unmatched(progress.unmatched)
    for warning in progress.warnings:
        to_stderr(f"warning: {warning}")
    elsewhere.report()
    if not dry_run:
        click.echo(f"{count} triples in {iri}")
        return
    records = f" from {number_of(progress.records, 'record')}" if progress.records else ""
    click.echo(f"{count} triples{records} for {iri}; nothing was written (dry run)")
    if problems.count and on_error == "stop":
        raise DataError(
            f"{number_of(problems.count, 'record')} cannot be loaded",
            hint="correct them, or leave them out with --on-error skip",
        )


def _check_replaceable(iri: str, held: GraphInfo, paths: Sequence[Path], *, named: bool) -> None:
    """Raise UsageError where a graph would be replaced that these files did not make."""
    if held["packaged"]:
        raise UsageError(
            f"{iri} comes with RegimenKG and holds {held['triples']} triples",
            hint="name a graph of your own with --graph NAME; --force puts yours in its place",
        )
    others = sorted({Path(file).name for file in held["files"]} - {path.name for path in paths})
    if others and not named:
        raise UsageError(
            f"{iri} holds {held['triples']} triples that were loaded from {', '.join(others)}",
            hint="name another graph with --graph NAME, or this one to replace what it holds",
        )


def _load_rdf(
    paths: list[Path],
    directory: StoreDirectory,
    graph: str | None,
    unnamed: str,
    force: bool,
    dry_run: bool,
) -> None:
    from regimenkg.cli.progress import Progress
    from regimenkg.cli.rdf_files import load_rdf

    progress = Progress(sum(path.stat().st_size for path in paths))
    try:
        sizes = load_rdf(
            paths,
            directory,
            graph=graph,
            unnamed=unnamed,
            force=force,
            dry_run=dry_run,
            watch=progress,
            report=to_stderr,
        )
    finally:
        progress.done()
    for name, size in sizes.items():
        word = f"for {name}; nothing was written (dry run)" if dry_run else f"in {name}"
        click.echo(f"{size} triples {word}")


def _stem(path: Path) -> str:
    """A file's name without the endings that say what it is: of papers.2019.ris, papers.2019."""
    name = path.name.removesuffix(".gz").removesuffix(".zip")
    return re.sub(r"(?:\.sssom)?\.[A-Za-z]{2,8}$", "", name) or name


def _graph_iri(name: str) -> str:
    if "://" in name:
        return name
    try:
        return GRAPH + slugify(name.removeprefix("graph/"))
    except ValueError as error:
        raise UsageError(str(error), hint="name the graph with --graph NAME") from error
