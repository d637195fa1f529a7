"""The commands, each imported only when it is called."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import click

from regimenkg.errors import UsageError, did_you_mean

# name → its line in the help; the module of that name in regimenkg.cli.commands defines it
COMMANDS = {
    "demo": "Ask the flagship question and see what to try next.",
    "queries": "List the canned queries, or tell all about one.",
    "query": "Run a canned query.",
    "candidates": "Tell which regimens patients' lists of drugs may be.",
    "sparql": "Run any SPARQL query.",
    "resolve": "Tell which drugs, regimens, toxicities names and codes mean.",
    "show": "Print a regimen, drug, toxicity, trial or any other thing.",
    "evidence": "Tell where each statement about a thing was read.",
    "export": "Write the graph or a part of it as Turtle, JSON-LD, N-Quads …",
    "publish": "Put the graphs of the store into a SPARQL server.",
    "serve": "Serve pages and a SPARQL endpoint on this machine.",
    "mcp": "Serve the canned queries as tools for assistants.",
    "map": "Check mappings to RxNorm, ATC, NCIt …, or propose new ones.",
    "load": "Load a file of your own into the store.",
    "curate": "Turn an abstract into a curated file: draft, places, what is left.",
    "unload": "Remove a graph that you loaded.",
    "build": "Build the store from the packaged data.",
    "info": "Tell versions, store, graphs and counts.",
    "validate": "Check data against the shapes: parts, units, ranges, provenance.",
    "verify": "Read every value again in your documents, and compare.",
    "reason": "Check the ontology and the data with HermiT.",
}


class ReaderGoneError(Exception):
    """Whoever read the output has seen enough and closed it."""


class Commands(click.Group):
    """A group whose commands live in modules of their own."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command = getattr(import_module(f"regimenkg.cli.commands.{cmd_name}"), cmd_name)
        assert isinstance(command, click.Command)
        return command

    def invoke(self, ctx: click.Context) -> Any:
        # click itself ends with code 1 where the reader of the output has gone, as `| head` does.
        try:
            return super().invoke(ctx)
        except BrokenPipeError as error:
            raise ReaderGoneError from error

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            near = did_you_mean(args[0], COMMANDS)
            raise UsageError(
                f"there is no command '{args[0]}'",
                hint=f"did you mean '{near}'?" if near else "'regimenkg --help' lists them",
            )
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


def _version(ctx: click.Context, _param: click.Parameter, value: bool) -> None:
    if value and not ctx.resilient_parsing:
        from regimenkg.resources import VERSION, data_version, ontology_version

        click.echo(f"regimenkg {VERSION} (data {data_version()}, ontology {ontology_version()})")
        ctx.exit()


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="For research. Not for clinical decisions.",
)
@click.option(
    "--version",
    is_flag=True,
    expose_value=False,
    is_eager=True,
    callback=_version,
    help="Print the versions of code, data and ontology.",
)
@click.option("--debug", is_flag=True, expose_value=False, help="Print tracebacks of errors.")
def app() -> None:
    """Chemotherapy regimens as a knowledge graph: dosing, toxicities, outcomes, sources.

    Start with: regimenkg demo
    """
