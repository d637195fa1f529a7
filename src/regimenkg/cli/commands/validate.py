"""``regimenkg validate [FILE…]``."""

from __future__ import annotations

from pathlib import Path

import click

from regimenkg.cli.options import (
    open_backend,
    open_output,
    result_options,
    source_options,
    to_stderr,
)
from regimenkg.errors import UsageError


@click.command()
@click.argument("files", nargs=-1, metavar="[FILE]…", type=click.Path(path_type=Path))
@click.option("--alone", is_flag=True, help="Check files without what the store says beside them.")
@click.option(
    "--graph", metavar="NAME", help="Report only on what this graph of the store describes."
)
@result_options
@source_options
def validate(
    files: tuple[Path, ...],
    alone: bool,
    graph: str | None,
    output: str,
    format_: str | None,
    store: str | None,
    endpoint: str | None,
    timeout: float,
) -> int:
    """Check the store, files or an endpoint against the shapes (SHACL). Needs the extra [validate].

    FILE is RDF in any syntax, a curated file (.yaml) or a mapping set (.sssom.tsv). What it
    mentions without describing it may be in the store.

    With --graph NAME only what that graph describes is checked, beside all that the store says: the
    name that `regimenkg load` gave it, or an IRI.

    Prints each finding: the thing, property and value, what was expected, and where it was read.
    With -O turtle, or -o FILE.ttl, the report in SHACL's own terms. Exit code 1 if anything is
    violated; warnings are no violations.
    """
    from regimenkg.checks.data import default_graph
    from regimenkg.checks.inputs import copy_of, of_endpoint, of_files, of_graph
    from regimenkg.checks.shapes import validate as check
    from regimenkg.cli.output import write_answer
    from regimenkg.formats.media import GRAPHS, ROWS, by_ending, by_name
    from regimenkg.store.embedded import EmbeddedStore

    if graph and (files or endpoint):
        raise UsageError("--graph names a graph of the store", hint="leave out FILE and --endpoint")
    graphs = GRAPHS.values()
    as_graph = by_name(format_, graphs) if format_ else by_ending(output, graphs)
    rows = ROWS.values()
    if by_name(format_, rows) if format_ else by_ending(output, rows):  # json names one of both
        as_graph = None
    chosen = as_graph.name if as_graph else None
    backend = None
    if not (files and alone):
        backend = open_backend(store, endpoint, timeout)
    if files:
        if backend is not None and not isinstance(backend, EmbeddedStore):
            raise UsageError(
                "files are checked beside a store, not beside an endpoint", hint="use --alone"
            )
        beside, about = of_files(list(files), backend)
        report = check(beside, about=about)
    elif isinstance(backend, EmbeddedStore):
        if graph:
            report = check(copy_of(backend), about=of_graph(backend, graph))
        else:
            report = check(default_graph(backend.store))
    elif backend is not None:
        report = check(of_endpoint(backend, to_stderr))
    else:
        raise UsageError("--alone is for files", hint="name a FILE")
    if chosen is not None:
        from regimenkg.formats.graphs import write_graph
        from regimenkg.sparql.answers import Triples

        with open_output(output) as stream:
            write_graph(Triples(report.graph), chosen, stream)
    elif report.findings or output != "-" or format_:
        write_answer(report.solutions(), output, format_, None)
    to_stderr(
        f"{report.triples} triples checked: {_number(report.count('Violation'), 'violation')}, "
        f"{_number(report.count('Warning'), 'warning')}"
    )
    return 0 if report.conforms else 1


def _number(count: int, what: str) -> str:
    return f"{count or 'no'} {what}{'s' * (count != 1)}"
