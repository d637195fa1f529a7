"""``regimenkg show THING``."""

from __future__ import annotations

import click

from regimenkg.cli.options import open_backend, open_output, result_options, source_options
from regimenkg.cli.output import choose_format
from regimenkg.formats.media import GRAPHS, TEXT


@click.command()
@click.argument("thing")
@result_options
@source_options
def show(
    thing: str,
    output: str,
    format_: str | None,
    store: str | None,
    endpoint: str | None,
    timeout: float,
) -> None:
    """Print a thing as a page of text, or with -O turtle, jsonld … as RDF.

    THING is a name or synonym (clag-m, "Ara-C"), a CURIE or a code (rkd:drug/cytarabine,
    ATC:L01BC01), or an IRI.
    """
    from regimenkg.records.show import find_thing
    from regimenkg.records.show import show as lines

    backend = open_backend(store, endpoint, timeout)
    chosen = choose_format(format_, output, {TEXT.name: TEXT, **GRAPHS}, TEXT.name)
    if chosen != TEXT.name:
        from regimenkg.cli.output import write_answer
        from regimenkg.sparql.answers import Triples

        answer = backend.query(f"DESCRIBE {find_thing(thing, backend)}")
        assert isinstance(answer, Triples)
        write_answer(answer, output, chosen, backend)
        return
    page = list(lines(thing, backend))
    with open_output(output) as stream:
        stream.writelines(line.encode() for line in page)
