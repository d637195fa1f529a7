"""Curated YAML → triples: what a person read in a document, and where.

A file holds things by ``kind/slug``. A property is a term of the vocabulary; a value that was
read is written ``{is: VALUE, at: START-END}``, where the numbers are code points in the file's
``document`` and ``as:`` may add the token as printed::

    document: chemoexperts-clag-m

    drug/cytarabine:
      prefLabel: cytarabine
      altLabel: {is: Ara-C, at: 743-748}

``at:`` on the thing itself stands for all of its values that have none of their own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import pyoxigraph as ox

from regimenkg.errors import LoaderError
from regimenkg.loaders.curated.records import Dataset, check_order, check_readings
from regimenkg.loaders.curated.schema import Schema
from regimenkg.loaders.curated.triples import record_triples
from regimenkg.loaders.shared.base import EMPTY, Files, OnError, Resolve, Watch, each, name_only

__all__ = ["load", "source_info"]

source_info = name_only


def load(
    files: Files,
    *,
    resolve: Resolve = EMPTY,
    on_error: OnError | None = None,
    watch: Watch | None = None,
    schema: Schema | None = None,
) -> Iterator[ox.Triple]:
    """Read curated YAML as triples: all files as one whole, for one may speak of another's things.

    Args:
        files: a file, a directory (every ``*.yaml`` below it), or several of them.
        resolve: answers for things that the files mention but do not define (a CURIE such as
            ``rkd:drug/cytarabine``).
        on_error: is told of everything that is wrong, before the error that it cannot be loaded.
        watch: counts bytes and things.
        schema: the vocabulary; the packaged one where None.

    Raises LoaderError, with file, line, field and what was expected, before the first triple
    wherever the files do not agree with the vocabulary or with each other.

    >>> from regimenkg.resources import directory
    >>> files = [one for one in directory("data").rglob("*.yaml") if one.parent.name != "abstracts"]
    >>> triples = list(load(files))
    >>> any("drug/cytarabine" in str(triple.subject) for triple in triples)
    True
    """
    dataset = Dataset(schema or Schema.read(), resolve, on_error)
    for file in _yaml_files(each(files)):
        with dataset.collecting():
            dataset.read(file)
            if watch is not None:
                watch.read(file.stat().st_size)
    triples: list[ox.Triple] = []
    for record in dataset.records.values():
        triples += record_triples(dataset, record)
        if watch is not None:
            watch.record()
    check_order(dataset)
    check_readings(dataset, {str(triple.subject)[1:-1] for triple in triples})
    if dataset.problems:
        raise _refusal(dataset.problems, are_told=on_error is not None)
    return iter(dict.fromkeys(triples))


def _refusal(problems: list[LoaderError], *, are_told: bool) -> LoaderError:
    """The error for files with problems: the only one itself, or one that names them all."""
    if len(problems) == 1 and not are_told:
        return problems[0]
    number = "is 1 problem" if len(problems) == 1 else f"are {len(problems)} problems"
    message = f"curated files are loaded whole or not at all, and there {number}"
    if are_told:
        hint = "correct what is named above; nothing of such a file is left out"
        return LoaderError(message, hint=hint)
    ordered = sorted(problems, key=lambda one: (one.file or "", one.line or 0))
    each_one = (f"{one.message}\n  {one.hint}" if one.hint else one.message for one in ordered)
    return LoaderError(
        "\n".join((f"{message}:", *each_one)), file=ordered[0].file, line=ordered[0].line
    )


def _yaml_files(sources: Iterable[Path]) -> Iterator[Path]:
    for source in sources:
        files = sorted(source.rglob("*.yaml")) if source.is_dir() else [source]
        if not files:
            raise LoaderError(
                f"no curated file in {source}",
                file=str(source),
                expected="*.yaml files",
                hint="name a curated YAML file or a directory of them",
            )
        yield from files
