"""``regimenkg reason``."""

from __future__ import annotations

import click

from regimenkg.cli.options import store_option


@click.command()
@store_option
def reason(store: str | None) -> int:
    """Check ontology and data for consistency with HermiT. Needs the extra [reason].

    Exit code 1 if they are inconsistent or a class can have no members.
    """
    from regimenkg.checks.reason import reason as check
    from regimenkg.packaged import open_store
    from regimenkg.records.export import flat

    backend = open_store(store)
    verdict = check(flat(backend))
    click.echo(f"{verdict.given} statements given to HermiT")
    if verdict.left_out:
        click.echo(f"{verdict.left_out} left out: durations and partial dates are outside OWL 2")
    for iri in verdict.unsatisfiable:
        click.echo(f"unsatisfiable: {iri}")
    click.echo("consistent" if verdict.consistent else "inconsistent")
    if verdict.explanation:
        click.echo(verdict.explanation, err=True)
    return 0 if verdict.consistent else 1
