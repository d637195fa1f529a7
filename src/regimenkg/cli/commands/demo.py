"""``regimenkg demo``: the flagship question, its answer, and what to try next."""

from __future__ import annotations

import click

NEXT = (
    ("A regimen as a page", "regimenkg show clag-m"),
    ("Where its numbers were read", "regimenkg evidence clag-m"),
    ("All canned queries", "regimenkg queries"),
    (
        "Grade 3+ rates of CLAG + imatinib",
        "regimenkg query toxicity-rates --regimen 'CLAG + imatinib'",
    ),
    ("Where sources disagree", "regimenkg query conflicts"),
    ("Your own SPARQL", "regimenkg sparql 'SELECT * { ?regimen a rk:Regimen ; rk:hasDrug ?drug }'"),
    ("The graph as Turtle", "regimenkg export -o regimenkg.ttl"),
)


@click.command()
@click.option("--prefix", default="", hidden=True, help="Put before each command that is shown.")
def demo(prefix: str) -> None:
    """Ask which regimens share cytarabine's toxicities, and see what to try next."""
    from regimenkg.catalog.runner import run
    from regimenkg.formats.rows import readable
    from regimenkg.formats.text_tables import table
    from regimenkg.packaged import open_store
    from regimenkg.sparql.answers import Solutions

    store = open_store(None)
    _, answer = run("shared-toxicities", {"drug": "cytarabine"}, store)
    assert isinstance(answer, Solutions)
    rows = [
        (
            readable(row[1]),
            readable(row[3]),
            readable(row[4]),
            f"≥ {readable(row[5])}" if row[5] else "not stated",
            readable(row[6]).rpartition("/")[2],
        )
        for row in answer.rows
    ]
    click.echo("Which regimens share cytarabine's toxicities?\n")
    for line in table(["regimen", "toxicity", "%", "grade", "read in"], rows):
        click.echo(line, nl=False)
    click.echo(
        f"\n{len(rows)} reports, from {prefix}regimenkg query shared-toxicities --drug cytarabine\n"
        "\nTry next:"
    )
    width = max(len(what) for what, _ in NEXT)
    for what, command in NEXT:
        click.echo(f"  {what:{width}}  {prefix}{command}")
    click.echo("\nFor research. Not for clinical decisions.")
