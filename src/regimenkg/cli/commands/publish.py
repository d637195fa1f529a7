"""``regimenkg publish``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from regimenkg.cli.options import open_backend, result_options, store_option, to_stderr
from regimenkg.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from regimenkg.records.publishing.publish import Published
    from regimenkg.sparql.answers import Solutions
    from regimenkg.sparql.graph_store import GraphWriter


@click.command()
@click.option(
    "--endpoint", metavar="URL", required=True, help="Where the server answers SPARQL queries."
)
@click.option(
    "--graph-store",
    metavar="URL",
    help="Where it takes graphs by the Graph Store Protocol; known of Oxigraph and Virtuoso.",
)
@click.option("--update", metavar="URL", help="Where it takes updates, in place of a graph store.")
@click.option(
    "--graph",
    "names",
    multiple=True,
    metavar="NAME",
    help="Only this graph, such as 'curated'; may be given several times.",
)
@click.option(
    "--default-graph",
    is_flag=True,
    help="Put the merge of all graphs into the default graph as well, for a server whose default"
    " graph does not show its named graphs.",
)
@click.option("--dry-run", is_flag=True, help="Send nothing: tell what differs.")
@click.option(
    "--verify",
    type=click.Choice(("sent", "all", "counts")),
    default="sent",
    show_default=True,
    help="What is read back and compared: what was sent, all, or only how many triples there are.",
)
@click.option(
    "--accept-rewritten",
    is_flag=True,
    help="End with 0 where the server only writes literals of the same value in another form.",
)
@click.option(
    "--timeout",
    type=click.FloatRange(min=0.1),
    default=600.0,
    show_default=True,
    metavar="SECONDS",
    help="How long the server may be silent.",
)
@result_options
@store_option
def publish(
    endpoint: str,
    graph_store: str | None,
    update: str | None,
    names: tuple[str, ...],
    default_graph: bool,
    dry_run: bool,
    verify: str,
    accept_rewritten: bool,
    timeout: float,
    output: str,
    format_: str | None,
    store: str | None,
) -> int:
    """Put the graphs of the store into a SPARQL server, each whole in the place of its own.

    A graph that the server has already is not sent again, so that a run that broke off is taken up
    by the same command. What was sent is read back and compared. Other graphs of the server are
    left alone; graph/published there says what was published.

    The user and password are REGIMENKG_ENDPOINT_USER and REGIMENKG_ENDPOINT_PASSWORD, or
    REGIMENKG_ENDPOINT_TOKEN, of the environment.

    Prints a row for each graph: its state, the triples here and there, the bytes that were sent (or
    would be, with --dry-run), and a note. Exit code 1 where the server has not what the store has,
    4 where it did not take it.

    \b
    States:
      same: it was there already; published: it was sent, and is there
      rewritten: the server stores literals in another form, of the same value
      missing, unfinished, differs: it is not there, in part, or otherwise
      unverified: the server did not give it back whole, to be compared
      failed, not sent: the note says why; nothing after it was tried
      only there: it was published once, and the store no longer has it
    """
    from regimenkg.cli.output import write_answer
    from regimenkg.records.export import graph_named, graph_names
    from regimenkg.records.publishing.ledger import DEFAULT
    from regimenkg.records.publishing.publish import Publication, State, Verify
    from regimenkg.sparql.remote import RemoteEndpoint
    from regimenkg.store.embedded import EmbeddedStore

    remote = RemoteEndpoint(endpoint, timeout=timeout)
    writer = _writer(endpoint, graph_store, update, timeout)
    backend = open_backend(store, None)
    assert isinstance(backend, EmbeddedStore)
    named = dict.fromkeys(graph_named(backend, name) for name in names)
    graphs = list(named) or graph_names(backend)
    publication = Publication(backend, remote, writer, verify=Verify(verify), report=to_stderr)
    done = list(publication.run([*graphs, *[DEFAULT] * default_graph], dry_run=dry_run))
    if not names:
        done += publication.left_behind()
    write_answer(_rows(done), output, format_, None)
    for one in done:
        _tell(one)
    if errors := [one.error for one in done if one.error]:
        return max(error.exit_code for error in errors)
    fine = {State.ONLY_THERE, *([State.REWRITTEN] * accept_rewritten)}
    return int(not all(one.as_it_should_be or one.state in fine for one in done))


def _writer(
    endpoint: str, graph_store: str | None, update: str | None, timeout: float
) -> GraphWriter:
    from regimenkg.sparql.graph_store import GraphStore, UpdateEndpoint, known_graph_store

    if graph_store and update:
        raise UsageError(
            "--graph-store and --update exclude each other", hint="give one of the two"
        )
    if update:
        return UpdateEndpoint(update, timeout=timeout)
    return GraphStore(graph_store or known_graph_store(endpoint, timeout=timeout), timeout=timeout)


def _rows(done: Iterable[Published]) -> Solutions:
    from pyoxigraph import Literal, NamedNode

    from regimenkg.records.publishing.ledger import DEFAULT
    from regimenkg.sparql.answers import Solutions

    return Solutions(
        ("graph", "state", "here", "there", "bytes", "note"),
        [
            (
                NamedNode(one.graph) if one.graph != DEFAULT else Literal("default graph"),
                Literal(one.state),
                None if one.here is None else Literal(one.here),
                None if one.there is None else Literal(one.there),
                Literal(one.size),
                Literal(one.note) if one.note else None,
            )
            for one in done
        ],
    )


def _tell(one: Published) -> None:
    """What a row has no room for: statements that differ, and what to do about an error."""
    from regimenkg.terms.namespaces import compact

    for example in one.examples:
        to_stderr(f"{compact(one.graph)}: {example}")
    if one.error:
        to_stderr(f"error: {one.error.message}")
        if one.error.hint:
            to_stderr(f"hint: {one.error.hint}")
