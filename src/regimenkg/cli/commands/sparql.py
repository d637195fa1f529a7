"""``regimenkg sparql``: any query, as text, from a file, or from standard input."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from regimenkg.cli.options import open_backend, result_options, source_options
from regimenkg.cli.output import write_answer
from regimenkg.errors import UsageError


@click.command()
@click.argument("query", required=False)
@click.option("-f", "--file", "file", metavar="FILE", help="Read the query from a file.")
@click.option("--limit", type=click.IntRange(min=0), metavar="N", help="At most N rows or triples.")
@result_options
@source_options
def sparql(
    query: str | None,
    file: str | None,
    limit: int | None,
    output: str,
    format_: str | None,
    store: str | None,
    endpoint: str | None,
    timeout: float,
) -> None:
    """Run a SELECT, ASK, CONSTRUCT or DESCRIBE query.

    QUERY is the text itself, the name of a file that ends in .rq or .sparql, or '-' (also when it
    is missing) for standard input. Standard prefixes may be left undeclared.
    """
    from regimenkg.catalog.runner import run_text

    text = _text(query, file)
    backend = open_backend(store, endpoint, timeout)
    write_answer(run_text(text, backend, limit), output, format_, backend)


def _text(query: str | None, file: str | None) -> str:
    if query is not None and file is not None:
        raise UsageError("a query and --file exclude each other", hint="give one of the two")
    if query is not None and query.endswith((".rq", ".sparql")) and "\n" not in query:
        query, file = None, query
    if file is not None and file != "-":
        try:
            return Path(file).read_text(encoding="utf-8")
        except OSError as error:
            raise UsageError(
                f"cannot read {file}: {error.strerror}", hint="name a file that holds a query"
            ) from error
        except UnicodeDecodeError as error:
            raise UsageError(f"{file} is not UTF-8", hint="save it as UTF-8") from error
    if query is None or query == "-":
        if sys.stdin.isatty():
            raise UsageError(
                "no query was given",
                hint="regimenkg sparql 'SELECT * { ?regimen a rk:Regimen }', or a file, or a pipe",
            )
        return sys.stdin.read()
    return query
