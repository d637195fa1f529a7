"""``regimenkg evidence THING``."""

from __future__ import annotations

from pathlib import Path

import click

from regimenkg.cli.options import open_backend, result_options, source_options
from regimenkg.cli.output import write_answer
from regimenkg.errors import ThingNotFoundError
from regimenkg.terms.namespaces import compact


@click.command()
@click.argument("thing")
@click.option(
    "--documents",
    metavar="DIR",
    help="Directory with the documents; prints the text of each span. They are known by SHA-256.",
)
@result_options
@source_options
def evidence(
    thing: str,
    documents: str | None,
    output: str,
    format_: str | None,
    store: str | None,
    endpoint: str | None,
    timeout: float,
) -> None:
    """Tell where the statements about a thing were read: document, start, end, pointer.

    Positions are code points from the start of the document. The texts are other people's and
    are not part of this project; with --documents the text is read from your own copy. In a record
    in JSON the place is a JSON pointer.
    """
    from regimenkg.records.evidence import evidence as find_evidence
    from regimenkg.records.evidence import with_text
    from regimenkg.records.show import find_thing

    backend = open_backend(store, endpoint, timeout)
    iri = find_thing(thing, backend)
    readings = find_evidence(iri, backend)
    if not list(readings):
        raise ThingNotFoundError(
            f"nothing about {compact(iri.value)} is recorded with a place in a document",
            hint="computed values name the statements that they come from: 'regimenkg show'",
        )
    if documents is not None:
        readings = with_text(readings, Path(documents), backend)
    write_answer(readings, output, format_, backend)
