"""``regimenkg candidates FILE``: the regimens that lists of drugs may be."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import chain
from pathlib import Path
from typing import IO

import click

from regimenkg.cli.options import open_backend, result_options, source_options
from regimenkg.cli.output import write_answer
from regimenkg.errors import UsageError


@click.command()
@click.argument("file", metavar="FILE|-")
@click.option(
    "--patient",
    metavar="HEADING",
    help="FILE is CSV or TSV with a row for each patient and drug: the column of the patient"
    " (default with --drug: patient).",
)
@click.option(
    "--drug",
    metavar="HEADING",
    help="The column of the drug (default with --patient: drug).",
)
@click.option(
    "--match",
    type=click.Choice(["exact", "contains", "within"]),
    multiple=True,
    help="Only regimens whose drugs are exactly those of the list, contain all of them and more,"
    " or are within them. May be given several times.",
)
@click.option(
    "--all",
    "everything",
    is_flag=True,
    help="All that compare so; else the nearest: with the fewest drugs missing or over, and of"
    " these the fewest supportive ones.",
)
@result_options
@source_options
def candidates(
    file: str,
    patient: str | None,
    drug: str | None,
    match: tuple[str, ...],
    everything: bool,
    output: str,
    format_: str | None,
    store: str | None,
    endpoint: str | None,
    timeout: float,
) -> None:
    """Tell which regimens each of many lists of drugs may be.

    FILE has one list on a line, names between semicolons (or commas), or is a table with a column
    of patients and one of drugs; '-' reads standard input. A name is whatever 'regimenkg resolve'
    knows: a synonym, a brand, a code with its prefix. One that means no drug, or several, is told
    in a row of its own, and so is a list that fits no regimen.

    \b
    Columns:
      patient: the patient, or the number of the line
      status: candidate, partial candidate (names of the list were left out),
      no candidate, unknown or ambiguous (a name), not read
      candidates: how many regimens fit as well: more than one, and the drugs do not tell which
      match … otherForms: as 'regimenkg query regimens-by-composition' tells them
      name: a name that was left out
      note: what else is to be known, such as what was left out
    """
    from regimenkg.formats.lists import LONGEST, columns_in, lines_in
    from regimenkg.records.candidates import DrugList, listed, of_table
    from regimenkg.records.candidates import candidates as candidates_of

    with ExitStack() as files:
        stream, name = _opened(file, files)
        lists: Iterator[DrugList]
        if patient or drug:
            lists = of_table(columns_in(stream, name, (patient or "patient", drug or "drug")))
        else:
            lists = listed(lines_in(stream, name), LONGEST)
        first = next(lists, None)
        if first is None:
            raise UsageError(
                f"{name} holds no lists of drugs",
                hint="write one list on a line, with semicolons between the names",
            )
        backend = open_backend(store, endpoint, timeout)
        answer = candidates_of(chain([first], lists), backend, match=match, everything=everything)
        write_answer(answer, output, format_, backend)


def _opened(file: str, files: ExitStack) -> tuple[IO[bytes], str]:
    if file in ("-", "@-"):
        return sys.stdin.buffer, "standard input"
    name = file.removeprefix("@")
    try:
        return files.enter_context(Path(name).open("rb")), name
    except (OSError, ValueError) as error:
        raise UsageError(
            f"cannot read {name}: {getattr(error, 'strerror', None) or error}",
            hint="FILE holds lists of drugs, one on a line; '-' reads standard input",
        ) from error
