"""The kinds of file that can be loaded: one row of this table makes a loader a command.

The modules are named and not imported, so that a command imports the one it needs; nowhere else
does a loader name a module by a text. What a module holds is said in
:mod:`regimenkg.loaders.shared.base`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from regimenkg.loaders.shared.base import OnError, Resolve, SourceInfo, Watch
from regimenkg.loaders.shared.sniff import refuse_other

if TYPE_CHECKING:
    from pyoxigraph import Triple

__all__ = ["KINDS", "Kind"]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file, and the loader that reads it.

    Args:
        name: the word after ``regimenkg load``.
        help: what the files are, in one line.
        module: the loader's module, by its whole name.
        reads: the formats that it reads, by their names in :mod:`regimenkg.loaders.shared.sniff`;
            a file that is plainly in another is refused by its name.
        options: what its ``load`` is told besides, where it reads several kinds.

    >>> KINDS["ris"].module, KINDS["ris"].options
    ('regimenkg.loaders.citations', {'format': 'ris'})
    """

    name: str
    help: str
    module: str
    reads: tuple[str, ...]
    options: Mapping[str, str] = field(default_factory=dict)

    def load(
        self,
        paths: Sequence[Path],
        *,
        resolve: Resolve,
        on_error: OnError | None = None,
        watch: Watch | None = None,
    ) -> Iterator[Triple]:
        """Read files of this kind as triples.

        Raises LoaderError for a file that is plainly something else, and what the loader raises.
        """
        for path in paths:
            refuse_other(path, self.reads, self.name)
        loader = import_module(self.module)
        triples: Iterator[Triple] = loader.load(
            paths, resolve=resolve, on_error=on_error, watch=watch, **self.options
        )
        return triples

    def source_info(self, file: Path) -> SourceInfo:
        """Where a file of this kind comes from; raises what the loader raises."""
        info: SourceInfo = import_module(self.module).source_info(file)
        return info


KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind(
            "curated",
            "YAML as in data/: regimens, drugs, statements with their places in a document",
            "regimenkg.loaders.curated",
            ("yaml", "directory"),
        ),
        Kind(
            "dictionary",
            "drugs with their names, forms and classes (tables as in data/dictionary/)",
            "regimenkg.loaders.dictionary",
            ("dictionary", "tsv"),
        ),
        Kind("sssom", "a mapping set (SSSOM TSV)", "regimenkg.loaders.sssom", ("sssom", "tsv")),
        Kind(
            "ctgov",
            "trial records of ClinicalTrials.gov (API v2: JSON, JSON lines, zip)",
            "regimenkg.loaders.ctgov",
            ("ctgov",),
        ),
        *(
            Kind(name, text, "regimenkg.loaders.citations", (read,), {"format": name})
            for name, read, text in (
                ("pubmed", "pubmed-xml", "PubMed records (XML of efetch)"),
                ("nbib", "nbib", "PubMed records (MEDLINE format, .nbib)"),
                ("ris", "ris", "journal articles in RIS"),
                ("bibtex", "bibtex", "journal articles in BibTeX"),
                ("csl-json", "csl-json", "journal articles in CSL-JSON, as Zotero exports it"),
                ("crossref", "crossref", "works of the Crossref REST API (JSON)"),
            )
        ),
        Kind(
            "rdf",
            "RDF in Turtle, TriG, N-Triples, N-Quads, RDF/XML or JSON-LD, also packed by gzip",
            "regimenkg.loaders.rdf",
            ("rdf-xml", "turtle", "json-ld", "xml"),
        ),
    )
}
"""The kinds by name, in the order in which help lists them."""
