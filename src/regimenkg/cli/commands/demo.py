"""``regimenkg demo``: the flagship question, its answer, and what to try next."""

from __future__ import annotations

import click

NEXT = (
    ("A regimen as a page", "regimenkg show clag-m"),
    ("Where its numbers were read", "regimenkg evidence clag-m"),
    ("All canned queries", "regimenkg queries"),
    (
        "Rates of azacitidine + venetoclax",
        "regimenkg query toxicity-rates --regimen 'azacitidine + venetoclax'",
    ),
    ("Where sources disagree", "regimenkg query conflicts"),
    ("Your own SPARQL", "regimenkg sparql 'SELECT * { ?regimen a rk:Regimen ; rk:hasDrug ?drug }'"),
    ("The graph as Turtle", "regimenkg export -o regimenkg.ttl"),
)
SHOWN = 12


@click.command()
@click.option("--prefix", default="", hidden=True, help="Put before each command that is shown.")
def demo(prefix: str) -> None:
    """Ask which regimens share cytarabine's toxicities, and see what to try next."""
    from regimenkg.cli.commands.info import counts
    from regimenkg.formats.text_tables import table
    from regimenkg.packaged import open_store
    from regimenkg.records.answers import ask, named_rows
    from regimenkg.records.cells import filled, named_cell

    store = open_store(None)
    answer = ask("shared-toxicities", store, drug="cytarabine", quantified="true")
    rows = [
        (
            named_cell(row, "regimen").text,
            named_cell(row, "toxicity").text,
            filled("{percent} % | {quantifier} | patients: {count}", row).text or "not stated",
            filled("{minGrade}–{maxGrade} | ≥ {minGrade}", row).text or "not stated",
            named_cell(row, "source").text,
        )
        for row in named_rows(answer)
    ]
    click.echo("Which regimens share cytarabine's toxicities?\n")
    for line in table(["regimen", "toxicity", "patients", "grade", "read in"], rows[:SHOWN]):
        click.echo(line, nl=False)
    command = f"{prefix}regimenkg query shared-toxicities --drug cytarabine --quantified true"
    shown = f"the first {SHOWN} of {len(rows)}" if len(rows) > SHOWN else f"{len(rows)}"
    click.echo(f"\n{shown} reports with a figure, from {command}")
    click.echo(f"\nThe graph holds, by {prefix}regimenkg info:")
    for name, count in counts(store):
        click.echo(f"  {int(count):6,}  {name}")
    click.echo("\nTry next:")
    width = max(len(what) for what, _ in NEXT)
    for what, command in NEXT:
        click.echo(f"  {what:{width}}  {prefix}{command}")
    click.echo("\nFor research. Not for clinical decisions.")
