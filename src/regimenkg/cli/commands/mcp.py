"""``regimenkg mcp``."""

from __future__ import annotations

import click

from regimenkg.cli.options import open_backend, source_options


@click.command()
@source_options
def mcp(store: str | None, endpoint: str | None, timeout: float) -> None:
    """Serve the questions and the graph to assistants (Model Context Protocol, stdio).

    Seven tools, which only read: find_question, ask, search, show, evidence, schema and sparql.
    Needs the extra [mcp]: pip install 'regimenkg[mcp]'.
    """
    from functools import partial

    from regimenkg.mcp.server import serve

    serve(partial(open_backend, store, endpoint, timeout))
