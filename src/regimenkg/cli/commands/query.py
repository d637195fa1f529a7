"""``regimenkg query NAME``: each canned query a command, each parameter an option."""

from __future__ import annotations

import re
from typing import Any

import click

from regimenkg.catalog.cache import catalog, find
from regimenkg.catalog.spec import EXACTLY, ParamSpec, QuerySpec
from regimenkg.cli.options import open_backend, result_options, source_options
from regimenkg.cli.output import write_answer
from regimenkg.errors import UsageError


class Queries(click.Group):
    """A group with a command for every canned query."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(catalog())

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        return _command(find(cmd_name))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0].startswith("-"):
            raise UsageError(
                f"'{args[0]}' stands before the query's name",
                hint="regimenkg query NAME [OPTIONS]; 'regimenkg queries' lists the names",
            )
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Queries"):
            formatter.write_dl([(spec.name, spec.summary) for spec in catalog().values()])


@click.group(cls=Queries, options_metavar="", subcommand_metavar="NAME [OPTIONS]")
def query() -> None:
    """Run a canned query. 'regimenkg query NAME --help' tells its options."""


def _command(spec: QuerySpec) -> click.Command:
    def run(
        store: str | None,
        endpoint: str | None,
        timeout: float,
        output: str,
        format_: str | None,
        limit: int | None,
        sparql: bool,
        **values: Any,
    ) -> None:
        from regimenkg.catalog.runner import bind
        from regimenkg.catalog.runner import run as run_query

        given = {
            name: _from_files(value) if isinstance(value, tuple) else value
            for name, value in values.items()
            if value not in (None, ())
        }
        backend = open_backend(store, endpoint, timeout)
        if sparql:
            click.echo(bind(spec, given, backend).rstrip("\n"))
            return
        _, answer = run_query(spec.name, given, backend, limit)
        write_answer(answer, output, format_, backend)

    command = click.Command(
        spec.name,
        callback=run,
        help=f"{spec.summary}.\n\n{spec.description}".strip(),
        params=[_option(param) for param in spec.inputs],
        epilog=_columns(spec),
    )
    command.params += [
        click.Option(
            ["--limit"], type=click.IntRange(min=0), metavar="N", help="At most N rows or triples."
        ),
        click.Option(
            ["--sparql"], is_flag=True, help="Print the query with these values, and do not run it."
        ),
    ]
    for add in (result_options, source_options):
        shared: Any = add(lambda: None)
        command.params += reversed(shared.__click_params__)
    return command


def _from_files(values: tuple[str, ...]) -> list[str]:
    """The values, with those of a file in place of ``@FILE``: one on a line, a comment after #."""
    from regimenkg.catalog.parameters import FileText

    texts: list[str] = []
    for value in values:
        if not value.startswith("@"):
            texts.append(value)
            continue
        name = value[1:]
        before = len(texts)
        try:
            with click.open_file(name, encoding="utf-8-sig") as stream:
                for number, line in enumerate(stream, 1):
                    text = re.sub(r"(^|\s)#.*", "", line).strip()
                    if text:
                        texts.append(FileText(text, f"{name}:{number}"))
        except OSError as error:
            raise UsageError(
                f"cannot read {name}: {error.strerror}",
                hint="@FILE gives the values in a file, one on a line; '@-' reads standard input",
            ) from error
        except UnicodeDecodeError as error:
            raise UsageError(f"{name} is not UTF-8", hint="save it as UTF-8 text") from error
        if len(texts) == before:
            raise UsageError(f"{name} holds no values", hint="write one on a line")
    return texts


def _option(param: ParamSpec) -> click.Option:
    words = [param.description or param.label or param.name]
    if param.choices:
        words.append(f"One of {', '.join(param.choices)}.")
    if param.many:
        words.append("May be given several times, for any of the values; @FILE reads them.")
    if param.default:
        words.append(f"Default: {', '.join(param.default)}.")
    elif param.required:
        words.append(f"Default: {param.block}.")
    if param.example:
        words.append(f"Example: {param.example}.")
    if param is EXACTLY:
        return click.Option([param.option], is_flag=True, default=None, help=param.description)
    return click.Option(
        [param.option, param.name],
        multiple=param.many,
        metavar=param.type.upper() if param.type != "iri" else (param.label or "THING").upper(),
        help=" ".join(word if word.endswith(".") else word + "." for word in words),
        shell_complete=_complete(param),
    )


def _complete(param: ParamSpec) -> Any:
    def complete(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
        if param.choices:
            candidates = list(param.choices)
        elif param.type == "iri" and param.class_:
            from regimenkg.terms.namespaces import expand
            from regimenkg.things.lookup import known_labels

            candidates = known_labels(open_backend(None, None), expand(param.class_) or "")
        else:
            candidates = []
        return [text for text in candidates if text.casefold().startswith(incomplete.casefold())]

    return complete


def _columns(spec: QuerySpec) -> str:
    if spec.form == "construct":
        return "Answers in triples: Turtle, or another format of graphs by -O or the file's ending."
    return "\b\nColumns:\n" + "\n".join(f"  {name}: {what}" for name, what in spec.columns.items())
