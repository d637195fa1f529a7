"""An answer onto its output: which format, and who writes it."""

from __future__ import annotations

from collections.abc import Mapping

from regimenkg.cli.options import is_terminal, open_output
from regimenkg.errors import FormatError, did_you_mean
from regimenkg.formats.media import GRAPHS, ROWS, Format, by_ending, by_name
from regimenkg.sparql.answers import Answer, Solutions, Triples
from regimenkg.sparql.backend import Backend


def choose_format(
    name: str | None, output: str, formats: Mapping[str, Format], default: str
) -> str:
    """The name of the format asked for, or of that of the output's ending, or the default.

    Raises FormatError for a format that there is not, or that does not fit the answer or place.
    """
    chosen = _chosen(name, output, formats, default)
    if formats[chosen].binary and is_terminal(output):
        raise FormatError(
            f"{chosen} is not for terminals",
            hint=f"name a file: -o answer.{formats[chosen].ending}",
        )
    return chosen


def _chosen(name: str | None, output: str, formats: Mapping[str, Format], default: str) -> str:
    what = "rows" if formats is ROWS else "a graph"
    if name is not None:
        if named := by_name(name, formats.values()):
            return named.name
        aliases = [alias for format in formats.values() for alias in format.aliases]
        near = did_you_mean(name, [*formats, *aliases])
        raise FormatError(
            f"'{name}' is not a format for {what}",
            hint=(f"did you mean '{near}'? " if near else "") + "one of " + ", ".join(formats),
        )
    if ended := by_ending(output, formats.values()):
        return ended.name
    _, dot, ending = output.rpartition("/")[2].rpartition(".")
    if output != "-" and dot and ending.lower() not in ("txt", "part"):
        raise FormatError(
            f"'.{ending}' is the ending of no format for {what}",
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
            writers.write_boolean(answer, chosen, stream)
