"""``regimenkg export``."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import click
from pyoxigraph import Quad, Triple

from regimenkg.cli.options import open_backend, open_output, result_options, source_options
from regimenkg.cli.output import choose_format
from regimenkg.errors import UsageError
from regimenkg.formats.media import GRAPHS
from regimenkg.sparql.backend import Backend


@click.command()
@click.option("--graph", metavar="NAME", help="Only this named graph, such as 'curated'.")
@click.option(
    "--regimen", metavar="REGIMEN", help="Only this regimen's record, or another thing's."
)
@click.option("--construct", metavar="QUERY", help="What this CONSTRUCT makes (text or file).")
@click.option(
    "--mappings",
    type=click.Choice(("sssom", "turtle", "ttl")),
    help="Only the mappings to external vocabularies: as an SSSOM table, or as its RDF.",
)
@click.option(
    "--ontology",
    is_flag=True,
    help="With the ontology; formats without named graphs then give one that OWL tools read.",
)
@click.option(
    "--flat",
    is_flag=True,
    help="All graphs as one with the ontology, as queries see them: for another server.",
)
@result_options
@source_options
def export(
    graph: str | None,
    regimen: str | None,
    construct: str | None,
    mappings: str | None,
    ontology: bool,
    flat: bool,
    output: str,
    format_: str | None,
    store: str | None,
    endpoint: str | None,
    timeout: float,
) -> None:
    """Write the graph as turtle, nt, trig, nquads, jsonld, rdfxml or parquet.

    It is the same bytes every time, and memory holds a part of it; what is more goes to temporary
    files, whose folder TMPDIR names.

    TriG, N-Quads and Parquet hold the named graphs, the other formats the merge of them.
    """
    if sum(bool(part) for part in (graph, regimen, construct, mappings, flat)) > 1:
        raise UsageError(
            "--graph, --regimen, --construct, --mappings and --flat exclude each other",
            hint="give one",
        )
    if mappings == "sssom":
        ending = output.rpartition(".")[2].lower() if "." in output.rpartition("/")[2] else ""
        if (format_ or ending or "tsv").lower() not in ("tsv", "txt", "-"):
            raise UsageError(
                f"an SSSOM table is tab-separated, not {format_ or ending}",
                hint="name a .tsv file; '--mappings turtle' has other formats",
            )
        _write_sssom(open_backend(store, endpoint, timeout), output)
        return
    chosen = choose_format(format_, output, GRAPHS, "turtle")
    backend = open_backend(store, endpoint, timeout)
    named = chosen in ("trig", "nquads", "parquet") and not flat
    if mappings:
        from regimenkg.mappings.export import sssom_triples

        statements: Iterable[Triple | Quad] = sssom_triples(backend)
    else:
        statements = _statements(backend, graph, regimen, construct, ontology, flat, named)
    from regimenkg.formats.graphs import write_graph

    with open_output(output) as stream:
        count = write_graph(statements, chosen, stream)
    if output != "-":
        click.echo(f"{count} statements in {output}", err=True)


def _write_sssom(backend: Backend, output: str) -> None:
    from regimenkg.mappings.export import sssom_lines

    count = 0
    with open_output(output) as stream:
        for line in sssom_lines(backend):
            stream.write(line.encode() + b"\n")
            count += not line.startswith(("#", "subject_id\t"))
    if output != "-":
        click.echo(f"{count} mappings in {output}", err=True)


def _statements(
    backend: Backend,
    graph: str | None,
    regimen: str | None,
    construct: str | None,
    ontology: bool,
    flat: bool,
    named: bool,
) -> Iterable[Triple | Quad]:
    from regimenkg.records import export as parts

    if graph is not None:
        return parts.one_graph(backend, graph)
    if regimen is not None:
        from regimenkg.records.show import find_thing

        return parts.record(find_thing(regimen, backend), backend)
    if construct is not None:
        from regimenkg.catalog.runner import run_text
        from regimenkg.sparql.answers import Triples

        path = Path(construct)
        is_file = construct.endswith((".rq", ".sparql"))
        answer = run_text(path.read_text(encoding="utf-8") if is_file else construct, backend)
        if isinstance(answer, Triples):
            return answer
        raise UsageError(
            "--construct takes a CONSTRUCT or DESCRIBE query",
            hint="'regimenkg sparql' runs queries of other forms",
        )
    if named:
        return parts.dataset(backend, ontology=ontology)
    if ontology and not flat:
        from regimenkg.records.owl import owl

        return owl(backend)
    return parts.flat(backend, ontology=flat)
