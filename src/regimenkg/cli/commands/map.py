"""``regimenkg map``: checks of mapping sets, and proposals for new ones."""

from __future__ import annotations

from pathlib import Path

import click
from pyoxigraph import Literal, NamedNode

from regimenkg.cli.options import (
    open_backend,
    open_output,
    output_option,
    result_options,
    source_options,
)
from regimenkg.errors import UsageError, did_you_mean
from regimenkg.terms.namespaces import PREFIXES, prefix_of


@click.group()
def map() -> None:
    """Check mappings to external vocabularies, or propose new ones."""


@map.command()
@click.argument("files", nargs=-1, metavar="[FILE]…", type=click.Path(path_type=Path))
@click.option(
    "--evidence",
    metavar="DIR",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Clones of the repositories that evidence names, as DIR/owner/name: read it again.",
)
@result_options
@source_options
def check(
    files: tuple[Path, ...],
    evidence: Path | None,
    output: str,
    format_: str | None,
    store: str | None,
    endpoint: str | None,
    timeout: float,
) -> int:
    """List what is wrong with mapping sets (default: those that come with RegimenKG).

    Rows and ids that are none, codes that stand for two things, labels that disagree, evidence that
    is not there. Exit code 1 if anything is.
    """
    from regimenkg.cli.output import write_answer
    from regimenkg.mappings.check import Problem
    from regimenkg.mappings.check import check as problems_of
    from regimenkg.mappings.evidence import EvidenceFiles
    from regimenkg.resources import directory
    from regimenkg.sparql.answers import Solutions
    from regimenkg.sparql.backend import select

    packaged = sorted((directory("ontology") / "mappings").glob("*.sssom.tsv"))
    paths = files or packaged
    # A packaged set is not held against one of its name: that is it, or a new version of it.
    names = {path.name for path in paths}
    beside = [path for path in packaged if path.name not in names]
    backend = open_backend(store, endpoint, timeout)
    query = f"SELECT ?thing ?label {{ ?thing <{PREFIXES['skos']}prefLabel> ?label }}"
    labels = {str(row[0].value): str(row[1].value) for row in select(backend, query)}  # type: ignore[union-attr]
    reader = EvidenceFiles(evidence) if evidence else None
    problems = list(
        problems_of(paths, label_of=labels.get, text_of=reader or (lambda _: None), beside=beside)
    )
    if reader and not reader.read:
        raise UsageError(
            f"{evidence} holds none of the {reader.missing} files that evidence names",
            hint="clone the repositories into it, as DIR/owner/name",
        )
    integer = NamedNode(PREFIXES["xsd"] + "integer")
    rows = (
        tuple(
            Literal(str(value), datatype=integer) if isinstance(value, int) else Literal(value)
            for value in problem
        )
        for problem in problems
    )
    if problems or output != "-" or format_:
        write_answer(Solutions(Problem._fields, rows), output, format_, None)
    sets = "1 mapping set" if len(paths) == 1 else f"{len(paths)} mapping sets"
    click.echo(f"{sets}, {len(problems) or 'no'} problem{'s' * (len(problems) != 1)}", err=True)
    if reader:
        click.echo(
            f"evidence: {reader.read} places read again, {reader.missing} not at hand", err=True
        )
    return 1 if problems else 0


@map.command()
@click.argument("vocabulary")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--kind", default="Toxicity", show_default=True, help="The class to find codes for.")
@click.option("--id-column", metavar="NAME", help="Column of the ids, in a file with a header.")
@click.option("--label-column", metavar="NAME", help="Column of the names.")
@click.option(
    "--namespace",
    metavar="IRI",
    help="What the IRIs of all codes begin with, for a prefix of your own.",
)
@click.option("--name", metavar="NAME", help="What a vocabulary of your own is called.")
@output_option
@source_options
def propose(
    vocabulary: str,
    file: Path,
    kind: str,
    id_column: str | None,
    label_column: str | None,
    namespace: str | None,
    name: str | None,
    output: str,
    store: str | None,
    endpoint: str | None,
    timeout: float,
) -> None:
    """Match labels with a vocabulary's own FILE, and write a mapping set to look through and load.

    For vocabularies that RegimenKG may not ship, such as MedDRA (llt.asc, pt.asc) and SNOMED CT
    (sct2_Description_….txt), and for any CSV or TSV with a header. A VOCABULARY of your own is a
    new prefix with --namespace.
    """
    from regimenkg.mappings.proposals import own_vocabulary
    from regimenkg.mappings.proposals import propose as proposals
    from regimenkg.terms.vocabularies import vocabularies

    known = vocabularies().get(prefix_of(vocabulary))
    if namespace is not None:
        known = own_vocabulary(vocabulary, namespace, name or "")
    elif known is None:
        guess = did_you_mean(vocabulary, vocabularies())
        raise UsageError(
            f"{vocabulary!r} is not the prefix of a mapped vocabulary",
            hint=(f"did you mean {guess}? " if guess else f"they are {', '.join(vocabularies())}; ")
            + "a prefix of your own needs --namespace IRI",
        )
    elif name is not None:
        raise UsageError(
            f"{known.name} has its name", hint="--name goes with --namespace, for one of your own"
        )
    columns = (id_column, label_column) if id_column or label_column else None
    backend = open_backend(store, endpoint, timeout)
    count = 0
    with open_output(output) as stream:
        for line in proposals(known, file, kind, backend, columns, namespace):
            stream.write(line.encode() + b"\n")
            count += not line.startswith(("#", "subject_id\t"))
    them = "it" if count == 1 else "them"
    noun = "proposal" if count == 1 else "proposals"
    click.echo(f"{count} {noun}: look through {them} before you load {them}", err=True)
