"""The options that commands share, and what they stand for: a backend, and a place for results."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, TypeVar

import click

from regimenkg.cli.ahead import take
from regimenkg.errors import RegimenKGError, StoreError, UsageError
from regimenkg.sparql.backend import Backend

Command = TypeVar("Command", bound=Callable[..., Any])

store_option = click.option(
    "--store",
    metavar="DIR",
    help="Store directory (default: REGIMENKG_STORE, or one of the user's cache).",
)
endpoint_option = click.option(
    "--endpoint",
    metavar="URL",
    envvar="REGIMENKG_ENDPOINT",
    help="SPARQL endpoint to ask instead of the store (REGIMENKG_ENDPOINT).",
)
timeout_option = click.option(
    "--timeout",
    type=click.FloatRange(min=0.1),
    default=60.0,
    show_default=True,
    metavar="SECONDS",
    help="How long to wait for the endpoint.",
)
output_option = click.option(
    "-o",
    "--output",
    default="-",
    metavar="FILE",
    help="File to write, complete or not at all ('-': standard output).",
)
format_option = click.option(
    "-O",
    "--format",
    "format_",
    metavar="FORMAT",
    help="Output format (default: by the file's ending; a table on a terminal, else CSV).",
)


def source_options(command: Command) -> Command:
    """Add --store, --endpoint and --timeout."""
    return store_option(endpoint_option(timeout_option(command)))


def result_options(command: Command) -> Command:
    """Add -o/--output and -O/--format, the same on every command."""
    return output_option(format_option(command))


def open_backend(store: str | None, endpoint: str | None, timeout: float = 60.0) -> Backend:
    """The backend that the options name: a remote endpoint, or else the embedded store."""
    if endpoint and store:
        context = click.get_current_context(silent=True)
        by_hand = context is not None and (
            context.get_parameter_source("endpoint") is click.core.ParameterSource.COMMANDLINE
        )
        if by_hand:
            raise UsageError(
                "--store and --endpoint exclude each other", hint="give one of the two"
            )
        endpoint = None
    if endpoint:
        from regimenkg.sparql.remote import RemoteEndpoint

        return RemoteEndpoint(endpoint, timeout=timeout)
    from regimenkg.packaged import store_directory
    from regimenkg.store.embedded import EmbeddedStore

    directory = store_directory(store, report=to_stderr)
    return EmbeddedStore.of(directory.open(take(directory.path)), directory.path)


def to_stderr(text: str) -> None:
    """Print a line for the person who waits; results alone go to standard output."""
    print(text, file=sys.stderr)


@contextmanager
def open_output(name: str) -> Iterator[IO[bytes]]:
    """A place for results: standard output for ``-``, else a file that appears whole or not at all.

    The file is written beside its final place and renamed over it at the end.
    """
    if name == "-":
        sys.stdout.flush()
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    path = Path(name)
    aside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        stream = aside.open("wb")
    except OSError as error:
        raise StoreError(
            f"cannot write {name}: {error.strerror}", hint="name a place that you may write to"
        ) from error
    try:
        with stream:
            yield stream
        aside.replace(path)
    except BaseException as error:
        aside.unlink(missing_ok=True)
        if isinstance(error, OSError) and not isinstance(error, RegimenKGError):
            raise StoreError(f"cannot write {name}: {error.strerror}") from error
        raise


def is_terminal(output: str) -> bool:
    """True if results go to a terminal."""
    return output == "-" and sys.stdout.isatty()
