"""``regimenkg build``."""

from __future__ import annotations

import click

from regimenkg.cli.options import store_option, to_stderr


@click.command()
@store_option
@click.option("--drop-loaded", is_flag=True, help="Leave out the graphs that you loaded yourself.")
def build(store: str | None, drop_loaded: bool) -> None:
    """Build the store from the packaged data, even if it is up to date.

    Any other command does so by itself on first use, and when data or code have changed.
    """
    from regimenkg.packaged import store_directory

    directory = store_directory(store, to_stderr)
    directory.build(force=True, keep_loaded=not drop_loaded)
    meta = directory.open().meta
    total = sum(info["triples"] for info in meta["graphs"].values())
    click.echo(f"{directory.path}: {total} triples in {len(meta['graphs'])} graphs")
