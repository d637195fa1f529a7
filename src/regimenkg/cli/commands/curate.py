"""``regimenkg curate``: from an abstract to a curated file, with nothing overlooked."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import click
from pyoxigraph import Literal, NamedNode

from regimenkg.cli.options import (
    open_backend,
    open_output,
    output_option,
    result_options,
    source_options,
    store_option,
    to_stderr,
)
from regimenkg.errors import DataError, LoaderError, UsageError
from regimenkg.sparql.backend import Backend
from regimenkg.terms.namespaces import PREFIXES, RK, RKD

_NAMED = {"drug": "Drug", "toxicity": "Toxicity", "studies": "Condition"}
_FEW_LETTERS = 3

text_option = click.option(
    "--text",
    required=True,
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="The document: the abstract as text, or PubMed's record as XML or .nbib.",
)
pmid_option = click.option("--pmid", metavar="N", default="", help="The paper's number in PubMed.")


@click.group()
def curate() -> None:
    """Turn an abstract into a curated file: new, fill, place, check, then load."""


@curate.command()
@click.option("--pmid", metavar="N", required=True, help="The paper's number in PubMed.")
@text_option
@output_option
@source_options
def new(
    pmid: str,
    text: Path,
    output: str,
    store: str | None,
    endpoint: str | None,
    timeout: float,
) -> None:
    """Write a draft with what the text offers: names that the graph knows, doses, days, figures.

    The draft loads as it is: the document, its paper, and the trial whose number is printed. The
    candidates are comments, each a ready line with its place.
    """
    from regimenkg.loaders.curated.drafts.skeleton import skeleton
    from regimenkg.loaders.curated.drafts.text import abstract
    from regimenkg.things.lookup import label_of

    if not pmid.isdecimal():
        raise UsageError(
            f"{pmid!r} is no number of PubMed", hint="give digits, as in --pmid 12345678"
        )
    document = abstract(text, pmid)
    backend = open_backend(store, endpoint, timeout)
    draft = skeleton(
        pmid,
        document,
        _naming(backend),
        lambda key: label_of(NamedNode(RKD + key), backend),
    )
    with open_output(output) as stream:
        stream.write(draft.encode())
    number = sum(line.startswith("# ") and "  | " in line for line in draft.splitlines())
    to_stderr(f"{len(document)} characters, {number} candidates")


@curate.command()
@click.argument("draft", type=click.Path(path_type=Path))
@text_option
@pmid_option
@output_option
def place(draft: Path, text: Path, pmid: str, output: str) -> None:
    """Replace each quote of a draft by the place where it stands in the document.

    A quote is written as the place: at: "nausea (in «44»% of". Without « and » it is the place
    itself. It has to stand in the document once. Where it is not the value, the token is added
    as as:, in braces. Comments and order of the file stay.
    """
    from regimenkg.loaders.curated.drafts.quotes import place as replace
    from regimenkg.loaders.curated.drafts.text import abstract

    placed = replace(draft, abstract(text, pmid))
    if placed.problems:
        raise _refusal(placed.problems, "nothing is written before each quote stands once")
    with open_output(output) as stream:
        stream.write(placed.text.encode())
    to_stderr(f"{placed.quotes} quotes placed")


@curate.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE…", type=click.Path(path_type=Path))
@text_option
@pmid_option
@click.option(
    "--not-modelled",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="What was read and is not stated: a TSV with the columns start, end and reason.",
)
@result_options
@store_option
def check(
    files: tuple[Path, ...],
    text: Path,
    pmid: str,
    not_modelled: Path | None,
    output: str,
    format_: str | None,
    store: str | None,
) -> int:
    """List the numbers of the document that no fact covers, and values that are not as printed.

    The files are read as 'regimenkg load curated --dry-run' reads them, and all problems told.
    Exit code 1 if anything is left: state it, or list its start and end with a reason in the
    file of --not-modelled.
    """
    from regimenkg.cli.output import write_answer
    from regimenkg.loaders.curated.drafts import coverage as c
    from regimenkg.loaders.curated.drafts.text import abstract, read_text
    from regimenkg.sparql.answers import Solutions

    slug, digest = _document(files)
    whole = read_text(text)
    document = whole if c.is_document(whole, digest) else abstract(text, pmid)
    if digest and not c.is_document(document, digest):
        raise DataError(
            f"{text} is not the document that source/{slug} describes: its sha256 is another",
            hint="give the text that was read, or make the draft again with 'curate new'",
        )
    problems = _load_problems(files, store)
    facts = [one for file in files for one in c.stated(file, slug)]
    spared = c.not_modelled(not_modelled, len(document)) if not_modelled else []
    found = c.coverage(document, facts, spared)
    if found.left or output != "-" or format_:
        integer = NamedNode(PREFIXES["xsd"] + "integer")
        rows = (
            tuple(
                Literal(str(one), datatype=integer) if isinstance(one, int) else Literal(one)
                for one in left
            )
            for left in found.left
        )
        write_answer(Solutions(c.Left._fields, rows), output, format_, None)
    share = f" ({found.covered / found.numbers:.0%})" if found.numbers else ""
    open_ = found.numbers - found.covered
    differ = len(found.left) - open_
    to_stderr(
        f"{found.covered} of {found.numbers} numbers covered{share}, {open_} left;"
        f" {differ or 'no'} value{'s' * (differ != 1)} not as printed"
    )
    if problems:
        raise _refusal(problems, "correct what is named; then 'regimenkg load curated' loads it")
    return 1 if found.left else 0


def _naming(backend: Backend) -> Callable[[str], Iterable[tuple[str, str]]]:
    from regimenkg.things.reading import names_of

    index = names_of(backend)

    def naming(text: str) -> Iterable[tuple[str, str]]:
        if len(text) < _FEW_LETTERS or not any(map(str.isalpha, text)):
            return
        for key, class_name in _NAMED.items():
            matches = index.named(text, RK + class_name)
            if len(matches) == 1 and matches[0].thing.iri.startswith(RKD):
                yield key, matches[0].thing.iri.removeprefix(RKD)
                return

    return naming


def _document(files: tuple[Path, ...]) -> tuple[str, str]:
    """The document that files speak of, and its SHA-256 where they say it."""
    from regimenkg.loaders.curated.yamlnodes import Fields, Scalar, read_yaml

    slug = digest = ""
    for file in files:
        fields = read_yaml(file).fields
        node = fields.get("document")
        slug = slug or (node.text if isinstance(node, Scalar) else "")
        source = fields.get(f"source/{slug}")
        sha = source.fields.get("sha256") if isinstance(source, Fields) else None
        if isinstance(sha, Scalar):
            digest = sha.text
    if not slug:
        raise DataError(
            f"{files[0]} names no document", hint="write 'document: pmid-N' in its first line"
        )
    return slug, digest


def _load_problems(files: tuple[Path, ...], store: str | None) -> list[LoaderError]:
    from regimenkg.cli.rdf_files import place_of
    from regimenkg.loaders.curated import load
    from regimenkg.packaged import store_directory
    from regimenkg.things.matching import Matcher

    generation = store_directory(store, to_stderr).open()
    problems: list[LoaderError] = []
    try:
        load(
            files,
            resolve=Matcher(generation.store, (), place_of(generation)),
            on_error=problems.append,
        )
    except LoaderError as error:
        return problems or [error]
    return problems


def _refusal(problems: list[LoaderError], hint: str) -> DataError:
    ordered = sorted(problems, key=lambda one: (one.file or "", one.line or 0))
    told = (f"{one.message}\n  {one.hint}" if one.hint else one.message for one in ordered)
    number = "1 problem" if len(ordered) == 1 else f"{len(ordered)} problems"
    return DataError("\n".join((f"{number}:", *told)), hint=hint)
