"""``regimenkg verify --documents DIR``."""

from __future__ import annotations

from pathlib import Path

import click

from regimenkg.cli.options import open_backend, result_options, source_options, to_stderr


@click.command()
@click.option(
    "--documents",
    metavar="DIR",
    required=True,
    help="Directory with the documents, and all in it: text, PubMed XML, .nbib, records.",
)
@result_options
@source_options
def verify(
    documents: str,
    output: str,
    format_: str | None,
    store: str | None,
    endpoint: str | None,
    timeout: float,
) -> int:
    """Read every value again whose document is at hand, and compare.

    What stands at a value's place is read once more by the rule of its property: numbers, units,
    signs, comparisons, days, lengths of time, dates. Documents are known by what they hold, not by
    the names of their files: a whole file by its SHA-256, an abstract by its text, from a text
    file, PubMed XML (efetch) or a MEDLINE record (.nbib).

    Prints each difference: thing, property, value, what stands there, and where. Which arm a
    number belongs to, and the order of a "respectively", no re-reading can see. Exit code 1 where
    something differs, 3 where nothing could be checked.
    """
    from regimenkg.checks.verification import verify as read_again
    from regimenkg.cli.output import write_answer

    report = read_again(open_backend(store, endpoint, timeout), Path(documents))
    if report.differences or output != "-" or format_:
        write_answer(report.solutions(), output, format_, None)
    for line in report.summary():
        to_stderr(line)
    if not report.checked:
        return 3
    return 1 if report.differences else 0
