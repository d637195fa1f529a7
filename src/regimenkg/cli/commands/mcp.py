"""``regimenkg mcp``."""

from __future__ import annotations

import click

from regimenkg.cli.options import open_backend, source_options


@click.command()
@source_options
def mcp(store: str | None, endpoint: str | None, timeout: float) -> None:
    """Serve every canned query as a tool for assistants (Model Context Protocol, stdio).

    Needs the extra [mcp]: pip install 'regimenkg[mcp]'.
    """
    from regimenkg.mcp import serve

    serve(open_backend(store, endpoint, timeout))
