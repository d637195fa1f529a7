"""An answer onto its output: which format, and who writes it."""

from __future__ import annotations

import io

from regimenkg.cli.options import is_terminal, open_output
from regimenkg.errors import FormatError, did_you_mean
from regimenkg.sparql.answers import Answer, Solutions, Triples
from regimenkg.sparql.backend import Backend

ROWS = {
    "table": (),
    "csv": (".csv",),
    "tsv": (".tsv",),
    "json": (".json", ".srj"),
    "jsonl": (".jsonl", ".ndjson"),
    "xml": (".xml", ".srx"),
    "md": (".md",),
}
GRAPHS = {
    "turtle": (".ttl",),
    "nt": (".nt",),
    "trig": (".trig",),
    "nquads": (".nq",),
    "jsonld": (".jsonld",),
    "rdfxml": (".rdf", ".owl"),
}
ALIASES = {"ttl": "turtle", "ntriples": "nt", "nq": "nquads", "json-ld": "jsonld", "rdf": "rdfxml"}


def choose_format(
    name: str | None, output: str, formats: dict[str, tuple[str, ...]], default: str
) -> str:
    """The format asked for, or that of the output's ending, or the default.

    Raises FormatError for a format that there is not, or that does not fit the answer.
    """
    if name is not None:
        found = ALIASES.get(name.lower(), name.lower())
        if found in formats:
            return found
        near = did_you_mean(name, [*formats, *ALIASES])
        what = "rows" if formats is ROWS else "a graph"
        raise FormatError(
            f"'{name}' is not a format for {what}",
            hint=(f"did you mean '{near}'? " if near else "") + "one of " + ", ".join(formats),
        )
    for found, endings in formats.items():
        if output.lower().endswith(endings) and endings:
            return found
    ending = output.rpartition("/")[2].rpartition(".")[1:]
    if output != "-" and ending[0] and ending[1].lower() not in ("txt", "part"):
        what = "rows" if formats is ROWS else "a graph"
        raise FormatError(
            f"'.{ending[1]}' is the ending of no format for {what}",
            hint="choose with -O: " + ", ".join(formats),
        )
    return default


def write_answer(answer: Answer, output: str, format_: str | None, backend: Backend | None) -> None:
    """Write rows, a truth value or triples; nothing is written if the format does not fit."""
    from regimenkg.formats import rows as writers

    if isinstance(answer, Triples):
        chosen = choose_format(format_, output, GRAPHS, "turtle")
        from regimenkg.formats.graphs import write_graph

        with open_output(output) as stream:
            write_graph(answer, chosen, stream)
        return
    chosen = choose_format(format_, output, ROWS, "table" if is_terminal(output) else "csv")
    with open_output(output) as stream:
        if isinstance(answer, Solutions):
            writers.write_solutions(answer, chosen, stream)
        else:
            text = io.StringIO()
            writers.write_boolean(answer, chosen, text)
            stream.write(text.getvalue().encode())
