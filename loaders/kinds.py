"""The kinds of file that can be loaded: one line here makes a loader a command.

A loader is a module of this package with::

    load(path, *, resolve, on_error=None, watch=None) -> Iterator[Triple]

It streams, asks no network and no store, raises LoaderError for a record that is wrong or, where
``on_error`` is given, tells that and goes on; ``watch`` counts the bytes and records read.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from regimenkg.errors import UsageError
from regimenkg.loaders.shared.base import OnError, Resolver, Watch

if TYPE_CHECKING:
    from pyoxigraph import Triple

__all__ = ["KINDS", "Kind"]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file, and the loader that reads it.

    Args:
        name: the word after ``regimenkg load``.
        help: what the files are, in one line.
        skips: whether a record that is wrong can be left out.
        whole: whether several files are read as one, because they refer to each other.
        module: the loader's module in this package, where it has another name.

    >>> KINDS["sssom"].skips, KINDS["curated"].whole
    (True, True)
    """

    name: str
    help: str
    skips: bool = True
    whole: bool = False
    module: str = ""

    def triples(
        self,
        paths: Sequence[Path],
        *,
        resolve: Resolver,
        on_error: OnError | None = None,
        watch: Watch | None = None,
    ) -> Iterator[Triple]:
        """Read files of this kind, one after the other, as triples.

        Raises UsageError for ``on_error`` where no record can be left out, and what the loader
        raises. The loader's module is imported when it is first needed.
        """
        if on_error is not None and not self.skips:
            raise UsageError(
                f"--on-error skip is not for {self.name} files: they are read as one whole",
                hint="leave it out, and correct what the error names",
            )
        load = import_module(f"regimenkg.loaders.{self.module or self.name}").load
        if self.whole:
            yield from load(paths, resolve=resolve)
            return
        for path in paths:
            yield from load(path, resolve=resolve, on_error=on_error, watch=watch)


KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind(
            "curated",
            "YAML as in data/: regimens, drugs, statements with their places in a document",
            skips=False,
            whole=True,
        ),
        Kind("sssom", "a mapping set (SSSOM TSV)"),
        Kind("ctgov", "trial records of ClinicalTrials.gov (API v2: JSON, JSON lines, zip)"),
        Kind("pubmed", "PubMed records (XML of efetch)", module="citations.pubmed"),
        Kind("nbib", "PubMed records (MEDLINE format, .nbib)", module="citations.nbib"),
        Kind("ris", "journal articles in RIS", module="citations.ris"),
        Kind("bibtex", "journal articles in BibTeX", module="citations.bibtex"),
        Kind(
            "csl-json",
            "journal articles in CSL-JSON, as Zotero exports it",
            module="citations.csl_json",
        ),
        Kind("crossref", "works of the Crossref REST API (JSON)", module="citations.crossref"),
        Kind(
            "rdf",
            "RDF in Turtle, TriG, N-Triples, N-Quads, RDF/XML or JSON-LD, also packed by gzip",
            skips=False,
            whole=True,
        ),
    )
}
"""The kinds by name, in the order in which help lists them."""
