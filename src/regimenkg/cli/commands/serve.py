"""``regimenkg serve``."""

from __future__ import annotations

import os
import sys

import click

from regimenkg.cli.options import open_backend, store_option


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8000,
    show_default=True,
    help="Port to listen on; 0 takes a free one.",
)
@click.option(
    "--query-timeout",
    type=click.FloatRange(min=0.05),
    default=30.0,
    show_default=True,
    metavar="SECONDS",
    help="How long a query may take before it is stopped.",
)
@click.option(
    "--max-rows",
    type=click.IntRange(min=1),
    default=100_000,
    show_default=True,
    metavar="N",
    help="The most rows of an answer; a cut one says so.",
)
@click.option(
    "--processes",
    type=click.IntRange(1, 64),
    metavar="N",
    help="How many processes answer (default: one for each processor, 2 to 8).",
)
@store_option
def serve(
    host: str,
    port: int,
    query_timeout: float,
    max_rows: int,
    processes: int | None,
    store: str | None,
) -> None:
    """Serve the graph on this machine: SPARQL at /sparql. Nothing can be changed through it.

    Without a network: nothing is fetched from elsewhere, and no query can make a request. What is
    loaded meanwhile is served after the next start.
    """
    from regimenkg.store.embedded import EmbeddedStore
    from regimenkg.web.server.supervisor import serve as run

    backend = open_backend(store, None)
    assert isinstance(backend, EmbeddedStore)

    def report(address: str) -> None:
        print(f"RegimenKG at {address} (SPARQL: {address}sparql). Stop with Ctrl-C.")
        print("For research. Not for clinical decisions.", file=sys.stderr)
        sys.stdout.flush()

    run(
        backend,
        host=host,
        port=port,
        processes=processes or min(8, max(2, os.cpu_count() or 1)),
        seconds=query_timeout,
        max_rows=max_rows,
        report=report,
    )
