"""``regimenkg resolve``: names and codes to things, a row for each line."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from itertools import chain
from pathlib import Path
from typing import IO

import click

from regimenkg.cli.options import open_backend, result_options, source_options
from regimenkg.cli.output import write_answer
from regimenkg.errors import UsageError
from regimenkg.things.kinds import KINDS

_STDIN = "-"


@click.command()
@click.argument("names", nargs=-1, metavar="[NAME | @FILE | -]...")
@click.option(
    "--kind",
    type=click.Choice(list(KINDS), case_sensitive=False),
    help="Only things of this kind.",
)
@click.option(
    "--column",
    metavar="HEADING",
    help="Files and standard input are CSV or TSV: resolve this column of theirs.",
)
@result_options
@source_options
def resolve(
    names: tuple[str, ...],
    kind: str | None,
    column: str | None,
    output: str,
    format_: str | None,
    store: str | None,
    endpoint: str | None,
    timeout: float,
) -> None:
    """Tell which drug, regimen, toxicity or other thing each name or code means.

    NAME is a name, synonym, brand, research code or a code of a vocabulary; @FILE stands for the
    lines of a file, and '-' (also when nothing is named) for those of standard input. Every line
    gives a row, in their order, and each candidate of an ambiguous one a row of its own; nothing
    stops at a line that means nothing.

    \b
    Columns:
      input: the line
      status: resolved, ambiguous or unknown
      thing, label, kind: what it means
      matchedBy: label, synonym, brand, research code, code, code's name, spelling, slip, iri
      note: what else is to be known, such as that it is a salt
    """
    from regimenkg.things.resolve import resolve as resolve_all

    with ExitStack() as files:
        texts = _begun(_texts(names, column, files))
        backend = open_backend(store, endpoint, timeout)
        write_answer(resolve_all(texts, backend, kind), output, format_, backend)


def _texts(names: tuple[str, ...], column: str | None, files: ExitStack) -> Iterator[str]:
    """The names as given, with the lines of files in their places; raises UsageError."""
    if not names:
        if sys.stdin.isatty():
            raise UsageError(
                "no name was given", hint="regimenkg resolve 'Ara-C' CLAG-M, or @FILE, or a pipe"
            )
        names = (_STDIN,)
    # Every file is opened before the first line is read: a missing one stops nothing half-way.
    return chain.from_iterable([_source(name, column, files) for name in names])


def _source(name: str, column: str | None, files: ExitStack) -> Iterable[str]:
    if name == _STDIN or name == "@-":
        return _read(sys.stdin.buffer, "standard input", column)
    if not name.startswith("@"):
        return [name]
    try:
        return _read(files.enter_context(Path(name[1:]).open("rb")), name[1:], column)
    except (OSError, ValueError) as error:
        raise UsageError(
            f"cannot read {name[1:]}: {getattr(error, 'strerror', None) or error}",
            hint="@FILE resolves the lines of a file; '-' reads standard input",
        ) from error


def _read(stream: IO[bytes], name: str, column: str | None) -> Iterator[str]:
    from regimenkg.formats.lists import column_in, lines_in

    return lines_in(stream, name) if column is None else column_in(stream, name, column)


def _begun(texts: Iterator[str]) -> Iterator[str]:
    """The texts, of which there is at least one."""
    first = next(texts, None)
    if first is None:
        raise UsageError("there is nothing to resolve", hint="write one name on a line")
    return chain([first], texts)
