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
from regimenkg.loaders.curated.records import Dataset, Resolve, check_readings
from regimenkg.loaders.curated.schema import Schema
from regimenkg.loaders.curated.triples import record_triples

__all__ = ["load"]


def load(
    source: Path | str | Iterable[Path | str],
    *,
    resolve: Resolve | None = None,
    schema: Schema | None = None,
) -> Iterator[ox.Triple]:
    """Read curated YAML as triples: a file, every ``*.yaml`` below a directory, or several.

    ``resolve`` answers for things that the files mention but do not define (a CURIE such as
    ``rkd:drug/cytarabine`` → IRI or None). Raises LoaderError, with file, line, field and what
    was expected, before the first triple wherever the files do not agree with the vocabulary
    or with each other.

    >>> from regimenkg.resources import directory
    >>> triples = list(load(directory("data")))
    >>> any("drug/cytarabine" in str(triple.subject) for triple in triples)
    True
    """
    files = list(_files([source] if isinstance(source, Path | str) else source))
    dataset = Dataset(schema or Schema.read(), resolve)
    for file in files:
        dataset.read(file)
    triples = [
        triple for record in dataset.records.values() for triple in record_triples(dataset, record)
    ]
    check_readings(dataset, {str(triple.subject)[1:-1] for triple in triples})
    return iter(dict.fromkeys(triples))


def _files(sources: Iterable[Path | str]) -> Iterator[Path]:
    for source in map(Path, sources):
        found = sorted(source.rglob("*.yaml")) if source.is_dir() else [source]
        if not found:
            raise LoaderError(
                f"no curated file in {source}",
                file=str(source),
                expected="*.yaml files",
                hint="name a curated YAML file or a directory of them",
            )
        yield from found
